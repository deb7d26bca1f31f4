//! `recurrence` in bodies, to and from what it means.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/patternedrecurrence>.

use super::refusal::validation;
use super::schema::{misfit, word};
use crate::microsoft::mailbox::{expected, unknown_property};
use crate::microsoft::refusal::Refusal;
use jiff::civil::{Date, Weekday};
use mxs_calendar::WEEK;
use mxs_calendar::graph::{
    MOST_DAYS, MOST_OCCURRENCES, MOST_PERIODS, PatternType, PatternedRecurrence, RangeType, RecurrencePattern,
    RecurrenceRange, WeekIndex, weekday_from_word, weekday_word,
};
use serde_json::{Map, Value, json};

/// What Graph answers where a range has no end date.
const NO_DATE: &str = "0001-01-01";

/// Reads a `patternedRecurrence`: each type with what it needs. What a type doesn't need may stand there, as Graph
/// itself writes it.
///
/// `firstDayOfWeek` is documented as needed for weeks, and missing from the documents' own request.
pub(crate) fn read(value: &Value) -> Result<PatternedRecurrence, Refusal> {
    let whole = members(value, "patternedRecurrence", &["pattern", "range"])?;
    let empty = Value::Null;
    let names = ["type", "interval", "month", "dayOfMonth", "daysOfWeek", "firstDayOfWeek", "index"];
    let pattern = members(whole.get("pattern").unwrap_or(&empty), "recurrencePattern", &names)?;
    let names = ["type", "startDate", "endDate", "recurrenceTimeZone", "numberOfOccurrences"];
    let range = members(whole.get("range").unwrap_or(&empty), "recurrenceRange", &names)?;
    let read = PatternedRecurrence { pattern: read_pattern(pattern)?, range: read_range(range)? };
    // What a type needs and lacks, the calendar's own reading finds.
    read.rule().map_err(|_| validation())?;
    Ok(read)
}

fn read_pattern(members: &Map<String, Value>) -> Result<RecurrencePattern, Refusal> {
    let kinds: Vec<&'static str> = PatternType::ALL.iter().map(|kind| kind.word()).collect();
    let kind = word(members.get("type").unwrap_or(&Value::Null), "recurrencePatternType", &kinds)?;
    let pattern_type = PatternType::from_word(kind).ok_or_else(validation)?;
    let most = if pattern_type == PatternType::Daily { MOST_DAYS } else { MOST_PERIODS };
    let interval = number(members, "interval")?.filter(|interval| within(*interval, most)).ok_or_else(validation)?;
    let days = match members.get("daysOfWeek") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(days)) => days.iter().map(day).collect::<Result<_, _>>()?,
        Some(other) => return Err(expected(other, "StartArray")),
    };
    let index = match members.get("index") {
        None | Some(Value::Null) => None,
        Some(value) => {
            let known: Vec<&'static str> = WeekIndex::ALL.iter().map(|index| index.word()).collect();
            WeekIndex::from_word(word(value, "weekIndex", &known)?)
        }
    };
    let first = members.get("firstDayOfWeek").filter(|value| !value.is_null());
    Ok(RecurrencePattern {
        pattern_type,
        interval,
        days_of_week: days,
        first_day_of_week: first.map(day).transpose()?,
        day_of_month: number(members, "dayOfMonth")?,
        month: number(members, "month")?,
        index,
    })
}

