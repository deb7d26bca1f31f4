//! `GET /{module}/{id}`.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/get-records.html>

use super::super::call::Call;
use super::super::failure::Failure;
use super::select::{named, shown, with_fields};
use crate::zoho::id::Id;
use crate::zoho::org::Org;
use crate::zoho::respond;
use crate::zoho::schema::Module;
use mxs_http::Response;
use serde_json::json;

/// Shows one record. One that doesn't exist, was deleted or isn't the caller's to see has no content: 204,
/// not 404.
pub(super) fn get(org: &Org, call: &Call<'_, '_>, module: &Module, id: &str) -> Result<Response, Failure> {
    let id: Id = id.parse().map_err(|_| Failure::path_id())?;
    let user = call.caller.user;
    let fields = named(org, call, module)?;
    let since = call.modified_since()?;
    let Some(record) = org.record(module, id).filter(|record| org.sees(user, record)) else {
        return Ok(Response::new(204));
    };
    if since.is_some_and(|since| record.modified <= since) {
        return Ok(Response::new(304));
    }
    let zone = org.zone(user);
    let record = match fields {
        Some(fields) => with_fields(org, record, &fields, &zone),
        None => shown(org, module, record, &zone),
    };
    Ok(respond(200, &json!({ "data": [record] })))
}
