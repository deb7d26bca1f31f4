//! What the people in charge chose.

use crate::filter::{Categories, Filter};
use crate::{Field, FieldMap, Fields, Flow, Kind, Side};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Who wins when both sides changed the same field since they last agreed. The loser's value is kept in
/// the conflict list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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

    /// The same with another winner; one way, the source wins.
    #[must_use]
    pub(crate) const fn won_by(self, winner: Winner) -> Self {
        match self {
            Direction::Both { .. } => Direction::Both { winner },
            one_way => one_way,
        }
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

/// What becomes of records that have no partner when a side is read for the first time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Unmatched {
    /// They are copied to the other side.
    #[default]
    Copy,
    /// They stay on their side; only what comes later is copied.
    Leave,
    /// They wait for a person to decide, each for itself.
    Ask,
}

/// What becomes of a record whose partner was deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Deletes {
    /// It is deleted too, unless somebody edited it since: then it comes back on the other side.
    #[default]
    EditWins,
    /// It is deleted too; what somebody edited since is kept in the conflict list.
    DeleteWins,
    /// It stays, without a partner until somebody edits it.
    Never,
}

/// Whether people outside may get mails that a run would cause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Mails {
    /// What would mail somebody is held back and shown.
    #[default]
    Hold,
    /// Invitations, updates and cancellations go out, as if a person had made the change in Outlook.
    Send,
}

/// The rules for one kind of records of one mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Policy {
    /// Which records.
    pub kind: Kind,
    /// Which way records flow, and who wins.
    pub direction: Direction,
    /// Which fields flow, and which way.
    pub fields: FieldMap,
    /// Which records take part.
    pub filter: Filter,
    /// What becomes of records without a partner at the first sync.
    pub unmatched: Unmatched,
    /// What becomes of the partners of deleted records.
    pub deletes: Deletes,
    /// Whether mails may be caused.
    pub mails: Mails,
    /// Whether deletes go through even though they are so many that the brake would hold them. Set for one
    /// run, after a person was asked.
    pub allow_mass_delete: bool,
    /// Whether the mailbox's items are counted, which costs a request and gives away who came back to the folder
    /// without being told. Set when a person starts the run; a run by the clock need not do it each time.
    pub count_items: bool,
    /// Whether writes that a vendor refused are tried again although the record has not changed. Set when a
    /// person starts the run; a run by the clock would only be refused again.
    pub retry_refused: bool,
}

/// What an attendee may change in the own copy of somebody else's meeting.
const ATTENDEES_OWN: [Field; 4] = [Field::Categories, Field::Reminder, Field::Sensitivity, Field::ShowAs];

impl Policy {
    /// The rules where nobody chose any.
    pub fn new(kind: Kind, direction: Direction) -> Self {
        Self {
            kind,
            direction,
            fields: FieldMap::usual(kind),
            filter: Filter::default(),
            unmatched: Unmatched::default(),
            deletes: Deletes::default(),
            mails: Mails::default(),
            allow_mass_delete: false,
            count_items: false,
            retry_refused: false,
        }
    }

    /// The fields that flow as records do, and which way: one that would only flow against them stays on its side.
    pub fn flowing(&self) -> FieldMap {
        let flows = |(field, flow): (Field, Flow)| Some((field, Flow::from(flow.within(self.direction)?)));
        FieldMap::new(self.fields.iter().filter_map(flows))
    }

    /// The fields that are read: those that flow, and those by which records are told apart or kept out.
    pub fn read(&self) -> Vec<Field> {
        let told_by: &[Field] = match self.kind {
            Kind::Contact => &[Field::GivenName, Field::Surname, Field::Email1, Field::Email2, Field::Email3],
            Kind::Task => &[Field::Subject, Field::Due, Field::CompletedOn],
            Kind::Event => &[Field::Subject, Field::Start, Field::End, Field::Recurrence],
        };
        let kept_out_by = (self.filter.categories != Categories::All).then_some(Field::Categories);
        let flowing = self.flowing();
        let read: BTreeSet<Field> = flowing.fields().chain(told_by.iter().copied()).chain(kept_out_by).collect();
        read.into_iter().collect()
    }

    /// Which way a field of `item` flows; `None` when it doesn't.
    ///
    /// Somebody else's meeting is the organizer's: what the CRM says otherwise can't be written, and gives way
    /// like an edit on the receiving side of a one-way sync.
    pub(crate) fn direction_of(&self, field: Field, flow: Flow, item: &Fields) -> Option<Direction> {
        let is_guest = self.kind == Kind::Event && item.text(Field::Role) == ROLE_ATTENDEE;
        let flow = match flow {
            Flow::Both if is_guest && !ATTENDEES_OWN.contains(&field) => Flow::ToCrm,
            Flow::ToExchange if is_guest && !ATTENDEES_OWN.contains(&field) => return None,
            flow => flow,
        };
        flow.within(self.direction)
    }
}

/// What [`Field::Role`] holds for a meeting of somebody else.
pub const ROLE_ATTENDEE: &str = "attendee";

/// What [`Field::Role`] holds for the mailbox's own meeting.
pub const ROLE_ORGANIZER: &str = "organizer";