fn read_range(members: &Map<String, Value>) -> Result<RecurrenceRange, Refusal> {
    let kinds: Vec<&'static str> = RangeType::ALL.iter().map(|kind| kind.word()).collect();
    let kind = word(members.get("type").unwrap_or(&Value::Null), "recurrenceRangeType", &kinds)?;
    let range_type = RangeType::from_word(kind).ok_or_else(validation)?;
    let count = number(members, "numberOfOccurrences")?;
    if range_type == RangeType::Numbered && !count.is_some_and(|count| within(count, MOST_OCCURRENCES)) {
        return Err(validation());
    }
    let zone = match members.get("recurrenceTimeZone") {
        None | Some(Value::Null) => None,
        // Graph writes it empty where nobody named one.
        Some(Value::String(zone)) => Some(zone.clone()).filter(|zone| !zone.is_empty()),
        Some(other) => return Err(misfit(other, "Edm.String")),
    };
    Ok(RecurrenceRange {
        range_type,
        start_date: date(members, "startDate")?.ok_or_else(validation)?,
        end_date: date(members, "endDate")?.filter(|_| range_type == RangeType::EndDate),
        number_of_occurrences: count.filter(|_| range_type == RangeType::Numbered),
        recurrence_time_zone: zone,
    })
}

/// The recurrence as Graph writes it: with every property, those without a meaning for the type too.
pub(crate) fn write(recurrence: &PatternedRecurrence) -> Value {
    let PatternedRecurrence { pattern, range } = recurrence;
    let mut written = json!({
        "type": pattern.pattern_type.word(),
        "interval": pattern.interval,
        "month": pattern.month.unwrap_or_default(),
        "dayOfMonth": pattern.day_of_month.unwrap_or_default(),
        "firstDayOfWeek": weekday_word(pattern.first_day_of_week.unwrap_or(Weekday::Sunday)),
        "index": pattern.index.unwrap_or(WeekIndex::First).word(),
    });
    if !pattern.days_of_week.is_empty() {
        let days = WEEK.into_iter().filter(|day| pattern.days_of_week.contains(day));
        written["daysOfWeek"] = days.map(weekday_word).collect();
    }
    json!({
        "pattern": written,
        "range": {
            "type": range.range_type.word(),
            "startDate": range.start_date.to_string(),
            "endDate": range.end_date.map_or_else(|| NO_DATE.to_owned(), |date| date.to_string()),
            "recurrenceTimeZone": range.recurrence_time_zone.clone().unwrap_or_default(),
            "numberOfOccurrences": range.number_of_occurrences.unwrap_or_default(),
        },
    })
}

fn members<'a>(value: &'a Value, entity: &str, known: &[&str]) -> Result<&'a Map<String, Value>, Refusal> {
    let Value::Object(members) = value else { return Err(expected(value, "StartObject")) };
    match members.keys().find(|key| !known.contains(&key.as_str()) && !key.contains('@')) {
        Some(other) => Err(unknown_property(other, entity)),
        None => Ok(members),
    }
}

fn within(number: i32, most: u32) -> bool {
    u32::try_from(number).is_ok_and(|number| (1..=most).contains(&number))
}

fn number(members: &Map<String, Value>, name: &str) -> Result<Option<i32>, Refusal> {
    match members.get(name) {
        None => Ok(None),
        Some(value) => {
            let number = value.as_i64().and_then(|number| i32::try_from(number).ok());
            number.map(Some).ok_or_else(|| misfit(value, "Edm.Int32"))
        }
    }
}

fn day(value: &Value) -> Result<Weekday, Refusal> {
    value.as_str().and_then(weekday_from_word).ok_or_else(|| misfit(value, "microsoft.graph.dayOfWeek"))
}

