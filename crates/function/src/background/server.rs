//! A mailbox on an Exchange Server, as a run in the background reaches it.

use super::pace::Ended;
use super::port::Heard;
use crate::App;
use crate::exchange::{Opened, Reach, Tried, open};
use crate::keys::{Keys, NoToken};
use crate::refusal::Refusal;
use crate::store::Told;
use mxs_api::{ExchangeSignIn, ExchangeTrouble};
use mxs_ews::Session;
use mxs_http::{HttpPort, NoResponse, Request, Response};
use std::rc::Rc;
use std::sync::Arc;
use tokio::runtime::Handle;

/// What opens a mailbox on an Exchange Server.
pub(super) struct ServerDoor {
    reach: Reach,
    opened: Opened,
    /// The address that the organisation's account acts for.
    acts_for: Option<String>,
}

/// Why it doesn't open.
pub(super) struct Closed {
    pub(super) ended: Ended,
    pub(super) told: Told,
}

impl ServerDoor {
    /// Opens the mailbox, if it is one on an Exchange Server.
    pub(super) async fn open(
        app: &App,
        keys: &Arc<Keys>,
        org: &str,
        mailbox: (i64, &str, &str),
    ) -> Result<Option<Self>, Result<Closed, Refusal>> {
        let found = Reach::of_mailbox(app, keys, org, mailbox).await.map_err(Err)?;
        let Some((mut reach, acts_for)) = found else { return Ok(None) };
        let is_of_all = reach.is_of_all();
        let closed = |trouble| Err(Ok(closed(trouble, is_of_all)));
        if reach.account.is_refused {
            return closed(ExchangeTrouble::WrongPassword);
        }
        match open(&mut reach, acts_for.as_deref(), &[], false).await {
            Ok(Tried::Open(opened)) => Ok(Some(Self { reach, opened, acts_for })),
            Ok(Tried::Ask(_)) => closed(ExchangeTrouble::AskFirst),
            Ok(Tried::Wrong((_, trouble))) => closed(trouble),
            Err(NoToken::Refused) => closed(ExchangeTrouble::WrongPassword),
            Err(NoToken::Unavailable { .. }) => closed(ExchangeTrouble::Busy),
            Err(NoToken::Broken(refusal)) => Err(Err(refusal)),
        }
    }

    /// What its requests have in common.
    pub(super) fn session(&self) -> Session<'_> {
        Session { path: &self.opened.path, version: self.opened.version, acts_for: self.acts_for.as_deref() }
    }

    /// The way there, for one run.
    pub(super) fn port(&self, runtime: Handle) -> ServerPort {
        ServerPort { door: self.opened.door.clone(), heard: Rc::default(), runtime }
    }

    /// The server took back that it let the account in: what that means. A password isn't tried again; a token is good
    /// for a while only, and the next run gets another.
    pub(super) async fn refused(mut self) -> Result<Closed, Refusal> {
        self.reach.refused().await?;
        if self.reach.account.sign_in == ExchangeSignIn::Application {
            return Ok(closed(ExchangeTrouble::Busy, self.reach.is_of_all()));
        }
        Ok(closed(ExchangeTrouble::WrongPassword, self.reach.is_of_all()))
    }
}

/// What it means for the next run, and for whom, that a mailbox doesn't open.
fn closed(trouble: ExchangeTrouble, is_of_all: bool) -> Closed {
    use ExchangeTrouble::*;
    let (ended, needs_person, is_of_mailbox) = match trouble {
        // Nothing but a person changes that, and each try counts.
        WrongPassword | PasswordExpired => (Ended::Permanent, true, false),
        Denied | MayNotActForOthers | NoMailbox => (Ended::Permanent, true, true),
        // A person must see to it, and will do so elsewhere: at the server, or with the authorities.
        AskFirst | BadCertificate | NoWayToSignIn | NotAsked | NotExchange | NotFound | TooOld | UnknownAuthority => {
            (Ended::Transient { retry_after_s: None }, true, false)
        }
        Away | Busy => (Ended::Transient { retry_after_s: None }, false, false),
    };
    let told = Told::Wrong { code: trouble.as_str(), is_of_all: is_of_all && !is_of_mailbox, needs_person };
    Closed { ended, told }
}

/// The way to an Exchange Server, for one run.
pub(super) struct ServerPort {
    door: Arc<dyn crate::Door>,
    pub(super) heard: Rc<Heard>,
    /// Where requests are worked on: not on the thread on which the run computes.
    runtime: Handle,
}

impl HttpPort for ServerPort {
    async fn send(&self, request: Request) -> Result<Response, NoResponse> {
        let answered = self.runtime.spawn(self.door.exchange(request)).await;
        let response = answered.map_err(|_| NoResponse::Unknown)?.map_err(NoResponse::from)?;
        self.heard.hear(&response);
        Ok(response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_a_person_changes_is_not_tried_again_and_tells_whom_it_concerns() {
        for trouble in ExchangeTrouble::ALL {
            let Closed { ended, told } = closed(trouble, true);
            let Told::Wrong { code, is_of_all, needs_person } = told else { panic!("{trouble:?}: all is well") };
            assert_eq!(code, trouble.as_str());
            assert!(needs_person || ended != Ended::Permanent, "{trouble:?}: nobody would see to it");
            let is_one_mailboxes = matches!(code, "MXS-4110" | "MXS-4111" | "MXS-4112");
            assert_eq!(is_of_all, !is_one_mailboxes, "{trouble:?}");
            let Told::Wrong { is_of_all, .. } = closed(trouble, false).told else { panic!("{trouble:?}") };
            assert!(!is_of_all, "one's own account is nobody else's");
        }
    }
}
