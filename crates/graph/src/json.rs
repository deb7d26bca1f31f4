//! Small helpers for walking JSON.

use crate::GraphError;
use mxs_http::{Response, without_halves};
use serde_json::{Map, Value};

/// The text at `key`; empty when there is none.
pub(crate) fn text<'a>(object: &'a Map<String, Value>, key: &str) -> &'a str {
    object.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The text at `key`, if there is some.
pub(crate) fn filled<'a>(object: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    Some(text(object, key)).filter(|text| !text.is_empty())
}

/// The list at `key`; empty when there is none.
pub(crate) fn list<'a>(object: &'a Map<String, Value>, key: &str) -> &'a [Value] {
    object.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The JSON object of a successful answer.
pub(crate) fn success(response: &Response) -> Result<Map<String, Value>, GraphError> {
    if !response.is_success() {
        return Err(GraphError::of(response));
    }
    object(&response.body).ok_or_else(|| GraphError::unreadable(response.status))
}

/// The JSON object of a body. Every body is read by way of [`Value`]: to read one into a map at once would
/// put a second JSON reader into what the tab downloads.
pub(crate) fn object(body: &[u8]) -> Option<Map<String, Value>> {
    let read = |body: &[u8]| serde_json::from_slice(body).ok();
    match read(body).or_else(|| read(&without_halves(body)?)) {
        Some(Value::Object(object)) => Some(object),
        _ => None,
    }
}
