//! The stage: an organisation with three people, who may sync, and what the function would remember.

use crate::place::meetings::{Mailbox, Organisation};
use crate::place::{Death, Fate, Memory, MemoryStore, WorldEnv, WorldPort, poll};
use crate::shown::{self, DAYS, ZONE};
use crate::watch::Watch;
use jiff::Timestamp;
use mxs_core::journal::What;
use mxs_core::{Date, Direction, Filter, Kind, Mails, Policy, Preview, Reason, Winner};
use mxs_graph::tasks::TimeZone;
use mxs_sync::{End, GraphMailbox, Report, Scope, Sync, UndoPreview, Undone, window};
use mxs_world::microsoft::{App, Platform, Tenant, User};
use mxs_world::zoho::{DataCentre, Edition, Id, NewUser, Permissions, Sharing};
use mxs_world::{Effect, Fault, Service, World};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::num::NonZeroU32;

/// The salesperson, who syncs unless it is said who does.
pub(crate) const SALES: &str = "sales@example.com";
/// A colleague, who has a mailbox too.
pub(crate) const COLLEAGUE: &str = "colleague@example.com";
/// Another one.
pub(crate) const ASSISTANT: &str = "assistant@example.com";

/// Everybody, with their ids and names.
const PEOPLE: [(&str, &str, &str); 3] = [
    ("9d3c1f80-5a6b-4c7d-8e9f-0a1b2c3d4e5f", "Sales Person", SALES),
    ("9d3c1f80-5a6b-4c7d-8e9f-0a1b2c3d4e60", "Colleague", COLLEAGUE),
    ("9d3c1f80-5a6b-4c7d-8e9f-0a1b2c3d4e61", "Assistant", ASSISTANT),
];

const TENANT: &str = "6f1d7c52-0d5c-4e0b-8f8e-2b6a3f1c9d10";
const CLIENT: &str = "0b9a4f5e-3c1d-4a2b-9e8f-7d6c5b4a3f21";
/// The organisation.
pub(crate) const ORG: &str = "60012345678";
const SCOPES: [&str; 2] = ["Calendars.ReadWrite", "User.Read"];
const CRM_SCOPES: [&str; 3] = ["ZohoCRM.modules.ALL", "ZohoCRM.coql.READ", "ZohoCRM.users.READ"];

/// How far back the calendar is read.
const MONTHS_BACK: u8 = 6;

/// How long a person takes for a change, in milliseconds: more than the second in which the CRM counts.
const BY_HAND_MS: i64 = 1_007;

/// Throttles what the salesperson's mailbox is asked next.
pub(crate) fn throttle(world: &mut World, times: u32) {
    world.microsoft.throttle_next(SALES, times, Some("1"));
}

pub(crate) struct Stage {
    pub(crate) world: RefCell<World>,
    /// What the function remembers of each, and the CRM user.
    people: Vec<(RefCell<Memory>, Id)>,
    /// Who syncs.
    who: usize,
    pub(crate) policy: Policy,
    pub(crate) watch: Watch,
    calls: u32,
}

impl Stage {
    /// It is the morning of March 1st, 2026, a Sunday.
    pub(crate) fn new() -> Self {
        let start: Timestamp = "2026-03-01T08:00:00Z".parse().expect("a moment");
        let mut world = World::new(start, 1);
        world.with_microsoft(|microsoft, context| {
            microsoft.add_tenant(Tenant::new(TENANT, "Example", "example.com"));
            for (id, name, address) in PEOPLE {
                microsoft.add_user(User::new(id, TENANT, name, address, "secret"), context);
            }
            let app = App::new(CLIENT, TENANT, "MS Exchange Sync");
            microsoft.add_app(app.redirect(Platform::Spa, "http://localhost/auth.html").delegated(&SCOPES));
        });
        let users = world.with_zoho(|zoho, context| {
            zoho.add_org(context, ORG, "Example", Edition::Enterprise, DataCentre::us());
            // Whatever runs the organisation's rules, or doesn't say that nobody is to be told, mails somebody.
            zoho.options(ORG).workflow_mails = true;
            zoho.options(ORG).invited_are_told = true;
            let profile = zoho.add_profile(ORG, "Sales", Permissions::standard());
            PEOPLE.map(|(_, name, email)| {
                let user = NewUser { name, email, profile, time_zone: ZONE, language: "de_DE" };
                zoho.add_user(context, ORG, user)
            })
        });
        let policy = Policy {
            count_items: true,
            retry_refused: true,
            ..Policy::new(Kind::Event, Direction::Both { winner: Winner::Crm })
        };
        let people = memories(users).into_iter().map(RefCell::new).zip(users).collect();
        Self { world: RefCell::new(world), people, who: 0, policy, watch: Watch::default(), calls: 0 }
    }

