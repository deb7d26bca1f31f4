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
use crate::microsoft::graph::delta::{bad_token, dead};
use crate::microsoft::graph::prefer::PAGE_MAX;
use crate::microsoft::graph::query::{number, options};
use crate::microsoft::graph::{GraphCall, Opened};
use crate::microsoft::mailbox::{Change, Found};
use crate::microsoft::refusal::Refusal;
use crate::microsoft::todo::{Followed, Position, Todo, TodoRules, View};
use serde_json::{Map, Value, json};

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
        let view = View { zone: said.zone, immutable: said.immutable, ..position.view.clone() };
        let todo = self.todo(opened)?;
        let size = position.top.unwrap_or_else(|| ask.prefer.page());
        let mut page = Vec::new();
        for (revision, change) in todo.changes(followed)?.after(position.told) {
            if page.len() == size {
                break;
            }
            position.told = revision;
            let told_before = position.first && revision <= position.began;
            page.extend(entry(todo, change, &position, told_before, &view).map(Value::Object));
        }
        position.done = page.len() < size;
        let (link, token) =
            if position.done { ("@odata.deltaLink", "$deltatoken") } else { ("@odata.nextLink", "$skiptoken") };
        let (todo, _, context) = self.todo_mut(opened)?;
        let opaque = context.ids.token(86);
        todo.tokens.issue(opaque.clone(), position);
        let mut body = json!({
            "@odata.context": format!("{}/v1.0/$metadata#Collection({entity})", self.microsoft.base_url),
            "value": page,
        });
        body[link] = format!("{base}?{token}={opaque}").into();
        Ok(Answer::json(200, body))
    }

    /// Where the query stands: at the beginning, or where its token says.
    fn todo_position(&self, opened: &Opened, followed: &Followed, ask: &Ask, base: &str) -> Result<Position, Refusal> {
        let todo = self.todo(opened)?;
        let token = |name| ask.target.query(name).filter(|token| !token.is_empty());
        let (skip, delta) = (token("$skiptoken"), token("$deltatoken"));
        let Some(opaque) = skip.or(delta) else {
            return first(followed, ask, &self.microsoft.rules.todo, todo.revision());
        };
        match todo.tokens.find(opaque) {
            Found::Alive(position) if position.followed == *followed && position.done == skip.is_none() => {
                let began = if position.done { todo.revision() } else { position.began };
                let first = position.first && !position.done;
                Ok(Position { began, first, done: false, ..position })
            }
            Found::Dead(death) => Err(dead(death, base)),
            Found::Alive(_) | Found::Unknown => Err(bad_token()),
        }
    }
}

/// The beginning, with the options of a first request: `$select` of both, and `$expand` and `$top` of tasks.
///
/// The documents allow conditions on `receivedDateTime` too, which tasks don't have.
fn first(followed: &Followed, ask: &Ask, rules: &TodoRules, began: u64) -> Result<Position, Refusal> {
    let mut position = Position {
        followed: followed.clone(),
        select: None,
        view: View::default(),
        top: None,
        told: 0,
        began,
        first: true,
        done: false,
    };
    for (name, value) in options(&ask.target) {
        let taken = match (name.as_str(), followed) {
            ("$deltatoken" | "$skiptoken", _) => true,
            ("$select", Followed::Lists) => {
                position.select = Some(select_of_lists(value)?);
                true
            }
            ("$top", Followed::Tasks(_)) => {
                position.top = Some(number(&name, value, PAGE_MAX)?);
                true
            }
            (_, Followed::Tasks(_)) => take_view(&mut position.view, &name, value, rules)?,
            (_, Followed::Lists) => false,
        };
        if !taken {
            let message = format!("The parameter '{name}' is not supported with change tracking over this resource.");
            return Err(Refusal::new(400, "ErrorInvalidUrlQuery", message));
        }
    }
    Ok(position)
}

/// What one change looks like; `None` where there is nothing to tell.
fn entry(
    todo: &Todo,
    change: &Change,
    position: &Position,
    told_before: bool,
    view: &View,
) -> Option<Map<String, Value>> {
    match (change, &position.followed) {
        (Change::Present { key, .. }, Followed::Tasks(_)) => todo.item(key).map(|task| task.write(view)),
        (Change::Present { key, .. }, Followed::Lists) => {
            todo.list(key).ok().map(|list| list.write(position.select.as_deref()))
        }
        // A first round has nothing to take back that it never told.
        (Change::Removed { .. }, _) if told_before => None,
        (Change::Removed { default_id, immutable_id }, _) => {
            let id = if view.immutable { immutable_id } else { default_id };
            let removed = [("id", json!(id)), ("@removed", json!({ "reason": "deleted" }))];
            Some(removed.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
        }
    }
}
