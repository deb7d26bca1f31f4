//! One vCard as a Graph contact.

use calcard::common::{IanaType, PartialDateTime};
use calcard::vcard::{VCard, VCardEntry, VCardParameterName, VCardProperty, VCardType, VCardValue};
use mxs_world::microsoft::{CHATS_MAX, EMAILS_MAX, PHONES_MAX};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The contact, or `None` when nothing in the card says who it is.
pub(super) fn contact(card: &VCard, left_out: &mut BTreeSet<&'static str>) -> Option<Value> {
    let mut contact = Contact { fields: Map::new(), left_out };
    contact.name(card);
    for entry in &card.entries {
        contact.entry(card, entry);
    }
    contact.finish()
}

struct Contact<'a> {
    fields: Map<String, Value>,
    left_out: &'a mut BTreeSet<&'static str>,
}

impl Contact<'_> {
    fn name(&mut self, card: &VCard) {
        if let Some(name) = card.property(&VCardProperty::N) {
            let parts: Vec<String> = name.values.iter().map(|value| text(value, " ")).collect();
            let names = ["surname", "givenName", "middleName", "title", "generation"];
            for (field, part) in names.into_iter().zip(parts) {
                self.set(field, part);
            }
        }
        let full = card.property(&VCardProperty::Fn).map(first).unwrap_or_default();
        let parts = ["title", "givenName", "middleName", "surname", "generation"];
        let joined: Vec<&str> = parts.iter().filter_map(|part| self.fields.get(*part)?.as_str()).collect();
        let joined = joined.join(" ");
        self.set("displayName", if full.is_empty() { joined } else { full });
    }

    fn entry(&mut self, card: &VCard, entry: &VCardEntry) {
        match &entry.name {
            VCardProperty::Nickname => self.set("nickName", all(entry).join(", ")),
            VCardProperty::Org => {
                let mut parts = entry.values.iter().map(|value| text(value, ", "));
                self.set("companyName", parts.next().unwrap_or_default());
                let rest: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
                self.set("department", rest.join(", "));
            }
            VCardProperty::Title => self.set("jobTitle", first(entry)),
            VCardProperty::Role => self.set("profession", first(entry)),
            VCardProperty::Email => self.email(&first(entry)),
            VCardProperty::Tel => self.phone(entry),
            VCardProperty::Adr => self.address(entry),
            VCardProperty::Bday => self.birthday(entry),
            VCardProperty::Note => self.note(&all(entry).join(", ")),
            VCardProperty::Url => self.set("businessHomePage", first(entry)),
            VCardProperty::Categories => {
                for category in all(entry) {
                    self.push("categories", json!(category), usize::MAX, "category");
                }
            }
            VCardProperty::Impp => self.chat(&first(entry)),
            VCardProperty::Photo | VCardProperty::Logo => _ = self.left_out.insert("picture"),
            VCardProperty::Anniversary => _ = self.left_out.insert("anniversary"),
            VCardProperty::Other(name) => self.extension(card, entry, &name.to_ascii_uppercase()),
            _ => {}
        }
    }

    /// What Apple and Google write beyond the standard.
    fn extension(&mut self, card: &VCard, entry: &VCardEntry, name: &str) {
        match name {
            "X-PHONETIC-FIRST-NAME" => self.set("yomiGivenName", first(entry)),
            "X-PHONETIC-LAST-NAME" => self.set("yomiSurname", first(entry)),
            "X-PHONETIC-ORG" => self.set("yomiCompanyName", first(entry)),
            "X-AIM" | "X-ICQ" | "X-JABBER" | "X-MSN" | "X-SKYPE" | "X-YAHOO" => self.chat(&first(entry)),
            "X-ABRELATEDNAMES" => {
                let label = label(card, entry);
                let field = match label.trim_matches(|c: char| !c.is_alphabetic()) {
                    "Assistant" => "assistantName",
                    "Manager" => "manager",
                    "Spouse" => "spouseName",
                    _ => {
                        self.left_out.insert("related person");
                        return;
                    }
                };
                self.set(field, first(entry));
            }
            "X-ABDATE" => _ = self.left_out.insert("anniversary"),
            _ => {}
        }
    }

    /// The first value of a field wins: vCards put the preferred one first.
    fn set(&mut self, field: &str, value: String) {
        if !value.is_empty() && !self.fields.contains_key(field) {
            self.fields.insert(field.to_owned(), Value::String(value));
        }
    }

    fn push(&mut self, field: &str, value: Value, most: usize, kind: &'static str) {
        let list = self.fields.entry(field).or_insert_with(|| json!([]));
        let Some(list) = list.as_array_mut() else { return };
        if list.contains(&value) {
            return;
        }
        if list.len() < most {
            list.push(value);
        } else {
            self.left_out.insert(kind);
        }
    }

    fn email(&mut self, value: &str) {
        if value.is_empty() {
            return;
        }
        let name = self.fields.get("displayName").cloned().unwrap_or_else(|| json!(value));
        self.push("emailAddresses", json!({ "address": value, "name": name }), EMAILS_MAX, "further e-mail address");
    }

    fn phone(&mut self, entry: &VCardEntry) {
        let value = first(entry);
        let number = value.strip_prefix("tel:").unwrap_or(&value).trim();
        let is = |wanted| has_type(entry, wanted);
        if number.is_empty() {
            return;
        }
        if is(VCardType::Fax) {
            self.left_out.insert("fax number");
        } else if is(VCardType::Pager) {
            self.left_out.insert("pager number");
        } else if is(VCardType::Cell) {
            if self.fields.contains_key("mobilePhone") {
                self.left_out.insert("further phone number");
            }
            self.set("mobilePhone", number.to_owned());
        } else {
            let field = if is(VCardType::Home) { "homePhones" } else { "businessPhones" };
            self.push(field, json!(number), PHONES_MAX, "further phone number");
        }
    }

    fn address(&mut self, entry: &VCardEntry) {
        let parts: Vec<String> = entry.values.iter().map(|value| text(value, ", ")).collect();
        let part = |index: usize| parts.get(index).map(String::as_str).unwrap_or_default();
        let street: Vec<&str> = [part(2), part(1), part(0)].into_iter().filter(|line| !line.is_empty()).collect();
        let street = street.join("\n");
        let pairs = [
            ("street", street.as_str()),
            ("city", part(3)),
            ("state", part(4)),
            ("postalCode", part(5)),
            ("countryOrRegion", part(6)),
        ];
        let address: Map<String, Value> = pairs
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(key, value)| (key.to_owned(), json!(value)))
            .collect();
        if address.is_empty() {
            return;
        }
        let field = if has_type(entry, VCardType::Work) {
            "businessAddress"
        } else if has_type(entry, VCardType::Home) {
            "homeAddress"
        } else {
            "otherAddress"
        };
        if self.fields.contains_key(field) {
            self.left_out.insert("further postal address");
        } else {
            self.fields.insert(field.to_owned(), Value::Object(address));
        }
    }

    fn birthday(&mut self, entry: &VCardEntry) {
        let date = entry.values.first().and_then(VCardValue::as_partial_date_time);
        match date {
            Some(PartialDateTime { year: Some(year), month: Some(month), day: Some(day), .. }) => {
                // Outlook writes 11:59 UTC, so that the date is the same in nearly every zone.
                self.set("birthday", format!("{year:04}-{month:02}-{day:02}T11:59:00Z"));
            }
            Some(_) => _ = self.left_out.insert("birthday without a year"),
            None => _ = self.left_out.insert("unreadable birthday"),
        }
    }

    fn note(&mut self, value: &str) {
        if value.is_empty() {
            return;
        }
        let before = self.fields.get("personalNotes").and_then(Value::as_str);
        let joined = before.map_or_else(|| value.to_owned(), |before| format!("{before}\n{value}"));
        self.fields.insert("personalNotes".to_owned(), json!(joined));
    }

    fn chat(&mut self, value: &str) {
        if !value.is_empty() {
            self.push("imAddresses", json!(value), CHATS_MAX, "further chat address");
        }
    }

    fn finish(mut self) -> Option<Value> {
        if !self.fields.contains_key("displayName") {
            let company = self.fields.get("companyName").and_then(Value::as_str);
            let email = self.fields.get("emailAddresses").and_then(|list| list[0]["address"].as_str());
            let name = company.or(email)?.to_owned();
            self.set("displayName", name);
        }
        Some(Value::Object(self.fields))
    }
}

/// The label that Apple puts beside a property of the same group.
fn label(card: &VCard, entry: &VCardEntry) -> String {
    let same_group = |other: &&VCardEntry| {
        other.group.is_some()
            && other.group == entry.group
            && matches!(&other.name, VCardProperty::Other(name) if name.eq_ignore_ascii_case("X-ABLabel"))
    };
    card.entries.iter().find(same_group).map(first).unwrap_or_default()
}

fn has_type(entry: &VCardEntry, wanted: VCardType) -> bool {
    entry
        .parameters(&VCardParameterName::Type)
        .any(|parameter| matches!(parameter.as_type(), Some(IanaType::Iana(found)) if *found == wanted))
}

fn first(entry: &VCardEntry) -> String {
    entry.values.first().map(|value| text(value, ", ")).unwrap_or_default()
}

fn all(entry: &VCardEntry) -> Vec<String> {
    entry.values.iter().map(|value| text(value, ", ")).filter(|value| !value.is_empty()).collect()
}

fn text(value: &VCardValue, separator: &str) -> String {
    match value {
        VCardValue::Component(parts) => parts.join(separator).trim().to_owned(),
        other => other.as_text().unwrap_or_default().trim().to_owned(),
    }
}
