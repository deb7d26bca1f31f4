//! The days of a series in another zone.

use crate::dates::{day, rule};
use jiff::civil::{Date, Time};
use mxs_calendar::{Clock, Rule, Zone};
use proptest::prelude::*;

fn zone(name: &str) -> Zone {
    Zone::parse(name).unwrap_or_else(|error| panic!("{error}"))
}

/// `20:00 America/New_York`, or whole days.
fn clock(text: &str) -> Clock {
    match text.split_once(' ') {
        Some((time, name)) => Clock::At(time.parse::<Time>().expect("a time"), zone(name)),
        None => Clock::AllDay,
    }
}

/// When a series is, from which day on and by which rule; in which zone it is counted too; and its first day and its
/// rule there.
#[test]
fn a_rule_is_counted_where_the_clock_is_another() {
    let (berlin, york, tokyo) = ("Europe/Berlin", "America/New_York", "Asia/Tokyo");
    let cases = [
        // Monday evening in New York is Tuesday in Berlin, also while clocks have changed in one of them only.
        (
            "20:00 America/New_York",
            "2026-03-02",
            "FREQ=WEEKLY;BYDAY=MO",
            berlin,
            "2026-03-03",
            "FREQ=WEEKLY;BYDAY=TU;WKST=TU",
        ),
        // What the rule leaves to its start is said.
        ("20:00 America/New_York", "2026-03-02", "FREQ=WEEKLY", berlin, "2026-03-03", "FREQ=WEEKLY;BYDAY=TU;WKST=TU"),
        // Monday morning in Tokyo is Sunday in Berlin, and in New York.
        (
            "06:00 Asia/Tokyo",
            "2026-03-02",
            "FREQ=WEEKLY;BYDAY=MO",
            berlin,
            "2026-03-01",
            "FREQ=WEEKLY;BYDAY=SU;WKST=SU",
        ),
        ("06:00 Asia/Tokyo", "2026-03-02", "FREQ=WEEKLY;BYDAY=MO", york, "2026-03-01", "FREQ=WEEKLY;BYDAY=SU;WKST=SU"),
        // The afternoon is on one day in both.
        ("15:00 America/New_York", "2026-03-02", "FREQ=WEEKLY;BYDAY=MO", berlin, "2026-03-02", "FREQ=WEEKLY;BYDAY=MO"),
        (
            "15:00 America/New_York",
            "2026-03-10",
            "FREQ=MONTHLY;BYDAY=2TU",
            berlin,
            "2026-03-10",
            "FREQ=MONTHLY;BYDAY=2TU",
        ),
        // One zone by two names.
        (
            "00:30 W. Europe Standard Time",
            "2026-03-02",
            "FREQ=WEEKLY;BYDAY=MO",
            berlin,
            "2026-03-02",
            "FREQ=WEEKLY;BYDAY=MO",
        ),
        // Whole days are the same everywhere.
        ("", "2026-03-02", "FREQ=WEEKLY;BYDAY=MO", tokyo, "2026-03-02", "FREQ=WEEKLY;BYDAY=MO"),
        // Each of several weekdays; a week has the same ones where weeks begin a day later, too.
        (
            "20:00 America/New_York",
            "2026-03-01",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU",
            berlin,
            "2026-03-02",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE",
        ),
        (
            "20:00 America/New_York",
            "2026-03-01",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU",
            berlin,
            "2026-03-02",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;WKST=TU",
        ),
        // A start that doesn't fit is no day of the series.
        (
            "20:00 America/New_York",
            "2026-03-01",
            "FREQ=WEEKLY;BYDAY=MO",
            berlin,
            "2026-03-03",
            "FREQ=WEEKLY;BYDAY=TU;WKST=TU",
        ),
        // Every so many days; an end is moved, and a count isn't.
        (
            "20:00 America/New_York",
            "2026-03-02",
            "FREQ=DAILY;INTERVAL=3;COUNT=4",
            berlin,
            "2026-03-03",
            "FREQ=DAILY;COUNT=4;INTERVAL=3;WKST=TU",
        ),
        (
            "06:00 Asia/Tokyo",
            "2026-03-02",
            "FREQ=DAILY;UNTIL=20260310",
            berlin,
            "2026-03-01",
            "FREQ=DAILY;UNTIL=20260309;WKST=SU",
        ),
        // A day that every month has beside one that every month has.
        (
            "20:00 America/New_York",
            "2026-03-27",
            "FREQ=MONTHLY;BYMONTHDAY=27",
            berlin,
            "2026-03-28",
            "FREQ=MONTHLY;BYMONTHDAY=28;WKST=TU",
        ),
        (
            "06:00 Asia/Tokyo",
            "2026-03-28",
            "FREQ=MONTHLY;BYMONTHDAY=28",
            berlin,
            "2026-03-27",
            "FREQ=MONTHLY;BYMONTHDAY=27;WKST=SU",
        ),
        // The day before the first is the last one, in every month.
        (
            "06:00 Asia/Tokyo",
            "2026-03-01",
            "FREQ=MONTHLY;BYMONTHDAY=1",
            berlin,
            "2026-02-28",
            "FREQ=MONTHLY;BYMONTHDAY=-1;WKST=SU",
        ),
        (
            "20:00 America/New_York",
            "2026-02-28",
            "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=-1",
            berlin,
            "2026-03-01",
            "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=1;WKST=TU",
        ),
        // A date, over the ends of months and years.
        (
            "20:00 America/New_York",
            "2026-03-15",
            "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=15",
            berlin,
            "2026-03-16",
            "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=16;WKST=TU",
        ),
        (
            "20:00 America/New_York",
            "2026-12-31",
            "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31",
            berlin,
            "2027-01-01",
            "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1;WKST=TU",
        ),
        // A zone may be 26 hours from another: two days.
        (
            "00:30 Pacific/Kiritimati",
            "2026-03-04",
            "FREQ=WEEKLY;BYDAY=WE",
            "Etc/GMT+12",
            "2026-03-02",
            "FREQ=WEEKLY;BYDAY=MO;WKST=SA",
        ),
    ];
    for (when, start, text, other, first, wanted) in cases {
        let (clock, other) = (clock(when), zone(other));
        let (start, own) = (day(start), rule(text));
        let found = clock.rule_in(&other, (&own, start));
        let found = found.map(|(rule, first)| (rule.to_string(), first));
        assert_eq!(found, Some((rule(wanted).to_string(), day(first))), "{when} {text}");
        // The way back leads to the same days.
        let begins = own.dates(start).next().expect("a day");
        let back = clock.rule_from(&other, (&rule(wanted), begins)).expect("a rule");
        let few = |rule: &Rule| rule.dates(begins).take(50).collect::<Vec<_>>();
        assert_eq!(few(&back), few(&own), "{when} {text}");
    }
}

