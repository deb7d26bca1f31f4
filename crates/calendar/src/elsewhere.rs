//! The days of a series as somebody in another zone counts them.

use crate::change::MOST_COMPARED;
use crate::period::days_between;
use crate::rule::Rule;
use crate::series::Clock;
use crate::zone::Zone;
use jiff::civil::Date;

impl Clock {
    /// The day in another zone of the occurrence that is on `day` in its own; `None` beyond the calendar.
    ///
    /// ```
    /// use jiff::civil::{date, time};
    /// use mxs_calendar::{Clock, Zone};
    ///
    /// let (york, berlin) = (Zone::parse("America/New_York")?, Zone::parse("Europe/Berlin")?);
    /// let evening = Clock::At(time(20, 0, 0, 0), york);
    /// assert_eq!(evening.day_in(&berlin, date(2026, 3, 2)), Some(date(2026, 3, 3)));
    /// assert_eq!(Clock::AllDay.day_in(&berlin, date(2026, 3, 2)), Some(date(2026, 3, 2)));
    /// # Ok::<(), mxs_calendar::ZoneError>(())
    /// ```
    pub fn day_in(&self, other: &Zone, day: Date) -> Option<Date> {
        match self {
            Self::At(time, zone) if !zone.has_rules_of(other) => {
                let moment = zone.resolve(day.to_datetime(*time)).ok()?.instant();
                Some(other.local(moment).date())
            }
            Self::AllDay | Self::At(..) => Some(day),
        }
    }

    /// The rule of a series that starts on `start` as it is counted in another zone, with its first day there. `None`
    /// where no rule has these days: what takes place around midnight may be on the neighbouring day only as long as
    /// clocks show summer time in one of the zones.
    pub fn rule_in(&self, other: &Zone, (rule, start): (&Rule, Date)) -> Option<(Rule, Date)> {
        // A start that doesn't fit is before the first day.
        let first = rule.dates(start).next().unwrap_or(start);
        let later = self.later_in(other, (rule, first))?;
        Some((rule.moved(first, later)?, self.day_in(other, first)?))
    }

    /// The rule, in its own days, of a series that starts on `start` and whose days in another zone are those of
    /// `rule`: the way back from [`Clock::rule_in`].
    pub fn rule_from(&self, other: &Zone, (rule, start): (&Rule, Date)) -> Option<Rule> {
        let there = self.day_in(other, start)?;
        let own = rule.moved(there, days_between(there, start))?;
        self.later_in(other, (&own, start)).map(|_| own)
    }

    /// How many days later the days of a series are in another zone, if that is the same for all of them.
    fn later_in(&self, other: &Zone, (rule, start): (&Rule, Date)) -> Option<i64> {
        match self {
            Self::At(_, zone) if !zone.has_rules_of(other) => {
                let later = |day: Date| Some(days_between(day, self.day_in(other, day)?));
                let first = later(start)?;
                rule.dates(start).take(MOST_COMPARED).all(|day| later(day) == Some(first)).then_some(first)
            }
            Self::AllDay | Self::At(..) => Some(0),
        }
    }
}
