//! Task lists.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/todotasklist>.

use super::{Todo, refusal};
use crate::microsoft::mailbox::{Changes, change_key, folder_id, unknown_property};
use crate::microsoft::refusal::Refusal;
use crate::{Context, Ids};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The properties of a list.
pub(crate) const PROPERTIES: [&str; 5] = ["displayName", "isOwner", "isShared", "wellknownListName", "id"];

/// The path segment that stands for the default list, by report
/// (<https://github.com/microsoftgraph/microsoft-graph-explorer-v4/issues/2743>).
const DEFAULT_LIST_ALIAS: &str = "tasks";

/// The role of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WellKnown {
    /// Somebody made it.
    None,
    /// The built-in list.
    DefaultList,
    /// The built-in list of mail that is flagged.
    FlaggedEmails,
}

/// One list.
#[derive(Clone, Debug)]
pub(crate) struct TaskList {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) known: WellKnown,
    /// Immutable ids of its tasks, in the order of their arrival.
    pub(crate) members: BTreeMap<u64, String>,
    pub(crate) changes: Changes,
    change_key: String,
    /// When it was created, among everything that happened.
    position: u64,
}

impl TaskList {
    /// Whether what is in it is mail that is flagged: no tasks at all, seen from elsewhere.
    pub(crate) fn is_of_mail(&self) -> bool {
        self.known == WellKnown::FlaggedEmails
    }

    /// The list as To Do writes it: all properties, or those of `select` and the id.
    pub(crate) fn write(&self, select: Option<&[&'static str]>) -> Map<String, Value> {
        let known = match self.known {
            WellKnown::None => "none",
            WellKnown::DefaultList => "defaultList",
            WellKnown::FlaggedEmails => "flaggedEmails",
        };
        let mut written = Map::new();
        written.insert("@odata.etag".into(), json!(format!("W/\"{}\"", self.change_key)));
        for name in
            PROPERTIES.into_iter().filter(|name| *name == "id" || select.is_none_or(|select| select.contains(name)))
        {
            let value = match name {
                "displayName" => json!(self.name),
                // Nobody shares lists here.
                "isOwner" => json!(true),
                "isShared" => json!(false),
                "wellknownListName" => json!(known),
                _ => json!(self.id),
            };
            written.insert(name.to_owned(), value);
        }
        written
    }
}

/// Reads the name in the body of a list; what is the service's own is ignored there.
pub(crate) fn read_name(body: &Value) -> Result<Option<String>, Refusal> {
    let members = body.as_object().ok_or_else(Refusal::no_json)?;
    if let Some(other) = members.keys().find(|name| !PROPERTIES.contains(&name.as_str()) && !name.contains('@')) {
        return Err(unknown_property(other, "todoTaskList"));
    }
    match members.get("displayName") {
        None => Ok(None),
        Some(Value::String(name)) if !name.trim().is_empty() => Ok(Some(name.clone())),
        Some(other) => Err(refusal::misfit(other, "System.String", "displayName")),
    }
}

impl Todo {
    /// A list, by its id or the name that stands for the default one.
    pub(crate) fn list(&self, id: &str) -> Result<&TaskList, Refusal> {
        let id = if id.eq_ignore_ascii_case(DEFAULT_LIST_ALIAS) { self.default_list.as_str() } else { id };
        self.lists.get(id).ok_or_else(|| refusal::no_such(id))
    }

    /// Whether `id` is the name that stands for the default list.
    pub(crate) fn is_alias(id: &str) -> bool {
        id.eq_ignore_ascii_case(DEFAULT_LIST_ALIAS)
    }

    /// Every list, in the order of creation.
    pub(crate) fn lists(&self) -> impl Iterator<Item = &TaskList> {
        let mut lists: Vec<&TaskList> = self.lists.values().collect();
        lists.sort_by_key(|list| list.position);
        lists.into_iter()
    }

    /// Adds a list; answers with its id. Names need not differ.
    pub(crate) fn add_list(&mut self, name: &str, context: &mut Context<'_>) -> String {
        self.insert_list(name, WellKnown::None, context.ids)
    }

    pub(super) fn insert_list(&mut self, name: &str, known: WellKnown, ids: &mut Ids) -> String {
        self.revision += 1;
        let list = TaskList {
            id: folder_id(ids),
            name: name.to_owned(),
            known,
            members: BTreeMap::new(),
            changes: Changes::default(),
            change_key: change_key(ids),
            position: self.revision,
        };
        let id = list.id.clone();
        self.list_changes.touch(&id, self.revision);
        self.lists.insert(id.clone(), list);
        id
    }

    /// Gives a list another name.
    pub(crate) fn rename_list(&mut self, id: &str, name: &str, context: &mut Context<'_>) -> Result<(), Refusal> {
        let id = self.own_list(id)?;
        self.revision += 1;
        self.list_changes.touch(&id, self.revision);
        if let Some(list) = self.lists.get_mut(&id) {
            list.name = name.to_owned();
            list.change_key = change_key(context.ids);
        }
        Ok(())
    }

    /// Deletes a list with all that is in it.
    pub(crate) fn delete_list(&mut self, id: &str) -> Result<(), Refusal> {
        let id = self.own_list(id)?;
        if let Some(list) = self.lists.remove(&id) {
            for key in list.members.values() {
                if let Some(task) = self.tasks.remove(key) {
                    self.immutable.remove(&task.default_id);
                }
            }
        }
        self.revision += 1;
        self.list_changes.remove(&id, &id, &id, self.revision);
        Ok(())
    }

    /// A list that its owner made.
    fn own_list(&self, id: &str) -> Result<String, Refusal> {
        let list = self.list(id)?;
        if list.known == WellKnown::None { Ok(list.id.clone()) } else { Err(refusal::built_in()) }
    }
}
