//! Calls of the function, with a session that the CRM vouches for.

use crate::browser::{Life, fetch, now_ms};
use crate::crm;
use crate::gate::Gate;
use crate::state::{Trouble, code};
use mxs_api::{
    Challenge, Commit, ErrorCode, Finish, Lease, Mailbox, Overview, Problem, Renewed, Run, STATE_PAGE_MAX, Session,
    SessionRequest, Settings, StatePage,
};
use mxs_http::{Method, Request, url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::RefCell;

/// A session is renewed when it has less than this left.
const RENEW_BEFORE_MS: f64 = 120_000.0;

/// Why a call gave nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CallError {
    /// The function refused.
    Refused(Problem),
    /// It can't be reached, or its answer can't be understood.
    Unreachable,
    /// The CRM did not sign a statement.
    NotSigned,
}

impl CallError {
    /// Whether it is this refusal.
    pub(crate) fn is(&self, code: ErrorCode) -> bool {
        matches!(self, CallError::Refused(problem) if problem.code == code)
    }
}

impl From<&CallError> for Trouble {
    fn from(error: &CallError) -> Self {
        match error {
            CallError::Refused(problem) => problem.into(),
            CallError::Unreachable => Trouble::new(code::NO_FUNCTION),
            CallError::NotSigned => Trouble::new(code::NOT_SIGNED),
        }
    }
}

#[derive(Clone, Debug)]
struct Token {
    text: String,
    expires_at_ms: f64,
}

/// The function. The session lives in this object only.
#[derive(Debug)]
pub(crate) struct FunctionClient {
    base: String,
    session_function: String,
    token: RefCell<Option<Token>>,
    renewing: Gate,
}

impl FunctionClient {
    /// No session yet: the first call gets one.
    pub(crate) fn new(base: String, session_function: String) -> Self {
        Self { base, session_function, token: RefCell::new(None), renewing: Gate::default() }
    }

    /// What the page shows first.
    pub(crate) async fn overview(&self) -> Result<Overview, CallError> {
        self.call(Method::Get, "/v1/overview", Vec::new()).await
    }

    /// Saves the settings.
    pub(crate) async fn save(&self, settings: &Settings) -> Result<Settings, CallError> {
        self.call(Method::Put, "/v1/settings", json(settings)).await
    }

    /// Puts the mailbox on record.
    pub(crate) async fn connect(&self, mailbox: &Mailbox) -> Result<Mailbox, CallError> {
        self.call(Method::Put, "/v1/mailbox", json(mailbox)).await
    }

    /// Asks for the right to sync.
    pub(crate) async fn lease(&self) -> Result<Lease, CallError> {
        self.call(Method::Post, "/v1/lease", Vec::new()).await
    }

    /// Reads a part of the remembered state.
    pub(crate) async fn state(&self, fence: u64, after: Option<&str>) -> Result<StatePage, CallError> {
        let after = after.map(|after| format!("&after={}", url::encode(after))).unwrap_or_default();
        let path = format!("/v1/lease/{fence}/state?limit={STATE_PAGE_MAX}{after}");
        self.call(Method::Get, &path, Vec::new()).await
    }

    /// Stores changes.
    pub(crate) async fn commit(&self, fence: u64, commit: &Commit) -> Result<Renewed, CallError> {
        self.call(Method::Post, &format!("/v1/lease/{fence}/commits"), json(commit)).await
    }

    /// Ends a run and gives the lease back.
    pub(crate) async fn finish(&self, fence: u64, finish: &Finish) -> Result<Run, CallError> {
        self.call(Method::Post, &finish_path(fence), json(finish)).await
    }

    /// The same while the page is being left: it can't wait for the answer, nor renew a session.
    pub(crate) async fn finish_in_passing(&self, fence: u64, finish: &Finish) {
        let token = self.token.borrow().as_ref().map(|token| token.text.clone());
        if let Some(token) = token {
            let request = self.request(Method::Post, &finish_path(fence), json(finish), &token);
            // Nobody is left to tell.
            let _ = fetch(&request, Life::Beyond).await;
        }
    }

    async fn call<T: DeserializeOwned>(&self, method: Method, path: &str, body: Vec<u8>) -> Result<T, CallError> {
        let bytes = self.send(method, path, body).await?;
        read(&bytes)
    }

    /// Sends with the session. One that the function no longer knows is renewed once.
    async fn send(&self, method: Method, path: &str, body: Vec<u8>) -> Result<Vec<u8>, CallError> {
        let token = self.session().await?;
        match self.send_once(self.request(method, path, body.clone(), &token)).await {
            Err(error) if error.is(ErrorCode::NoSession) => {
                // Unless another call has renewed it meanwhile.
                self.token.borrow_mut().take_if(|held| held.text == token);
                let token = self.session().await?;
                self.send_once(self.request(method, path, body, &token)).await
            }
            result => result,
        }
    }

    fn request(&self, method: Method, path: &str, body: Vec<u8>, token: &str) -> Request {
        let request = self.open_request(method, path, body);
        request.header("Authorization", format!("Bearer {token}"))
    }

    fn open_request(&self, method: Method, path: &str, body: Vec<u8>) -> Request {
        let request = Request::new(method, format!("{}{path}", self.base));
        if body.is_empty() { request } else { request.body("application/json", body) }
    }

    async fn send_once(&self, request: Request) -> Result<Vec<u8>, CallError> {
        let response = fetch(&request, Life::Page).await.map_err(|_| CallError::Unreachable)?;
        if response.is_success() {
            return Ok(response.body);
        }
        Err(CallError::Refused(read(&response.body)?))
    }

    /// The session's token; renewed by one caller while the others wait.
    async fn session(&self) -> Result<String, CallError> {
        let _inside = self.renewing.enter().await;
        if let Some(token) =
            self.token.borrow().as_ref().filter(|token| now_ms() + RENEW_BEFORE_MS < token.expires_at_ms)
        {
            return Ok(token.text.clone());
        }
        let challenge: Challenge = self.call_openly("/v1/challenges", Vec::new()).await?;
        let statement = crm::sign(&self.session_function, &challenge.nonce).await.ok_or(CallError::NotSigned)?;
        let session: Session = self.call_openly("/v1/sessions", json(&SessionRequest { statement })).await?;
        let expires_at_ms = now_ms() + f64::from(session.expires_in_s) * 1000.0;
        self.token.replace(Some(Token { text: session.token.clone(), expires_at_ms }));
        Ok(session.token)
    }

    async fn call_openly<T: DeserializeOwned>(&self, path: &str, body: Vec<u8>) -> Result<T, CallError> {
        let bytes = self.send_once(self.open_request(Method::Post, path, body)).await?;
        read(&bytes)
    }
}

/// Reads an answer, by way of a [`serde_json::Value`]: the clients of Graph and the CRM read those anyway, and
/// types are read out of one with much less code than out of text.
fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CallError> {
    let value: serde_json::Value = serde_json::from_slice(bytes).map_err(|_| CallError::Unreachable)?;
    serde_json::from_value(value).map_err(|_| CallError::Unreachable)
}

fn finish_path(fence: u64) -> String {
    format!("/v1/lease/{fence}/finish")
}

/// The types of `mxs-api` have no maps with other keys than text, so that writing them does not fail.
fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}
