//! The run's memory: the function, under a lease.

use crate::Time;
use mxs_api::{
    COMMIT_BYTES_MAX, COMMIT_CHANGES_MAX, Commit, ErrorCode, LINKS_OF_MAX, Lease, Links, LinksOf, MEETINGS_OF_MAX,
    MailPage, Meetings, MeetingsOf, Problem, Renewed, RunEntries, STATE_PAGE_MAX, StateItem, StatePage,
};
use mxs_core::mail::{MailChange, MailState};
use mxs_core::meeting::{Ask, Holder};
use mxs_core::{Cursors, Kind, Link, RecordId, StateChange, SyncState};
use mxs_http::{HttpPort, Method, Request, url};
use mxs_sync::mails::MailStore;
use mxs_sync::{Entries, Progress, Store, StoreError};
use serde::de::DeserializeOwned;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;

/// How often a call is tried whose answer did not come. The function knows a commit that it has already.
const TRIES: u32 = 4;

/// The most pages of what is remembered: more links than any mailbox has.
const PAGES_MAX: u32 = 10_000;

/// The wait before the second try; it doubles.
const FIRST_WAIT_MS: u32 = 500;

/// The part of a commit that the changes may fill, for what stands around them.
const CHANGES_BYTES_MAX: usize = COMMIT_BYTES_MAX / 10 * 9;

/// Why a call gave nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
enum CallError {
    /// The function refused.
    Refused(Problem),
    /// It can't be reached, or its answer can't be understood.
    Unreachable,
}

/// The store of one run. Its kinds follow one another under the same lease, and count its commits together.
#[derive(Debug)]
pub struct FunctionStore<P, T> {
    function: P,
    time: T,
    fence: u64,
    cursors: BTreeMap<Kind, Cursors>,
    /// How many links the function remembered when the lease was taken.
    links: BTreeMap<Kind, u32>,
    /// Whether meetings of colleagues are free now.
    free_meetings: bool,
    /// How many commits are stored; the heart's beats are none.
    commits: Cell<u64>,
    last_commit_ms: Cell<u64>,
    last_progress: RefCell<Option<mxs_api::Progress>>,
    /// Once somebody else has the lease nothing more is written.
    lost: Cell<bool>,
}

/// What the run's store has of one kind.
#[derive(Debug)]
pub struct KindStore<'a, P, T> {
    store: &'a FunctionStore<P, T>,
    kind: Kind,
}

impl<P: HttpPort, T: Time> FunctionStore<P, T> {
    /// The store that `lease` opens. `function` sends to the function, as whoever has the lease.
    pub fn new(function: P, time: T, lease: Lease) -> Self {
        let last_commit_ms = Cell::new(time.now_ms());
        Self {
            function,
            time,
            fence: lease.fence,
            cursors: lease.cursors,
            links: lease.links,
            free_meetings: lease.free_meetings,
            commits: Cell::new(0),
            last_commit_ms,
            last_progress: RefCell::default(),
            lost: Cell::new(false),
        }
    }

