//! One round: read, plan, write, remember.

use crate::hidden::Hidden;
use crate::mailbox::Mailbox;
use crate::{Env, Failure, Phase, Progress, Store, StoreError, Sync};
use mxs_core::journal::{Cause, Deed, Entry, Journal, Left};
use mxs_core::meeting::Ask;
use mxs_core::{
    CrmId, Cursors, Deletion, ExchangeId, Fields, Instant, Plan, Preview, Reach, Reason, RecordId, Side, StateChange,
    Summary, SyncState, plan,
};
use mxs_graph::Place;
use mxs_http::HttpPort;
use std::collections::{BTreeMap, BTreeSet};

/// The most state changes that are stored at once.
const COMMIT_MAX: usize = 1_000;

/// Earlier than anything in a CRM.
pub(crate) const BEGINNING: Instant = Instant::from_seconds(0);

/// Why a run ends early.
#[derive(Debug)]
pub enum Stop {
    /// A person wants it.
    Cancelled,
    /// It can't go on.
    Failed(Failure),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Stop::Failed(Failure::Store(error))
    }
}

/// The rounds of one run, and what they have in common.
pub(crate) struct Round<'s, 'a, M, C, S, E> {
    pub(crate) sync: &'s Sync<'a, M, C, S, E>,
    pub(crate) state: SyncState,
    /// Records whose links were asked for.
    asked: BTreeSet<RecordId>,
    /// The run that is taken back.
    pub(crate) undoing: Option<u64>,
    /// What of it stays as it is, and why.
    pub(crate) left: Vec<Left>,
    /// The records whose partners are brought back, with nobody to be linked with.
    pub(crate) returning: BTreeSet<RecordId>,
    /// What was done.
    done: Summary,
    /// Records that did not come through in this round, on which side, and why.
    open: BTreeMap<RecordId, (Side, Reason)>,
    /// What is noted of this run.
    journal: Journal,
    /// Changes of the state that are made and not yet stored.
    unstored: Vec<StateChange>,
    steps_done: u32,
    steps_total: u32,
    phase: Phase,
    /// The latest change that the CRM showed in this round; if it showed none, a moment from which on it was asked,
    /// or the beginning of time. Whatever it holds later was created after.
    pub(crate) crm_shown: Instant,
    /// What carries a mark and is on no page.
    pub(crate) hidden: Hidden,
    /// The places that were read; new items go to the first.
    pub(crate) places: Vec<Place>,
    /// Where records were when both sides were read last; nowhere if they never were.
    pub(crate) before: Reach,
    /// Whether the rules have changed so that both sides are to be read as a whole.
    pub(crate) must_read_all: bool,
    /// Whether a write's outcome is not known, so that writing on would be in the dark.
    pub(crate) in_the_dark: bool,
}

impl<'s, 'a, M: Mailbox, C: HttpPort, S: Store, E: Env> Round<'s, 'a, M, C, S, E> {
    pub(crate) fn new(sync: &'s Sync<'a, M, C, S, E>, state: SyncState) -> Self {
        let mut round = Self {
            before: Reach::default(),
            must_read_all: false,
            sync,
            state,
            hidden: Hidden::new(),
            places: Vec::new(),
            asked: BTreeSet::new(),
            undoing: None,
            left: Vec::new(),
            returning: BTreeSet::new(),
            done: Summary::default(),
            open: BTreeMap::new(),
            journal: Journal::new(sync.run, sync.policy.kind, sync.noted),
            unstored: Vec::new(),
            steps_done: 0,
            steps_total: 0,
            phase: Phase::Starting,
            crm_shown: BEGINNING,
            in_the_dark: false,
        };
        round.look_at_the_rules();
        round
    }

    /// Finds out whether something has been chosen since the last run of which changes alone tell nothing.
    fn look_at_the_rules(&mut self) {
        self.before = self.state.cursors.reach.clone().unwrap_or_default();
        let is_elsewhere = self.state.take_up(&self.sync.scope.reach());
        self.must_read_all = is_elsewhere || self.state.must_read_all(&self.sync.policy);
    }

    /// What was done so far, with what is still open.
    pub(crate) fn summary(&self) -> Summary {
        let mut summary = self.done;
        for (side, reason) in self.open.values() {
            let counts = summary.on(*side);
            if reason.is_failure() {
                counts.failed += 1;
            } else {
                counts.skipped += 1;
            }
        }
        summary
    }

