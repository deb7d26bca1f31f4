//! A contact's JSON and the engine's fields.
//!
//! <https://learn.microsoft.com/en-us/graph/api/resources/contact>

use crate::json::{filled, list, text};
use crate::mark::{self, Mark};
use crate::shape::{Members, Shape};
use crate::text::{read, with_line_ends};
use mxs_core::{Date, ExchangeId, Field, Fields, Instant, Patch, Seen, Value, Version};
use serde_json::{Map, Value as Json, json};

/// Every property that is read, as the value of `$select`.
pub const SELECT: &str = "id,assistantName,birthday,businessAddress,businessHomePage,businessPhones,categories,\
                          companyName,department,emailAddresses,generation,givenName,homeAddress,homePhones,imAddresses,\
                          jobTitle,manager,middleName,mobilePhone,nickName,officeLocation,otherAddress,parentFolderId,\
                          personalNotes,profession,surname,title,yomiCompanyName,yomiGivenName,yomiSurname";

/// Properties that hold one text.
const TEXTS: [(Field, &str); 19] = [
    (Field::Assistant, "assistantName"),
    (Field::Company, "companyName"),
    (Field::Department, "department"),
    (Field::GivenName, "givenName"),
    (Field::JobTitle, "jobTitle"),
    (Field::Manager, "manager"),
    (Field::MiddleName, "middleName"),
    (Field::MobilePhone, "mobilePhone"),
    (Field::Nickname, "nickName"),
    (Field::Notes, "personalNotes"),
    (Field::OfficeLocation, "officeLocation"),
    (Field::Profession, "profession"),
    (Field::Suffix, "generation"),
    (Field::Surname, "surname"),
    (Field::Title, "title"),
    (Field::WebPage, "businessHomePage"),
    (Field::YomiCompany, "yomiCompanyName"),
    (Field::YomiGivenName, "yomiGivenName"),
    (Field::YomiSurname, "yomiSurname"),
];

/// Properties that hold a list of texts. Exchange has room for no more of each, so that the fields name them all.
const LISTS: [(&str, &[Field]); 3] = [
    ("businessPhones", &[Field::BusinessPhone, Field::BusinessPhone2]),
    ("homePhones", &[Field::HomePhone, Field::HomePhone2]),
    ("imAddresses", &[Field::ImAddress, Field::ImAddress2, Field::ImAddress3]),
];

const CATEGORIES: &str = "categories";
const BIRTHDAY: &str = "birthday";
const EMAILS: &str = "emailAddresses";

/// The mail addresses and the names beside them. Exchange has room for three.
const EMAIL_SLOTS: [(Field, Field); 3] =
    [(Field::Email1, Field::Email1Name), (Field::Email2, Field::Email2Name), (Field::Email3, Field::Email3Name)];

/// The members of a mail address.
const EMAIL: Members = &[("address", Shape::Text), ("name", Shape::Text)];

/// The members of a postal address.
const ADDRESS_PARTS: [&str; 5] = ["city", "countryOrRegion", "postalCode", "state", "street"];
const POSTAL: Members = &[
    ("city", Shape::Text),
    ("countryOrRegion", Shape::Text),
    ("postalCode", Shape::Text),
    ("state", Shape::Text),
    ("street", Shape::Text),
];

/// Properties that hold a postal address; the fields stand in the order of [`ADDRESS_PARTS`].
const ADDRESSES: [(&str, [Field; 5]); 3] = [
    (
        "businessAddress",
        [Field::WorkCity, Field::WorkCountry, Field::WorkPostalCode, Field::WorkState, Field::WorkStreet],
    ),
    ("homeAddress", [Field::HomeCity, Field::HomeCountry, Field::HomePostalCode, Field::HomeState, Field::HomeStreet]),
    (
        "otherAddress",
        [Field::OtherCity, Field::OtherCountry, Field::OtherPostalCode, Field::OtherState, Field::OtherStreet],
    ),
];

