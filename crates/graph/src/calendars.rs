//! The signed-in user's calendars.
//!
//! <https://learn.microsoft.com/en-us/graph/api/user-list-calendars>

use crate::GraphError;
use crate::json::{filled, success};
use crate::paging::{self, NEXT_LINK};
use mxs_http::{Request, Response};
use serde_json::Value;
use std::fmt;

/// How many calendars an answer may hold.
pub const CALENDARS_PAGE_SIZE: u16 = 100;

/// A calendar.
#[derive(Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Whether it is the one that new events go to.
    pub is_default: bool,
    /// Whether the user may write in it.
    pub can_edit: bool,
    /// The address of whose it is, in small letters; empty where the answer doesn't say.
    pub owner: String,
}

/// Names and addresses are personal data.
impl fmt::Debug for Calendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Calendar").field("is_default", &self.is_default).finish_non_exhaustive()
    }
}

/// One page of calendars.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarsPage {
    /// The calendars.
    pub calendars: Vec<Calendar>,
    /// The next page, if there is one.
    pub next: Option<String>,
}

/// Begins to list the calendars.
pub fn list_start() -> Request {
    list_next("/v1.0/me/calendars?$select=id,name,canEdit,isDefaultCalendar,owner")
}

/// Goes on with the link of an earlier page.
pub fn list_next(link: &str) -> Request {
    paging::request(link.to_owned(), CALENDARS_PAGE_SIZE, None)
}

/// Reads the answer to [`list_start`] and [`list_next`].
pub fn parse_list(response: &Response) -> Result<CalendarsPage, GraphError> {
    let page = success(response)?;
    let items = page.get("value").and_then(Value::as_array);
    let calendars: Option<Vec<_>> = items.and_then(|items| items.iter().map(calendar).collect());
    let calendars = calendars.ok_or_else(|| GraphError::unreadable(response.status))?;
    Ok(CalendarsPage { calendars, next: filled(&page, NEXT_LINK).map(str::to_owned) })
}

fn calendar(calendar: &Value) -> Option<Calendar> {
    let calendar = calendar.as_object()?;
    let flag = |name| calendar.get(name).and_then(Value::as_bool);
    let owner = calendar.get("owner").and_then(Value::as_object).and_then(|owner| filled(owner, "address"));
    Some(Calendar {
        id: filled(calendar, "id")?.to_owned(),
        name: filled(calendar, "name").unwrap_or_default().to_owned(),
        is_default: flag("isDefaultCalendar").unwrap_or_default(),
        can_edit: flag("canEdit")?,
        owner: owner.unwrap_or_default().to_lowercase(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    fn answer(status: u16, body: &str) -> Response {
        Response::new(status).body("application/json", body)
    }

    #[test]
    fn calendars_are_asked_for_and_read() {
        assert_eq!(list_start().url, "/v1.0/me/calendars?$select=id,name,canEdit,isDefaultCalendar,owner");
        assert_eq!(list_next("https://graph/next").url, "https://graph/next");
        let body = r#"{"value":[{"id":"C","name":"Calendar","canEdit":true,"isDefaultCalendar":true,
            "owner":{"name":"Ada","address":"Ada@corp.example"}},{"id":"D","canEdit":false}],"@odata.nextLink":"n"}"#;
        let page = parse_list(&answer(200, body)).expect("a page");
        let calendar = |id: &str, name: &str, is_own: bool, owner: &str| Calendar {
            id: id.into(),
            name: name.into(),
            is_default: is_own,
            can_edit: is_own,
            owner: owner.into(),
        };
        let calendars = vec![calendar("C", "Calendar", true, "ada@corp.example"), calendar("D", "", false, "")];
        assert_eq!(page, CalendarsPage { calendars, next: Some("n".into()) });
        assert!(!format!("{page:?}").contains("ada@"), "addresses are personal data");
        for body in ["{}", r#"{"value":[5]}"#, r#"{"value":[{"id":"C"}]}"#, r#"{"value":[{"canEdit":true}]}"#] {
            assert_eq!(
                parse_list(&answer(200, body)).map_err(|error| error.kind),
                Err(ErrorKind::Unreadable),
                "{body}"
            );
        }
    }
}
