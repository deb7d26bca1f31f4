//! The CRM's users: who is signed in, who is active, and who is an administrator.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/get-users.html>

use crate::ZohoError;
use crate::json::{filled, is_none_or, object, rows, text};
use mxs_http::{Method, Request, Response, url};
use serde_json::{Map, Value};
use std::fmt;

/// The most users on a page.
pub const PAGE_SIZE: usize = 200;

/// The most pages of a list. An organisation with more users would need more than a page a second for an hour.
pub const PAGES_MAX: u32 = 4_000;

/// A CRM user.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// The user's id: the owner of records.
    pub id: String,
    /// The name people see; may be empty.
    pub full_name: String,
    /// The mail address that signs in; may be empty.
    pub email: String,
    /// The name of the user's profile; decides what the user may do, but may be called anything.
    pub profile: String,
    /// The id of the profile; may be empty.
    pub profile_id: String,
    /// The user's time zone, an IANA name; may be empty.
    pub time_zone: String,
    /// Whether the user may sign in: neither deactivated nor deleted. False where the CRM doesn't say.
    pub is_active: bool,
    /// Whether the user took the invitation. False where the CRM doesn't say.
    pub is_confirmed: bool,
}

/// Names and addresses are personal data.
impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User").field("id", &self.id).field("profile", &self.profile).finish_non_exhaustive()
    }
}

/// Users on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The users.
    pub users: Vec<User>,
    /// The page after this one, if there is one.
    pub next: Option<u32>,
}

/// Asks who is signed in.
pub fn current() -> Request {
    Request::new(Method::Get, "/crm/v8/users?type=CurrentUser")
}

/// Asks for the user with this id.
pub fn one(id: &str) -> Request {
    Request::new(Method::Get, format!("/crm/v8/users/{}", url::encode(id)))
}

/// Asks for a page of the users who are active and took their invitation. Pages are counted from 1.
pub fn active(page: u32) -> Request {
    let (page, size) = (page.to_string(), PAGE_SIZE.to_string());
    let query = url::form([("type", "ActiveConfirmedUsers"), ("page", &page), ("per_page", &size)]);
    Request::new(Method::Get, format!("/crm/v8/users?{query}"))
}

/// Asks whether the user with this id is an administrator, active and confirmed. The CRM itself is asked: a profile's
/// name says nothing, as any may be called "Administrator", in any language.
pub fn administrator(id: &str) -> Request {
    let query = url::form([("type", "ActiveConfirmedAdmins"), ("ids", id)]);
    Request::new(Method::Get, format!("/crm/v8/users?{query}"))
}

/// Reads the answer to [`current`] and [`one`]; a user who isn't there is an error.
pub fn parse(response: &Response) -> Result<User, ZohoError> {
    let answer = rows(response, USERS)?;
    let user = answer.get(USERS).and_then(|users| users.get(0)).and_then(Value::as_object).and_then(read);
    user.ok_or_else(|| ZohoError::unreadable(response.status))
}

/// Reads the answer to [`active`] for that page.
pub fn parse_page(response: &Response, page: u32) -> Result<Page, ZohoError> {
    let unreadable = || ZohoError::unreadable(response.status);
    let answer = rows(response, USERS)?;
    let listed = answer.get(USERS).and_then(Value::as_array).into_iter().flatten();
    let users: Option<Vec<User>> = listed.map(|user| user.as_object().and_then(read)).collect();
    let users = users.ok_or_else(unreadable)?;
    if !is_none_or(&answer, "info", Value::is_object) {
        return Err(unreadable());
    }
    let more = match object(&answer, "info").and_then(|info| info.get("more_records")) {
        Some(more) => more.as_bool().ok_or_else(unreadable)?,
        // A page that isn't full is the last one.
        None if users.len() < PAGE_SIZE => false,
        None => return Err(unreadable()),
    };
    if more && page >= PAGES_MAX {
        return Err(unreadable());
    }
    Ok(Page { users, next: more.then(|| page + 1) })
}

/// Reads the answer to [`administrator`] for that id.
pub fn parse_administrator(response: &Response, id: &str) -> Result<bool, ZohoError> {
    let page = parse_page(response, 1)?;
    Ok(page.users.iter().any(|user| user.id == id && user.is_active && user.is_confirmed))
}

const USERS: &str = "users";

