//! How items repeat: Graph's JSON and the engine's one canonical text.

use crate::counted::Counted;
use crate::json::{filled, list, text};
use crate::times::{ZonedTime, civil_date};
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
    let (rule, start) = rule(recurrence)?;
    Some(canonical(&rule, start))
}

/// The same of a series, in the days of the user as far as a rule has them.
pub(crate) fn read_series(recurrence: &Json, counted: &Counted<'_>) -> Option<String> {
    let (rule, start) = rule(recurrence)?;
    Some(counted.text(&rule, start, canonical))
}

/// Whether a `patternedRecurrence` puts an occurrence on `day`.
pub(crate) fn has(recurrence: &Json, day: Date) -> bool {
    let found = rule(recurrence).zip(civil_date(day));
    found.is_some_and(|((rule, start), day)| rule.has(start, day))
}

/// The rule, and the day from which it counts.
fn rule(recurrence: &Json) -> Option<(Rule, civil::Date)> {
    let recurrence = recurrence.as_object()?;
    let pattern = pattern(recurrence.get("pattern")?.as_object()?)?;
    let range = range(recurrence.get("range")?.as_object()?)?;
    let start = range.start_date;
    Some((PatternedRecurrence { pattern, range }.rule().ok()?, start))
}

/// The `patternedRecurrence` of a text, for a series that starts on `start`; `None` where Graph has none with the
/// same days.
pub(crate) fn written(text: &str, start: Date, zone: &str) -> Option<Json> {
    pattern_of(&text.parse().ok()?, civil_date(start)?, zone)
}

/// The same for a series whose text is in the days of the user. `start` is in its own zone.
pub(crate) fn written_series(text: &str, start: &ZonedTime, counted: &Counted<'_>) -> Option<Json> {
    let day = civil_date(start.date)?;
    pattern_of(&counted.rule(text, day)?, day, &start.zone)
}

fn pattern_of(rule: &Rule, start: civil::Date, zone: &str) -> Option<Json> {
    let recurrence = PatternedRecurrence::of(rule, start, Some(zone.to_owned())).ok()?;
    Some(json!({ "pattern": pattern_json(&recurrence.pattern), "range": range_json(&recurrence.range) }))
}

