//! One run from the lease to its record.

use super::env::{BrowserEnv, Control};
use crate::browser::{Listener, sleep};
use crate::crm::CrmPort;
use crate::function::{CallError, FunctionClient, FunctionStore};
use crate::microsoft::Microsoft;
use crate::state::{Person, Problems, Trouble};
use mxs_api::{Finish, LEASE_SECONDS, Run, RunEnd};
use mxs_core::{Policy, Summary};
use mxs_sync::{End, Failure, Progress, Report, Sync};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use yew::Callback;

/// A lease is renewed after so much silence. A third of its time: two renewals may fail.
const HEARTBEAT_MS: u32 = LEASE_SECONDS * 1000 / 3;

/// The waits before each try to record how a run ended.
const FINISH_WAITS_MS: [u32; 3] = [0, 1_000, 3_000];

/// What a run works with.
pub(crate) struct Job {
    /// The function.
    pub(crate) function: Rc<FunctionClient>,
    /// Microsoft, signed in.
    pub(crate) microsoft: Rc<Microsoft>,
    /// Whose records take part.
    pub(crate) person: Rc<Person>,
    /// The rules.
    pub(crate) policy: Policy,
    /// By which it is stopped.
    pub(crate) control: Control,
    /// Who is told how far it has come.
    pub(crate) watcher: Callback<Progress>,
}

/// How a run ended.
pub(crate) struct Ended {
    /// As the function recorded it; `None` when it could not be told.
    pub(crate) run: Option<Run>,
    /// Why it could not go on.
    pub(crate) trouble: Option<Trouble>,
    /// What is not in sync.
    pub(crate) problems: Problems,
}

/// Runs. An error means that it did not start.
pub(crate) async fn run(job: Job) -> Result<Ended, CallError> {
    let Job { function, microsoft, person, policy, control, watcher } = job;
    let lease = function.lease().await?;
    let store = Rc::new(FunctionStore::new(function.clone(), lease));
    let leaving = give_back_on_leaving(&function, store.fence());
    let heartbeat = Heartbeat::start(store.clone());
    let env = BrowserEnv { control, watcher };
    let sync = Sync {
        graph: &*microsoft,
        crm: &CrmPort,
        store: &*store,
        env: &env,
        policy,
        owner: person.id.clone(),
        org: person.org.clone(),
    };
    let Report { end, summary } = sync.run().await;
    drop((heartbeat, leaving));
    let trouble = end.as_ref().err().map(Trouble::from);
    let finish = Finish { end: run_end(&end), summary };
    // A run that lost its lease has nothing to give back, and its record is the other run's business.
    let run = finish_patiently(&function, store.fence(), &finish).await;
    Ok(Ended { run, trouble, problems: store.ledger().problems() })
}

/// The record is worth a few tries: without it the run counts as interrupted.
async fn finish_patiently(function: &FunctionClient, fence: u64, finish: &Finish) -> Option<Run> {
    for wait_ms in FINISH_WAITS_MS {
        sleep(wait_ms).await;
        match function.finish(fence, finish).await {
            Ok(run) => return Some(run),
            Err(CallError::Unreachable) => {}
            Err(CallError::Refused(_) | CallError::NotSigned) => return None,
        }
    }
    None
}

fn run_end(end: &Result<End, Failure>) -> RunEnd {
    match end {
        Ok(End::Cancelled) => RunEnd::Cancelled,
        Ok(End::Completed) => RunEnd::Completed,
        Err(failure) => RunEnd::Failed { code: failure.code().to_owned() },
    }
}

/// Renews the lease while the run waits for something else.
struct Heartbeat(Rc<Cell<bool>>);

impl Heartbeat {
    fn start(store: Rc<FunctionStore>) -> Self {
        let beats = Rc::new(Cell::new(true));
        let goes_on = beats.clone();
        spawn_local(async move {
            loop {
                sleep(HEARTBEAT_MS / 2).await;
                if !goes_on.get() {
                    break;
                }
                store.keep(f64::from(HEARTBEAT_MS)).await;
            }
        });
        Self(beats)
    }
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

/// Gives the lease back when the page is left, so that the next sync need not wait until it has run out.
/// What was done is stored; the counts of an interrupted run are not known to anybody.
fn give_back_on_leaving(function: &Rc<FunctionClient>, fence: u64) -> Listener {
    let function = function.clone();
    Listener::new("pagehide", move |_| {
        let function = function.clone();
        // It is begun at once, and the browser carries it on without the page.
        spawn_local(async move {
            let finish = Finish { end: RunEnd::Interrupted, summary: Summary::default() };
            function.finish_in_passing(fence, &finish).await;
        });
    })
}
