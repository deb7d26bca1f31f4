//! What belongs to events alone: their times and their reminder.
//!
//! An event of whole days has `All_day`, and stands from midnight of its first day to 23:59:59 of its last. The
//! days are those that are written there, whatever the offset beside them: it is not the same in every answer.
//! The engine's end is the day after the last.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/insert-records.html>

use crate::json::{is_none_or, text};
use mxs_core::{Date, Instant, Value};
use serde_json::{Map, Value as Json, json};

const SECONDS_A_DAY: i64 = 86_400;

/// The minutes of what a reminder counts in, the longest first.
const PERIODS: [(&str, i64); 4] = [("weeks", 10_080), ("days", 1_440), ("hours", 60), ("minutes", 1)];

/// Whether the time at `name` says when.
pub(crate) fn is_readable(row: &Map<String, Json>, name: &str, all_day: bool) -> bool {
    if all_day { day(row, name).is_some() } else { moment(row, name).is_some() }
}

/// The beginning at `name`.
pub(crate) fn read_start(row: &Map<String, Json>, name: &str, all_day: bool) -> Option<Value> {
    if all_day { day(row, name).map(Value::Date) } else { moment(row, name).map(Value::Moment) }
}

/// The end at `name`.
pub(crate) fn read_end(row: &Map<String, Json>, name: &str, all_day: bool) -> Option<Value> {
    if all_day { day_at(day(row, name)?, 1).map(Value::Date) } else { moment(row, name).map(Value::Moment) }
}

fn moment(row: &Map<String, Json>, name: &str) -> Option<Instant> {
    Instant::parse(text(row, name)).ok()
}

fn day(row: &Map<String, Json>, name: &str) -> Option<Date> {
    Date::parse(text(row, name).get(..10)?).ok()
}

/// The day so many days after `date`; `None` outside the years 1 to 9999.
fn day_at(date: Date, days: i64) -> Option<Date> {
    let midnight = Instant::from_seconds(date.start().seconds() + days * SECONDS_A_DAY).to_string();
    Date::parse(midnight.get(..10)?).ok()
}

/// A beginning, and whether it is of whole days.
pub(crate) fn written_start(value: &Value) -> Option<(Json, bool)> {
    match value {
        Value::Date(date) => Some((json!(date.start().to_string()), true)),
        Value::Moment(moment) => Some((json!(moment.to_string()), false)),
        Value::Number(_) | Value::Set(_) | Value::Text(_) => None,
    }
}

/// An end, and whether it is of whole days.
pub(crate) fn written_end(value: &Value) -> Option<(Json, bool)> {
    match value {
        Value::Date(date) => {
            let last = day_at(*date, -1)?.start();
            Some((json!(Instant::from_seconds(last.seconds() + SECONDS_A_DAY - 1).to_string()), true))
        }
        Value::Moment(moment) => Some((json!(moment.to_string()), false)),
        Value::Number(_) | Value::Set(_) | Value::Text(_) => None,
    }
}

/// Whether what an event reminds by is nothing, or in one of the shapes that [`read_reminders`] knows.
pub(crate) fn are_readable_reminders(row: &Map<String, Json>, reminders: &Json, start: &str) -> bool {
    let is_number =
        |unit: &Json| unit.as_i64().is_some() || unit.as_str().is_some_and(|unit| unit.parse::<i64>().is_ok());
    let is_text = |time: &Json| time.is_string();
    let is_reminder = |reminder: &Json| {
        reminder.as_object().is_some_and(|reminder| {
            is_none_or(reminder, "unit", is_number)
                && ["period", "time"].iter().all(|name| is_none_or(reminder, name, is_text))
        })
    };
    match reminders {
        Json::Null => true,
        Json::Array(reminders) => reminders.iter().all(is_reminder),
        Json::String(at) => at.is_empty() || is_none_or(row, start, is_text) && Instant::parse(at).is_ok(),
        Json::Bool(_) | Json::Number(_) | Json::Object(_) => false,
    }
}

