//! Reading the records of a writing call, and answering for each of them.

use super::super::call::Call;
use super::super::failure::Failure;
use crate::zoho::id::Id;
use crate::zoho::org::Org;
use crate::zoho::respond;
use crate::zoho::schema::Module;
use crate::zoho::store::Record;
use crate::zoho::time;
use mxs_http::Response;
use serde_json::{Map, Value, json};

/// The most records that one call may bring.
const MOST_RECORDS: usize = 100;

/// The body of a writing call: its records and whatever else it says.
pub(super) struct Body {
    pub(super) data: Vec<Value>,
    pub(super) rest: Map<String, Value>,
}

/// Reads the body of a writing call.
pub(super) fn read_body(call: &Call<'_, '_>) -> Result<Body, Failure> {
    let mut rest = call.json()?;
    let data = match rest.remove("data") {
        None => return Err(Failure::missing_key("data", "$.data")),
        Some(Value::Array(data)) if data.is_empty() => return Err(Failure::value_of("data", "$.data")),
        Some(Value::Array(data)) => data,
        Some(_) => return Err(Failure::type_of("data", "$.data", "jsonarray")),
    };
    if let Some(trigger) = rest.get("trigger")
        && !trigger.as_array().is_some_and(|names| names.iter().all(Value::is_string))
    {
        return Err(Failure::type_of("trigger", "$.trigger", "jsonarray"));
    }
    Ok(Body { data, rest })
}

/// The answer to a call that brings more records than it may, if it does. A part of a composite request
/// may write one record.
pub(super) fn too_many(call: &Call<'_, '_>, body: &Body) -> Option<Response> {
    let most = if call.composite { 1 } else { MOST_RECORDS };
    let failure = || {
        let details = json!({ "maximum_length": most, "api_name": "data" });
        Failure::new(400, "LIMIT_EXCEEDED", "count of records in your request exceeds the limit", details)
    };
    (body.data.len() > most).then(|| respond(400, &json!({ "data": [failure().body()] })))
}

/// A record of the body, which must be an object.
pub(super) fn object(value: &Value, at: usize) -> Result<&Map<String, Value>, Failure> {
    value.as_object().ok_or_else(|| Failure::type_of("data", &format!("$.data[{at}]"), "jsonobject"))
}

/// What is told of a record that was written.
pub(super) fn success(org: &Org, module: &Module, id: Id, message: &str, viewer: Id) -> Value {
    let zone = org.zone(viewer);
    let details = org.record(module, id).map(|record: &Record| {
        json!({
            "Modified_Time": time::write(record.modified, &zone),
            "Modified_By": org.reference(record.modified_by),
            "Created_Time": time::write(record.created, &zone),
            "id": id.json(),
            "Created_By": org.reference(record.created_by),
            "$approval_state": "approved",
        })
    });
    json!({ "code": "SUCCESS", "details": details, "message": message, "status": "success" })
}

/// The answer for all records: `status` when all went well, 207 when some did, else the status of
/// refusal.
pub(super) fn answer(org: &Org, status: u16, results: Vec<Result<Value, Failure>>) -> Response {
    let refused = results.iter().filter(|result| result.is_err()).count();
    let conflict = results.iter().any(|result| matches!(result, Err(failure) if failure.status == 412));
    let status = match refused {
        0 => status,
        all if all == results.len() && conflict => 412,
        all if all == results.len() => org.options.all_refused_status,
        _ => 207,
    };
    let data: Vec<Value> = results.into_iter().map(|result| result.unwrap_or_else(|failure| failure.body())).collect();
    respond(status, &json!({ "data": data }))
}
