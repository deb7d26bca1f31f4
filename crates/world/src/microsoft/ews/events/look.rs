//! What a mailbox holds, as far as subscriptions look, and what happened between two looks.

use super::Happened;
use crate::microsoft::Microsoft;
use std::collections::BTreeMap;

/// One item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::microsoft::ews) struct Seen {
    /// The id of its folder.
    pub(in crate::microsoft::ews) folder: String,
    pub(in crate::microsoft::ews) id: String,
    pub(in crate::microsoft::ews) change_key: String,
    pub(in crate::microsoft::ews) kind: Kind,
}

/// What an item is, as far as that changes what is told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::microsoft::ews) enum Kind {
    Event,
    /// A mail in the inbox that somebody sent.
    Arrived,
    Other,
}

/// Something that happened between two looks.
pub(super) struct Noted {
    pub(super) happened: Happened,
    pub(super) item: Seen,
    pub(super) before: Option<Seen>,
}

/// What happened, by immutable ids. What was made and deleted between two looks isn't seen.
pub(super) fn compare(before: &BTreeMap<String, Seen>, after: &BTreeMap<String, Seen>) -> Vec<Noted> {
    let mut noted = Vec::new();
    let mut note = |happened, item: &Seen, before: Option<&Seen>| {
        noted.push(Noted { happened, item: item.clone(), before: before.cloned() });
        if item.kind == Kind::Event {
            noted.push(Noted { happened: Happened::FreeBusyChanged, item: item.clone(), before: None });
        }
    };
    for (key, old) in before {
        match after.get(key) {
            None => note(Happened::Deleted, old, None),
            Some(new) if new.folder != old.folder => note(Happened::Moved, new, Some(old)),
            Some(new) if new != old => note(Happened::Modified, new, None),
            Some(_) => {}
        }
    }
    for (_, new) in after.iter().filter(|(key, _)| !before.contains_key(*key)) {
        note(Happened::Created, new, None);
        if new.kind == Kind::Arrived {
            note(Happened::NewMail, new, None);
        }
    }
    noted
}

impl Microsoft {
    /// What a mailbox holds, by immutable id; what was deleted for good is not in it any more.
    pub(in crate::microsoft::ews) fn everything(&self, user: &str) -> BTreeMap<String, Seen> {
        let mut all = BTreeMap::new();
        let mails = self.mails.get(user);
        let known = |name: &str| mails.and_then(|mail| mail.any_folder(name).ok()).map(|folder| folder.id.clone());
        // The stores of contacts and events keep what was deleted in folders of their own; people see one.
        let deleted = known("deleteditems").unwrap_or_default();
        let shown = |folder: &String, own: Option<&str>| {
            if own == Some(folder.as_str()) { deleted.clone() } else { folder.clone() }
        };
        let mut put = |key: &str, folder: String, id: &str, change_key: &str, kind| {
            let seen = Seen { folder, id: id.to_owned(), change_key: change_key.to_owned(), kind };
            all.insert(key.to_owned(), seen);
        };
        if let Some(mailbox) = self.mailboxes.get(user) {
            let own = mailbox.keeps("deleteditems");
            for one in mailbox.everywhere().filter(|one| !mailbox.is_recoverable(one)) {
                let folder = shown(&one.folder, own);
                put(&one.immutable_id, folder, &one.default_id, &one.change_key, Kind::Other);
            }
        }
        if let Some(calendars) = self.calendars.get(user) {
            let own = calendars.keeps("deleteditems");
            for one in calendars.everywhere().filter(|one| !calendars.is_recoverable(one)) {
                let folder = shown(&one.calendar, own);
                put(&one.immutable_id, folder, &one.default_id, &one.change_key, Kind::Event);
            }
        }
        if let Some(todo) = self.todos.get(user) {
            for one in todo.lists().flat_map(|list| todo.members(list)) {
                put(&one.immutable_id, one.list.clone(), &one.default_id, &one.change_key, Kind::Other);
            }
        }
        let inbox = known("inbox");
        for one in mails.into_iter().flat_map(|mail| mail.members(None)) {
            let is_arrived = inbox.as_ref() == Some(&one.folder) && !one.draft;
            let kind = if is_arrived { Kind::Arrived } else { Kind::Other };
            put(&one.immutable_id, one.folder.clone(), &one.default_id, &one.change_key, kind);
        }
        all
    }
}
