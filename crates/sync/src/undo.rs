//! Taking a run back.
//!
//! What the run did is in its journal, what became of it since is read anew, and the engine says what to do
//! ([`mxs_core::journal::undo`]). It is carried out as every plan is; how far each side was read stays as it is, so
//! that the next sync reads what the undo wrote, as it reads any write of its own.
//!
//! An undo may die anywhere. Whoever comes next, a sync or the same undo once more, finds what it had begun:
//!
//! | it was about to | stored before | stored after |
//! |---|---|---|
//! | give fields their values back | an intent with what the record will hold | the link, and the entries |
//! | delete a copy | both records without a link | that the copy is forgotten, and the entry |
//! | bring a record back | an intent of the partner that is gone | the entry, which names the new record |
//! | copy it to the other side | as every copy | as every copy |

use crate::mailbox::{Mailbox, Records};
use crate::round::{BEGINNING, Round, Stop};
use crate::{End, Env, Failure, Phase, Progress, ROUNDS_MAX, Report, Store, Sync};
use mxs_core::journal::{Entry, Left, Now, Undo, Untouched, undo};
use mxs_core::meeting::Ask;
use mxs_core::{
    Creation, CrmId, Deletion, ExchangeId, Field, Fields, Instant, Kind, Observation, Pair, Preview, Reason, RecordId,
    Side, StateChange, Summary,
};
use mxs_http::HttpPort;
use std::collections::{BTreeMap, BTreeSet};

/// The most pages of a run's journal.
pub(crate) const PAGES_MAX: u32 = 10_000;

/// What taking a run back did, and what it didn't.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undone {
    /// How it ended and what it did. What stays as it is counts as skipped.
    pub report: Report,
    /// What stays as it is, and why.
    pub left: Vec<Left>,
}

/// What taking a run back would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndoPreview {
    /// What would be written.
    pub preview: Preview,
    /// What would stay as it is, and why.
    pub left: Vec<Left>,
}

impl<M: Mailbox, C: HttpPort, S: Store, E: Env> Sync<'_, M, C, S, E> {
    /// Takes back what `run` did with records of this kind, as far as nobody has changed it since. Dropping the future
    /// at any `await` is safe; to take the same run back once more finishes what is left of it and doubles nothing.
    pub async fn undo(&self, run: u64) -> Undone {
        let (mut summary, mut noted, mut left) = (Summary::default(), self.noted, Vec::new());
        let end = match self.turns(run, &mut summary, &mut noted, &mut left).await {
            Ok(()) => Ok(End::Completed),
            Err(Stop::Cancelled) => Ok(End::Cancelled),
            Err(Stop::Failed(failure)) => Err(failure),
        };
        let records: BTreeSet<&RecordId> = left.iter().map(|left| &left.record).collect();
        records.into_iter().for_each(|record| summary.on(record.side()).skipped += 1);
        Undone { report: Report { end, summary, noted }, left }
    }

    /// Tells what taking `run` back would do. Nothing is written, and nothing remembered.
    ///
    /// # Errors
    ///
    /// As for a run; a person who stops it gets `Ok(None)`.
    pub async fn preview_undo(&self, run: u64) -> Result<Option<UndoPreview>, Failure> {
        self.env.progress(Progress { phase: Phase::Starting, done: 0, total: 0 });
        let mut round = Round::new(self, self.store.open().await?);
        match round.plan_undo(run).await {
            Ok(undo) => {
                let preview = undo.preview(&round.state, self.policy.direction);
                Ok(Some(UndoPreview { preview, left: undo.left }))
            }
            Err(Stop::Cancelled) => Ok(None),
            Err(Stop::Failed(failure)) => Err(failure),
        }
    }

    async fn turns(&self, run: u64, summary: &mut Summary, noted: &mut u64, left: &mut Vec<Left>) -> Result<(), Stop> {
        self.env.progress(Progress { phase: Phase::Starting, done: 0, total: 0 });
        let mut round = Round::new(self, self.store.open().await?);
        for number in 1..=ROUNDS_MAX {
            // A later turn takes up what the first, which was approved, left open.
            let result = round.take_back(run, self.approved.filter(|_| number == 1)).await;
            *summary = round.summary();
            *noted = round.noted();
            left.clone_from(&round.left);
            if !result? {
                break;
            }
        }
        Ok(())
    }
}

