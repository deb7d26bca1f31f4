//! What sorts of records are synced.

use serde::{Deserialize, Serialize};

/// A sort of records: each is synced for itself, with its own state and rules.
///
/// Mails are not among them: a mail is never edited, so there is nothing to merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// People: contacts in Outlook, contacts or leads in the CRM.
    Contact,
    /// Things to do: Microsoft To Do, tasks in the CRM.
    Task,
    /// Things with a time: the calendar, meetings in the CRM.
    Event,
}

impl Kind {
    /// Every kind, in the order in which they are synced.
    pub const ALL: [Kind; 3] = [Kind::Contact, Kind::Task, Kind::Event];
}
