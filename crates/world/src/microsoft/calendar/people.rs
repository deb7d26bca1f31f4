//! Who takes part: the organizer, the attendees, and what they answered.

use super::refusal;
use super::schema::{ATTENDEE_TYPES, RESPONSES, word};
use super::zone::Stamp;
use crate::microsoft::mailbox::{expected, read_email, read_moment, unknown_property};
use crate::microsoft::refusal::Refusal;
use jiff::Timestamp;
use serde_json::{Value, json};

/// How many attendees a meeting has (<https://learn.microsoft.com/en-us/graph/api/resources/event>).
const MOST_ATTENDEES: usize = 500;

/// The moment of an answer that was never given.
const NEVER: &str = "0001-01-01T00:00:00Z";
/// The moment of an answer that somebody else wrote down, as measured.
const UNKNOWN_WHEN: &str = "4501-01-01T00:00:00Z";

/// A name and an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) address: String,
}

impl Person {
    /// As Graph writes an `emailAddress`.
    pub(crate) fn write(&self) -> Value {
        json!({ "name": self.name, "address": self.address })
    }
}

/// Reads the attendees of a body.
pub(crate) fn read(value: &Value) -> Result<Value, Refusal> {
    let Value::Array(entries) = value else { return Err(expected(value, "StartArray")) };
    if entries.len() > MOST_ATTENDEES {
        return Err(refusal::too_many_attendees(MOST_ATTENDEES));
    }
    entries.iter().map(attendee).collect()
}

fn attendee(value: &Value) -> Result<Value, Refusal> {
    let Value::Object(members) = value else { return Err(expected(value, "StartObject")) };
    let mut read = json!({ "type": "required", "status": { "response": "none", "time": NEVER } });
    for (name, value) in members {
        match name.as_str() {
            "type" if !value.is_null() => read["type"] = word(value, "attendeeType", &ATTENDEE_TYPES)?.into(),
            "status" if !value.is_null() => read["status"] = status(value)?,
            "emailAddress" => read["emailAddress"] = read_email(value)?.unwrap_or(Value::Null),
            "proposedNewTime" if !value.is_null() => read["proposedNewTime"] = proposal(value)?,
            "type" | "status" | "proposedNewTime" => {}
            name if name.contains('@') => {}
            name => return Err(unknown_property(name, "attendee")),
        }
    }
    match address(&read) {
        Some(address) if address.contains('@') => Ok(read),
        _ => Err(refusal::no_address()),
    }
}

/// Reads what a client says that an attendee answered. By report the service takes its word, but for a refusal
/// (<https://github.com/microsoftgraph/microsoft-graph-docs/issues/5545>).
fn status(value: &Value) -> Result<Value, Refusal> {
    let Value::Object(members) = value else { return Err(expected(value, "StartObject")) };
    let mut read = json!({ "response": "none", "time": NEVER });
    for (name, value) in members.iter().filter(|(_, value)| !value.is_null()) {
        match name.as_str() {
            "response" => read["response"] = word(value, "responseType", &RESPONSES)?.into(),
            "time" => read["time"] = read_moment(value)?,
            name if name.contains('@') => {}
            name => return Err(unknown_property(name, "responseStatus")),
        }
    }
    if read["response"] == "declined" {
        return Ok(json!({ "response": "notResponded", "time": UNKNOWN_WHEN }));
    }
    Ok(read)
}

/// Reads a `timeSlot`.
pub(crate) fn proposal(value: &Value) -> Result<Value, Refusal> {
    let Value::Object(members) = value else { return Err(expected(value, "StartObject")) };
    for name in ["start", "end"] {
        Stamp::read(members.get(name).unwrap_or(&Value::Null))?;
    }
    Ok(value.clone())
}

/// The address of an attendee.
pub(crate) fn address(attendee: &Value) -> Option<&str> {
    attendee["emailAddress"]["address"].as_str()
}

/// Whether an attendee has this address; case doesn't matter.
pub(crate) fn is_called(attendee: &Value, wanted: &str) -> bool {
    address(attendee).is_some_and(|address| address.eq_ignore_ascii_case(wanted))
}

/// An answer of somebody at a moment.
pub(crate) fn answer(response: &str, now: Timestamp) -> Value {
    json!({ "response": response, "time": super::zone::utc(now) })
}

/// No answer yet.
pub(crate) fn no_answer(response: &str) -> Value {
    json!({ "response": response, "time": NEVER })
}

/// Keeps what attendees answered where a client sends the list without saying so: who was there before keeps the
/// answer. Assumed; no document says what becomes of it.
pub(crate) fn keep_answers(new: &mut Value, old: &Value, said: &Value) {
    let said_status = |attendee: &Value| {
        let wanted = address(attendee).unwrap_or_default();
        let found = said.as_array().into_iter().flatten().find(|said| is_called(said, wanted));
        found.is_some_and(|found| !found["status"].is_null())
    };
    for attendee in new.as_array_mut().into_iter().flatten() {
        let wanted = address(attendee).unwrap_or_default().to_owned();
        let before = old.as_array().into_iter().flatten().find(|old| is_called(old, &wanted));
        if let Some(before) = before
            && !said_status(attendee)
        {
            attendee["status"] = before["status"].clone();
        }
    }
}

/// Who is among `these` and not among `those`, by address.
pub(crate) fn missing<'a>(these: &'a Value, those: &Value) -> Vec<&'a Value> {
    let there = |attendee: &&Value| {
        let wanted = address(attendee).unwrap_or_default();
        those.as_array().into_iter().flatten().any(|other| is_called(other, wanted))
    };
    these.as_array().into_iter().flatten().filter(|attendee| !there(attendee)).collect()
}
