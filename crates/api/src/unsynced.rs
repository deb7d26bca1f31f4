//! Which records are not in sync, and why.

use mxs_core::{Kind, Reason, Side};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The most reasons in one overview.
pub const UNSYNCED_MAX: usize = 100;

/// The most records named for one reason.
pub const EXAMPLES_MAX: usize = 50;

/// The records of one kind that are not in sync for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Unsynced {
    /// What sort of records.
    pub kind: Kind,
    /// Why.
    pub reason: Reason,
    /// How many there are.
    pub total: u32,
    /// The first of them by name, at most [`EXAMPLES_MAX`].
    pub examples: Vec<Example>,
}

/// A record that is not in sync.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Example {
    /// What a person knows it by, perhaps cut short; empty when it has no name.
    pub name: String,
    /// Where it is; `None` for a linked pair, which is on both sides.
    pub side: Option<Side>,
}

/// The name is personal data.
impl fmt::Debug for Example {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Example").field("side", &self.side).finish_non_exhaustive()
    }
}
