//! A contact and the engine's fields.
//!
//! <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/contact>

use crate::item;
use crate::property::{self, Change, Property, STRING};
use crate::xml::Element;
use Property::{Entry, Field as Of, OfContact, Part, Tag};
use mxs_core::{Field, Fields, Patch, Value};
use mxs_graph::contact::{BIRTHDAY_TIME, birthday};
use mxs_graph::mark::Mark;
use mxs_graph::text::{read, with_line_ends};

const BIRTHDAY: Property = Of("contacts", "Birthday");
const FILE_AS: Property = Of("contacts", "FileAsMapping");

const fn text(name: &'static str) -> Property {
    Of("contacts", name)
}

const fn phone(key: &'static str) -> Property {
    Entry { list: "PhoneNumbers", uri: "PhoneNumber", key }
}

const fn messenger(key: &'static str) -> Property {
    Entry { list: "ImAddresses", uri: "ImAddress", key }
}

const fn email(key: &'static str) -> Property {
    Entry { list: "EmailAddresses", uri: "EmailAddress", key }
}

const fn part(key: &'static str, part: &'static str) -> Property {
    Part { key, part }
}

/// Properties that hold one text.
const TEXTS: [(Field, Property); 43] = [
    (Field::Assistant, text("AssistantName")),
    (Field::BusinessPhone, phone("BusinessPhone")),
    (Field::BusinessPhone2, phone("BusinessPhone2")),
    (Field::Company, text("CompanyName")),
    (Field::Department, text("Department")),
    (Field::GivenName, text("GivenName")),
    (Field::HomeStreet, part("Home", "Street")),
    (Field::HomeCity, part("Home", "City")),
    (Field::HomeState, part("Home", "State")),
    (Field::HomeCountry, part("Home", "CountryOrRegion")),
    (Field::HomePostalCode, part("Home", "PostalCode")),
    (Field::HomePhone, phone("HomePhone")),
    (Field::HomePhone2, phone("HomePhone2")),
    (Field::ImAddress, messenger("ImAddress1")),
    (Field::ImAddress2, messenger("ImAddress2")),
    (Field::ImAddress3, messenger("ImAddress3")),
    (Field::JobTitle, text("JobTitle")),
    (Field::Manager, text("Manager")),
    (Field::MiddleName, text("MiddleName")),
    (Field::MobilePhone, phone("MobilePhone")),
    (Field::Nickname, text("Nickname")),
    (Field::OfficeLocation, text("OfficeLocation")),
    (Field::OtherStreet, part("Other", "Street")),
    (Field::OtherCity, part("Other", "City")),
    (Field::OtherState, part("Other", "State")),
    (Field::OtherCountry, part("Other", "CountryOrRegion")),
    (Field::OtherPostalCode, part("Other", "PostalCode")),
    (Field::Profession, text("Profession")),
    (Field::Suffix, text("Generation")),
    (Field::Surname, text("Surname")),
    // An element says it too, and can't be written.
    (Field::Title, Tag("0x3A45", STRING)),
    (Field::WebPage, text("BusinessHomePage")),
    (Field::WorkStreet, part("Business", "Street")),
    (Field::WorkCity, part("Business", "City")),
    (Field::WorkState, part("Business", "State")),
    (Field::WorkCountry, part("Business", "CountryOrRegion")),
    (Field::WorkPostalCode, part("Business", "PostalCode")),
    (Field::YomiCompany, OfContact(0x802E)),
    (Field::YomiGivenName, OfContact(0x802C)),
    (Field::YomiSurname, OfContact(0x802D)),
    (Field::Email1, email("EmailAddress1")),
    (Field::Email2, email("EmailAddress2")),
    (Field::Email3, email("EmailAddress3")),
];

/// The mail addresses and the names beside them, as Outlook shows them.
///
/// <https://learn.microsoft.com/en-us/openspecs/exchange_server_protocols/ms-oxocntc/>
const NAMES: [(Field, Field, Property); 3] = [
    (Field::Email1, Field::Email1Name, OfContact(0x8080)),
    (Field::Email2, Field::Email2Name, OfContact(0x8090)),
    (Field::Email3, Field::Email3Name, OfContact(0x80A0)),
];