/// The fields that a contact has here.
pub const FIELDS: &[Field] = &[
    Field::Assistant,
    Field::Birthday,
    Field::BusinessPhone,
    Field::BusinessPhone2,
    Field::Categories,
    Field::Company,
    Field::Department,
    Field::Email1,
    Field::Email2,
    Field::Email3,
    Field::Email1Name,
    Field::Email2Name,
    Field::Email3Name,
    Field::GivenName,
    Field::HomeCity,
    Field::HomeCountry,
    Field::HomePhone,
    Field::HomePhone2,
    Field::HomePostalCode,
    Field::HomeState,
    Field::HomeStreet,
    Field::ImAddress,
    Field::ImAddress2,
    Field::ImAddress3,
    Field::JobTitle,
    Field::Manager,
    Field::MiddleName,
    Field::MobilePhone,
    Field::Nickname,
    Field::Notes,
    Field::OfficeLocation,
    Field::OtherCity,
    Field::OtherCountry,
    Field::OtherPostalCode,
    Field::OtherState,
    Field::OtherStreet,
    Field::Profession,
    Field::Suffix,
    Field::Surname,
    Field::Title,
    Field::WebPage,
    Field::WorkCity,
    Field::WorkCountry,
    Field::WorkPostalCode,
    Field::WorkState,
    Field::WorkStreet,
    Field::YomiCompany,
    Field::YomiGivenName,
    Field::YomiSurname,
];

/// A birthday is a day, and Graph's property is a moment. 11:59 UTC is the time that Exchange itself puts
/// beside a birthday, because it is the same day from UTC-11:59 to UTC+12:00.
///
/// <https://learn.microsoft.com/en-us/openspecs/exchange_server_protocols/ms-ascntc/c157c605-8f4b-4214-8213-5cd2b035d6b4>
pub const BIRTHDAY_TIME: &str = "T11:59:00Z";

/// Half a day less one second, see [`birthday`].
const HALF_A_DAY: i64 = 43_199;

/// What Graph says for "no date" where it doesn't say `null`.
const NO_DATE: &str = "0001-01-01";

/// The contents of a contact.
pub fn fields(contact: &Map<String, Json>) -> Fields {
    let mut fields = Fields::default();
    for (field, name) in TEXTS {
        fields.put(field, read(text(contact, name)));
    }
    for (name, slots) in LISTS {
        for (slot, entry) in slots.iter().zip(list(contact, name)) {
            fields.put(*slot, read(entry.as_str().unwrap_or_default()));
        }
    }
    fields.put(Field::Categories, Value::set(list(contact, CATEGORIES).iter().filter_map(Json::as_str)));
    for ((address, name), email) in EMAIL_SLOTS.into_iter().zip(list(contact, EMAILS)) {
        if let Some(email) = email.as_object() {
            fields.put(address, read(text(email, "address")));
            // Where nobody gave a name, Exchange repeats the address: that is no name.
            let own = Some(text(email, "name")).filter(|name| *name != text(email, "address"));
            fields.put(name, own.and_then(read));
        }
    }
    for (name, slots) in ADDRESSES {
        if let Some(address) = contact.get(name).and_then(Json::as_object) {
            for (slot, part) in slots.into_iter().zip(ADDRESS_PARTS) {
                fields.put(slot, read(text(address, part)));
            }
        }
    }
    fields.put(Field::Birthday, birthday(text(contact, BIRTHDAY)).map(Value::Date));
    fields.put(Field::Folder, Value::text(text(contact, "parentFolderId")));
    fields
}

/// Whether `contact` has every property of [`SELECT`], be it empty. A page of changes need only name what
/// changed: then what is absent is not empty.
pub fn is_complete(contact: &Map<String, Json>) -> bool {
    SELECT.split(',').all(|name| contact.contains_key(name))
}

/// Whether all that `contact` has is of its type.
fn is_readable(contact: &Map<String, Json>) -> bool {
    let is = |name: &str, shape: Shape| shape.fits(contact.get(name));
    let day = text(contact, BIRTHDAY);
    TEXTS.iter().all(|(_, name)| is(name, Shape::Text))
        && LISTS.iter().all(|(name, _)| is(name, Shape::Texts))
        && ADDRESSES.iter().all(|(name, _)| is(name, Shape::Object(POSTAL)))
        && [BIRTHDAY, "parentFolderId"].iter().all(|name| is(name, Shape::Text))
        && is(CATEGORIES, Shape::Texts)
        && is(EMAILS, Shape::Objects(EMAIL))
        && (day.is_empty() || day.starts_with(NO_DATE) || birthday(day).is_some())
}

