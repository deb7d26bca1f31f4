//! The engine alone: two shelves, a plan, and what is remembered in SQLite. No vendor, no HTTP, no waiting.

mod database;
mod measure;
mod remembering;
mod shelf;

pub(crate) use measure::{CASES, measure, memory_kb};

use crate::rules::rules;
use crate::trouble::Trouble;
use database::Database;
use mxs_core::journal::{Cause, Deed};
use mxs_core::{
    Creation, CrmId, Cursors, ExchangeId, Fields, Pair, Plan, RecordId, Side, StateChange, Stored, View, plan,
};
use remembering::Remembering;
use shelf::{Place, Shelf};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// What the cursor of the mailbox's only place is called.
const PLACE: &str = "contacts";

/// How many copies are made before what was planned of them is let go.
const COPIES_AT_ONCE: usize = 5_000;

/// Two sides and what is remembered of them.
struct Sides {
    crm: Shelf,
    mailbox: Shelf,
    database: Database,
}

/// What a sync did.
pub(crate) struct Done {
    /// Records that were seen.
    pub(crate) seen: usize,
    /// Writes on both sides.
    pub(crate) writes: usize,
}

/// What a sync did, and how long it planned.
pub(crate) struct Timed {
    pub(crate) done: Done,
    pub(crate) planning: Duration,
}

impl Sides {
    /// One sync: list or delta, plan, apply, remember.
    async fn sync(&mut self) -> Result<Timed, Trouble> {
        let mut state = self.database.state().await?;
        let exchange: View<ExchangeId> = self.mailbox.view(exchange_cursor(&state.cursors));
        let crm: View<CrmId> = self.crm.view(crm_cursor(&state.cursors));
        let cursors = self.cursors();
        let items: Vec<&ExchangeId> = exchange.records.keys().collect();
        let records: Vec<&CrmId> = crm.records.keys().collect();
        if state.other_links > 0 {
            self.database.take_in(&mut state, (&items, &records)).await?;
        }
        let seen = items.len() + records.len();
        let rules = rules();
        let start = Instant::now();
        let plan = plan(&state, exchange, crm, &rules)?;
        let planning = start.elapsed();
        let done = Timed { done: Done { seen, writes: plan.writes() }, planning };
        let Plan { mut creations, mut pairs, deletions, changes, .. } = plan;
        let ends_elsewhere = done.done.writes > 0 || !pairs.is_empty() || state.cursors != cursors;
        if changes.is_empty() && !ends_elsewhere {
            return Ok(done);
        }
        // Nothing is ever deleted from a shelf, so nothing can follow it.
        if !deletions.is_empty() {
            return Err(Trouble::Unexpected { what: "deletes", found: deletions.len(), expected: 0 });
        }
        let mut remembering = Remembering::new(&mut self.database, state).await?;
        // What is about to be overwritten is stored before the first write, as in a run.
        if !changes.is_empty() {
            remembering.begin().await?;
            for change in changes {
                remembering.hold(change, Deed::none(Cause::Found)).await?;
            }
            remembering.commit().await?;
        }
        if ends_elsewhere {
            remembering.begin().await?;
            while !creations.is_empty() {
                // What was copied gives its memory back.
                let rest = creations.split_off(COPIES_AT_ONCE.min(creations.len()));
                let now = std::mem::replace(&mut creations, rest);
                pairs = create(&mut self.crm, &mut self.mailbox, now, pairs, &mut remembering).await?;
            }
            update(&mut self.crm, &mut self.mailbox, pairs, &mut remembering).await?;
            remembering.hold(StateChange::SetCursors(cursors), Deed::none(Cause::Found)).await?;
            remembering.commit().await?;
        }
        Ok(done)
    }

    fn cursors(&self) -> Cursors {
        let crm = i64::try_from(self.crm.now()).ok().map(mxs_core::Instant::from_seconds);
        let exchange = BTreeMap::from([(PLACE.to_owned(), self.mailbox.now().to_string())]);
        Cursors { exchange, crm, ..Cursors::default() }
    }
}

/// Makes the copies; answers the pairs with those whose item is still to be marked.
async fn create(
    crm: &mut Shelf,
    mailbox: &mut Shelf,
    creations: Vec<Creation>,
    mut pairs: Vec<Pair>,
    remembering: &mut Remembering<'_>,
) -> Result<Vec<Pair>, Trouble> {
    let empty = Fields::default();
    for creation in creations {
        let changes = match creation.source.clone() {
            RecordId::Crm(record) => {
                let (place, version) = mailbox.add(creation.copy.clone(), Some(record.clone()));
                let stored = Stored { version, fields: None, marked: true };
                creation.made_in_exchange(ExchangeId::of(place), record, stored)
            }
            RecordId::Exchange(item) => {
                let (place, _) = crm.add(creation.copy.clone(), None);
                let (pair, changes) = creation.made_in_crm(item, CrmId::of(place));
                pairs.push(pair);
                changes
            }
        };
        let deed = Deed::wrote(creation.source.side().other(), &empty, Cause::OtherSide);
        for change in changes {
            remembering.hold(change, deed).await?;
        }
    }
    Ok(pairs)
}

/// Makes the edits and puts the marks.
async fn update(
    crm: &mut Shelf,
    mailbox: &mut Shelf,
    pairs: Vec<Pair>,
    remembering: &mut Remembering<'_>,
) -> Result<(), Trouble> {
    for mut pair in pairs {
        if !pair.to_crm.is_empty()
            && let Some(place) = pair.crm.place()
        {
            let held = pair.now.crm.clone();
            crm.change(place, &pair.to_crm, None);
            let change = pair.settle_crm(Ok(()));
            remembering.hold(change, Deed::wrote(Side::Crm, &held, Cause::OtherSide)).await?;
        }
        if (!pair.to_exchange.is_empty() || !pair.marked)
            && let Some(place) = pair.exchange.place()
        {
            let held = pair.now.exchange.clone();
            let version = mailbox.change(place, &pair.to_exchange, Some(pair.crm.clone()));
            let change = pair.settle_exchange(Ok(Stored { version, fields: None, marked: true }));
            remembering.hold(change, Deed::wrote(Side::Exchange, &held, Cause::OtherSide)).await?;
        }
    }
    Ok(())
}

fn exchange_cursor(cursors: &Cursors) -> Option<u64> {
    cursors.exchange.get(PLACE)?.parse().ok()
}

fn crm_cursor(cursors: &Cursors) -> Option<u64> {
    u64::try_from(cursors.crm?.seconds()).ok()
}
