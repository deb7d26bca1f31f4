//! An event's JSON and the engine's fields.
//!
//! An event is one of four things: something that takes place once, a series, an occurrence of a series that differs
//! from it (an exception), or a plain occurrence. A plain occurrence is no item: its series says all of it.
//!
//! <https://learn.microsoft.com/en-us/graph/api/resources/event>

use crate::contact::identity;
use crate::json::{filled, list, text};
use crate::mark::{self, Mark};
use crate::text::{read, with_line_ends};
use crate::times::{UTC, ZonedTime};
use crate::{html, online_meeting, people, recurrence};
use mxs_core::{Date, ExchangeId, Field, Fields, Instant, Patch, Seen, Value};
use serde_json::{Map, Value as Json, json};

/// Every property that is read, as the value of `$select`.
pub const SELECT: &str = "id,attendees,body,cancelledOccurrences,categories,end,iCalUId,isAllDay,isOnlineMeeting,\
                          isOrganizer,isReminderOn,location,onlineMeetingProvider,organizer,originalStart,\
                          originalStartTimeZone,recurrence,reminderMinutesBeforeStart,sensitivity,seriesMasterId,\
                          showAs,start,subject,type";

/// The members without which an event isn't whole.
const REQUIRED: [&str; 12] = [
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

/// The engine's words for `sensitivity`; what is normal isn't said.
const SENSITIVITIES: [&str; 3] = ["personal", "private", "confidential"];
const NORMAL: &str = "normal";

/// Graph's and the engine's words for `showAs`.
const SHOWN_AS: [(&str, &str); 5] = [
    ("free", "free"),
    ("tentative", "tentative"),
    ("busy", "busy"),
    ("oof", "oof"),
    ("workingElsewhere", "working_elsewhere"),
];
const BUSY: &str = "busy";
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

/// An event that was asked for by itself, with all that [`crate::events::query`] asks for; `None` if the JSON doesn't
/// say all of it, or has a value that nobody knows.
pub(crate) fn seen(event: &Map<String, Json>, calendar: &str, org: &str) -> Option<(ExchangeId, Seen)> {
    let (id, version) = identity(event)?;
    let mut fields = fields(event, calendar)?;
    if EventType::of(event)? == EventType::SeriesMaster {
        let zone = text(event, "originalStartTimeZone");
        fields.put(Field::Exclusions, Value::set(exclusions(event, zone)?));
    }
    Some((id, Seen { fields, version, mark: mark::of_item(event, org) }))
}

/// The contents of an event that was written, if the answer says all of it. Of a series it doesn't say which
/// occurrences are not as the rule has them.
pub(crate) fn stored(event: &Map<String, Json>, calendar: &str) -> Option<Fields> {
    let is_whole = matches!(EventType::of(event)?, EventType::Exception | EventType::SingleInstance);
    fields(event, calendar).filter(|_| is_whole)
}

/// The contents of an event, but for a series' [`Field::Exclusions`]; `None` where one of them can't be read.
pub(crate) fn fields(event: &Map<String, Json>, calendar: &str) -> Option<Fields> {
    if !REQUIRED.iter().all(|name| event.contains_key(*name)) {
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
    put(Field::Start, Some(time(event, "start", all_day)?));
    put(Field::End, Some(time(event, "end", all_day)?));
    let zone = text(event, "originalStartTimeZone");
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
        EventType::SeriesMaster => put(Field::Recurrence, Value::text(&recurrence::read(event.get("recurrence")?)?)),
        EventType::Exception => {
            put(Field::Series, Some(Value::text(filled(event, "seriesMasterId")?)?));
            put(Field::OriginalStart, Some(Value::Date(original_day(event, zone, all_day)?)));
        }
    }
    people::read(event, &mut fields)?;
    Some(fields)
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

/// The day on which the rule had put an occurrence, in the zone of its series; `None` where it isn't said.
pub(crate) fn original_day(event: &Map<String, Json>, zone: &str, all_day: bool) -> Option<Date> {
    let moment = Instant::parse(text(event, "originalStart")).ok()?;
    if all_day { ZonedTime::utc(moment)?.nearest_day() } else { ZonedTime::of(moment, zone).map(|time| time.date) }
}

/// The days of a series on which its rule would put an occurrence and none is there.
fn exclusions(series: &Map<String, Json>, zone: &str) -> Option<Vec<String>> {
    let mut days = Vec::new();
    for cancelled in list(series, "cancelledOccurrences") {
        // `OID.<series>.<day>`
        let (_, day) = cancelled.as_str()?.rsplit_once('.')?;
        days.push(Date::parse(day).ok()?.to_string());
    }
    let all_day = series.get("isAllDay")?.as_bool()?;
    for exception in list(series, "exceptionOccurrences") {
        days.push(original_day(exception.as_object()?, zone, all_day)?.to_string());
    }
    Some(days)
}

/// The body of an event as HTML.
pub(crate) fn html_body(event: &Map<String, Json>) -> Option<String> {
    let body = event.get("body")?.as_object()?;
    (text(body, "contentType") == "html").then(|| text(body, "content").to_owned())
}

/// The body that creates an event with `fields`, and with `mark`. Of two creations with the same `transaction` Graph
/// carries out one.
///
/// <https://learn.microsoft.com/en-us/graph/api/user-post-events>
pub fn create_body(fields: &Fields, mark: Mark<'_>, transaction: &str) -> Json {
    let everything = fields.iter().map(|(field, value)| (field, Some(value.clone()))).collect();
    let mut body = patch_body(&everything, &Fields::default(), Some(mark), None);
    body["transactionId"] = json!(transaction);
    body
}

/// The body that brings `patch` to an event that now holds `current`, and `mark` if it has none yet.
///
/// Only what changes is named: the attendees only where they change, since naming them mails them. `html` is the body
/// of an online meeting, see [`crate::batch::needs_body`].
///
/// <https://learn.microsoft.com/en-us/graph/api/event-update>
pub fn patch_body(patch: &Patch, current: &Fields, mark: Option<Mark<'_>>, html: Option<&str>) -> Json {
    let after = patch.applied_to(current);
    let touches = |field| patch.contains(field);
    let mut body = Map::new();
    let mut put = |name: &str, value: Json| body.insert(name.to_owned(), value);
    if touches(Field::Subject) {
        put("subject", json!(after.text(Field::Subject)));
    }
    if touches(Field::Notes)
        && let Some(notes) = body_json(after.text(Field::Notes), current, html)
    {
        put("body", notes);
    }
    let is_all_day = |fields: &Fields| matches!(fields.get(Field::Start), Some(Value::Date(_)));
    let turned = is_all_day(&after) != is_all_day(current);
    for (field, name) in [(Field::Start, "start"), (Field::End, "end")] {
        if (touches(field) || touches(Field::Zone) || turned)
            && let Some(time) = time_json(after.get(field), after.text(Field::Zone))
        {
            put(name, time.json());
        }
    }
    if turned {
        put("isAllDay", json!(is_all_day(&after)));
    }
    if touches(Field::Recurrence) || starts_another_day(&after, current) {
        match recurrence_json(&after) {
            Some(recurrence) => put("recurrence", recurrence),
            None if after.get(Field::Recurrence).is_none() && touches(Field::Recurrence) => {
                put("recurrence", Json::Null)
            }
            None => None,
        };
    }
    if touches(Field::Location) {
        put("location", json!({ "displayName": after.text(Field::Location) }));
    }
    if touches(Field::Categories) {
        let words: Vec<&str> = after.words(Field::Categories).into_iter().flat_map(|words| words.iter()).collect();
        put("categories", json!(words));
    }
    if touches(Field::Attendees) {
        put("attendees", people::written(&after, current));
    }
    if touches(Field::Sensitivity) {
        let word = Some(after.text(Field::Sensitivity)).filter(|word| SENSITIVITIES.contains(word));
        put("sensitivity", json!(word.unwrap_or(NORMAL)));
    }
    if touches(Field::ShowAs) {
        let known = SHOWN_AS.iter().find(|(_, word)| *word == after.text(Field::ShowAs));
        put("showAs", json!(known.map_or(BUSY, |(word, _)| word)));
    }
    if touches(Field::Reminder) {
        let minutes = match after.get(Field::Reminder) {
            Some(Value::Number(minutes)) => Some(*minutes),
            _ => None,
        };
        put("isReminderOn", json!(minutes.is_some()));
        if let Some(minutes) = minutes {
            put("reminderMinutesBeforeStart", json!(minutes));
        }
    }
    if let Some(mark) = mark {
        put(mark::MEMBER, mark.json());
    }
    Json::Object(body)
}

/// A body that shows `notes`, and goes on showing what is not ours; `None` where that can't be.
fn body_json(notes: &str, current: &Fields, html: Option<&str>) -> Option<Json> {
    if current.get(Field::OnlineMeeting).is_none() {
        return Some(json!({ "contentType": "text", "content": with_line_ends(notes) }));
    }
    let content = online_meeting::with_notes(html?, notes)?;
    Some(json!({ "contentType": "html", "content": content }))
}

/// A start or an end as Graph wants it: in the event's own zone, which keeps a series where clocks show it.
fn time_json(value: Option<&Value>, zone: &str) -> Option<ZonedTime> {
    let zone = if zone.is_empty() { UTC } else { zone };
    match value? {
        // A whole day is the same day in every zone.
        Value::Date(day) => Some(ZonedTime::day(*day, UTC)),
        Value::Moment(moment) => ZonedTime::of(*moment, zone),
        Value::Number(_) | Value::Set(_) | Value::Text(_) => None,
    }
}

/// Whether a series begins on another day than before: its range has to follow.
fn starts_another_day(after: &Fields, before: &Fields) -> bool {
    let day = |fields: &Fields| time_json(fields.get(Field::Start), fields.text(Field::Zone)).map(|time| time.date);
    after.get(Field::Recurrence).is_some() && before.get(Field::Start).is_some() && day(after) != day(before)
}

fn recurrence_json(fields: &Fields) -> Option<Json> {
    let start = time_json(fields.get(Field::Start), fields.text(Field::Zone))?;
    recurrence::written(fields.text(Field::Recurrence), start.date, &start.zone)
}
