//! Reading the contacts of the signed-in user's default folder.

use crate::json::{filled, success};
use crate::paging::{self, NEXT_LINK, Page};
use crate::{GraphError, contact, mark};
use mxs_core::{CrmId, ExchangeId, Seen};
use mxs_http::{Request, Response, url};
use serde_json::{Map, Value};

/// How many contacts an answer may hold. Graph's own choice is ten, which makes a first sync of some
/// thousand contacts crawl; a page of this size is about a megabyte at worst.
pub const PAGE_SIZE: u16 = 500;

/// How many marked contacts an answer may hold: as many as Outlook gives at most. These pages are cut by
/// position, so that a contact which goes away meanwhile shifts the next page by one; the fewer, the better.
///
/// <https://learn.microsoft.com/en-us/graph/query-parameters#top>
pub const MARKED_PAGE_SIZE: u16 = 1000;

/// What a page of changes says about one contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeltaItem {
    /// It is there, and this is all of it.
    Present(Seen),
    /// It changed, and the page doesn't say all of it: read it with [`crate::batch::Part::Get`].
    ///
    /// Graph promises no more than the properties that changed. To take the others for empty would empty
    /// them on the other side.
    Changed,
    /// It is no longer in the folder: deleted, or moved elsewhere.
    Removed,
}

/// Where the reading goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// With this page.
    Page(String),
    /// That was all. This link reads what changes from now on.
    Done(String),
}

/// One page of changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeltaPage {
    /// What it says, in its order. A contact may come more than once, here or in later pages: the last
    /// word counts.
    pub items: Vec<(ExchangeId, DeltaItem)>,
    /// Where it goes on.
    pub next: Next,
}

/// One page of contacts that carry a provenance mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkedPage {
    /// The contacts, and the CRM record that each names.
    pub items: Vec<(ExchangeId, CrmId)>,
    /// The next page, if there is one.
    pub next: Option<String>,
}

/// Begins to read everything, and then what changes.
///
/// <https://learn.microsoft.com/en-us/graph/api/contact-delta>
pub fn delta_start() -> Request {
    page(format!("/v1.0/me/contacts/delta?$select={}", contact::SELECT), PAGE_SIZE)
}

/// Goes on with a link of an earlier page ([`Next`]).
pub fn delta_next(link: &str) -> Request {
    page(link.to_owned(), PAGE_SIZE)
}

/// Reads the answer to [`delta_start`] and [`delta_next`].
///
/// <https://learn.microsoft.com/en-us/graph/delta-query-overview>
pub fn parse_delta(response: &Response) -> Result<DeltaPage, GraphError> {
    let Page { items, next } = paging::parse(response, delta_item)?;
    Ok(DeltaPage { items, next })
}

fn delta_item(item: &Value) -> Option<(ExchangeId, DeltaItem)> {
    let item = item.as_object()?;
    let id = ExchangeId::new(filled(item, "id")?);
    let item = if item.contains_key("@removed") {
        DeltaItem::Removed
    } else {
        match contact::seen(item).filter(|_| contact::is_complete(item)) {
            Some((_, seen)) => DeltaItem::Present(seen),
            None => DeltaItem::Changed,
        }
    };
    Some((id, item))
}

/// Begins to read which contacts carry a provenance mark, of whatever CRM organisation. What is read is
/// the folder as it is now: an item that was created a moment ago is in it.
///
/// <https://learn.microsoft.com/en-us/graph/api/singlevaluelegacyextendedproperty-get>
pub fn marked_start() -> Request {
    let id = mark::PROPERTY_ID;
    let member = mark::MEMBER;
    // Graph wants a condition on the value beside the one on the id.
    let filter = url::encode(&format!("{member}/Any(ep: ep/id eq '{id}' and ep/value ne null)"));
    let expand = url::encode(&format!("{member}($filter=id eq '{id}')"));
    let url = format!("/v1.0/me/contacts?$select=id&$top={MARKED_PAGE_SIZE}&$filter={filter}&$expand={expand}");
    page(url, MARKED_PAGE_SIZE)
}

