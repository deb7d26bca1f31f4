//! Zones that bring their own rules.

use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use std::num::NonZeroU8;

/// The rules of a zone as Exchange keeps them: one time, or two that change on the same days every year.
///
/// Graph's `customTimeZone`, EWS's `TimeZone` and a calendar file's `VTIMEZONE` with yearly rules all fit.
///
/// <https://learn.microsoft.com/en-us/graph/api/resources/customtimezone>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomRules {
    /// Minutes east of UTC. (Microsoft's `bias` counts west.)
    pub standard_offset_minutes: i32,
    /// Minutes east of UTC in the other half of the year, and when the halves begin.
    pub daylight: Option<Daylight>,
}

/// The half of the year with another offset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Daylight {
    /// Minutes east of UTC.
    pub offset_minutes: i32,
    /// When it begins, on the clocks before.
    pub begins: Transition,
    /// When it ends, on the clocks before.
    pub ends: Transition,
}

/// When clocks are set, every year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    /// 1 for January.
    pub month: NonZeroU8,
    /// 1 to 4 for the first to fourth such weekday of the month, 5 for the last.
    pub week: NonZeroU8,
    /// The weekday.
    pub weekday: Weekday,
    /// The time that clocks show before they are set.
    pub time: Time,
}

/// The rules name a month, week or offset that doesn't exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the rules of the zone name a month, a week or an offset that doesn't exist")]
pub struct CustomRulesError;

impl CustomRules {
    /// POSIX has a text for just these rules, and jiff reads it.
    ///
    /// <https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html>
    pub(super) fn time_zone(&self) -> Result<TimeZone, CustomRulesError> {
        let mut text = format!("<STD>{}", posix_offset(self.standard_offset_minutes));
        if let Some(Daylight { offset_minutes, begins, ends }) = &self.daylight {
            let (begins, ends) = (posix_day(begins), posix_day(ends));
            text += &format!("<DST>{},{begins},{ends}", posix_offset(*offset_minutes));
        }
        TimeZone::posix(&text).map_err(|_| CustomRulesError)
    }
}

/// POSIX counts west of Greenwich.
fn posix_offset(minutes_east: i32) -> String {
    let sign = if minutes_east > 0 { "-" } else { "" };
    let minutes = minutes_east.unsigned_abs();
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

fn posix_day(Transition { month, week, weekday, time }: &Transition) -> String {
    let day = weekday.to_sunday_zero_offset();
    format!("M{month}.{week}.{day}/{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second())
}
