//! The signed-in user's calendars.
//!
//! <https://learn.microsoft.com/en-us/graph/api/user-list-calendars>

use crate::json::{filled, success};
use crate::paging::{self, NEXT_LINK};
use crate::{ErrorKind, GraphError};
use mxs_core::ExchangeId;
use mxs_http::{Request, Response, url};
use serde_json::{Map, Value};
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

/// Asks which calendar an event is in: the event itself doesn't say. An event that was deleted in Outlook can still
/// be read under an immutable id; it is in no calendar.
///
/// <https://learn.microsoft.com/en-us/graph/api/calendar-get>
pub fn calendar_of(event: &ExchangeId) -> Request {
    paging::request(format!("/v1.0/me/events/{}/calendar?$select=id", url::encode(event.as_str())), 1, None)
}

/// Reads the answer to [`calendar_of`]: the calendar's id, or `None` when the event is in none.
pub fn parse_calendar_of(response: &Response) -> Result<Option<String>, GraphError> {
    let calendar: Map<String, Value> = match success(response) {
        Err(error) if error.kind == ErrorKind::NotFound => return Ok(None),
        other => other?,
    };
    let id = filled(&calendar, "id").map(str::to_owned);
    id.map(Some).ok_or_else(|| GraphError::unreadable(response.status))
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn only_the_service_itself_says_that_an_event_is_in_no_calendar() {
        assert_eq!(calendar_of(&ExchangeId::new("E=")).url, "/v1.0/me/events/E%3D/calendar?$select=id");
        let cases = [
            (200, r#"{"id":"C"}"#, Ok(Some("C".to_owned()))),
            (404, r#"{"error":{"code":"ErrorItemNotFound"}}"#, Ok(None)),
            (404, "<html>", Err(ErrorKind::Unreadable)),
            (200, "{}", Err(ErrorKind::Unreadable)),
            (503, "", Err(ErrorKind::Unavailable)),
        ];
        for (status, body, wanted) in cases {
            assert_eq!(parse_calendar_of(&answer(status, body)).map_err(|error| error.kind), wanted, "{body}");
        }
    }
}
