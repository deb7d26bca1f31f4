//! Which resource of To Do an address names.

use crate::microsoft::graph::address::{is, unknown};
use crate::microsoft::refusal::Refusal;

/// A collection that hangs on a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::microsoft::graph) enum Part {
    Link,
    Step,
}

/// Something of To Do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::microsoft::graph) enum TodoPlace {
    Lists,
    ListsDelta,
    List(String),
    Tasks(String),
    TasksDelta(String),
    Task { list: String, id: String },
    Parts { list: String, task: String, part: Part },
    OnePart { list: String, task: String, part: Part, id: String },
}

impl TodoPlace {
    /// Reads the segments behind `todo`.
    pub(in crate::microsoft::graph) fn read(parts: &[&str]) -> Result<Self, Refusal> {
        match parts {
            [lists, rest @ ..] if is(lists, "lists") => of_lists(rest),
            [other, ..] => Err(unknown(other)),
            [] => Err(unknown("todo")),
        }
    }

    /// Whether its answers come in pages.
    pub(in crate::microsoft::graph) const fn has_pages(&self) -> bool {
        matches!(self, Self::Lists | Self::ListsDelta | Self::Tasks(_) | Self::TasksDelta(_))
    }
}

fn of_lists(parts: &[&str]) -> Result<TodoPlace, Refusal> {
    let own = |text: &str| text.to_owned();
    match *parts {
        [] => Ok(TodoPlace::Lists),
        [delta] if is(delta, "delta") => Ok(TodoPlace::ListsDelta),
        [list] => Ok(TodoPlace::List(own(list))),
        [list, tasks] if is(tasks, "tasks") => Ok(TodoPlace::Tasks(own(list))),
        [list, tasks, delta] if is(tasks, "tasks") && is(delta, "delta") => Ok(TodoPlace::TasksDelta(own(list))),
        [list, tasks, id] if is(tasks, "tasks") => Ok(TodoPlace::Task { list: own(list), id: own(id) }),
        [list, tasks, task, collection, ref rest @ ..] if is(tasks, "tasks") => {
            let (list, task) = (own(list), own(task));
            let part = match collection {
                _ if is(collection, "linkedResources") => Part::Link,
                _ if is(collection, "checklistItems") => Part::Step,
                _ => return Err(unknown(collection)),
            };
            match rest {
                [] => Ok(TodoPlace::Parts { list, task, part }),
                [id] => Ok(TodoPlace::OnePart { list, task, part, id: own(id) }),
                [_, other, ..] => Err(unknown(other)),
            }
        }
        [_, other, ..] => Err(unknown(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        let (list, task) = (|| "L".to_owned(), || "T".to_owned());
        let cases: [(&[&str], Result<TodoPlace, &str>); 13] = [
            (&["lists"], Ok(TodoPlace::Lists)),
            (&["Lists", "delta"], Ok(TodoPlace::ListsDelta)),
            (&["lists", "L"], Ok(TodoPlace::List(list()))),
            (&["lists", "L", "tasks"], Ok(TodoPlace::Tasks(list()))),
            (&["lists", "L", "tasks", "delta"], Ok(TodoPlace::TasksDelta(list()))),
            (&["lists", "L", "tasks", "T"], Ok(TodoPlace::Task { list: list(), id: task() })),
            (
                &["lists", "L", "tasks", "T", "linkedresources"],
                Ok(TodoPlace::Parts { list: list(), task: task(), part: Part::Link }),
            ),
            (
                &["lists", "L", "tasks", "T", "checklistItems", "S"],
                Ok(TodoPlace::OnePart { list: list(), task: task(), part: Part::Step, id: "S".into() }),
            ),
            (&["lists", "L", "tasks", "T", "attachments"], Err("attachments")),
            (&["lists", "L", "tasks", "T", "checklistItems", "S", "x"], Err("x")),
            (&["lists", "L", "items"], Err("items")),
            (&["tasks"], Err("tasks")),
            (&[], Err("todo")),
        ];
        for (parts, wanted) in cases {
            let wanted = wanted.map_err(|segment| format!("Resource not found for the segment '{segment}'."));
            assert_eq!(TodoPlace::read(parts).map_err(|refusal| refusal.message), wanted, "{parts:?}");
        }
    }
}
