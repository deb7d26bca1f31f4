//! What is written into a record.

use crate::names::{ALL_DAY, Column, Shape};
use crate::series::Series;
use crate::{Known, Module, Names, meeting, people, series, task};
use mxs_core::{CrmId, Field, Fields, Patch, Value, Words};
use serde_json::{Map, Value as Json, json};

/// The fields of a record to insert that can't be written: the CRM has no place or no form for them, or what
/// must be [`Known`] isn't. They are left out of the request; whoever sends it must not remember them as
/// written. A record that lacks one of the [essentials](is_essential) would be another one.
pub fn left_out(names: &Names, fields: &Fields, known: &Known) -> Vec<Field> {
    body(names, &all_of(names, fields), known, None).left_out
}

/// The fields of a record to update that can't be written; see [`left_out`]. A series' rule and what it leaves
/// out are always among them: they are written once, when the record is made. With another rule an event's times
/// are left out, too.
pub fn left_out_of_update(names: &Names, id: &CrmId, patch: &Patch, known: &Known) -> Vec<Field> {
    body(names, patch, known, Some(id)).left_out
}

/// Whether `patch` moves a series that holds `now` to other days under its rule. The day from which a rule counts is
/// part of it in the CRM, and can't be changed. `zone` is the series' own, if it is known.
pub fn leaves_its_days(now: &Fields, patch: &Patch, zone: &str) -> bool {
    let (Some(rule), Some(before)) = (now.get(Field::Recurrence), now.get(Field::Start)) else { return false };
    let after = patch.get(Field::Start).flatten();
    after.is_some_and(|after| series::first(rule, before, zone) != series::first(rule, after, zone))
}

/// Whether a record without this field would say something else: an event at another time, or one event
/// instead of a series.
pub const fn is_essential(field: Field) -> bool {
    matches!(field, Field::Start | Field::End | Field::Recurrence | Field::Exclusions)
}

/// The body of a record to insert.
pub fn create_body(names: &Names, fields: &Fields, known: &Known) -> Map<String, Json> {
    body(names, &all_of(names, fields), known, None).row
}

/// The body of a record to update: only what changes, with `null` for what is emptied.
pub fn patch_body(names: &Names, id: &CrmId, patch: &Patch, known: &Known) -> Map<String, Json> {
    body(names, patch, known, Some(id)).row
}

fn all_of(names: &Names, fields: &Fields) -> Patch {
    let mut patch = Patch::default();
    for column in names.columns().iter().filter(|column| matches!(column.shape, Shape::Status | Shape::Priority)) {
        patch.put(column.field, None);
    }
    for (field, value) in fields.iter() {
        patch.put(field, Some(value.clone()));
    }
    patch
}

struct Body {
    row: Map<String, Json>,
    left_out: Vec<Field>,
}

/// The body of a record to insert, or to update if it has an `id`.
fn body(names: &Names, patch: &Patch, known: &Known, id: Option<&CrmId>) -> Body {
    let mut body = Body { row: Map::new(), left_out: Vec::new() };
    if names.module() == Module::Events {
        body.row.insert(NOTIFY.to_owned(), Json::Bool(false));
    }
    for (field, value) in patch.iter() {
        let writing = Writing { module: names.module(), patch, known, id };
        let put = names.column(field).and_then(|column| put(&mut body.row, column, value, &writing));
        if put.is_none() && !IS_NO_COLUMN.contains(&field) {
            body.left_out.push(field);
        }
    }
    body
}

/// What needs no place in a record: its module is said by the path, and the zone in which an event was entered is
/// worth something only to the first day of a series. A zone is never read, so that it must not flow: whoever makes
/// a series adds it to what flows.
const IS_NO_COLUMN: [Field; 2] = [Field::Module, Field::Zone];

/// Whether people are told of an event. Nobody is mailed.
const NOTIFY: &str = "$send_notification";

/// What is being written.
struct Writing<'a> {
    module: Module,
    patch: &'a Patch,
    known: &'a Known,
    /// The record that changes; `None` for a new one.
    id: Option<&'a CrmId>,
}

/// Puts a value into a body; `None` if it can't be written.
fn put(row: &mut Map<String, Json>, column: &Column, value: Option<&Value>, writing: &Writing<'_>) -> Option<()> {
    let Writing { module, patch, known, id } = *writing;
    let json = match (column.shape, value) {
        // A series that moves gets another rule, too. To move it under the old one would put it on days that nobody
        // chose.
        (Shape::Start | Shape::End, _) if id.is_some() && patch.contains(Field::Recurrence) => return None,
        (Shape::Start | Shape::End, Some(value)) => {
            let (written, other) = match column.shape {
                Shape::Start => (meeting::written_start(value)?, patch.get(Field::End)),
                _ => (meeting::written_end(value)?, patch.get(Field::Start)),
            };
            let (json, all_day) = written;
            // A start of whole days and an end at an hour: nobody can say what that is.
            if other.is_some_and(|other| matches!(other, Some(Value::Date(_))) != all_day) {
                return None;
            }
            row.insert(ALL_DAY.to_owned(), Json::Bool(all_day));
            json
        }
        (Shape::Start | Shape::End | Shape::ClosedDay, _) => return None,
        (Shape::Rule | Shape::Exclusions, _) if id.is_some() => return None,
        (Shape::Rule | Shape::Exclusions, _) => {
            let first = if module == Module::Tasks { Field::Due } else { Field::Start };
            let value = |field| patch.get(field).flatten();
            series::written(&Series {
                rule: value(Field::Recurrence)?,
                exclusions: value(Field::Exclusions),
                first: value(first)?,
                zone: value(Field::Zone).and_then(Value::as_text).unwrap_or_default(),
            })?
        }
        (Shape::People, value) => {
            let wanted = match value {
                Some(value) => Some(value.as_set()?),
                None => None,
            };
            match id {
                Some(id) => known.people.written(id, wanted)?,
                None => people::written(wanted),
            }
        }
        (Shape::Tags, None) => json!([]),
        (Shape::Status, None) => json!(task::UNBEGUN),
        (Shape::Priority, None) => json!(task::USUAL),
        (_, None) => Json::Null,
        (Shape::Text, Some(Value::Text(text))) => json!(text),
        (Shape::Date, Some(Value::Date(date))) => json!(date.to_string()),
        (Shape::Tags, Some(Value::Set(words))) if !are_tags(words) => return None,
        (Shape::Tags, Some(Value::Set(words))) => words.iter().map(|word| json!({ "name": word })).collect(),
        (Shape::Account, Some(Value::Text(name))) => json!({ "id": known.accounts.id(name)? }),
        (Shape::Status, Some(value)) => task::written_status(value)?,
        (Shape::Priority, Some(value)) => task::written_priority(value)?,
        (Shape::Alarm, Some(value)) => task::written_alarm(value)?,
        (Shape::Reminders, Some(value)) => meeting::written_reminder(value)?,
        (Shape::Text | Shape::Date | Shape::Tags | Shape::Account, Some(_)) => return None,
    };
    row.insert(column.name.to_string(), json);
    Some(())
}

/// Whether the CRM takes these words as tags. Outlook knows no such limits, and a record that is refused for its
/// tags would be refused as a whole.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/add-tags.html>
fn are_tags(words: &Words) -> bool {
    words.len() <= TAGS_MAX && words.iter().all(|word| word.chars().count() <= TAG_LENGTH_MAX)
}

/// The most tags of a record.
const TAGS_MAX: usize = 10;

/// The most characters of a tag.
const TAG_LENGTH_MAX: usize = 25;
