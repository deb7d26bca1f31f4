//! What a test, the simulator or the sandbox puts into To Do, looks at and lets happen.
//!
//! `user` is everywhere an object id or a user principal name; a task's id is taken in either form, and `tasks`
//! stands for the default list.

use super::list::read_name;
use super::{Edit, StepEdit, TaskList, Todo};
use crate::Context;
use crate::microsoft::{Microsoft, Refusal};
use jiff::ToSpan;
use serde_json::{Value, json};

impl Microsoft {
    /// A user's To Do, opened if it wasn't yet, for a change.
    fn todo_of(&mut self, user: &str, context: &mut Context<'_>) -> Result<&mut Todo, Refusal> {
        let found = self.directory.user(user).map(|user| user.id.clone());
        let id = found
            .filter(|id| self.mailboxes.contains_key(id))
            .ok_or_else(|| Refusal::new(404, "ErrorInvalidUser", format!("The requested user '{user}' is invalid.")))?;
        Ok(self.todos.entry(id).or_insert_with(|| Todo::new(context.ids)))
    }

    /// Adds a task list; answers with its id.
    pub fn add_task_list(&mut self, user: &str, name: &str, context: &mut Context<'_>) -> Result<String, Refusal> {
        let name = read_name(&json!({ "displayName": name }))?.unwrap_or_default();
        Ok(self.todo_of(user, context)?.add_list(&name, context))
    }

    /// Deletes a task list with all that is in it.
    pub fn delete_task_list(&mut self, user: &str, list: &str, context: &mut Context<'_>) -> Result<(), Refusal> {
        self.todo_of(user, context)?.delete_list(list)
    }

    /// Adds a task to a list; answers with its immutable id.
    pub fn add_task(
        &mut self,
        user: &str,
        list: &str,
        task: &Value,
        context: &mut Context<'_>,
    ) -> Result<String, Refusal> {
        let rules = self.rules.todo;
        let edit = Edit::of_new(task, &rules)?;
        self.todo_of(user, context)?.add(list, edit, &rules, context)
    }

    /// Changes a task as PATCH does; answers with its immutable id.
    pub fn edit_task(
        &mut self,
        user: &str,
        id: &str,
        changes: &Value,
        context: &mut Context<'_>,
    ) -> Result<String, Refusal> {
        let rules = self.rules.todo;
        let edit = Edit::of_change(changes, &rules)?;
        self.todo_of(user, context)?.edit(id, edit, &rules, context)
    }

    /// Adds a step to a task; answers with the step.
    pub fn add_task_step(
        &mut self,
        user: &str,
        id: &str,
        step: &Value,
        context: &mut Context<'_>,
    ) -> Result<Value, Refusal> {
        let rules = self.rules.todo;
        let edit = StepEdit::of_new(step)?;
        self.todo_of(user, context)?.add_step(id, edit, &rules, context)
    }

    /// Deletes a task.
    pub fn delete_task(&mut self, user: &str, id: &str, context: &mut Context<'_>) -> Result<(), Refusal> {
        self.todo_of(user, context)?.delete(id)
    }

    /// Moves a task to another list, as a person does in the app: it gets a new id in the default form and keeps
    /// the immutable one, which is answered.
    pub fn move_task(
        &mut self,
        user: &str,
        id: &str,
        list: &str,
        context: &mut Context<'_>,
    ) -> Result<String, Refusal> {
        self.todo_of(user, context)?.shift(id, list, context)
    }

    /// A user's task lists as To Do writes them, in the order of creation; none before To Do was opened.
    pub fn task_lists(&self, user: &str) -> Vec<Value> {
        let lists = self.todo_read(user).into_iter().flat_map(Todo::lists);
        lists.map(|list: &TaskList| Value::Object(list.write(None))).collect()
    }

    /// A user's tasks, list by list. Each has all properties that it has, its immutable id as `id`, the default
    /// form as `defaultId`, its `listId`, its `linkedResources` and its `checklistItems`.
    pub fn tasks(&self, user: &str) -> Vec<Value> {
        self.todo_read(user).map(Todo::snapshots).unwrap_or_default()
    }

    fn todo_read(&self, user: &str) -> Option<&Todo> {
        self.todos.get(&self.directory.user(user)?.id)
    }

    /// Adds a few tasks as people have them: one with everything, one that repeats, one that is done, and one in
    /// a list of its own.
    pub fn add_everyday_tasks(&mut self, user: &str, context: &mut Context<'_>) -> Result<(), Refusal> {
        let day = |days: i64| {
            let date = context.now.to_zoned(jiff::tz::TimeZone::UTC).date();
            date.saturating_add(days.days()).to_string()
        };
        let at = |days: i64, time: &str| json!({ "dateTime": format!("{}T{time}", day(days)), "timeZone": "UTC" });
        let tasks = [
            json!({
                "title": "Send the offer to Contoso", "importance": "high", "categories": ["Sales"],
                "body": { "content": "Ask about the delivery date first.\r\nThen the price.", "contentType": "text" },
                "startDateTime": at(0, "00:00:00"), "dueDateTime": at(2, "00:00:00"),
                "isReminderOn": true, "reminderDateTime": at(2, "08:30:00"), "status": "inProgress",
            }),
            json!({
                "title": "Weekly report", "dueDateTime": at(4, "00:00:00"),
                "recurrence": {
                    "pattern": { "type": "daily", "interval": 7 },
                    "range": { "type": "noEnd", "startDate": day(4) },
                },
            }),
            json!({ "title": "Book the train", "status": "completed", "importance": "low" }),
        ];
        let errands = self.add_task_list(user, "Errands", context)?;
        for task in tasks {
            self.add_task(user, "tasks", &task, context)?;
        }
        let stamps = self.add_task(user, &errands, &json!({ "title": "Buy stamps" }), context)?;
        self.add_task_step(user, &stamps, &json!({ "displayName": "Find the post office" }), context)?;
        Ok(())
    }
}
