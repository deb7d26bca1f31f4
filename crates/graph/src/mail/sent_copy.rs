//! Copies in Sent Items of mails that the CRM sent.
//!
//! Nobody is mailed: the message is made where it belongs, and never sent. Documents know only drafts; that a message
//! made with the MAPI message flags isn't one is known by report
//! (<https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/2790>), as is that the MAPI times set when
//! it was sent. Where a mailbox makes a draft of it all the same, [`parse`] says so.

use super::letters::Person;
use super::read::FROM_CRM;
use crate::GraphError;
use crate::html::to_text;
use crate::json::{filled, list, success};
use mxs_core::{ExchangeId, Instant};
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

/// Asks whether Sent Items has the copy.
///
/// <https://learn.microsoft.com/en-us/graph/api/singlevaluelegacyextendedproperty-get>
pub fn find(id: &str) -> Request {
    let id = id.replace('\'', "''");
    let filter = format!("singleValueExtendedProperties/Any(p: p/id eq '{FROM_CRM}' and p/value eq '{id}')");
    let url = format!("/v1.0/me/messages?$filter={}&$select=id&$top=1", url::encode(&filter));
    Request::new(Method::Get, url)
}

/// Reads the answer to [`find`].
pub fn parse_find(response: &Response) -> Result<Option<ExchangeId>, GraphError> {
    let page = success(response)?;
    if !page.get("value").is_some_and(Value::is_array) {
        return Err(GraphError::unreadable(response.status));
    }
    Ok(list(&page, "value").first().and_then(|one| filled(one.as_object()?, "id")).map(ExchangeId::new))
}

/// Makes the copy. Not safe to repeat when no answer came: [`find`] tells.
pub fn create(mail: &SentByCrm<'_>) -> Request {
    let person = |person: &Person| json!({ "emailAddress": { "name": person.name, "address": person.address } });
    let people = |people: &[Person]| people.iter().map(person).collect::<Vec<_>>();
    let at = mail.at.to_string().replace("+00:00", "Z");
    let body = if mail.safe {
        json!({ "contentType": "html", "content": mail.content })
    } else {
        json!({ "contentType": "text", "content": to_text(mail.content) })
    };
    let property = |id: &str, value: &str| json!({ "id": id, "value": value });
    let body = json!({
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
    });
    Request::new(Method::Post, "/v1.0/me/mailFolders/sentitems/messages").body("application/json", body.to_string())
}

/// Reads the answer to [`create`]: whether the copy looks sent, or became a draft.
pub fn parse(response: &Response) -> Result<bool, GraphError> {
    let made = success(response)?;
    let draft = made.get("isDraft").and_then(Value::as_bool);
    draft.map(|draft| !draft).ok_or_else(|| GraphError::unreadable(response.status))
}
