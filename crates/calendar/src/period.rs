//! The days, weeks, months and years that rules repeat by.

use crate::day::Day;
use crate::parts::Month;
use crate::rule::{Frequency, Rule, Yearly};
use jiff::SignedDuration;
use jiff::civil::Date;
use std::collections::BTreeSet;

const SECONDS_A_DAY: i64 = 86_400;
const DAYS_A_WEEK: i64 = 7;
const MONTHS_A_YEAR: i64 = 12;

/// The Gregorian calendar repeats after this many years, weekdays included: 146,097 days are whole weeks.
const CYCLE_YEARS: u32 = 400;
const CYCLE_DAYS: u32 = 146_097;

/// Counts the periods of a rule from the one that holds the start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Periods {
    unit: Unit,
    /// The first day of the period that holds the start.
    anchor: Date,
}

#[derive(Clone, Copy, Debug)]
enum Unit {
    Day,
    Week,
    Month,
    Year,
}

impl Periods {
    pub(crate) fn of(rule: &Rule, start: Date) -> Self {
        let (unit, anchor) = match rule.frequency {
            Frequency::Daily(_) => (Unit::Day, start),
            Frequency::Weekly(_) => {
                let days_in = i64::from(start.weekday().since(rule.week_start));
                (Unit::Week, add_days(start, -days_in).unwrap_or(Date::MIN))
            }
            Frequency::Monthly(_) => (Unit::Month, start.first_of_month()),
            Frequency::Yearly(_) => (Unit::Year, start.first_of_year()),
        };
        Self { unit, anchor }
    }

    /// So many empty periods in a row show that none will ever hold a day: from then on the calendar only
    /// repeats. (With an interval the cycle takes at most as many steps.)
    pub(crate) fn most_empty(self) -> u32 {
        match self.unit {
            Unit::Day => CYCLE_DAYS,
            Unit::Week => CYCLE_DAYS / 7,
            Unit::Month => CYCLE_YEARS * 12,
            Unit::Year => CYCLE_YEARS,
        }
    }

    /// The first day of the `number`-th period after the anchor's; `None` beyond the year 9999.
    pub(crate) fn first_day(self, number: i64) -> Option<Date> {
        match self.unit {
            Unit::Day => add_days(self.anchor, number),
            Unit::Week => add_days(self.anchor, number.checked_mul(DAYS_A_WEEK)?),
            Unit::Month => add_months(self.anchor, number),
            Unit::Year => add_months(self.anchor, number.checked_mul(MONTHS_A_YEAR)?),
        }
    }

    /// How many periods after the anchor's a day is that isn't before the start.
    pub(crate) fn number_of(self, day: Date) -> i64 {
        match self.unit {
            Unit::Day => days_between(self.anchor, day),
            Unit::Week => days_between(self.anchor, day) / DAYS_A_WEEK,
            Unit::Month => months_since_year_zero(day) - months_since_year_zero(self.anchor),
            Unit::Year => i64::from(day.year()) - i64::from(self.anchor.year()),
        }
    }
}

/// The days of the period that begins at `first`, in order, but for months that the rule leaves out.
pub(crate) fn days_of(frequency: &Frequency, first: Date) -> impl Iterator<Item = Day> {
    let (blocks, length): (Vec<Date>, Option<i16>) = match frequency {
        Frequency::Daily(_) => (vec![first], Some(1)),
        Frequency::Weekly(_) => (vec![first], Some(7)),
        Frequency::Monthly(_) => (vec![first], None),
        Frequency::Yearly(Yearly { months, .. }) if months.is_empty() => (vec![first], Some(first.days_in_year())),
        // Most yearly rules name a month: looking at the other eleven would find nothing.
        Frequency::Yearly(Yearly { months, .. }) => (months_of(first, months), None),
    };
    blocks.into_iter().flat_map(move |first| {
        let length = length.unwrap_or(first.days_in_month().into());
        std::iter::successors(Some(Day::new(first)), |day| day.tomorrow()).take(usize::from(length.unsigned_abs()))
    })
}

fn months_of(first: Date, months: &BTreeSet<Month>) -> Vec<Date> {
    months.iter().filter_map(|month| Date::new(first.year(), month.number(), 1).ok()).collect()
}

/// The day that is so many days later; `None` outside the calendar.
pub(crate) fn add_days(day: Date, days: i64) -> Option<Date> {
    // A `Span` says it more plainly, and doubles this crate's share of what a browser downloads.
    day.checked_add(SignedDuration::from_secs(days.checked_mul(SECONDS_A_DAY)?)).ok()
}

/// How many days later `to` is than `from`.
pub(crate) fn days_between(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_secs() / SECONDS_A_DAY
}

fn add_months(first_of_month: Date, months: i64) -> Option<Date> {
    let number = months_since_year_zero(first_of_month).checked_add(months)?;
    let month = i8::try_from(number.rem_euclid(MONTHS_A_YEAR) + 1).ok()?;
    Date::new(i16::try_from(number.div_euclid(MONTHS_A_YEAR)).ok()?, month, 1).ok()
}

fn months_since_year_zero(day: Date) -> i64 {
    i64::from(day.year()) * MONTHS_A_YEAR + i64::from(day.month()) - 1
}
