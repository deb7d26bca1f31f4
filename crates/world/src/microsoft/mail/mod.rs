//! Mail: one user's mail folders, the messages in them, and the memory of what changed.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/mail-api-overview>.

mod attachment;
mod edit;
mod folder;
mod folders;
mod message;
mod rules;
mod schema;
mod seed;

pub(super) use attachment::{Attachment, PROPERTIES as ATTACHMENT_PROPERTIES};
pub(super) use edit::{Edit, Person};
pub(super) use folder::{MailFolder, PROPERTIES as FOLDER_PROPERTIES};
pub(super) use message::{Message, View};
pub use rules::MailRules;
pub(super) use schema::property_in_query;

use super::mailbox::{Changes, ExtendedId, Tokens, change_key, default_id, immutable_id, is_id};
use super::refusal::Refusal;
use crate::{Context, Ids, Mail as Posted};
use jiff::Timestamp;
use schema::OF_DRAFTS;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// The MAPI property whose lowest bit says that a message is no draft.
const MESSAGE_FLAGS: &str = "Integer 0x0E07";
/// The MAPI property that holds when a message was sent.
const SUBMITTED: &str = "SystemTime 0x0039";
/// The MAPI property that holds when a message was delivered.
const DELIVERED: &str = "SystemTime 0x0E06";

/// What a delta query follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Followed {
    /// The folders.
    Folders,
    /// The messages of the folder with this id.
    Messages(String),
}

/// Which changes a delta query tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    All,
    Created,
    Updated,
    Deleted,
}

/// What the first request of a delta query asked for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asked {
    /// What it follows.
    pub(super) followed: Followed,
    /// What it selected of folders; `None` where it selected nothing.
    pub(super) select: Option<Vec<&'static str>>,
    /// What it wanted of messages.
    pub(super) view: View,
    /// Messages received before this aren't told, if it said so.
    pub(super) since: Option<Timestamp>,
    /// Which changes are told.
    pub(super) told_changes: Told,
    /// How many messages were told in the first round.
    pub(super) count: usize,
    /// How many items a page holds, if it said so.
    pub(super) top: Option<usize>,
}

/// The mail of one user.
#[derive(Clone, Debug)]
pub(super) struct Mail {
    folders: BTreeMap<String, MailFolder>,
    root: String,
    /// By immutable id.
    messages: HashMap<String, Message>,
    /// From the default form of an id to the immutable one.
    immutable: HashMap<String, String>,
    /// Conversations by subject.
    conversations: HashMap<String, String>,
    /// Counts everything that happens.
    revision: u64,
    folder_changes: Changes,
    pub(super) tokens: Tokens<Asked>,
}

impl Mail {
    // Messages

    /// The message of this id, in either form, in whatever folder.
    pub(super) fn find(&self, id: &str) -> Result<&Message, Refusal> {
        let key = self.immutable.get(id).map_or(id, String::as_str);
        let found = self.messages.get(key);
        found.ok_or_else(|| if is_id(id) { Refusal::not_found() } else { Refusal::malformed_id() })
    }

    /// The message of this id, which has to be in this folder if one is named.
    pub(super) fn find_in(&self, folder: Option<&str>, id: &str) -> Result<&Message, Refusal> {
        let message = self.find(id)?;
        match folder {
            Some(folder) if self.folder(folder)?.id != message.folder => Err(Refusal::not_found()),
            _ => Ok(message),
        }
    }

    /// The message of this immutable id.
    pub(super) fn item(&self, key: &str) -> Option<&Message> {
        self.messages.get(key)
    }

    /// The messages of a folder, or of all that people see, the latest first.
    pub(super) fn members(&self, folder: Option<&MailFolder>) -> Vec<&Message> {
        let seen = |message: &&Message| match folder {
            Some(folder) => message.folder == folder.id,
            None => self.folders.get(&message.folder).is_some_and(|folder| !folder.hidden),
        };
        let mut found: Vec<&Message> = self.messages.values().filter(seen).collect();
        found.sort_by_key(|message| (std::cmp::Reverse(message.received), message.position));
        found
    }

