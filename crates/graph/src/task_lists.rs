//! The signed-in user's task lists.
//!
//! <https://learn.microsoft.com/en-us/graph/api/resources/todotasklist>

use crate::GraphError;
use crate::delta::Next;
use crate::json::filled;
use crate::paging::{self, Page};
use mxs_http::{Request, Response};
use serde_json::Value;
use std::fmt;

/// How many lists an answer may hold.
pub const LISTS_PAGE_SIZE: u16 = 100;

/// A task list: Graph's id, opaque.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListId(String);

impl ListId {
    /// Takes the vendor's text as it is.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The vendor's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// In angle brackets, as other ids are, so that a log can be scrubbed of them.
impl fmt::Debug for ListId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<ListId: {}>", self.0)
    }
}

/// The role of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The built-in list, which can't be renamed or deleted.
    Default,
    /// The built-in list of mail that is flagged. Its tasks belong to mail: whoever deletes one takes the flag off.
    FlaggedEmails,
    /// A list that somebody made, or one of a role that is yet unknown.
    Own,
}

/// A task list.
#[derive(Clone, PartialEq, Eq)]
pub struct TaskList {
    /// Its id.
    pub id: ListId,
    /// What it is called.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// Whether it is the user's own; else somebody shares it with them.
    pub is_owner: bool,
}

/// Names are personal data.
impl fmt::Debug for TaskList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskList").field("id", &self.id).field("role", &self.role).finish_non_exhaustive()
    }
}

/// What a page of changes says about one list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListItem {
    /// It is there, and this is all of it.
    Present(TaskList),
    /// It changed, and the page doesn't say all of it: begin to read the lists anew.
    Changed,
    /// It is gone, and all that was in it.
    Removed,
}

/// One page of changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListsPage {
    /// What it says, in its order; the last word about a list counts.
    pub items: Vec<(ListId, ListItem)>,
    /// Where it goes on.
    pub next: Next,
}

/// Begins to read all lists, and then what changes among them. Their plain listing is reported to leave lists out
/// (<https://learn.microsoft.com/en-us/answers/questions/594742/microsoft-graph-todo-api-doesnt-return-all-task-li>).
///
/// <https://learn.microsoft.com/en-us/graph/api/todotasklist-delta>
pub fn delta_start() -> Request {
    paging::request("/v1.0/me/todo/lists/delta".to_owned(), LISTS_PAGE_SIZE, None)
}

/// Goes on with a link of an earlier page ([`Next`]).
pub fn delta_next(link: &str) -> Request {
    paging::request(link.to_owned(), LISTS_PAGE_SIZE, None)
}

/// Reads the answer to [`delta_start`] and [`delta_next`].
pub fn parse_delta(response: &Response) -> Result<ListsPage, GraphError> {
    let Page { items, next } = paging::parse(response, item)?;
    Ok(ListsPage { items, next })
}

fn item(item: &Value) -> Option<(ListId, ListItem)> {
    let item = item.as_object()?;
    let id = ListId::new(filled(item, "id")?);
    if item.contains_key("@removed") {
        return Some((id, ListItem::Removed));
    }
    let (Some(name), Some(is_owner), Some(role)) =
        (filled(item, "displayName"), item.get("isOwner").and_then(Value::as_bool), filled(item, "wellknownListName"))
    else {
        return Some((id, ListItem::Changed));
    };
    let role = match role {
        "defaultList" => Role::Default,
        "flaggedEmails" => Role::FlaggedEmails,
        _ => Role::Own,
    };
    Some((id.clone(), ListItem::Present(TaskList { id, name: name.to_owned(), role, is_owner })))
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
    fn lists_are_asked_for() {
        assert_eq!(delta_start().url, "/v1.0/me/todo/lists/delta");
        let next = delta_next("https://graph/next");
        assert_eq!(next.url, "https://graph/next", "links are sent as they came");
        for request in [delta_start(), next] {
            assert_eq!(request.headers.get("Prefer"), Some("IdType=\"ImmutableId\", odata.maxpagesize=100"));
        }
    }

    #[test]
    fn a_page_of_lists_is_read() {
        let list = |id: &str, role: &str| json!({ "@odata.etag": "e", "id": id, "displayName": "Tasks", "isOwner": true, "isShared": false, "wellknownListName": role });
        let body = json!({
            "value": [list("1", "defaultList"), list("2", "flaggedEmails"), list("3", "none"), list("4", "unknownFutureValue"),
                { "id": "5", "@removed": { "reason": "deleted" } }, { "id": "6", "displayName": "half" }],
            "@odata.deltaLink": "d",
        });
        let page = parse_delta(&answer(body)).expect("a page");
        let present = |id: &str, role| {
            let id = ListId::new(id);
            (id.clone(), ListItem::Present(TaskList { id, name: "Tasks".into(), role, is_owner: true }))
        };
        let wanted = [
            present("1", Role::Default),
            present("2", Role::FlaggedEmails),
            present("3", Role::Own),
            present("4", Role::Own),
            (ListId::new("5"), ListItem::Removed),
            (ListId::new("6"), ListItem::Changed),
        ];
        assert_eq!(page.items, wanted);
        assert_eq!(page.next, Next::Done("d".into()));
        assert!(!format!("{page:?}").contains("Tasks"), "names are personal data");
    }

    #[test]
    fn what_is_no_page_is_an_error() {
        for body in [json!({}), json!([]), json!({ "value": [{}], "@odata.deltaLink": "d" }), json!({ "value": [] })] {
            assert_eq!(
                parse_delta(&answer(body.clone())).map_err(|error| error.kind),
                Err(ErrorKind::Unreadable),
                "{body}"
            );
        }
        assert_eq!(parse_delta(&Response::new(410)).map_err(|error| error.kind), Err(ErrorKind::TokenDead));
    }
}