/// The elements of a new contact in the schema's order, and those of its addresses.
const ORDER: [&str; 28] = [
    "Sensitivity",
    "Body",
    "Categories",
    "ExtendedProperty",
    "FileAsMapping",
    "GivenName",
    "MiddleName",
    "Nickname",
    "CompanyName",
    "EmailAddresses",
    "PhysicalAddresses",
    "PhoneNumbers",
    "AssistantName",
    "Birthday",
    "BusinessHomePage",
    "Department",
    "Generation",
    "ImAddresses",
    "JobTitle",
    "Manager",
    "OfficeLocation",
    "Profession",
    "Surname",
    "Street",
    "City",
    "State",
    "CountryOrRegion",
    "PostalCode",
];

/// Every property that is read.
pub(crate) fn properties() -> impl Iterator<Item = Property> {
    let texts = TEXTS.into_iter().map(|(_, property)| property);
    let names = NAMES.into_iter().map(|(_, _, property)| property);
    item::COMMON.into_iter().chain(texts).chain(names).chain([BIRTHDAY])
}

/// The contents of a contact; `None` where something of them can't be read.
pub(crate) fn fields(contact: &Element) -> Option<Fields> {
    let mut fields = Fields::default();
    item::fields(contact, &mut fields)?;
    for (field, property) in TEXTS {
        fields.put(field, read(property.text(contact)?));
    }
    for (address, name, property) in NAMES {
        let shown = read(property.text(contact)?);
        // Where nobody gave a name, Exchange repeats the address: that is no name.
        fields.put(name, shown.filter(|shown| Some(shown) != fields.get(address)));
    }
    if let Some(word) = BIRTHDAY.word(contact)? {
        fields.put(Field::Birthday, Some(Value::Date(birthday(word)?)));
    }
    Some(fields)
}

/// The element of a new contact with `fields`, which Outlook files by its name; without one, by its company.
pub(crate) fn creation(fields: &Fields, mark: Mark<'_>) -> Element {
    let everything = fields.iter().map(|(field, value)| (field, Some(value.clone()))).collect();
    let mut changes = changes(&everything, &Fields::default());
    let is_named = [Field::GivenName, Field::Surname].into_iter().any(|name| fields.get(name).is_some());
    changes.push(Change::set(FILE_AS, if is_named { "LastCommaFirst" } else { "Company" }));
    changes.push(item::mark(mark));
    property::item("Contact", changes, &ORDER)
}

/// What brings `patch` to a contact that now holds `current`. The display name beside a mail address stays with its
/// address, and goes when that does.
pub(crate) fn changes(patch: &Patch, current: &Fields) -> Vec<Change> {
    let after = patch.applied_to(current);
    let mut changes: Vec<Change> =
        patch.iter().filter_map(|(field, _)| change(field, &after).or_else(|| item::change(field, &after))).collect();
    for (address, name, property) in NAMES {
        let shown = name_after(patch, current, (address, name));
        let moved = after.text(address) != current.text(address);
        if moved || shown != current.text(name) {
            // Outlook shows nothing where no name is, so that the address is its own.
            changes.push(Change::to_text(property, if shown.is_empty() { after.text(address) } else { shown }));
        }
    }
    changes
}

fn change(field: Field, after: &Fields) -> Option<Change> {
    if field == Field::Birthday {
        return Some(match after.get(Field::Birthday) {
            Some(Value::Date(day)) => Change::set(BIRTHDAY, &format!("{day}{BIRTHDAY_TIME}")),
            _ => Change::Delete(BIRTHDAY),
        });
    }
    let (_, property) = TEXTS.into_iter().find(|(own, _)| *own == field)?;
    Some(Change::to_text(property, &with_line_ends(after.text(field))))
}

/// The name beside a mail address after `patch`.
fn name_after<'a>(patch: &'a Patch, current: &'a Fields, (address, name): (Field, Field)) -> &'a str {
    let text = |field| match patch.get(field) {
        Some(value) => value.and_then(Value::as_text).unwrap_or_default(),
        None => current.text(field),
    };
    let now = text(address);
    if patch.contains(name) || now == current.text(address) {
        return text(name);
    }
    // The address came from another place, or is new.
    let before = NAMES.into_iter().find(|(other, _, _)| now == current.text(*other));
    before.filter(|_| !now.is_empty()).map_or("", |(_, name, _)| current.text(name))
}
