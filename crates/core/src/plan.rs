//! The plan: for every record what is to be done, or why nothing is.

use crate::hashing::Hashing;
use crate::{
    Base, Conflict, Coverage, CrmId, Deletes, ExchangeId, Field, Fields, Instant, Intent, Kind, Link, Mails, Merged,
    Observation, Patch, Policy, Reason, RecordId, Scope, Seen, Side, StateChange, SyncState, Unlinked, Unmatched,
    Version, View, merge,
};
use crate::{held, interrupted, mails, matching};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Deletes up to this many in a run are never held back for their number.
pub const LIMIT_DELETES_MIN: usize = 20;

/// Deletes above [`LIMIT_DELETES_MIN`] and above this share of all links are held back.
pub const LIMIT_DELETES_PERCENT: usize = 10;

/// Everything a run is to do. It can be counted, shown or refused before anything is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Pairs, linked before or matched now, on which something is to be written.
    pub pairs: Vec<Pair>,
    /// Records to create on the other side.
    pub creations: Vec<Creation>,
    /// Records to delete because their partner was.
    pub deletions: Vec<Deletion>,
    /// What changes in the remembered state although nothing is written. To be stored before the first
    /// write: it holds the values that the writes replace.
    pub changes: Vec<StateChange>,
    /// Records that get nothing, and why.
    pub excluded: BTreeMap<RecordId, Reason>,
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
        self.pairs.iter().map(sides).sum::<usize>() + self.creations.len() + self.deletions.len()
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
    let mut planner = Planner { state, policy, plan: Plan::default(), fates: Vec::new() };
    for link in state.links.values() {
        planner.linked(link, exchange.records.get(&link.exchange), crm.records.get(&link.crm));
    }
    let mut linked_crm = BTreeSet::new();
    linked_crm.extend(state.links.values().map(|link| &link.crm));
    let items = planner.pool(&mut exchange, |id| state.links.contains_key(id), RecordId::Exchange, RecordId::exchange);
    let records = planner.pool(&mut crm, |id| linked_crm.contains(id), RecordId::Crm, RecordId::crm);
    planner.unlinked(items, records, &crm.edited);
    planner.brake();
    planner.check(&exchange, &crm)?;
    Ok(planner.plan)
}

struct Planner<'a> {
    state: &'a SyncState,
    policy: &'a Policy,
    plan: Plan,
    /// The records whose fate is decided; the completeness check counts them.
    fates: Vec<RecordId>,
}

/// What is known of one half of a link.
enum Half<'a> {
    /// It was deleted.
    Gone,
    /// It is there, with these contents; and as it was seen just now, if it was.
    Here(&'a Fields, Option<&'a Seen>),
    /// It is out of the sync's reach.
    Left,
}

impl<'a> Half<'a> {
    /// Why an item that is there has nothing to do with the sync.
    fn kept_out(&self, policy: &Policy) -> Option<Reason> {
        match self {
            Half::Here(fields, _) => policy.filter.keeps_out(fields),
            Half::Gone | Half::Left => None,
        }
    }

    fn new(side: Side, observation: Option<&'a Observation>, last: &'a Fields, scope: Scope) -> Self {
        match observation {
            Some(Observation::Gone) => Half::Gone,
            Some(Observation::Left) => Half::Left,
            Some(Observation::Present(seen)) => Half::Here(&seen.fields, Some(seen)),
            None if scope == (Scope::Gone { side }) => Half::Gone,
            None if scope == (Scope::Left { side }) => Half::Left,
            None => Half::Here(last, None),
        }
    }
}

