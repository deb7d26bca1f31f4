//! A mailbox: contact folders, contacts, and the memory of what changed.

mod changes;
mod contact;
mod extended;
mod folder;
mod schema;
mod tokens;

pub(super) use changes::{Change, Changes, Since};
pub(super) use contact::{Contact, Edit};
pub(super) use extended::{ExtendedId, read as read_extended, write as write_extended};
pub(super) use folder::Folder;
pub use schema::{CHATS_MAX, EMAILS_MAX, PHONES_MAX};
pub(super) use schema::{
    Kind, address as read_address, email as read_email, expected, moment as read_moment, property_in_query,
    text as read_text, texts as read_texts, unknown_property,
};
pub use tokens::TokenDeath;
pub(super) use tokens::{Asked, Followed, Found, Position, Tokens};

use super::refusal::Refusal;
use crate::{Context, Ids};
use contact::Birth;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};

/// One user's mailbox, as far as contacts go.
#[derive(Clone, Debug)]
pub struct Mailbox {
    folders: BTreeMap<String, Folder>,
    /// The default contact folder.
    default_folder: String,
    /// Where deleted contacts go.
    deleted_items: String,
    /// Where goes what is deleted for good. People see it only when they ask for it, and nothing there can be
    /// changed or deleted.
    ///
    /// See <https://learn.microsoft.com/en-us/exchange/security-and-compliance/recoverable-items-folder/recoverable-items-folder>.
    recoverable_items: String,
    /// By immutable id.
    contacts: HashMap<String, Contact>,
    /// From the default form of an id to the immutable one.
    immutable: HashMap<String, String>,
    /// Counts everything that happens.
    revision: u64,
    folder_changes: Changes,
    pub(super) tokens: Tokens<Asked>,
}

/// A new id in the default form of items.
pub(super) fn default_id(ids: &mut Ids) -> String {
    format!("AAMkA{}=", ids.token(146))
}

/// A new id in the immutable form of items.
pub(super) fn immutable_id(ids: &mut Ids) -> String {
    format!("AAkALg{}=", ids.token(97))
}

/// A new folder's id, which is constant anyway.
pub(super) fn folder_id(ids: &mut Ids) -> String {
    format!("AQMkA{}=", ids.token(114))
}

pub(super) fn change_key(ids: &mut Ids) -> String {
    format!("EQAAABYAAAB{}", ids.token(29))
}

/// Whether text has the form of an id of an item or folder.
pub(super) fn is_id(text: &str) -> bool {
    let known = ["AAMkA", "AAkAL", "AQMkA"].iter().any(|start| text.starts_with(start));
    known && text.len() > 60 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_=".contains(&byte))
}

impl Mailbox {
    pub(super) fn new(ids: &mut Ids) -> Self {
        let root = folder_id(ids);
        let contacts = Folder::new(folder_id(ids), root.clone(), "Contacts");
        let deleted = Folder::new(folder_id(ids), root.clone(), "Deleted Items").out_of_reach();
        let recoverable = Folder::new(folder_id(ids), root, "Deletions").out_of_reach();
        Self {
            default_folder: contacts.id.clone(),
            deleted_items: deleted.id.clone(),
            recoverable_items: recoverable.id.clone(),
            folders: [contacts, deleted, recoverable].map(|folder| (folder.id.clone(), folder)).into(),
            contacts: HashMap::new(),
            immutable: HashMap::new(),
            revision: 0,
            folder_changes: Changes::default(),
            tokens: Tokens::default(),
        }
    }

    /// The id of the default contact folder.
    pub fn default_folder_id(&self) -> &str {
        &self.default_folder
    }

    /// Every contact that isn't deleted, folder by folder in the order of arrival; see
    /// [`Microsoft::contacts`](super::Microsoft::contacts) for the form.
    pub fn contacts(&self) -> Vec<Value> {
        let mut contacts: Vec<&Contact> = self.in_reach().collect();
        contacts.sort_by_key(|contact| (contact.folder != self.default_folder, &contact.folder, contact.position));
        contacts.into_iter().map(Contact::snapshot).collect()
    }

    /// The contacts that aren't deleted, in no order.
    pub(super) fn in_reach(&self) -> impl Iterator<Item = &Contact> {
        self.contacts.values().filter(|contact| self.folder(&contact.folder).is_ok())
    }

    /// Every contact, deleted ones too, in no order.
    pub(super) fn everywhere(&self) -> impl Iterator<Item = &Contact> {
        self.contacts.values()
    }

    /// The id of the folder of its own that stands for a well-known one of the mailbox.
    pub(super) fn keeps(&self, known: &str) -> Option<&str> {
        match known {
            "deleteditems" => Some(&self.deleted_items),
            "recoverableitemsdeletions" => Some(&self.recoverable_items),
            _ => None,
        }
    }

    /// One contact, by either form of its id; also one that was deleted.
    pub fn contact(&self, id: &str) -> Option<Value> {
        self.find(id).ok().map(Contact::snapshot)
    }

    /// The whole mailbox as JSON.
    pub fn snapshot(&self) -> Value {
        let folders: Vec<Value> = self.contact_folders().map(|folder| Value::Object(folder.write())).collect();
        let held_by = |folder: &str| {
            let members = self.folders.get(folder).into_iter().flat_map(|folder| self.members(folder));
            members.map(Contact::snapshot).collect::<Vec<_>>()
        };
        json!({
            "defaultFolderId": self.default_folder,
            "contactFolders": folders,
            "contacts": self.contacts(),
            "deletedItems": held_by(&self.deleted_items),
            "recoverableItems": held_by(&self.recoverable_items),
        })
    }

    // Items

