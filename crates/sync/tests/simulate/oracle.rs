//! Knows what people did, and so what must still be somewhere.

use mxs_core::Side;
use std::collections::BTreeSet;

/// What people did so far.
#[derive(Default)]
pub(crate) struct Oracle {
    pub(crate) writes: Vec<Write>,
    /// How often a person did something to a contact.
    pub(crate) acts: u64,
    /// People whose contact somebody deleted, on either side.
    pub(crate) deleted: BTreeSet<String>,
    /// People whose item somebody moved to another folder.
    pub(crate) away: BTreeSet<String>,
    /// Who was seen on a side.
    pub(crate) seen: BTreeSet<(String, Side)>,
    /// How many contacts there are that the CRM can't take.
    pub(crate) poisoned: usize,
    /// People whose contact was deleted on one side and edited on the other before the next sync.
    pub(crate) edited_since_deleted: BTreeSet<String>,
    /// Whether somebody changed the rules.
    pub(crate) rules_changed: bool,
    /// Values that were written while a sync ran, where no version protects them.
    pub(crate) unprotected: BTreeSet<String>,
    /// Who was edited and who was deleted on a side since a sync came to its end.
    edited: BTreeSet<(String, Side)>,
    unsynced_deletes: BTreeSet<(String, Side)>,
}

/// What a person wrote.
pub(crate) struct Write {
    pub(crate) person: String,
    pub(crate) value: Option<String>,
    /// What the person saw there and wrote over.
    pub(crate) over: Option<String>,
}

impl Oracle {
    pub(crate) fn wrote(&mut self, write: Write, side: Side) {
        // Who empties a field may leave it as it was before an edit: that is none in the end, also where a sync that
        // saw nothing came in between.
        let edited = (write.person.clone(), side);
        if write.value.is_some() {
            self.edited.insert(edited);
        } else {
            self.edited.remove(&edited);
            self.edited_since_deleted.remove(&write.person);
        }
        self.wrote_meanwhile(write);
    }

    /// Somebody wrote while a sync ran, which may have seen it or not.
    pub(crate) fn wrote_meanwhile(&mut self, write: Write) {
        self.acts += 1;
        self.writes.push(write);
    }

    pub(crate) fn saw_deleted(&mut self, person: String, side: Side) {
        self.acts += 1;
        self.unsynced_deletes.insert((person.clone(), side));
        self.edited_since_deleted.remove(&person);
        self.deleted.insert(person);
    }

    pub(crate) fn saw_moved(&mut self, person: String, has_left: bool) {
        self.acts += 1;
        if has_left {
            self.away.insert(person);
        }
    }

    /// A sync begins: how many contacts were deleted on one side and edited on the other since the last one.
    pub(crate) fn deletes_that_meet_an_edit(&mut self) -> u64 {
        let edited = std::mem::take(&mut self.edited);
        let deleted = std::mem::take(&mut self.unsynced_deletes);
        let other = |(person, side): &(String, Side)| (person.clone(), side.other());
        let meet = deleted.iter().filter(|one| edited.contains(&other(one)) && !deleted.contains(&other(one)));
        let people: Vec<String> = meet.map(|(person, _)| person.clone()).collect();
        self.edited_since_deleted.extend(people.iter().cloned());
        people.len() as u64
    }
}
