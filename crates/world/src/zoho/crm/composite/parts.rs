//! Reading a composite request.

use super::super::call::Call;
use super::super::failure::Failure;
use crate::zoho::respond;
use mxs_http::{Method, Response};
use serde_json::{Map, Value, json};

/// One of the requests in it.
#[derive(Clone)]
pub(super) struct Part {
    pub(super) id: Option<String>,
    pub(super) method: Method,
    pub(super) uri: String,
    pub(super) headers: Map<String, Value>,
    pub(super) params: Map<String, Value>,
    pub(super) body: Option<Value>,
}

/// A composite request that follows the rules.
pub(super) struct Composite {
    pub(super) rollback: bool,
    pub(super) parts: Vec<Part>,
}

const KEY: &str = "__composite_requests";
const MOST_PARTS: usize = 5;
const URI: &str = "/crm(/.*)?/v[0-9]+([.][0-9]+)?/.*";
const ID: &str = "[a-zA-Z0-9][a-zA-Z0-9_]*";

/// Reads the body. The inner error is the answer that tells of each part whether it can be carried out.
pub(super) fn read(call: &Call<'_, '_>) -> Result<Result<Composite, Response>, Failure> {
    let body = call.json()?;
    let flag = |name: &str| match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(value)) => Ok(Some(*value)),
        Some(_) => Err(Failure::type_of(name, &format!("$.{name}"), "boolean")),
    };
    let rollback = flag("rollback_on_fail")?.unwrap_or(false);
    let parallel = flag("parallel_execution")?.or(flag("concurrent_execution")?).unwrap_or(false);
    if rollback && parallel {
        let path = |name: &str| json!({ "api_name": name, "json_path": format!("$.{name}") });
        let details = json!({ "ambiguity_due_to": [path("rollback_on_fail"), path("parallel_execution")] });
        let message = "rollback_on_fail and parallel_execution cannot both be true";
        return Err(Failure::new(400, "AMBIGUITY_DURING_PROCESSING", message, details));
    }
    let path = format!("$.{KEY}");
    let values = match body.get(KEY) {
        None => return Err(Failure::missing_key(KEY, &path)),
        Some(Value::Array(values)) if values.len() > MOST_PARTS => {
            let details = json!({ "api_name": KEY, "json_path": path, "maximum_length": MOST_PARTS });
            return Err(Failure::new(400, "INVALID_DATA", "invalid data", details));
        }
        Some(Value::Array(values)) if !values.is_empty() => values,
        Some(Value::Array(_)) => return Err(Failure::value_of(KEY, &path)),
        Some(_) => return Err(Failure::type_of(KEY, &path, "jsonarray")),
    };
    let parts: Vec<Result<Part, Failure>> = values.iter().enumerate().map(|(at, value)| part(value, at)).collect();
    if let Some(failure) = twice(&parts) {
        return Err(failure);
    }
    if parts.iter().any(Result::is_err) {
        let stopped = Failure::new(400, "PROCESSING_STOPPED", "processing stopped", json!({}));
        let told: Vec<Value> =
            parts.into_iter().map(|part| part.err().unwrap_or_else(|| stopped.clone()).body()).collect();
        return Ok(Err(respond(400, &json!({ KEY: told }))));
    }
    Ok(Ok(Composite { rollback, parts: parts.into_iter().flatten().collect() }))
}

/// Ids of parts must differ.
fn twice(parts: &[Result<Part, Failure>]) -> Option<Failure> {
    let ids: Vec<Option<&String>> = parts.iter().map(|part| part.as_ref().ok()?.id.as_ref()).collect();
    ids.iter().enumerate().find_map(|(at, id)| {
        let id = (*id)?;
        let same: Vec<usize> = (0..ids.len()).filter(|other| ids[*other] == Some(id)).collect();
        (same.len() > 1).then(|| {
            let details = json!({
                "api_name": "sub_request_id",
                "json_path": format!("$.{KEY}[{at}].sub_request_id"),
                "sub_request_indexes": same,
            });
            Failure::new(400, "DUPLICATE_DATA", "duplicate data", details)
        })
    })
}

fn part(value: &Value, at: usize) -> Result<Part, Failure> {
    let path = |name: &str| format!("$.{KEY}[{at}].{name}");
    let text = |name: &str| match &value[name] {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text.clone())),
        _ => Err(Failure::type_of(name, &path(name), "text")),
    };
    let object = |name: &str| match &value[name] {
        Value::Null => Ok(Map::new()),
        Value::Object(object) => Ok(object.clone()),
        _ => Err(Failure::type_of(name, &path(name), "jsonobject")),
    };
    let pattern = |name: &str, regex: &str| {
        let details =
            json!({ "expected_data_type": "text", "regex": regex, "api_name": name, "json_path": path(name) });
        Failure::new(400, "INVALID_DATA", "invalid data", details)
    };
    if !value.is_object() {
        return Err(Failure::type_of(KEY, &format!("$.{KEY}[{at}]"), "jsonobject"));
    }
    let method = text("method")?.ok_or_else(|| Failure::missing_key("method", &path("method")))?;
    let method = Method::parse(&method)
        .filter(|method| !matches!(method, Method::Head | Method::Options))
        .ok_or_else(|| Failure::value_of("method", &path("method")))?;
    let uri = text("uri")?.ok_or_else(|| Failure::missing_key("uri", &path("uri")))?;
    match version(&uri) {
        Some(8) => {}
        Some(other) => {
            let details = json!({ "sub_request_version": other, "composite_request_version": 8 });
            return Err(Failure::new(400, "NOT_SUPPORTED", "version mismatch", details));
        }
        None => return Err(pattern("uri", URI)),
    }
    let id = text("sub_request_id")?;
    if let Some(id) = &id {
        let starts = id.starts_with(|letter: char| letter.is_ascii_alphanumeric());
        if !starts || !id.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_') {
            return Err(pattern("sub_request_id", ID));
        }
    }
    let headers = object("headers")?;
    let restricted: Vec<&String> = headers
        .keys()
        .filter(|name| ["authorization", "x-crm-org"].contains(&name.to_ascii_lowercase().as_str()))
        .collect();
    if !restricted.is_empty() {
        let details = json!({ "api_name": "headers", "json_path": path("headers"), "restricted_headers": restricted });
        return Err(Failure::new(400, "NOT_SUPPORTED", "restricted headers are given", details));
    }
    let body = object("body")?;
    let body = (!body.is_empty()).then_some(Value::Object(body));
    Ok(Part { id, method, uri, headers, params: object("params")?, body })
}

/// The version in an address, as 8 in `/crm/v8/Leads`.
fn version(uri: &str) -> Option<u32> {
    let rest = uri.strip_prefix("/crm/")?;
    let segment = rest.split('/').find(|segment| {
        segment.strip_prefix('v').is_some_and(|digits| digits.starts_with(|digit: char| digit.is_ascii_digit()))
    })?;
    segment[1..].split('.').next()?.parse().ok()
}
