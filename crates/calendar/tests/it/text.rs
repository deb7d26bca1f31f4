//! Rules, dates and exclusions as text.

use crate::dates::day;
use crate::random::rules;
use jiff::civil::time;
use mxs_calendar::graph::PatternedRecurrence;
use mxs_calendar::{Exclusions, Moment, Part, Rule, RuleText, TextErrorKind, Unsupported, UntilHasTime, Zone, zoho};
use proptest::prelude::*;

/// What is read, and how the same rule is written.
#[rustfmt::skip]
const READ: &[(&str, &str, &str)] = &[
    ("as it is written", "FREQ=WEEKLY;UNTIL=20261228;INTERVAL=2;BYDAY=MO,WE;WKST=SU", "FREQ=WEEKLY;UNTIL=20261228;INTERVAL=2;BYDAY=MO,WE;WKST=SU"),
    ("with the property's name", "RRULE:FREQ=DAILY", "FREQ=DAILY"),
    ("in any case, its name too", " rrule:freq=weekly;byday=mo,We", "FREQ=WEEKLY;BYDAY=MO,WE"),
    ("with spaces, as an Exchange wrote it", "FREQ=DAILY;UNTIL=20150722;INTERVAL=1;BYDAY=MO, TU, WE, TH, FR", "FREQ=DAILY;UNTIL=20150722;BYDAY=MO,TU,WE,TH,FR"),
    ("with a line end", "FREQ=DAILY ; COUNT = 3\r\n", "FREQ=DAILY;COUNT=3"),
    ("with empty parts", ";FREQ=DAILY;;COUNT=3;", "FREQ=DAILY;COUNT=3"),
    ("in any order", "BYDAY=-1SU;BYMONTH=10;INTERVAL=1;FREQ=YEARLY", "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"),
    ("what is the default is left out", "FREQ=DAILY;INTERVAL=1;WKST=MO", "FREQ=DAILY"),
    ("the same thing twice", "FREQ=DAILY;FREQ=DAILY;BYMONTH=1,2;BYMONTH=2,1,1", "FREQ=DAILY;BYMONTH=1,2"),
    ("lists are sorted, those from the end last", "FREQ=MONTHLY;BYMONTHDAY=-1,15,-15,1", "FREQ=MONTHLY;BYMONTHDAY=1,15,-15,-1"),
    ("plus signs, and a space before the weekday", "FREQ=MONTHLY;BYDAY=+1MO,-1 FR", "FREQ=MONTHLY;BYDAY=1MO,-1FR"),
    ("a list that ends in a comma", "FREQ=WEEKLY;BYDAY=MO,TU,", "FREQ=WEEKLY;BYDAY=MO,TU"),
    ("Zoho's dates and start", "FREQ=DAILY;INTERVAL=10;UNTIL=2022-08-14;DTSTART=2022-07-03", "FREQ=DAILY;UNTIL=20220814;INTERVAL=10"),
    ("leading zeros", "FREQ=DAILY;COUNT=007;BYMONTH=01", "FREQ=DAILY;COUNT=7;BYMONTH=1"),
    ("the calendar that is meant anyway", "RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=OMIT", "FREQ=YEARLY"),
    ("every part that a yearly rule has", "FREQ=YEARLY;BYMONTH=1;BYYEARDAY=1,-366;BYMONTHDAY=1;BYDAY=MO,1MO,-53SU;BYSETPOS=1,-1", "FREQ=YEARLY;BYMONTH=1;BYYEARDAY=1,-366;BYMONTHDAY=1;BYDAY=MO,1MO,-53SU;BYSETPOS=1,-1"),
    ("weeks and their days", "FREQ=YEARLY;BYWEEKNO=1,53,-1;BYDAY=MO", "FREQ=YEARLY;BYWEEKNO=1,53,-1;BYDAY=MO"),
];

#[test]
fn loose_texts_are_read_and_written_strictly() {
    for (why, text, written) in READ {
        let rule: Rule = text.parse().unwrap_or_else(|error| panic!("{why}: {error}"));
        assert_eq!(rule.to_string(), *written, "{why}");
    }
}

