//! The stage on which scripts play: the world with one user, and what the function would remember.

use crate::coverage::{Case, Coverage};
use crate::oracle::{Oracle, Write};
use crate::place::{Death, Fate, Memory, MemoryStore, Moment, WorldEnv, WorldPort, poll};
use crate::script::Step;
use crate::watch::Watch;
use mxs_core::{Conflict, Date, Direction, Filter, Instant, Kind, Mails, Policy, Preview, Reason, Side};
use mxs_graph::tasks::TimeZone;
use mxs_sync::{Failure, Mailbox, Report, Scope, Sync};
use mxs_world::{Service, World};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::pin::Pin;

mod calendar;
mod cast;
mod come_back;
mod door;
mod judged;
mod props;
mod reach;
mod rules;
mod told;
mod trouble;
mod undo;

use calendar::ASIDE;
pub(crate) use cast::MAILBOX;
use cast::ZONE;
pub(crate) use door::Door;
use door::{Running, ews, graph};
pub(crate) use judged::Scene;
pub(crate) use props::FIELDS;
use props::{Props, Who};
use told::key_in;
pub(crate) use trouble::{Throttled, throttle, throttled};
pub(crate) use undo::Sight;

/// How long a person takes for a change, in milliseconds: more than the second in which the CRM counts.
const BY_HAND_MS: i64 = 1_007;

/// More than anybody's number in a script.
const BYSTANDER: u32 = 900;

/// How far back a calendar is read.
const MONTHS_BACK: u8 = 6;

type Run<'a> = dyn Running + 'a;
type Acting<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

pub(crate) struct Stage {
    world: RefCell<World>,
    memory: RefCell<Memory>,
    policy: Policy,
    props: &'static dyn Props,
    cast: cast::Cast,
    calls: u32,
    /// By which door the mailbox is reached.
    door: Door,
    /// How many calls the first sync made after the last step.
    calls_of_the_first: Option<u32>,
    /// Whose record a value was written into; no value is written into two people's.
    authors: BTreeMap<String, String>,
    /// Whose a record is that has no name, once its values have told it.
    known: RefCell<BTreeMap<(Side, String), String>>,
    /// Another place that is read, too.
    elsewhere: Option<String>,
    /// Records that a colleague has for now.
    handed_over: BTreeSet<String>,
    watch: Watch,
    judged: judged::Judged,
}

/// What the editable fields of a record hold.
pub(crate) type Values = BTreeMap<usize, String>;

/// Whose record, on which side, and what it holds.
pub(crate) type Contents = BTreeMap<(String, Side), Values>;

impl Stage {
    /// A stage for records of one kind.
    pub(crate) fn new(kind: Kind, direction: Direction) -> Self {
        let props = props::of(kind);
        let (world, cast) = cast::assemble(props);
        let judged = judged::Judged::new(props.items_name(), cast.colleagues_record(&world));
        Self {
            world: RefCell::new(world),
            memory: RefCell::default(),
            policy: Policy { count_items: true, retry_refused: true, ..Policy::new(kind, direction) },
            props,
            cast,
            calls: 0,
            door: Door::default(),
            calls_of_the_first: Some(0),
            authors: BTreeMap::new(),
            known: RefCell::default(),
            elsewhere: None,
            handed_over: BTreeSet::new(),
            watch: Watch::new(props.reading()),
            judged,
        }
    }

    /// From now on nobody starts the syncs by hand.
    pub(crate) fn start_by_clock(&mut self) {
        self.policy.count_items = false;
        self.policy.retry_refused = false;
    }

    /// Runs a sync, which may die; answers what it reports if it lives.
    pub(crate) fn sync(&mut self, death: Option<Death>) -> Option<Report> {
        self.sync_under(&Fate::of(death))
    }

    /// Runs a sync under a fate.
    pub(crate) fn sync_under(&mut self, fate: &Fate) -> Option<Report> {
        let integrity = self.integrity();
        self.judged.begin(&self.world.borrow(), self.memory.borrow().state.links.len());
        self.judged.begun = self.begin_under_rules();
        *self.watch.secrets.borrow_mut() = self.secrets();
        let report = self.act(fate, None, |sync| Box::pin(sync.run()));
        self.calls_of_the_first.get_or_insert(self.calls);
        self.tell(&report);
        let came_to_its_end = report.as_ref().is_some_and(|report| report.end.is_ok());
        let broken = self.broken_since(&integrity);
        self.judged.end(&self.world.borrow(), came_to_its_end, broken);
        self.meet_what_the_sync_met();
        report
    }

    /// What a sync would do.
    pub(crate) fn preview(&mut self) -> Preview {
        self.look_ahead().expect("both sides can be read")
    }

