//! All kinds of one mailbox, one after the other.

use crate::mailbox::Mailbox;
use crate::undo::PAGES_MAX;
use crate::{End, Env, Failure, Report, Scope, Store, StoreError, Sync};
use mxs_api::Settings;
use mxs_core::{Instant, Kind, Policy, Summary};
use mxs_graph::tasks::TimeZone;
use mxs_http::HttpPort;
use std::collections::BTreeMap;

/// A run of one mailbox: every kind that is switched on, in turn, under one lease.
pub struct All<'a, M, C, E> {
    /// The mailbox.
    pub mailbox: &'a M,
    /// Sends to the CRM, as the user.
    pub crm: &'a C,
    /// Waiting and watchers.
    pub env: &'a E,
    /// What people chose.
    pub settings: &'a Settings,
    /// The moment at which it begins.
    pub now: Instant,
    /// Whether a person waits for it: they see how much there is, and what was refused is tried again.
    pub is_awaited: bool,
    /// Whether held deletions go through, which a person must have been asked for.
    pub allow_mass_delete: bool,
    /// The CRM user who runs it, and owns what it creates unless only others' records take part.
    pub owner: String,
    /// The CRM organisation (`zgid`), part of the provenance mark.
    pub org: String,
    /// Where the CRM's pages are, `https://crm.zoho.eu`; `None` leaves their addresses out of the mailbox.
    pub pages: Option<String>,
    /// The user's time zone; `None` is UTC.
    pub zone: Option<TimeZone>,
    /// The run's number: its lease's fencing token.
    pub run: u64,
    /// The run that is to be taken back; `None` to sync.
    pub undoes: Option<u64>,
}

impl<M: Mailbox, C: HttpPort, E: Env> All<'_, M, C, E> {
    /// Runs each kind with the store that is its own. One that fails doesn't keep the next from its turn, unless nothing
    /// more can be done at all; those that had no turn are not in the answer.
    pub async fn run<S: Store>(&self, store: impl Fn(Kind) -> S) -> BTreeMap<Kind, Report> {
        let mut reports = BTreeMap::new();
        let mut noted = 0;
        for kind in Kind::ALL {
            let report = match self.settings.policy(kind, self.now) {
                Some(policy) => self.run_one(policy, &store(kind), noted).await,
                None => match self.left_as_it_is(&store(kind)).await {
                    Ok(()) => continue,
                    Err(failure) => Report { end: Err(failure), summary: Summary::default(), noted },
                },
            };
            noted = report.noted;
            let goes_on = match &report.end {
                Ok(End::Completed) => true,
                Ok(End::Cancelled) => false,
                Err(failure) => !failure.is_for_all(),
            };
            reports.insert(kind, report);
            if !goes_on {
                break;
            }
        }
        reports
    }

    /// A kind that is switched off can't be taken back, which is told if there is anything to take back.
    async fn left_as_it_is<S: Store>(&self, store: &S) -> Result<(), Failure> {
        let Some(run) = self.undoes else { return Ok(()) };
        let mut after: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let page = store.entries_of(run, after.as_deref()).await?;
            if page.entries.iter().any(|entry| entry.what.is_write()) {
                return Err(Failure::SwitchedOff);
            }
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
        Err(Failure::PlanIncomplete)
    }

    fn record_url(&self, scope: &Scope) -> Option<String> {
        let module = scope.modules.first()?.module();
        Some(module.record_url(self.pages.as_ref()?, &self.org))
    }

    async fn run_one<S: Store>(&self, policy: Policy, store: &S, noted: u64) -> Report {
        let scope = match Scope::chosen(self.settings, &policy, &self.owner, self.now.day()) {
            Ok(scope) => Scope { zone: self.zone.clone(), record_url: self.record_url(&scope), ..scope },
            Err(error) => return Report { end: Err(error.into()), summary: Summary::default(), noted },
        };
        // What is made for an owner who doesn't take part would be out of sight at once.
        let others = scope.owners.ids().first().filter(|_| !scope.owners.include(&self.owner));
        let owner = others.unwrap_or(&self.owner).clone();
        let policy = Policy {
            allow_mass_delete: self.allow_mass_delete,
            count_items: self.is_awaited,
            retry_refused: self.is_awaited,
            ..policy
        };
        let sync = Sync {
            mailbox: self.mailbox,
            crm: self.crm,
            store,
            env: self.env,
            policy,
            scope,
            owner,
            org: self.org.clone(),
            run: self.run,
            noted,
            approved: None,
        };
        match self.undoes {
            Some(run) => sync.undo(run).await.report,
            None => sync.run().await,
        }
    }
}

impl Failure {
    /// Whether the next kind would fail the same way, or must not be begun: nobody is signed in, or the lease is lost.
    pub const fn is_for_all(&self) -> bool {
        match self {
            Failure::MicrosoftSignIn | Failure::CrmSignIn => true,
            Failure::Store(error) => !matches!(error, StoreError::Forgotten | StoreError::Full),
            _ => false,
        }
    }
}
