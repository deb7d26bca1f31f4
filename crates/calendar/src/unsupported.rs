//! What one side can say and another can't.

/// Why a rule can't be handed on. The rule itself is sound; writing it anyway would change its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Unsupported {
    /// A calendar other than the Gregorian one (RSCALE).
    #[error("another calendar than the Gregorian one")]
    Calendar,
    /// More days in a row than the vendor counts.
    #[error("a count above {most}")]
    Count {
        /// What the vendor takes.
        most: u32,
    },
    /// Every so many days, if the day is one of some.
    #[error("every so many days, if the day is one of some")]
    DaysKept,
    /// Days counted from the end of the month or year, but for the last.
    #[error("days counted from the end")]
    FromTheEnd,
    /// The fifth weekday of a month, which some months don't have.
    #[error("an n-th weekday beyond the fourth, other than the last")]
    FifthWeekday,
    /// A longer interval than the vendor takes.
    #[error("an interval above {most}")]
    Interval {
        /// What the vendor takes.
        most: u32,
    },
    /// A rule that keeps to some months.
    #[error("a rule within some months only")]
    Months,
    /// A weekday and a day of the month at once: "Friday the 13th".
    #[error("a weekday and a day of the month at once")]
    MonthDayAndWeekday,
    /// Every such weekday of a month or year.
    #[error("every such weekday of a month or year")]
    EveryWeekday,
    /// Days that don't exist are moved to others (RFC 7529's SKIP).
    #[error("days that don't exist are moved")]
    MovedDays,
    /// Positions among days (BYSETPOS) other than the n-th weekday and the last day of short months.
    #[error("positions among the days of a period")]
    Positions,
    /// Several days of the month, or several n-th weekdays.
    #[error("several days in a month")]
    SeveralDays,
    /// Months that are too short are skipped; Exchange takes their last day.
    #[error("months without a day {day} are skipped")]
    ShortMonthsSkipped {
        /// The day of the month.
        day: i8,
    },
    /// Repeats within a day.
    #[error("repeats within a day")]
    SubDaily,
    /// A time of day of its own (BYHOUR and smaller).
    #[error("times of the day in the rule")]
    TimeOfDay,
    /// Numbered weeks of the year.
    #[error("numbered weeks of the year")]
    WeekNumbers,
    /// Numbered days of the year.
    #[error("numbered days of the year")]
    YearDays,
}
