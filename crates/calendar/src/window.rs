//! The days of a series between two dates, without walking there from the start.

use crate::expand::Dates;
use crate::parts::{Nth, WeekdayList};
use crate::rule::{Daily, Frequency, Monthly, Rule, Weekly, Yearly, YearlyWeekdays};
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// Every month has these days, and so often each weekday.
const DAYS_OF_EVERY_MONTH: i16 = 28;
const WEEKS_OF_EVERY_MONTH: i16 = 4;

impl Rule {
    /// The days of the series that starts at `start` from the window's first day to its last, both
    /// included.
    ///
    /// What lies before the window is jumped over. Only a rule with a count whose periods don't all have
    /// the same number of days ("every 31st, ten times") must be walked, since its days have to be counted.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use mxs_calendar::Rule;
    ///
    /// let rule: Rule = "FREQ=DAILY;INTERVAL=10".parse()?;
    /// let week = date(2926, 1, 1)..=date(2926, 1, 7);
    /// assert_eq!(rule.between(date(2026, 1, 1), week).collect::<Vec<_>>(), [date(2926, 1, 3)]);
    /// # Ok::<(), mxs_calendar::TextError>(())
    /// ```
    pub fn between(&self, start: Date, window: RangeInclusive<Date>) -> impl Iterator<Item = Date> + use<> {
        let (first, last) = window.into_inner();
        let mut dates = self.dates(start);
        dates.last = dates.last.min(last);
        dates.jump_to(first);
        dates.skip_while(move |day| *day < first)
    }

    /// Whether the day is one of the series that starts at `start`.
    pub fn has(&self, start: Date, day: Date) -> bool {
        self.between(start, day..=day).next().is_some()
    }
}

impl Dates {
    /// Goes to the period that holds `day`, if it can tell how many days come before that period.
    fn jump_to(&mut self, day: Date) {
        if day <= self.start {
            return;
        }
        let step = self.periods.number_of(day) / i64::from(self.rule.interval.get());
        if step == 0 {
            return;
        }
        if let Some(left) = self.left {
            let Some(a_period) = days_a_period(&self.rule) else { return };
            // The start may lie in the middle of its period.
            let whole = step.unsigned_abs() - 1;
            let before = whole.saturating_mul(a_period).saturating_add(self.count_in_first());
            self.left = Some(left.saturating_sub(before));
        }
        self.step = Some(step);
    }
}

/// How many days each whole period of a rule has, where they all have the same number. The rule must be
/// explicit.
fn days_a_period(rule: &Rule) -> Option<u64> {
    let days = named_days(&rule.frequency)?;
    let mut numbers = rule.positions.iter().map(|nth| nth.number());
    let count = match (numbers.next(), numbers.next()) {
        (None, _) => days.always_so_many.then_some(days.fewest)?,
        (Some(number), None) if usize::from(number.unsigned_abs()) <= days.fewest => 1,
        _ => return None,
    };
    Some(count as u64)
}

/// How many days a rule's parts name in each whole period.
#[derive(Clone, Copy)]
struct NamedDays {
    /// At least so many.
    fewest: usize,
    /// Never more.
    always_so_many: bool,
}

impl NamedDays {
    fn always(fewest: usize) -> Self {
        Self { fewest, always_so_many: true }
    }
}

fn named_days(frequency: &Frequency) -> Option<NamedDays> {
    match frequency {
        Frequency::Daily(daily) => (*daily == Daily::default()).then_some(NamedDays::always(1)),
        Frequency::Weekly(Weekly { months, weekdays }) => {
            months.is_empty().then_some(NamedDays::always(weekdays.len()))
        }
        Frequency::Monthly(Monthly { months, month_days, weekdays }) => {
            if months.is_empty() {
                days_of_every_month(month_days, weekdays)
            } else {
                None
            }
        }
        Frequency::Yearly(Yearly { months, year_days, month_days, weekdays: YearlyWeekdays::Counted(weekdays) })
            if year_days.is_empty() && !months.is_empty() =>
        {
            let a_month = days_of_every_month(month_days, weekdays)?;
            Some(NamedDays { fewest: a_month.fewest * months.len(), ..a_month })
        }
        Frequency::Yearly(_) => None,
    }
}

fn days_of_every_month(month_days: &BTreeSet<Nth<31>>, weekdays: &WeekdayList) -> Option<NamedDays> {
    match (month_days.is_empty(), weekdays.every.is_empty(), weekdays.nth.is_empty()) {
        (false, true, true) => Some(found_in_every(month_days.iter().map(|nth| nth.number()), DAYS_OF_EVERY_MONTH)),
        (true, true, false) => {
            Some(found_in_every(weekdays.nth.iter().map(|day| day.nth.number()), WEEKS_OF_EVERY_MONTH))
        }
        (true, false, true) => {
            let weeks = usize::from(WEEKS_OF_EVERY_MONTH.unsigned_abs());
            Some(NamedDays { fewest: weekdays.every.len() * weeks, always_so_many: false })
        }
        _ => None,
    }
}

/// Of numbers up to `most` every month has the thing. Numbers from the other end may name the same thing
/// twice, so only one end is counted.
fn found_in_every(numbers: impl Iterator<Item = i16>, most: i16) -> NamedDays {
    let (mut from_first, mut from_last, mut all) = (0, 0, 0);
    for number in numbers {
        all += 1;
        from_first += usize::from((1..=most).contains(&number));
        from_last += usize::from((-most..=-1).contains(&number));
    }
    let fewest = from_first.max(from_last);
    NamedDays { fewest, always_so_many: fewest == all }
}
