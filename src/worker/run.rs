//! One run from the lease to its record. The run itself goes on in the worker.

use super::{Broken, SyncWorker};
use crate::browser::{Listener, sleep};
use crate::function::{CallError, FunctionClient, Lease, json_text};
use crate::state::{Chosen, Person};
use mxs_api::{Finish, Run, RunEnd};
use mxs_bridge::{Ask, Ended, Reply, ToWorker, Trouble, code};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// The waits before each try to record how a run ended.
const FINISH_WAITS_MS: [u32; 3] = [0, 1_000, 3_000];

/// What a run works with.
pub(crate) struct Job {
    /// The function.
    pub(crate) function: Rc<FunctionClient>,
    /// Where it goes on.
    pub(crate) worker: Rc<SyncWorker>,
    /// Whose records take part.
    pub(crate) person: Rc<Person>,
    /// What is chosen.
    pub(crate) settings: Chosen,
    /// Whether held deletions go through, as a person said.
    pub(crate) allow_mass_delete: bool,
    /// Whether a person has stopped it.
    pub(crate) cancelled: Rc<Cell<bool>>,
}

/// How a run ended.
pub(crate) struct Outcome {
    /// As the function recorded it; `None` when it could not be told.
    pub(crate) run: Option<Run>,
    /// Why it could not go on.
    pub(crate) trouble: Option<Trouble>,
}

/// Why a run did not start.
pub(crate) enum NotRun {
    /// The worker can't be loaded.
    Broken,
    /// The function gave no lease.
    NoLease(CallError),
}

/// Runs once.
pub(crate) async fn run(job: Job) -> Result<Outcome, NotRun> {
    let Job { function, worker, person, settings, allow_mass_delete, cancelled } = job;
    // A lease is not taken before there is somebody to use it.
    worker.ask(Ask::Hello).await.map_err(|Broken| NotRun::Broken)?;
    let Lease { fence, text } = function.lease().await.map_err(NotRun::NoLease)?;
    let leaving = give_back_on_leaving(&function, fence);
    let job = mxs_bridge::Job {
        lease: text,
        settings: json_text(&settings),
        allow_mass_delete,
        owner: person.id.clone(),
        org: person.org.clone(),
        pages: crate::crm::pages(),
        zone: person.zone.clone(),
    };
    let reply = worker.ask(Ask::Run(job));
    if cancelled.get() {
        // It was said before there was a run to stop.
        worker.tell(&ToWorker::Cancel);
    }
    let Ended { end, detail, kinds } = match reply.await {
        Ok(Reply::Ended(ended)) => ended,
        // What was done is stored; how much it was is lost with the worker.
        _ => Ended { end: RunEnd::Failed { code: code::NO_WORKER.to_owned() }, detail: None, kinds: BTreeMap::new() },
    };
    drop(leaving);
    let trouble = match &end {
        RunEnd::Failed { code } => Some(Trouble { code: code.clone(), detail }),
        RunEnd::Cancelled | RunEnd::Completed | RunEnd::Interrupted => None,
    };
    let finish = Finish { kinds, end };
    // A run that lost its lease has nothing to give back, and its record is the other run's business.
    let run = finish_patiently(&function, fence, &finish).await;
    Ok(Outcome { run, trouble })
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

/// Gives the lease back when the page is left, so that the next sync need not wait until it has run out.
/// What was done is stored; the counts of an interrupted run are not known to anybody.
fn give_back_on_leaving(function: &Rc<FunctionClient>, fence: u64) -> Listener {
    let function = function.clone();
    Listener::new("pagehide", move |_| {
        let function = function.clone();
        // It is begun at once, and the browser carries it on without the page.
        spawn_local(async move {
            let finish = Finish { end: RunEnd::Interrupted, kinds: BTreeMap::new() };
            function.finish_in_passing(fence, &finish).await;
        });
    })
}
