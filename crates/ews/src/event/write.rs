//! What is written into an event.

use super::{
    ALL_DAY, BUSY, ELSEWHERE, END, END_ZONE, LOCATION, OLD_ZONE, RECURRENCE, SHOWN, SHOWN_AS, START, START_ZONE, people,
};
use crate::ServerVersion;
use crate::item::{self, REMINDER_MINUTES, REMINDER_SET, SUBJECT, written};
use crate::property::{self, Change, Property};
use crate::recurrence;
use crate::xml::Element;
use jiff::civil;
use mxs_calendar::{Rule, Zone};
use mxs_core::{Field, Fields, Patch, Value};
use mxs_graph::counted::Counted;
use mxs_graph::mark::Mark;
use mxs_graph::tasks::TimeZone;
use mxs_graph::text::with_line_ends;
use mxs_graph::times::{UTC, ZonedTime, civil_date, is_known, local};

/// The elements of a new event, in the schema's order.
const ORDER: [&str; 19] = [
    "Subject",
    "Sensitivity",
    "Body",
    "Categories",
    "ReminderIsSet",
    "ReminderMinutesBeforeStart",
    "ExtendedProperty",
    "Start",
    "End",
    "IsAllDayEvent",
    "LegacyFreeBusyStatus",
    "Location",
    "RequiredAttendees",
    "OptionalAttendees",
    "Resources",
    "Recurrence",
    "MeetingTimeZone",
    "StartTimeZone",
    "EndTimeZone",
];

/// The element of a new event with `fields`. Exchange would remind of it by itself, so that no reminder is said too. A
/// series without a zone gets the `user`'s.
pub(crate) fn creation(fields: &Fields, mark: Mark<'_>, user: Option<&TimeZone>, version: ServerVersion) -> Element {
    let mut everything: Patch = fields.iter().map(|(field, value)| (field, Some(value.clone()))).collect();
    everything.put(Field::Reminder, fields.get(Field::Reminder).cloned());
    let mut changes = changes(&everything, &Fields::default(), user, version);
    changes.push(item::mark(mark));
    property::item("CalendarItem", changes, &ORDER)
}

/// What brings `patch` to an event that now holds `current`. The days of rules are those of the `user`'s zone, if that
/// is known.
pub(crate) fn changes(patch: &Patch, current: &Fields, user: Option<&TimeZone>, version: ServerVersion) -> Vec<Change> {
    if patch.is_empty() {
        // Whoever only marks an event doesn't say what it holds.
        return Vec::new();
    }
    let after = applied(patch, current, user);
    let mut changes: Vec<Change> =
        patch.iter().flat_map(|(field, _)| change(field, &after, current, version)).collect();
    let turned = is_all_day(&after) != is_all_day(current);
    let moves_zone = after.get(Field::Zone) != current.get(Field::Zone);
    let is_moved = [Field::Start, Field::End, Field::Recurrence].into_iter().any(|field| patch.contains(field));
    // Both ends stand in one zone, which the server forgets where times are written without it.
    if is_moved || turned || moves_zone {
        for (field, property) in [(Field::Start, START), (Field::End, END)] {
            changes.extend(time(after.get(field), zone(&after, user)).map(|time| Change::set(property, &time)));
        }
        changes.extend(zone_changes(&after, user, version));
    }
    if turned || current.is_empty() {
        changes.push(Change::set(ALL_DAY, if is_all_day(&after) { "true" } else { "false" }));
    }
    if patch.contains(Field::Recurrence) && after.get(Field::Recurrence).is_none() {
        changes.push(Change::Delete(RECURRENCE));
    } else if let Some(repeated) = pattern(&after, user, version)
        && Some(&repeated) != pattern(current, user, version).as_ref()
    {
        // It has its first day in it, and what are the user's days in its own zone: either may be another by now.
        changes.push(Change::Set(RECURRENCE, repeated));
    }
    changes
}

fn change(field: Field, after: &Fields, current: &Fields, version: ServerVersion) -> Vec<Change> {
    match field {
        Field::Subject => vec![Change::to_text(SUBJECT, after.text(field))],
        Field::Location => vec![Change::to_text(LOCATION, &with_line_ends(after.text(field)))],
        Field::Attendees => people::changes(after, current).collect(),
        Field::ShowAs => vec![Change::set(SHOWN, shown(after, version).unwrap_or(BUSY))],
        Field::Reminder => match after.get(field) {
            Some(Value::Number(minutes)) => {
                vec![Change::set(REMINDER_SET, "true"), Change::set(REMINDER_MINUTES, &minutes.to_string())]
            }
            _ => vec![Change::set(REMINDER_SET, "false")],
        },
        // The body of an online meeting has the way into it, and is not ours to write.
        Field::Notes if current.get(Field::OnlineMeeting).is_some() => Vec::new(),
        _ => item::change(field, after).into_iter().collect(),
    }
}

