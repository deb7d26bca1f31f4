//! The plan: for every record what is to be done, or why nothing is.

mod brake;
mod heirs;
mod linked;
mod pool;
mod unlinked;

pub use brake::{LIMIT_DELETES_MIN, LIMIT_DELETES_PERCENT};
pub(crate) use pool::Pool;

use crate::hashing::Hashing;
use crate::meeting::Holder;
use crate::{
    Base, Conflict, CrmId, Direction, ExchangeId, Field, Fields, Intent, Link, Mails, Merged, NewFlows, Patch, Policy,
    Reason, RecordId, Side, StateChange, SyncState, Unlinked, Value, Version, View,
};
use crate::{held, mails};
use heirs::Heirs;
use linked::Orphan;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Everything a run is to do. It can be counted, shown or refused before anything is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Pairs, linked before or matched now, on which something is to be written.
    pub pairs: Vec<Pair>,
    /// Records to create on the other side.
    pub creations: Vec<Creation>,
    /// Events of the CRM to take over from colleagues.
    pub adoptions: Vec<Adoption>,
    /// Events of the CRM that colleagues wait for. Where the CRM refuses that, the colleague may still take them over.
    pub gifts: Vec<Gift>,
    /// Meetings that colleagues have in the CRM, and whose items are to name the events there. They are to be remembered
    /// after.
    pub marks: Vec<Unlinked>,
    /// Records to delete because their partner was.
    pub deletions: Vec<Deletion>,
    /// What changes in the remembered state although nothing is written. To be stored before the first
    /// write: it holds the values that the writes replace.
    pub changes: Vec<StateChange>,
    /// Records that get nothing, and why.
    pub excluded: BTreeMap<RecordId, Reason>,
    /// Records that an undo which died had brought back: what it was about to do, and what came of it.
    pub restored: Vec<(Intent, RecordId)>,
    /// How many pairs were matched for the first time.
    pub matched: usize,
    /// How many deletes wait for a person.
    pub held_deletes: usize,
    /// How many mails its steps send to other people.
    pub mails: u32,
    /// How many mails would be sent by what is held back for that.
    pub held_mails: u32,
}

/// Two records that are the same thing, and what to write so that they agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The mailbox item.
    pub exchange: ExchangeId,
    /// The CRM record.
    pub crm: CrmId,
    /// What both held when they last agreed; `None` when they never did.
    pub base: Option<Base>,
    /// What both hold now.
    pub now: Base,
    /// The item's version, which a write must name.
    pub exchange_version: Version,
    /// Whether the item carries this record's provenance mark.
    pub marked: bool,
    /// What to write in the mailbox.
    pub to_exchange: Patch,
    /// What to write in the CRM.
    pub to_crm: Patch,
    /// Fields that a rule holds back, and why; the base keeps its value for them.
    pub held: Vec<(Field, Reason)>,
    /// Fields that somebody changed and that this write says nothing of: those of the item that changed between the
    /// reading and the write, or what an undo leaves to the next sync. And what they held before: the base keeps
    /// that, so that the next merge finds the change.
    pub edited: Vec<(Side, Field, Option<Value>)>,
    /// Fields on which both sides differed and a rule chose, with whose value stands.
    pub conflicts: Vec<(Field, Side)>,
}

/// A record to create on the other side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Creation {
    /// The record to copy.
    pub source: RecordId,
    /// Its contents.
    pub fields: Fields,
    /// What of it the copy gets.
    pub copy: Fields,
    /// Fields that a rule keeps out of the copy, and why.
    pub held: Vec<(Field, Reason)>,
    /// Its version.
    pub version: Version,
    /// Whether there was a copy before, which was deleted.
    pub returns: bool,
}

/// A meeting's event in the CRM that a colleague's mailbox has left behind: it is to be this mailbox's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adoption {
    /// The item, without a partner until the event is taken over.
    pub item: Unlinked,
    /// The event.
    pub record: CrmId,
}

