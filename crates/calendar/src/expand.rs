//! From a rule to its days.

use crate::day::Day;
use crate::fits::fits;
use crate::parts::names;
use crate::period::{Periods, days_of};
use crate::rule::{Range, Rule};
use jiff::civil::Date;
use std::iter::FusedIterator;

impl Rule {
    /// The days of the series that starts at `start`, in order.
    ///
    /// Only days that fit the rule are in it. A start that doesn't fit isn't: in Graph the first occurrence
    /// is [then later than the start][range], and RFC 5545 leaves it undefined.
    ///
    /// [range]: https://learn.microsoft.com/en-us/graph/api/resources/recurrencerange
    ///
    /// ```
    /// use jiff::civil::date;
    /// use mxs_calendar::Rule;
    ///
    /// let rule: Rule = "FREQ=MONTHLY;BYDAY=-1FR;COUNT=3".parse()?;
    /// let days: Vec<_> = rule.dates(date(2026, 1, 1)).collect();
    /// assert_eq!(days, [date(2026, 1, 30), date(2026, 2, 27), date(2026, 3, 27)]);
    /// # Ok::<(), mxs_calendar::TextError>(())
    /// ```
    pub fn dates(&self, start: Date) -> Dates {
        Dates::new(self.explicit(start), start)
    }
}

/// The days of a series, in order. It ends at the rule's end, at the end of the year 9999, or once the
/// calendar has repeated without a day that fits: such a rule never fits again.
#[derive(Clone, Debug)]
pub struct Dates {
    pub(crate) rule: Rule,
    pub(crate) start: Date,
    pub(crate) periods: Periods,
    /// No day after this one is looked for.
    pub(crate) last: Date,
    /// Which of the rule's periods is looked at next; `None` when there is none left.
    pub(crate) step: Option<i64>,
    /// How many more days the rule's count allows.
    pub(crate) left: Option<u64>,
    found: std::vec::IntoIter<Date>,
    empty_periods: u32,
}

impl Dates {
    fn new(rule: Rule, start: Date) -> Self {
        let (left, last) = match rule.range {
            Range::Forever => (None, Date::MAX),
            Range::Count(count) => (Some(u64::from(count.get())), Date::MAX),
            Range::Until(last) => (None, last),
        };
        let periods = Periods::of(&rule, start);
        let found = Vec::new().into_iter();
        Self { rule, start, periods, last, step: Some(0), left, found, empty_periods: 0 }
    }

    /// The first day of the rule's `step`-th period; `None` beyond the calendar.
    fn first_day(&self, step: i64) -> Option<Date> {
        self.periods.first_day(step.checked_mul(i64::from(self.rule.interval.get()))?)
    }

    /// The days of the period that begins at `first`, those before the start left out.
    fn days_from(&self, first: Date) -> Vec<Date> {
        let fitting = days_of(&self.rule.frequency, first).filter(|day| fits(&self.rule, *day));
        let mut days: Vec<Date> = fitting.filter_map(Day::date).collect();
        if !self.rule.positions.is_empty() {
            // No period has more days than a year.
            let count = days.len() as i16;
            let mut position = 0;
            days.retain(|_| {
                position += 1;
                names(&self.rule.positions, position, count)
            });
        }
        days.retain(|day| *day >= self.start);
        days
    }

    /// How many days the series has in the period that holds its start.
    pub(crate) fn count_in_first(&self) -> u64 {
        self.first_day(0).map_or(0, |first| self.days_from(first).len() as u64)
    }

    /// Looks for days in the next period; `None` when the series is over.
    fn look_further(&mut self) -> Option<()> {
        let step = self.step.take()?;
        let first = self.first_day(step).filter(|first| *first <= self.last)?;
        let days = self.days_from(first);
        self.empty_periods = if days.is_empty() { self.empty_periods + 1 } else { 0 };
        if self.empty_periods <= self.periods.most_empty() {
            self.step = step.checked_add(1);
        }
        self.found = days.into_iter();
        Some(())
    }

    fn end(&mut self) {
        self.step = None;
        self.found = Vec::new().into_iter();
    }
}

impl Iterator for Dates {
    type Item = Date;

    fn next(&mut self) -> Option<Date> {
        loop {
            if let Some(day) = self.found.next() {
                if day > self.last || self.left == Some(0) {
                    self.end();
                    return None;
                }
                self.left = self.left.map(|left| left - 1);
                return Some(day);
            }
            self.look_further()?;
        }
    }
}

impl FusedIterator for Dates {}
