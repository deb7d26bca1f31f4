//! Putting a message beside a record, and asking whether it is there.

use crate::json::{self, filled, named, object, success, text};
use crate::records::{REFUSED, SUCCESS};
use crate::{ZohoError, error};
use mxs_core::mail::MailRecord;
use mxs_core::{CrmId, Instant, Side, VendorRefusal};
use mxs_http::{Method, Request, Response, url};
use serde_json::{Value, json};
use std::fmt;

/// The longest subject that the CRM takes, in characters.
pub const SUBJECT_MAX: usize = 250;

/// What stands where a subject, or a message, is empty: the CRM wants both filled.
const NOTHING: &str = "-";

/// Somebody on a message.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// What the person is called.
    pub name: String,
    /// The address.
    pub address: String,
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<person>")
    }
}

/// A message for a record.
#[derive(Clone, Copy)]
pub struct Mail<'a> {
    /// The id that it has on the Internet.
    pub internet_id: &'a str,
    /// Who wrote it.
    pub from: &'a Person,
    /// Whom it went to; the CRM wants somebody.
    pub to: &'a [Person],
    /// Who got a copy.
    pub cc: &'a [Person],
    /// The subject.
    pub subject: &'a str,
    /// What it says: plain text, or HTML that is safe.
    pub content: &'a str,
    /// Whether it is HTML.
    pub html: bool,
    /// Whether the mailbox sent it.
    pub sent: bool,
    /// When it was sent.
    pub at: Instant,
}

/// Associates a message with a record. Not safe to repeat when no answer came: [`available`] tells.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/associate-email.html>
pub fn request(record: &MailRecord, mail: &Mail<'_>) -> Request {
    let person = |person: &Person| {
        let name = if person.name.is_empty() { &person.address } else { &person.name };
        json!({ "user_name": name, "email": person.address })
    };
    let people = |people: &[Person]| people.iter().map(person).collect::<Vec<_>>();
    let filled = |text: &str| if text.trim().is_empty() { NOTHING.to_owned() } else { text.to_owned() };
    let mut body = json!({
        "from": person(mail.from),
        "to": people(mail.to),
        "subject": filled(&shown_subject(mail.subject)),
        "content": filled(mail.content),
        "mail_format": if mail.html { "html" } else { "text" },
        "original_message_id": mail.internet_id,
        "date_time": mail.at.to_string(),
        "sent": mail.sent,
    });
    if !mail.cc.is_empty() {
        body["cc"] = people(mail.cc).into();
    }
    let address =
        format!("/crm/v8/{}/{}/actions/associate_email", record.module.api_name(), url::encode(record.id.as_str()));
    Request::new(Method::Post, address).body("application/json", json!({ "Emails": [body] }).to_string())
}

/// A subject as the CRM keeps it.
pub fn shown_subject(subject: &str) -> String {
    subject.chars().take(SUBJECT_MAX).collect()
}

/// Reads the answer to [`request`]: whether the record has the message now, or why the CRM refused it.
pub fn parse(response: &Response) -> Result<Result<(), VendorRefusal>, ZohoError> {
    let body = json::parse(&response.body).ok_or_else(|| ZohoError::of(response))?;
    let row = body.get("Emails").and_then(Value::as_array).and_then(|rows| rows.first()).and_then(Value::as_object);
    let row = row.ok_or_else(|| ZohoError::of(response))?;
    match text(row, "status") {
        SUCCESS if object(row, "details").and_then(|details| filled(details, "message_id")).is_some() => Ok(Ok(())),
        REFUSED => {
            let status = if response.status < 400 { 400 } else { response.status };
            Ok(Err(VendorRefusal { side: Side::Crm, status, code: error::code(row), field: None, max_length: None }))
        }
        // Whoever took this for a refusal might never look whether the message is there.
        _ => Err(ZohoError::unreadable(response.status)),
    }
}

/// Asks whether some record has a message.
pub fn available(internet_id: &str) -> Request {
    // The CRM spells it like this.
    let query = url::form([("orginal_message_id", internet_id)]);
    Request::new(Method::Get, format!("/crm/v8/actions/email_available?{query}"))
}

/// Reads the answer to [`available`]: the record that has it, one of them where there are several. What `available`
/// itself means (that the message is there, or that its id is free) isn't documented; the record says it.
pub fn parse_available(response: &Response) -> Result<Option<CrmId>, ZohoError> {
    let answer = success(response)?;
    if !answer.contains_key("available") {
        return Err(ZohoError::of(response));
    }
    let record = named(&answer, "record").ok_or_else(|| ZohoError::unreadable(response.status))?;
    Ok(record.map(CrmId::new))
}
