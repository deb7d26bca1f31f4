//! The types of Graph's recurrence, and its words.

use jiff::civil::{Date, Weekday};

/// How often an event repeats, and how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternedRecurrence {
    /// How often.
    pub pattern: RecurrencePattern,
    /// From when to when.
    pub range: RecurrenceRange,
}

/// <https://learn.microsoft.com/en-us/graph/api/resources/recurrencepattern>
///
/// Graph answers with every property, those without a meaning for the type as 0 or `first`, and refuses
/// some of these in a request: what isn't needed is `None` or empty when written here, and not looked at
/// when read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecurrencePattern {
    /// `type`.
    pub pattern_type: PatternType,
    /// `interval`, from 1.
    pub interval: i32,
    /// `daysOfWeek`.
    pub days_of_week: Vec<Weekday>,
    /// `firstDayOfWeek`; Sunday if there is none.
    pub first_day_of_week: Option<Weekday>,
    /// `dayOfMonth`.
    pub day_of_month: Option<i32>,
    /// `month`.
    pub month: Option<i32>,
    /// `index`; `first` if there is none.
    pub index: Option<WeekIndex>,
}

/// <https://learn.microsoft.com/en-us/graph/api/resources/recurrencerange>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecurrenceRange {
    /// `type`.
    pub range_type: RangeType,
    /// `startDate`.
    pub start_date: Date,
    /// `endDate`. Graph answers `0001-01-01` where there is none.
    pub end_date: Option<Date>,
    /// `numberOfOccurrences`. Graph answers 0 where there is none.
    pub number_of_occurrences: Option<i32>,
    /// `recurrenceTimeZone`; the event's own if there is none.
    pub recurrence_time_zone: Option<String>,
}

/// An enumeration with Graph's words, which it also takes in other cases.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// Every value.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Graph's word.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// The value of a word, in any case.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.word().eq_ignore_ascii_case(word))
            }
        }
    };
}

words! {
    /// The six ways in which an event repeats.
    PatternType {
        /// Every so many days.
        Daily = "daily",
        /// On weekdays, every so many weeks.
        Weekly = "weekly",
        /// On a day of the month.
        AbsoluteMonthly = "absoluteMonthly",
        /// On the n-th weekday of the month.
        RelativeMonthly = "relativeMonthly",
        /// On a day of one month.
        AbsoluteYearly = "absoluteYearly",
        /// On the n-th weekday of one month.
        RelativeYearly = "relativeYearly",
    }
}

words! {
    /// The three ways in which a series ends.
    RangeType {
        /// On a day.
        EndDate = "endDate",
        /// Never.
        NoEnd = "noEnd",
        /// After so many occurrences.
        Numbered = "numbered",
    }
}

words! {
    /// Which of the days in a month.
    WeekIndex {
        /// The first.
        First = "first",
        /// The second.
        Second = "second",
        /// The third.
        Third = "third",
        /// The fourth.
        Fourth = "fourth",
        /// The last, be it the fourth or the fifth.
        Last = "last",
    }
}

impl WeekIndex {
    /// As RFC 5545 counts: -1 is the last.
    pub(super) fn number(self) -> i16 {
        match self {
            Self::First => 1,
            Self::Second => 2,
            Self::Third => 3,
            Self::Fourth => 4,
            Self::Last => -1,
        }
    }

    pub(super) fn from_number(number: i16) -> Option<Self> {
        Self::ALL.iter().copied().find(|index| index.number() == number)
    }
}

/// Graph's word for a weekday.
pub fn weekday_word(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "monday",
        Weekday::Tuesday => "tuesday",
        Weekday::Wednesday => "wednesday",
        Weekday::Thursday => "thursday",
        Weekday::Friday => "friday",
        Weekday::Saturday => "saturday",
        Weekday::Sunday => "sunday",
    }
}

/// The weekday of a word, in any case: the documentation's own examples write `Monday`.
pub fn weekday_from_word(word: &str) -> Option<Weekday> {
    crate::parts::WEEK.into_iter().find(|day| weekday_word(*day).eq_ignore_ascii_case(word))
}