/// One text for all rules with the same days: what the start implies is said, and where weeks begin is left out
/// where it makes no difference.
pub fn canonical(rule: &Rule, start: civil::Date) -> String {
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
    let date = |name| Date::parse(text(range, name)).ok().and_then(civil_date);
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

#[cfg(test)]
mod tests {
    use super::*;
    use mxs_calendar::{RuleText, zoho};
    use proptest::prelude::*;

    fn day(text: &str) -> Date {
        Date::parse(text).expect("a date")
    }

    #[test]
    fn patterns_are_texts_and_texts_are_patterns() {
        let open = json!({ "type": "noEnd", "startDate": "2026-01-06", "endDate": "0001-01-01", "numberOfOccurrences": 0,
            "recurrenceTimeZone": "Romance Standard Time" });
        let cases = [
            (json!({ "type": "daily", "interval": 3 }), "FREQ=DAILY;INTERVAL=3"),
            // Where weeks begin makes no difference, and where it does.
            (
                json!({ "type": "weekly", "interval": 1, "daysOfWeek": ["Thursday", "tuesday"], "firstDayOfWeek": "sunday" }),
                "FREQ=WEEKLY;BYDAY=TU,TH",
            ),
            (json!({ "type": "weekly", "interval": 2, "daysOfWeek": ["tuesday"] }), "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"),
            (
                json!({ "type": "weekly", "interval": 2, "daysOfWeek": ["sunday", "tuesday"], "firstDayOfWeek": "sunday" }),
                "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU",
            ),
            (json!({ "type": "absoluteMonthly", "interval": 1, "dayOfMonth": 31 }), "FREQ=MONTHLY;BYMONTHDAY=-1"),
            (
                json!({ "type": "relativeMonthly", "interval": 1, "daysOfWeek": ["friday"], "index": "last" }),
                "FREQ=MONTHLY;BYDAY=-1FR",
            ),
            (
                json!({ "type": "absoluteYearly", "interval": 1, "dayOfMonth": 6, "month": 1, "index": "first",
                    "firstDayOfWeek": "sunday", "daysOfWeek": [] }),
                "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=6",
            ),
            (
                json!({ "type": "relativeYearly", "interval": 1, "daysOfWeek": ["monday"], "month": 3, "index": "second" }),
                "FREQ=YEARLY;BYMONTH=3;BYDAY=2MO",
            ),
        ];
        for (pattern, text) in cases {
            let recurrence = json!({ "pattern": pattern, "range": open });
            assert_eq!(read(&recurrence).as_deref(), Some(text), "{pattern}");
            let back = written(text, day("2026-01-06"), "Romance Standard Time").expect("a pattern");
            assert_eq!(read(&back).as_deref(), Some(text), "{back}");
            assert_eq!(
                back["range"],
                json!({ "type": "noEnd", "startDate": "2026-01-06", "recurrenceTimeZone": "Romance Standard Time" })
            );
        }
        let ends = [
            (json!({ "type": "numbered", "numberOfOccurrences": 5 }), "FREQ=DAILY;COUNT=5"),
            (json!({ "type": "endDate", "endDate": "2026-02-01" }), "FREQ=DAILY;UNTIL=20260201"),
        ];
        for (mut range, text) in ends {
            range["startDate"] = json!("2026-01-06");
            let recurrence = json!({ "pattern": { "type": "daily", "interval": 1 }, "range": range });
            assert_eq!(read(&recurrence).as_deref(), Some(text));
            assert_eq!(written(text, day("2026-01-06"), "UTC").and_then(|back| read(&back)).as_deref(), Some(text));
        }
    }

    #[test]
    fn what_nobody_knows_is_no_recurrence() {
        let range = json!({ "type": "noEnd", "startDate": "2026-01-06" });
        let pattern = json!({ "type": "daily", "interval": 1 });
        let cases = [
            json!(null),
            json!({ "pattern": pattern }),
            json!({ "pattern": { "type": "hourly", "interval": 1 }, "range": range }),
            json!({ "pattern": { "type": "daily", "interval": 0 }, "range": range }),
            json!({ "pattern": { "type": "weekly", "interval": 1, "daysOfWeek": ["someday"] }, "range": range }),
            json!({ "pattern": { "type": "relativeMonthly", "interval": 1, "daysOfWeek": ["monday"], "index": "fifth" }, "range": range }),
            json!({ "pattern": pattern, "range": { "type": "noEnd" } }),
            json!({ "pattern": pattern, "range": { "type": "sometimes", "startDate": "2026-01-06" } }),
        ];
        for recurrence in cases {
            assert_eq!(read(&recurrence), None, "{recurrence}");
        }
        for text in ["FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "every day", "", "FREQ=HOURLY"] {
            assert_eq!(written(text, day("2026-01-06"), "UTC"), None, "{text}");
        }
    }

    fn any_pattern() -> impl Strategy<Value = Json> {
        let weekday = prop::sample::select(&mxs_calendar::WEEK[..]).prop_map(weekday_word);
        let days = prop::collection::btree_set(weekday.clone(), 1..4);
        let index = prop::sample::select(WeekIndex::ALL).prop_map(WeekIndex::word);
        let kind = prop::sample::select(PatternType::ALL).prop_map(PatternType::word);
        (kind, 1..99, days, weekday, 1..=31, 1..=12, index).prop_map(
            |(kind, interval, days, first, day_of_month, month, index)| {
                json!({ "type": kind, "interval": interval, "daysOfWeek": days, "firstDayOfWeek": first,
                    "dayOfMonth": day_of_month, "month": month, "index": index })
            },
        )
    }

    proptest! {
        /// Both sides' clients must come to one text, or a rule would go to and fro for ever.
        #[test]
        fn what_the_crm_makes_of_a_rule_is_the_same_text(pattern in any_pattern(), start in 1_u8..=28) {
            let start = Date::new(2026, 3, start).expect("a date");
            let recurrence = json!({ "pattern": pattern, "range": { "type": "noEnd", "startDate": start.to_string() } });
            let text = read(&recurrence).expect("a rule");
            let civil = civil_date(start).expect("a date");
            let rule: Rule = text.parse().expect("a rule");
            let crm = zoho::rrule(&rule, civil);
            if let Ok(crm) = crm {
                let back = RuleText::parse(&crm).expect("a text").rule().expect("a rule");
                prop_assert_eq!(canonical(&back, civil), text.clone());
            }
            let back = written(&text, start, "UTC").and_then(|back| read(&back));
            prop_assert_eq!(back, Some(text));
        }

        #[test]
        fn no_text_makes_it_fail(text in "[A-Z0-9=;,-]{0,40}", number: i64) {
            let _ = written(&text, day("2026-01-06"), &text);
            let _ = read(&json!({ "pattern": { "type": text, "interval": number, "dayOfMonth": number }, "range": text }));
            let _ = read(&json!({ "pattern": { "type": "daily", "interval": number }, "range": { "type": "numbered",
                "startDate": "9999-12-31", "numberOfOccurrences": number } }));
        }
    }
}
