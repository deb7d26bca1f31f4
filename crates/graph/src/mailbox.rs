//! Whose mailbox requests go to.
//!
//! A signed-in person has `/me`, an application that acts for itself has not: it names the mailbox. Every request of this
//! crate is written for `/me`; [`MailboxPort`] is the one place that knows the other form.
//!
//! <https://learn.microsoft.com/en-us/graph/auth-v2-service>

use crate::json;
use mxs_core::Kind;
use mxs_http::{HttpPort, NoResponse, Request, Response, url};
use serde_json::Value;

/// What the addresses of all requests have behind their origin.
const VERSION: &str = "/v1.0/";

/// Whether an application may read and write items of this kind in the mailboxes of others. To Do is a person's own.
pub const fn open_to_applications(kind: Kind) -> bool {
    match kind {
        Kind::Contact | Kind::Event => true,
        Kind::Task => false,
    }
}

/// A port whose requests go to one mailbox.
///
/// An application's token may open every mailbox of an organisation, so what an address says of the mailbox is not
/// believed: one in a stored link, which may have been read by the person under `/me`, is replaced like the others, and a
/// request that isn't about a mailbox is not sent.
#[derive(Clone, Debug)]
pub struct MailboxPort<P> {
    port: P,
    /// The object id of whose mailbox it is; `None` is the signed-in person.
    user: Option<String>,
}

impl<P> MailboxPort<P> {
    /// The mailbox of whoever signed in. Requests go as they are.
    pub const fn own(port: P) -> Self {
        Self { port, user: None }
    }

    /// The mailbox of the person with this object id.
    pub fn of(port: P, user: impl Into<String>) -> Self {
        Self { port, user: Some(user.into()) }
    }
}

impl<P: HttpPort> HttpPort for MailboxPort<P> {
    async fn send(&self, request: Request) -> Result<Response, NoResponse> {
        let request = match &self.user {
            None => request,
            Some(user) => Named(user).request(request).ok_or(NoResponse::NotSent)?,
        };
        self.port.send(request).await
    }
}

/// The person whose mailbox is named, by object id.
struct Named<'a>(&'a str);

impl Named<'_> {
    /// The request as it is sent; `None` where it isn't about a mailbox.
    fn request(&self, mut request: Request) -> Option<Request> {
        let (origin, path) = request.url.split_at(origin_length(&request.url)?);
        let path = path.strip_prefix(VERSION)?;
        if path == "$batch" {
            request.body = self.batch(&request.body)?;
        } else {
            request.url = format!("{origin}{VERSION}{}", self.path(path)?);
        }
        Some(request)
    }

    /// A path behind its version.
    fn path(&self, path: &str) -> Option<String> {
        let (first, rest) = path.split_at(end_of_segment(path));
        let name = first.split('(').next().unwrap_or_default();
        let tail = match name.to_ascii_lowercase().as_str() {
            "me" => rest,
            "users" if name.len() < first.len() => rest,
            "users" => {
                let named = rest.strip_prefix('/').filter(|named| end_of_segment(named) > 0)?;
                &named[end_of_segment(named)..]
            }
            _ => return None,
        };
        let mut segments = tail.split('?').next().unwrap_or_default().split('/');
        let leads_away = segments.any(|segment| matches!(url::decode(segment).as_str(), "." | ".."));
        (!leads_away).then(|| format!("users/{}{tail}", url::encode(self.0)))
    }

    /// The body of a batch; `None` where one of its parts isn't about a mailbox.
    fn batch(&self, body: &[u8]) -> Option<Vec<u8>> {
        let mut batch = json::object(body)?;
        for part in batch.get_mut("requests")?.as_array_mut()? {
            let address = part.get_mut("url")?;
            *address = format!("/{}", self.path(address.as_str()?.strip_prefix('/')?)?).into();
        }
        Some(Value::Object(batch).to_string().into_bytes())
    }
}

/// How long the origin of an address is: nothing for one that begins with the path. `None` where no path follows.
fn origin_length(address: &str) -> Option<usize> {
    match address.find("://") {
        Some(scheme) if !address.starts_with('/') => Some(scheme + 3 + address[scheme + 3..].find('/')?),
        _ => Some(0),
    }
}

