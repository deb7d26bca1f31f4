//! What the people in charge chose.

use crate::Side;
use serde::{Deserialize, Serialize};

/// Who wins when both sides changed the same field since they last agreed. The loser's value is kept in
/// the conflict list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Winner {
    /// The CRM's value.
    Crm,
    /// The mailbox's value.
    Exchange,
}

impl Winner {
    /// The winning side.
    pub const fn side(self) -> Side {
        match self {
            Winner::Crm => Side::Crm,
            Winner::Exchange => Side::Exchange,
        }
    }
}

/// Which way records flow. One way needs no conflict rule: the source always wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Both ways.
    Both {
        /// Who wins a conflict.
        winner: Winner,
    },
    /// From the mailbox to the CRM only.
    ToCrm,
    /// From the CRM to the mailbox only.
    ToExchange,
}

impl Direction {
    /// Whether records may be written on `side`.
    pub const fn writes(self, side: Side) -> bool {
        matches!(
            (self, side),
            (Direction::Both { .. }, _) | (Direction::ToCrm, Side::Crm) | (Direction::ToExchange, Side::Exchange)
        )
    }

    /// The side whose value stands where both changed.
    pub const fn winner(self) -> Side {
        match self {
            Direction::Both { winner } => winner.side(),
            Direction::ToCrm => Side::Exchange,
            Direction::ToExchange => Side::Crm,
        }
    }
}

/// The rules of one mailbox's contacts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Which way records flow, and who wins.
    pub direction: Direction,
    /// Whether deletes go through even though they are so many that the brake would hold them. Set for one
    /// run, after a person was asked.
    #[serde(default)]
    pub allow_mass_delete: bool,
    /// Whether the mailbox's items are counted, which costs a request and gives away who came back to the folder
    /// without being told. Set when a person starts the run; a run by the clock need not do it each time.
    #[serde(default)]
    pub count_items: bool,
    /// Whether writes that a vendor refused are tried again although the record has not changed. Set when a
    /// person starts the run; a run by the clock would only be refused again.
    #[serde(default)]
    pub retry_refused: bool,
}
