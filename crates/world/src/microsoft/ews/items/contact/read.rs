//! How a contact looks.

use super::super::base::{Base, seconds, strings};
use super::super::{Found, Looks, Shape};
use super::lists::{CHATS, EMAILS, PARTS, PHONE_KEYS, PHONES, PLACES};
use super::{PROPERTIES, TEXTS, contact, file_as, mapi};
use crate::html;
use crate::microsoft::ews::call::EwsCall;
use crate::microsoft::ews::names::{said, t};
use crate::microsoft::ews::refusal::Refusal;
use crate::microsoft::ews::server::Version;
use crate::microsoft::mailbox::Contact;
use mxs_xml::Element;
use serde_json::Value;

/// How a contact looks.
pub(in crate::microsoft::ews::items) fn looks<'a>(
    call: &'a EwsCall<'_, '_>,
    found: &Found,
) -> Result<Looks<'a>, Refusal> {
    let contact = contact(call, found)?;
    let base = base(call, contact)?;
    let version = call.version;
    let has_picture = false;
    let own = Box::new(move |name: &str, _: &Shape| match name {
        "HasPicture" => Some(said(name, has_picture)),
        name => own(contact, name, version),
    });
    Ok(Looks { properties: PROPERTIES, base, own })
}

/// A text of the store's own.
pub(super) fn text(contact: &Contact, name: &str) -> String {
    contact.property(name, true).and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn kept<'a>(contact: &'a Contact, id: &str) -> Option<&'a str> {
    mapi::kept(&contact.extended, id)
}

fn base(call: &EwsCall<'_, '_>, contact: &Contact) -> Result<Base, Refusal> {
    let notes = text(contact, "personalNotes");
    // What was written as HTML is shown as such, until somebody changes what it says by the other door.
    let rich = kept(contact, mapi::BODY_HTML).filter(|rich| html::plain(rich) == notes);
    let folder = call.folder_of(&contact.folder)?;
    let mut extended = contact.extended.clone();
    for (id, name) in mapi::all_named() {
        let value = text(contact, name);
        if let Some(id) = id
            && !value.is_empty()
        {
            extended.insert(id, value);
        }
    }
    for (slot, _) in EMAILS.iter().enumerate() {
        if let (Some(id), Some(email)) = (mapi::shown_id(slot), contact.email(slot)) {
            extended.insert(id, email["name"].as_str().unwrap_or_default().to_owned());
        }
    }
    Ok(Base {
        id: contact.default_id.clone(),
        change_key: contact.change_key.clone(),
        folder,
        class: kept(contact, mapi::CLASS).unwrap_or("IPM.Contact").to_owned(),
        subject: kept(contact, mapi::SUBJECT).map_or_else(|| text(contact, "displayName"), str::to_owned),
        sensitivity: mapi::word(kept(contact, mapi::SENSITIVITY), &mapi::SENSITIVITIES, "Normal"),
        html: rich.is_some(),
        content: rich.map_or(notes, str::to_owned),
        files: Vec::new(),
        categories: contact.listed("categories").into_iter().map(str::to_owned).collect(),
        importance: mapi::word(kept(contact, mapi::IMPORTANCE), &mapi::IMPORTANCES, "Normal"),
        created: contact.created,
        modified: contact.modified,
        received: contact.created,
        sent: contact.created,
        draft: false,
        headers: Vec::new(),
        to: String::new(),
        cc: String::new(),
        conversation: None,
        in_reply_to: kept(contact, mapi::IN_REPLY_TO).map(str::to_owned),
        reminder_set: kept(contact, mapi::REMINDER_SET) == Some("true"),
        reminder_due: kept(contact, mapi::REMINDER_DUE).and_then(|due| due.parse().ok()),
        reminder_minutes: Some(kept(contact, mapi::REMINDER_BEFORE).and_then(|some| some.parse().ok()).unwrap_or(0)),
        culture: kept(contact, mapi::CULTURE).map(str::to_owned),
        modified_by: call.owner()?.display_name.clone(),
        extended,
        mime: None,
    })
}

/// The words for which postal address is the main one, by their numbers from 0 on.
pub(super) const MAIN_ADDRESSES: [&str; 4] = ["None", "Home", "Business", "Other"];

