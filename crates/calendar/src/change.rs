//! What a change of a series does to what was changed before.

use crate::period::{add_days, days_between};
use crate::rule::Rule;
use jiff::civil::Date;

/// How the days of a series changed.
///
/// A change of time, zone, length or anything else but the days is [`Change::Kept`] too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Where both versions go on, they have the same days; one may begin earlier or end later.
    Kept,
    /// Every day was moved by so many days, later if above zero.
    Moved {
        /// Never zero.
        days: i64,
    },
    /// Neither: another pattern.
    Rewritten,
}

/// So many days of two versions are compared. A pattern that holds for a thousand occurrences from both
/// starts is the same pattern.
pub const MOST_COMPARED: usize = 1_000;

impl Change {
    /// Compares two versions of a series, each with its start.
    ///
    /// If both readings hold, [`Change::Kept`] wins: a weekly series that now starts a week later has lost
    /// an occurrence, it wasn't moved. `until` is the last day that is looked at.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use mxs_calendar::{Change, Rule};
    ///
    /// let mondays: Rule = "FREQ=WEEKLY;BYDAY=MO".parse()?;
    /// let tuesdays: Rule = "FREQ=WEEKLY;BYDAY=TU".parse()?;
    /// let change = Change::between((date(2026, 1, 5), &mondays), (date(2026, 1, 6), &tuesdays), date(2030, 1, 1));
    /// assert_eq!(change, Change::Moved { days: 1 });
    /// # Ok::<(), mxs_calendar::TextError>(())
    /// ```
    pub fn between(old: (Date, &Rule), new: (Date, &Rule), until: Date) -> Self {
        let days = |(start, rule): (Date, &Rule)| rule.between(start, start..=until);
        let (Some(old_first), Some(new_first)) = (days(old).next(), days(new).next()) else {
            return Self::Rewritten;
        };
        if keeps(old, new, old_first.max(new_first)..=until) {
            return Self::Kept;
        }
        // Not zero: from the same first day, the same days would have been kept.
        let moved = days_between(old_first, new_first);
        let together = days(old).zip(days(new)).take(MOST_COMPARED);
        if together.into_iter().all(|(before, after)| days_between(before, after) == moved) {
            return Self::Moved { days: moved };
        }
        Self::Rewritten
    }

    /// The new original date of the occurrence that had this one, if the new version has it. What was
    /// cancelled or changed there stays cancelled or changed; where there is none, it is gone.
    pub fn follow(self, old_day: Date, new: (Date, &Rule)) -> Option<Date> {
        let day = match self {
            Self::Kept | Self::Rewritten => old_day,
            Self::Moved { days } => add_days(old_day, days)?,
        };
        let (start, rule) = new;
        rule.has(start, day).then_some(day)
    }
}

/// Whether both have the same days from where both have begun to where one of them ends, and have any.
fn keeps(old: (Date, &Rule), new: (Date, &Rule), window: std::ops::RangeInclusive<Date>) -> bool {
    let days = |(start, rule): (Date, &Rule)| rule.between(start, window.clone()).take(MOST_COMPARED);
    let mut shared = 0;
    for (before, after) in days(old).zip(days(new)) {
        if before != after {
            return false;
        }
        shared += 1;
    }
    shared > 0
}
