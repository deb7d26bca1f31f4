//! Mail folders.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/mailfolder>.

use crate::microsoft::mailbox::Changes;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The properties of a folder.
pub(crate) const PROPERTIES: [&str; 7] =
    ["id", "displayName", "parentFolderId", "childFolderCount", "unreadItemCount", "totalItemCount", "isHidden"];

/// The folders that every mailbox has: the name that stands for the id, the name that people see, and whether it is
/// hidden from them. The first one is the root.
pub(super) const BUILT_IN: [(&str, &str, bool); 9] = [
    ("msgfolderroot", "Top of Information Store", true),
    ("inbox", "Inbox", false),
    ("drafts", "Drafts", false),
    ("sentitems", "Sent Items", false),
    ("deleteditems", "Deleted Items", false),
    ("junkemail", "Junk Email", false),
    ("archive", "Archive", false),
    ("outbox", "Outbox", false),
    ("recoverableitemsdeletions", "Deletions", true),
];

/// One folder.
#[derive(Clone, Debug)]
pub(crate) struct MailFolder {
    pub(crate) id: String,
    pub(crate) parent: String,
    pub(crate) name: String,
    /// The name that stands for its id; empty where somebody made it.
    pub(crate) known: &'static str,
    pub(crate) hidden: bool,
    /// When it was made, among everything that happened.
    pub(crate) position: u64,
    /// Immutable ids of its messages, in the order of their arrival.
    pub(crate) members: BTreeMap<u64, String>,
    pub(crate) changes: Changes,
}

/// What a folder's counts are.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) children: usize,
    pub(crate) unread: usize,
}

impl MailFolder {
    /// The folder as Graph writes it: all properties, or those of `select` and the id.
    pub(crate) fn write(&self, counts: Counts, select: Option<&[&'static str]>) -> Map<String, Value> {
        let wanted = |name: &&str| *name == "id" || select.is_none_or(|select| select.contains(name));
        let value = |name: &str| match name {
            "id" => json!(self.id),
            "displayName" => json!(self.name),
            "parentFolderId" => json!(self.parent),
            "childFolderCount" => json!(counts.children),
            "unreadItemCount" => json!(counts.unread),
            "totalItemCount" => json!(self.members.len()),
            _ => json!(self.hidden),
        };
        PROPERTIES.into_iter().filter(wanted).map(|name| (name.to_owned(), value(name))).collect()
    }
}
