//! Answering a query.

use super::super::call::Call;
use super::super::condition::{compare, passes};
use super::check::{Answer, Checked, Plan};
use crate::zoho::org::Org;
use crate::zoho::respond;
use crate::zoho::schema::{Kind, Module};
use crate::zoho::store::Record;
use mxs_http::Response;
use serde_json::{Map, Value, json};
use std::cmp::Ordering;

/// Answers a query that was checked. Unlike search, queries see what was just written.
pub(super) fn evaluate(
    org: &Org,
    call: &Call<'_, '_>,
    module: &Module,
    plan: &Plan<'_>,
    limit: usize,
    offset: usize,
) -> Response {
    let holds = |record: &Record| {
        plan.condition.holds(&|test: &Checked<'_>| {
            passes(test.column.kind(), &test.column.value(org, record), test.operator, &test.values)
        })
    };
    // Lists leave converted leads out; the stand-in takes it that queries do too, unless they ask for them.
    let visible = |record: &&Record| {
        org.sees(call.caller.user, record) && (plan.converted || !record.converted()) && holds(record)
    };
    let mut found: Vec<&Record> =
        org.store(module).into_iter().flat_map(|store| store.iter()).filter(visible).collect();
    let columns = match &plan.answer {
        Answer::Count(name, column) => {
            let count = found.iter().filter(|record| !column.value(org, record).is_null()).count();
            let row: Map<String, Value> = [(name.clone(), json!(count))].into_iter().collect();
            return respond(200, &json!({ "data": [row], "info": { "count": 1, "more_records": false } }));
        }
        Answer::Rows(columns) => columns,
    };
    // The records come in the order of their ids, which is the order of queries that name none.
    if !plan.order.is_empty() {
        let key = |record: &Record| -> Vec<Value> {
            plan.order.iter().map(|(column, _)| column.value(org, record)).collect()
        };
        let mut keyed: Vec<(Vec<Value>, &Record)> = found.into_iter().map(|record| (key(record), record)).collect();
        keyed.sort_by(|(left, _), (right, _)| {
            let orders = plan.order.iter().zip(left.iter().zip(right));
            orders.fold(Ordering::Equal, |order, ((column, descends), (left, right))| {
                order.then_with(|| {
                    let order = in_order(column.kind(), left, right);
                    if *descends { order.reverse() } else { order }
                })
            })
        });
        found = keyed.into_iter().map(|(_, record)| record).collect();
    }
    let more = found.len() > offset + limit;
    let zone = org.zone(call.caller.user);
    let data: Vec<Value> = found
        .into_iter()
        .skip(offset)
        .take(limit)
        .map(|record| {
            let mut row: Map<String, Value> =
                columns.iter().map(|(name, column)| (name.clone(), column.shown(org, record, &zone))).collect();
            // The id comes along even when it wasn't asked for.
            row.insert("id".to_owned(), record.id.json());
            Value::Object(row)
        })
        .collect();
    if data.is_empty() {
        return Response::new(204);
    }
    let info = json!({ "count": data.len(), "more_records": more });
    respond(200, &json!({ "data": data, "info": info }))
}

/// The order of two values; null comes first.
fn in_order(kind: Kind, left: &Value, right: &Value) -> Ordering {
    match (left.is_null(), right.is_null()) {
        (true, true) => Ordering::Equal,
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) => compare(kind, left, right).unwrap_or(Ordering::Equal),
    }
}
