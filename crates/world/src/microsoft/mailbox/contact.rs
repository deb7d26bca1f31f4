//! One contact: its properties, and what an edit does to them.

use super::extended::{self, ExtendedId};
use super::schema::{self, EMAILS_MAX, Kind};
use crate::microsoft::refusal::Refusal;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A contact in a mailbox.
#[derive(Clone, Debug)]
pub(crate) struct Contact {
    /// The id that survives moves between folders.
    pub(crate) immutable_id: String,
    /// The id that each move replaces.
    pub(crate) default_id: String,
    /// The id of its folder.
    pub(crate) folder: String,
    /// Its place in the folder's order.
    pub(crate) position: u64,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    pub(crate) change_key: String,
    properties: Map<String, Value>,
    emails: [Option<Value>; EMAILS_MAX],
    pub(crate) extended: BTreeMap<ExtendedId, String>,
}

/// Changes to a contact, read from a body and found to be of the right types.
#[derive(Clone, Debug, Default)]
pub(crate) struct Edit {
    properties: Map<String, Value>,
    emails: Option<[Option<Value>; EMAILS_MAX]>,
    slots: Vec<(usize, Option<Value>)>,
    extended: Vec<(ExtendedId, String)>,
    /// Extended properties that are taken away, which is done before others are set.
    forgotten: Vec<ExtendedId>,
}

impl Edit {
    /// Sets an extended property too.
    pub(crate) fn keep(&mut self, id: ExtendedId, value: String) {
        self.extended.push((id, value));
    }

    /// Takes an extended property away too.
    pub(crate) fn forget(&mut self, id: ExtendedId) {
        self.forgotten.push(id);
    }

    /// Reads the body of a POST or PATCH.
    ///
    /// The entity is an open type in the metadata; the service behind it refuses what it doesn't know all the
    /// same (met on the live service: "The property 'country_or_region' does not exist on type
    /// 'microsoft.graph.contact'").
    pub(crate) fn read(body: &Value) -> Result<Self, Refusal> {
        let members = body.as_object().ok_or_else(Refusal::no_json)?;
        let mut edit = Self::default();
        for (name, value) in members {
            match schema::kind_of(name) {
                Some((name, kind)) => edit.take(name, kind, value)?,
                None if name == "@odata.type" => check_type(value)?,
                None if name.contains('@') => {}
                None if name == "singleValueExtendedProperties" => edit.extended = extended::read(value)?,
                None if ["multiValueExtendedProperties", "extensions"].contains(&name.as_str()) => {
                    return Err(Refusal::new(501, "NotImplemented", format!("This stand-in doesn't cover '{name}'.")));
                }
                None => return Err(schema::unknown_property(name, "contact")),
            }
        }
        Ok(edit)
    }

    fn take(&mut self, name: &str, kind: Kind, value: &Value) -> Result<(), Refusal> {
        let read = match kind {
            Kind::Fixed => return Ok(()),
            Kind::Emails => {
                self.emails = Some(schema::emails(value)?);
                return Ok(());
            }
            Kind::EmailSlot(slot) => {
                self.slots.push((slot, schema::email(value)?));
                return Ok(());
            }
            Kind::Address => schema::address(value)?,
            Kind::Date => schema::moment(value)?,
            Kind::Text => schema::text(value)?,
            Kind::Texts(limit) => schema::texts(name, value, limit)?,
        };
        self.properties.insert(name.to_owned(), read);
        Ok(())
    }

    /// Whether it sets `name` to something.
    pub(crate) fn has_text(&self, name: &str) -> bool {
        self.properties.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty())
    }
}

fn check_type(value: &Value) -> Result<(), Refusal> {
    match value.as_str() {
        Some("#microsoft.graph.contact" | "microsoft.graph.contact") => Ok(()),
        _ => Err(Refusal::unreadable(format!(
            "A type named '{}' could not be resolved by the model or is not a contact.",
            value.as_str().unwrap_or_default()
        ))),
    }
}

/// Where a new contact goes, and under which names.
pub(crate) struct Birth {
    pub(crate) immutable_id: String,
    pub(crate) default_id: String,
    pub(crate) folder: String,
    pub(crate) position: u64,
    pub(crate) change_key: String,
    pub(crate) now: Timestamp,
}

impl Contact {
    /// A new contact.
    pub(crate) fn new(birth: Birth, edit: Edit) -> Self {
        let mut contact = Self {
            immutable_id: birth.immutable_id,
            default_id: birth.default_id,
            folder: birth.folder,
            position: birth.position,
            created: birth.now,
            modified: birth.now,
            change_key: birth.change_key,
            properties: Map::new(),
            emails: [const { None }; EMAILS_MAX],
            extended: BTreeMap::new(),
        };
        contact.merge(edit);
        contact
    }

