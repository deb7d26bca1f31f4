//! What Graph posts, which anybody else may post too: nothing in it is believed before its secret was compared.
//!
//! <https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks>

use crate::identity::Secret;
use crate::json::{self, filled};
use jiff::Timestamp;
use mxs_core::ExchangeId;
use mxs_http::{Response, url};
use serde_json::{Map, Value};

/// The longest body that is read, in bytes: many times what Graph posts at once.
pub const BODY_BYTES_MAX: usize = 1 << 20;

/// The most notices that are read of one body.
pub const NOTICES_MAX: usize = 1_000;

/// The longest token that is repeated to whoever asks for it, in characters.
pub const TOKEN_CHARS_MAX: usize = 1_024;

/// What became of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeType {
    /// It came.
    Created,
    /// It is gone.
    Deleted,
    /// It changed.
    Updated,
}

/// What became of a subscription.
///
/// <https://learn.microsoft.com/en-us/graph/change-notifications-lifecycle-events>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifecycle {
    /// Changes were not told: read on from the delta links.
    Missed,
    /// It may soon be no longer: [`super::reauthorize`] or [`super::renew`] it.
    ReauthorizationRequired,
    /// It is no longer: create another one and read on from the delta links.
    Removed,
}

/// What a notice tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// Something changed.
    Change {
        /// What became of it.
        change: ChangeType,
        /// The item, if the notice names one.
        item: Option<ExchangeId>,
    },
    /// Something became of the subscription.
    Lifecycle(Lifecycle),
}

/// One notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The id of the subscription that it says it is of.
    pub subscription: String,
    /// The directory that it says it is of.
    pub tenant: String,
    /// When the subscription ends, if the notice says so.
    pub expires: Option<Timestamp>,
    /// What it tells.
    pub told: Told,
    client_state: Secret,
}

impl Notice {
    /// Whether whoever sent it knows the secret of the subscription. The comparison takes as long for every guess of the
    /// same length.
    pub fn knows(&self, client_state: &Secret) -> bool {
        let (said, known) = (self.client_state.expose().as_bytes(), client_state.expose().as_bytes());
        let difference = said.iter().zip(known).fold(0, |sum, (one, other)| sum | (one ^ other));
        !known.is_empty() && said.len() == known.len() && difference == 0
    }
}

/// A body that was posted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Posted {
    /// Its notices, in its order. They may come late, twice, or in another order than the changes.
    pub notices: Vec<Notice>,
    /// How many of its entries can't be read, or tell what is not known yet.
    pub unreadable: usize,
}

/// Why something that was posted isn't taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// It is longer than [`BODY_BYTES_MAX`], or its token than [`TOKEN_CHARS_MAX`].
    #[error("what was posted is too long")]
    TooLong,
    /// It holds more than [`NOTICES_MAX`] notices.
    #[error("what was posted holds too many notices")]
    TooMany,
    /// It is no list of notices, or its token no text of one line.
    #[error("what was posted can't be understood")]
    Unreadable,
}

/// The answer to Graph's question whether somebody is at an address, if that is what was posted: its token, decoded.
/// `query` is that of the request. Graph waits ten seconds.
///
/// Anybody may ask: the answer is plain text and holds nothing but what they sent.
///
/// <https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks#notificationurl-validation>
pub fn validation(query: &str) -> Option<Result<Response, PostError>> {
    let pairs = url::parse_form(query.trim_start_matches('?'));
    let (_, token) = pairs.into_iter().find(|(name, _)| name == "validationToken")?;
    if token.chars().count() > TOKEN_CHARS_MAX {
        return Some(Err(PostError::TooLong));
    }
    if token.is_empty() || token.chars().any(char::is_control) {
        return Some(Err(PostError::Unreadable));
    }
    Some(Ok(Response::new(200).body("text/plain", token).header("X-Content-Type-Options", "nosniff")))
}

