//! A place for a run: ports into the world, a store, a clock, and a way to die.

#[path = "meetings.rs"]
#[allow(dead_code, reason = "one mailbox alone needs less of it")]
pub(crate) mod meetings;

use self::meetings::Mailbox;
use crate::stage::throttle;
use crate::watch::Watch;
use mxs_core::journal::{Cause, Entry};
use mxs_core::meeting::{Ask, Holder};
use mxs_core::{Conflict, Link, RecordId, StateChange, SyncState};
use mxs_http::{HttpPort, Method, NoResponse, Request, Response};
use mxs_sync::{Entries, Env, Progress, Store, StoreError};
use mxs_world::{Service, World};
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// What somebody else does while a run goes on.
pub(crate) type Meanwhile = Box<dyn FnOnce(&mut World)>;

/// Counts the calls a run makes to the outside, and kills it at one of them.
#[derive(Default)]
pub(crate) struct Fate {
    calls: Cell<u32>,
    /// What somebody else does before this call, or the next one to a vendor.
    meanwhile: RefCell<Option<(u32, Meanwhile)>>,
    death: Option<Death>,
}

/// When a run dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Death {
    /// At this call: before it takes effect, or after.
    Call(u32, Moment),
    /// When something was created on either side, before the run is told.
    Untold,
}

/// When death comes to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    Before,
    After,
}

impl Fate {
    pub(crate) fn of(death: Option<Death>) -> Self {
        Self { death, ..Self::default() }
    }

    pub(crate) fn meddled_with(call: u32, meanwhile: Meanwhile) -> Self {
        Self { meanwhile: RefCell::new(Some((call, meanwhile))), ..Self::default() }
    }

    /// Lets the other one act when it is time.
    fn let_act(&self, world: &RefCell<World>) {
        let due = self.meanwhile.borrow().as_ref().is_some_and(|(call, _)| *call <= self.calls.get() + 1);
        if due && let Some((_, act)) = self.meanwhile.take() {
            act(&mut world.borrow_mut());
        }
    }

    pub(crate) fn calls(&self) -> u32 {
        self.calls.get()
    }

    /// Whether the run that makes this call will not hear what came of it.
    fn dies_untold(&self, creates: bool) -> bool {
        let at_call = self.death == Some(Death::Call(self.calls.get(), Moment::After));
        at_call || (creates && self.death == Some(Death::Untold))
    }

    /// Makes one call, which may create something; never returns if the run dies at it.
    async fn call<T>(&self, creates: bool, act: impl FnOnce() -> T) -> T {
        self.calls.set(self.calls.get() + 1);
        if self.death == Some(Death::Call(self.calls.get(), Moment::Before)) {
            std::future::pending::<()>().await;
        }
        let result = act();
        if self.dies_untold(creates) {
            std::future::pending::<()>().await;
        }
        result
    }
}

/// A port into one half of the world, with its credentials.
pub(crate) struct WorldPort<'w> {
    pub(crate) world: &'w RefCell<World>,
    pub(crate) fate: &'w Fate,
    pub(crate) watch: &'w Watch,
    pub(crate) service: Service,
    pub(crate) authorization: String,
}

impl HttpPort for WorldPort<'_> {
    async fn send(&self, request: Request) -> Result<Response, NoResponse> {
        let request = self.watch.asked(self.service, request, self.world.borrow().now());
        let request = request.header("Authorization", self.authorization.clone());
        let creates = creates(&request);
        self.fate.let_act(self.world);
        let handle = || {
            let mut world = self.world.borrow_mut();
            if request.url.ends_with("/$batch")
                && let Some(parts) = self.watch.throttled_parts.take()
            {
                throttle(&mut world, parts);
            }
            let before = created(&world);
            let response = world.handle(self.service, &request, 1).response;
            let response = response.map(|response| self.watch.damaged((self.service, &request), response));
            let heard = response.as_ref().filter(|_| !self.fate.dies_untold(creates));
            if std::env::var("DEBUGX").is_ok() && self.service == Service::Microsoft {
                eprintln!(
                    "SEND {}\nGOT {}",
                    String::from_utf8_lossy(&request.body),
                    response.as_ref().map(|r| String::from_utf8_lossy(&r.body).into_owned()).unwrap_or_default()
                );
            }
            self.watch.answered((self.service, &request), heard, created(&world) > before, world.now());
            response
        };
        self.fate.call(creates, handle).await.ok_or(NoResponse::Unknown)
    }
}

/// Whether a request creates records or items.
fn creates(request: &Request) -> bool {
    match (request.method, request.url.as_str()) {
        (Method::Post, url) if url.starts_with("/crm/v8/") => !url.ends_with("/coql"),
        (Method::Post, mxs_ews::PATH) => String::from_utf8_lossy(&request.body).contains("<m:CreateItem "),
        (Method::Post, "/v1.0/$batch") => String::from_utf8_lossy(&request.body).contains(r#""method":"POST""#),
        _ => false,
    }
}

/// How much was created on both sides.
fn created(world: &World) -> u64 {
    let created = world.counters.operations.iter().filter(|(name, _)| name.ends_with(" created"));
    created.map(|(_, count)| count).sum()
}

/// What the function would remember.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    pub(crate) state: SyncState,
    pub(crate) conflicts: Vec<Conflict>,
    pub(crate) journal: Vec<Entry>,
    /// The number of the last run.
    pub(crate) run: u64,
    /// What the mailbox shares with others.
    pub(crate) mailbox: Mailbox,
}

