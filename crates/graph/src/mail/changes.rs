//! What changed in a folder, and what is in it.
//!
//! A round of changes begins with the messages of the window. Such a round tells no more than [`FILTERED_MAX`] of
//! them, whatever there are (<https://learn.microsoft.com/en-us/graph/delta-query-messages>); whoever got that many
//! lists the folder as well.

use super::read::{self, SELECT, expand};
use crate::GraphError;
use crate::delta::Next;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use mxs_core::mail::{Address, Sensitivity};
    use serde_json::json;

    fn answer(body: &Value) -> Response {
        Response::new(200).body("application/json", body.to_string())
    }

    fn whole() -> Value {
        json!({
            "id": "1", "internetMessageId": "<1@x.example>", "receivedDateTime": "2026-11-20T09:00:00Z", "isDraft": false,
            "from": { "emailAddress": { "name": "Cy", "address": "Cy@x.example" } }, "toRecipients": [],
            "ccRecipients": [], "bccRecipients": [{ "emailAddress": { "address": "d@x.example" } }], "categories": ["Blue"],
        })
    }

    #[test]
    fn requests_ask_for_no_more_than_is_needed() {
        let first = start("A/b=", Instant::from_seconds(0));
        assert_eq!(
            first.url,
            "/v1.0/me/mailFolders/A%2Fb%3D/messages/delta?$select=internetMessageId,conversationId,receivedDateTime,isDraft,from,\
             toRecipients,ccRecipients,bccRecipients,categories&$expand=singleValueExtendedProperties($filter=id%20eq%20\
             %27Integer%200x36%27%20or%20id%20eq%20%27String%20%7B6ce71612-7d6c-49ee-a4d9-a27795043dd9%7D%20Name%20\
             mxs-crm-mail%27)&$filter=receivedDateTime%20ge%201970-01-01T00%3A00%3A00Z"
        );
        for request in [first, next("https://graph.microsoft.com/v1.0/x?$skiptoken=a%2Fb")] {
            assert_eq!(
                request.headers.get("Prefer"),
                Some("odata.maxpagesize=200"),
                "the ids are those of the default form"
            );
        }
    }

    #[test]
    fn what_a_page_doesnt_say_is_read_by_itself() {
        let (mut cases, removed) = (vec![whole()], json!({ "id": "1", "@removed": { "reason": "deleted" } }));
        for name in ["from", "toRecipients", "bccRecipients", "categories", "isDraft", "receivedDateTime"] {
            let mut partial = whole();
            partial.as_object_mut().expect("an object").remove(name);
            cases.push(partial);
        }
        let mut unread = whole();
        unread["receivedDateTime"] = json!("yesterday");
        cases.extend([unread, removed]);
        let page = json!({ "value": cases, "@odata.deltaLink": "d" });
        let page = parse(&answer(&page)).expect("a page");
        let (last, rest) = page.items.split_last().expect("items");
        assert_eq!(last.1, MailItem::Removed);
        match &rest[0].1 {
            MailItem::Present(message) => {
                assert_eq!((message.from.clone(), message.to.len()), (Address::new("cy@x.example"), 1));
            }
            other => panic!("{other:?}"),
        }
        assert!(rest[1..].iter().all(|(_, item)| *item == MailItem::Changed), "{rest:?}");
        for body in [json!({ "value": [{}], "@odata.deltaLink": "d" }), json!({ "value": [] }), json!([])] {
            assert_eq!(parse(&answer(&body)).map_err(|error| error.kind).err(), Some(ErrorKind::Unreadable), "{body}");
        }
    }

    #[test]
    fn what_says_that_a_message_is_private_is_believed() {
        use Sensitivity::*;
        let property =
            |id: &str, value: &str| json!({ "singleValueExtendedProperties": [{ "id": id, "value": value }] });
        let header = |name: &str, value: &str| json!({ "internetMessageHeaders": [{ "name": name, "value": value }] });
        let cases = [
            (json!({}), Normal),
            (property("Integer 0x36", "0"), Normal),
            (property("Integer 0x0036", "1"), Personal),
            (property("integer 0X36", "2"), Private),
            (property("Integer 0x36", "3"), Confidential),
            (property("Integer 0x36", "9"), Confidential),
            (property("Integer 0x37", "2"), Normal),
            (property("String 0x36", "2"), Normal),
            (header("Sensitivity", "Company-Confidential"), Confidential),
            (header("sensitivity", " private "), Private),
            (header("Sensitivity", "Personal"), Personal),
            (header("Sensitivity", "whatever"), Confidential),
            (header("X-Sensitivity", "Private"), Normal),
        ];
        for (more, wanted) in cases {
            let mut message = whole();
            message.as_object_mut().expect("an object").extend(more.as_object().cloned().expect("an object"));
            let found = read::message(message.as_object().expect("an object")).map(|message| message.sensitivity);
            assert_eq!(found, Some(wanted), "{more}");
        }
    }
}
