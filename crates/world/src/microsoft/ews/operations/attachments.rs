//! The files that messages carry.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/attachments-and-ews-in-exchange>.

use super::{Message, Operation, Part, Reply, inside};
use crate::microsoft::ews::call::EwsCall;
use crate::microsoft::ews::ids;
use crate::microsoft::ews::items::{self, FileOf, Found, Kind};
use crate::microsoft::ews::names::{m, t};
use crate::microsoft::ews::refusal::Refusal;
use crate::microsoft::ews::server::Version;
use crate::microsoft::mail::Attachment;
use mxs_xml::Element;

/// See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/getattachment-operation>.
pub(super) const GET: Operation = Operation {
    name: "GetAttachment",
    since: Version::Exchange2007,
    parts: &[Part::optional("AttachmentShape"), Part::required("AttachmentIds")],
    run: get,
};

/// See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/createattachment-operation>.
pub(super) const CREATE: Operation = Operation {
    name: "CreateAttachment",
    since: Version::Exchange2007,
    parts: &[Part::required("ParentItemId"), Part::required("Attachments")],
    run: create,
};

/// See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/deleteattachment-operation>.
pub(super) const DELETE: Operation = Operation {
    name: "DeleteAttachment",
    since: Version::Exchange2007,
    parts: &[Part::required("AttachmentIds")],
    run: delete,
};

fn get(call: &mut EwsCall<'_, '_>, asked: &Element) -> Result<Reply, Refusal> {
    let one = |named: &Element| {
        let (_, attachment) = find(call, named)?;
        let file = items::file(attachment).write(Some(&attachment.content));
        Ok(vec![m("Attachments").child(file)])
    };
    Ok(Reply::Each(inside(asked, "AttachmentIds")?.iter().map(|id| Message::of(one(id), &["Attachments"])).collect()))
}

/// The attachment that an element names, and the key of the message that carries it.
fn find<'a>(call: &'a EwsCall<'_, '_>, named: &Element) -> Result<(String, &'a Attachment), Refusal> {
    let id = named.attribute("Id").ok_or_else(|| Refusal::schema("The required attribute 'Id' is missing."))?;
    let id = ids::read(id);
    if !ids::is_id(&id) {
        return Err(Refusal::new("ErrorInvalidAttachmentId", "The attachment id is malformed."));
    }
    let missing = || Refusal::new("ErrorItemNotFound", "The specified object was not found in the store.");
    call.mail()?.attachment(&id).ok_or_else(missing)
}

fn create(call: &mut EwsCall<'_, '_>, asked: &Element) -> Result<Reply, Refusal> {
    let parent = asked.get("ParentItemId").ok_or_else(|| Refusal::schema("The parent is missing."))?;
    let parent = Element { name: "ItemId".to_owned(), ..parent.clone() };
    let mut messages = Vec::new();
    for attachment in inside(asked, "Attachments")? {
        messages.push(Message::of(attach(call, &parent, attachment), &["Attachments"]));
    }
    Ok(Reply::Each(messages))
}

fn attach(call: &mut EwsCall<'_, '_>, parent: &Element, attachment: &Element) -> Result<Vec<Element>, Refusal> {
    let found = items::find(call, parent)?;
    if found.kind != Kind::Message || attachment.name != "FileAttachment" {
        let text = "This stand-in attaches files to messages only.";
        return Err(Refusal::new("ErrorAttachmentNestLevelLimitExceeded", text));
    }
    let name = attachment.text("Name").to_owned();
    if name.is_empty() {
        return Err(Refusal::new("ErrorRequiredPropertyMissing", "The attachment has no name."));
    }
    let content = attachment.text("Content");
    let invalid = || Refusal::schema("The 'Content' element is invalid: it is no base64.");
    ids::from_base64(content).ok_or_else(invalid)?;
    let made = Attachment {
        name,
        content_type: attachment.word("ContentType").unwrap_or("application/octet-stream").to_owned(),
        inline: attachment.word("IsInline").is_some_and(|word| ["true", "1"].contains(&word)),
        content_id: attachment.word("ContentId").map(str::to_owned),
        content: content.chars().filter(|character| !character.is_ascii_whitespace()).collect(),
        ..Attachment::default()
    };
    let (mail, context) = call.mail_mut()?;
    let id = mail.attach(&found.key, made, context)?;
    context.counters.wrote("ews attachments created");
    let (_, made) = call.mail()?.attachment(&id).ok_or_else(Refusal::not_found)?;
    let FileOf { id, .. } = items::file(made);
    let written = t("FileAttachment").child(root(call, &found, &id, "AttachmentId", "Id")?);
    Ok(vec![m("Attachments").child(written)])
}

/// The id of an attachment, which says what the message that carries it is now.
fn root(call: &EwsCall<'_, '_>, found: &Found, id: &str, name: &str, attribute: &str) -> Result<Element, Refusal> {
    let message = items::looks(call, found)?.base;
    let element = if id.is_empty() { Element::named(name) } else { t(name).with(attribute, &ids::written(id)) };
    Ok(element.with("RootItemId", &ids::written(&message.id)).with("RootItemChangeKey", &message.change_key))
}

fn delete(call: &mut EwsCall<'_, '_>, asked: &Element) -> Result<Reply, Refusal> {
    let mut messages = Vec::new();
    for id in inside(asked, "AttachmentIds")? {
        messages.push(Message::of(detach(call, id), &[]));
    }
    Ok(Reply::Each(messages))
}

fn detach(call: &mut EwsCall<'_, '_>, named: &Element) -> Result<Vec<Element>, Refusal> {
    let (key, attachment) = find(call, named)?;
    let id = attachment.id.clone();
    let (mail, context) = call.mail_mut()?;
    mail.detach(&key, &id, context)?;
    context.counters.wrote("ews attachments deleted");
    let found = Found { kind: Kind::Message, key, day: None };
    Ok(vec![root(call, &found, "", "m:RootItemId", "")?])
}
