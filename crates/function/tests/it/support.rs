//! A function to call, and the people who call it.

use crate::described;
use crate::home::Home;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::BodyExt;
use jiff::{SignedDuration, Timestamp};
use mxs_api::{ErrorCode, Lease, Problem, Session};
use mxs_function::{
    AllowedOrigins, App, Clock, Config, Database, NoRandom, OrgSecrets, Random, RateLimits, SystemRandom, router,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sha2::Sha256;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use tower::ServiceExt;

pub(crate) const ORG: &str = "60001234567";
pub(crate) const SECRET: &str = "kK8x2vR7pWq4mT9zLs3nYb6cJd1fHgEa";
pub(crate) const OTHER_ORG: &str = "60007654321";
pub(crate) const OTHER_SECRET: &str = "Zq5wE8rT2yU6iO9pA3sD7fG1hJ4kL0xC";
pub(crate) const ORIGIN: &str = "https://tab.example";

/// When the tests begin.
pub(crate) const START_MS: i64 = 1_795_294_857_000;

/// A clock that stands still until it is moved.
pub(crate) struct TestClock(Mutex<Timestamp>);

impl TestClock {
    /// Stands at [`START_MS`].
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Timestamp::from_millisecond(START_MS).expect("in range"))))
    }

    pub(crate) fn advance_ms(&self, ms: i64) {
        *self.0.lock().expect("unpoisoned") += SignedDuration::from_millis(ms);
    }

    pub(crate) fn advance_s(&self, seconds: i64) {
        self.advance_ms(seconds * 1000);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().expect("unpoisoned")
    }
}

/// Gives what it was told to give, then what the system gives.
#[derive(Default)]
pub(crate) struct TestRandom(pub(crate) Mutex<VecDeque<[u8; 32]>>);

impl Random for TestRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandom> {
        match self.0.lock().expect("unpoisoned").pop_front() {
            Some(given) => bytes.copy_from_slice(&given),
            None => SystemRandom.fill(bytes)?,
        }
        Ok(())
    }
}

/// The function under test.
pub(crate) struct Fixture {
    pub(crate) home: Arc<Home>,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) random: Arc<TestRandom>,
    pub(crate) app: App,
    pub(crate) router: Router,
}

impl Fixture {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// With other settings than usual.
    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::build(Home::fresh().await, TestClock::new(), change).await
    }

    /// The same data after the program was ended and started again.
    pub(crate) async fn reopened(self) -> Self {
        self.app.close().await;
        Self::opened(self.home, self.clock).await
    }

    /// Another instance on the same data.
    pub(crate) async fn beside(&self, change: impl FnOnce(&mut Config)) -> Self {
        Self::build(self.home.clone(), self.clock.clone(), change).await
    }

    /// On a database with data in it.
    pub(crate) async fn opened(home: impl Into<Arc<Home>>, clock: Arc<TestClock>) -> Self {
        Self::opened_with(home, clock, |_| {}).await
    }

    /// The same, with other settings than usual.
    pub(crate) async fn opened_with(
        home: impl Into<Arc<Home>>,
        clock: Arc<TestClock>,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        Self::build(home, clock, change).await
    }

    async fn build(home: impl Into<Arc<Home>>, clock: Arc<TestClock>, change: impl FnOnce(&mut Config)) -> Self {
        let home = home.into();
        let random = Arc::new(TestRandom::default());
        let mut config = config(home.database());
        config.clock = clock.clone();
        config.random = random.clone();
        change(&mut config);
        let app = App::open(config).await.expect("the function opens");
        Self { home, clock, random, router: router(app.clone()), app }
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.clock.now().as_millisecond()
    }

    /// Sends a request, and holds it and its answer to what is described of them.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let (head, body) = request.into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        let answer = self.send_unread(Request::from_parts(head.clone(), Body::from(body.clone()))).await;
        described::check(&head, &body, &answer);
        answer
    }

    /// Sends a request as it is, even one whose body never comes.
    pub(crate) async fn send_unread(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("the router never fails");
        let (head, body) = response.into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        Answer { status: head.status, headers: head.headers, body: body.to_vec() }
    }

    /// Sends JSON, with a bearer token unless it is empty.
    pub(crate) async fn call(&self, token: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !token.is_empty() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = match body {
            Some(body) => request.header("content-type", "application/json").body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        self.send(request.expect("a request")).await
    }

    pub(crate) async fn nonce(&self) -> String {
        let answer = self.call("", "POST", "/v1/challenges", None).await;
        answer.json::<mxs_api::Challenge>().nonce
    }

    /// Opens a session with this statement.
    pub(crate) async fn session(&self, statement: &str) -> Answer {
        self.call("", "POST", "/v1/sessions", Some(json!({ "statement": statement }))).await
    }

    /// A CRM user's session.
    pub(crate) async fn sign_in(&self, org: &str, user: &str) -> String {
        let secret = if org == ORG { SECRET } else { OTHER_SECRET };
        let nonce = self.nonce().await;
        let statement = Signed { org, user, ..Signed::new(&nonce, self.now_ms()) };
        self.session(&statement.text(secret)).await.json::<Session>().token
    }

    /// A CRM user with a connected mailbox.
    pub(crate) async fn connected(&self, user: &str, mailbox: &str) -> String {
        let token = self.sign_in(ORG, user).await;
        assert_eq!(self.connect(&token, mailbox).await.status, StatusCode::OK);
        token
    }

    pub(crate) async fn connect(&self, token: &str, mailbox: &str) -> Answer {
        let body = json!({ "id": mailbox, "address": "anna.secret@example.com", "name": "Anna Secret" });
        self.call(token, "PUT", "/v1/mailbox", Some(body)).await
    }

    pub(crate) async fn lease(&self, token: &str) -> Lease {
        self.call(token, "POST", "/v1/lease", None).await.json()
    }

    pub(crate) async fn commit(&self, token: &str, fence: u64, changes: Value) -> Answer {
        self.commit_of(token, "contact", fence, changes).await
    }

    pub(crate) async fn commit_of(&self, token: &str, kind: &str, fence: u64, changes: Value) -> Answer {
        let body = json!({ "kind": kind, "changes": changes, "progress": null });
        self.call(token, "POST", &format!("/v1/lease/{fence}/commits"), Some(body)).await
    }

    pub(crate) async fn finish(&self, token: &str, fence: u64, end: Value) -> Answer {
        let contact = json!({ "end": end, "summary": mxs_core::Summary::default() });
        let body = json!({ "end": end, "kinds": { "contact": contact } });
        self.call(token, "POST", &format!("/v1/lease/{fence}/finish"), Some(body)).await
    }

    pub(crate) async fn overview(&self, token: &str) -> mxs_api::Overview {
        self.call(token, "GET", "/v1/overview", None).await.json()
    }

    /// The whole state of contacts under a lease, page by page.
    pub(crate) async fn state(&self, token: &str, fence: u64, limit: u32) -> Vec<Value> {
        self.state_of(token, "contact", fence, limit).await
    }

    pub(crate) async fn state_of(&self, token: &str, kind: &str, fence: u64, limit: u32) -> Vec<Value> {
        let (mut items, mut after) = (Vec::new(), String::from("0"));
        loop {
            let path = format!("/v1/lease/{fence}/state?kind={kind}&after={after}&limit={limit}");
            let answer = self.call(token, "GET", &path, None).await;
            // The tab reads it as this type.
            answer.json::<mxs_api::StatePage>();
            let page: Value = answer.json();
            items.extend(page["items"].as_array().expect("items").iter().cloned());
            match page["next"].as_str() {
                Some(next) => after = next.to_owned(),
                None => return items,
            }
        }
    }
}

