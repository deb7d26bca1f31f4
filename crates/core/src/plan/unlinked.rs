//! The fate of records without a link: who is whose partner, what is copied, and what is left alone.

use super::linked::Orphan;
use super::{Adoption, Pair, Planner, Pool};
use crate::meeting::Holder;
use crate::policy::ROLE_ATTENDEE;
use crate::{
    Base, Coverage, CrmId, ExchangeId, Field, Fields, Intent, Kind, Link, Observation, Patch, Policy, Reason, RecordId,
    Scope, Seen, Side, StateChange, Unlinked, Unmatched, Version, View, Winner, merge,
};
use crate::{interrupted, matching};
use std::collections::BTreeSet;

impl<'a> Planner<'a> {
    /// The records of one side without a link: those remembered, those whose copy was under way, and those
    /// seen now, whose contents are taken out of the view.
    pub(super) fn pool<Id: Ord + Clone>(
        &mut self,
        view: &mut View<Id>,
        is_linked: impl Fn(&Id) -> bool,
        name: impl Fn(Id) -> RecordId,
        own: impl Fn(&RecordId) -> Option<&Id>,
    ) -> Pool<Id> {
        let remembered = self.state.unlinked.values();
        let remembered = remembered.map(|record| (&record.id, &record.fields, &record.version, record.mark.as_ref()));
        let begun = self.state.begun().map(|intent| (&intent.source, &intent.fields, &intent.version, None));
        let mut pool = Vec::new();
        let mut gone = BTreeSet::new();
        let is_blank = |id: &RecordId| {
            let reason = self.state.unlinked.get(id).map(|unlinked| &unlinked.reason);
            match reason {
                Some(Reason::Private | Reason::Category) => id.side() == Side::Exchange,
                Some(Reason::Unreadable { .. }) => true,
                _ => false,
            }
        };
        let mut blank = BTreeSet::new();
        // What is remembered may be newer than what was under way: an intent that can't be decided stays.
        for (id, fields, version, mark) in begun.chain(remembered) {
            let Some(own) = own(id).filter(|own| !is_linked(own)) else { continue };
            if view.coverage == Coverage::Everything && !view.records.contains_key(own) {
                gone.insert(id.clone());
            } else if is_blank(id) && !view.records.contains_key(own) {
                // Of what stays out only that is remembered.
                blank.insert(id.clone());
            } else {
                let seen = Seen { fields: fields.clone(), version: version.clone(), mark: mark.cloned() };
                pool.push((own.clone(), Some(seen)));
            }
        }
        for id in gone {
            self.fates.push(id.clone());
            self.forget(id);
        }
        for id in blank {
            self.exclude(id.clone(), self.state.unlinked.get(&id).map(|unlinked| &unlinked.reason));
            self.fates.push(id);
        }
        let mut unreadable = Vec::new();
        for (id, observation) in view.records.iter_mut().filter(|(id, _)| !is_linked(id)) {
            match std::mem::replace(observation, Observation::Left) {
                Observation::Present(seen) => pool.push((id.clone(), Some(seen))),
                Observation::Unreadable => {
                    pool.push((id.clone(), None));
                    self.fates.push(name(id.clone()));
                    unreadable.push(name(id.clone()));
                }
                Observation::Gone | Observation::Left => {
                    pool.push((id.clone(), None));
                    self.fates.push(name(id.clone()));
                    self.forget(name(id.clone()));
                }
            }
        }
        for id in unreadable {
            let reason = Reason::Unreadable { side: id.side() };
            self.leave_alone(Unlinked { id, fields: Fields::default(), version: Version::new(""), reason, mark: None });
        }
        Pool::new(pool)
    }

