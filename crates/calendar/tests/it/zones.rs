//! Zones by all their names, and clocks that jump.

use crate::dates::day;
use jiff::civil::{DateTime, Weekday, time};
use jiff::tz::TimeZoneDatabase;
use mxs_calendar::{CustomRules, CustomRulesError, Daylight, Resolved, Transition, Zone, ZoneError};
use std::num::NonZeroU8;

/// A name as vendors write it, the name that it is known by, and its names in both lists.
#[rustfmt::skip]
const NAMES: &[(&str, &str, Option<&str>, Option<&str>)] = &[
    ("Europe/Paris", "Europe/Paris", Some("Europe/Paris"), Some("Romance Standard Time")),
    ("europe/paris", "Europe/Paris", Some("Europe/Paris"), Some("Romance Standard Time")),
    (" \"Europe/Warsaw\" ", "Europe/Warsaw", Some("Europe/Warsaw"), Some("Central European Standard Time")),
    ("Romance Standard Time", "Romance Standard Time", Some("Europe/Paris"), Some("Romance Standard Time")),
    ("romance standard time", "Romance Standard Time", Some("Europe/Paris"), Some("Romance Standard Time")),
    // A Windows zone leads to one IANA zone, many IANA zones to one Windows zone.
    ("Europe/Zurich", "Europe/Zurich", Some("Europe/Zurich"), Some("W. Europe Standard Time")),
    ("Pacific Standard Time", "Pacific Standard Time", Some("America/Los_Angeles"), Some("Pacific Standard Time")),
    ("US/Pacific", "US/Pacific", Some("US/Pacific"), Some("Pacific Standard Time")),
    // Names that were changed, old and new.
    ("Asia/Calcutta", "Asia/Calcutta", Some("Asia/Calcutta"), Some("India Standard Time")),
    ("Asia/Kolkata", "Asia/Kolkata", Some("Asia/Kolkata"), Some("India Standard Time")),
    ("Europe/Kiev", "Europe/Kiev", Some("Europe/Kiev"), Some("FLE Standard Time")),
    ("Europe/Kyiv", "Europe/Kyiv", Some("Europe/Kyiv"), Some("FLE Standard Time")),
    // UTC, and what only looks like a distance from it.
    ("UTC", "UTC", Some("UTC"), Some("UTC")),
    ("Z", "UTC", Some("UTC"), Some("UTC")),
    ("tzone://Microsoft/Utc", "UTC", Some("UTC"), Some("UTC")),
    ("Etc/UTC", "Etc/UTC", Some("Etc/UTC"), Some("UTC")),
    ("UTC-11", "UTC-11", Some("Etc/GMT+11"), Some("UTC-11")),
    ("Etc/GMT+11", "Etc/GMT+11", Some("Etc/GMT+11"), Some("UTC-11")),
    ("UTC+11", "+11:00", None, None),
    ("utc-03:30", "-03:30", None, None),
    ("+05:30", "+05:30", None, None),
    ("-0800", "-08:00", None, None),
];

#[test]
fn names() {
    for (written, name, iana, windows) in NAMES {
        let zone = Zone::parse(written).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(zone.to_string(), *name, "{written}");
        assert_eq!(zone.iana(), *iana, "{written}");
        assert_eq!(zone.windows(), *windows, "{written}");
        assert_eq!(Zone::parse(&zone.to_string()), Ok(zone), "{written}");
    }
}

/// Names that mean nothing, or nothing for sure. Each is kept, so that a person can be told.
#[test]
fn unknown_names_are_kept_and_never_another_zone() {
    for name in [
        "",
        "CST",
        "foo",
        "Europe/Germany",
        "W. Europe",
        "(UTC-05:00) Eastern Time (US & Canada)",
        "GMT +0100 (Standard) / GMT +0200 (Daylight)",
        "Canberra, Melbourne, Sydney",
        "GMT+10",
        "+25:99",
        "Etc/Unknown",
        "Factory",
        // Exchange still offers these two. Their rules are of no place, so CLDR has left them out.
        "Kamchatka Standard Time",
        "Mid-Atlantic Standard Time",
    ] {
        assert_eq!(Zone::parse(name), Err(ZoneError::Unknown { name: name.into() }), "{name}");
    }
    for name in
        ["tzone://Microsoft/Custom", "TZONE://microsoft/custom", "Customized Time Zone", "Customized Time Zone 1"]
    {
        assert_eq!(Zone::parse(name), Err(ZoneError::RulesMissing { name: name.into() }), "{name}");
    }
}