    /// What it has of `kind`.
    pub const fn of(&self, kind: Kind) -> KindStore<'_, P, T> {
        KindStore { store: self, kind }
    }

    /// The clock that it goes by.
    pub(crate) const fn time(&self) -> &T {
        &self.time
    }

    /// Renews the lease if the run has been silent for so long, as it is while it waits for a vendor.
    pub(crate) async fn keep(&self, silence_ms: u64) {
        if self.lost.get() || self.time.now_ms().saturating_sub(self.last_commit_ms.get()) < silence_ms {
            return;
        }
        let progress = self.last_progress.borrow().clone();
        // Trouble is the next commit's to report; only a lost lease is remembered.
        let _ = self.send(&Commit { kind: None, changes: Vec::new(), mails: Vec::new(), progress, number: None }).await;
    }

    async fn send(&self, commit: &Commit) -> Result<(), StoreError> {
        let body = serde_json::to_vec(commit).map_err(|_| StoreError::Unavailable)?;
        let path = format!("/v1/lease/{}/commits", self.fence);
        let request = Request::new(Method::Post, path).body("application/json", body);
        let _: Renewed = self.patiently(|| self.call(request.clone())).await?;
        self.last_commit_ms.set(self.time.now_ms());
        Ok(())
    }

    /// Sends a commit that is stored once: one that was sent twice because its answer was lost may arrive late, and its
    /// number tells.
    async fn send_numbered(&self, commit: Commit) -> Result<(), StoreError> {
        let number = self.commits.get() + 1;
        self.send(&Commit { number: Some(number), ..commit }).await?;
        self.commits.set(number);
        Ok(())
    }

    async fn call<A: DeserializeOwned>(&self, request: Request) -> Result<A, CallError> {
        let response = self.function.send(request).await.map_err(|_| CallError::Unreachable)?;
        if response.is_success() {
            return serde_json::from_slice(&response.body).map_err(|_| CallError::Unreachable);
        }
        Err(serde_json::from_slice(&response.body).map_or(CallError::Unreachable, CallError::Refused))
    }

    /// Reads all of a kind's state, or all but the settled links.
    async fn items(&self, kind: Kind, open: bool) -> Result<Vec<StateItem>, StoreError> {
        let (mut items, mut after) = (Vec::new(), String::new());
        for _ in 0..PAGES_MAX {
            let (fence, kind) = (self.fence, word(kind));
            let path = format!("/v1/lease/{fence}/state?kind={kind}&open={open}&limit={STATE_PAGE_MAX}{after}");
            let request = Request::new(Method::Get, path);
            let page: StatePage = self.patiently(|| self.call(request.clone())).await?;
            items.extend(page.items);
            match page.next {
                Some(next) => after = format!("&after={}", url::encode(&next)),
                None => return Ok(items),
            }
        }
        Err(StoreError::Unavailable)
    }

    /// Tries again when no answer came or the function was busy.
    async fn patiently<A, F>(&self, call: impl Fn() -> F) -> Result<A, StoreError>
    where
        F: Future<Output = Result<A, CallError>>,
    {
        let mut wait_ms = FIRST_WAIT_MS;
        for attempt in 1..=TRIES {
            if self.lost.get() {
                return Err(StoreError::LeaseLost);
            }
            let error = match call().await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let failed = store_error(&error);
            if failed == StoreError::LeaseLost {
                self.lost.set(true);
            }
            if failed != StoreError::Unavailable || attempt == TRIES {
                return Err(failed);
            }
            self.time.wait(wait_of(&error).unwrap_or(wait_ms)).await;
            wait_ms *= 2;
        }
        Err(StoreError::Unavailable)
    }
}