    /// Makes a draft in a folder, or, by report, a message that is none.
    pub(super) fn create(
        &mut self,
        folder: &str,
        edit: Edit,
        rules: &MailRules,
        me: &Person,
        context: &mut Context<'_>,
    ) -> Result<String, Refusal> {
        let folder = self.folder(folder)?.id.clone();
        let set = |id: &str| {
            let id = ExtendedId::parse(id).ok()?;
            edit.extended.iter().find(|(known, _)| *known == id).map(|(_, value)| value.clone())
        };
        let flags = set(MESSAGE_FLAGS).and_then(|flags| flags.parse::<u32>().ok()).unwrap_or_default();
        let moment = |id| set(id).and_then(|text| text.parse().ok()).unwrap_or(context.now);
        let (sent, received) = (moment(SUBMITTED), moment(DELIVERED));
        let draft = !(rules.flags_make_mail && flags & 1 == 1);
        let key = self.insert(folder, edit, me, context);
        if let Some(message) = self.messages.get_mut(&key) {
            message.draft = draft;
            message.sent = sent;
            message.received = received;
        }
        Ok(key)
    }

    /// Puts a new message into a folder, read and finished.
    fn insert(&mut self, folder: String, edit: Edit, from: &Person, context: &mut Context<'_>) -> String {
        self.revision += 1;
        let id = context.ids.guid();
        let domain = from.address.split_once('@').map_or("localhost", |(_, domain)| domain);
        let mut message = Message {
            immutable_id: immutable_id(context.ids),
            default_id: default_id(context.ids),
            folder,
            position: self.revision,
            change_key: change_key(context.ids),
            created: context.now,
            modified: context.now,
            received: context.now,
            sent: context.now,
            draft: false,
            read: true,
            subject: String::new(),
            html: false,
            content: String::new(),
            from: Some(from.clone()),
            to: Vec::new(),
            cc: Vec::new(),
            bcc: Vec::new(),
            reply_to: Vec::new(),
            categories: Vec::new(),
            importance: "normal".into(),
            internet_id: format!("<{id}@{domain}>"),
            conversation: String::new(),
            headers: Vec::new(),
            extended: BTreeMap::new(),
            attachments: Vec::new(),
        };
        message.attachments = edit.attachments.clone();
        for attachment in &mut message.attachments {
            attachment.id = format!("{}{}", message.default_id.trim_end_matches('='), context.ids.token(20));
            attachment.modified = context.now.to_string();
        }
        message.merge(edit);
        message.conversation = self.conversation(&message.subject, context.ids);
        let key = message.immutable_id.clone();
        self.enter(message, Changes::touch);
        key
    }

    /// The conversation of a subject, whatever replies and forwards put before it.
    fn conversation(&mut self, subject: &str, ids: &mut Ids) -> String {
        let mut bare = subject.trim();
        while let Some(rest) =
            ["re:", "fw:", "fwd:", "aw:", "wg:"].iter().find_map(|mark| strip_prefix_ignoring_case(bare, mark))
        {
            bare = rest.trim();
        }
        let made = || format!("AAQkA{}=", ids.token(60));
        self.conversations.entry(bare.to_lowercase()).or_insert_with(made).clone()
    }

    /// Changes a message. One that is no draft keeps what it said
    /// (<https://learn.microsoft.com/en-us/graph/api/message-update>; the code is that of Exchange).
    pub(super) fn edit(&mut self, id: &str, edit: Edit, context: &mut Context<'_>) -> Result<String, Refusal> {
        let message = self.find(id)?;
        if let Some(name) = edit.named.iter().find(|name| !message.draft && OF_DRAFTS.contains(name)) {
            let message = format!("Update operation is invalid for property '{name}' of a sent message.");
            return Err(Refusal::new(400, "ErrorInvalidPropertyUpdateSentMessage", message));
        }
        let key = message.immutable_id.clone();
        let is_flag = edit.is_only_read_flag();
        if let Some(message) = self.messages.get_mut(&key) {
            message.merge(edit);
        }
        self.renew(&key, context, if is_flag { Changes::flag } else { Changes::touch });
        Ok(key)
    }

