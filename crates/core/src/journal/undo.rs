//! Taking back what a run wrote.

use super::{Entry, What};
use crate::{
    Base, Creation, CrmId, Deletion, ExchangeId, Field, Fields, LIMIT_DELETES_MIN, LIMIT_DELETES_PERCENT, Link, Mails,
    Pair, Patch, Plan, Policy, Reason, RecordId, Seen, Side, StateChange, SyncState, Unlinked, Value, Version,
};
use crate::{held, mails};
use std::collections::BTreeMap;

/// The records of the run's entries, as they were read just now; one that isn't here is gone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// The mailbox items.
    pub exchange: BTreeMap<ExchangeId, Seen>,
    /// The CRM records.
    pub crm: BTreeMap<CrmId, Seen>,
}

/// What takes a run back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Undo {
    /// The values to restore, and the copies to delete. Its changes come before the first write, as those of every
    /// plan do: a copy's link is forgotten before the copy is deleted, so that nobody takes that for a person's
    /// delete and carries it over.
    pub plan: Plan,
    /// The records to bring back, with what they held. Both records of such a pair are gone: `source` names the one
    /// that a person had deleted. What is made is not linked with it; with [`Creation::restored`] it is a record
    /// without a partner, and the next plan copies it to the other side.
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
    /// It was brought back: what to remember. No link, since its partner is gone.
    pub fn restored(&self) -> StateChange {
        StateChange::DropIntent(self.source.clone())
    }
}

/// What one run did to one record, from its first entry to its last.
#[derive(Default)]
struct Story {
    created: bool,
    deleted: bool,
    /// What fields held before the run, and what it left in them.
    fields: BTreeMap<Field, (Option<Value>, Option<Value>)>,
}

impl Story {
    fn add(&mut self, entry: &Entry) {
        match entry.what {
            What::Created(_) => (self.created, self.deleted) = (true, false),
            What::Deleted(_) => self.deleted = true,
            What::Linked | What::Marked | What::Noted(_) | What::Unlinked | What::Updated(_) => {}
        }
        for values in &entry.fields {
            let (_, after) = self.fields.entry(values.field).or_insert_with(|| (values.before.clone(), None));
            *after = values.after.clone();
        }
    }

    fn before(&self) -> Fields {
        self.fields.iter().filter_map(|(field, (before, _))| Some((*field, before.clone()?))).collect()
    }
}

/// What takes back the writes of `entries`, which are all of one run: values get back what they held before, copies
/// are deleted, deleted records come back. What somebody has edited since stays and is listed, and so is
/// what a rule holds back: the brake on deletes, and the mails that a write would cause.
///
/// That two records were linked, unlinked or marked is not taken back: they still are the same thing, or not.
pub fn undo(entries: &[Entry], state: &SyncState, now: &Now, policy: &Policy) -> Undo {
    let mut stories: BTreeMap<(ExchangeId, CrmId), [Story; 2]> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.what.is_write() && entry.kind == policy.kind) {
        let Some(side) = entry.what.side() else { continue };
        let pair = stories.entry((entry.exchange.clone(), entry.crm.clone())).or_default();
        pair[side as usize].add(entry);
    }
    let mut undoing = Undoing { state, now, policy, undo: Undo::default() };
    for ((exchange, crm), [on_crm, on_exchange]) in &stories {
        undoing.pair(exchange, crm, [(Side::Crm, on_crm), (Side::Exchange, on_exchange)]);
    }
    undoing.brake();
    undoing.undo
}

struct Undoing<'a> {
    state: &'a SyncState,
    now: &'a Now,
    policy: &'a Policy,
    undo: Undo,
}

