//! What the text of a rule says.

use crate::moment::Moment;
use crate::rule::{Range, Rule};
use crate::text::error::{TextError, TextErrorKind};
use crate::text::read::Parts;
use crate::zone::Zone;
use jiff::civil::Time;
use std::str::FromStr;

/// What the text of a rule says.
///
/// Two things in it are no part of a [`Rule`]: the start that Zoho writes into it, and an end with a time
/// of day, which names a day only together with the time and zone of the events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleText {
    /// Without its UNTIL.
    pub(super) endless: Rule,
    /// UNTIL as it was written.
    pub until: Option<Moment>,
    /// DTSTART inside the rule, as Zoho writes it.
    pub start: Option<Moment>,
}

/// The rule ends at a time of day: which day that is depends on the events. See [`RuleText::rule_at`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the rule ends at a time of day, so the events' time and zone must be known")]
pub struct UntilHasTime;

impl RuleText {
    /// The longest text that is read, in bytes. The longest sensible rule, all days of a year, has a tenth.
    pub const LONGEST: usize = 16_384;

    /// Reads `FREQ=WEEKLY;BYDAY=MO`, with or without `RRULE:` before it, in any case, with spaces around
    /// names and values, empty parts and repetitions.
    ///
    /// A text is never read as something else than it says: what has no meaning, or two, is an error.
    ///
    /// ```
    /// use mxs_calendar::{Moment, RuleText};
    ///
    /// let text = RuleText::parse("FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;DTSTART=2026-01-05;UNTIL=2026-12-28")?;
    /// assert_eq!(text.start, Moment::parse("20260105"));
    /// assert_eq!(text.rule()?.to_string(), "FREQ=WEEKLY;UNTIL=20261228;BYDAY=MO");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, TextError> {
        if text.len() > Self::LONGEST {
            return Err(TextError { position: Self::LONGEST, kind: TextErrorKind::TooLong });
        }
        Parts::read(text)?.finish()
    }

    /// The rule, if its end is clear by itself: a date, a count or none.
    pub fn rule(&self) -> Result<Rule, UntilHasTime> {
        match self.until {
            None => Ok(self.endless.clone()),
            Some(Moment::Date(last)) => Ok(self.endless.clone().in_range(Range::Until(last))),
            Some(Moment::Local(_) | Moment::Instant(_)) => Err(UntilHasTime),
        }
    }

    /// The rule of events that start at this time in this zone. An end with a time allows the last event
    /// that starts by then.
    ///
    /// ```
    /// use jiff::civil::time;
    /// use mxs_calendar::{RuleText, Zone};
    ///
    /// let berlin = Zone::parse("Europe/Berlin")?;
    /// let text = RuleText::parse("FREQ=DAILY;UNTIL=20260110T075959Z")?;
    /// // The end is one second before nine in Berlin: events at nine end the day before.
    /// assert_eq!(text.rule_at(time(9, 0, 0, 0), &berlin).to_string(), "FREQ=DAILY;UNTIL=20260109");
    /// assert_eq!(text.rule_at(time(8, 0, 0, 0), &berlin).to_string(), "FREQ=DAILY;UNTIL=20260110");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn rule_at(&self, time: Time, zone: &Zone) -> Rule {
        let local = match self.until {
            None => return self.endless.clone(),
            Some(Moment::Date(last)) => return self.endless.clone().in_range(Range::Until(last)),
            Some(Moment::Local(local)) => local,
            Some(Moment::Instant(instant)) => zone.local(instant),
        };
        let day = local.date();
        let last = if time <= local.time() { day } else { day.yesterday().unwrap_or(day) };
        self.endless.clone().in_range(Range::Until(last))
    }
}

/// The rule of a text whose end is clear by itself.
impl FromStr for Rule {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        RuleText::parse(text)?.rule().map_err(|UntilHasTime| {
            let position = text.to_ascii_uppercase().find("UNTIL").unwrap_or_default();
            TextError { position, kind: TextErrorKind::UntilHasTime }
        })
    }
}
