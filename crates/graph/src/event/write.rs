//! What is written into an event.

use super::{BUSY, NORMAL, SENSITIVITIES, SHOWN_AS};
use crate::counted::Counted;
use crate::mark::{self, Mark};
use crate::tasks::TimeZone;
use crate::text::with_line_ends;
use crate::times::{UTC, ZonedTime, is_known};
use crate::{online_meeting, people, recurrence};
use mxs_core::{Field, Fields, Patch, Value};
use serde_json::{Map, Value as Json, json};

/// The body that creates an event with `fields`, and with `mark`. Exchange would remind of it by itself, so that no
/// reminder is said too. Of two creations with the same `transaction` Graph
/// carries out one. A series without a zone gets the `user`'s.
///
/// <https://learn.microsoft.com/en-us/graph/api/user-post-events>
pub fn create_body(fields: &Fields, mark: Mark<'_>, transaction: &str, user: Option<&TimeZone>) -> Json {
    let mut everything: Patch = fields.iter().map(|(field, value)| (field, Some(value.clone()))).collect();
    everything.put(Field::Reminder, fields.get(Field::Reminder).cloned());
    let mut body = patch_body(&everything, &Fields::default(), Some(mark), None, user);
    body["transactionId"] = json!(transaction);
    body
}

/// The body that brings `patch` to an event that now holds `current`, and `mark` if it has none yet.
///
/// Only what changes is named: the attendees only where they change, since naming them mails them. `html` is the body
/// of an online meeting, see [`crate::batch::needs_body`]. The days of rules are those of the `user`'s zone, if that is
/// known.
///
/// <https://learn.microsoft.com/en-us/graph/api/event-update>
pub fn patch_body(
    patch: &Patch,
    current: &Fields,
    mark: Option<Mark<'_>>,
    html: Option<&str>,
    user: Option<&TimeZone>,
) -> Json {
    let after = applied(patch, current, user);
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
    // Both ends of whole days have to be in one zone, and it has to be that of their rule.
    let times = [Field::Start, Field::End, Field::Recurrence];
    let moves_zone = after.get(Field::Zone) != current.get(Field::Zone);
    let both = moves_zone || turned || is_all_day(&after) && times.into_iter().any(touches);
    for (field, name) in [(Field::Start, "start"), (Field::End, "end")] {
        if (touches(field) || both)
            && let Some(time) = time_json(after.get(field), after.text(Field::Zone))
        {
            put(name, time.json());
        }
    }
    if turned {
        put("isAllDay", json!(is_all_day(&after)));
    }
    if touches(Field::Recurrence) && after.get(Field::Recurrence).is_none() {
        put("recurrence", Json::Null);
    } else if let Some(recurrence) = recurrence_json(&after, user)
        && Some(&recurrence) != recurrence_json(current, user).as_ref()
    {
        // It has its first day in it, and what are the user's days in its own zone: either may be another by now.
        put("recurrence", recurrence);
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

/// The first field of `patch` that Graph has no way to say in an event that now holds `current`.
pub(crate) fn unwritable(patch: &Patch, current: &Fields, user: Option<&TimeZone>) -> Option<Field> {
    let after = applied(patch, current, user);
    after.get(Field::Recurrence)?;
    if recurrence_json(&after, user).is_none() {
        return [Field::Recurrence, Field::Start, Field::End].into_iter().find(|field| patch.contains(*field));
    }
    // In another zone than its own a series would move when clocks change.
    let zone = after.text(Field::Zone);
    let is_lost = !zone.is_empty() && !is_known(zone) && matches!(after.get(Field::Start), Some(Value::Moment(_)));
    [Field::Start, Field::End, Field::Recurrence].into_iter().find(|field| is_lost && patch.contains(*field))
}

/// A body that shows `notes`, and goes on showing what is not ours; `None` where that can't be.
fn body_json(notes: &str, current: &Fields, html: Option<&str>) -> Option<Json> {
    if current.get(Field::OnlineMeeting).is_none() {
        return Some(json!({ "contentType": "text", "content": with_line_ends(notes) }));
    }
    let content = online_meeting::with_notes(html?, notes)?;
    Some(json!({ "contentType": "html", "content": content }))
}

/// What an event holds after `patch`. A new series that has no zone, or what becomes one, gets the `user`'s: in UTC it would
/// move by an hour when clocks change.
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

fn recurrence_json(fields: &Fields, user: Option<&TimeZone>) -> Option<Json> {
    let (rule, first) = (fields.get(Field::Recurrence)?.as_text()?, fields.get(Field::Start)?);
    let start = time_json(Some(first), fields.text(Field::Zone))?;
    recurrence::written_series(rule, &start, &Counted::new(first, &start.zone, user))
}
