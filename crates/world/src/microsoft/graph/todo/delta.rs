//! Delta queries over lists and tasks.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/todotask-delta>,
//! <https://learn.microsoft.com/en-us/graph/api/todotasklist-delta> and
//! <https://learn.microsoft.com/en-us/graph/delta-query-overview>.
//!
//! As with contacts, a page that is full is never the last one, and a task that left its list, whether deleted or
//! moved, is told as `@removed` with the reason `deleted`.

use super::query::{select_of_lists, take_view, view_of};
use crate::microsoft::graph::answer::Answer;
use crate::microsoft::graph::ask::Ask;
use crate::microsoft::graph::delta::{found, link, removed};
use crate::microsoft::graph::prefer::PAGE_MAX;
use crate::microsoft::graph::query::{number, options};
use crate::microsoft::graph::{GraphCall, Opened};
use crate::microsoft::mailbox::{Change, Position};
use crate::microsoft::refusal::Refusal;
use crate::microsoft::todo::{Asked, Followed, Todo, TodoRules, View};
use serde_json::{Map, Value};

impl GraphCall<'_, '_> {
    pub(super) fn task_lists_delta(&mut self, opened: &Opened, ask: &Ask) -> Result<Answer, Refusal> {
        self.todo_delta(opened, &Followed::Lists, "todoTaskList", ask)
    }

    pub(super) fn tasks_delta(&mut self, opened: &Opened, list: &str, ask: &Ask) -> Result<Answer, Refusal> {
        let followed = Followed::Tasks(self.todo(opened)?.list(list)?.id.clone());
        self.todo_delta(opened, &followed, "todoTask", ask)
    }

    fn todo_delta(&mut self, opened: &Opened, followed: &Followed, entity: &str, ask: &Ask) -> Result<Answer, Refusal> {
        let base = format!("{}{}", self.microsoft.base_url, ask.target.path);
        let rules = self.microsoft.rules.todo;
        let mut position = self.todo_position(opened, followed, ask, &base)?;
        // What a header field says counts for its own request only.
        let said = view_of(ask, &rules);
        let view = View { zone: said.zone, immutable: said.immutable, ..position.asked.view.clone() };
        let todo = self.todo(opened)?;
        let size = position.asked.top.unwrap_or_else(|| ask.prefer.page());
        let mut page = Vec::new();
        for (revision, change) in todo.changes(followed)?.after(position.told) {
            if page.len() == size {
                break;
            }
            position.told = revision;
            page.extend(entry(todo, (change, revision), &position, &view).map(Value::Object));
        }
        position.done = page.len() < size;
        let (todo, _, context) = self.todo_mut(opened)?;
        let link = link(&base, context.ids.token(86), position, &mut todo.tokens);
        Ok(self.told(entity, page, link))
    }

    /// Where the query stands: at the beginning, or where its token says.
    fn todo_position(
        &self,
        opened: &Opened,
        followed: &Followed,
        ask: &Ask,
        base: &str,
    ) -> Result<Position<Asked>, Refusal> {
        let todo = self.todo(opened)?;
        Ok(match found(&todo.tokens, &ask.target, base, |asked| asked.followed == *followed)? {
            Some(position) => position.resumed(todo.revision()),
            None => Position::first(first(followed, ask, &self.microsoft.rules.todo)?, todo.revision()),
        })
    }
}

/// The beginning, with the options of a first request: `$select` of both, and `$expand` and `$top` of tasks.
///
/// The documents allow conditions on `receivedDateTime` too, which tasks don't have.
fn first(followed: &Followed, ask: &Ask, rules: &TodoRules) -> Result<Asked, Refusal> {
    let mut asked = Asked { followed: followed.clone(), select: None, view: View::default(), top: None };
    for (name, value) in options(&ask.target) {
        let taken = match (name.as_str(), followed) {
            ("$deltatoken" | "$skiptoken", _) => true,
            ("$select", Followed::Lists) => {
                asked.select = Some(select_of_lists(value)?);
                true
            }
            ("$top", Followed::Tasks(_)) => {
                asked.top = Some(number(&name, value, PAGE_MAX)?);
                true
            }
            (_, Followed::Tasks(_)) => take_view(&mut asked.view, &name, value, rules)?,
            (_, Followed::Lists) => false,
        };
        if !taken {
            let message = format!("The parameter '{name}' is not supported with change tracking over this resource.");
            return Err(Refusal::new(400, "ErrorInvalidUrlQuery", message));
        }
    }
    Ok(asked)
}

/// What one change looks like; `None` where there is nothing to tell.
fn entry(
    todo: &Todo,
    (change, revision): (&Change, u64),
    position: &Position<Asked>,
    view: &View,
) -> Option<Map<String, Value>> {
    match (change, &position.asked.followed) {
        (Change::Present { key, .. }, Followed::Tasks(_)) => todo.item(key).map(|task| task.write(view)),
        (Change::Present { key, .. }, Followed::Lists) => {
            todo.list(key).ok().map(|list| list.write(position.asked.select.as_deref()))
        }
        (Change::Removed { .. }, _) if position.was_never_told(revision) => None,
        (Change::Removed { default_id, immutable_id, .. }, _) => {
            Some(removed(if view.immutable { immutable_id } else { default_id }))
        }
    }
}