impl Undoing<'_> {
    fn pair(&mut self, exchange: &ExchangeId, crm: &CrmId, stories: [(Side, &Story); 2]) {
        let record = |side| match side {
            Side::Crm => RecordId::Crm(crm.clone()),
            Side::Exchange => RecordId::Exchange(exchange.clone()),
        };
        // What was made and deleted again in one run was never there.
        let is_write = |story: &Story| (story.deleted || !story.fields.is_empty()) && !(story.created && story.deleted);
        let mut written = Vec::new();
        for (side, story) in stories.into_iter().filter(|(_, story)| is_write(story)) {
            if self.policy.direction.writes(side) {
                written.push((side, story));
            } else {
                self.leave(record(side), None, Untouched::Held(Reason::NotInDirection));
            }
        }
        let (item, row) = (self.now.exchange.get(exchange), self.now.crm.get(crm));
        if let Some((side, story)) = written.iter().find(|(_, story)| story.deleted) {
            return match (item, row) {
                (None, None) => self.restore(*side, record(side.other()), story),
                _ => self.leave(record(*side), None, Untouched::Back),
            };
        }
        let Some((first, _)) = written.first() else { return };
        let (Some(item), Some(row)) = (item, row) else {
            return self.leave(record(*first), None, Untouched::Gone);
        };
        let Some(link) = self.state.links.get(exchange).filter(|link| link.crm == *crm) else {
            return self.leave(record(*first), None, Untouched::Relinked);
        };
        let both = Base { exchange: item.fields.clone(), crm: row.fields.clone() };
        match written.iter().find(|(_, story)| story.created) {
            Some((side, story)) => self.delete(link, *side, story, &both, [&item.version, &row.version]),
            None => self.rewrite(link, &written, both, item),
        }
    }

    fn leave(&mut self, record: RecordId, field: Option<Field>, why: Untouched) {
        self.undo.left.push(Left { record, field, why });
    }

    /// Fields get back what they held.
    fn rewrite(&mut self, link: &Link, written: &[(Side, &Story)], now: Base, item: &Seen) {
        let mut pair = Pair {
            exchange: link.exchange.clone(),
            crm: link.crm.clone(),
            base: Some(link.base.clone()),
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
                let other = side.other();
                let is_as_left = pair.now.on(*side).get(*field) == after.as_ref();
                // An edit on the other side that the sync hasn't seen yet would be lost.
                let is_quiet = pair.now.on(other).get(*field) == link.base.on(other).get(*field);
                if !is_as_left || !is_quiet {
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
        for (field, reason) in pair.held.clone() {
            // The rules that hold fields back are the CRM's for its last name, and the mailbox's for all else.
            let side = if reason == Reason::MissingLastName { Side::Crm } else { Side::Exchange };
            self.leave(record_of(link, side), Some(field), Untouched::Held(reason));
        }
        if !pair.to_crm.is_empty() || !pair.to_exchange.is_empty() {
            self.undo.plan.pairs.push(pair);
        }
    }

    /// A copy goes again, if both it and what it is a copy of are as the sync knows them.
    fn delete(&mut self, link: &Link, side: Side, story: &Story, now: &Base, [item, row]: [&Version; 2]) {
        let fields = &self.policy.fields;
        let as_left =
            |(field, (_, after)): (&Field, &(Option<Value>, Option<Value>))| now.on(side).get(*field) == after.as_ref();
        let is_untouched = story.fields.iter().all(as_left)
            && [side, side.other()].into_iter().all(|side| now.on(side).agrees_with(link.base.on(side), fields));
        if !is_untouched {
            return self.leave(record_of(link, side), None, Untouched::EditedSince);
        }
        let recipients = if side == Side::Exchange { mails::of_deletion(&now.exchange) } else { 0 };
        self.count_mails(recipients);
        if recipients > 0 && self.policy.mails == Mails::Hold {
            let reason = Reason::HeldMails { recipients };
            return self.leave(record_of(link, side), None, Untouched::Held(reason));
        }
        // The source stays, and isn't copied again until somebody edits it.
        let source = Unlinked {
            id: record_of(link, side.other()),
            fields: now.on(side.other()).clone(),
            version: match side {
                Side::Crm => item.clone(),
                Side::Exchange => row.clone(),
            },
            reason: Reason::KeptAlone,
            mark: None,
        };
        let changes = [StateChange::PutUnlinked(source), StateChange::DropLink(link.exchange.clone())];
        self.undo.plan.changes.extend(changes);
        self.undo.plan.deletions.push(Deletion { link: link.clone(), on: side });
    }

    /// A record comes back with what it held.
    fn restore(&mut self, side: Side, partner: RecordId, story: &Story) {
        let fields = story.before();
        let (copy, held, mails) = held::copy(&fields, side, self.policy);
        self.count_mails(mails);
        for (field, reason) in &held {
            self.leave(partner.clone(), Some(*field), Untouched::Held(reason.clone()));
        }
        // It has no version yet.
        let version = Version::new("");
        self.undo.restorations.push(Creation { source: partner, fields, copy, held, version, returns: true });
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
