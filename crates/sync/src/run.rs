//! The run.

use crate::mailbox::Mailbox;
use crate::round::{Round, Stop};
use crate::{Env, Phase, Progress, Scope, Store, StoreError};
use mxs_core::{Field, Policy, Preview, Summary};
use mxs_http::HttpPort;
use mxs_zoho::NamesError;

/// How often a run reads and plans anew because something changed under its hands, or because a write's
/// outcome was not known. What is still open then waits for the next run.
pub const ROUNDS_MAX: u32 = 3;

/// A run of one mailbox's records of one kind.
pub struct Sync<'a, M, C, S, E> {
    /// The mailbox.
    pub mailbox: &'a M,
    /// Sends to the CRM, as the user.
    pub crm: &'a C,
    /// Remembers.
    pub store: &'a S,
    /// Waiting and watchers.
    pub env: &'a E,
    /// The rules.
    pub policy: Policy,
    /// Where records are read and written.
    pub scope: Scope,
    /// The CRM user who runs it and owns what it creates.
    pub owner: String,
    /// The CRM organisation (`zgid`), part of the provenance mark.
    pub org: String,
    /// The run's number: its lease's fencing token.
    pub run: u64,
    /// How many entries the journal of this run has already: those of the kinds before.
    pub noted: u64,
    /// The [fingerprint](mxs_core::Plan::fingerprint) of the plan that a person has approved: the run carries it
    /// out, or writes nothing if by now the plan is another. `None` where nobody was asked.
    pub approved: Option<u64>,
}

/// How a run ended that could go on to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// A person stopped it.
    Cancelled,
    /// It came to its end. Single records may have failed: the summary says so.
    Completed,
}

/// Why a run could not go on. What it had done is stored; the next run takes it from there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Microsoft refused the sign-in: sign in again.
    #[error("Microsoft no longer accepts the sign-in")]
    MicrosoftSignIn,
    /// Microsoft refused access to the mailbox.
    #[error("Microsoft refused access ({code})")]
    MicrosoftDenied {
        /// Microsoft's error code.
        code: String,
    },
    /// Microsoft can't be reached, or keeps failing.
    #[error("Microsoft can't be reached (HTTP {status:?})")]
    MicrosoftUnavailable {
        /// The last status, if there was an answer.
        status: Option<u16>,
    },
    /// Microsoft's answer can't be understood.
    #[error("Microsoft's answer can't be understood")]
    MicrosoftAnswer,
    /// The CRM no longer accepts the session.
    #[error("the CRM no longer accepts the session")]
    CrmSignIn,
    /// The CRM refused access.
    #[error("the CRM refused access ({code})")]
    CrmDenied {
        /// The CRM's error code.
        code: String,
    },
    /// The CRM can't be reached, or keeps failing.
    #[error("the CRM can't be reached (HTTP {status:?})")]
    CrmUnavailable {
        /// The last status, if there was an answer.
        status: Option<u16>,
    },
    /// The CRM's answer can't be understood.
    #[error("the CRM's answer can't be understood")]
    CrmAnswer,
    /// A field of the CRM was chosen that can't take what is to be put there.
    #[error("a chosen field of the CRM can't be used ({field:?})")]
    OwnField {
        /// What is to be put there; `None` where there are too many fields.
        field: Option<Field>,
    },
    /// A folder, list or calendar that was chosen is no longer there.
    #[error("a chosen folder, list or calendar is gone")]
    PlaceGone,
    /// Something has changed since the plan was approved: nothing was written, and there is a new plan to look at.
    #[error("the plan is not the one that was approved")]
    PlanChanged,
    /// The engine found its own plan incomplete and nothing was written. A bug: please report it.
    #[error("the plan is incomplete")]
    PlanIncomplete,
    /// The run that is to be taken back changed records of a kind that is not synced any more.
    #[error("what is to be taken back is not synced any more")]
    SwitchedOff,
    /// SalesInbox puts mails beside records: with it, every mail would be there twice.
    #[error("SalesInbox is in use")]
    SalesInbox,
    /// The state can't be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Failure {
    /// The stable code that people can look up; never used for two things, never reused.
    pub const fn code(&self) -> &'static str {
        match self {
            Failure::MicrosoftSignIn => "MXS-1001",
            Failure::MicrosoftDenied { .. } => "MXS-1002",
            Failure::MicrosoftUnavailable { .. } => "MXS-1003",
            Failure::MicrosoftAnswer => "MXS-1004",
            Failure::CrmSignIn => "MXS-1005",
            Failure::CrmDenied { .. } => "MXS-1006",
            Failure::CrmUnavailable { .. } => "MXS-1007",
            Failure::CrmAnswer => "MXS-1008",
            Failure::PlanIncomplete => "MXS-1009",
            Failure::PlanChanged => "MXS-1011",
            Failure::Store(StoreError::Forgotten) => "MXS-1012",
            Failure::SalesInbox => "MXS-1013",
            Failure::PlaceGone => "MXS-1014",
            Failure::OwnField { .. } => "MXS-1015",
            Failure::SwitchedOff => "MXS-1016",
            Failure::Store(StoreError::Full) => "MXS-4009",
            Failure::Store(StoreError::LeaseLost) => "MXS-4006",
            Failure::Store(StoreError::SessionEnded) => "MXS-4003",
            Failure::Store(StoreError::Unavailable) => "MXS-1010",
        }
    }
}