    /// Applies an edit: properties it names are replaced as a whole, others stay.
    ///
    /// A change of a name part overwrites a display name that the edit doesn't name, as the entity's
    /// documentation warns: <https://learn.microsoft.com/en-us/graph/api/resources/contact#properties>.
    /// `fileAs` follows only while it is the generated one.
    pub(crate) fn merge(&mut self, edit: Edit) {
        let (old_name, old_file) = (self.generated_name(), self.generated_file_as());
        let names_name = edit.properties.contains_key("displayName");
        let names_file = edit.properties.contains_key("fileAs");
        self.properties.extend(edit.properties);
        self.properties.retain(|_, value| !value.is_null());
        if let Some(emails) = edit.emails {
            self.emails = emails;
        }
        for (slot, email) in edit.slots {
            self.emails[slot] = email;
        }
        self.extended.retain(|id, _| !edit.forgotten.contains(id));
        self.extended.extend(edit.extended);
        if !names_name && self.generated_name() != old_name {
            self.put("displayName", self.generated_name());
        }
        let file_is_generated = self.text("fileAs").unwrap_or_default() == old_file;
        if !names_file && file_is_generated {
            self.put("fileAs", self.generated_file_as());
        }
    }

    fn put(&mut self, name: &str, text: String) {
        if text.is_empty() {
            self.properties.remove(name);
        } else {
            self.properties.insert(name.to_owned(), text.into());
        }
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.properties.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    fn joined(&self, names: &[&str]) -> String {
        names.iter().filter_map(|name| self.text(name)).collect::<Vec<_>>().join(" ")
    }

    /// `Garth Fort`.
    fn generated_name(&self) -> String {
        self.joined(&["givenName", "middleName", "surname"])
    }

    /// `Fort, Garth`; without a name the company.
    fn generated_file_as(&self) -> String {
        let given = self.joined(&["givenName", "middleName"]);
        match (self.text("surname"), given.is_empty()) {
            (Some(surname), false) => format!("{surname}, {given}"),
            (Some(surname), true) => surname.to_owned(),
            (None, false) => given,
            (None, true) => self.text("companyName").unwrap_or_default().to_owned(),
        }
    }

    /// The entries of a list, each at its place: an empty one stands for a place that is free.
    pub(crate) fn listed(&self, name: &str) -> Vec<&str> {
        let entries = self.properties.get(name).and_then(Value::as_array);
        entries.into_iter().flatten().map(|entry| entry.as_str().unwrap_or_default()).collect()
    }

    /// The email address at a place, with its name.
    pub(crate) fn email(&self, slot: usize) -> Option<&Value> {
        self.emails.get(slot)?.as_ref()
    }

    /// The weak entity tag.
    pub(crate) fn etag(&self) -> String {
        format!("W/\"{}\"", self.change_key)
    }

    /// One property as Graph writes it; `None` for a name that isn't a contact's.
    pub(crate) fn property(&self, name: &str, immutable: bool) -> Option<Value> {
        let (name, kind) = schema::kind_of(name)?;
        Some(match (name, kind) {
            ("id", _) => json!(if immutable { &self.immutable_id } else { &self.default_id }),
            ("createdDateTime", _) => json!(schema::seconds(self.created)),
            ("lastModifiedDateTime", _) => json!(schema::seconds(self.modified)),
            ("changeKey", _) => json!(self.change_key),
            ("parentFolderId", _) => json!(self.folder),
            (_, Kind::EmailSlot(slot)) => self.emails[slot].clone().unwrap_or(Value::Null),
            (_, Kind::Emails) => self.emails.iter().flatten().cloned().collect(),
            (_, Kind::Texts(_)) => self.listed(name).iter().filter(|text| !text.is_empty()).copied().collect(),
            (_, Kind::Address) => self.properties.get(name).cloned().unwrap_or_else(|| json!({})),
            ("fileAs", _) => self.properties.get(name).cloned().unwrap_or_else(|| json!("")),
            (_, Kind::Text | Kind::Date | Kind::Fixed) => self.properties.get(name).cloned().unwrap_or(Value::Null),
        })
    }

    /// The contact as Graph writes it: all properties, or those of `select` and the id.
    pub(crate) fn write(&self, select: Option<&[&'static str]>, immutable: bool) -> Map<String, Value> {
        let mut written = Map::new();
        written.insert("@odata.etag".into(), self.etag().into());
        let wanted = schema::PROPERTIES.iter().map(|(name, _)| *name);
        for name in wanted.filter(|name| *name == "id" || select.is_none_or(|select| select.contains(name))) {
            if let Some(value) = self.property(name, immutable) {
                written.insert(name.to_owned(), value);
            }
        }
        written
    }

    /// Everything about the contact, for a tester: both ids and the extended properties too.
    pub(crate) fn snapshot(&self) -> Value {
        let mut written = self.write(None, true);
        written.insert("defaultId".into(), self.default_id.clone().into());
        let extended: Vec<Value> = self.extended.iter().map(|(id, value)| extended::write(id, value)).collect();
        written.insert("singleValueExtendedProperties".into(), extended.into());
        Value::Object(written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(body: Value) -> Contact {
        let birth = Birth {
            immutable_id: "i".into(),
            default_id: "d".into(),
            folder: "f".into(),
            position: 1,
            change_key: "k".into(),
            now: Timestamp::UNIX_EPOCH,
        };
        Contact::new(birth, Edit::read(&body).expect("a valid value"))
    }

    fn edited(mut contact: Contact, body: Value) -> Contact {
        contact.merge(Edit::read(&body).expect("a valid value"));
        contact
    }

    #[test]
    fn names_are_generated_until_the_client_names_them() {
        let garth = contact(json!({ "givenName": "Garth", "surname": "Fort" }));
        let name = |contact: &Contact, property: &str| contact.property(property, false).expect("a valid value");
        assert_eq!((name(&garth, "displayName"), name(&garth, "fileAs")), (json!("Garth Fort"), json!("Fort, Garth")));

        let named = edited(garth, json!({ "displayName": "G. F.", "fileAs": "GF" }));
        assert_eq!(name(&named, "displayName"), json!("G. F."));

        let other = edited(named.clone(), json!({ "jobTitle": "Manager" }));
        assert_eq!(name(&other, "displayName"), json!("G. F."), "only a name part changes the display name");

        let renamed = edited(named, json!({ "surname": "Fortress" }));
        assert_eq!((name(&renamed, "displayName"), name(&renamed, "fileAs")), (json!("Garth Fortress"), json!("GF")));

        let company = contact(json!({ "companyName": "Contoso" }));
        assert_eq!((name(&company, "displayName"), name(&company, "fileAs")), (json!(null), json!("Contoso")));
    }

    #[test]
    fn an_edit_merges_properties_and_replaces_complex_ones() {
        let before = contact(json!({
            "givenName": "Ada", "jobTitle": "Engineer", "homeAddress": { "street": "S", "city": "C" },
            "emailAddresses": [{ "address": "a@x" }, { "address": "b@x" }], "categories": ["red"],
        }));
        let after = edited(
            before,
            json!({ "jobTitle": null, "homeAddress": { "city": "D" }, "categories": [], "primaryEmailAddress": null }),
        );
        let value = |name| after.property(name, true).expect("a valid value");
        assert_eq!(value("givenName"), json!("Ada"));
        assert_eq!(value("jobTitle"), json!(null));
        assert_eq!(value("homeAddress"), json!({ "city": "D" }));
        assert_eq!(value("categories"), json!([]));
        assert_eq!(value("emailAddresses"), json!([{ "address": "b@x", "name": "b@x" }]));
        assert_eq!(value("otherAddress"), json!({}));
    }

    #[test]
    fn bodies_are_read_strictly() {
        let cases = [
            (json!({ "@odata.type": "#microsoft.graph.contact", "x@odata.type": "#String", "@odata.etag": "e" }), None),
            (json!({ "id": "mine", "changeKey": "mine", "parentFolderId": "mine" }), None),
            (json!({ "@odata.type": "#microsoft.graph.message" }), Some("RequestBodyRead")),
            (json!({ "gender": "f" }), Some("RequestBodyRead")),
            (json!({ "givenname": "Ada" }), Some("RequestBodyRead")),
            (json!({ "surname": 5 }), Some("RequestBodyRead")),
            (json!({ "singleValueExtendedProperties": [{ "id": "x", "value": "y" }] }), Some("ErrorInvalidProperty")),
            (
                json!({ "singleValueExtendedProperties": [{ "id": "String 0x1", "value": null }] }),
                Some("ErrorInvalidProperty"),
            ),
            (json!(["givenName"]), Some("BadRequest")),
        ];
        for (body, code) in cases {
            let found = Edit::read(&body).err().map(|refusal| refusal.code);
            assert_eq!(found.as_deref(), code, "{body}");
        }
    }
}
