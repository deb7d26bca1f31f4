//! What a run needs from the place where it runs.

use mxs_core::journal::Entry;
use mxs_core::meeting::{Ask, Holder};
use mxs_core::{Link, RecordId, StateChange, SyncState};
use std::future::Future;

/// What a run is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Reading the remembered state.
    Starting,
    /// Reading the mailbox.
    ReadingExchange,
    /// Reading the CRM.
    ReadingCrm,
    /// Finding out what an interrupted run has done.
    Recovering,
    /// Writing in the CRM.
    WritingCrm,
    /// Writing in the mailbox.
    WritingExchange,
    /// Storing how far it came.
    Finishing,
}

impl Phase {
    /// A stable word for the phase, for stored progress and message keys.
    pub const fn word(self) -> &'static str {
        match self {
            Phase::Starting => "starting",
            Phase::ReadingExchange => "reading-exchange",
            Phase::ReadingCrm => "reading-crm",
            Phase::Recovering => "recovering",
            Phase::WritingCrm => "writing-crm",
            Phase::WritingExchange => "writing-exchange",
            Phase::Finishing => "finishing",
        }
    }
}

/// How far a run has come. While it reads, `total` is 0 and `done` counts records read; while it writes,
/// `done` of `total` steps are done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What it does.
    pub phase: Phase,
    /// Records read, or steps done.
    pub done: u32,
    /// Steps planned; 0 while that is not known.
    pub total: u32,
}

/// Where the remembered state lives, opened under a lease.
///
/// A run without news has nothing to do with the links that are [settled](Link::is_settled), which are nearly
/// all of them: they are read when one of their records changes, or when a side is read as a whole.
pub trait Store {
    /// Reads everything but the settled links, and how many of those there are.
    fn open(&self) -> impl Future<Output = Result<SyncState, StoreError>>;

    /// Reads the links of these records, however many they are. A record without a link has none; a link that both its records ask
    /// for may come twice.
    fn links_of(&self, records: &[RecordId]) -> impl Future<Output = Result<Vec<Link>, StoreError>>;

    /// Reads every link.
    fn all_links(&self) -> impl Future<Output = Result<Vec<Link>, StoreError>>;

    /// Reads a page of what `run` noted of this kind, and of what later runs noted that took it back; `after` is
    /// where the page before says that this one begins. [`StoreError::Forgotten`] unless all of it is still there.
    fn entries_of(&self, run: u64, after: Option<&str>) -> impl Future<Output = Result<Entries, StoreError>>;

    /// Asks whose meetings are, by their [uids](mxs_core::Field::MeetingUid), however many they are: an answer for each,
    /// in their order. Of several mailboxes that [claim](Ask::Claim) a meeting at the same time one gets it.
    fn meetings(&self, ask: Ask, uids: &[String]) -> impl Future<Output = Result<Vec<Holder>, StoreError>>;

    /// Stores `changes`, all or none, and renews the lease; an empty list does only that.
    fn commit(&self, changes: Vec<StateChange>, progress: Progress) -> impl Future<Output = Result<(), StoreError>>;
}

/// A page of the journal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entries {
    /// The entries; those of one run in their order.
    pub entries: Vec<Entry>,
    /// Where the next page begins; `None` after the last.
    pub next: Option<String>,
}

/// Why the state can't be read or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Another run has the mailbox now: stop writing at once.
    #[error("the lease was lost to another run")]
    LeaseLost,
    /// The journal has no longer all that the run noted: the oldest entries make room.
    #[error("the run is no longer noted in full")]
    Forgotten,
    /// There is no room for what is to be remembered; nothing was stored.
    #[error("the store is full")]
    Full,
    /// The session ran out.
    #[error("the session has ended")]
    SessionEnded,
    /// The store can't be reached or failed; nothing was stored.
    #[error("the store can't be reached")]
    Unavailable,
}

/// The waiting, and the people who watch.
pub trait Env {
    /// Waits.
    fn wait(&self, milliseconds: u32) -> impl Future<Output = ()>;

    /// Tells how far the run has come.
    fn progress(&self, progress: Progress);

    /// Whether somebody wants the run to stop. It stops between two requests.
    fn cancelled(&self) -> bool;
}
