//! A task and the engine's fields.
//!
//! <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/task>

use crate::ServerVersion;
use crate::item::{self, IMPORTANCE, REMINDER_DUE, REMINDER_SET, SUBJECT, written};
use crate::property::{self, Change, Property};
use crate::recurrence;
use crate::xml::Element;
use Property::Field as Of;
use mxs_core::{Date, Field, Fields, Patch, Value};
use mxs_graph::mark::Mark;
use mxs_graph::recurrence::canonical;
use mxs_graph::text::read;
use mxs_graph::times::{ZonedTime, civil_date};

const COMPLETED: Property = Of("task", "CompleteDate");
const DUE: Property = Of("task", "DueDate");
const RECURRENCE: Property = Of("task", "Recurrence");
const START: Property = Of("task", "StartDate");
const STATUS: Property = Of("task", "Status");

/// The words of what somebody chose. Every task has a status and an importance; those of a task that nobody touched are
/// no values: a record without one needs none for them.
const STATUSES: [(&str, &str); 4] = [
    ("InProgress", "in_progress"),
    ("Completed", "completed"),
    ("WaitingOnOthers", "waiting"),
    ("Deferred", "deferred"),
];
const NOT_STARTED: &str = "NotStarted";

/// See [`STATUSES`].
const PRIORITIES: [(&str, &str); 2] = [("High", "high"), ("Low", "low")];
const NORMAL: &str = "Normal";

/// The elements of a new task, in the schema's order.
const ORDER: [&str; 12] = [
    "Subject",
    "Sensitivity",
    "Body",
    "Categories",
    "Importance",
    "ReminderDueBy",
    "ReminderIsSet",
    "ExtendedProperty",
    "DueDate",
    "Recurrence",
    "StartDate",
    "Status",
];

/// Every property that is read.
pub(crate) fn properties() -> impl Iterator<Item = Property> {
    let own = [SUBJECT, IMPORTANCE, REMINDER_DUE, REMINDER_SET, COMPLETED, DUE, RECURRENCE, START, STATUS];
    item::COMMON.into_iter().chain(own)
}

/// The contents of a task; `None` where something of them can't be read. A rule that counts from when the last one was
/// done has no days, and can't be.
pub(crate) fn fields(task: &Element) -> Option<Fields> {
    let mut fields = Fields::default();
    item::fields(task, &mut fields)?;
    fields.put(Field::Subject, read(SUBJECT.text(task)?));
    fields.put(Field::Status, chosen(STATUS.word(task)?, NOT_STARTED, &STATUSES)?);
    fields.put(Field::Priority, chosen(IMPORTANCE.word(task)?, NORMAL, &PRIORITIES)?);
    for (field, property) in [(Field::CompletedOn, COMPLETED), (Field::Due, DUE), (Field::Start, START)] {
        if let Some(moment) = item::moment(property, task)? {
            // The day is that of whoever wrote it, and its beginning there.
            fields.put(field, Some(Value::Date(ZonedTime::utc(moment)?.nearest_day()?)));
        }
    }
    let is_on = REMINDER_SET.word(task)?.is_some() && REMINDER_SET.flag(task)?;
    // The time of a reminder that was switched off is kept.
    if let Some(moment) = item::moment(REMINDER_DUE, task)?.filter(|_| is_on) {
        fields.put(Field::Reminder, Some(Value::Moment(moment)));
    }
    if let Some(element) = RECURRENCE.element(task) {
        let (rule, start) = recurrence::read(element)?;
        fields.put(Field::Recurrence, Value::text(&canonical(&rule, start)));
    }
    Some(fields)
}

/// The engine's word for what was chosen; the outer `None` for a word that nobody knows.
fn chosen(word: Option<&str>, usual: &str, words: &[(&str, &str)]) -> Option<Option<Value>> {
    match word {
        None => Some(None),
        Some(word) if word == usual => Some(None),
        Some(word) => words.iter().find(|(own, _)| *own == word).map(|(_, known)| Value::text(known)),
    }
}

/// The element of a new task with `fields`.
pub(crate) fn creation(fields: &Fields, mark: Mark<'_>, version: ServerVersion) -> Element {
    let everything = fields.iter().map(|(field, value)| (field, Some(value.clone()))).collect();
    let mut changes = changes(&everything, &Fields::default(), version);
    changes.push(item::mark(mark));
    property::item("Task", changes, &ORDER)
}

/// What brings `patch` to a task that now holds `current`. When it was done follows its status.
pub(crate) fn changes(patch: &Patch, current: &Fields, version: ServerVersion) -> Vec<Change> {
    let after = patch.applied_to(current);
    patch.iter().flat_map(|(field, _)| change(field, &after, version)).collect()
}

fn change(field: Field, after: &Fields, version: ServerVersion) -> Vec<Change> {
    let word = |words: &[(&str, &'static str)]| words.iter().position(|(_, known)| *known == after.text(field));
    match field {
        Field::Subject => vec![Change::to_text(SUBJECT, after.text(field))],
        Field::Status => vec![Change::set(STATUS, word(&STATUSES).map_or(NOT_STARTED, |index| STATUSES[index].0))],
        Field::Priority => vec![Change::set(IMPORTANCE, word(&PRIORITIES).map_or(NORMAL, |index| PRIORITIES[index].0))],
        Field::Due => vec![day(DUE, after.get(field))],
        Field::Start => vec![day(START, after.get(field))],
        Field::Reminder => match after.get(field) {
            Some(Value::Moment(moment)) => {
                vec![Change::set(REMINDER_DUE, &written(*moment)), Change::set(REMINDER_SET, "true")]
            }
            _ => vec![Change::set(REMINDER_SET, "false")],
        },
        Field::Recurrence => match (after.get(field), pattern(after, version)) {
            (None, _) => vec![Change::Delete(RECURRENCE)],
            (Some(_), Some(pattern)) => vec![Change::Set(RECURRENCE, pattern)],
            (Some(_), None) => Vec::new(),
        },
        _ => item::change(field, after).into_iter().collect(),
    }
}

fn day(property: Property, value: Option<&Value>) -> Change {
    match value {
        Some(Value::Date(day)) => Change::set(property, &format!("{day}T00:00:00Z")),
        _ => Change::Delete(property),
    }
}

/// How a task repeats; `None` where the service can't say it. It counts from the due date: a task that repeats has one.
fn pattern(fields: &Fields, version: ServerVersion) -> Option<Element> {
    let due: Date = match fields.get(Field::Due) {
        Some(Value::Date(due)) => *due,
        _ => return None,
    };
    recurrence::written(&fields.text(Field::Recurrence).parse().ok()?, civil_date(due)?, version)
}

/// The first field of `patch` that the service has no way to say.
pub(crate) fn unwritable(patch: &Patch, current: &Fields, version: ServerVersion) -> Option<Field> {
    let after = patch.applied_to(current);
    let is_asked = patch.contains(Field::Recurrence) && after.get(Field::Recurrence).is_some();
    (is_asked && pattern(&after, version).is_none()).then_some(Field::Recurrence)
}