impl<P: HttpPort, T: Time> Store for KindStore<'_, P, T> {
    async fn open(&self) -> Result<SyncState, StoreError> {
        let KindStore { store, kind } = self;
        let cursors = store.cursors.get(kind).cloned().unwrap_or_default();
        let mut state = SyncState { cursors, free_meetings: store.free_meetings, ..SyncState::default() };
        for item in store.items(*kind, true).await? {
            state.apply(match item {
                StateItem::Intent(intent) => StateChange::PutIntent(intent),
                StateItem::Link(link) => StateChange::PutLink(link),
                StateItem::Unlinked(unlinked) => StateChange::PutUnlinked(unlinked),
            });
        }
        let links = store.links.get(kind).copied().unwrap_or_default();
        state.other_links = (links as usize).saturating_sub(state.links.len());
        Ok(state)
    }

    async fn links_of(&self, records: &[RecordId]) -> Result<Vec<Link>, StoreError> {
        let (mut links, mut rest) = (Vec::new(), records);
        while !rest.is_empty() {
            let asked = LinksOf { kind: self.kind, records: rest[..rest.len().min(LINKS_OF_MAX)].to_vec() };
            let body = serde_json::to_vec(&asked).map_err(|_| StoreError::Unavailable)?;
            let request = Request::new(Method::Post, format!("/v1/lease/{}/links", self.store.fence));
            let request = request.body("application/json", body);
            let answer: Links = self.store.patiently(|| self.store.call(request.clone())).await?;
            if answer.answered == 0 {
                // It would be asked for ever.
                return Err(StoreError::Unavailable);
            }
            links.extend(answer.links);
            rest = rest.get(answer.answered..).unwrap_or_default();
        }
        Ok(links)
    }

    async fn all_links(&self) -> Result<Vec<Link>, StoreError> {
        let link = |item| if let StateItem::Link(link) = item { Some(link) } else { None };
        Ok(self.store.items(self.kind, false).await?.into_iter().filter_map(link).collect())
    }

    async fn entries_of(&self, run: u64, after: Option<&str>) -> Result<Entries, StoreError> {
        let after = after.map(|after| format!("&after={}", url::encode(after))).unwrap_or_default();
        let path = format!("/v1/lease/{}/journal?run={run}&kind={}{after}", self.store.fence, word(self.kind));
        let request = Request::new(Method::Get, path);
        let page: RunEntries = self.store.patiently(|| self.store.call(request.clone())).await?;
        let RunEntries { entries, next, whole } = page;
        if whole { Ok(Entries { entries, next }) } else { Err(StoreError::Forgotten) }
    }

    async fn meetings(&self, ask: Ask, uids: &[String]) -> Result<Vec<Holder>, StoreError> {
        let mut holders = Vec::with_capacity(uids.len());
        for chunk in uids.chunks(MEETINGS_OF_MAX) {
            let asked = MeetingsOf { ask, meetings: chunk.to_vec() };
            let body = serde_json::to_vec(&asked).map_err(|_| StoreError::Unavailable)?;
            let request = Request::new(Method::Post, format!("/v1/lease/{}/meetings", self.store.fence));
            let request = request.body("application/json", body);
            let answer: Meetings = self.store.patiently(|| self.store.call(request.clone())).await?;
            if answer.holders.len() != chunk.len() {
                return Err(StoreError::Unavailable);
            }
            holders.extend(answer.holders);
        }
        Ok(holders)
    }

    async fn commit(&self, changes: Vec<StateChange>, progress: Progress) -> Result<(), StoreError> {
        let progress = told(progress);
        self.store.last_progress.replace(Some(progress.clone()));
        for part in parts(changes) {
            let (kind, progress) = (Some(self.kind), Some(progress.clone()));
            self.store.send_numbered(Commit { kind, changes: part, mails: Vec::new(), progress, number: None }).await?;
        }
        Ok(())
    }
}

impl<P: HttpPort, T: Time> MailStore for FunctionStore<P, T> {
    async fn open(&self) -> Result<MailState, StoreError> {
        let (mut state, mut after) = (MailState::default(), String::new());
        for _ in 0..PAGES_MAX {
            let request = Request::new(Method::Get, format!("/v1/lease/{}/mails{after}", self.fence));
            let page: MailPage = self.patiently(|| self.call(request.clone())).await?;
            page.changes.into_iter().for_each(|change| state.apply(change));
            match page.next {
                Some(next) => after = format!("?after={}", url::encode(&next)),
                None => return Ok(state),
            }
        }
        Err(StoreError::Unavailable)
    }

    async fn commit(&self, changes: Vec<MailChange>) -> Result<(), StoreError> {
        self.send_numbered(Commit { kind: None, changes: Vec::new(), mails: changes, progress: None, number: None })
            .await
    }
}

/// The kind as it is asked for.
const fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Contact => "contact",
        Kind::Task => "task",
        Kind::Event => "event",
    }
}

/// Progress as the function knows it.
pub fn told(progress: Progress) -> mxs_api::Progress {
    mxs_api::Progress { phase: progress.phase.word().to_owned(), done: progress.done, total: progress.total }
}

