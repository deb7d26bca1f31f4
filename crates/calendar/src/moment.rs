//! Dates and times as calendars write them.

use crate::zone::{OutOfRange, Zone};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use std::fmt;

/// A date, or a time with or without a place on the world's clock.
///
/// Read from RFC 5545's form (`20260105`, `20260105T090000`, `20260105T080000Z`) and from the one with
/// hyphens and colons that Zoho and Graph use. Written in RFC 5545's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Moment {
    /// A day, the same in all zones.
    Date(Date),
    /// A time on the clock of a zone that is known from elsewhere.
    Local(DateTime),
    /// A moment everywhere.
    Instant(Timestamp),
}

impl Moment {
    /// Reads either form; `None` if the text is no date or time that exists.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, rest) = split_date(text)?;
        if rest.is_empty() {
            return Some(Self::Date(date));
        }
        let (time, rest) = split_time(rest.strip_prefix(['T', 't', ' '])?)?;
        let local = date.at(time[0], time[1], time[2], 0);
        match rest {
            "" => Some(Self::Local(local)),
            "Z" | "z" => Offset::UTC.to_timestamp(local).ok().map(Self::Instant),
            offset => parse_offset(offset)?.to_timestamp(local).ok().map(Self::Instant),
        }
    }

    /// The date on the zone's calendar.
    pub fn date_in(self, zone: &Zone) -> Date {
        match self {
            Self::Date(date) => date,
            Self::Local(local) => local.date(),
            Self::Instant(instant) => zone.local(instant).date(),
        }
    }

    /// The moment, if it is one or can be made one; a date is its midnight.
    pub fn instant_in(self, zone: &Zone) -> Result<Timestamp, OutOfRange> {
        match self {
            Self::Date(date) => Ok(zone.resolve(date.at(0, 0, 0, 0))?.instant()),
            Self::Local(local) => Ok(zone.resolve(local)?.instant()),
            Self::Instant(instant) => Ok(instant),
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (date, time, end) = match self {
            Self::Date(date) => (*date, None, ""),
            Self::Local(local) => (local.date(), Some(local.time()), ""),
            Self::Instant(instant) => {
                let utc = Offset::UTC.to_datetime(*instant);
                (utc.date(), Some(utc.time()), "Z")
            }
        };
        write!(f, "{:04}{:02}{:02}", date.year(), date.month(), date.day())?;
        match time {
            Some(time) => write!(f, "T{:02}{:02}{:02}{end}", time.hour(), time.minute(), time.second()),
            None => Ok(()),
        }
    }
}

/// Reads `20260105…` or `2026-01-05…`; years 1 to 9999.
fn split_date(text: &str) -> Option<(Date, &str)> {
    let (year, rest) = digits(text, 4)?;
    let hyphen = rest.starts_with('-');
    let rest = if hyphen { rest.get(1..)? } else { rest };
    let (month, rest) = digits(rest, 2)?;
    let rest = if hyphen { rest.strip_prefix('-')? } else { rest };
    let (day, rest) = digits(rest, 2)?;
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    (date.year() >= 1).then_some((date, rest))
}

/// Reads `090000…` or `09:00:00…`; fractions of a second are cut off, a leap second is the second before.
fn split_time(text: &str) -> Option<([i8; 3], &str)> {
    let (hour, rest) = digits(text, 2)?;
    let colon = rest.starts_with(':');
    let rest = if colon { rest.get(1..)? } else { rest };
    let (minute, rest) = digits(rest, 2)?;
    let rest = if colon { rest.strip_prefix(':')? } else { rest };
    let (second, rest) = digits(rest, 2)?;
    let rest = match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|digit: char| digit.is_ascii_digit()),
        None => rest,
    };
    let in_range = hour <= 23 && minute <= 59 && second <= 60;
    let byte = |number: i16| i8::try_from(number).ok();
    in_range.then_some(([byte(hour)?, byte(minute)?, byte(second.min(59))?], rest))
}

/// Reads `+05:30`, `-0800` or `+05`.
pub(crate) fn parse_offset(text: &str) -> Option<Offset> {
    let (sign, rest) = match text.as_bytes().first()? {
        b'+' => (1, text.get(1..)?),
        b'-' => (-1, text.get(1..)?),
        _ => return None,
    };
    let (hours, rest) = digits(rest, 2)?;
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    let (minutes, rest) = if rest.is_empty() { (0, rest) } else { digits(rest, 2)? };
    let seconds = i32::from(hours) * 3600 + i32::from(minutes) * 60;
    (rest.is_empty() && minutes <= 59).then(|| Offset::from_seconds(sign * seconds).ok())?
}

fn digits(text: &str, count: usize) -> Option<(i16, &str)> {
    let (number, rest) = text.split_at_checked(count)?;
    if number.bytes().all(|byte| byte.is_ascii_digit()) { Some((number.parse().ok()?, rest)) } else { None }
}