    /// Attaches a file to a draft; answers with its id.
    pub(super) fn attach(
        &mut self,
        id: &str,
        mut attachment: Attachment,
        context: &mut Context<'_>,
    ) -> Result<String, Refusal> {
        let key = self.find(id)?.immutable_id.clone();
        let message = self.messages.get_mut(&key).ok_or_else(Refusal::not_found)?;
        attachment.id = format!("{}{}", message.default_id.trim_end_matches('='), context.ids.token(20));
        attachment.modified = context.now.to_string();
        let made = attachment.id.clone();
        message.attachments.push(attachment);
        self.touch(&key, context);
        Ok(made)
    }

    /// Sends a draft: it becomes the copy in Sent Items and keeps its immutable id
    /// (<https://learn.microsoft.com/en-us/graph/outlook-immutable-id>).
    pub(super) fn send(&mut self, id: &str, context: &mut Context<'_>) -> Result<String, Refusal> {
        let message = self.find(id)?;
        if !message.draft {
            return Err(Refusal::new(400, "ErrorInvalidOperation", "The message isn't a draft."));
        }
        if message.recipients().next().is_none() {
            return Err(Refusal::new(400, "ErrorInvalidRecipients", "At least one recipient isn't valid."));
        }
        let key = message.immutable_id.clone();
        post(message, context);
        if let Some(message) = self.messages.get_mut(&key) {
            message.draft = false;
            message.sent = context.now;
            message.received = context.now;
        }
        self.shift(&key, "sentitems", context)
    }

    /// Sends without a draft; answers with the copy in Sent Items, if one is wanted.
    pub(super) fn send_new(
        &mut self,
        edit: Edit,
        save: bool,
        me: &Person,
        context: &mut Context<'_>,
    ) -> Result<Option<String>, Refusal> {
        let drafts = self.folder("drafts")?.id.clone();
        let key = self.insert(drafts, edit, me, context);
        if let Some(message) = self.messages.get_mut(&key) {
            message.draft = true;
        }
        match self.send(&key, context) {
            Ok(sent) if save => Ok(Some(sent)),
            other => {
                self.leave(&key);
                other.map(|_| None)
            }
        }
    }

    /// Moves a message: it gets a new id in the default form and keeps the immutable one.
    pub(super) fn shift(&mut self, id: &str, to: &str, context: &mut Context<'_>) -> Result<String, Refusal> {
        let key = self.find(id)?.immutable_id.clone();
        let to = self.any_folder(to)?.id.clone();
        let Some(mut message) = self.leave(&key) else { return Err(Refusal::not_found()) };
        self.revision += 1;
        message.folder = to;
        message.position = self.revision;
        message.default_id = default_id(context.ids);
        message.change_key = change_key(context.ids);
        message.modified = context.now;
        self.enter(message, Changes::arrive);
        Ok(key)
    }

    /// Copies a message: all ids are new but the one that it has on the Internet.
    pub(super) fn copy(&mut self, id: &str, to: &str, context: &mut Context<'_>) -> Result<String, Refusal> {
        let to = self.folder(to)?.id.clone();
        let mut copy = self.find(id)?.clone();
        self.revision += 1;
        copy.immutable_id = immutable_id(context.ids);
        copy.default_id = default_id(context.ids);
        copy.change_key = change_key(context.ids);
        copy.folder = to;
        copy.position = self.revision;
        (copy.created, copy.modified) = (context.now, context.now);
        let key = copy.immutable_id.clone();
        self.enter(copy, Changes::touch);
        Ok(key)
    }

