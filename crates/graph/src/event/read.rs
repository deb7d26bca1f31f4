//! What an event holds.

use super::{NORMAL, SENSITIVITIES, SHOWN_AS, days_zone};
use crate::contact::identity;
use crate::counted::Counted;
use crate::json::{filled, list, text};
use crate::mark;
use crate::shape::{Members, Shape, fits};
use crate::tasks::TimeZone;
use crate::text::read;
use crate::times::{ZonedTime, day_in, is_known};
use crate::{Wanted, html, online_meeting, people, recurrence};
use mxs_core::{Date, ExchangeId, Field, Fields, Instant, Seen, Value};
use serde_json::{Map, Value as Json};

/// Every property that is read, as the value of `$select`.
pub const SELECT: &str = "id,attendees,body,cancelledOccurrences,categories,end,iCalUId,isAllDay,isOnlineMeeting,\
                          isOrganizer,isReminderOn,location,onlineMeetingProvider,organizer,originalStart,\
                          originalStartTimeZone,recurrence,reminderMinutesBeforeStart,sensitivity,seriesMasterId,\
                          showAs,start,subject,type";

/// The members without which an event isn't whole.
pub(super) const REQUIRED: [&str; 12] = [
    "attendees",
    "body",
    "end",
    "iCalUId",
    "isAllDay",
    "isOrganizer",
    "isReminderOn",
    "sensitivity",
    "showAs",
    "start",
    "subject",
    "type",
];

const PERSON: Members = &[("address", Shape::Text), ("name", Shape::Text)];

/// What its members hold, beside what has a reader of its own.
const MEMBERS: Members = &[
    (
        "attendees",
        Shape::Objects(&[
            ("emailAddress", Shape::Object(PERSON)),
            ("status", Shape::Object(&[("response", Shape::Text)])),
            ("type", Shape::Text),
        ]),
    ),
    ("body", Shape::Object(&[("content", Shape::Text)])),
    ("cancelledOccurrences", Shape::Texts),
    ("categories", Shape::Texts),
    ("exceptionOccurrences", Shape::Objects(&[])),
    ("iCalUId", Shape::Text),
    ("isOnlineMeeting", Shape::Flag),
    ("location", Shape::Object(&[("displayName", Shape::Text)])),
    ("onlineMeetingProvider", Shape::Text),
    ("organizer", Shape::Object(&[("emailAddress", Shape::Object(PERSON))])),
    ("originalStartTimeZone", Shape::Text),
    ("subject", Shape::Text),
];

/// Graph's word where nobody said it.
const UNKNOWN: &str = "unknown";

/// What an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EventType {
    Exception,
    Occurrence,
    SeriesMaster,
    SingleInstance,
}

impl EventType {
    pub(crate) fn of(event: &Map<String, Json>) -> Option<Self> {
        match text(event, "type") {
            "exception" => Some(Self::Exception),
            "occurrence" => Some(Self::Occurrence),
            "seriesMaster" => Some(Self::SeriesMaster),
            "singleInstance" => Some(Self::SingleInstance),
            _ => None,
        }
    }
}

/// Whether an event is a plain occurrence, of which its series says all.
pub(crate) fn is_plain_occurrence(event: &Map<String, Json>) -> bool {
    EventType::of(event) == Some(EventType::Occurrence)
}

/// An event that was asked for by itself, with all that [`crate::events::query`] asks for; `None` if the JSON doesn't
/// say all of it, or has a value that nobody knows.
pub(crate) fn seen(event: &Map<String, Json>, calendar: &str, wanted: &Wanted<'_>) -> Option<(ExchangeId, Seen)> {
    let (id, version) = identity(event)?;
    let mut fields = fields(event, calendar, wanted.zone)?;
    if EventType::of(event)? == EventType::SeriesMaster {
        fields.put(Field::Exclusions, Value::set(exclusions(event, &fields, wanted.zone)?));
        let exceptions = i64::try_from(list(event, "exceptionOccurrences").len()).ok().filter(|count| *count > 0);
        fields.put(Field::Exceptions, exceptions.map(Value::Number));
    }
    Some((id, Seen { fields, version, mark: mark::of_item(event, wanted.org) }))
}

/// The contents of an event that was written, if the answer says all of it. Of a series it doesn't say which
/// occurrences are not as the rule has them.
pub(crate) fn stored(event: &Map<String, Json>, calendar: &str, user: Option<&TimeZone>) -> Option<Fields> {
    let is_whole = matches!(EventType::of(event)?, EventType::Exception | EventType::SingleInstance);
    fields(event, calendar, user).filter(|_| is_whole)
}

