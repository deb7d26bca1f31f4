//! The stage: an organisation with two people, of whom one syncs, with all that is chosen.

use crate::place::{Death, Fate, Memory, MemoryStore, WorldEnv, WorldPort, poll};
use crate::watch::Watch;
use jiff::Timestamp;
use mxs_api::{PlaceId, Settings, UserId};
use mxs_core::{Instant, Kind, Reason};
use mxs_graph::mailbox::MailboxPort;
use mxs_sync::{All, End, GraphMailbox, Report};
use mxs_world::microsoft::{App, Microsoft, Platform, Tenant, User};
use mxs_world::zoho::{DataCentre, Edition, Id, NewUser, Permissions, Zoho};
use mxs_world::{Context, Effect, Fault, Service, World};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::num::NonZeroU32;

/// The salesperson, who syncs.
pub(crate) const SALES: &str = "sales@example.com";

/// Their object id.
const SALES_ID: &str = "9d3c1f80-5a6b-4c7d-8e9f-0a1b2c3d4e5f";
const TENANT: &str = "6f1d7c52-0d5c-4e0b-8f8e-2b6a3f1c9d10";
const CLIENT: &str = "0b9a4f5e-3c1d-4a2b-9e8f-7d6c5b4a3f21";
/// The organisation.
pub(crate) const ORG: &str = "60012345678";
const SCOPES: [&str; 4] = ["Calendars.ReadWrite", "Contacts.ReadWrite", "Tasks.ReadWrite", "User.Read"];
/// What an administrator granted the application for itself.
const ROLES: [&str; 2] = ["Calendars.ReadWrite", "Contacts.ReadWrite"];
const CRM_SCOPES: [&str; 3] = ["ZohoCRM.modules.ALL", "ZohoCRM.coql.READ", "ZohoCRM.users.READ"];

/// How long a person takes for a change, in milliseconds: more than the second in which the CRM counts.
const BY_HAND_MS: i64 = 1_007;

/// Throttles what the mailbox is asked next.
pub(crate) fn throttle(world: &mut World, times: u32) {
    world.microsoft.throttle_next(SALES, times, Some("1"));
}

pub(crate) struct Stage {
    pub(crate) world: RefCell<World>,
    /// What is chosen.
    pub(crate) settings: Settings,
    memory: [RefCell<Memory>; Kind::ALL.len()],
    pub(crate) watch: Watch,
    /// Whether the application syncs by itself, and nobody has signed in.
    pub(crate) by_itself: bool,
    user: Id,
    colleague: Id,
}

impl Stage {
    /// It is the morning of March 1st, 2026, a Sunday. Nothing is switched on.
    pub(crate) fn new() -> Self {
        let start: Timestamp = "2026-03-01T08:00:00Z".parse().expect("a moment");
        let mut world = World::new(start, 1);
        world.with_microsoft(|microsoft, context| {
            microsoft.add_tenant(Tenant::new(TENANT, "Example", "example.com"));
            microsoft.add_user(User::new(SALES_ID, TENANT, "Sales Person", SALES, "secret"), context);
            let app = App::new(CLIENT, TENANT, "MS Exchange Sync");
            let app = app.roles(&ROLES).consented_in(TENANT);
            microsoft.add_app(app.redirect(Platform::Spa, "http://localhost/auth.html").delegated(&SCOPES));
        });
        let (user, colleague) = world.with_zoho(|zoho, context| {
            zoho.add_org(context, ORG, "Example", Edition::Enterprise, DataCentre::us());
            let profile = zoho.add_profile(ORG, "Sales", Permissions::standard());
            let mut add = |name, email| {
                let user = NewUser { name, email, profile, time_zone: "Europe/Berlin", language: "de_DE" };
                zoho.add_user(context, ORG, user)
            };
            (add("Sales Person", SALES), add("Colleague", "colleague@example.com"))
        });
        let (world, settings) = (RefCell::new(world), Settings::default());
        let (memory, watch) = Default::default();
        Self { world, settings, memory, watch, by_itself: false, user, colleague }
    }

