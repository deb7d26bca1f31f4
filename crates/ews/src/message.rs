//! A message, as the engine and whoever reads it to the CRM take it.
//!
//! <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/message-ex15websvcsotherref>

use crate::ServerVersion;
use crate::ids::id;
use crate::item::{self, BODY, CATEGORIES, RECEIVED, SENSITIVITY, SUBJECT, moment};
use crate::property::Property;
use crate::xml::Element;
use Property::{Field as Of, Own};
use mxs_core::ExchangeId;
use mxs_core::mail::{Address, SeenMessage, Sensitivity, ThreadKey};
use mxs_graph::mail::letters::{Letter, Person};
use std::fmt;

const ATTACHMENTS: Property = Of("item", "Attachments");
const BCC: Property = Of("message", "BccRecipients");
pub(crate) const CC: Property = Of("message", "CcRecipients");
const DRAFT: Property = Of("item", "IsDraft");
pub(crate) const FROM: Property = Of("message", "From");
const INTERNET_ID: Property = Of("message", "InternetMessageId");
const SENT: Property = Of("item", "DateTimeSent");
const THREAD: Property = Of("item", "ConversationId");
pub(crate) const TO: Property = Of("message", "ToRecipients");

/// The copy of a mail that the CRM sent carries this property of ours, with the CRM's id of it.
pub(crate) const FROM_CRM: Property = Own("mxs-crm-mail");

/// What a listing asks for: nothing of what the message says. Threads have ids since Exchange 2010.
pub(crate) fn glance_properties(version: ServerVersion) -> impl Iterator<Item = Property> {
    let thread = (version >= ServerVersion::Exchange2010Sp2).then_some(THREAD);
    let own = [BCC, CATEGORIES, CC, DRAFT, FROM, FROM_CRM, INTERNET_ID, RECEIVED, SENSITIVITY, TO];
    own.into_iter().chain(thread)
}

/// The same, and what it says.
pub(crate) fn properties(version: ServerVersion) -> impl Iterator<Item = Property> {
    glance_properties(version).chain([ATTACHMENTS, BODY, SENT, SUBJECT])
}

/// Something that comes with a message.
#[derive(Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its id, by which it is asked for.
    pub id: String,
    /// What it is called; empty where it has no name.
    pub name: String,
    /// Its length in bytes, as far as the server says.
    pub size: Option<u64>,
    /// Whether the body shows it.
    pub is_inline: bool,
    /// Whether it is a file; else it is an item of the mailbox.
    pub is_file: bool,
}

/// Names are personal data.
impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<Attachment: {}>", self.id)
    }
}

/// Reads a message; `None` where something is missing, so that nobody takes it for empty. Recipients that there are none
/// of are left out by the server.
pub(crate) fn glance(message: &Element) -> Option<SeenMessage> {
    let from = sender(message)?.and_then(|from| Address::new(&from.address));
    let mut to = Vec::new();
    for list in [TO, CC, BCC] {
        to.extend(mailboxes(message, list)?.iter().filter_map(|person| Address::new(&person.address)));
    }
    let thread = id(message, "ConversationId").unwrap_or_default();
    Some(SeenMessage {
        item: ExchangeId::new(id(message, "ItemId")?),
        internet_id: INTERNET_ID.text(message)?.trim().to_owned(),
        thread: ThreadKey::new(thread),
        received: moment(RECEIVED, message)??,
        draft: DRAFT.flag(message)?,
        from,
        to,
        categories: item::categories(message)?.into_iter().map(str::to_owned).collect(),
        sensitivity: sensitivity(message)?,
        from_crm: !FROM_CRM.text(message)?.is_empty(),
    })
}

/// Reads a message with what it says, and what comes with it.
pub(crate) fn letter(message: &Element) -> Option<(Letter, Vec<Attachment>)> {
    let body = BODY.element(message);
    let attachments = attachments(message)?;
    let people = |list| mailboxes(message, list).map(reachable);
    let files = attachments.iter().filter(|file| !file.is_inline && !file.name.is_empty());
    let is_html = match body.and_then(|body| body.attribute("BodyType")) {
        Some("HTML") => true,
        Some("Text") | None => false,
        Some(_) => return None,
    };
    let letter = Letter {
        sent_at: moment(SENT, message)??,
        seen: glance(message)?,
        subject: SUBJECT.text(message)?.to_owned(),
        html: is_html,
        content: BODY.text(message)?.to_owned(),
        from: sender(message)?.filter(|from| from.address.contains('@')),
        to: people(TO)?,
        cc: people(CC)?,
        attachments: files.map(|file| file.name.clone()).collect(),
    };
    Some((letter, attachments))
}

/// The mailboxes of a list; `None` where something else stands in it.
fn mailboxes(message: &Element, list: Property) -> Option<Vec<Person>> {
    let list = list.entries(message)?.iter();
    list.map(|mailbox| person(mailbox).filter(|_| mailbox.name == "Mailbox")).collect()
}

/// Who wrote a message; the inner `None` where nobody did yet.
fn sender(message: &Element) -> Option<Option<Person>> {
    match FROM.element(message) {
        Some(from) => person(from.get("Mailbox")?).map(Some),
        None => Some(None),
    }
}

fn person(mailbox: &Element) -> Option<Person> {
    let (name, address) = (mailbox.said("Name")?, mailbox.said("EmailAddress")?.trim());
    Some(Person { name: name.to_owned(), address: address.to_owned() })
}

/// Those that mail can be sent to.
fn reachable(people: Vec<Person>) -> Vec<Person> {
    people.into_iter().filter(|person| person.address.contains('@')).collect()
}

/// A word that nobody knows is taken for the strictest.
fn sensitivity(message: &Element) -> Option<Sensitivity> {
    Some(match SENSITIVITY.word(message)? {
        None | Some("Normal") => Sensitivity::Normal,
        Some("Personal") => Sensitivity::Personal,
        Some("Private") => Sensitivity::Private,
        Some(_) => Sensitivity::Confidential,
    })
}

fn attachments(message: &Element) -> Option<Vec<Attachment>> {
    let attachment = |file: &Element| {
        Some(Attachment {
            id: id(file, "AttachmentId")?.to_owned(),
            name: file.text("Name").to_owned(),
            size: file.word("Size").and_then(|size| size.parse().ok()),
            is_inline: file.word("IsInline") == Some("true"),
            is_file: match file.name.as_str() {
                "FileAttachment" => true,
                "ItemAttachment" | "ReferenceAttachment" => false,
                _ => return None,
            },
        })
    };
    ATTACHMENTS.entries(message)?.iter().map(attachment).collect()
}
