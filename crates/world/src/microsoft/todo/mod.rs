//! Microsoft To Do: one user's lists, the tasks in them, and the memory of what changed.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/todo-overview>.

mod edit;
mod list;
mod parts;
mod recurrence;
mod refusal;
mod rules;
mod schema;
mod seed;
mod task;
mod windows_zones;
mod zone;

pub(super) use edit::Edit;
use list::WellKnown;
pub(super) use list::{PROPERTIES as LIST_PROPERTIES, TaskList, read_name as read_list_name};
pub(super) use parts::{LinkEdit, StepEdit};
pub(super) use refusal::{application as application_denied, elsewhere, foreign as foreign_denied, model};
pub use rules::{CompletedSeries, TodoRules, Word};
pub(super) use schema::property_in_query;
pub(super) use task::{Task, View};
pub(super) use windows_zones::WINDOWS_ZONES;
pub(super) use zone::Zone;

use super::mailbox::{Changes, Tokens, change_key, default_id, immutable_id};
use super::refusal::Refusal;
use crate::{Context, Ids};
use parts::{Link, Step};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use task::Birth;

/// What a delta query follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Followed {
    /// The lists.
    Lists,
    /// The tasks of the list with this id.
    Tasks(String),
}

/// What the first request of a delta query asked for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asked {
    /// What it follows.
    pub(super) followed: Followed,
    /// What it selected of lists; `None` where it selected nothing.
    pub(super) select: Option<Vec<&'static str>>,
    /// What it wanted of tasks.
    pub(super) view: View,
    /// How many items a page holds, if it said so.
    pub(super) top: Option<usize>,
}

/// The lists and tasks of one user.
#[derive(Clone, Debug)]
pub(super) struct Todo {
    lists: BTreeMap<String, TaskList>,
    default_list: String,
    /// By immutable id.
    tasks: HashMap<String, Task>,
    /// From the default form of an id to the immutable one.
    immutable: HashMap<String, String>,
    /// Counts everything that happens.
    revision: u64,
    list_changes: Changes,
    pub(super) tokens: Tokens<Asked>,
}

impl Todo {
    /// To Do as a user finds it who opens it for the first time: with the two built-in lists.
    pub(super) fn new(ids: &mut Ids) -> Self {
        let built_in = [("Tasks", WellKnown::DefaultList), ("Flagged Emails", WellKnown::FlaggedEmails)];
        let mut todo = Self {
            lists: BTreeMap::new(),
            default_list: String::new(),
            tasks: HashMap::new(),
            immutable: HashMap::new(),
            revision: 0,
            list_changes: Changes::default(),
            tokens: Tokens::default(),
        };
        for (name, known) in built_in {
            let id = todo.insert_list(name, known, ids);
            if known == WellKnown::DefaultList {
                todo.default_list = id;
            }
        }
        todo
    }

    // Tasks

    /// The task of this id, in either form, in whatever list.
    pub(super) fn find(&self, id: &str) -> Result<&Task, Refusal> {
        let key = self.immutable.get(id).map_or(id, String::as_str);
        self.tasks.get(key).ok_or_else(|| refusal::no_such(id))
    }

    /// The task of this id, which has to be in this list.
    pub(super) fn find_in(&self, list: &str, id: &str) -> Result<&Task, Refusal> {
        let list = self.list(list)?.id.clone();
        let task = self.find(id)?;
        if task.list == list { Ok(task) } else { Err(refusal::elsewhere()) }
    }

    /// The task of this immutable id.
    pub(super) fn item(&self, key: &str) -> Option<&Task> {
        self.tasks.get(key)
    }

    /// The tasks of a list, in the order of their arrival.
    pub(super) fn members<'a>(&'a self, list: &'a TaskList) -> impl Iterator<Item = &'a Task> {
        list.members.values().filter_map(|key| self.tasks.get(key))
    }

    /// Every task, in no order.
    pub(super) fn everywhere(&self) -> impl Iterator<Item = &Task> {
        self.tasks.values()
    }

    /// How tasks of every list look to a tester, list by list.
    pub(super) fn snapshots(&self) -> Vec<Value> {
        self.lists().flat_map(|list| self.members(list)).map(Task::snapshot).collect()
    }

