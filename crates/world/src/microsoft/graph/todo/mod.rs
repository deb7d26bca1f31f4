//! Microsoft To Do through Graph: lists, tasks, and what hangs on a task.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/todo-overview>. To Do lives in the mailbox: its
//! requests count against the mailbox's limits.

mod address;
mod delta;
mod lists;
mod parts;
mod query;
mod tasks;

pub(super) use address::TodoPlace;

use super::answer::Answer;
use super::ask::Ask;
use super::caller::Right;
use super::page::Part;
use super::{GraphCall, Opened, not_allowed};
use crate::Context;
use crate::microsoft::refusal::Refusal;
use crate::microsoft::todo::{Todo, TodoRules};
use mxs_http::Method;
use serde_json::{Map, Value};

impl TodoPlace {
    /// The right that a request needs. To follow the lists takes the right to write, as documented:
    /// <https://learn.microsoft.com/en-us/graph/api/todotasklist-delta>.
    pub(super) fn right(&self, method: Method) -> Right {
        match (method, self) {
            (Method::Get, Self::ListsDelta) => Right::FollowTaskLists,
            (Method::Get, _) => Right::ReadTasks,
            _ => Right::WriteTasks,
        }
    }

    /// The `Preference-Applied` field, where there is something to say.
    pub(super) fn applied(&self, ask: &Ask, rules: &TodoRules) -> Option<String> {
        let prefer = super::prefer::Prefer { immutable: rules.immutable_ids && ask.prefer.immutable, ..ask.prefer };
        let zone = query::wanted_zone(ask).map(|zone| format!("outlook.timezone=\"{}\"", zone.name));
        let both: Vec<String> =
            zone.into_iter().chain(prefer.applied(self.has_pages() && ask.method == Method::Get)).collect();
        (!both.is_empty()).then(|| both.join(", "))
    }
}

impl<'c> GraphCall<'_, 'c> {
    pub(super) fn in_todo(&mut self, opened: &Opened, place: &TodoPlace, ask: &Ask) -> Result<Answer, Refusal> {
        let context = &mut *self.context;
        self.microsoft.todos.entry(opened.user.clone()).or_insert_with(|| Todo::new(context.ids));
        match (ask.method, place) {
            (Method::Get, TodoPlace::Lists) => self.list_task_lists(opened, ask),
            (Method::Post, TodoPlace::Lists) => self.create_task_list(opened, ask),
            (Method::Get, TodoPlace::ListsDelta) => self.task_lists_delta(opened, ask),
            (Method::Get, TodoPlace::List(list)) => self.get_task_list(opened, list, ask),
            (Method::Patch, TodoPlace::List(list)) => self.update_task_list(opened, list, ask),
            (Method::Delete, TodoPlace::List(list)) => self.delete_task_list(opened, list),
            (Method::Get, TodoPlace::Tasks(list)) => self.list_tasks(opened, list, ask),
            (Method::Post, TodoPlace::Tasks(list)) => self.create_task(opened, list, ask),
            (Method::Get, TodoPlace::TasksDelta(list)) => self.tasks_delta(opened, list, ask),
            (Method::Get, TodoPlace::Task { list, id }) => self.get_task(opened, list, id, ask),
            (Method::Patch, TodoPlace::Task { list, id }) => self.update_task(opened, list, id, ask),
            (Method::Delete, TodoPlace::Task { list, id }) => self.delete_task(opened, list, id, ask),
            (Method::Get, TodoPlace::Parts { list, task, part }) => self.list_parts(opened, (list, task), *part, ask),
            (Method::Post, TodoPlace::Parts { list, task, part }) => self.create_part(opened, (list, task), *part, ask),
            (Method::Get, TodoPlace::OnePart { list, task, part, id }) => {
                self.get_part(opened, (list, task), *part, id, ask)
            }
            (Method::Patch, TodoPlace::OnePart { list, task, part, id }) => {
                self.update_part(opened, (list, task), *part, id, ask)
            }
            (Method::Delete, TodoPlace::OnePart { list, task, part, id }) => {
                self.delete_part(opened, (list, task), *part, id)
            }
            _ => Err(not_allowed()),
        }
    }

    fn todo(&self, opened: &Opened) -> Result<&Todo, Refusal> {
        self.microsoft.todos.get(&opened.user).ok_or_else(Refusal::not_found)
    }

    /// To Do to change, the rules, and the context that every change needs.
    fn todo_mut(&mut self, opened: &Opened) -> Result<(&mut Todo, TodoRules, &mut Context<'c>), Refusal> {
        let rules = self.microsoft.rules.todo;
        let todo = self.microsoft.todos.get_mut(&opened.user).ok_or_else(Refusal::not_found)?;
        Ok((todo, rules, self.context))
    }

    /// One thing as an answer, with its context and its entity tag.
    fn one_of_todo(&self, opened: &Opened, mut written: Value, status: u16, tail: &str) -> Answer {
        let etag = written.get("@odata.etag").and_then(Value::as_str).map(str::to_owned);
        written["@odata.context"] = self.odata_context(opened, &format!("todo/{tail}/$entity")).into();
        let answer = Answer::json(status, written);
        match etag {
            Some(etag) => answer.header("ETag", etag),
            None => answer,
        }
    }

    /// One page of a collection.
    fn page_of_todo<T>(
        &self,
        opened: &Opened,
        ask: &Ask,
        listing: &query::Listing,
        (found, tail): (&[T], &str),
        write: impl Fn(&T) -> Map<String, Value>,
    ) -> Answer {
        let size = listing.top.or(ask.prefer.page_size).unwrap_or(query::PAGE);
        let part = Part { size, skip: listing.skip, count: listing.count };
        self.page(self.odata_context(opened, &format!("todo/{tail}")), ask, part, found, write)
    }
}
