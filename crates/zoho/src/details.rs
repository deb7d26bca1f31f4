//! What queries can't select, asked for once more.

use crate::json::{self, filled};
use crate::records::{self, Record};
use crate::{Names, ZohoError, record};
use mxs_core::CrmId;
use mxs_http::{Method, Request, Response};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Asks for what a query couldn't tell of these records, [`records::LOOKUP_MAX`] at most. Only where
/// [`Names::needs_details`].
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/get-records.html>
pub fn request(names: &Names, records: &[Record]) -> Request {
    debug_assert!(records.len() <= records::LOOKUP_MAX, "the CRM refuses more");
    let ids: Vec<CrmId> = records.iter().map(|record| record.id.clone()).collect();
    let (path, ids, fields) = (records::path(names.module()), records::joined(&ids), names.detailed().join(","));
    Request::new(Method::Get, format!("{path}?ids={ids}&fields={fields}{}", records::whole(names.module())))
}

/// Reads the answer to [`request`]: the same records, with all that was asked for, and of those that hold what can't
/// be read only who they are.
///
/// A record that the answer lacks, or one without a field that was asked for, makes it unreadable: to take what
/// is missing for empty would empty it on the other side. If the record was deleted in between, the next run
/// finds out.
pub fn parse(names: &Names, response: &Response, records: &[Record]) -> Result<Vec<Result<Record, CrmId>>, ZohoError> {
    let answer = json::rows(response, json::DATA)?;
    let mut rows: BTreeMap<&str, &Map<String, Value>> = BTreeMap::new();
    for row in json::objects(&answer).flatten() {
        if let Some(id) = filled(row, "id") {
            rows.insert(id, row);
        }
    }
    let complete = |record: &Record| {
        let row = rows.get(record.id.as_str())?;
        record::has_details(names, row).then_some(())?;
        if !record::has_readable_details(names, row) {
            return Some(Err(record.id.clone()));
        }
        let mut record = record.clone();
        record::read_details(names, row, &mut record.seen.fields);
        Some(Ok(record))
    };
    let records: Option<Vec<Result<Record, CrmId>>> = records.iter().map(complete).collect();
    records.ok_or_else(|| ZohoError::unreadable(response.status))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ErrorKind, Module};
    use mxs_core::{Field, Fields, Instant, Seen, Value as FieldValue};
    use serde_json::json;

    fn record(id: &str) -> Record {
        let fields = Fields::default().with(Field::Subject, "Review");
        let moment = Instant::from_seconds(0);
        let seen = Seen { fields, version: records::version(moment), mark: None };
        Record { id: CrmId::new(id), seen, created: moment, modified: moment }
    }

    fn names() -> Names {
        Names::new(Module::Events, &[Field::Subject, Field::Reminder, Field::Categories], &[]).expect("names")
    }

    fn answer(status: u16, body: &Value) -> Response {
        Response::new(status).body("application/json", body.to_string())
    }

    #[test]
    fn what_a_query_cannot_tell_is_asked_by_id() {
        let request = request(&names(), &[record("1"), record("2")]);
        let url = "/crm/v8/Events?ids=1,2&fields=Remind_At,Start_DateTime,Tag&approved=both";
        assert_eq!((request.method, request.url.as_str()), (Method::Get, url));
        let leads = Names::new(Module::Leads, &[Field::Categories], &[]).expect("names");
        let url = super::request(&leads, &[record("1")]).url;
        assert_eq!(url, "/crm/v8/Leads?ids=1&fields=Tag&approved=both&converted=both");
    }

    #[test]
    fn records_get_their_details_in_any_order() {
        let start = "2026-03-02T09:00:00Z";
        let body = json!({ "data": [
            { "id": "2", "Remind_At": null, "Start_DateTime": start, "Tag": [] },
            { "id": "1", "Remind_At": [{ "unit": 1, "period": "hours" }], "Start_DateTime": start, "Tag": [{ "name": "VIP" }] },
            { "id": "3", "Remind_At": null, "Start_DateTime": start, "Tag": [{ "name": "not asked for" }] },
        ] });
        let found = parse(&names(), &answer(200, &body), &[record("1"), record("2")]).expect("records");
        let mut first = record("1");
        first.seen.fields.put(Field::Reminder, Some(FieldValue::Number(60)));
        first.seen.fields.put(Field::Categories, FieldValue::set(["VIP"]));
        assert_eq!(found, [Ok(first), Ok(record("2"))]);
        let mut odd = body.clone();
        odd["data"][1]["Tag"] = json!(5);
        let found = parse(&names(), &answer(200, &odd), &[record("1"), record("2")]).expect("records");
        assert_eq!(found, [Err(CrmId::new("1")), Ok(record("2"))], "one that can't be read waits alone");
    }

    #[test]
    fn a_record_without_its_details_makes_the_page_unreadable() {
        let row = json!({ "id": "1", "Remind_At": null, "Start_DateTime": null, "Tag": null });
        let mut narrow = row.clone();
        narrow.as_object_mut().expect("an object").remove("Tag");
        let answers = [
            answer(200, &json!({ "data": [row] })),
            answer(200, &json!({ "data": [row, narrow] })),
            answer(200, &json!({ "data": [row, "2"] })),
            answer(200, &json!({ "data": [row, { "id": "" }] })),
            answer(200, &json!({ "data": null })),
            Response::new(204),
        ];
        for answer in answers {
            let found = parse(&names(), &answer, &[record("1"), record("2")]).map_err(|error| error.kind);
            assert_eq!(found, Err(ErrorKind::Unreadable), "{answer:?}");
        }
        let denied = answer(403, &json!({ "code": "NO_PERMISSION", "status": "error" }));
        let found = parse(&names(), &denied, &[record("1")]).map_err(|error| error.kind);
        assert_eq!(found, Err(ErrorKind::Denied));
    }
}