#[test]
fn what_no_rule_says_elsewhere_is_none() {
    let (berlin, york) = ("Europe/Berlin", "America/New_York");
    let cases = [
        // One in the morning in Berlin; midnight as long as only New York has summer time: that is the same day.
        ("19:00 America/New_York", "2026-03-02", "FREQ=WEEKLY;BYDAY=MO", berlin, true),
        // Half past midnight, and half an hour before it in these weeks.
        ("18:30 America/New_York", "2026-03-02", "FREQ=WEEKLY;BYDAY=MO", berlin, false),
        // A series that is over before clocks change is on one day.
        ("18:30 America/New_York", "2026-01-05", "FREQ=WEEKLY;BYDAY=MO;COUNT=5", berlin, true),
        ("18:30 America/New_York", "2026-01-05", "FREQ=WEEKLY;BYDAY=MO;UNTIL=20260402", berlin, false),
        // In Tokyo clocks never change: Berlin's four in the afternoon is midnight there in summer, and one hour
        // before in winter's three.
        ("16:00 Europe/Berlin", "2026-03-02", "FREQ=DAILY", "Asia/Tokyo", false),
        ("15:00 Europe/Berlin", "2026-03-02", "FREQ=DAILY", "Asia/Tokyo", true),
        ("17:00 Europe/Berlin", "2026-03-02", "FREQ=DAILY", "Asia/Tokyo", true),
        // The day after the second Monday is the second Tuesday, unless the month begins with a Tuesday.
        ("20:00 America/New_York", "2026-03-09", "FREQ=MONTHLY;BYDAY=2MO", berlin, false),
        ("20:00 America/New_York", "2026-11-26", "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", berlin, false),
        // After the 28th comes the 29th or the first, and before the 29th nothing in some years.
        ("20:00 America/New_York", "2026-03-28", "FREQ=MONTHLY;BYMONTHDAY=28", berlin, false),
        ("06:00 Asia/Tokyo", "2026-03-29", "FREQ=MONTHLY;BYMONTHDAY=29", berlin, false),
        ("20:00 America/New_York", "2026-03-31", "FREQ=MONTHLY;BYMONTHDAY=31", berlin, false),
        ("20:00 America/New_York", "2026-02-28", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28", berlin, false),
        ("06:00 Asia/Tokyo", "2026-03-01", "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=1", york, false),
        // "Day 30, or the last", Friday the 13th, and several days.
        ("20:00 America/New_York", "2026-03-30", "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1", berlin, false),
        ("20:00 America/New_York", "2026-03-13", "FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", berlin, false),
        ("20:00 America/New_York", "2026-03-10", "FREQ=MONTHLY;BYMONTHDAY=10,20", berlin, false),
        // In some months only.
        ("20:00 America/New_York", "2026-03-02", "FREQ=WEEKLY;BYMONTH=3;BYDAY=MO", berlin, false),
        ("20:00 America/New_York", "2026-03-02", "FREQ=DAILY;BYMONTH=3", berlin, false),
    ];
    for (when, start, text, other, is_sayable) in cases {
        let found = clock(when).rule_in(&zone(other), (&rule(text), day(start)));
        assert_eq!(found.is_some(), is_sayable, "{when} {text} {found:?}");
    }
    // A rule of the other zone that the own one has no words for, or not all year.
    let cases = [
        ("20:00 America/New_York", "2026-03-02", "FREQ=WEEKLY;BYDAY=TU", berlin, true),
        ("20:00 America/New_York", "2026-03-09", "FREQ=MONTHLY;BYDAY=2TU", berlin, false),
        ("18:30 America/New_York", "2026-03-02", "FREQ=WEEKLY;BYDAY=TU", berlin, false),
        // Its first day there is no Monday.
        ("20:00 America/New_York", "2026-03-02", "FREQ=WEEKLY;BYDAY=MO", berlin, false),
    ];
    for (when, start, text, other, is_sayable) in cases {
        let found = clock(when).rule_from(&zone(other), (&rule(text), day(start)));
        assert_eq!(found.is_some(), is_sayable, "{when} {text} {found:?}");
    }
}

#[test]
fn a_rule_is_moved_by_two_days_at_most() {
    let mondays = rule("FREQ=WEEKLY;BYDAY=MO");
    for (days, wanted) in [(-2, true), (2, true), (3, false), (i64::MIN, false)] {
        assert_eq!(mondays.moved(day("2026-03-02"), days).is_some(), wanted, "{days}");
    }
}

fn any_rule() -> impl Strategy<Value = String> {
    let weekday = prop::sample::select(&["MO", "TU", "WE", "TH", "FR", "SA", "SU"][..]);
    let weekdays = prop::collection::btree_set(weekday.clone(), 1..4).prop_map(|days| Vec::from_iter(days).join(","));
    let month_day = || prop_oneof![1..=31_i32, -31..=-1_i32];
    let days = prop_oneof![
        Just("FREQ=DAILY".to_owned()),
        weekdays.clone().prop_map(|days| format!("FREQ=DAILY;BYDAY={days}")),
        (weekdays.clone(), weekday.clone()).prop_map(|(days, first)| format!("FREQ=WEEKLY;BYDAY={days};WKST={first}")),
        (weekdays, 1..3).prop_map(|(days, nth)| format!("FREQ=WEEKLY;BYDAY={days};BYSETPOS={nth}")),
        month_day().prop_map(|day| format!("FREQ=MONTHLY;BYMONTHDAY={day}")),
        (weekday, 1..5).prop_map(|(day, nth)| format!("FREQ=MONTHLY;BYDAY={nth}{day}")),
        (1..=12, month_day()).prop_map(|(month, day)| format!("FREQ=YEARLY;BYMONTH={month};BYMONTHDAY={day}")),
    ];
    (days, 1..5).prop_map(|(days, interval)| format!("{days};INTERVAL={interval}"))
}

proptest! {
    /// Whatever is moved has the days that are meant, over four leap years.
    #[test]
    fn a_moved_rule_has_the_days_beside(text in any_rule(), start in 0_i64..1_500, days in -2_i64..=2) {
        let rule = rule(&text);
        let after = |day: Date, days: i64| day.checked_add(jiff::SignedDuration::from_hours(24 * days)).expect("a day");
        let start = after(day("2024-01-01"), start);
        let few = |rule: &Rule, start: Date| rule.between(start, start..=after(start, 6_000)).take(300).collect::<Vec<_>>();
        let own = few(&rule, start);
        let Some(first) = own.first() else { return Ok(()) };
        if let Some(moved) = rule.moved(*first, days) {
            let wanted: Vec<Date> = own.iter().map(|day| after(*day, days)).collect();
            let found = few(&moved, after(*first, days));
            // It is looked at as long from its first day as the other from a start before that.
            prop_assert_eq!(found.get(..wanted.len()), Some(wanted.as_slice()), "{} {}", moved, first);
        }
    }
}
