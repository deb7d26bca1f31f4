//! The run.

use crate::{FunctionStore, Time};
use futures_util::future::{Either, select};
use mxs_api::{LEASE_SECONDS, Outcome, RunEnd};
use mxs_core::Kind;
use mxs_core::mail::Address;
use mxs_http::HttpPort;
use mxs_sync::mails::{Chosen, Mails, MakeSafe};
use mxs_sync::{All, End, Env, Failure, Mailbox, Report};
use std::collections::BTreeMap;
use std::pin::pin;

/// A lease is renewed after so much silence. A third of its time: two renewals may fail.
const HEARTBEAT_MS: u32 = LEASE_SECONDS * 1000 / 3;

/// What became of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// How it ended as a whole: what failed first, or that somebody stopped it.
    pub end: Result<End, Failure>,
    /// What became of each kind of records that had its turn.
    pub kinds: BTreeMap<Kind, Outcome>,
}

impl Ran {
    /// How it is recorded.
    pub fn recorded(&self) -> RunEnd {
        recorded(&self.end)
    }
}

/// Syncs everything that is switched on, or takes an earlier run back, and keeps the lease that `store` has. `own` are
/// the mailbox's addresses; mails go into the CRM as `make_safe` leaves them, or as plain text without.
pub async fn run<M: Mailbox, C: HttpPort, E: Env, P: HttpPort, T: Time>(
    all: &All<'_, M, C, E>,
    store: &FunctionStore<P, T>,
    own: Vec<Address>,
    make_safe: Option<MakeSafe>,
) -> Ran {
    match select(pin!(everything(all, store, own, make_safe)), pin!(beat(store))).await {
        Either::Left((ran, _)) => ran,
        Either::Right((never, _)) => match never {},
    }
}

async fn everything<M: Mailbox, C: HttpPort, E: Env, P: HttpPort, T: Time>(
    all: &All<'_, M, C, E>,
    store: &FunctionStore<P, T>,
    own: Vec<Address>,
    make_safe: Option<MakeSafe>,
) -> Ran {
    let reports = all.run(|kind| store.of(kind)).await;
    let mut end = end_of(&reports);
    let goes_on = end.as_ref().map_or_else(|failure| !failure.is_for_all(), |end| *end == End::Completed);
    if let Some(chosen) = Chosen::new(&all.settings.mails, own).filter(|_| goes_on && all.undoes.is_none()) {
        let mails = Mails { mailbox: all.mailbox, crm: all.crm, store, env: all.env, chosen, make_safe, now: all.now };
        end = end.and(mails.run().await.end);
    }
    let outcome = |(kind, Report { end, summary, .. })| (kind, Outcome { end: recorded(&end), summary });
    Ran { end, kinds: reports.into_iter().map(outcome).collect() }
}

/// Renews the lease while the run waits for something else.
async fn beat<P: HttpPort, T: Time>(store: &FunctionStore<P, T>) -> std::convert::Infallible {
    loop {
        store.time().wait(HEARTBEAT_MS / 2).await;
        store.keep(u64::from(HEARTBEAT_MS)).await;
    }
}

/// How the whole run ended: what failed first, or that somebody stopped it.
fn end_of(reports: &BTreeMap<Kind, Report>) -> Result<End, Failure> {
    let ends = || reports.values().map(|report| &report.end);
    let is_trouble = |end: &&Result<End, Failure>| **end != Ok(End::Completed);
    ends().find(|end| end.is_err()).or(ends().find(is_trouble)).cloned().unwrap_or(Ok(End::Completed))
}

fn recorded(end: &Result<End, Failure>) -> RunEnd {
    match end {
        Ok(End::Cancelled) => RunEnd::Cancelled,
        Ok(End::Completed) => RunEnd::Completed,
        Err(failure) => RunEnd::Failed { code: failure.code().to_owned() },
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
