//! What this door remembers beside the stores.

use super::events::Events;
use std::collections::BTreeMap;

/// What this door remembers beside the stores.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    /// The folders that stand elsewhere than their store says, by id: in which one.
    pub(super) placed: BTreeMap<String, String>,
    /// Who wants to be told of what happens.
    pub(super) events: Events,
}
