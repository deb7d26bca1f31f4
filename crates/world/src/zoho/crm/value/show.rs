//! Showing a record's values.

use super::{alarm, participants, tags};
use crate::zoho::id::Id;
use crate::zoho::options::AllDay;
use crate::zoho::org::{Org, User};
use crate::zoho::schema::{self, Field, Kind, Module};
use crate::zoho::store::Record;
use crate::zoho::time;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

/// A value in canonical form, the one that conditions compare: ids as text, moments in UTC.
pub(crate) fn raw(org: &Org, record: &Record, field: &Field) -> Value {
    match field.api_name.as_ref() {
        "id" => record.id.json(),
        "Owner" => record.owner.json(),
        "Created_By" => record.created_by.json(),
        "Modified_By" => record.modified_by.json(),
        "Created_Time" => json!(time::canonical(record.created)),
        "Modified_Time" | "Change_Log_Time__s" => json!(time::canonical(record.modified)),
        "Last_Activity_Time" => {
            json!(time::canonical(
                org.emails.last_sent(record.id).map_or(record.modified, |at| at.max(record.modified))
            ))
        }
        "Full_Name" => json!(full_name(record)),
        "Locked__s" => json!(record.locked),
        "Record_Status__s" => json!("Available"),
        name => match (field.kind, record.value(name)) {
            (Kind::Boolean, Value::Null) => json!(false),
            (Kind::Lookup(_) | Kind::AnyRecord, Value::String(id)) => {
                // A reference to a record that was deleted since shows nothing.
                let found = id.parse().ok().and_then(|id| target(org, field.kind, id));
                found.map_or(Value::Null, |(_, target)| target.id.json())
            }
            (_, value) => value.clone(),
        },
    }
}

/// First and last name with a space between. Users may choose another order, and the salutation before
/// it, for what they see; the stand-in doesn't model that.
fn full_name(record: &Record) -> String {
    let names = ["First_Name", "Last_Name"].into_iter().filter_map(|name| record.text(name));
    names.collect::<Vec<_>>().join(" ")
}

/// The record that a lookup points to.
fn target(org: &Org, kind: Kind, id: Id) -> Option<(&'static Module, &Record)> {
    match kind {
        Kind::Lookup(module) => {
            let module = schema::module(module)?;
            Some((module, org.record(module, id)?))
        }
        _ => schema::MODULES.into_iter().find_map(|module| Some((module, org.record(module, id)?))),
    }
}

/// The module of what a lookup points to.
pub(crate) fn module_of(org: &Org, record: &Record, field: &Field) -> Option<&'static str> {
    let id = record.text(&field.api_name)?.parse().ok()?;
    target(org, field.kind, id).map(|(module, _)| module.api_name)
}

/// The name under which other records know this one.
pub(crate) fn display_name(org: &Org, module: &Module, record: &Record) -> Option<String> {
    let field = org.field(module, module.display_field)?;
    raw(org, record, field).as_str().map(str::to_owned)
}

/// A user, with the e-mail address that Zoho adds in records.
fn reference(org: &Org, id: Id) -> Value {
    match org.user(id) {
        Some(user) => json!({ "name": User::full_name(user), "id": id.json(), "email": user.email }),
        None => Value::Null,
    }
}

/// A value as a reader in `zone` sees it.
pub(crate) fn show(org: &Org, record: &Record, field: &Field, zone: &TimeZone) -> Value {
    let value = raw(org, record, field);
    match field.kind {
        Kind::Participants => return participants::show(org, &value),
        Kind::Tags => return tags::show(org, &value),
        Kind::Alarm => return alarm::show(&value, zone),
        _ => {}
    }
    let Value::String(text) = &value else { return value };
    match field.kind {
        Kind::User => text.parse().map_or(Value::Null, |id| reference(org, id)),
        Kind::Lookup(_) | Kind::AnyRecord => {
            let found = text.parse().ok().and_then(|id| target(org, field.kind, id));
            found.map_or(
                Value::Null,
                |(module, target)| json!({ "name": display_name(org, module, target), "id": target.id.json() }),
            )
        }
        Kind::DateTime => text.parse::<Timestamp>().map_or(Value::Null, |moment| {
            let of_day = ["Start_DateTime", "End_DateTime"].contains(&field.api_name.as_ref());
            let whole = of_day && record.value("All_day") == &Value::Bool(true);
            json!(if whole { day(org, moment, zone) } else { time::write(moment, zone) })
        }),
        _ => value,
    }
}

/// The beginning or the end of an all-day meeting: the same day for every reader.
fn day(org: &Org, moment: Timestamp, zone: &TimeZone) -> String {
    let clock = TimeZone::UTC.to_datetime(moment);
    match (org.options.all_day, clock.to_zoned(zone.clone())) {
        (AllDay::Reader, Ok(there)) => time::write(there.timestamp(), zone),
        _ => time::write(moment, &TimeZone::UTC),
    }
}
