//! The events of a calendar: where they are read and written.

use crate::delta::DeltaItem;
use crate::json::{filled, list};
use crate::paging::{self, Page};
use crate::place::Window;
use crate::times::plus_days;
use crate::{GraphError, contact, event, mark};
use event::EventType;
use mxs_core::{Date, ExchangeId, Seen, Version};
use mxs_http::{Response, url};
use serde_json::{Map, Value};

/// How many events an answer may hold. Bodies come with them, so it is fewer than of contacts.
pub const PAGE_SIZE: u16 = 100;

/// Asks for bodies as plain text.
///
/// <https://learn.microsoft.com/en-us/graph/api/event-get>
pub(crate) const PREFERENCE: &str = "outlook.body-content-type=\"text\"";

/// Asks for a body as it is written.
pub(crate) const HTML_PREFERENCE: &str = "outlook.body-content-type=\"html\"";

/// The address of a calendar's events; `None` is the default calendar.
pub(crate) fn items_path(calendar: Option<&str>) -> String {
    format!("{}/events", calendar_path(calendar))
}

fn calendar_path(calendar: Option<&str>) -> String {
    match calendar {
        Some(calendar) => format!("/me/calendars/{}", url::encode(calendar)),
        None => "/me".to_owned(),
    }
}

/// Where the reading of a calendar begins. It takes no `$select` and no `$expand`.
///
/// <https://learn.microsoft.com/en-us/graph/api/event-delta>
pub(crate) fn delta_path(calendar: Option<&str>, window: Window) -> String {
    format!("/v1.0{}/calendarView/delta?{}", calendar_path(calendar), between(window.start, window.end))
}

fn between(start: Date, end: Date) -> String {
    format!("startDateTime={start}T00:00:00Z&endDateTime={end}T00:00:00Z")
}

/// The query that reads all of an event: its mark, and of a series which occurrences are not as its rule has them. A
/// listing tells neither.
pub(crate) fn query() -> String {
    format!("$select={}&$expand=exceptionOccurrences,{}", event::SELECT, mark::expand())
}

/// Reads a page of changes.
///
/// A page tells a series by its master, its occurrences and its exceptions, and of none of these all: whatever changed
/// in it, the master is to be read, and an exception is. Plain occurrences are no items.
pub(crate) fn delta_page(
    response: &Response,
    calendar: Option<&str>,
) -> Result<Page<(ExchangeId, DeltaItem)>, GraphError> {
    let Page { items, next } = paging::parse(response, |item| told(item, calendar.unwrap_or_default()))?;
    Ok(Page { items: items.into_iter().flatten().collect(), next })
}

/// What one item of a page tells.
fn told(item: &Value, calendar: &str) -> Option<Vec<(ExchangeId, DeltaItem)>> {
    let item = item.as_object()?;
    let id = ExchangeId::new(filled(item, "id")?);
    if item.contains_key("@removed") {
        return Some(vec![(id, DeltaItem::Removed)]);
    }
    let master = filled(item, "seriesMasterId").map(|master| (ExchangeId::new(master), DeltaItem::Changed));
    Some(match EventType::of(item) {
        Some(EventType::Occurrence) => master.into_iter().collect(),
        Some(EventType::SingleInstance) => {
            vec![(id, single(item, calendar).map_or(DeltaItem::Changed, DeltaItem::Present))]
        }
        Some(EventType::Exception | EventType::SeriesMaster) | None => {
            master.into_iter().chain([(id, DeltaItem::Changed)]).collect()
        }
    })
}

fn single(item: &Map<String, Value>, calendar: &str) -> Option<Seen> {
    let (_, version) = contact::identity(item)?;
    Some(Seen { fields: event::fields(item, calendar)?, version, mark: None })
}

/// The query that finds the occurrence of a series on one day: a zone is nowhere more than a day from UTC.
pub(crate) fn instances_query(day: Date) -> String {
    let start = plus_days(day, -1).unwrap_or(day);
    let end = plus_days(day, 2).unwrap_or(day);
    format!("{}&$select=id,isAllDay,originalStart", between(start, end))
}

/// Reads the answer to [`instances_query`]: the occurrence that the rule had put on `day`, if there is one; the outer
/// `None` where the answer is no list of occurrences.
pub(crate) fn occurrence(answer: &Map<String, Value>, day: Date, zone: &str) -> Option<Option<(ExchangeId, Version)>> {
    answer.get("value")?.as_array()?;
    for item in list(answer, "value") {
        let item = item.as_object()?;
        let all_day = item.get("isAllDay")?.as_bool()?;
        if event::original_day(item, zone, all_day)? == day {
            return contact::identity(item).map(Some);
        }
    }
    Some(None)
}
