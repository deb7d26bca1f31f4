//! What happened in a folder, in order: the memory behind delta queries.

use std::collections::{BTreeMap, HashMap, HashSet};

/// One thing that a delta query tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// An item is there; what it looks like is read when it is told.
    Present {
        /// Its key.
        key: String,
        /// Why it is told.
        since: Since,
    },
    /// An item left the folder, or is gone altogether.
    Removed {
        /// The id it had under the default form.
        default_id: String,
        /// The id under the immutable form.
        immutable_id: String,
        /// The revision at which it had come.
        arrived: u64,
    },
}

/// What was the last thing that happened to an item that is in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Since {
    /// It was made or changed there.
    Written,
    /// It was moved there, for the first time.
    Moved,
    /// It was moved there, where it had been before.
    Returned,
}

/// The latest change of every item that is or was in a folder, by revision.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changes {
    by_revision: BTreeMap<u64, Change>,
    present: HashMap<String, u64>,
    /// The revisions at which the items that are there came.
    arrived: HashMap<String, u64>,
    /// The revisions at which more of the items that are there changed than whether they were read.
    written: HashMap<String, u64>,
    /// The keys of items that left, now or once.
    left: HashSet<String>,
}

impl Changes {
    /// An item was made or changed.
    pub(crate) fn touch(&mut self, key: &str, revision: u64) {
        self.tell(key, revision, Since::Written);
    }

    /// Of an item only changed whether it was read.
    pub(crate) fn flag(&mut self, key: &str, revision: u64) {
        let written = self.written(key);
        self.tell(key, revision, Since::Written);
        self.written.insert(key.to_owned(), written);
    }

    /// The revision at which more of an item changed than whether it was read.
    pub(crate) fn written(&self, key: &str) -> u64 {
        self.written.get(key).copied().unwrap_or_default()
    }

    /// An item was moved here.
    pub(crate) fn arrive(&mut self, key: &str, revision: u64) {
        self.tell(key, revision, if self.left.contains(key) { Since::Returned } else { Since::Moved });
    }

    fn tell(&mut self, key: &str, revision: u64, since: Since) {
        self.written.insert(key.to_owned(), revision);
        match self.present.insert(key.to_owned(), revision) {
            Some(earlier) => {
                self.by_revision.remove(&earlier);
            }
            None => {
                self.arrived.insert(key.to_owned(), revision);
            }
        }
        self.by_revision.insert(revision, Change::Present { key: key.to_owned(), since });
    }

    /// An item left.
    pub(crate) fn remove(&mut self, key: &str, default_id: &str, immutable_id: &str, revision: u64) {
        if let Some(earlier) = self.present.remove(key) {
            self.by_revision.remove(&earlier);
        }
        self.left.insert(key.to_owned());
        self.written.remove(key);
        let arrived = self.arrived.remove(key).unwrap_or(revision);
        let (default_id, immutable_id) = (default_id.to_owned(), immutable_id.to_owned());
        let gone = Change::Removed { default_id, immutable_id, arrived };
        self.by_revision.insert(revision, gone);
    }

    /// At which revision the item came that a change is about.
    pub(crate) fn arrived(&self, change: &Change) -> u64 {
        match change {
            Change::Present { key, .. } => self.arrived.get(key).copied().unwrap_or_default(),
            Change::Removed { arrived, .. } => *arrived,
        }
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
        let removed = Change::Removed { default_id: "db".into(), immutable_id: "ib".into(), arrived: 2 };
        assert_eq!(told, [(3, Change::Present { key: "a".into(), since: Since::Written }), (4, removed)]);
        assert_eq!(changes.after(4).count(), 0);
    }

    #[test]
    fn what_was_only_read_is_known_from_what_was_written() {
        let mut changes = Changes::default();
        changes.touch("a", 1);
        changes.flag("a", 2);
        changes.flag("a", 3);
        assert_eq!((changes.written("a"), changes.after(2).count()), (1, 1), "it is told, as every change is");
        changes.touch("a", 4);
        assert_eq!(changes.written("a"), 4);
        changes.remove("a", "d", "a", 5);
        assert_eq!(changes.written("a"), 0);
    }

    #[test]
    fn an_item_that_returns_is_known_from_one_that_comes_and_from_one_that_changes() {
        let mut changes = Changes::default();
        let last = |changes: &Changes| changes.after(0).last().map(|(_, change)| change.clone());
        let present = |since| Some(Change::Present { key: "a".into(), since });
        changes.arrive("a", 1);
        assert_eq!(last(&changes), present(Since::Moved));
        changes.remove("a", "d", "a", 2);
        changes.arrive("a", 3);
        assert_eq!(last(&changes), present(Since::Returned));
        changes.touch("a", 4);
        assert_eq!(last(&changes), present(Since::Written));
    }
}
