//! What a request makes of a contact: the edit that Graph's door would make.

use super::super::change::{invalid, is_true, moment, plain, texts};
use super::super::{Change, Extended, Found, Kind, Path};
use super::lists::{CHATS, EMAILS, PARTS, PHONES, PLACES};
use super::mapi::{IMPORTANCES, SENSITIVITIES};
use super::read::{MAIN_ADDRESSES, text};
use super::{TEXTS, contact, file_as, mapi};
use crate::microsoft::ews::call::EwsCall;
use crate::microsoft::ews::folders::Folder;
use crate::microsoft::ews::refusal::Refusal;
use crate::microsoft::mailbox::{Contact, Edit, ExtendedId};
use mxs_xml::Element;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Makes a contact.
pub(in crate::microsoft::ews::items) fn create(
    call: &mut EwsCall<'_, '_>,
    folder: Option<&Folder>,
    changes: &[Change],
) -> Result<Found, Refusal> {
    let edit = Draft::of(None).changed(changes)?;
    let (mailbox, context) = call.mailbox_mut()?;
    let key = mailbox.add(folder.map_or("contacts", |folder| &folder.id), edit, context)?;
    Ok(Found { kind: Kind::Contact, key, day: None })
}

/// Changes a contact.
pub(in crate::microsoft::ews::items) fn change(
    call: &mut EwsCall<'_, '_>,
    found: &Found,
    changes: &[Change],
) -> Result<(), Refusal> {
    let edit = Draft::of(Some(contact(call, found)?)).changed(changes)?;
    let (mailbox, context) = call.mailbox_mut()?;
    mailbox.edit(&found.key, edit, context)?;
    Ok(())
}

/// What a contact will hold, and what of it has to be written for that.
struct Draft<'a> {
    contact: Option<&'a Contact>,
    /// What is written, as Graph writes it.
    written: Map<String, Value>,
    /// MAPI properties that are set, or taken away.
    extended: BTreeMap<ExtendedId, Option<String>>,
    /// The names that email addresses show, which are written behind the addresses.
    shown: BTreeMap<usize, String>,
}

impl<'a> Draft<'a> {
    fn of(contact: Option<&'a Contact>) -> Self {
        Self { contact, written: Map::new(), extended: BTreeMap::new(), shown: BTreeMap::new() }
    }

    fn changed(mut self, changes: &[Change]) -> Result<Edit, Refusal> {
        for change in changes {
            self.take(change)?;
        }
        self.show_names();
        self.file();
        let mut edit = Edit::read(&Value::Object(self.written))?;
        for (id, value) in self.extended {
            match value {
                Some(value) => edit.keep(id, value),
                None => edit.forget(id),
            }
        }
        Ok(edit)
    }

    // What is there, whether written or not

    fn text(&self, name: &str) -> String {
        match self.written.get(name) {
            Some(written) => written.as_str().unwrap_or_default().to_owned(),
            None => self.contact.map(|contact| text(contact, name)).unwrap_or_default(),
        }
    }

    fn list(&self, name: &str) -> Vec<String> {
        match self.written.get(name) {
            Some(written) => {
                let entries = written.as_array().into_iter().flatten();
                entries.map(|entry| entry.as_str().unwrap_or_default().to_owned()).collect()
            }
            None => {
                let own = self.contact.map(|contact| contact.listed(name)).unwrap_or_default();
                own.into_iter().map(str::to_owned).collect()
            }
        }
    }

    fn object(&self, name: &str) -> Map<String, Value> {
        let own = || self.contact.and_then(|contact| contact.property(name, true));
        let value = self.written.get(name).cloned().or_else(own);
        value.and_then(|value| value.as_object().cloned()).unwrap_or_default()
    }

    // What is written

    fn set_text(&mut self, name: &str, text: &str) {
        let value = if text.is_empty() { Value::Null } else { json!(text) };
        self.written.insert(name.to_owned(), value);
    }

    fn set_place(&mut self, name: &str, place: usize, text: &str) {
        let mut list = self.list(name);
        list.resize(list.len().max(place + 1), String::new());
        text.clone_into(&mut list[place]);
        while list.last().is_some_and(String::is_empty) {
            list.pop();
        }
        self.written.insert(name.to_owned(), json!(list));
    }

    fn keep(&mut self, id: &str, value: Option<String>) {
        if let Ok(id) = ExtendedId::parse(id) {
            self.extended.insert(id, value);
        }
    }

    fn take(&mut self, change: &Change) -> Result<(), Refusal> {
        match change {
            Change::SetExtended(property, value) => self.take_extended(property, Some(value)),
            Change::Delete(Path::Extended(property)) => self.take_extended(property, None),
            Change::Set(Path::Indexed { uri, key }, list) => self.take_entry(uri, key, Some(list), change)?,
            Change::Delete(Path::Indexed { uri, key }) => self.take_entry(uri, key, None, change)?,
            Change::Set(Path::Field { name, .. }, element) => self.take_field(name, Some(element), change)?,
            Change::Delete(Path::Field { name, .. }) => self.take_field(name, None, change)?,
            Change::Append(Path::Field { name, .. }, element) if name == "Body" => {
                let more = self.text("personalNotes") + &plain(element);
                self.set_notes(&more, None);
            }
            Change::Append(path, _) => {
                let refusal = Refusal::new("ErrorInvalidPropertyAppend", "Property doesn't support appending.");
                return Err(refusal.path(path.write()));
            }
            Change::Set(Path::Extended(_), _) => return Err(Refusal::schema("An 'ExtendedProperty' is missing.")),
        }
        Ok(())
    }

