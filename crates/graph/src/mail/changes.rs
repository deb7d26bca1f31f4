//! What changed in a folder, and what is in it.
//!
//! A round of changes begins with the messages of the window. Such a round tells no more than [`FILTERED_MAX`] of
//! them, whatever there are (<https://learn.microsoft.com/en-us/graph/delta-query-messages>); whoever got that many
//! lists the folder as well.

use super::read::{self, SELECT, expand};
use crate::GraphError;
use crate::contacts::Next;
use crate::json::{filled, success};
use crate::paging::NEXT_LINK;
use mxs_core::mail::SeenMessage;
use mxs_core::{ExchangeId, Instant};
use mxs_http::{Method, Request, Response, url};
use serde_json::Value;

/// How many messages the first round of changes tells at most.
pub const FILTERED_MAX: usize = 5_000;

/// How many messages an answer may hold.
const PAGE_SIZE: u16 = 200;

/// What a page says about one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailItem {
    /// It is there.
    Present(Box<SeenMessage>),
    /// It is there, and the page doesn't say all of it: read it by itself.
    Changed,
    /// It is no longer in the folder.
    Removed,
}

/// One page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailPage {
    /// What it says, in its order.
    pub items: Vec<(ExchangeId, MailItem)>,
    /// Where it goes on.
    pub next: Next,
}

/// One page of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedPage {
    /// What it says, in its order.
    pub items: Vec<(ExchangeId, MailItem)>,
    /// The next page, if there is one.
    pub next: Option<String>,
}

/// A moment as Graph's filters take it.
fn moment(moment: Instant) -> String {
    url::encode(&moment.to_string().replace("+00:00", "Z"))
}

fn request(url: &str) -> Request {
    Request::new(Method::Get, url).header("Prefer", format!("odata.maxpagesize={PAGE_SIZE}"))
}

/// Begins to read the messages of `folder` that came at `since` or later, and then what changes.
///
/// <https://learn.microsoft.com/en-us/graph/api/message-delta>
pub fn start(folder: &str, since: Instant) -> Request {
    request(&format!(
        "/v1.0/me/mailFolders/{}/messages/delta?$select={SELECT}&$expand={}&$filter=receivedDateTime%20ge%20{}",
        url::encode(folder),
        expand(),
        moment(since)
    ))
}

/// Goes on with a link of an earlier page. Graph forgets the preferences from page to page.
pub fn next(link: &str) -> Request {
    request(link)
}

/// Reads the answer to [`start`] and [`next`].
pub fn parse(response: &Response) -> Result<MailPage, GraphError> {
    let crate::paging::Page { items, next } = crate::paging::parse(response, item)?;
    Ok(MailPage { items, next })
}

/// Lists the messages of `folder` that came at `since` or later, the oldest first: those that come while somebody
/// pages shift nothing.
///
/// <https://learn.microsoft.com/en-us/graph/api/mailfolder-list-messages>
pub fn list(folder: &str, since: Instant) -> Request {
    request(&format!(
        "/v1.0/me/mailFolders/{}/messages?$select={SELECT}&$expand={}&$filter=receivedDateTime%20ge%20{}\
         &$orderby=receivedDateTime&$top={PAGE_SIZE}",
        url::encode(folder),
        expand(),
        moment(since)
    ))
}

/// Reads the answer to [`list`], and to [`next`] of its links.
pub fn parse_listed(response: &Response) -> Result<ListedPage, GraphError> {
    let (page, unreadable) = (success(response)?, GraphError::unreadable(response.status));
    let items = page.get("value").and_then(Value::as_array);
    let items: Option<Vec<_>> = items.and_then(|items| items.iter().map(item).collect());
    Ok(ListedPage { items: items.ok_or(unreadable)?, next: filled(&page, NEXT_LINK).map(str::to_owned) })
}

fn item(item: &Value) -> Option<(ExchangeId, MailItem)> {
    let item = item.as_object()?;
    let id = ExchangeId::new(filled(item, "id")?);
    if item.contains_key("@removed") {
        return Some((id, MailItem::Removed));
    }
    Some((id, read::message(item).map_or(MailItem::Changed, |message| MailItem::Present(Box::new(message)))))
}
