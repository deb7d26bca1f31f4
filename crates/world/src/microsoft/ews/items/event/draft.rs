//! What a request gives a new calendar item, or changes of one.

use super::super::super::refusal::Refusal;
use super::super::super::zones;
use super::super::{Change, Path};
use super::words::{IMPORTANCE, KEPT, LISTS, SENSITIVITY, SHOWN_AS, kept, stored};
use super::{CLASS, people, recurrence};
use crate::microsoft::calendar::{Edit, Item, NamedZone, Span, Stamp, moment, stored_uid};
use crate::microsoft::mailbox::ExtendedId;
use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, Time};
use mxs_calendar::Moment;
use mxs_calendar::graph::PatternedRecurrence;
use mxs_xml::Element;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The longest event: five years (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/responsecode>,
/// `ErrorCalendarDurationIsTooLong`).
const DAYS_MAX: i64 = 5 * 366;

/// What a request says of a calendar item.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    /// Properties in the store's form.
    properties: Map<String, Value>,
    /// Those that the store only keeps.
    kept: Map<String, Value>,
    start: Option<Moment>,
    end: Option<Moment>,
    all_day: Option<bool>,
    start_zone: Option<NamedZone>,
    end_zone: Option<NamedZone>,
    recurrence: Option<Option<PatternedRecurrence>>,
    uid: Option<String>,
    extended: Vec<(ExtendedId, String)>,
    removed: BTreeSet<ExtendedId>,
}

impl Draft {
    /// Reads changes of an item, or of a new one.
    pub(super) fn read(changes: &[Change], current: Option<&Item<'_>>) -> Result<Self, Refusal> {
        let mut draft = Self::default();
        for change in changes {
            let wrong = |refusal: Refusal| refusal.path(change.path().write());
            draft.take(change, current).map_err(wrong)?;
        }
        Ok(draft)
    }

    /// What the item is to be called in every mailbox, in the store's form.
    pub(super) fn uid(&self) -> Option<String> {
        self.uid.as_deref().map(stored_uid)
    }

    fn take(&mut self, change: &Change, current: Option<&Item<'_>>) -> Result<(), Refusal> {
        match change {
            Change::Set(path, element) => self.set(name_of(path)?, element, current, false),
            Change::Append(path, element) => self.set(name_of(path)?, element, current, true),
            Change::SetExtended(property, value) => {
                self.extended.push((property.id.clone(), value.clone()));
                Ok(())
            }
            Change::Delete(Path::Extended(property)) => {
                self.removed.insert(property.id.clone());
                Ok(())
            }
            Change::Delete(path) => self.clear(name_of(path)?, current),
        }
    }

    fn set(&mut self, name: &str, element: &Element, current: Option<&Item<'_>>, append: bool) -> Result<(), Refusal> {
        if append && !APPENDED.contains(&name) {
            return Err(Refusal::new("ErrorInvalidPropertyAppend", "Property doesn't support appending."));
        }
        let word = element.text.trim();
        let invalid = || Refusal::schema(format!("The '{name}' element is invalid."));
        let mut put = |stored: &str, value: Value| self.properties.insert(stored.to_owned(), value);
        match name {
            "Subject" => drop(put("subject", json!(element.text))),
            "Sensitivity" => drop(put("sensitivity", json!(stored(&SENSITIVITY, word).ok_or_else(invalid)?))),
            "Importance" => drop(put("importance", json!(stored(&IMPORTANCE, word).ok_or_else(invalid)?))),
            "LegacyFreeBusyStatus" => drop(put("showAs", json!(stored(&SHOWN_AS, word).ok_or_else(invalid)?))),
            "Body" => {
                let before = current.filter(|_| append).map(|item| item.event.property_of(item.day, "body"));
                drop(put("body", body(element, before.as_ref())?));
            }
            "Categories" => {
                let texts: Vec<&str> = element.all("String").map(|text| text.text.as_str()).collect();
                drop(put("categories", json!(texts)));
            }
            "Location" => drop(put("location", json!({ "displayName": element.text }))),
            "EnhancedLocation" => drop(put("location", json!({ "displayName": element.text("DisplayName") }))),
            "ReminderIsSet" => drop(put("isReminderOn", json!(flag(word).ok_or_else(invalid)?))),
            "ReminderMinutesBeforeStart" => {
                let minutes: i32 = word.parse().map_err(|_| invalid())?;
                drop(put("reminderMinutesBeforeStart", json!(minutes)));
            }
            "IsResponseRequested" => drop(put("responseRequested", json!(flag(word).ok_or_else(invalid)?))),
            "AllowNewTimeProposal" => drop(put("allowNewTimeProposals", json!(flag(word).ok_or_else(invalid)?))),
            "RequiredAttendees" | "OptionalAttendees" | "Resources" => {
                self.invite(name, Some(element), current, append)?
            }
            "Start" => self.start = Some(moment(word).ok_or_else(invalid)?),
            "End" => self.end = Some(moment(word).ok_or_else(invalid)?),
            "IsAllDayEvent" => self.all_day = Some(flag(word).ok_or_else(invalid)?),
            "StartTimeZone" => self.start_zone = Some(zone(zones::read_definition(element))?),
            "EndTimeZone" => self.end_zone = Some(zone(zones::read_definition(element))?),
            "MeetingTimeZone" => self.start_zone = Some(zone(zones::read_meeting_zone(element))?),
            "Recurrence" => self.recurrence = Some(Some(read_recurrence(element)?)),
            "UID" if current.is_none() => self.uid = Some(word.to_owned()).filter(|uid| !uid.is_empty()),
            // It is what it is called; who says so again changes nothing.
            "UID" => {}
            "ItemClass" if word == CLASS || word.starts_with("IPM.Appointment.") => {}
            "ItemClass" => {
                return Err(Refusal::new(
                    "ErrorObjectTypeChanged",
                    "The class of an item can't become another type's.",
                ));
            }
            // It follows from the start.
            "ReminderDueBy" => {}
            "IsOnlineMeeting" => {
                flag(word).ok_or_else(invalid)?;
                self.kept.insert(kept(name), json!(word));
            }
            name if KEPT.contains(&name) => drop(self.kept.insert(kept(name), json!(element.text))),
            _ => return Err(Refusal::new("ErrorInvalidPropertySet", "Set action is invalid for property.")),
        }
        Ok(())
    }

