//! Days and moments as Graph writes them: a civil time and a zone's name.
//!
//! <https://learn.microsoft.com/en-us/graph/api/resources/datetimetimezone>

use crate::json::{filled, text};
use jiff::Timestamp;
use jiff::civil;
use mxs_calendar::Zone;
use mxs_core::{Date, Instant};
use serde_json::{Map, Value as Json, json};

/// What Graph says for "no date" where it doesn't leave it out.
const NO_DATE: &str = "0001-01-01";

const SECONDS_A_DAY: i64 = 86_400;
const NOON: u32 = 43_200;

/// What every reader knows.
pub const UTC: &str = "UTC";

/// A value isn't of its type, or one that nobody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable;

/// A civil date and time, and the name of the zone in which they are read.
///
/// To Do keeps start and due dates as the beginning of their day in the zone of whoever wrote them, and shows
/// them in UTC unless asked for another zone: a task due on 24 November in Berlin reads 23 November, 23:00, UTC.
/// Whoever wants the day asks in the user's own zone, see [`crate::tasks::TimeZone`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZonedTime {
    /// The date.
    pub date: Date,
    /// Seconds since midnight, below 86,400.
    pub second: u32,
    /// The zone's name, by Windows' or the IANA database's naming.
    pub zone: String,
}

impl ZonedTime {
    /// Midnight of `date` in `zone`.
    pub fn day(date: Date, zone: &str) -> Self {
        Self { date, second: 0, zone: zone.to_owned() }
    }

    /// A moment, in UTC; `None` beyond the calendar.
    pub fn utc(moment: Instant) -> Option<Self> {
        let second = u32::try_from(moment.seconds().rem_euclid(SECONDS_A_DAY)).ok()?;
        Some(Self { date: date_of(moment)?, second, zone: UTC.to_owned() })
    }

    /// A moment as clocks show it in the zone of this name; in UTC where nobody knows the zone, or where its clocks
    /// show the same twice and would mean the other one. `None` beyond the calendar.
    pub fn of(moment: Instant, zone: &str) -> Option<Self> {
        let shown = Zone::parse(zone).ok().and_then(|zone| local(moment, &zone));
        let shown = shown.and_then(|local| {
            let date = counted(local.date())?;
            let time = local.time();
            let (hour, minute, second) = (
                u32::try_from(time.hour()).ok()?,
                u32::try_from(time.minute()).ok()?,
                u32::try_from(time.second()).ok()?,
            );
            Some(Self { date, second: hour * 3600 + minute * 60 + second, zone: zone.to_owned() })
        });
        shown.filter(|shown| shown.moment() == Some(moment)).or_else(|| Self::utc(moment))
    }

    /// The moment; `None` where nobody knows the zone.
    pub fn moment(&self) -> Option<Instant> {
        if self.zone == UTC {
            return Some(Instant::from_seconds(self.date.start().seconds() + i64::from(self.second)));
        }
        let zone = Zone::parse(&self.zone).ok()?;
        let (hour, minute, second) = (self.second / 3600, self.second / 60 % 60, self.second % 60);
        let time = civil::Time::new(hour as i8, minute as i8, second as i8, 0).ok()?;
        let resolved = zone.resolve(civil_date(self.date)?.to_datetime(time)).ok()?;
        Some(Instant::from_seconds(resolved.instant().as_second()))
    }

    /// The day that this stands for where only days count: that of the nearest midnight. Whoever wrote it in
    /// another zone than it is read in meant the beginning of a day there.
    pub fn nearest_day(&self) -> Option<Date> {
        if self.second < NOON { Some(self.date) } else { plus_days(self.date, 1) }
    }

    /// Reads a `dateTimeTimeZone`; `Ok(None)` where there is none, an error where it can't be read.
    pub(crate) fn parse(item: &Map<String, Json>, name: &str) -> Result<Option<Self>, Unreadable> {
        let stamp = match item.get(name) {
            None | Some(Json::Null) => return Ok(None),
            Some(stamp) => stamp.as_object().ok_or(Unreadable)?,
        };
        let written = text(stamp, "dateTime");
        if written.starts_with(NO_DATE) {
            return Ok(None);
        }
        let (date, time) = written.split_once('T').ok_or(Unreadable)?;
        let date = Date::parse(date).map_err(|_| Unreadable)?;
        // Fractions of a second are cut off.
        let time = time.split_once('.').map_or(time, |(time, _)| time);
        let mut parts = time.split(':').map(two_digits);
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(Some(hour @ 0..24)), Some(Some(minute @ 0..60)), Some(Some(second @ 0..60)), None) => {
                let zone = filled(stamp, "timeZone").unwrap_or(UTC).to_owned();
                Ok(Some(Self { date, second: hour * 3600 + minute * 60 + second, zone }))
            }
            _ => Err(Unreadable),
        }
    }

    pub(crate) fn json(&self) -> Json {
        let (hour, minute, second) = (self.second / 3600, self.second / 60 % 60, self.second % 60);
        json!({ "dateTime": format!("{}T{hour:02}:{minute:02}:{second:02}", self.date), "timeZone": self.zone })
    }
}

