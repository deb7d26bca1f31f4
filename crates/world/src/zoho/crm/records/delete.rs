//! `DELETE /{module}?ids=` and `DELETE /{module}/{id}`.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/delete-records.html>

use super::super::call::Call;
use super::super::failure::Failure;
use super::super::value::display_name;
use super::notices;
use super::results::answer;
use super::select::ids;
use super::workflow;
use crate::zoho::id::Id;
use crate::zoho::org::Org;
use crate::zoho::respond;
use crate::zoho::schema::Module;
use mxs_http::Response;
use serde_json::{Value, json};

/// The most records that one call may delete.
const MOST_RECORDS: usize = 100;

/// Deletes records.
pub(super) fn delete(org: &mut Org, call: &mut Call<'_, '_>, module: &Module) -> Result<Response, Failure> {
    if call.composite {
        let message = "bulk delete is not supported in composite requests";
        return Err(Failure::new(400, "NOT_SUPPORTED", message, json!({})));
    }
    let names = call.query.list("ids").ok_or_else(|| {
        let message = "One of the expected parameter is missing";
        Failure::new(400, "REQUIRED_PARAM_MISSING", message, json!({ "param_name": "ids" }))
    })?;
    let ids = ids(&names, MOST_RECORDS)?;
    let details = |id: Id| json!({ "id": id.json() });
    let results = ids.into_iter().map(|id| remove(org, call, module, id, details(id))).collect();
    Ok(answer(org, 200, results))
}

/// Deletes the record that the path names.
pub(super) fn delete_one(
    org: &mut Org,
    call: &mut Call<'_, '_>,
    module: &Module,
    id: &str,
) -> Result<Response, Failure> {
    let id: Id = id.parse().map_err(|_| Failure::path_id())?;
    let result = remove(org, call, module, id, json!({ "resource_path_index": 1 }))?;
    Ok(respond(200, &json!({ "data": [result] })))
}

fn remove(org: &mut Org, call: &mut Call<'_, '_>, module: &Module, id: Id, details: Value) -> Result<Value, Failure> {
    let user = call.caller.user;
    let Some(record) = org.record(module, id).filter(|record| org.sees(user, record)) else {
        return Err(Failure::new(400, "INVALID_DATA", "record not deleted", details));
    };
    if !org.may_change(user, record) {
        let message = "no permission to perform an action on this record";
        return Err(Failure::new(403, "NO_PERMISSION", message, details));
    }
    if record.locked {
        let message = "You cannot perform this operation as the record is locked.";
        let details = json!({ "action": "record_locking", "id": id.json() });
        return Err(Failure::new(400, "RECORD_LOCKED", message, details));
    }
    let (name, owner) = (display_name(org, module, record), record.owner);
    notices::send_deleted(org, call, module, record);
    let now = call.now();
    org.store_mut(module).delete(id, user, now, name);
    if workflow::wanted_by_query(call) {
        workflow::run(org, call, module, owner, "deleted");
    }
    call.context.counters.wrote("zoho records deleted");
    Ok(json!({
        "code": "SUCCESS",
        "details": { "id": id.json() },
        "message": "record deleted",
        "status": "success",
    }))
}
