//! One run, under the lease that the page took.

use crate::env::{BrowserTime, Control, WorkerEnv};
use crate::job::Asked;
use crate::microsoft::Microsoft;
use crate::page::{Page, Port};
use crate::trouble::of_failure;
use js_sys::{Array, Intl, Object, Reflect};
use mxs_bridge::{Ended, Job, Service};
use mxs_core::Instant;
use mxs_graph::tasks::TimeZone;
use mxs_runner::{FunctionStore, Ran};
use mxs_sync::{All, Failure, GraphMailbox};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Syncs to the end, or takes an earlier run back.
pub(crate) async fn run(
    page: &Rc<Page>,
    microsoft: &Microsoft,
    control: Control,
    job: Job,
    undoes: Option<u64>,
) -> Ended {
    let Asked { lease, settings } = match Asked::read(&job) {
        Ok(asked) => asked,
        Err(failure) => return ended(Ran { end: Err(failure), kinds: BTreeMap::new() }),
    };
    let Job { owner, org, pages, zone, allow_mass_delete, .. } = job;
    let run = lease.fence;
    let port = |to| Port { page: page.clone(), to };
    let crm = port(Service::Crm);
    let store = FunctionStore::new(port(Service::Function), BrowserTime, lease);
    let env = WorkerEnv { control, page: page.clone() };
    let all = All {
        mailbox: &GraphMailbox { port: microsoft },
        crm: &crm,
        env: &env,
        settings: &settings,
        now: Instant::from_seconds((js_sys::Date::now() / 1_000.0) as i64),
        is_awaited: true,
        allow_mass_delete,
        owner,
        org,
        pages,
        // The CRM counts the days of its series in the user's zone; where nobody knows that, the browser is where the user is.
        zone: TimeZone::new(&zone).or_else(browsers_zone),
        run,
        undoes,
    };
    let ran = mxs_runner::run(&all, &store, microsoft.own_addresses(), None).await;
    if ran.end == Err(Failure::MicrosoftSignIn) {
        microsoft.forget();
    }
    ended(ran)
}

fn ended(ran: Ran) -> Ended {
    let end = ran.recorded();
    let detail = ran.end.err().and_then(|failure| of_failure(failure).detail);
    Ended { end, detail, kinds: ran.kinds }
}

/// The browser's own time zone, where it says one that has a name.
fn browsers_zone() -> Option<TimeZone> {
    let options = Intl::DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    TimeZone::new(&Reflect::get(&options, &"timeZone".into()).ok()?.as_string()?)
}
