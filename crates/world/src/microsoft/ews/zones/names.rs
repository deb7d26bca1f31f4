//! What zones and weekdays are called.

use super::rules;
use crate::microsoft::todo::WINDOWS_ZONES;
use jiff::Timestamp;
use jiff::civil::Weekday;
use mxs_calendar::Zone;
use mxs_calendar::graph::weekday_from_word;

/// Windows' names of all zones.
pub(in crate::microsoft::ews) const ALL: &[(&str, &str)] = WINDOWS_ZONES;

/// What people read: how far the zone is from UTC in winter, and a place. Windows names more places; its list isn't
/// published in a form that could be used here.
pub(in crate::microsoft::ews) fn display_name(windows: &str, zone: &Zone, now: Timestamp) -> String {
    let rules = rules::of(zone, zone.local(now).date().year());
    let offset = rules.standard_offset_minutes;
    let (sign, east) = (if offset < 0 { '-' } else { '+' }, offset.unsigned_abs());
    let place = ALL.iter().find(|(name, _)| *name == windows).map_or(windows, |(_, iana)| iana);
    let place = place.rsplit('/').next().unwrap_or(place).replace('_', " ");
    match (offset, windows) {
        (0, "UTC") => "(UTC) Coordinated Universal Time".to_owned(),
        _ => format!("(UTC{sign}{:02}:{:02}) {place}", east / 60, east % 60),
    }
}

pub(super) fn weekday(word: &str) -> Option<Weekday> {
    weekday_from_word(word)
}

pub(super) fn weekday_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Sunday => "Sunday",
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
    }
}
