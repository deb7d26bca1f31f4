//! What a rule leaves to its start.

use crate::parts::{Month, Nth, Weekdays};
use crate::rule::{Frequency, Monthly, Rule, Weekly, Yearly, YearlyWeekdays};
use jiff::civil::Date;
use std::collections::BTreeSet;

impl Rule {
    /// The same rule with nothing left to the start: a weekly rule gets the start's weekday, a monthly one
    /// its day of the month, a yearly one its day and month, unless it names days itself.
    ///
    /// RFC 5545 lets rules leave this out; Graph and EWS never do.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use mxs_calendar::Rule;
    ///
    /// let rule: Rule = "FREQ=YEARLY".parse()?;
    /// assert_eq!(rule.explicit(date(2026, 11, 21)).to_string(), "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=21");
    /// # Ok::<(), mxs_calendar::TextError>(())
    /// ```
    pub fn explicit(&self, start: Date) -> Self {
        let frequency = match &self.frequency {
            Frequency::Weekly(weekly) if weekly.weekdays.is_empty() => {
                Frequency::Weekly(Weekly { weekdays: Weekdays::from_iter([start.weekday()]), ..weekly.clone() })
            }
            Frequency::Monthly(monthly) if monthly.month_days.is_empty() && monthly.weekdays.is_empty() => {
                Frequency::Monthly(Monthly { month_days: day_of(start), ..monthly.clone() })
            }
            Frequency::Yearly(yearly) => Frequency::Yearly(explicit_year(yearly, start)),
            complete => complete.clone(),
        };
        Self { frequency, ..self.clone() }
    }
}

fn explicit_year(yearly: &Yearly, start: Date) -> Yearly {
    let mut year = yearly.clone();
    let names_days = !year.year_days.is_empty() || !year.month_days.is_empty();
    match &mut year.weekdays {
        YearlyWeekdays::InWeeks { weekdays, .. } if weekdays.is_empty() && !names_days => {
            *weekdays = Weekdays::from_iter([start.weekday()]);
        }
        YearlyWeekdays::Counted(list) if list.is_empty() && !names_days => {
            year.month_days = day_of(start);
            if year.months.is_empty() {
                year.months = Month::new(start.month()).into_iter().collect();
            }
        }
        _ => {}
    }
    year
}

fn day_of(start: Date) -> BTreeSet<Nth<31>> {
    Nth::new(start.day().into()).into_iter().collect()
}
