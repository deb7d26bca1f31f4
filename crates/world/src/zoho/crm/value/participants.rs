//! The people of a meeting: `[{"type": "contact", "participant": "<id>"}]`.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v2/events-response.html>

use super::super::failure::Failure;
use super::form::is_email;
use super::{Place, display_name};
use crate::zoho::id::Id;
use crate::zoho::org::{Org, UserStatus};
use crate::zoho::schema;
use crate::zoho::store::Record;
use serde_json::{Value, json};

/// Reads the people. Somebody who is named twice comes once.
pub(super) fn read(org: &Org, name: &str, values: &[Value], place: Place) -> Result<Value, Failure> {
    let mut people: Vec<Value> = Vec::new();
    for (at, value) in values.iter().enumerate() {
        let person = person(org, name, value, at, place)?;
        if !people.contains(&person) {
            people.push(person);
        }
    }
    Ok(if people.is_empty() { Value::Null } else { Value::Array(people) })
}

fn person(org: &Org, name: &str, value: &Value, at: usize, place: Place) -> Result<Value, Failure> {
    let path = |key: &str| place.path(&format!("{name}[{at}].{key}"));
    if !value.is_object() {
        return Err(Failure::type_of(name, &place.path(&format!("{name}[{at}]")), "jsonobject"));
    }
    let text = |key: &str| match &value[key] {
        Value::Null => Err(Failure::missing_key(key, &path(key))),
        Value::String(text) => Ok(text.as_str()),
        _ => Err(Failure::type_of(key, &path(key), "text")),
    };
    let (kind, who) = (text("type")?, text("participant")?);
    let known = match kind {
        "email" => is_email(who),
        "user" => user(org, who),
        "contact" | "lead" => record(org, kind, who).is_some(),
        _ => return Err(Failure::value_of("type", &path("type"))),
    };
    let person = json!({ "type": kind, "participant": who });
    if known { Ok(person) } else { Err(Failure::value_of("participant", &path("participant"))) }
}

fn user(org: &Org, id: &str) -> bool {
    let id = id.parse::<Id>().ok();
    id.and_then(|id| org.user(id)).is_some_and(|user| user.status == UserStatus::Active)
}

fn record<'o>(org: &'o Org, kind: &str, id: &str) -> Option<(&'static schema::Module, &'o Record)> {
    let module = schema::module(if kind == "lead" { "Leads" } else { "Contacts" })?;
    Some((module, org.record(module, id.parse().ok()?)?))
}

/// Whether two entries mean the same person.
pub(crate) fn same(one: &Value, other: &Value) -> bool {
    one["type"] == other["type"] && one["participant"] == other["participant"]
}

/// Name and address of somebody; neither is known of a record that was deleted since.
fn name_and_address(org: &Org, person: &Value) -> (Option<String>, Option<String>) {
    let who = person["participant"].as_str().unwrap_or_default();
    match person["type"].as_str() {
        Some("email") => (None, Some(who.to_owned())),
        Some("user") => {
            let user = who.parse().ok().and_then(|id| org.user(id));
            (user.map(|user| user.full_name()), user.map(|user| user.email.clone()))
        }
        Some(kind) => match record(org, kind, who) {
            Some((module, record)) => (display_name(org, module, record), record.text("Email").map(str::to_owned)),
            None => (None, None),
        },
        None => (None, None),
    }
}

/// Where mail to somebody goes.
pub(crate) fn address(org: &Org, person: &Value) -> Option<String> {
    name_and_address(org, person).1
}

/// The people as an answer has them.
pub(super) fn show(org: &Org, people: &Value) -> Value {
    let show = |person: &Value| {
        let (name, address) = name_and_address(org, person);
        json!({
            "Email": address,
            "name": name,
            "invited": person["invited"],
            "id": person["id"],
            "type": person["type"],
            "participant": person["participant"],
            "status": person["status"],
        })
    };
    people.as_array().into_iter().flatten().map(show).collect()
}
