//! What happened in a folder, in order: the memory behind delta queries.

use std::collections::{BTreeMap, HashMap};

/// One thing that a delta query tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// The item of this key is there; what it looks like is read when it is told.
    Present(String),
    /// An item left the folder, or is gone altogether.
    Removed {
        /// The id it had under the default form.
        default_id: String,
        /// The id under the immutable form.
        immutable_id: String,
    },
}

/// The latest change of every item that is or was in a folder, by revision.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changes {
    by_revision: BTreeMap<u64, Change>,
    present: HashMap<String, u64>,
}

impl Changes {
    /// An item came or changed.
    pub(crate) fn touch(&mut self, key: &str, revision: u64) {
        if let Some(earlier) = self.present.insert(key.to_owned(), revision) {
            self.by_revision.remove(&earlier);
        }
        self.by_revision.insert(revision, Change::Present(key.to_owned()));
    }

    /// An item left.
    pub(crate) fn remove(&mut self, key: &str, default_id: &str, immutable_id: &str, revision: u64) {
        if let Some(earlier) = self.present.remove(key) {
            self.by_revision.remove(&earlier);
        }
        let gone = Change::Removed { default_id: default_id.to_owned(), immutable_id: immutable_id.to_owned() };
        self.by_revision.insert(revision, gone);
    }

    /// What happened after `revision`, oldest first.
    ///
    /// An item that changes while someone pages moves to the end: told before, it is told again; not told
    /// yet, it is told once, later.
    pub(crate) fn after(&self, revision: u64) -> impl Iterator<Item = (u64, &Change)> {
        self.by_revision.range(revision + 1..).map(|(revision, change)| (*revision, change))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_change_of_an_item_counts() {
        let mut changes = Changes::default();
        changes.touch("a", 1);
        changes.touch("b", 2);
        changes.touch("a", 3);
        changes.remove("b", "db", "ib", 4);
        let told: Vec<(u64, Change)> = changes.after(0).map(|(revision, change)| (revision, change.clone())).collect();
        let removed = Change::Removed { default_id: "db".into(), immutable_id: "ib".into() };
        assert_eq!(told, [(3, Change::Present("a".into())), (4, removed)]);
        assert_eq!(changes.after(4).count(), 0);
    }
}
