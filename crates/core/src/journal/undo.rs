//! Taking back what a run wrote.

use super::{Cause, Entry, What};
use crate::hashing::Fnv;
use crate::{
    Action, Base, Creation, CrmId, Deletion, Direction, ExchangeId, Field, FieldChange, Fields, Instant, Intent, Kind,
    LIMIT_DELETES_MIN, LIMIT_DELETES_PERCENT, Link, Mails, Pair, Patch, Plan, Policy, Preview, ROLE_ATTENDEE, Reason,
    RecordId, Scope, Seen, Side, StateChange, SyncState, Unlinked, Value, Version,
};
use crate::{held, mails};
use std::collections::BTreeMap;
use std::hash::{Hash as _, Hasher as _};

/// The records of the run's entries, as they were read just now; one that isn't here is gone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// The mailbox items.
    pub exchange: BTreeMap<ExchangeId, Seen>,
    /// The CRM records.
    pub crm: BTreeMap<CrmId, Seen>,
    /// Those that are there and have nothing to do with the sync now, and why.
    pub left: BTreeMap<RecordId, Reason>,
}

/// What takes a run back.
///
/// It may take two turns: a record that was brought back is copied to the other side by the next one, which finds it
/// in the journal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Undo {
    /// The values to restore, the copies to delete, and those to make again. Its changes come before the first write,
    /// as those of every plan do: a copy's link is forgotten before the copy is deleted, so that nobody takes that for
    /// a person's delete and carries it over. Should nobody come to delete it, both are there to be linked again.
    pub plan: Plan,
    /// The records to bring back, with what they held. Both records of such a pair are gone: `source` names the one
    /// on the other side. What is made is not linked with it; with [`Creation::restored`] it is a record
    /// without a partner, and gets one in the next turn.
    pub restorations: Vec<Creation>,
    /// What stays as it is.
    pub left: Vec<Left>,
}

/// Something that the run wrote and that isn't taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The record.
    pub record: RecordId,
    /// The field; `None` for the record as a whole.
    pub field: Option<Field>,
    /// Why.
    pub why: Untouched,
}

/// Why something isn't taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Untouched {
    /// Somebody has edited it since, on either side.
    EditedSince,
    /// It isn't there any more, or its partner isn't.
    Gone,
    /// It was deleted, and it or its partner is there again.
    Back,
    /// It is not linked with the same partner any more.
    Relinked,
    /// A rule holds it back.
    Held(Reason),
}

impl Creation {
    /// To be remembered before a record is brought back, because `run` is taken back.
    pub fn returning(&self, run: u64, not_before: Option<Instant>) -> StateChange {
        let (source, fields, version) = (self.source.clone(), self.copy.clone(), self.version.clone());
        let (suspects, undoes) = (Vec::new(), Some(run));
        StateChange::PutIntent(Intent { source, fields, kept_out: None, version, not_before, suspects, undoes })
    }

    /// It was brought back: what to remember. No link, since its partner is gone.
    pub fn restored(&self) -> StateChange {
        StateChange::DropIntent(self.source.clone())
    }
}

impl Pair {
    /// To be remembered before its record on `side` is written, because `run` is taken back: should the run die, what
    /// the record holds then is nobody's edit.
    pub fn taking_back(&self, side: Side, run: u64) -> StateChange {
        let (source, patch) = match side {
            Side::Crm => (RecordId::Crm(self.crm.clone()), &self.to_crm),
            Side::Exchange => (RecordId::Exchange(self.exchange.clone()), &self.to_exchange),
        };
        let (fields, version) = (patch.applied_to(self.now.on(side)), self.exchange_version.clone());
        let (suspects, undoes) = (Vec::new(), Some(run));
        StateChange::PutIntent(Intent { source, fields, kept_out: None, version, not_before: None, suspects, undoes })
    }
}