impl<M: Mailbox, C: HttpPort, S: Store, E: Env> Round<'_, '_, M, C, S, E> {
    /// Takes a run back as far as one turn comes. Answers whether there may be something left for another.
    /// With `approved` it does that undo or none.
    async fn take_back(&mut self, run: u64, approved: Option<u64>) -> Result<bool, Stop> {
        self.in_the_dark = false;
        let undo = self.plan_undo(run).await?;
        if approved.is_some_and(|approved| approved != undo.fingerprint()) {
            return Err(Stop::Failed(Failure::PlanChanged));
        }
        let Undo { mut plan, restorations, left } = undo;
        // A later turn sees what the first one did, and may only come upon somebody's edit.
        let is_first = self.undoing.replace(run).is_none();
        let is_news = |one: &Left| is_first || one.why == Untouched::EditedSince;
        let news: Vec<Left> = left.into_iter().filter(|one| is_news(one) && !self.left.contains(one)).collect();
        self.left.extend(news);
        self.returning = restorations.iter().map(|creation| creation.source.clone()).collect();
        plan.creations.extend(restorations);
        self.take(&plan);
        let written = self.write(plan).await;
        // Whatever ended the writing, what was done is stored.
        self.store().await?;
        written?;
        Ok(self.is_unsettled() || !self.returning.is_empty())
    }

    /// What takes a run back, from both sides as they are now.
    async fn plan_undo(&mut self, run: u64) -> Result<Undo, Stop> {
        self.find_what_came_back().await?;
        let mut entries = Vec::new();
        let mut after: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let page = self.sync.store.entries_of(run, after.as_deref()).await?;
            entries.extend(page.entries);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        if after.is_some() {
            return Err(Stop::Failed(Failure::PlanIncomplete));
        }
        entries.extend(self.unstored_entries().cloned());
        entries.retain(|entry| entry.what.is_write());
        let now = self.read_now(&entries).await?;
        Ok(undo(run, &entries, &self.state, &now, &self.sync.policy))
    }

    /// An undo that died may have brought records back and not have said so. Reading what is new tells.
    async fn find_what_came_back(&mut self) -> Result<(), Stop> {
        let begun = self.state.intents.values().filter(|intent| intent.undoes.is_some());
        let begun: Vec<RecordId> = begun.map(|intent| intent.source.clone()).collect();
        if begun.is_empty() {
            return Ok(());
        }
        self.know(begun.iter().cloned()).await?;
        let (plan, _) = self.read_and_plan(Ask::Look).await?;
        for (intent, made) in &plan.restored {
            self.note_restored(&intent.source, made, &intent.fields, intent.undoes.unwrap_or_default());
        }
        let mut linked = BTreeSet::new();
        for link in self.state.links.values() {
            linked.extend([RecordId::Crm(link.crm.clone()), RecordId::Exchange(link.exchange.clone())]);
        }
        // Of a linked record it is still to be told whose values it holds: by the undo, or by the next sync.
        for source in begun.into_iter().filter(|source| !linked.contains(source)) {
            self.remember(StateChange::DropIntent(source));
        }
        Ok(())
    }