    /// What a sync would do; an error if it would come to none of it.
    pub(crate) fn look_ahead(&mut self) -> Result<Preview, Failure> {
        let preview = self.act(&Fate::default(), None, |sync| Box::pin(sync.preview())).expect("nobody dies");
        self.tell(&preview);
        preview.map(|preview| preview.expect("nobody stops it"))
    }

    /// Runs a sync whose plan somebody has approved.
    pub(crate) fn sync_approved(&mut self, fingerprint: u64) -> Report {
        self.act(&Fate::default(), Some(fingerprint), |sync| Box::pin(sync.run())).expect("nobody dies")
    }

    fn act<T>(
        &mut self,
        fate: &Fate,
        approved: Option<u64>,
        act: impl for<'a> FnOnce(&'a Run<'a>) -> Acting<'a, T>,
    ) -> Option<T> {
        self.world.borrow_mut().advance(1_000);
        self.watch.begin();
        let mut tokens = self.cast.tokens(&mut self.world.borrow_mut());
        if let Door::Ews(_) = self.door {
            door::BASIC.clone_into(&mut tokens.microsoft);
        }
        self.watch.keys.replace([&tokens.microsoft, &tokens.zoho].map(|shown| key_in(shown).to_owned()));
        let port =
            |service, authorization| WorldPort { world: &self.world, fate, watch: &self.watch, service, authorization };
        let mailbox = port(Service::Microsoft, tokens.microsoft);
        let crm = port(Service::Zoho, tokens.zoho);
        let store = MemoryStore { memory: &self.memory, fate };
        let env = WorldEnv { world: &self.world };
        let today = Instant::from_seconds(self.world.borrow().now().as_second()).day();
        let zone = (self.policy.kind == Kind::Event).then(|| TimeZone::new(ZONE)).flatten();
        let mut scope = Scope { zone, ..Scope::usual(self.policy.kind, &self.cast.owner(), today, MONTHS_BACK) };
        self.add_elsewhere(&mut scope, today);
        let (crm, store, env) = (&crm, &store, &env);
        let about = (self.policy_on(today), scope, approved);
        let outcome = match self.door {
            Door::Graph => poll(act(&self.sync_of(&graph(&mailbox), (crm, store, env), about))),
            Door::Ews(version) => poll(act(&self.sync_of(&ews(&mailbox, version), (crm, store, env), about))),
        };
        self.calls = fate.calls();
        outcome
    }

