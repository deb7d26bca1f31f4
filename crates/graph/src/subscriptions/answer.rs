//! What Graph answers about subscriptions.

use crate::json::{filled, success};
use crate::paging::NEXT_LINK;
use crate::{ErrorKind, GraphError};
use jiff::Timestamp;
use mxs_http::Response;
use serde_json::{Map, Value};

/// A subscription that Graph has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Its id, which is in all that is posted.
    pub id: String,
    /// What it tells of, in Graph's spelling.
    pub resource: String,
    /// Where changes are posted.
    pub notification_url: String,
    /// When it ends; may be sooner than was asked for.
    pub expires: Timestamp,
}

impl Subscription {
    /// When to renew it, if it was created or renewed at `since`: at half its life, so that half a life is left for
    /// whatever is in the way.
    pub fn renew_at(&self, since: Timestamp) -> Timestamp {
        since + self.expires.duration_since(since).max(jiff::SignedDuration::ZERO) / 2
    }
}

/// One page of subscriptions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscriptionsPage {
    /// The subscriptions.
    pub subscriptions: Vec<Subscription>,
    /// The next page, if there is one.
    pub next: Option<String>,
}

/// Reads the answer to [`super::create`] and [`super::renew`]. One that is no longer there is
/// [`ErrorKind::NotFound`].
pub fn parse(response: &Response) -> Result<Subscription, GraphError> {
    let subscription = success(response).map_err(gone)?;
    subscription_of(&subscription).ok_or_else(|| GraphError::unreadable(response.status))
}

/// Reads the answer to [`super::reauthorize`] and [`super::delete`]. One that is no longer there is
/// [`ErrorKind::NotFound`].
pub fn parse_done(response: &Response) -> Result<(), GraphError> {
    if response.is_success() { Ok(()) } else { Err(gone(GraphError::of(response))) }
}

/// Reads the answer to [`super::list_start`] and [`super::list_next`].
pub fn parse_list(response: &Response) -> Result<SubscriptionsPage, GraphError> {
    let page = success(response)?;
    let items = page.get("value").and_then(Value::as_array);
    let subscriptions: Option<Vec<_>> =
        items.and_then(|items| items.iter().map(|item| subscription_of(item.as_object()?)).collect());
    let subscriptions = subscriptions.ok_or_else(|| GraphError::unreadable(response.status))?;
    Ok(SubscriptionsPage { subscriptions, next: filled(&page, NEXT_LINK).map(str::to_owned) })
}

fn subscription_of(subscription: &Map<String, Value>) -> Option<Subscription> {
    Some(Subscription {
        id: filled(subscription, "id")?.to_owned(),
        resource: filled(subscription, "resource")?.to_owned(),
        notification_url: filled(subscription, "notificationUrl")?.to_owned(),
        expires: filled(subscription, "expirationDateTime")?.parse().ok()?,
    })
}

/// The code by which Graph says that a subscription isn't there; a mailbox has another one for its items.
fn gone(mut error: GraphError) -> GraphError {
    if error.status == 404 && error.code.eq_ignore_ascii_case("ResourceNotFound") {
        error.kind = ErrorKind::NotFound;
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Response {
        Response::new(status).body("application/json", body)
    }

    const WHOLE: &str = r#"{"id":"i-1","resource":"/users/u/contacts","clientState":null,"notificationUrl":"https://f.example/told","expirationDateTime":"2026-11-25T08:00:00.123Z"}"#;

    fn whole() -> Subscription {
        Subscription {
            id: "i-1".into(),
            resource: "/users/u/contacts".into(),
            notification_url: "https://f.example/told".into(),
            expires: "2026-11-25T08:00:00.123Z".parse().expect("a moment"),
        }
    }

    #[test]
    fn a_subscription_is_read_whole_or_not_at_all() {
        assert_eq!(parse(&answer(201, WHOLE)), Ok(whole()));
        let page = parse_list(&answer(200, &format!(r#"{{"value":[{WHOLE}],"@odata.nextLink":"n"}}"#)));
        assert_eq!(page, Ok(SubscriptionsPage { subscriptions: vec![whole()], next: Some("n".into()) }));
        let error = |code: &str| format!(r#"{{"error":{{"code":"{code}"}}}}"#);
        let cases = [
            (200, "{}".to_owned(), ErrorKind::Unreadable),
            (200, WHOLE.replace("2026-11-25T08", "2026-11-31T08"), ErrorKind::Unreadable),
            (404, error("ResourceNotFound"), ErrorKind::NotFound),
            // A proxy's, which proves nothing.
            (404, "<html>".to_owned(), ErrorKind::Unreadable),
            // The address didn't answer as Graph wants it to.
            (400, error("ValidationError"), ErrorKind::Refused),
            (403, error("ErrorAccessDenied"), ErrorKind::Denied),
            (429, error("TooManyRequests"), ErrorKind::Throttled),
        ];
        for (status, body, wanted) in cases {
            assert_eq!(parse(&answer(status, &body)).map_err(|error| error.kind), Err(wanted), "{body}");
            let done = parse_done(&answer(status, &body)).map_err(|error| error.kind);
            assert_eq!(done, if status == 200 { Ok(()) } else { Err(wanted) }, "{body}");
        }
        assert_eq!(parse_done(&Response::new(204)), Ok(()));
        for body in ["{}", r#"{"value":[1]}"#, r#"{"value":[{"id":"i"}]}"#] {
            let read = parse_list(&answer(200, body)).map_err(|error| error.kind);
            assert_eq!(read, Err(ErrorKind::Unreadable), "{body}");
        }
    }

    #[test]
    fn half_a_life_is_left_for_the_renewal() {
        let at = |text: &str| -> Timestamp { text.parse().expect("a moment") };
        let cases = [
            ("2026-11-23T08:00:00.123Z", "2026-11-24T08:00:00.123Z"),
            // Ended already: at once.
            ("2026-11-26T00:00:00Z", "2026-11-26T00:00:00Z"),
        ];
        for (since, wanted) in cases {
            assert_eq!(whole().renew_at(at(since)), at(wanted), "{since}");
        }
    }
}
