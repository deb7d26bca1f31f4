//! Weekdays, every one or the n-th.

use crate::parts::nth::Nth;
use jiff::civil::Weekday;
use std::collections::BTreeSet;
use std::fmt;

/// The days of the week, Monday first.
pub const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// A set of weekdays.
///
/// ```
/// use jiff::civil::Weekday::{Friday, Monday};
/// use mxs_calendar::Weekdays;
///
/// let days = Weekdays::from_iter([Friday, Monday, Friday]);
/// assert_eq!(days.iter().collect::<Vec<_>>(), [Monday, Friday]);
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Weekdays(u8);

impl Weekdays {
    /// No day.
    pub const NONE: Self = Self(0);
    /// Monday to Friday.
    pub const WORKING_DAYS: Self = Self(0b001_1111);
    /// Every day.
    pub const ALL: Self = Self(0b111_1111);

    /// Whether there is no day in the set.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many days are in the set.
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether the day is in the set.
    pub fn contains(self, day: Weekday) -> bool {
        self.0 & bit(day) != 0
    }

    /// The days, Monday first.
    pub fn iter(self) -> impl Iterator<Item = Weekday> {
        WEEK.into_iter().filter(move |day| self.contains(*day))
    }

    /// The day, if there is exactly one.
    pub fn only(self) -> Option<Weekday> {
        self.iter().next().filter(|_| self.len() == 1)
    }
}

impl FromIterator<Weekday> for Weekdays {
    fn from_iter<I: IntoIterator<Item = Weekday>>(days: I) -> Self {
        Self(days.into_iter().fold(0, |bits, day| bits | bit(day)))
    }
}

impl fmt::Debug for Weekdays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

fn bit(day: Weekday) -> u8 {
    1 << day.to_monday_zero_offset()
}

/// The n-th of one weekday: "the second Tuesday", "the last Friday".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NthWeekday {
    /// Which one of the month or year.
    pub nth: Nth<53>,
    /// The weekday that is counted.
    pub weekday: Weekday,
}

impl Ord for NthWeekday {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let key = |day: &Self| (day.nth, day.weekday.to_monday_zero_offset());
        key(self).cmp(&key(other))
    }
}

impl PartialOrd for NthWeekday {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// What BYDAY lists in a monthly or yearly rule: every such weekday, or the n-th ones, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct WeekdayList {
    /// Each of these weekdays.
    pub every: Weekdays,
    /// Only the n-th of these.
    pub nth: BTreeSet<NthWeekday>,
}

impl WeekdayList {
    /// Whether no weekday is listed.
    pub fn is_empty(&self) -> bool {
        self.every.is_empty() && self.nth.is_empty()
    }
}

impl From<Weekdays> for WeekdayList {
    fn from(every: Weekdays) -> Self {
        Self { every, nth: BTreeSet::new() }
    }
}

impl From<NthWeekday> for WeekdayList {
    fn from(day: NthWeekday) -> Self {
        Self { every: Weekdays::NONE, nth: BTreeSet::from([day]) }
    }
}
