//! One line of the journal.

use crate::{CrmId, ExchangeId, Field, Kind, RecordId, Side, Value};
use serde::{Deserialize, Serialize};

/// One thing that happened to one pair of records. It holds what people typed, as links do, and no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("additionalProperties" = true)))]
pub struct Entry {
    /// The run: its lease's fencing token.
    pub run: u64,
    /// Which of the run's entries it is, from 1.
    pub number: u64,
    /// What sort of records.
    pub kind: Kind,
    /// The mailbox item.
    pub exchange: ExchangeId,
    /// The CRM record.
    pub crm: CrmId,
    /// What happened.
    pub what: What,
    /// The fields that changed by it on the side where it happened. Of a copy, and of two that were linked, what both
    /// hold: where the other record of the pair differs from that, an entry after it says so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Values>,
    /// Why.
    pub cause: Cause,
}

/// What one field held before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Values {
    /// The field.
    pub field: Field,
    /// What it held as far as was remembered; `None` where it was empty or not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// What it holds since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// The run created the record on this side, as a copy of the other, and linked both.
    Created(Side),
    /// The run deleted the record on this side, because its partner was gone; the link is forgotten.
    Deleted(Side),
    /// The run made another CRM user the event's owner: a colleague who has the meeting too, or this user instead of
    /// one. Nothing else was written.
    HandedOver,
    /// The two were linked; nothing was written.
    Linked,
    /// The run put its provenance mark on the mailbox item.
    Marked,
    /// The run learned what the record on this side holds by now. It wrote nothing there.
    Noted(Side),
    /// The record on this side was brought back, as a new one and without a partner: the entry's other record is
    /// the partner of before, which is gone.
    Restored(Side),
    /// The link was forgotten; nothing was written.
    Unlinked,
    /// The run wrote fields of the record on this side.
    Updated(Side),
}

impl What {
    /// The side whose record holds other values since; `None` where only the link is concerned.
    pub const fn side(self) -> Option<Side> {
        match self {
            What::Created(side)
            | What::Deleted(side)
            | What::Noted(side)
            | What::Restored(side)
            | What::Updated(side) => Some(side),
            What::HandedOver | What::Linked | What::Marked | What::Unlinked => None,
        }
    }

    /// Whether both records get or lose a partner by it.
    pub(super) const fn is_of_both(self) -> bool {
        matches!(self, What::Created(_) | What::Deleted(_) | What::Linked | What::Unlinked)
    }

    /// Whether the run wrote.
    pub const fn is_write(self) -> bool {
        match self {
            What::Created(_)
            | What::Deleted(_)
            | What::HandedOver
            | What::Marked
            | What::Restored(_)
            | What::Updated(_) => true,
            What::Linked | What::Noted(_) | What::Unlinked => false,
        }
    }
}

/// Why it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// A colleague has the same meeting in another mailbox.
    Colleague,
    /// Both sides had changed the field, and a rule chose.
    Conflict {
        /// Whose value stands.
        winner: Side,
    },
    /// A person decided it.
    Decision,
    /// The record on the other side was deleted.
    Deleted,
    /// Two records without a link were the same thing.
    FirstMatch,
    /// The side held it when it was read: somebody wrote it there, or a run that died before it could say so.
    Found,
    /// A run that died had begun it, and had stored that it would.
    Interrupted,
    /// One of the two is not there any more, or not in the sync's reach.
    Lost,
    /// The other side changed it, or had it first.
    OtherSide,
    /// It had been deleted on one side and edited on the other, so it came back.
    Returned,
    /// A run was taken back.
    Undo {
        /// Which.
        run: u64,
    },
}

impl Cause {
    /// The stable code of the rule, that people can look up; never used for two things, never reused.
    pub const fn code(self) -> &'static str {
        match self {
            Cause::OtherSide => "MXS-6001",
            Cause::FirstMatch => "MXS-6002",
            Cause::Conflict { .. } => "MXS-6003",
            Cause::Deleted => "MXS-6004",
            Cause::Returned => "MXS-6005",
            Cause::Decision => "MXS-6006",
            Cause::Undo { .. } => "MXS-6007",
            Cause::Found => "MXS-6008",
            Cause::Interrupted => "MXS-6009",
            Cause::Lost => "MXS-6010",
            Cause::Colleague => "MXS-6011",
        }
    }
}

impl Entry {
    /// The pair's record on `side`.
    pub fn record(&self, side: Side) -> RecordId {
        match side {
            Side::Crm => RecordId::Crm(self.crm.clone()),
            Side::Exchange => RecordId::Exchange(self.exchange.clone()),
        }
    }
}
