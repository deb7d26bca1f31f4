//! Reading and writing the records of a module.

mod read;
#[cfg(test)]
mod tests;
mod write;

use crate::Module;
use mxs_core::CrmId;
use mxs_http::{Method, Request, url};
use serde_json::Value;

pub use read::{
    DeletedPage, Found, IDS_MAX, LOOKUP_MAX, Page, QUERY_LIMIT, Record, changes, deleted, lookup, parse_deleted,
    parse_lookup, parse_page, these, version,
};
pub(crate) use read::{more, query, whole};
pub(crate) use write::{REFUSED, SUCCESS, outcomes, write};
pub use write::{WRITE_MAX, Written, delete, give, insert, parse_delete, parse_written, update};

/// The path of a module's records.
pub(crate) fn path(module: Module) -> String {
    format!("/crm/v8/{}", module.api_name())
}

pub(crate) fn joined(ids: &[CrmId]) -> String {
    let ids: Vec<String> = ids.iter().map(|id| url::encode(id.as_str())).collect();
    ids.join(",")
}

fn send(method: Method, url: &str, body: &Value) -> Request {
    Request::new(method, url).body("application/json", body.to_string())
}