    /// Reads the records that `entries` tell of, and their partners of today.
    async fn read_now(&mut self, entries: &[Entry]) -> Result<Now, Stop> {
        let (mut items, mut records): (BTreeMap<ExchangeId, String>, BTreeSet<CrmId>) = Default::default();
        for entry in entries {
            let folder = entry.fields.iter().find(|values| values.field == Field::Folder);
            let folder = folder.and_then(|values| values.before.as_ref().or(values.after.as_ref())?.as_text());
            let known = items.entry(entry.exchange.clone()).or_default();
            if let Some(folder) = folder.filter(|_| entry.what.side() == Some(Side::Exchange)) {
                folder.clone_into(known);
            }
            records.insert(entry.crm.clone());
        }
        let asked = items.keys().cloned().map(RecordId::Exchange);
        self.know(asked.chain(records.iter().cloned().map(RecordId::Crm)).collect::<Vec<_>>().into_iter()).await?;
        for link in self.state.links.values() {
            if items.contains_key(&link.exchange) || records.contains(&link.crm) {
                let last = link.seen.as_ref().unwrap_or(&link.base);
                items.insert(link.exchange.clone(), last.exchange.text(Field::Folder).to_owned());
                records.insert(link.crm.clone());
            }
        }
        for unlinked in self.state.unlinked.values() {
            if let Some(folder) = unlinked.id.exchange().and_then(|id| items.get_mut(id)) {
                unlinked.fields.text(Field::Folder).clone_into(folder);
            }
        }
        // A task can't be asked for without its list. One of which nobody knows it was deleted.
        items.retain(|_, folder| self.sync.policy.kind != Kind::Task || !folder.is_empty());
        self.enter(Phase::ReadingExchange);
        self.places = self.find_places(false).await?.places;
        let items: Vec<_> = items.into_iter().collect();
        let exchange: Records = self.read_again(&items).await?;
        self.crm_shown = BEGINNING;
        let crm = self.read_records(records).await?.records;
        let mut now = Now::default();
        for (id, observation) in exchange {
            match sorted(observation, Side::Exchange) {
                Sorted::Here(seen) => drop(now.exchange.insert(id, seen)),
                Sorted::Out(reason) => drop(now.left.insert(RecordId::Exchange(id), reason)),
                Sorted::Gone => {}
            }
        }
        for (id, observation) in crm {
            match sorted(observation, Side::Crm) {
                Sorted::Here(seen) => drop(now.crm.insert(id, seen)),
                Sorted::Out(reason) => drop(now.left.insert(RecordId::Crm(id), reason)),
                Sorted::Gone => {}
            }
        }
        Ok(now)
    }

    /// A copy is about to be made, or a record to be brought back.
    pub(crate) fn begin(&mut self, creation: &Creation, not_before: Option<Instant>) {
        let change = match self.undoing.filter(|_| self.returning.contains(&creation.source)) {
            Some(run) => creation.returning(run, not_before),
            None => creation.intent(not_before),
        };
        self.remember(change);
    }

    /// A record was brought back, and holds this now.
    pub(crate) fn came_back(&mut self, creation: &Creation, made: RecordId, held: &Fields) {
        self.remember(creation.restored());
        self.note_restored(&creation.source, &made, held, self.undoing.unwrap_or_default());
    }

    /// A record was not brought back, or nobody knows.
    pub(crate) fn did_not_come_back(&mut self, creation: &Creation, reason: &Reason) {
        if *reason != Reason::OutcomeUnknown {
            self.remember(creation.restored());
        }
    }

    /// A record is about to get values back.
    pub(crate) fn begin_taking_back(&mut self, pair: &Pair, side: Side) {
        let is_written = !if side == Side::Crm { &pair.to_crm } else { &pair.to_exchange }.is_empty();
        if let Some(run) = self.undoing.filter(|_| is_written) {
            self.remember(pair.taking_back(side, run));
        }
    }

    /// A record got values back, or not.
    pub(crate) fn end_taking_back(&mut self, pair: &Pair, side: Side) {
        let id = match side {
            Side::Crm => RecordId::Crm(pair.crm.clone()),
            Side::Exchange => RecordId::Exchange(pair.exchange.clone()),
        };
        if self.undoing.is_some() && !self.in_the_dark && self.state.intents.contains_key(&id) {
            self.remember(StateChange::DropIntent(id));
        }
    }

    /// A copy was deleted, or not: remembers what follows from it.
    pub(crate) fn settle_taking_away(&mut self, deletion: &Deletion, outcome: Result<(), Reason>, run: u64) {
        let is_done = outcome.is_ok();
        for change in deletion.settle_taking_away(outcome) {
            self.remember(change);
        }
        if is_done {
            self.note_taken_away(deletion, run);
        }
    }
}

/// A record that was read again.
enum Sorted {
    Here(mxs_core::Seen),
    Out(Reason),
    Gone,
}

fn sorted(observation: Observation, side: Side) -> Sorted {
    match observation {
        Observation::Present(seen) => Sorted::Here(seen),
        Observation::Gone => Sorted::Gone,
        Observation::Left => Sorted::Out(Reason::LeftScope { side }),
        Observation::Unreadable => Sorted::Out(Reason::Unreadable { side }),
    }
}
