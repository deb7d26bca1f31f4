//! The todoTask entity of Graph v1.0: which properties there are.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/todotask>; the names are those of the service's
//! metadata document, and a contract test holds them against it.

/// Every structural property, in the order in which To Do writes them.
pub(crate) const PROPERTIES: [&str; 16] = [
    "importance",
    "isReminderOn",
    "status",
    "title",
    "createdDateTime",
    "lastModifiedDateTime",
    "hasAttachments",
    "categories",
    "id",
    "body",
    "bodyLastModifiedDateTime",
    "startDateTime",
    "dueDateTime",
    "reminderDateTime",
    "completedDateTime",
    "recurrence",
];

/// Properties of the service's own; in a body they are ignored
/// (<https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/2136> writes some of them).
pub(crate) const FIXED: [&str; 5] =
    ["id", "createdDateTime", "lastModifiedDateTime", "bodyLastModifiedDateTime", "hasAttachments"];

/// The property of this name as a query option spells it; there case doesn't matter.
pub(crate) fn property_in_query(name: &str) -> Option<&'static str> {
    PROPERTIES.into_iter().find(|known| known.eq_ignore_ascii_case(name))
}

/// What each `importance` is called.
pub(crate) const IMPORTANCES: [&str; 3] = ["low", "normal", "high"];

/// What each `status` is called.
pub(crate) const STATUSES: [&str; 5] = ["notStarted", "inProgress", "completed", "waitingOnOthers", "deferred"];

/// The status of a task that is done.
pub(crate) const COMPLETED: &str = "completed";

/// The status of a new task.
pub(crate) const NOT_STARTED: &str = "notStarted";
