//! Which part of what administrators look at is asked for.

use crate::App;
use crate::limits::SEARCH_CHARS_MAX;
use crate::refusal::Refusal;
use crate::store::{AlertQuery, AuditQuery};
use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use jiff::Timestamp;
use mxs_api::ADMIN_PAGE_MAX;
use schemars::JsonSchema;
use serde::Deserialize;

/// How many there are in a page unless it is said.
const PAGE: u32 = 100;

/// The most digits in a CRM user's id, a 64-bit number.
const ID_DIGITS_MAX: usize = 20;

/// Whether it has the form of a CRM user's id: what is noted of users is nothing else.
pub(crate) fn is_user(id: &str) -> bool {
    !id.is_empty() && id.len() <= ID_DIGITS_MAX && id.bytes().all(|byte| byte.is_ascii_digit())
}

/// The CRM user in a path.
#[derive(Clone, Debug)]
pub(crate) struct UserId(pub(crate) String);

impl FromRequestParts<App> for UserId {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        match Path::<String>::from_request_parts(parts, app).await {
            Ok(Path(id)) if is_user(&id) => Ok(Self(id)),
            _ => Err(Refusal::bad("the user's id is not a number")),
        }
    }
}

fn limit(limit: Option<u32>) -> Result<u32, Refusal> {
    let limit = limit.unwrap_or(PAGE);
    if (1..=ADMIN_PAGE_MAX).contains(&limit) { Ok(limit) } else { Err(Refusal::bad("'limit' is out of range")) }
}

/// A moment in RFC 3339, in milliseconds since 1970.
fn moment(text: Option<&str>) -> Result<Option<i64>, Refusal> {
    let moment = text.map(|text| text.parse().map(Timestamp::as_millisecond)).transpose();
    moment.map_err(|_| Refusal::bad("'from' or 'to' is no moment like 2026-11-22T18:00:00Z"))
}

/// Which entries of the audit log are asked for.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawAuditQuery {
    /// Where the page before has ended.
    after: Option<i64>,
    /// Not older than this moment: RFC 3339.
    from: Option<String>,
    /// Older than this moment: RFC 3339.
    to: Option<String>,
    /// The CRM user who did it.
    #[serde(default)]
    actor: String,
    /// What was done, as its word.
    #[serde(default)]
    action: String,
    /// `done`, `failed`, or the code of what went wrong.
    #[serde(default)]
    result: String,
    /// How many at most.
    #[schemars(range(min = 1, max = ADMIN_PAGE_MAX))]
    limit: Option<u32>,
}

impl FromRequestParts<App> for AuditQuery {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let Ok(Query(query)) = Query::<RawAuditQuery>::from_request_parts(parts, app).await else {
            return Err(Refusal::bad("'after', 'limit' or a filter can't be read"));
        };
        let texts = [&query.actor, &query.action, &query.result];
        if texts.iter().any(|text| text.len() > SEARCH_CHARS_MAX) {
            return Err(Refusal::bad("a filter is too long"));
        }
        Ok(Self {
            before: query.after.unwrap_or(i64::MAX),
            from_ms: moment(query.from.as_deref())?.unwrap_or(0),
            to_ms: moment(query.to.as_deref())?.unwrap_or(i64::MAX),
            actor: query.actor,
            action: query.action,
            result: query.result,
            limit: limit(query.limit)?,
        })
    }
}

/// Which alerts are asked for.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawAlertQuery {
    /// Where the page before has ended.
    after: Option<String>,
    /// How many at most.
    #[schemars(range(min = 1, max = ADMIN_PAGE_MAX))]
    limit: Option<u32>,
}

impl FromRequestParts<App> for AlertQuery {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let Ok(Query(query)) = Query::<RawAlertQuery>::from_request_parts(parts, app).await else {
            return Err(Refusal::bad("'after' or 'limit' can't be read"));
        };
        let after = query.after.as_deref().unwrap_or("open-9223372036854775807");
        let (is_open, row) = match after.split_once('-') {
            Some(("open", row)) => (true, row),
            Some(("closed", row)) => (false, row),
            _ => return Err(Refusal::bad("'after' can't be read")),
        };
        let before = row.parse().map_err(|_| Refusal::bad("'after' can't be read"))?;
        Ok(Self { is_open, before, limit: limit(query.limit)? })
    }
}

/// Which of the CRM's users are asked for.
#[derive(Clone, Debug)]
pub(crate) struct UserQuery {
    /// How many of the CRM's list were looked at before.
    pub(crate) after: u32,
    /// How many at most.
    pub(crate) limit: u32,
    /// What is in the name or address, in small letters.
    pub(crate) search: String,
}

/// The same as it is sent.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawUserQuery {
    /// Where the page before has ended.
    #[serde(default)]
    after: u32,
    /// How many at most.
    #[schemars(range(min = 1, max = ADMIN_PAGE_MAX))]
    limit: Option<u32>,
    /// What is in the name or address.
    #[serde(default)]
    search: String,
}

impl FromRequestParts<App> for UserQuery {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let Ok(Query(query)) = Query::<RawUserQuery>::from_request_parts(parts, app).await else {
            return Err(Refusal::bad("'after', 'limit' or 'search' can't be read"));
        };
        if query.search.chars().count() > SEARCH_CHARS_MAX {
            return Err(Refusal::bad("what is searched for is too long"));
        }
        Ok(Self { after: query.after, limit: limit(query.limit)?, search: query.search.trim().to_lowercase() })
    }
}
