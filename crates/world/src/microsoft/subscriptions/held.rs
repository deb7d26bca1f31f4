//! What a mailbox holds, as far as a subscription looks, and what changed since.

use super::Family;
use crate::microsoft::Microsoft;
use std::collections::BTreeMap;

/// One item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::microsoft) struct Held {
    /// The id of its folder, calendar or list.
    pub(in crate::microsoft) folder: String,
    pub(in crate::microsoft) default_id: String,
    pub(in crate::microsoft) change_key: String,
}

/// What became of an item of which a subscriber is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::microsoft) enum Change {
    Created,
    Deleted,
    Updated,
}

impl Change {
    /// All of them.
    pub(in crate::microsoft) const ALL: [Self; 3] = [Self::Created, Self::Deleted, Self::Updated];

    /// Its name.
    pub(in crate::microsoft) const fn name(self) -> &'static str {
        match self {
            Change::Created => "created",
            Change::Deleted => "deleted",
            Change::Updated => "updated",
        }
    }
}

/// An item that changed: its immutable id, and what it was and is, as far as it was and is there.
pub(super) type Changed = (String, Option<Held>, Option<Held>);

/// What differs. What was made and deleted between two looks isn't seen.
pub(super) fn changed(before: &BTreeMap<String, Held>, after: &BTreeMap<String, Held>) -> Vec<Changed> {
    let left = before.keys().filter(|id| !after.contains_key(*id));
    let ids = left.chain(after.keys());
    let both = ids.map(|id| (id.clone(), before.get(id).cloned(), after.get(id).cloned()));
    both.filter(|(_, before, after)| before != after).collect()
}

impl Microsoft {
    /// What people see in a mailbox, by immutable id. What was deleted into Deleted Items is seen there of mail only.
    pub(in crate::microsoft) fn held(&self, user: &str, family: Family) -> BTreeMap<String, Held> {
        let held = |id: &String, folder: &String, default_id: &String, change_key: &String| {
            let held = Held { folder: folder.clone(), default_id: default_id.clone(), change_key: change_key.clone() };
            (id.clone(), held)
        };
        match family {
            Family::Contacts => {
                let contacts = self.mailboxes.get(user).into_iter().flat_map(|mailbox| mailbox.in_reach());
                contacts.map(|one| held(&one.immutable_id, &one.folder, &one.default_id, &one.change_key)).collect()
            }
            Family::Events => {
                let own = self.calendars.get(user).into_iter();
                let events = own.flat_map(|own| own.calendars().into_iter().flat_map(|calendar| own.members(calendar)));
                events.map(|one| held(&one.immutable_id, &one.calendar, &one.default_id, &one.change_key)).collect()
            }
            Family::Messages => {
                let messages = self.mails.get(user).into_iter().flat_map(|mail| mail.members(None));
                messages.map(|one| held(&one.immutable_id, &one.folder, &one.default_id, &one.change_key)).collect()
            }
            Family::Tasks => {
                let own = self.todos.get(user).into_iter();
                let tasks = own.flat_map(|own| own.lists().flat_map(|list| own.members(list)));
                tasks.map(|one| held(&one.immutable_id, &one.list, &one.default_id, &one.change_key)).collect()
            }
        }
    }
}
