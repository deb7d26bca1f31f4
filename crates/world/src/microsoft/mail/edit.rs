//! Changes to a message, read from a body and found to be of the right types.

use super::attachment::Attachment;
use super::schema::{FIXED, PROPERTIES};
use crate::microsoft::mailbox::{ExtendedId, read_extended, unknown_property};
use crate::microsoft::refusal::Refusal;
use serde_json::Value;

/// A person's name and address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) address: String,
}

/// Changes to a message. What is `None` stays.
#[derive(Clone, Debug, Default)]
pub(crate) struct Edit {
    pub(crate) subject: Option<String>,
    pub(crate) html: Option<bool>,
    pub(crate) content: Option<String>,
    pub(crate) from: Option<Person>,
    pub(crate) to: Option<Vec<Person>>,
    pub(crate) cc: Option<Vec<Person>>,
    pub(crate) bcc: Option<Vec<Person>>,
    pub(crate) reply_to: Option<Vec<Person>>,
    pub(crate) categories: Option<Vec<String>>,
    pub(crate) importance: Option<String>,
    pub(crate) is_read: Option<bool>,
    pub(crate) internet_id: Option<String>,
    pub(crate) headers: Option<Vec<(String, String)>>,
    pub(crate) extended: Vec<(ExtendedId, String)>,
    /// Extended properties that are taken away, which is done before others are set.
    pub(crate) forgotten: Vec<ExtendedId>,
    pub(crate) attachments: Vec<Attachment>,
    /// The members that the body had.
    pub(crate) named: Vec<&'static str>,
}

impl Edit {
    /// Reads a body.
    pub(crate) fn read(body: &Value) -> Result<Self, Refusal> {
        let members = body.as_object().ok_or_else(Refusal::no_json)?;
        let mut edit = Self::default();
        for (name, value) in members {
            edit.named.extend(PROPERTIES.into_iter().find(|known| *known == name));
            edit.take(name, value)?;
        }
        Ok(edit)
    }

    /// Whether it changes whether a message was read, and nothing else.
    pub(crate) fn is_only_read_flag(&self) -> bool {
        let Self { subject, html, content, from, to, cc, bcc, reply_to, categories, importance, .. } = self;
        let texts = [subject, content, importance, &self.internet_id].into_iter().any(Option::is_some);
        let people = [to, cc, bcc, reply_to].into_iter().any(Option::is_some) || from.is_some();
        let others = html.is_some() || categories.is_some() || self.headers.is_some();
        let extended = !(self.extended.is_empty() && self.forgotten.is_empty() && self.attachments.is_empty());
        self.is_read.is_some() && !(texts || people || others || extended)
    }

    fn take(&mut self, name: &str, value: &Value) -> Result<(), Refusal> {
        match name {
            "subject" => self.subject = Some(text(name, value)?),
            "body" => {
                let object = value.as_object().ok_or_else(|| misfit(name))?;
                self.content = Some(object.get("content").and_then(Value::as_str).unwrap_or_default().to_owned());
                let kind = object.get("contentType").and_then(Value::as_str).unwrap_or("text");
                self.html = Some(kind.eq_ignore_ascii_case("html"));
            }
            "from" | "sender" => self.from = Some(person(name, value)?),
            "toRecipients" => self.to = Some(people(name, value)?),
            "ccRecipients" => self.cc = Some(people(name, value)?),
            "bccRecipients" => self.bcc = Some(people(name, value)?),
            "replyTo" => self.reply_to = Some(people(name, value)?),
            "categories" => self.categories = Some(texts(name, value)?),
            "importance" | "inferenceClassification" if value.is_string() => {
                if name == "importance" {
                    self.importance = Some(text(name, value)?);
                }
            }
            "isRead" => self.is_read = Some(value.as_bool().ok_or_else(|| misfit(name))?),
            "isDeliveryReceiptRequested" | "isReadReceiptRequested" if value.is_boolean() => {}
            "internetMessageId" => self.internet_id = Some(text(name, value)?),
            "internetMessageHeaders" => self.headers = Some(headers(value)?),
            "singleValueExtendedProperties" => self.extended = read_extended(value)?,
            "attachments" => {
                let list = value.as_array().ok_or_else(|| misfit(name))?;
                self.attachments = list.iter().map(Attachment::read).collect::<Result<_, _>>()?;
            }
            name if FIXED.contains(&name) || name.contains('@') => {}
            name if PROPERTIES.contains(&name) => return Err(misfit(name)),
            name => return Err(unknown_property(name, "message")),
        }
        Ok(())
    }
}

fn misfit(name: &str) -> Refusal {
    Refusal::unreadable(format!("Cannot read the value of '{name}'."))
}

fn text(name: &str, value: &Value) -> Result<String, Refusal> {
    value.as_str().map(str::to_owned).ok_or_else(|| misfit(name))
}

fn texts(name: &str, value: &Value) -> Result<Vec<String>, Refusal> {
    value.as_array().ok_or_else(|| misfit(name))?.iter().map(|value| text(name, value)).collect()
}

fn person(name: &str, value: &Value) -> Result<Person, Refusal> {
    let email = value.get("emailAddress").and_then(Value::as_object).ok_or_else(|| misfit(name))?;
    let text = |key: &str| email.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    Ok(Person { name: text("name"), address: text("address") })
}

fn people(name: &str, value: &Value) -> Result<Vec<Person>, Refusal> {
    value.as_array().ok_or_else(|| misfit(name))?.iter().map(|value| person(name, value)).collect()
}

/// Headers that a body sets have to begin with `x-`
/// (<https://learn.microsoft.com/en-us/graph/api/resources/message>).
fn headers(value: &Value) -> Result<Vec<(String, String)>, Refusal> {
    let list = value.as_array().ok_or_else(|| misfit("internetMessageHeaders"))?;
    let header = |entry: &Value| {
        let text = |key: &str| entry.get(key).and_then(Value::as_str).map(str::to_owned);
        let (name, value) = text("name").zip(text("value")).ok_or_else(|| misfit("internetMessageHeaders"))?;
        if name.to_ascii_lowercase().starts_with("x-") {
            return Ok((name, value));
        }
        let message = format!("The internet message header name '{name}' should start with 'x-' or 'X-'.");
        Err(Refusal::new(400, "InvalidInternetMessageHeader", message))
    };
    list.iter().map(header).collect()
}