    fn sync_of<'a, M: Mailbox>(
        &self,
        mailbox: &'a M,
        (crm, store, env): (&'a WorldPort<'a>, &'a MemoryStore<'a>, &'a WorldEnv<'a>),
        (policy, scope, approved): (Policy, Scope, Option<u64>),
    ) -> Sync<'a, M, WorldPort<'a>, MemoryStore<'a>, WorldEnv<'a>> {
        let (owner, org, run) = (self.cast.owner(), self.cast.org(), self.memory.borrow_mut().begin_run());
        Sync { mailbox, crm, store, env, policy, scope, owner, org, run, noted: 0, approved }
    }

    /// The rules as they are on a day: a calendar begins to be read some months back.
    fn policy_on(&self, today: Date) -> Policy {
        let begin = || mxs_sync::window(today, MONTHS_BACK).start.start();
        let since = (self.policy.kind == Kind::Event).then(begin);
        Policy { filter: Filter { since, ..self.policy.filter.clone() }, ..self.policy.clone() }
    }

    /// How many calls the last sync made, those to the store included.
    pub(crate) fn calls(&self) -> u32 {
        self.calls
    }

    /// The next sync is the first after the last step.
    pub(crate) fn watch_the_first(&mut self) {
        self.calls_of_the_first = None;
    }

    /// How many calls the first sync made after the last step; one at least.
    pub(crate) fn calls_of_the_first(&self) -> u32 {
        self.calls_of_the_first.unwrap_or_default().max(1)
    }

    /// Does one step.
    pub(crate) fn play(&mut self, step: &Step, oracle: &mut Oracle) {
        match step {
            Step::Add { side, person } => self.add(*side, *person, &Who::Person(*person), oracle),
            Step::AddUnaddressed { side, person, name } => {
                self.add(*side, *person, &Who::Namesake(*name), oracle);
            }
            Step::AddTwins { person } => {
                self.add(Side::Exchange, *person, &Who::Person(*person), oracle);
                self.add(Side::Crm, *person, &Who::InTheCrm(*person), oracle);
            }
            Step::Delete { side, place } => {
                let found = self.record_at(*side, *place);
                // What is deleted in Outlook moves to Deleted Items.
                let found = found.filter(|(id, _)| *side == Side::Crm || self.is_known_after_a_delete(id));
                if let Some((id, person)) = found {
                    self.cast.delete(&mut self.world.borrow_mut(), *side, &id);
                    oracle.saw_deleted(person, *side);
                }
            }
            Step::DeleteAll { side } => {
                let mut place = 0;
                while place < self.records(*side).len() as u32 {
                    let Some((id, person)) = self.record_at(*side, place) else { break };
                    if *side == Side::Exchange && !self.is_known_after_a_delete(&id) {
                        place += 1;
                        continue;
                    }
                    self.cast.delete(&mut self.world.borrow_mut(), *side, &id);
                    oracle.saw_deleted(person, *side);
                }
            }
            Step::Import { side, people } => {
                people.clone().for_each(|person| self.add(*side, person, &Who::Person(person), oracle));
            }
            Step::AddPoison { number } => {
                oracle.poisoned += self.cast.add_poison(&mut self.world.borrow_mut(), *number);
                self.watch.meet(Case::PoisonItem);
            }
            Step::Edit { side, place, field, value } => {
                self.edit(*side, *place, *field, Some(self.edited(*field, *value)), oracle);
            }
            Step::Empty { side, place, field } => {
                // Without a name it is the values that tell the test who somebody is.
                let may_be_empty = self.props.given(*field, 0).is_none();
                if may_be_empty && self.has_name(*side, *place) {
                    self.edit(*side, *place, *field, None, oracle);
                }
            }
            Step::LoseDatabase => self.lose_the_database(),
            Step::KillTokens { death } => {
                self.world.borrow_mut().microsoft.expire_delta_tokens(MAILBOX, *death);
            }
            Step::Throttle { times } => self.throttle(throttled(*times), false),
            Step::ThrottleParts { times } => self.throttle(throttled(*times), true),
            Step::Fault { service, skip, effect } => {
                self.set_fault((*service, ""), *skip, NonZeroU32::MIN, effect.clone());
            }
            Step::Sync => {
                self.meet_deletes(oracle);
                self.sync(None).expect("nobody dies");
            }
            Step::Die { call, after } => {
                self.meet_deletes(oracle);
                let moment = if *after { Moment::After } else { Moment::Before };
                self.sync(Some(Death::Call(*call, moment)));
            }
            Step::DieUntold => {
                self.meet_deletes(oracle);
                self.sync(Some(Death::Untold));
            }
            Step::TakeBack => self.take_back(oracle),
            Step::SyncMeddledWith { call, place, field, value } => {
                self.sync_meddled_with(*call, *place, (*field, self.edited(*field, *value)), oracle);
            }
            Step::SmallPages { size } => self.watch.page_max.set(Some(*size)),
            Step::KillPaging => self.kill_paging(),
            Step::FallSilent => self.fall_silent(),
            Step::Wait { seconds } => self.world.borrow_mut().advance(i64::from(*seconds) * 1_000),
            Step::Rules(rules) => self.world.borrow_mut().microsoft.rules = rules.clone(),
            Step::MoveAwayAndBack { place } => {
                oracle.acts += 1;
                self.move_away_and_back(*place);
            }
            Step::MoveAway { place } => {
                // Of an item that no sync has seen nobody can know where it went.
                let known = self
                    .record_at(Side::Exchange, *place)
                    .filter(|(id, _)| self.is_linked(id) && self.is_known_after_a_move(id));
                if let Some((_, person)) = known {
                    self.move_away(*place);
                    self.watch.meet(Case::Moved);
                    if self.elsewhere.is_some() {
                        self.watch.meet(Case::MovedWithinReach);
                    }
                    oracle.saw_moved(person, self.props.leaves_when_moved() && self.elsewhere.is_none());
                }
            }
            Step::ReadElsewhere => {
                self.elsewhere = self.props.place_elsewhere(&mut self.world.borrow_mut());
            }
            Step::Categorize { place, into } => self.categorize(*place, *into, oracle),
            Step::HandOver { place } => self.hand_over(*place, oracle),
            Step::Forbid { may_see } => self.cast.forbid(&mut self.world.borrow_mut(), *may_see),
            Step::Allow => self.cast.allow(&mut self.world.borrow_mut()),
            Step::Choose(choice) => self.choose(choice, oracle),
            Step::InCalendar(act) => self.play_in_calendar(act, oracle),
            Step::GoBy(door) => self.move_to(*door),
            Step::Restore => {
                oracle.acts += 1;
                self.restore();
            }
        }
    }

    /// A person makes any item in the mailbox.
    pub(crate) fn add_item(&mut self, item: &Value) {
        self.props.add_item(&mut self.world.borrow_mut(), item);
    }

    /// A person changes every item that is not in the CRM.
    pub(crate) fn mend_items(&mut self, changes: &Value) {
        let open: Vec<String> =
            self.memory.borrow().state.unlinked.keys().filter_map(|id| Some(self.item_of(id.exchange()?))).collect();
        for id in open {
            self.cast.edit(&mut self.world.borrow_mut(), Side::Exchange, &id, changes);
        }
    }

    /// A person changes the CRM's record with this mobile phone.
    pub(crate) fn change_record(&mut self, phone: &str, changes: &Value) {
        let records = self.records(Side::Crm);
        let record = records.iter().find(|record| record["Mobile"] == phone).expect("a record with this phone");
        let id = record["id"].as_str().expect("an id").to_owned();
        self.world.borrow_mut().advance(BY_HAND_MS);
        self.cast.edit(&mut self.world.borrow_mut(), Side::Crm, &id, changes);
    }

    /// Everything there is on a side.
    pub(crate) fn records(&self, side: Side) -> Vec<Value> {
        self.cast.records(&self.world.borrow(), side)
    }

    /// How many records are linked.
    pub(crate) fn links(&self) -> usize {
        self.memory.borrow().state.links.len()
    }

    /// Why records have no partner.
    pub(crate) fn reasons(&self) -> Vec<mxs_core::Reason> {
        self.memory.borrow().state.unlinked.values().map(|unlinked| unlinked.reason.clone()).collect()
    }

    /// How many links are not fully in sync.
    pub(crate) fn problems(&self) -> usize {
        self.memory.borrow().state.links.values().filter(|link| link.trouble.is_some()).count()
    }

    /// What was asked of the vendors since [`Stage::forget_counts`], a line each.
    pub(crate) fn requests(&self) -> Vec<String> {
        let world = self.world.borrow();
        let lines = |(service, requests): (&Service, &BTreeMap<String, u64>)| {
            requests.iter().map(|(name, count)| format!("{service:?} {name}: {count}")).collect::<Vec<_>>()
        };
        world.counters.requests.iter().flat_map(lines).collect()
    }

    fn add(&mut self, side: Side, person: u32, who: &Who, oracle: &mut Oracle) {
        let value = format!("added {person} {side:?}");
        self.world.borrow_mut().advance(BY_HAND_MS);
        self.cast.add(&mut self.world.borrow_mut(), side, who, &value);
        let given = (0..FIELDS).filter_map(|field| self.props.given(field, person));
        let person = self.props.name(person);
        for value in given {
            self.authors.insert(value.clone(), person.clone());
            oracle.writes.push(Write { person: person.clone(), value: Some(value), over: None });
        }
        self.authors.insert(value.clone(), person.clone());
        oracle.wrote(Write { person, value: Some(value), over: None }, side);
    }

    /// A person adds a record with which nobody has to do.
    pub(crate) fn add_bystander(&mut self, side: Side, oracle: &mut Oracle) {
        self.add(side, BYSTANDER, &Who::Person(BYSTANDER), oracle);
    }

    /// Whose record that is.
    pub(crate) fn bystander(&self) -> String {
        self.props.name(BYSTANDER)
    }

    fn edit(&mut self, side: Side, place: u32, field: usize, value: Option<String>, oracle: &mut Oracle) {
        let Some((id, person)) = self.record_at(side, place) else { return };
        // Who edits what alone tells that two records are one makes them two, until a link says so.
        if !self.props.tells(field) || self.is_linked(&id) {
            self.write(side, &id, person, (field, value), oracle);
        }
    }

    /// A person writes a value into a field.
    fn write(
        &mut self,
        side: Side,
        id: &str,
        person: String,
        (field, value): (usize, Option<String>),
        oracle: &mut Oracle,
    ) {
        let over = self.contents().remove(&(person.clone(), side)).and_then(|mut fields| fields.remove(&field));
        self.world.borrow_mut().advance(BY_HAND_MS);
        self.cast.edit(&mut self.world.borrow_mut(), side, id, &self.props.change(side, field, value.as_deref()));
        if let Some(value) = &value {
            self.authors.insert(value.clone(), person.clone());
        }
        let write = Write { person, value, over };
        // Of a few values one may be what was there before another edit.
        if self.props.is_told_apart(field) { oracle.wrote(write, side) } else { oracle.wrote_meanwhile(write) }
    }

    /// The CRM's records of which the last sync reported that it can't tell whose they are; but for copies, of which
    /// nobody can.
    pub(crate) fn reported(&self) -> Vec<String> {
        let records = self.records(Side::Crm);
        let is_on_stage = |id: &String| records.iter().any(|record| record["id"] == **id);
        let memory = self.memory.borrow();
        let unlinked = memory.state.unlinked.values();
        let doubtful = unlinked.filter(|unlinked| matches!(unlinked.reason, Reason::AmbiguousMatch { .. }));
        let ids = doubtful.filter_map(|unlinked| unlinked.id.crm().map(|id| id.as_str().to_owned()));
        ids.filter(is_on_stage).collect()
    }

    /// A person answers what was reported: makes alike what is one person, and renames who is somebody else.
    pub(crate) fn answer_reports(&mut self, oracle: &mut Oracle) {
        for id in self.reported() {
            let records = self.records(Side::Crm);
            let Some(record) = records.iter().find(|record| record["id"] == *id) else { continue };
            let person = self.person_in(record, Side::Crm);
            let items = self.contents().remove(&(person.clone(), Side::Exchange));
            match items.and_then(|fields| self.props.answer(&fields)) {
                Some(answer) => self.write(Side::Crm, &id, person, answer, oracle),
                None => {
                    oracle.acts += 1;
                    self.world.borrow_mut().advance(BY_HAND_MS);
                    self.cast.edit(&mut self.world.borrow_mut(), Side::Crm, &id, &self.props.rename(&id));
                }
            }
        }
    }

    /// What a person writes into a field, by the number of the edit.
    fn edited(&self, field: usize, number: u32) -> String {
        self.props.value(field, format!("edit {number}"), number)
    }

    fn has_name(&self, side: Side, place: u32) -> bool {
        let records = self.records(side);
        let record = records.get(place as usize % records.len().max(1));
        record.is_some_and(|record| !self.props.name_in(record, side).is_empty())
    }

    /// The record at a place in the listing of a side, and its person.
    fn record_at(&self, side: Side, place: u32) -> Option<(String, String)> {
        let records = self.records(side);
        let count = u32::try_from(records.len()).ok().filter(|count| *count > 0)?;
        let record = &records[(place % count) as usize];
        Some((record["id"].as_str()?.to_owned(), self.person_in(record, side)))
    }

    /// Whose record is at a place in the listing of a side.
    pub(crate) fn record_of(&self, side: Side, place: u32) -> Option<String> {
        self.record_at(side, place).map(|(_, person)| person)
    }

    fn person_in(&self, record: &Value, side: Side) -> String {
        self.person_or_mixture(record, side).expect("one person")
    }

    /// Whose record it is; an error if it holds what was written into two people's.
    fn person_or_mixture(&self, record: &Value, side: Side) -> Result<String, String> {
        let held = self.fields(record, side);
        let telling = held.iter().filter(|(field, _)| self.props.is_told_apart(**field));
        let authors: BTreeSet<&String> = telling.filter_map(|(_, value)| self.authors.get(value)).collect();
        let name = self.props.name_in(record, side);
        let key = (side, record["id"].as_str().expect("an id").to_owned());
        let mut known = self.known.borrow_mut();
        let person = if name.is_empty() { known.get(&key).or(authors.first().copied()).cloned() } else { Some(name) };
        let person = person.ok_or_else(|| format!("nobody wrote anything into {key:?}"))?;
        if let Some(other) = authors.iter().find(|author| ***author != person) {
            return Err(format!("{person} is made one with {other}"));
        }
        known.insert(key, person.clone());
        Ok(person)
    }

    /// What both sides hold.
    pub(crate) fn contents(&self) -> Contents {
        self.scene().expect("everybody is there once").contents
    }

    pub(crate) fn conflicts(&self) -> Vec<Conflict> {
        self.memory.borrow().conflicts.clone()
    }

    pub(crate) fn direction(&self) -> Direction {
        self.policy.direction
    }

    /// Whether mails may be sent.
    pub(crate) fn may_mail(&self) -> bool {
        self.policy.mails == Mails::Send
    }

    pub(crate) fn forget_counts(&self) {
        self.world.borrow_mut().counters.reset();
    }

    /// Successful writes on both sides since [`Stage::forget_counts`].
    pub(crate) fn writes(&self) -> u64 {
        let world = self.world.borrow();
        let written =
            |name: &String| ["created", "updated", "changed", "deleted"].iter().any(|end| name.ends_with(end));
        world.counters.operations.iter().filter(|(name, _)| written(name)).map(|(_, count)| count).sum()
    }
    fn fields(&self, record: &Value, side: Side) -> Values {
        (0..FIELDS).filter_map(|field| Some((field, self.props.held(record, side, field)?))).collect()
    }
}
