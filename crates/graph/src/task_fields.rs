//! A task of To Do and the engine's fields.

use crate::html;
use crate::recurrence;
use crate::task::{Body, BodyKind, Importance, Status, Task, TaskChange};
use crate::tasks::TimeZone;
use crate::text::{read, with_line_ends};
use crate::times::{UTC, ZonedTime};
use mxs_core::{Date, Field, Fields, Patch, Value};

const STATUSES: [(Status, &str); 5] = [
    (Status::NotStarted, "not_started"),
    (Status::InProgress, "in_progress"),
    (Status::Completed, "completed"),
    (Status::WaitingOnOthers, "waiting"),
    (Status::Deferred, "deferred"),
];

const PRIORITIES: [(Importance, &str); 3] =
    [(Importance::High, "high"), (Importance::Normal, "normal"), (Importance::Low, "low")];

/// The contents of a task; `None` where one of them can't be read, such as a zone that nobody knows.
pub(crate) fn fields(task: &Task) -> Option<Fields> {
    let mut fields = Fields::default();
    let notes = match task.body.kind {
        BodyKind::Html => html::to_text(&task.body.content),
        BodyKind::Text => task.body.content.clone(),
    };
    fields.put(Field::Subject, read(&task.subject));
    fields.put(Field::Notes, read(&notes));
    fields.put(Field::Status, word(&STATUSES, task.status));
    fields.put(Field::Priority, word(&PRIORITIES, task.importance));
    fields.put(Field::Due, day(task.due.as_ref())?);
    fields.put(Field::Start, day(task.start.as_ref())?);
    fields.put(Field::CompletedOn, day(task.completed.as_ref())?);
    // To Do keeps the time of a reminder that was switched off.
    if let Some(reminder) = task.reminder.as_ref().filter(|_| task.reminder_on) {
        fields.put(Field::Reminder, Some(Value::Moment(reminder.moment()?)));
    }
    fields.put(Field::Categories, Value::set(&task.categories));
    if let Some(recurrence) = &task.recurrence {
        fields.put(Field::Recurrence, Value::text(&recurrence::read(recurrence)?));
    }
    fields.put(Field::Folder, Value::text(task.list.as_str()));
    Some(fields)
}

fn word<T: PartialEq>(words: &[(T, &str)], value: T) -> Option<Value> {
    words.iter().find(|(known, _)| *known == value).and_then(|(_, word)| Value::text(word))
}

/// The day of a time; the outer `None` where it is beyond the calendar.
fn day(time: Option<&ZonedTime>) -> Option<Option<Value>> {
    match time {
        Some(time) => Some(Some(Value::Date(time.nearest_day()?))),
        None => Some(None),
    }
}

/// What a new task with `fields` is to be.
pub(crate) fn creation(fields: &Fields, zone: Option<&TimeZone>) -> Vec<TaskChange> {
    let mut changes: Vec<TaskChange> =
        fields.iter().filter_map(|(field, value)| change(field, Some(value), zone)).collect();
    let zone = zone.map_or(UTC, TimeZone::name);
    // To Do counts from the due date: a task that repeats has one.
    if let Some(Value::Date(due)) = fields.get(Field::Due) {
        let recurrence = recurrence::written(fields.text(Field::Recurrence), *due, zone);
        changes.extend(recurrence.map(|recurrence| TaskChange::Recurrence(Some(recurrence))));
    }
    changes
}

/// What `patch` changes. How a task repeats is written with a new one only, and when it was done follows its status.
pub(crate) fn changes(patch: &Patch, zone: Option<&TimeZone>) -> Vec<TaskChange> {
    patch.iter().filter_map(|(field, value)| change(field, value, zone)).collect()
}

/// The change that brings `value` into `field`; `None` where that isn't written. What is emptied and can't be
/// empty in To Do gets the value of a new task.
fn change(field: Field, value: Option<&Value>, zone: Option<&TimeZone>) -> Option<TaskChange> {
    let text = value.and_then(Value::as_text);
    let day = || match value {
        Some(Value::Date(day)) => Some(written_day(*day, zone)),
        _ => None,
    };
    Some(match field {
        Field::Subject => TaskChange::Subject(text.unwrap_or_default().to_owned()),
        Field::Notes => {
            let content = with_line_ends(text.unwrap_or_default());
            TaskChange::Body(Body { kind: BodyKind::Text, content })
        }
        Field::Status => TaskChange::Status(match text {
            Some(text) => known(&STATUSES, text)?,
            None => Status::NotStarted,
        }),
        Field::Priority => TaskChange::Importance(match text {
            Some(text) => known(&PRIORITIES, text)?,
            None => Importance::Normal,
        }),
        Field::Due => TaskChange::Due(day()),
        Field::Start => TaskChange::Start(day()),
        Field::Reminder => TaskChange::Reminder(match value {
            Some(Value::Moment(moment)) => Some(ZonedTime::utc(*moment)?),
            _ => None,
        }),
        Field::Categories => {
            let words = value.and_then(Value::as_set).into_iter().flat_map(|words| words.iter());
            TaskChange::Categories(words.map(str::to_owned).collect())
        }
        _ => return None,
    })
}

fn known<T: Copy>(words: &[(T, &str)], text: &str) -> Option<T> {
    words.iter().find(|(_, word)| *word == text).map(|(value, _)| *value)
}

/// The beginning of a day in the user's zone, as To Do's own apps write it.
fn written_day(day: Date, zone: Option<&TimeZone>) -> ZonedTime {
    ZonedTime::day(day, zone.map_or(UTC, TimeZone::name))
}