/// A contact with its id and version; `None` if the JSON has none, or something else than what it promises.
pub(crate) fn seen(contact: &Map<String, Json>) -> Option<(ExchangeId, Seen)> {
    let (id, version) = identity(contact).filter(|_| is_readable(contact))?;
    Some((id, Seen { fields: fields(contact), version, mark: None }))
}

/// A contact's id and version.
pub(crate) fn identity(contact: &Map<String, Json>) -> Option<(ExchangeId, Version)> {
    Some((ExchangeId::new(filled(contact, "id")?), Version::new(filled(contact, "@odata.etag")?)))
}

/// The body that creates a contact with `fields`, and with `mark`.
///
/// <https://learn.microsoft.com/en-us/graph/api/user-post-contacts>
pub fn create_body(fields: &Fields, mark: Option<Mark<'_>>) -> Json {
    let everything = fields.iter().map(|(field, value)| (field, Some(value.clone()))).collect();
    patch_body(&everything, &Fields::default(), mark)
}

/// The body that brings `patch` to a contact that now holds `current`, and `mark` if it has none yet.
///
/// Only what changes is named, with `null` for what is emptied. Graph replaces lists and addresses as a
/// whole, so where one of their parts changes the rest is written again from `current`: what only Exchange
/// has is kept. The display name beside a mail address stays with its address, and goes when that does.
///
/// Graph's lists have no gaps: without a first address, the second becomes the first.
///
/// <https://learn.microsoft.com/en-us/graph/api/contact-update>
pub fn patch_body(patch: &Patch, current: &Fields, mark: Option<Mark<'_>>) -> Json {
    let touches = |field: &Field| patch.contains(*field);
    let after = patch.applied_to(current);
    let mut body = Map::new();
    for (field, name) in TEXTS.into_iter().filter(|(field, _)| touches(field)) {
        body.insert(name.to_owned(), written(&after, field));
    }
    if touches(&Field::Birthday) {
        let day = match after.get(Field::Birthday) {
            Some(Value::Date(day)) => json!(format!("{day}{BIRTHDAY_TIME}")),
            _ => Json::Null,
        };
        body.insert(BIRTHDAY.to_owned(), day);
    }
    for (name, slots) in LISTS.into_iter().filter(|(_, slots)| slots.iter().any(touches)) {
        let entries = slots.iter().map(|slot| written(&after, *slot)).filter(|entry| !entry.is_null());
        body.insert(name.to_owned(), entries.collect());
    }
    if touches(&Field::Categories) {
        let words: Vec<&str> = after.words(Field::Categories).into_iter().flat_map(|words| words.iter()).collect();
        body.insert(CATEGORIES.to_owned(), json!(words));
    }
    if EMAIL_SLOTS.iter().any(|(address, name)| touches(address) || touches(name)) {
        body.insert(EMAILS.to_owned(), emails(patch, current, &after));
    }
    for (name, slots) in ADDRESSES.into_iter().filter(|(_, slots)| slots.iter().any(touches)) {
        let mut address = Map::new();
        for (part, slot) in ADDRESS_PARTS.into_iter().zip(slots) {
            address.insert(part.to_owned(), written(&after, slot));
        }
        body.insert(name.to_owned(), Json::Object(address));
    }
    if let Some(mark) = mark {
        body.insert(mark::MEMBER.to_owned(), mark.json());
    }
    Json::Object(body)
}

/// The list of mail addresses after `patch`.
fn emails(patch: &Patch, current: &Fields, after: &Fields) -> Json {
    let entries = EMAIL_SLOTS.into_iter().filter_map(|(slot, name_slot)| {
        let address = after.text(slot);
        let name = if patch.contains(name_slot) || address == current.text(slot) {
            after.text(name_slot)
        } else {
            // The address came from another place of the list, or is new.
            let before = EMAIL_SLOTS.into_iter().find(|(other, _)| address == current.text(*other));
            before.filter(|_| !address.is_empty()).map_or("", |(_, name)| current.text(name))
        };
        let mut entry = Map::new();
        for (member, text) in [("address", address), ("name", name)] {
            if !text.is_empty() {
                entry.insert(member.to_owned(), json!(text));
            }
        }
        // An entry may have a name only: so Exchange shows an address that it can't read.
        (!entry.is_empty()).then_some(Json::Object(entry))
    });
    entries.collect()
}

