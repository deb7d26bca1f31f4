//! How a message looks.

use super::super::base::{Base, FileOf};
use super::super::{Found, Looks, Shape, mapi};
use super::{PROPERTIES, message, mime};
use crate::microsoft::ews::call::EwsCall;
use crate::microsoft::ews::names::{said, t};
use crate::microsoft::ews::refusal::Refusal;
use crate::microsoft::ews::server::Version;
use crate::microsoft::mail::{Attachment, Message, Person};
use crate::microsoft::mailbox::ExtendedId;
use mxs_xml::Element;

/// The MAPI properties that follow from what a message is.
const FLAGS: &str = "Integer 0xe07";
const DELIVERED: &str = "SystemTime 0xe06";
const SUBMITTED: &str = "SystemTime 0x39";
/// `PidTagMessageFlags`: read, and not yet sent.
const READ: u8 = 1;
const UNSENT: u8 = 8;

/// How a message looks.
pub(in crate::microsoft::ews::items) fn looks<'a>(
    call: &'a EwsCall<'_, '_>,
    found: &Found,
) -> Result<Looks<'a>, Refusal> {
    let message = message(call, found)?;
    let base = base(message, &call.owner()?.display_name);
    let version = call.version;
    let own = Box::new(move |name: &str, _: &Shape| own(message, name, version));
    Ok(Looks { properties: PROPERTIES, base, own })
}

fn base(message: &Message, owner: &str) -> Base {
    let kept = |id: &str| mapi::kept(&message.extended, id);
    let importance = mapi::IMPORTANCES.into_iter().find(|word| word.eq_ignore_ascii_case(&message.importance));
    let mut extended = message.extended.clone();
    let flags = u8::from(message.read) * READ + u8::from(message.draft) * UNSENT;
    let followed =
        [(FLAGS, flags.to_string()), (DELIVERED, message.received.to_string()), (SUBMITTED, message.sent.to_string())];
    extended.extend(followed.into_iter().filter_map(|(id, value)| Some((ExtendedId::parse(id).ok()?, value))));
    Base {
        id: message.default_id.clone(),
        change_key: message.change_key.clone(),
        folder: message.folder.clone(),
        class: kept(mapi::CLASS).unwrap_or("IPM.Note").to_owned(),
        subject: message.subject.clone(),
        sensitivity: mapi::word(kept(mapi::SENSITIVITY), &mapi::SENSITIVITIES, "Normal"),
        html: message.html,
        content: message.content.clone(),
        files: message.attachments.iter().map(file).collect(),
        categories: message.categories.clone(),
        importance: importance.unwrap_or("Normal").to_owned(),
        created: message.created,
        modified: message.modified,
        received: message.received,
        sent: message.sent,
        draft: message.draft,
        headers: message.headers.clone(),
        to: shown(&message.to),
        cc: shown(&message.cc),
        conversation: Some(message.conversation.clone()),
        in_reply_to: kept(mapi::IN_REPLY_TO).map(str::to_owned),
        reminder_set: kept(mapi::REMINDER_SET) == Some("true"),
        reminder_due: kept(mapi::REMINDER_DUE).and_then(|due| due.parse().ok()),
        reminder_minutes: kept(mapi::REMINDER_BEFORE).and_then(|some| some.parse().ok()),
        culture: kept(mapi::CULTURE).map(str::to_owned),
        modified_by: owner.to_owned(),
        extended,
        mime: Some(mime::written(message)),
    }
}

/// What the list of attachments says of a file.
pub(in crate::microsoft::ews) fn file(attachment: &Attachment) -> FileOf {
    FileOf {
        id: attachment.id.clone(),
        name: attachment.name.clone(),
        kind: attachment.content_type.clone(),
        content_id: attachment.content_id.clone(),
        size: attachment.content.trim_end_matches('=').len() * 3 / 4,
        inline: attachment.inline,
    }
}

fn shown(people: &[Person]) -> String {
    let names = people.iter().map(|person| if person.name.is_empty() { &person.address } else { &person.name });
    names.cloned().collect::<Vec<_>>().join("; ")
}

fn own(message: &Message, name: &str, version: Version) -> Option<Element> {
    let kept = |id: &str| mapi::kept(&message.extended, id);
    let people = |people: &[Person]| {
        (!people.is_empty()).then(|| t(name).children(people.iter().map(|person| mailbox(person, version))))
    };
    let one = |person: Option<&Person>| Some(t(name).child(mailbox(person?, version)));
    match name {
        "Sender" | "From" => one(message.from.as_ref()),
        "ToRecipients" => people(&message.to),
        "CcRecipients" => people(&message.cc),
        "BccRecipients" => people(&message.bcc),
        "ReplyTo" => people(&message.reply_to),
        "ReceivedBy" | "ReceivedRepresenting" => one(message.to.first().filter(|_| !message.draft)),
        "IsReadReceiptRequested" | "IsDeliveryReceiptRequested" => Some(said(name, false)),
        "IsResponseRequested" => Some(said(name, kept(super::write::RESPONSE_REQUESTED)? == "true")),
        "ConversationIndex" => Some(said(name, "AQ==")),
        "ConversationTopic" => Some(said(name, &message.subject)),
        "InternetMessageId" => Some(said(name, &message.internet_id)),
        "IsRead" => Some(said(name, message.read)),
        "References" => kept(super::write::REFERENCES).map(|references| said(name, references)),
        _ => None,
    }
}

fn mailbox(person: &Person, version: Version) -> Element {
    let name = if person.name.is_empty() { &person.address } else { &person.name };
    let written = t("Mailbox")
        .child(said("Name", name))
        .child(said("EmailAddress", &person.address))
        .child(said("RoutingType", "SMTP"));
    if version >= Version::Exchange2010 { written.child(said("MailboxType", "OneOff")) } else { written }
}
