//! The run's memory: the function, under a lease.

use super::{CallError, FunctionClient};
use crate::browser::{now_ms, sleep};
use crate::state::Ledger;
use mxs_api::{COMMIT_BYTES_MAX, COMMIT_CHANGES_MAX, Commit, ErrorCode, Lease, StateItem, StatePage};
use mxs_core::{Cursors, StateChange, SyncState};
use mxs_sync::{Progress, Store, StoreError};
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;

/// How often a call is tried whose answer did not come. The function knows a commit that it has already.
const TRIES: u32 = 4;

/// The wait before the second try; it doubles.
const FIRST_WAIT_MS: u32 = 500;

/// The part of a commit that the changes may fill, for what stands around them.
const CHANGES_BYTES_MAX: usize = COMMIT_BYTES_MAX / 10 * 9;

/// The store of one run.
#[derive(Debug)]
pub(crate) struct FunctionStore {
    client: Rc<FunctionClient>,
    fence: u64,
    cursors: Cursors,
    /// What is not in sync, as far as this run knows.
    ledger: RefCell<Ledger>,
    last_commit_ms: Cell<f64>,
    last_progress: RefCell<Option<mxs_api::Progress>>,
    /// Once somebody else has the lease nothing more is written.
    lost: Cell<bool>,
}

impl FunctionStore {
    /// The store that `lease` opens.
    pub(crate) fn new(client: Rc<FunctionClient>, lease: Lease) -> Self {
        Self {
            client,
            fence: lease.fence,
            cursors: lease.cursors,
            ledger: RefCell::default(),
            last_commit_ms: Cell::new(now_ms()),
            last_progress: RefCell::default(),
            lost: Cell::new(false),
        }
    }

    /// The lease's token.
    pub(crate) const fn fence(&self) -> u64 {
        self.fence
    }

    /// What is not in sync, as far as this run knows.
    pub(crate) fn ledger(&self) -> Ledger {
        self.ledger.borrow().clone()
    }

    /// Renews the lease if the run has been silent for so long, as it is while it waits for a vendor.
    pub(crate) async fn keep(&self, silence_ms: f64) {
        if self.lost.get() || now_ms() - self.last_commit_ms.get() < silence_ms {
            return;
        }
        let progress = self.last_progress.borrow().clone();
        // Trouble is the next commit's to report; only a lost lease is remembered.
        let _ = self.send(&Commit { changes: Vec::new(), progress }).await;
    }

    async fn send(&self, commit: &Commit) -> Result<(), StoreError> {
        self.patiently(|| self.client.commit(self.fence, commit)).await?;
        self.last_commit_ms.set(now_ms());
        Ok(())
    }

    /// Tries again when no answer came or the function was busy.
    async fn patiently<T, F>(&self, call: impl Fn() -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, CallError>>,
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
            sleep(wait_of(&error).unwrap_or(wait_ms)).await;
            wait_ms *= 2;
        }
        Err(StoreError::Unavailable)
    }
}

impl Store for FunctionStore {
    async fn load(&self) -> Result<SyncState, StoreError> {
        let mut state = SyncState { cursors: self.cursors.clone(), ..SyncState::default() };
        let mut after: Option<String> = None;
        loop {
            let page = self.patiently(|| self.client.state(self.fence, after.as_deref())).await?;
            let StatePage { items, next } = page;
            for item in items {
                state.apply(match item {
                    StateItem::Intent { intent } => StateChange::PutIntent { intent },
                    StateItem::Link { link } => StateChange::PutLink { link },
                    StateItem::Unlinked { unlinked } => StateChange::PutUnlinked { unlinked },
                });
            }
            match next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        self.ledger.borrow_mut().load(&state);
        Ok(state)
    }

    async fn commit(&self, changes: Vec<StateChange>, progress: Progress) -> Result<(), StoreError> {
        let progress =
            mxs_api::Progress { phase: progress.phase.word().to_owned(), done: progress.done, total: progress.total };
        self.last_progress.replace(Some(progress.clone()));
        for part in parts(changes) {
            let commit = Commit { changes: part, progress: Some(progress.clone()) };
            self.send(&commit).await?;
            let mut ledger = self.ledger.borrow_mut();
            commit.changes.iter().for_each(|change| ledger.apply(change));
        }
        Ok(())
    }
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
        CallError::Unreachable | CallError::NotSigned => None,
    }
}

fn store_error(error: &CallError) -> StoreError {
    match error {
        CallError::Refused(problem) => match problem.code {
            ErrorCode::LeaseLost | ErrorCode::LeaseHeld | ErrorCode::NotFound => StoreError::LeaseLost,
            ErrorCode::NoSession | ErrorCode::BadStatement => StoreError::SessionEnded,
            ErrorCode::BadRequest | ErrorCode::MailboxTaken | ErrorCode::TooMany | ErrorCode::Internal => {
                StoreError::Unavailable
            }
        },
        CallError::NotSigned => StoreError::SessionEnded,
        CallError::Unreachable => StoreError::Unavailable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mxs_core::{CrmId, RecordId};

    fn drops(count: usize, id: &str) -> Vec<StateChange> {
        (0..count).map(|_| StateChange::DropUnlinked { id: RecordId::Crm(CrmId::new(id)) }).collect()
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
        let refused =
            |code| CallError::Refused(mxs_api::Problem { code, message: String::new(), retry_after_s: Some(2) });
        assert_eq!(store_error(&refused(ErrorCode::LeaseLost)), StoreError::LeaseLost);
        assert_eq!(store_error(&refused(ErrorCode::NoSession)), StoreError::SessionEnded);
        assert_eq!(store_error(&CallError::Unreachable), StoreError::Unavailable);
        assert_eq!(wait_of(&refused(ErrorCode::TooMany)), Some(2_000));
    }
}