impl From<NamesError> for Failure {
    fn from(error: NamesError) -> Self {
        Failure::OwnField {
            field: match error {
                NamesError::NotAName { field } | NamesError::NotText { field } | NamesError::Taken { field } => {
                    Some(field)
                }
                NamesError::TooMany => None,
            },
        }
    }
}

/// What a run did and how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How.
    pub end: Result<End, Failure>,
    /// What it did, also when it failed on the way.
    pub summary: Summary,
    /// How many entries the journal of the run has now.
    pub noted: u64,
}

impl<M: Mailbox, C: HttpPort, S: Store, E: Env> Sync<'_, M, C, S, E> {
    /// Runs to the end, or to the point where it can't go on. Dropping the future at any `await` is safe:
    /// the next run finds out what was done.
    pub async fn run(&self) -> Report {
        let (mut summary, mut noted) = (Summary::default(), self.noted);
        let end = match self.rounds(&mut summary, &mut noted).await {
            Ok(()) => Ok(End::Completed),
            Err(Stop::Cancelled) => Ok(End::Cancelled),
            Err(Stop::Failed(failure)) => Err(failure),
        };
        Report { end, summary, noted }
    }

    /// Reads both sides and tells what a run would do. Nothing is written, and nothing remembered.
    ///
    /// # Errors
    ///
    /// As for a run; [`End::Cancelled`] is no error of it, so a preview that a person stops is `Ok(None)`.
    pub async fn preview(&self) -> Result<Option<Preview>, Failure> {
        self.env.progress(Progress { phase: Phase::Starting, done: 0, total: 0 });
        let state = self.store.open().await?;
        match Round::new(self, state).preview().await {
            Ok(preview) => Ok(Some(preview)),
            Err(Stop::Cancelled) => Ok(None),
            Err(Stop::Failed(failure)) => Err(failure),
        }
    }

    async fn rounds(&self, summary: &mut Summary, noted: &mut u64) -> Result<(), Stop> {
        self.env.progress(Progress { phase: Phase::Starting, done: 0, total: 0 });
        let state = self.store.open().await?;
        let mut round = Round::new(self, state);
        for number in 1..=ROUNDS_MAX {
            // A later round takes up what the first, which was approved, left open.
            let result = round.go(self.approved.filter(|_| number == 1)).await;
            *summary = round.summary();
            *noted = round.noted();
            if !result? || number == ROUNDS_MAX {
                break;
            }
        }
        Ok(())
    }
}
