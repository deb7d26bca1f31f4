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
pub(crate) const UTC: &str = "UTC";

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
    pub(crate) fn utc(moment: Instant) -> Option<Self> {
        let second = u32::try_from(moment.seconds().rem_euclid(SECONDS_A_DAY)).ok()?;
        Some(Self { date: date_of(moment)?, second, zone: UTC.to_owned() })
    }

    /// A moment as clocks show it in the zone of this name, or in UTC where nobody knows the zone; `None` beyond the
    /// calendar.
    pub(crate) fn of(moment: Instant, zone: &str) -> Option<Self> {
        let local = |zone: Zone| Some(zone.local(Timestamp::from_second(moment.seconds()).ok()?));
        let local = Zone::parse(zone).ok().and_then(local);
        let shown = local.and_then(|local| {
            let date = Date::parse(&local.date().to_string()).ok()?;
            let time = local.time();
            let (hour, minute, second) = (
                u32::try_from(time.hour()).ok()?,
                u32::try_from(time.minute()).ok()?,
                u32::try_from(time.second()).ok()?,
            );
            Some(Self { date, second: hour * 3600 + minute * 60 + second, zone: zone.to_owned() })
        });
        shown.or_else(|| Self::utc(moment))
    }

    /// The moment; `None` where nobody knows the zone.
    pub(crate) fn moment(&self) -> Option<Instant> {
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
    pub(crate) fn nearest_day(&self) -> Option<Date> {
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

/// The date in UTC.
pub(crate) fn date_of(moment: Instant) -> Option<Date> {
    Date::parse(moment.to_string().get(..10)?).ok()
}

/// The date so many days later.
pub(crate) fn plus_days(date: Date, days: i64) -> Option<Date> {
    date_of(Instant::from_seconds(date.start().seconds() + days * SECONDS_A_DAY))
}

/// The date as the calendar counts with it.
pub(crate) fn civil_date(date: Date) -> Option<civil::Date> {
    date.to_string().parse().ok()
}