/// A meeting's event in the CRM that a colleague's mailbox waits for, since this one's item is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gift {
    /// The item that was its partner.
    pub item: ExchangeId,
    /// The event.
    pub record: CrmId,
    /// What it holds.
    pub fields: Fields,
    /// The CRM user who is to be its owner.
    pub user: String,
}

/// A record to delete because its partner was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deletion {
    /// The link of both.
    pub link: Link,
    /// The side to delete on.
    pub on: Side,
}

/// The plan doesn't account for everything that was seen. It is a bug in the engine; nothing may be
/// written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Records got neither a step nor a reason.
    #[error("{count} records have neither a step nor a reason")]
    Unaccounted {
        /// How many.
        count: usize,
    },
    /// A record got two fates.
    #[error("{count} records have more than one fate")]
    Doubled {
        /// How many.
        count: usize,
    },
}

impl Plan {
    /// How many writes it takes, on both sides; marks are not counted.
    pub fn writes(&self) -> usize {
        let sides = |pair: &Pair| usize::from(!pair.to_crm.is_empty()) + usize::from(!pair.to_exchange.is_empty());
        self.pairs.iter().map(sides).sum::<usize>()
            + self.creations.len()
            + self.adoptions.len()
            + self.gifts.len()
            + self.deletions.len()
    }
}

/// Makes the plan: a pure function of what is remembered, what was seen and the rules.
///
/// # Errors
///
/// [`PlanError`] when the plan fails its own completeness check: every record that was seen or remembered
/// must have exactly one fate.
pub fn plan(
    state: &SyncState,
    mut exchange: View<ExchangeId>,
    mut crm: View<CrmId>,
    policy: &Policy,
) -> Result<Plan, PlanError> {
    let mut planner = Planner {
        state,
        policy,
        plan: Plan::default(),
        fates: Vec::new(),
        moved: BTreeMap::new(),
        orphans: Vec::new(),
        meetings: std::mem::take(&mut exchange.meetings),
        named: BTreeSet::new(),
        new_flows: state.new_flows(policy),
    };
    let mut linked_crm = BTreeSet::new();
    linked_crm.extend(state.links.values().map(|link| &link.crm));
    let heirs = Heirs::of(state, &linked_crm, &exchange, &crm);
    for link in state.links.values() {
        let item = exchange.records.get(&link.exchange);
        match heirs.moved(link, item, &crm.records) {
            Some(moved) => {
                planner.moved(link, &moved);
                planner.linked(&moved, exchange.records.get(&moved.exchange), crm.records.get(&moved.crm));
            }
            None => planner.linked(link, item, crm.records.get(&link.crm)),
        }
    }
    let is_item = |id: &ExchangeId| state.links.contains_key(id) || heirs.items.contains(id);
    let mut items = planner.pool(&mut exchange, is_item, RecordId::Exchange, RecordId::exchange);
    planner.named = items.name_records(&planner.meetings, &state.unlinked);
    let is_record = |id: &CrmId| linked_crm.contains(id) || heirs.records.contains(id);
    let records = planner.pool(&mut crm, is_record, RecordId::Crm, RecordId::crm);
    planner.unlinked(items, records, &crm);
    planner.brake();
    planner.take_stock_of_deletes();
    planner.check(&exchange, &crm)?;
    Ok(planner.plan)
}

struct Planner<'a> {
    state: &'a SyncState,
    policy: &'a Policy,
    plan: Plan,
    /// The records whose fate is decided; the completeness check counts them.
    fates: Vec<RecordId>,
    /// The links that go on under another id.
    moved: BTreeMap<ExchangeId, Link>,
    /// Records whose partner was deleted, as long as their fate is not decided.
    orphans: Vec<Orphan>,
    /// Whose the meetings are that were asked about.
    meetings: BTreeMap<ExchangeId, Holder>,
    /// The items that are to name an event which a colleague's mailbox has left, and carry another mark or none.
    named: BTreeSet<ExchangeId>,
    /// What flows only now.
    new_flows: NewFlows,
}

