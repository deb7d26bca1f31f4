//! Small helpers for walking JSON.

use crate::ZohoError;
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

/// Whether there is nothing at `key`, or what `is` wants. What is something else is not "nothing": nobody knows what it
/// was to say.
pub(crate) fn is_none_or(object: &Map<String, Value>, key: &str, is: impl Fn(&Value) -> bool) -> bool {
    object.get(key).is_none_or(|value| value.is_null() || is(value))
}

/// The id of the record that is named at `key`, if one is; the outer `None` where what stands there names nothing that
/// can be read.
pub(crate) fn named<'a>(object: &'a Map<String, Value>, key: &str) -> Option<Option<&'a str>> {
    let is_named = |value: &Value| value.as_object().is_some_and(|named| is_none_or(named, "id", Value::is_string));
    let id = || self::object(object, key).and_then(|named| filled(named, "id"));
    is_none_or(object, key, is_named).then(id)
}

/// The object at `key`.
pub(crate) fn object<'a>(object: &'a Map<String, Value>, key: &str) -> Option<&'a Map<String, Value>> {
    object.get(key).and_then(Value::as_object)
}

/// The member with the records of an answer.
pub(crate) const DATA: &str = "data";

/// The records of an answer; `None` for a row that is no object.
pub(crate) fn objects(answer: &Map<String, Value>) -> impl Iterator<Item = Option<&Map<String, Value>>> {
    answer.get(DATA).and_then(Value::as_array).into_iter().flatten().map(Value::as_object)
}

/// The JSON object of a successful answer.
pub(crate) fn success(response: &Response) -> Result<Map<String, Value>, ZohoError> {
    if !response.is_success() {
        return Err(ZohoError::of(response));
    }
    parse(&response.body).ok_or_else(|| ZohoError::unreadable(response.status))
}

/// The JSON object of a body. Every body is read by way of [`Value`]: to read one into a map at once would
/// put a second JSON reader into what the tab downloads.
pub(crate) fn parse(body: &[u8]) -> Option<Map<String, Value>> {
    let read = |body: &[u8]| serde_json::from_slice(body).ok();
    match read(body).or_else(|| read(&without_halves(body)?)) {
        Some(Value::Object(object)) => Some(object),
        _ => None,
    }
}

/// The list at `key` of a successful answer, and the whole answer. "No content" and "not modified" are how
/// the CRM says that there is nothing.
pub(crate) fn rows(response: &Response, key: &str) -> Result<Map<String, Value>, ZohoError> {
    if matches!(response.status, 204 | 304) {
        return Ok(Map::new());
    }
    let answer = success(response)?;
    if answer.get(key).is_some_and(Value::is_array) {
        Ok(answer)
    } else {
        // An error may come with a status of success.
        Err(ZohoError::of(response))
    }
}
