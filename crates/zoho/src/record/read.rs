//! What a record holds.

use crate::json::{is_none_or, text};
use crate::names::{ALL_DAY, Column, Shape, first_day};
use crate::{Module, Names, meeting, people, series, task};
use mxs_core::{Date, Field, Fields, Value};
use serde_json::{Map, Value as Json};

/// What a pick list says for "nothing chosen".
const NONE_CHOSEN: &str = "-None-";

/// Whether `record` has everything that a query selects, be it `null`. What a person may not see can be left out by
/// the CRM: then what is absent is not empty.
pub fn is_complete(names: &Names, record: &Map<String, Json>) -> bool {
    names.selected().iter().all(|path| record.contains_key(path.as_ref()))
}

/// Whether what a query selects can be read, and says when it is if it is an event. What can't be read is not empty
/// either.
pub(crate) fn is_readable(names: &Names, record: &Map<String, Json>) -> bool {
    let is_sound = |column: &Column| match (column.shape, record.get(column.path().as_ref())) {
        (Shape::Start | Shape::End, _) => {
            is_none_or(record, ALL_DAY, Json::is_boolean)
                && meeting::is_readable(record, &column.name, is_all_day(record))
        }
        (_, None | Some(Json::Null)) => true,
        (Shape::Text | Shape::Account, Some(json)) => json.is_string() || json.is_number(),
        (Shape::Date, Some(json)) => json.as_str().is_some_and(|day| day.is_empty() || Date::parse(day).is_ok()),
        (Shape::ClosedDay, Some(json)) => {
            json.as_str().is_some_and(|moment| moment.is_empty() || task::read_day(moment).is_some())
        }
        (Shape::Status | Shape::Priority, Some(json)) => json.is_string(),
        _ => true,
    };
    names.columns().iter().all(is_sound)
}

/// Whether `record` has everything that a query can't select, be it `null`.
pub(crate) fn has_details(names: &Names, record: &Map<String, Json>) -> bool {
    names.detailed().into_iter().all(|name| record.contains_key(name))
}

/// Whether what a query can't select is in the shape that was promised.
pub(crate) fn has_readable_details(names: &Names, record: &Map<String, Json>) -> bool {
    let is_sound = |column: &Column| match (column.shape, record.get(column.name.as_ref())) {
        (Shape::Tags, Some(Json::Array(tags))) => {
            tags.iter().all(|tag| tag.as_object().is_some_and(|tag| !text(tag, "name").is_empty()))
        }
        (Shape::People, Some(Json::Array(list))) => people::are_readable(record, list),
        (Shape::Rule | Shape::Exclusions, Some(Json::Object(series))) => {
            let is_text = |row, name: &str| is_none_or(row, name, Json::is_string);
            is_text(series, "RRULE") && is_text(series, "EXDATE") && is_text(record, first_day(names.module()))
        }
        (Shape::Alarm, Some(Json::Object(alarm))) => is_none_or(alarm, "ALARM", Json::is_string),
        (Shape::Reminders, Some(reminders)) => {
            meeting::are_readable_reminders(record, reminders, first_day(names.module()))
        }
        (_, json) => json.is_some_and(Json::is_null),
    };
    names.columns().iter().filter(|column| column.is_detail()).all(is_sound)
}

fn is_all_day(record: &Map<String, Json>) -> bool {
    record.get(ALL_DAY).and_then(Json::as_bool).unwrap_or_default()
}

/// The contents of a record, as far as it has them.
pub fn fields(names: &Names, record: &Map<String, Json>) -> Fields {
    // Maps are filled one by one, here and below: collecting into them brings a sort for each.
    let mut fields = Fields::default();
    for column in names.columns() {
        fields.put(column.field, value(names.module(), column, record));
    }
    put_module(names.module(), &mut fields);
    fields
}

/// Puts into `fields` which module they are of, where a kind has more than one.
pub fn put_module(module: Module, fields: &mut Fields) {
    if module == Module::Leads {
        fields.put(Field::Module, Value::text(module.api_name()));
    }
}

/// Puts into `fields` what a query couldn't tell.
pub(crate) fn read_details(names: &Names, record: &Map<String, Json>, fields: &mut Fields) {
    for column in names.columns().iter().filter(|column| column.is_detail()) {
        fields.put(column.field, value(names.module(), column, record));
        if names.module() == Module::Events && column.shape == Shape::Rule {
            let day = series::own_day_in_series(record, &column.name, first_day(Module::Events));
            fields.put(Field::OriginalStart, day);
        }
    }
}

fn value(module: Module, column: &Column, record: &Map<String, Json>) -> Option<Value> {
    let path = column.path();
    let json = record.get(path.as_ref())?;
    let all_day = is_all_day(record);
    match (column.shape, json) {
        (Shape::Text | Shape::Account, json) => read_text(json),
        (Shape::Date, Json::String(text)) => Date::parse(text).ok().map(Value::Date),
        (Shape::Tags, Json::Array(tags)) => {
            Value::set(tags.iter().filter_map(|tag| Some(text(tag.as_object()?, "name"))))
        }
        (Shape::Status, Json::String(word)) => task::read_status(word),
        (Shape::Priority, Json::String(word)) => task::read_priority(word),
        (Shape::ClosedDay, Json::String(moment)) => task::read_day(moment),
        (Shape::Alarm, Json::Object(alarm)) => task::read_alarm(alarm),
        (Shape::Start, _) => meeting::read_start(record, &path, all_day),
        (Shape::End, _) => meeting::read_end(record, &path, all_day),
        (Shape::People, _) => people::read(record, &path),
        (Shape::Reminders, _) => meeting::read_reminders(record, &path, first_day(module)),
        (Shape::Rule, _) => series::read_rule(record, &path, first_day(module)),
        (Shape::Exclusions, _) => series::read_exclusions(record, &path),
        (Shape::Date | Shape::Tags | Shape::Status | Shape::Priority | Shape::ClosedDay | Shape::Alarm, _) => None,
    }
}

fn read_text(json: &Json) -> Option<Value> {
    match json {
        Json::String(text) if text == NONE_CHOSEN => None,
        // Line ends as the engine compares them.
        Json::String(text) if text.contains('\r') => Value::text(&text.replace("\r\n", "\n").replace('\r', "\n")),
        Json::String(text) => Value::text(text),
        // An organisation may have made a number of a field that is text elsewhere, such as a postal code.
        // To take it for empty would empty it on the other side.
        Json::Number(number) => Value::text(&number.to_string()),
        _ => None,
    }
}

/// The CRM user who owns a record, if the record was read with its owner.
pub(crate) fn owner(record: &Map<String, Json>) -> Option<&str> {
    let owner = crate::json::object(record, "Owner")?;
    Some(text(owner, "id")).filter(|id| !id.is_empty())
}