/// Reads what was posted to either address. One entry that can't be read doesn't lose the others.
pub fn read(body: &[u8]) -> Result<Posted, PostError> {
    if body.len() > BODY_BYTES_MAX {
        return Err(PostError::TooLong);
    }
    let posted = json::object(body).ok_or(PostError::Unreadable)?;
    let entries = posted.get("value").and_then(Value::as_array).ok_or(PostError::Unreadable)?;
    if entries.len() > NOTICES_MAX {
        return Err(PostError::TooMany);
    }
    let notices: Vec<Notice> = entries.iter().filter_map(|entry| notice(entry.as_object()?)).collect();
    Ok(Posted { unreadable: entries.len() - notices.len(), notices })
}

fn notice(entry: &Map<String, Value>) -> Option<Notice> {
    let told = match filled(entry, "lifecycleEvent") {
        Some(event) => Told::Lifecycle(lifecycle(event)?),
        None => {
            let data = entry.get("resourceData").and_then(Value::as_object);
            let item = data.and_then(|data| filled(data, "id")).map(ExchangeId::new);
            Told::Change { change: change(filled(entry, "changeType")?)?, item }
        }
    };
    Some(Notice {
        subscription: filled(entry, "subscriptionId")?.to_owned(),
        tenant: json::text(entry, "tenantId").to_owned(),
        expires: filled(entry, "subscriptionExpirationDateTime").and_then(|moment| moment.parse().ok()),
        told,
        client_state: Secret::new(json::text(entry, "clientState")),
    })
}

fn lifecycle(event: &str) -> Option<Lifecycle> {
    match event {
        "missed" => Some(Lifecycle::Missed),
        "reauthorizationRequired" => Some(Lifecycle::ReauthorizationRequired),
        "subscriptionRemoved" => Some(Lifecycle::Removed),
        _ => None,
    }
}

