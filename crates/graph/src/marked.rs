//! Which items carry a provenance mark: contacts and events, whose pages of changes don't say it.

use crate::json::{filled, success};
use crate::paging::{self, NEXT_LINK};
use crate::place::Place;
use crate::{GraphError, mark};
use mxs_core::{CrmId, ExchangeId, Field, Observation};
use mxs_http::{Request, Response, url};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// How many marked items an answer may hold: as many as Outlook gives at most. These pages are cut by
/// position, so that an item which goes away meanwhile shifts the next page by one; the fewer, the better.
///
/// <https://learn.microsoft.com/en-us/graph/query-parameters#top>
pub const MARKED_PAGE_SIZE: u16 = 1000;

/// One page of items that carry a provenance mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkedPage {
    /// The items, and the CRM record that each names.
    pub items: Vec<(ExchangeId, CrmId)>,
    /// The next page, if there is one.
    pub next: Option<String>,
}

/// Begins to read which items of `place` carry a provenance mark, of whatever CRM organisation. What is read
/// is the place as it is now: an item that was created a moment ago is in it. Of a calendar, what is outside the
/// window is told too, and of a series its master.
///
/// `None` for task lists: their pages of changes tell the marks.
///
/// <https://learn.microsoft.com/en-us/graph/api/singlevaluelegacyextendedproperty-get>
pub fn start(place: &Place) -> Option<Request> {
    let items = items(place)?;
    let id = mark::PROPERTY_ID;
    let member = mark::MEMBER;
    // Graph wants a condition on the value beside the one on the id.
    let filter = url::encode(&format!("{member}/Any(ep: ep/id eq '{id}' and ep/value ne null)"));
    let expand = mark::expand();
    Some(next(&format!("/v1.0{items}?$select=id&$top={MARKED_PAGE_SIZE}&$filter={filter}&$expand={expand}")))
}

/// Goes on with the link of an earlier page.
pub fn next(link: &str) -> Request {
    paging::request(link.to_owned(), MARKED_PAGE_SIZE, None)
}

/// Reads the answer to [`start`] and [`next`]; marks of other organisations than `org` are left out.
pub fn parse(response: &Response, org: &str) -> Result<MarkedPage, GraphError> {
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

/// Takes marks off exceptions that have no more than their series' own: Exchange lets an exception inherit what
/// applications hid in its series, so that both would name the series' record. Whoever reads a calendar does this once
/// everything is read; where the series isn't among `records`, its mark isn't known, and the exception's counts for none.
pub fn drop_inherited(records: &mut BTreeMap<ExchangeId, Observation>) {
    let of = |observation: &Observation| match observation {
        Observation::Present(seen) => seen.mark.clone(),
        Observation::Gone | Observation::Left | Observation::Unreadable => None,
    };
    let marks: BTreeMap<ExchangeId, CrmId> =
        records.iter().filter_map(|(id, observation)| Some((id.clone(), of(observation)?))).collect();
    let known: BTreeSet<ExchangeId> = records.keys().cloned().collect();
    for observation in records.values_mut() {
        if let Observation::Present(seen) = observation {
            let series = ExchangeId::new(seen.fields.text(Field::Series));
            let is_exception = !series.as_str().is_empty();
            if is_exception && (!known.contains(&series) || seen.mark.as_ref() == marks.get(&series)) {
                seen.mark = None;
            }
        }
    }
}

/// Asks how many items `place` holds. A delta link doesn't tell who comes back to a folder under an
/// immutable id; the number gives it away.
///
/// `None` where that number says nothing: To Do doesn't count, and what a window shows of a calendar isn't what
/// the calendar holds.
///
/// <https://learn.microsoft.com/en-us/graph/query-parameters#count>,
/// <https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/72>
pub fn count(place: &Place) -> Option<Request> {
    match place {
        Place::ContactFolder(_) | Place::Contacts => {
            let items = items(place)?;
            Some(paging::request(format!("/v1.0{items}?$select=id&$top=1&$count=true"), 1, None))
        }
        Place::Calendar { .. } | Place::TaskList(_) => None,
    }
}

/// Reads the answer to [`count`]; `None` when it doesn't say.
pub fn parse_count(response: &Response) -> Result<Option<u64>, GraphError> {
    Ok(success(response)?.get("@odata.count").and_then(Value::as_u64))
}

/// The address of a place's items.
fn items(place: &Place) -> Option<String> {
    match place {
        Place::Calendar { id, .. } => Some(crate::events::items_path(id.as_deref())),
        Place::ContactFolder(id) => Some(crate::contacts::items_path(Some(id))),
        Place::Contacts => Some(crate::contacts::items_path(None)),
        Place::TaskList(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use mxs_core::{Fields, Seen, Version};
    use serde_json::json;

    fn answer(body: Value) -> Response {
        Response::new(200).body("application/json", body.to_string())
    }

    #[test]
    fn items_are_counted() {
        assert_eq!(count(&Place::Contacts).expect("a request").url, "/v1.0/me/contacts?$select=id&$top=1&$count=true");
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
    fn marked_items_are_asked_for_and_read() {
        let query =
            url::parse_form(start(&Place::Contacts).expect("a request").url.split_once('?').expect("a query").1);
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
        assert_eq!(parse(&answer(page), "7"), Ok(wanted));
        assert_eq!(parse(&answer(json!({ "value": [] })), "7").map(|page| page.next), Ok(None));
        assert_eq!(parse(&answer(json!({})), "7").map_err(|error| error.kind), Err(ErrorKind::Unreadable));
    }

    #[test]
    fn an_exception_has_a_mark_of_its_own_or_none() {
        let seen = |series: &str, mark: Option<&str>| {
            let fields = Fields::default().with(Field::Series, series);
            Observation::Present(Seen { fields, version: Version::new("1"), mark: mark.map(CrmId::new) })
        };
        let cases = [
            ("M", seen("", Some("1")), Some("1")),
            ("inherited", seen("M", Some("1")), None),
            ("own", seen("M", Some("2")), Some("2")),
            ("bare", seen("M", None), None),
            ("of a series that nobody read", seen("N", Some("3")), None),
            ("alone", seen("", Some("4")), Some("4")),
            ("gone", Observation::Gone, None),
        ];
        let mut records = cases.iter().map(|(id, seen, _)| (ExchangeId::new(*id), seen.clone())).collect();
        drop_inherited(&mut records);
        for (id, _, wanted) in cases {
            let found = match &records[&ExchangeId::new(id)] {
                Observation::Present(seen) => seen.mark.as_ref().map(CrmId::as_str),
                Observation::Gone | Observation::Left | Observation::Unreadable => None,
            };
            assert_eq!(found, wanted, "{id}");
        }
    }
}