/// The usual settings.
pub(crate) fn config(database: Database) -> Config {
    let secrets = json!({ ORG: SECRET, OTHER_ORG: OTHER_SECRET }).to_string();
    let secrets = OrgSecrets::from_json(&secrets).expect("good secrets");
    let mut config = Config::new(database, secrets, AllowedOrigins::new([ORIGIN]).expect("an origin"));
    config.rate_limits = RateLimits::default();
    config
}

/// What the function answered.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The answer as JSON, whatever it says.
    pub(crate) fn value(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The answer to a request that went well.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> T {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text());
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// Status and code of a refusal.
    pub(crate) fn refusal(&self) -> (u16, ErrorCode) {
        (self.status.as_u16(), self.problem().code)
    }

    pub(crate) fn problem(&self) -> Problem {
        assert!(!self.status.is_success(), "{}", self.text());
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("ascii"))
    }
}

/// What the CRM signs.
#[derive(Clone, Copy)]
pub(crate) struct Signed<'a> {
    pub(crate) org: &'a str,
    pub(crate) user: &'a str,
    pub(crate) email: &'a str,
    pub(crate) nonce: &'a str,
    pub(crate) at_ms: i64,
}

impl<'a> Signed<'a> {
    pub(crate) fn new(nonce: &'a str, at_ms: i64) -> Self {
        Self { org: ORG, user: "411001", email: "anna.secret@example.com", nonce, at_ms }
    }

    pub(crate) fn text(self, secret: &str) -> String {
        let Self { org, user, email, nonce, at_ms } = self;
        sign(&format!("{org}|{user}|{email}|{nonce}|{at_ms}"), secret)
    }
}

/// `payload.signature`, as `deluge/issue_session.deluge` makes it.
pub(crate) fn sign(payload: &str, secret: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any key will do");
    mac.update(payload.as_bytes());
    let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{payload}.{hex}")
}

/// A change that pairs two records.
pub(crate) fn put_link(exchange: &str, crm: &str) -> Value {
    json!({ "put_link": link(exchange, crm) })
}

/// A change that keeps what lost: this surname of the mailbox item.
pub(crate) fn add_conflict(exchange: &str, surname: &str) -> Value {
    json!({ "add_conflict": {
        "exchange": exchange, "crm": "c1", "field": "surname",
        "exchange_value": { "text": surname }, "crm_value": null, "winner": "crm",
    } })
}

/// A change that tells what a run did with an item.
pub(crate) fn journal(run: u64, number: u64, exchange: &str) -> Value {
    journal_of("contact", run, number, exchange, "c1")
}

/// The same of any kind and pair.
pub(crate) fn journal_of(kind: &str, run: u64, number: u64, exchange: &str, crm: &str) -> Value {
    let fields = json!([{ "field": "surname", "before": { "text": "Secret" }, "after": null }]);
    json!({ "journal": {
        "run": run, "number": number, "kind": kind, "exchange": exchange, "crm": crm,
        "what": { "updated": "crm" }, "fields": fields, "cause": "other_side",
    } })
}

/// A link as it is stored and comes back.
pub(crate) fn link(exchange: &str, crm: &str) -> Value {
    json!({
        "exchange": exchange,
        "crm": crm,
        "base": { "exchange": {}, "crm": { "surname": { "text": "Secret" } } },
        "exchange_version": "v1",
        "marked": true,
        "scope": "active",
    })
}

/// The pairs in a state.
pub(crate) fn pairs(state: &[Value]) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    state.iter().map(|item| (text(&item["link"]["exchange"]), text(&item["link"]["crm"]))).collect()
}