/// Text as Exchange keeps it, with its line ends; `null` for nothing.
fn written(fields: &Fields, field: Field) -> Json {
    match fields.text(field) {
        "" => Json::Null,
        text => Json::String(with_line_ends(text)),
    }
}

/// The day that Graph's moment stands for: that of the nearest midnight, UTC.
///
/// Exchange's own 11:59 and Graph's documented midnight are the day they say. Outlook for Windows stores
/// local midnight, so that a birthday entered in Berlin is 22:00 or 23:00 of the day before: that rounds up.
/// Noon, the choice of other programs, is the day it says.
pub fn birthday(text: &str) -> Option<Date> {
    if text.starts_with(NO_DATE) {
        return None;
    }
    match Instant::parse(text) {
        Ok(moment) => {
            let shifted = Instant::from_seconds(moment.seconds().saturating_add(HALF_A_DAY)).to_string();
            Date::parse(shifted.get(..10)?).ok()
        }
        // The documentation's examples have a date alone.
        Err(_) => Date::parse(text).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mxs_core::CrmId;
    use proptest::prelude::*;

    fn object(json: Json) -> Map<String, Json> {
        json.as_object().cloned().expect("an object")
    }

    /// What Graph would answer after a write to an empty contact: the service leaves no member out.
    fn stored(body: &Json) -> Map<String, Json> {
        object(body.clone())
    }

    fn day(text: &str) -> Option<Value> {
        Some(Value::Date(Date::parse(text).expect("a date")))
    }

    fn full_json() -> Json {
        json!({
            "@odata.etag": "W/\"1\"", "id": "AA=", "assistantName": " Grace ", "birthday": "1974-07-22T11:59:00Z",
            "businessAddress": { "street": "1 Main St\r\nFloor 2", "city": "Seattle", "state": "WA",
                "countryOrRegion": "USA", "postalCode": "98121" },
            "businessHomePage": "https://ada.example", "businessPhones": ["+1 1", "+1 2"], "categories": ["VIP", "Sales", "VIP"],
            "companyName": "Analytical Engines", "department": "R&D",
            "emailAddresses": [
                { "name": "Ada L", "address": "ada@corp.example" }, { "name": "b@corp.example", "address": "b@corp.example" },
                { "name": "only a name" },
            ],
            "generation": "Jr.", "givenName": "Ada", "homeAddress": {}, "homePhones": ["+1 3"],
            "imAddresses": ["ada@chat", "ada@other"], "jobTitle": "Countess", "manager": "Charles", "middleName": "King",
            "mobilePhone": "+1 4", "nickName": "Countess", "officeLocation": "2/42", "otherAddress": { "city": "Paris" },
            "profession": "Mathematician", "yomiCompanyName": "y", "yomiGivenName": "yg", "yomiSurname": "ys",
            "parentFolderId": "F", "personalNotes": "first\r\nsecond\rthird\n", "surname": "Lovelace", "title": null,
        })
    }

    fn full_fields() -> Fields {
        let mut fields = Fields::default()
            .with(Field::Assistant, "Grace")
            .with(Field::WorkStreet, "1 Main St\nFloor 2")
            .with(Field::WorkCity, "Seattle")
            .with(Field::WorkState, "WA")
            .with(Field::WorkCountry, "USA")
            .with(Field::WorkPostalCode, "98121")
            .with(Field::BusinessPhone, "+1 1")
            .with(Field::BusinessPhone2, "+1 2")
            .with(Field::Department, "R&D")
            .with(Field::Email1, "ada@corp.example")
            .with(Field::Email1Name, "Ada L")
            .with(Field::Email2, "b@corp.example")
            .with(Field::Email3Name, "only a name")
            .with(Field::Folder, "F")
            .with(Field::GivenName, "Ada")
            .with(Field::HomePhone, "+1 3")
            .with(Field::JobTitle, "Countess")
            .with(Field::MobilePhone, "+1 4")
            .with(Field::Notes, "first\nsecond\nthird")
            .with(Field::Surname, "Lovelace")
            .with(Field::Company, "Analytical Engines")
            .with(Field::ImAddress, "ada@chat")
            .with(Field::ImAddress2, "ada@other")
            .with(Field::Manager, "Charles")
            .with(Field::MiddleName, "King")
            .with(Field::Nickname, "Countess")
            .with(Field::OfficeLocation, "2/42")
            .with(Field::OtherCity, "Paris")
            .with(Field::Profession, "Mathematician")
            .with(Field::Suffix, "Jr.")
            .with(Field::WebPage, "https://ada.example")
            .with(Field::YomiCompany, "y")
            .with(Field::YomiGivenName, "yg")
            .with(Field::YomiSurname, "ys");
        fields.put(Field::Categories, Value::set(["Sales", "VIP"]));
        fields.put(Field::Birthday, day("1974-07-22"));
        fields
    }

    #[test]
    fn a_contact_is_read() {
        assert_eq!(fields(&object(full_json())), full_fields());
        let (id, seen) = seen(&object(full_json())).expect("an id and a version");
        assert_eq!((id, seen.version, seen.mark), (ExchangeId::new("AA="), Version::new("W/\"1\""), None));
    }

    #[test]
    fn what_is_not_of_its_type_is_empty() {
        let odd = json!({
            "givenName": 5, "businessPhones": "x", "homePhones": [null, 7, "ok"], "emailAddresses": [null, "x", { "address": 1 }],
            "businessAddress": "x", "homeAddress": null, "birthday": "soon", "surname": "   ",
        });
        assert_eq!(fields(&object(odd)), Fields::default());
        assert_eq!(fields(&Map::new()), Fields::default());
    }

    #[test]
    fn a_contact_is_complete_with_every_property_even_if_empty() {
        let mut contact = object(full_json());
        assert!(is_complete(&contact));
        contact.remove("title");
        assert!(!is_complete(&contact));
    }

    #[test]
    fn a_birthday_is_a_day_wherever_it_was_written() {
        let cases = [
            // Exchange's own, and midnight as the documentation has it.
            ("1974-07-22T11:59:00Z", Some("1974-07-22")),
            ("1974-07-22T00:00:00Z", Some("1974-07-22")),
            ("1974-07-22", Some("1974-07-22")),
            // Noon, by other programs.
            ("1974-07-22T12:00:00Z", Some("1974-07-22")),
            // Local midnight in Berlin (summer, winter), Tokyo, Sydney, New York, Los Angeles.
            ("1974-07-21T22:00:00Z", Some("1974-07-22")),
            ("1974-01-21T23:00:00Z", Some("1974-01-22")),
            ("1974-07-21T15:00:00Z", Some("1974-07-22")),
            ("1974-07-21T14:00:00Z", Some("1974-07-22")),
            ("1974-07-22T04:00:00Z", Some("1974-07-22")),
            ("1974-07-22T08:00:00.0000000Z", Some("1974-07-22")),
            ("1974-07-22T00:00:00+02:00", Some("1974-07-22")),
            // The last day of a month and of a year.
            ("1999-12-31T23:00:00Z", Some("2000-01-01")),
            ("2000-02-28T23:00:00Z", Some("2000-02-29")),
            // Outlook's "no year", and Graph's "no date".
            ("1604-02-29T11:59:00Z", Some("1604-02-29")),
            ("0001-01-01T00:00:00Z", None),
            ("", None),
            ("22.07.1974", None),
        ];
        for (text, wanted) in cases {
            assert_eq!(birthday(text).map(|date| date.to_string()).as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn a_create_names_what_there_is() {
        let crm = CrmId::new("42");
        let body = create_body(&full_fields(), Some(Mark { org: "7", crm: &crm }));
        assert_eq!(
            body,
            json!({
                "assistantName": "Grace", "birthday": "1974-07-22T11:59:00Z",
                "businessAddress": { "street": "1 Main St\r\nFloor 2", "city": "Seattle", "state": "WA",
                    "countryOrRegion": "USA", "postalCode": "98121" },
                "businessHomePage": "https://ada.example", "businessPhones": ["+1 1", "+1 2"], "categories": ["Sales", "VIP"],
                "companyName": "Analytical Engines", "department": "R&D",
                "emailAddresses": [
                    { "name": "Ada L", "address": "ada@corp.example" }, { "address": "b@corp.example" }, { "name": "only a name" },
                ],
                "generation": "Jr.", "givenName": "Ada", "homePhones": ["+1 3"], "imAddresses": ["ada@chat", "ada@other"],
                "jobTitle": "Countess", "manager": "Charles", "middleName": "King", "mobilePhone": "+1 4",
                "nickName": "Countess", "officeLocation": "2/42", "profession": "Mathematician",
                "otherAddress": { "street": null, "city": "Paris", "state": null, "countryOrRegion": null, "postalCode": null },
                "yomiCompanyName": "y", "yomiGivenName": "yg", "yomiSurname": "ys",
                "personalNotes": "first\r\nsecond\r\nthird", "surname": "Lovelace",
                "singleValueExtendedProperties": [{ "id": mark::PROPERTY_ID, "value": "zoho:7:42" }],
            })
        );
        assert_eq!(create_body(&Fields::default(), None), json!({}));
    }

    fn patch(changes: &[(Field, Option<&str>)]) -> Patch {
        changes.iter().map(|(field, text)| (*field, text.and_then(Value::text))).collect()
    }

    #[test]
    fn a_patch_names_only_what_changes_and_keeps_the_rest_of_lists() {
        let (two, one) = ("b@corp.example", "ada@corp.example");
        let cases = [
            (patch(&[]), json!({})),
            (patch(&[(Field::GivenName, Some("Augusta"))]), json!({ "givenName": "Augusta" })),
            (patch(&[(Field::JobTitle, None), (Field::Birthday, None)]), json!({ "jobTitle": null, "birthday": null })),
            // The second phone, which only Exchange has, stays.
            (patch(&[(Field::BusinessPhone, Some("+2"))]), json!({ "businessPhones": ["+2", "+1 2"] })),
            (patch(&[(Field::BusinessPhone, None)]), json!({ "businessPhones": ["+1 2"] })),
            (patch(&[(Field::HomePhone, None)]), json!({ "homePhones": [] })),
            (patch(&[(Field::ImAddress, Some("new@chat"))]), json!({ "imAddresses": ["new@chat", "ada@other"] })),
            (patch(&[(Field::ImAddress, None)]), json!({ "imAddresses": ["ada@other"] })),
            (patch(&[(Field::Categories, None)]), json!({ "categories": [] })),
            // A new address has no name of its own; the others keep theirs.
            (
                patch(&[(Field::Email1, Some("new@corp.example"))]),
                json!({ "emailAddresses": [{ "address": "new@corp.example" }, { "address": two }, { "name": "only a name" }] }),
            ),
            (
                patch(&[(Field::Email2, Some("new@corp.example"))]),
                json!({ "emailAddresses": [
                    { "address": one, "name": "Ada L" }, { "address": "new@corp.example" }, { "name": "only a name" },
                ] }),
            ),
            // Where two addresses change places, the names go with them.
            (
                patch(&[(Field::Email1, Some(two)), (Field::Email2, Some(one))]),
                json!({ "emailAddresses": [
                    { "address": two }, { "address": one, "name": "Ada L" }, { "name": "only a name" },
                ] }),
            ),
            (
                patch(&[(Field::Email1, None)]),
                json!({ "emailAddresses": [{ "address": two }, { "name": "only a name" }] }),
            ),
            (
                patch(&[(Field::Email1, Some("new@corp.example")), (Field::Email1Name, Some("New"))]),
                json!({ "emailAddresses": [
                    { "address": "new@corp.example", "name": "New" }, { "address": two }, { "name": "only a name" },
                ] }),
            ),
            (
                patch(&[(Field::Email3, Some("c@corp.example"))]),
                json!({ "emailAddresses": [
                    { "address": one, "name": "Ada L" }, { "address": two }, { "address": "c@corp.example" },
                ] }),
            ),
            // An address is written as a whole.
            (
                patch(&[(Field::WorkCity, Some("London")), (Field::WorkState, None)]),
                json!({ "businessAddress": { "street": "1 Main St\r\nFloor 2", "city": "London", "state": null,
                    "countryOrRegion": "USA", "postalCode": "98121" } }),
            ),
            (
                patch(&[(Field::HomeCity, None)]),
                json!({ "homeAddress": { "street": null, "city": null, "state": null, "countryOrRegion": null, "postalCode": null } }),
            ),
        ];
        for (patch, wanted) in cases {
            assert_eq!(patch_body(&patch, &full_fields(), None), wanted, "{patch:?}");
        }
    }

    /// Text as it stands in fields: trimmed, with our line ends.
    fn any_text() -> impl Strategy<Value = String> {
        "[ -~\u{e0}-\u{ff}\u{4e00}-\u{4e10}\n]{1,20}"
            .prop_map(|text| text.trim().to_owned())
            .prop_filter("not blank", |text| !text.is_empty())
    }

    /// Fields as Graph can hold them: no gaps in lists, no name that repeats its address.
    fn any_fields() -> impl Strategy<Value = Fields> {
        let texts = proptest::collection::btree_map(proptest::sample::select(FIELDS), any_text(), 0..FIELDS.len());
        let categories = proptest::collection::vec("[a-z]{1,3}", 0..3);
        let date = proptest::option::of((1602u16..2200, 1u8..=12, 1u8..=28));
        (texts, categories, date).prop_map(|(texts, categories, date)| {
            let mut fields = Fields::default();
            for (field, text) in texts {
                fields.put(field, Value::text(&text));
            }
            fields.put(Field::Categories, Value::set(categories));
            fields.put(Field::Birthday, date.and_then(|(y, m, d)| Date::new(y, m, d).ok()).map(Value::Date));
            close_gaps(&mut fields);
            fields
        })
    }

    fn close_gaps(fields: &mut Fields) {
        for (_, slots) in LISTS {
            let filled: Vec<Value> = slots.iter().filter_map(|slot| fields.get(*slot).cloned()).collect();
            for (index, slot) in slots.iter().enumerate() {
                fields.put(*slot, filled.get(index).cloned());
            }
        }
        let entry = |fields: &Fields, (address, name): (Field, Field)| {
            (fields.get(address).cloned(), fields.get(name).cloned())
        };
        let mut entries: Vec<_> = EMAIL_SLOTS.into_iter().map(|slot| entry(fields, slot)).collect();
        entries.retain(|(address, name)| address.is_some() || name.is_some());
        for (index, (address_slot, name_slot)) in EMAIL_SLOTS.into_iter().enumerate() {
            let (address, name) = entries.get(index).cloned().unwrap_or_default();
            fields.put(name_slot, name.filter(|name| Some(name) != address.as_ref()));
            fields.put(address_slot, address);
        }
    }

    proptest! {
        #[test]
        fn what_is_created_reads_back(original in any_fields()) {
            prop_assert_eq!(fields(&stored(&create_body(&original, None))), original);
        }

        /// Whatever changes: what is written over what was there reads as the patch says, and what the
        /// patch doesn't name is kept, but for the names of addresses that changed.
        #[test]
        fn a_patch_does_what_it_says(before in any_fields(), after in any_fields()) {
            let patch: Patch =
                FIELDS.iter()
                    .filter(|field| !EMAIL_SLOTS.iter().any(|(_, name)| name == *field))
                    .filter(|field| before.get(**field) != after.get(**field))
                    .map(|field| (*field, after.get(*field).cloned()))
                    .collect();
            let mut contact = stored(&create_body(&before, None));
            contact.extend(stored(&patch_body(&patch, &before, None)));
            let mut wanted = patch.applied_to(&before);
            for (address, name) in EMAIL_SLOTS {
                if wanted.get(address) != before.get(address) {
                    let from = EMAIL_SLOTS.into_iter().find(|(other, _)| before.get(*other) == wanted.get(address));
                    let kept = from.filter(|_| wanted.get(address).is_some());
                    wanted.put(name, kept.and_then(|(_, other)| before.get(other)).cloned());
                }
            }
            close_gaps(&mut wanted);
            prop_assert_eq!(fields(&contact), wanted);
        }

        #[test]
        fn a_local_midnight_is_its_own_day(y in 1900u16..2100, m in 1u8..=12, d in 1u8..=28, hours in -12i64..12, minutes in 0i64..60) {
            let date = Date::new(y, m, d).expect("a date");
            let midnight = Instant::parse(&format!("{date}T00:00:00Z")).expect("a moment").seconds();
            let moment = Instant::from_seconds(midnight - hours * 3600 - minutes * 60);
            prop_assert_eq!(birthday(&moment.to_string()), Some(date));
        }

        #[test]
        fn nothing_that_is_read_makes_it_fail(text in ".{0,40}") {
            let _ = birthday(&text);
        }
    }
}
