//! The world with one user, what a person does in it by hand, and a sync.

use super::floor::{Calls, Contents};
use super::memory::{Memory, MemoryStore};
use crate::contacts::Contact;
use crate::rules::rules;
use crate::trouble::Trouble;
use jiff::Timestamp;
use mxs_core::{Instant, Kind, Side};
use mxs_http::{HttpPort, NoResponse, Request, Response};
use mxs_sync::{Env, GraphMailbox, Progress, Scope, Sync};
use mxs_world::microsoft::{App, Platform, Tenant, TokenDeath, User};
use mxs_world::zoho::{DataCentre, Edition, Id, NewUser, Permissions};
use mxs_world::{Service, World};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

const MAILBOX: &str = "sales@example.com";
const TENANT: &str = "6f1d7c52-0d5c-4e0b-8f8e-2b6a3f1c9d10";
const CLIENT: &str = "0b9a4f5e-3c1d-4a2b-9e8f-7d6c5b4a3f21";
const ORG: &str = "60012345678";
const GRAPH_SCOPES: [&str; 2] = ["Contacts.ReadWrite", "User.Read"];
const CRM_SCOPES: [&str; 3] = ["ZohoCRM.modules.ALL", "ZohoCRM.coql.READ", "ZohoCRM.users.READ"];

/// When everything begins.
const START_S: i64 = 1_772_352_000;

/// How long it is from one sync to the next, in milliseconds: longer than the CRM's readings overlap.
const BETWEEN_SYNCS_MS: i64 = 600_000;

/// How long every request takes, in milliseconds.
const REQUEST_MS: i64 = 100;

/// The credits of a day, more than any case needs: how many a sync takes is what is asked here.
const CREDITS: u64 = 1_000_000;

/// What no person sees of an item or a record, so that it is no part of what it holds.
const UNSEEN: [&str; 8] = [
    "@odata.etag",
    "changeKey",
    "lastModifiedDateTime",
    "singleValueExtendedProperties",
    "Last_Activity_Time",
    "Modified_By",
    "Modified_Time",
    "Created_By",
];

/// The fields that are edited, by the names of both sides.
pub(crate) const EDITED: [(&str, &str); 2] = [("jobTitle", "Title"), ("department", "Department")];

/// Microsoft and Zoho, a salesperson who uses both, and what is remembered of them.
pub(crate) struct Stage {
    world: RefCell<World>,
    memory: RefCell<Memory>,
    user: Id,
}

struct Port<'w> {
    world: &'w RefCell<World>,
    service: Service,
    authorization: String,
}

impl HttpPort for Port<'_> {
    async fn send(&self, request: Request) -> Result<Response, NoResponse> {
        let request = request.header("Authorization", self.authorization.clone());
        let mut world = self.world.borrow_mut();
        world.advance(REQUEST_MS);
        world.handle(self.service, &request, 1).response.ok_or(NoResponse::Unknown)
    }
}

/// The world's clock; waiting moves it.
struct WorldEnv<'w>(&'w RefCell<World>);

impl Env for WorldEnv<'_> {
    async fn wait(&self, milliseconds: u32) {
        self.0.borrow_mut().advance(i64::from(milliseconds));
    }

    fn progress(&self, _: Progress) {}

    fn cancelled(&self) -> bool {
        false
    }
}

impl Stage {
    pub(crate) fn new() -> Self {
        let start = Timestamp::from_second(START_S).unwrap_or(Timestamp::UNIX_EPOCH);
        let mut world = World::new(start, 1);
        world.with_microsoft(|microsoft, context| {
            microsoft.add_tenant(Tenant::new(TENANT, "Example", "example.com"));
            let id = "9d3c1f80-5a6b-4c7d-8e9f-0a1b2c3d4e5f";
            microsoft.add_user(User::new(id, TENANT, "Sales Person", MAILBOX, "secret"), context);
            let app =
                App::new(CLIENT, TENANT, "MS Exchange Sync").redirect(Platform::Spa, "http://localhost/auth.html");
            microsoft.add_app(app.delegated(&GRAPH_SCOPES));
        });
        let user = world.with_zoho(|zoho, context| {
            zoho.add_org(context, ORG, "Example", Edition::Enterprise, DataCentre::us());
            zoho.options(ORG).credit_limit = Some(CREDITS);
            let profile = zoho.add_profile(ORG, "Sales", Permissions::standard());
            let (name, email) = ("Sales Person", MAILBOX);
            zoho.add_user(context, ORG, NewUser { name, email, profile, time_zone: "Europe/Lisbon", language: "en_US" })
        });
        Self { world: RefCell::new(world), memory: RefCell::default(), user }
    }

    /// A person has the contact with this number on a side.
    pub(crate) fn add(&self, side: Side, number: usize) -> Result<(), Trouble> {
        let contact = Contact::new(number);
        let mut world = self.world.borrow_mut();
        let refused = match side {
            Side::Exchange => world
                .with_microsoft(|microsoft, context| microsoft.add_contact(MAILBOX, &contact.item(), context).is_err()),
            Side::Crm => world.with_zoho(|zoho, context| {
                zoho.insert_record(context, "Contacts", self.user, contact.record()).is_err()
            }),
        };
        if refused { Err(Trouble::Refused(side)) } else { Ok(()) }
    }

