//! Writing the records of a module.

use super::{joined, path, send};
use crate::json::{self, DATA, filled, object, objects};
use crate::names::MODIFIED;
use crate::{Known, Module, Names, ZohoError, error, record};
use mxs_core::{CrmId, Field, Fields, Instant, Patch, Side, VendorRefusal};
use mxs_http::{Method, Request, Response};
use serde_json::{Map, Value, json};

/// The most records that one request inserts, updates or deletes.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/insert-records.html>
pub const WRITE_MAX: usize = 100;

/// What the CRM starts on its own when a record is written: nothing.
///
/// A person who edits one record wants the workflows that go with it. A sync writes what a person already
/// did elsewhere, and the first one writes thousands of records: each could mail a customer, open an
/// approval that locks the record, or change the record back and start a loop.
const TRIGGER: [&str; 0] = [];

/// A record that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its id.
    pub id: CrmId,
    /// When, by the CRM's clock.
    pub modified: Instant,
}

/// Creates records that belong to `owner`, [`WRITE_MAX`] at most, without what is
/// [left out](crate::record::left_out). Not safe to repeat when no answer came: [`changes`](super::changes) tells what was
/// created.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/insert-records.html>
pub fn insert(names: &Names, owner: &str, records: &[&Fields], known: &Known) -> Request {
    let row = |fields: &&Fields| {
        let mut row = record::create_body(names, fields, known);
        row.insert("Owner".to_owned(), json!({ "id": owner }));
        Value::Object(row)
    };
    write(Method::Post, &path(names.module()), records.iter().map(row).collect())
}

/// Changes records, [`WRITE_MAX`] at most, without what is [left out](crate::record::left_out_of_update).
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/update-records.html>
pub fn update(names: &Names, records: &[(CrmId, &Patch)], known: &Known) -> Request {
    let row = |(id, patch): &(CrmId, &Patch)| {
        let mut row = record::patch_body(names, id, patch, known);
        row.insert("id".to_owned(), json!(id.as_str()));
        Value::Object(row)
    };
    write(Method::Put, &path(names.module()), records.iter().map(row).collect())
}

/// Makes `owner` the owner of records, [`WRITE_MAX`] at most.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/update-records.html>
pub fn give(module: Module, ids: &[CrmId], owner: &str) -> Request {
    let row = |id: &CrmId| json!({ "id": id.as_str(), "Owner": { "id": owner } });
    write(Method::Put, &path(module), ids.iter().map(row).collect())
}

/// Puts records into the recycle bin, [`WRITE_MAX`] at most.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/delete-records.html>
pub fn delete(module: Module, ids: &[CrmId]) -> Request {
    debug_assert!(ids.len() <= WRITE_MAX, "the CRM refuses more");
    let (path, ids) = (path(module), joined(ids));
    Request::new(Method::Delete, format!("{path}?ids={ids}&wf_trigger=false"))
}

pub(crate) fn write(method: Method, path: &str, rows: Vec<Value>) -> Request {
    debug_assert!(rows.len() <= WRITE_MAX, "the CRM refuses more");
    send(method, path, &json!({ "data": rows, "trigger": TRIGGER }))
}

/// Reads the answer to [`insert`] and [`update`], for each of the `count` records in their order.
pub fn parse_written(
    names: &Names,
    response: &Response,
    count: usize,
) -> Result<Vec<Result<Written, VendorRefusal>>, ZohoError> {
    outcomes(Some(names), response, count, |details| {
        let modified = Instant::parse(filled(details, MODIFIED)?).ok()?;
        Some(Written { id: CrmId::new(filled(details, "id")?), modified })
    })
}

/// Reads the answer to [`delete`], for each of the `count` ids in their order.
pub fn parse_delete(response: &Response, count: usize) -> Result<Vec<Result<CrmId, VendorRefusal>>, ZohoError> {
    outcomes(None, response, count, |details| Some(CrmId::new(filled(details, "id")?)))
}

/// What became of each record of a write. The CRM answers with 200, 201, 202, 207 or 400, as all, some or
/// none succeed; the rows say it for each. Refused fields are told by their `names`.
pub(crate) fn outcomes<T>(
    names: Option<&Names>,
    response: &Response,
    count: usize,
    read: impl Fn(&Map<String, Value>) -> Option<T>,
) -> Result<Vec<Result<T, VendorRefusal>>, ZohoError> {
    let body = json::parse(&response.body).filter(|body| body.get(DATA).is_some_and(Value::is_array));
    let body = body.ok_or_else(|| ZohoError::of(response))?;
    let outcome = |row: Option<&Map<String, Value>>| {
        let row = row?;
        match filled(row, "status")? {
            SUCCESS => read(object(row, "details")?).map(Ok),
            REFUSED => Some(Err(refusal(names, row, response.status))),
            // Whoever took this for a refusal would write it once more.
            _ => None,
        }
    };
    let outcomes: Option<Vec<_>> = objects(&body).map(outcome).collect();
    // Fewer or more rows than records: nobody knows which row is whose.
    outcomes.filter(|rows| rows.len() == count).ok_or_else(|| ZohoError::unreadable(response.status))
}

/// How the CRM says that a record was written.
pub(crate) const SUCCESS: &str = "success";

/// How it says that it was not.
pub(crate) const REFUSED: &str = "error";

/// The refusal of one record.
fn refusal(names: Option<&Names>, row: &Map<String, Value>, status: u16) -> VendorRefusal {
    let details = object(row, "details");
    let field = details.and_then(|details| at_fault(names?, details));
    let length = details.and_then(|details| details.get("maximum_length"));
    let number = |value: &Value| value.as_u64().or_else(|| value.as_str()?.parse().ok());
    VendorRefusal {
        side: Side::Crm,
        // Among successes, the status of the whole says nothing of this one.
        status: if status < 400 { 400 } else { status },
        code: error::code(row),
        field,
        max_length: length.and_then(number).and_then(|length| u32::try_from(length).ok()),
    }
}

/// The field that the CRM found at fault: by its name, or, where that is the name of a part of it, by the path
/// to that part, `$.data[0].Tag[2].name`.
fn at_fault(names: &Names, details: &Map<String, Value>) -> Option<Field> {
    let named = filled(details, "api_name").and_then(|name| names.field(name));
    named.or_else(|| {
        let (_, path) = filled(details, "json_path")?.strip_prefix("$.data[")?.split_once("].")?;
        names.field(path.split(['.', '[']).next()?)
    })
}
