//! Reading the tasks of one list.
//!
//! A round of changes brings the tasks and their provenance marks in one request a page: the documents name
//! `$expand` among what a delta query over tasks takes. Nothing is selected: by report `$select` fails for some
//! properties of tasks and does nothing for others
//! (<https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/3625>), and all of them are wanted.

use crate::GraphError;
use crate::contacts::Next;
use crate::json::filled;
use crate::paging::{self, Page};
use crate::task::{LINKS, Task};
use crate::task_lists::ListId;
use mxs_core::ExchangeId;
use mxs_http::{Request, Response, url};
use serde_json::Value;

/// How many tasks an answer may hold.
pub const TASKS_PAGE_SIZE: u16 = 200;

/// The longest name of a time zone; real ones are well below.
const ZONE_MAX: usize = 64;

/// The name of the time zone in which dates are to be read, such as the browser's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeZone(String);

impl TimeZone {
    /// Takes a name of the IANA database or of Windows; `None` for what can't be one.
    pub fn new(name: &str) -> Option<Self> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"/_+-. ()".contains(&byte);
        ((1..=ZONE_MAX).contains(&name.len()) && name.bytes().all(fits)).then(|| Self(name.to_owned()))
    }

    /// The preference that asks for it.
    ///
    /// <https://learn.microsoft.com/en-us/graph/api/resources/todotask#properties>
    pub(crate) fn preference(&self) -> String {
        format!("outlook.timezone=\"{}\"", self.0)
    }
}

/// What a page of changes says about one task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskItem {
    /// It is there, and this is all of it, what it is linked to included.
    Present(Box<Task>),
    /// It changed, and the page doesn't say all of it: read it with [`crate::task_batch::TaskPart::Get`].
    Changed,
    /// It is no longer in the list: deleted, or moved to another one.
    Removed,
}

/// One page of changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TasksPage {
    /// What it says, in its order. A task may come more than once, here or in later pages: the last word counts.
    pub items: Vec<(ExchangeId, TaskItem)>,
    /// Where it goes on.
    pub next: Next,
}

/// Begins to read every task of `list`, and then what changes.
///
/// Dates come in `zone`, or else in UTC.
///
/// <https://learn.microsoft.com/en-us/graph/api/todotask-delta>
pub fn delta_start(list: &ListId, zone: Option<&TimeZone>) -> Request {
    delta_next(&format!("/v1.0/me/todo/lists/{}/tasks/delta?$expand={LINKS}", url::encode(list.as_str())), zone)
}

/// Goes on with a link of an earlier page ([`Next`]).
pub fn delta_next(link: &str, zone: Option<&TimeZone>) -> Request {
    paging::request(link.to_owned(), TASKS_PAGE_SIZE, zone.map(TimeZone::preference))
}

/// Reads the answer to [`delta_start`] and [`delta_next`] of `list`.
pub fn parse_delta(response: &Response, list: &ListId) -> Result<TasksPage, GraphError> {
    let Page { items, next } = paging::parse(response, |task| item(task, list))?;
    Ok(TasksPage { items, next })
}

fn item(item: &Value, list: &ListId) -> Option<(ExchangeId, TaskItem)> {
    let item = item.as_object()?;
    let id = ExchangeId::new(filled(item, "id")?);
    let item = if item.contains_key("@removed") {
        TaskItem::Removed
    } else {
        // To take a missing link for none would create the task's CRM record a second time.
        match Task::parse(item, list).filter(|task| task.links.is_some()) {
            Some(task) => TaskItem::Present(Box::new(task)),
            None => TaskItem::Changed,
        }
    };
    Some((id, item))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use serde_json::json;

    fn answer(body: Value) -> Response {
        Response::new(200).body("application/json", body.to_string())
    }

    #[test]
    fn pages_are_asked_for_with_the_same_preferences() {
        let berlin = TimeZone::new("Europe/Berlin").expect("a zone");
        let first = delta_start(&ListId::new("A/b="), Some(&berlin));
        assert_eq!(first.url, "/v1.0/me/todo/lists/A%2Fb%3D/tasks/delta?$expand=linkedResources");
        let link = "https://graph.microsoft.com/v1.0/me/todo/lists/x/tasks/delta?$skiptoken=a%2Fb";
        let next = delta_next(link, Some(&berlin));
        assert_eq!(next.url, link, "links are sent as they came");
        let sizes = "IdType=\"ImmutableId\", odata.maxpagesize=200";
        for request in [first, next] {
            let wanted = format!("{sizes}, outlook.timezone=\"Europe/Berlin\"");
            assert_eq!(request.headers.get("Prefer"), Some(wanted.as_str()));
        }
        assert_eq!(delta_next(link, None).headers.get("Prefer"), Some(sizes));
    }

    #[test]
    fn a_zone_is_a_name() {
        let long = "x".repeat(65);
        let cases = [
            ("Europe/Berlin", true),
            ("W. Europe Standard Time", true),
            ("America/Argentina/Buenos_Aires", true),
            ("Etc/GMT+8", true),
            ("", false),
            ("UTC\", odata.maxpagesize=\"1", false),
            ("UTC\r\nX: y", false),
            ("Zürich", false),
            (long.as_str(), false),
        ];
        for (name, fits) in cases {
            assert_eq!(TimeZone::new(name).is_some(), fits, "{name}");
        }
    }

    #[test]
    fn a_page_of_changes_is_read() {
        let task = json!({
            "@odata.etag": "W/\"1\"", "id": "1", "title": "T", "importance": "normal", "isReminderOn": false,
            "status": "notStarted", "body": { "content": "", "contentType": "text" },
        });
        let mut linked = task.clone();
        linked["linkedResources"] = json!([]);
        let mut unknown = linked.clone();
        unknown["status"] = json!("someday");
        let page = json!({
            "value": [linked, task, unknown, { "id": "2", "@removed": { "reason": "deleted" } }, { "id": "3", "title": "T" }],
            "@odata.nextLink": "n",
        });
        let page = parse_delta(&answer(page), &ListId::new("L")).expect("a page");
        let kinds: Vec<(&str, &str)> = page
            .items
            .iter()
            .map(|(id, item)| {
                let kind = match item {
                    TaskItem::Present(_) => "present",
                    TaskItem::Changed => "changed",
                    TaskItem::Removed => "removed",
                };
                (id.as_str(), kind)
            })
            .collect();
        let wanted = [("1", "present"), ("1", "changed"), ("1", "changed"), ("2", "removed"), ("3", "changed")];
        assert_eq!(kinds, wanted, "without its links, or with a value that nobody knows, a task isn't whole");
        assert_eq!(page.next, Next::Page("n".into()));
    }

    #[test]
    fn what_is_no_page_is_an_error() {
        let list = ListId::new("L");
        for body in [json!({}), json!([]), json!({ "value": ["x"], "@odata.deltaLink": "d" }), json!({ "value": [] })] {
            let found = parse_delta(&answer(body.clone()), &list).map_err(|error| error.kind);
            assert_eq!(found, Err(ErrorKind::Unreadable), "{body}");
        }
        let dead = Response::new(410).header("Location", "https://graph/delta?$deltatoken=");
        assert_eq!(parse_delta(&dead, &list).map_err(|error| error.kind), Err(ErrorKind::TokenDead));
    }
}