    /// Goes once around. Answers whether something is open that another round may settle.
    /// With `approved` it does that plan or none.
    pub(crate) async fn go(&mut self, approved: Option<u64>) -> Result<bool, Stop> {
        self.in_the_dark = false;
        self.look_at_the_rules();
        let (plan, mut cursors) = self.read_and_plan(Ask::Claim).await?;
        if approved.is_some_and(|approved| approved != plan.fingerprint()) {
            return Err(Stop::Failed(Failure::PlanChanged));
        }
        let mut on_the_way = self.state.cursors_on_the_way(&self.sync.policy);
        self.note_beginning(&mut on_the_way, &plan);
        if self.state.cursors != on_the_way {
            self.remember(StateChange::SetCursors(on_the_way));
        }
        self.take(&plan);
        let written = self.write(plan).await;
        // Whatever ended the writing, what was done is stored.
        self.store().await?;
        written?;
        if !self.in_the_dark {
            self.enter(Phase::Finishing);
            self.note_end(&mut cursors);
            if self.state.cursors != cursors {
                self.remember(StateChange::SetCursors(cursors));
            }
            self.store().await?;
        }
        Ok(self.is_unsettled())
    }

    /// Whether something is open that another round may settle.
    pub(crate) fn is_unsettled(&self) -> bool {
        let unsettled = |(_, reason): &(Side, Reason)| matches!(reason, Reason::OutcomeUnknown | Reason::StillChanging);
        self.in_the_dark || self.open.values().any(unsettled)
    }

    /// What going around would do.
    pub(crate) async fn preview(&mut self) -> Result<Preview, Stop> {
        let (plan, _) = self.read_and_plan(Ask::Look).await?;
        Ok(plan.preview(&self.state, self.sync.policy.direction))
    }

    /// Reads both sides and plans; and how to read on from there.
    pub(crate) async fn read_and_plan(&mut self, ask: Ask) -> Result<(Plan, Cursors), Stop> {
        let (mut exchange, exchange_links) = self.read_exchange().await?;
        let (mut crm, moments) = self.read_crm(&exchange).await?;
        self.crm_shown = moments.shown.unwrap_or(BEGINNING);
        self.read_hidden(&mut exchange, &crm).await?;
        self.ask_about_meetings(ask, &mut exchange, &mut crm).await?;
        let plan =
            plan(&self.state, exchange, crm, &self.sync.policy).map_err(|_| Stop::Failed(Failure::PlanIncomplete))?;
        let policy = &self.sync.policy;
        let cursors = Cursors {
            exchange: exchange_links,
            crm: moments.read,
            fields: Some(policy.flowing()),
            filter: Some(policy.filter.clone()),
            reach: Some(self.sync.scope.reach()),
        };
        Ok((plan, cursors))
    }

    /// Takes over what the plan settles without a write.
    pub(crate) fn take(&mut self, plan: &Plan) {
        self.open.clear();
        for (intent, made) in &plan.restored {
            self.note_restored(&intent.source, made, &intent.fields, intent.undoes.unwrap_or_default());
        }
        for (id, reason) in &plan.excluded {
            self.open.insert(id.clone(), (id.side().other(), reason.clone()));
        }
        self.done.matched += plan.matched as u32;
        let conflicts = plan.changes.iter().filter(|change| matches!(change, StateChange::AddConflict(_)));
        self.done.conflicts += conflicts.count() as u32;
        for change in &plan.changes {
            self.remember(change.clone());
        }
    }

    pub(crate) async fn write(&mut self, plan: Plan) -> Result<(), Stop> {
        let unmarked = plan.pairs.iter().filter(|pair| pair.to_exchange.is_empty() && !pair.marked).count();
        let to_mark = plan.creations.iter().filter(|creation| creation.source.side() == Side::Exchange).count();
        self.steps_done = 0;
        self.steps_total = (plan.writes() + unmarked + to_mark + plan.marks.len()) as u32;
        let (in_crm, in_exchange) =
            plan.creations.into_iter().partition(|creation| creation.source.side() == Side::Exchange);
        let mut pairs = plan.pairs;
        self.enter(Phase::WritingCrm);
        self.store().await?;
        self.adopt(plan.adoptions).await?;
        self.give(plan.gifts).await?;
        self.create_in_crm(in_crm, &mut pairs).await?;
        self.update_crm(&mut pairs).await?;
        self.enter(Phase::WritingExchange);
        self.write_exchange(in_exchange, (pairs, plan.marks), &plan.deletions).await?;
        self.enter(Phase::WritingCrm);
        self.delete_in_crm(&plan.deletions).await
    }