impl Deletion {
    /// What is to be remembered when an undo has deleted the record, or could not: then both are linked as before.
    /// While nobody knows, they stay apart.
    pub fn settle_taking_away(&self, outcome: Result<(), Reason>) -> Vec<StateChange> {
        match outcome {
            Ok(()) => vec![StateChange::DropUnlinked(self.target())],
            Err(Reason::OutcomeUnknown) => Vec::new(),
            Err(reason) => {
                let drop = |side| StateChange::DropUnlinked(record_of(&self.link, side));
                vec![drop(Side::Crm), drop(Side::Exchange), self.settle(Err(reason))]
            }
        }
    }
}

impl Undo {
    /// Tells this undo from others, as [`Plan::fingerprint`] does.
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = Fnv::default();
        self.plan.fingerprint().hash(&mut hasher);
        for creation in &self.restorations {
            (&creation.source, &creation.copy).hash(&mut hasher);
        }
        hasher.finish() >> 11
    }

    /// What it would do. `state` is what it was made from. What stays as it is isn't among the rows.
    pub fn preview(&self, state: &SyncState, direction: Direction) -> Preview {
        let mut preview = self.plan.preview(state, direction);
        preview.fingerprint = self.fingerprint();
        for creation in &self.restorations {
            let side = creation.source.side().other();
            let change = |(field, value): (Field, &Value)| FieldChange {
                field,
                before: None,
                after: Some(value.clone()),
                conflict: false,
            };
            preview.summary.on(side).created += 1;
            preview.tell(Action::Create, side, &creation.copy, creation.copy.iter().map(change).collect());
        }
        preview.sort();
        preview
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.plan.writes() == 0 && self.restorations.is_empty()
    }
}

/// What one run did to one record, from its first entry to its last.
#[derive(Default)]
struct Story {
    created: bool,
    restored: bool,
    deleted: bool,
    /// What fields held before the run, and what it left in them.
    fields: BTreeMap<Field, (Option<Value>, Option<Value>)>,
}

impl Story {
    fn add(&mut self, entry: &Entry) {
        match entry.what {
            What::Created(_) => (self.created, self.deleted) = (true, false),
            What::Restored(_) => (self.restored, self.deleted) = (true, false),
            What::Deleted(_) => self.deleted = true,
            What::HandedOver | What::Linked | What::Marked | What::Noted(_) | What::Unlinked | What::Updated(_) => {}
        }
        for values in &entry.fields {
            let (_, after) = self.fields.entry(values.field).or_insert_with(|| (values.before.clone(), None));
            *after = values.after.clone();
        }
    }

    fn before(&self) -> Fields {
        self.fields.iter().filter_map(|(field, (before, _))| Some((*field, before.clone()?))).collect()
    }

    /// Whether the run made the record.
    const fn is_new(&self) -> bool {
        self.created || self.restored
    }

    /// Whether there is anything to take back. What was made and deleted again in one run was never there.
    fn is_write(&self) -> bool {
        (self.deleted || self.is_new() || !self.fields.is_empty()) && !(self.is_new() && self.deleted)
    }

    /// Whether a record that holds `now` is as the run left it.
    fn is_as_left(&self, now: &Fields) -> bool {
        self.fields.iter().all(|(field, (_, after))| now.get(*field) == after.as_ref())
    }
}

/// What takes back the writes of `run`: values get back what they held before, copies are deleted, deleted records come
/// back on both sides. What somebody has edited since stays and is listed, and so is what a rule holds back: the
/// brake on deletes, and the mails that a write would cause. What an undo that died has done already is not done again.
///
/// `entries` are the run's, and those of later runs that took it back. That two records were linked, unlinked or
/// marked is not taken back: they still are the same thing, or not.
pub fn undo(run: u64, entries: &[Entry], state: &SyncState, now: &Now, policy: &Policy) -> Undo {
    let mut stories: BTreeMap<(ExchangeId, CrmId), [Story; 2]> = BTreeMap::new();
    let mut back = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.what.is_write() && entry.kind == policy.kind) {
        let Some(side) = entry.what.side() else { continue };
        if entry.run == run {
            let pair = stories.entry((entry.exchange.clone(), entry.crm.clone())).or_default();
            pair[side as usize].add(entry);
        } else if entry.what == What::Restored(side) && entry.cause == (Cause::Undo { run }) {
            back.insert(entry.record(side.other()), entry.record(side));
        }
    }
    let by_record = state.links.values().map(|link| (&link.crm, link)).collect();
    let mut undoing = Undoing { state, by_record, now, policy, back, undo: Undo::default() };
    for ((exchange, crm), [on_crm, on_exchange]) in &stories {
        undoing.pair(exchange, crm, [(Side::Crm, on_crm), (Side::Exchange, on_exchange)]);
    }
    undoing.brake();
    undoing.undo
}

