//! Messages: the store of Graph's mail.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/message-ex15websvcsotherref>.

mod mime;
mod read;
mod write;

pub(in crate::microsoft::ews) use read::file;
pub(super) use read::looks;
pub(in crate::microsoft::ews) use write::send;
pub(super) use write::{change, create};

use super::change::Properties;
use super::schema::MESSAGE;
use super::{Disposal, Found, Kind};
use crate::microsoft::ews::call::EwsCall;
use crate::microsoft::ews::folders::{Folder, Home};
use crate::microsoft::ews::refusal::Refusal;
use crate::microsoft::mail::{MailRules, Message};

/// What messages have.
pub(super) const PROPERTIES: Properties = Properties { element: "Message", prefix: "message", own: MESSAGE };

/// The message of this id, if it has one of that id's form that changes with the folder.
pub(super) fn find(call: &EwsCall<'_, '_>, id: &str) -> Result<Option<Found>, Refusal> {
    let found = call.mail()?.find(id).ok().filter(|message| message.default_id == id);
    Ok(found.map(|message| Found { kind: Kind::Message, key: message.immutable_id.clone(), day: None }))
}

fn message<'a>(call: &'a EwsCall<'_, '_>, found: &Found) -> Result<&'a Message, Refusal> {
    call.mail()?.item(&found.key).ok_or_else(Refusal::not_found)
}

/// The messages in a folder, the latest first.
pub(super) fn members(call: &EwsCall<'_, '_>, folder: &Folder) -> Result<Vec<Found>, Refusal> {
    let mail = call.mail()?;
    let Ok(folder) = mail.any_folder(&folder.id) else { return Ok(Vec::new()) };
    let found = |message: &Message| Found { kind: Kind::Message, key: message.immutable_id.clone(), day: None };
    Ok(mail.members(Some(folder)).into_iter().map(found).collect())
}

/// Deletes a message. What is deleted softly and what is deleted for good go to the same place here.
pub(super) fn delete(call: &mut EwsCall<'_, '_>, found: &Found, disposal: Disposal) -> Result<(), Refusal> {
    let rules = MailRules { delete_is_final: disposal != Disposal::DeletedItems, ..call.microsoft.rules.mail };
    let (mail, context) = call.mail_mut()?;
    Ok(mail.delete(&found.key, &rules, context)?)
}

/// Moves a message to another folder.
pub(super) fn shift(call: &mut EwsCall<'_, '_>, found: &Found, folder: &Folder) -> Result<(), Refusal> {
    if folder.home != Home::Mail {
        return Err(Refusal::new("ErrorMoveCopyFailed", "The move or copy operation failed."));
    }
    let (mail, context) = call.mail_mut()?;
    mail.shift(&found.key, &folder.id, context)?;
    Ok(())
}
