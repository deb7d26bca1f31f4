//! What rules are made of: months, weekdays, and "the second" or "the last" of something.

use jiff::civil::Weekday;
use std::collections::BTreeSet;
use std::fmt;
use std::num::NonZeroI16;

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

/// The n-th of at most `MOST`, counted from the first (1, 2, …) or from the last (-1, -2, …).
///
/// A month has an `Nth<31>` day, a year an `Nth<53>` week and an `Nth<366>` day. They sort as people list
/// them: first, second, …, last but one, last.
///
/// ```
/// use mxs_calendar::Nth;
///
/// assert!(Nth::<31>::new(31).is_some());
/// assert_eq!(Nth::<31>::new(32), None);
/// assert_eq!(Nth::<31>::new(0), None);
/// assert!(Nth::<31>::new(15) < Nth::<31>::new(-15));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Nth<const MOST: i16>(NonZeroI16);

impl<const MOST: i16> Nth<MOST> {
    /// The number as RFC 5545 writes it; `None` for zero and beyond `MOST` on either side.
    pub fn new(number: i16) -> Option<Self> {
        NonZeroI16::new(number).filter(|_| (-MOST..=MOST).contains(&number)).map(Self)
    }

    /// The number as RFC 5545 writes it.
    pub fn number(self) -> i16 {
        self.0.get()
    }
}

impl<const MOST: i16> Ord for Nth<MOST> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.number() < 0, self.number()).cmp(&(other.number() < 0, other.number()))
    }
}

impl<const MOST: i16> PartialOrd for Nth<MOST> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<const MOST: i16> fmt::Display for Nth<MOST> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.number(), f)
    }
}

impl<const MOST: i16> fmt::Debug for Nth<MOST> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Whether a set names the thing at `index` (from 1) of `length` things.
pub(crate) fn names<const MOST: i16>(set: &BTreeSet<Nth<MOST>>, index: i16, length: i16) -> bool {
    set.iter().any(|nth| nth.number() == index || nth.number() == index - length - 1)
}

/// A month of the year.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(i8);

impl Month {
    /// The month of a number from 1 to 12.
    pub fn new(number: i8) -> Option<Self> {
        (1..=12).contains(&number).then_some(Self(number))
    }

    /// 1 for January to 12 for December.
    pub fn number(self) -> i8 {
        self.0
    }

    /// The fewest and the most days that the month has, or any month if none is given.
    pub(crate) fn lengths(month: Option<Self>) -> (i8, i8) {
        match month {
            None => (28, 31),
            Some(Self(2)) => (28, 29),
            Some(Self(4 | 6 | 9 | 11)) => (30, 30),
            Some(_) => (31, 31),
        }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

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
