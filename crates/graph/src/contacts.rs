//! Contacts: where they are read and written.
//!
//! <https://learn.microsoft.com/en-us/graph/api/contact-delta>

use crate::contact;
use crate::delta::DeltaItem;
use crate::json::filled;
use mxs_core::ExchangeId;
use mxs_http::url;
use serde_json::Value;

/// How many contacts an answer may hold. Graph's own choice is ten, which makes a first sync of some
/// thousand contacts crawl; a page of this size is about a megabyte at worst.
pub const PAGE_SIZE: u16 = 500;

/// The address of a folder's contacts; `None` is the default folder.
pub(crate) fn items_path(folder: Option<&str>) -> String {
    match folder {
        Some(folder) => format!("/me/contactFolders/{}/contacts", url::encode(folder)),
        None => "/me/contacts".to_owned(),
    }
}

/// Where the reading of a folder begins.
pub(crate) fn delta_path(folder: Option<&str>) -> String {
    format!("/v1.0{}/delta?$select={}", items_path(folder), contact::SELECT)
}

/// Reads one item of a page of changes.
pub(crate) fn delta_item(item: &Value) -> Option<(ExchangeId, DeltaItem)> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delta::{self, DeltaPage, Next};
    use crate::{ErrorKind, GraphError, Place, Wanted};
    use mxs_core::{Field, Fields, Seen, Version};
    use mxs_http::{Method, Response};
    use serde_json::{Map, json};

    const WANTED: Wanted<'_> = Wanted { org: "7", zone: None, record_url: None };

    fn parse_delta(response: &Response) -> Result<DeltaPage, GraphError> {
        delta::parse(&Place::Contacts, response, &WANTED)
    }

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
        let first = delta::start(&Place::Contacts, &WANTED);
        assert_eq!(
            first.url,
            "/v1.0/me/contacts/delta?$select=id,assistantName,birthday,businessAddress,businessPhones,department,\
             emailAddresses,givenName,homeAddress,homePhones,jobTitle,mobilePhone,parentFolderId,\
             personalNotes,surname,title"
        );
        let link = "https://graph.microsoft.com/v1.0/me/contacts/delta?$skiptoken=a%2Fb";
        let next = delta::next(&Place::Contacts, link, &WANTED);
        assert_eq!(next.url, link, "links are sent as they came");
        let other = delta::start(&Place::ContactFolder("F/1".into()), &WANTED);
        assert!(other.url.starts_with("/v1.0/me/contactFolders/F%2F1/contacts/delta?$select=id,"), "{}", other.url);
        for request in [first, next, other] {
            let wanted = "IdType=\"ImmutableId\", odata.maxpagesize=500";
            assert_eq!((request.method, request.headers.get("Prefer")), (Method::Get, Some(wanted)));
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
}
