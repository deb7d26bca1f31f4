//! To Do's refusals.
//!
//! To Do says `invalidRequest` to nearly everything; what it means stands in `innerError`. The codes here are
//! those met on the live service, where a link says so; the others follow their pattern.

use crate::microsoft::refusal::Refusal;
use serde_json::Value;

fn invalid(status: u16, inner: &str, message: impl Into<String>) -> Refusal {
    Refusal::new(status, "invalidRequest", message).inner(inner)
}

/// A value doesn't fit its property
/// (<https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/4330>).
pub(crate) fn misfit(value: &Value, kind: &str, path: &str) -> Refusal {
    model(format!("Invalid JSON, Error converting value {value} to type '{kind}'. Path '{path}'."))
}

/// The body makes no sense to To Do.
pub(crate) fn model(message: impl Into<String>) -> Refusal {
    invalid(400, "InvalidModel", message)
}

/// A task that repeats has to be due some day.
pub(crate) fn due_required() -> Refusal {
    model("The property 'dueDateTime' is required when creating recurrence in the task entity.")
}

/// A task has room for one linked resource
/// (<https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/654>).
pub(crate) fn one_link() -> Refusal {
    model("Only one item in linkedResources is allowed.")
}

/// The task is in another list
/// (<https://github.com/microsoftgraph/microsoft-graph-explorer-v4/issues/2743>).
pub(crate) fn elsewhere() -> Refusal {
    invalid(
        400,
        "ParentFolderDoesNotContainTaskWithGivenId",
        "Parent folder specified does not contain a Task with given Id",
    )
}

/// The list or the task isn't there, or the text is no id at all.
pub(crate) fn no_such(id: &str) -> Refusal {
    if crate::microsoft::mailbox::is_id(id) {
        invalid(404, "ErrorItemNotFound", "The specified object was not found in the store.")
    } else {
        invalid(400, "ErrorInvalidIdMalformed", "Id is malformed.")
    }
}

/// The linked resource or the step isn't there. Their ids are GUIDs.
pub(crate) fn no_part() -> Refusal {
    invalid(404, "ErrorItemNotFound", "The specified object was not found in the store.")
}

/// The built-in lists stay as they are (<https://learn.microsoft.com/en-us/graph/api/resources/todotasklist>).
pub(crate) fn built_in() -> Refusal {
    invalid(400, "ErrorDeleteDistinguishedFolder", "Built-in lists cannot be renamed or deleted.")
}

/// A signed-in user reads somebody else's lists
/// (<https://github.com/microsoftgraph/microsoft-graph-toolkit/issues/1620>).
pub(crate) fn foreign() -> Refusal {
    invalid(400, "ErrorIncorrectRoutingHint", "Invalid request")
}

/// An application that may not read tasks, by report.
pub(crate) fn application() -> Refusal {
    Refusal::new(401, "UnknownError", "")
}
