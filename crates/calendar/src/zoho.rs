//! Recurrence in the words of Zoho CRM.
//!
//! Tasks, meetings and calls have a `Recurring_Activity` with an `RRULE`, which is RFC 5545's but for its
//! dates (`2026-01-05`) and for the start, which is inside: `FREQ=DAILY;INTERVAL=1;DTSTART=2026-01-05`.
//! Published samples show FREQ, INTERVAL, DTSTART and UNTIL. The other parts are taken to be RFC 5545's, and
//! only shapes that Exchange's files have too are written: one day, or the n-th of some weekdays.
//! [`RuleText`](crate::RuleText) reads all.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/insert-records.html>

use crate::rule::{Daily, Frequency, Monthly, Range, Rule, Weekly, Yearly, YearlyWeekdays};
use crate::simplify::only;
use crate::text::letters;
use crate::unsupported::Unsupported;
use jiff::civil::{Date, Weekday};
use std::collections::BTreeSet;
use std::fmt::Display;

/// The text of a rule for a series that starts at `start`, or why Zoho has none.
///
/// ```
/// use jiff::civil::date;
/// use mxs_calendar::{Rule, zoho};
///
/// let rule: Rule = "FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20261231".parse()?;
/// assert_eq!(
///     zoho::rrule(&rule, date(2026, 1, 30))?,
///     "FREQ=MONTHLY;INTERVAL=1;BYDAY=FR;BYSETPOS=-1;DTSTART=2026-01-30;UNTIL=2026-12-31"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn rrule(rule: &Rule, start: Date) -> Result<String, Unsupported> {
    let rule = rule.explicit(start).simplified();
    let (name, days) = match &rule.frequency {
        Frequency::Daily(daily) if *daily == Daily::default() => ("DAILY", String::new()),
        Frequency::Daily(Daily { months, .. }) if !months.is_empty() => return Err(Unsupported::Months),
        Frequency::Daily(_) if !rule.positions.is_empty() => return Err(Unsupported::Positions),
        Frequency::Daily(_) => return Err(Unsupported::DaysKept),
        Frequency::Weekly(Weekly { months, .. }) if !months.is_empty() => return Err(Unsupported::Months),
        Frequency::Weekly(_) if !rule.positions.is_empty() => return Err(Unsupported::Positions),
        Frequency::Weekly(Weekly { weekdays, .. }) => ("WEEKLY", list("BYDAY", weekdays.iter().map(letters))),
        Frequency::Monthly(Monthly { months, .. }) if !months.is_empty() => return Err(Unsupported::Months),
        Frequency::Monthly(Monthly { month_days, weekdays, .. }) => {
            ("MONTHLY", day_of_month(&rule, month_days, weekdays)?)
        }
        Frequency::Yearly(Yearly { year_days, .. }) if !year_days.is_empty() => return Err(Unsupported::YearDays),
        Frequency::Yearly(Yearly { months, month_days, weekdays, .. }) => {
            let YearlyWeekdays::Counted(weekdays) = weekdays else { return Err(Unsupported::WeekNumbers) };
            let month = only(months).ok_or(Unsupported::Months)?;
            ("YEARLY", day_of_month(&rule, month_days, weekdays)? + &list("BYMONTH", [month]))
        }
    };
    let range = match rule.range {
        Range::Forever => String::new(),
        Range::Count(count) => format!(";COUNT={count}"),
        Range::Until(last) => format!(";UNTIL={last}"),
    };
    let week_start =
        if week_start_matters(&rule, start) { format!(";WKST={}", letters(rule.week_start)) } else { String::new() };
    Ok(format!("FREQ={name};INTERVAL={}{days}{week_start};DTSTART={start}{range}", rule.interval))
}

/// Whether weeks from Monday, which are meant where nothing is said, would give other days.
fn week_start_matters(rule: &Rule, start: Date) -> bool {
    match &rule.frequency {
        // The same weekday every other week is in every other week, wherever weeks begin.
        Frequency::Weekly(Weekly { weekdays, .. }) if weekdays.only() == Some(start.weekday()) => false,
        Frequency::Weekly(_) => rule.interval.get() > 1 && rule.week_start != Weekday::Monday,
        _ => false,
    }
}

/// The text of the days that a series leaves out.
///
/// No published sample shows one; this is the form of the dates in a rule.
pub fn exdate(days: &BTreeSet<Date>) -> String {
    days.iter().map(Date::to_string).collect::<Vec<_>>().join(",")
}

fn day_of_month(
    rule: &Rule,
    month_days: &BTreeSet<crate::Nth<31>>,
    weekdays: &crate::WeekdayList,
) -> Result<String, Unsupported> {
    let position = only(&rule.positions);
    match (month_days.is_empty(), weekdays.is_empty()) {
        (false, false) => Err(Unsupported::MonthDayAndWeekday),
        (_, true) if rule.positions.len() > 1 => Err(Unsupported::Positions),
        (_, true) if position.is_none() && month_days.len() > 1 => Err(Unsupported::SeveralDays),
        (_, true) => Ok(list("BYMONTHDAY", month_days) + &list("BYSETPOS", &rule.positions)),
        // "The second Monday" as a position is what Exchange writes, and every reader of RFC 5545 reads.
        (true, false) => match (only(&weekdays.nth), position) {
            (Some(day), None) if rule.positions.is_empty() && weekdays.every.is_empty() => {
                Ok(list("BYDAY", [letters(day.weekday)]) + &list("BYSETPOS", [day.nth]))
            }
            (None, Some(position)) if weekdays.nth.is_empty() => {
                Ok(list("BYDAY", weekdays.every.iter().map(letters)) + &list("BYSETPOS", [position]))
            }
            (None, None) if rule.positions.is_empty() && weekdays.nth.is_empty() => Err(Unsupported::EveryWeekday),
            (_, None) if rule.positions.is_empty() => Err(Unsupported::SeveralDays),
            _ => Err(Unsupported::Positions),
        },
    }
}

fn list<T: Display>(name: &str, items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    if items.is_empty() { String::new() } else { format!(";{name}={}", items.join(",")) }
}