impl<'a> Planner<'a> {
    fn linked(&mut self, link: &Link, item: Option<&Observation>, record: Option<&Observation>) {
        self.fates.push(RecordId::Exchange(link.exchange.clone()));
        self.fates.push(RecordId::Crm(link.crm.clone()));
        let last = link.seen.as_ref().unwrap_or(&link.base);
        let exchange = Half::new(Side::Exchange, item, &last.exchange, link.scope);
        let crm = Half::new(Side::Crm, record, &last.crm, link.scope);
        let exchange = match exchange.kept_out(self.policy) {
            // What is kept out now stays in the CRM as it is; its values go nowhere, not even into what is remembered.
            Some(reason) if !matches!(crm, Half::Gone) => {
                let crm = if let Half::Here(fields, _) = crm { fields } else { &last.crm };
                let now = Base { exchange: link.base.exchange.clone(), crm: crm.clone() };
                return self.left(link, Side::Exchange, now, reason);
            }
            _ => exchange,
        };
        match (exchange, crm) {
            (Half::Here(exchange, item), Half::Here(crm, record)) => {
                self.both_here(link, (exchange, item), (crm, record));
            }
            (Half::Gone, Half::Gone | Half::Left) | (Half::Left, Half::Gone) => self.drop_link(link),
            (Half::Left, Half::Here(fields, _)) => {
                let now = Base { exchange: last.exchange.clone(), crm: fields.clone() };
                self.left(link, Side::Exchange, now, Reason::LeftScope { side: Side::Exchange });
            }
            (Half::Here(fields, _), Half::Left) => {
                let now = Base { exchange: fields.clone(), crm: last.crm.clone() };
                self.left(link, Side::Crm, now, Reason::LeftScope { side: Side::Crm });
            }
            (Half::Left, Half::Left) => {
                self.left(link, Side::Exchange, last.clone(), Reason::LeftScope { side: Side::Exchange });
            }
            (Half::Gone, Half::Here(fields, seen)) => self.gone(link, Side::Exchange, fields, seen),
            (Half::Here(fields, seen), Half::Gone) => self.gone(link, Side::Crm, fields, seen),
        }
    }

    /// Both halves of a link are there: bring them together.
    fn both_here(
        &mut self,
        link: &Link,
        (exchange, item): (&Fields, Option<&Seen>),
        (crm, record): (&Fields, Option<&Seen>),
    ) {
        let news = item.is_some() || record.is_some();
        if !news && link.is_settled() {
            return;
        }
        if !news && self.is_refused_for_good(link.trouble.as_ref()) {
            self.exclude(RecordId::Exchange(link.exchange.clone()), link.trouble.as_ref());
            return;
        }
        let mut base = link.base.clone();
        if link.seen.is_none() && item.is_some_and(|item| item.version == link.exchange_version) {
            // Our own write comes back. Where the server stored it in its own way, that is nobody's edit.
            base.exchange = exchange.clone();
        }
        for field in self.state.new_fields(self.policy) {
            base.exchange.put(field, None);
            base.crm.put(field, None);
        }
        let merged = merge(Some(&base), exchange, crm, self.policy);
        let pair = Pair {
            exchange: link.exchange.clone(),
            crm: link.crm.clone(),
            base: Some(base),
            now: Base { exchange: exchange.clone(), crm: crm.clone() },
            exchange_version: item.map_or(&link.exchange_version, |item| &item.version).clone(),
            marked: item.and_then(|item| item.mark.as_ref()).map_or(link.marked, |mark| *mark == link.crm),
            to_exchange: Patch::default(),
            to_crm: Patch::default(),
            held: Vec::new(),
        };
        self.pair(pair, merged, Some(link));
    }

    /// Takes up a pair whose halves are both there.
    fn pair(&mut self, mut pair: Pair, merged: Merged, before: Option<&Link>) {
        for (field, winner) in merged.conflicts {
            let conflict = Conflict {
                exchange: pair.exchange.clone(),
                crm: pair.crm.clone(),
                field,
                exchange_value: pair.now.exchange.get(field).cloned(),
                crm_value: pair.now.crm.get(field).cloned(),
                winner,
            };
            self.plan.changes.push(StateChange::AddConflict(conflict));
        }
        pair.to_exchange = merged.to_exchange;
        pair.to_crm = merged.to_crm;
        let mails = held::back(&mut pair, self.policy);
        match self.policy.mails {
            Mails::Hold => self.plan.held_mails += mails,
            Mails::Send => self.plan.mails += mails,
        }
        let link = pair.link();
        self.exclude(RecordId::Exchange(pair.exchange.clone()), link.trouble.as_ref());
        if before != Some(&link) {
            self.plan.changes.push(StateChange::PutLink(link));
        }
        if !pair.to_crm.is_empty() || !pair.to_exchange.is_empty() || !pair.marked {
            self.plan.pairs.push(pair);
        }
    }

