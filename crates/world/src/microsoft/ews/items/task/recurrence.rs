//! How a task repeats: as a series does, or some time after it was done.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/recurrence-taskrecurrencetype>.

use super::super::event::recurrence;
use crate::microsoft::ews::names::{said, t};
use crate::microsoft::ews::refusal::Refusal;
use crate::microsoft::ews::server::Version;
use jiff::civil::{Date, Weekday};
use mxs_calendar::graph::{
    PatternType, PatternedRecurrence, RangeType, RecurrencePattern, RecurrenceRange, WeekIndex, weekday_from_word,
    weekday_word,
};
use mxs_xml::Element;
use serde_json::{Value, json};

/// The patterns that count from when the last one was done.
const REGENERATIONS: [&str; 4] =
    ["DailyRegeneration", "WeeklyRegeneration", "MonthlyRegeneration", "YearlyRegeneration"];

/// What a `Recurrence` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Repeats {
    /// On days of the calendar, as To Do has it.
    OnDays(Value),
    /// Some time after it was done.
    AfterDone(String),
}

/// Reads a `Recurrence`, and when it begins.
pub(super) fn read(element: &Element) -> Result<(Repeats, Date), Refusal> {
    let refused = |code: &str| Refusal::new(code, "The recurrence is not valid.");
    let [pattern, range] = element.children.as_slice() else {
        return Err(Refusal::schema("The element 'Recurrence' holds a pattern and a range."));
    };
    if REGENERATIONS.contains(&pattern.name.as_str()) {
        let interval: u32 = pattern
            .word("Interval")
            .and_then(|word| word.parse().ok())
            .filter(|interval| *interval > 0)
            .ok_or_else(|| refused("ErrorCalendarInvalidRecurrence"))?;
        // Its range is that of a series of days.
        let daily = Element::named("DailyRecurrence").child(Element::named("Interval").saying("1"));
        let read =
            recurrence::read(&Element::named("Recurrence").child(daily).child(range.clone())).map_err(refused)?;
        let kept = json!({ "pattern": pattern.name, "interval": interval, "range": to_json(&read)["range"] });
        return Ok((Repeats::AfterDone(kept.to_string()), read.range.start_date));
    }
    let read = recurrence::read(element).map_err(refused)?;
    Ok((Repeats::OnDays(to_json(&read)), read.range.start_date))
}

/// The `Recurrence` of what To Do shows.
pub(super) fn write(shown: &Value, version: Version) -> Option<Element> {
    recurrence::write(&from_json(shown)?, &|_| "Z".to_owned(), version >= Version::Exchange2010)
}

/// The `Recurrence` of what the store keeps beside To Do.
pub(super) fn write_regeneration(kept: &str) -> Option<Element> {
    let kept: Value = serde_json::from_str(kept).ok()?;
    let name = REGENERATIONS.into_iter().find(|name| kept["pattern"] == *name)?;
    let daily = json!({ "pattern": { "type": "daily", "interval": 1 }, "range": kept["range"] });
    let range = write(&daily, Version::Exchange2016)?.children.pop()?;
    let pattern = t(name).child(said("Interval", kept["interval"].as_u64()?));
    Some(t("Recurrence").child(pattern).child(range))
}

fn to_json(recurrence: &PatternedRecurrence) -> Value {
    let PatternedRecurrence { pattern, range } = recurrence;
    let days: Vec<&str> = pattern.days_of_week.iter().copied().map(weekday_word).collect();
    json!({
        "pattern": {
            "type": pattern.pattern_type.word(),
            "interval": pattern.interval,
            "month": pattern.month.unwrap_or_default(),
            "dayOfMonth": pattern.day_of_month.unwrap_or_default(),
            "daysOfWeek": days,
            "firstDayOfWeek": weekday_word(pattern.first_day_of_week.unwrap_or(Weekday::Sunday)),
            "index": pattern.index.unwrap_or(WeekIndex::First).word(),
        },
        "range": {
            "type": range.range_type.word(),
            "startDate": range.start_date.to_string(),
            "endDate": range.end_date.map(|end| end.to_string()),
            "numberOfOccurrences": range.number_of_occurrences.unwrap_or_default(),
        },
    })
}

fn from_json(shown: &Value) -> Option<PatternedRecurrence> {
    let (pattern, range) = (&shown["pattern"], &shown["range"]);
    let number =
        |value: &Value| value.as_i64().and_then(|number| i32::try_from(number).ok()).filter(|number| *number > 0);
    let date = |value: &Value| value.as_str().filter(|text| *text != "0001-01-01").and_then(|text| text.parse().ok());
    let range_type = RangeType::from_word(range["type"].as_str()?)?;
    let days = pattern["daysOfWeek"].as_array().into_iter().flatten();
    Some(PatternedRecurrence {
        pattern: RecurrencePattern {
            pattern_type: PatternType::from_word(pattern["type"].as_str()?)?,
            interval: number(&pattern["interval"])?,
            days_of_week: days.filter_map(|day| weekday_from_word(day.as_str()?)).collect(),
            first_day_of_week: pattern["firstDayOfWeek"].as_str().and_then(weekday_from_word),
            day_of_month: number(&pattern["dayOfMonth"]),
            month: number(&pattern["month"]),
            index: pattern["index"].as_str().and_then(WeekIndex::from_word),
        },
        range: RecurrenceRange {
            range_type,
            start_date: date(&range["startDate"])?,
            end_date: date(&range["endDate"]),
            number_of_occurrences: number(&range["numberOfOccurrences"]),
            recurrence_time_zone: None,
        },
    })
}
