//! Taking a caller's value.

use super::super::failure::Failure;
use super::form::{is_email, is_phone, is_website};
use crate::zoho::id::Id;
use crate::zoho::org::{Org, UserStatus};
use crate::zoho::schema::{self, Field, Kind};
use crate::zoho::time;
use serde_json::{Map, Value, json};

/// Where in a request a record stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place(pub(crate) usize);

impl Place {
    /// The JSON path of one of the record's keys.
    pub(crate) fn path(self, key: &str) -> String {
        format!("$.data[{}].{key}", self.0)
    }
}

/// The canonical form of what a caller wrote into `field`, or why it isn't taken.
///
/// Text is kept as it came: no page says that Zoho trims it. An empty text clears the field like null.
pub(crate) fn read(
    org: &Org,
    field: &Field,
    value: &Value,
    place: Place,
    record: &Map<String, Value>,
) -> Result<Value, Failure> {
    let name = field.api_name.as_ref();
    let wrong_type = |expected: &str| Err(Failure::type_of(name, &place.path(name), expected));
    let data_type = field.kind.data_type();
    match (field.kind, value) {
        (_, Value::Null) => Ok(Value::Null),
        (kind, Value::String(text)) if kind.is_text() => {
            let fits = match kind {
                Kind::Email => text.is_empty() || is_email(text),
                Kind::Phone => text.is_empty() || is_phone(text),
                Kind::Website => text.is_empty() || is_website(text),
                _ => true,
            };
            if text.chars().count() > field.length {
                return Err(too_long(field, place));
            }
            // The standard choice "-None-" stands for no choice.
            let none = text.is_empty() || matches!(kind, Kind::Picklist(_)) && text == "-None-";
            match (fits, none) {
                (false, _) => wrong_type(data_type),
                (true, true) => Ok(Value::Null),
                (true, false) => Ok(value.clone()),
            }
        }
        (Kind::Boolean, Value::Bool(_)) => Ok(value.clone()),
        (Kind::Integer, Value::Number(number)) if number.is_i64() => {
            let digits = number.to_string().trim_start_matches('-').len();
            if digits > field.length { Err(too_long(field, place)) } else { Ok(value.clone()) }
        }
        (Kind::Currency, Value::Number(_)) => Ok(value.clone()),
        (Kind::Date, Value::String(text)) => match time::read_date(text) {
            Some(date) => Ok(json!(date.to_string())),
            None => wrong_type(data_type),
        },
        (Kind::DateTime, Value::String(text)) => match time::read(text) {
            Some(moment) => Ok(json!(time::canonical(moment))),
            None => wrong_type(data_type),
        },
        (Kind::User, Value::Object(_)) => user(org, name, value, place),
        (Kind::Lookup(module), Value::Object(_)) => lookup(org, module, name, value, place),
        (Kind::AnyRecord, Value::Object(_)) => match record.get("$se_module") {
            Some(Value::String(module)) => lookup(org, module, name, value, place),
            _ => Err(dependent(name, "$se_module", place)),
        },
        (Kind::List, Value::Array(_)) | (Kind::Object, Value::Object(_)) => Ok(value.clone()),
        (Kind::Boolean | Kind::Integer | Kind::Currency | Kind::Date | Kind::DateTime, _) => wrong_type(data_type),
        (Kind::User | Kind::Lookup(_) | Kind::AnyRecord | Kind::Object, _) => wrong_type("jsonobject"),
        (Kind::List, _) => wrong_type("jsonarray"),
        _ => wrong_type(data_type),
    }
}

fn too_long(field: &Field, place: Place) -> Failure {
    let name = field.api_name.as_ref();
    let details = json!({ "maximum_length": field.length, "api_name": name, "json_path": place.path(name) });
    Failure::new(400, "INVALID_DATA", "invalid data", details)
}

fn dependent(name: &str, dependee: &str, place: Place) -> Failure {
    let details = json!({
        "dependee": { "api_name": dependee, "json_path": place.path(dependee) },
        "api_name": name,
        "json_path": place.path(name),
    });
    Failure::new(400, "DEPENDENT_FIELD_MISSING", "dependent field missing", details)
}

/// The `id` inside a reference. A reference by name alone isn't taken: where Zoho takes it, it may create
/// records that nobody asked for.
fn id_in(name: &str, value: &Value, place: Place) -> Result<Id, Failure> {
    let path = place.path(&format!("{name}.id"));
    match &value["id"] {
        Value::String(text) => text.parse().map_err(|_| Failure::value_of("id", &path)),
        Value::Null => Err(Failure::missing_key("id", &path)),
        _ => Err(Failure::type_of("id", &path, "bigint")),
    }
}

fn related(name: &str, place: Place) -> Failure {
    let details = json!({ "api_name": "id", "json_path": place.path(&format!("{name}.id")) });
    Failure::new(400, "INVALID_DATA", "the related id given seems to be invalid", details)
}

fn user(org: &Org, name: &str, value: &Value, place: Place) -> Result<Value, Failure> {
    let id = id_in(name, value, place)?;
    let active = org.user(id).is_some_and(|user| user.status == UserStatus::Active);
    if active { Ok(id.json()) } else { Err(related(name, place)) }
}

fn lookup(org: &Org, module: &str, name: &str, value: &Value, place: Place) -> Result<Value, Failure> {
    let id = id_in(name, value, place)?;
    let known = schema::module(module).and_then(|module| org.record(module, id)).is_some();
    if known { Ok(id.json()) } else { Err(related(name, place)) }
}
