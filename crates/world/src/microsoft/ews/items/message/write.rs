//! What a request makes of a message: the edit that Graph's door would make.

use super::super::change::{invalid, is_true, texts};
use super::super::mapi::{self, IMPORTANCES, SENSITIVITIES};
use super::super::{Change, Extended, Found, Kind, Manner, Path};
use super::message;
use crate::microsoft::ews::call::EwsCall;
use crate::microsoft::ews::folders::{Folder, Home};
use crate::microsoft::ews::refusal::Refusal;
use crate::microsoft::mail::{Edit, MailRules, Message, Person};
use crate::microsoft::mailbox::ExtendedId;
use mxs_xml::Element;

pub(super) const REFERENCES: &str = "String 0x1039";
pub(super) const RESPONSE_REQUESTED: &str = "Boolean 0x63";

/// Makes a message: a draft, or one that is sent. What is only sent leaves nothing behind.
pub(in crate::microsoft::ews::items) fn create(
    call: &mut EwsCall<'_, '_>,
    folder: Option<&Folder>,
    changes: &[Change],
    manner: &Manner,
) -> Result<Option<Found>, Refusal> {
    let Some(disposition) = manner.messages.as_deref() else {
        let text = "Message disposition is required for the message items.";
        return Err(Refusal::new("ErrorMessageDispositionRequired", text));
    };
    if folder.is_some_and(|folder| folder.home != Home::Mail) {
        return Err(Refusal::new("ErrorItemSave", "A message can't be saved in this folder."));
    }
    let edit = edit(None, changes)?;
    let me = me(call)?;
    let (mail, context) = call.mail_mut()?;
    let found = |key| Found { kind: Kind::Message, key, day: None };
    if disposition == "SendOnly" {
        mail.send_new(edit, false, &me, context)?;
        return Ok(None);
    }
    // Exchange's own door has always made messages that are no drafts: whoever sets the flag before the first save does.
    let rules = MailRules { flags_make_mail: true, ..MailRules::default() };
    let key = mail.create(folder.map_or("drafts", |folder| &folder.id), edit, &rules, &me, context)?;
    if disposition == "SendAndSaveCopy" {
        let sent = mail.send(&key, context)?;
        if let Some(folder) = folder.filter(|folder| folder.distinguished != Some("sentitems")) {
            mail.shift(&sent, &folder.id, context)?;
        }
    }
    Ok(Some(found(key)))
}

/// Sends a draft; the copy goes to a folder, if one is wanted.
pub(in crate::microsoft::ews) fn send(
    call: &mut EwsCall<'_, '_>,
    found: &Found,
    save_in: Option<Option<&Folder>>,
) -> Result<(), Refusal> {
    let (mail, context) = call.mail_mut()?;
    let sent = mail.send(&found.key, context)?;
    match save_in {
        None => mail.remove(&sent),
        Some(Some(folder)) if folder.distinguished != Some("sentitems") => {
            mail.shift(&sent, &folder.id, context)?;
        }
        Some(_) => {}
    }
    Ok(())
}

/// Changes a message.
pub(in crate::microsoft::ews::items) fn change(
    call: &mut EwsCall<'_, '_>,
    found: &Found,
    changes: &[Change],
    manner: &Manner,
) -> Result<(), Refusal> {
    let disposition = manner.messages.as_deref().unwrap_or("SaveOnly");
    let edit = edit(Some(message(call, found)?), changes)?;
    let (mail, context) = call.mail_mut()?;
    mail.edit(&found.key, edit, context)?;
    if disposition != "SaveOnly" {
        send(call, found, (disposition == "SendAndSaveCopy").then_some(None))?;
    }
    Ok(())
}

fn me(call: &EwsCall<'_, '_>) -> Result<Person, Refusal> {
    let owner = call.owner()?;
    Ok(Person { name: owner.display_name.clone(), address: owner.address().to_owned() })
}

fn edit(message: Option<&Message>, changes: &[Change]) -> Result<Edit, Refusal> {
    let mut edit = Edit::default();
    for change in changes {
        match change {
            Change::SetExtended(property, value) => set_extended(&mut edit, property, Some(value)),
            Change::Delete(Path::Extended(property)) => set_extended(&mut edit, property, None),
            Change::Set(Path::Field { name, .. }, element) => take(&mut edit, name, Some(element), change)?,
            Change::Delete(Path::Field { name, .. }) => take(&mut edit, name, None, change)?,
            Change::Append(Path::Field { name, .. }, element) => append(&mut edit, message, name, element, change)?,
            Change::Set(..) | Change::Append(..) | Change::Delete(..) => return Err(invalid(change)),
        }
    }
    Ok(edit)
}

fn set_extended(edit: &mut Edit, property: &Extended, value: Option<&String>) {
    match value {
        Some(value) => edit.extended.push((property.id.clone(), value.clone())),
        None => edit.forgotten.push(property.id.clone()),
    }
}

