//! `GET /{module}/actions/count`.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/get-record-count.html>

use super::super::call::Call;
use super::super::failure::Failure;
use super::search;
use crate::zoho::org::Org;
use crate::zoho::respond;
use crate::zoho::schema::Module;
use mxs_http::Response;
use serde_json::json;

/// Counts records.
pub(super) fn count(org: &Org, call: &Call<'_, '_>, module: &Module) -> Result<Response, Failure> {
    if call.query.get("cvid").is_some() {
        return Err(Failure::parameter("cvid"));
    }
    Ok(respond(200, &json!({ "count": search::count(org, call, module)? })))
}
