//! Where an event takes place: `location` and `locations`, which always belong together.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/location>.

use super::schema::{LOCATION_TYPES, default_of, misfit, word};
use crate::microsoft::mailbox::{expected, read_address, read_text, unknown_property};
use crate::microsoft::refusal::Refusal;
use serde_json::{Map, Value, json};

const TEXTS: [&str; 4] = ["displayName", "locationEmailAddress", "locationUri", "uniqueId"];
const COORDINATES: [&str; 5] = ["accuracy", "altitude", "altitudeAccuracy", "latitude", "longitude"];
const UNIQUE_ID_TYPES: [&str; 5] = ["unknown", "locationStore", "directory", "private", "bing"];

/// Reads one place; `null` is no place.
pub(crate) fn read(value: &Value) -> Result<Value, Refusal> {
    let members = match value {
        Value::Null => return Ok(default_of("location")),
        Value::Object(members) => members,
        other => return Err(expected(other, "StartObject")),
    };
    let mut read = Map::new();
    read.insert("displayName".into(), json!(""));
    for (name, value) in members.iter().filter(|(_, value)| !value.is_null()) {
        let member = match name.as_str() {
            "address" => read_address(value)?,
            "coordinates" => coordinates(value)?,
            "locationType" => json!(word(value, "locationType", &LOCATION_TYPES)?),
            // Graph's own; what a client sends is ignored (documented as "for internal use only").
            "uniqueIdType" => {
                word(value, "locationUniqueIdType", &UNIQUE_ID_TYPES)?;
                continue;
            }
            name if TEXTS.contains(&name) => read_text(value)?,
            name if name.contains('@') => continue,
            name => return Err(unknown_property(name, "location")),
        };
        read.insert(name.clone(), member);
    }
    read.entry("locationType").or_insert_with(|| json!("default"));
    let name = read["displayName"].as_str().unwrap_or_default().to_owned();
    if name.is_empty() {
        read.insert("uniqueIdType".into(), json!("unknown"));
    } else {
        read.insert("uniqueId".into(), json!(name));
        read.insert("uniqueIdType".into(), json!("private"));
    }
    Ok(Value::Object(read))
}

/// Reads several places.
pub(crate) fn read_all(value: &Value) -> Result<Value, Refusal> {
    let Value::Array(entries) = value else { return Err(expected(value, "StartArray")) };
    entries.iter().map(|entry| read(entry).map(without_id)).collect()
}

/// As Graph writes a place in a list.
fn without_id(mut place: Value) -> Value {
    if let Some(members) = place.as_object_mut() {
        members.remove("uniqueId");
        members.insert("uniqueIdType".into(), json!("unknown"));
    }
    place
}

/// Brings both properties together: who names one of them replaces the other.
pub(crate) fn settle(named: &mut Map<String, Value>) {
    match (named.get("location"), named.get("locations")) {
        (Some(location), None) => {
            let empty = location["displayName"] == "";
            let all = if empty { json!([]) } else { json!([without_id(location.clone())]) };
            named.insert("locations".into(), all);
        }
        (None, Some(locations)) => {
            let names = locations.as_array().into_iter().flatten().filter_map(|place| place["displayName"].as_str());
            let name = names.collect::<Vec<_>>().join("; ");
            let one = read(&json!({ "displayName": name })).unwrap_or_else(|_| default_of("location"));
            named.insert("location".into(), one);
        }
        _ => {}
    }
}

fn coordinates(value: &Value) -> Result<Value, Refusal> {
    let Value::Object(members) = value else { return Err(expected(value, "StartObject")) };
    for (name, value) in members.iter().filter(|(name, _)| !name.contains('@')) {
        if !COORDINATES.contains(&name.as_str()) {
            return Err(unknown_property(name, "outlookGeoCoordinates"));
        }
        if !(value.is_number() || value.is_null()) {
            return Err(misfit(value, "Edm.Double"));
        }
    }
    Ok(value.clone())
}
