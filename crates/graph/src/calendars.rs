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
