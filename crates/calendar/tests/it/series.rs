//! Series: what became of each occurrence, equality, and changes.

use crate::dates::{day, rule};
use jiff::civil::{Date, time};
use mxs_calendar::{Change, Clock, Instance, OriginalStart, Series, Zone};

fn series(start: &str, text: &str, clock: Clock) -> Series<&'static str> {
    Series { start: day(start), clock, rule: rule(text), cancelled: [].into(), exceptions: [].into() }
}

fn at(hour: i8, zone: &str) -> Clock {
    Clock::At(time(hour, 0, 0, 0), Zone::parse(zone).unwrap_or_else(|error| panic!("{error}")))
}

#[test]
fn each_occurrence_has_one_fate() {
    let mut mondays = series("2026-01-05", "FREQ=WEEKLY;COUNT=5", at(9, "Europe/Paris"));
    mondays.cancelled = [day("2026-01-12"), day("2026-01-19"), day("2026-03-02")].into();
    mondays.exceptions =
        [(day("2026-01-19"), "moved, then cancelled"), (day("2026-01-26"), "moved"), (day("2026-01-27"), "stray")]
            .into();
    let instances = mondays.instances(day("2026-01-06")..=day("2026-12-31"));
    let expected = [
        (day("2026-01-12"), Instance::Cancelled),
        (day("2026-01-19"), Instance::Cancelled),
        (day("2026-01-26"), Instance::Exception(&"moved")),
        (day("2026-02-02"), Instance::Regular),
    ];
    assert_eq!(instances, expected.into());
    // The count ends in February, and a Tuesday is no Monday.
    assert_eq!(mondays.strays(), [day("2026-01-27"), day("2026-03-02")].into());
}

#[test]
fn an_occurrence_is_known_by_its_original_start() {
    let nine = series("2026-03-28", "FREQ=DAILY", at(9, "Europe/Paris"));
    let start = |date: &str| nine.original_start(day(date)).expect("in range");
    let instant = |text: &str| OriginalStart::Instant(text.parse().expect("a moment"));
    // Nine in Paris before and after the clocks are set.
    assert_eq!(start("2026-03-28"), instant("2026-03-28T08:00:00Z"));
    assert_eq!(start("2026-03-29"), instant("2026-03-29T07:00:00Z"));
    let all_day = series("2026-03-28", "FREQ=DAILY", Clock::AllDay);
    assert_eq!(all_day.original_start(day("2026-03-29")), Ok(OriginalStart::Date(day("2026-03-29"))));
}

struct Same {
    why: &'static str,
    one: Series<&'static str>,
    other: Series<&'static str>,
    same: bool,
}

fn with(series: Series<&'static str>, cancelled: &[&str], exceptions: &[(&str, &'static str)]) -> Series<&'static str> {
    Series {
        cancelled: cancelled.iter().map(|text| day(text)).collect(),
        exceptions: exceptions.iter().map(|(text, what)| (day(text), *what)).collect(),
        ..series
    }
}

