//! Pages of changes, whatever they are of.
//!
//! <https://learn.microsoft.com/en-us/graph/delta-query-overview>

use crate::GraphError;
use crate::delta::Next;
use crate::json::{filled, success};
use mxs_http::{Method, Request, Response};
use serde_json::Value;

/// The member that holds the link to the next page.
pub(crate) const NEXT_LINK: &str = "@odata.nextLink";

/// Asks for ids that stay when an item is moved to another folder.
///
/// <https://learn.microsoft.com/en-us/graph/outlook-immutable-id>
pub(crate) const IMMUTABLE_ID: &str = "IdType=\"ImmutableId\"";

/// The preferences of every request, and a further one.
pub(crate) fn preferences(further: Option<&str>) -> String {
    match further {
        Some(further) => format!("{IMMUTABLE_ID}, {further}"),
        None => IMMUTABLE_ID.to_owned(),
    }
}

/// One page.
pub(crate) struct Page<T> {
    /// What it holds, in its order.
    pub(crate) items: Vec<T>,
    /// Where it goes on.
    pub(crate) next: Next,
}

/// A request for one page. Graph forgets the preferences from page to page, so each request has them.
pub(crate) fn request(url: String, size: u16, preference: Option<String>) -> Request {
    let further = preference.map(|preference| format!(", {preference}")).unwrap_or_default();
    Request::new(Method::Get, url).header("Prefer", preferences(Some(&format!("odata.maxpagesize={size}{further}"))))
}

/// Reads a page, one item after the other; an item that can't be read makes the page unreadable.
pub(crate) fn parse<T>(response: &Response, item: impl Fn(&Value) -> Option<T>) -> Result<Page<T>, GraphError> {
    let (page, unreadable) = (success(response)?, GraphError::unreadable(response.status));
    let items = page.get("value").and_then(Value::as_array);
    let items: Option<Vec<_>> = items.and_then(|items| items.iter().map(item).collect());
    // Either link may be there and empty.
    let next = match (filled(&page, NEXT_LINK), filled(&page, "@odata.deltaLink")) {
        (Some(link), _) => Next::Page(link.to_owned()),
        (None, Some(link)) => Next::Done(link.to_owned()),
        (None, None) => return Err(unreadable),
    };
    Ok(Page { items: items.ok_or(unreadable)?, next })
}
