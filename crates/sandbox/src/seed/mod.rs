//! What the world holds when it is fresh.

mod contacts;
pub mod microsoft;
mod people;
mod two_hundred;
pub mod zoho;

pub use people::{DOMAIN, ORGANISATION, PEOPLE, Person, Profile};

use crate::part::{Part, Ports};
use jiff::Timestamp;
use mxs_world::World;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A seed data set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SeedName {
    /// Sample contacts on both sides, some of them the same people.
    #[default]
    Default,
    /// People, but no contacts.
    Empty,
    /// 100 contacts only in the first mailbox, 100 only in the CRM.
    TwoHundred,
}

impl SeedName {
    /// Every seed.
    pub const ALL: [Self; 3] = [Self::Default, Self::Empty, Self::TwoHundred];

    /// Its name on the command line and in the control address.
    pub const fn name(self) -> &'static str {
        match self {
            SeedName::Default => "default",
            SeedName::Empty => "empty",
            SeedName::TwoHundred => "two-hundred",
        }
    }
}

impl std::str::FromStr for SeedName {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let names = Self::ALL.map(Self::name).join(", ");
        Self::ALL.into_iter().find(|seed| seed.name() == name).ok_or(format!("there is no seed '{name}', only {names}"))
    }
}

/// Contacts to begin with.
#[derive(Clone, Debug, Default)]
struct Contacts {
    /// Mailbox and Graph contact.
    mailbox: Vec<(&'static str, Value)>,
    /// The owner's place in [`PEOPLE`], and the CRM record.
    crm: Vec<(usize, Value)>,
}

/// The number from which ids and tokens follow: the same at every start, so that a failure can be had again.
const IDS: u64 = 0x4D58_5300_2026;

/// A fresh world. The strings say what could not be put into it.
pub fn world(now: Timestamp, ports: Ports, seed: SeedName) -> (World, zoho::Directory, Vec<String>) {
    let mut world = World::new(now, IDS);
    microsoft::seed(&mut world, ports);
    let directory = zoho::seed(&mut world, ports);
    let contacts = match seed {
        SeedName::Default => contacts::contacts(),
        SeedName::Empty => Contacts::default(),
        SeedName::TwoHundred => two_hundred::contacts(),
    };
    let mut troubles = Vec::new();
    for (mailbox, contact) in contacts.mailbox {
        troubles.extend(add_to_mailbox(&mut world, mailbox, &contact));
    }
    for (owner, record) in contacts.crm {
        let Some(Ok(owner)) = directory.members.get(owner).map(|member| member.id.parse()) else { continue };
        let added = world.with_zoho(|zoho, context| zoho.insert_record(context, "Contacts", owner, record));
        troubles.extend(added.err().map(|error| format!("the CRM refused a contact: {error}")));
    }
    (world, directory, troubles)
}

/// Adds one contact to a mailbox; why not, if the mailbox refuses it.
pub fn add_to_mailbox(world: &mut World, mailbox: &str, contact: &Value) -> Option<String> {
    let added = world.with_microsoft(|microsoft, context| microsoft.add_contact(mailbox, contact, context));
    let name = contact["displayName"].as_str().unwrap_or("a contact");
    added.err().map(|refusal| format!("the mailbox refused {name}: {} ({})", refusal.message, refusal.code))
}

/// The tab's page to which browsers come back that were asked to let the function in.
pub fn let_in_page(ports: Ports) -> String {
    format!("{}/let-in.html", ports.origin(Part::Tab))
}
