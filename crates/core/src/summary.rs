//! What a run did, in numbers.

use crate::Side;
use serde::{Deserialize, Serialize};

/// Counts of one direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Counts {
    /// Records created.
    pub created: u32,
    /// Records updated.
    pub updated: u32,
    /// Records deleted.
    pub deleted: u32,
    /// Records that a rule kept out.
    pub skipped: u32,
    /// Records whose write went wrong.
    pub failed: u32,
}

/// Counts of both directions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Summary {
    /// What was done in the CRM.
    pub to_crm: Counts,
    /// What was done in the mailbox.
    pub to_exchange: Counts,
    /// Records on both sides that were found to be the same contact.
    pub matched: u32,
    /// Fields on which both sides differed and the rule chose.
    pub conflicts: u32,
}

impl Summary {
    /// The counts of what was done on `side`.
    pub const fn on(&mut self, side: Side) -> &mut Counts {
        match side {
            Side::Crm => &mut self.to_crm,
            Side::Exchange => &mut self.to_exchange,
        }
    }
}