/// Exchange names zones Windows' way: a zone without such a name can't be sent to it.
#[test]
fn every_zone_has_a_windows_name() {
    let without: Vec<String> = TimeZoneDatabase::bundled()
        .available()
        .filter_map(|name| Zone::parse(name.as_str()).ok())
        .filter(|zone| zone.windows().is_none())
        .map(|zone| zone.to_string())
        .collect();
    // A station in the Antarctic whose clocks jump two hours; Windows has nothing like it.
    assert_eq!(without, ["Antarctica/Troll"]);
}

#[test]
fn every_windows_name_has_a_zone() {
    let table = include_str!("../../src/zone/windows_zones.txt");
    let lines: Vec<&str> = table.lines().filter(|line| !line.starts_with('#')).collect();
    let mut withdrawn = Vec::new();
    for line in &lines {
        let (windows, names) = line.split_once('|').expect("a line of the table");
        let zone = Zone::parse(windows).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(zone.windows(), Some(windows));
        // "UTC" is in both lists, and means the same.
        assert_eq!(zone.iana(), if windows == "UTC" { Some("UTC") } else { names.split(' ').next() });
        for name in names.split(' ') {
            match Zone::parse(name) {
                Ok(zone) => assert_eq!(zone.windows(), Some(windows), "{name}"),
                Err(_) => withdrawn.push(name),
            }
        }
    }
    assert_eq!(lines.len(), 139);
    // CLDR keeps names that the IANA database gave up.
    assert_eq!(withdrawn, WITHDRAWN);
}

const WITHDRAWN: [&str; 2] = ["Canada/East-Saskatchewan", "US/Pacific-New"];

fn local(text: &str) -> DateTime {
    text.parse().unwrap_or_else(|_| panic!("{text} is a time"))
}

/// What a clock shows, and the moments that it may mean. One: once. Two with `gap`: the clock never shows
/// it. Two: first and second.
#[rustfmt::skip]
const CLOCKS: &[(&str, &str, &str, &[&str])] = &[
    ("Europe/Paris", "in winter", "2026-01-05T09:00", &["2026-01-05T08:00:00Z"]),
    ("Europe/Paris", "in summer", "2026-07-05T09:00", &["2026-07-05T07:00:00Z"]),
    ("Europe/Paris", "the last second before the gap", "2026-03-29T01:59:59", &["2026-03-29T00:59:59Z"]),
    ("Europe/Paris", "skipped: an hour later by the clock", "2026-03-29T02:30", &["gap", "2026-03-29T01:30:00Z"]),
    ("Europe/Paris", "after the gap", "2026-03-29T03:00", &["2026-03-29T01:00:00Z"]),
    ("Europe/Paris", "twice", "2026-10-25T02:30", &["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"]),
    ("Europe/Paris", "once again", "2026-10-25T03:00", &["2026-10-25T02:00:00Z"]),
    // RFC 5545, section 3.3.5, has these two.
    ("America/New_York", "skipped", "2007-03-11T02:30", &["gap", "2007-03-11T07:30:00Z"]),
    ("America/New_York", "twice", "2007-11-04T01:30", &["2007-11-04T05:30:00Z", "2007-11-04T06:30:00Z"]),
    ("America/New_York", "the rule before 2007", "2006-03-26T02:30", &["2006-03-26T07:30:00Z"]),
    ("America/New_York", "far beyond the table", "2099-07-01T12:00", &["2099-07-01T16:00:00Z"]),
    ("Australia/Lord_Howe", "half an hour skipped", "2026-10-04T02:15", &["gap", "2026-10-03T15:45:00Z"]),
    ("Australia/Lord_Howe", "half an hour twice", "2026-04-05T01:45", &["2026-04-04T14:45:00Z", "2026-04-04T15:15:00Z"]),
    ("Asia/Tokyo", "never changed", "2026-03-29T02:30", &["2026-03-28T17:30:00Z"]),
    ("Asia/Kolkata", "half an hour", "2026-03-29T02:30", &["2026-03-28T21:00:00Z"]),
    ("Africa/Casablanca", "standard time but in Ramadan", "2025-01-15T09:00", &["2025-01-15T08:00:00Z"]),
    ("Africa/Casablanca", "in Ramadan", "2025-03-10T09:00", &["2025-03-10T09:00:00Z"]),
    ("Africa/Casablanca", "back: twice", "2025-02-23T02:30", &["2025-02-23T01:30:00Z", "2025-02-23T02:30:00Z"]),
    ("Africa/Casablanca", "forth: skipped", "2025-04-06T02:30", &["gap", "2025-04-06T02:30:00Z"]),
    ("Pacific/Apia", "the day before the day that wasn't", "2011-12-29T12:00", &["2011-12-29T22:00:00Z"]),
    ("Pacific/Apia", "the day that wasn't: as late on the next", "2011-12-30T12:00", &["gap", "2011-12-30T22:00:00Z"]),
    ("Pacific/Apia", "the day after", "2011-12-31T12:00", &["2011-12-30T22:00:00Z"]),
    ("America/Sao_Paulo", "midnight skipped", "2018-11-04T00:00", &["gap", "2018-11-04T03:00:00Z"]),
    ("Europe/Dublin", "summer is the standard", "2026-07-05T09:00", &["2026-07-05T08:00:00Z"]),
    ("Romance Standard Time", "a Windows name is its zone", "2026-03-29T02:30", &["gap", "2026-03-29T01:30:00Z"]),
    ("-03:30", "an offset never changes", "2026-03-29T02:30", &["2026-03-29T06:00:00Z"]),
    ("UTC", "leap day", "2028-02-29T23:59:59", &["2028-02-29T23:59:59Z"]),
];