    fn clear(&mut self, name: &str, current: Option<&Item<'_>>) -> Result<(), Refusal> {
        let (stored, value) = match name {
            "Subject" => ("subject", Value::Null),
            "Sensitivity" => ("sensitivity", Value::Null),
            "Importance" => ("importance", Value::Null),
            "LegacyFreeBusyStatus" => ("showAs", Value::Null),
            "Body" => ("body", json!({ "contentType": "html", "content": "" })),
            "Categories" => ("categories", json!([])),
            "Location" | "EnhancedLocation" => ("location", Value::Null),
            "ReminderIsSet" => ("isReminderOn", json!(false)),
            "ReminderMinutesBeforeStart" => ("reminderMinutesBeforeStart", Value::Null),
            "RequiredAttendees" | "OptionalAttendees" | "Resources" => return self.invite(name, None, current, false),
            "Recurrence" => {
                self.recurrence = Some(None);
                return Ok(());
            }
            name if KEPT.contains(&name) => {
                self.kept.insert(kept(name), Value::Null);
                return Ok(());
            }
            _ => {
                return Err(Refusal::new("ErrorInvalidPropertyDelete", "Delete action is invalid for property."));
            }
        };
        self.properties.insert(stored.to_owned(), value);
        Ok(())
    }

    /// Replaces one of the three lists of those who are invited, or adds to it; the store has one list.
    fn invite(
        &mut self,
        list: &str,
        element: Option<&Element>,
        current: Option<&Item<'_>>,
        append: bool,
    ) -> Result<(), Refusal> {
        let kind = LISTS.iter().find(|(name, _)| *name == list).map_or("required", |(_, kind)| kind);
        let known = self.properties.get("attendees").cloned();
        let known = known.or_else(|| current.map(|item| item.event.property_of(item.day, "attendees")));
        let mut all: Vec<Value> = known.and_then(|known| known.as_array().cloned()).unwrap_or_default();
        all.retain(|one| append || one["type"] != kind);
        // What they answered stays where nobody says another answer.
        for one in &mut all {
            if let Some(members) = one.as_object_mut() {
                members.retain(|name, _| ["type", "emailAddress"].contains(&name.as_str()));
            }
        }
        all.extend(element.map_or_else(|| Ok(Vec::new()), |element| people::read(element, kind))?);
        self.properties.insert("attendees".to_owned(), all.into());
        Ok(())
    }