    fn drop_link(&mut self, link: &Link) {
        self.plan.changes.push(StateChange::DropLink(link.exchange.clone()));
    }

    /// One half left the sync's reach. Leaving is no delete: the pair waits until it comes back.
    fn left(&mut self, link: &Link, side: Side, now: Base, reason: Reason) {
        let mut waiting = link.clone();
        waiting.scope = Scope::Left { side };
        waiting.seen = (now != waiting.base).then_some(now);
        self.wait(link, waiting, reason);
    }

    /// Stores `waiting` in place of `link`, with the reason why its records get nothing.
    fn wait(&mut self, link: &Link, mut waiting: Link, reason: Reason) {
        self.exclude(RecordId::Exchange(link.exchange.clone()), Some(&reason));
        waiting.trouble = Some(reason);
        if waiting != *link {
            self.plan.changes.push(StateChange::PutLink(waiting));
        }
    }

    /// One half was deleted on `side`; the other is here.
    fn gone(&mut self, link: &Link, side: Side, fields: &Fields, seen: Option<&Seen>) {
        let direction = self.policy.direction;
        let (id, before) = match side {
            Side::Exchange => (RecordId::Crm(link.crm.clone()), &link.base.crm),
            Side::Crm => (RecordId::Exchange(link.exchange.clone()), &link.base.exchange),
        };
        let version = seen.map_or(&link.exchange_version, |seen| &seen.version).clone();
        let edited = !fields.agrees_with(before, &self.policy.fields);
        let unlinked = |reason| Unlinked { id: id.clone(), fields: fields.clone(), version: version.clone(), reason };
        if !direction.writes(side.other()) {
            // The receiving side lost it. It is not brought back unasked; the next edit of the source does.
            self.leave_alone(unlinked(Reason::DeletedOnTarget));
            self.drop_link(link);
        } else if self.policy.deletes == Deletes::Never {
            self.leave_alone(unlinked(Reason::KeptAlone));
            self.drop_link(link);
        } else if edited && self.policy.deletes == Deletes::EditWins && direction.writes(side) {
            // Edit beats delete: the record comes back on the side that deleted it. It is remembered before
            // its link is forgotten, in case only the first half of the changes gets stored.
            self.plan.changes.push(StateChange::PutUnlinked(unlinked(Reason::OutcomeUnknown)));
            self.drop_link(link);
            self.create(id, fields.clone(), version);
        } else if edited && self.policy.deletes == Deletes::EditWins {
            // One way, and the receiving side holds an edit that nobody else has: it stays.
            self.leave_alone(unlinked(Reason::NotInDirection));
            self.drop_link(link);
        } else if self.is_refused_for_good(link.trouble.as_ref()) {
            self.exclude(id, link.trouble.as_ref());
        } else {
            if edited {
                self.keep_what_is_lost(link, side, fields, before);
            }
            let mut link = link.clone();
            link.scope = Scope::Gone { side };
            if side == Side::Crm {
                link.exchange_version = version;
            }
            self.delete(Deletion { link, on: side.other() }, fields);
        }
    }

    /// A delete beats an edit: what was edited goes into the conflict list.
    fn keep_what_is_lost(&mut self, link: &Link, gone: Side, fields: &Fields, before: &Fields) {
        for field in self.policy.fields.fields().filter(|field| fields.get(*field) != before.get(*field)) {
            let value = fields.get(field).cloned();
            let (exchange_value, crm_value) = match gone {
                Side::Exchange => (None, value),
                Side::Crm => (value, None),
            };
            let (exchange, crm) = (link.exchange.clone(), link.crm.clone());
            let conflict = Conflict { exchange, crm, field, exchange_value, crm_value, winner: gone };
            self.plan.changes.push(StateChange::AddConflict(conflict));
        }
    }

