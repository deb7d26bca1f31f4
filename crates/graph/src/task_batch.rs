//! Several reads and writes of tasks in one request.
//!
//! <https://learn.microsoft.com/en-us/graph/json-batching>

use crate::batch::{Step, envelope, read};
use crate::task::{self, LINKS, Task, TaskChange, TaskMark};
use crate::task_lists::ListId;
use crate::tasks::TimeZone;
use crate::{GraphError, json};
use mxs_core::{ExchangeId, Version};
use mxs_http::{Method, Request, Response, url};
use serde_json::Value;

/// What To Do says of a task that isn't in the list it was looked for in, see [`is_elsewhere`].
const ELSEWHERE: &str = "ParentFolderDoesNotContainTaskWithGivenId";

/// One read or write.
///
/// Versions are sent as `If-Match`. No document says that To Do looks at it, so a change may overwrite what somebody
/// wrote a moment before: whoever changes names as few properties as it can.
#[derive(Clone, Copy, Debug)]
pub enum TaskPart<'a> {
    /// Creates a task in a list.
    ///
    /// <https://learn.microsoft.com/en-us/graph/api/todotasklist-post-tasks>
    Create {
        /// The list.
        list: &'a ListId,
        /// Its properties; the subject has to be among them.
        changes: &'a [TaskChange],
        /// The CRM record it is the copy of.
        mark: TaskMark<'a>,
    },
    /// Deletes a task of a list.
    ///
    /// <https://learn.microsoft.com/en-us/graph/api/todotask-delete>
    Delete {
        /// The list.
        list: &'a ListId,
        /// The task.
        id: &'a ExchangeId,
        /// The version that was last read.
        version: &'a Version,
    },
    /// Reads a task of a list, with what it is linked to.
    ///
    /// <https://learn.microsoft.com/en-us/graph/api/todotask-get>
    Get {
        /// The list.
        list: &'a ListId,
        /// The task.
        id: &'a ExchangeId,
    },
    /// Puts the provenance mark on a task that has no linked resource yet. It has room for one: a task that came
    /// from mail, or from another application, can't be marked and is refused.
    ///
    /// <https://learn.microsoft.com/en-us/graph/api/todotask-post-linkedresources>,
    /// <https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/654>
    Mark {
        /// The list.
        list: &'a ListId,
        /// The task.
        id: &'a ExchangeId,
        /// The CRM record it belongs to.
        mark: TaskMark<'a>,
    },
    /// Changes a task.
    ///
    /// By report, To Do changes it even in another list than this, where reading says [`is_elsewhere`].
    ///
    /// <https://learn.microsoft.com/en-us/graph/api/todotask-update>
    Update {
        /// The list.
        list: &'a ListId,
        /// The task.
        id: &'a ExchangeId,
        /// The version that was last read.
        version: &'a Version,
        /// What changes.
        changes: &'a [TaskChange],
    },
}

/// What became of a part that succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskOutcome {
    /// The task is deleted.
    Deleted,
    /// The task is marked.
    Marked,
    /// The task as it is.
    Read(Box<Task>),
    /// The task was created or changed.
    Written {
        /// Its id.
        id: ExchangeId,
        /// Its version now.
        version: Version,
        /// What it holds now, if Graph said all of it. To Do keeps some values in its own way, and a task that
        /// repeats may have moved on to its next occurrence.
        stored: Option<Box<Task>>,
    },
}