    fn take_extended(&mut self, property: &Extended, value: Option<&String>) {
        if let Some(name) = mapi::named(&property.id) {
            self.set_text(name, value.map_or("", String::as_str));
        } else if let Some(slot) = mapi::shown(&property.id) {
            self.shown.insert(slot, value.cloned().unwrap_or_default());
        } else {
            self.extended.insert(property.id.clone(), value.cloned());
        }
    }

    fn take_field(&mut self, name: &str, element: Option<&Element>, change: &Change) -> Result<(), Refusal> {
        let said = element.map(|element| element.text.as_str()).unwrap_or_default();
        let invalid = || invalid(change);
        let a_moment = || -> Result<Option<String>, Refusal> {
            element.map(|_| moment(said).map(|moment| moment.to_string()).ok_or_else(invalid)).transpose()
        };
        let number = |words: &[&str]| -> Result<Option<String>, Refusal> {
            let place = || words.iter().position(|word| *word == said.trim()).ok_or_else(invalid);
            element.map(|_| place().map(|place| place.to_string())).transpose()
        };
        if let Some((_, own)) = TEXTS.iter().find(|(known, _)| *known == name) {
            self.set_text(own, said);
            if name == "FileAs" {
                self.keep(mapi::FILE_AS, None);
            }
            return Ok(());
        }
        match name {
            "Body" => {
                let is_html = element.is_some_and(|body| body.attribute("BodyType") == Some("HTML"));
                self.set_notes(&element.map(plain).unwrap_or_default(), is_html.then_some(said));
            }
            "Subject" => self.keep(mapi::SUBJECT, element.map(|_| said.to_owned())),
            "Sensitivity" => {
                let number = number(&SENSITIVITIES)?;
                self.keep(mapi::SENSITIVITY, number);
            }
            "Importance" => {
                let number = number(&IMPORTANCES)?;
                self.keep(mapi::IMPORTANCE, number);
            }
            "PostalAddressIndex" => {
                let number = number(&MAIN_ADDRESSES)?;
                self.keep(mapi::MAIN_ADDRESS, number);
            }
            "ItemClass" => {
                let class = said.trim();
                let fits = element.is_none() || class.starts_with("IPM.Contact");
                let text = "The item class is not valid for this type of item.";
                fits.then_some(()).ok_or_else(|| Refusal::new("ErrorObjectTypeChanged", text))?;
                self.keep(mapi::CLASS, element.map(|_| class.to_owned()));
            }
            "Categories" | "Children" => {
                let own = if name == "Categories" { "categories" } else { "children" };
                self.written.insert(own.to_owned(), json!(texts(element)));
            }
            "Companies" => self.keep(mapi::COMPANIES, element.map(|_| json!(texts(element)).to_string())),
            "Birthday" => {
                let moment = a_moment()?;
                self.set_text("birthday", moment.as_deref().unwrap_or_default());
            }
            "WeddingAnniversary" => {
                let moment = a_moment()?;
                self.keep(mapi::WEDDING, moment);
            }
            "ReminderDueBy" => {
                let moment = a_moment()?;
                self.keep(mapi::REMINDER_DUE, moment);
            }
            "ReminderIsSet" => self.keep(mapi::REMINDER_SET, element.map(|_| is_true(said).to_string())),
            "ReminderMinutesBeforeStart" => {
                let minutes = element.map(|_| said.trim().parse::<u32>().map_err(|_| invalid())).transpose()?;
                self.keep(mapi::REMINDER_BEFORE, minutes.map(|minutes| minutes.to_string()));
            }
            "Mileage" => self.keep(mapi::MILEAGE, element.map(|_| said.to_owned())),
            "InReplyTo" => self.keep(mapi::IN_REPLY_TO, element.map(|_| said.to_owned())),
            "Culture" => self.keep(mapi::CULTURE, element.map(|_| said.to_owned())),
            "FileAsMapping" => {
                let rule = element.map(|_| said.trim()).filter(|rule| *rule != "None");
                let number = rule.map(|rule| file_as::number(rule).ok_or_else(invalid)).transpose()?;
                self.keep(mapi::FILE_AS, number.map(|number| number.to_string()));
            }
            "EmailAddresses" | "ImAddresses" | "PhoneNumbers" | "PhysicalAddresses" => {
                self.take_list(name, element, change)?;
            }
            _ => return Err(invalid()),
        }
        Ok(())
    }