    /// The edit of the store. Times that say no zone are meant in that of their property, or of the request, or in UTC
    /// (<https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/time-zones-and-ews-in-exchange>).
    pub(super) fn into_edit(self, current: Option<&Item<'_>>, requested: Option<NamedZone>) -> Result<Edit, Refusal> {
        let span = self.span(current, requested)?;
        let mut edit = Edit::read(&Value::Object(self.properties))?;
        edit.properties.extend(self.kept);
        edit.extended.extend(self.extended);
        edit.removed = self.removed;
        let times = [
            ("start", self.start.is_some() || self.start_zone.is_some()),
            ("end", self.end.is_some() || self.end_zone.is_some()),
            ("isAllDay", self.all_day.is_some()),
            ("recurrence", self.recurrence.is_some()),
        ];
        edit.names.extend(times.into_iter().filter(|(_, named)| *named).map(|(name, _)| name));
        let series = current.filter(|item| item.day.is_none()).and_then(|item| item.event.repetition.as_ref());
        edit.recurrence = self.recurrence;
        let Some(span) = span else { return Ok(edit) };
        if let (Some(series), None) = (series, &edit.recurrence)
            && !span.start.zone.is_same(&series_zone(current, &span))
        {
            // A series may take another zone by itself; the store wants its rule with it.
            let mut pattern = series.pattern.clone();
            pattern.range.start_date = span.start.local.date();
            pattern.range.recurrence_time_zone = None;
            edit.recurrence = Some(Some(pattern));
        }
        edit.all_day = Some(span.all_day);
        (edit.start, edit.end) = (Some(span.start), Some(span.end));
        Ok(edit)
    }

    /// When the item takes place afterwards; `None` where nothing is said of that.
    fn span(&self, current: Option<&Item<'_>>, requested: Option<NamedZone>) -> Result<Option<Span>, Refusal> {
        let says_times = self.start.is_some() || self.end.is_some();
        let says_zones = self.start_zone.is_some() || self.end_zone.is_some();
        let repeats = matches!(self.recurrence, Some(Some(_)));
        if current.is_some() && !says_times && !says_zones && self.all_day.is_none() && !repeats {
            return Ok(None);
        }
        let before = current.map(Item::span);
        let usual = requested.unwrap_or_default();
        // Who writes times without their zones makes the server forget those.
        let zone = |said: &Option<NamedZone>, old: Option<&Stamp>| {
            let old = old.filter(|_| !says_times).map(|stamp| stamp.zone.clone());
            said.clone().or(old).unwrap_or_else(|| usual.clone())
        };
        let start_zone = zone(&self.start_zone, before.as_ref().map(|span| &span.start));
        let end_zone = match &self.end_zone {
            None if self.start_zone.is_some() => start_zone.clone(),
            said => zone(said, before.as_ref().map(|span| &span.end)),
        };
        let was_all_day = before.as_ref().is_some_and(|span| span.all_day);
        let missing = || {
            let text = "A calendar item needs a start and an end.";
            Refusal::new("ErrorCalendarInvalidPropertyState", text)
        };
        let local = |said: Option<Moment>, old: Option<&Stamp>, zone: &NamedZone| match (said, old) {
            (Some(Moment::Instant(instant)), _) => Ok(zone.rules.local(instant)),
            (Some(Moment::Local(local)), _) => Ok(local),
            (Some(Moment::Date(date)), _) => Ok(date.to_datetime(Time::midnight())),
            // Whole days stay the days that they are.
            (None, Some(old)) if was_all_day => Ok(old.local),
            (None, Some(old)) => Ok(zone.rules.local(old.instant())),
            (None, None) => Err(missing()),
        };
        let mut start = local(self.start, before.as_ref().map(|span| &span.start), &start_zone)?;
        let mut end = local(self.end, before.as_ref().map(|span| &span.end), &end_zone)?;
        let all_day = self.all_day.unwrap_or(was_all_day);
        if all_day {
            (start, end) = whole_days(start, end);
        }
        if let Some(Some(pattern)) = &self.recurrence {
            // The series begins on the day of its range, whatever day the start is on.
            (start, end) = on(pattern.range.start_date, start, end).ok_or_else(out_of_range)?;
        }
        let end_zone = if all_day { start_zone.clone() } else { end_zone };
        let (start, end) = (Stamp::at(start, start_zone)?, Stamp::at(end, end_zone)?);
        if end.instant() < start.instant() {
            let text = "EndDate is earlier than StartDate";
            return Err(Refusal::new("ErrorCalendarEndDateIsEarlierThanStartDate", text));
        }
        if end.instant().duration_since(start.instant()) > SignedDuration::from_hours(24 * DAYS_MAX) {
            let text = "Calendar item duration is too long.";
            return Err(Refusal::new("ErrorCalendarDurationIsTooLong", text));
        }
        Ok(Some(Span::checked(start, end, all_day)?))
    }
}

/// What can be added to.
const APPENDED: [&str; 4] = ["Body", "OptionalAttendees", "RequiredAttendees", "Resources"];

