//! A task of To Do and the engine's fields.

use crate::html;
use crate::recurrence;
use crate::task::{Body, BodyKind, Importance, Status, Task, TaskChange};
use crate::tasks::TimeZone;
use crate::text::{read, with_line_ends};
use crate::times::{UTC, ZonedTime};
use mxs_core::{Date, Field, Fields, Patch, Value};
use serde_json::Value as Json;

/// The words of what somebody chose. Every task of To Do has a status and an importance; those of a task that nobody
/// touched are no values: a record without one needs none for them.
const STATUSES: [(Status, &str); 4] = [
    (Status::InProgress, "in_progress"),
    (Status::Completed, "completed"),
    (Status::WaitingOnOthers, "waiting"),
    (Status::Deferred, "deferred"),
];

/// See [`STATUSES`].
const PRIORITIES: [(Importance, &str); 2] = [(Importance::High, "high"), (Importance::Low, "low")];

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
    changes.extend(recurrence(fields, zone).map(|recurrence| TaskChange::Recurrence(Some(recurrence))));
    changes
}

/// How a new task repeats; `None` where it doesn't, or where To Do can't say it. To Do counts from the due date: a task
/// that repeats has one.
pub(crate) fn recurrence(fields: &Fields, zone: Option<&TimeZone>) -> Option<Json> {
    match fields.get(Field::Due) {
        Some(Value::Date(due)) => {
            recurrence::written(fields.text(Field::Recurrence), *due, zone.map_or(UTC, TimeZone::name))
        }
        _ => None,
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::unwritable;
    use crate::task::patch_body;
    use crate::task_lists::ListId;
    use mxs_core::{Instant, Kind};
    use serde_json::json;

    fn read_with(changes: &[(&str, Json)]) -> Option<Fields> {
        let task = json!({ "@odata.etag": "e", "id": "1", "title": "T", "importance": "low", "isReminderOn": false,
            "status": "waitingOnOthers", "body": { "content": "", "contentType": "text" } });
        let mut task = task.as_object().cloned().expect("an object");
        task.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        fields(&Task::parse(&task, &ListId::new("L"))?)
    }

    fn stamp(time: &str, zone: &str) -> Json {
        json!({ "dateTime": time, "timeZone": zone })
    }

    fn day(text: &str) -> Option<Value> {
        Some(Value::Date(Date::parse(text).expect("a date")))
    }

    fn moment(text: &str) -> Option<Value> {
        Some(Value::Moment(Instant::parse(text).expect("a moment")))
    }

    #[test]
    fn a_task_has_the_engines_words_and_days() {
        let daily = json!({ "pattern": { "type": "daily", "interval": 2 }, "range": { "type": "noEnd", "startDate": "2026-11-24" } });
        let reminder = stamp("2026-11-24T09:30:00", "W. Europe Standard Time");
        let html = json!({ "content": "<p>one</p><p>two &amp; three</p>", "contentType": "html" });
        let cases = [
            (vec![], Field::Status, Value::text("waiting")),
            (vec![], Field::Priority, Value::text("low")),
            (vec![("status", json!("notStarted"))], Field::Status, None),
            (vec![("importance", json!("normal"))], Field::Priority, None),
            (vec![], Field::Folder, Value::text("L")),
            (vec![("body", html)], Field::Notes, Value::text("one\ntwo & three")),
            (vec![("dueDateTime", stamp("2026-11-23T23:00:00", "UTC"))], Field::Due, day("2026-11-24")),
            (
                vec![("completedDateTime", stamp("2026-11-24T01:00:00", "Europe/Berlin"))],
                Field::CompletedOn,
                day("2026-11-24"),
            ),
            (
                vec![("reminderDateTime", reminder.clone()), ("isReminderOn", json!(true))],
                Field::Reminder,
                moment("2026-11-24T08:30:00Z"),
            ),
            (vec![("reminderDateTime", reminder)], Field::Reminder, None),
            (vec![("categories", json!(["b", "a"]))], Field::Categories, Value::set(["a", "b"])),
            (vec![("recurrence", daily)], Field::Recurrence, Value::text("FREQ=DAILY;INTERVAL=2")),
        ];
        for (changes, field, wanted) in cases {
            assert_eq!(read_with(&changes).expect("a task").get(field).cloned(), wanted, "{changes:?}");
        }
        let nowhere = [("reminderDateTime", stamp("2026-11-24T09:30:00", "Atlantis")), ("isReminderOn", json!(true))];
        assert_eq!(read_with(&nowhere), None, "nobody knows when");
        assert_eq!(read_with(&[("recurrence", json!({ "pattern": { "type": "hourly" } }))]), None);
    }

    #[test]
    fn what_is_emptied_is_as_in_a_new_task() {
        let emptied = [Field::Status, Field::Priority, Field::Notes, Field::Due, Field::Reminder, Field::Categories];
        let patch = emptied.into_iter().map(|field| (field, None)).collect();
        assert_eq!(
            patch_body(&changes(&patch, None)),
            json!({ "status": "notStarted", "importance": "normal", "body": { "content": "", "contentType": "text" },
                "dueDateTime": null, "reminderDateTime": null, "isReminderOn": false, "categories": [] })
        );
        let unknown = Patch::from_iter([(Field::Status, Value::text("someday")), (Field::CompletedOn, None)]);
        assert_eq!(changes(&unknown, None), [], "nothing that nobody knows is written");
    }

    #[test]
    fn how_a_task_repeats_is_said_of_a_new_one_with_a_due_date() {
        let new = |rule: &str, due| {
            let mut fields = Fields::default().with(Field::Subject, "T").with(Field::Recurrence, rule);
            fields.put(Field::Due, due);
            fields
        };
        let friday = "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13";
        let due = || day("2026-11-24");
        let cases = [
            (new("FREQ=DAILY", due()), Fields::default(), None),
            (new("FREQ=DAILY", None), Fields::default(), Some(Field::Recurrence)),
            (new(friday, due()), Fields::default(), Some(Field::Recurrence)),
            (new("FREQ=DAILY", due()), new("FREQ=WEEKLY", due()), Some(Field::Recurrence)),
            (new("", due()), Fields::default(), None),
        ];
        for (fields, current, wanted) in cases {
            let patch = fields.iter().map(|(field, value)| (field, Some(value.clone()))).collect();
            assert_eq!(unwritable(Kind::Task, &patch, &current, None), wanted, "{fields:?}");
            let is_said =
                creation(&fields, None).iter().any(|change| matches!(change, TaskChange::Recurrence(Some(_))));
            assert_eq!(is_said, recurrence(&fields, None).is_some());
        }
    }
}