fn read(user: &Map<String, Value>) -> Option<User> {
    let of_profile = |name| object(user, "profile").map(|profile| text(profile, name)).unwrap_or_default().to_owned();
    Some(User {
        id: filled(user, "id")?.to_owned(),
        full_name: text(user, "full_name").to_owned(),
        email: text(user, "email").to_owned(),
        profile: of_profile("name"),
        profile_id: of_profile("id"),
        time_zone: text(user, "time_zone").to_owned(),
        is_active: text(user, "status") == "active",
        is_confirmed: user.get("confirm") == Some(&Value::Bool(true)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use serde_json::json;

    fn answer(status: u16, body: &str) -> Response {
        Response::new(status).body("application/json", body)
    }

    fn user(id: &str, status: &str, confirm: bool) -> Value {
        json!({ "id": id, "full_name": "Ada Lovelace", "status": status, "confirm": confirm })
    }

    #[test]
    fn the_user_is_read_and_hidden() {
        let body = r#"{"users":[{"id":"5","full_name":"Ada Lovelace","email":"ada@corp.example","profile":{"name":"Standard","id":"9"},"time_zone":"Europe/London","role":null,"status":"active","confirm":true}]}"#;
        let user = parse(&answer(200, body)).expect("a user");
        assert_eq!((user.id.as_str(), user.profile.as_str(), user.profile_id.as_str()), ("5", "Standard", "9"));
        assert_eq!((user.full_name.as_str(), user.email.as_str()), ("Ada Lovelace", "ada@corp.example"));
        assert_eq!(user.time_zone, "Europe/London");
        assert!(user.is_active && user.is_confirmed);
        assert_eq!(format!("{user:?}"), r#"User { id: "5", profile: "Standard", .. }"#);
    }

    #[test]
    fn users_are_asked_for() {
        let cases = [
            (current(), "/crm/v8/users?type=CurrentUser"),
            (one("5/../7"), "/crm/v8/users/5%2F..%2F7"),
            (active(3), "/crm/v8/users?type=ActiveConfirmedUsers&page=3&per_page=200"),
            (administrator("5,7"), "/crm/v8/users?type=ActiveConfirmedAdmins&ids=5%2C7"),
        ];
        for (request, url) in cases {
            assert_eq!((request.method, request.url.as_str()), (Method::Get, url));
        }
    }

    #[test]
    fn what_is_no_user_is_an_error() {
        for (status, body) in [(200, r#"{"users":[]}"#), (200, r#"{"users":[{}]}"#), (200, "<html>"), (204, "")] {
            let found = parse(&answer(status, body)).map_err(|error| error.kind);
            assert_eq!(found, Err(ErrorKind::Unreadable), "{status} {body}");
        }
    }

    #[test]
    fn a_user_counts_as_active_only_where_the_crm_says_so() {
        let cases = [
            (json!({ "id": "5", "status": "active", "confirm": true }), (true, true)),
            (json!({ "id": "5", "status": "disabled", "confirm": true }), (false, true)),
            (json!({ "id": "5", "status": "deleted", "confirm": false }), (false, false)),
            (json!({ "id": "5", "status": "Active", "confirm": "true" }), (false, false)),
            (json!({ "id": "5" }), (false, false)),
        ];
        for (user, wanted) in cases {
            let found = parse(&answer(200, &json!({ "users": [user] }).to_string())).expect("a user");
            assert_eq!((found.is_active, found.is_confirmed), wanted, "{user}");
        }
    }

    #[test]
    fn pages_follow_each_other_and_end() {
        let users = [user("1", "active", true), user("2", "active", true)];
        let more = |more: Value| json!({ "users": users, "info": { "more_records": more } }).to_string();
        let full: Vec<Value> = (0..PAGE_SIZE).map(|id| user(&id.to_string(), "active", true)).collect();
        let cases = [
            (200, more(json!(true)), 1, Ok((2, Some(2)))),
            (200, more(json!(true)), PAGES_MAX - 1, Ok((2, Some(PAGES_MAX)))),
            (200, more(json!(false)), 7, Ok((2, None))),
            (204, String::new(), 1, Ok((0, None))),
            (200, json!({ "users": users }).to_string(), 1, Ok((2, None))),
            // Nobody could tell whether somebody is missing.
            (200, more(json!("no")), 1, Err(ErrorKind::Unreadable)),
            (200, json!({ "users": full }).to_string(), 1, Err(ErrorKind::Unreadable)),
            (200, json!({ "users": [users[0], {}] }).to_string(), 1, Err(ErrorKind::Unreadable)),
            (200, more(json!(true)), PAGES_MAX, Err(ErrorKind::Unreadable)),
            (401, r#"{"code":"INVALID_TOKEN"}"#.to_owned(), 1, Err(ErrorKind::SignInAgain)),
        ];
        for (status, body, page, wanted) in cases {
            let found = parse_page(&answer(status, &body), page);
            let found = found.map(|page| (page.users.len(), page.next)).map_err(|error| error.kind);
            assert_eq!(found, wanted, "{status} page {page} {}", body.chars().take(80).collect::<String>());
        }
    }

    #[test]
    fn an_administrator_is_one_whom_the_crm_lists_as_such() {
        let listed = |user: Value| json!({ "users": [user], "info": { "more_records": false } }).to_string();
        let cases = [
            (200, listed(user("5", "active", true)), Ok(true)),
            // Another one than was asked for, or one who may no longer sign in.
            (200, listed(user("6", "active", true)), Ok(false)),
            (200, listed(user("5", "disabled", true)), Ok(false)),
            (200, listed(user("5", "active", false)), Ok(false)),
            (204, String::new(), Ok(false)),
            (200, "{}".to_owned(), Err(ErrorKind::Unreadable)),
            (503, String::new(), Err(ErrorKind::Unavailable)),
        ];
        for (status, body, wanted) in cases {
            let found = parse_administrator(&answer(status, &body), "5").map_err(|error| error.kind);
            assert_eq!(found, wanted, "{status} {body}");
        }
    }
}