/// How many entries of the journal are on a page.
const ENTRIES: usize = 3;

impl Memory {
    /// Another run begins; answers its number.
    pub(crate) fn begin_run(&mut self) -> u64 {
        self.run += 1;
        self.run
    }
}

/// The store of one run. It keeps what the function's database would: two links with one record are
/// refused, and a list of changes is stored as a whole.
pub(crate) struct MemoryStore<'m> {
    pub(crate) memory: &'m RefCell<Memory>,
    pub(crate) fate: &'m Fate,
}

impl Store for MemoryStore<'_> {
    async fn open(&self) -> Result<SyncState, StoreError> {
        let open = || {
            let mut state = self.memory.borrow().state.clone();
            let all = state.links.len();
            state.links.retain(|_, link| !link.is_settled());
            state.other_links = all - state.links.len();
            state.free_meetings = self.memory.borrow().mailbox.may_have_more();
            state
        };
        Ok(self.fate.call(false, open).await)
    }

    async fn links_of(&self, records: &[RecordId]) -> Result<Vec<Link>, StoreError> {
        let links = || {
            let memory = self.memory.borrow();
            let asked = |link: &&Link| {
                let (item, record) = (RecordId::Exchange(link.exchange.clone()), RecordId::Crm(link.crm.clone()));
                records.contains(&item) || records.contains(&record)
            };
            memory.state.links.values().filter(asked).cloned().collect()
        };
        Ok(self.fate.call(false, links).await)
    }

    async fn all_links(&self) -> Result<Vec<Link>, StoreError> {
        Ok(self.fate.call(false, || self.memory.borrow().state.links.values().cloned().collect()).await)
    }

    async fn entries_of(&self, run: u64, after: Option<&str>) -> Result<Entries, StoreError> {
        let entries = || {
            let memory = self.memory.borrow();
            let concerns = |entry: &&Entry| entry.run == run || entry.cause == (Cause::Undo { run });
            let before: usize = after.map_or(0, |after| after.parse().expect("a number"));
            let all: Vec<&Entry> = memory.journal.iter().filter(concerns).collect();
            let next = (before + ENTRIES < all.len()).then(|| (before + ENTRIES).to_string());
            Entries { entries: all.into_iter().skip(before).take(ENTRIES).cloned().collect(), next }
        };
        Ok(self.fate.call(false, entries).await)
    }

    async fn meetings(&self, ask: Ask, uids: &[String]) -> Result<Vec<Holder>, StoreError> {
        let ask = || {
            let memory = self.memory.borrow();
            uids.iter().map(|uid| memory.mailbox.ask(ask, uid)).collect()
        };
        Ok(self.fate.call(false, ask).await)
    }

    async fn commit(&self, changes: Vec<StateChange>, _: Progress) -> Result<(), StoreError> {
        let store = || {
            let mut memory = self.memory.borrow_mut();
            for change in changes {
                // Through JSON, as in life.
                let text = serde_json::to_string(&change).expect("serializes");
                let change: StateChange = serde_json::from_str(&text).expect("reads back");
                if let StateChange::AddConflict(conflict) = &change {
                    memory.conflicts.push(conflict.clone());
                }
                if let StateChange::Journal(entry) = &change {
                    let is_this = |other: &Entry| (other.run, other.number) == (entry.run, entry.number);
                    assert!(!memory.journal.iter().rev().take(1).any(is_this), "an entry is noted twice");
                    memory.journal.push(entry.clone());
                }
                memory.state.apply(change);
            }
            memory.mailbox.remember(&memory.state);
            let mut records: Vec<_> = memory.state.links.values().map(|link| link.crm.clone()).collect();
            records.sort();
            let links = records.len();
            records.dedup();
            assert_eq!(records.len(), links, "a record is in two links");
        };
        self.fate.call(false, store).await;
        Ok(())
    }
}

/// The world's clock; waiting moves it.
pub(crate) struct WorldEnv<'w> {
    pub(crate) world: &'w RefCell<World>,
}

impl Env for WorldEnv<'_> {
    async fn wait(&self, milliseconds: u32) {
        self.world.borrow_mut().advance(i64::from(milliseconds));
    }

    fn progress(&self, progress: Progress) {
        assert!(progress.total == 0 || progress.done <= progress.total, "{progress:?}");
    }

    fn cancelled(&self) -> bool {
        false
    }
}

/// Polls a run once: everything answers at once, so it either ends or has died.
pub(crate) fn poll<T>(run: impl Future<Output = T>) -> Option<T> {
    let mut run = pin!(run);
    match run.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => Some(outcome),
        Poll::Pending => None,
    }
}