    /// Deletes a message: it goes to Deleted Items, or for good where it was there or the rules say so.
    pub(super) fn delete(&mut self, id: &str, rules: &MailRules, context: &mut Context<'_>) -> Result<(), Refusal> {
        let gone = self.any_folder("recoverableitemsdeletions")?.id.clone();
        let message = self.find(id)?;
        if message.folder == gone {
            return Err(Refusal::new(403, "ErrorCannotDeleteObject", "Object cannot be deleted."));
        }
        let for_good = rules.delete_is_final || message.folder == self.folder("deleteditems")?.id;
        self.shift(id, if for_good { "recoverableitemsdeletions" } else { "deleteditems" }, context).map(|_| ())
    }

    /// An attachment by its id, with the immutable id of the message that carries it.
    pub(super) fn attachment(&self, id: &str) -> Option<(String, &Attachment)> {
        self.messages.values().find_map(|message| {
            let found = message.attachments.iter().find(|attachment| attachment.id == id)?;
            Some((message.immutable_id.clone(), found))
        })
    }

    /// Takes an attachment from a message.
    pub(super) fn detach(&mut self, key: &str, id: &str, context: &mut Context<'_>) -> Result<(), Refusal> {
        let message = self.messages.get_mut(key).ok_or_else(Refusal::not_found)?;
        message.attachments.retain(|attachment| attachment.id != id);
        self.touch(key, context);
        Ok(())
    }

    /// Takes a message away that nobody wants a copy of.
    pub(super) fn remove(&mut self, key: &str) {
        self.leave(key);
    }

    /// Gives a message a new version, which its folder remembers.
    fn touch(&mut self, key: &str, context: &mut Context<'_>) {
        self.renew(key, context, Changes::touch);
    }

    /// Gives a message a new version, of which `tell` writes the folder's memory.
    fn renew(&mut self, key: &str, context: &mut Context<'_>, tell: fn(&mut Changes, &str, u64)) {
        self.revision += 1;
        if let Some(message) = self.messages.get_mut(key) {
            message.modified = context.now;
            message.change_key = change_key(context.ids);
            if let Some(folder) = self.folders.get_mut(&message.folder) {
                tell(&mut folder.changes, key, self.revision);
            }
        }
    }

    fn enter(&mut self, message: Message, tell: fn(&mut Changes, &str, u64)) {
        let key = message.immutable_id.clone();
        if let Some(folder) = self.folders.get_mut(&message.folder) {
            folder.members.insert(message.position, key.clone());
            tell(&mut folder.changes, &key, self.revision);
        }
        self.immutable.insert(message.default_id.clone(), key.clone());
        self.messages.insert(key, message);
    }

    fn leave(&mut self, key: &str) -> Option<Message> {
        let message = self.messages.remove(key)?;
        self.immutable.remove(&message.default_id);
        self.revision += 1;
        if let Some(folder) = self.folders.get_mut(&message.folder) {
            folder.members.remove(&message.position);
            folder.changes.remove(key, &message.default_id, key, self.revision);
        }
        Some(message)
    }

    /// How the messages look to a tester, folder by folder.
    pub(super) fn snapshots(&self) -> Vec<Value> {
        let mut messages: Vec<&Message> = self.messages.values().collect();
        messages.sort_by_key(|message| message.position);
        messages.into_iter().map(Message::snapshot).collect()
    }

    // Delta

    /// The latest revision.
    pub(super) fn revision(&self) -> u64 {
        self.revision
    }

    /// What changed in a followed collection.
    pub(super) fn changes(&self, followed: &Followed) -> Result<&Changes, Refusal> {
        match followed {
            Followed::Folders => Ok(&self.folder_changes),
            Followed::Messages(folder) => self.folder(folder).map(|folder| &folder.changes),
        }
    }
}

/// Sends a message to everybody whom it names.
fn post(message: &Message, context: &mut Context<'_>) {
    for person in message.recipients() {
        context.outbox.send(Posted { to: person.address.clone(), reason: "message", subject: message.subject.clone() });
    }
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let start = text.get(..prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}
