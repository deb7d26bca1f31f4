//! What a program was told so far: the state that it gets with each answer and brings along to the next question.
//!
//! The service's own is opaque too, and holds all that it needs: which items were given, and up to which change. So
//! does this one; a sum over it shows what was damaged.

use super::call::EwsCall;
use super::folders::Folder;
use super::ids;
use super::items::Kind;
use super::refusal::Refusal;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// How many bytes of the sum stand before a state.
const SUM: usize = 8;

/// What was told of one kind of items in a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Given {
    /// The last revision that was told.
    pub(super) told: u64,
    /// Items that came up to this revision were given.
    up_to: u64,
    /// Items that came later and were given in the round that isn't over.
    since: BTreeSet<u64>,
}

impl Given {
    /// Whether an item was given that came at a revision.
    pub(super) fn has(&self, arrived: u64) -> bool {
        arrived <= self.up_to || self.since.contains(&arrived)
    }

    /// Whether the round that is over told a change of this revision.
    pub(super) const fn was_told(&self, revision: u64) -> bool {
        revision <= self.up_to
    }

    /// Remembers that it was.
    pub(super) fn give(&mut self, arrived: u64) {
        if !self.has(arrived) {
            self.since.insert(arrived);
        }
    }

    /// All that there was has been told: who came up to now and is there was given.
    pub(super) fn finish(&mut self) {
        self.up_to = self.told;
        self.since.clear();
    }
}

/// What was told of the items of a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ItemsState {
    by_kind: BTreeMap<String, Given>,
}

impl ItemsState {
    /// The state of a request; the beginning of everything where it has none.
    pub(super) fn read(state: &str, call: &EwsCall<'_, '_>, folder: &Folder) -> Result<Self, Refusal> {
        read("items", state, call, folder)
    }

    /// What was told of a kind.
    pub(super) fn of(&mut self, kind: Kind) -> &mut Given {
        self.by_kind.entry(format!("{kind:?}")).or_default()
    }

    /// As it goes into an answer.
    pub(super) fn write(&self, call: &EwsCall<'_, '_>, folder: &Folder) -> String {
        write("items", self, call, folder)
    }
}

/// What was told of the folders inside of one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FoldersState {
    /// The change keys by ids.
    pub(super) keys: BTreeMap<String, String>,
}

impl FoldersState {
    /// The state of a request; the beginning of everything where it has none.
    pub(super) fn read(state: &str, call: &EwsCall<'_, '_>, folder: &Folder) -> Result<Self, Refusal> {
        read("folders", state, call, folder)
    }

    /// As it goes into an answer.
    pub(super) fn write(&self, call: &EwsCall<'_, '_>, folder: &Folder) -> String {
        write("folders", self, call, folder)
    }
}

#[derive(Serialize, Deserialize)]
struct Envelope<T> {
    of: String,
    user: String,
    folder: String,
    epoch: u64,
    state: T,
}

fn epoch(call: &EwsCall<'_, '_>) -> u64 {
    call.microsoft.ews.epochs.get(&call.user).copied().unwrap_or_default()
}

fn read<T: DeserializeOwned + Default>(
    of: &str,
    state: &str,
    call: &EwsCall<'_, '_>,
    folder: &Folder,
) -> Result<T, Refusal> {
    if state.trim().is_empty() {
        return Ok(T::default());
    }
    let invalid =
        || Refusal::new("ErrorInvalidSyncStateData", "Synchronization state data is corrupt or otherwise invalid.");
    let bytes = ids::from_base64(state).filter(|bytes| bytes.len() > SUM).ok_or_else(invalid)?;
    let (sum, content) = bytes.split_at(SUM);
    if Sha256::digest(content)[..SUM] != *sum {
        return Err(invalid());
    }
    let envelope: Envelope<T> = serde_json::from_slice(content).map_err(|_| invalid())?;
    let is_ours = envelope.of == of
        && envelope.user == call.user
        && envelope.folder == folder.id
        && envelope.epoch == epoch(call);
    if is_ours { Ok(envelope.state) } else { Err(invalid()) }
}

fn write<T: Serialize + Clone>(of: &str, state: &T, call: &EwsCall<'_, '_>, folder: &Folder) -> String {
    let envelope = Envelope {
        of: of.to_owned(),
        user: call.user.clone(),
        folder: folder.id.clone(),
        epoch: epoch(call),
        state: state.clone(),
    };
    // Only what isn't a map with names for keys can't be written.
    let content = serde_json::to_vec(&envelope).unwrap_or_default();
    ids::base64(&[&Sha256::digest(&content)[..SUM], &content].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_is_known_in_and_after_a_round() {
        let mut given = Given { told: 4, up_to: 4, since: BTreeSet::new() };
        given.give(7);
        assert!([3, 4, 7].into_iter().all(|arrived| given.has(arrived)) && !given.has(6));
        given.told = 9;
        given.finish();
        assert_eq!(given, Given { told: 9, up_to: 9, since: BTreeSet::new() });
    }
}