fn date(members: &Map<String, Value>, name: &str) -> Result<Option<Date>, Refusal> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            let text = value.as_str().filter(|text| text.len() == NO_DATE.len());
            text.and_then(|text| text.parse().ok()).map(Some).ok_or_else(|| misfit(value, "Edm.Date"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(pattern: Value, range: Value) -> Value {
        let mut body = json!({ "pattern": pattern, "range": { "type": "noEnd", "startDate": "2026-03-02" } });
        if let Some(members) = range.as_object() {
            members.iter().for_each(|(name, value)| body["range"][name] = value.clone());
        }
        body
    }

    #[test]
    fn each_type_needs_its_own() {
        let cases = [
            (json!({ "type": "daily", "interval": 1 }), None),
            (json!({ "type": "daily", "interval": 999 }), None),
            (json!({ "type": "weekly", "interval": 1, "daysOfWeek": ["Monday"] }), None),
            (json!({ "type": "absoluteMonthly", "interval": 1, "dayOfMonth": 31 }), None),
            (json!({ "type": "relativeMonthly", "interval": 1, "daysOfWeek": ["friday"], "index": "last" }), None),
            (json!({ "type": "absoluteYearly", "interval": 1, "dayOfMonth": 29, "month": 2 }), None),
            (json!({ "type": "relativeYearly", "interval": 1, "daysOfWeek": ["sunday"], "month": 3 }), None),
            // As Graph writes a weekly one, and a client sends it back.
            (
                json!({ "type": "weekly", "interval": 2, "month": 0, "dayOfMonth": 0, "daysOfWeek": ["monday"],
                    "firstDayOfWeek": "sunday", "index": "first" }),
                None,
            ),
            (json!({ "type": "daily" }), Some("ErrorPropertyValidationFailure")),
            (json!({ "type": "daily", "interval": 1000 }), Some("ErrorPropertyValidationFailure")),
            (json!({ "type": "weekly", "interval": 1 }), Some("ErrorPropertyValidationFailure")),
            (
                json!({ "type": "weekly", "interval": 100, "daysOfWeek": ["monday"] }),
                Some("ErrorPropertyValidationFailure"),
            ),
            (
                json!({ "type": "absoluteMonthly", "interval": 1, "dayOfMonth": 32 }),
                Some("ErrorPropertyValidationFailure"),
            ),
            (
                json!({ "type": "absoluteYearly", "interval": 1, "dayOfMonth": 1 }),
                Some("ErrorPropertyValidationFailure"),
            ),
            (json!({ "type": "hourly", "interval": 1 }), Some("RequestBodyRead")),
            (json!({ "type": "daily", "interval": "1" }), Some("RequestBodyRead")),
            (json!({ "type": "daily", "interval": 1, "byHour": 9 }), Some("RequestBodyRead")),
            (json!(null), Some("RequestBodyRead")),
        ];
        for (pattern, code) in cases {
            let found = read(&body(pattern.clone(), json!({}))).err().map(|refusal| refusal.code);
            assert_eq!(found.as_deref(), code, "{pattern}");
        }
    }

    #[test]
    fn each_range_needs_its_own_and_is_written_in_full() {
        let cases = [
            (json!({}), Ok(("0001-01-01", 0))),
            (json!({ "type": "endDate", "endDate": "2026-04-01" }), Ok(("2026-04-01", 0))),
            (json!({ "type": "numbered", "numberOfOccurrences": 3, "endDate": "0001-01-01" }), Ok(("0001-01-01", 3))),
            (json!({ "type": "endDate" }), Err("ErrorPropertyValidationFailure")),
            (json!({ "type": "endDate", "endDate": "2026-03-01" }), Err("ErrorPropertyValidationFailure")),
            (json!({ "type": "numbered" }), Err("ErrorPropertyValidationFailure")),
            (json!({ "type": "numbered", "numberOfOccurrences": 1000 }), Err("ErrorPropertyValidationFailure")),
            (json!({ "startDate": null }), Err("ErrorPropertyValidationFailure")),
            (json!({ "startDate": "2026-03-02T00:00:00Z" }), Err("RequestBodyRead")),
        ];
        for (range, wanted) in cases {
            let found = read(&body(json!({ "type": "daily", "interval": 1 }), range.clone()));
            let found = found.map(|read| write(&read)["range"].clone()).map_err(|refusal| refusal.code);
            match (found, wanted) {
                (Ok(found), Ok((end, count))) => {
                    assert_eq!((&found["endDate"], &found["numberOfOccurrences"]), (&json!(end), &json!(count)));
                }
                (Err(found), Err(code)) => assert_eq!(found, code, "{range}"),
                (found, wanted) => panic!("{range}: {found:?} instead of {wanted:?}"),
            }
        }
    }
}
