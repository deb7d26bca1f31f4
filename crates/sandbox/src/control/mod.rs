//! The control address: what a tester may do to the sandbox, under `/sandbox` on Microsoft's port.
//!
//! Bodies and answers are JSON. Only programs and pages of this computer may use it.
//!
//! | call | body | what |
//! |---|---|---|
//! | `GET /sandbox/info` | | addresses, tenant, client ids and secrets, users with passwords, tokens |
//! | `GET /sandbox/clock` | | `{now, frozen}` |
//! | `POST /sandbox/clock` | `{set?, advance_ms?, freeze?}` | moves or stops the world's clock, never back |
//! | `GET /sandbox/faults` | | the faults in wait |
//! | `POST /sandbox/faults` | a fault, or a list of them | adds them |
//! | `DELETE /sandbox/faults` | | takes all away |
//! | `GET /sandbox/counters` | | what was asked of each vendor |
//! | `POST /sandbox/counters/reset` | | counts from nothing |
//! | `GET /sandbox/state?mailbox=U` | | contacts of one mailbox or of all, CRM contacts and their mails, outbox, installation |
//! | `POST /sandbox/latency` | `{ms}` | added to every vendor's answer |
//! | `POST /sandbox/reset` | `{seed?}` | a fresh world, clock, installation and function |
//! | `/sandbox/microsoft/…` | | see [`microsoft`] |
//! | `/sandbox/zoho/…` | | see [`zoho`] |

mod info;
mod input;
pub mod microsoft;
pub mod zoho;

use self::input::{Body, Parameters};
use crate::clock::ClockError;
use crate::crm::Audience;
use crate::loopback;
use crate::sandbox::Sandbox;
use crate::seed::{PEOPLE, SeedName};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use jiff::Timestamp;
use mxs_world::Fault;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The control address.
pub fn router(sandbox: Sandbox) -> Router {
    Router::new()
        .route("/sandbox/info", get(info::info))
        .route("/sandbox/clock", get(clock).post(move_clock))
        .route("/sandbox/faults", get(faults).post(add_faults).delete(clear_faults))
        .route("/sandbox/counters", get(counters))
        .route("/sandbox/counters/reset", post(reset_counters))
        .route("/sandbox/state", get(state))
        .route("/sandbox/latency", post(latency))
        .route("/sandbox/reset", post(reset))
        .merge(microsoft::router())
        .merge(zoho::router())
        .layer(middleware::from_fn(loopback::origin_too))
        .with_state(sandbox)
}

/// Why the sandbox didn't do it.
#[derive(Debug)]
struct Refusal {
    status: StatusCode,
    code: String,
    message: String,
}

impl Refusal {
    fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), message: message.into() }
    }

    fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NotFound", message)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(json!({ "code": self.code, "message": self.message }))).into_response()
    }
}

type Answer = Result<Json<Value>, Refusal>;

async fn clock(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(json!({ "now": sandbox.now().to_string(), "frozen": sandbox.clock().is_frozen() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MoveClock {
    set: Option<String>,
    advance_ms: Option<i64>,
    freeze: Option<bool>,
}

/// In this order: stop (so that what follows is exact), jump, advance, run on.
async fn move_clock(State(sandbox): State<Sandbox>, Body(order): Body<MoveClock>) -> Answer {
    let refuse = |error| match error {
        ClockError::Backwards => {
            Refusal::new(StatusCode::CONFLICT, "Backwards", "time never runs backwards; a reset begins at the present")
        }
        ClockError::OutOfRange => Refusal::new(StatusCode::BAD_REQUEST, "OutOfRange", "there is no such moment"),
    };
    let set: Option<Timestamp> = order.set.map(|text| text.parse()).transpose().map_err(|_| {
        Refusal::new(StatusCode::BAD_REQUEST, "BadTime", "set is not a moment such as 2026-01-31T12:00:00Z")
    })?;
    if order.freeze == Some(true) {
        sandbox.clock().freeze(true);
    }
    if let Some(to) = set {
        sandbox.clock().set(to).map_err(refuse)?;
    }
    if let Some(milliseconds) = order.advance_ms {
        sandbox.clock().advance(milliseconds).map_err(refuse)?;
    }
    if order.freeze == Some(false) {
        sandbox.clock().freeze(false);
    }
    Ok(clock(State(sandbox)).await)
}

async fn faults(State(sandbox): State<Sandbox>) -> Json<Vec<Fault>> {
    waiting(&sandbox)
}

fn waiting(sandbox: &Sandbox) -> Json<Vec<Fault>> {
    Json(sandbox.world(|world| world.faults.waiting().to_vec()))
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(Fault),
    More(Vec<Fault>),
}

async fn add_faults(State(sandbox): State<Sandbox>, Body(faults): Body<OneOrMore>) -> (StatusCode, Json<Vec<Fault>>) {
    let added = match faults {
        OneOrMore::One(fault) => vec![fault],
        OneOrMore::More(faults) => faults,
    };
    sandbox.world(|world| added.into_iter().for_each(|fault| world.faults.add(fault)));
    (StatusCode::CREATED, waiting(&sandbox))
}

async fn clear_faults(State(sandbox): State<Sandbox>) -> StatusCode {
    sandbox.world(|world| world.faults.clear());
    StatusCode::NO_CONTENT
}

async fn counters(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(sandbox.world(|world| json!(world.counters)))
}

async fn reset_counters(State(sandbox): State<Sandbox>) -> StatusCode {
    sandbox.world(|world| world.counters.reset());
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mailbox {
    mailbox: Option<String>,
}

async fn state(State(sandbox): State<Sandbox>, Parameters(query): Parameters<Mailbox>) -> Json<Value> {
    let audience: Option<Audience> = sandbox.installation(|installation| installation.audience().cloned());
    let zgid = sandbox.zgid();
    Json(sandbox.world(|world| {
        let contacts: Map<String, Value> = PEOPLE
            .iter()
            .filter(|person| query.mailbox.as_deref().is_none_or(|mailbox| mailbox.eq_ignore_ascii_case(person.email)))
            .filter(|person| world.microsoft.mailbox(person.email).is_some())
            .map(|person| (person.email.to_owned(), json!(world.microsoft.contacts(person.email))))
            .collect();
        let (credits, limit) = world.with_zoho(|zoho, context| zoho.credits(context, zgid));
        json!({
            "now": world.now().to_string(),
            "microsoft": { "contacts": contacts },
            "zoho": {
                "records": { "Contacts": world.zoho.records(zgid, "Contacts") },
                "emails": world.zoho.emails(zgid),
                "credits": { "left": credits, "limit": limit },
            },
            "outbox": world.outbox.mails,
            "extension": { "installed": audience.is_some(), "audience": audience },
        })
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Latency {
    ms: u64,
}

async fn latency(State(sandbox): State<Sandbox>, Body(Latency { ms }): Body<Latency>) -> Json<Value> {
    sandbox.set_latency_ms(ms);
    Json(json!({ "ms": ms }))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reset {
    seed: Option<SeedName>,
}

async fn reset(State(sandbox): State<Sandbox>, order: Option<Body<Reset>>) -> Answer {
    let Reset { seed } = order.map(|Body(order)| order).unwrap_or_default();
    let lines = sandbox
        .reset(seed)
        .await
        .map_err(|error| Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "NotReset", error.to_string()))?;
    let name = seed.unwrap_or(sandbox.options().seed).name();
    Ok(Json(json!({ "seed": name, "now": sandbox.now().to_string(), "messages": lines })))
}