/// Builds the batch. Graph refuses more than [`crate::batch::BATCH_MAX`] parts: the caller cuts them up. Dates come
/// back in `zone`, or else in UTC.
///
/// The parts don't depend on each other; Graph may run them in any order and at the same time.
pub fn request(parts: &[TaskPart<'_>], zone: Option<&TimeZone>) -> Request {
    let preference = zone.map(TimeZone::preference);
    envelope(parts.iter().map(|part| step(part, preference.clone())).collect())
}

fn step<'a>(part: &TaskPart<'a>, preference: Option<String>) -> Step<'a> {
    let tasks = |list: &ListId| format!("/me/todo/lists/{}/tasks", url::encode(list.as_str()));
    let task = |list: &ListId, id: &ExchangeId| format!("{}/{}", tasks(list), url::encode(id.as_str()));
    let (method, url, version, body) = match part {
        TaskPart::Create { list, changes, mark } => {
            (Method::Post, tasks(list), None, Some(task::create_body(changes, Some(*mark))))
        }
        TaskPart::Delete { list, id, version } => (Method::Delete, task(list, id), Some(version.as_str()), None),
        TaskPart::Get { list, id } => (Method::Get, format!("{}?$expand={LINKS}", task(list, id)), None, None),
        TaskPart::Mark { list, id, mark } => {
            (Method::Post, format!("{}/{LINKS}", task(list, id)), None, Some(mark.json()))
        }
        TaskPart::Update { list, id, version, changes } => {
            (Method::Patch, task(list, id), Some(version.as_str()), Some(task::patch_body(changes)))
        }
    };
    Step { method, url, version, preference, body }
}

