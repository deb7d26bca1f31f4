//! Calls of the function, with a session that the CRM vouches for.

use crate::browser::now_ms;
use crate::crm;
use crate::state::Chosen;
use futures_util::lock::Mutex;
use mxs_api::{Challenge, ErrorCode, Finish, Mailbox, Overview, Problem, Run, Session, SessionRequest};
use mxs_bridge::{Trouble, code};
use mxs_fetch::{fetch, fetch_beyond_the_page};
use mxs_http::{HttpPort, Method, NoResponse, Request, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
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
            CallError::Refused(problem) => Trouble::new(problem.code.as_str()),
            CallError::Unreachable => Trouble::new(code::NO_FUNCTION),
            CallError::NotSigned => Trouble::new(code::NOT_SIGNED),
        }
    }
}

/// The right to sync. The page gives it back; what else is in it, the worker reads.
pub(crate) struct Lease {
    /// By which it is given back.
    pub(crate) fence: u64,
    /// All of it, as it came.
    pub(crate) text: String,
}

/// What the page reads of a lease.
#[derive(Deserialize)]
struct Fenced {
    fence: u64,
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
    /// So that of several calls that find an old session only one renews it.
    renewing: Mutex<()>,
}

impl FunctionClient {
    /// No session yet: the first call gets one.
    pub(crate) fn new(base: String, session_function: String) -> Self {
        Self { base, session_function, token: RefCell::new(None), renewing: Mutex::default() }
    }

    /// What the page shows first.
    pub(crate) async fn overview(&self) -> Result<Overview<Chosen>, CallError> {
        self.call(Method::Get, "/v1/overview", Vec::new()).await
    }

    /// Saves the settings.
    pub(crate) async fn save(&self, settings: &Chosen) -> Result<Chosen, CallError> {
        self.call(Method::Put, "/v1/settings", json(settings)).await
    }

    /// Puts the mailbox on record.
    pub(crate) async fn connect(&self, mailbox: &Mailbox) -> Result<Mailbox, CallError> {
        self.call(Method::Put, "/v1/mailbox", json(mailbox)).await
    }

    /// Asks for the right to sync.
    pub(crate) async fn lease(&self) -> Result<Lease, CallError> {
        let response = self.authorized(request(Method::Post, "/v1/lease", Vec::new())).await?;
        let Fenced { fence } = read(&response)?;
        let text = String::from_utf8(response.body).map_err(|_| CallError::Unreachable)?;
        Ok(Lease { fence, text })
    }

    /// Ends a run and gives the lease back.
    pub(crate) async fn finish(&self, fence: u64, finish: &Finish) -> Result<Run, CallError> {
        self.call(Method::Post, &finish_path(fence), json(finish)).await
    }

    /// The same while the page is being left: it can't wait for the answer, nor renew a session.
    pub(crate) async fn finish_in_passing(&self, fence: u64, finish: &Finish) {
        let token = self.token.borrow().as_ref().map(|token| token.text.clone());
        if let Some(token) = token {
            let request = bearing(request(Method::Post, &finish_path(fence), json(finish)), &token);
            let request = Request { url: format!("{}{}", self.base, request.url), ..request };
            // Nobody is left to tell.
            let _ = fetch_beyond_the_page(&request).await;
        }
    }

    async fn call<T: DeserializeOwned>(&self, method: Method, path: &str, body: Vec<u8>) -> Result<T, CallError> {
        read(&self.authorized(request(method, path, body)).await?)
    }

    async fn call_openly<T: DeserializeOwned>(&self, path: &str, body: Vec<u8>) -> Result<T, CallError> {
        read(&self.fetch(request(Method::Post, path, body)).await?)
    }

    /// Sends with the session. One that the function no longer knows is renewed once.
    async fn authorized(&self, request: Request) -> Result<Response, CallError> {
        let token = self.session().await?;
        let response = self.fetch(bearing(request.clone(), &token)).await?;
        if response.status != 401 {
            return Ok(response);
        }
        // Unless another call has renewed it meanwhile.
        self.token.borrow_mut().take_if(|held| held.text == token);
        let token = self.session().await?;
        self.fetch(bearing(request, &token)).await
    }

    async fn fetch(&self, mut request: Request) -> Result<Response, CallError> {
        request.url.insert_str(0, &self.base);
        fetch(&request).await.map_err(|_| CallError::Unreachable)
    }

    /// The session's token; renewed by one caller while the others wait.
    async fn session(&self) -> Result<String, CallError> {
        let _inside = self.renewing.lock().await;
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
}

/// For the worker, whose run keeps its memory in the function.
impl HttpPort for FunctionClient {
    async fn send(&self, request: Request) -> Result<Response, NoResponse> {
        if !request.url.starts_with("/v1/") {
            return Err(NoResponse::NotSent);
        }
        match self.authorized(request).await {
            Ok(response) => Ok(response),
            Err(CallError::Unreachable) => Err(NoResponse::Unknown),
            // The request never left: the answer is what stood in the way of a session.
            Err(CallError::Refused(problem)) => Ok(refusal(problem)),
            Err(CallError::NotSigned) => Ok(refusal(Problem {
                code: ErrorCode::NoSession,
                message: "the CRM has signed no statement".to_owned(),
                retry_after_s: None,
                member: None,
            })),
        }
    }
}

/// A refusal; who reads it goes by the code in its body.
fn refusal(problem: Problem) -> Response {
    Response::new(401).body("application/json", json(&problem))
}

fn request(method: Method, path: &str, body: Vec<u8>) -> Request {
    let request = Request::new(method, path);
    if body.is_empty() { request } else { request.body("application/json", body) }
}

fn bearing(request: Request, token: &str) -> Request {
    request.header("Authorization", format!("Bearer {token}"))
}

/// Reads an answer by the browser's own reader of JSON.
fn read<T: DeserializeOwned>(response: &Response) -> Result<T, CallError> {
    if response.is_success() {
        return from_json(&response.body);
    }
    Err(CallError::Refused(from_json(&response.body)?))
}

fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CallError> {
    let text = std::str::from_utf8(bytes).map_err(|_| CallError::Unreachable)?;
    let value = js_sys::JSON::parse(text).map_err(|_| CallError::Unreachable)?;
    serde_wasm_bindgen::from_value(value).map_err(|_| CallError::Unreachable)
}

fn finish_path(fence: u64) -> String {
    format!("/v1/lease/{fence}/finish")
}

fn json(value: &impl Serialize) -> Vec<u8> {
    json_text(value).into_bytes()
}

/// Written by the browser's own writer of JSON. What is sent has no form that JSON lacks, so that it does not fail.
pub(crate) fn json_text(value: &impl Serialize) -> String {
    let value = value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).ok();
    value.and_then(|value| js_sys::JSON::stringify(&value).ok()?.as_string()).unwrap_or_default()
}