    /// Deletes a record, unless that would mail people.
    fn delete(&mut self, deletion: Deletion, now: &Fields) {
        let recipients = if deletion.on == Side::Exchange { mails::of_deletion(now) } else { 0 };
        if recipients > 0 && self.policy.mails == Mails::Hold {
            self.plan.held_mails += recipients;
            if let Some(before) = self.state.links.get(&deletion.link.exchange) {
                self.wait(before, deletion.link, Reason::HeldMails { recipients });
            }
            return;
        }
        self.plan.mails += recipients;
        self.plan.deletions.push(deletion);
    }

    /// Creates a copy of a record on the other side.
    fn create(&mut self, source: RecordId, fields: Fields, version: Version) {
        let (copy, held, mails) = held::copy(&fields, source.side().other(), self.policy);
        match self.policy.mails {
            Mails::Hold => self.plan.held_mails += mails,
            Mails::Send => self.plan.mails += mails,
        }
        self.plan.creations.push(Creation { source, fields, copy, held, version });
    }

    /// Whether a vendor refused this and would only refuse it again.
    fn is_refused_for_good(&self, reason: Option<&Reason>) -> bool {
        !self.policy.retry_refused && matches!(reason, Some(Reason::Refused(_)))
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

    /// The records of one side without a link: those remembered, those whose copy was under way, and those
    /// seen now, whose contents are taken out of the view.
    fn pool<Id: Ord + Clone>(
        &mut self,
        view: &mut View<Id>,
        is_linked: impl Fn(&Id) -> bool,
        name: impl Fn(Id) -> RecordId,
        own: impl Fn(&RecordId) -> Option<&Id>,
    ) -> BTreeMap<Id, Seen> {
        let remembered = self.state.unlinked.values().map(|record| (&record.id, &record.fields, &record.version));
        let begun = self.state.intents.values().map(|intent| (&intent.source, &intent.fields, &intent.version));
        let mut pool = BTreeMap::new();
        let mut gone = BTreeSet::new();
        // What is remembered may be newer than what was under way: an intent that can't be decided stays.
        for (id, fields, version) in begun.chain(remembered) {
            let Some(own) = own(id).filter(|own| !is_linked(own)) else { continue };
            if view.coverage == Coverage::Everything && !view.records.contains_key(own) {
                gone.insert(id.clone());
            } else {
                pool.insert(own.clone(), Seen { fields: fields.clone(), version: version.clone(), mark: None });
            }
        }
        for id in gone {
            self.fates.push(id.clone());
            self.forget(id);
        }
        for (id, observation) in view.records.iter_mut().filter(|(id, _)| !is_linked(id)) {
            match std::mem::replace(observation, Observation::Left) {
                Observation::Present(seen) => {
                    pool.insert(id.clone(), seen);
                }
                Observation::Gone | Observation::Left => {
                    pool.remove(id);
                    self.fates.push(name(id.clone()));
                    self.forget(name(id.clone()));
                }
            }
        }
        pool
    }

    fn forget(&mut self, id: RecordId) {
        if self.state.unlinked.contains_key(&id) {
            self.plan.changes.push(StateChange::DropUnlinked(id));
        }
    }

    fn unlinked(
        &mut self,
        mut items: BTreeMap<ExchangeId, Seen>,
        mut records: BTreeMap<CrmId, Seen>,
        edited: &[(CrmId, Instant)],
    ) {
        let mut carried_out = Vec::new();
        for (intent, item, record) in self.finished_copies(&items, &records) {
            carried_out.extend(intent.not_before);
            self.matched((&mut items, item), (&mut records, record), Some(intent));
        }
        let mut matches = matching::find(self.policy.kind, &self.policy.fields, &items, &records);
        for (item, record) in std::mem::take(&mut matches.pairs) {
            self.matched((&mut items, item), (&mut records, record), None);
        }
        let mut suspicion =
            interrupted::find((self.state, self.policy), (&items, &records), &matches, edited, &carried_out);
        for (item, record) in std::mem::take(&mut suspicion.copies) {
            let intent = self.state.intents.get(&RecordId::Exchange(item.clone()));
            self.matched((&mut items, item), (&mut records, record), intent);
        }
        for (item, seen) in items {
            let ambiguous = matches.ambiguous_exchange.get(&item).or(suspicion.items.get(&item)).copied();
            self.without_partner(RecordId::Exchange(item), seen, ambiguous);
        }
        for (record, seen) in records {
            let ambiguous = matches.ambiguous_crm.get(&record).or(suspicion.records.get(&record)).copied();
            self.without_partner(RecordId::Crm(record), seen, ambiguous);
        }
        // Every other copy that was under way is decided now: done, or to be begun anew under a new intent.
        for (source, before) in &self.state.intents {
            match suspicion.open.remove(source) {
                Some(intent) if intent == *before => {}
                Some(intent) => self.plan.changes.push(StateChange::PutIntent(intent)),
                None => self.plan.changes.push(StateChange::DropIntent(source.clone())),
            }
        }
    }

    /// Copies to the CRM that an earlier run began and that did come to be, though it never learned so.
    fn finished_copies(
        &self,
        items: &BTreeMap<ExchangeId, Seen>,
        records: &BTreeMap<CrmId, Seen>,
    ) -> Vec<(&'a Intent, ExchangeId, CrmId)> {
        let mut taken = BTreeSet::new();
        let mut pairs = Vec::new();
        for intent in self.state.intents.values() {
            let Some(item) = intent.source.exchange().filter(|item| items.contains_key(item)) else { continue };
            let (written, ..) = held::copy(&intent.fields, Side::Crm, self.policy);
            let is_copy = |(id, seen): &(&CrmId, &Seen)| {
                !taken.contains(*id) && seen.fields.agrees_with(&written, &self.policy.fields)
            };
            if let Some((record, _)) = records.iter().find(is_copy) {
                taken.insert(record);
                pairs.push((intent, item.clone(), record.clone()));
            }
        }
        pairs
    }

    /// Two records without a link are the same contact: takes them out of the pools. If one is the copy of an
    /// `intent`, both held its contents once, and what differs now was edited.
    fn matched(
        &mut self,
        (items, item): (&mut BTreeMap<ExchangeId, Seen>, ExchangeId),
        (records, record): (&mut BTreeMap<CrmId, Seen>, CrmId),
        intent: Option<&Intent>,
    ) {
        let (Some(exchange), Some(crm)) = (items.remove(&item), records.remove(&record)) else { return };
        for id in [RecordId::Exchange(item.clone()), RecordId::Crm(record.clone())] {
            self.fates.push(id.clone());
            self.forget(id);
        }
        self.plan.matched += 1;
        if self.policy.filter.keeps_out(&exchange.fields).is_some() {
            // Two that are one, and one of them stays out: no link, and above all no copy.
            return self.stays_out(item, record, exchange, crm);
        }
        let base = intent.map(|intent| {
            let (crm, ..) = held::copy(&intent.fields, Side::Crm, self.policy);
            Base { exchange: intent.fields.clone(), crm }
        });
        let merged = merge(base.as_ref(), &exchange.fields, &crm.fields, self.policy);
        let pair = Pair {
            marked: exchange.mark.as_ref() == Some(&record),
            exchange: item,
            crm: record,
            base,
            now: Base { exchange: exchange.fields, crm: crm.fields },
            exchange_version: exchange.version,
            to_exchange: Patch::default(),
            to_crm: Patch::default(),
            held: Vec::new(),
        };
        self.pair(pair, merged, None);
    }

    /// An item that is kept out, and the record that matches it.
    fn stays_out(&mut self, item: ExchangeId, record: CrmId, exchange: Seen, crm: Seen) {
        let Some(reason) = self.policy.filter.keeps_out(&exchange.fields) else { return };
        self.plan.matched -= 1;
        let item = RecordId::Exchange(item);
        self.leave_alone(Unlinked {
            id: item,
            fields: Fields::default(),
            version: exchange.version,
            reason: reason.clone(),
        });
        self.leave_alone(Unlinked { id: RecordId::Crm(record), fields: crm.fields, version: crm.version, reason });
    }

    /// A record has no partner: copy it to the other side, or say why not.
    fn without_partner(&mut self, id: RecordId, seen: Seen, ambiguous: Option<usize>) {
        self.fates.push(id.clone());
        let Policy { kind, filter, .. } = self.policy;
        if let Some(reason) = filter.keeps_out(&seen.fields) {
            // What may not leave the mailbox is not remembered either.
            let fields = if id.side() == Side::Exchange { Fields::default() } else { seen.fields };
            return self.leave_alone(Unlinked { id, fields, version: seen.version, reason });
        }
        if filter.is_too_old(*kind, &seen.fields) {
            return self.forget(id);
        }
        let target = id.side().other();
        let before = self.state.unlinked.get(&id);
        let unchanged = before.is_some_and(|before| before.fields.agrees_with(&seen.fields, &self.policy.fields));
        let standing = before.map(|before| &before.reason).filter(|_| unchanged);
        let waits = |reason: &Reason| matches!(reason, Reason::Unmatched | Reason::LostAndFound);
        let waits = (self.state.is_new() || before.is_some_and(|before| waits(&before.reason)))
            .then_some(match self.policy.unmatched {
                Unmatched::Copy => None,
                Unmatched::Leave => Some(Reason::Unmatched),
                Unmatched::Ask => Some(Reason::LostAndFound),
            })
            .flatten();
        let reason = match standing {
            _ if ambiguous.is_some() => ambiguous.map(|candidates| Reason::AmbiguousMatch { candidates }),
            _ if !self.policy.direction.writes(target) => Some(Reason::NotInDirection),
            Some(alone @ (Reason::DeletedOnTarget | Reason::KeptAlone)) => Some(alone.clone()),
            Some(refused) if self.is_refused_for_good(Some(refused)) => Some(refused.clone()),
            _ if waits.is_some() => waits,
            _ if *kind == Kind::Contact && target == Side::Crm && seen.fields.text(Field::Surname).is_empty() => {
                Some(Reason::MissingLastName)
            }
            _ => None,
        };
        match reason {
            Some(reason) => {
                self.leave_alone(Unlinked { id, fields: seen.fields, version: seen.version, reason });
            }
            None => self.create(id, seen.fields, seen.version),
        }
    }

    /// Holds all deletes back when they are too many to be meant, or would empty a side. Those that were held
    /// before stay held, however many there are by now: they were to wait for a person.
    fn brake(&mut self) {
        if self.policy.allow_mass_delete {
            return;
        }
        let (deletes, links) = (self.plan.deletions.len(), self.state.links.len() + self.state.other_links);
        let limit = LIMIT_DELETES_MIN.max(links * LIMIT_DELETES_PERCENT / 100);
        let empties_a_side = deletes > 1 && deletes == links;
        let are_too_many = deletes > limit || empties_a_side;
        for deletion in std::mem::take(&mut self.plan.deletions) {
            match self.state.links.get(&deletion.link.exchange) {
                Some(before) if are_too_many || before.trouble == Some(Reason::HeldMassDelete) => {
                    self.plan.held_deletes += 1;
                    self.wait(before, deletion.link, Reason::HeldMassDelete);
                }
                _ => self.plan.deletions.push(deletion),
            }
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
        let remembered = self.state.unlinked.keys().chain(self.state.intents.keys()).map(RecordId::parts);
        let linked = self.state.links.values();
        let linked = linked.flat_map(|link| [(Side::Exchange, link.exchange.as_str()), (Side::Crm, link.crm.as_str())]);
        let mut missing: HashSet<(Side, &str), Hashing> = HashSet::default();
        missing.extend(seen.chain(remembered).chain(linked).filter(|id| !decided.contains(id)));
        let count = missing.len();
        if count > 0 { Err(PlanError::Unaccounted { count }) } else { Ok(()) }
    }
}
