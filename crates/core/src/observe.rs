//! What a run saw on one side.

use crate::meeting::Holder;
use crate::{CrmId, Fields, Instant, Version};
use std::collections::BTreeMap;

/// Whether a view names everything there is, or only what changed since the last run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// Changes since the cursor: what is not named is as it was.
    Changes,
    /// Everything in scope. Even so, absence alone is no delete: a linked record that is missing must be
    /// named as [`Observation::Gone`] or [`Observation::Left`] by whoever looked it up. One without a
    /// partner that is missing is forgotten: nothing hangs on it.
    Everything,
}

/// A record as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its contents.
    pub fields: Fields,
    /// Its version.
    pub version: Version,
    /// The CRM record that the item's provenance mark names. Always `None` on a CRM record, and `None` on
    /// an item whose mark was not asked for.
    pub mark: Option<CrmId>,
}

/// What became of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observation {
    /// It is there.
    Present(Seen),
    /// It was deleted; somebody looked it up and it is gone.
    Gone,
    /// It still exists, but out of this sync's scope.
    Left,
    /// It is there, and what it holds can't be understood.
    Unreadable,
}

/// Everything a run saw on one side.
#[derive(Clone, Debug)]
pub struct View<Id> {
    /// How much it covers.
    pub coverage: Coverage,
    /// What was seen, by id.
    pub records: BTreeMap<Id, Observation>,
    /// Those of the records that were changed after they were created, with the moment of their creation by the
    /// clock of their side. Asked of the CRM only, and only of records that an interrupted run may have made.
    pub edited: Vec<(Id, Instant)>,
    /// What records have become that go on under another id, as a lead that was converted to a contact.
    pub became: BTreeMap<Id, Id>,
    /// Whose the meetings are that were asked about: those [wanted](crate::meeting::wanted), and those that have
    /// [left](crate::meeting::left). Of the mailbox only.
    pub meetings: BTreeMap<Id, Holder>,
}

impl<Id: Ord> View<Id> {
    /// A view of nothing.
    pub const fn new(coverage: Coverage) -> Self {
        Self {
            coverage,
            records: BTreeMap::new(),
            edited: Vec::new(),
            became: BTreeMap::new(),
            meetings: BTreeMap::new(),
        }
    }
}
