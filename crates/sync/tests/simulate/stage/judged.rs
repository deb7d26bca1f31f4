//! What the promises are judged by: what a sync wrote, and what it left.

use super::rules::Begun;
use super::{Case, Contents, Coverage, Door, Oracle, Props, Stage};
use mxs_core::{Reason, Side};
use mxs_world::{Counters, World};
use serde_json::Value;
use std::collections::BTreeMap;

/// What syncs wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) created: u64,
    pub(crate) deleted: u64,
    pub(crate) updated_in_crm: u64,
    pub(crate) updated_in_exchange: u64,
}

impl Tally {
    fn of(counters: &Counters, items: &str) -> Self {
        let count = |name: &str| counters.operations.get(name).copied().unwrap_or_default();
        let made =
            ["Contact", "Task", "CalendarItem"].map(|item| count(&format!("ews {item} created"))).iter().sum::<u64>();
        let in_mailbox = |done: &str| count(&format!("graph {items} {done}")) + count(&format!("ews items {done}"));
        Self {
            created: count("zoho records created") + in_mailbox("created") + made,
            deleted: count("zoho records deleted") + in_mailbox("deleted"),
            updated_in_crm: count("zoho records updated"),
            updated_in_exchange: in_mailbox("updated") + count("ews items changed"),
        }
    }

    fn with(self, other: Self, sum: fn(u64, u64) -> u64) -> Self {
        Self {
            created: sum(self.created, other.created),
            deleted: sum(self.deleted, other.deleted),
            updated_in_crm: sum(self.updated_in_crm, other.updated_in_crm),
            updated_in_exchange: sum(self.updated_in_exchange, other.updated_in_exchange),
        }
    }

    fn is_empty(self) -> bool {
        self == Self::default()
    }
}

/// What is on both sides at a moment.
#[derive(Default)]
pub(crate) struct Scene {
    pub(crate) contents: Contents,
    /// Who each record is, by its id.
    pub(crate) people: BTreeMap<(Side, String), String>,
    /// Whether an item in the mailbox is of the colleague's record.
    pub(crate) shows_the_colleagues: bool,
}

/// What was written so far and by the last sync.
pub(super) struct Judged {
    /// What Microsoft calls the items.
    items: &'static str,
    before: Tally,
    last: Tally,
    total: Tally,
    links_before: usize,
    /// How many mails there were before the last sync, and are after it.
    mails: (usize, usize),
    /// What it did to meetings that isn't a sync's business.
    broken: Option<&'static str>,
    /// How many syncs didn't come to their end, or may not have learned what became of a write.
    interruptions: u64,
    /// How often the database was lost.
    pub(super) losses: u64,
    colleagues: Option<(Value, Value)>,
    /// What the last sync found, if it had to leave something as it was.
    pub(super) begun: Option<Begun>,
}

impl Judged {
    pub(super) fn new(items: &'static str, colleagues: Option<(Value, Value)>) -> Self {
        let none = Tally::default();
        Self {
            items,
            before: none,
            last: none,
            total: none,
            links_before: 0,
            mails: (0, 0),
            broken: None,
            interruptions: 0,
            losses: 0,
            colleagues,
            begun: None,
        }
    }

    pub(super) fn begin(&mut self, world: &World, links: usize) {
        self.before = Tally::of(&world.counters, self.items);
        self.links_before = links;
        self.mails.0 = world.outbox.mails.len();
    }

    pub(super) fn end(&mut self, world: &World, came_to_its_end: bool, broken: Option<&'static str>) {
        self.broken = broken;
        let counters = &world.counters;
        self.mails.1 = world.outbox.mails.len();
        self.last = Tally::of(counters, self.items).with(self.before, |now, before| now - before);
        self.total = self.total.with(self.last, |total, last| total + last);
        self.interruptions += u64::from(!came_to_its_end || !counters.faults.is_empty());
    }
}

impl Stage {
    pub(crate) fn last_sync(&self) -> Tally {
        self.judged.last
    }

    pub(crate) fn tally(&self) -> Tally {
        self.judged.total
    }

    /// How many mails the last sync sent.
    pub(crate) fn mails(&self) -> usize {
        self.judged.mails.1 - self.judged.mails.0
    }