/// What is refused, where, and why. Each would otherwise be read as something that it doesn't say.
#[rustfmt::skip]
const REFUSED: &[(&str, usize, TextErrorKind)] = &[
    ("", 0, TextErrorKind::NoFrequency),
    ("INTERVAL=2", 0, TextErrorKind::NoFrequency),
    ("DAILY", 0, TextErrorKind::NoValue),
    ("FREQ=DAILY;COUNT", 11, TextErrorKind::NoValue),
    ("FREQ=FORTNIGHTLY", 5, TextErrorKind::Value(Part::Freq)),
    ("FREQ=NONE", 5, TextErrorKind::Value(Part::Freq)),
    ("FREQ=HOURLY", 5, TextErrorKind::Unsupported(Unsupported::SubDaily)),
    ("FREQ=DAILY;BYHOUR=9", 11, TextErrorKind::Unsupported(Unsupported::TimeOfDay)),
    ("FREQ=YEARLY;RSCALE=CHINESE", 12, TextErrorKind::Unsupported(Unsupported::Calendar)),
    ("RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD", 30, TextErrorKind::Unsupported(Unsupported::MovedDays)),
    ("FREQ=DAILY;X-EVERY=2", 11, TextErrorKind::UnknownPart),
    ("FREQ=DAILY;BYEASTER=1", 11, TextErrorKind::UnknownPart),
    ("FREQ=DAILY;EXDATE=20260105", 11, TextErrorKind::UnknownPart),
    ("FREQ=DAILY;FREQ=WEEKLY", 11, TextErrorKind::Contradiction(Part::Freq)),
    ("FREQ=DAILY;COUNT=2;COUNT=3", 19, TextErrorKind::Contradiction(Part::Count)),
    ("FREQ=WEEKLY;BYDAY=MO;BYDAY=TU", 21, TextErrorKind::Contradiction(Part::ByDay)),
    ("FREQ=DAILY;COUNT=2;UNTIL=20260101", 19, TextErrorKind::CountAndUntil),
    ("FREQ=DAILY;COUNT=0", 17, TextErrorKind::Value(Part::Count)),
    ("FREQ=DAILY;COUNT=-1", 17, TextErrorKind::Value(Part::Count)),
    ("FREQ=DAILY;COUNT=4294967296", 17, TextErrorKind::Value(Part::Count)),
    ("FREQ=DAILY;INTERVAL=0", 20, TextErrorKind::Value(Part::Interval)),
    ("FREQ=DAILY;INTERVAL=1.5", 20, TextErrorKind::Value(Part::Interval)),
    ("FREQ=DAILY;INTERVAL=", 20, TextErrorKind::Value(Part::Interval)),
    ("FREQ=DAILY;UNTIL=20260230", 17, TextErrorKind::Value(Part::Until)),
    ("FREQ=DAILY;UNTIL=soon", 17, TextErrorKind::Value(Part::Until)),
    ("FREQ=DAILY;DTSTART=", 19, TextErrorKind::Value(Part::DtStart)),
    ("FREQ=WEEKLY;BYDAY=", 18, TextErrorKind::Value(Part::ByDay)),
    ("FREQ=WEEKLY;BYDAY=MO,XX", 21, TextErrorKind::Value(Part::ByDay)),
    ("FREQ=MONTHLY;BYDAY=0MO", 19, TextErrorKind::Value(Part::ByDay)),
    ("FREQ=MONTHLY;BYDAY=54MO", 19, TextErrorKind::Value(Part::ByDay)),
    ("FREQ=MONTHLY;BYDAY=1", 19, TextErrorKind::Value(Part::ByDay)),
    ("FREQ=MONTHLY;BYMONTHDAY=32", 24, TextErrorKind::Value(Part::ByMonthDay)),
    ("FREQ=MONTHLY;BYMONTHDAY=1,,--1", 27, TextErrorKind::Value(Part::ByMonthDay)),
    ("FREQ=YEARLY;BYMONTH=13", 20, TextErrorKind::Value(Part::ByMonth)),
    ("FREQ=YEARLY;BYMONTH=-1", 20, TextErrorKind::Value(Part::ByMonth)),
    ("FREQ=YEARLY;BYYEARDAY=367", 22, TextErrorKind::Value(Part::ByYearDay)),
    ("FREQ=YEARLY;BYWEEKNO=54", 21, TextErrorKind::Value(Part::ByWeekNo)),
    ("FREQ=WEEKLY;WKST=1MO", 17, TextErrorKind::Value(Part::WkSt)),
    // The table of section 3.3.10, and what it says on BYDAY and BYSETPOS.
    ("FREQ=DAILY;BYWEEKNO=1", 11, TextErrorKind::Misplaced(Part::ByWeekNo)),
    ("FREQ=MONTHLY;BYYEARDAY=1", 13, TextErrorKind::Misplaced(Part::ByYearDay)),
    ("FREQ=WEEKLY;BYMONTHDAY=1", 12, TextErrorKind::Misplaced(Part::ByMonthDay)),
    ("FREQ=WEEKLY;BYDAY=1MO", 12, TextErrorKind::Misplaced(Part::ByDay)),
    ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=1MO", 24, TextErrorKind::Misplaced(Part::ByDay)),
    ("FREQ=MONTHLY;BYSETPOS=1", 13, TextErrorKind::NothingToPick),
    // An end at a time of day needs the events' own time: `RuleText::rule_at`.
    ("FREQ=DAILY;UNTIL=20260101T090000Z", 11, TextErrorKind::UntilHasTime),
    ("rrule:freq=daily; until=20260101T090000", 18, TextErrorKind::UntilHasTime),
];

