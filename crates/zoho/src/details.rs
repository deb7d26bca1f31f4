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

/// Reads the answer to [`request`]: the same records, with all that was asked for.
///
/// A record that the answer lacks, or one without a field that was asked for, makes it unreadable: to take what
/// is missing for empty would empty it on the other side. If the record was deleted in between, the next run
/// finds out.
pub fn parse(names: &Names, response: &Response, records: &[Record]) -> Result<Vec<Record>, ZohoError> {
    let answer = json::rows(response, json::DATA)?;
    let mut rows: BTreeMap<&str, &Map<String, Value>> = BTreeMap::new();
    for row in json::objects(&answer).flatten() {
        if let Some(id) = filled(row, "id") {
            rows.insert(id, row);
        }
    }
    let complete = |record: &Record| {
        let row = rows.get(record.id.as_str())?;
        names.detailed().into_iter().all(|name| row.contains_key(name)).then_some(())?;
        let mut record = record.clone();
        record::read_details(names, row, &mut record.seen.fields);
        Some(record)
    };
    let records: Option<Vec<Record>> = records.iter().map(complete).collect();
    records.ok_or_else(|| ZohoError::unreadable(response.status))
}