/// The contents of an event, but for a series' [`Field::Exclusions`] and [`Field::Exceptions`]; `None` where one of them can't be read.
/// The days of series are those of the `user`'s zone, if that is known.
pub(crate) fn fields(event: &Map<String, Json>, calendar: &str, user: Option<&TimeZone>) -> Option<Fields> {
    if !REQUIRED.iter().all(|name| event.contains_key(*name)) || !fits(event, MEMBERS) {
        return None;
    }
    let kind = EventType::of(event)?;
    let flag = |name| event.get(name).and_then(Json::as_bool);
    let mut fields = Fields::default();
    let mut put = |field, value| fields.put(field, value);
    put(Field::Subject, read(text(event, "subject")));
    let is_online = flag("isOnlineMeeting").unwrap_or_default();
    put(Field::Notes, notes(event, is_online)?);
    if is_online {
        put(Field::OnlineMeeting, Value::text(filled(event, "onlineMeetingProvider").unwrap_or(UNKNOWN)));
    }
    let all_day = flag("isAllDay")?;
    let start = time(event, "start", all_day)?;
    put(Field::Start, Some(start.clone()));
    put(Field::End, Some(time(event, "end", all_day)?));
    let zone = zone(event);
    put(Field::Zone, Value::text(zone));
    let location = event.get("location").and_then(Json::as_object);
    put(Field::Location, location.and_then(|location| read(text(location, "displayName"))));
    put(Field::Categories, Value::set(list(event, "categories").iter().filter_map(Json::as_str)));
    put(Field::MeetingUid, Value::text(text(event, "iCalUId")));
    if flag("isReminderOn")? {
        put(Field::Reminder, Some(Value::Number(event.get("reminderMinutesBeforeStart")?.as_i64()?)));
    }
    let sensitivity = text(event, "sensitivity");
    if sensitivity != NORMAL {
        SENSITIVITIES.iter().find(|known| **known == sensitivity)?;
        put(Field::Sensitivity, Value::text(sensitivity));
    }
    let shown = text(event, "showAs");
    if shown != UNKNOWN {
        put(Field::ShowAs, SHOWN_AS.iter().find(|(word, _)| *word == shown).and_then(|(_, word)| Value::text(word)));
        SHOWN_AS.iter().find(|(word, _)| *word == shown)?;
    }
    put(Field::Folder, Value::text(calendar));
    match kind {
        EventType::Occurrence => return None,
        EventType::SingleInstance => {}
        EventType::SeriesMaster => {
            let rule = recurrence::read_series(event.get("recurrence")?, &Counted::new(&start, zone, user))?;
            put(Field::Recurrence, Value::text(&rule));
        }
        EventType::Exception => {
            let series = filled(event, "seriesMasterId").filter(|series| *series != text(event, "id"))?;
            put(Field::Series, Some(Value::text(series)?));
            put(Field::OriginalStart, Some(Value::Date(original_day(event, days_zone(zone, user), all_day)?)));
        }
    }
    people::read(event, &mut fields)?;
    Some(fields)
}

/// The zone that the times were entered in. Of a zone with rules of its own Outlook says no more than that; the
/// pattern of a series may know it by a name.
fn zone(event: &Map<String, Json>) -> &str {
    let own = text(event, "originalStartTimeZone");
    if is_known(own) {
        return own;
    }
    let recurrence = event.get("recurrence").and_then(Json::as_object);
    let range = recurrence.and_then(|recurrence| recurrence.get("range")).and_then(Json::as_object);
    range.map(|range| text(range, "recurrenceTimeZone")).filter(|zone| is_known(zone)).unwrap_or(own)
}

/// The notes in the body: the outer `None` where it is no body.
fn notes(event: &Map<String, Json>, is_online: bool) -> Option<Option<Value>> {
    let body = event.get("body")?.as_object()?;
    let content = text(body, "content");
    let shown = match text(body, "contentType") {
        "html" => html::to_text(content),
        "text" => content.to_owned(),
        _ => return None,
    };
    Some(if is_online { read(&online_meeting::notes_of(&shown)) } else { read(&shown) })
}

fn time(event: &Map<String, Json>, name: &str, all_day: bool) -> Option<Value> {
    let time = ZonedTime::parse(event, name).ok()??;
    if all_day { time.nearest_day().map(Value::Date) } else { time.moment().map(Value::Moment) }
}

/// The day on which the rule had put an occurrence, in the zone of this name; `None` where it isn't said.
pub(crate) fn original_day(event: &Map<String, Json>, zone: &str, all_day: bool) -> Option<Date> {
    let moment = Instant::parse(text(event, "originalStart")).ok()?;
    if all_day {
        return ZonedTime::utc(moment)?.nearest_day();
    }
    // In a zone that nobody knows nobody knows the day.
    day_in(moment, zone)
}

/// The days of a series on which its rule would put an occurrence and none is there.
fn exclusions(series: &Map<String, Json>, fields: &Fields, user: Option<&TimeZone>) -> Option<Vec<String>> {
    let zone = fields.text(Field::Zone);
    let counted = Counted::new(fields.get(Field::Start)?, zone, user);
    let mut days = Vec::new();
    for cancelled in list(series, "cancelledOccurrences") {
        // `OID.<series>.<day>`
        let (_, day) = cancelled.as_str()?.rsplit_once('.')?;
        days.push(counted.day(Date::parse(day).ok()?)?.to_string());
    }
    let all_day = series.get("isAllDay")?.as_bool()?;
    for exception in list(series, "exceptionOccurrences") {
        let exception = exception.as_object()?;
        let original = original_day(exception, days_zone(zone, user), all_day);
        let day = original.or_else(|| counted.day(own_day(exception, series, zone)?))?;
        days.push(day.to_string());
    }
    Some(days)
}

/// The day of an exception that doesn't say where the rule had put it: its own, if the rule has that day, since no
/// occurrence can be moved onto the day of another.
fn own_day(exception: &Map<String, Json>, series: &Map<String, Json>, zone: &str) -> Option<Date> {
    let all_day = exception.get("isAllDay")?.as_bool()?;
    let day = match time(exception, "start", all_day)? {
        Value::Date(day) => day,
        Value::Moment(moment) => day_in(moment, zone)?,
        Value::Number(_) | Value::Set(_) | Value::Text(_) => return None,
    };
    recurrence::has(series.get("recurrence")?, day).then_some(day)
}

/// The body of an event as HTML.
pub(crate) fn html_body(event: &Map<String, Json>) -> Option<String> {
    let body = event.get("body")?.as_object()?;
    (text(body, "contentType") == "html").then(|| text(body, "content").to_owned())
}
