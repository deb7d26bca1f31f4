//! Whether a day fits the parts of a rule.

use crate::day::Day;
use crate::parts::{Month, Nth, NthWeekday, WeekdayList, Weekdays, names};
use crate::rule::{Daily, Frequency, Monthly, Rule, Weekly, Yearly, YearlyWeekdays};
use jiff::civil::Weekday;
use std::collections::BTreeSet;

/// A week belongs to the year that holds its fourth day: it has most of its days there.
const FOURTH_DAY: i16 = 3;

/// Whether a day has everything that the rule's parts ask for. Whether its period is one of the rule's,
/// and which of the fitting days is picked, is decided elsewhere.
pub(crate) fn fits(rule: &Rule, day: Day) -> bool {
    match &rule.frequency {
        Frequency::Daily(Daily { months, month_days, weekdays }) => {
            in_months(months, day) && on_month_days(month_days, day) && on_weekdays(*weekdays, day)
        }
        Frequency::Weekly(Weekly { months, weekdays }) => in_months(months, day) && on_weekdays(*weekdays, day),
        Frequency::Monthly(Monthly { months, month_days, weekdays }) => {
            in_months(months, day) && on_month_days(month_days, day) && on_listed(weekdays, day, Whole::Month)
        }
        Frequency::Yearly(Yearly { months, year_days, month_days, weekdays }) => {
            in_months(months, day)
                && on_month_days(month_days, day)
                && (year_days.is_empty() || names(year_days, day.of_year, day.year_length))
                && match weekdays {
                    YearlyWeekdays::Counted(list) => {
                        on_listed(list, day, if months.is_empty() { Whole::Year } else { Whole::Month })
                    }
                    YearlyWeekdays::InWeeks { weeks, weekdays } => {
                        let (week, count) = week_of_year(day, rule.week_start);
                        names(weeks, week, count) && on_weekdays(*weekdays, day)
                    }
                }
        }
    }
}

/// In what an n-th weekday is counted.
#[derive(Clone, Copy)]
enum Whole {
    Month,
    Year,
}

fn in_months(months: &BTreeSet<Month>, day: Day) -> bool {
    months.is_empty() || months.iter().any(|month| month.number() == day.month)
}

fn on_month_days(month_days: &BTreeSet<Nth<31>>, day: Day) -> bool {
    month_days.is_empty() || names(month_days, day.of_month, day.month_length)
}

fn on_weekdays(weekdays: Weekdays, day: Day) -> bool {
    weekdays.is_empty() || weekdays.contains(day.weekday)
}

fn on_listed(list: &WeekdayList, day: Day, whole: Whole) -> bool {
    let (number, length) = match whole {
        Whole::Month => (day.of_month, day.month_length),
        Whole::Year => (day.of_year, day.year_length),
    };
    let (nth, from_last) = ((number - 1) / 7 + 1, -((length - number) / 7 + 1));
    let counted =
        |listed: &NthWeekday| listed.weekday == day.weekday && [nth, from_last].contains(&listed.nth.number());
    list.is_empty() || list.every.contains(day.weekday) || list.nth.iter().any(counted)
}

/// The number of a day's week in the year that the week belongs to, and how many weeks that year has.
fn week_of_year(day: Day, week_start: Weekday) -> (i16, i16) {
    let fourth_day = day.of_year - i16::from(day.weekday.since(week_start)) + FOURTH_DAY;
    let (number, length) = if fourth_day < 1 {
        let (last_year, _) = day.years_around();
        (fourth_day + last_year, last_year)
    } else if fourth_day > day.year_length {
        let (_, next_year) = day.years_around();
        (fourth_day - day.year_length, next_year)
    } else {
        (fourth_day, day.year_length)
    };
    ((number - 1) / 7 + 1, (length - ((number - 1) % 7 + 1)) / 7 + 1)
}