impl Planner<'_> {
    /// Takes up a pair whose halves are both there.
    fn pair(&mut self, mut pair: Pair, merged: Merged, before: Option<&Link>) {
        pair.to_exchange = merged.to_exchange;
        pair.to_crm = merged.to_crm;
        let mails = held::back(&mut pair, self.policy);
        held::tell_of_their_days(&mut pair, self.policy);
        match self.policy.mails {
            Mails::Hold => self.plan.held_mails += mails,
            Mails::Send => self.plan.mails += mails,
        }
        // While a field is held nothing gives way.
        let is_held = |field| pair.held.iter().any(|(held, _)| *held == field);
        let conflicts: Vec<(Field, Side)> =
            merged.conflicts.into_iter().filter(|(field, _)| !is_held(*field)).collect();
        for (field, winner) in conflicts.iter().copied() {
            self.keep(Conflict {
                exchange: pair.exchange.clone(),
                crm: pair.crm.clone(),
                field,
                exchange_value: pair.now.exchange.get(field).cloned(),
                crm_value: pair.now.crm.get(field).cloned(),
                winner,
            });
        }
        pair.conflicts = conflicts;
        let link = pair.link();
        self.exclude(RecordId::Exchange(pair.exchange.clone()), link.trouble.as_ref());
        if before != Some(&link) {
            self.plan.changes.push(StateChange::PutLink(link));
        }
        if !pair.to_crm.is_empty() || !pair.to_exchange.is_empty() || !pair.marked {
            self.plan.pairs.push(pair);
        }
    }

    /// The link of an item as it is remembered.
    fn link(&self, item: &ExchangeId) -> Option<&Link> {
        self.state.links.get(item).or_else(|| self.moved.get(item))
    }

    /// Keeps a value that gives way.
    fn keep(&mut self, conflict: Conflict) {
        self.plan.changes.push(StateChange::AddConflict(conflict));
    }

    fn drop_link(&mut self, link: &Link) {
        self.plan.changes.push(StateChange::DropLink(link.exchange.clone()));
    }

    /// Stores `waiting` in place of `link`, with the reason why its records get nothing.
    fn wait(&mut self, link: &Link, mut waiting: Link, reason: Reason) {
        self.exclude(RecordId::Exchange(link.exchange.clone()), Some(&reason));
        let now = waiting.seen.take().unwrap_or_else(|| waiting.base.clone());
        self.forget_new_fields(&mut waiting.base, [&now.exchange, &now.crm]);
        waiting.seen = (now != waiting.base).then_some(now);
        waiting.trouble = Some(reason);
        if waiting != *link {
            self.plan.changes.push(StateChange::PutLink(waiting));
        }
    }

    /// Of a field that flows only now both sides have never agreed on anything. Nor have they where a field that flowed
    /// one way left a gap, or a word of a set, on one side: that can flow now. The run's end forgets that this is new, so
    /// it must be remembered of a pair that waits, too.
    ///
    /// What only the receiving side of a one-way flow holds `now` stays there, as at a first match.
    fn forget_new_fields(&self, base: &mut Base, now: [&Fields; 2]) {
        let NewFlows { first, wider } = &self.new_flows;
        let is_left = |field: &Field| match (base.exchange.get(*field), base.crm.get(*field)) {
            // How a series goes, and what it leaves out, stays different for reasons of its own.
            _ if matches!(field, Field::Recurrence | Field::Exclusions) => false,
            (None, Some(_)) | (Some(_), None) => true,
            (Some(Value::Set(exchange)), Some(Value::Set(crm))) => exchange != crm,
            _ => false,
        };
        let left: Vec<Field> = wider.iter().copied().filter(is_left).collect();
        self.forget_fields(base, now, first.iter().copied().chain(left));
    }

    fn forget_fields(&self, base: &mut Base, now: [&Fields; 2], fields: impl Iterator<Item = Field>) {
        for field in fields {
            let [exchange, crm] = now.map(|fields| fields.get(field));
            let stays = match self.policy.fields.flow(field).and_then(|flow| flow.within(self.policy.direction)) {
                Some(Direction::ToCrm) => exchange.is_none(),
                Some(Direction::ToExchange) => crm.is_none(),
                Some(Direction::Both { .. }) | None => false,
            };
            base.exchange.put(field, exchange.filter(|_| stays).cloned());
            base.crm.put(field, crm.filter(|_| stays).cloned());
        }
    }

    /// Deletes a record, unless that would mail people.
    fn delete(&mut self, deletion: Deletion, now: &Fields) {
        let recipients = if deletion.on == Side::Exchange { mails::of_deletion(now) } else { 0 };
        if recipients == 0 || self.policy.mails == Mails::Send {
            return self.plan.deletions.push(deletion);
        }
        self.plan.held_mails += recipients;
        if let Some(before) = self.link(&deletion.link.exchange).cloned() {
            self.wait(&before, deletion.link, Reason::HeldMails { recipients });
        }
    }

    /// Creates a copy of a record on the other side.
    fn create(&mut self, source: RecordId, fields: Fields, version: Version, returns: bool) {
        let (copy, held, mails) = held::copy(&fields, source.side().other(), self.policy);
        match self.policy.mails {
            Mails::Hold => self.plan.held_mails += mails,
            Mails::Send => self.plan.mails += mails,
        }
        self.plan.creations.push(Creation { source, fields, copy, held, version, returns });
    }

    /// Whether a vendor refused this and would only refuse it again.
    fn is_refused_for_good(&self, reason: Option<&Reason>) -> bool {
        !self.policy.retry_refused
            && matches!(reason, Some(Reason::Refused(_) | Reason::NoAccount | Reason::NotWritable { .. }))
    }

    fn exclude(&mut self, id: RecordId, reason: Option<&Reason>) {
        if let Some(reason) = reason {
            self.plan.excluded.insert(id, reason.clone());
        }
    }

    /// A record without a partner gets none.
    fn leave_alone(&mut self, unlinked: Unlinked) {
        self.exclude(unlinked.id.clone(), Some(&unlinked.reason));
        if self.state.unlinked.get(&unlinked.id) != Some(&unlinked) {
            self.plan.changes.push(StateChange::PutUnlinked(unlinked));
        }
    }

    fn forget(&mut self, id: RecordId) {
        if self.state.unlinked.contains_key(&id) {
            self.plan.changes.push(StateChange::DropUnlinked(id));
        }
    }

    /// Every record that was seen or remembered has exactly one fate.
    fn check(&self, exchange: &View<ExchangeId>, crm: &View<CrmId>) -> Result<(), PlanError> {
        let mut decided: HashSet<(Side, &str), Hashing> = HashSet::default();
        decided.extend(self.fates.iter().map(RecordId::parts));
        let count = self.fates.len() - decided.len();
        if count > 0 {
            return Err(PlanError::Doubled { count });
        }
        let seen = exchange.records.keys().map(|id| (Side::Exchange, id.as_str()));
        let seen = seen.chain(crm.records.keys().map(|id| (Side::Crm, id.as_str())));
        let remembered =
            self.state.unlinked.keys().chain(self.state.begun().map(|intent| &intent.source)).map(RecordId::parts);
        let linked = self.state.links.values();
        let linked = linked.flat_map(|link| [(Side::Exchange, link.exchange.as_str()), (Side::Crm, link.crm.as_str())]);
        let mut missing: HashSet<(Side, &str), Hashing> = HashSet::default();
        missing.extend(seen.chain(remembered).chain(linked).filter(|id| !decided.contains(id)));
        let count = missing.len();
        if count > 0 { Err(PlanError::Unaccounted { count }) } else { Ok(()) }
    }
}