/// The minutes before the start at which an event reminds of itself; of several reminders the last before the
/// start. Older answers have the moment instead. A reminder at an hour of an earlier day is no number of
/// minutes without the user's zone, and is read as none.
pub(crate) fn read_reminders(row: &Map<String, Json>, name: &str, start: &str) -> Option<Value> {
    let minutes = match row.get(name)? {
        Json::Array(reminders) => reminders.iter().filter_map(|reminder| minutes(reminder.as_object()?)).min()?,
        Json::String(at) => {
            let seconds = moment(row, start)?.seconds() - Instant::parse(at).ok()?.seconds();
            (seconds >= 0).then_some(seconds / 60)?
        }
        _ => return None,
    };
    Some(Value::Number(minutes))
}

fn minutes(reminder: &Map<String, Json>) -> Option<i64> {
    if reminder.get("time").is_some_and(|time| !time.is_null()) {
        return None;
    }
    let (_, minutes) = PERIODS.into_iter().find(|(period, _)| *period == text(reminder, "period"))?;
    let unit = reminder.get("unit")?;
    let unit = unit.as_i64().or_else(|| unit.as_str()?.parse().ok()).filter(|unit| *unit >= 0)?;
    unit.checked_mul(minutes)
}

/// A reminder, in the longest period of which it is a whole number, as a person would choose it.
pub(crate) fn written_reminder(value: &Value) -> Option<Json> {
    let Value::Number(number @ 0..) = value else { return None };
    let whole = |(_, minutes): &(&str, i64)| *number > 0 && number % minutes == 0;
    let (period, minutes) = PERIODS.into_iter().find(whole).unwrap_or(("minutes", 1));
    Some(json!([{ "unit": number / minutes, "period": period }]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row(json: Json) -> Map<String, Json> {
        json.as_object().cloned().expect("an object")
    }

    fn date(text: &str) -> Option<Value> {
        Date::parse(text).ok().map(Value::Date)
    }

    fn at(text: &str) -> Option<Value> {
        Instant::parse(text).ok().map(Value::Moment)
    }

    /// What the row has as start and end, whether it is of whole days, and what is read.
    #[test]
    fn times_are_moments_or_days() {
        let cases = [
            (
                ("2026-03-02T09:00:00+01:00", "2026-03-02T10:30:00+01:00", false),
                (at("2026-03-02T08:00:00Z"), at("2026-03-02T09:30:00Z")),
            ),
            // One whole day, as it is shown in UTC and to somebody in Kolkata or New York.
            (
                ("2026-03-02T00:00:00+00:00", "2026-03-02T23:59:59+00:00", true),
                (date("2026-03-02"), date("2026-03-03")),
            ),
            (
                ("2026-03-02T00:00:00+05:30", "2026-03-02T23:59:59+05:30", true),
                (date("2026-03-02"), date("2026-03-03")),
            ),
            (
                ("2026-03-02T00:00:00-05:00", "2026-03-02T23:59:59-05:00", true),
                (date("2026-03-02"), date("2026-03-03")),
            ),
            // A leap year's last February day and the day after; the turn of a year.
            (("2028-02-28T00:00:00Z", "2028-02-29T23:59:59Z", true), (date("2028-02-28"), date("2028-03-01"))),
            (("2026-12-31T00:00:00Z", "2026-12-31T23:59:59Z", true), (date("2026-12-31"), date("2027-01-01"))),
            // Samples have hours that mean nothing.
            (
                ("2023-10-09T11:32:33+05:30", "2023-10-10T11:30:22+05:30", true),
                (date("2023-10-09"), date("2023-10-11")),
            ),
            (("soon", "later", false), (None, None)),
            (("soon", "later", true), (None, None)),
            (("9999-12-31T00:00:00Z", "9999-12-31T23:59:59Z", true), (date("9999-12-31"), None)),
        ];
        for ((start, end, all_day), wanted) in cases {
            let row = row(json!({ "From": start, "To": end }));
            assert_eq!((read_start(&row, "From", all_day), read_end(&row, "To", all_day)), wanted, "{start} {end}");
        }
    }

    #[test]
    fn whole_days_are_written_from_midnight_to_a_second_before() {
        let written = |value: Option<Value>, write: fn(&Value) -> Option<(Json, bool)>| value.as_ref().and_then(write);
        assert_eq!(written(date("2026-03-02"), written_start), Some((json!("2026-03-02T00:00:00+00:00"), true)));
        assert_eq!(written(date("2026-03-03"), written_end), Some((json!("2026-03-02T23:59:59+00:00"), true)));
        assert_eq!(
            written(at("2026-03-02T09:00:00+01:00"), written_end),
            Some((json!("2026-03-02T08:00:00+00:00"), false))
        );
        assert_eq!(written(Some(Value::Number(1)), written_start), None);
        assert_eq!(written(date("0001-01-01"), written_end), None, "there is no day before");
    }

    #[test]
    fn reminders_are_minutes_before_the_start() {
        let start = "2026-03-02T09:00:00+01:00";
        let cases = [
            (json!([{ "unit": 15, "period": "minutes" }]), Some(15)),
            (json!([{ "unit": "2", "period": "hours", "time": null }]), Some(120)),
            (json!([{ "unit": 1, "period": "days" }, { "unit": 30, "period": "minutes" }]), Some(30)),
            (json!([{ "unit": 1, "period": "weeks" }]), Some(10_080)),
            (json!([{ "unit": 0, "period": "minutes" }]), Some(0)),
            (json!([{ "unit": 1, "period": "days", "time": "09:00" }]), None),
            (json!([{ "unit": 1, "period": "moons" }, { "unit": -1, "period": "days" }, "x"]), None),
            (json!([{ "unit": i64::MAX, "period": "weeks" }]), None),
            (json!([]), None),
            (json!(null), None),
            (json!("2026-03-02T07:45:00+00:00"), Some(15)),
            (json!("2026-03-02T08:45:00+00:00"), None),
            (json!("soon"), None),
        ];
        for (json, wanted) in cases {
            let row = row(json!({ "Remind_At": json, "From": start }));
            assert_eq!(read_reminders(&row, "Remind_At", "From"), wanted.map(Value::Number), "{row:?}");
        }
    }

    #[test]
    fn a_reminder_is_written_as_a_person_would_choose_it() {
        let cases =
            [(0, 0, "minutes"), (15, 15, "minutes"), (90, 90, "minutes"), (120, 2, "hours"), (1_440, 1, "days")];
        for (minutes, unit, period) in cases.into_iter().chain([(20_160, 2, "weeks")]) {
            let wanted = json!([{ "unit": unit, "period": period }]);
            assert_eq!(written_reminder(&Value::Number(minutes)), Some(wanted));
        }
        assert_eq!(written_reminder(&Value::Number(-1)), None);
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(days in -700_000i64..2_900_000, minutes in 0i64..100_000, seconds in 0i64..4_000_000_000) {
            let days = Date::parse(&Instant::from_seconds(days * SECONDS_A_DAY).to_string()[..10]).ok().map(Value::Date);
            for value in [days, Some(Value::Moment(Instant::from_seconds(seconds)))].into_iter().flatten() {
                if let Some((json, all_day)) = written_start(&value) {
                    prop_assert_eq!(read_start(&row(json!({ "x": json })), "x", all_day), Some(value.clone()));
                }
                if let Some((json, all_day)) = written_end(&value) {
                    prop_assert_eq!(read_end(&row(json!({ "x": json })), "x", all_day), Some(value));
                }
            }
            let reminder = written_reminder(&Value::Number(minutes));
            prop_assert_eq!(read_reminders(&row(json!({ "x": reminder })), "x", "y"), Some(Value::Number(minutes)));
        }
    }
}
