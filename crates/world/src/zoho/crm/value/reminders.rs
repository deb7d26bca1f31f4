//! When the people of a meeting are reminded: `[{"unit": 30, "period": "minutes"}]`.
//!
//! Field metadata of a live organisation says `multireminder` and `jsonarray`, and answers of the same field
//! in Appointments look like this. Older pages and SDK samples have one moment instead, which version 8
//! doesn't take, by that metadata.

use super::super::failure::Failure;
use super::Place;
use jiff::civil::Time;
use serde_json::{Map, Value, json};

const PERIODS: [&str; 4] = ["minutes", "hours", "days", "weeks"];

/// Reads reminders.
pub(super) fn read(name: &str, values: &[Value], place: Place) -> Result<Value, Failure> {
    let reminders = values.iter().enumerate().map(|(at, value)| reminder(name, value, at, place));
    let reminders = reminders.collect::<Result<Vec<_>, _>>()?;
    Ok(if reminders.is_empty() { Value::Null } else { Value::Array(reminders) })
}

fn reminder(name: &str, value: &Value, at: usize, place: Place) -> Result<Value, Failure> {
    let path = |key: &str| place.path(&format!("{name}[{at}].{key}"));
    let Some(value) = value.as_object() else {
        return Err(Failure::type_of(name, &place.path(&format!("{name}[{at}]")), "jsonobject"));
    };
    let period = match value.get("period") {
        None | Some(Value::Null) => return Err(Failure::missing_key("period", &path("period"))),
        Some(Value::String(period)) if PERIODS.contains(&period.as_str()) => period,
        Some(Value::String(_)) => return Err(Failure::value_of("period", &path("period"))),
        Some(_) => return Err(Failure::type_of("period", &path("period"), "text")),
    };
    let unit = match value.get("unit") {
        None | Some(Value::Null) => return Err(Failure::missing_key("unit", &path("unit"))),
        Some(Value::Number(unit)) => unit.as_u64().ok_or_else(|| Failure::value_of("unit", &path("unit")))?,
        Some(_) => return Err(Failure::type_of("unit", &path("unit"), "integer")),
    };
    let mut read: Map<String, Value> = Map::new();
    read.insert("unit".to_owned(), json!(unit));
    read.insert("period".to_owned(), json!(period));
    match value.get("time") {
        None | Some(Value::Null) => {}
        // An hour belongs to whole days only.
        Some(Value::String(hour)) if is_hour(hour) && ["days", "weeks"].contains(&period.as_str()) => {
            read.insert("time".to_owned(), json!(hour));
        }
        Some(_) => return Err(Failure::value_of("time", &path("time"))),
    }
    Ok(Value::Object(read))
}

fn is_hour(text: &str) -> bool {
    text.len() == 5 && text.parse::<Time>().is_ok()
}
