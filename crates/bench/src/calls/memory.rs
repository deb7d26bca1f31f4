//! What the function would remember, in memory.

use mxs_core::meeting::{Ask, Holder};
use mxs_core::{CrmId, ExchangeId, Link, RecordId, StateChange, SyncState};
use mxs_sync::{Entries, Progress, Store, StoreError};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// The remembered state, and which record is in which link.
#[derive(Default)]
pub(crate) struct Memory {
    state: SyncState,
    by_record: BTreeMap<CrmId, ExchangeId>,
}

impl Memory {
    /// How many links there are.
    pub(crate) fn links(&self) -> usize {
        self.state.links.len()
    }

    fn link(&self, record: &RecordId) -> Option<&Link> {
        match record {
            RecordId::Crm(record) => self.state.links.get(self.by_record.get(record)?),
            RecordId::Exchange(item) => self.state.links.get(item),
        }
    }

    fn apply(&mut self, change: StateChange) {
        match &change {
            StateChange::PutLink(link) => {
                self.by_record.insert(link.crm.clone(), link.exchange.clone());
            }
            StateChange::DropLink(item) => {
                if let Some(link) = self.state.links.get(item) {
                    self.by_record.remove(&link.crm);
                }
            }
            _ => {}
        }
        self.state.apply(change);
    }
}

/// A store that never fails.
pub(crate) struct MemoryStore<'m>(pub(crate) &'m RefCell<Memory>);

impl Store for MemoryStore<'_> {
    async fn open(&self) -> Result<SyncState, StoreError> {
        let SyncState { links, unlinked, intents, cursors, .. } = &self.0.borrow().state;
        let open: BTreeMap<_, _> = links.iter().filter(|(_, link)| !link.is_settled()).collect();
        Ok(SyncState {
            other_links: links.len() - open.len(),
            links: open.into_iter().map(|(item, link)| (item.clone(), link.clone())).collect(),
            unlinked: unlinked.clone(),
            intents: intents.clone(),
            cursors: cursors.clone(),
            free_meetings: false,
        })
    }

    async fn links_of(&self, records: &[RecordId]) -> Result<Vec<Link>, StoreError> {
        let memory = self.0.borrow();
        Ok(records.iter().filter_map(|record| memory.link(record)).cloned().collect())
    }

    async fn all_links(&self) -> Result<Vec<Link>, StoreError> {
        Ok(self.0.borrow().state.links.values().cloned().collect())
    }

    async fn entries_of(&self, _: u64, _: Option<&str>) -> Result<Entries, StoreError> {
        // Nothing is taken back here, so no journal is kept.
        Ok(Entries::default())
    }

    async fn meetings(&self, _: Ask, uids: &[String]) -> Result<Vec<Holder>, StoreError> {
        Ok(uids.iter().map(|_| Holder::Own { record: None }).collect())
    }

    async fn commit(&self, changes: Vec<StateChange>, _: Progress) -> Result<(), StoreError> {
        let mut memory = self.0.borrow_mut();
        changes.into_iter().for_each(|change| memory.apply(change));
        Ok(())
    }
}
