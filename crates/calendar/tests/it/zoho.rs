//! Zoho's texts of rules.

use crate::dates::{day, rule};
use crate::random::{rules, starts};
use jiff::ToSpan;
use mxs_calendar::{Moment, Rule, RuleText, Unsupported, zoho};
use proptest::prelude::*;

#[rustfmt::skip]
const WRITTEN: &[(&str, &str, &str, &str)] = &[
    // The form of the published samples.
    ("every day to a day", "2022-04-06", "FREQ=DAILY;UNTIL=20220412", "FREQ=DAILY;INTERVAL=1;DTSTART=2022-04-06;UNTIL=2022-04-12"),
    ("every other week", "2020-02-02", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=SU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;DTSTART=2020-02-02"),
    ("a week's first day where it matters", "2026-01-04", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU;DTSTART=2026-01-04"),
    ("where it matters since the start doesn't fit", "2026-01-06", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=SU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=SU;DTSTART=2026-01-06"),
    ("a week's first day where it can't matter", "2026-01-05", "FREQ=WEEKLY;BYDAY=MO;WKST=SU", "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;DTSTART=2026-01-05"),
    ("what the start implies is said", "2026-01-05", "FREQ=MONTHLY;COUNT=3", "FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=5;DTSTART=2026-01-05;COUNT=3"),
    ("an n-th weekday", "2026-01-12", "FREQ=MONTHLY;BYDAY=2MO", "FREQ=MONTHLY;INTERVAL=1;BYDAY=MO;BYSETPOS=2;DTSTART=2026-01-12"),
    ("the last working day", "2026-01-30", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "FREQ=MONTHLY;INTERVAL=1;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;DTSTART=2026-01-30"),
    ("Exchange's last day", "2026-01-31", "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1", "FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=-1;DTSTART=2026-01-31"),
    ("Exchange's 30th", "2026-01-30", "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1", "FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=28,29,30;BYSETPOS=-1;DTSTART=2026-01-30"),
    ("a day of the year", "2026-11-21", "FREQ=YEARLY", "FREQ=YEARLY;INTERVAL=1;BYMONTHDAY=21;BYMONTH=11;DTSTART=2026-11-21"),
    ("an n-th weekday of the year", "2026-11-26", "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "FREQ=YEARLY;INTERVAL=1;BYDAY=TH;BYSETPOS=4;BYMONTH=11;DTSTART=2026-11-26"),
];

#[test]
fn rules_in_zohos_form() {
    for (why, start, text, written) in WRITTEN {
        assert_eq!(zoho::rrule(&rule(text), day(start)).as_deref(), Ok(*written), "{why}");
    }
}

#[rustfmt::skip]
const REFUSED: &[(&str, Unsupported)] = &[
    ("FREQ=DAILY;INTERVAL=2;BYDAY=MO", Unsupported::DaysKept),
    ("FREQ=DAILY;BYMONTH=1", Unsupported::Months),
    ("FREQ=DAILY;BYDAY=MO;BYSETPOS=1", Unsupported::Positions),
    ("FREQ=WEEKLY;BYMONTH=1", Unsupported::Months),
    ("FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=1", Unsupported::Positions),
    ("FREQ=MONTHLY;BYMONTH=1,2;BYMONTHDAY=1", Unsupported::Months),
    ("FREQ=MONTHLY;BYMONTHDAY=1,15", Unsupported::SeveralDays),
    ("FREQ=MONTHLY;BYMONTHDAY=1,15;BYSETPOS=1,2", Unsupported::Positions),
    ("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", Unsupported::MonthDayAndWeekday),
    ("FREQ=MONTHLY;BYDAY=MO", Unsupported::EveryWeekday),
    ("FREQ=MONTHLY;BYDAY=1MO,2TU", Unsupported::SeveralDays),
    ("FREQ=MONTHLY;BYDAY=1MO,2TU;BYSETPOS=1", Unsupported::Positions),
    ("FREQ=YEARLY;BYMONTH=1,2", Unsupported::Months),
    ("FREQ=YEARLY;BYYEARDAY=1", Unsupported::YearDays),
    ("FREQ=YEARLY;BYWEEKNO=1", Unsupported::WeekNumbers),
];

#[test]
fn rules_that_its_form_lacks_are_refused() {
    for (text, reason) in REFUSED {
        assert_eq!(zoho::rrule(&rule(text), day("2026-01-01")), Err(*reason), "{text}");
    }
}

#[test]
fn exclusions_in_zohos_form() {
    let days = [day("2026-01-12"), day("2026-02-09")].into();
    assert_eq!(zoho::exdate(&days), "2026-01-12,2026-02-09");
    assert_eq!(zoho::exdate(&[].into()), "");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn a_rule_that_can_be_written_keeps_its_days(rule in rules(), start in starts()) {
        if let Ok(text) = zoho::rrule(&rule, start) {
            let read = RuleText::parse(&text).expect("our own text");
            prop_assert_eq!(read.start, Some(Moment::Date(start)));
            let days = |rule: &Rule| rule.between(start, start..=start.saturating_add(9.years())).collect::<Vec<_>>();
            prop_assert_eq!(days(&read.rule().expect("a date")), days(&rule));
        }
    }
}