/// The service's word for how a time is shown; `None` where the version has none.
fn shown(fields: &Fields, version: ServerVersion) -> Option<&'static str> {
    let (word, _) = SHOWN_AS.into_iter().find(|(_, word)| *word == fields.text(Field::ShowAs))?;
    (word != ELSEWHERE || version >= ServerVersion::Exchange2013Sp1).then_some(word)
}

/// The first field of `patch` that the service has no way to say in an event that now holds `current`.
pub(crate) fn unwritable(
    patch: &Patch,
    current: &Fields,
    user: Option<&TimeZone>,
    version: ServerVersion,
) -> Option<Field> {
    let after = applied(patch, current, user);
    if patch.contains(Field::Notes) && current.get(Field::OnlineMeeting).is_some() {
        return Some(Field::Notes);
    }
    if patch.contains(Field::ShowAs) && !after.text(Field::ShowAs).is_empty() && shown(&after, version).is_none() {
        return Some(Field::ShowAs);
    }
    after.get(Field::Recurrence)?;
    let times = [Field::Recurrence, Field::Start, Field::End];
    if pattern(&after, user, version).is_none() {
        return times.into_iter().find(|field| patch.contains(*field));
    }
    // In another zone than its own a series would move when clocks change.
    let zone = after.text(Field::Zone);
    let is_lost = !zone.is_empty() && windows(zone).is_none() && !is_all_day(&after);
    [Field::Start, Field::End, Field::Recurrence].into_iter().find(|field| is_lost && patch.contains(*field))
}

fn is_all_day(fields: &Fields) -> bool {
    matches!(fields.get(Field::Start), Some(Value::Date(_)))
}

/// What an event holds after `patch`. A new series that has no zone, or what becomes one, gets the `user`'s: in UTC it
/// would move by an hour when clocks change.
fn applied(patch: &Patch, current: &Fields, user: Option<&TimeZone>) -> Fields {
    let mut after = patch.applied_to(current);
    let repeats = |fields: &Fields| fields.get(Field::Recurrence).is_some();
    if repeats(&after)
        && !repeats(current)
        && !patch.contains(Field::Zone)
        && let Some(user) = user
    {
        after.put(Field::Zone, Value::text(user.name()));
    }
    after
}

/// The zone that the service is told: the event's own, or for whole days the user's, or UTC.
pub(super) fn zone<'a>(fields: &'a Fields, user: Option<&'a TimeZone>) -> &'a str {
    let own = Some(fields.text(Field::Zone)).filter(|zone| is_known(zone));
    let users = user.map(TimeZone::name).filter(|zone| is_known(zone) && is_all_day(fields));
    own.or(users).unwrap_or(UTC)
}

/// A start or an end: a moment, that of midnight for a whole day.
fn time(value: Option<&Value>, zone: &str) -> Option<String> {
    match value? {
        Value::Date(day) => ZonedTime::day(*day, zone).moment().map(written),
        Value::Moment(moment) => Some(written(*moment)),
        Value::Number(_) | Value::Set(_) | Value::Text(_) => None,
    }
}

/// What says in which zone the times are. Of a zone that the service has no name for it keeps what it has.
fn zone_changes(after: &Fields, user: Option<&TimeZone>, version: ServerVersion) -> Vec<Change> {
    let own = after.text(Field::Zone);
    let is_kept = !own.is_empty() && !is_known(own) && !is_all_day(after);
    let Some(name) = windows(zone(after, user)).filter(|_| !is_kept) else { return Vec::new() };
    let set = |property: Property, attribute| Change::Set(property, property.saying("").with(attribute, name));
    if version >= ServerVersion::Exchange2010Sp2 {
        vec![set(START_ZONE, "Id"), set(END_ZONE, "Id")]
    } else {
        vec![set(OLD_ZONE, "TimeZoneName")]
    }
}

/// The name that Windows gives to a zone.
fn windows(zone: &str) -> Option<&'static str> {
    Zone::parse(zone).ok()?.windows()
}

fn pattern(fields: &Fields, user: Option<&TimeZone>, version: ServerVersion) -> Option<Element> {
    let (rule, first) = rule(fields, user)?;
    recurrence::written(&rule, first, version)
}

/// The rule of a series in the days of its own zone, and the first of them.
pub(super) fn rule(fields: &Fields, user: Option<&TimeZone>) -> Option<(Rule, civil::Date)> {
    let (rule, first) = (fields.get(Field::Recurrence)?.as_text()?, fields.get(Field::Start)?);
    let zone = zone(fields, user);
    let day = match first {
        Value::Date(day) => civil_date(*day)?,
        Value::Moment(moment) => local(*moment, &Zone::parse(zone).ok()?)?.date(),
        Value::Number(_) | Value::Set(_) | Value::Text(_) => return None,
    };
    Some((Counted::new(first, zone, user).rule(rule, day)?, day))
}