    /// A whole list: of a new contact, or to be taken away.
    fn take_list(&mut self, name: &str, list: Option<&Element>, change: &Change) -> Result<(), Refusal> {
        let uri = match name {
            "EmailAddresses" => "contacts:EmailAddress",
            "ImAddresses" => "contacts:ImAddress",
            "PhoneNumbers" => "contacts:PhoneNumber",
            _ => "contacts:PhysicalAddress",
        };
        // An existing contact's entries are changed one by one.
        let Some(list) = list.filter(|_| self.contact.is_none()) else {
            let text = "The property is set entry by entry.";
            return Err(Refusal::new("ErrorInvalidPropertySet", text).path(change.path().write()));
        };
        for entry in &list.children {
            let key = entry.attribute("Key").unwrap_or_default();
            self.set_entry(uri, key, Some(entry), change)?;
        }
        Ok(())
    }

    /// One entry, out of the list in which it is alone.
    fn take_entry(&mut self, uri: &str, key: &str, list: Option<&Element>, change: &Change) -> Result<(), Refusal> {
        let Some(list) = list else { return self.set_entry(uri, key, None, change) };
        match list.children.as_slice() {
            [entry] if entry.attribute("Key") == Some(key) => self.set_entry(uri, key, Some(entry), change),
            _ => {
                let text = "The property that is set doesn't match its path.";
                Err(Refusal::new("ErrorUpdatePropertyMismatch", text).path(change.path().write()))
            }
        }
    }

    fn set_entry(&mut self, uri: &str, key: &str, entry: Option<&Element>, change: &Change) -> Result<(), Refusal> {
        let said = entry.map(|entry| entry.text.as_str()).unwrap_or_default();
        let unknown =
            || Refusal::schema(format!("The 'Key' attribute is invalid - '{key}'.")).path(change.path().write());
        let at = |keys: &[&str]| keys.iter().position(|known| *known == key).ok_or_else(unknown);
        let mut parts = uri.split(':').skip(1);
        match (parts.next().unwrap_or_default(), parts.next()) {
            ("EmailAddress", None) => {
                let slot = at(&EMAILS)?;
                let name = entry.and_then(|entry| entry.attribute("Name")).unwrap_or(said);
                let email = if said.is_empty() { Value::Null } else { json!({ "address": said, "name": name }) };
                self.written.insert(SLOTS[slot].to_owned(), email);
            }
            ("ImAddress", None) => self.set_place("imAddresses", at(&CHATS)?, said),
            ("PhoneNumber", None) if key == "MobilePhone" => self.set_text("mobilePhone", said),
            ("PhoneNumber", None) => match PHONES.iter().find(|(known, ..)| *known == key) {
                Some((_, own, place)) => self.set_place(own, *place, said),
                None => {
                    let (_, id) = mapi::PHONES.iter().find(|(known, _)| *known == key).ok_or_else(unknown)?;
                    self.keep(id, Some(said.to_owned()).filter(|said| !said.is_empty()));
                }
            },
            ("PhysicalAddress", part) => {
                let (_, own) = PLACES.iter().find(|(known, _)| *known == key).ok_or_else(unknown)?;
                let mut address = self.object(own);
                for (name, own) in PARTS.iter().filter(|(name, _)| part.is_none_or(|part| part == *name)) {
                    let said = entry.and_then(|entry| entry.get(name)).map(|part| part.text.as_str());
                    match said.filter(|said| !said.is_empty()) {
                        Some(said) => address.insert((*own).to_owned(), json!(said)),
                        None => address.remove(*own),
                    };
                }
                self.written.insert((*own).to_owned(), Value::Object(address));
            }
            _ => return Err(unknown()),
        }
        Ok(())
    }

    fn set_notes(&mut self, notes: &str, rich: Option<&str>) {
        self.set_text("personalNotes", notes);
        self.keep(mapi::BODY_HTML, rich.map(str::to_owned));
    }

    /// Gives email addresses the names that they are to show. A name without an address is kept all the same.
    fn show_names(&mut self) {
        for (slot, name) in std::mem::take(&mut self.shown) {
            let own = || self.contact.and_then(|contact| contact.email(slot).cloned());
            let now = self.written.get(SLOTS[slot]).cloned().or_else(own).unwrap_or_default();
            let mut email = now.as_object().cloned().unwrap_or_default();
            let name = if name.is_empty() { email.get("address").cloned() } else { Some(json!(name)) };
            match name {
                Some(name) => email.insert("name".to_owned(), name),
                None => email.remove("name"),
            };
            self.written
                .insert(SLOTS[slot].to_owned(), if email.is_empty() { Value::Null } else { Value::Object(email) });
        }
    }

    /// Files a contact by its rule.
    fn file(&mut self) {
        if self.written.contains_key("fileAs") {
            return;
        }
        let Ok(id) = ExtendedId::parse(mapi::FILE_AS) else { return };
        let own = || self.contact.and_then(|contact| contact.extended.get(&id).cloned());
        let number = self.extended.get(&id).cloned().unwrap_or_else(own);
        if let Some(rule) = number.and_then(|number| file_as::word(&number)) {
            let filed = file_as::filed(rule, |name| self.text(name));
            self.set_text("fileAs", &filed);
        }
    }
}

/// What the store calls the email addresses.
const SLOTS: [&str; 3] = ["primaryEmailAddress", "secondaryEmailAddress", "tertiaryEmailAddress"];