#[test]
#[rustfmt::skip]
fn series_are_the_same_by_what_happens() {
    let paris = || at(9, "Europe/Paris");
    let weekly = || series("2026-01-05", "FREQ=WEEKLY;BYDAY=MO", paris());
    let cases = [
        Same { why: "another way to write the rule", one: weekly(), other: series("2026-01-05", "FREQ=DAILY;INTERVAL=7", paris()), same: true },
        Same { why: "another name of the zone", one: weekly(), other: series("2026-01-05", "FREQ=WEEKLY;BYDAY=MO", at(9, "Romance Standard Time")), same: true },
        Same { why: "a neighbour's zone with the same clocks", one: weekly(), other: series("2026-01-05", "FREQ=WEEKLY;BYDAY=MO", at(9, "Europe/Berlin")), same: true },
        Same { why: "a zone with other clocks in summer", one: weekly(), other: series("2026-01-05", "FREQ=WEEKLY;BYDAY=MO", at(9, "Africa/Lagos")), same: false },
        Same { why: "another day of the week on the other side of the date line", one: series("2026-01-05", "FREQ=WEEKLY;BYDAY=MO", at(8, "Asia/Tokyo")), other: series("2026-01-04", "FREQ=WEEKLY;BYDAY=SU", at(23, "UTC")), same: true },
        Same { why: "an hour later", one: weekly(), other: series("2026-01-05", "FREQ=WEEKLY;BYDAY=MO", at(10, "Europe/Paris")), same: false },
        Same { why: "all day is no time of day", one: series("2026-01-05", "FREQ=WEEKLY", Clock::AllDay), other: series("2026-01-05", "FREQ=WEEKLY", at(0, "UTC")), same: false },
        Same { why: "an end after the days that are compared", one: weekly(), other: series("2026-01-05", "FREQ=WEEKLY;COUNT=500", paris()), same: true },
        Same { why: "an end before", one: weekly(), other: series("2026-01-05", "FREQ=WEEKLY;COUNT=50", paris()), same: false },
        Same { why: "an earlier start", one: weekly(), other: series("2026-01-12", "FREQ=WEEKLY", paris()), same: false },
        Same { why: "one is cancelled", one: weekly(), other: with(weekly(), &["2026-02-02"], &[]), same: false },
        Same { why: "one is cancelled, or the rule ends before it", one: with(series("2026-01-05", "FREQ=WEEKLY;COUNT=3", paris()), &["2026-01-19"], &[]), other: series("2026-01-05", "FREQ=WEEKLY;COUNT=2", paris()), same: false },
        Same { why: "a cancelled day that the rule hasn't", one: weekly(), other: with(weekly(), &["2026-02-03"], &[]), same: true },
        Same { why: "the same change", one: with(weekly(), &[], &[("2026-02-02", "room 2")]), other: with(weekly(), &[], &[("2026-02-02", "room 2")]), same: true },
        Same { why: "another change", one: with(weekly(), &[], &[("2026-02-02", "room 2")]), other: with(weekly(), &[], &[("2026-02-02", "room 3")]), same: false },
        Same { why: "cancelled beats changed", one: with(weekly(), &["2026-02-02"], &[("2026-02-02", "room 2")]), other: with(weekly(), &["2026-02-02"], &[]), same: true },
    ];
    let days = day("2026-01-01")..=day("2028-12-31");
    for Same { why, one, other, same } in cases {
        assert_eq!(one.same_instances(&other, &days), Ok(same), "{why}");
        assert_eq!(other.same_instances(&one, &days), Ok(same), "{why}, the other way");
    }
}

#[test]
fn what_starts_outside_the_days_is_not_compared() {
    let to = |last: &str| series("2026-01-05", &format!("FREQ=DAILY;UNTIL={last}"), at(9, "Europe/Paris"));
    let week = day("2026-01-05")..=day("2026-01-11");
    assert_eq!(to("20260111").same_instances(&to("20260112"), &week), Ok(true));
    assert_eq!(to("20260111").same_instances(&to("20260110"), &week), Ok(false));
}

/// Days of daily series whose originals meet at one moment are both kept: Samoa went without December 30.
#[test]
fn two_days_at_one_moment_are_two_occurrences() {
    let apia = series("2011-12-28", "FREQ=DAILY;COUNT=5", at(12, "Pacific/Apia"));
    let starts: Vec<_> = apia
        .instances(day("2011-12-28")..=day("2012-01-31"))
        .into_keys()
        .map(|day| apia.original_start(day).expect("in range"))
        .collect();
    assert_eq!(starts.len(), 5);
    assert_eq!(starts[2], starts[3]);
    let four = series("2011-12-28", "FREQ=DAILY;COUNT=4", at(12, "Pacific/Apia"));
    assert_eq!(apia.same_instances(&four, &(day("2011-12-01")..=day("2011-12-30"))), Ok(true));
    assert_eq!(apia.same_instances(&four, &(day("2011-12-01")..=day("2012-01-30"))), Ok(false));
}

struct Changed {
    why: &'static str,
    old: (&'static str, &'static str),
    new: (&'static str, &'static str),
    change: Change,
    /// An occurrence that was changed before, and where it is now.
    follow: &'static [(&'static str, Option<&'static str>)],
}