#[test]
fn clocks() {
    for (name, why, shown, moments) in CLOCKS {
        let zone = Zone::parse(name).unwrap_or_else(|error| panic!("{error}"));
        let moment = |text: &str| text.parse().unwrap_or_else(|_| panic!("{text} is a moment"));
        let expected = match moments {
            [once] => Resolved::Once(moment(once)),
            ["gap", shifted] => Resolved::Gap { shifted: moment(shifted) },
            [first, second] => Resolved::Overlap { first: moment(first), second: moment(second) },
            _ => panic!("{why}: one or two moments"),
        };
        let resolved = zone.resolve(local(shown)).unwrap_or_else(|error| panic!("{name}, {why}: {error}"));
        assert_eq!(resolved, expected, "{name}, {why}");
        // The way back shows the same, but where the clock never shows it.
        let back = zone.local(resolved.instant());
        assert_eq!(back == local(shown), !matches!(resolved, Resolved::Gap { .. }), "{name}, {why}");
    }
}

#[test]
fn the_calendars_ends_are_errors_and_no_panic() {
    let east = Zone::parse("+14:00").expect("an offset");
    let west = Zone::parse("-12:00").expect("an offset");
    assert!(west.resolve(DateTime::MAX).is_err());
    assert!(east.resolve(DateTime::MIN).is_err());
    assert!(east.resolve(day("9999-12-31").at(0, 0, 0, 0)).is_ok());
}

fn transition(month: u8, week: u8, hour: i8) -> Transition {
    let number = |number| NonZeroU8::new(number).expect("above zero");
    Transition { month: number(month), week: number(week), weekday: Weekday::Sunday, time: time(hour, 0, 0, 0) }
}

/// The zone of a real calendar feed: Central Europe, but back to standard time on the fourth Sunday.
#[test]
fn a_zone_with_its_own_rules() {
    let daylight = Daylight { offset_minutes: 120, begins: transition(3, 5, 2), ends: transition(10, 4, 3) };
    let rules = CustomRules { standard_offset_minutes: 60, daylight: Some(daylight.clone()) };
    let zone = Zone::custom("Customized Time Zone", &rules).expect("sound rules");
    let at = |shown: &str| zone.resolve(local(shown)).expect("in range").instant().to_string();
    assert_eq!(at("2026-07-01T12:00"), "2026-07-01T10:00:00Z");
    // The last Sunday of October 2026 is the 25th, and so is the fourth; in 2027 they differ.
    assert_eq!(at("2027-10-24T12:00"), "2027-10-24T11:00:00Z");
    assert_eq!(
        Zone::parse("Europe/Paris")
            .expect("a zone")
            .resolve(local("2027-10-24T12:00"))
            .expect("in range")
            .instant()
            .to_string(),
        "2027-10-24T10:00:00Z"
    );
    assert_eq!((zone.to_string().as_str(), zone.iana(), zone.windows()), ("Customized Time Zone", None, None));

    let fixed = CustomRules { standard_offset_minutes: -210, daylight: None };
    let zone = Zone::custom("Mine", &fixed).expect("sound rules");
    assert_eq!(
        zone.resolve(local("2026-07-01T12:00")).expect("in range").instant().to_string(),
        "2026-07-01T15:30:00Z"
    );

    for broken in [transition(13, 1, 2), transition(3, 6, 2)] {
        let daylight = Daylight { begins: broken, ..daylight.clone() };
        let rules = CustomRules { standard_offset_minutes: 60, daylight: Some(daylight) };
        assert_eq!(Zone::custom("broken", &rules), Err(CustomRulesError));
    }
    let rules = CustomRules { standard_offset_minutes: 60 * 24 * 30, daylight: None };
    assert_eq!(Zone::custom("broken", &rules), Err(CustomRulesError));
}
