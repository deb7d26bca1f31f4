//! The changes that follow from what was written, on their way to the database.

use super::database::Database;
use crate::trouble::Trouble;
use mxs_core::journal::{Deed, Journal};
use mxs_core::{Kind, StateChange, SyncState};

/// How many changes of the state are held before they are written.
const CHANGES_HELD: usize = 1_000;

/// What is remembered, and the changes that are not in the database yet, with their entries in the journal.
pub(super) struct Remembering<'a> {
    database: &'a mut Database,
    state: SyncState,
    journal: Journal,
    held: Vec<StateChange>,
}

impl<'a> Remembering<'a> {
    pub(super) async fn new(database: &'a mut Database, state: SyncState) -> Result<Self, Trouble> {
        let journal = Journal::new(database.next_run().await?, Kind::Contact, 0);
        Ok(Self { database, state, journal, held: Vec::new() })
    }

    /// Begins what is stored as a whole.
    pub(super) async fn begin(&mut self) -> Result<(), Trouble> {
        self.database.begin().await
    }

    /// Takes up a change, as a run does.
    pub(super) async fn hold(&mut self, change: StateChange, deed: Deed<'_>) -> Result<(), Trouble> {
        if !self.state.is_changed_by(&change) {
            return Ok(());
        }
        let links = &self.state.links;
        let (before, after) = match &change {
            StateChange::PutLink(link) => (links.get(&link.exchange), Some(link)),
            StateChange::DropLink(item) => (links.get(item), None),
            _ => (None, None),
        };
        let entries = self.journal.note(before, after, deed);
        self.state.apply(change.clone());
        self.held.push(change);
        self.held.extend(entries.into_iter().map(StateChange::Journal));
        if self.held.len() >= CHANGES_HELD { self.flush().await } else { Ok(()) }
    }

    async fn flush(&mut self) -> Result<(), Trouble> {
        self.database.store(&self.held).await?;
        self.held.clear();
        Ok(())
    }

    /// Ends what was begun.
    pub(super) async fn commit(&mut self) -> Result<(), Trouble> {
        self.flush().await?;
        self.database.commit().await
    }
}