struct Undoing<'a> {
    state: &'a SyncState,
    /// The links by their CRM records.
    by_record: BTreeMap<&'a CrmId, &'a Link>,
    now: &'a Now,
    policy: &'a Policy,
    /// The records that are gone and whose partner was brought back, with what it is now.
    back: BTreeMap<RecordId, RecordId>,
    undo: Undo,
}

impl Undoing<'_> {
    fn pair(&mut self, exchange: &ExchangeId, crm: &CrmId, stories: [(Side, &Story); 2]) {
        let record = |side| match side {
            Side::Crm => RecordId::Crm(crm.clone()),
            Side::Exchange => RecordId::Exchange(exchange.clone()),
        };
        let mut written = Vec::new();
        for (side, story) in stories.into_iter().filter(|(_, story)| story.is_write()) {
            if self.policy.direction.writes(side) {
                written.push((side, story));
            } else {
                self.leave(record(side), None, Untouched::Held(Reason::NotInDirection));
            }
        }
        let Some((first, _)) = written.first().copied() else { return };
        let (item, row) = (self.now.exchange.get(exchange), self.now.crm.get(crm));
        if let Some(reason) = [Side::Crm, Side::Exchange].into_iter().find_map(|side| self.now.left.get(&record(side)))
        {
            return self.leave(record(first), None, Untouched::Held(reason.clone()));
        }
        if let Some(reason) = item.and_then(|item| self.policy.filter.keeps_out(&item.fields)) {
            return self.leave(record(first), None, Untouched::Held(reason));
        }
        if let Some((side, story)) = written.iter().find(|(_, story)| story.deleted) {
            return self.bring_back(*side, story, [record(Side::Crm), record(Side::Exchange)]);
        }
        if let Some((side, story)) = written.iter().find(|(_, story)| story.restored) {
            return self.take_away(*side, story, (exchange, crm), None);
        }
        if let Some((side, story)) = written.iter().find(|(_, story)| story.created) {
            return self.take_away(*side, story, (exchange, crm), Some(record(side.other())));
        }
        let (Some(item), Some(row)) = (item, row) else {
            return self.leave(record(first), None, Untouched::Gone);
        };
        let Some(link) = self.state.links.get(exchange).filter(|link| link.crm == *crm) else {
            return self.leave(record(first), None, Untouched::Relinked);
        };
        if link.scope != Scope::Active {
            let reason = link.trouble.clone().unwrap_or(Reason::OutcomeUnknown);
            return self.leave(record(first), None, Untouched::Held(reason));
        }
        self.rewrite(link, &written, Base { exchange: item.fields.clone(), crm: row.fields.clone() }, item);
    }

    fn leave(&mut self, record: RecordId, field: Option<Field>, why: Untouched) {
        self.undo.left.push(Left { record, field, why });
    }

    /// Fields get back what they held.
    fn rewrite(&mut self, link: &Link, written: &[(Side, &Story)], now: Base, item: &Seen) {
        let base = self.state.base_of(link, [&now.exchange, &now.crm]);
        let mut pair = Pair {
            exchange: link.exchange.clone(),
            crm: link.crm.clone(),
            base: Some(base.clone()),
            now,
            exchange_version: item.version.clone(),
            marked: item.mark.as_ref().map_or(link.marked, |mark| *mark == link.crm),
            to_exchange: Patch::default(),
            to_crm: Patch::default(),
            held: Vec::new(),
            edited: Vec::new(),
            conflicts: Vec::new(),
        };
        for (side, story) in written {
            let record = record_of(link, *side);
            for (field, (before, after)) in story.fields.iter().filter(|(_, (before, after))| before != after) {
                let (own, other) = (pair.now.on(*side).get(*field), pair.now.on(side.other()).get(*field));
                if own == before.as_ref() {
                    // An undo that died has done it.
                    continue;
                }
                // An edit on the other side that the sync hasn't seen yet would be lost.
                let is_quiet = other == base.on(side.other()).get(*field);
                if own != after.as_ref() || !is_quiet {
                    self.leave(record.clone(), Some(*field), Untouched::EditedSince);
                    continue;
                }
                if !self.policy.fields.flows(*field) {
                    self.leave(record.clone(), Some(*field), Untouched::Held(Reason::NotInDirection));
                    continue;
                }
                match side {
                    Side::Crm => pair.to_crm.put(*field, before.clone()),
                    Side::Exchange => pair.to_exchange.put(*field, before.clone()),
                }
            }
        }
        let mails = held::back(&mut pair, self.policy);
        self.count_mails(mails);
        for (field, reason) in std::mem::take(&mut pair.held) {
            // The rules that hold fields back are the CRM's for its last name, and the mailbox's for all else.
            let side = if reason == Reason::MissingLastName { Side::Crm } else { Side::Exchange };
            self.leave(record_of(link, side), Some(field), Untouched::Held(reason));
        }
        if pair.to_crm.is_empty() && pair.to_exchange.is_empty() {
            return;
        }
        // What flows and isn't taken back is the next sync's business, whoever wrote it.
        for field in self.policy.fields.fields() {
            for side in [Side::Crm, Side::Exchange] {
                let patch = if side == Side::Crm { &pair.to_crm } else { &pair.to_exchange };
                let before = base.on(side).get(field);
                if !patch.contains(field) && pair.now.on(side).get(field) != before {
                    pair.edited.push((side, field, before.cloned()));
                }
            }
        }
        self.undo.plan.pairs.push(pair);
    }

    /// A copy, or what was brought back, goes again, if both it and its partner are as the sync knows them. `source`
    /// is what it is a copy of.
    fn take_away(
        &mut self,
        side: Side,
        story: &Story,
        (exchange, crm): (&ExchangeId, &CrmId),
        source: Option<RecordId>,
    ) {
        let made = match side {
            Side::Crm => RecordId::Crm(crm.clone()),
            Side::Exchange => RecordId::Exchange(exchange.clone()),
        };
        let is_there = self.fields_of(&made).is_some();
        let is_apart = |id: &RecordId| self.state.unlinked.get(id).filter(|one| one.reason == Reason::KeptAlone);
        let link = self.link_of(&made).cloned();
        if link.is_none() && !is_there {
            // An undo that died has done it, or somebody else.
            if source.as_ref().is_none_or(|source| is_apart(source).is_none()) {
                self.leave(made, None, Untouched::Gone);
            }
            return;
        }
        let begun = match (link, &source) {
            (Some(link), Some(source)) if record_of(&link, side.other()) != *source => {
                return self.leave(made, None, Untouched::Relinked);
            }
            (Some(link), _) => link,
            // What was brought back alone has no link, and what an undo that died was about to delete has none any more.
            (None, source) => {
                if source.as_ref().is_some_and(|source| is_apart(source).is_none() || self.link_of(source).is_some()) {
                    return self.leave(made, None, Untouched::Relinked);
                }
                let last = |id: RecordId| is_apart(&id).map(|one| one.fields.clone());
                let now = |id: RecordId| self.fields_of(&id).cloned().unwrap_or_default();
                let base = |id: RecordId| last(id.clone()).unwrap_or_else(|| now(id));
                let base = Base {
                    exchange: base(RecordId::Exchange(exchange.clone())),
                    crm: base(RecordId::Crm(crm.clone())),
                };
                Link {
                    exchange: exchange.clone(),
                    crm: crm.clone(),
                    base,
                    exchange_version: Version::new(""),
                    marked: side == Side::Exchange,
                    scope: Scope::Active,
                    seen: None,
                    trouble: None,
                }
            }
        };
        let (item, row) = (self.now.exchange.get(&begun.exchange), self.now.crm.get(&begun.crm));
        if source.is_some() && (item.is_none() || row.is_none()) {
            return self.leave(made, None, Untouched::Gone);
        }
        let now = Base {
            exchange: item.map(|item| item.fields.clone()).unwrap_or_default(),
            crm: row.map(|row| row.fields.clone()).unwrap_or_default(),
        };
        let last = begun.seen.as_ref().unwrap_or(&begun.base);
        let is_known = |side, is_there: bool| !is_there || now.on(side).agrees_with(last.on(side), &self.policy.fields);
        let are_known = is_known(Side::Crm, row.is_some()) && is_known(Side::Exchange, item.is_some());
        if !story.is_as_left(now.on(side)) || !are_known {
            return self.leave(made, None, Untouched::EditedSince);
        }
        let recipients = if side == Side::Exchange { mails::of_deletion(&now.exchange) } else { 0 };
        self.count_mails(recipients);
        if recipients > 0 && self.policy.mails == Mails::Hold {
            let reason = Reason::HeldMails { recipients };
            return self.leave(made, None, Untouched::Held(reason));
        }
        // Neither is copied again until somebody edits it; and both are remembered, so that they are linked again if
        // nobody comes to delete one of them.
        let seen = [
            item.map(|item| (RecordId::Exchange(begun.exchange.clone()), item)),
            row.map(|row| (RecordId::Crm(begun.crm.clone()), row)),
        ];
        for (id, Seen { fields, version, mark }) in seen.into_iter().flatten() {
            let (fields, version, reason) = (fields.clone(), version.clone(), Reason::KeptAlone);
            let unlinked = Unlinked { id, fields, version, reason, mark: mark.clone() };
            self.undo.plan.changes.push(StateChange::PutUnlinked(unlinked));
        }
        if self.state.links.contains_key(&begun.exchange) {
            self.undo.plan.changes.push(StateChange::DropLink(begun.exchange.clone()));
        }
        let exchange_version = item.map_or_else(|| Version::new(""), |item| item.version.clone());
        let link = Link { exchange_version, seen: Some(now), ..begun };
        self.undo.plan.deletions.push(Deletion { link, on: side });
    }

    fn fields_of(&self, id: &RecordId) -> Option<&Fields> {
        match id {
            RecordId::Crm(id) => self.now.crm.get(id),
            RecordId::Exchange(id) => self.now.exchange.get(id),
        }
        .map(|seen| &seen.fields)
    }

    fn link_of(&self, id: &RecordId) -> Option<&Link> {
        match id {
            RecordId::Crm(id) => self.by_record.get(id).copied(),
            RecordId::Exchange(id) => self.state.links.get(id),
        }
    }

    /// A record that the run deleted on `side` comes back with what it held.
    fn bring_back(&mut self, side: Side, story: &Story, [crm, exchange]: [RecordId; 2]) {
        let of = |side| if side == Side::Crm { &crm } else { &exchange };
        // Where both sides are written the CRM comes first: a new item is marked with its record's name.
        let to = if self.policy.direction.writes(Side::Crm) { Side::Crm } else { Side::Exchange };
        let held = story.before();
        if let Some(made) = self.back.get(of(to.other())).cloned() {
            return self.complete(made, if side == Side::Exchange { Some(&held) } else { None });
        }
        let (own, partner) = (of(side).clone(), of(side.other()).clone());
        match (self.fields_of(&own), self.fields_of(&partner)) {
            (None, None) if side == Side::Exchange && held.text(Field::Role) == ROLE_ATTENDEE => {
                // Nobody but its organizer can invite to a meeting.
                let reason = Reason::NotWritable { side, field: Field::Role };
                self.leave(own, None, Untouched::Held(reason));
            }
            (None, None) => self.restore(side, to, of(to.other()).clone(), held),
            // It was a copy that an undo deleted: its source has stayed alone.
            (None, Some(_)) if self.is_alone(&partner) => self.copy(partner, None),
            _ => self.leave(own, None, Untouched::Back),
        }
    }

    /// Whether an undo has left a record without a partner, and no other run has copied it since.
    fn is_alone(&self, id: &RecordId) -> bool {
        let is_apart = |one: &Unlinked| one.reason == Reason::KeptAlone;
        self.link_of(id).is_none() && self.state.unlinked.get(id).is_some_and(is_apart)
    }

    /// A record was brought back on the first of its sides, and gets its partner. One whose copy is under way is the
    /// next sync's business.
    fn complete(&mut self, made: RecordId, held: Option<&Fields>) {
        let is_open = self.state.intents.contains_key(&made) || self.state.unlinked.contains_key(&made);
        if self.fields_of(&made).is_some() && self.link_of(&made).is_none() && !is_open {
            self.copy(made, held);
        }
    }

    /// A record without a partner gets one, which holds what that `held` before if it is known.
    fn copy(&mut self, source: RecordId, held: Option<&Fields>) {
        let to = source.side().other();
        let seen = match &source {
            RecordId::Crm(id) => self.now.crm.get(id),
            RecordId::Exchange(id) => self.now.exchange.get(id),
        };
        let Some(Seen { fields, version, .. }) = seen.filter(|_| self.policy.direction.writes(to)) else { return };
        let (copy, reasons, mails) = match held {
            Some(held) => held::again(held, to, self.policy),
            None => held::copy(fields, to, self.policy),
        };
        self.count_mails(mails);
        for (field, reason) in &reasons {
            self.leave(source.clone(), Some(*field), Untouched::Held(reason.clone()));
        }
        let (fields, version) = (fields.clone(), version.clone());
        self.undo.plan.creations.push(Creation { source, fields, copy, held: reasons, version, returns: true });
    }

    /// A record is made on side `to` that holds what the one deleted on side `from` `held`, in place of the partner of
    /// `gone`.
    fn restore(&mut self, from: Side, to: Side, gone: RecordId, held: Fields) {
        let shape = |side| if side == from { held::again } else { held::copy };
        let (copy, reasons, mut mails) = shape(to)(&held, to, self.policy);
        if to == Side::Crm && self.policy.kind == Kind::Contact && copy.text(Field::Surname).is_empty() {
            return self.leave(gone, None, Untouched::Held(Reason::MissingLastName));
        }
        let mut left = reasons.clone();
        if to == Side::Crm && self.policy.direction.writes(Side::Exchange) {
            // It gets its partner in the next turn.
            let (_, waits, of_partner) = shape(Side::Exchange)(&held, Side::Exchange, self.policy);
            left.extend(waits);
            mails += of_partner;
        }
        self.count_mails(mails);
        for (field, reason) in left {
            self.leave(gone.clone(), Some(field), Untouched::Held(reason));
        }
        // It has no version yet.
        let version = Version::new("");
        let creation = Creation { source: gone, fields: held, copy, held: reasons, version, returns: true };
        self.undo.restorations.push(creation);
    }

    fn count_mails(&mut self, mails: u32) {
        match self.policy.mails {
            Mails::Hold => self.undo.plan.held_mails += mails,
            Mails::Send => self.undo.plan.mails += mails,
        }
    }

    /// Deletes that are too many wait for a person, as in every run.
    fn brake(&mut self) {
        let plan = &mut self.undo.plan;
        let links = self.state.links.len() + self.state.other_links;
        let limit = LIMIT_DELETES_MIN.max(links * LIMIT_DELETES_PERCENT / 100);
        let deletes = plan.deletions.len();
        let empties_a_side = deletes > 1 && deletes == links;
        if self.policy.allow_mass_delete || (deletes <= limit && !empties_a_side) {
            return;
        }
        plan.changes.clear();
        plan.held_deletes = deletes;
        for deletion in std::mem::take(&mut plan.deletions) {
            let (record, why) = (deletion.target(), Untouched::Held(Reason::HeldMassDelete));
            self.undo.left.push(Left { record, field: None, why });
        }
    }
}

fn record_of(link: &Link, side: Side) -> RecordId {
    match side {
        Side::Crm => RecordId::Crm(link.crm.clone()),
        Side::Exchange => RecordId::Exchange(link.exchange.clone()),
    }
}
