//! Tasks: the store of To Do, which shows less of them.
//!
//! What To Do has no property for is a MAPI property of the task, as it is in a real mailbox.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/task>.

mod mapi;
mod read;
mod recurrence;
mod write;

pub(super) use read::looks;
pub(super) use write::{change, create};

use super::change::Properties;
use super::schema::TASK;
use super::{Found, Kind, Manner};
use crate::microsoft::ews::call::EwsCall;
use crate::microsoft::ews::folders::{Folder, Home};
use crate::microsoft::ews::refusal::Refusal;
use crate::microsoft::todo::Task;

/// What tasks have.
pub(super) const PROPERTIES: Properties = Properties { element: "Task", prefix: "task", own: TASK };

/// The states of a task: the words here and in the store, and what people read.
const STATUSES: [(&str, &str, &str); 5] = [
    ("NotStarted", "notStarted", "Not Started"),
    ("InProgress", "inProgress", "In Progress"),
    ("Completed", "completed", "Completed"),
    ("WaitingOnOthers", "waitingOnOthers", "Waiting on someone else"),
    ("Deferred", "deferred", "Deferred"),
];

/// The task of this id, if it has one of that id's form that changes with the folder.
pub(super) fn find(call: &EwsCall<'_, '_>, id: &str) -> Result<Option<Found>, Refusal> {
    let found = call.todo()?.find(id).ok().filter(|task| task.default_id == id);
    Ok(found.map(|task| Found { kind: Kind::Task, key: task.immutable_id.clone(), day: None }))
}

fn task<'a>(call: &'a EwsCall<'_, '_>, found: &Found) -> Result<&'a Task, Refusal> {
    call.todo()?.item(&found.key).ok_or_else(Refusal::not_found)
}

/// The tasks in a folder, in the order of their arrival.
pub(super) fn members(call: &EwsCall<'_, '_>, folder: &Folder) -> Result<Vec<Found>, Refusal> {
    let todo = call.todo()?;
    let Ok(list) = todo.list(&folder.id) else { return Ok(Vec::new()) };
    let found = |task: &Task| Found { kind: Kind::Task, key: task.immutable_id.clone(), day: None };
    Ok(todo.members(list).map(found).collect())
}

/// Deletes a task. The store keeps none that were deleted: however it is done, it is for good.
pub(super) fn delete(call: &mut EwsCall<'_, '_>, found: &Found, manner: &Manner) -> Result<(), Refusal> {
    if manner.tasks.is_none() {
        let text = "AffectedTaskOccurrences attribute must be specified for Task items.";
        return Err(Refusal::new("ErrorAffectedTaskOccurrencesRequired", text));
    }
    let (todo, _) = call.todo_mut()?;
    Ok(todo.delete(&found.key)?)
}

/// Moves a task to another folder.
pub(super) fn shift(call: &mut EwsCall<'_, '_>, found: &Found, folder: &Folder) -> Result<(), Refusal> {
    let (todo, context) = call.todo_mut()?;
    match (folder.home, folder.distinguished) {
        (Home::Tasks, _) => todo.shift(&found.key, &folder.id, context).map(drop)?,
        _ => return Err(Refusal::new("ErrorMoveCopyFailed", "The move or copy operation failed.")),
    }
    Ok(())
}