    /// The same, for somebody who lets mails be sent.
    pub(crate) fn that_mails() -> Self {
        let mut stage = Self::new();
        stage.policy.mails = Mails::Send;
        stage
    }

    /// Whoever syncs from now on.
    pub(crate) fn turn_to(&mut self, who: &str) {
        self.who = PEOPLE.iter().position(|(_, _, address)| *address == who).expect("a person");
    }

    fn memory(&self) -> &RefCell<Memory> {
        &self.people[self.who].0
    }

    /// The CRM user who syncs.
    fn user(&self) -> Id {
        self.people[self.who].1
    }

    /// The CRM user who syncs, as the CRM writes it.
    pub(crate) fn owner(&self) -> String {
        self.user().to_string()
    }

    /// Who may see and change what others own.
    pub(crate) fn share(&self, sharing: Sharing) {
        self.crm(|zoho, _| zoho.options(ORG).sharing = sharing);
    }

    /// The only series of somebody's calendar.
    pub(crate) fn series_of(&self, user: &str) -> String {
        let mut all = self.world.borrow().microsoft.events(user);
        all.retain(|event| event["type"] == "seriesMaster");
        assert_eq!(all.len(), 1);
        id(&all.remove(0))
    }

    /// Whoever syncs disconnects the mailbox, or connects it again.
    pub(crate) fn switch_off(&self, is_off: bool) {
        let mailbox = &self.memory().borrow().mailbox;
        mailbox.organisation.borrow_mut().entry(mailbox.number).or_default().is_off = is_off;
    }

    /// Whether it is disconnected.
    pub(crate) fn is_off(&self) -> bool {
        let mailbox = &self.memory().borrow().mailbox;
        mailbox.organisation.borrow().get(&mailbox.number).is_some_and(|mailbox| mailbox.is_off)
    }

    fn today(&self) -> Date {
        let today = self.world.borrow().now().to_zoned(jiff::tz::TimeZone::UTC).date();
        Date::parse(&today.to_string()).expect("a date")
    }