fn end_of_segment(path: &str) -> usize {
    path.find(['/', '?']).unwrap_or(path.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use mxs_http::Method;

    #[test]
    fn every_address_is_of_the_mailbox() {
        let mailbox = Named("u/1");
        let graph = |path: &str| format!("https://graph.microsoft.com{path}");
        let cases = [
            // What this crate writes.
            ("/v1.0/me", "/v1.0/users/u%2F1"),
            ("/v1.0/me?$select=id", "/v1.0/users/u%2F1?$select=id"),
            (
                "/v1.0/me/contacts/delta?$filter=x%2F..&$select=a://b",
                "/v1.0/users/u%2F1/contacts/delta?$filter=x%2F..&$select=a://b",
            ),
            // Links that Graph gave to the person, or to the application.
            ("/v1.0/me/events?$skip=1", "/v1.0/users/u%2F1/events?$skip=1"),
            ("/v1.0/users/u%2F1/events", "/v1.0/users/u%2F1/events"),
            ("/v1.0/users('u%2F1')/events", "/v1.0/users/u%2F1/events"),
            // Links that lead to somebody else's mailbox.
            ("/v1.0/users/x/messages/delta", "/v1.0/users/u%2F1/messages/delta"),
            ("/v1.0/Users('x')/messages", "/v1.0/users/u%2F1/messages"),
            ("/v1.0/users/x", "/v1.0/users/u%2F1"),
            ("/v1.0/users/x?$select=id", "/v1.0/users/u%2F1?$select=id"),
        ];
        for (address, wanted) in cases {
            let sent = |address: &str| mailbox.request(Request::new(Method::Get, address)).map(|request| request.url);
            assert_eq!(sent(address).as_deref(), Some(wanted), "{address}");
            assert_eq!(sent(&graph(address)), Some(graph(wanted)), "{address}");
        }
    }

    #[test]
    fn what_is_of_no_mailbox_is_not_sent() {
        let cases = [
            "/v1.0/subscriptions",
            "/v1.0/users",
            "/v1.0/users?$top=1",
            "/v1.0/users/?$top=1",
            "/v1.0/mexico",
            "/v1.0/%75sers/x/contacts",
            "/v1.0//users/x",
            "/beta/me",
            "/v1.0/me/../users/x/contacts",
            "/v1.0/me/%2e%2e/%2E./x/contacts",
            "https://graph.microsoft.com",
            "",
        ];
        for address in cases {
            assert!(Named("u-1").request(Request::new(Method::Get, address)).is_none(), "{address}");
        }
    }

    #[test]
    fn the_parts_of_a_batch_are_of_the_mailbox_too() {
        let body = r#"{"requests":[{"id":"0","method":"GET","url":"/me/contacts/1?$select=id"},{"id":"1","method":"POST","url":"/users/x/events","body":{"url":"/me/contacts"}}]}"#;
        let wanted = r#"{"requests":[{"id":"0","method":"GET","url":"/users/u1/contacts/1?$select=id"},{"body":{"url":"/me/contacts"},"id":"1","method":"POST","url":"/users/u1/events"}]}"#;
        let sent = |url: &str, body: &str| {
            let request = Request::new(Method::Post, url).header("Accept", "x").body("application/json", body);
            let sent = Named("u1").request(request.clone())?;
            assert_eq!(sent.headers, request.headers);
            String::from_utf8(sent.body).ok()
        };
        assert_eq!(sent("/v1.0/$batch", body).as_deref(), Some(wanted));
        assert_eq!(sent("https://graph.microsoft.com/v1.0/$batch", body).as_deref(), Some(wanted));
        for other in ["", "[]", "{}", r#"{"requests":[{"id":"0"}]}"#, r#"{"requests":[{"url":"/subscriptions"}]}"#] {
            assert_eq!(sent("/v1.0/$batch", other), None, "{other}");
        }
        assert_eq!(sent("/v1.0/me/contacts", body).as_deref(), Some(body), "a body that isn't a batch's stays");
    }
}
