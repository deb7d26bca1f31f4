//! A series' rule and the days it leaves out, in one field of the CRM.
//!
//! Field metadata of organisations says that the API can't change it once the record is there, and what can't
//! be changed is dropped without a word. A sample of the vendor's changes it all the same. To believe the
//! sample could take a change back on the other side, so that a change is never written: see
//! [`crate::record::left_out`].

use crate::json::{object, text};
use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use mxs_calendar::{Exclusions, Frequency, Moment, Rule, RuleText, Yearly, YearlyWeekdays, Zone, zoho};
use mxs_core::{Value, Words};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeSet;

/// The rule at `name`, in the engine's form. `first` is the day from which it counts where the rule doesn't
/// say so. A rule that can't be read keeps its text, so that nobody takes the series for a single record.
pub(crate) fn read_rule(row: &Map<String, Json>, name: &str, first: &str) -> Option<Value> {
    let written = text(object(row, name)?, "RRULE");
    let read = RuleText::parse(written).ok().and_then(|text| Some((text.rule().ok()?, text.start)));
    let Some((rule, start)) = read else { return Value::text(written) };
    match start.and_then(day_of).or_else(|| text(row, first).get(..10).and_then(day)) {
        Some(start) => Value::text(&canonical(&rule, start)),
        None => Value::text(written),
    }
}

/// The day of a record that is one of a series which begins with another record: its rule has that day, and counts from
/// an earlier one. Whether organisations have a record for each occurrence isn't documented.
pub(crate) fn own_day_in_series(row: &Map<String, Json>, name: &str, first: &str) -> Option<Value> {
    let text_of_rule = RuleText::parse(text(object(row, name)?, "RRULE")).ok()?;
    let (rule, start) = (text_of_rule.rule().ok()?, text_of_rule.start.and_then(day_of)?);
    let own = text(row, first).get(..10).and_then(day)?;
    let is_later = own > start && rule.has(start, own);
    is_later.then(|| mxs_core::Date::parse(&own.to_string()).ok().map(Value::Date)).flatten()
}

/// The days that the series at `name` leaves out. What is no day keeps its text.
pub(crate) fn read_exclusions(row: &Map<String, Json>, name: &str) -> Option<Value> {
    let written = text(object(row, name)?, "EXDATE");
    match Exclusions::parse(written) {
        Ok(list) => {
            let days: Option<Vec<String>> =
                list.starts.into_iter().map(|start| Some(day_of(start)?.to_string())).collect();
            Value::set(days.unwrap_or_else(|| vec![written.to_owned()]))
        }
        Err(_) => Value::set([written]),
    }
}

/// What a series is written from.
pub(crate) struct Series<'a> {
    pub(crate) rule: &'a Value,
    pub(crate) exclusions: Option<&'a Value>,
    /// When its first occurrence is.
    pub(crate) first: &'a Value,
    /// The zone in which its days are counted, if it is known.
    pub(crate) zone: &'a str,
}

/// The field of a series. `None` if the CRM can't say it.
pub(crate) fn written(series: &Series<'_>) -> Option<Json> {
    let rule = rule_of(series.rule)?;
    let first = day_of_first(&rule, series.first, series.zone)?;
    let mut json = json!({ "RRULE": zoho::rrule(&rule, first).ok()? });
    if let Some(exclusions) = series.exclusions {
        json["EXDATE"] = json!(exdate(exclusions.as_set()?)?);
    }
    Some(json)
}

/// The day from which a series counts that begins at `first`. `None` if the CRM can't say it.
pub(crate) fn first(rule: &Value, first: &Value, zone: &str) -> Option<Date> {
    day_of_first(&rule_of(rule)?, first, zone)
}

fn rule_of(value: &Value) -> Option<Rule> {
    RuleText::parse(value.as_text()?).ok()?.rule().ok()
}

