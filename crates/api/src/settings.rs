//! What people chose, and what a tab shows first.

use crate::{Progress, Run, Unsynced};
use mxs_core::{Direction, Winner};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What one user's mailbox syncs, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Whether contacts are synced.
    pub contacts: bool,
    /// Which way, and who wins.
    pub direction: Direction,
}

impl Default for Settings {
    /// Nothing is synced until somebody says so.
    fn default() -> Self {
        Self { contacts: false, direction: Direction::Both { winner: Winner::Crm } }
    }
}

/// The mailbox that a CRM user connected. Changing to another one, or to none, is refused with
/// [`ErrorCode::LeaseHeld`](crate::ErrorCode::LeaseHeld) while a run is going on. What is remembered of it
/// stays with the user, who finds it when connecting it again; another user may have the mailbox meanwhile.
/// Of very many mailboxes, those that were not synced for longest are forgotten.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mailbox {
    /// The mailbox's id: Graph's user id.
    pub id: String,
    /// Its address, to show.
    pub address: String,
    /// The person's name, to show.
    pub name: String,
}

/// Address and name are personal data.
impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailbox").field("id", &format_args!("<MailboxId: {}>", self.id)).finish_non_exhaustive()
    }
}

/// What a tab needs when it opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// What is chosen.
    pub settings: Settings,
    /// The connected mailbox.
    pub mailbox: Option<Mailbox>,
    /// The run that is going on, here or elsewhere.
    pub running: Option<Progress>,
    /// The last run that ended.
    pub last_run: Option<Run>,
    /// How many pairs of records are linked.
    pub linked: u32,
    /// How many contacts are not in sync, whether `unsynced` has room for their reason or not.
    pub unsynced_total: u32,
    /// Why they are not: what went wrong first, then what a rule kept out; of each the most frequent first.
    /// At most [`UNSYNCED_MAX`](crate::UNSYNCED_MAX) reasons; when there are more, the rarest are left out.
    pub unsynced: Vec<Unsynced>,
}
