//! One run, under the lease that the page took.

use crate::env::{Control, WorkerEnv};
use crate::job::Asked;
use crate::microsoft::Microsoft;
use crate::page::{Page, Port};
use crate::store::FunctionStore;
use crate::trouble::of_failure;
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Intl, Object, Reflect};
use mxs_api::{LEASE_SECONDS, Outcome, RunEnd};
use mxs_bridge::{Ended, Job, Service, Trouble};
use mxs_core::{Instant, Kind};
use mxs_graph::tasks::TimeZone;
use mxs_sync::mails::{Chosen, Mails};
use mxs_sync::{All, End, Failure, Report};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// A lease is renewed after so much silence. A third of its time: two renewals may fail.
const HEARTBEAT_MS: u32 = LEASE_SECONDS * 1000 / 3;

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
        Err(failure) => return ended(Err(failure), BTreeMap::new()),
    };
    let Job { owner, org, pages, zone, allow_mass_delete, .. } = job;
    let run = lease.fence;
    let port = |to| Port { page: page.clone(), to };
    let crm = port(Service::Crm);
    let store = Rc::new(FunctionStore::new(port(Service::Function), lease));
    let env = WorkerEnv { control, page: page.clone() };
    let heartbeat = Heartbeat::start(store.clone());
    let now = Instant::from_seconds((js_sys::Date::now() / 1_000.0) as i64);
    let all = All {
        graph: microsoft,
        crm: &crm,
        env: &env,
        settings: &settings,
        now,
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
    let reports = all.run(|kind| store.of(kind)).await;
    let mut end = end_of(&reports);
    let goes_on = end.as_ref().map_or_else(|failure| !failure.is_for_all(), |end| *end == End::Completed);
    if let Some(chosen) =
        Chosen::new(&settings.mails, microsoft.own_addresses()).filter(|_| goes_on && undoes.is_none())
    {
        let mails = Mails { graph: microsoft, crm: &crm, store: &*store, env: &env, chosen, make_safe: None, now };
        end = end.and(mails.run().await.end);
    }
    drop(heartbeat);
    if end == Err(Failure::MicrosoftSignIn) {
        microsoft.forget();
    }
    ended(end, reports)
}

/// How the whole run ended: what failed first, or that somebody stopped it.
fn end_of(reports: &BTreeMap<Kind, Report>) -> Result<End, Failure> {
    let ends = || reports.values().map(|report| &report.end);
    let is_trouble = |end: &&Result<End, Failure>| **end != Ok(End::Completed);
    ends().find(|end| end.is_err()).or(ends().find(is_trouble)).cloned().unwrap_or(Ok(End::Completed))
}

fn ended(end: Result<End, Failure>, reports: BTreeMap<Kind, Report>) -> Ended {
    let outcome = |(kind, Report { end, summary, .. })| (kind, Outcome { end: told(end).0, summary });
    let kinds = reports.into_iter().map(outcome).collect();
    let (end, detail) = told(end);
    Ended { end, detail, kinds }
}

fn told(end: Result<End, Failure>) -> (RunEnd, Option<String>) {
    match end {
        Ok(End::Cancelled) => (RunEnd::Cancelled, None),
        Ok(End::Completed) => (RunEnd::Completed, None),
        Err(failure) => {
            let Trouble { code, detail } = of_failure(failure);
            (RunEnd::Failed { code }, detail)
        }
    }
}

/// The browser's own time zone, where it says one that has a name.
fn browsers_zone() -> Option<TimeZone> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use mxs_core::Summary;

    #[test]
    fn a_run_ends_as_what_went_wrong_first() {
        type Ends = Result<End, Failure>;
        let cases: [(&[Ends], Ends); 5] = [
            (&[], Ok(End::Completed)),
            (&[Ok(End::Completed), Ok(End::Completed)], Ok(End::Completed)),
            (&[Ok(End::Completed), Ok(End::Cancelled)], Ok(End::Cancelled)),
            (&[Err(Failure::PlaceGone), Err(Failure::CrmAnswer), Ok(End::Completed)], Err(Failure::PlaceGone)),
            // Stopped after another kind had failed: the failure is what there is to do something about.
            (&[Err(Failure::PlaceGone), Ok(End::Cancelled)], Err(Failure::PlaceGone)),
        ];
        for (ends, expected) in cases {
            let report =
                |end: &Result<End, Failure>| Report { end: end.clone(), summary: Summary::default(), noted: 0 };
            let reports = Kind::ALL.into_iter().zip(ends.iter().map(report)).collect();
            assert_eq!(end_of(&reports), expected, "{ends:?}");
        }
    }
}
