//! The events of a calendar: where they are read and written.

use crate::delta::DeltaItem;
use crate::json::{filled, list};
use crate::paging::{self, Page};
use crate::place::Window;
use crate::tasks::TimeZone;
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

/// The address of an event in the calendar of this id, where it isn't found once it is elsewhere; anywhere, if the id
/// is empty.
///
/// <https://learn.microsoft.com/en-us/graph/api/event-get>
pub(crate) fn item_in_calendar(calendar: &str, id: &ExchangeId) -> String {
    let calendar = Some(calendar).filter(|calendar| !calendar.is_empty());
    format!("{}/{}", items_path(calendar), url::encode(id.as_str()))
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
    user: Option<&TimeZone>,
) -> Result<Page<(ExchangeId, DeltaItem)>, GraphError> {
    let Page { items, next } = paging::parse(response, |item| told(item, calendar.unwrap_or_default(), user))?;
    Ok(Page { items: items.into_iter().flatten().collect(), next })
}

/// What one item of a page tells.
fn told(item: &Value, calendar: &str, user: Option<&TimeZone>) -> Option<Vec<(ExchangeId, DeltaItem)>> {
    let item = item.as_object()?;
    let id = ExchangeId::new(filled(item, "id")?);
    if item.contains_key("@removed") {
        return Some(vec![(id, DeltaItem::Removed)]);
    }
    let master = filled(item, "seriesMasterId").map(|master| (ExchangeId::new(master), DeltaItem::Changed));
    Some(match EventType::of(item) {
        Some(EventType::Occurrence) => master.into_iter().collect(),
        Some(EventType::SingleInstance) => {
            vec![(id, single(item, calendar, user).map_or(DeltaItem::Changed, DeltaItem::Present))]
        }
        Some(EventType::Exception | EventType::SeriesMaster) | None => {
            master.into_iter().chain([(id, DeltaItem::Changed)]).collect()
        }
    })
}

fn single(item: &Map<String, Value>, calendar: &str, user: Option<&TimeZone>) -> Option<Seen> {
    let (_, version) = contact::identity(item)?;
    Some(Seen { fields: event::fields(item, calendar, user)?, version, mark: None })
}

/// The query that finds the occurrence of a series on one day: a zone is nowhere more than a day from UTC.
pub(crate) fn instances_query(day: Date) -> String {
    let start = plus_days(day, -1).unwrap_or(day);
    let end = plus_days(day, 2).unwrap_or(day);
    format!("{}&$select=id,isAllDay,originalStart", between(start, end))
}

