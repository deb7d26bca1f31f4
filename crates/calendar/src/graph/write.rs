//! From a rule to Graph's pattern, where there is one with the same days.

use crate::graph::words::{PatternType, PatternedRecurrence, RangeType, RecurrencePattern, RecurrenceRange, WeekIndex};
use crate::parts::{Month, Nth, WeekdayList, Weekdays};
use crate::rule::{Daily, Frequency, Monthly, Range, Rule, Weekly, Yearly, YearlyWeekdays};
use crate::simplify::{in_a_row, only};
use crate::unsupported::Unsupported;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// The longest interval of days.
/// <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/dailyrecurrence>
pub const MOST_DAYS: u32 = 999;
/// The longest interval of weeks, months and years. For years no page says it.
/// <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/absolutemonthlyrecurrence>
pub const MOST_PERIODS: u32 = 99;
/// The most occurrences of a numbered series.
/// <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/numberofoccurrences>
pub const MOST_OCCURRENCES: u32 = 999;

impl PatternedRecurrence {
    /// The pattern with the same days as the rule of a series that starts at `start`, or why there is none.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use mxs_calendar::graph::{PatternType, PatternedRecurrence};
    /// use mxs_calendar::{Rule, Unsupported};
    ///
    /// let last_day: Rule = "FREQ=MONTHLY;BYMONTHDAY=-1".parse()?;
    /// let pattern = PatternedRecurrence::of(&last_day, date(2026, 1, 31), None)?.pattern;
    /// assert_eq!((pattern.pattern_type, pattern.day_of_month), (PatternType::AbsoluteMonthly, Some(31)));
    ///
    /// // Exchange would meet on the 30th of April. This rule doesn't meet in April.
    /// let skips: Rule = "FREQ=MONTHLY;BYMONTHDAY=31".parse()?;
    /// let refused = PatternedRecurrence::of(&skips, date(2026, 1, 31), None);
    /// assert_eq!(refused, Err(Unsupported::ShortMonthsSkipped { day: 31 }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(rule: &Rule, start: Date, time_zone: Option<String>) -> Result<Self, Unsupported> {
        let rule = rule.explicit(start).simplified();
        let pattern = pattern_of(&rule)?;
        let most = if pattern.pattern_type == PatternType::Daily { MOST_DAYS } else { MOST_PERIODS };
        if rule.interval.get() > most {
            return Err(Unsupported::Interval { most });
        }
        let (range_type, end_date, count) = match rule.range {
            Range::Forever => (RangeType::NoEnd, None, None),
            Range::Until(last) => (RangeType::EndDate, Some(last), None),
            Range::Count(count) if count.get() > MOST_OCCURRENCES => {
                return Err(Unsupported::Count { most: MOST_OCCURRENCES });
            }
            Range::Count(count) => (RangeType::Numbered, None, Some(count)),
        };
        let range = RecurrenceRange {
            range_type,
            start_date: start,
            end_date,
            number_of_occurrences: count.and_then(|count| i32::try_from(count.get()).ok()),
            recurrence_time_zone: time_zone,
        };
        Ok(Self { pattern: RecurrencePattern { interval: interval(&rule), ..pattern }, range })
    }
}

fn pattern_of(rule: &Rule) -> Result<RecurrencePattern, Unsupported> {
    match &rule.frequency {
        Frequency::Daily(daily) if *daily == Daily::default() => Ok(empty(PatternType::Daily)),
        Frequency::Daily(Daily { months, .. }) if !months.is_empty() => Err(Unsupported::Months),
        Frequency::Daily(_) if !rule.positions.is_empty() => Err(Unsupported::Positions),
        Frequency::Daily(_) => Err(Unsupported::DaysKept),
        Frequency::Weekly(Weekly { months, .. }) if !months.is_empty() => Err(Unsupported::Months),
        Frequency::Weekly(_) if !rule.positions.is_empty() => Err(Unsupported::Positions),
        Frequency::Weekly(Weekly { weekdays, .. }) => Ok(weekly_pattern(rule, *weekdays)),
        Frequency::Monthly(Monthly { months, .. }) if !months.is_empty() => Err(Unsupported::Months),
        Frequency::Monthly(Monthly { month_days, weekdays, .. }) => month_pattern(rule, None, month_days, weekdays),
        Frequency::Yearly(Yearly { year_days, .. }) if !year_days.is_empty() => Err(Unsupported::YearDays),
        Frequency::Yearly(Yearly { weekdays: YearlyWeekdays::InWeeks { .. }, .. }) => Err(Unsupported::WeekNumbers),
        Frequency::Yearly(Yearly { months, month_days, weekdays: YearlyWeekdays::Counted(weekdays), .. }) => {
            let month = only(months).ok_or(Unsupported::Months)?;
            month_pattern(rule, Some(*month), month_days, weekdays)
        }
    }
}

