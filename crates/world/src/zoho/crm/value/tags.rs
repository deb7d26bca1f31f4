//! The tags of a record, and those that a call names: `[{"name": "Important"}]`.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/add-tags.html>

use super::super::failure::Failure;
use crate::zoho::id::Id;
use crate::zoho::org::Org;
use crate::zoho::schema::Module;
use crate::zoho::tag::Tag;
use jiff::Timestamp;
use serde_json::{Value, json};

/// The longest name of a tag, as the CRM's pages have it; an example of the specification says 26.
const LONGEST_NAME: usize = 25;

/// Reads the tags that a call names in the array at `path`, each one once. An id counts before a name. A name
/// that no tag has yet stands for one to be made, by report.
pub(crate) fn read(org: &Org, module: &Module, values: &[Value], path: &str) -> Result<Vec<Value>, Failure> {
    let mut tags = Vec::new();
    for (at, value) in values.iter().enumerate() {
        let tag = one(org, module, value, &format!("{path}[{at}]"))?;
        join(&mut tags, tag);
    }
    let present = org.store(module).map_or(0, |store| store.tags().len());
    let new = tags.iter().filter(|tag| tag["name"].is_string()).count();
    if present + new > org.edition.tags().1 {
        return Err(Failure::new(400, "LICENSE_LIMIT_EXCEEDED", "tags edition limit exceeded", json!({})));
    }
    Ok(tags)
}

fn one(org: &Org, module: &Module, value: &Value, path: &str) -> Result<Value, Failure> {
    if !value.is_object() {
        return Err(Failure::type_of("tags", path, "jsonobject"));
    }
    let store = org.store(module);
    let at = |key: &str| format!("{path}.{key}");
    match (&value["id"], &value["name"]) {
        (Value::String(id), _) => {
            let known = id.parse::<Id>().ok().and_then(|id| store?.tag(id));
            known.map(|tag| json!({ "id": tag.id.json() })).ok_or_else(|| Failure::value_of("id", &at("id")))
        }
        (Value::Null, Value::String(name)) if name.trim().is_empty() => Err(Failure::value_of("name", &at("name"))),
        (Value::Null, Value::String(name)) if name.chars().count() > LONGEST_NAME => {
            let details = json!({ "maximum_length": LONGEST_NAME, "api_name": "name", "json_path": at("name") });
            Err(Failure::new(400, "INVALID_DATA", "invalid data", details))
        }
        (Value::Null, Value::String(name)) => Ok(match store.and_then(|store| store.tag_named(name)) {
            Some(tag) => json!({ "id": tag.id.json() }),
            None => json!({ "name": name, "color_code": value["color_code"].as_str() }),
        }),
        (Value::Null, Value::Null) => Err(Failure::missing_key("name", &at("name"))),
        (Value::Null, _) => Err(Failure::type_of("name", &at("name"), "text")),
        _ => Err(Failure::type_of("id", &at("id"), "bigint")),
    }
}

/// Adds a tag to others unless it is among them.
pub(crate) fn join(tags: &mut Vec<Value>, tag: Value) {
    let name = |tag: &Value| tag["name"].as_str().map(str::to_lowercase);
    let same = |other: &Value| other["id"] == tag["id"] && name(other) == name(&tag);
    if !tags.iter().any(same) {
        tags.push(tag);
    }
}

/// The tags that a record has, in the form that [`read`] gives.
pub(crate) fn kept(value: &Value) -> Vec<Value> {
    value.as_array().into_iter().flatten().map(|id| json!({ "id": id })).collect()
}

/// Whether a record may have so many.
pub(crate) fn limit(org: &Org, tags: &[Value], details: Value) -> Result<(), Failure> {
    let (most, _) = org.edition.tags();
    if tags.len() <= most {
        return Ok(());
    }
    let mut details = details;
    details["limit"] = json!(most);
    Err(Failure::new(400, "LIMIT_EXCEEDED", "record tag limit exceeded", details))
}

/// Makes the tags that aren't there yet; the ids of all, as a record keeps them.
pub(crate) fn settle(org: &mut Org, module: &Module, tags: &[Value], by: Id, now: Timestamp) -> Value {
    let mut ids = Vec::new();
    for tag in tags {
        let Some(name) = tag["name"].as_str() else {
            ids.push(tag["id"].clone());
            continue;
        };
        let id = org.new_id();
        let color = tag["color_code"].as_str().map(str::to_owned);
        let tag = Tag { id, name: name.to_owned(), color, created_by: by, created: now };
        org.store_mut(module).add_tag(tag);
        ids.push(id.json());
    }
    if ids.is_empty() { Value::Null } else { Value::Array(ids) }
}

/// The tags of a record as an answer has them.
pub(crate) fn show(org: &Org, ids: &Value) -> Value {
    let tag = |id: &Value| org.tag(id.as_str()?.parse().ok()?).map(Tag::shown);
    ids.as_array().into_iter().flatten().filter_map(tag).collect()
}
