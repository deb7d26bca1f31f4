//! What a request holds, read strictly.

use crate::rate::address;
use crate::refusal::Refusal;
use crate::roles;
use crate::{App, hex};
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::{StatusCode, header, request::Parts};
use mxs_api::STATE_PAGE_MAX;
use mxs_core::{CrmId, ExchangeId, Kind, RecordId};
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

/// A bearer token: opaque, random.
pub(crate) const TOKEN_BYTES: usize = 32;

/// What is stored of a token.
pub(crate) type TokenHash = [u8; 32];

/// The token itself is not stored, so a copy of the database opens no session. It is random and long, so a
/// plain hash is enough.
pub(crate) fn token_hash(token: &[u8; TOKEN_BYTES]) -> TokenHash {
    Sha256::digest(token).into()
}

/// The CRM user whose session it is, or in whose name the function calls from within.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Caller {
    /// The row of the account.
    pub(crate) account: i64,
}

impl Caller {
    /// Whose session comes with a request.
    pub(crate) async fn of(app: &App, parts: &Parts) -> Result<Self, Refusal> {
        // Put there by the function itself, when it calls from within: nothing that comes in by a connection can.
        if let Some(caller) = parts.extensions.get::<Self>() {
            return Ok(*caller);
        }
        let token = parts.headers.get(header::AUTHORIZATION).and_then(|value| bearer(value.to_str().ok()?));
        let hash = token_hash(&token.ok_or(Refusal::NoSession)?);
        let (peer, now_ms) = (address(&parts.extensions, &parts.headers, app.trusted_proxies()), app.now_ms());
        let limited = app.limiter().token(&hash, peer, now_ms);
        limited.map_err(|retry_after_s| Refusal::TooMany { retry_after_s })?;
        let account = app.store().session(&hash, now_ms).await?;
        app.limiter().learn(hash, account);
        let account = account.ok_or(Refusal::NoSession)?;
        roles::confirm(app, account).await?;
        Ok(Self { account })
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Refusal> {
        parts.extensions.get().copied().ok_or_else(ungated)
    }
}

/// A CRM user whom the CRM calls an administrator.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Admin {
    /// The row of the account.
    pub(crate) account: i64,
}

impl Admin {
    /// Asks the CRM, unless it said so a short while ago. What a tab says of its user is never looked at.
    pub(crate) async fn of(app: &App, caller: Caller) -> Result<Self, Refusal> {
        if roles::is_admin(app, caller.account).await? {
            Ok(Self { account: caller.account })
        } else {
            Err(Refusal::NotAllowed)
        }
    }
}

impl From<Admin> for Caller {
    fn from(admin: Admin) -> Self {
        Self { account: admin.account }
    }
}

impl FromRequestParts<App> for Admin {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Refusal> {
        parts.extensions.get().copied().ok_or_else(ungated)
    }
}

/// Who calls is found by the route's gate. A handler that asks for more than its route's scope gives nobody gets to.
fn ungated() -> Refusal {
    Refusal::Internal("a route whose scope is not its handler's".into())
}

fn bearer(value: &str) -> Option<[u8; TOKEN_BYTES]> {
    let (scheme, token) = value.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") { hex::decode(token) } else { None }
}

const NOT_JSON: Refusal = Refusal::BadRequest(StatusCode::BAD_REQUEST, "the body is not JSON, or nested too deeply");

const OTHER: Refusal =
    Refusal::BadRequest(StatusCode::UNPROCESSABLE_ENTITY, "the body is JSON, but not what belongs here");

/// A JSON object as the body.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refusal> {
        match Json::<Box<RawValue>>::from_request(request, app).await {
            // serde would also take a list of the members in their order.
            Ok(Json(body)) if body.get().starts_with('{') => {
                // What is nested too deeply is found only now.
                serde_json::from_str(body.get())
                    .map(Self)
                    .map_err(|error| if error.is_syntax() { NOT_JSON } else { OTHER })
            }
            Ok(_) => Err(OTHER),
            Err(JsonRejection::JsonSyntaxError(_)) => Err(NOT_JSON),
            Err(rejection) => Err(Refusal::BadRequest(
                rejection.status(),
                match rejection {
                    JsonRejection::MissingJsonContentType(_) => "the body must be sent as application/json",
                    _ if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => "the body is too large",
                    _ => "the body can't be read",
                },
            )),
        }
    }
}