fn name_of(path: &Path) -> Result<&str, Refusal> {
    match path {
        Path::Field { name, .. } => Ok(name),
        _ => Err(Refusal::new("ErrorInvalidPropertyRequest", "A calendar item has no such property.")),
    }
}

/// The zone that a series stood in before.
fn series_zone(current: Option<&Item<'_>>, otherwise: &Span) -> NamedZone {
    current.map_or_else(|| otherwise.start.zone.clone(), |item| item.event.span.start.zone.clone())
}

fn flag(word: &str) -> Option<bool> {
    match word {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

fn zone(read: Result<NamedZone, &'static str>) -> Result<NamedZone, Refusal> {
    read.map_err(|code| Refusal::new(code, "The time zone of the calendar item isn't valid."))
}

fn read_recurrence(element: &Element) -> Result<PatternedRecurrence, Refusal> {
    recurrence::read(element).map_err(|code| Refusal::new(code, "The recurrence isn't valid."))
}

fn out_of_range() -> Refusal {
    Refusal::new("ErrorCalendarOutOfRange", "The date is outside of the range that a calendar holds.")
}

/// A body in the store's form: the text alone, or behind what is there.
fn body(element: &Element, before: Option<&Value>) -> Result<Value, Refusal> {
    let kind = match element.attribute("BodyType") {
        Some("HTML") => "html",
        Some("Text") => "text",
        _ => return Err(Refusal::schema("The 'BodyType' attribute is invalid.")),
    };
    let Some(before) = before.and_then(|before| before["content"].as_str()).filter(|before| !before.is_empty()) else {
        return Ok(json!({ "contentType": kind, "content": element.text }));
    };
    let added = if kind == "html" { element.text.clone() } else { crate::html::escape(&element.text) };
    let content = match before.rsplit_once("</body>") {
        Some((inside, rest)) => format!("{inside}{added}</body>{rest}"),
        None => format!("{before}{added}"),
    };
    Ok(json!({ "contentType": "html", "content": content }))
}

/// Whole days around two times: from the midnight before to the midnight behind
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/how-to-create-all-day-events-by-using-ews-in-exchange>).
fn whole_days(start: DateTime, end: DateTime) -> (DateTime, DateTime) {
    let midnight = |date: Date| date.to_datetime(Time::midnight());
    let behind = |date: Date| date.tomorrow().unwrap_or(date);
    let first = start.date();
    let last = if end.time() == Time::midnight() { end.date() } else { behind(end.date()) };
    let last = if last <= first { behind(first) } else { last };
    (midnight(first), midnight(last))
}

/// The same times with another first day.
fn on(day: Date, start: DateTime, end: DateTime) -> Option<(DateTime, DateTime)> {
    let later = day.duration_since(start.date());
    Some((start.checked_add(later).ok()?, end.checked_add(later).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn whole_days_begin_and_end_at_midnight() {
        let day = |day: i8, hour: i8| date(2026, 3, day).at(hour, 0, 0, 0);
        let cases = [
            ((day(2, 0), day(3, 0)), (day(2, 0), day(3, 0))),
            ((day(2, 9), day(2, 17)), (day(2, 0), day(3, 0))),
            ((day(2, 9), day(3, 0)), (day(2, 0), day(3, 0))),
            ((day(2, 0), day(2, 0)), (day(2, 0), day(3, 0))),
            ((day(2, 23), day(4, 1)), (day(2, 0), day(5, 0))),
        ];
        for ((start, end), wanted) in cases {
            assert_eq!(whole_days(start, end), wanted);
        }
    }

    #[test]
    fn what_is_added_to_a_body_stands_at_its_end() {
        let element = |kind: &str, text: &str| Element::named("Body").with("BodyType", kind).saying(text);
        let before = json!({ "contentType": "html", "content": "<html><head></head><body>One</body></html>" });
        let content = |element: &Element, before: Option<&Value>| {
            body(element, before).map(|body| body["content"].clone()).map_err(|refusal| refusal.code)
        };
        let cases = [
            (element("Text", "a < b"), None, Ok(json!("a < b"))),
            (element("Text", "<2"), Some(&before), Ok(json!("<html><head></head><body>One&lt;2</body></html>"))),
            (
                element("HTML", "<i>2</i>"),
                Some(&before),
                Ok(json!("<html><head></head><body>One<i>2</i></body></html>")),
            ),
            (element("RTF", "x"), None, Err("ErrorSchemaValidation".to_owned())),
        ];
        for (element, before, wanted) in cases {
            assert_eq!(content(&element, before), wanted);
        }
    }
}
