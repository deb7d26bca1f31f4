//! `PUT /{module}` and `PUT /{module}/{id}`.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/update-records.html>

use super::super::call::Call;
use super::super::failure::Failure;
use super::super::value::Place;
use super::draft::{change, draft};
use super::duplicates;
use super::notices;
use super::permit_tags;
use super::results::{answer, object, read_body, success, too_many};
use super::workflow;
use crate::zoho::id::Id;
use crate::zoho::org::Org;
use crate::zoho::schema::Module;
use crate::zoho::store::Record;
use crate::zoho::time;
use mxs_http::Response;
use serde_json::{Map, Value, json};

/// Changes records, each named by its `id`.
pub(super) fn update(org: &mut Org, call: &mut Call<'_, '_>, module: &Module) -> Result<Response, Failure> {
    let body = read_body(call)?;
    if let Some(refusal) = too_many(call, &body) {
        return Ok(refusal);
    }
    call.unmodified_since()?;
    let mut results = Vec::new();
    for (at, input) in body.data.iter().enumerate() {
        let place = Place(at);
        let changed = object(input, at)
            .and_then(|input| Ok((input, id_of(input, place)?)))
            .and_then(|(input, id)| update_record(org, call, module, id, input, place));
        results.push(changed.map(|id| {
            workflow::run_for(org, call, module, id, &body, "updated");
            success(org, module, id, "record updated", call.caller.user)
        }));
    }
    Ok(answer(org, 200, results))
}

/// Changes the record that the path names; an `id` in the body is ignored.
pub(super) fn update_one(
    org: &mut Org,
    call: &mut Call<'_, '_>,
    module: &Module,
    id: &str,
) -> Result<Response, Failure> {
    let id: Id = id.parse().map_err(|_| Failure::path_id())?;
    let body = read_body(call)?;
    call.unmodified_since()?;
    if body.data.len() > 1 {
        return Err(Failure::value_of("data", "$.data"));
    }
    let place = Place(0);
    let input = object(&body.data[0], 0)?;
    let changed = update_record(org, call, module, id, input, place);
    let changed = changed.map(|id| {
        workflow::run_for(org, call, module, id, &body, "updated");
        success(org, module, id, "record updated", call.caller.user)
    });
    Ok(answer(org, 200, vec![changed]))
}

/// The `id` of a record in the body.
pub(super) fn id_of(input: &Map<String, Value>, place: Place) -> Result<Id, Failure> {
    match input.get("id") {
        None | Some(Value::Null) => Err(Failure::missing_key("id", &place.path("id"))),
        Some(Value::String(text)) => text.parse().map_err(|_| Failure::type_of("id", &place.path("id"), "bigint")),
        // Numbers are taken for what they are, as long as they survived JSON.
        Some(Value::Number(number)) => {
            number.to_string().parse().map_err(|_| Failure::type_of("id", &place.path("id"), "bigint"))
        }
        Some(_) => Err(Failure::type_of("id", &place.path("id"), "bigint")),
    }
}

/// Whether the caller may change the record `id` at this moment.
pub(super) fn changeable(org: &Org, call: &Call<'_, '_>, module: &Module, id: Id, place: Place) -> Result<(), Failure> {
    let user = call.caller.user;
    let at = || json!({ "api_name": "id", "json_path": place.path("id") });
    let record = org.record(module, id).filter(|record| org.sees(user, record));
    let record = record.ok_or_else(|| Failure::new(400, "INVALID_DATA", "the id given seems to be invalid", at()))?;
    if !org.may_change(user, record) {
        let message = "no permission to perform an action on this record";
        return Err(Failure::new(403, "NO_PERMISSION", message, at()));
    }
    unlocked(org, record, place)?;
    match call.unmodified_since()? {
        Some(since) if record.modified > since => Err(already_modified(org, record, user)),
        _ => Ok(()),
    }
}

/// Whether anybody may change a record: nobody changes one that is locked, or a lead that was converted.
pub(crate) fn unlocked(org: &Org, record: &Record, place: Place) -> Result<(), Failure> {
    if record.converted() {
        let details = json!({ "api_name": "id", "json_path": place.path("id") });
        return Err(Failure::new(400, org.options.converted_code, "can't update the converted record", details));
    }
    if record.locked {
        let message = "Sorry, you cannot perform this operation as the record is locked.";
        let details = json!({ "api_name": "id", "json_path": place.path("id"), "action": "record_locking" });
        return Err(Failure::new(400, "RECORD_LOCKED", message, details));
    }
    Ok(())
}

fn already_modified(org: &Org, record: &Record, viewer: Id) -> Failure {
    let zone = org.zone(viewer);
    let details = json!({
        "Modified_Time": time::write(record.modified, &zone),
        "Created_Time": time::write(record.created, &zone),
        "id": record.id.json(),
        "Modified_By": org.reference(record.modified_by),
        "Created_By": org.reference(record.created_by),
    });
    let message = "record updated time has already passed if-unmodified-since time";
    Failure::new(412, "ALREADY_MODIFIED", message, details)
}

/// Changes one record.
pub(super) fn update_record(
    org: &mut Org,
    call: &mut Call<'_, '_>,
    module: &Module,
    id: Id,
    input: &Map<String, Value>,
    place: Place,
) -> Result<Id, Failure> {
    changeable(org, call, module, id, place)?;
    permit_tags(org, call, module, input)?;
    let draft = draft(org, module, input, place, org.record(module, id))?;
    duplicates::refuse(org, module, &draft, Some(id), place)?;
    change(org, module, id, draft, call.caller.user, call.now());
    notices::send(org, call, module, id, input, "updated");
    call.context.counters.wrote("zoho records updated");
    Ok(id)
}
