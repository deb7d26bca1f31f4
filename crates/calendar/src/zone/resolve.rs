//! Between a clock on the wall and the world's time.

use crate::zone::Zone;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::AmbiguousOffset;

/// The moment that a clock on the wall shows.
///
/// Clocks that are set forward show no time in between, and clocks that are set back show some times
/// twice. [`Resolved::instant`] decides both as RFC 5545, section 3.3.5, does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Resolved {
    /// The clock shows it once.
    Once(Timestamp),
    /// The clock skips it.
    Gap {
        /// The moment by the offset before the gap: as much later as the clock was set forward.
        shifted: Timestamp,
    },
    /// The clock shows it twice.
    Overlap {
        /// The first time, before the clock is set back.
        first: Timestamp,
        /// The second time.
        second: Timestamp,
    },
}

impl Resolved {
    /// The moment that is meant: by the offset before a gap, the first of two.
    pub fn instant(self) -> Timestamp {
        match self {
            Self::Once(instant) | Self::Gap { shifted: instant } | Self::Overlap { first: instant, .. } => instant,
        }
    }
}

/// The time lies beyond what can be counted: before the year -9999 or after 9999, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the time is beyond the end of the calendar")]
pub struct OutOfRange;

impl Zone {
    /// The moment at which clocks of this zone show `local`.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use mxs_calendar::{Resolved, Zone};
    ///
    /// let paris = Zone::parse("Romance Standard Time")?;
    /// let skipped = paris.resolve(date(2026, 3, 29).at(2, 30, 0, 0))?;
    /// assert!(matches!(skipped, Resolved::Gap { .. }));
    /// assert_eq!(skipped.instant().to_string(), "2026-03-29T01:30:00Z"); // 3:30 in Paris
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn resolve(&self, local: DateTime) -> Result<Resolved, OutOfRange> {
        let moment = |offset: jiff::tz::Offset| offset.to_timestamp(local).map_err(|_| OutOfRange);
        match self.rules.to_ambiguous_timestamp(local).offset() {
            AmbiguousOffset::Unambiguous { offset } => Ok(Resolved::Once(moment(offset)?)),
            AmbiguousOffset::Gap { before, .. } => Ok(Resolved::Gap { shifted: moment(before)? }),
            AmbiguousOffset::Fold { before, after } => {
                Ok(Resolved::Overlap { first: moment(before)?, second: moment(after)? })
            }
        }
    }

    /// What clocks of this zone show at a moment.
    pub fn local(&self, instant: Timestamp) -> DateTime {
        self.rules.to_datetime(instant)
    }
}
