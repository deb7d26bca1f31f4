//! How a task or a meeting repeats: `{"RRULE": "FREQ=DAILY;INTERVAL=1;DTSTART=2026-07-03", "EXDATE": "…"}`.
//!
//! Only what Zoho's pages can say is taken. A start that is missing in the rule is added to it, by report.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/insert-records.html>

use super::super::failure::Failure;
use super::Place;
use crate::zoho::time;
use jiff::civil::Date;
use mxs_calendar::{RuleText, Zone, zoho};
use serde_json::{Map, Value, json};

/// Reads a recurrence of something whose first day is `first`, if that is known.
pub(super) fn read(
    name: &str,
    value: &Map<String, Value>,
    first: Option<Date>,
    place: Place,
) -> Result<Value, Failure> {
    let path = |key: &str| place.path(&format!("{name}.{key}"));
    let text = |key: &str| match value.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Failure::type_of(key, &path(key), "text")),
    };
    let rule = text("RRULE")?.ok_or_else(|| Failure::missing_key("RRULE", &path("RRULE")))?;
    let rule = with_start(rule, first).ok_or_else(|| Failure::value_of("RRULE", &path("RRULE")))?;
    let mut read: Map<String, Value> = Map::new();
    read.insert("RRULE".to_owned(), json!(rule));
    if let Some(days) = text("EXDATE")? {
        if !days.split(',').all(|day| time::read_date(day).is_some()) {
            return Err(Failure::value_of("EXDATE", &path("EXDATE")));
        }
        read.insert("EXDATE".to_owned(), json!(days));
    }
    Ok(Value::Object(read))
}

/// The rule with its start, if Zoho has such a rule. Its days are spelled as Zoho's, not as RFC 5545's.
fn with_start(text: &str, first: Option<Date>) -> Option<String> {
    let spelled = text.split(';').filter_map(|part| part.split_once('=')).all(|(name, value)| match name {
        "DTSTART" | "UNTIL" => time::read_date(value).is_some(),
        name => name.bytes().all(|letter| letter.is_ascii_uppercase()),
    });
    if !spelled {
        return None;
    }
    let parsed = RuleText::parse(text).ok()?;
    let given = parsed.start.map(|start| start.date_in(&Zone::utc()));
    let start = given.or(first)?;
    zoho::rrule(&parsed.rule().ok()?, start).ok()?;
    Some(if given.is_some() { text.to_owned() } else { format!("{text};DTSTART={start}") })
}
