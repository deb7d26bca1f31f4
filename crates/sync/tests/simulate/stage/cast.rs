//! Who is on the stage: one organisation, one salesperson, one mailbox; and what a person does by hand.

use crate::script::EDITABLE;
use jiff::Timestamp;
use mxs_core::Side;
use mxs_world::World;
use mxs_world::microsoft::{App, Platform, Tenant, User};
use mxs_world::zoho::{DataCentre, Edition, Id, NewUser, Permissions};
use serde_json::{Map, Value, json};

/// The salesperson's mailbox.
pub(crate) const MAILBOX: &str = "sales@example.com";

const TENANT: &str = "6f1d7c52-0d5c-4e0b-8f8e-2b6a3f1c9d10";
const CLIENT: &str = "0b9a4f5e-3c1d-4a2b-9e8f-7d6c5b4a3f21";
const ORG: &str = "60012345678";
const GRAPH_SCOPES: [&str; 2] = ["Contacts.ReadWrite", "User.Read"];
const CRM_SCOPES: [&str; 3] = ["ZohoCRM.modules.ALL", "ZohoCRM.coql.READ", "ZohoCRM.users.READ"];

/// What the addresses of contacts end with that no record can be made for.
const POISON: &str = "@poison.example.com";

/// The last name of the colleague's contact.
const COLLEAGUES: &str = "Colleaguescontact";

/// The salesperson as the CRM knows them, and a colleague's record, which is none of their business.
pub(crate) struct Cast {
    user: Id,
    colleagues: Id,
}

/// What the salesperson may show at each door.
pub(crate) struct Tokens {
    pub(crate) microsoft: String,
    pub(crate) zoho: String,
}

/// The world with its cast.
pub(crate) fn assemble() -> (World, Cast) {
    let start: Timestamp = "2026-03-01T08:00:00Z".parse().expect("a moment");
    let mut world = World::new(start, 1);
    world.with_microsoft(|microsoft, context| {
        microsoft.add_tenant(Tenant::new(TENANT, "Example", "example.com"));
        microsoft.add_user(
            User::new("9d3c1f80-5a6b-4c7d-8e9f-0a1b2c3d4e5f", TENANT, "Sales Person", MAILBOX, "secret"),
            context,
        );
        let app = App::new(CLIENT, TENANT, "MS Exchange Sync").redirect(Platform::Spa, "http://localhost/auth.html");
        microsoft.add_app(app.delegated(&GRAPH_SCOPES));
    });
    let (user, colleagues) = world.with_zoho(|zoho, context| {
        zoho.add_org(context, ORG, "Example", Edition::Enterprise, DataCentre::us());
        // Whatever runs the organisation's rules would mail somebody.
        zoho.options(ORG).workflow_mails = true;
        let profile = zoho.add_profile(ORG, "Sales", Permissions::standard());
        let (email, time_zone, language) = (MAILBOX, "America/New_York", "en_US");
        let mut employ =
            |name, email| zoho.add_user(context, ORG, NewUser { name, email, profile, time_zone, language });
        let (user, colleague) = (employ("Sales Person", email), employ("Colleague", "colleague@example.com"));
        let theirs = json!({ "Last_Name": COLLEAGUES, "Email": "theirs@example.com" });
        (user, zoho.insert_record(context, "Contacts", colleague, theirs).expect("a good record"))
    });
    (world, Cast { user, colleagues })
}

/// A person's address, which nobody edits; it also names those who have it on no side.
pub(crate) fn address(person: u32) -> String {
    format!("person{person}@example.com")
}

/// What a person's contact says of who it is.
pub(crate) struct Card {
    given: String,
    surname: String,
    email: Option<String>,
}

impl Card {
    /// A name and an address that nobody else has.
    pub(crate) fn of(person: u32) -> Self {
        Self { given: format!("Given{person}"), surname: format!("Surname{person}"), email: Some(address(person)) }
    }

    /// How the CRM knows somebody who is in the mailbox, too: every second one by another name.
    pub(crate) fn in_the_crm(self, person: u32) -> Self {
        if person.is_multiple_of(2) { Self { given: "Known As".to_owned(), ..self } } else { self }
    }

    /// A name that others have too, and no address.
    pub(crate) fn unaddressed(name: u32) -> Self {
        Self { given: "Nam".to_owned(), surname: format!("Esake{name}"), email: None }
    }
}

/// The address in a record as the world shows it.
pub(crate) fn address_in(record: &Value, side: Side) -> String {
    let address = match side {
        Side::Crm => &record["Email"],
        Side::Exchange => &record["emailAddresses"][0]["address"],
    };
    address.as_str().unwrap_or_default().to_owned()
}

/// Whether an item is the colleague's contact.
pub(crate) fn is_the_colleagues(item: &Value) -> bool {
    item["surname"] == COLLEAGUES
}

/// Adds an item to the mailbox.
pub(crate) fn add_item(world: &mut World, item: &Value) {
    world.with_microsoft(|microsoft, context| {
        microsoft.add_contact(MAILBOX, item, context).expect("a good contact");
    });
}

