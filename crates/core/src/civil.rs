//! Calendar dates and moments, as far as the engine needs them.
//!
//! A full date-time library costs the tab a third of its size budget; these two types cost nothing. Their
//! tests hold them against `jiff`.

use serde::{Deserialize, Serialize};
use std::fmt;

const SECONDS_A_DAY: i64 = 86_400;

/// A calendar date of the Gregorian calendar, years 1 to 9999, written `2026-11-21`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "String", into = "String")]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// The text is no date that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a calendar date in the form YYYY-MM-DD")]
pub struct DateError;

impl Date {
    /// A date that exists, or an error.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, DateError> {
        let valid = (1..=9999).contains(&year) && (1..=12).contains(&month) && day >= 1 && day <= days_in(year, month);
        if valid { Ok(Self { year, month, day }) } else { Err(DateError) }
    }

    /// Reads `YYYY-MM-DD`, and nothing else.
    pub fn parse(text: &str) -> Result<Self, DateError> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return Err(DateError);
        }
        let part = |from: usize, to: usize| digits(&bytes[from..to]).ok_or(DateError);
        Self::new(part(0, 4)? as u16, part(5, 7)? as u8, part(8, 10)? as u8)
    }

    /// Year, month and day of the month, each counted from 1.
    pub const fn parts(self) -> (u16, u8, u8) {
        (self.year, self.month, self.day)
    }

    /// The first day of the month that is `months` later, or earlier if negative; of the last or first month
    /// there is, if that is not in the years 1 to 9999.
    #[must_use]
    pub fn month_start(self, months: i32) -> Self {
        let month = (i32::from(self.year) * 12 + i32::from(self.month) - 1 + months).clamp(12, 9_999 * 12 + 11);
        Self { year: (month / 12) as u16, month: (month % 12) as u8 + 1, day: 1 }
    }

    /// The moment at which it begins in UTC.
    pub fn start(self) -> Instant {
        Instant::from_seconds(self.days_since_epoch() * SECONDS_A_DAY)
    }

    /// Days since 1970-01-01.
    fn days_since_epoch(self) -> i64 {
        // Counted in years that begin in March, so that the leap day is a year's last.
        let (year, month) = (i64::from(self.year), i64::from(self.month));
        let year = if month <= 2 { year - 1 } else { year };
        let days_before_month = (153 * ((month + 9) % 12) + 2) / 5;
        let (days_in_years, leap_days) = (365 * year, year / 4 - year / 100 + year / 400);
        days_in_years + leap_days + days_before_month + i64::from(self.day) - 1 - 719_468
    }

    /// The date that is `days` after 1970-01-01; `None` outside the years 1 to 9999.
    fn from_days_since_epoch(days: i64) -> Option<Self> {
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self::new(u16::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?).ok()
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for Date {
    type Error = DateError;
    fn try_from(text: String) -> Result<Self, DateError> {
        Self::parse(&text)
    }
}

impl From<Date> for String {
    fn from(date: Date) -> String {
        date.to_string()
    }
}

/// A moment in whole seconds, written in UTC as `2026-11-21T21:05:57+00:00`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "String", into = "String")]
pub struct Instant {
    seconds_since_epoch: i64,
}

impl Instant {
    /// The moment `seconds` after 1970-01-01T00:00:00Z.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self { seconds_since_epoch: seconds }
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub const fn seconds(self) -> i64 {
        self.seconds_since_epoch
    }

    /// The day it is in, by UTC; the first or last day there is where it is in none of the years 1 to 9999.
    pub fn day(self) -> Date {
        let day = Date::from_days_since_epoch(self.seconds_since_epoch.div_euclid(SECONDS_A_DAY));
        let (year, month) = if self.seconds_since_epoch < 0 { (1, 1) } else { (9_999, 12) };
        day.unwrap_or(Date { year, month, day: if month == 1 { 1 } else { 31 } })
    }

    /// Reads an RFC 3339 date-time (`T`, an offset or `Z`); fractions of a second are cut off.
    pub fn parse(text: &str) -> Result<Self, DateError> {
        let bytes = text.as_bytes();
        if bytes.len() < 20 || bytes[10] != b'T' || bytes[13] != b':' || bytes[16] != b':' || !text.is_ascii() {
            return Err(DateError);
        }
        let part = |from: usize| digits(&bytes[from..from + 2]).map(i64::from).ok_or(DateError);
        let (hour, minute, second) = (part(11)?, part(14)?, part(17)?);
        if hour > 23 || minute > 59 || second > 59 {
            return Err(DateError);
        }
        let mut rest = &text[19..];
        if let Some(fraction) = rest.strip_prefix('.') {
            let end = fraction.find(|c: char| !c.is_ascii_digit()).ok_or(DateError)?;
            rest = if end > 0 { &fraction[end..] } else { return Err(DateError) };
        }
        let offset = offset_seconds(rest)?;
        let days = Date::parse(&text[..10])?.days_since_epoch();
        Ok(Self::from_seconds(days * SECONDS_A_DAY + hour * 3600 + minute * 60 + second - offset))
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = self.seconds_since_epoch.div_euclid(SECONDS_A_DAY);
        let second = self.seconds_since_epoch.rem_euclid(SECONDS_A_DAY);
        match Date::from_days_since_epoch(day) {
            Some(date) => {
                write!(f, "{date}T{:02}:{:02}:{:02}+00:00", second / 3600, second / 60 % 60, second % 60)
            }
            None => write!(f, "{} s", self.seconds_since_epoch),
        }
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for Instant {
    type Error = DateError;
    fn try_from(text: String) -> Result<Self, DateError> {
        Self::parse(&text)
    }
}

impl From<Instant> for String {
    fn from(instant: Instant) -> String {
        instant.to_string()
    }
}

const fn days_in(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

fn digits(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0, |number, byte| byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0')))
}

fn offset_seconds(text: &str) -> Result<i64, DateError> {
    let bytes = text.as_bytes();
    match bytes {
        [b'Z'] => Ok(0),
        [sign @ (b'+' | b'-'), hours @ .., b':', m1, m2] if hours.len() == 2 => {
            let hours = digits(hours).filter(|hours| *hours <= 23).ok_or(DateError)?;
            let minutes = digits(&[*m1, *m2]).filter(|minutes| *minutes <= 59).ok_or(DateError)?;
            let seconds = i64::from(hours * 3600 + minutes * 60);
            Ok(if *sign == b'-' { -seconds } else { seconds })
        }
        _ => Err(DateError),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn dates_are_jiffs_dates(year in 0u16..=9999, month in 0u8..=13, day in 0u8..=32) {
            let text = format!("{year:04}-{month:02}-{day:02}");
            let theirs = text.parse::<jiff::civil::Date>().ok().filter(|date| date.year() >= 1);
            prop_assert_eq!(Date::parse(&text).ok().map(|date| date.to_string()), theirs.map(|date| date.to_string()));
        }

        #[test]
        fn instants_are_jiffs_timestamps(seconds in -62_135_510_400i64..253_402_207_200, offset in -23i64..=23, nanos in 0u32..1_000_000_000) {
            let theirs = jiff::Timestamp::new(seconds, 0).expect("in range");
            let ours = Instant::from_seconds(seconds);
            prop_assert_eq!(ours.to_string().parse::<jiff::Timestamp>().ok(), Some(theirs));
            let zone = jiff::tz::Offset::from_hours(offset as i8).expect("in range").to_time_zone();
            let written = theirs.to_zoned(zone).strftime("%Y-%m-%dT%H:%M:%S").to_string();
            let sign = if offset < 0 { '-' } else { '+' };
            let text = format!("{written}.{nanos:09}{sign}{:02}:00", offset.abs());
            if written.len() == 19 {
                prop_assert_eq!(Instant::parse(&text), Ok(ours));
            }
        }
    }

    #[test]
    fn text_that_is_no_moment_is_refused() {
        for text in [
            "",
            "2026-11-21",
            "2026-11-21T10:00:00",
            "2026-11-21T24:00:00Z",
            "2026-11-21T10:00:00.Z",
            "2026-02-30T10:00:00Z",
            "2026-11-21T10:00:00+1:00",
            "2026-11-21T10:00:00é",
        ] {
            assert_eq!(Instant::parse(text), Err(DateError), "{text}");
        }
    }
}