    /// The contact of this id, in either form.
    pub(super) fn find(&self, id: &str) -> Result<&Contact, Refusal> {
        let key = self.immutable.get(id).map_or(id, String::as_str);
        let found = self.contacts.get(key);
        found.ok_or_else(|| if is_id(id) { Refusal::not_found() } else { Refusal::malformed_id() })
    }

    /// Whether a contact can be deleted. One that was deleted for good can't, and it isn't "not found"
    /// (<https://github.com/microsoftgraph/msgraph-sdk-dotnet/issues/3047>).
    pub(super) fn deletable(&self, id: &str) -> Result<(), Refusal> {
        if self.is_recoverable(self.find(id)?) {
            return Err(Refusal::new(403, "ErrorCannotDeleteObject", "Object cannot be deleted."));
        }
        Ok(())
    }

    /// The contact of this immutable id.
    pub(super) fn item(&self, key: &str) -> Option<&Contact> {
        self.contacts.get(key)
    }

    /// The contacts of a folder, in the order of their arrival.
    pub(super) fn members<'a>(&'a self, folder: &'a Folder) -> impl Iterator<Item = &'a Contact> {
        folder.members.values().filter_map(|key| self.contacts.get(key))
    }

    pub(super) fn add(&mut self, folder: &str, edit: Edit, context: &mut Context<'_>) -> Result<String, Refusal> {
        let folder = self.folder(folder)?.id.clone();
        self.revision += 1;
        let birth = Birth {
            immutable_id: immutable_id(context.ids),
            default_id: default_id(context.ids),
            folder,
            position: self.revision,
            change_key: change_key(context.ids),
            now: context.now,
        };
        let contact = Contact::new(birth, edit);
        let key = contact.immutable_id.clone();
        self.immutable.insert(contact.default_id.clone(), key.clone());
        self.enter(contact, Changes::touch);
        Ok(key)
    }

    pub(super) fn edit(&mut self, id: &str, edit: Edit, context: &mut Context<'_>) -> Result<String, Refusal> {
        let contact = self.find(id)?;
        if self.is_recoverable(contact) {
            // What the service says to this isn't known; that it doesn't do it is.
            return Err(Refusal::not_found());
        }
        let key = contact.immutable_id.clone();
        self.revision += 1;
        if let Some(contact) = self.contacts.get_mut(&key) {
            contact.merge(edit);
            contact.modified = context.now;
            contact.change_key = change_key(context.ids);
            if let Some(folder) = self.folders.get_mut(&contact.folder) {
                folder.changes.touch(&key, self.revision);
            }
        }
        Ok(key)
    }

    /// Moves a contact: it gets a new id in the default form and keeps the immutable one.
    pub(super) fn shift(&mut self, id: &str, to: &str, context: &mut Context<'_>) -> Result<String, Refusal> {
        let key = self.find(id)?.immutable_id.clone();
        let to = self.any_folder(to)?;
        let Some(mut contact) = self.leave(&key) else { return Err(Refusal::not_found()) };
        self.revision += 1;
        contact.folder = to;
        contact.position = self.revision;
        contact.default_id = default_id(context.ids);
        contact.change_key = change_key(context.ids);
        contact.modified = context.now;
        self.immutable.insert(contact.default_id.clone(), key.clone());
        self.enter(contact, Changes::arrive);
        Ok(key)
    }

    /// Deletes a contact as Outlook does: it goes to Deleted Items, where its immutable id still finds it.
    /// What is there already, goes for good.
    pub(super) fn delete(&mut self, id: &str, context: &mut Context<'_>) -> Result<(), Refusal> {
        self.deletable(id)?;
        if self.find(id)?.folder == self.deleted_items {
            return self.purge(id, context);
        }
        let deleted = self.deleted_items.clone();
        self.shift(id, &deleted, context).map(|_| ())
    }

    /// Deletes a contact for good: it goes where people don't see it.
    pub(super) fn purge(&mut self, id: &str, context: &mut Context<'_>) -> Result<(), Refusal> {
        self.deletable(id)?;
        let recoverable = self.recoverable_items.clone();
        self.shift(id, &recoverable, context).map(|_| ())
    }

    /// Whether a contact was deleted for good.
    pub(super) fn is_recoverable(&self, contact: &Contact) -> bool {
        contact.folder == self.recoverable_items
    }

    /// Puts a contact into its folder, whose memory of it is written by `tell`.
    fn enter(&mut self, contact: Contact, tell: fn(&mut Changes, &str, u64)) {
        let key = contact.immutable_id.clone();
        if let Some(folder) = self.folders.get_mut(&contact.folder) {
            folder.members.insert(contact.position, key.clone());
            tell(&mut folder.changes, &key, self.revision);
        }
        self.contacts.insert(key, contact);
    }

    fn leave(&mut self, key: &str) -> Option<Contact> {
        let contact = self.contacts.remove(key)?;
        self.immutable.remove(&contact.default_id);
        self.revision += 1;
        if let Some(folder) = self.folders.get_mut(&contact.folder) {
            folder.members.remove(&contact.position);
            folder.changes.remove(key, &contact.default_id, key, self.revision);
        }
        Some(contact)
    }

    /// What happened in a folder of whatever sort.
    pub(super) fn changes_in(&self, folder: &str) -> Option<&Changes> {
        self.folders.get(folder).map(|folder| &folder.changes)
    }

    // Delta

    /// The latest revision.
    pub(super) fn revision(&self) -> u64 {
        self.revision
    }

    /// What changed in a followed collection.
    pub(super) fn changes(&self, followed: &Followed) -> Result<&Changes, Refusal> {
        match followed {
            Followed::Contacts(folder) => self.folder(folder).map(|folder| &folder.changes),
            Followed::Folders => Ok(&self.folder_changes),
        }
    }
}
