//! What a tab shows first.

use crate::{KindRun, Progress, Run, Settings, Unsynced};
use mxs_core::Kind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The mailbox that a CRM user connected. Changing to another one, or to none, is refused with
/// [`ErrorCode::LeaseHeld`](crate::ErrorCode::LeaseHeld) while a run is going on. What is remembered of it
/// stays with the user, who finds it when connecting it again; another user may have the mailbox meanwhile.
/// Of very many mailboxes, those that were not synced for longest are forgotten.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Mailbox {
    /// The mailbox's id: Graph's user id; of one on an Exchange Server its address, in small letters.
    pub id: String,
    /// Its address, to show.
    pub address: String,
    /// The person's name, to show.
    pub name: String,
}

/// Whether an id is of a mailbox on an Exchange Server: Graph's ids have no `@` in them.
pub fn is_on_server(id: &str) -> bool {
    id.contains('@')
}

/// A sync was asked for: it is under way as long as the [`Overview`] says that it [is due](ByItself::is_due).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SyncAsked {
    /// The newest run of the mailbox so far; the one that was asked for has a higher number, unless something keeps it
    /// from being begun.
    pub after: Option<u64>,
}

/// Address and name are personal data.
impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailbox").field("id", &format_args!("<MailboxId: {}>", self.id)).finish_non_exhaustive()
    }
}

/// What a tab needs when it opens. Whoever reads only some of the settings may have a type of its own for them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Overview<S = Settings> {
    /// What is chosen.
    pub settings: S,
    /// The connected mailbox.
    pub mailbox: Option<Mailbox>,
    /// The run that is going on, here or elsewhere.
    pub running: Option<Progress>,
    /// The last run that ended.
    pub last_run: Option<Run>,
    /// How many pairs of records are linked, of all kinds.
    pub linked: u32,
    /// How many records are not in sync, of all kinds, whether `unsynced` has room for their reason or not.
    pub unsynced_total: u32,
    /// Why they are not: what went wrong first, then what a rule kept out; of each the most frequent first.
    /// At most [`UNSYNCED_MAX`](crate::UNSYNCED_MAX) reasons; when there are more, the rarest are left out.
    pub unsynced: Vec<Unsynced>,
    /// The same by kind; one of which nothing is known isn't here.
    #[serde(default)]
    pub kinds: BTreeMap<Kind, KindOverview>,
    /// The sync without a tab; `None` where the mailbox isn't synced by itself.
    #[serde(default)]
    pub by_itself: Option<ByItself>,
}

/// How the sync without a tab stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ByItself {
    /// Whether the mailbox is to be synced now, or is being synced.
    pub is_due: bool,
    /// The code of what keeps it from that, the last time that it was tried.
    pub code: Option<String>,
}

/// How one kind stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KindOverview {
    /// How many pairs of records are linked.
    pub linked: u32,
    /// How many records are not in sync.
    pub unsynced: u32,
    /// The last run that ended and in which this kind took part.
    pub last_run: Option<KindRun>,
}
