//! The engine alone: two shelves, a plan, and what is remembered in SQLite. No vendor, no HTTP, no waiting.

mod database;
mod measure;
mod shelf;

pub(crate) use measure::{CASES, measure};

use crate::rules::rules;
use crate::trouble::Trouble;
use database::Database;
use mxs_core::{
    Creation, CrmId, Cursors, Deletion, ExchangeId, Instant, Pair, RecordId, StateChange, Stored, SyncState, View, plan,
};
use shelf::{Place, Shelf};

/// How many changes of the state are held before they are written.
const CHANGES_HELD: usize = 1_000;

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

/// The changes that follow from what was written, on their way to the database.
struct Remembering<'a> {
    database: &'a mut Database,
    state: &'a SyncState,
    held: Vec<StateChange>,
}

impl Sides {
    /// One sync: list or delta, plan, apply, remember.
    async fn sync(&mut self) -> Result<Done, Trouble> {
        let mut state = self.database.state().await?;
        let exchange: View<ExchangeId> = self.mailbox.view(exchange_cursor(&state.cursors));
        let crm: View<CrmId> = self.crm.view(crm_cursor(&state.cursors));
        let cursors = self.cursors();
        let items: Vec<&ExchangeId> = exchange.records.keys().collect();
        let records: Vec<&CrmId> = crm.records.keys().collect();
        if state.other_links > 0 {
            for link in self.database.links_of(&items, &records).await? {
                state.take_in(link);
            }
        }
        let seen = items.len() + records.len();
        let plan = plan(&state, exchange, crm, rules())?;
        let done = Done { seen, writes: plan.writes() };
        // What is about to be overwritten is stored before the first write, as in a run.
        if !plan.changes.is_empty() {
            self.database.begin().await?;
            self.database.store(&plan.changes).await?;
            self.database.commit().await?;
        }
        if done.writes > 0 || !plan.pairs.is_empty() || state.cursors != cursors {
            self.database.begin().await?;
            self.write(&state, plan.creations, plan.pairs, plan.deletions).await?;
            self.database.store(&[StateChange::SetCursors(cursors)]).await?;
            self.database.commit().await?;
        }
        Ok(done)
    }

    fn cursors(&self) -> Cursors {
        let crm = i64::try_from(self.crm.now()).ok().map(Instant::from_seconds);
        Cursors { exchange: Some(self.mailbox.now().to_string()), crm }
    }

    async fn write(
        &mut self,
        state: &SyncState,
        creations: Vec<Creation>,
        mut pairs: Vec<Pair>,
        deletions: Vec<Deletion>,
    ) -> Result<(), Trouble> {
        let mut remembering = Remembering { database: &mut self.database, state, held: Vec::new() };
        for creation in creations {
            match creation.source.clone() {
                RecordId::Crm(record) => {
                    let (place, version) = self.mailbox.add(creation.fields.shared(), Some(record.clone()));
                    let stored = Stored { version, fields: None };
                    remembering.hold(creation.made_in_exchange(ExchangeId::of(place), record, stored)).await?;
                }
                RecordId::Exchange(item) => {
                    let (place, _) = self.crm.add(creation.fields.shared(), None);
                    let (pair, changes) = creation.made_in_crm(item, CrmId::of(place));
                    pairs.push(pair);
                    remembering.hold(changes).await?;
                }
            }
        }
        for mut pair in pairs {
            if !pair.to_crm.is_empty()
                && let Some(place) = pair.crm.place()
            {
                self.crm.change(place, &pair.to_crm, None);
                remembering.hold(vec![pair.settle_crm(Ok(()))]).await?;
            }
            if (!pair.to_exchange.is_empty() || !pair.marked)
                && let Some(place) = pair.exchange.place()
            {
                let version = self.mailbox.change(place, &pair.to_exchange, Some(pair.crm.clone()));
                remembering.hold(vec![pair.settle_exchange(Ok(Stored { version, fields: None }))]).await?;
            }
        }
        // Nothing is ever deleted from a shelf, so nothing can follow it.
        if !deletions.is_empty() {
            return Err(Trouble::Unexpected { what: "deletes", found: deletions.len(), expected: 0 });
        }
        remembering.flush().await
    }
}

impl Remembering<'_> {
    async fn hold(&mut self, changes: Vec<StateChange>) -> Result<(), Trouble> {
        // To forget what is not remembered changes nothing.
        let is_change = |change: &StateChange| match change {
            StateChange::DropIntent(source) => self.state.intents.contains_key(source),
            StateChange::DropUnlinked(id) => self.state.unlinked.contains_key(id),
            _ => true,
        };
        self.held.extend(changes.into_iter().filter(is_change));
        if self.held.len() >= CHANGES_HELD { self.flush().await } else { Ok(()) }
    }

    async fn flush(&mut self) -> Result<(), Trouble> {
        self.database.store(&self.held).await?;
        self.held.clear();
        Ok(())
    }
}

fn exchange_cursor(cursors: &Cursors) -> Option<u64> {
    cursors.exchange.as_ref()?.parse().ok()
}

fn crm_cursor(cursors: &Cursors) -> Option<u64> {
    u64::try_from(cursors.crm?.seconds()).ok()
}
