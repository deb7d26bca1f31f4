//! Whose mailbox requests go to.
//!
//! A signed-in person has `/me`, an application that acts for itself has not: it names the mailbox. Every request of this
//! crate is written for `/me`; [`MailboxPort`] is the one place that knows the other form.
//!
//! <https://learn.microsoft.com/en-us/graph/auth-v2-service>

use crate::json;
use mxs_core::Kind;
use mxs_http::{HttpPort, Method, NoResponse, Request, Response, url};
use serde_json::Value;

/// Where requests about the signed-in person begin, behind the version.
const ME: &str = "me";
/// Where requests about a named person begin, behind the version.
const USERS: &str = "users";

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
/// believed: one in a stored link, which may have been read by the person under `/me`, is replaced like the others.
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
            Some(user) => Named(user).request(request),
        };
        self.port.send(request).await
    }
}

/// The person whose mailbox is named, by object id.
struct Named<'a>(&'a str);

impl Named<'_> {
    /// The request as it is sent.
    fn request(&self, mut request: Request) -> Request {
        request.url = self.address(&request.url);
        let is_batch = request.method == Method::Post && request.url.ends_with("/v1.0/$batch");
        if let Some(batch) = is_batch.then(|| self.batch(&request.body)).flatten() {
            request.body = batch;
        }
        request
    }

    /// An address with its version, absolute or from the path on.
    fn address(&self, address: &str) -> String {
        let path = address.find("://").map_or(Some(0), |scheme| Some(scheme + 3 + address[scheme + 3..].find('/')?));
        let split = path.and_then(|path| Some(path + address[path..].strip_prefix("/v1.0/").map(|_| "/v1.0/".len())?));
        match split {
            Some(split) => format!("{}{}", &address[..split], self.path(&address[split..])),
            None => address.to_owned(),
        }
    }

    /// A path behind its version.
    fn path(&self, path: &str) -> String {
        let end = |text: &str| text.find(['/', '?']).unwrap_or(text.len());
        let (first, rest) = path.split_at(end(path));
        let tail = if first == ME {
            rest
        } else if first == USERS && rest.starts_with('/') {
            let behind = &rest[1..];
            &behind[end(behind)..]
        } else if first.starts_with("users(") {
            rest
        } else {
            return path.to_owned();
        };
        format!("{USERS}/{}{tail}", url::encode(self.0))
    }

    /// The body of a batch; `None` where it is none.
    fn batch(&self, body: &[u8]) -> Option<Vec<u8>> {
        let mut batch = json::object(body)?;
        for part in batch.get_mut("requests")?.as_array_mut()? {
            if let Some(Value::String(address)) = part.get_mut("url") {
                *address = format!("/{}", self.path(address.trim_start_matches('/')));
            }
        }
        Some(Value::Object(batch).to_string().into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_of_the_mailbox() {
        let mailbox = Named("u/1");
        let cases = [
            // What this crate writes.
            ("/v1.0/me", "/v1.0/users/u%2F1"),
            ("/v1.0/me?$select=id", "/v1.0/users/u%2F1?$select=id"),
            ("/v1.0/me/contacts/delta?$select=id", "/v1.0/users/u%2F1/contacts/delta?$select=id"),
            // Links that Graph gave to the person, or to the application.
            (
                "https://graph.microsoft.com/v1.0/me/events?$skip=1",
                "https://graph.microsoft.com/v1.0/users/u%2F1/events?$skip=1",
            ),
            (
                "https://graph.microsoft.com/v1.0/users/u%2F1/events",
                "https://graph.microsoft.com/v1.0/users/u%2F1/events",
            ),
            (
                "https://graph.microsoft.com/v1.0/users('x')/events",
                "https://graph.microsoft.com/v1.0/users/u%2F1/events",
            ),
            // One that leads to somebody else's.
            (
                "https://graph.microsoft.com/v1.0/users/x/messages/delta",
                "https://graph.microsoft.com/v1.0/users/u%2F1/messages/delta",
            ),
            ("/v1.0/users/x", "/v1.0/users/u%2F1"),
            ("/v1.0/users/x?$select=id", "/v1.0/users/u%2F1?$select=id"),
            // What is of nobody.
            ("/v1.0/$batch", "/v1.0/$batch"),
            ("/v1.0/subscriptions/1", "/v1.0/subscriptions/1"),
            ("/v1.0/users?$top=1", "/v1.0/users?$top=1"),
            ("/v1.0/mexico", "/v1.0/mexico"),
            ("https://graph.microsoft.com", "https://graph.microsoft.com"),
            ("", ""),
        ];
        for (address, wanted) in cases {
            assert_eq!(mailbox.request(Request::new(Method::Get, address)).url, wanted, "{address}");
        }
    }

    #[test]
    fn the_parts_of_a_batch_are_too() {
        let body = r#"{"requests":[{"id":"0","method":"GET","url":"/me/contacts/1?$select=id"},{"id":"1","method":"POST","url":"/users/x/events","body":{"url":"/me/contacts"}},{"id":"2"}]}"#;
        let wanted = r#"{"requests":[{"id":"0","method":"GET","url":"/users/u1/contacts/1?$select=id"},{"body":{"url":"/me/contacts"},"id":"1","method":"POST","url":"/users/u1/events"},{"id":"2"}]}"#;
        let mailbox = Named("u1");
        let sent = |url: &str, body: &str| {
            let request = Request::new(Method::Post, url).header("Accept", "x").body("application/json", body);
            let sent = mailbox.request(request.clone());
            assert_eq!(sent.headers, request.headers);
            String::from_utf8(sent.body).expect("UTF-8")
        };
        assert_eq!(sent("/v1.0/$batch", body), wanted);
        assert_eq!(sent("https://graph.microsoft.com/v1.0/$batch", body), wanted);
        for other in ["", "[]", "{}", r#"{"requests":{}}"#] {
            assert_eq!(sent("/v1.0/$batch", other), other, "what is no batch goes as it is");
        }
        assert_eq!(sent("/v1.0/me/contacts", body), body, "a body that isn't a batch's is nobody's business");
    }
}