    fn act<T>(
        &mut self,
        death: Option<Death>,
        act: impl AsyncFnOnce(Sync<'_, GraphMailbox<'_, WorldPort<'_>>, WorldPort<'_>, MemoryStore<'_>, WorldEnv<'_>>) -> T,
    ) -> Option<T> {
        let (microsoft, zoho) = {
            let mut world = self.world.borrow_mut();
            let microsoft = world.with_microsoft(|microsoft, context| {
                microsoft.issue_access_token(PEOPLE[self.who].2, CLIENT, &SCOPES, context).expect("the user is known")
            });
            let user = self.user();
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
        let store = MemoryStore { memory: self.memory(), fate: &fate };
        let env = WorldEnv { world: &self.world };
        let owner = self.user().to_string();
        let scope = Scope { zone: TimeZone::new(ZONE), ..Scope::usual(Kind::Event, &owner, self.today(), MONTHS_BACK) };
        let since = window(self.today(), MONTHS_BACK).start.start();
        let policy =
            Policy { filter: Filter { since: Some(since), ..self.policy.filter.clone() }, ..self.policy.clone() };
        let (mailbox, crm, store, env) = (&GraphMailbox { port: &graph }, &crm, &store, &env);
        let (org, approved, run, noted) = (ORG.to_owned(), None, self.memory().borrow_mut().begin_run(), 0);
        let sync = Sync { mailbox, crm, store, env, policy, scope, owner, org, approved, run, noted };
        let outcome = poll(act(sync));
        if outcome.is_some() {
            self.memory().borrow().mailbox.finish();
        }
        self.calls = fate.calls();
        outcome
    }

    /// Syncs, to the end.
    pub(crate) fn sync(&mut self) -> Report {
        let report = self.sync_until(None).expect("nobody dies");
        assert_eq!(report.end, Ok(End::Completed));
        report
    }

    /// Syncs, perhaps to a sudden death.
    pub(crate) fn sync_until(&mut self, death: Option<Death>) -> Option<Report> {
        self.world.borrow_mut().advance(BY_HAND_MS);
        self.act(death, async |sync| sync.run().await)
    }

    /// The number of the last run.
    pub(crate) fn last_run(&self) -> u64 {
        self.memory().borrow().run
    }

    /// Takes a run back, to the end.
    pub(crate) fn undo(&mut self, run: u64) -> Undone {
        let undone = self.undo_until(run, None).expect("nobody dies");
        assert_eq!(undone.report.end, Ok(End::Completed));
        undone
    }

    /// Takes a run back, perhaps to a sudden death.
    pub(crate) fn undo_until(&mut self, run: u64, death: Option<Death>) -> Option<Undone> {
        self.world.borrow_mut().advance(BY_HAND_MS);
        self.act(death, async |sync| sync.undo(run).await)
    }

    /// What taking a run back would do.
    pub(crate) fn preview_undo(&mut self, run: u64) -> UndoPreview {
        let preview = self.act(None, async |sync| sync.preview_undo(run).await).expect("nobody dies");
        preview.expect("both sides can be read").expect("nobody stops it")
    }

    /// What a sync would do.
    pub(crate) fn preview(&mut self) -> Preview {
        let preview = self.act(None, async |sync| sync.preview().await).expect("nobody dies");
        preview.expect("both sides can be read").expect("nobody stops it")
    }

    /// How many calls the last sync made, those to the store included.
    pub(crate) fn calls(&self) -> u32 {
        self.calls
    }

    /// Syncs, and once more: the second time nothing is written. Both calendars show the same, and nobody was mailed.
    pub(crate) fn settle(&mut self) {
        self.settle_but_for_the_calendars();
        assert_eq!(self.in_crm(), self.in_outlook(), "the CRM's calendar (left) and Outlook's");
        assert_eq!(self.mails(), Vec::<String>::new());
    }

    /// Syncs, and once more: the second time nothing is written.
    pub(crate) fn settle_but_for_the_calendars(&mut self) {
        self.sync();
        self.rest();
    }

    /// Another sync has nothing to write.
    pub(crate) fn rest(&mut self) {
        self.world.borrow_mut().counters.reset();
        self.sync();
        let written = self.written();
        assert!(written.is_empty(), "a second sync writes: {written:?}");
    }

    /// What was written on either side since the counters were last reset.
    pub(crate) fn written(&self) -> Vec<String> {
        let operations = &self.world.borrow().counters.operations;
        let written = |name: &&String| ["created", "updated", "deleted"].iter().any(|end| name.ends_with(end));
        operations.keys().filter(written).cloned().collect()
    }

    /// A request that is told by its address is carried out, and its answer is lost.
    pub(crate) fn lose_the_answer(&self, service: Service, url_contains: &str, skip: u32) {
        let fault = Fault {
            service,
            method: None,
            url_contains: url_contains.to_owned(),
            skip,
            times: NonZeroU32::MIN,
            effect: Effect::DropAfter,
            delay_ms: 0,
        };
        self.world.borrow_mut().faults.add(fault);
    }

    /// What the function remembers is lost.
    pub(crate) fn lose_the_database(&self) {
        let users = [0, 1, 2].map(|number| self.people[number].1);
        for ((memory, _), lost) in self.people.iter().zip(memories(users)) {
            *memory.borrow_mut() = lost;
        }
    }

    /// Time passes.
    pub(crate) fn wait_days(&self, days: i64) {
        self.world.borrow_mut().advance(days * 86_400_000);
    }

    /// The mails that were sent so far, `reason to`; forgets them.
    pub(crate) fn mails(&self) -> Vec<String> {
        let mails = std::mem::take(&mut self.world.borrow_mut().outbox.mails);
        mails.into_iter().map(|mail| format!("{} {}", mail.reason.trim_start_matches("meeting "), mail.to)).collect()
    }

    /// Why pairs are not fully in sync.
    pub(crate) fn troubles(&self) -> Vec<Reason> {
        self.memory().borrow().state.links.values().filter_map(|link| link.trouble.clone()).collect()
    }

    /// Why records have no partner.
    pub(crate) fn reasons(&self) -> Vec<Reason> {
        self.memory().borrow().state.unlinked.values().map(|unlinked| unlinked.reason.clone()).collect()
    }

    /// How many values gave way.
    pub(crate) fn conflicts(&self) -> usize {
        self.memory().borrow().conflicts.len()
    }

    /// The CRM's events that got another owner by this user's runs, as the journal tells.
    pub(crate) fn handed_over(&self) -> Vec<String> {
        let memory = self.memory().borrow();
        let told = memory.journal.iter().filter(|entry| entry.what == What::HandedOver);
        told.map(|entry| entry.crm.as_str().to_owned()).collect()
    }

    /// All that is remembered, as text.
    pub(crate) fn remembered(&self) -> String {
        serde_json::to_string(&self.memory().borrow().state.links.values().collect::<Vec<_>>()).expect("serializes")
            + &serde_json::to_string(&self.memory().borrow().state.unlinked.values().collect::<Vec<_>>())
                .expect("serializes")
    }

    // What people do in Outlook.

    fn outlook<T>(
        &self,
        act: impl FnOnce(&mut mxs_world::microsoft::Microsoft, &mut mxs_world::Context<'_>) -> T,
    ) -> T {
        self.world.borrow_mut().advance(BY_HAND_MS);
        self.world.borrow_mut().with_microsoft(act)
    }

    /// The salesperson adds an event; answers with its id.
    pub(crate) fn add_item(&self, event: &Value) -> String {
        self.add_item_of(SALES, event)
    }

    /// Somebody adds an event.
    pub(crate) fn add_item_of(&self, user: &str, event: &Value) -> String {
        let added = self.outlook(|microsoft, context| microsoft.add_event(user, None, event, context));
        added.unwrap_or_else(|refusal| panic!("{refusal:?}: {event}"))
    }

    /// The salesperson changes an event, a series or an occurrence.
    pub(crate) fn change_item(&self, id: &str, changes: &Value) {
        self.change_item_of(SALES, id, changes);
    }

    /// Somebody changes an event.
    pub(crate) fn change_item_of(&self, user: &str, id: &str, changes: &Value) {
        let changed = self.outlook(|microsoft, context| microsoft.edit_event(user, id, changes, context));
        changed.unwrap_or_else(|refusal| panic!("{refusal:?}: {changes}"));
    }

    /// The salesperson moves an event or a series into another zone, at the same times on its clocks.
    pub(crate) fn rezone_item(&self, id: &str, zone: &str) {
        self.outlook(|microsoft, context| microsoft.rezone_event(SALES, id, zone, context)).expect("it is there");
    }

    /// Somebody deletes an event or a series, or cancels an occurrence.
    pub(crate) fn delete_item_of(&self, user: &str, id: &str) {
        self.outlook(|microsoft, context| microsoft.delete_event(user, id, context)).expect("it is there");
    }

    /// The salesperson deletes an event or a series, or cancels an occurrence.
    pub(crate) fn delete_item(&self, id: &str) {
        self.delete_item_of(SALES, id);
    }

    /// Somebody answers an invitation.
    pub(crate) fn answer(&self, user: &str, id: &str, response: &'static str) {
        self.outlook(|microsoft, context| microsoft.answer_meeting(user, id, response, context))
            .expect("it is an invitation");
    }

    /// The only event of somebody's calendar.
    pub(crate) fn only_item_of(&self, user: &str) -> String {
        let mut all = self.world.borrow().microsoft.events(user);
        assert_eq!(all.len(), 1);
        id(&all.remove(0))
    }

    /// The occurrence of a series on a day.
    pub(crate) fn occurrence(&self, series: &str, day: &str) -> String {
        let day = day.parse().expect("a day");
        self.world.borrow().microsoft.occurrence_of(SALES, series, day).expect("an occurrence")
    }

    /// The events and series of the salesperson's calendar.
    pub(crate) fn items(&self) -> Vec<Value> {
        self.world.borrow().microsoft.events(SALES)
    }

    /// The only event or series of this title.
    pub(crate) fn item(&self, title: &str) -> Value {
        only(self.items(), "subject", title)
    }

    // What people do in the CRM.

    fn crm<T>(&self, act: impl FnOnce(&mut mxs_world::zoho::Zoho, &mut mxs_world::Context<'_>) -> T) -> T {
        self.world.borrow_mut().advance(BY_HAND_MS);
        self.world.borrow_mut().with_zoho(act)
    }

    /// The salesperson adds a meeting; answers with its id.
    pub(crate) fn add_record(&self, record: &Value) -> String {
        let user = self.user();
        let added = self.crm(|zoho, context| zoho.insert_record(context, "Events", user, record.clone()));
        added.unwrap_or_else(|refusal| panic!("{refusal}: {record}")).to_string()
    }

    /// The salesperson changes a meeting.
    pub(crate) fn change_record(&self, id: &str, changes: &Value) {
        let (user, id) = (self.user(), id.parse().expect("an id"));
        let changed = self.crm(|zoho, context| zoho.update_record(context, "Events", id, user, changes.clone()));
        changed.unwrap_or_else(|refusal| panic!("{refusal}: {changes}"));
    }

    /// The salesperson deletes a meeting.
    pub(crate) fn delete_record(&self, id: &str) {
        let (user, id) = (self.user(), id.parse().expect("an id"));
        assert!(self.crm(|zoho, context| zoho.delete_record(context, "Events", id, user)), "it is there");
    }

    /// The salesperson gives a meeting to a colleague.
    pub(crate) fn give_to_colleague(&self, id: &str) {
        let (user, colleague, id) = (self.user(), self.people[1].1, id.parse().expect("an id"));
        self.crm(|zoho, context| zoho.change_owner(context, "Events", id, user, colleague)).expect("it is there");
    }

    /// The salesperson leaves a day out of a series.
    pub(crate) fn cancel_in_crm(&self, id: &str, day: &str) {
        let (user, id, day) = (self.user(), id.parse().expect("an id"), day.parse().expect("a day"));
        self.crm(|zoho, context| zoho.cancel_occurrence(context, id, day, user)).expect("it is there");
    }

    /// The salesperson changes what happens on one day of a series.
    pub(crate) fn change_occurrence_in_crm(&self, id: &str, day: &str, changes: &Value) {
        let (user, id, day) = (self.user(), id.parse().expect("an id"), day.parse().expect("a day"));
        self.crm(|zoho, context| zoho.edit_occurrence(context, id, day, user, changes.clone())).expect("it is there");
    }

    /// Whether the CRM's pages may change how a meeting repeats, which its API may not.
    pub(crate) fn change_rule_in_crm(&self, id: &str, changes: &Value) {
        self.crm(|zoho, _| zoho.options(ORG).recurrence_may_change = true);
        self.change_record(id, changes);
        self.crm(|zoho, _| zoho.options(ORG).recurrence_may_change = false);
    }

    /// The CRM's meetings.
    pub(crate) fn records(&self) -> Vec<Value> {
        self.world.borrow().zoho.records(ORG, "Events")
    }

    /// The only meeting of this title.
    pub(crate) fn record(&self, title: &str) -> Value {
        only(self.records(), "Event_Title", title)
    }

    /// What the CRM's calendar shows.
    pub(crate) fn in_crm(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.records().iter().flat_map(shown::in_crm).collect();
        lines.sort();
        lines
    }

    /// What Outlook's calendar shows.
    pub(crate) fn in_outlook(&self) -> Vec<String> {
        let moment = |day: &str| format!("{day}T00:00:00Z").parse::<Timestamp>().expect("a moment");
        let world = self.world.borrow();
        let instances = world.microsoft.instances(SALES, moment(DAYS.0), moment(DAYS.1));
        let mut lines: Vec<String> = instances.iter().map(shown::in_outlook).collect();
        lines.sort();
        lines
    }
}

/// What the function remembers at first.
fn memories(users: [Id; 3]) -> Vec<Memory> {
    let organisation = Organisation::default();
    let mailbox =
        |(number, user): (usize, Id)| Mailbox { number, user: user.to_string(), organisation: organisation.clone() };
    let memory = |whose| Memory { mailbox: mailbox(whose), ..Memory::default() };
    users.into_iter().enumerate().map(memory).collect()
}

fn only(mut all: Vec<Value>, name: &str, title: &str) -> Value {
    all.retain(|one| one[name] == title);
    assert_eq!(all.len(), 1, "one is called {title}");
    all.remove(0)
}

/// The id of an item or a record.
pub(crate) fn id(of: &Value) -> String {
    of["id"].as_str().expect("an id").to_owned()
}

/// An item at an hour of a zone's clocks.
pub(crate) fn item(title: &str, start: &str, end: &str, zone: &str) -> Value {
    let at = |time: &str| json!({ "dateTime": time, "timeZone": zone });
    json!({ "subject": title, "start": at(start), "end": at(end), "isReminderOn": false })
}

/// A record of the CRM at an hour.
pub(crate) fn record(title: &str, start: &str, end: &str) -> Value {
    json!({ "Event_Title": title, "Start_DateTime": start, "End_DateTime": end })
}
