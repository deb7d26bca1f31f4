//! `POST /{module}/upsert`.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/upsert-records.html>

use super::super::call::Call;
use super::super::failure::Failure;
use super::super::value::Place;
use super::insert::insert_one;
use super::permit;
use super::results::{Body, answer, object, read_body, success, too_many};
use super::update::{id_of, update_record};
use super::workflow;
use crate::zoho::id::Id;
use crate::zoho::org::Org;
use crate::zoho::permission::Action;
use crate::zoho::schema::Module;
use mxs_http::Response;
use serde_json::{Map, Value, json};

/// The most fields by which duplicates may be looked for.
const MOST_FIELDS: usize = 10;

/// Adds records, or changes those that are there already.
pub(super) fn upsert(org: &mut Org, call: &mut Call<'_, '_>, module: &Module) -> Result<Response, Failure> {
    permit(org, call, module, Action::Edit)?;
    let body = read_body(call)?;
    if let Some(refusal) = too_many(call, &body) {
        return Ok(refusal);
    }
    call.unmodified_since()?;
    let fields = check_fields(org, module, &body)?;
    let mut results = Vec::new();
    for (at, input) in body.data.iter().enumerate() {
        let done = object(input, at).and_then(|input| upsert_one(org, call, module, input, &fields, Place(at)));
        results.push(done.map(|done| {
            let happened = if done.is_new { "created" } else { "updated" };
            workflow::run_for(org, call, module, done.id, &body, happened);
            done.result
        }));
    }
    Ok(answer(org, 200, results))
}

/// The fields by which duplicates are looked for, in order: those that the caller names, then the
/// module's own and those that don't allow duplicates.
fn check_fields(org: &Org, module: &Module, body: &Body) -> Result<Vec<String>, Failure> {
    let key = "duplicate_check_fields";
    let path = |at: usize| format!("$.{key}[{at}]");
    let mut fields = match body.rest.get(key) {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(names)) if names.len() > MOST_FIELDS => {
            let details = json!({ "maximum_length": MOST_FIELDS, "api_name": key, "json_path": format!("$.{key}") });
            return Err(Failure::new(400, "INVALID_DATA", "invalid data", details));
        }
        Some(Value::Array(names)) => {
            let mut fields = Vec::new();
            for (at, name) in names.iter().enumerate() {
                let name = name.as_str().ok_or_else(|| Failure::type_of(key, &path(at), "text"))?;
                let known =
                    org.field(module, name).is_some_and(|field| !field.read_only && !field.kind.is_structured());
                fields.push(known.then(|| name.to_owned()).ok_or_else(|| Failure::value_of(key, &path(at)))?);
            }
            fields
        }
        Some(_) => return Err(Failure::type_of(key, &format!("$.{key}"), "jsonarray")),
    };
    let unique = org.options.unique_fields.iter().filter(|(name, _)| name == module.api_name).map(|(_, field)| field);
    let own = module.duplicate_check.iter().map(|name| (*name).to_owned()).chain(unique.cloned());
    for name in own {
        if !fields.contains(&name) {
            fields.push(name);
        }
    }
    Ok(fields)
}

/// The record that `input` means, and the field by which it was found. Of several the oldest is taken;
/// Zoho doesn't say which it takes.
fn find(org: &mut Org, module: &Module, input: &Map<String, Value>, fields: &[String]) -> Option<(Id, String)> {
    fields.iter().find_map(|name| {
        let value = input.get(name)?;
        // A reference is kept as the id alone.
        let value = value.get("id").unwrap_or(value);
        let store = org.store_mut(module);
        let found = store
            .with_value(name, value)
            .into_iter()
            .find(|id| store.get(*id).is_some_and(|record| !record.converted()));
        found.map(|id| (id, name.clone()))
    })
}

/// What became of one record.
struct Upserted {
    id: Id,
    is_new: bool,
    /// What is told of it.
    result: Value,
}

fn upsert_one(
    org: &mut Org,
    call: &mut Call<'_, '_>,
    module: &Module,
    input: &Map<String, Value>,
    fields: &[String],
    place: Place,
) -> Result<Upserted, Failure> {
    let found = match input.get("id") {
        None | Some(Value::Null) => find(org, module, input, fields).map(|(id, field)| (id, Some(field))),
        Some(_) => Some((id_of(input, place)?, None)),
    };
    let user = call.caller.user;
    let (id, field, message, action) = match found {
        Some((id, field)) => (update_record(org, call, module, id, input, place)?, field, "record updated", "update"),
        None => (insert_one(org, call, module, input, place)?, None, "record added", "insert"),
    };
    let mut result = success(org, module, id, message, user);
    result["duplicate_field"] = json!(field);
    result["action"] = json!(action);
    Ok(Upserted { id, is_new: action == "insert", result })
}
