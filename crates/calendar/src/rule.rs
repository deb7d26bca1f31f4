//! A recurrence rule: how often, on which days, and how long.

use crate::parts::{Month, Nth, WeekdayList, Weekdays};
use jiff::civil::{Date, Weekday};
use std::collections::BTreeSet;
use std::num::NonZeroU32;

/// The days of a series, but for the day on which it starts.
///
/// A rule has the meaning of [RFC 5545, section 3.3.10][rfc], whoever it came from: what another vendor
/// means by its words is said in these. It knows dates only. Calendars repeat an event at the same time of
/// the day in the event's own zone, so that time and zone belong to the event; see [`Zone`](crate::Zone).
///
/// Every rule that can be written is valid.
///
/// ```
/// use jiff::civil::{Weekday, date};
/// use mxs_calendar::{Frequency, Range, Rule, Weekdays, Weekly};
///
/// let rule = Rule::new(Frequency::Weekly(Weekly {
///     weekdays: Weekdays::from_iter([Weekday::Monday, Weekday::Thursday]),
///     ..Weekly::default()
/// }))
/// .in_range(Range::Until(date(2026, 1, 20)));
/// assert_eq!(rule.to_string(), "FREQ=WEEKLY;UNTIL=20260120;BYDAY=MO,TH");
/// ```
///
/// [rfc]: https://www.rfc-editor.org/rfc/rfc5545#section-3.3.10
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rule {
    pub(crate) frequency: Frequency,
    pub(crate) interval: NonZeroU32,
    pub(crate) positions: BTreeSet<Nth<366>>,
    pub(crate) week_start: Weekday,
    pub(crate) range: Range,
}

/// What a rule repeats by, and which days it takes there.
///
/// An empty set means that the part isn't there. Where no part says the day, the start's own is meant
/// ([`Rule::explicit`]).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Frequency {
    /// Every n-th day, if it also is one of these.
    Daily(Daily),
    /// In every n-th week.
    Weekly(Weekly),
    /// In every n-th month.
    Monthly(Monthly),
    /// In every n-th year.
    Yearly(Yearly),
}

/// The days that a daily rule keeps; a part that is empty keeps all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Daily {
    /// Only in these months.
    pub months: BTreeSet<Month>,
    /// Only these days of the month.
    pub month_days: BTreeSet<Nth<31>>,
    /// Only these weekdays.
    pub weekdays: Weekdays,
}

/// The days of a weekly rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Weekly {
    /// Only in these months.
    pub months: BTreeSet<Month>,
    /// On these weekdays.
    pub weekdays: Weekdays,
}

/// The days of a monthly rule. With days of the month and weekdays, a day must be both.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Monthly {
    /// Only in these months.
    pub months: BTreeSet<Month>,
    /// On these days of the month; a month without such a day is skipped.
    pub month_days: BTreeSet<Nth<31>>,
    /// On these weekdays, counted in the month.
    pub weekdays: WeekdayList,
}

/// The days of a yearly rule. A day must fit every part that isn't empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Yearly {
    /// In these months.
    pub months: BTreeSet<Month>,
    /// On these days of the year.
    pub year_days: BTreeSet<Nth<366>>,
    /// On these days of the month.
    pub month_days: BTreeSet<Nth<31>>,
    /// On these weekdays.
    pub weekdays: YearlyWeekdays,
}

/// The weekdays of a yearly rule. RFC 5545 has no n-th weekday of a numbered week.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum YearlyWeekdays {
    /// Counted in the months of the rule if it has months, in the year otherwise.
    Counted(WeekdayList),
    /// In these weeks of the year. Week 1 is the first with four days in the year; where weeks begin is
    /// the rule's [week start](Rule::week_start).
    InWeeks {
        /// BYWEEKNO. A set without a week is [`YearlyWeekdays::Counted`] without n-th ones.
        weeks: BTreeSet<Nth<53>>,
        /// On these weekdays.
        weekdays: Weekdays,
    },
}

impl Default for YearlyWeekdays {
    fn default() -> Self {
        Self::Counted(WeekdayList::default())
    }
}

/// How long a series goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Range {
    /// Without end.
    Forever,
    /// For so many days that fit the rule. Cancelled ones count.
    Count(NonZeroU32),
    /// To this day and not beyond; the day itself is in it if it fits.
    Until(Date),
}

/// Positions pick from the days of a period, so the rule must name some (RFC 5545: BYSETPOS needs another
/// BY part).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("positions pick from days that the rule names, and it names none")]
pub struct NothingToPick;

impl Rule {
    /// Every day, week, month or year without end, in weeks that begin on Monday.
    pub fn new(frequency: Frequency) -> Self {
        Self {
            frequency: tidy(frequency),
            interval: NonZeroU32::MIN,
            positions: BTreeSet::new(),
            week_start: Weekday::Monday,
            range: Range::Forever,
        }
    }

    /// The same rule in every n-th period only.
    pub fn every(self, interval: NonZeroU32) -> Self {
        Self { interval, ..self }
    }

    /// The same rule for so long.
    pub fn in_range(self, range: Range) -> Self {
        Self { range, ..self }
    }

    /// The same rule in weeks that begin on this day.
    pub fn week_starting(self, week_start: Weekday) -> Self {
        Self { week_start, ..self }
    }

    /// The same rule, but of the days in each period only the n-th ones (BYSETPOS).
    pub fn picking(self, positions: BTreeSet<Nth<366>>) -> Result<Self, NothingToPick> {
        if !positions.is_empty() && self.names_no_day() { Err(NothingToPick) } else { Ok(Self { positions, ..self }) }
    }

    /// What the rule repeats by.
    pub fn frequency(&self) -> &Frequency {
        &self.frequency
    }

    /// 1 for every period, 2 for every other one.
    pub fn interval(&self) -> NonZeroU32 {
        self.interval
    }

    /// Which of the days in each period are meant; empty for all.
    pub fn positions(&self) -> &BTreeSet<Nth<366>> {
        &self.positions
    }

    /// The day on which weeks begin. It matters to every other week, and to numbered weeks.
    pub fn week_start(&self) -> Weekday {
        self.week_start
    }

    /// How long the series goes on.
    pub fn range(&self) -> Range {
        self.range
    }

    fn names_no_day(&self) -> bool {
        match &self.frequency {
            Frequency::Daily(daily) => *daily == Daily::default(),
            Frequency::Weekly(weekly) => *weekly == Weekly::default(),
            Frequency::Monthly(monthly) => *monthly == Monthly::default(),
            Frequency::Yearly(yearly) => *yearly == Yearly::default(),
        }
    }
}

/// One way to write each rule: weekdays in no week are just weekdays.
fn tidy(frequency: Frequency) -> Frequency {
    match frequency {
        Frequency::Yearly(yearly) => match yearly.weekdays {
            YearlyWeekdays::InWeeks { weeks, weekdays } if weeks.is_empty() => {
                Frequency::Yearly(Yearly { weekdays: YearlyWeekdays::Counted(weekdays.into()), ..yearly })
            }
            _ => Frequency::Yearly(yearly),
        },
        other => other,
    }
}