    pub(super) fn add(
        &mut self,
        list: &str,
        edit: Edit,
        rules: &TodoRules,
        context: &mut Context<'_>,
    ) -> Result<String, Refusal> {
        let birth = self.birth(&self.list(list)?.id.clone(), context);
        let link = edit.link.clone().map(|link| Link::new(context.ids.guid(), link));
        let task = Task::new(birth, edit, link)?;
        let key = task.immutable_id.clone();
        self.enter(task);
        self.after_completion(&key, rules, context);
        Ok(key)
    }

    pub(super) fn edit(
        &mut self,
        id: &str,
        edit: Edit,
        rules: &TodoRules,
        context: &mut Context<'_>,
    ) -> Result<String, Refusal> {
        let mut task = self.find(id)?.clone();
        let was_completed = task.is_completed();
        task.merge(edit, context.now)?;
        let key = task.immutable_id.clone();
        self.tasks.insert(key.clone(), task);
        self.touch(&key, context);
        if !was_completed {
            self.after_completion(&key, rules, context);
        }
        Ok(key)
    }

    /// Deletes a task. The real service keeps it in Deleted Items for a while, out of reach of To Do.
    pub(super) fn delete(&mut self, id: &str) -> Result<(), Refusal> {
        let key = self.find(id)?.immutable_id.clone();
        self.leave(&key);
        Ok(())
    }

    /// Moves a task to another list: it gets a new id in the default form and keeps the immutable one.
    pub(super) fn shift(&mut self, id: &str, to: &str, context: &mut Context<'_>) -> Result<String, Refusal> {
        let key = self.find(id)?.immutable_id.clone();
        let to = self.list(to)?.id.clone();
        let Some(mut task) = self.leave(&key) else { return Err(refusal::no_such(id)) };
        self.revision += 1;
        task.list = to;
        task.position = self.revision;
        task.default_id = default_id(context.ids);
        task.change_key = change_key(context.ids);
        task.modified = context.now;
        self.enter(task);
        Ok(key)
    }

    /// A task that repeats goes on when it is completed.
    fn after_completion(&mut self, key: &str, rules: &TodoRules, context: &mut Context<'_>) {
        let Some(mut done) = self.tasks.get(key).filter(|task| task.is_completed()).cloned() else { return };
        let Some(recurrence) = done.take_recurrence() else { return };
        let mut next = done.clone();
        if !next.advance(&recurrence) {
            self.tasks.insert(key.to_owned(), done);
            return;
        }
        let birth = self.birth(&done.list, context);
        let (stays, mut copied) = match rules.completed_series {
            CompletedSeries::MovesOn => (next, done.copy(birth)),
            CompletedSeries::IsFollowed => (done, next.copy(birth)),
        };
        // A copy has what the task had, its linked resource too. No document says so, and it is the harder case.
        copied.link = copied.link.map(|link| link.copy(context.ids.guid()));
        copied.steps.iter_mut().for_each(|step| step.id = context.ids.guid());
        self.tasks.insert(key.to_owned(), stays);
        self.enter(copied);
    }

    fn birth(&mut self, list: &str, context: &mut Context<'_>) -> Birth {
        self.revision += 1;
        Birth {
            immutable_id: immutable_id(context.ids),
            default_id: default_id(context.ids),
            list: list.to_owned(),
            position: self.revision,
            change_key: change_key(context.ids),
            now: context.now,
        }
    }

    /// Gives a task a new version, which its list remembers.
    fn touch(&mut self, key: &str, context: &mut Context<'_>) {
        self.revision += 1;
        if let Some(task) = self.tasks.get_mut(key) {
            task.modified = context.now;
            task.change_key = change_key(context.ids);
            if let Some(list) = self.lists.get_mut(&task.list) {
                list.changes.touch(key, self.revision);
            }
        }
    }

    fn enter(&mut self, task: Task) {
        let key = task.immutable_id.clone();
        if let Some(list) = self.lists.get_mut(&task.list) {
            list.members.insert(task.position, key.clone());
            list.changes.touch(&key, self.revision);
        }
        self.immutable.insert(task.default_id.clone(), key.clone());
        self.tasks.insert(key, task);
    }

    fn leave(&mut self, key: &str) -> Option<Task> {
        let task = self.tasks.remove(key)?;
        self.immutable.remove(&task.default_id);
        self.revision += 1;
        if let Some(list) = self.lists.get_mut(&task.list) {
            list.members.remove(&task.position);
            list.changes.remove(key, &task.default_id, key, self.revision);
        }
        Some(task)
    }

