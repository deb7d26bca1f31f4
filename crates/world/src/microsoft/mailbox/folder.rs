//! Contact folders.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/contactfolder>.

use super::{Changes, Mailbox, folder_id, is_id};
use crate::Context;
use crate::microsoft::refusal::Refusal;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// One folder.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    /// Its id, the same in both forms: containers' ids are constant.
    pub(crate) id: String,
    /// The folder it is in.
    pub(crate) parent: String,
    pub(crate) name: String,
    /// Immutable ids of its contacts, in the order of their arrival.
    pub(crate) members: BTreeMap<u64, String>,
    pub(crate) changes: Changes,
    /// When it was created, among everything that happened.
    pub(crate) position: u64,
    /// Whether it is no contact folder, or none any more: nothing of the contact interface finds it. What is
    /// in it is still found by immutable ids.
    out_of_reach: bool,
}

impl Folder {
    pub(super) fn new(id: String, parent: String, name: &str) -> Self {
        let (members, changes) = (BTreeMap::new(), Changes::default());
        Self { id, parent, name: name.to_owned(), members, changes, position: 0, out_of_reach: false }
    }

    /// The same, hidden from the contact interface.
    pub(super) fn out_of_reach(mut self) -> Self {
        self.out_of_reach = true;
        self
    }

    /// The folder as Graph writes it.
    pub(crate) fn write(&self) -> Map<String, Value> {
        let members = [("id", &self.id), ("parentFolderId", &self.parent), ("displayName", &self.name)];
        members.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect()
    }
}

impl Mailbox {
    /// A contact folder, by its id or the well-known name `contacts`.
    pub(crate) fn folder(&self, id: &str) -> Result<&Folder, Refusal> {
        if id.eq_ignore_ascii_case("contacts") {
            return self.folders.get(&self.default_folder).ok_or_else(Refusal::not_found);
        }
        let found = self.folders.get(id).filter(|folder| !folder.out_of_reach);
        found.ok_or_else(|| if is_id(id) { Refusal::not_found() } else { Refusal::malformed_id() })
    }

    /// A contact folder, Deleted Items or Recoverable Items.
    pub(super) fn any_folder(&self, id: &str) -> Result<String, Refusal> {
        if id.eq_ignore_ascii_case("deleteditems") {
            return Ok(self.deleted_items.clone());
        }
        if [&self.deleted_items, &self.recoverable_items].contains(&&id.to_owned()) {
            return Ok(id.to_owned());
        }
        self.folder(id).map(|folder| folder.id.clone())
    }

    /// Every contact folder but the default one, which the service doesn't list, in the order of creation.
    pub(crate) fn contact_folders(&self) -> impl Iterator<Item = &Folder> {
        let mut folders: Vec<&Folder> =
            self.folders.values().filter(|folder| folder.id != self.default_folder && !folder.out_of_reach).collect();
        folders.sort_by_key(|folder| folder.position);
        folders.into_iter()
    }

    /// The folders directly inside `parent`; `None` stands for the children of the default folder and its
    /// siblings.
    pub(crate) fn child_folders(&self, parent: Option<&str>) -> Result<Vec<&Folder>, Refusal> {
        let default = self.folder("contacts")?;
        let parents = match parent {
            Some(parent) => vec![self.folder(parent)?.id.as_str()],
            // A folder that Graph creates at the top is a child of the default one, as its docs' example shows;
            // one that a person makes in Outlook may stand beside it.
            None => vec![default.id.as_str(), default.parent.as_str()],
        };
        Ok(self.contact_folders().filter(|folder| parents.contains(&folder.parent.as_str())).collect())
    }

    /// Creates a folder inside `parent`, or inside the default folder.
    pub(crate) fn add_folder(
        &mut self,
        parent: Option<&str>,
        name: &str,
        context: &mut Context<'_>,
    ) -> Result<String, Refusal> {
        let parent = self.folder(parent.unwrap_or("contacts"))?.id.clone();
        self.check_name(&parent, name, None)?;
        let mut folder = Folder::new(folder_id(context.ids), parent, name);
        self.revision += 1;
        folder.position = self.revision;
        let id = folder.id.clone();
        self.folder_changes.touch(&id, self.revision);
        self.folders.insert(id.clone(), folder);
        Ok(id)
    }

    /// Gives a folder another name.
    pub(crate) fn rename_folder(&mut self, id: &str, name: &str) -> Result<(), Refusal> {
        let (id, parent) = self.folder(id).map(|folder| (folder.id.clone(), folder.parent.clone()))?;
        self.check_name(&parent, name, Some(&id))?;
        self.revision += 1;
        if id != self.default_folder {
            self.folder_changes.touch(&id, self.revision);
        }
        if let Some(folder) = self.folders.get_mut(&id) {
            folder.name = name.to_owned();
        }
        Ok(())
    }

    /// Deletes a folder with all that is in it: it goes to Deleted Items as a whole, as Outlook does it. That
    /// its contacts are then found by immutable ids as any in Deleted Items are is assumed, not documented.
    pub(crate) fn delete_folder(&mut self, id: &str) -> Result<(), Refusal> {
        let id = self.folder(id)?.id.clone();
        if id == self.default_folder {
            return Err(Refusal::new(
                400,
                "ErrorDeleteDistinguishedFolder",
                "Distinguished folders cannot be deleted.",
            ));
        }
        let mut doomed = vec![id];
        while let Some(id) = doomed.pop() {
            doomed.extend(self.folders.values().filter(|folder| folder.parent == id).map(|folder| folder.id.clone()));
            if let Some(folder) = self.folders.get_mut(&id) {
                folder.out_of_reach = true;
            }
            self.revision += 1;
            self.folder_changes.remove(&id, &id, &id, self.revision);
        }
        Ok(())
    }

    fn check_name(&self, parent: &str, name: &str, but: Option<&str>) -> Result<(), Refusal> {
        if name.trim().is_empty() {
            return Err(Refusal::property("The property 'DisplayName' is required when creating the entity."));
        }
        let taken = |folder: &Folder| {
            let other = but != Some(folder.id.as_str()) && !folder.out_of_reach;
            folder.parent == parent && folder.name.eq_ignore_ascii_case(name) && other
        };
        if self.folders.values().any(taken) {
            return Err(Refusal::new(409, "ErrorFolderExists", "A folder with the specified name already exists."));
        }
        Ok(())
    }
}