fn keep(edit: &mut Edit, id: &str, value: Option<String>) {
    let Ok(id) = ExtendedId::parse(id) else { return };
    match value {
        Some(value) => edit.extended.push((id, value)),
        None => edit.forgotten.push(id),
    }
}

fn append(
    edit: &mut Edit,
    message: Option<&Message>,
    name: &str,
    element: &Element,
    change: &Change,
) -> Result<(), Refusal> {
    let own = |list: fn(&Message) -> &Vec<Person>| message.map(|message| list(message).clone()).unwrap_or_default();
    let more = people(Some(element));
    match name {
        "Body" => {
            edit.content = Some(message.map(|message| message.content.clone()).unwrap_or_default() + &element.text);
            edit.named.push("body");
        }
        "ToRecipients" => edit.to = Some([own(|message| &message.to), more].concat()),
        "CcRecipients" => edit.cc = Some([own(|message| &message.cc), more].concat()),
        "BccRecipients" => edit.bcc = Some([own(|message| &message.bcc), more].concat()),
        "ReplyTo" => edit.reply_to = Some([own(|message| &message.reply_to), more].concat()),
        _ => {
            let refusal = Refusal::new("ErrorInvalidPropertyAppend", "Property doesn't support appending.");
            return Err(refusal.path(change.path().write()));
        }
    }
    Ok(())
}

fn take(edit: &mut Edit, name: &str, element: Option<&Element>, change: &Change) -> Result<(), Refusal> {
    let said = element.map(|element| element.text.as_str()).unwrap_or_default();
    let word = said.trim();
    let refused = || invalid(change);
    let some_text = || element.map(|_| said.to_owned());
    let some_flag = || element.map(|_| is_true(word).to_string());
    match name {
        "Subject" => {
            edit.subject = Some(said.to_owned());
            edit.named.push("subject");
        }
        "Body" => {
            edit.html = Some(element.is_some_and(|body| body.attribute("BodyType") == Some("HTML")));
            edit.content = Some(said.to_owned());
            edit.named.push("body");
        }
        "Categories" => edit.categories = Some(texts(element).into_iter().map(str::to_owned).collect()),
        "Importance" => {
            let known = IMPORTANCES.into_iter().find(|known| *known == word);
            let known = if element.is_none() { Some("Normal") } else { known };
            edit.importance = Some(known.ok_or_else(refused)?.to_lowercase());
        }
        "Sensitivity" => {
            let place = || SENSITIVITIES.into_iter().position(|known| known == word).ok_or_else(refused);
            keep(edit, mapi::SENSITIVITY, element.map(|_| place().map(|place| place.to_string())).transpose()?);
        }
        "ItemClass" => keep(edit, mapi::CLASS, element.map(|_| word.to_owned())),
        "From" | "Sender" => {
            if let Some(person) = people(element).pop() {
                edit.from = Some(person);
                edit.named.push("from");
            }
        }
        "ToRecipients" => edit.to = Some(people(element)),
        "CcRecipients" => edit.cc = Some(people(element)),
        "BccRecipients" => edit.bcc = Some(people(element)),
        "ReplyTo" => edit.reply_to = Some(people(element)),
        "IsRead" => edit.is_read = Some(is_true(word)),
        "InternetMessageId" => edit.internet_id = some_text(),
        "References" => keep(edit, REFERENCES, some_text()),
        "InReplyTo" => keep(edit, mapi::IN_REPLY_TO, some_text()),
        "Culture" => keep(edit, mapi::CULTURE, some_text()),
        "IsResponseRequested" => keep(edit, RESPONSE_REQUESTED, some_flag()),
        // Nobody answers with receipts here.
        "IsReadReceiptRequested" | "IsDeliveryReceiptRequested" => {}
        "ReminderIsSet" => keep(edit, mapi::REMINDER_SET, some_flag()),
        "ReminderDueBy" => {
            let moment = || super::super::change::moment(said).map(|moment| moment.to_string()).ok_or_else(refused);
            keep(edit, mapi::REMINDER_DUE, element.map(|_| moment()).transpose()?);
        }
        "ReminderMinutesBeforeStart" => {
            let minutes = || word.parse::<u32>().map(|minutes| minutes.to_string()).map_err(|_| refused());
            keep(edit, mapi::REMINDER_BEFORE, element.map(|_| minutes()).transpose()?);
        }
        _ => return Err(refused()),
    }
    match name {
        "ToRecipients" => edit.named.push("toRecipients"),
        "CcRecipients" => edit.named.push("ccRecipients"),
        "BccRecipients" => edit.named.push("bccRecipients"),
        "ReplyTo" => edit.named.push("replyTo"),
        _ => {}
    }
    Ok(())
}

/// The people of a list; one without an address can't be reached and is left out.
fn people(list: Option<&Element>) -> Vec<Person> {
    let person = |mailbox: &Element| Person {
        name: mailbox.text("Name").to_owned(),
        address: mailbox.text("EmailAddress").trim().to_owned(),
    };
    let all = list.into_iter().flat_map(|list| &list.children).map(person);
    all.filter(|person| !person.address.is_empty()).collect()
}
