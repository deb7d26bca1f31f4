//! Asking for subscriptions, and keeping them alive.

use super::Resource;
use crate::identity::Secret;
use crate::paging::IMMUTABLE_ID;
use jiff::{SignedDuration, Timestamp};
use mxs_http::{Method, Request, url};
use serde_json::json;

/// How long a subscription is asked for, in minutes. Graph refuses more than 4,230 for some of what is subscribed to, and
/// may give less than was asked for: what counts is the moment in its answer.
///
/// <https://learn.microsoft.com/en-us/graph/api/resources/subscription#subscription-lifetime>,
/// <https://github.com/microsoftgraph/msgraph-sdk-dotnet/issues/2930>
pub const LIFE_MINUTES: i64 = 4_200;

/// The longest secret that Graph repeats in what it posts, in characters.
pub const CLIENT_STATE_CHARS_MAX: usize = 128;

/// The address of all subscriptions.
const PATH: &str = "/v1.0/subscriptions";

/// A subscription to create.
#[derive(Clone, Copy, Debug)]
pub struct Creation<'a> {
    /// What it tells of.
    pub resource: &'a Resource,
    /// The object id of whose mailbox that is in.
    pub user: &'a str,
    /// Where changes are posted: an `https` address. Graph asks it for an answer ([`super::validation`]) before it answers
    /// the creation.
    pub notification_url: &'a str,
    /// Where is posted what becomes of the subscription itself. It can't be added later.
    pub lifecycle_url: &'a str,
    /// What only Graph and whoever subscribes know, at most [`CLIENT_STATE_CHARS_MAX`] characters: it comes with all that is
    /// posted.
    pub client_state: &'a Secret,
    /// The present moment.
    pub now: Timestamp,
}

/// Subscribes. [`super::parse`] reads the answer.
///
/// <https://learn.microsoft.com/en-us/graph/api/subscription-post-subscriptions>
pub fn create(creation: &Creation<'_>) -> Request {
    let secret = creation.client_state.expose();
    debug_assert!(secret.chars().count() <= CLIENT_STATE_CHARS_MAX, "Graph refuses a longer one");
    let body = json!({
        "changeType": "created,updated,deleted",
        "clientState": secret,
        "expirationDateTime": expiry(creation.now),
        "lifecycleNotificationUrl": creation.lifecycle_url,
        "notificationUrl": creation.notification_url,
        "resource": creation.resource.path(creation.user),
    });
    // The form of the ids in what is posted is that of this request.
    Request::new(Method::Post, PATH).header("Prefer", IMMUTABLE_ID).body("application/json", body.to_string())
}

/// Lets a subscription live on, and proves that it still may. [`super::parse`] reads the answer.
///
/// <https://learn.microsoft.com/en-us/graph/api/subscription-update>
pub fn renew(id: &str, now: Timestamp) -> Request {
    let body = json!({ "expirationDateTime": expiry(now) });
    Request::new(Method::Patch, path(id)).body("application/json", body.to_string())
}

/// Proves that a subscription still may be, without letting it live longer. [`super::parse_done`] reads the answer.
///
/// <https://learn.microsoft.com/en-us/graph/api/subscription-reauthorize>
pub fn reauthorize(id: &str) -> Request {
    Request::new(Method::Post, format!("{}/reauthorize", path(id)))
}

/// Ends a subscription. [`super::parse_done`] reads the answer.
///
/// <https://learn.microsoft.com/en-us/graph/api/subscription-delete>
pub fn delete(id: &str) -> Request {
    Request::new(Method::Delete, path(id))
}

/// Begins to list the subscriptions of the application, or of the application and the person it acts for.
///
/// <https://learn.microsoft.com/en-us/graph/api/subscription-list>
pub fn list_start() -> Request {
    list_next(PATH)
}

/// Goes on with the link of an earlier page.
pub fn list_next(link: &str) -> Request {
    Request::new(Method::Get, link)
}

fn path(id: &str) -> String {
    format!("{PATH}/{}", url::encode(id))
}

fn expiry(now: Timestamp) -> String {
    (now + SignedDuration::from_mins(LIFE_MINUTES)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-22T10:00:00Z".parse().expect("a moment")
    }

    #[test]
    fn a_subscription_is_asked_for_renewed_and_ended() {
        let secret = Secret::new("s-1");
        let creation = Creation {
            resource: &Resource::Contacts,
            user: "u-1",
            notification_url: "https://f.example/told?k=1",
            lifecycle_url: "https://f.example/life",
            client_state: &secret,
            now: now(),
        };
        let created = create(&creation);
        assert_eq!((created.method, created.url.as_str()), (Method::Post, "/v1.0/subscriptions"));
        assert_eq!(created.headers.get("Prefer"), Some("IdType=\"ImmutableId\""));
        assert_eq!(created.headers.get("Content-Type"), Some("application/json"));
        assert_eq!(
            String::from_utf8_lossy(&created.body),
            r#"{"changeType":"created,updated,deleted","clientState":"s-1","expirationDateTime":"2026-11-25T08:00:00Z","lifecycleNotificationUrl":"https://f.example/life","notificationUrl":"https://f.example/told?k=1","resource":"/users/u-1/contacts"}"#
        );
        assert!(!format!("{creation:?}").contains("s-1"), "whoever knows the secret can pretend to be Graph");

        let renewed = renew("i/1", now());
        assert_eq!((renewed.method, renewed.url.as_str()), (Method::Patch, "/v1.0/subscriptions/i%2F1"));
        assert_eq!(String::from_utf8_lossy(&renewed.body), r#"{"expirationDateTime":"2026-11-25T08:00:00Z"}"#);
        let others = [reauthorize("i-1"), delete("i-1"), list_start(), list_next("https://graph/next")];
        let others = others.map(|request| format!("{} {} {}", request.method, request.url, request.body.len()));
        assert_eq!(
            others,
            [
                "POST /v1.0/subscriptions/i-1/reauthorize 0",
                "DELETE /v1.0/subscriptions/i-1 0",
                "GET /v1.0/subscriptions 0",
                "GET https://graph/next 0",
            ]
        );
    }
}
