//! Whole messages, several in one request.
//!
//! Of attachments, names and sizes are asked for: without `$select` Graph sends their contents, however large.

use super::read::{self, SELECT, expand};
use crate::GraphError;
use crate::batch::{Step, envelope, read as read_batch};
use crate::json::{filled, list, text};
use mxs_core::mail::SeenMessage;
use mxs_core::{ExchangeId, Instant};
use mxs_http::{Method, Request, Response, url};
use serde_json::{Map, Value};
use std::fmt;

/// In which form a body is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyForm {
    /// As it was written: usually HTML, which has to be made safe before it is given away.
    Written,
    /// As plain text, into which Exchange turns HTML.
    Text,
}

/// Somebody on a message.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// What the person is called; empty where nobody said.
    pub name: String,
    /// The address, as it was written.
    pub address: String,
}

/// A message with what it says.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// What a listing says of it, looked at again.
    pub seen: SeenMessage,
    /// When it was sent, by the sender's clock: the same in every mailbox that has it.
    pub sent_at: Instant,
    /// The subject; empty where there is none.
    pub subject: String,
    /// Whether the body is HTML.
    pub html: bool,
    /// The body.
    pub content: String,
    /// Who wrote it.
    pub from: Option<Person>,
    /// Whom it goes to.
    pub to: Vec<Person>,
    /// Who gets a copy.
    pub cc: Vec<Person>,
    /// The names of the files that come with it, those that the body shows excepted.
    pub attachments: Vec<String>,
}

/// Everything about a message is personal data.
impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letter").field("seen", &self.seen).finish_non_exhaustive()
    }
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<person>")
    }
}

/// Asks for messages with what they say, [`crate::batch::BATCH_MAX`] at most.
///
/// <https://learn.microsoft.com/en-us/graph/api/message-get>
pub fn request(items: &[ExchangeId], form: BodyForm) -> Request {
    let options = format!(
        "$select={SELECT},sentDateTime,subject,body,internetMessageHeaders\
         &$expand={},attachments($select=name,size,isInline)",
        expand()
    );
    let preference = (form == BodyForm::Text).then(|| "outlook.body-content-type=\"text\"".to_owned());
    envelope(items.iter().map(|item| step(item, &options, preference.clone())).collect())
}

/// Asks for messages as a listing shows them, [`crate::batch::BATCH_MAX`] at most.
pub fn glance(items: &[ExchangeId]) -> Request {
    let options = format!("$select={SELECT}&$expand={}", expand());
    envelope(items.iter().map(|item| step(item, &options, None)).collect())
}

fn step(item: &ExchangeId, options: &str, preference: Option<String>) -> Step {
    let url = format!("/me/messages/{}?{options}", url::encode(item.as_str()));
    Step { method: Method::Get, url, version: None, preference, body: None }
}

/// Reads the answer to [`request`], for each of `items` in their order.
pub fn parse(response: &Response, items: &[ExchangeId]) -> Result<Vec<Result<Letter, GraphError>>, GraphError> {
    read_batch(response, items, |item, status, body| {
        let object = body.and_then(Value::as_object);
        object.and_then(|object| letter(item, object)).ok_or_else(|| GraphError::unreadable(status))
    })
}

/// Reads the answer to [`glance`], for each of `items` in their order.
pub fn parse_glance(
    response: &Response,
    items: &[ExchangeId],
) -> Result<Vec<Result<SeenMessage, GraphError>>, GraphError> {
    read_batch(response, items, |item, status, body| {
        let object = body.and_then(Value::as_object);
        object.and_then(|object| seen(item, object)).ok_or_else(|| GraphError::unreadable(status))
    })
}

/// A batch asks for immutable ids; what was asked for keeps the id by which it was.
fn seen(item: &ExchangeId, object: &Map<String, Value>) -> Option<SeenMessage> {
    Some(SeenMessage { item: item.clone(), ..read::message(object)? })
}

fn letter(item: &ExchangeId, object: &Map<String, Value>) -> Option<Letter> {
    let body = object.get("body").and_then(Value::as_object)?;
    let people = |name| list(object, name).iter().filter_map(person).collect();
    let shown_inside = |file: &Map<String, Value>| file.get("isInline").and_then(Value::as_bool) == Some(true);
    let files = list(object, "attachments").iter().filter_map(Value::as_object);
    Some(Letter {
        sent_at: Instant::parse(filled(object, "sentDateTime")?).ok()?,
        seen: seen(item, object)?,
        subject: text(object, "subject").to_owned(),
        html: text(body, "contentType").eq_ignore_ascii_case("html"),
        content: text(body, "content").to_owned(),
        from: object.get("from").and_then(person),
        to: people("toRecipients"),
        cc: people("ccRecipients"),
        attachments: files
            .filter(|file| !shown_inside(file))
            .filter_map(|file| filled(file, "name"))
            .map(str::to_owned)
            .collect(),
    })
}

fn person(recipient: &Value) -> Option<Person> {
    let email = recipient.get("emailAddress")?.as_object()?;
    let address = filled(email, "address").filter(|address| address.contains('@'))?;
    Some(Person { name: text(email, "name").to_owned(), address: address.to_owned() })
}
