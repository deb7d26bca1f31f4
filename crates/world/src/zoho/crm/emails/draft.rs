//! A mail in a body, read and found to have what it needs.

use super::super::failure::Failure;
use crate::zoho::id::Id;
use crate::zoho::time;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// The longest subject.
const SUBJECT_MAX: usize = 250;

/// A mail that is to be associated or sent.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) from: Value,
    pub(crate) to: Vec<Value>,
    pub(crate) cc: Vec<Value>,
    pub(crate) bcc: Vec<Value>,
    pub(crate) subject: String,
    pub(crate) content: String,
    pub(crate) format: String,
    pub(crate) linked: Option<(String, Id)>,
}

/// What a mail says of where it comes from.
pub(crate) struct Origin {
    pub(crate) id: String,
    pub(crate) outgoing: bool,
    pub(crate) at: Timestamp,
}

impl Draft {
    /// Reads what both kinds of mail have.
    pub(crate) fn read(body: &Map<String, Value>) -> Result<Self, Failure> {
        let subject = text(body, "subject")?;
        if subject.chars().count() > SUBJECT_MAX {
            return Err(wrong("subject"));
        }
        let format = body.get("mail_format").and_then(Value::as_str).unwrap_or("html").to_owned();
        if !["html", "text"].contains(&format.as_str()) {
            return Err(wrong("mail_format"));
        }
        let to = people(body, "to")?;
        if to.is_empty() {
            return Err(missing("to"));
        }
        Ok(Self {
            from: person(body.get("from").ok_or_else(|| missing("from"))?, "from")?,
            to,
            cc: people(body, "cc")?,
            bcc: people(body, "bcc")?,
            subject,
            content: text(body, "content")?,
            format,
            linked: linked(body)?,
        })
    }

    /// Everybody whom it goes to.
    pub(crate) fn recipients(&self) -> impl Iterator<Item = &str> {
        self.to.iter().chain(&self.cc).chain(&self.bcc).filter_map(|person| person["email"].as_str())
    }
}

impl Origin {
    /// Reads what only an associated mail has.
    pub(crate) fn read(body: &Map<String, Value>) -> Result<Self, Failure> {
        let id = text(body, "original_message_id")?;
        let outgoing = body.get("sent").ok_or_else(|| missing("sent"))?.as_bool().ok_or_else(|| wrong("sent"))?;
        let at = time::read(&text(body, "date_time")?).ok_or_else(|| wrong("date_time"))?;
        Ok(Self { id, outgoing, at })
    }
}

/// The form of these refusals is that of the specification, which has no other codes for a body.
fn missing(name: &str) -> Failure {
    Failure::new(400, "INVALID_DATA", "required field not found", json!({ "api_name": name }))
}

fn wrong(name: &str) -> Failure {
    Failure::new(400, "INVALID_DATA", "invalid data", json!({ "api_name": name }))
}

fn text(body: &Map<String, Value>, name: &str) -> Result<String, Failure> {
    match body.get(name) {
        None | Some(Value::Null) => Err(missing(name)),
        Some(Value::String(text)) if text.is_empty() => Err(missing(name)),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(_) => Err(wrong(name)),
    }
}

/// A person has a name and an address.
fn person(value: &Value, name: &str) -> Result<Value, Failure> {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    match (text("user_name"), text("email").filter(|email| email.contains('@'))) {
        (Some(user_name), Some(email)) => Ok(json!({ "user_name": user_name, "email": email })),
        _ => Err(wrong(name)),
    }
}

fn people(body: &Map<String, Value>, name: &str) -> Result<Vec<Value>, Failure> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(people)) => people.iter().map(|one| person(one, name)).collect(),
        Some(_) => Err(wrong(name)),
    }
}

fn linked(body: &Map<String, Value>) -> Result<Option<(String, Id)>, Failure> {
    let Some(linked) = body.get("linked_record").filter(|linked| !linked.is_null()) else { return Ok(None) };
    let module = linked["module"]["api_name"].as_str();
    let id = linked["id"].as_str().and_then(|id| id.parse().ok());
    module.map(str::to_owned).zip(id).map(Some).ok_or_else(|| wrong("linked_record"))
}