fn own(contact: &Contact, name: &str, version: Version) -> Option<Element> {
    if let Some((_, own)) = TEXTS.iter().find(|(known, _)| *known == name) {
        let text = text(contact, own);
        return (!text.is_empty()).then(|| said(name, text));
    }
    match name {
        "FileAsMapping" => Some(said(name, kept(contact, mapi::FILE_AS).and_then(file_as::word).unwrap_or("None"))),
        "CompleteName" => complete_name(contact),
        "EmailAddresses" => {
            list(name, EMAILS.iter().enumerate().filter_map(|(slot, key)| email(contact, slot, key, version)))
        }
        "PhysicalAddresses" => list(name, PLACES.iter().filter_map(|(key, own)| place(contact, key, own))),
        "PhoneNumbers" => list(name, PHONE_KEYS.iter().filter_map(|key| entry(key, &phone(contact, key)))),
        "ImAddresses" => {
            let chats = contact.listed("imAddresses");
            list(name, CHATS.iter().zip(chats).filter_map(|(key, chat)| entry(key, chat)))
        }
        "Birthday" => Some(said(name, text_of_moment(&text(contact, "birthday"))?)),
        "WeddingAnniversary" => Some(said(name, text_of_moment(kept(contact, mapi::WEDDING)?)?)),
        "Children" => strings(name, &contact.listed("children").into_iter().map(str::to_owned).collect::<Vec<_>>()),
        "Companies" => strings(name, &mapi::kept_texts(&contact.extended, mapi::COMPANIES)),
        "ContactSource" => Some(said(name, "Store")),
        "Mileage" => kept(contact, mapi::MILEAGE).map(|mileage| said(name, mileage)),
        "PostalAddressIndex" => {
            Some(said(name, mapi::word(kept(contact, mapi::MAIN_ADDRESS), &MAIN_ADDRESSES, "None")))
        }
        "PhoneticFirstName" => non_empty(name, text(contact, "yomiGivenName")),
        "PhoneticLastName" => non_empty(name, text(contact, "yomiSurname")),
        "Notes" => non_empty(name, text(contact, "personalNotes")),
        _ => None,
    }
}

fn non_empty(name: &str, text: String) -> Option<Element> {
    (!text.is_empty()).then(|| said(name, text))
}

fn text_of_moment(moment: &str) -> Option<String> {
    moment.parse().ok().map(seconds)
}

fn list(name: &str, entries: impl Iterator<Item = Element>) -> Option<Element> {
    let list = t(name).children(entries);
    (!list.children.is_empty()).then_some(list)
}

fn entry(key: &str, text: &str) -> Option<Element> {
    (!text.is_empty()).then(|| said("Entry", text).with("Key", key))
}

/// An email address. Since 2010 what it shows stands beside it.
fn email(contact: &Contact, slot: usize, key: &str, version: Version) -> Option<Element> {
    let email = contact.email(slot)?;
    let address = email["address"].as_str().unwrap_or_default();
    let entry = said("Entry", address).with("Key", key);
    if version < Version::Exchange2010 {
        return Some(entry);
    }
    Some(
        entry
            .with("Name", email["name"].as_str().unwrap_or(address))
            .with("RoutingType", "SMTP")
            .with("MailboxType", "Contact"),
    )
}

fn place(contact: &Contact, key: &str, own: &str) -> Option<Element> {
    let address = contact.property(own, true)?;
    let part = |(name, own): &(&str, &str)| {
        let text = address.get(*own).and_then(Value::as_str).filter(|text| !text.is_empty())?;
        Some(said(name, text))
    };
    let parts: Vec<Element> = PARTS.iter().filter_map(part).collect();
    (!parts.is_empty()).then(|| t("Entry").with("Key", key).children(parts))
}

/// A telephone number; empty where there is none.
fn phone(contact: &Contact, key: &str) -> String {
    if key == "MobilePhone" {
        return text(contact, "mobilePhone");
    }
    if let Some((_, own, place)) = PHONES.iter().find(|(known, ..)| *known == key) {
        return contact.listed(own).get(*place).copied().unwrap_or_default().to_owned();
    }
    let id = mapi::PHONES.iter().find(|(known, _)| *known == key).map(|(_, id)| *id);
    id.and_then(|id| kept(contact, id)).unwrap_or_default().to_owned()
}

fn complete_name(contact: &Contact) -> Option<Element> {
    let parts = [
        ("Title", "title"),
        ("FirstName", "givenName"),
        ("MiddleName", "middleName"),
        ("LastName", "surname"),
        ("Suffix", "generation"),
        ("Initials", "initials"),
        ("FullName", "displayName"),
        ("Nickname", "nickName"),
        ("YomiFirstName", "yomiGivenName"),
        ("YomiLastName", "yomiSurname"),
    ];
    list("CompleteName", parts.into_iter().filter_map(|(name, own)| non_empty(name, text(contact, own))))
}
