//! The plainest of the rules that mean the same.

use crate::parts::{Month, Nth, NthWeekday, WeekdayList};
use crate::rule::{Daily, Frequency, Monthly, Rule, Weekly, Yearly, YearlyWeekdays};
use std::collections::BTreeSet;

impl Rule {
    /// The same days, said more plainly where vendors say it in more than one way:
    ///
    /// | said | plainly |
    /// |---|---|
    /// | every day that is a Monday or Tuesday | every week on Monday and Tuesday |
    /// | every day that is a 15th | every month on the 15th |
    /// | every month, but only in June | every June |
    /// | of the Mondays in a month the second | the second Monday of a month |
    /// | the last of the days 28, 29, 30, 31 | the last day |
    ///
    /// ```
    /// use mxs_calendar::Rule;
    ///
    /// let rule: Rule = "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=2".parse()?;
    /// assert_eq!(rule.simplified().to_string(), "FREQ=MONTHLY;BYDAY=2MO");
    /// # Ok::<(), mxs_calendar::TextError>(())
    /// ```
    pub fn simplified(&self) -> Self {
        self.clone().daily_in_longer_periods().monthly_as_yearly().picked_by_name()
    }

    fn daily_in_longer_periods(self) -> Self {
        let Frequency::Daily(Daily { months, month_days, weekdays }) = &self.frequency else { return self };
        if self.interval.get() != 1 || !self.positions.is_empty() {
            return self;
        }
        let (months, weekdays) = (months.clone(), *weekdays);
        let frequency = if !month_days.is_empty() {
            Frequency::Monthly(Monthly { months, month_days: month_days.clone(), weekdays: weekdays.into() })
        } else if !weekdays.is_empty() {
            Frequency::Weekly(Weekly { months, weekdays })
        } else {
            return self;
        };
        Self { frequency, ..self }
    }

    fn monthly_as_yearly(self) -> Self {
        match &self.frequency {
            Frequency::Monthly(Monthly { months, month_days, weekdays })
                if self.interval.get() == 1 && months.len() == 1 =>
            {
                let (months, month_days) = (months.clone(), month_days.clone());
                let weekdays = YearlyWeekdays::Counted(weekdays.clone());
                let yearly = Yearly { months, month_days, weekdays, year_days: BTreeSet::new() };
                Self { frequency: Frequency::Yearly(yearly), ..self }
            }
            _ => self,
        }
    }

    /// Takes a position back into the day that it picks.
    fn picked_by_name(mut self) -> Self {
        let Some(position) = only(&self.positions).copied() else { return self };
        let picked = match &mut self.frequency {
            Frequency::Monthly(Monthly { months, month_days, weekdays }) if months.is_empty() => {
                name_day(None, month_days, weekdays, position)
            }
            Frequency::Yearly(Yearly {
                months,
                year_days,
                month_days,
                weekdays: YearlyWeekdays::Counted(weekdays),
            }) if months.len() == 1 && year_days.is_empty() => {
                name_day(only(months).copied(), month_days, weekdays, position)
            }
            _ => false,
        };
        if picked {
            self.positions.clear();
        }
        self
    }
}

/// Names the picked day of a month itself, if that is possible.
fn name_day(
    month: Option<Month>,
    month_days: &mut BTreeSet<Nth<31>>,
    weekdays: &mut WeekdayList,
    position: Nth<366>,
) -> bool {
    if weekdays.is_empty() && position.number() == -1 {
        return name_last(month, month_days);
    }
    match (weekdays.every.only(), Nth::new(position.number())) {
        (Some(weekday), Some(nth)) if month_days.is_empty() && weekdays.nth.is_empty() => {
            *weekdays = WeekdayList::from(NthWeekday { nth, weekday });
            true
        }
        _ => false,
    }
}

/// The last of some days in a row is the last day of the month, or always the same.
fn name_last(month: Option<Month>, month_days: &mut BTreeSet<Nth<31>>) -> bool {
    let (fewest, most) = Month::lengths(month);
    let days: Vec<i16> = month_days.iter().map(|nth| nth.number()).collect();
    let (Some(first @ 1..), Some(last)) = (days.first().copied(), days.last().copied()) else { return false };
    let named = if !in_a_row(&days) || first > i16::from(fewest) {
        None
    } else if last >= i16::from(most) {
        Nth::new(-1)
    } else if last <= i16::from(fewest) {
        Nth::new(last)
    } else {
        None
    };
    if let Some(named) = named {
        *month_days = BTreeSet::from([named]);
    }
    named.is_some()
}

pub(crate) fn in_a_row(days: &[i16]) -> bool {
    days.windows(2).all(|pair| pair[1] == pair[0] + 1)
}

pub(crate) fn only<T: Ord>(set: &BTreeSet<T>) -> Option<&T> {
    set.first().filter(|_| set.len() == 1)
}
