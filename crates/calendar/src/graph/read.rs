//! From Graph's pattern to a rule.

use crate::graph::words::{PatternType, PatternedRecurrence, RangeType, RecurrencePattern, WeekIndex};
use crate::parts::{Month, Nth, NthWeekday, WeekdayList, Weekdays};
use crate::rule::{Daily, Frequency, Monthly, Range, Rule, Weekly, Yearly, YearlyWeekdays};
use jiff::civil::Weekday;
use std::collections::BTreeSet;
use std::num::NonZeroU32;

/// A property that the pattern needs is missing or has a value that it can't have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// `dayOfMonth`, 1 to 31.
    #[error("dayOfMonth is no day of a month")]
    DayOfMonth,
    /// `daysOfWeek`, at least one.
    #[error("daysOfWeek is empty")]
    DaysOfWeek,
    /// `endDate`, on or after the start.
    #[error("endDate is missing or before startDate")]
    EndDate,
    /// `interval`, from 1.
    #[error("interval is not above zero")]
    Interval,
    /// `month`, 1 to 12.
    #[error("month is no month")]
    Month,
    /// `numberOfOccurrences`, from 1.
    #[error("numberOfOccurrences is not above zero")]
    NumberOfOccurrences,
}

impl PatternedRecurrence {
    /// The rule with the same days, for a series that starts on the range's `startDate`.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use mxs_calendar::graph::*;
    ///
    /// let rule = PatternedRecurrence {
    ///     pattern: RecurrencePattern {
    ///         pattern_type: PatternType::AbsoluteMonthly,
    ///         interval: 1,
    ///         day_of_month: Some(30),
    ///         days_of_week: vec![],
    ///         first_day_of_week: None,
    ///         month: None,
    ///         index: None,
    ///     },
    ///     range: RecurrenceRange {
    ///         range_type: RangeType::NoEnd,
    ///         start_date: date(2026, 1, 30),
    ///         end_date: None,
    ///         number_of_occurrences: None,
    ///         recurrence_time_zone: None,
    ///     },
    /// }
    /// .rule()?;
    /// assert_eq!(rule.to_string(), "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1");
    /// assert!(rule.has(date(2026, 1, 30), date(2026, 2, 28)));
    /// # Ok::<(), PatternError>(())
    /// ```
    pub fn rule(&self) -> Result<Rule, PatternError> {
        let pattern = &self.pattern;
        let interval = positive(pattern.interval).ok_or(PatternError::Interval)?;
        let (frequency, positions) = match pattern.pattern_type {
            PatternType::Daily => (Frequency::Daily(Daily::default()), BTreeSet::new()),
            PatternType::Weekly => {
                (Frequency::Weekly(Weekly { weekdays: weekdays(pattern)?, ..Weekly::default() }), BTreeSet::new())
            }
            PatternType::AbsoluteMonthly => {
                let (month_days, positions) = day_or_last(day_of_month(pattern)?, None);
                (Frequency::Monthly(Monthly { month_days, ..Monthly::default() }), positions)
            }
            PatternType::RelativeMonthly => {
                let (weekdays, positions) = nth_of(pattern)?;
                (Frequency::Monthly(Monthly { weekdays, ..Monthly::default() }), positions)
            }
            PatternType::AbsoluteYearly => {
                let month = month(pattern)?;
                let (month_days, positions) = day_or_last(day_of_month(pattern)?, Some(month));
                let months = BTreeSet::from([month]);
                (Frequency::Yearly(Yearly { months, month_days, ..Yearly::default() }), positions)
            }
            PatternType::RelativeYearly => {
                let (list, positions) = nth_of(pattern)?;
                let (months, weekdays) = (BTreeSet::from([month(pattern)?]), YearlyWeekdays::Counted(list));
                (Frequency::Yearly(Yearly { months, weekdays, ..Yearly::default() }), positions)
            }
        };
        // Where weeks begin matters to weekly patterns only.
        let week_start = match pattern.pattern_type {
            PatternType::Weekly => pattern.first_day_of_week.unwrap_or(Weekday::Sunday),
            _ => Weekday::Monday,
        };
        let rule = Rule::new(frequency).every(interval).week_starting(week_start).in_range(self.ends()?);
        // Positions come with the days that they pick from.
        Ok(rule.clone().picking(positions).unwrap_or(rule))
    }

    fn ends(&self) -> Result<Range, PatternError> {
        let range = &self.range;
        match range.range_type {
            RangeType::NoEnd => Ok(Range::Forever),
            RangeType::Numbered => {
                let count = range.number_of_occurrences.and_then(positive);
                Ok(Range::Count(count.ok_or(PatternError::NumberOfOccurrences)?))
            }
            RangeType::EndDate => {
                let last = range.end_date.filter(|last| *last >= range.start_date);
                Ok(Range::Until(last.ok_or(PatternError::EndDate)?))
            }
        }
    }
}

/// The days and positions that mean "this day of the month, or the last one of a month without it".
fn day_or_last(day: i8, month: Option<Month>) -> (BTreeSet<Nth<31>>, BTreeSet<Nth<366>>) {
    let (fewest, most) = Month::lengths(month);
    if day <= fewest {
        (numbers([day]), BTreeSet::new())
    } else if fewest == most {
        // A yearly "April 31" is April 30 every year.
        (numbers([most]), BTreeSet::new())
    } else if day >= most {
        (numbers([-1]), BTreeSet::new())
    } else {
        (numbers(fewest..=day), numbers([-1]))
    }
}

/// One weekday is counted by itself; of several, RFC 5545 needs BYSETPOS to count them together.
fn nth_of(pattern: &RecurrencePattern) -> Result<(WeekdayList, BTreeSet<Nth<366>>), PatternError> {
    let weekdays = weekdays(pattern)?;
    let number = pattern.index.unwrap_or(WeekIndex::First).number();
    Ok(match (weekdays.only(), Nth::new(number)) {
        (Some(weekday), Some(nth)) => (WeekdayList::from(NthWeekday { nth, weekday }), BTreeSet::new()),
        _ => (WeekdayList::from(weekdays), Nth::new(number).into_iter().collect()),
    })
}

fn weekdays(pattern: &RecurrencePattern) -> Result<Weekdays, PatternError> {
    let weekdays = Weekdays::from_iter(pattern.days_of_week.iter().copied());
    if weekdays.is_empty() { Err(PatternError::DaysOfWeek) } else { Ok(weekdays) }
}

fn day_of_month(pattern: &RecurrencePattern) -> Result<i8, PatternError> {
    let day = pattern.day_of_month.and_then(|day| i8::try_from(day).ok());
    let (_, most) = Month::lengths(None);
    day.filter(|day| (1..=most).contains(day)).ok_or(PatternError::DayOfMonth)
}

fn month(pattern: &RecurrencePattern) -> Result<Month, PatternError> {
    pattern.month.and_then(|month| Month::new(i8::try_from(month).ok()?)).ok_or(PatternError::Month)
}

fn positive(number: i32) -> Option<NonZeroU32> {
    u32::try_from(number).ok().and_then(NonZeroU32::new)
}

fn numbers<const MOST: i16>(list: impl IntoIterator<Item = i8>) -> BTreeSet<Nth<MOST>> {
    list.into_iter().filter_map(|number| Nth::new(number.into())).collect()
}
