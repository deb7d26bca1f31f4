//! Taking a caller's value.

use super::super::failure::Failure;
use super::form::{is_email, is_phone, is_website};
use super::{alarm, participants, recurrence, reminders, tags};
use crate::zoho::id::Id;
use crate::zoho::org::{Org, UserStatus};
use crate::zoho::schema::{self, Field, Kind, Module};
use crate::zoho::store::Record;
use crate::zoho::time;
use jiff::civil::Date;
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

/// A record that is being written.
#[derive(Clone, Copy)]
pub(crate) struct Writing<'a> {
    pub(crate) org: &'a Org,
    pub(crate) module: &'a Module,
    /// What the caller wrote.
    pub(crate) input: &'a Map<String, Value>,
    /// The record as it is, if there is one yet.
    pub(crate) current: Option<&'a Record>,
    pub(crate) place: Place,
}

/// The canonical form of what a caller wrote into `field`, or why it isn't taken.
///
/// Text is kept as it came: no page says that Zoho trims it. An empty text clears the field like null.
pub(crate) fn read(writing: Writing<'_>, field: &Field, value: &Value) -> Result<Value, Failure> {
    let Writing { org, input, place, .. } = writing;
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
        (Kind::AnyRecord, Value::Object(_)) => match input.get("$se_module") {
            Some(Value::String(module)) if RELATED.contains(&module.as_str()) => {
                lookup(org, module, name, value, place)
            }
            Some(Value::String(_)) => Err(Failure::value_of("$se_module", &place.path("$se_module"))),
            _ => Err(dependent(name, "$se_module", place)),
        },
        (Kind::Participants, Value::Array(people)) => participants::read(org, name, people, place),
        (Kind::Reminders, Value::Array(reminders)) => reminders::read(name, reminders, place),
        (Kind::Alarm, Value::Object(alarm)) => alarm::read(name, alarm, place),
        (Kind::Recurrence, Value::Object(recurrence)) => recurrence::read(name, recurrence, first_day(input), place),
        (Kind::Tags, Value::Array(names)) => tagged(writing, name, names),
        (Kind::Boolean | Kind::Integer | Kind::Currency | Kind::Date | Kind::DateTime, _) => wrong_type(data_type),
        (Kind::User | Kind::Lookup(_) | Kind::AnyRecord | Kind::Alarm | Kind::Recurrence, _) => {
            wrong_type("jsonobject")
        }
        (Kind::Participants | Kind::Reminders | Kind::Tags, _) => wrong_type("jsonarray"),
        _ => wrong_type(data_type),
    }
}

/// The modules that tasks and meetings can be about, of those that the stand-in has. Whom they are with
/// stands in `Who_Id`.
const RELATED: [&str; 3] = ["Accounts", "Deals", "Leads"];

/// The day on which what a caller writes begins or is due.
fn first_day(input: &Map<String, Value>) -> Option<Date> {
    let text = ["Start_DateTime", "Due_Date"].into_iter().find_map(|name| input.get(name)?.as_str());
    time::read_date(text?.get(..10)?)
}

/// The tags that a record is to have instead of those that it has. Only `add_tags` leaves these.
fn tagged(writing: Writing<'_>, name: &str, names: &[Value]) -> Result<Value, Failure> {
    let path = writing.place.path(name);
    let wanted = tags::read(writing.org, writing.module, names, &path)?;
    tags::limit(writing.org, &wanted, json!({ "api_name": name, "json_path": path }))?;
    Ok(Value::Array(wanted))
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
