//! A rule as RFC 5545 writes it.

use crate::moment::Moment;
use crate::parts::{NthWeekday, WeekdayList, Weekdays};
use crate::rule::{Daily, Frequency, Monthly, Range, Rule, Weekly, Yearly, YearlyWeekdays};
use jiff::civil::Weekday;
use std::collections::BTreeSet;
use std::fmt::{self, Display, Write};

/// The two letters of a weekday.
pub(crate) fn letters(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "MO",
        Weekday::Tuesday => "TU",
        Weekday::Wednesday => "WE",
        Weekday::Thursday => "TH",
        Weekday::Friday => "FR",
        Weekday::Saturday => "SA",
        Weekday::Sunday => "SU",
    }
}

/// In one order, with nothing that is the default: equal rules have equal texts. UNTIL is a date.
impl Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.frequency {
            Frequency::Daily(_) => "FREQ=DAILY",
            Frequency::Weekly(_) => "FREQ=WEEKLY",
            Frequency::Monthly(_) => "FREQ=MONTHLY",
            Frequency::Yearly(_) => "FREQ=YEARLY",
        })?;
        match self.range {
            Range::Forever => {}
            Range::Count(count) => write!(f, ";COUNT={count}")?,
            Range::Until(last) => write!(f, ";UNTIL={}", Moment::Date(last))?,
        }
        if self.interval.get() != 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        match &self.frequency {
            Frequency::Daily(Daily { months, month_days, weekdays }) => {
                list(f, "BYMONTH", months)?;
                list(f, "BYMONTHDAY", month_days)?;
                list(f, "BYDAY", plain(*weekdays))?;
            }
            Frequency::Weekly(Weekly { months, weekdays }) => {
                list(f, "BYMONTH", months)?;
                list(f, "BYDAY", plain(*weekdays))?;
            }
            Frequency::Monthly(Monthly { months, month_days, weekdays }) => {
                list(f, "BYMONTH", months)?;
                list(f, "BYMONTHDAY", month_days)?;
                list(f, "BYDAY", listed(weekdays))?;
            }
            Frequency::Yearly(yearly) => write_year(f, yearly)?,
        }
        list(f, "BYSETPOS", &self.positions)?;
        if self.week_start != Weekday::Monday {
            write!(f, ";WKST={}", letters(self.week_start))?;
        }
        Ok(())
    }
}

fn write_year(f: &mut fmt::Formatter<'_>, yearly: &Yearly) -> fmt::Result {
    let Yearly { months, year_days, month_days, weekdays } = yearly;
    list(f, "BYMONTH", months)?;
    if let YearlyWeekdays::InWeeks { weeks, .. } = weekdays {
        list(f, "BYWEEKNO", weeks)?;
    }
    list(f, "BYYEARDAY", year_days)?;
    list(f, "BYMONTHDAY", month_days)?;
    match weekdays {
        YearlyWeekdays::Counted(days) => list(f, "BYDAY", listed(days)),
        YearlyWeekdays::InWeeks { weekdays, .. } => list(f, "BYDAY", plain(*weekdays)),
    }
}

fn list<T: Display>(f: &mut fmt::Formatter<'_>, name: &str, items: impl IntoIterator<Item = T>) -> fmt::Result {
    for (index, item) in items.into_iter().enumerate() {
        if index == 0 {
            write!(f, ";{name}={item}")?;
        } else {
            f.write_char(',')?;
            item.fmt(f)?;
        }
    }
    Ok(())
}

fn plain(days: Weekdays) -> impl Iterator<Item = String> {
    days.iter().map(|day| letters(day).to_owned())
}

fn listed(days: &WeekdayList) -> impl Iterator<Item = String> {
    let WeekdayList { every, nth }: &WeekdayList = days;
    let nth: &BTreeSet<NthWeekday> = nth;
    plain(*every).chain(nth.iter().map(|day| format!("{}{}", day.nth, letters(day.weekday))))
}
