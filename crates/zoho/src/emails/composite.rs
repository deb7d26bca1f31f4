//! Up to five calls in one request.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/composite-overview.html>
//!
//! That mails can be associated in this way no page says and none denies; the caller sends the calls one by one
//! where a part is refused for being one ([`Refused`]).

use crate::json::{filled, object};
use crate::records::{REFUSED, SUCCESS};
use crate::{ZohoError, error, json};
use mxs_http::{Request, Response};
use serde_json::{Map, Value, json};

/// The most calls in one request.
pub const PARTS_MAX: usize = 5;

const KEY: &str = "__composite_requests";

/// A part that wasn't carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The CRM's code.
    pub code: String,
}

/// Puts calls into one. None depends on another, and one that fails undoes nothing.
pub fn request(parts: &[Request]) -> Request {
    debug_assert!(parts.len() <= PARTS_MAX, "the CRM refuses more");
    let part = |(at, part): (usize, &Request)| {
        let (path, query) = part.url.split_once('?').unwrap_or((&part.url, ""));
        let parameters = mxs_http::url::parse_form(query);
        let params: Map<String, Value> = parameters.into_iter().map(|(name, value)| (name, json!(value))).collect();
        let body: Value = serde_json::from_slice(&part.body).unwrap_or_else(|_| json!({}));
        json!({ "sub_request_id": at.to_string(), "method": part.method.as_str(), "uri": path, "params": params,
            "headers": {}, "body": body })
    };
    let parts: Vec<Value> = parts.iter().enumerate().map(part).collect();
    let body = json!({ "rollback_on_fail": false, KEY: parts });
    Request::new(mxs_http::Method::Post, "/crm/v8/__composite_requests").body("application/json", body.to_string())
}

/// Reads the answer to [`request`]: the answer to each of the `count` calls in their order, as if it had come alone,
/// or why a call wasn't carried out.
pub fn parse(response: &Response, count: usize) -> Result<Vec<Result<Response, Refused>>, ZohoError> {
    let body = json::parse(&response.body).filter(|body| body.get(KEY).is_some_and(Value::is_array));
    let body = body.ok_or_else(|| ZohoError::of(response))?;
    let rows = body.get(KEY).and_then(Value::as_array).into_iter().flatten().map(Value::as_object);
    let answers: Option<Vec<_>> = rows.map(|row| answer(row?)).collect();
    // Fewer or more answers than calls: nobody knows which one is whose.
    answers.filter(|answers| answers.len() == count).ok_or_else(|| ZohoError::unreadable(response.status))
}

fn answer(row: &Map<String, Value>) -> Option<Result<Response, Refused>> {
    match filled(row, "status")? {
        SUCCESS => {}
        REFUSED => {
            filled(row, "code")?;
            return Some(Err(Refused { code: error::code(row) }));
        }
        _ => return None,
    }
    let response = object(object(row, "details")?, "response")?;
    let status = response.get("status_code").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok())?;
    let body = response.get("body").filter(|body| !body.is_null());
    let read = Response::new(status);
    Some(Ok(match body {
        Some(body) => read.body("application/json", body.to_string()),
        None => read,
    }))
}