fn weekly_pattern(rule: &Rule, weekdays: Weekdays) -> RecurrencePattern {
    RecurrencePattern {
        days_of_week: weekdays.iter().collect(),
        first_day_of_week: Some(rule.week_start),
        ..empty(PatternType::Weekly)
    }
}

/// A day in every month, or in one month of every year.
fn month_pattern(
    rule: &Rule,
    month: Option<Month>,
    month_days: &BTreeSet<Nth<31>>,
    weekdays: &WeekdayList,
) -> Result<RecurrencePattern, Unsupported> {
    let (absolute, relative) = match month {
        Some(_) => (PatternType::AbsoluteYearly, PatternType::RelativeYearly),
        None => (PatternType::AbsoluteMonthly, PatternType::RelativeMonthly),
    };
    let month_number = month.map(|month| i32::from(month.number()));
    if weekdays.is_empty() {
        let day = day_or_last(month, month_days, &rule.positions)?;
        return Ok(RecurrencePattern { day_of_month: Some(day.into()), month: month_number, ..empty(absolute) });
    }
    if !month_days.is_empty() {
        return Err(Unsupported::MonthDayAndWeekday);
    }
    let (days, number) = nth_of(weekdays, &rule.positions)?;
    let index = WeekIndex::from_number(number).ok_or(Unsupported::FifthWeekday)?;
    let days_of_week = days.iter().collect();
    // A week's first day is sent with weeks only: elsewhere Graph may refuse what it doesn't need.
    Ok(RecurrencePattern { days_of_week, month: month_number, index: Some(index), ..empty(relative) })
}

/// The number that means these days to Exchange, which takes the last day of months that are too short.
fn day_or_last(
    month: Option<Month>,
    month_days: &BTreeSet<Nth<31>>,
    positions: &BTreeSet<Nth<366>>,
) -> Result<i8, Unsupported> {
    let (fewest, most) = Month::lengths(month);
    let days: Vec<i16> = month_days.iter().map(|nth| nth.number()).collect();
    let picked: Vec<i16> = positions.iter().map(|nth| nth.number()).collect();
    match (days.as_slice(), picked.as_slice()) {
        ([-1], []) => Ok(most),
        ([day], []) if *day > 0 => {
            let day = i8::try_from(*day).unwrap_or(most);
            if day <= fewest { Ok(day) } else { Err(Unsupported::ShortMonthsSkipped { day }) }
        }
        ([_], []) => Err(Unsupported::FromTheEnd),
        // "The last of 28, 29 and 30" is the 30th, or the last day of a month without one.
        ([first, .., last], [-1]) if (1..=i16::from(fewest)).contains(first) && in_a_row(&days) => {
            Ok(i8::try_from(*last).unwrap_or(most))
        }
        (_, []) => Err(Unsupported::SeveralDays),
        _ => Err(Unsupported::Positions),
    }
}

/// The weekdays, and which of them together.
fn nth_of(list: &WeekdayList, positions: &BTreeSet<Nth<366>>) -> Result<(Weekdays, i16), Unsupported> {
    match (only(&list.nth), only(positions)) {
        (Some(day), None) if positions.is_empty() && list.every.is_empty() => {
            Ok((Weekdays::from_iter([day.weekday]), day.nth.number()))
        }
        (None, None) if positions.is_empty() && list.nth.is_empty() => Err(Unsupported::EveryWeekday),
        (_, None) if positions.is_empty() => Err(Unsupported::SeveralDays),
        (None, Some(position)) if list.nth.is_empty() => Ok((list.every, position.number())),
        _ => Err(Unsupported::Positions),
    }
}

fn empty(pattern_type: PatternType) -> RecurrencePattern {
    RecurrencePattern {
        pattern_type,
        interval: 1,
        days_of_week: Vec::new(),
        first_day_of_week: None,
        day_of_month: None,
        month: None,
        index: None,
    }
}

fn interval(rule: &Rule) -> i32 {
    i32::try_from(rule.interval.get()).unwrap_or(i32::MAX)
}