/// Goes on with the link of an earlier page.
pub fn marked_next(link: &str) -> Request {
    page(link.to_owned(), MARKED_PAGE_SIZE)
}

/// Reads the answer to [`marked_start`] and [`marked_next`]; marks of other organisations than `org` are
/// left out.
pub fn parse_marked(response: &Response, org: &str) -> Result<MarkedPage, GraphError> {
    let page = success(response)?;
    let Some(items) = page.get("value").and_then(Value::as_array) else {
        return Err(GraphError::unreadable(response.status));
    };
    let marked = |item: &Map<String, Value>| Some((ExchangeId::new(filled(item, "id")?), mark::of_item(item, org)?));
    Ok(MarkedPage {
        items: items.iter().filter_map(Value::as_object).filter_map(marked).collect(),
        next: filled(&page, NEXT_LINK).map(str::to_owned),
    })
}

/// Asks how many contacts there are. A delta link doesn't tell who comes back to the folder under an
/// immutable id; the number gives it away.
///
/// <https://learn.microsoft.com/en-us/graph/query-parameters#count>,
/// <https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/72>
pub fn count() -> Request {
    page("/v1.0/me/contacts?$select=id&$top=1&$count=true".to_owned(), 1)
}

/// Reads the answer to [`count`]; `None` when it doesn't say.
pub fn parse_count(response: &Response) -> Result<Option<u64>, GraphError> {
    Ok(success(response)?.get("@odata.count").and_then(Value::as_u64))
}

/// A request for one page.
fn page(url: String, size: u16) -> Request {
    paging::request(url, size, None)
}

