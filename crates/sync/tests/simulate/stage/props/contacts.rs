//! People: contacts in the mailbox's default folder, and in the CRM.

use super::{Poison, Props, Who};
use crate::stage::{MAILBOX, Values};
use mxs_core::{Field, Side};
use mxs_world::World;
use serde_json::{Value, json};

/// The fields that people edit, by the names of both sides.
const EDITABLE: [(&str, &str); super::FIELDS] =
    [("jobTitle", "Title"), ("department", "Department"), ("mobilePhone", "Mobile"), ("personalNotes", "Description")];

/// What the addresses of contacts end with that no record can be made for.
const POISON: &str = "@poison.example.com";

/// The last name of the colleague's contact.
const COLLEAGUES: &str = "Colleaguescontact";

/// The folder that items are moved to.
const FOLDER: &str = "Friends";

/// Contacts. A person is known by the address, unless there is none.
pub(super) struct Contacts;

const fn name_of(field: usize, side: Side) -> &'static str {
    match side {
        Side::Exchange => EDITABLE[field].0,
        Side::Crm => EDITABLE[field].1,
    }
}

impl Props for Contacts {
    fn items_name(&self) -> &'static str {
        "contacts"
    }

    fn module(&self) -> &'static str {
        "Contacts"
    }

    fn scopes(&self) -> &'static [&'static str] {
        &["Contacts.ReadWrite", "User.Read"]
    }

    fn reading(&self) -> &'static str {
        "/contacts/delta"
    }

    fn reading_of_changes(&self) -> &'static str {
        "Microsoft GET /v1.0/me/contacts/delta"
    }

    fn places(&self, _: &World) -> usize {
        1
    }

    fn fields(&self, field: usize) -> &'static [Field] {
        [&[Field::JobTitle], &[Field::Department], &[Field::MobilePhone], &[Field::Notes]][field]
    }

    fn value(&self, _: usize, text: String, _: u32) -> String {
        text
    }

    fn change(&self, side: Side, field: usize, value: Option<&str>) -> Value {
        json!({ name_of(field, side): value })
    }

    fn held(&self, record: &Value, side: Side, field: usize) -> Option<String> {
        record[name_of(field, side)].as_str().filter(|text| !text.is_empty()).map(str::to_owned)
    }

    fn name(&self, person: u32) -> String {
        format!("person{person}@example.com")
    }

    fn name_in(&self, record: &Value, side: Side) -> String {
        let address = match side {
            Side::Crm => &record["Email"],
            Side::Exchange => &record["emailAddresses"][0]["address"],
        };
        address.as_str().unwrap_or_default().to_owned()
    }

    fn draft(&self, side: Side, who: &Who, value: &str) -> Value {
        let (given, surname, email) = match who {
            Who::InTheCrm(person) if person.is_multiple_of(2) => {
                ("Known As".to_owned(), format!("Surname{person}"), Some(self.name(*person)))
            }
            Who::Person(person) | Who::InTheCrm(person) => {
                (format!("Given{person}"), format!("Surname{person}"), Some(self.name(*person)))
            }
            Who::Namesake(name) => ("Nam".to_owned(), format!("Esake{name}"), None),
        };
        match side {
            Side::Crm => {
                let mut record = json!({ "First_Name": given, "Last_Name": surname, "Email": email });
                record[name_of(0, side)] = json!(value);
                record
            }
            Side::Exchange => {
                let addresses = email.iter().map(|email| json!({ "address": email, "name": given }));
                let addresses: Value = addresses.collect();
                let mut item = json!({ "givenName": given, "surname": surname, "emailAddresses": addresses });
                item[name_of(0, side)] = json!(value);
                item
            }
        }
    }

    fn answer(&self, item: &Values) -> Option<(usize, Option<String>)> {
        item.first_key_value().map(|(field, value)| (*field, Some(value.clone())))
    }

    fn rename(&self, id: &str) -> Value {
        json!({ "Last_Name": format!("Other {id}") })
    }

    /// One without a last name, or with one that is too long, or two copies of one that is in the CRM, too.
    fn poison(&self, number: u32) -> Poison {
        let (surname, copies) = match number % 3 {
            0 => (String::new(), 1),
            1 => ("N".repeat(300), 1),
            _ => ("Copied".to_owned(), 2),
        };
        let address = format!("item{number}{POISON}");
        let listed = json!([{ "address": address, "name": "Poison" }]);
        let record = json!({ "First_Name": "Poison", "Last_Name": surname, "Email": address });
        Poison {
            item: json!({ "givenName": "Poison", "surname": surname, "emailAddresses": listed }),
            copies,
            record: (copies > 1).then_some(record),
        }
    }

    fn is_poison(&self, record: &Value, side: Side) -> bool {
        self.name_in(record, side).ends_with(POISON)
    }

    fn colleagues(&self) -> Value {
        json!({ "Last_Name": COLLEAGUES, "Email": "theirs@example.com" })
    }

    fn is_colleagues(&self, item: &Value) -> bool {
        item["surname"] == COLLEAGUES
    }

    fn heeds_versions(&self, _: &World) -> bool {
        true
    }

    fn items(&self, world: &World) -> Vec<Value> {
        world.microsoft.contacts(MAILBOX)
    }

    fn add_item(&self, world: &mut World, item: &Value) {
        world.with_microsoft(|microsoft, context| {
            microsoft.add_contact(MAILBOX, item, context).expect("a good contact");
        });
    }

    fn edit_item(&self, world: &mut World, id: &str, changes: &Value) {
        world.with_microsoft(|microsoft, context| {
            microsoft.edit_contact(MAILBOX, id, changes, context).expect("a good change");
        });
    }

    fn delete_item(&self, world: &mut World, id: &str, for_good: bool) -> bool {
        world.with_microsoft(|microsoft, context| {
            let outcome = if for_good {
                microsoft.purge_contact(MAILBOX, id, context)
            } else {
                microsoft.delete_contact(MAILBOX, id, context)
            };
            outcome.is_ok()
        })
    }

    fn categorize(&self, _: &[&str]) -> Option<Value> {
        None
    }

    fn leaves_when_moved(&self) -> bool {
        true
    }

    fn move_away(&self, world: &mut World, id: &str) -> String {
        world.with_microsoft(|microsoft, context| {
            let folders = microsoft.snapshot()[MAILBOX]["contactFolders"].clone();
            let folders = folders.as_array().into_iter().flatten();
            let known =
                folders.filter(|folder| folder["displayName"] == FOLDER).find_map(|folder| folder["id"].as_str());
            let folder = match known {
                Some(folder) => folder.to_owned(),
                None => microsoft.add_contact_folder(MAILBOX, None, FOLDER, context).expect("a folder"),
            };
            microsoft.move_contact(MAILBOX, id, &folder, context).expect("a move");
        });
        id.to_owned()
    }

    fn move_back(&self, world: &mut World, id: &str) {
        world.with_microsoft(|microsoft, context| {
            microsoft.move_contact(MAILBOX, id, "contacts", context).expect("a move");
        });
    }

    fn delete_place(&self, world: &mut World) {
        world.with_microsoft(|microsoft, _| {
            let folder = microsoft.snapshot()[MAILBOX]["contactFolders"][0]["id"].clone();
            microsoft.delete_contact_folder(MAILBOX, folder.as_str().expect("a folder")).expect("it is there");
        });
    }

    fn deleted_items(&self, world: &World) -> Vec<Value> {
        let mailbox = world.microsoft.snapshot()[MAILBOX].clone();
        let deleted = ["recoverableItems", "deletedItems"].map(|folder| mailbox[folder].as_array().cloned());
        deleted.into_iter().flatten().flatten().collect()
    }
}
