//! What this door remembers beside the stores.

use super::auth::Challenges;
use super::events::Events;
use super::trouble::{EwsTrouble, Ordered};
use std::collections::BTreeMap;

/// What this door remembers beside the stores.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    /// The folders that stand elsewhere than their store says, by id: in which one.
    pub(super) placed: BTreeMap<String, String>,
    /// How often the states of synchronisation that a mailbox gave out became void, by the owner's object id.
    pub(super) epochs: BTreeMap<String, u64>,
    /// The troubles that a tester ordered, by the owner's object id.
    pub(super) troubles: BTreeMap<String, Ordered>,
    /// The challenges of NTLM that wait for their answers.
    pub(super) challenges: Challenges,
    /// Who wants to be told of what happens.
    pub(super) events: Events,
}

impl State {
    /// Lets the next `times` requests about a mailbox fail.
    pub(crate) fn order(&mut self, user: &str, times: u32, trouble: EwsTrouble) {
        self.troubles.entry(user.to_owned()).or_default().order(times, trouble);
    }

    /// Makes the states of synchronisation void that a mailbox gave out so far.
    pub(crate) fn expire_sync_states(&mut self, user: &str) {
        *self.epochs.entry(user.to_owned()).or_default() += 1;
    }
}
