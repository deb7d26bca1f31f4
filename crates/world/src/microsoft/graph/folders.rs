//! Contact folders: list, get, create, rename, delete.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/contactfolder>.

use super::answer::Answer;
use super::ask::Ask;
use super::page::Part;
use super::prefer::PAGE_MAX;
use super::query::{listed, number, options, unsupported};
use super::{GraphCall, Opened};
use crate::microsoft::mailbox::{Folder, unknown_property};
use crate::microsoft::refusal::Refusal;
use serde_json::{Map, Value};

const PROPERTIES: [&str; 3] = ["id", "parentFolderId", "displayName"];

/// The options that a folder collection takes.
#[derive(Default)]
struct FolderQuery {
    select: Option<Vec<&'static str>>,
    top: Option<usize>,
    skip: usize,
}

impl FolderQuery {
    fn read(ask: &Ask, list: bool) -> Result<Self, Refusal> {
        let mut query = Self::default();
        for (name, value) in options(&ask.target) {
            match name.as_str() {
                "$select" => query.select = Some(select(value)?),
                "$skip" if list => query.skip = number(&name, value, usize::MAX)?,
                "$top" if list => query.top = Some(number(&name, value, PAGE_MAX)?),
                _ => return Err(unsupported(&name)),
            }
        }
        Ok(query)
    }

    fn write(&self, folder: &Folder) -> Map<String, Value> {
        let wanted = |name: &str| name == "id" || self.select.as_ref().is_none_or(|select| select.contains(&name));
        folder.write().into_iter().filter(|(name, _)| wanted(name)).collect()
    }
}

/// Reads `$select` of contact folders.
pub(super) fn select(value: &str) -> Result<Vec<&'static str>, Refusal> {
    let known = |name: &str| PROPERTIES.into_iter().find(|known| known.eq_ignore_ascii_case(name));
    let missing =
        |name: &str| format!("Could not find a property named '{name}' on type 'microsoft.graph.contactFolder'.");
    listed(value).map(|name| known(name).ok_or_else(|| Refusal::query(missing(name)))).collect()
}

impl GraphCall<'_, '_> {
    /// The listing leaves the default folder out, as the service's does.
    pub(super) fn list_folders(&mut self, opened: &Opened, parent: Option<&str>, ask: &Ask) -> Result<Answer, Refusal> {
        let query = FolderQuery::read(ask, true)?;
        let folders = self.mailbox(opened)?.child_folders(parent)?;
        let size = query.top.unwrap_or_else(|| ask.prefer.page());
        let part = Part { size, skip: query.skip, count: false };
        let context = self.odata_context(opened, "contactFolders");
        Ok(self.page(context, ask, part, &folders, |folder| query.write(folder)))
    }

    pub(super) fn get_folder(&mut self, opened: &Opened, id: &str, ask: &Ask) -> Result<Answer, Refusal> {
        let query = FolderQuery::read(ask, false)?;
        let written = query.write(self.mailbox(opened)?.folder(id)?);
        Ok(self.folder(opened, written, 200))
    }

    pub(super) fn create_folder(
        &mut self,
        opened: &Opened,
        parent: Option<&str>,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        let name = folder_name(&ask.json()?)?.unwrap_or_default();
        let (mailbox, context) = self.mailbox_mut(opened)?;
        let id = mailbox.add_folder(parent, &name, context)?;
        context.counters.wrote("graph folders created");
        let written = self.mailbox(opened)?.folder(&id)?.write();
        let location = format!("{}{}/contactFolders/{id}", self.microsoft.base_url, opened.root);
        Ok(self.folder(opened, written, 201).header("Location", location))
    }

    pub(super) fn update_folder(&mut self, opened: &Opened, id: &str, ask: &Ask) -> Result<Answer, Refusal> {
        let name = folder_name(&ask.json()?)?;
        self.mailbox(opened)?.folder(id)?;
        if let Some(name) = name {
            let (mailbox, context) = self.mailbox_mut(opened)?;
            mailbox.rename_folder(id, &name)?;
            context.counters.wrote("graph folders updated");
        }
        let written = self.mailbox(opened)?.folder(id)?.write();
        Ok(self.folder(opened, written, 200))
    }

    pub(super) fn delete_folder(&mut self, opened: &Opened, id: &str) -> Result<Answer, Refusal> {
        let (mailbox, context) = self.mailbox_mut(opened)?;
        mailbox.delete_folder(id)?;
        context.counters.wrote("graph folders deleted");
        Ok(Answer::empty(204))
    }

    fn folder(&self, opened: &Opened, mut written: Map<String, Value>, status: u16) -> Answer {
        written.insert("@odata.context".into(), self.odata_context(opened, "contactFolders/$entity").into());
        Answer::json(status, Value::Object(written))
    }
}

/// The name in a body; ids are the service's own, so they are ignored there.
fn folder_name(body: &Value) -> Result<Option<String>, Refusal> {
    let members = body.as_object().ok_or_else(Refusal::no_json)?;
    if let Some(other) = members.keys().find(|name| !PROPERTIES.contains(&name.as_str()) && !name.contains('@')) {
        return Err(unknown_property(other, "contactFolder"));
    }
    match members.get("displayName") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(name)) => Ok(Some(name.clone())),
        Some(other) => {
            Err(Refusal::unreadable(format!("Cannot convert the literal '{other}' to the expected type 'Edm.String'.")))
        }
    }
}