    pub(super) fn unlinked(&mut self, mut items: Pool<ExchangeId>, mut records: Pool<CrmId>, crm: &View<CrmId>) {
        self.find_restored(&items, &records);
        let left_behind = self.left_behind(&items);
        let mut carried_out = Vec::new();
        for (intent, item, record) in self.finished_copies(&items, &records) {
            carried_out.extend(intent.not_before);
            self.matched((&mut items, item), (&mut records, record), Some(intent));
        }
        // Whoever was deleted and added anew is the same; so a record that lost its partner looks for one first.
        let orphans = std::mem::take(&mut self.orphans);
        let contents = |orphan: &Orphan| orphan.seen.clone();
        items =
            items.with(orphans.iter().filter_map(|orphan| Some((orphan.id().exchange()?.clone(), contents(orphan)))));
        records =
            records.with(orphans.iter().filter_map(|orphan| Some((orphan.id().crm()?.clone(), contents(orphan)))));
        let mut matches = matching::find(self.policy.kind, &self.policy.fields, &items, (&records, &crm.became));
        let pairs = std::mem::take(&mut matches.pairs);
        let (mut matched_items, mut matched_records) = (BTreeSet::new(), BTreeSet::new());
        if !orphans.is_empty() {
            matched_items.extend(pairs.iter().map(|(item, _)| *item));
            matched_records.extend(pairs.iter().map(|(_, record)| *record));
        }
        // Links are dropped before their records are linked anew.
        for orphan in &orphans {
            let (is_left, candidates) = match orphan.id() {
                RecordId::Exchange(item) => {
                    let place = items.place(&item).filter(|place| !matched_items.contains(place));
                    (place.and_then(|place| items.take(place)), matches.ambiguous_exchange.get(&item))
                }
                RecordId::Crm(record) => {
                    let place = records.place(&record).filter(|place| !matched_records.contains(place));
                    (place.and_then(|place| records.take(place)), matches.ambiguous_crm.get(&record))
                }
            };
            match (is_left, candidates) {
                (None, _) => self.drop_link(&orphan.link),
                (Some(_), Some(candidates)) => self.gone_or_not(orphan, *candidates),
                (Some(_), None) => self.gone(orphan),
            }
        }
        for (item, record) in pairs {
            self.matched((&mut items, item), (&mut records, record), None);
        }
        let mut suspicion =
            interrupted::find((self.state, self.policy), (&items, &records), &matches, &crm.edited, &carried_out);
        for (item, record) in std::mem::take(&mut suspicion.copies) {
            let (Some(item), Some(record)) = (items.place(&item), records.place(&record)) else { continue };
            let intent = self.state.intents.get(&RecordId::Exchange(items.id(item).clone()));
            self.matched((&mut items, item), (&mut records, record), intent);
        }
        for (item, seen) in items.into_rest() {
            let ambiguous = matches.ambiguous_exchange.get(&item).or(suspicion.items.get(&item)).copied();
            self.without_partner(RecordId::Exchange(item), seen, ambiguous);
        }
        for (record, seen) in records.into_rest() {
            if left_behind.iter().any(|copy| seen.fields.agrees_with(copy, &self.policy.fields)) {
                let (id, reason) = (RecordId::Crm(record), Reason::KeptAlone);
                self.fates.push(id.clone());
                let Seen { fields, version, .. } = seen;
                self.leave_alone(Unlinked { id, fields, version, reason, mark: None });
                continue;
            }
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

    /// Records that an undo which died has brought back, though it never learned so. In the mailbox they carry a mark;
    /// in the CRM only their contents tell. They have no partner yet, as whatever is new.
    fn find_restored(&mut self, items: &Pool<ExchangeId>, records: &Pool<CrmId>) {
        let mut taken = BTreeSet::new();
        for intent in self.state.intents.values().filter(|intent| intent.undoes.is_some()) {
            let is_linked = |link: &Link| match &intent.source {
                RecordId::Crm(record) => link.crm == *record,
                RecordId::Exchange(item) => link.exchange == *item,
            };
            if self.state.links.values().any(is_linked) {
                continue;
            }
            let found = match &intent.source {
                RecordId::Exchange(_) => {
                    let is_copy = |(id, seen): &(&CrmId, &Seen)| {
                        !taken.contains(*id) && seen.fields.agrees_with(&intent.fields, &self.policy.fields)
                    };
                    let copy = records.iter().find(is_copy).map(|(id, _)| id.clone());
                    taken.extend(copy.clone());
                    copy.map(RecordId::Crm)
                }
                RecordId::Crm(record) => {
                    let is_copy = |(_, seen): &(&ExchangeId, &Seen)| seen.mark.as_ref() == Some(record);
                    items.iter().find(is_copy).map(|(id, _)| RecordId::Exchange(id.clone()))
                }
            };
            self.plan.restored.extend(found.map(|made| (intent.clone(), made)));
        }
    }

    /// What copies of somebody else's meetings hold that an earlier run began, and whose items are gone by now. A record
    /// that is such a copy can't invite to the meeting anew.
    fn left_behind(&self, items: &Pool<ExchangeId>) -> Vec<Fields> {
        let theirs = self.state.begun().filter(|intent| intent.fields.text(Field::Role) == ROLE_ATTENDEE);
        let gone = theirs.filter(|intent| intent.source.exchange().is_some_and(|item| items.place(item).is_none()));
        gone.map(|intent| interrupted::copy(intent, self.policy)).collect()
    }

    /// Copies to the CRM that an earlier run began and that did come to be, though it never learned so.
    fn finished_copies(&self, items: &Pool<ExchangeId>, records: &Pool<CrmId>) -> Vec<(&'a Intent, usize, usize)> {
        let mut taken = BTreeSet::new();
        let mut pairs = Vec::new();
        for intent in self.state.begun() {
            let Some(item) = intent.source.exchange().and_then(|item| items.place(item)) else { continue };
            let written = interrupted::copy(intent, self.policy);
            let is_copy = |place: &usize| {
                let is_like = |seen: &Seen| seen.fields.agrees_with(&written, &self.policy.fields);
                !taken.contains(place) && records.get(*place).is_some_and(is_like)
            };
            if let Some(record) = (0..records.len()).find(is_copy) {
                taken.insert(record);
                pairs.push((intent, item, record));
            }
        }
        pairs
    }

    /// Two records without a link are the same thing: takes them from their places. If one is the copy of an
    /// `intent`, both held its contents once, and what differs now was edited.
    fn matched(
        &mut self,
        (items, item): (&mut Pool<ExchangeId>, usize),
        (records, record): (&mut Pool<CrmId>, usize),
        intent: Option<&Intent>,
    ) {
        let (Some(exchange), Some(crm)) = (items.take(item), records.take(record)) else { return };
        let (item, record) = (items.id(item).clone(), records.id(record).clone());
        for id in [RecordId::Exchange(item.clone()), RecordId::Crm(record.clone())] {
            self.fates.push(id.clone());
            self.forget(id);
        }
        if let Some(reason) = self.policy.filter.keeps_out(&exchange.fields) {
            return self.stays_out((item, exchange), (record, crm), reason);
        }
        self.plan.matched += 1;
        let base = intent.map(|intent| {
            let mut base = Base { exchange: intent.fields.clone(), crm: interrupted::copy(intent, self.policy) };
            let now = [&exchange.fields, &crm.fields];
            // What the copy was not to hold, and flows by now, neither side has agreed on.
            let kept_out = intent.kept_out.iter().flatten().copied();
            self.forget_fields(&mut base, now, kept_out.filter(|field| self.policy.fields.flows(*field)));
            self.forget_new_fields(&mut base, now);
            base
        });
        let merged = if base.is_none() && self.is_taken_over(&item, &record) {
            // What a colleague's mailbox brought there is older than what this one holds.
            let direction = self.policy.direction.won_by(Winner::Exchange);
            merge(None, &exchange.fields, &crm.fields, &Policy { direction, ..self.policy.clone() })
        } else {
            merge(base.as_ref(), &exchange.fields, &crm.fields, self.policy)
        };
        let pair = Pair {
            marked: exchange.mark.as_ref() == Some(&record) && !self.named.contains(&item),
            exchange: item,
            crm: record,
            base,
            now: Base { exchange: exchange.fields, crm: crm.fields },
            exchange_version: exchange.version,
            to_exchange: Patch::default(),
            to_crm: Patch::default(),
            held: Vec::new(),
            edited: Vec::new(),
            conflicts: Vec::new(),
        };
        self.pair(pair, merged, None);
    }

    /// Whether the event of a meeting was a colleague's until now.
    fn is_taken_over(&self, item: &ExchangeId, record: &CrmId) -> bool {
        let before = self.state.unlinked.get(&RecordId::Exchange(item.clone()));
        let waited =
            |before: &Unlinked| before.reason == Reason::ThroughColleague && before.mark.as_ref() == Some(record);
        self.named.contains(item) || before.is_some_and(waited)
    }

    /// An item that is kept out, and its record: linked, so that neither is ever copied beside the other, and
    /// left as they are. The item's values go nowhere; when it takes part again, it is a first match.
    fn stays_out(&mut self, (item, exchange): (ExchangeId, Seen), (record, crm): (CrmId, Seen), reason: Reason) {
        self.exclude(RecordId::Exchange(item.clone()), Some(&reason));
        self.plan.changes.push(StateChange::PutLink(Link {
            exchange: item,
            crm: record,
            base: Base::default(),
            exchange_version: exchange.version,
            marked: false,
            scope: Scope::Left { side: Side::Exchange },
            seen: Some(Base { exchange: place_of(&exchange.fields), crm: crm.fields }),
            trouble: Some(reason),
        }));
    }

    /// A record has no partner: copy it to the other side, or say why not.
    fn without_partner(&mut self, id: RecordId, seen: Seen, ambiguous: Option<usize>) {
        self.fates.push(id.clone());
        let Policy { kind, filter, .. } = self.policy;
        if let Some(reason) = filter.keeps_out(&seen.fields) {
            // What may not leave the mailbox is not remembered either, but for where it is.
            let fields = if id.side() == Side::Exchange { place_of(&seen.fields) } else { seen.fields };
            return self.leave_alone(Unlinked { id, fields, version: seen.version, reason, mark: None });
        }
        if filter.is_too_old(*kind, &seen.fields) {
            return self.forget(id);
        }
        let target = id.side().other();
        let before = self.state.unlinked.get(&id);
        let through_colleague = before.filter(|before| before.reason == Reason::ThroughColleague);
        if let Some(before) = through_colleague.filter(|_| id.side() == Side::Crm) {
            // It waits for a colleague's mailbox, whatever anybody does with it until then.
            return self.exclude(id, Some(&before.reason));
        }
        let holder = id.exchange().and_then(|item| self.meetings.get(item)).cloned();
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
            _ if matches!(holder, Some(Holder::Colleague { .. })) => Some(Reason::ThroughColleague),
            Some(Reason::ThroughColleague) if holder.is_none() => Some(Reason::ThroughColleague),
            _ if waits.is_some() => waits,
            _ if *kind == Kind::Contact && target == Side::Crm && seen.fields.text(Field::Surname).is_empty() => {
                Some(Reason::MissingLastName)
            }
            _ => None,
        };
        let known = before.and_then(|before| before.mark.clone());
        let Seen { fields, version, mark } = seen;
        let mark = mark.or(known);
        match (reason, holder) {
            (Some(Reason::ThroughColleague), Some(Holder::Colleague { record: Some(record) }))
                if mark.as_ref() != Some(&record) =>
            {
                let reason = Reason::ThroughColleague;
                self.exclude(id.clone(), Some(&reason));
                self.plan.marks.push(Unlinked { id, fields, version, reason, mark: Some(record) });
            }
            (Some(reason), _) => {
                let mark = mark.filter(|_| reason == Reason::ThroughColleague);
                self.leave_alone(Unlinked { id, fields, version, reason, mark });
            }
            (None, Some(Holder::Own { record: Some(record) })) => {
                let item = Unlinked { id, fields, version, reason: Reason::StillChanging, mark: None };
                self.plan.adoptions.push(Adoption { item, record });
            }
            (None, _) => self.create(id, fields, version, false),
        }
    }
}

/// Of what an item holds only where it is: without it some can't be found again.
pub(super) fn place_of(fields: &Fields) -> Fields {
    fields.only(|field| field == Field::Folder)
}
