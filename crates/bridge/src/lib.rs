//! What the tab's page and its worker say to each other.
//!
//! A sync runs in a [web worker](https://html.spec.whatwg.org/multipage/workers.html): a program of its own on
//! a thread of its own, fetched once somebody is about to sign in or to sync. So the first visit doesn't pay
//! for the engine, and however long it computes, the page answers.
//!
//! Everything that needs the page stays in the page: the windows, the CRM's SDK, and the session with the
//! function that the SDK vouches for. Microsoft's tokens live in the worker alone, where no script of the page,
//! the SDK's included, can reach them.
//!
//! ```text
//! page                                           worker
//!   │ ◀───────────────────────────────────── Ready │
//!   │ Ask { id, SignIn } ────────────────────────▶ │
//!   │ ◀─────────────────── Reply { id, Visit url } │  the page shows it in a window
//!   │ Ask { id, Redeem query } ──────────────────▶ │
//!   │ ◀─────────────── Reply { id, Found mailbox } │
//!   │ Ask { id, Run job } ───────────────────────▶ │
//!   │ ◀────────────────── Send { id, to, request } │  any number, several at a time
//!   │ Answer { id, result } ─────────────────────▶ │
//!   │ ◀────────────────────────────────── Progress │
//!   │ Cancel ────────────────────────────────────▶ │
//!   │ ◀─────────────────────── Reply { id, Ended } │
//! ```

mod trouble;

pub use trouble::{Trouble, code};

use mxs_api::{Mailbox, Outcome, Progress, RunEnd};
use mxs_core::Kind;
use mxs_http::{NoResponse, Request, Response};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// What the page tells the worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ToWorker {
    /// Do something, and reply once.
    Ask {
        /// A number that the reply must bring back; never used twice.
        id: u32,
        /// What to do.
        ask: Ask,
    },
    /// What came back for [`ToPage::Send`].
    Answer {
        /// The request's number.
        id: u32,
        /// The answer, or why there is none.
        result: Result<Response, NoResponse>,
    },
    /// Use the tokens of the last sign-in from now on.
    Adopt,
    /// Stop the run between two requests.
    Cancel,
}

/// What the worker is asked to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ask {
    /// Say [`Reply::Done`] once it has been loaded.
    Hello,
    /// Begin a sign-in: [`Reply::Visit`].
    SignIn(SignIn),
    /// End the sign-in that was begun last: [`Reply::Found`] or [`Reply::Failed`]. Its tokens are not used before
    /// they are [adopted](ToWorker::Adopt): it may be the wrong mailbox.
    Redeem(Returned),
    /// Sync all that is switched on, once: [`Reply::Ended`]. One run at a time.
    Run(Job),
    /// Take an earlier run back: [`Reply::Ended`]. It is a run, too, and its lease
    /// says what it is for.
    Undo {
        /// What the run needs to know.
        job: Job,
        /// The run that is taken back.
        run: u64,
    },
}

/// What the worker tells the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ToPage {
    /// It has been loaded and listens. What is sent to it before is lost.
    Ready,
    /// The end of what the page asked for.
    Reply {
        /// The ask's number.
        id: u32,
        /// How it ended.
        reply: Reply,
    },
    /// Send this request, with the credentials of the service.
    Send {
        /// A number that the answer must bring back; never used twice.
        id: u32,
        /// Where to.
        to: Service,
        /// The request; its address starts with `/`.
        request: Request,
    },
    /// The run has come this far.
    Progress(Progress),
    /// Microsoft no longer takes the tokens: a person must sign in.
    SignedOut,
}

/// How an [`Ask`] ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply {
    /// Well.
    Done,
    /// The address that the person has to visit.
    Visit(String),
    /// The mailbox that the person signed in to.
    Found(Mailbox),
    /// The sign-in failed.
    Failed(Trouble),
    /// The run has ended.
    Ended(Ended),
}

/// Who is asked through the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Service {
    /// The CRM, as its user, through the SDK.
    Crm,
    /// The serverless function, with the session.
    Function,
}

/// A sign-in to begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// Where Microsoft is.
    pub microsoft: Microsoft,
    /// Where the browser comes back to, as registered at Microsoft.
    pub redirect_uri: String,
    /// The address of the mailbox on record, so that nobody has to type it.
    pub login_hint: Option<String>,
    /// Whether Microsoft shall ask which account it is to be.
    pub choose: bool,
}

/// Where Microsoft is, and who we are there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Microsoft {
    /// The identity service, without a slash at the end.
    pub authority: String,
    /// `organizations`, or one directory's id.
    pub tenant: String,
    /// The app registration's id.
    pub client_id: String,
    /// Microsoft Graph, without a slash at the end.
    pub graph: String,
}

/// The query that the browser came back with.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned(pub String);

/// It holds a code that can be turned into tokens.
impl fmt::Debug for Returned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Returned")
    }
}

/// What a run needs to know. What the page doesn't read is in it as the function's own text, so that the first visit
/// doesn't pay for types that only the worker knows.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// The right to sync, which the page got and will give back: [`mxs_api::Lease`] as JSON.
    pub lease: String,
    /// What is chosen: [`mxs_api::Settings`] as JSON.
    pub settings: String,
    /// Whether held deletions go through, which a person must have been asked for.
    pub allow_mass_delete: bool,
    /// The CRM user whose records take part.
    pub owner: String,
    /// The CRM organisation (`zgid`).
    pub org: String,
    /// Where the CRM's pages are, such as `https://crm.zoho.eu`, if the page was told.
    pub pages: Option<String>,
    /// The name of the time zone in which the CRM shows times to this user; empty where it didn't say.
    pub zone: String,
}

/// The lease holds Graph's delta links, the settings what a person named.
impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job").finish_non_exhaustive()
    }
}

/// How a run ended, to be recorded by the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// How.
    pub end: RunEnd,
    /// What the vendor called the reason for a failure; see [`Trouble::detail`].
    pub detail: Option<String>,
    /// What became of each kind that had its turn.
    pub kinds: BTreeMap<Kind, Outcome>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use mxs_http::Method;

    /// A page that was left open may meet a newer worker.
    #[test]
    fn the_messages_keep_their_form() {
        let request = Request::new(Method::Get, "/v1/x").header("Prefer", "y").body("text/plain", b"a".to_vec());
        let message = ToPage::Send { id: 1, to: Service::Function, request };
        let text = serde_json::to_string(&message).expect("JSON");
        assert_eq!(
            text,
            r#"{"Send":{"id":1,"to":"Function","request":{"method":"Get","url":"/v1/x","headers":[["Prefer","y"],["Content-Type","text/plain"]],"body":[97]}}}"#
        );
        assert_eq!(serde_json::from_str::<ToPage>(&text).expect("the same"), message);
        let message = ToWorker::Answer { id: 1, result: Err(NoResponse::Unknown) };
        let text = serde_json::to_string(&message).expect("JSON");
        assert_eq!(text, r#"{"Answer":{"id":1,"result":{"Err":"Unknown"}}}"#);
        assert_eq!(serde_json::from_str::<ToWorker>(&text).expect("the same"), message);
    }

    #[test]
    fn a_code_is_never_shown() {
        let ask = Ask::Redeem(Returned("?code=secret".to_owned()));
        assert!(!format!("{ask:?}").contains("secret"));
    }
}