/// The fencing token in a path.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fence(pub(crate) i64);

impl FromRequestParts<App> for Fence {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        match Path::<u64>::from_request_parts(parts, app).await {
            // A number beyond the database's is none that was ever given out.
            Ok(Path(fence)) => Ok(Self(i64::try_from(fence).unwrap_or(-1))),
            Err(_) => Err(Refusal::bad("the run's number is not a number")),
        }
    }
}

/// Which part of the state is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PageQuery {
    /// What sort of records.
    pub(crate) kind: Kind,
    /// Whether settled links are left out.
    pub(crate) open: bool,
    /// The last item of the page before; 0 for the first page.
    pub(crate) after: i64,
    /// How many items at most.
    pub(crate) limit: u32,
}

/// The same as it is sent.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct RawPageQuery {
    /// What sort of records.
    kind: Kind,
    /// Whether settled links are left out.
    open: Option<bool>,
    /// Where the page before has ended.
    after: Option<i64>,
    /// How many items at most.
    #[schemars(range(min = 1, max = STATE_PAGE_MAX))]
    limit: Option<u32>,
}

impl FromRequestParts<App> for PageQuery {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let Ok(Query(query)) = Query::<RawPageQuery>::from_request_parts(parts, app).await else {
            return Err(Refusal::bad("'kind', 'open', 'after' or 'limit' can't be read"));
        };
        let (after, limit) = (query.after.unwrap_or(0), query.limit.unwrap_or(STATE_PAGE_MAX));
        if after < 0 || limit == 0 || limit > STATE_PAGE_MAX {
            return Err(Refusal::bad("'after' or 'limit' is out of range"));
        }
        Ok(Self { kind: query.kind, open: query.open.unwrap_or(false), after, limit })
    }
}

/// Which part of what was done is asked for.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
pub(crate) struct HistoryQuery {
    /// The last of the page before.
    pub(crate) after: Option<i64>,
    /// What sort of records; without, all.
    pub(crate) kind: Option<Kind>,
}

impl FromRequestParts<App> for HistoryQuery {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        match Query::<Self>::from_request_parts(parts, app).await {
            Ok(Query(query)) if query.after.is_none_or(|after| after >= 0) => Ok(query),
            _ => Err(Refusal::bad("'after' or 'kind' can't be read")),
        }
    }
}

/// What a lease is for.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
pub(crate) struct LeaseQuery {
    /// The run that is to be taken back; without, it is for a sync.
    pub(crate) undoes: Option<u64>,
}

impl FromRequestParts<App> for LeaseQuery {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let query = Query::<Self>::from_request_parts(parts, app).await;
        query.map(|Query(query)| query).map_err(|_| Refusal::bad("'undoes' can't be read"))
    }
}

/// Which part of what it takes to take a run back is asked for.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub(crate) struct UndoQuery {
    /// The run.
    pub(crate) run: u64,
    /// What sort of records.
    pub(crate) kind: Kind,
    /// Where the page before has ended.
    pub(crate) after: Option<String>,
}

impl FromRequestParts<App> for UndoQuery {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let query = Query::<Self>::from_request_parts(parts, app).await;
        query.map(|Query(query)| query).map_err(|_| Refusal::bad("'run', 'kind' or 'after' can't be read"))
    }
}

/// The record in a path.
#[derive(Clone, Debug)]
pub(crate) struct Record(pub(crate) RecordId);

impl FromRequestParts<App> for Record {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        match Path::<(String, String)>::from_request_parts(parts, app).await {
            Ok(Path((side, id))) if side == "crm" => Ok(Self(RecordId::Crm(CrmId::new(id)))),
            Ok(Path((side, id))) if side == "exchange" => Ok(Self(RecordId::Exchange(ExchangeId::new(id)))),
            _ => Err(Refusal::bad("the side is neither 'crm' nor 'exchange', or the id is no text")),
        }
    }
}
