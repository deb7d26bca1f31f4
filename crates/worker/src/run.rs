//! One run, under the lease that the page took.

use crate::env::{Control, WorkerEnv};
use crate::job::Asked;
use crate::microsoft::Microsoft;
use crate::page::{Page, Port};
use crate::store::FunctionStore;
use crate::trouble::of_failure;
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Intl, Object, Reflect};
use mxs_api::{LEASE_SECONDS, RunEnd};
use mxs_bridge::{Ended, Job, Service, Trouble};
use mxs_core::{Instant, Summary};
use mxs_graph::tasks::TimeZone;
use mxs_sync::{End, Failure, Report, Scope, Sync};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// A lease is renewed after so much silence. A third of its time: two renewals may fail.
const HEARTBEAT_MS: u32 = LEASE_SECONDS * 1000 / 3;

/// How far back tasks and events are read, in months.
const MONTHS_BACK: u8 = 6;

/// Syncs to the end, or takes an earlier run back.
pub(crate) async fn run(
    page: &Rc<Page>,
    microsoft: &Microsoft,
    control: Control,
    job: Job,
    undoes: Option<u64>,
) -> Ended {
    let now = Instant::from_seconds((js_sys::Date::now() / 1_000.0) as i64);
    let Asked { lease, policy } = match Asked::read(&job, now) {
        Ok(asked) => asked,
        Err(failure) => return ended(Err(failure), Summary::default()),
    };
    let Job { owner, org, .. } = job;
    let fence = lease.fence;
    let port = |to| Port { page: page.clone(), to };
    let crm = port(Service::Crm);
    let store = Rc::new(FunctionStore::new(port(Service::Function), lease));
    let env = WorkerEnv { control, page: page.clone() };
    let heartbeat = Heartbeat::start(store.clone());
    let kind_store = store.of(policy.kind);
    let scope = Scope { zone: zone(), ..Scope::usual(policy.kind, &owner, now.day(), MONTHS_BACK) };
    let sync = Sync {
        graph: microsoft,
        crm: &crm,
        store: &kind_store,
        env: &env,
        policy,
        scope,
        owner,
        org,
        run: fence,
        noted: 0,
        approved: None,
    };
    let Report { end, summary, .. } = match undoes {
        Some(run) => sync.undo(run).await.report,
        None => sync.run().await,
    };
    drop(heartbeat);
    if end == Err(Failure::MicrosoftSignIn) {
        microsoft.forget();
    }
    ended(end, summary)
}

fn ended(end: Result<End, Failure>, summary: Summary) -> Ended {
    let (end, detail) = match end {
        Ok(End::Cancelled) => (RunEnd::Cancelled, None),
        Ok(End::Completed) => (RunEnd::Completed, None),
        Err(failure) => {
            let Trouble { code, detail } = of_failure(failure);
            (RunEnd::Failed { code }, detail)
        }
    };
    Ended { end, detail, summary }
}

/// The browser's own time zone, where it says one that has a name.
fn zone() -> Option<TimeZone> {
    let options = Intl::DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    TimeZone::new(&Reflect::get(&options, &"timeZone".into()).ok()?.as_string()?)
}

/// Renews the lease while the run waits for something else.
struct Heartbeat(Rc<Cell<bool>>);

impl Heartbeat {
    fn start(store: Rc<FunctionStore<Port>>) -> Self {
        let beats = Rc::new(Cell::new(true));
        let goes_on = beats.clone();
        spawn_local(async move {
            loop {
                TimeoutFuture::new(HEARTBEAT_MS / 2).await;
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
