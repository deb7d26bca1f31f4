//! Copies in Sent Items of mails that the CRM sent.
//!
//! Nobody is mailed: the message is made where it belongs, and never sent. Documents know only drafts; that a message
//! made with the MAPI message flags isn't one is known by report
//! (<https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/2790>), as is that the MAPI times set when
//! it was sent. Where a mailbox makes a draft of it all the same, [`parse`] says so.

use super::letters::Person;
use super::read::FROM_CRM;
use crate::GraphError;
use crate::batch::{Step, envelope, read as read_batch};
use crate::html::to_text;
use mxs_core::Instant;
use mxs_http::{Method, Request, Response, url};
use serde_json::{Value, json};

/// The flags of a message that is no draft and was read.
const READ: &str = "1";

/// A mail that the CRM sent.
#[derive(Clone, Copy, Debug)]
pub struct SentByCrm<'a> {
    /// The CRM's id of it.
    pub id: &'a str,
    /// When it was sent.
    pub at: Instant,
    /// The subject.
    pub subject: &'a str,
    /// The body, in HTML.
    pub content: &'a str,
    /// Whether the HTML is safe; of what isn't, the copy has the text.
    pub safe: bool,
    /// Who sent it.
    pub from: &'a Person,
    /// Whom it went to.
    pub to: &'a [Person],
    /// Who got a copy.
    pub cc: &'a [Person],
}

/// Asks of which mails Sent Items has the copy, [`crate::batch::BATCH_MAX`] at most, by the CRM's ids of them.
///
/// <https://learn.microsoft.com/en-us/graph/api/singlevaluelegacyextendedproperty-get>
pub fn find(ids: &[String]) -> Request {
    let step = |id: &String| {
        let id = id.replace('\'', "''");
        let filter = format!("singleValueExtendedProperties/Any(p: p/id eq '{FROM_CRM}' and p/value eq '{id}')");
        let url = format!("/me/messages?$filter={}&$select=id&$top=1", url::encode(&filter));
        Step { method: Method::Get, url, version: None, preference: None, body: None }
    };
    envelope(ids.iter().map(step).collect())
}

/// Reads the answer to [`find`]: for each of `ids`, in their order, whether there is one.
pub fn parse_find(response: &Response, ids: &[String]) -> Result<Vec<Result<bool, GraphError>>, GraphError> {
    read_batch(response, ids, |_, status, body| {
        let found = body.and_then(|body| body.get("value")?.as_array());
        found.map(|found| !found.is_empty()).ok_or_else(|| GraphError::unreadable(status))
    })
}

/// Makes copies, [`crate::batch::BATCH_MAX`] at most. Not safe to repeat when no answer came: [`find`] tells.
pub fn create(mails: &[SentByCrm<'_>]) -> Request {
    let step = |mail: &SentByCrm<'_>| Step {
        method: Method::Post,
        url: "/me/mailFolders/sentitems/messages".to_owned(),
        version: None,
        preference: None,
        body: Some(message(mail)),
    };
    envelope(mails.iter().map(step).collect())
}

fn message(mail: &SentByCrm<'_>) -> Value {
    let person = |person: &Person| json!({ "emailAddress": { "name": person.name, "address": person.address } });
    let people = |people: &[Person]| people.iter().map(person).collect::<Vec<_>>();
    let at = mail.at.to_string().replace("+00:00", "Z");
    let body = if mail.safe {
        json!({ "contentType": "html", "content": mail.content })
    } else {
        json!({ "contentType": "text", "content": to_text(mail.content) })
    };
    let property = |id: &str, value: &str| json!({ "id": id, "value": value });
    json!({
        "subject": mail.subject,
        "body": body,
        "from": person(mail.from),
        "sender": person(mail.from),
        "toRecipients": people(mail.to),
        "ccRecipients": people(mail.cc),
        "isRead": true,
        "singleValueExtendedProperties": [
            property("Integer 0x0E07", READ),
            property("SystemTime 0x0039", &at),
            property("SystemTime 0x0E06", &at),
            property(FROM_CRM, mail.id),
        ],
    })
}

/// Reads the answer to [`create`]: of each of `mails`, in their order, whether the copy looks sent, or became a draft.
pub fn parse(response: &Response, mails: &[SentByCrm<'_>]) -> Result<Vec<Result<bool, GraphError>>, GraphError> {
    read_batch(response, mails, |_, status, body| {
        let draft = body.and_then(|body| body.get("isDraft")?.as_bool());
        draft.map(|draft| !draft).ok_or_else(|| GraphError::unreadable(status))
    })
}
