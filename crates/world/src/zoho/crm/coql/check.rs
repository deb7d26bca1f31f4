//! Whether a query makes sense: its columns exist and its values fit them.

use super::super::condition::{Condition, Operator};
use super::super::failure::Failure;
use super::column::Column;
use super::parser::{Literal, Parsed, Select, Test};
use crate::zoho::id::Id;
use crate::zoho::org::Org;
use crate::zoho::schema::{Kind, Module};
use crate::zoho::time;
use serde_json::{Value, json};

/// A test whose column and values were found to fit.
pub(super) struct Checked<'o> {
    pub(super) column: Column<'o>,
    pub(super) operator: Operator,
    pub(super) values: Vec<Value>,
}

/// What is to be answered.
pub(super) enum Answer<'o> {
    /// Rows with these columns, by their names in the answer.
    Rows(Vec<(String, Column<'o>)>),
    /// How many rows there are that have a value in this column.
    Count(String, Column<'o>),
}

/// A query that can be answered.
pub(super) struct Plan<'o> {
    pub(super) answer: Answer<'o>,
    pub(super) condition: Condition<Checked<'o>>,
    pub(super) order: Vec<(Column<'o>, bool)>,
    /// Whether the query asks for converted leads.
    pub(super) converted: bool,
}

// The limits of version 8, <https://www.zoho.com/crm/developer/docs/api/v8/COQL-Limitations.html>. Zoho's own
// articles speak of 500 columns and 100 values since version 7: a client that keeps to these here is safe.
const MOST_COLUMNS: usize = 50;
const MOST_TESTS: usize = 25;
const MOST_ORDERS: usize = 10;
const MOST_VALUES: usize = 50;

fn exceeded(clause: &str, limit: usize) -> Failure {
    let message = format!("limit exceeded in {clause}");
    Failure::new(400, "LIMIT_EXCEEDED", &message, json!({ "clause": clause, "limit": limit }))
}

fn column<'o>(org: &'o Org, module: &'o Module, path: &str) -> Result<Column<'o>, Failure> {
    Column::find(org, module, path).ok_or_else(|| {
        let details = json!({ "column_name": path, "module": module.api_name });
        Failure::new(400, "INVALID_QUERY", "column given seems to be invalid", details)
    })
}

/// Checks a query.
pub(super) fn check<'o>(org: &'o Org, module: &'o Module, parsed: &Parsed) -> Result<Plan<'o>, Failure> {
    if parsed.columns.len() > MOST_COLUMNS {
        return Err(exceeded("select", MOST_COLUMNS));
    }
    if parsed.condition.tests().len() > MOST_TESTS {
        return Err(exceeded("where", MOST_TESTS));
    }
    if parsed.order.len() > MOST_ORDERS {
        return Err(exceeded("order by", MOST_ORDERS));
    }
    let answer = answer(org, module, &parsed.columns)?;
    let mut order: Vec<(Column<'_>, bool)> = Vec::new();
    for (at, (path, descends)) in parsed.order.iter().enumerate() {
        if parsed.order[..at].iter().any(|(other, _)| other == path) {
            let details = json!({ "column_name": path });
            return Err(Failure::new(400, "DUPLICATE_DATA", "duplicate order by column", details));
        }
        let aliased = parsed.columns.iter().find(|column| column.alias.as_ref() == Some(path) && !column.count);
        order.push((column(org, module, aliased.map_or(path, |column| &column.path))?, *descends));
    }
    Ok(Plan {
        answer,
        condition: condition(org, module, &parsed.condition)?,
        order,
        converted: parsed.condition.tests().iter().any(|test| test.path.starts_with("Converted")),
    })
}

fn answer<'o>(org: &'o Org, module: &'o Module, columns: &[Select]) -> Result<Answer<'o>, Failure> {
    for (at, select) in columns.iter().enumerate() {
        let before = &columns[..at];
        if before.iter().any(|other| other.path == select.path && other.count == select.count) {
            let details = json!({ "column_name": select.path });
            return Err(Failure::new(400, "DUPLICATE_DATA", "duplicate select column", details));
        }
        if let Some(alias) = &select.alias
            && let Some(other) = before.iter().find(|other| other.alias.as_ref() == Some(alias))
        {
            let details = json!({ "referred_columns": [other.path, select.path], "alias": alias });
            let message = "same alias cannot refer more than one column";
            return Err(Failure::new(400, "DUPLICATE_ALIAS", message, details));
        }
    }
    if let [only] = columns
        && only.count
    {
        let name = only.alias.clone().unwrap_or_else(|| format!("count({})", only.path));
        return Ok(Answer::Count(name, column(org, module, &only.path)?));
    }
    if columns.iter().any(|select| select.count) {
        // Counting beside other columns needs grouping.
        return Err(Failure::new(400, "SYNTAX_ERROR", "given coql query not supported", json!({})));
    }
    let name = |select: &Select| select.alias.clone().unwrap_or_else(|| select.path.clone());
    let columns = columns.iter().map(|select| Ok((name(select), column(org, module, &select.path)?)));
    Ok(Answer::Rows(columns.collect::<Result<_, Failure>>()?))
}

fn condition<'o>(
    org: &'o Org,
    module: &'o Module,
    parsed: &Condition<Test>,
) -> Result<Condition<Checked<'o>>, Failure> {
    Ok(match parsed {
        Condition::Test(one) => Condition::Test(test(org, module, one)?),
        Condition::And(left, right) => {
            Condition::And(Box::new(condition(org, module, left)?), Box::new(condition(org, module, right)?))
        }
        Condition::Or(left, right) => {
            Condition::Or(Box::new(condition(org, module, left)?), Box::new(condition(org, module, right)?))
        }
    })
}

fn test<'o>(org: &'o Org, module: &'o Module, test: &Test) -> Result<Checked<'o>, Failure> {
    let column = column(org, module, &test.path)?;
    let kind = column.kind();
    if matches!(kind, Kind::TextArea | Kind::Image) {
        let value = test.values.first().map_or("${EMPTY}", Literal::text);
        let details = json!({ "cv_criteria": false, "column_name": test.path, "value": value, "operator": test.word });
        return Err(Failure::new(400, "INVALID_QUERY", "unsupported column in criteria", details));
    }
    if !fits(kind, test.operator) {
        let details = json!({ "reason": "invalid operator found", "column_name": test.path, "operator": test.word });
        return Err(Failure::new(400, "INVALID_QUERY", "Invalid query formed", details));
    }
    if test.values.len() > MOST_VALUES {
        let details = json!({ "column_name": test.path, "operator": test.word, "limit": MOST_VALUES });
        return Err(Failure::new(400, "LIMIT_EXCEEDED", "limit exceeded", details));
    }
    let values = test.values.iter().map(|literal| {
        value(kind, literal).ok_or_else(|| {
            let details = json!({ "expected_data_type": expected(kind), "column_name": test.path });
            Failure::new(400, "INVALID_QUERY", "value given seems to be invalid for the column", details)
        })
    });
    let values = values.collect::<Result<_, _>>()?;
    Ok(Checked { column, operator: test.operator, values })
}

/// Whether a column of this kind can be compared in this way.
fn fits(kind: Kind, operator: Operator) -> bool {
    let equal = matches!(operator, Operator::Equal | Operator::NotEqual);
    let listed = matches!(operator, Operator::In | Operator::NotIn);
    let null = matches!(operator, Operator::IsNull | Operator::IsNotNull);
    let like = matches!(operator, Operator::Like | Operator::NotLike);
    match kind {
        Kind::Boolean => equal,
        Kind::User | Kind::Lookup(_) | Kind::AnyRecord => equal || listed || null,
        kind if kind.is_text() => equal || listed || null || like,
        _ => !like,
    }
}

fn expected(kind: Kind) -> &'static str {
    match kind {
        Kind::User | Kind::Lookup(_) | Kind::AnyRecord => "bigint",
        kind => kind.data_type(),
    }
}

/// A value in the form of the column. Text must stand in quotes; so must moments and days.
fn value(kind: Kind, literal: &Literal) -> Option<Value> {
    let text = literal.text();
    match (kind, literal) {
        (Kind::Boolean, _) => text.parse::<bool>().ok().map(|value| json!(value)),
        (Kind::Integer, _) => text.parse::<i64>().ok().map(|value| json!(value)),
        (Kind::Currency, _) => text.parse::<f64>().ok().map(|value| json!(value)),
        (Kind::BigInt | Kind::User | Kind::Lookup(_) | Kind::AnyRecord, _) => text.parse::<Id>().ok().map(Id::json),
        (Kind::Date, Literal::Quoted(text)) => time::read_date(text).map(|date| json!(date.to_string())),
        (Kind::DateTime, Literal::Quoted(text)) => time::read(text).map(|moment| json!(time::canonical(moment))),
        (Kind::Date | Kind::DateTime, Literal::Bare(_)) => None,
        (_, Literal::Quoted(text)) => Some(json!(text)),
        (_, Literal::Bare(_)) => None,
    }
}
