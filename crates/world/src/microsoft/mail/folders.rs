//! The folders of a mailbox's mail.

use super::folder::{BUILT_IN, Counts};
use super::{Mail, MailFolder};
use crate::microsoft::mailbox::{Changes, Tokens, folder_id, is_id};
use crate::microsoft::refusal::Refusal;
use crate::{Context, Ids};
use std::collections::{BTreeMap, HashMap};

impl Mail {
    /// An empty mailbox with the folders that every mailbox has.
    pub(crate) fn new(ids: &mut Ids) -> Self {
        let mut mail = Self {
            folders: BTreeMap::new(),
            root: String::new(),
            messages: HashMap::new(),
            immutable: HashMap::new(),
            conversations: HashMap::new(),
            revision: 0,
            folder_changes: Changes::default(),
            tokens: Tokens::default(),
        };
        for (known, name, hidden) in BUILT_IN {
            let parent = mail.root.clone();
            let id = mail.insert_folder(parent, name, known, hidden, ids);
            if mail.root.is_empty() {
                mail.root = id;
            }
        }
        mail
    }

    fn insert_folder(
        &mut self,
        parent: String,
        name: &str,
        known: &'static str,
        hidden: bool,
        ids: &mut Ids,
    ) -> String {
        self.revision += 1;
        let folder = MailFolder {
            id: folder_id(ids),
            parent,
            name: name.to_owned(),
            known,
            hidden,
            position: self.revision,
            members: BTreeMap::new(),
            changes: Changes::default(),
        };
        let id = folder.id.clone();
        if !hidden {
            self.folder_changes.touch(&id, self.revision);
        }
        self.folders.insert(id.clone(), folder);
        id
    }

    /// A folder, by its id or the name that stands for it.
    pub(crate) fn any_folder(&self, id: &str) -> Result<&MailFolder, Refusal> {
        let known = BUILT_IN.iter().find(|(known, ..)| id.eq_ignore_ascii_case(known));
        if let Some((known, ..)) = known {
            return self.folders.values().find(|folder| folder.known == *known).ok_or_else(Refusal::not_found);
        }
        let missing = || if is_id(id) { Refusal::not_found() } else { Refusal::malformed_id() };
        self.folders.get(id).ok_or_else(missing)
    }

    /// Every folder, in the order in which they were made.
    pub(crate) fn all_folders(&self) -> Vec<&MailFolder> {
        let mut all: Vec<&MailFolder> = self.folders.values().collect();
        all.sort_by_key(|folder| folder.position);
        all
    }

    /// A folder that messages can be put into.
    pub(crate) fn folder(&self, id: &str) -> Result<&MailFolder, Refusal> {
        self.any_folder(id).and_then(|folder| {
            if folder.known == "recoverableitemsdeletions" { Err(Refusal::not_found()) } else { Ok(folder) }
        })
    }

    /// The folders right inside `parent`, or inside the root, in the order in which they were made.
    pub(crate) fn children(&self, parent: Option<&str>, hidden: bool) -> Result<Vec<&MailFolder>, Refusal> {
        let parent = match parent {
            Some(parent) => self.folder(parent)?.id.clone(),
            None => self.root.clone(),
        };
        let inside = |folder: &&MailFolder| folder.parent == parent && (hidden || !folder.hidden);
        let mut found: Vec<&MailFolder> = self.folders.values().filter(inside).collect();
        found.sort_by_key(|folder| folder.position);
        Ok(found)
    }

    /// What is counted of a folder.
    pub(crate) fn counts(&self, folder: &MailFolder) -> Counts {
        let children = self.folders.values().filter(|child| child.parent == folder.id && !child.hidden).count();
        let unread = folder.members.values().filter_map(|key| self.messages.get(key)).filter(|message| !message.read);
        Counts { children, unread: unread.count() }
    }

    /// Makes a folder inside `parent`, or inside the root; answers with its id. Names of siblings differ
    /// (`ErrorFolderExists` is Exchange's).
    pub(crate) fn add_folder(
        &mut self,
        parent: Option<&str>,
        name: &str,
        hidden: bool,
        context: &mut Context<'_>,
    ) -> Result<String, Refusal> {
        let parent = match parent {
            Some(parent) => self.folder(parent)?.id.clone(),
            None => self.root.clone(),
        };
        let taken = |folder: &MailFolder| folder.parent == parent && folder.name.eq_ignore_ascii_case(name);
        if self.folders.values().any(taken) {
            return Err(Refusal::new(409, "ErrorFolderExists", "A folder with the specified name already exists."));
        }
        Ok(self.insert_folder(parent, name, "", hidden, context.ids))
    }

    /// Gives a folder that somebody made another name.
    pub(crate) fn rename_folder(&mut self, id: &str, name: &str) -> Result<(), Refusal> {
        let id = self.folder(id)?.id.clone();
        self.revision += 1;
        self.folder_changes.touch(&id, self.revision);
        if let Some(folder) = self.folders.get_mut(&id) {
            name.clone_into(&mut folder.name);
        }
        Ok(())
    }

    /// Deletes a folder that somebody made, with all that is in it.
    pub(crate) fn delete_folder(&mut self, id: &str) -> Result<(), Refusal> {
        let folder = self.folder(id)?;
        if !folder.known.is_empty() {
            let message = "Distinguished folders cannot be deleted.";
            return Err(Refusal::new(400, "ErrorDeleteDistinguishedFolder", message));
        }
        let id = folder.id.clone();
        let children: Vec<String> =
            self.folders.values().filter(|child| child.parent == id).map(|child| child.id.clone()).collect();
        for child in children {
            self.delete_folder(&child)?;
        }
        let members: Vec<String> = self.folder(&id)?.members.values().cloned().collect();
        for key in members {
            self.leave(&key);
        }
        self.folders.remove(&id);
        self.revision += 1;
        self.folder_changes.remove(&id, &id, &id, self.revision);
        Ok(())
    }
}