    /// The same, with contacts switched on, and with an account for every company.
    pub(crate) fn with_contacts() -> Self {
        let mut stage = Self::new();
        stage.settings.contacts.rules.on = true;
        stage.settings.contacts.new_accounts = true;
        stage
    }

    fn memory(&self, kind: Kind) -> &RefCell<Memory> {
        &self.memory[Kind::ALL.iter().position(|own| *own == kind).expect("a kind")]
    }

    /// Syncs everything that is switched on, perhaps to a sudden death.
    pub(crate) fn run(&self, death: Option<Death>) -> Option<BTreeMap<Kind, Report>> {
        self.act(death, None)
    }

    /// Takes a run back, perhaps to a sudden death.
    pub(crate) fn undo(&self, run: u64, death: Option<Death>) -> Option<BTreeMap<Kind, Report>> {
        self.act(death, Some(run))
    }

    /// The number of the last run.
    pub(crate) fn last_run(&self) -> u64 {
        self.memory(Kind::Contact).borrow().run
    }

    fn act(&self, death: Option<Death>, undoes: Option<u64>) -> Option<BTreeMap<Kind, Report>> {
        let (microsoft, zoho) = {
            let mut world = self.world.borrow_mut();
            world.advance(BY_HAND_MS);
            let microsoft = world.with_microsoft(|microsoft, context| {
                let token = match self.by_itself {
                    true => microsoft.issue_application_token(CLIENT, TENANT, context),
                    false => microsoft.issue_access_token(SALES, CLIENT, &SCOPES, context),
                };
                token.expect("both are known")
            });
            let user = self.user;
            let zoho = world.with_zoho(|zoho, context| zoho.issue_access_token_for_user(context, user, &CRM_SCOPES));
            (format!("Bearer {microsoft}"), format!("Zoho-oauthtoken {zoho}"))
        };
        let fate = Fate::of(death);
        let port = |service, authorization| WorldPort {
            world: &self.world,
            fate: &fate,
            watch: &self.watch,
            service,
            authorization,
        };
        let (graph, crm) = (port(Service::Microsoft, microsoft), port(Service::Zoho, zoho));
        let graph = if self.by_itself { MailboxPort::of(graph, SALES_ID) } else { MailboxPort::own(graph) };
        let now = Instant::from_seconds(self.world.borrow().now().as_second());
        let all = All {
            mailbox: &GraphMailbox { port: &graph },
            crm: &crm,
            env: &WorldEnv { world: &self.world },
            settings: &self.settings,
            now,
            is_awaited: true,
            allow_mass_delete: false,
            owner: self.user.to_string(),
            org: ORG.to_owned(),
            pages: Some("https://crm.zoho.example".to_owned()),
            zone: None,
            run: self.memory(Kind::Contact).borrow_mut().begin_run(),
            undoes,
        };
        poll(all.run(|kind| MemoryStore { memory: self.memory(kind), fate: &fate }))
    }

    /// Syncs, to the end.
    pub(crate) fn sync(&self) -> BTreeMap<Kind, Report> {
        let reports = self.run(None).expect("nobody dies");
        for (kind, report) in &reports {
            assert_eq!(report.end, Ok(End::Completed), "{kind:?}");
        }
        reports
    }

    /// Syncs, and once more: the second time nothing is written.
    pub(crate) fn settle(&self) {
        self.sync();
        self.world.borrow_mut().counters.reset();
        self.sync();
        let operations = &self.world.borrow().counters.operations;
        let written = |name: &&String| ["created", "updated", "deleted"].iter().any(|end| name.ends_with(end));
        let written: Vec<&String> = operations.keys().filter(written).collect();
        assert!(written.is_empty(), "a second sync writes: {written:?}");
    }

