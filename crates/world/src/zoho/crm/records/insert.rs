//! `POST /{module}`.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/insert-records.html>

use super::super::call::Call;
use super::super::failure::Failure;
use super::super::value::Place;
use super::draft::{draft, store_new};
use super::duplicates;
use super::notices;
use super::permit_tags;
use super::results::{answer, object, read_body, success, too_many};
use super::workflow;
use crate::zoho::id::Id;
use crate::zoho::org::Org;
use crate::zoho::schema::Module;
use mxs_http::Response;
use serde_json::{Map, Value};

/// Adds records.
pub(super) fn insert(org: &mut Org, call: &mut Call<'_, '_>, module: &Module) -> Result<Response, Failure> {
    let body = read_body(call)?;
    if let Some(refusal) = too_many(call, &body) {
        return Ok(refusal);
    }
    let mut results = Vec::new();
    for (at, input) in body.data.iter().enumerate() {
        let added = object(input, at).and_then(|input| insert_one(org, call, module, input, Place(at)));
        results.push(added.map(|id| {
            workflow::run_for(org, call, module, id, &body, "created");
            success(org, module, id, "record added", call.caller.user)
        }));
    }
    Ok(answer(org, 201, results))
}

/// Adds one record.
pub(super) fn insert_one(
    org: &mut Org,
    call: &mut Call<'_, '_>,
    module: &Module,
    input: &Map<String, Value>,
    place: Place,
) -> Result<Id, Failure> {
    permit_tags(org, call, module, input)?;
    let draft = draft(org, module, input, place, None)?;
    duplicates::refuse(org, module, &draft, None, place)?;
    let id = store_new(org, module, draft, call.caller.user, call.now());
    notices::send(org, call, module, id, input, "created");
    call.context.counters.wrote("zoho records created");
    Ok(id)
}
