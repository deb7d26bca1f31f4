//! The JSON of a message, as far as every reading has it.
//!
//! <https://learn.microsoft.com/en-us/graph/api/resources/message>

use crate::json::{filled, list, text};
use crate::mark::MEMBER;
use crate::shape::{Members, Shape, fits};
use mxs_core::mail::{Address, SeenMessage, Sensitivity, ThreadKey};
use mxs_core::{ExchangeId, Instant};
use serde_json::{Map, Value};

/// What a listing asks for: nothing of what the message says.
pub(super) const SELECT: &str =
    "internetMessageId,conversationId,receivedDateTime,isDraft,from,toRecipients,ccRecipients,bccRecipients,categories";

/// How sensitive a message is. Graph has no property for it
/// (<https://learn.microsoft.com/en-us/office/client-developer/outlook/mapi/pidtagsensitivity-canonical-property>).
const SENSITIVITY: u32 = 0x36;

/// The copy of a mail that the CRM sent carries this property of ours, with the CRM's id of it. It is in people's
/// mailboxes, so it never changes.
pub const FROM_CRM: &str = "String {6ce71612-7d6c-49ee-a4d9-a27795043dd9} Name mxs-crm-mail";

/// The members without which a message isn't whole.
const REQUIRED: [&str; 6] =
    ["receivedDateTime", "isDraft", "toRecipients", "ccRecipients", "bccRecipients", "categories"];

const PERSON: Members = &[("emailAddress", Shape::Object(&[("address", Shape::Text)]))];

/// What its members hold. Who a message concerns and what keeps it private must not be taken for nothing.
const MEMBERS: Members = &[
    ("bccRecipients", Shape::Objects(PERSON)),
    ("categories", Shape::Texts),
    ("ccRecipients", Shape::Objects(PERSON)),
    ("from", Shape::Object(PERSON)),
    ("internetMessageHeaders", Shape::Objects(&[("name", Shape::Text), ("value", Shape::Text)])),
    ("internetMessageId", Shape::Text),
    (MEMBER, Shape::Objects(&[("id", Shape::Text), ("value", Shape::Text)])),
    ("toRecipients", Shape::Objects(PERSON)),
];

/// The option that asks for both properties.
pub(super) fn expand() -> String {
    let filter = format!("id eq 'Integer 0x{SENSITIVITY:x}' or id eq '{FROM_CRM}'");
    format!("singleValueExtendedProperties($filter={})", mxs_http::url::encode(&filter))
}

/// Reads a message; `None` where something is missing, so that nobody takes it for empty.
pub(super) fn message(object: &Map<String, Value>) -> Option<SeenMessage> {
    let is_whole = REQUIRED.iter().all(|name| object.get(*name).is_some_and(|value| !value.is_null()));
    if !is_whole || !object.contains_key("from") || !fits(object, MEMBERS) {
        return None;
    }
    let people = ["toRecipients", "ccRecipients", "bccRecipients"];
    let to = people.iter().flat_map(|name| list(object, name)).filter_map(address).collect();
    let categories = list(object, "categories").iter().filter_map(Value::as_str).map(str::to_owned).collect();
    Some(SeenMessage {
        item: ExchangeId::new(filled(object, "id")?),
        internet_id: text(object, "internetMessageId").to_owned(),
        thread: ThreadKey::new(text(object, "conversationId")),
        received: Instant::parse(filled(object, "receivedDateTime")?).ok()?,
        draft: object.get("isDraft")?.as_bool()?,
        from: object.get("from").and_then(address),
        to,
        categories,
        sensitivity: sensitivity(object)?,
        from_crm: properties(object).any(|(id, value)| id.eq_ignore_ascii_case(FROM_CRM) && !value.is_empty()),
    })
}

/// The address of a recipient.
pub(super) fn address(recipient: &Value) -> Option<Address> {
    Address::new(recipient.get("emailAddress")?.get("address")?.as_str()?)
}

/// Exchange sets the property on messages that are sensitive, and on others or not. A value that nobody knows is
/// taken for the strictest.
fn sensitivity(object: &Map<String, Value>) -> Option<Sensitivity> {
    let hexadecimal = |id: &str| {
        let (kind, tag) = id.split_once(' ')?;
        let digits = tag.trim().strip_prefix("0x").or_else(|| tag.trim().strip_prefix("0X"))?;
        kind.eq_ignore_ascii_case("Integer").then(|| u32::from_str_radix(digits, 16).ok())?
    };
    let found = properties(object).find(|(id, _)| hexadecimal(id) == Some(SENSITIVITY));
    let by_property = match found.map(|(_, value)| value) {
        None | Some("0") => Sensitivity::Normal,
        Some("1") => Sensitivity::Personal,
        Some("2") => Sensitivity::Private,
        Some(_) => Sensitivity::Confidential,
    };
    Some(by_property.max(by_header(object)))
}

/// What the message's own header says, where it was asked for.
///
/// <https://www.rfc-editor.org/rfc/rfc2156#section-5.3.4>
fn by_header(object: &Map<String, Value>) -> Sensitivity {
    let headers = list(object, "internetMessageHeaders").iter().filter_map(Value::as_object);
    let mut found = headers.filter(|header| text(header, "name").eq_ignore_ascii_case("Sensitivity"));
    match found.next().map(|header| text(header, "value").trim().to_ascii_lowercase()).as_deref() {
        None | Some("normal" | "") => Sensitivity::Normal,
        Some("personal") => Sensitivity::Personal,
        Some("private") => Sensitivity::Private,
        Some(_) => Sensitivity::Confidential,
    }
}

fn properties(object: &Map<String, Value>) -> impl Iterator<Item = (&str, &str)> {
    let properties = list(object, MEMBER).iter().filter_map(Value::as_object);
    properties.map(|property| (text(property, "id"), text(property, "value")))
}