/// Asks for ids that stay when an item is moved to another folder.
///
/// <https://learn.microsoft.com/en-us/graph/outlook-immutable-id>
pub(crate) const IMMUTABLE_ID: &str = "IdType=\"ImmutableId\"";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use mxs_core::{Field, Fields, Version};
    use mxs_http::Method;
    use serde_json::json;

    fn answer(body: Value) -> Response {
        Response::new(200).body("application/json", body.to_string())
    }

    /// A contact with every property, all empty.
    fn complete(id: &str) -> Map<String, Value> {
        let mut contact: Map<String, Value> =
            contact::SELECT.split(',').map(|name| (name.to_owned(), Value::Null)).collect();
        contact.insert("id".into(), json!(id));
        contact.insert("@odata.etag".into(), json!("W/\"1\""));
        contact
    }

    #[test]
    fn pages_are_asked_for_with_the_same_preferences() {
        let first = delta_start();
        assert_eq!(
            first.url,
            "/v1.0/me/contacts/delta?$select=id,assistantName,birthday,businessAddress,businessPhones,department,\
             emailAddresses,givenName,homeAddress,homePhones,jobTitle,mobilePhone,parentFolderId,\
             personalNotes,surname,title"
        );
        let link = "https://graph.microsoft.com/v1.0/me/contacts/delta?$skiptoken=a%2Fb";
        let next = delta_next(link);
        assert_eq!(next.url, link, "links are sent as they came");
        for (request, size) in [(first, 500), (next, 500), (marked_start(), 1000), (marked_next(link), 1000)] {
            let wanted = format!("IdType=\"ImmutableId\", odata.maxpagesize={size}");
            assert_eq!((request.method, request.headers.get("Prefer")), (Method::Get, Some(wanted.as_str())));
        }
    }

    #[test]
    fn a_page_of_changes_is_read() {
        let mut ada = complete("1");
        ada.insert("givenName".into(), json!("Ada"));
        let page = json!({
            "value": [
                ada,
                { "id": "2", "@removed": { "reason": "deleted" } },
                { "id": "3", "@removed": { "reason": "changed" } },
                { "id": "4", "@odata.etag": "W/\"4\"", "givenName": "Only this" },
            ],
            "@odata.nextLink": "https://graph/next",
        });
        let seen = Seen {
            fields: Fields::default().with(Field::GivenName, "Ada"),
            version: Version::new("W/\"1\""),
            mark: None,
        };
        let id = ExchangeId::new;
        let items = vec![
            (id("1"), DeltaItem::Present(seen)),
            (id("2"), DeltaItem::Removed),
            (id("3"), DeltaItem::Removed),
            (id("4"), DeltaItem::Changed),
        ];
        let wanted = DeltaPage { items, next: Next::Page("https://graph/next".into()) };
        assert_eq!(parse_delta(&answer(page)), Ok(wanted));
    }

    #[test]
    fn a_page_says_where_it_goes_on() {
        let done = Ok(Next::Done("d".to_owned()));
        let cases = [
            (json!({ "value": [], "@odata.deltaLink": "d" }), done.clone()),
            (json!({ "value": [], "@odata.nextLink": "", "@odata.deltaLink": "d" }), done.clone()),
            (json!({ "value": [], "@odata.nextLink": null, "@odata.deltaLink": "d" }), done),
            (json!({ "@odata.deltaLink": "d" }), Err(ErrorKind::Unreadable)),
            (json!({ "value": [], "@odata.nextLink": "n", "@odata.deltaLink": "" }), Ok(Next::Page("n".into()))),
            (json!({ "value": [], "@odata.nextLink": "", "@odata.deltaLink": "" }), Err(ErrorKind::Unreadable)),
            (json!({ "value": [] }), Err(ErrorKind::Unreadable)),
            (json!({ "value": [{ "givenName": "x" }], "@odata.deltaLink": "d" }), Err(ErrorKind::Unreadable)),
            (json!({ "value": ["x"], "@odata.deltaLink": "d" }), Err(ErrorKind::Unreadable)),
            (json!([]), Err(ErrorKind::Unreadable)),
        ];
        for (page, wanted) in cases {
            let found = parse_delta(&answer(page.clone())).map(|page| page.next).map_err(|error| error.kind);
            assert_eq!(found, wanted, "{page}");
        }
        let gone = Response::new(410).header("Location", "https://graph/delta?$deltatoken=");
        assert_eq!(parse_delta(&gone).map_err(|error| error.kind), Err(ErrorKind::TokenDead));
    }

    #[test]
    fn contacts_are_counted() {
        assert_eq!(count().url, "/v1.0/me/contacts?$select=id&$top=1&$count=true");
        let cases = [
            (answer(json!({ "@odata.count": 1200, "value": [{ "id": "1" }] })), Ok(Some(1200))),
            (answer(json!({ "@odata.count": "1200", "value": [] })), Ok(None)),
            (answer(json!({ "value": [] })), Ok(None)),
            (Response::new(200).body("text/html", "<html>"), Err(ErrorKind::Unreadable)),
            (Response::new(429), Err(ErrorKind::Throttled)),
        ];
        for (response, wanted) in cases {
            assert_eq!(parse_count(&response).map_err(|error| error.kind), wanted);
        }
    }

    #[test]
    fn marked_contacts_are_asked_for_and_read() {
        let query = url::parse_form(marked_start().url.split_once('?').expect("a query").1);
        let id = mark::PROPERTY_ID;
        let wanted = [
            ("$select", "id".to_owned()),
            ("$top", "1000".to_owned()),
            ("$filter", format!("singleValueExtendedProperties/Any(ep: ep/id eq '{id}' and ep/value ne null)")),
            ("$expand", format!("singleValueExtendedProperties($filter=id eq '{id}')")),
        ];
        assert_eq!(query, wanted.map(|(name, value)| (name.to_owned(), value)));

        let marked = |id: &str, value: &str| json!({ "id": id, "singleValueExtendedProperties": [{ "id": mark::PROPERTY_ID, "value": value }] });
        let page = json!({ "value": [marked("1", "zoho:7:42"), marked("2", "zoho:8:43"), { "id": "3" }], "@odata.nextLink": "n" });
        let wanted = MarkedPage { items: vec![(ExchangeId::new("1"), CrmId::new("42"))], next: Some("n".into()) };
        assert_eq!(parse_marked(&answer(page), "7"), Ok(wanted));
        assert_eq!(parse_marked(&answer(json!({ "value": [] })), "7").map(|page| page.next), Ok(None));
        assert_eq!(parse_marked(&answer(json!({})), "7").map_err(|error| error.kind), Err(ErrorKind::Unreadable));
    }
}