#[test]
fn other_texts_are_refused_with_their_place() {
    for (text, position, kind) in REFUSED {
        let error = text.parse::<Rule>().expect_err(text);
        assert_eq!((error.position, error.kind), (*position, *kind), "{text}");
    }
}

#[test]
fn a_text_without_end_is_refused() {
    let text = format!("FREQ=DAILY;BYMONTH=1{}", ",1".repeat(RuleText::LONGEST));
    assert_eq!(RuleText::parse(&text).expect_err("too long").kind, TextErrorKind::TooLong);
    assert_eq!(Exclusions::parse(&",".repeat(300_000)).expect_err("too long").kind, TextErrorKind::TooLong);
}

#[test]
fn errors_say_what_and_where() {
    let error = "FREQ=WEEKLY;BYDAY=MO,XX".parse::<Rule>().expect_err("no weekday");
    assert_eq!(error.to_string(), "BYDAY has a value that it can't have (at byte 21)");
}

/// The last day of events at nine in Berlin.
#[rustfmt::skip]
const ENDS: &[(&str, &str, &str)] = &[
    ("a date is that date", "20260331", "2026-03-31"),
    ("the moment of the last event", "20260331T070000Z", "2026-03-31"),
    ("a second earlier", "20260331T065959Z", "2026-03-30"),
    ("midnight in UTC is two in the morning", "20260331T000000Z", "2026-03-30"),
    ("the last second of a day in UTC is tomorrow already", "20260331T235959Z", "2026-03-31"),
    ("a local time", "20260331T090000", "2026-03-31"),
    ("a local time before the event", "20260331T085900", "2026-03-30"),
    ("with an offset", "2026-03-31T09:00:00+02:00", "2026-03-31"),
];

#[test]
fn an_end_with_a_time_names_the_last_day() {
    let berlin = Zone::parse("W. Europe Standard Time").expect("a zone");
    for (why, until, last) in ENDS {
        let text = RuleText::parse(&format!("FREQ=DAILY;UNTIL={until}")).expect(why);
        let rule = text.rule_at(time(9, 0, 0, 0), &berlin);
        assert_eq!(rule.dates(day("2026-03-29")).last(), Some(day(last)), "{why}");
        let clear = matches!(text.until, Some(Moment::Date(_)));
        assert_eq!(text.rule(), if clear { Ok(rule) } else { Err(UntilHasTime) }, "{why}");
    }
}

