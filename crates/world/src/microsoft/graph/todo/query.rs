//! The query options of lists and tasks.
//!
//! The documents say that "some of the OData query parameters" are supported, and name none. Here are those that
//! clients in the wild use with success: `$filter`, `$top`, `$skip`, `$count`, and `$expand` of tasks.

use crate::microsoft::graph::ask::Ask;
use crate::microsoft::graph::filter::{self, Expression, Literal, Subject};
use crate::microsoft::graph::prefer::PAGE_MAX;
use crate::microsoft::graph::query::{number, options, unsupported};
use crate::microsoft::refusal::Refusal;
use crate::microsoft::todo::{LIST_PROPERTIES, Task, TaskList, TodoRules, View, Word, Zone, property_in_query};
use serde_json::Value;

/// Pages hold so many items unless the client says otherwise, as measured
/// (<https://github.com/jordanburke/microsoft-todo-mcp-server/pull/17>).
pub(super) const PAGE: usize = 50;

/// What a client asks of a collection.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) filter: Option<Expression>,
    pub(super) top: Option<usize>,
    pub(super) skip: usize,
    pub(super) count: bool,
}

impl Listing {
    /// Takes one option; says whether it is one of a listing.
    fn take(&mut self, name: &str, value: &str, paths: fn(&str) -> Result<(), Refusal>) -> Result<bool, Refusal> {
        match name {
            "$count" => self.count = value == "true",
            "$filter" => self.filter = Some(read_filter(value, paths)?),
            "$skip" => self.skip = number(name, value, usize::MAX)?,
            "$top" => self.top = Some(number(name, value, PAGE_MAX)?),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// What is asked of lists: a listing, and the selection.
pub(super) fn of_lists(ask: &Ask, several: bool) -> Result<(Listing, Option<Vec<&'static str>>), Refusal> {
    let (mut listing, mut select) = (Listing::default(), None);
    for (name, value) in options(&ask.target) {
        if name == "$select" {
            select = Some(select_of_lists(value)?);
        } else if !several || !listing.take(&name, value, list_path)? {
            return Err(unsupported(&name));
        }
    }
    Ok((listing, select))
}

/// What is asked of tasks: a listing, and what to show of each.
pub(super) fn of_tasks(ask: &Ask, several: bool, rules: &TodoRules) -> Result<(Listing, View), Refusal> {
    let (mut listing, mut view) = (Listing::default(), view_of(ask, rules));
    for (name, value) in options(&ask.target) {
        let taken = take_view(&mut view, &name, value, rules)? || several && listing.take(&name, value, task_path)?;
        if !taken {
            return Err(unsupported(&name));
        }
    }
    Ok((listing, view))
}

/// What the header fields say of how tasks are shown.
pub(super) fn view_of(ask: &Ask, rules: &TodoRules) -> View {
    let zone = wanted_zone(ask).unwrap_or_default();
    View { zone, immutable: rules.immutable_ids && ask.prefer.immutable, ..View::default() }
}

/// The zone of `Prefer: outlook.timezone`. One that nobody knows is ignored, as preferences are.
pub(super) fn wanted_zone(ask: &Ask) -> Option<Zone> {
    let fields = ask.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("prefer"));
    let mut preferences = fields.flat_map(|(_, value)| value.split([',', ';'])).filter_map(|one| one.split_once('='));
    let (_, zone) = preferences.find(|(name, _)| name.trim().eq_ignore_ascii_case("outlook.timezone"))?;
    Zone::find(zone.trim().trim_matches('"'))
}

/// Takes one option; says whether it is one of how tasks are shown.
pub(super) fn take_view(view: &mut View, name: &str, value: &str, rules: &TodoRules) -> Result<bool, Refusal> {
    match name {
        "$expand" => {
            for name in names(value) {
                match name {
                    _ if name.eq_ignore_ascii_case("linkedResources") => view.links = true,
                    _ if name.eq_ignore_ascii_case("checklistItems") => view.steps = true,
                    _ if ["attachments", "extensions"].iter().any(|known| name.eq_ignore_ascii_case(known)) => {
                        let message = format!("This stand-in doesn't cover '$expand={name}'.");
                        return Err(Refusal::new(501, "NotImplemented", message));
                    }
                    _ => return Err(no_property(name, "todoTask")),
                }
            }
        }
        "$select" => view.select = select_of_tasks(value, rules)?,
        _ => return Ok(false),
    }
    Ok(true)
}

/// Reads `$select` of tasks.
fn select_of_tasks(value: &str, rules: &TodoRules) -> Result<Option<Vec<&'static str>>, Refusal> {
    let mut selected = Vec::new();
    for name in names(value) {
        let known = property_in_query(name).ok_or_else(|| no_property(name, "todoTask"))?;
        if rules.select == Word::Reported && ["title", "recurrence"].contains(&known) {
            return Err(no_property(name, "todoTask"));
        }
        selected.push(known);
    }
    Ok((rules.select == Word::Documented).then_some(selected))
}

/// Reads `$select` of lists.
pub(super) fn select_of_lists(value: &str) -> Result<Vec<&'static str>, Refusal> {
    let known = |name: &str| LIST_PROPERTIES.into_iter().find(|known| known.eq_ignore_ascii_case(name));
    names(value).map(|name| known(name).ok_or_else(|| no_property(name, "todoTaskList"))).collect()
}

