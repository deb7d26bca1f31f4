//! Why a text is no rule.

use crate::unsupported::Unsupported;
use std::fmt;

/// Why a text couldn't be read, and where. It holds nothing of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} (at byte {position})")]
pub struct TextError {
    /// In bytes from the beginning of the text.
    pub position: usize,
    /// What is wrong there.
    pub kind: TextErrorKind,
}

/// What is wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextErrorKind {
    /// COUNT and UNTIL exclude each other.
    #[error("both COUNT and UNTIL")]
    CountAndUntil,
    /// A part is there twice and says different things.
    #[error("{0} contradicts itself")]
    Contradiction(Part),
    /// The part isn't allowed in a rule of that frequency.
    #[error("{0} has no meaning at this frequency")]
    Misplaced(Part),
    /// Every rule says how often.
    #[error("no FREQ")]
    NoFrequency,
    /// A part without `=`.
    #[error("a part without a value")]
    NoValue,
    /// BYSETPOS in a rule that names no days.
    #[error("BYSETPOS without days to pick from")]
    NothingToPick,
    /// Longer than [`RuleText::LONGEST`](crate::RuleText::LONGEST).
    #[error("too long")]
    TooLong,
    /// A part that no standard knows.
    #[error("an unknown part")]
    UnknownPart,
    /// The rule ends at a time of day, which names a day only together with the events' time and zone:
    /// [`RuleText::rule_at`](crate::RuleText::rule_at).
    #[error("UNTIL has a time of day")]
    UntilHasTime,
    /// Sound, and not for us.
    #[error("not supported: {0}")]
    Unsupported(Unsupported),
    /// The part's value is none of those that it may have.
    #[error("{0} has a value that it can't have")]
    Value(Part),
}

/// The parts of a rule's text that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// Weekdays.
    ByDay,
    /// Months.
    ByMonth,
    /// Days of the month.
    ByMonthDay,
    /// Positions among the days of a period.
    BySetPos,
    /// Weeks of the year.
    ByWeekNo,
    /// Days of the year.
    ByYearDay,
    /// How many.
    Count,
    /// Zoho's start inside the rule.
    DtStart,
    /// A list of days left out; not part of a rule.
    ExDate,
    /// How often.
    Freq,
    /// Every how many periods.
    Interval,
    /// Which calendar (RFC 7529).
    RScale,
    /// What happens to days that don't exist (RFC 7529).
    Skip,
    /// The last day.
    Until,
    /// The first day of the week.
    WkSt,
}

impl Part {
    /// Every part of a rule, by its name.
    pub(crate) const ALL: [(Self, &str); 14] = [
        (Self::ByDay, "BYDAY"),
        (Self::ByMonth, "BYMONTH"),
        (Self::ByMonthDay, "BYMONTHDAY"),
        (Self::BySetPos, "BYSETPOS"),
        (Self::ByWeekNo, "BYWEEKNO"),
        (Self::ByYearDay, "BYYEARDAY"),
        (Self::Count, "COUNT"),
        (Self::DtStart, "DTSTART"),
        (Self::Freq, "FREQ"),
        (Self::Interval, "INTERVAL"),
        (Self::RScale, "RSCALE"),
        (Self::Skip, "SKIP"),
        (Self::Until, "UNTIL"),
        (Self::WkSt, "WKST"),
    ];
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.iter().find(|(part, _)| part == self).map_or("EXDATE", |(_, name)| name);
        f.write_str(name)
    }
}