/// Dates and times in all the forms that vendors use, and RFC 5545's.
#[rustfmt::skip]
const MOMENTS: &[(&str, Option<&str>)] = &[
    ("20260105", Some("20260105")),
    ("2026-01-05", Some("20260105")),
    ("20260105T093000", Some("20260105T093000")),
    ("20260105t093000z", Some("20260105T093000Z")),
    ("2026-01-05T09:30:00", Some("20260105T093000")),
    ("2026-01-05 09:30:00", Some("20260105T093000")),
    ("2026-01-05T09:30:00.0000000", Some("20260105T093000")),
    ("2026-01-05T09:30:00+05:30", Some("20260105T040000Z")),
    ("2026-01-05T09:30:00.000-0800", Some("20260105T173000Z")),
    ("20161231T235960Z", Some("20161231T235959Z")),
    ("00010101", Some("00010101")),
    ("99991231T235959", Some("99991231T235959")),
    ("", None), ("2026", None), ("2026-01", None), ("2026-0105", None), ("202601-05", None), ("20260229", None),
    ("00000101", None), ("2026-01-05T", None), ("20260105T2400", None), ("20260105T240000", None),
    ("20260105T09:3000", None), ("20260105T093000+", None), ("20260105T093000+5:30", None),
    ("20260105T093000+05:60", None), ("99991231T235959-23:00", None), ("2026-01-05é", None), ("+2026-01-05", None),
];

#[test]
fn moments() {
    for (text, written) in MOMENTS {
        assert_eq!(Moment::parse(text).map(|moment| moment.to_string()).as_deref(), *written, "{text}");
    }
}

/// A list of exclusions, its zone, and the dates that it names for a series in New York.
#[rustfmt::skip]
const EXCLUSIONS: &[(&str, Option<&str>, &[&str])] = &[
    ("EXDATE:20260105,20260112", None, &["2026-01-05", "2026-01-12"]),
    ("20260105T090000;20260112T090000;", None, &["2026-01-05", "2026-01-12"]),
    ("2026-01-05, 2026-01-12", None, &["2026-01-05", "2026-01-12"]),
    ("exdate;VALUE=DATE:20260105", None, &["2026-01-05"]),
    ("EXDATE;VALUE=DATE-TIME;TZID=America/New_York:20260105T200000", Some("America/New_York"), &["2026-01-05"]),
    ("EXDATE;TZID=\"tzone://Microsoft/Custom\":20260105T200000", Some("tzone://Microsoft/Custom"), &["2026-01-05"]),
    ("EXDATE:20260106T010000Z", None, &["2026-01-05"]),
    ("EXDATE:", None, &[]),
    ("", None, &[]),
];

#[test]
fn exclusions() {
    let new_york = Zone::parse("America/New_York").expect("a zone");
    for (text, zone, dates) in EXCLUSIONS {
        let list = Exclusions::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(list.zone.as_deref(), *zone, "{text}");
        assert_eq!(list.dates_in(&new_york), dates.iter().map(|text| day(text)).collect(), "{text}");
    }
    let error = Exclusions::parse("EXDATE:20260105,20260230").expect_err("no such day");
    assert_eq!((error.position, error.kind), (16, TextErrorKind::Value(Part::ExDate)));
}

/// Text with the letters of rules in it more often than not.
fn rule_like() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => proptest::sample::select(vec![
            "FREQ", "=", ";", ",", ":", "DAILY", "YEARLY", "BYDAY", "BYMONTHDAY", "BYSETPOS", "UNTIL", "INTERVAL",
            "MO", "-1", "20260105", "T090000", "Z", "RRULE:", "EXDATE", "TZID=", "\"", "+05:30", " ", "é", "99999999999",
        ]).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    proptest::collection::vec(word, 0..24).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn what_is_written_is_read_back(rule in rules()) {
        let text = rule.to_string();
        prop_assert_eq!(text.parse::<Rule>(), Ok(rule), "{}", text);
    }

    #[test]
    fn no_text_panics(text in rule_like()) {
        let utc = Zone::utc();
        if let Ok(read) = RuleText::parse(&text) {
            let rule = read.rule_at(time(0, 0, 0, 0), &utc);
            let start = day("2026-01-05");
            let _ = (PatternedRecurrence::of(&rule, start, None), zoho::rrule(&rule, start));
            prop_assert!(rule.between(start, start..=day("2028-01-05")).all(|day| day >= start));
            prop_assert_eq!(rule.to_string().parse::<Rule>(), Ok(rule));
        }
        if let Ok(list) = Exclusions::parse(&text) {
            prop_assert_eq!(Exclusions::parse(&list.to_string()).map(|list| list.starts), Ok(list.starts));
        }
        let _ = (Moment::parse(&text), Zone::parse(&text));
    }
}