fn two_digits(text: &str) -> Option<u32> {
    (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// The date on clocks of the zone of this name; `None` where nobody knows the zone.
pub fn day_in(moment: Instant, zone: &str) -> Option<Date> {
    counted(local(moment, &Zone::parse(zone).ok()?)?.date())
}

/// What clocks of a zone show at a moment; `None` beyond the calendar.
pub fn local(moment: Instant, zone: &Zone) -> Option<civil::DateTime> {
    Some(zone.local(Timestamp::from_second(moment.seconds()).ok()?))
}

/// Whether somebody knows the rules of the zone of this name.
pub fn is_known(zone: &str) -> bool {
    Zone::parse(zone).is_ok()
}

/// The date in UTC.
pub(crate) fn date_of(moment: Instant) -> Option<Date> {
    Date::parse(moment.to_string().get(..10)?).ok()
}

/// The date so many days later.
pub fn plus_days(date: Date, days: i64) -> Option<Date> {
    date_of(Instant::from_seconds(date.start().seconds() + days * SECONDS_A_DAY))
}

/// The date as the calendar counts with it.
pub fn civil_date(date: Date) -> Option<civil::Date> {
    let (year, month, day) = date.parts();
    civil::Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// The date of the calendar as the engine counts with it; `None` before the year 1.
pub fn counted(date: civil::Date) -> Option<Date> {
    let part = |part| u8::try_from(part).ok();
    Date::new(u16::try_from(date.year()).ok()?, part(date.month())?, part(date.day())?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn time(date: &str, second: u32, zone: &str) -> ZonedTime {
        ZonedTime { date: Date::parse(date).expect("a date"), second, zone: zone.to_owned() }
    }

    fn moment(text: &str) -> Instant {
        Instant::parse(text).expect("a moment")
    }

    #[test]
    fn a_time_in_a_zone_is_a_moment() {
        let cases = [
            ("2026-11-24T08:30:15Z", time("2026-11-24", 30_615, "UTC")),
            // Winter and summer, by both names.
            ("2026-01-05T08:00:00Z", time("2026-01-05", 32_400, "Europe/Berlin")),
            ("2026-07-05T07:00:00Z", time("2026-07-05", 32_400, "W. Europe Standard Time")),
            ("2026-07-05T02:00:00Z", time("2026-07-04", 79_200, "Eastern Standard Time")),
            // The first two o'clock of the night in which clocks go back.
            ("2026-10-25T00:30:00Z", time("2026-10-25", 9_000, "Europe/Berlin")),
        ];
        for (text, time) in cases {
            assert_eq!(time.moment(), Some(moment(text)), "{time:?}");
            assert_eq!(ZonedTime::of(moment(text), &time.zone), Some(time));
        }
        // The second one has no time of its own there.
        let second = moment("2026-10-25T01:30:00Z");
        assert_eq!(ZonedTime::of(second, "Europe/Berlin"), Some(time("2026-10-25", 5_400, "UTC")));
        assert_eq!(time("2026-11-24", 0, "tzone://Microsoft/Custom").moment(), None);
        assert_eq!(ZonedTime::of(second, "tzone://Microsoft/Custom"), ZonedTime::utc(second));
        assert!(
            is_known("Europe/Berlin") && is_known("Romance Standard Time") && !is_known("tzone://Microsoft/Custom")
        );
    }

    #[test]
    fn a_day_is_that_of_the_nearest_midnight() {
        let cases = [
            ("2026-11-24", 0, "2026-11-24"),
            // Berlin's and Tokyo's midnight, read in UTC; New York's.
            ("2026-11-23", 82_800, "2026-11-24"),
            ("2026-11-23", 54_000, "2026-11-24"),
            ("2026-11-24", 18_000, "2026-11-24"),
            ("2026-12-31", 82_800, "2027-01-01"),
        ];
        for (date, second, day) in cases {
            assert_eq!(time(date, second, "UTC").nearest_day(), Date::parse(day).ok(), "{date} {second}");
        }
        assert_eq!(time("9999-12-31", 82_800, "UTC").nearest_day(), None);
    }

    proptest! {
        #[test]
        fn a_moment_survives_every_zone(
            seconds in -10_000_000_000_i64..200_000_000_000,
            zone in prop::sample::select(&["UTC", "Europe/Berlin", "Lord Howe Standard Time", "Asia/Kathmandu", "no zone"][..]),
        ) {
            let moment = Instant::from_seconds(seconds);
            prop_assert_eq!(ZonedTime::of(moment, zone).and_then(|time| time.moment()), Some(moment));
        }

        #[test]
        fn no_moment_and_no_name_makes_it_fail(seconds: i64, zone in ".{0,12}") {
            let _ = ZonedTime::of(Instant::from_seconds(seconds / 4), &zone);
            let _ = time("9999-12-31", 86_399, &zone).moment();
        }
    }
}