    // What hangs on a task

    /// Adds the linked resource of a task; answers with it.
    pub(super) fn add_link(
        &mut self,
        id: &str,
        edit: LinkEdit,
        rules: &TodoRules,
        context: &mut Context<'_>,
    ) -> Result<Value, Refusal> {
        let link = Link::new(context.ids.guid(), edit);
        self.change_parts(id, rules, context, |task, _| match &task.link {
            Some(_) => Err(refusal::one_link()),
            None => Ok(task.link.insert(link).write()),
        })
    }

    /// Changes a linked resource; answers with it.
    pub(super) fn edit_link(
        &mut self,
        id: &str,
        link: &str,
        edit: LinkEdit,
        rules: &TodoRules,
        context: &mut Context<'_>,
    ) -> Result<Value, Refusal> {
        self.change_parts(id, rules, context, |task, _| {
            let found = task.link.as_mut().filter(|found| found.id == link).ok_or_else(refusal::no_part)?;
            found.merge(edit);
            Ok(found.write())
        })
    }

    /// Takes a linked resource away.
    pub(super) fn delete_link(
        &mut self,
        id: &str,
        link: &str,
        rules: &TodoRules,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        self.change_parts(id, rules, context, |task, _| {
            task.link.take_if(|found| found.id == link).map(|_| ()).ok_or_else(refusal::no_part)
        })
    }

    /// Adds a step; answers with it.
    pub(super) fn add_step(
        &mut self,
        id: &str,
        edit: StepEdit,
        rules: &TodoRules,
        context: &mut Context<'_>,
    ) -> Result<Value, Refusal> {
        let step = Step::new(context.ids.guid(), edit, context.now);
        self.change_parts(id, rules, context, |task, _| {
            let written = step.write();
            task.steps.push(step);
            Ok(written)
        })
    }

    /// Changes a step; answers with it.
    pub(super) fn edit_step(
        &mut self,
        id: &str,
        step: &str,
        edit: StepEdit,
        rules: &TodoRules,
        context: &mut Context<'_>,
    ) -> Result<Value, Refusal> {
        self.change_parts(id, rules, context, |task, now| {
            let found = task.steps.iter_mut().find(|found| found.id == step).ok_or_else(refusal::no_part)?;
            found.merge(edit, now);
            Ok(found.write())
        })
    }

    /// Takes a step away.
    pub(super) fn delete_step(
        &mut self,
        id: &str,
        step: &str,
        rules: &TodoRules,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        self.change_parts(id, rules, context, |task, _| {
            let before = task.steps.len();
            task.steps.retain(|found| found.id != step);
            if task.steps.len() < before { Ok(()) } else { Err(refusal::no_part()) }
        })
    }

    fn change_parts<T>(
        &mut self,
        id: &str,
        rules: &TodoRules,
        context: &mut Context<'_>,
        change: impl FnOnce(&mut Task, jiff::Timestamp) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let key = self.find(id)?.immutable_id.clone();
        let task = self.tasks.get_mut(&key).ok_or_else(|| refusal::no_such(id))?;
        let done = change(task, context.now)?;
        if rules.parts_touch_tasks {
            self.touch(&key, context);
        }
        Ok(done)
    }

    // Delta

    /// The latest revision.
    pub(super) fn revision(&self) -> u64 {
        self.revision
    }

    /// What changed in a followed collection.
    pub(super) fn changes(&self, followed: &Followed) -> Result<&Changes, Refusal> {
        match followed {
            Followed::Lists => Ok(&self.list_changes),
            Followed::Tasks(list) => self.list(list).map(|list| &list.changes),
        }
    }
}

/// The linked resources of a task, as their own collection shows them.
pub(super) fn links_of(task: &Task) -> Vec<Value> {
    task.link.iter().map(Link::write).collect()
}

/// The steps of a task, as their own collection shows them.
pub(super) fn steps_of(task: &Task) -> Vec<Value> {
    task.steps.iter().map(Step::write).collect()
}

/// The part of this id among those written.
pub(super) fn part_of(parts: Vec<Value>, id: &str) -> Result<Value, Refusal> {
    parts.into_iter().find(|part| part["id"] == id).ok_or_else(refusal::no_part)
}