fn day_of_first(rule: &Rule, first: &Value, zone: &str) -> Option<Date> {
    match first {
        Value::Date(date) => day(&date.to_string()),
        Value::Moment(moment) => first_day(rule, moment.seconds(), zone),
        Value::Number(_) | Value::Set(_) | Value::Text(_) => None,
    }
}

/// The day on which a series' first moment is: in its zone, or else the one near it that its rule has. A rule that
/// has every day doesn't tell; then it is the day in UTC, which is how the moment itself is written.
fn first_day(rule: &Rule, seconds: i64, zone: &str) -> Option<Date> {
    let moment = Timestamp::from_second(seconds).ok()?;
    if let Ok(zone) = Zone::parse(zone) {
        return Some(zone.local(moment).date());
    }
    let day = Zone::utc().local(moment).date();
    let near = [Some(day), day.yesterday().ok(), day.tomorrow().ok()].into_iter().flatten();
    Some(near.into_iter().find(|day| rule.has(*day, *day)).unwrap_or(day))
}

fn exdate(days: &Words) -> Option<String> {
    let days: Option<BTreeSet<Date>> = days.iter().map(day).collect();
    Some(zoho::exdate(&days?))
}

/// One text for all rules with the same days: what the start implies is said, and where weeks begin is left out
/// where it makes no difference.
fn canonical(rule: &Rule, start: Date) -> String {
    let rule = rule.explicit(start).simplified();
    let matters = match rule.frequency() {
        // The same weekday every other week is in every other week, wherever weeks begin.
        Frequency::Weekly(weekly) => rule.interval().get() > 1 && weekly.weekdays.only() != Some(start.weekday()),
        Frequency::Yearly(Yearly { weekdays: YearlyWeekdays::InWeeks { .. }, .. }) => true,
        Frequency::Daily(_) | Frequency::Monthly(_) | Frequency::Yearly(_) => false,
    };
    if matters { rule.to_string() } else { rule.week_starting(Weekday::Monday).to_string() }
}

/// A day, and nothing beside it.
fn day(text: &str) -> Option<Date> {
    match Moment::parse(text)? {
        Moment::Date(date) => Some(date),
        Moment::Local(_) | Moment::Instant(_) => None,
    }
}

