//! Task lists: list, get, create, rename, delete.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/todotasklist>.

use super::query::{ListSubject, of_lists};
use crate::microsoft::graph::answer::Answer;
use crate::microsoft::graph::ask::Ask;
use crate::microsoft::graph::{GraphCall, Opened};
use crate::microsoft::refusal::Refusal;
use crate::microsoft::todo::{model, read_list_name};
use serde_json::Value;

const TAIL: &str = "lists";

impl GraphCall<'_, '_> {
    pub(super) fn list_task_lists(&mut self, opened: &Opened, ask: &Ask) -> Result<Answer, Refusal> {
        let (listing, select) = of_lists(ask, true)?;
        let lists = self.todo(opened)?.lists();
        let admitted =
            lists.filter(|list| listing.filter.as_ref().is_none_or(|filter| filter.holds(&ListSubject(list))));
        let found: Vec<_> = admitted.collect();
        Ok(self.page_of_todo(opened, ask, &listing, (&found, TAIL), |list| list.write(select.as_deref())))
    }

    pub(super) fn get_task_list(&mut self, opened: &Opened, list: &str, ask: &Ask) -> Result<Answer, Refusal> {
        let (_, select) = of_lists(ask, false)?;
        let written = self.todo(opened)?.list(list)?.write(select.as_deref());
        Ok(self.one_of_todo(opened, Value::Object(written), 200, TAIL))
    }

    pub(super) fn create_task_list(&mut self, opened: &Opened, ask: &Ask) -> Result<Answer, Refusal> {
        let name = read_list_name(&ask.json()?)?;
        let name = name.ok_or_else(|| model("The property 'displayName' is required when creating the entity."))?;
        let (todo, _, context) = self.todo_mut(opened)?;
        let id = todo.add_list(&name, context);
        let written = self.todo(opened)?.list(&id)?.write(None);
        let location = format!("{}{}/todo/lists/{id}", self.microsoft.base_url, opened.root);
        Ok(self.one_of_todo(opened, Value::Object(written), 201, TAIL).header("Location", location))
    }

    pub(super) fn update_task_list(&mut self, opened: &Opened, list: &str, ask: &Ask) -> Result<Answer, Refusal> {
        let name = read_list_name(&ask.json()?)?;
        let id = self.todo(opened)?.list(list)?.id.clone();
        if let Some(name) = name {
            let (todo, _, context) = self.todo_mut(opened)?;
            todo.rename_list(&id, &name, context)?;
        }
        let written = self.todo(opened)?.list(&id)?.write(None);
        Ok(self.one_of_todo(opened, Value::Object(written), 200, TAIL))
    }

    pub(super) fn delete_task_list(&mut self, opened: &Opened, list: &str) -> Result<Answer, Refusal> {
        self.todo_mut(opened)?.0.delete_list(list)?;
        Ok(Answer::empty(204))
    }
}