fn names(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').map(str::trim).filter(|name| !name.is_empty())
}

fn no_property(name: &str, entity: &str) -> Refusal {
    Refusal::query(format!(
        "Parsing OData Select and Expand failed: Could not find a property named '{name}' on type \
         'microsoft.graph.{entity}'."
    ))
}

fn read_filter(value: &str, path: fn(&str) -> Result<(), Refusal>) -> Result<Expression, Refusal> {
    let expression = filter::parse(value)?;
    for (collection, name) in expression.paths() {
        match collection {
            Some(collection) => return Err(no_property(collection, "todoTask")),
            None => path(name)?,
        }
    }
    Ok(expression)
}

fn list_path(path: &str) -> Result<(), Refusal> {
    if ["displayName", "wellknownListName"].contains(&path) { Ok(()) } else { Err(no_property(path, "todoTaskList")) }
}

/// Conditions on tasks: texts, the moments of the service's own, and dates by way of their `dateTime`.
fn task_path(path: &str) -> Result<(), Refusal> {
    let known = match path.split_once('/') {
        None => {
            ["title", "status", "importance", "isReminderOn", "createdDateTime", "lastModifiedDateTime"].contains(&path)
        }
        Some((name, "dateTime")) => {
            ["startDateTime", "dueDateTime", "reminderDateTime", "completedDateTime"].contains(&name)
        }
        Some(_) => false,
    };
    if known { Ok(()) } else { Err(no_property(path, "todoTask")) }
}

/// A task as conditions read it.
pub(super) struct TaskSubject<'a>(pub(super) &'a Task);

impl Subject for TaskSubject<'_> {
    fn value(&self, path: &str) -> Literal {
        let (name, part) = path.split_once('/').map_or((path, None), |(name, part)| (name, Some(part)));
        let value = self.0.property(name, &View::default()).unwrap_or(Value::Null);
        match part.map_or(Some(&value), |part| value.get(part)) {
            Some(Value::String(text)) if part.is_none() && name.ends_with("DateTime") => Literal::Bare(text.clone()),
            Some(Value::String(text)) => Literal::Text(text.clone()),
            Some(Value::Bool(flag)) => Literal::Bool(*flag),
            _ => Literal::Null,
        }
    }

    fn any(&self, _collection: &str, _condition: &Expression) -> bool {
        false
    }
}

/// A list as conditions read it.
pub(super) struct ListSubject<'a>(pub(super) &'a TaskList);

impl Subject for ListSubject<'_> {
    fn value(&self, path: &str) -> Literal {
        let written = self.0.write(None);
        written.get(path).and_then(Value::as_str).map_or(Literal::Null, |text| Literal::Text(text.to_owned()))
    }

    fn any(&self, _collection: &str, _condition: &Expression) -> bool {
        false
    }
}