/// The day of what is written where a day is meant; a moment has none without a zone.
fn day_of(moment: Moment) -> Option<Date> {
    match moment {
        Moment::Date(date) => Some(date),
        Moment::Local(local) => Some(local.date()),
        Moment::Instant(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mxs_core::Instant;
    use proptest::prelude::*;

    fn row(json: Json) -> Map<String, Json> {
        json.as_object().cloned().expect("an object")
    }

    fn date(text: &str) -> Value {
        mxs_core::Date::parse(text).map(Value::Date).expect("a date")
    }

    fn rule(text: &str) -> Value {
        Value::text(text).expect("text")
    }

    fn read(rrule: &str, first: &str) -> Option<Value> {
        let row = row(json!({ "Recurring_Activity": { "RRULE": rrule }, "Due_Date": first }));
        read_rule(&row, "Recurring_Activity", "Due_Date")
    }

    /// The CRM's text, the day of the first, and the engine's.
    #[test]
    fn rules_have_one_text() {
        let cases = [
            ("FREQ=DAILY;INTERVAL=1;DTSTART=2022-04-06;UNTIL=2022-04-12", "2022-04-06", "FREQ=DAILY;UNTIL=20220412"),
            // Without a start it is the record's own, be it a day or a moment.
            (
                "FREQ=WEEKLY;BYDAY=SU;INTERVAL=2;UNTIL=2020-03-15",
                "2020-02-02T10:00:00+05:30",
                "FREQ=WEEKLY;UNTIL=20200315;INTERVAL=2;BYDAY=SU",
            ),
            ("FREQ=MONTHLY;INTERVAL=1", "2026-01-05", "FREQ=MONTHLY;BYMONTHDAY=5"),
            (
                "FREQ=MONTHLY;INTERVAL=1;BYDAY=FR;BYSETPOS=-1;DTSTART=2026-01-30",
                "2026-01-30",
                "FREQ=MONTHLY;BYDAY=-1FR",
            ),
            // The week's first day is said only where it matters.
            ("FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;WKST=SU;DTSTART=2026-01-05", "2026-01-05", "FREQ=WEEKLY;BYDAY=MO"),
            (
                "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU;DTSTART=2026-01-04",
                "2026-01-04",
                "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU",
            ),
            // What can't be written can be read.
            (
                "FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR;DTSTART=2026-02-13",
                "2026-02-13",
                "FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR",
            ),
            // What can't be read stays as it is.
            ("FREQ=HOURLY;INTERVAL=2", "2026-01-05", "FREQ=HOURLY;INTERVAL=2"),
            ("FREQ=DAILY;UNTIL=2026-01-10T08:00:00Z", "2026-01-05", "FREQ=DAILY;UNTIL=2026-01-10T08:00:00Z"),
            ("FREQ=WEEKLY;INTERVAL=1", "soon", "FREQ=WEEKLY;INTERVAL=1"),
        ];
        for (theirs, first, own) in cases {
            assert_eq!(read(theirs, first), Value::text(own), "{theirs}");
        }
        assert_eq!(read("", "2026-01-05"), None);
        for json in [json!({}), json!({ "Recurring_Activity": null }), json!({ "Recurring_Activity": {} })] {
            assert_eq!(read_rule(&row(json.clone()), "Recurring_Activity", "Due_Date"), None);
            assert_eq!(read_exclusions(&row(json), "Recurring_Activity"), None);
        }
    }

    #[test]
    fn an_occurrence_with_a_record_of_its_own_is_told_from_its_series() {
        let cases = [
            // The day from which the rule counts, the record's own, and whether it is one of several.
            ("2026-01-05", "2026-01-05T09:00:00+01:00", false),
            ("2026-01-05", "2026-01-12T09:00:00+01:00", true),
            // A series that was moved, to a day that its rule doesn't have or to an earlier one.
            ("2026-01-05", "2026-01-13T09:00:00+01:00", false),
            ("2026-01-12", "2026-01-05T09:00:00+01:00", false),
            ("2026-01-05", "soon", false),
        ];
        for (start, own, wanted) in cases {
            let rule = format!("FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;DTSTART={start}");
            let row = row(json!({ "Recurring_Activity": { "RRULE": rule }, "Start_DateTime": own }));
            let found = own_day_in_series(&row, "Recurring_Activity", "Start_DateTime");
            assert_eq!(found, wanted.then(|| date(&own[..10])), "{start} {own}");
        }
    }

    #[test]
    fn exclusions_are_days() {
        let cases: [(&str, &[&str]); 5] = [
            ("2026-01-12,2026-02-09", &["2026-01-12", "2026-02-09"]),
            ("20260112T090000", &["2026-01-12"]),
            // A moment is a day only in a zone.
            ("20260112T233000Z", &["20260112T233000Z"]),
            ("never", &["never"]),
            ("", &[]),
        ];
        for (theirs, own) in cases {
            let row = row(json!({ "Recurring_Activity": { "RRULE": "FREQ=DAILY", "EXDATE": theirs } }));
            assert_eq!(read_exclusions(&row, "Recurring_Activity"), Value::set(own), "{theirs}");
        }
    }

    fn series(rule: &Value, exclusions: Option<&Value>, first: &Value, zone: &str) -> Option<Json> {
        written(&Series { rule, exclusions, first, zone })
    }

    #[test]
    fn a_series_is_written_with_its_start_inside() {
        let moment = |text: &str| Value::Moment(Instant::parse(text).expect("a moment"));
        let monday = rule("FREQ=WEEKLY;BYDAY=MO");
        // The rule, the first day, and what is written.
        let cases = [
            (&monday, date("2026-01-05"), Some("FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;DTSTART=2026-01-05")),
            (&monday, moment("2026-01-05T09:00:00Z"), Some("FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;DTSTART=2026-01-05")),
            // Monday evening in New York, Monday morning in Kolkata.
            (&monday, moment("2026-01-06T03:30:00Z"), Some("FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;DTSTART=2026-01-05")),
            (&monday, moment("2026-01-04T19:30:00Z"), Some("FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;DTSTART=2026-01-05")),
            (&rule("FREQ=DAILY"), moment("2026-01-06T03:30:00Z"), Some("FREQ=DAILY;INTERVAL=1;DTSTART=2026-01-06")),
            (&rule("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR"), date("2026-02-13"), None),
            (&rule("every day"), date("2026-02-13"), None),
            (&Value::Number(1), date("2026-02-13"), None),
            (&monday, Value::Number(1), None),
        ];
        for (rule, first, wanted) in cases {
            let found = series(rule, None, &first, "");
            assert_eq!(found, wanted.map(|text| json!({ "RRULE": text })), "{rule:?} {first:?}");
        }
        let days = Value::set(["2026-01-19", "2026-01-12"]);
        let monday_start = date("2026-01-05");
        let found = series(&monday, days.as_ref(), &monday_start, "");
        assert_eq!(found.map(|json| json["EXDATE"].clone()), Some(json!("2026-01-12,2026-01-19")));
        assert_eq!(series(&monday, Value::set(["never"]).as_ref(), &monday_start, ""), None);
        // With its zone the day of any rule is known.
        let evening = moment("2026-01-06T03:30:00Z");
        for zone in ["America/New_York", "Eastern Standard Time"] {
            let found = series(&rule("FREQ=DAILY"), None, &evening, zone);
            assert_eq!(found, Some(json!({ "RRULE": "FREQ=DAILY;INTERVAL=1;DTSTART=2026-01-05" })), "{zone}");
        }
    }

    #[test]
    fn the_first_day_is_that_of_the_zone() {
        let moment = |text: &str| Value::Moment(Instant::parse(text).expect("a moment"));
        let daily = rule("FREQ=DAILY");
        let cases = [
            // When it begins, in which zone, and the day from which it counts.
            (moment("2026-03-02T23:15:00Z"), "Europe/Berlin", Some("2026-03-03")),
            (moment("2026-03-02T23:15:00Z"), "", Some("2026-03-02")),
            (date("2026-03-02"), "Europe/Berlin", Some("2026-03-02")),
            (Value::Number(1), "", None),
        ];
        for (start, zone, wanted) in cases {
            assert_eq!(first(&daily, &start, zone).map(|day| day.to_string()).as_deref(), wanted, "{start:?} {zone}");
        }
        assert_eq!(first(&rule("every day"), &date("2026-03-02"), ""), None);
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(
            frequency in proptest::sample::select(vec!["DAILY", "WEEKLY;BYDAY=MO,WE", "MONTHLY;BYMONTHDAY=7", "YEARLY;BYMONTH=2;BYMONTHDAY=7"]),
            interval in 1u32..9,
            end in proptest::sample::select(vec!["", ";COUNT=9", ";UNTIL=20301231"]),
        ) {
            let text = format!("FREQ={frequency};INTERVAL={interval}{end}");
            let canonical = RuleText::parse(&text).expect("a rule").rule().expect("a rule").to_string();
            let json = series(&rule(&canonical), None, &date("2026-01-07"), "");
            let row = row(json!({ "Recurring_Activity": json, "Due_Date": "2026-01-07" }));
            prop_assert_eq!(read_rule(&row, "Recurring_Activity", "Due_Date"), Value::text(&canonical));
        }

        #[test]
        fn no_text_makes_a_reader_fail(text in ".{0,60}") {
            read(&text, &text);
            read_exclusions(&row(json!({ "x": { "EXDATE": text } })), "x");
        }
    }
}
