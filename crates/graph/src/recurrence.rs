//! How items repeat: Graph's JSON and the engine's one canonical text.

use crate::json::{filled, list, text};
use crate::times::civil_date;
use jiff::civil::{self, Weekday};
use mxs_calendar::graph::{
    PatternType, PatternedRecurrence, RangeType, RecurrencePattern, RecurrenceRange, WeekIndex, weekday_from_word,
    weekday_word,
};
use mxs_calendar::{Frequency, Rule};
use mxs_core::Date;
use serde_json::{Map, Value as Json, json};

/// The canonical text of a `patternedRecurrence`; `None` where it can't be read.
///
/// <https://learn.microsoft.com/en-us/graph/api/resources/patternedrecurrence>
pub(crate) fn read(recurrence: &Json) -> Option<String> {
    let recurrence = recurrence.as_object()?;
    let pattern = pattern(recurrence.get("pattern")?.as_object()?)?;
    let range = range(recurrence.get("range")?.as_object()?)?;
    let start = range.start_date;
    let rule = PatternedRecurrence { pattern, range }.rule().ok()?;
    Some(canonical(&rule, start))
}

/// The `patternedRecurrence` of a text, for a series that starts on `start`; `None` where Graph has none with the
/// same days.
pub(crate) fn written(text: &str, start: Date, zone: &str) -> Option<Json> {
    let rule: Rule = text.parse().ok()?;
    let recurrence = PatternedRecurrence::of(&rule, civil_date(start)?, Some(zone.to_owned())).ok()?;
    Some(json!({ "pattern": pattern_json(&recurrence.pattern), "range": range_json(&recurrence.range) }))
}

/// One text for all rules with the same days: what the start implies is said, and where weeks begin is left out
/// where it makes no difference.
fn canonical(rule: &Rule, start: civil::Date) -> String {
    let rule = rule.explicit(start).simplified();
    let matters = match rule.frequency() {
        // The same weekday every other week is in every other week, wherever weeks begin.
        Frequency::Weekly(weekly) if weekly.weekdays.only() == Some(start.weekday()) => false,
        Frequency::Weekly(_) => rule.interval().get() > 1,
        Frequency::Daily(_) | Frequency::Monthly(_) | Frequency::Yearly(_) => false,
    };
    if matters { rule.to_string() } else { rule.week_starting(Weekday::Monday).to_string() }
}

fn pattern(pattern: &Map<String, Json>) -> Option<RecurrencePattern> {
    let number = |name| pattern.get(name).and_then(Json::as_i64).and_then(|number| i32::try_from(number).ok());
    // What has no meaning for the type may be missing or `null`; a word that nobody knows may have one.
    let index = match filled(pattern, "index") {
        Some(word) => Some(WeekIndex::from_word(word)?),
        None => None,
    };
    let first_day_of_week = match filled(pattern, "firstDayOfWeek") {
        Some(word) => Some(weekday_from_word(word)?),
        None => None,
    };
    let weekday = |day: &Json| weekday_from_word(day.as_str()?);
    Some(RecurrencePattern {
        pattern_type: PatternType::from_word(text(pattern, "type"))?,
        interval: number("interval")?,
        days_of_week: list(pattern, "daysOfWeek").iter().map(weekday).collect::<Option<_>>()?,
        first_day_of_week,
        day_of_month: number("dayOfMonth"),
        month: number("month"),
        index,
    })
}

fn range(range: &Map<String, Json>) -> Option<RecurrenceRange> {
    let date = |name| text(range, name).parse::<civil::Date>().ok();
    Some(RecurrenceRange {
        range_type: RangeType::from_word(text(range, "type"))?,
        start_date: date("startDate")?,
        end_date: date("endDate"),
        number_of_occurrences: range
            .get("numberOfOccurrences")
            .and_then(Json::as_i64)
            .and_then(|number| i32::try_from(number).ok()),
        recurrence_time_zone: filled(range, "recurrenceTimeZone").map(str::to_owned),
    })
}

/// Only what has a meaning for the type: Graph refuses some of the rest.
fn pattern_json(pattern: &RecurrencePattern) -> Json {
    let mut json = Map::new();
    json.insert("type".to_owned(), json!(pattern.pattern_type.word()));
    json.insert("interval".to_owned(), json!(pattern.interval));
    let days: Vec<&str> = pattern.days_of_week.iter().copied().map(weekday_word).collect();
    if !days.is_empty() {
        json.insert("daysOfWeek".to_owned(), json!(days));
    }
    let members = [
        ("firstDayOfWeek", pattern.first_day_of_week.map(|day| json!(weekday_word(day)))),
        ("dayOfMonth", pattern.day_of_month.map(|day| json!(day))),
        ("month", pattern.month.map(|month| json!(month))),
        ("index", pattern.index.map(|index| json!(index.word()))),
    ];
    json.extend(members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    Json::Object(json)
}

fn range_json(range: &RecurrenceRange) -> Json {
    let mut json = Map::new();
    json.insert("type".to_owned(), json!(range.range_type.word()));
    json.insert("startDate".to_owned(), json!(range.start_date.to_string()));
    let members = [
        ("endDate", range.end_date.map(|date| json!(date.to_string()))),
        ("numberOfOccurrences", range.number_of_occurrences.map(|number| json!(number))),
        ("recurrenceTimeZone", range.recurrence_time_zone.as_ref().map(|zone| json!(zone))),
    ];
    json.extend(members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    Json::Object(json)
}
