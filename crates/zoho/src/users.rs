//! The CRM user who is signed in.

use crate::ZohoError;
use crate::json::{filled, object, rows, text};
use mxs_http::{Method, Request, Response};
use serde_json::Value;
use std::fmt;

/// A CRM user.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// The user's id: the owner of records.
    pub id: String,
    /// The name people see; may be empty.
    pub full_name: String,
    /// The mail address that signs in; may be empty.
    pub email: String,
    /// The name of the user's profile; decides what the user may do.
    pub profile: String,
    /// The user's time zone, an IANA name; may be empty.
    pub time_zone: String,
}

/// Names and addresses are personal data.
impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User").field("id", &self.id).field("profile", &self.profile).finish_non_exhaustive()
    }
}

/// Asks who is signed in.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/get-users.html>
pub fn current() -> Request {
    Request::new(Method::Get, "/crm/v8/users?type=CurrentUser")
}

/// Reads the answer to [`current`].
pub fn parse(response: &Response) -> Result<User, ZohoError> {
    let answer = rows(response, "users")?;
    let user = answer.get("users").and_then(|users| users.get(0)).and_then(Value::as_object);
    let user = user.and_then(|user| {
        Some(User {
            id: filled(user, "id")?.to_owned(),
            full_name: text(user, "full_name").to_owned(),
            email: text(user, "email").to_owned(),
            profile: object(user, "profile").map(|profile| text(profile, "name")).unwrap_or_default().to_owned(),
            time_zone: text(user, "time_zone").to_owned(),
        })
    });
    user.ok_or_else(|| ZohoError::unreadable(response.status))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn the_user_is_read_and_hidden() {
        let body = r#"{"users":[{"id":"5","full_name":"Ada Lovelace","email":"ada@corp.example","profile":{"name":"Standard","id":"9"},"time_zone":"Europe/London","role":null}]}"#;
        let user = parse(&Response::new(200).body("application/json", body)).expect("a user");
        assert_eq!((user.id.as_str(), user.profile.as_str()), ("5", "Standard"));
        assert_eq!((user.full_name.as_str(), user.email.as_str()), ("Ada Lovelace", "ada@corp.example"));
        assert_eq!(user.time_zone, "Europe/London");
        assert_eq!(format!("{user:?}"), r#"User { id: "5", profile: "Standard", .. }"#);
        assert_eq!(current().url, "/crm/v8/users?type=CurrentUser");
    }

    #[test]
    fn what_is_no_user_is_an_error() {
        for (status, body) in [(200, r#"{"users":[]}"#), (200, r#"{"users":[{}]}"#), (200, "<html>"), (204, "")] {
            let found = parse(&Response::new(status).body("application/json", body)).map_err(|error| error.kind);
            assert_eq!(found, Err(ErrorKind::Unreadable), "{status} {body}");
        }
    }
}