#[rustfmt::skip]
const CHANGES: &[Changed] = &[
    Changed { why: "nothing, said in another way", old: ("2026-01-05", "FREQ=WEEKLY"), new: ("2026-01-05", "FREQ=DAILY;BYDAY=MO"), change: Change::Kept, follow: &[("2026-01-12", Some("2026-01-12"))] },
    Changed { why: "it ends earlier", old: ("2026-01-05", "FREQ=WEEKLY"), new: ("2026-01-05", "FREQ=WEEKLY;COUNT=2"), change: Change::Kept, follow: &[("2026-01-12", Some("2026-01-12")), ("2026-01-19", None)] },
    Changed { why: "it ends later", old: ("2026-01-05", "FREQ=WEEKLY;COUNT=2"), new: ("2026-01-05", "FREQ=WEEKLY;COUNT=20"), change: Change::Kept, follow: &[("2026-01-12", Some("2026-01-12"))] },
    Changed { why: "it starts a week later: the first is gone, nothing moved", old: ("2026-01-05", "FREQ=WEEKLY"), new: ("2026-01-12", "FREQ=WEEKLY"), change: Change::Kept, follow: &[("2026-01-05", None), ("2026-01-12", Some("2026-01-12"))] },
    Changed { why: "a daily one starts a day later", old: ("2026-01-05", "FREQ=DAILY;UNTIL=20260201"), new: ("2026-01-06", "FREQ=DAILY;UNTIL=20260202"), change: Change::Kept, follow: &[("2026-01-12", Some("2026-01-12"))] },
    Changed { why: "from Monday to Tuesday", old: ("2026-01-05", "FREQ=WEEKLY"), new: ("2026-01-06", "FREQ=WEEKLY"), change: Change::Moved { days: 1 }, follow: &[("2026-01-12", Some("2026-01-13")), ("2026-01-05", Some("2026-01-06"))] },
    Changed { why: "from Monday to the Friday before", old: ("2026-01-05", "FREQ=WEEKLY;COUNT=5"), new: ("2026-01-02", "FREQ=WEEKLY;COUNT=5"), change: Change::Moved { days: -3 }, follow: &[("2026-01-12", Some("2026-01-09"))] },
    Changed { why: "every one of three days by one, though they overlap", old: ("2026-01-05", "FREQ=WEEKLY;BYDAY=MO,TU,WE"), new: ("2026-01-06", "FREQ=WEEKLY;BYDAY=TU,WE,TH"), change: Change::Moved { days: 1 }, follow: &[("2026-01-07", Some("2026-01-08"))] },
    Changed { why: "moved, and shorter", old: ("2026-01-05", "FREQ=WEEKLY"), new: ("2026-01-06", "FREQ=WEEKLY;COUNT=2"), change: Change::Moved { days: 1 }, follow: &[("2026-01-12", Some("2026-01-13")), ("2026-01-19", None)] },
    Changed { why: "moved far beyond the old end", old: ("2026-01-05", "FREQ=WEEKLY;COUNT=3"), new: ("2027-01-04", "FREQ=WEEKLY;COUNT=3"), change: Change::Moved { days: 364 }, follow: &[("2026-01-12", Some("2027-01-11"))] },
    Changed { why: "from the 5th to the 6th of each month", old: ("2026-01-05", "FREQ=MONTHLY"), new: ("2026-01-06", "FREQ=MONTHLY"), change: Change::Moved { days: 1 }, follow: &[("2026-02-05", Some("2026-02-06"))] },
    Changed { why: "from weekly to daily: what both have survives", old: ("2026-01-05", "FREQ=WEEKLY"), new: ("2026-01-05", "FREQ=DAILY"), change: Change::Rewritten, follow: &[("2026-01-12", Some("2026-01-12"))] },
    Changed { why: "from daily to weekly", old: ("2026-01-05", "FREQ=DAILY"), new: ("2026-01-05", "FREQ=WEEKLY"), change: Change::Rewritten, follow: &[("2026-01-12", Some("2026-01-12")), ("2026-01-13", None)] },
    Changed { why: "from every week to every other", old: ("2026-01-05", "FREQ=WEEKLY"), new: ("2026-01-05", "FREQ=WEEKLY;INTERVAL=2"), change: Change::Rewritten, follow: &[("2026-01-12", None), ("2026-01-19", Some("2026-01-19"))] },
    Changed { why: "from the 31st to the last day, which isn't the same", old: ("2026-01-31", "FREQ=MONTHLY"), new: ("2026-01-31", "FREQ=MONTHLY;BYMONTHDAY=-1"), change: Change::Rewritten, follow: &[("2026-03-31", Some("2026-03-31"))] },
    Changed { why: "to a rule that has no day", old: ("2026-01-05", "FREQ=WEEKLY"), new: ("2026-01-05", "FREQ=WEEKLY;UNTIL=20260101"), change: Change::Rewritten, follow: &[("2026-01-12", None)] },
];

#[test]
fn changes_and_what_survives_them() {
    let until: Date = day("2036-01-01");
    for Changed { why, old, new, change, follow } in CHANGES {
        let (old_rule, new_rule) = (rule(old.1), rule(new.1));
        let (old, new) = ((day(old.0), &old_rule), (day(new.0), &new_rule));
        let found = Change::between(old, new, until);
        assert_eq!(found, *change, "{why}");
        for (from, to) in *follow {
            assert_eq!(found.follow(day(from), new), to.map(day), "{why}: {from}");
        }
    }
}