fn change(change: &str) -> Option<ChangeType> {
    match change {
        "created" => Some(ChangeType::Created),
        "deleted" => Some(ChangeType::Deleted),
        "updated" => Some(ChangeType::Updated),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_question_is_answered_with_its_token() {
        let cases = [
            ("validationToken=abc%2Bd", Some(Ok("abc+d"))),
            // What Graph sends since 2023, behind a query that the address has itself.
            (
                "?k=1&validationToken=Validation%3a+Testing+client+application+reachability+%3cx%3e",
                Some(Ok("Validation: Testing client application reachability <x>")),
            ),
            ("", None),
            ("k=validationToken", None),
            ("validationtoken=x", None),
            ("validationToken=", Some(Err(PostError::Unreadable))),
            ("validationToken=a%0d%0ab", Some(Err(PostError::Unreadable))),
        ];
        for (query, wanted) in cases {
            let found = validation(query).map(|answer| {
                answer.map(|response| {
                    assert_eq!((response.status, response.headers.get("Content-Type")), (200, Some("text/plain")));
                    assert_eq!(response.headers.get("X-Content-Type-Options"), Some("nosniff"));
                    String::from_utf8(response.body).expect("UTF-8")
                })
            });
            assert_eq!(found, wanted.map(|answer| answer.map(str::to_owned)), "{query}");
        }
        let of = |length: usize| validation(&format!("validationToken={}", "x".repeat(length)));
        assert!(matches!(of(TOKEN_CHARS_MAX), Some(Ok(_))));
        assert_eq!(of(TOKEN_CHARS_MAX + 1), Some(Err(PostError::TooLong)));
    }

    fn entry(members: Value) -> Value {
        let mut entry = json!({
            "subscriptionId": "i-1", "subscriptionExpirationDateTime": "2026-11-25T08:00:00Z", "clientState": "s-1",
            "tenantId": "t-1",
        });
        for (name, value) in members.as_object().expect("an object") {
            entry[name] = value.clone();
        }
        entry
    }

    fn read_all(entries: Value) -> Posted {
        read(json!({ "value": entries, "validationTokens": [] }).to_string().as_bytes()).expect("a list")
    }

    fn told(entry: Value) -> Option<Told> {
        read_all(json!([entry])).notices.pop().map(|notice| notice.told)
    }

    #[test]
    fn notices_are_read() {
        let posted = read_all(json!([entry(json!({
            "id": "n-1", "changeType": "updated", "resource": "Users/u-1/Contacts/AAkA=",
            "resourceData": { "@odata.type": "#Microsoft.Graph.Contact", "@odata.id": "Users/u-1/Contacts/AAkA=",
                "@odata.etag": "W/\"1\"", "id": "AAkA=" },
        }))]));
        let [notice] = &posted.notices[..] else { panic!("{posted:?}") };
        assert_eq!((notice.subscription.as_str(), notice.tenant.as_str(), posted.unreadable), ("i-1", "t-1", 0));
        assert_eq!(notice.expires, "2026-11-25T08:00:00Z".parse().ok());
        let item = Some(ExchangeId::new("AAkA="));
        assert_eq!(notice.told, Told::Change { change: ChangeType::Updated, item });
        let cases = [
            (json!({ "changeType": "created" }), Some(Told::Change { change: ChangeType::Created, item: None })),
            (json!({ "changeType": "deleted" }), Some(Told::Change { change: ChangeType::Deleted, item: None })),
            (json!({ "lifecycleEvent": "missed" }), Some(Told::Lifecycle(Lifecycle::Missed))),
            (json!({ "lifecycleEvent": "subscriptionRemoved" }), Some(Told::Lifecycle(Lifecycle::Removed))),
            (
                json!({ "lifecycleEvent": "reauthorizationRequired", "changeType": "updated" }),
                Some(Told::Lifecycle(Lifecycle::ReauthorizationRequired)),
            ),
            // Not known yet: nothing is made of it.
            (json!({ "lifecycleEvent": "paused" }), None),
            (json!({ "changeType": "archived" }), None),
            (json!({}), None),
            (json!({ "changeType": "updated", "subscriptionId": "" }), None),
        ];
        for (members, wanted) in cases {
            assert_eq!(told(entry(members.clone())), wanted, "{members}");
        }
    }

    #[test]
    fn one_bad_entry_does_not_lose_the_others() {
        let good = entry(json!({ "changeType": "created" }));
        let posted = read_all(json!([good, 5, null, { "changeType": "created" }, good]));
        assert_eq!((posted.notices.len(), posted.unreadable), (2, 3));
    }

    #[test]
    fn a_stranger_is_told_from_graph_by_the_secret() {
        let said = |secret: Value| read_all(json!([entry(json!({ "changeType": "created", "clientState": secret }))]));
        let cases = [
            (json!("s-1"), "s-1", true),
            (json!("s-2"), "s-1", false),
            (json!("s-"), "s-1", false),
            (json!("s-11"), "s-1", false),
            (json!(null), "s-1", false),
            // Where nothing is known, nobody knows it.
            (json!(""), "", false),
        ];
        for (secret, known, wanted) in cases {
            let notice = said(secret.clone()).notices.remove(0);
            assert_eq!(notice.knows(&Secret::new(known)), wanted, "{secret} {known}");
            assert!(!format!("{notice:?}").contains("s-1"), "{notice:?}");
        }
    }

    #[test]
    fn what_is_no_list_of_notices_is_refused() {
        for body in ["", "{}", "[]", r#"{"value":{}}"#, r#"{"value":[}"#, "\u{feff}{}"] {
            assert_eq!(read(body.as_bytes()), Err(PostError::Unreadable), "{body}");
        }
        assert_eq!(read(&vec![b' '; BODY_BYTES_MAX + 1]), Err(PostError::TooLong));
        let list = |length: usize| read(json!({ "value": vec![1; length] }).to_string().as_bytes());
        assert_eq!(list(NOTICES_MAX), Ok(Posted { notices: Vec::new(), unreadable: NOTICES_MAX }));
        assert_eq!(list(NOTICES_MAX + 1), Err(PostError::TooMany));
    }
}