/// Changes an item in the mailbox.
pub(crate) fn edit_item(world: &mut World, id: &str, changes: &Value) {
    world.with_microsoft(|microsoft, context| {
        microsoft.edit_contact(MAILBOX, id, changes, context).expect("a good change");
    });
}

impl Cast {
    pub(crate) fn owner(&self) -> String {
        self.user.to_string()
    }

    pub(crate) fn org(&self) -> String {
        ORG.to_owned()
    }

    /// Fresh tokens.
    pub(crate) fn tokens(&self, world: &mut World) -> Tokens {
        let microsoft = world.with_microsoft(|microsoft, context| {
            microsoft.issue_access_token(MAILBOX, CLIENT, &GRAPH_SCOPES, context).expect("the user is known")
        });
        let zoho = world.with_zoho(|zoho, context| zoho.issue_access_token_for_user(context, self.user, &CRM_SCOPES));
        Tokens { microsoft: format!("Bearer {microsoft}"), zoho: format!("Zoho-oauthtoken {zoho}") }
    }

    /// Everything of the salesperson's there is on a side, but for what no record can be made for.
    pub(crate) fn records(&self, world: &World, side: Side) -> Vec<Value> {
        let (colleagues, mut records) = match side {
            Side::Crm => (self.colleagues.to_string(), world.zoho.records(ORG, "Contacts")),
            Side::Exchange => (String::new(), world.microsoft.contacts(MAILBOX)),
        };
        records.retain(|record| record["id"] != colleagues && !address_in(record, side).ends_with(POISON));
        records
    }

    /// When the colleague's record was last changed, and its owner.
    pub(crate) fn colleagues_record(&self, world: &World) -> Option<(Value, Value)> {
        let record = world.zoho.record("Contacts", self.colleagues)?;
        Some((record["Modified_Time"].clone(), record["Owner"].clone()))
    }

    /// A person adds items that no record can be made for: one without a last name, or with one that is too long,
    /// or two copies of one that is in the CRM, too. Answers how many.
    pub(crate) fn add_poison(&self, world: &mut World, number: u32) -> usize {
        let (surname, copies) = match number % 3 {
            0 => (String::new(), 1),
            1 => ("N".repeat(300), 1),
            _ => ("Copied".to_owned(), 2),
        };
        let address = format!("item{number}{POISON}");
        let listed = json!([{ "address": address, "name": "Poison" }]);
        for _ in 0..copies {
            add_item(world, &json!({ "givenName": "Poison", "surname": surname, "emailAddresses": listed }));
        }
        if copies > 1 {
            let record = json!({ "First_Name": "Poison", "Last_Name": surname, "Email": address });
            world.with_zoho(|zoho, context| {
                zoho.insert_record(context, "Contacts", self.user, record).expect("a good record")
            });
        }
        copies
    }

    /// The ids of the items that no record can be made for.
    pub(crate) fn poisoned(&self, world: &World) -> Vec<String> {
        let items = world.microsoft.contacts(MAILBOX).into_iter();
        let poisoned = items.filter(|item| address_in(item, Side::Exchange).ends_with(POISON));
        poisoned.filter_map(|item| Some(item["id"].as_str()?.to_owned())).collect()
    }

    pub(crate) fn add(&self, world: &mut World, side: Side, card: &Card, value: &str) {
        let (exchange_name, crm_name) = EDITABLE[0];
        match side {
            Side::Crm => {
                let mut record = Map::new();
                record.insert("First_Name".to_owned(), json!(card.given));
                record.insert("Last_Name".to_owned(), json!(card.surname));
                record.insert("Email".to_owned(), json!(card.email));
                record.insert(crm_name.to_owned(), json!(value));
                world.with_zoho(|zoho, context| {
                    zoho.insert_record(context, "Contacts", self.user, Value::Object(record)).expect("a good record")
                });
            }
            Side::Exchange => {
                let mut item = Map::new();
                item.insert("givenName".to_owned(), json!(card.given));
                item.insert("surname".to_owned(), json!(card.surname));
                let address = card.email.iter().map(|email| json!({ "address": email, "name": card.given }));
                item.insert("emailAddresses".to_owned(), address.collect());
                item.insert(exchange_name.to_owned(), json!(value));
                add_item(world, &Value::Object(item));
            }
        }
    }

    pub(crate) fn edit(&self, world: &mut World, side: Side, id: &str, changes: &Value) {
        match side {
            Side::Crm => world.with_zoho(|zoho, context| {
                let id = id.parse().expect("an id");
                zoho.update_record(context, "Contacts", id, self.user, changes.clone()).expect("a good change");
            }),
            Side::Exchange => edit_item(world, id, changes),
        }
    }

    pub(crate) fn delete(&self, world: &mut World, side: Side, id: &str) {
        match side {
            Side::Crm => world.with_zoho(|zoho, context| {
                assert!(zoho.delete_record(context, "Contacts", id.parse().expect("an id"), self.user));
            }),
            Side::Exchange => world.with_microsoft(|microsoft, context| {
                microsoft.delete_contact(MAILBOX, id, context).expect("it is there");
            }),
        }
    }
}