    /// What the function remembers is lost.
    pub(crate) fn lose_the_database(&self) {
        self.memory.iter().for_each(|memory| drop(memory.take()));
    }

    /// Time passes: what was changed before is no longer read again.
    pub(crate) fn wait_an_hour(&self) {
        self.world.borrow_mut().advance(3_600_000);
    }

    /// A request that is told by its address goes wrong.
    pub(crate) fn answer_once(&self, service: Service, url_contains: &str, effect: Effect) {
        let fault = Fault {
            service,
            method: None,
            url_contains: url_contains.to_owned(),
            skip: 0,
            times: NonZeroU32::MIN,
            effect,
            delay_ms: 0,
        };
        self.world.borrow_mut().faults.add(fault);
    }

    /// Why pairs of a kind are not fully in sync.
    pub(crate) fn troubles(&self, kind: Kind) -> Vec<Reason> {
        self.memory(kind).borrow().state.links.values().filter_map(|link| link.trouble.clone()).collect()
    }

    /// How many pairs of a kind are linked.
    pub(crate) fn linked(&self, kind: Kind) -> usize {
        self.memory(kind).borrow().state.links.len()
    }

    // What people do in Outlook.

    pub(crate) fn outlook<T>(&self, act: impl FnOnce(&mut Microsoft, &mut Context<'_>) -> T) -> T {
        self.world.borrow_mut().advance(BY_HAND_MS);
        self.world.borrow_mut().with_microsoft(act)
    }

    /// Adds a folder beside the default one.
    pub(crate) fn add_folder(&self, name: &str) -> String {
        self.outlook(|microsoft, context| microsoft.add_contact_folder(SALES, None, name, context)).expect("a folder")
    }

    /// Adds a contact to a folder; `contacts` is the default one.
    pub(crate) fn add_item(&self, folder: &str, contact: &Value) -> String {
        let added = self.outlook(|microsoft, context| microsoft.add_contact_to(SALES, folder, contact, context));
        added.unwrap_or_else(|refusal| panic!("{refusal:?}: {contact}"))
    }

    /// Changes a contact.
    pub(crate) fn change_item(&self, id: &str, changes: &Value) {
        self.outlook(|microsoft, context| microsoft.edit_contact(SALES, id, changes, context)).expect("it is there");
    }

    /// Moves a contact to a folder.
    pub(crate) fn move_item(&self, id: &str, folder: &str) {
        self.outlook(|microsoft, context| microsoft.move_contact(SALES, id, folder, context)).expect("it is there");
    }

    /// Deletes a contact.
    pub(crate) fn delete_item(&self, id: &str) {
        self.outlook(|microsoft, context| microsoft.delete_contact(SALES, id, context)).expect("it is there");
    }

    /// The mailbox's contacts.
    pub(crate) fn items(&self) -> Vec<Value> {
        self.world.borrow().microsoft.contacts(SALES)
    }

    /// The only contact with this last name.
    pub(crate) fn item(&self, surname: &str) -> Value {
        only(self.items(), "surname", surname)
    }

    // What people do in the CRM.

    pub(crate) fn crm<T>(&self, act: impl FnOnce(&mut Zoho, &mut Context<'_>) -> T) -> T {
        self.world.borrow_mut().advance(BY_HAND_MS);
        self.world.borrow_mut().with_zoho(act)
    }

    /// The salesperson adds a record; answers with its id.
    pub(crate) fn add_record(&self, module: &str, record: &Value) -> String {
        self.add_record_of(self.user, module, record)
    }

    /// A colleague adds one.
    pub(crate) fn add_colleagues(&self, module: &str, record: &Value) -> String {
        self.add_record_of(self.colleague, module, record)
    }

    fn add_record_of(&self, user: Id, module: &str, record: &Value) -> String {
        let added = self.crm(|zoho, context| zoho.insert_record(context, module, user, record.clone()));
        added.unwrap_or_else(|refusal| panic!("{refusal}: {record}")).to_string()
    }

    /// The salesperson changes a record.
    pub(crate) fn change_record(&self, module: &str, id: &str, changes: &Value) {
        let (user, id) = (self.user, id.parse().expect("an id"));
        let changed = self.crm(|zoho, context| zoho.update_record(context, module, id, user, changes.clone()));
        changed.unwrap_or_else(|refusal| panic!("{refusal}: {changes}"));
    }

    /// The salesperson deletes a record.
    pub(crate) fn delete_record(&self, module: &str, id: &str) {
        let (user, id) = (self.user, id.parse().expect("an id"));
        assert!(self.crm(|zoho, context| zoho.delete_record(context, module, id, user)), "it is there");
    }

    /// The salesperson converts a lead; answers with the contact's id.
    pub(crate) fn convert(&self, lead: &str) -> String {
        let (user, lead) = (self.user, lead.parse().expect("an id"));
        self.crm(|zoho, context| zoho.convert_lead(context, lead, user)).expect("it is a lead").to_string()
    }

    /// The salesperson converts a lead into a contact that is there already.
    pub(crate) fn convert_into(&self, lead: &str, contact: &str) {
        let (user, lead, contact) = (self.user, lead.parse().expect("an id"), contact.parse().expect("an id"));
        self.crm(|zoho, context| zoho.convert_lead_into(context, lead, contact, user)).expect("both are there");
    }

    /// The records of a module; of leads those that were not converted.
    pub(crate) fn records(&self, module: &str) -> Vec<Value> {
        let mut records = self.world.borrow().zoho.records(ORG, module);
        records.retain(|record| record["Converted__s"] != json!(true));
        records
    }

    /// The only record of a module with this last name.
    pub(crate) fn record(&self, module: &str, surname: &str) -> Value {
        only(self.records(module), "Last_Name", surname)
    }

    /// The salesperson's user.
    pub(crate) fn user(&self) -> UserId {
        UserId::new(self.user.to_string()).expect("an id")
    }

    /// The colleague's.
    pub(crate) fn colleague(&self) -> UserId {
        UserId::new(self.colleague.to_string()).expect("an id")
    }
}

fn only(mut all: Vec<Value>, name: &str, wanted: &str) -> Value {
    all.retain(|one| one[name] == wanted);
    assert_eq!(all.len(), 1, "one is called {wanted}");
    all.remove(0)
}

/// A choice of places.
pub(crate) fn places(ids: &[&str]) -> mxs_api::Place {
    mxs_api::Place::Chosen(chosen(ids))
}

/// A choice of ids.
pub(crate) fn chosen(ids: &[&str]) -> mxs_api::Chosen<PlaceId, { mxs_api::PLACES_MAX }> {
    let ids = ids.iter().map(|id| PlaceId::new(*id).expect("an id")).collect();
    mxs_api::Chosen::new(ids).expect("a choice")
}

/// The id of an item or a record.
pub(crate) fn id(of: &Value) -> String {
    of["id"].as_str().expect("an id").to_owned()
}

/// A contact of the mailbox, with an address of its own.
pub(crate) fn contact(given: &str, surname: &str) -> Value {
    json!({
        "givenName": given, "surname": surname, "companyName": "Zylker",
        "emailAddresses": [{ "address": address(given, surname), "name": given }],
    })
}

/// A record of the CRM, with the same address.
pub(crate) fn record(given: &str, surname: &str) -> Value {
    json!({ "First_Name": given, "Last_Name": surname, "Email": address(given, surname) })
}

/// A lead of the CRM, with the same address.
pub(crate) fn lead(given: &str, surname: &str) -> Value {
    let mut lead = record(given, surname);
    lead["Company"] = json!("Zylker");
    lead
}

fn address(given: &str, surname: &str) -> String {
    format!("{given}.{surname}@customer.example").to_lowercase()
}
