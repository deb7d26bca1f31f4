//! Tasks: list, get, create, update, delete.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/todotask>.

use super::query::{TaskSubject, of_tasks};
use crate::microsoft::graph::answer::Answer;
use crate::microsoft::graph::ask::Ask;
use crate::microsoft::graph::{GraphCall, Opened};
use crate::microsoft::refusal::Refusal;
use crate::microsoft::todo::{Edit, Task, Todo, View, elsewhere};
use serde_json::Value;

impl GraphCall<'_, '_> {
    pub(super) fn list_tasks(&mut self, opened: &Opened, list: &str, ask: &Ask) -> Result<Answer, Refusal> {
        let (listing, view) = of_tasks(ask, true, &self.microsoft.rules.todo)?;
        let todo = self.todo(opened)?;
        let list = todo.list(list)?;
        let admitted = todo
            .members(list)
            .filter(|task| listing.filter.as_ref().is_none_or(|filter| filter.holds(&TaskSubject(task))));
        let found: Vec<_> = admitted.collect();
        Ok(self.page_of_todo(opened, ask, &listing, (&found, &tail(&list.id)), |task| task.write(&view)))
    }

    /// By report, the name that stands for the default list doesn't do here.
    pub(super) fn get_task(&mut self, opened: &Opened, list: &str, id: &str, ask: &Ask) -> Result<Answer, Refusal> {
        let (_, view) = of_tasks(ask, false, &self.microsoft.rules.todo)?;
        if Todo::is_alias(list) {
            return Err(elsewhere());
        }
        let task = self.todo(opened)?.find_in(list, id)?;
        Ok(self.task(opened, task, &view, 200))
    }

    /// The answer shows the linked resource that came with the body, as the documented example does.
    pub(super) fn create_task(&mut self, opened: &Opened, list: &str, ask: &Ask) -> Result<Answer, Refusal> {
        let (_, mut view) = of_tasks(ask, false, &self.microsoft.rules.todo)?;
        let edit = Edit::of_new(&ask.json()?, &self.microsoft.rules.todo)?;
        view.links |= edit.link.is_some();
        let (todo, rules, context) = self.todo_mut(opened)?;
        let key = todo.add(list, edit, &rules, context)?;
        self.context.counters.add("graph tasks created", 1);
        let task = self.todo(opened)?.find(&key)?;
        let id = if view.immutable { &task.immutable_id } else { &task.default_id };
        let root = format!("{}{}", self.microsoft.base_url, opened.root);
        let location = format!("{root}/todo/lists/{}/tasks/{id}", task.list);
        Ok(self.task(opened, task, &view, 201).header("Location", location))
    }

    /// By report, a change finds its task through whatever list: only reading and deleting look at it.
    pub(super) fn update_task(&mut self, opened: &Opened, list: &str, id: &str, ask: &Ask) -> Result<Answer, Refusal> {
        let (_, view) = of_tasks(ask, false, &self.microsoft.rules.todo)?;
        self.todo(opened)?.list(list)?;
        self.check_task_match(opened, id, ask)?;
        let edit = Edit::of_change(&ask.json()?, &self.microsoft.rules.todo)?;
        let (todo, rules, context) = self.todo_mut(opened)?;
        let key = todo.edit(id, edit, &rules, context)?;
        self.context.counters.add("graph tasks updated", 1);
        let task = self.todo(opened)?.find(&key)?;
        Ok(self.task(opened, task, &view, 200))
    }

    pub(super) fn delete_task(&mut self, opened: &Opened, list: &str, id: &str, ask: &Ask) -> Result<Answer, Refusal> {
        self.todo(opened)?.find_in(list, id)?;
        self.check_task_match(opened, id, ask)?;
        self.todo_mut(opened)?.0.delete(id)?;
        self.context.counters.add("graph tasks deleted", 1);
        Ok(Answer::empty(204))
    }

    fn check_task_match(&self, opened: &Opened, id: &str, ask: &Ask) -> Result<(), Refusal> {
        let task = self.todo(opened)?.find(id)?;
        if self.microsoft.rules.todo.if_match { ask.check_match(&task.change_key) } else { Ok(()) }
    }

    fn task(&self, opened: &Opened, task: &Task, view: &View, status: u16) -> Answer {
        self.one_of_todo(opened, Value::Object(task.write(view)), status, &tail(&task.list))
    }
}

fn tail(list: &str) -> String {
    format!("lists('{}')/tasks", mxs_http::url::encode(list))
}