    /// Tells that another phase begins. While writing, the count goes on.
    pub(crate) fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.sync.env.progress(self.progress());
    }

    /// Tells how many records were read.
    pub(crate) fn tell_read(&self, phase: Phase, records: usize) {
        self.sync.env.progress(Progress { phase, done: records as u32, total: 0 });
    }

    /// Tells that steps were done.
    pub(crate) fn step(&mut self, steps: usize) {
        self.steps_done += steps as u32;
        self.sync.env.progress(self.progress());
    }

    fn progress(&self) -> Progress {
        Progress { phase: self.phase, done: self.steps_done, total: self.steps_total }
    }

    /// Takes in the links of `records`, of which something was seen.
    pub(crate) async fn know(&mut self, records: impl Iterator<Item = RecordId>) -> Result<(), Stop> {
        if self.state.other_links == 0 {
            return Ok(());
        }
        let mut unknown = Vec::new();
        unknown.extend(records.filter(|record| self.asked.insert(record.clone())));
        if unknown.is_empty() {
            return Ok(());
        }
        for link in self.sync.store.links_of(&unknown).await? {
            self.state.take_in(link);
        }
        Ok(())
    }

    /// Takes in every link.
    pub(crate) async fn know_all(&mut self) -> Result<(), Stop> {
        if self.state.other_links > 0 {
            for link in self.sync.store.all_links().await? {
                self.state.take_in(link);
            }
        }
        Ok(())
    }

    /// Makes a change of the state that no write has caused; [`Round::store`] stores it.
    pub(crate) fn remember(&mut self, change: StateChange) {
        let cause = match &change {
            StateChange::PutLink(link) if self.state.links.contains_key(&link.exchange) => Cause::Found,
            StateChange::PutLink(link) => {
                let is_begun = |id: RecordId| self.state.intents.contains_key(&id);
                let began =
                    is_begun(RecordId::Exchange(link.exchange.clone())) || is_begun(RecordId::Crm(link.crm.clone()));
                if began { Cause::Interrupted } else { Cause::FirstMatch }
            }
            _ => Cause::Lost,
        };
        self.remember_deed(change, Deed::none(cause));
    }

    /// Makes a change of the state, with its entries in the journal; [`Round::store`] stores them together.
    pub(crate) fn remember_deed(&mut self, change: StateChange, deed: Deed<'_>) {
        if !self.state.is_changed_by(&change) {
            return;
        }
        let (before, after) = match &change {
            StateChange::PutLink(link) => (self.state.links.get(&link.exchange), Some(link)),
            StateChange::DropLink(item) => (self.state.links.get(item), None),
            _ => (None, None),
        };
        let cause = self.undoing.map_or(deed.cause, |run| Cause::Undo { run });
        let entries = self.journal.note(before, after, Deed { cause, ..deed });
        self.state.apply(change.clone());
        self.unstored.push(change);
        self.unstored.extend(entries.into_iter().map(StateChange::Journal));
    }

    /// Notes that a record was brought back whose partner is `gone`.
    pub(crate) fn note_restored(&mut self, gone: &RecordId, made: &RecordId, fields: &Fields, undone: u64) {
        let entry = self.journal.restored(gone, made, fields, undone);
        self.unstored.extend(entry.map(StateChange::Journal));
    }

    /// Notes that an undo has deleted a record.
    pub(crate) fn note_taken_away(&mut self, Deletion { link, on }: &Deletion, undone: u64) {
        let held = link.seen.as_ref().unwrap_or(&link.base).on(*on);
        let entry = self.journal.took_away(link, *on, held, undone);
        self.unstored.push(StateChange::Journal(entry));
    }

    /// Notes that a meeting's event got another owner.
    pub(crate) fn note_handed_over(&mut self, item: ExchangeId, record: CrmId) {
        let entry = self.journal.handed_over(item, record);
        self.unstored.push(StateChange::Journal(entry));
    }

    /// The entries that are noted and not yet stored.
    pub(crate) fn unstored_entries(&self) -> impl Iterator<Item = &Entry> {
        self.unstored
            .iter()
            .filter_map(|change| if let StateChange::Journal(entry) = change { Some(entry) } else { None })
    }

    /// How many entries the journal of the run has.
    pub(crate) const fn noted(&self) -> u64 {
        self.journal.last()
    }

    /// Stores what is not yet stored.
    pub(crate) async fn store(&mut self) -> Result<(), Stop> {
        let progress = self.progress();
        let mut changes = std::mem::take(&mut self.unstored);
        while !changes.is_empty() {
            let rest = changes.split_off(end_of_commit(&changes));
            self.sync.store.commit(changes, progress).await?;
            changes = rest;
        }
        Ok(())
    }

    /// Something was written.
    pub(crate) fn count(&mut self, side: Side, what: Done) {
        let counts = self.done.on(side);
        match what {
            Done::Created => counts.created += 1,
            Done::Deleted => counts.deleted += 1,
            Done::Updated => counts.updated += 1,
        }
    }

    /// Whether the run has created anything on `side`.
    pub(crate) fn has_created(&self, side: Side) -> bool {
        let mut done = self.done;
        done.on(side).created > 0
    }

    /// A record did not come through on `side`.
    pub(crate) fn leave_open(&mut self, id: RecordId, side: Side, reason: Reason) {
        self.open.insert(id, (side, reason));
    }
}

/// How many of the changes are stored at once: a change and its entries in the journal stay together.
fn end_of_commit(changes: &[StateChange]) -> usize {
    let begins_anew = |end: &usize| !matches!(changes.get(*end), Some(StateChange::Journal(_)));
    let end = COMMIT_MAX.min(changes.len());
    (1..=end).rev().find(begins_anew).unwrap_or(end)
}

/// What was done with a record.
#[derive(Clone, Copy)]
pub(crate) enum Done {
    Created,
    Deleted,
    Updated,
}