    /// What the last sync did to meetings that isn't its business.
    pub(crate) fn broken(&self) -> Option<&'static str> {
        self.judged.broken
    }

    pub(crate) fn links_before(&self) -> usize {
        self.judged.links_before
    }

    pub(crate) fn interruptions(&self) -> u64 {
        self.judged.interruptions
    }

    pub(crate) fn losses(&self) -> u64 {
        self.judged.losses
    }

    pub(crate) fn mass_delete_is_meant(&self) -> bool {
        self.policy.allow_mass_delete
    }

    pub(crate) fn coverage(&self) -> Coverage {
        self.watch.met.borrow().clone()
    }

    /// A number that follows from every call to a vendor so far, and its answer.
    pub(crate) fn trace(&self) -> u64 {
        self.watch.trace()
    }

    /// Counts the deletes that meet an edit at the sync that begins.
    pub(super) fn meet_deletes(&self, oracle: &mut Oracle) {
        self.watch.met.borrow_mut().add(Case::DeleteMeetsEdit, oracle.deletes_that_meet_an_edit());
    }

    /// Counts what the last sync met.
    pub(super) fn meet_what_the_sync_met(&self) {
        let mut met = self.watch.met.borrow_mut();
        let last = self.judged.last;
        let links = self.memory.borrow();
        let held = links.state.links.values().any(|link| link.trouble == Some(Reason::HeldMassDelete));
        met.add(Case::MassDeleteHeld, u64::from(held));
        // The organisation's rules mail somebody whenever a record is written and nobody says otherwise.
        met.add(Case::WorkflowWouldMail, u64::from(last.updated_in_crm > 0 || last.created > 0));
    }

    /// Every link: the item and the record.
    pub(crate) fn linked(&self) -> Vec<(String, String)> {
        let memory = self.memory.borrow();
        let links = memory.state.links.values();
        links.map(|link| (self.item_of(&link.exchange), link.crm.as_str().to_owned())).collect()
    }

    /// Whether an item or a record is linked.
    pub(super) fn is_linked(&self, id: &str) -> bool {
        self.linked().iter().any(|(item, record)| item == id || record == id)
    }

    /// Who is on each side, with what; an error if somebody is twice on a side, or one with somebody else.
    pub(crate) fn scene(&self) -> Result<Scene, String> {
        let mut scene = Scene::default();
        for side in [Side::Crm, Side::Exchange] {
            for record in self.records(side) {
                scene.shows_the_colleagues |= side == Side::Exchange && self.props.is_colleagues(&record);
                let person = self.person_or_mixture(&record, side)?;
                let id = record["id"].as_str().expect("an id").to_owned();
                if scene.contents.insert((person.clone(), side), self.fields(&record, side)).is_some() {
                    return Err(format!("{person} is twice on {side:?}"));
                }
                scene.people.insert((side, id), person);
            }
        }
        Ok(scene)
    }

    pub(crate) fn colleagues_record_is_untouched(&self) -> bool {
        self.cast.colleagues_record(&self.world.borrow()) == self.judged.colleagues
    }

    /// The items that the CRM can't take.
    pub(crate) fn poisoned(&self) -> Vec<String> {
        self.cast.poisoned(&self.world.borrow())
    }

    /// For how many of them a reason is remembered.
    pub(crate) fn reasons_of_the_poisoned(&self) -> usize {
        let known = self.unlinked_items();
        self.poisoned().iter().filter(|id| known.contains(*id)).count()
    }

    /// The first person who is on both sides, and stays.
    pub(crate) fn somebody_on_both_sides(&self, oracle: &Oracle) -> Option<String> {
        let contents = self.contents();
        let on_both = |person: &&String| contents.contains_key(&((*person).clone(), Side::Exchange));
        let people = contents.keys().filter(|(_, side)| *side == Side::Crm).map(|(person, _)| person);
        people.filter(on_both).find(|person| !oracle.away.contains(*person)).cloned()
    }

    /// A person writes a value into somebody's record.
    pub(crate) fn write_by_name(
        &mut self,
        side: Side,
        person: &str,
        (field, value): (usize, String),
        oracle: &mut Oracle,
    ) {
        let records = self.records(side);
        let record = records.iter().find(|record| self.person_in(record, side) == person).expect("the person is there");
        let id = record["id"].as_str().expect("an id").to_owned();
        self.write(side, &id, person.to_owned(), (field, Some(value)), oracle);
    }

    /// The next sync reads everything. Under which rules the last one ran is no matter of how far it read: nothing
    /// forgets that alone.
    pub(crate) fn forget_cursors(&mut self) {
        let cursors = &mut self.memory.borrow_mut().state.cursors;
        (cursors.exchange, cursors.crm) = Default::default();
    }

    /// How much a sync writes that must come to its end.
    pub(crate) fn written_by_a_sync(&mut self) -> Result<u64, String> {
        self.forget_counts();
        let report = self.sync(None).ok_or("it dies")?;
        report.end.map_err(|failure| format!("{failure}"))?;
        Ok(self.writes())
    }

    /// What is particular to the records on this stage.
    pub(crate) fn props(&self) -> &'static dyn Props {
        self.props
    }

    /// What a sync that knows all asks Microsoft for.
    pub(crate) fn has_read_changes_only(&self) -> bool {
        let places = self.props.places(&self.world.borrow());
        match self.door {
            Door::Graph => self.requests().contains(&format!("{}: {places}", self.props.reading_of_changes())),
            Door::Ews(_) => self.world.borrow().counters.operations.get("ews GetItem").is_none(),
        }
    }

    /// A sync that reads back what the last one wrote.
    pub(crate) fn meet_own_writes(&self) {
        if !self.judged.last.is_empty() {
            self.watch.meet(Case::OwnWritesComeBack);
        }
    }

    /// The answer to a call of the next sync is lost: the vendor has acted.
    pub(crate) fn lose_an_answer(&mut self, skip: u32) {
        for service in [mxs_world::Service::Microsoft, mxs_world::Service::Zoho] {
            let effect = mxs_world::Effect::DropAfter;
            self.play(&crate::script::Step::Fault { service, skip, effect }, &mut Oracle::default());
        }
    }
}