/// Splits a list that one commit can't take; one that it can stays whole, and an empty one is one part.
///
/// The order is kept, and a run stores nothing that is wrong without what follows: the next run finds out.
fn parts(changes: Vec<StateChange>) -> Vec<Vec<StateChange>> {
    let mut parts = vec![Vec::new()];
    let mut bytes = 0;
    for change in changes {
        let size = serde_json::to_vec(&change).map_or(0, |text| text.len() + 1);
        let full = parts.last().is_some_and(|part: &Vec<StateChange>| part.len() == COMMIT_CHANGES_MAX);
        if full || (bytes > 0 && bytes + size > CHANGES_BYTES_MAX) {
            parts.push(Vec::new());
            bytes = 0;
        }
        bytes += size;
        if let Some(part) = parts.last_mut() {
            part.push(change);
        }
    }
    parts
}

/// How long the function wants us to wait.
fn wait_of(error: &CallError) -> Option<u32> {
    match error {
        CallError::Refused(problem) => problem.retry_after_s.map(|seconds| seconds.saturating_mul(1000)),
        CallError::Unreachable => None,
    }
}

fn store_error(error: &CallError) -> StoreError {
    match error {
        CallError::Refused(problem) => match problem.code {
            ErrorCode::LeaseLost
            | ErrorCode::LeaseHeld
            | ErrorCode::NotFound
            | ErrorCode::SwitchedOff
            | ErrorCode::Uninstalled => StoreError::LeaseLost,
            ErrorCode::NoSession | ErrorCode::BadStatement => StoreError::SessionEnded,
            ErrorCode::StateFull => StoreError::Full,
            ErrorCode::BadRequest
            | ErrorCode::MailboxTaken
            | ErrorCode::TooMany
            | ErrorCode::NotAllowed
            | ErrorCode::NoConsent
            | ErrorCode::NoKeys
            | ErrorCode::WrongPerson
            | ErrorCode::ChosenForAll
            | ErrorCode::ChosenOnce
            | ErrorCode::UserInactive
            | ErrorCode::VendorAway
            | ErrorCode::Unwritable
            | ErrorCode::Sealed
            | ErrorCode::Internal
            | ErrorCode::Busy => StoreError::Unavailable,
        },
        CallError::Unreachable => StoreError::Unavailable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mxs_core::{CrmId, RecordId};

    fn drops(count: usize, id: &str) -> Vec<StateChange> {
        (0..count).map(|_| StateChange::DropUnlinked(RecordId::Crm(CrmId::new(id)))).collect()
    }

    #[test]
    fn what_fits_is_sent_as_a_whole() {
        assert_eq!(parts(Vec::new()), [Vec::new()], "an empty commit renews the lease");
        assert_eq!(parts(drops(COMMIT_CHANGES_MAX, "1")).len(), 1);
    }

    #[test]
    fn what_does_not_fit_is_split_in_order() {
        let mut changes = drops(COMMIT_CHANGES_MAX, "1");
        changes.extend(drops(1, "2"));
        let split = parts(changes.clone());
        assert_eq!(split.iter().map(Vec::len).collect::<Vec<_>>(), [COMMIT_CHANGES_MAX, 1]);
        assert_eq!(split.concat(), changes);
        let large = drops(3, &"9".repeat(CHANGES_BYTES_MAX / 2));
        assert_eq!(parts(large).iter().map(Vec::len).collect::<Vec<_>>(), [1, 1, 1]);
    }

    #[test]
    fn a_lost_lease_is_told_from_a_bad_line() {
        let refused = |code| {
            CallError::Refused(mxs_api::Problem { code, message: String::new(), retry_after_s: Some(2), member: None })
        };
        assert_eq!(store_error(&refused(ErrorCode::LeaseLost)), StoreError::LeaseLost);
        assert_eq!(store_error(&refused(ErrorCode::NoSession)), StoreError::SessionEnded);
        assert_eq!(store_error(&CallError::Unreachable), StoreError::Unavailable);
        assert_eq!(wait_of(&refused(ErrorCode::TooMany)), Some(2_000));
    }
}
