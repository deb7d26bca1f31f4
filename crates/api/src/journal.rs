//! What was done, for whoever asks afterwards: runs, their journals, and what lost a conflict.

use crate::Run;
use mxs_core::journal::Entry;
use mxs_core::{Conflict, Kind};
use serde::{Deserialize, Serialize};

/// The most runs, entries or conflicts in one page.
pub const HISTORY_PAGE_MAX: usize = 500;

/// The mailbox's runs that ended, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RunPage {
    /// The runs.
    pub runs: Vec<Run>,
    /// What to pass as `after` for the next page; `None` when this is the last.
    pub next: Option<String>,
}

/// A part of a run's or a record's journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct JournalPage {
    /// The entries: of a run in their order, of a record the newest first.
    pub entries: Vec<JournalItem>,
    /// What to pass as `after` for the next page; `None` when this is the last.
    pub next: Option<String>,
}

/// One entry of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct JournalItem {
    /// When it was stored: RFC 3339, UTC.
    pub at: String,
    /// The entry.
    pub entry: Entry,
}

/// A part of what it takes to take a run back: its entries of one kind in their order, then those of later runs that
/// took it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RunEntries {
    /// The entries.
    pub entries: Vec<Entry>,
    /// What to pass as `after` for the next page; `None` when this is the last.
    pub next: Option<String>,
    /// Whether the journal still has all that the run noted: the oldest entries make room.
    pub whole: bool,
}

/// A part of the conflict list, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConflictPage {
    /// The conflicts.
    pub conflicts: Vec<ConflictItem>,
    /// What to pass as `after` for the next page; `None` when this is the last.
    pub next: Option<String>,
}

/// One conflict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConflictItem {
    /// When it was stored: RFC 3339, UTC.
    pub at: String,
    /// The run that came upon it.
    pub run: u64,
    /// What sort of records.
    pub kind: Kind,
    /// What lost, and against what.
    pub conflict: Conflict,
}
