//! What this door remembers beside the stores.

use super::events::Events;
use std::collections::BTreeMap;

/// What this door remembers beside the stores.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    /// The folders that stand elsewhere than their store says, by id: in which one.
    pub(super) placed: BTreeMap<String, String>,
    /// How often the states of synchronisation that a mailbox gave out became void, by the owner's object id.
    pub(super) epochs: BTreeMap<String, u64>,
    /// Who wants to be told of what happens.
    pub(super) events: Events,
}

impl State {
    /// Makes the states of synchronisation void that a mailbox gave out so far.
    pub(crate) fn expire_sync_states(&mut self, user: &str) {
        *self.epochs.entry(user.to_owned()).or_default() += 1;
    }
}
