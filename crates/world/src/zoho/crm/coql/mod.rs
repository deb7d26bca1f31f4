//! `POST /coql`: queries in the CRM object query language.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/COQL-Overview.html>,
//! <https://www.zoho.com/crm/developer/docs/api/v8/COQL-Limitations.html>
//!
//! Covered: one module, its lookups up to two steps away, conditions, order, limit, offset and
//! `count(id)`. Grouping, other aggregates, subqueries and `join` are refused as "not supported".

mod check;
mod column;
mod evaluate;
mod lexer;
mod parser;

use super::call::{COMPOSITE_RECORDS, Call};
use super::credits::Cost;
use super::failure::Failure;
use super::records::permit;
use super::scope;
use crate::zoho::org::Org;
use crate::zoho::permission::Action;
use crate::zoho::schema;
use mxs_http::Response;
use parser::{Parsed, parse};
use serde_json::{Value, json};

/// The most rows of one answer, and how many there are unless the query says.
const MOST_ROWS: usize = 2_000;
const DEFAULT_ROWS: usize = 200;

/// How far `offset` reaches.
const MOST_OFFSET: usize = 100_000;

fn text(call: &Call<'_, '_>) -> Result<String, Failure> {
    let body = call.json()?;
    match body.get("select_query") {
        Some(Value::String(text)) => Ok(text.clone()),
        None | Some(Value::Null) => {
            let details = json!({ "api_name": "select_query" });
            Err(Failure::new(400, "MANDATORY_NOT_FOUND", "mandatory key not found", details))
        }
        Some(_) => Err(Failure::type_of("select_query", "$.select_query", "text")),
    }
}

/// A query costs by its limit: 1 credit up to 200, 2 up to 1000, 3 up to 2000.
pub(super) fn cost(call: &Call<'_, '_>) -> Cost {
    let limit = text(call).and_then(|text| parse(&text)).ok().and_then(|query| query.limit).unwrap_or(DEFAULT_ROWS);
    let credits = match limit {
        0..=200 => 1,
        201..=1_000 => 2,
        _ => 3,
    };
    Cost { credits, heavy: true, calls: 1 }
}

/// Answers a query.
pub(super) fn query(org: &Org, call: &Call<'_, '_>) -> Result<Response, Failure> {
    let parsed = parse(&text(call)?)?;
    let module = schema::module(&parsed.module)
        .ok_or_else(|| Failure::new(400, "INVALID_MODULE", "the given module is not supported in api", json!({})))?;
    if !scope::records(&call.caller.scopes, module.api_name, Action::View) {
        return Err(Failure::scope());
    }
    permit(org, call, module, Action::View)?;
    let (limit, offset) = bounds(call, &parsed)?;
    let plan = check::check(org, module, &parsed)?;
    Ok(evaluate::evaluate(org, call, module, &plan, limit, offset))
}

fn bounds(call: &Call<'_, '_>, parsed: &Parsed) -> Result<(usize, usize), Failure> {
    let (most, default) =
        if call.composite { (COMPOSITE_RECORDS, COMPOSITE_RECORDS) } else { (MOST_ROWS, DEFAULT_ROWS) };
    let limit = parsed.limit.unwrap_or(default);
    let offset = parsed.offset.unwrap_or(0);
    let exceeded = |limit: usize| Failure::new(400, "LIMIT_EXCEEDED", "limit exceeded", json!({ "limit": limit }));
    match (limit, offset) {
        (0, _) => Err(Failure::new(400, "INVALID_DATA", "limit should be greater than 0", json!({}))),
        (limit, _) if limit > most => Err(exceeded(most)),
        (limit, offset) if limit.saturating_add(offset) > MOST_OFFSET => Err(exceeded(MOST_OFFSET)),
        bounds => Ok(bounds),
    }
}
