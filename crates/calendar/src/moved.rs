//! The same rule some days later, or earlier.

use crate::parts::{Month, Nth, Weekdays};
use crate::period::add_days;
use crate::rule::{Daily, Frequency, Monthly, Range, Rule, Weekly, Yearly, YearlyWeekdays};
use crate::simplify::only;
use jiff::civil::{Date, Weekday};
use std::collections::BTreeSet;

/// Nowhere is it the day before the day before somewhere else: from the Line Islands to the Dateline's other side it
/// is 26 hours.
const MOST_DAYS: u64 = 2;

/// February has this many days in every year; so has the end of each month, counted from the last.
const DAYS_OF_EVERY_MONTH: i16 = 28;

/// A leap year, and one that is none.
const YEARS: [i16; 2] = [2000, 2001];

impl Rule {
    /// The rule of the series that starts so many days after `start`, its first day, two at most, and whose every day is
    /// so many days later than this one's; earlier if below zero. `None` where no rule has these days in all months and
    /// years: the day after the second Monday is not always the second Tuesday.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use mxs_calendar::Rule;
    ///
    /// let rule: Rule = "FREQ=WEEKLY;BYDAY=MO,SU;UNTIL=20260308".parse()?;
    /// let later = rule.moved(date(2026, 3, 2), 1).map(|rule| rule.to_string());
    /// assert_eq!(later.as_deref(), Some("FREQ=WEEKLY;UNTIL=20260309;BYDAY=MO,TU;WKST=TU"));
    /// # Ok::<(), mxs_calendar::TextError>(())
    /// ```
    pub fn moved(&self, start: Date, days: i64) -> Option<Self> {
        // From a start that is none of its days, periods would be counted from another one where a day is in the next.
        if days.unsigned_abs() > MOST_DAYS || days != 0 && !self.has(start, start) {
            return None;
        }
        let mut rule = self.explicit(start).simplified();
        for _ in 0..days.unsigned_abs() {
            rule = rule.moved_by_one(days > 0)?;
        }
        if let Range::Until(last) = rule.range {
            rule.range = Range::Until(add_days(last, days)?);
        }
        Some(rule)
    }

    fn moved_by_one(self, later: bool) -> Option<Self> {
        let weekdays = |days: Weekdays| days.iter().map(|day| beside(day, later)).collect::<Weekdays>();
        let is_picked = !self.positions.is_empty();
        let frequency = match &self.frequency {
            Frequency::Daily(Daily { months, month_days, weekdays: days }) => {
                (months.is_empty() && month_days.is_empty()).then_some(())?;
                Frequency::Daily(Daily { weekdays: weekdays(*days), ..Daily::default() })
            }
            Frequency::Weekly(Weekly { months, weekdays: days }) => {
                months.is_empty().then_some(())?;
                Frequency::Weekly(Weekly { weekdays: weekdays(*days), ..Weekly::default() })
            }
            Frequency::Monthly(Monthly { months, month_days, weekdays: days }) => {
                (months.is_empty() && days.is_empty() && !is_picked).then_some(())?;
                let month_days = BTreeSet::from([day_beside(*only(month_days)?, later)?]);
                Frequency::Monthly(Monthly { month_days, ..Monthly::default() })
            }
            Frequency::Yearly(Yearly { months, year_days, month_days, weekdays: days }) => {
                let is_a_date = year_days.is_empty() && *days == YearlyWeekdays::default() && !is_picked;
                is_a_date.then_some(())?;
                let (month, day) = date_beside(*only(months)?, *only(month_days)?, later)?;
                let (months, month_days) = (BTreeSet::from([month]), BTreeSet::from([day]));
                Frequency::Yearly(Yearly { months, month_days, ..Yearly::default() })
            }
        };
        // Where weeks begin moves with their days, so that a week has the same ones.
        let week_start = beside(self.week_start, later);
        Some(Self { frequency, week_start, ..self })
    }
}

fn beside(day: Weekday, later: bool) -> Weekday {
    if later { day.next() } else { day.previous() }
}

/// The day of the month beside another one, if it is that in every month. The day before the first is the last, and
/// the other way around.
fn day_beside(day: Nth<31>, later: bool) -> Option<Nth<31>> {
    let (from, to) = match (day.number(), later) {
        (-1, true) => (-1, 1),
        (1, false) => (1, -1),
        (from, true) => (from, from + 1),
        (from, false) => (from, from - 1),
    };
    let is_in_every_month = |day: i16| (-DAYS_OF_EVERY_MONTH..=DAYS_OF_EVERY_MONTH).contains(&day);
    Nth::new(to).filter(|_| is_in_every_month(from) && is_in_every_month(to))
}

/// The day of the year beside another one, if it is that in every year.
fn date_beside(month: Month, day: Nth<31>, later: bool) -> Option<(Month, Nth<31>)> {
    let beside = |year: i16| {
        let date = Date::new(year, month.number(), i8::try_from(day.number()).ok()?).ok()?;
        let date = if later { date.tomorrow() } else { date.yesterday() }.ok()?;
        Some((Month::new(date.month())?, Nth::new(date.day().into())?))
    };
    let [leap, other] = YEARS.map(beside);
    leap.filter(|_| leap == other)
}