    /// A person edits a field of a record.
    pub(crate) fn edit(&self, side: Side, id: &str, field: usize, value: &str) -> Result<(), Trouble> {
        let mut world = self.world.borrow_mut();
        let (exchange, crm) = EDITED[field];
        let refused = match side {
            Side::Exchange => world.with_microsoft(|microsoft, context| {
                microsoft.edit_contact(MAILBOX, id, &json!({ exchange: value }), context).is_err()
            }),
            Side::Crm => {
                let id: Option<Id> = id.parse().ok();
                world.with_zoho(|zoho, context| {
                    let change = json!({ crm: value });
                    id.is_none_or(|id| zoho.update_record(context, "Contacts", id, self.user, change).is_err())
                })
            }
        };
        if refused { Err(Trouble::Refused(side)) } else { Ok(()) }
    }

    /// Microsoft forgets how far the mailbox was read.
    pub(crate) fn lose_cursor(&self) {
        self.world.borrow_mut().microsoft.expire_delta_tokens(MAILBOX, TokenDeath::GoneWithLocation);
    }

    /// What a side holds, by id, without what no person sees.
    pub(crate) fn contents(&self, side: Side) -> Contents {
        let seen = |mut record: Value| {
            if let Some(members) = record.as_object_mut() {
                UNSEEN.iter().for_each(|unseen| _ = members.remove(*unseen));
            }
            let mut hasher = DefaultHasher::new();
            record.hash(&mut hasher);
            Some((record["id"].as_str()?.to_owned(), hasher.finish()))
        };
        self.records(side).into_iter().filter_map(seen).collect()
    }

    /// The ids of a side, by e-mail address.
    pub(crate) fn addresses(&self, side: Side) -> BTreeMap<String, String> {
        let address = |record: &Value| match side {
            Side::Crm => record["Email"].as_str().map(str::to_owned),
            Side::Exchange => record["emailAddresses"][0]["address"].as_str().map(str::to_owned),
        };
        let addressed = |record: Value| Some((address(&record)?, record["id"].as_str()?.to_owned()));
        self.records(side).into_iter().filter_map(addressed).collect()
    }

    fn records(&self, side: Side) -> Vec<Value> {
        let world = self.world.borrow();
        match side {
            Side::Crm => world.zoho.records(ORG, "Contacts"),
            Side::Exchange => world.microsoft.contacts(MAILBOX),
        }
    }

    /// How many contacts are linked.
    pub(crate) fn links(&self) -> usize {
        self.memory.borrow().links()
    }

    /// A sync, some time after the last one: what it asked of the vendors.
    pub(crate) async fn sync(&self) -> Result<Calls, Trouble> {
        let tokens = {
            let mut world = self.world.borrow_mut();
            world.advance(BETWEEN_SYNCS_MS);
            world.counters.reset();
            let microsoft = world.with_microsoft(|microsoft, context| {
                microsoft.issue_access_token(MAILBOX, CLIENT, &GRAPH_SCOPES, context)
            });
            let zoho =
                world.with_zoho(|zoho, context| zoho.issue_access_token_for_user(context, self.user, &CRM_SCOPES));
            (microsoft.ok_or(Trouble::Refused(Side::Exchange))?, zoho)
        };
        let graph =
            Port { world: &self.world, service: Service::Microsoft, authorization: format!("Bearer {}", tokens.0) };
        let authorization = format!("Zoho-oauthtoken {}", tokens.1);
        let crm = Port { world: &self.world, service: Service::Zoho, authorization };
        let today = Instant::from_seconds(self.world.borrow().now().as_second()).day();
        let report = Sync {
            mailbox: &GraphMailbox { port: &graph },
            crm: &crm,
            store: &MemoryStore(&self.memory),
            env: &WorldEnv(&self.world),
            policy: rules(),
            scope: Scope::usual(Kind::Contact, &self.user.to_string(), today, 0),
            owner: self.user.to_string(),
            org: ORG.to_owned(),
            run: 1,
            noted: 0,
            approved: None,
        }
        .run()
        .await;
        report.end?;
        Ok(self.calls())
    }

    fn calls(&self) -> Calls {
        let counters = &self.world.borrow().counters;
        let requests = |service| counters.requests.get(&service).map_or(0, |requests| requests.values().sum());
        let operations = |name: &str| counters.operations.get(name).copied().unwrap_or_default();
        Calls {
            microsoft: requests(Service::Microsoft),
            parts: operations("graph mailbox requests"),
            zoho: requests(Service::Zoho),
            credits: operations("zoho credits"),
        }
    }

    /// What the last sync created, changed or deleted, marks included.
    pub(crate) fn writes(&self) -> u64 {
        let ends = ["created", "updated", "deleted"];
        let operations = &self.world.borrow().counters.operations;
        let writes = operations.iter().filter(|(name, _)| ends.iter().any(|end| name.ends_with(end)));
        writes.map(|(_, count)| count).sum()
    }
}
