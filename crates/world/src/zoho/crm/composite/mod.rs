//! `POST /__composite_requests`: up to five requests in one.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/composite-overview.html>
//!
//! The published specifications disagree about the name of one flag (`concurrent_execution` or
//! `parallel_execution`); both are taken. Neither changes anything here: parts run one after another.

mod parts;
mod reference;

use super::call::{Call, Query};
use super::failure::Failure;
use super::route::Route;
use crate::address::path_and_query;
use crate::zoho::org::Org;
use crate::zoho::respond;
use mxs_http::Response;
use parts::{Part, read};
use reference::Answers;
use serde_json::{Map, Value, json};

/// What became of a part.
enum Done {
    /// It was carried out, with whatever status.
    Answered(Response),
    /// It wasn't.
    Refused(Failure),
}

/// Carries out the parts.
pub(super) fn run(org: &mut Org, call: &mut Call<'_, '_>) -> Result<Response, Failure> {
    let composite = match read(call)? {
        Ok(composite) => composite,
        Err(refusal) => return Ok(refusal),
    };
    let before = composite.rollback.then(|| (org.stores.clone(), call.context.counters.clone()));
    let mut answers = Answers::default();
    let mut results: Vec<Value> = Vec::new();
    let mut refused = false;
    for (at, part) in composite.parts.iter().enumerate() {
        let done = match answers.fill(part, at) {
            Ok(part) => answer(org, call, &part),
            Err(failure) => Done::Refused(failure),
        };
        let failed = match &done {
            Done::Answered(response) => response.status >= 400 || response.status == 207,
            Done::Refused(_) => true,
        };
        refused |= matches!(done, Done::Refused(_));
        results.push(match done {
            Done::Answered(response) => {
                let shown = shown(&response);
                answers.keep(part, shown["body"].clone());
                json!({
                    "code": "SUCCESS",
                    "details": { "response": shown },
                    "message": "composite sub request executed successfully",
                    "status": "success",
                })
            }
            Done::Refused(failure) => failure.body(),
        });
        if failed && let Some((stores, counters)) = before {
            org.stores = stores;
            *call.context.counters = counters;
            undo(&mut results, at, composite.parts.len());
            return Ok(respond(207, &json!({ "__composite_requests": results })));
        }
    }
    Ok(respond(if refused { 207 } else { 200 }, &json!({ "__composite_requests": results })))
}

/// Tells of the parts before the one that failed that they were undone, and of those behind it that they
/// weren't tried.
fn undo(results: &mut Vec<Value>, failed: usize, parts: usize) {
    let details = json!({ "rollbacked_by_sub_request_index": failed });
    let undone = Failure::new(400, "ROLLBACK_PERFORMED", "rollback performed", details);
    for result in results.iter_mut().take(failed) {
        *result = undone.body();
    }
    let stopped = Failure::new(400, "PROCESSING_STOPPED", "processing stopped", json!({}));
    results.resize(parts, stopped.body());
}

fn answer(org: &mut Org, call: &mut Call<'_, '_>, part: &Part) -> Done {
    let (path, query) = path_and_query(&part.uri);
    let route = match Route::parse(part.method, path) {
        Ok(Route::Composite) => {
            let message = "composite requests can't be nested";
            return Done::Refused(Failure::new(400, "NOT_SUPPORTED", message, json!({})));
        }
        Ok(route) => route,
        Err(failure) => return Done::Answered(failure.response()),
    };
    let mut parameters = Query::parse(query);
    for (name, value) in &part.params {
        parameters.push(name, &text_of(value));
    }
    let mut inner = Call {
        context: &mut *call.context,
        caller: call.caller.clone(),
        query: parameters,
        headers: part.headers.iter().map(|(name, value)| (name.clone(), text_of(value))).collect(),
        body: part.body.as_ref().map(|body| body.to_string().into_bytes()).unwrap_or_default(),
        composite: true,
    };
    Done::Answered(super::answer(org, &mut inner, &route).unwrap_or_else(|failure| failure.response()))
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// An answer as it stands inside a composite one.
fn shown(response: &Response) -> Value {
    let headers: Map<String, Value> =
        response.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), json!(value))).collect();
    let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    json!({ "headers": headers, "body": body, "status_code": response.status })
}

/// What a composite request cost: one credit; two when it was to be undone on failure and nothing
/// failed.
pub(super) fn credits(call: &Call<'_, '_>, response: &Response) -> u64 {
    let rollback = call.json().is_ok_and(|body| body.get("rollback_on_fail") == Some(&Value::Bool(true)));
    if rollback && response.status == 200 { 2 } else { 1 }
}
