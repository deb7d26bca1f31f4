//! Contacts, which the store of Graph's contacts keeps.
//!
//! What that store has no property for is a MAPI property of the contact, as it is in a real mailbox: Graph finds a fax
//! number or a wedding day under the tag that [`mapi`] names.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/contact>.

mod file_as;
mod lists;
mod mapi;
mod read;
mod write;

pub(super) use read::looks;
pub(super) use write::{change, create};

use super::change::Properties;
use super::schema::CONTACT;
use super::{Disposal, Found, Kind};
use crate::microsoft::ews::call::EwsCall;
use crate::microsoft::ews::folders::{Folder, Home};
use crate::microsoft::ews::refusal::Refusal;
use crate::microsoft::mailbox::Contact;

/// What contacts have.
pub(super) const PROPERTIES: Properties = Properties { element: "Contact", prefix: "contacts", own: CONTACT };

/// The properties that are one text on both sides: their names here and in the store.
const TEXTS: [(&str, &str); 17] = [
    ("FileAs", "fileAs"),
    ("DisplayName", "displayName"),
    ("GivenName", "givenName"),
    ("Initials", "initials"),
    ("MiddleName", "middleName"),
    ("Nickname", "nickName"),
    ("CompanyName", "companyName"),
    ("AssistantName", "assistantName"),
    ("BusinessHomePage", "businessHomePage"),
    ("Department", "department"),
    ("Generation", "generation"),
    ("JobTitle", "jobTitle"),
    ("Manager", "manager"),
    ("OfficeLocation", "officeLocation"),
    ("Profession", "profession"),
    ("SpouseName", "spouseName"),
    ("Surname", "surname"),
];

/// The contact of this id, if it has one of that id's form that changes with the folder.
pub(super) fn find(call: &EwsCall<'_, '_>, id: &str) -> Result<Option<Found>, Refusal> {
    let found = call.mailbox()?.find(id).ok().filter(|contact| contact.default_id == id);
    Ok(found.map(|contact| Found { kind: Kind::Contact, key: contact.immutable_id.clone(), day: None }))
}

fn contact<'a>(call: &'a EwsCall<'_, '_>, found: &Found) -> Result<&'a Contact, Refusal> {
    call.mailbox()?.item(&found.key).ok_or_else(Refusal::not_found)
}

/// Deletes a contact. What is deleted softly and what is deleted for good go to the same place here: the one from
/// which administrators bring things back.
pub(super) fn delete(call: &mut EwsCall<'_, '_>, found: &Found, disposal: Disposal) -> Result<(), Refusal> {
    let (mailbox, context) = call.mailbox_mut()?;
    match disposal {
        Disposal::DeletedItems => mailbox.delete(&found.key, context)?,
        Disposal::Hard | Disposal::Soft => mailbox.purge(&found.key, context)?,
    }
    Ok(())
}

/// Moves a contact to another folder.
pub(super) fn shift(call: &mut EwsCall<'_, '_>, found: &Found, folder: &Folder) -> Result<(), Refusal> {
    let to = match (folder.home, folder.distinguished) {
        (Home::Contacts, _) => folder.id.clone(),
        (_, Some("deleteditems")) => "deleteditems".to_owned(),
        _ => return Err(Refusal::new("ErrorMoveCopyFailed", "The move or copy operation failed.")),
    };
    let (mailbox, context) = call.mailbox_mut()?;
    mailbox.shift(&found.key, &to, context)?;
    Ok(())
}
