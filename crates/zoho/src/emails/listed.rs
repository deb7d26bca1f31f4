//! The mails of a record as its related list shows them.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/get-email-rel-list.html>
//!
//! The list doesn't tell the ids that messages have on the Internet. Who wrote it, when and under which subject does
//! nearly as well ([`Listed::is`]).

use super::associate::{Person, shown_subject};
use crate::ZohoError;
use crate::json::{filled, is_none_or, object, rows, text};
use crate::records::more;
use mxs_core::Instant;
use mxs_core::mail::MailRecord;
use mxs_http::{Method, Request, Response, url};
use serde_json::{Map, Value};
use std::fmt;

/// How the CRM calls itself where it says where a mail comes from. Known by report only.
const FROM_CRM: &str = "crm";

/// A mail in the list.
#[derive(Clone, PartialEq, Eq)]
pub struct Listed {
    /// The CRM's id of it.
    pub id: String,
    /// The subject.
    pub subject: String,
    /// When it came or was sent.
    pub at: Instant,
    /// Who wrote it.
    pub from: Option<Person>,
    /// Whom it went to.
    pub to: Vec<Person>,
    /// Who got a copy.
    pub cc: Vec<Person>,
    /// Whether it was sent, and not received.
    pub sent: bool,
    /// Whether the CRM itself sent it.
    pub from_crm: bool,
    /// What it says; empty in a list.
    pub content: String,
}

/// Everything about a mail is personal data.
impl fmt::Debug for Listed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listed").field("at", &self.at).finish_non_exhaustive()
    }
}

impl Listed {
    /// Whether it is, as far as can be told, the message of this sender, moment and subject.
    pub fn is(&self, from: &str, at: Instant, subject: &str) -> bool {
        let same_sender = self.from.as_ref().is_some_and(|person| person.address.eq_ignore_ascii_case(from));
        let shown = shown_subject(subject);
        same_sender && self.at == at && (self.subject.trim() == shown.trim() || shown.trim().is_empty())
    }
}

/// One page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListedPage {
    /// The mails, the latest first.
    pub mails: Vec<Listed>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
}

/// Which mails of a record are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// All.
    All,
    /// Those that the CRM sent.
    SentFromCrm,
}

fn address(record: &MailRecord) -> String {
    format!("/crm/v8/{}/{}/Emails", record.module.api_name(), url::encode(record.id.as_str()))
}

/// Asks for a page of the mails of a record.
pub fn page(record: &MailRecord, kind: Kind, index: Option<&str>) -> Request {
    let kind = (kind == Kind::SentFromCrm).then_some(("type", "sent_from_crm"));
    let query = url::form(kind.into_iter().chain(index.map(|index| ("index", index))));
    let separator = if query.is_empty() { "" } else { "?" };
    Request::new(Method::Get, format!("{}{separator}{query}", address(record)))
}

/// Asks for one mail with what it says.
pub fn one(record: &MailRecord, id: &str) -> Request {
    Request::new(Method::Get, format!("{}/{}", address(record), url::encode(id)))
}

/// Reads the answer to [`page`] and [`one`].
pub fn parse(response: &Response) -> Result<ListedPage, ZohoError> {
    let answer = rows(response, "Emails")?;
    let list = answer.get("Emails").and_then(Value::as_array).into_iter().flatten();
    let mails: Option<Vec<Listed>> = list.map(|mail| listed(mail.as_object()?)).collect();
    let read = mails.and_then(|mails| Some((more(&answer, false)? && !mails.is_empty(), mails)));
    let (more, mails) = read.ok_or_else(|| ZohoError::unreadable(response.status))?;
    let next = object(&answer, "info").and_then(|info| filled(info, "next_index")).filter(|_| more);
    if more && next.is_none() {
        return Err(ZohoError::unreadable(response.status));
    }
    Ok(ListedPage { mails, next: next.map(str::to_owned) })
}

fn listed(mail: &Map<String, Value>) -> Option<Listed> {
    let people = |name: &str| {
        let list = mail.get(name).and_then(Value::as_array).into_iter().flatten();
        list.filter_map(person).collect()
    };
    let are_people = |list: &Value| list.as_array().is_some_and(|list| list.iter().all(is_person));
    let is_sound = is_none_or(mail, "from", is_person)
        && ["to", "cc"].into_iter().all(|name| is_none_or(mail, name, are_people))
        && ["subject", "source", "content"].into_iter().all(|name| is_none_or(mail, name, Value::is_string))
        && is_none_or(mail, "sent", Value::is_boolean);
    if !is_sound {
        return None;
    }
    Some(Listed {
        id: filled(mail, "message_id")?.to_owned(),
        subject: text(mail, "subject").to_owned(),
        at: Instant::parse(filled(mail, "time")?).ok()?,
        from: mail.get("from").and_then(person),
        to: people("to"),
        cc: people("cc"),
        sent: mail.get("sent").and_then(Value::as_bool).unwrap_or(false),
        from_crm: text(mail, "source").eq_ignore_ascii_case(FROM_CRM),
        content: text(mail, "content").to_owned(),
    })
}

fn is_person(value: &Value) -> bool {
    let is_text = |person: &Map<_, _>, name: &str| is_none_or(person, name, Value::is_string);
    value.as_object().is_some_and(|person| is_text(person, "user_name") && is_text(person, "email"))
}

fn person(value: &Value) -> Option<Person> {
    let person = value.as_object()?;
    Some(Person { name: text(person, "user_name").to_owned(), address: filled(person, "email")?.to_owned() })
}