/// Reads the answer to [`instances_query`]: the occurrence that the rule had put on `day` in the zone of this name, if
/// there is one; the outer `None` where the answer is no list of occurrences.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::{self, Part, PartOutcome};
    use crate::delta::{self, Next};
    use crate::{ErrorKind, Place, Wanted};
    use mxs_core::{CrmId, Field, Fields, Kind, Patch, Value as Held};
    use serde_json::json;

    const WANTED: Wanted<'_> = Wanted { org: "7", zone: None, record_url: None };

    fn date(text: &str) -> Date {
        Date::parse(text).expect("a date")
    }

    fn place(id: Option<&str>) -> Place {
        let window = Window { start: date("2026-08-01"), end: date("2027-08-01") };
        Place::Calendar { id: id.map(str::to_owned), window }
    }

    fn answer(body: &Value) -> Response {
        Response::new(200).body("application/json", body.to_string())
    }

    fn whole(id: &str) -> Value {
        json!({
            "@odata.etag": "W/\"1\"", "id": id, "type": "singleInstance", "subject": "Offer", "iCalUId": "U",
            "body": { "contentType": "text", "content": "" }, "isAllDay": false, "isOrganizer": true,
            "start": { "dateTime": "2026-11-24T08:00:00.0000000", "timeZone": "UTC" },
            "end": { "dateTime": "2026-11-24T09:30:00.0000000", "timeZone": "UTC" },
            "isReminderOn": false, "attendees": [], "sensitivity": "normal", "showAs": "busy",
        })
    }

    fn json_of(request: &mxs_http::Request) -> Value {
        serde_json::from_slice(&request.body).expect("JSON")
    }

    #[test]
    fn a_calendar_is_asked_for_by_its_window() {
        let days = "startDateTime=2026-08-01T00:00:00Z&endDateTime=2027-08-01T00:00:00Z";
        let cases = [
            (None, format!("/v1.0/me/calendarView/delta?{days}")),
            (Some("C/="), format!("/v1.0/me/calendars/C%2F%3D/calendarView/delta?{days}")),
        ];
        for (id, url) in cases {
            let request = delta::start(&place(id), &WANTED);
            assert_eq!(request.url, url);
            let prefer = "IdType=\"ImmutableId\", odata.maxpagesize=100, outlook.body-content-type=\"text\"";
            assert_eq!(request.headers.get("Prefer"), Some(prefer));
            assert_eq!(delta::next(&place(id), "https://graph/next", &WANTED).headers.get("Prefer"), Some(prefer));
        }
    }

    #[test]
    fn a_page_of_changes_is_read() {
        let mut half = whole("5");
        half.as_object_mut().expect("an object").remove("subject");
        let page = json!({
            "value": [
                whole("1"),
                { "id": "2", "@removed": { "reason": "deleted" } },
                { "id": "M", "type": "seriesMaster" },
                { "id": "M.1", "type": "occurrence", "seriesMasterId": "M" },
                { "id": "X", "type": "exception", "seriesMasterId": "N" },
                half,
                { "id": "6" },
                { "id": "7", "type": "dream" },
            ],
            "@odata.nextLink": "n",
        });
        let page = delta::parse(&place(Some("C")), &answer(&page), &WANTED).expect("a page");
        let mut told = page.items.iter().map(|(id, item)| (id.as_str(), item));
        match told.next() {
            Some(("1", DeltaItem::Present(seen))) => assert_eq!(seen.fields.text(Field::Folder), "C"),
            other => panic!("{other:?}"),
        }
        let wanted = [
            ("2", &DeltaItem::Removed),
            ("M", &DeltaItem::Changed),
            // An occurrence is no item: its series changed.
            ("M", &DeltaItem::Changed),
            ("N", &DeltaItem::Changed),
            ("X", &DeltaItem::Changed),
            ("5", &DeltaItem::Changed),
            ("6", &DeltaItem::Changed),
            ("7", &DeltaItem::Changed),
        ];
        assert_eq!(told.collect::<Vec<_>>(), wanted);
        assert_eq!(page.next, Next::Page("n".into()));
        for body in [
            json!({}),
            json!({ "value": ["x"], "@odata.deltaLink": "d" }),
            json!({ "value": [{}], "@odata.deltaLink": "d" }),
        ] {
            let found = delta::parse(&place(None), &answer(&body), &WANTED).map_err(|error| error.kind);
            assert_eq!(found, Err(ErrorKind::Unreadable), "{body}");
        }
    }

    #[test]
    fn a_batch_of_events_names_its_parts() {
        let (id, version, crm) = (ExchangeId::new("E/="), Version::new("W/\"1\""), CrmId::new("42"));
        let fields = Fields::default().with(Field::Subject, "Offer");
        let patch = Patch::from_iter([(Field::Subject, Held::text("New"))]);
        let (calendar, folder) = (place(Some("C=")), "C=");
        let parts = [
            Part::Create { place: &calendar, fields: &fields, mark: &crm, transaction: "T" },
            Part::Update {
                id: &id,
                folder,
                version: &version,
                patch: &patch,
                current: &fields,
                mark: Some(&crm),
                body: None,
            },
            Part::Mark { id: &id, folder, version: None, mark: &crm, title: "Offer", instead_of: None },
            Part::Delete { id: &id, folder, version: &version, current: &fields },
            Part::Get { id: &id, folder },
            Part::Body { id: &id },
            Part::Occurrence { series: &id, day: date("2026-12-31"), current: &fields },
        ];
        let mark = json!([{ "id": mark::PROPERTY_ID, "value": "zoho:7:42" }]);
        let prefer = format!("IdType=\"ImmutableId\", {PREFERENCE}");
        let typed = json!({ "Prefer": prefer, "Content-Type": "application/json" });
        let event = "/me/events/E%2F%3D";
        assert_eq!(
            json_of(&batch::request(Kind::Event, &parts, &WANTED)),
            json!({ "requests": [
                { "id": "0", "method": "POST", "url": "/me/calendars/C%3D/events", "headers": typed,
                  "body": { "subject": "Offer", "isReminderOn": false, "transactionId": "T", "singleValueExtendedProperties": mark } },
                { "id": "1", "method": "PATCH", "url": event,
                  "headers": { "Prefer": prefer, "Content-Type": "application/json", "If-Match": "W/\"1\"" },
                  "body": { "subject": "New", "singleValueExtendedProperties": mark } },
                { "id": "2", "method": "PATCH", "url": event, "headers": typed, "body": { "singleValueExtendedProperties": mark } },
                { "id": "3", "method": "DELETE", "url": event, "headers": { "Prefer": prefer, "If-Match": "W/\"1\"" } },
                { "id": "4", "method": "GET", "url": format!("/me/calendars/C%3D/events/E%2F%3D?{}", query()), "headers": { "Prefer": prefer } },
                { "id": "5", "method": "GET", "url": format!("{event}?$select=body"),
                  "headers": { "Prefer": format!("IdType=\"ImmutableId\", {HTML_PREFERENCE}") } },
                { "id": "6", "method": "GET", "headers": { "Prefer": prefer },
                  "url": format!("{event}/instances?startDateTime=2026-12-30T00:00:00Z&endDateTime=2027-01-02T00:00:00Z\
                                  &$select=id,isAllDay,originalStart") },
            ] })
        );
        let query = url::parse_form(&query());
        assert_eq!(query[1].0, "$expand");
        let wanted =
            format!("exceptionOccurrences,singleValueExtendedProperties($filter=id eq '{}')", mark::PROPERTY_ID);
        assert_eq!(query[1].1, wanted);
    }

    #[test]
    fn an_exception_that_is_plain_again_is_gone() {
        let id = ExchangeId::new("E");
        let mut plain = whole("E");
        plain["type"] = json!("occurrence");
        let body = json!({ "responses": [{ "id": "0", "status": 200, "body": plain }] });
        let parts = [Part::Get { id: &id, folder: "C" }];
        let found = batch::parse(Kind::Event, &answer(&body), &parts, &WANTED).expect("an answer").remove(0);
        assert_eq!(found.map_err(|error| error.kind), Err(ErrorKind::NotFound));
    }

    #[test]
    fn answers_to_parts_are_read() {
        let (id, version, crm) = (ExchangeId::new("E"), Version::new("W/\"1\""), CrmId::new("42"));
        let (calendar, fields) = (place(None), Fields::default());
        let get = Part::Get { id: &id, folder: "C" };
        let berlin = Fields::default().with(Field::Zone, "Europe/Berlin");
        let occurrence = Part::Occurrence { series: &id, day: date("2026-12-08"), current: &berlin };
        let instance =
            |id: &str, start: &str| json!({ "id": id, "@odata.etag": "e", "isAllDay": false, "originalStart": start });
        let instances =
            json!({ "value": [instance("1", "2026-12-07T22:30:00Z"), instance("2", "2026-12-07T23:30:00Z")] });
        let found = PartOutcome::Occurrence(Some((ExchangeId::new("2"), Version::new("e"))));
        let series = json!({ "id": "E", "@odata.etag": "W/\"1\"", "type": "seriesMaster" });
        let written = PartOutcome::Written { id: id.clone(), version: version.clone(), stored: None };
        let html = json!({ "body": { "contentType": "html", "content": "<p>x</p>" } });
        let cases = [
            (occurrence, instances, Some(found)),
            (occurrence, json!({ "value": [] }), Some(PartOutcome::Occurrence(None))),
            (occurrence, json!({}), None),
            (occurrence, json!({ "value": [{ "id": "1", "isAllDay": false }] }), None),
            (Part::Create { place: &calendar, fields: &fields, mark: &crm, transaction: "T" }, series, Some(written)),
            (Part::Body { id: &id }, html, Some(PartOutcome::Body("<p>x</p>".into()))),
            (Part::Body { id: &id }, json!({ "body": { "contentType": "text", "content": "x" } }), None),
            (get, json!({ "id": "E" }), None),
        ];
        for (part, body, wanted) in cases {
            let response = answer(&json!({ "responses": [{ "id": "0", "status": 200, "body": body }] }));
            let found = batch::parse(Kind::Event, &response, &[part], &WANTED).expect("an answer").remove(0);
            assert_eq!(found.map_err(|error| error.kind), wanted.ok_or(ErrorKind::Unreadable), "{body}");
        }
    }

    #[test]
    fn a_new_series_without_a_zone_gets_the_users() {
        let zone = TimeZone::new("Europe/Berlin");
        let wanted = Wanted { zone: zone.as_ref(), ..WANTED };
        let crm = CrmId::new("42");
        let mut fields = Fields::default();
        fields
            .put(Field::Start, Some(Held::Moment(mxs_core::Instant::parse("2026-11-24T08:00:00Z").expect("a moment"))));
        for (rule, zone) in [("", "UTC"), ("FREQ=DAILY", "Europe/Berlin")] {
            let fields = fields.clone().with(Field::Recurrence, rule);
            let parts = [Part::Create { place: &place(None), fields: &fields, mark: &crm, transaction: "T" }];
            let body = &json_of(&batch::request(Kind::Event, &parts, &wanted))["requests"][0]["body"];
            assert_eq!(body["start"]["timeZone"], zone, "{body}");
        }
    }
}
