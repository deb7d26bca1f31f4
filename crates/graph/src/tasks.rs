//! The tasks of one list: where they are read and written.
//!
//! A round of changes brings the tasks and their provenance marks in one request a page: the documents name
//! `$expand` among what a delta query over tasks takes. Nothing is selected: by report `$select` fails for some
//! properties of tasks and does nothing for others
//! (<https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/3625>), and all of them are wanted.

use crate::GraphError;
use crate::delta::DeltaItem;
use crate::json::filled;
use crate::task::{LINKS, Task};
use crate::task_fields;
use crate::task_lists::ListId;
use crate::wanted::Wanted;
use mxs_core::{ExchangeId, Fields, Seen};
use mxs_http::url;
use serde_json::{Map, Value};

/// How many tasks an answer may hold.
pub const PAGE_SIZE: u16 = 200;

/// What To Do says of a task that isn't in the list it was looked for in, see [`is_elsewhere`].
const ELSEWHERE: &str = "ParentFolderDoesNotContainTaskWithGivenId";

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

    /// The name.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// The preference that asks for it.
    ///
    /// <https://learn.microsoft.com/en-us/graph/api/resources/todotask#properties>
    pub(crate) fn preference(&self) -> String {
        format!("outlook.timezone=\"{}\"", self.0)
    }
}

/// The address of a list's tasks.
pub(crate) fn items_path(list: &str) -> String {
    format!("/me/todo/lists/{}/tasks", url::encode(list))
}

/// Where the reading of a list begins.
///
/// <https://learn.microsoft.com/en-us/graph/api/todotask-delta>
pub(crate) fn delta_path(list: &ListId) -> String {
    format!("/v1.0{}/delta?$expand={LINKS}", items_path(list.as_str()))
}

/// Reads one item of a page of changes.
pub(crate) fn delta_item(item: &Value, list: &ListId, wanted: &Wanted<'_>) -> Option<(ExchangeId, DeltaItem)> {
    let item = item.as_object()?;
    let id = ExchangeId::new(filled(item, "id")?);
    let item = if item.contains_key("@removed") {
        DeltaItem::Removed
    } else {
        // To take a missing link for none would create the task's CRM record a second time.
        match Task::parse(item, list).filter(|task| task.links.is_some()).and_then(|task| seen(&task, wanted)) {
            Some(seen) => DeltaItem::Present(seen),
            None => DeltaItem::Changed,
        }
    };
    Some((id, item))
}

/// Reads a task that was asked for by itself, with its links: where they are missing, there are none.
pub(crate) fn read(task: &Map<String, Value>, list: &str, wanted: &Wanted<'_>) -> Option<(ExchangeId, Seen)> {
    let task = Task::parse(task, &ListId::new(list))?;
    let seen = seen(&task, wanted)?;
    Some((task.id, seen))
}

/// The contents of a task that was written.
pub(crate) fn stored(task: &Map<String, Value>, list: &str) -> Option<Fields> {
    task_fields::fields(&Task::parse(task, &ListId::new(list))?)
}

fn seen(task: &Task, wanted: &Wanted<'_>) -> Option<Seen> {
    let fields = task_fields::fields(task)?;
    Some(Seen { fields, version: task.version.clone(), mark: task.record(wanted.org) })
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
    use crate::delta::{self, DeltaPage, Next};
    use crate::{ErrorKind, Place};
    use mxs_core::{CrmId, Field};
    use mxs_http::Response;
    use serde_json::json;

    fn wanted(zone: Option<&TimeZone>) -> Wanted<'_> {
        Wanted { org: "7", zone, record_url: None }
    }

    fn parse_delta(response: &Response) -> Result<DeltaPage, GraphError> {
        delta::parse(&Place::TaskList(ListId::new("L")), response, &wanted(None))
    }

    fn answer(body: Value) -> Response {
        Response::new(200).body("application/json", body.to_string())
    }

    #[test]
    fn pages_are_asked_for_with_the_same_preferences() {
        let berlin = TimeZone::new("Europe/Berlin").expect("a zone");
        let place = Place::TaskList(ListId::new("A/b="));
        let first = delta::start(&place, &wanted(Some(&berlin)));
        assert_eq!(first.url, "/v1.0/me/todo/lists/A%2Fb%3D/tasks/delta?$expand=linkedResources");
        let link = "https://graph.microsoft.com/v1.0/me/todo/lists/x/tasks/delta?$skiptoken=a%2Fb";
        let next = delta::next(&place, link, &wanted(Some(&berlin)));
        assert_eq!(next.url, link, "links are sent as they came");
        let sizes = "IdType=\"ImmutableId\", odata.maxpagesize=200";
        for request in [first, next] {
            let wanted = format!("{sizes}, outlook.timezone=\"Europe/Berlin\"");
            assert_eq!(request.headers.get("Prefer"), Some(wanted.as_str()));
        }
        assert_eq!(delta::next(&place, link, &wanted(None)).headers.get("Prefer"), Some(sizes));
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
        linked["linkedResources"] = json!([{ "applicationName": "MS Exchange Sync", "externalId": "zoho:7:42" }]);
        let mut unknown = linked.clone();
        unknown["status"] = json!("someday");
        let page = json!({
            "value": [linked, task, unknown, { "id": "2", "@removed": { "reason": "deleted" } }, { "id": "3", "title": "T" }],
            "@odata.nextLink": "n",
        });
        let page = parse_delta(&answer(page)).expect("a page");
        let kinds: Vec<(&str, &str)> = page
            .items
            .iter()
            .map(|(id, item)| {
                let kind = match item {
                    DeltaItem::Present(seen) => {
                        assert_eq!((seen.fields.text(Field::Folder), &seen.mark), ("L", &Some(CrmId::new("42"))));
                        "present"
                    }
                    DeltaItem::Changed => "changed",
                    DeltaItem::Removed => "removed",
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
        for body in [json!({}), json!([]), json!({ "value": ["x"], "@odata.deltaLink": "d" }), json!({ "value": [] })] {
            let found = parse_delta(&answer(body.clone())).map_err(|error| error.kind);
            assert_eq!(found, Err(ErrorKind::Unreadable), "{body}");
        }
        let dead = Response::new(410).header("Location", "https://graph/delta?$deltatoken=");
        assert_eq!(parse_delta(&dead).map_err(|error| error.kind), Err(ErrorKind::TokenDead));
    }
}
