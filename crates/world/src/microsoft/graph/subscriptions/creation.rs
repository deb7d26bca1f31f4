//! What a subscription to create has to say.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/subscription-post-subscriptions>. Which codes refuse it is known by report
//! only.

use super::invalid;
use crate::address::origin;
use crate::microsoft::mailbox::{expected, unknown_property};
use crate::microsoft::refusal::Refusal;
use crate::microsoft::subscriptions::Change;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

/// The longest life of a subscription to what Outlook and To Do have, in minutes. Later documents allow more for some; this
/// is what was enforced (<https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/7726>).
const LIFE_MAX_MINUTES: i64 = 4_230;
/// A shorter life becomes this one.
///
/// See <https://learn.microsoft.com/en-us/graph/api/resources/subscription#properties>.
const LIFE_MIN_MINUTES: i64 = 45;
/// The longest secret.
const CLIENT_STATE_MAX: usize = 128;

/// A body that was read.
#[derive(Debug)]
pub(super) struct Creation {
    pub(super) resource: String,
    pub(super) changes: Vec<Change>,
    pub(super) notification_url: String,
    pub(super) lifecycle_url: Option<String>,
    pub(super) client_state: Option<String>,
    pub(super) expires: Timestamp,
}

/// Reads the body of a creation. `local` lets addresses of this computer be `http`.
pub(super) fn read(body: &Value, now: Timestamp, local: bool) -> Result<Creation, Refusal> {
    let body = body.as_object().ok_or_else(Refusal::no_json)?;
    const KNOWN: [&str; 7] = [
        "changeType",
        "clientState",
        "expirationDateTime",
        "includeResourceData",
        "lifecycleNotificationUrl",
        "notificationUrl",
        "resource",
    ];
    if let Some(name) = body.keys().find(|name| !KNOWN.contains(&name.as_str()) && !name.starts_with('@')) {
        return Err(unknown_property(name, "subscription"));
    }
    if body.get("includeResourceData").is_some_and(|data| *data == Value::Bool(true)) {
        return Err(invalid("encryptionCertificate is a required property when includeResourceData is true."));
    }
    let client_state = text(body, "clientState")?;
    if client_state.as_ref().is_some_and(|secret| secret.chars().count() > CLIENT_STATE_MAX) {
        return Err(invalid(format!("clientState must not be longer than {CLIENT_STATE_MAX} characters.")));
    }
    let lifecycle_url = text(body, "lifecycleNotificationUrl")?;
    let notification_url = required(body, "notificationUrl")?;
    for url in lifecycle_url.iter().chain([&notification_url]) {
        check_url(url, local)?;
    }
    Ok(Creation {
        resource: required(body, "resource")?,
        changes: changes(&required(body, "changeType")?)?,
        expires: expiry(body, now)?,
        notification_url,
        lifecycle_url,
        client_state,
    })
}

/// Reads the body of a renewal: the end of the longer life.
///
/// See <https://learn.microsoft.com/en-us/graph/api/subscription-update>. That it may name another address, which is then
/// validated, is left out.
pub(super) fn renewal(body: &Value, now: Timestamp) -> Result<Timestamp, Refusal> {
    let body = body.as_object().ok_or_else(Refusal::no_json)?;
    if let Some(name) = body.keys().find(|name| *name != "expirationDateTime") {
        return Err(invalid(format!("The property '{name}' can't be changed.")));
    }
    expiry(body, now)
}

fn text(body: &Map<String, Value>, name: &str) -> Result<Option<String>, Refusal> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(other) => Err(expected(other, "Edm.String")),
    }
}

fn required(body: &Map<String, Value>, name: &str) -> Result<String, Refusal> {
    let found = text(body, name)?.filter(|text| !text.is_empty());
    found.ok_or_else(|| invalid(format!("{name} is a required property for subscription creation.")))
}

fn changes(names: &str) -> Result<Vec<Change>, Refusal> {
    let change = |name: &str| Change::ALL.into_iter().find(|change| change.name().eq_ignore_ascii_case(name.trim()));
    let changes: Option<Vec<Change>> = names.split(',').map(change).collect();
    changes.ok_or_else(|| invalid("Subscription changeType is invalid."))
}

fn check_url(url: &str, local: bool) -> Result<(), Refusal> {
    let (scheme, host) = origin(url).and_then(|origin| origin.split_once("://")).unwrap_or_default();
    let own = ["localhost", "127.0.0.1"].contains(&host.split(':').next().unwrap_or_default());
    if !host.is_empty() && (scheme == "https" || (scheme == "http" && local && own)) {
        return Ok(());
    }
    Err(invalid("Notification endpoint must be a well-formed address of the scheme 'https'."))
}

fn expiry(body: &Map<String, Value>, now: Timestamp) -> Result<Timestamp, Refusal> {
    let asked = required(body, "expirationDateTime")?;
    let unreadable = || {
        Refusal::unreadable(format!("Cannot convert the literal '{asked}' to the expected type 'Edm.DateTimeOffset'."))
    };
    let asked: Timestamp = asked.parse().map_err(|_| unreadable())?;
    if asked <= now {
        return Err(invalid("Subscription expiration must be in the future."));
    }
    if asked > now + SignedDuration::from_mins(LIFE_MAX_MINUTES) {
        let message = format!("Subscription expiration can only be {LIFE_MAX_MINUTES} minutes in the future.");
        return Err(Refusal::new(400, "ExtensionError", message));
    }
    Ok(asked.max(now + SignedDuration::from_mins(LIFE_MIN_MINUTES)))
}
