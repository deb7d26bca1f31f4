//! Windows: the days between two dates are those of the whole series, however far away.

use crate::dates::{day, rule};
use crate::random::{rules, starts};
use jiff::ToSpan;
use jiff::civil::Date;
use proptest::prelude::*;

/// Rules whose days before a window can be counted without walking: they jump, and must land right.
#[rustfmt::skip]
const JUMPS: &[(&str, &str)] = &[
    ("every day", "FREQ=DAILY;COUNT=400"),
    ("every third day", "FREQ=DAILY;INTERVAL=3;COUNT=400"),
    ("every other week, started on its Thursday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH,SU;COUNT=400"),
    ("one weekday of two", "FREQ=WEEKLY;BYDAY=MO,TH;BYSETPOS=-1;COUNT=400"),
    ("a third weekday of two: none", "FREQ=WEEKLY;BYDAY=MO,TH;BYSETPOS=3;COUNT=400"),
    ("days that every month has", "FREQ=MONTHLY;BYMONTHDAY=1,15,28;COUNT=400"),
    ("days from the end that every month has", "FREQ=MONTHLY;BYMONTHDAY=-1,-28;COUNT=400"),
    ("days that may be the same from both ends", "FREQ=MONTHLY;BYMONTHDAY=1,-28;COUNT=400"),
    ("a day that some months lack", "FREQ=MONTHLY;BYMONTHDAY=31;COUNT=400"),
    ("Exchange's 30th", "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1;COUNT=400"),
    ("the first of two that some months lack", "FREQ=MONTHLY;BYMONTHDAY=30,31;BYSETPOS=1;COUNT=400"),
    ("n-th weekdays that every month has", "FREQ=MONTHLY;BYDAY=1MO,4TH;COUNT=400"),
    ("n-th weekdays that may be the same from both ends", "FREQ=MONTHLY;BYDAY=4MO,-1MO;COUNT=400"),
    ("a weekday that some months lack", "FREQ=MONTHLY;BYDAY=5MO;COUNT=400"),
    ("the last working day", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=400"),
    ("the 21st working day, which some months lack", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=21;COUNT=400"),
    ("two days of three months", "FREQ=YEARLY;BYMONTH=1,6,7;BYMONTHDAY=3,4;COUNT=400"),
    ("the leap day", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;COUNT=400"),
    ("n-th weekdays of two months", "FREQ=YEARLY;INTERVAL=2;BYMONTH=3,10;BYDAY=-1SU;COUNT=400"),
    ("the last of some days of two months", "FREQ=YEARLY;BYMONTH=2,3;BYMONTHDAY=1,29;BYSETPOS=-1;COUNT=400"),
    ("the year's n-th weekday", "FREQ=YEARLY;BYDAY=20MO;COUNT=400"),
    ("weekdays within months", "FREQ=WEEKLY;BYMONTH=1;BYDAY=MO;COUNT=400"),
];

#[test]
fn jumps_land_where_walks_do() {
    let start = day("2025-01-16");
    for (why, text) in JUMPS {
        let rule = rule(text);
        let all: Vec<Date> = rule.dates(start).collect();
        let end = all.last().copied().unwrap_or(start);
        // A wrong count of what was jumped over shows at the end.
        let from_start = [-40, 0, 1, 13, 31, 200, 366, 1_000].map(|days: i64| start.saturating_add(days.days()));
        let from_end = [-1_000, -366, -100, -31, -1, 0, 1, 100_000].map(|days: i64| end.saturating_add(days.days()));
        for first in from_start.into_iter().chain(from_end) {
            let window = first..=first.saturating_add(1_200.days());
            let expected: Vec<Date> = all.iter().copied().filter(|day| window.contains(day)).collect();
            assert_eq!(rule.between(start, window).collect::<Vec<_>>(), expected, "{why}, from {first}");
        }
    }
}

#[test]
fn a_window_far_away_costs_no_walk() {
    // A walk would look at three million days for each.
    for (text, expected) in [
        ("FREQ=DAILY", "9999-12-31"),
        ("FREQ=DAILY;COUNT=4294967295", "9999-12-31"),
        ("FREQ=WEEKLY;BYDAY=FR", "9999-12-31"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=4294967295", "9999-12-31"),
    ] {
        let rule = rule(text);
        for _ in 0..1_000 {
            let found = rule.between(day("2026-01-01"), day("9999-12-31")..=day("9999-12-31")).next();
            assert_eq!(found, Some(day(expected)), "{text}");
        }
    }
}

#[test]
fn a_window_turned_round_is_empty() {
    assert_eq!(rule("FREQ=DAILY").between(day("2026-01-01"), day("2026-02-02")..=day("2026-02-01")).next(), None);
    assert_eq!(rule("FREQ=DAILY").between(day("2026-01-01"), day("2025-02-02")..=day("2025-12-31")).next(), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn between_is_the_series_filtered(rule in rules(), start in starts(), offset in -100i64..3_000, length in 0i64..500) {
        let first = start.saturating_add(offset.days());
        let last = first.saturating_add(length.days());
        // Both stop at the window's end: what is held against each other is how they get there.
        let walked: Vec<Date> = rule.between(start, start..=last).filter(|day| *day >= first).collect();
        let jumped: Vec<Date> = rule.between(start, first..=last).collect();
        prop_assert_eq!(jumped, walked);
        prop_assert!(rule.between(start, first..=last).all(|day| rule.has(start, day)));
    }

    #[test]
    fn days_ascend_from_the_start(rule in rules(), start in starts()) {
        let days: Vec<Date> = rule.between(start, start..=start.saturating_add(5.years())).collect();
        prop_assert!(days.iter().all(|day| *day >= start));
        prop_assert!(days.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn no_start_panics(rule in rules(), start in prop_oneof![Just(Date::MIN), Just(Date::MAX), Just(Date::ZERO)], days in -9i64..9) {
        let start = start.saturating_add(days.days());
        let window = start.saturating_sub(1.years())..=start.saturating_add(1.years());
        prop_assert!(rule.between(start, window.clone()).all(|day| window.contains(&day)));
        prop_assert!(rule.between(start, Date::MIN..=start).all(|day| day == start));
        prop_assert!(rule.between(start, start.saturating_add(3.years())..=start.saturating_add(4.years())).all(|day| day >= start));
    }

    #[test]
    fn what_the_start_implies_can_be_said(rule in rules(), start in starts()) {
        let window = start..=start.saturating_add(5.years());
        let explicit = rule.explicit(start);
        prop_assert_eq!(explicit.explicit(start), explicit.clone());
        let days = |rule: &mxs_calendar::Rule| rule.between(start, window.clone()).collect::<Vec<_>>();
        prop_assert_eq!(days(&explicit), days(&rule));
        prop_assert_eq!(days(&explicit.simplified()), days(&rule));
    }
}