/// Reads the answer to [`request`]: for each of `parts`, in their order, what became of it.
///
/// A part that Graph didn't answer is [`crate::ErrorKind::Unreadable`] with status 0: nobody knows whether it was
/// done.
pub fn parse(response: &Response, parts: &[TaskPart<'_>]) -> Result<Vec<Result<TaskOutcome, GraphError>>, GraphError> {
    read(response, parts, outcome)
}

fn outcome(part: &TaskPart<'_>, status: u16, body: Option<&Value>) -> Result<TaskOutcome, GraphError> {
    let unreadable = || GraphError::unreadable(status);
    let object = || body.and_then(Value::as_object).ok_or_else(unreadable);
    match part {
        TaskPart::Delete { .. } => Ok(TaskOutcome::Deleted),
        TaskPart::Mark { .. } => json::filled(object()?, "id").map(|_| TaskOutcome::Marked).ok_or_else(unreadable),
        TaskPart::Get { list, .. } => {
            // Where it was asked for by itself and is missing, there is none.
            let task = Task::parse(object()?, list).ok_or_else(unreadable)?;
            let links = task.links.clone().unwrap_or_default();
            Ok(TaskOutcome::Read(Box::new(Task { links: Some(links), ..task })))
        }
        TaskPart::Create { list, .. } | TaskPart::Update { list, .. } => {
            let (id, version) = task::identity(object()?).ok_or_else(unreadable)?;
            let stored = Task::parse(object()?, list).map(Box::new);
            Ok(TaskOutcome::Written { id, version, stored })
        }
    }
}

/// Whether To Do says that the task exists, and in another list than the one it was looked for in.
///
/// <https://github.com/microsoftgraph/microsoft-graph-explorer-v4/issues/2743>
pub fn is_elsewhere(error: &GraphError) -> bool {
    error.code.eq_ignore_ascii_case(ELSEWHERE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use crate::mark::Mark;
    use crate::task::Status;
    use mxs_core::CrmId;
    use serde_json::json;

    struct Given {
        list: ListId,
        id: ExchangeId,
        version: Version,
        crm: CrmId,
        changes: Vec<TaskChange>,
    }

    fn given() -> Given {
        Given {
            list: ListId::new("L="),
            id: ExchangeId::new("AA/b="),
            version: Version::new("W/\"1\""),
            crm: CrmId::new("42"),
            changes: vec![TaskChange::Subject("T".into())],
        }
    }

    impl Given {
        fn parts(&self) -> [TaskPart<'_>; 5] {
            let Self { list, id, version, crm, changes } = self;
            let mark = TaskMark { mark: Mark { org: "7", crm }, title: "Offer", web_url: Some("https://crm/42") };
            [
                TaskPart::Create { list, changes, mark },
                TaskPart::Update { list, id, version, changes },
                TaskPart::Mark { list, id, mark },
                TaskPart::Delete { list, id, version },
                TaskPart::Get { list, id },
            ]
        }
    }

    #[test]
    fn a_batch_names_its_parts_in_order() {
        let request = request(&given().parts(), TimeZone::new("UTC").as_ref());
        assert_eq!((request.method, request.url.as_str()), (Method::Post, "/v1.0/$batch"));
        let body: Value = serde_json::from_slice(&request.body).expect("JSON");
        let (tasks, prefer) = ("/me/todo/lists/L%3D/tasks", "IdType=\"ImmutableId\", outlook.timezone=\"UTC\"");
        let task = format!("{tasks}/AA%2Fb%3D");
        let link = json!({ "applicationName": "MS Exchange Sync", "displayName": "Offer", "externalId": "zoho:7:42",
            "webUrl": "https://crm/42" });
        let typed = json!({ "Prefer": prefer, "Content-Type": "application/json" });
        assert_eq!(
            body,
            json!({ "requests": [
                { "id": "0", "method": "POST", "url": tasks, "headers": typed, "body": { "title": "T", "linkedResources": [link] } },
                { "id": "1", "method": "PATCH", "url": task,
                  "headers": { "Prefer": prefer, "Content-Type": "application/json", "If-Match": "W/\"1\"" }, "body": { "title": "T" } },
                { "id": "2", "method": "POST", "url": format!("{task}/linkedResources"), "headers": typed, "body": link },
                { "id": "3", "method": "DELETE", "url": task, "headers": { "Prefer": prefer, "If-Match": "W/\"1\"" } },
                { "id": "4", "method": "GET", "url": format!("{task}?$expand=linkedResources"), "headers": { "Prefer": prefer } },
            ] })
        );
    }

    fn whole() -> Value {
        json!({ "id": "N", "@odata.etag": "W/\"2\"", "title": "T", "importance": "normal", "isReminderOn": false,
            "status": "completed", "body": { "content": "", "contentType": "text" } })
    }

    #[test]
    fn answers_are_put_in_the_order_of_the_parts() {
        let given = given();
        let body = json!({ "responses": [
            { "id": "4", "status": 200, "body": whole() },
            { "id": "3", "status": 400, "body": { "error": { "code": "invalidRequest",
                "innerError": { "code": "ParentFolderDoesNotContainTaskWithGivenId" } } } },
            { "id": "2", "status": 201, "body": { "id": "link" } },
            { "id": "0", "status": 201, "body": { "id": "N", "@odata.etag": "W/\"2\"" } },
            { "id": "1", "status": 200, "body": whole() },
        ] });
        let response = Response::new(200).body("application/json", body.to_string());
        let outcomes = parse(&response, &given.parts()).expect("an answer");
        let (id, version) = (ExchangeId::new("N"), Version::new("W/\"2\""));
        assert_eq!(outcomes[0], Ok(TaskOutcome::Written { id, version, stored: None }));
        match &outcomes[1] {
            Ok(TaskOutcome::Written { stored: Some(task), .. }) => {
                assert_eq!(
                    (task.status, &task.links),
                    (Status::Completed, &None),
                    "a write doesn't say what is linked"
                );
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(outcomes[2], Ok(TaskOutcome::Marked));
        match &outcomes[3] {
            Err(error) => assert!(error.kind == ErrorKind::Refused && is_elsewhere(error), "{error:?}"),
            other => panic!("{other:?}"),
        }
        match &outcomes[4] {
            Ok(TaskOutcome::Read(task)) => assert_eq!(task.links, Some(Vec::new())),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_part_without_a_usable_answer_is_unreadable() {
        let given = given();
        let parts = given.parts();
        let cases = [
            (0, json!({ "id": "0", "status": 201, "body": { "id": "N" } })),
            (1, json!({ "id": "1", "status": 200 })),
            (2, json!({ "id": "2", "status": 201, "body": {} })),
            (4, json!({ "id": "4", "status": 200, "body": { "id": "N", "@odata.etag": "e" } })),
            (4, json!({ "id": "4", "status": 200, "body": "PGh0bWw+" })),
        ];
        for (index, answer) in cases {
            let body = json!({ "responses": [answer] });
            let response = Response::new(200).body("application/json", body.to_string());
            let found = parse(&response, &parts).expect("an answer").remove(index).map_err(|error| error.kind);
            assert_eq!(found, Err(ErrorKind::Unreadable), "{body}");
        }
        let nobody = parse(&Response::new(200).body("application/json", r#"{"responses":[]}"#), &parts);
        assert!(nobody.expect("an answer").iter().all(|outcome| outcome == &Err(GraphError::unreadable(0))));
    }
}
