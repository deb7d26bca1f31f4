//! Graph's patterns and rules.
//!
//! <https://learn.microsoft.com/en-us/graph/api/resources/recurrencepattern>

use crate::dates::{assert_days, day, rule};
use crate::random::{rules, starts};
use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};
use mxs_calendar::graph::*;
use mxs_calendar::{Rule, Unsupported};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// A pattern in short: `absoluteYearly 1 day=29 month=2`, with Graph's words; then the range, if any:
/// `numbered 5`, `endDate 2026-12-31`.
fn pattern(start: &str, text: &str) -> PatternedRecurrence {
    let mut words = text.split(' ');
    let mut pattern = RecurrencePattern {
        pattern_type: words.next().and_then(PatternType::from_word).expect("a type"),
        interval: words.next().and_then(|number| number.parse().ok()).expect("an interval"),
        days_of_week: Vec::new(),
        first_day_of_week: None,
        day_of_month: None,
        month: None,
        index: None,
    };
    let mut range = RecurrenceRange {
        range_type: RangeType::NoEnd,
        start_date: day(start),
        end_date: None,
        number_of_occurrences: None,
        recurrence_time_zone: None,
    };
    let weekday = |word: &str| weekday_from_word(word).expect("a weekday");
    while let Some(word) = words.next() {
        match word.split_once('=') {
            Some(("days", days)) => pattern.days_of_week = days.split(',').map(weekday).collect(),
            Some(("week", first)) => pattern.first_day_of_week = Some(weekday(first)),
            Some(("day", day)) => pattern.day_of_month = day.parse().ok(),
            Some(("month", month)) => pattern.month = month.parse().ok(),
            Some(("index", index)) => pattern.index = WeekIndex::from_word(index),
            _ => {
                range.range_type = RangeType::from_word(word).expect("a range");
                let value = words.next().expect("a value");
                range.end_date = value.parse().ok();
                range.number_of_occurrences = value.parse().ok();
            }
        }
    }
    PatternedRecurrence { pattern, range }
}

struct Case {
    why: &'static str,
    start: &'static str,
    pattern: &'static str,
    rule: &'static str,
    days: &'static str,
}

/// What Graph's patterns mean, as rules and as days. Each rule leads back to the same pattern, as plain as
/// it can be said; the last column of [`OTHER_WAYS`] has those that don't.
#[rustfmt::skip]
const PATTERNS: &[Case] = &[
    // The documentation's own sentences, one for each of the six types.
    Case { why: "every 3 days", start: "2026-01-01", pattern: "daily 3", rule: "FREQ=DAILY;INTERVAL=3", days: "2026 Jan 1 4 7 ..." },
    Case { why: "Monday and Tuesday every other week", start: "2026-01-05", pattern: "weekly 2 days=monday,tuesday week=sunday", rule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU;WKST=SU", days: "2026 Jan 5 6 19 20 ..." },
    Case { why: "the 15th every 3 months", start: "2026-01-15", pattern: "absoluteMonthly 3 day=15", rule: "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=15", days: "2026 Jan 15; Apr 15; Jul 15 ..." },
    Case { why: "the second Thursday or Friday every 3 months", start: "2026-01-01", pattern: "relativeMonthly 3 days=thursday,friday index=second", rule: "FREQ=MONTHLY;INTERVAL=3;BYDAY=TH,FR;BYSETPOS=2", days: "2026 Jan 2; Apr 3; Jul 3 ..." },
    Case { why: "March 15 every 3 years", start: "2026-03-15", pattern: "absoluteYearly 3 day=15 month=3", rule: "FREQ=YEARLY;INTERVAL=3;BYMONTH=3;BYMONTHDAY=15", days: "2026 Mar 15; 2029 Mar 15 ..." },
    Case { why: "the second Thursday or Friday in November every 3 years", start: "2026-11-01", pattern: "relativeYearly 3 days=thursday,friday index=second month=11", rule: "FREQ=YEARLY;INTERVAL=3;BYMONTH=11;BYDAY=TH,FR;BYSETPOS=2", days: "2026 Nov 6; 2029 Nov 2; 2032 Nov 5 ..." },
    // Which day a week begins on decides which weeks are every other week.
    Case { why: "Sunday and Monday, weeks from Sunday", start: "2026-01-04", pattern: "weekly 2 days=monday,sunday week=sunday", rule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU", days: "2026 Jan 4 5 18 19 ..." },
    Case { why: "Sunday and Monday, weeks from Monday", start: "2026-01-04", pattern: "weekly 2 days=monday,sunday week=monday", rule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU", days: "2026 Jan 4 12 18 26 ..." },
    // Exchange takes the last day of months that are too short; RFC 5545 skips them.
    Case { why: "the 31st is the last day", start: "2026-01-31", pattern: "absoluteMonthly 1 day=31", rule: "FREQ=MONTHLY;BYMONTHDAY=-1", days: "2026 Jan 31; Feb 28; Mar 31; Apr 30 ..." },
    Case { why: "the 30th, and February's last day", start: "2026-01-30", pattern: "absoluteMonthly 1 day=30", rule: "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1", days: "2026 Jan 30; Feb 28; Mar 30; Apr 30 ..." },
    Case { why: "the 29th, and the 28th of February in common years", start: "2027-12-29", pattern: "absoluteMonthly 1 day=29", rule: "FREQ=MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1", days: "2027 Dec 29; 2028 Jan 29; Feb 29; Mar 29; Apr 29; May 29; Jun 29; Jul 29; Aug 29; Sep 29; Oct 29; Nov 29; Dec 29; 2029 Jan 29; Feb 28 ..." },
    Case { why: "the 28th is in every month", start: "2026-01-28", pattern: "absoluteMonthly 1 day=28", rule: "FREQ=MONTHLY;BYMONTHDAY=28", days: "2026 Jan 28; Feb 28; Mar 28 ..." },
    Case { why: "born on a leap day", start: "2024-02-29", pattern: "absoluteYearly 1 day=29 month=2", rule: "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1", days: "2024 Feb 29; 2025 Feb 28; 2026 Feb 28; 2027 Feb 28; 2028 Feb 29 ..." },
    Case { why: "a month's last day, every year", start: "2026-12-31", pattern: "absoluteYearly 1 day=31 month=12", rule: "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31", days: "2026 Dec 31; 2027 Dec 31 ..." },
    // The last is the fourth or the fifth.
    Case { why: "the last Friday", start: "2026-01-01", pattern: "relativeMonthly 1 days=friday index=last", rule: "FREQ=MONTHLY;BYDAY=-1FR", days: "2026 Jan 30; Feb 27; Mar 27; Apr 24; May 29 ..." },
    Case { why: "the fourth Friday", start: "2026-01-01", pattern: "relativeMonthly 1 days=friday index=fourth", rule: "FREQ=MONTHLY;BYDAY=4FR", days: "2026 Jan 23; Feb 27; Mar 27; Apr 24; May 22 ..." },
    Case { why: "the first working day", start: "2026-01-01", pattern: "relativeMonthly 1 days=monday,tuesday,wednesday,thursday,friday index=first", rule: "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1", days: "2026 Jan 1; Feb 2; Mar 2; Apr 1 ..." },
    Case { why: "the last day of a weekend", start: "2026-01-01", pattern: "relativeMonthly 1 days=saturday,sunday index=last", rule: "FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS=-1", days: "2026 Jan 31; Feb 28; Mar 29 ..." },
    Case { why: "the second day of a month, said with weekdays", start: "2026-01-01", pattern: "relativeMonthly 1 days=monday,tuesday,wednesday,thursday,friday,saturday,sunday index=second", rule: "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=2", days: "2026 Jan 2; Feb 2; Mar 2 ..." },
    Case { why: "Thanksgiving", start: "2026-11-26", pattern: "relativeYearly 1 days=thursday index=fourth month=11", rule: "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", days: "2026 Nov 26; 2027 Nov 25; 2028 Nov 23 ..." },
    // How it ends.
    Case { why: "five times", start: "2026-01-01", pattern: "daily 1 numbered 5", rule: "FREQ=DAILY;COUNT=5", days: "2026 Jan 1-5" },
    Case { why: "to a day, that day included", start: "2026-01-01", pattern: "daily 1 endDate 2026-01-03", rule: "FREQ=DAILY;UNTIL=20260103", days: "2026 Jan 1-3" },
    Case { why: "to the end of the calendar", start: "2026-01-01", pattern: "absoluteYearly 99 day=1 month=1 endDate 9999-12-31", rule: "FREQ=YEARLY;UNTIL=99991231;INTERVAL=99;BYMONTH=1;BYMONTHDAY=1", days: "2026 Jan 1; 2125 Jan 1; 2224 Jan 1 ..." },
];

#[test]
fn patterns_mean_these_days_and_lead_back() {
    for Case { why, start, pattern: short, rule: text, days } in PATTERNS {
        let recurrence = pattern(start, short);
        let rule = recurrence.rule().unwrap_or_else(|error| panic!("{why}: {error}"));
        assert_eq!(rule.to_string(), *text, "{why}");
        assert_days(why, &rule, day(start), days);
        assert_eq!(PatternedRecurrence::of(&rule, day(start), None), Ok(recurrence), "{why}");
    }
}

/// Patterns that mean the same as another: what Graph fills in, leaves out, or takes in more than one way.
#[rustfmt::skip]
const OTHER_WAYS: &[(&str, &str, &str)] = &[
    ("no first day of the week: Sunday", "weekly 2 days=monday,sunday", "weekly 2 days=monday,sunday week=sunday"),
    ("no index: the first", "relativeMonthly 1 days=monday", "relativeMonthly 1 days=monday index=first"),
    ("properties of other types", "daily 1 days=monday week=sunday day=0 month=0 index=first", "daily 1"),
    ("a week's first day where it means nothing", "absoluteMonthly 1 day=5 week=wednesday month=0 index=first", "absoluteMonthly 1 day=5"),
    ("a weekday twice", "weekly 1 days=Monday,monday", "weekly 1 days=monday week=sunday"),
    ("a day that its month never has", "absoluteYearly 1 day=31 month=4", "absoluteYearly 1 day=30 month=4"),
    ("a day that February never has", "absoluteYearly 1 day=31 month=2", "absoluteYearly 1 day=29 month=2"),
];

#[test]
fn other_ways_to_say_it() {
    for (why, short, plain) in OTHER_WAYS {
        let rule = pattern("2026-01-04", short).rule().unwrap_or_else(|error| panic!("{why}: {error}"));
        let written = PatternedRecurrence::of(&rule, day("2026-01-04"), None);
        assert_eq!(written, Ok(pattern("2026-01-04", plain)), "{why}");
    }
}

#[test]
fn ends_that_graph_fills_in_are_not_read() {
    let mut recurrence = pattern("2026-01-05", "daily 1");
    recurrence.range.end_date = Some(date(1, 1, 1));
    recurrence.range.number_of_occurrences = Some(0);
    assert_eq!(recurrence.rule().map(|rule| rule.to_string()), Ok("FREQ=DAILY".to_owned()));
}

#[rustfmt::skip]
const BROKEN: &[(&str, PatternError)] = &[
    ("daily 0", PatternError::Interval),
    ("daily -1", PatternError::Interval),
    ("weekly 1", PatternError::DaysOfWeek),
    ("relativeMonthly 1 index=first", PatternError::DaysOfWeek),
    ("absoluteMonthly 1", PatternError::DayOfMonth),
    ("absoluteMonthly 1 day=0", PatternError::DayOfMonth),
    ("absoluteMonthly 1 day=32", PatternError::DayOfMonth),
    ("absoluteYearly 1 day=1", PatternError::Month),
    ("absoluteYearly 1 day=1 month=13", PatternError::Month),
    ("relativeYearly 1 days=monday month=0", PatternError::Month),
    ("daily 1 numbered 0", PatternError::NumberOfOccurrences),
    ("daily 1 endDate none", PatternError::EndDate),
    ("daily 1 endDate 2026-01-03", PatternError::EndDate),
];

#[test]
fn broken_patterns_are_errors() {
    for (short, error) in BROKEN {
        assert_eq!(pattern("2026-01-04", short).rule(), Err(*error), "{short}");
    }
}

/// Rules of others that Graph can say, in its own way.
#[rustfmt::skip]
const SAID: &[(&str, &str, &str, &str)] = &[
    ("what the start implies", "2026-01-07", "FREQ=WEEKLY", "weekly 1 days=wednesday week=monday"),
    ("a start's day that every month has", "2026-01-07", "FREQ=MONTHLY", "absoluteMonthly 1 day=7"),
    ("a start's day that its month always has", "2026-03-31", "FREQ=YEARLY", "absoluteYearly 1 day=31 month=3"),
    ("every day of some weekdays", "2026-01-07", "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "weekly 1 days=monday,tuesday,wednesday,thursday,friday week=monday"),
    ("every day that is a 15th", "2026-01-07", "FREQ=DAILY;BYMONTHDAY=15", "absoluteMonthly 1 day=15"),
    ("every day that is a Christmas", "2026-01-07", "FREQ=DAILY;BYMONTH=12;BYMONTHDAY=25", "absoluteYearly 1 day=25 month=12"),
    ("the n-th as a position, as Zoho says it", "2026-01-07", "FREQ=MONTHLY;BYDAY=WE;BYSETPOS=1", "relativeMonthly 1 days=wednesday index=first"),
    ("the last day as a position", "2026-01-31", "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1", "absoluteMonthly 1 day=31"),
    ("a position among days that all months have", "2026-01-02", "FREQ=MONTHLY;BYMONTHDAY=1,2;BYSETPOS=-1", "absoluteMonthly 1 day=2"),
    ("every month, but in June only", "2026-06-05", "FREQ=MONTHLY;BYMONTH=6;BYMONTHDAY=5", "absoluteYearly 1 day=5 month=6"),
    ("the last day of February", "2026-02-28", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1", "absoluteYearly 1 day=29 month=2"),
    ("the last day of April", "2026-04-30", "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=-1", "absoluteYearly 1 day=30 month=4"),
    ("every so many months, years in effect", "2026-01-05", "FREQ=MONTHLY;INTERVAL=24;BYMONTHDAY=5", "absoluteMonthly 24 day=5"),
];

#[test]
fn rules_of_others_are_said_in_graphs_way() {
    for (why, start, text, short) in SAID {
        let start_day = day(start);
        let written = PatternedRecurrence::of(&rule(text), start_day, None);
        assert_eq!(written, Ok(pattern(start, short)), "{why}");
        let read = written.expect("a pattern").rule().expect(why);
        let window = start_day..=start_day.saturating_add(30.years());
        assert!(read.between(start_day, window.clone()).eq(rule(text).between(start_day, window)), "{why}");
    }
}

/// Rules that no pattern has: each would meet on other days.
#[rustfmt::skip]
const REFUSED: &[(&str, &str, Unsupported)] = &[
    ("2026-01-31", "FREQ=MONTHLY;BYMONTHDAY=31", Unsupported::ShortMonthsSkipped { day: 31 }),
    ("2026-01-30", "FREQ=MONTHLY", Unsupported::ShortMonthsSkipped { day: 30 }),
    ("2024-02-29", "FREQ=YEARLY", Unsupported::ShortMonthsSkipped { day: 29 }),
    ("2026-01-01", "FREQ=MONTHLY;BYMONTHDAY=1,15", Unsupported::SeveralDays),
    ("2026-01-01", "FREQ=MONTHLY;BYMONTHDAY=-2", Unsupported::FromTheEnd),
    ("2026-01-01", "FREQ=MONTHLY;BYDAY=5MO", Unsupported::FifthWeekday),
    ("2026-01-01", "FREQ=MONTHLY;BYDAY=-2MO", Unsupported::FifthWeekday),
    ("2026-01-01", "FREQ=MONTHLY;BYDAY=1MO,3MO", Unsupported::SeveralDays),
    ("2026-01-01", "FREQ=MONTHLY;BYDAY=MO,2TU", Unsupported::SeveralDays),
    ("2026-01-01", "FREQ=MONTHLY;BYDAY=MO", Unsupported::EveryWeekday),
    ("2026-01-01", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", Unsupported::MonthDayAndWeekday),
    ("2026-01-01", "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1,2", Unsupported::Positions),
    ("2026-01-01", "FREQ=MONTHLY;BYMONTHDAY=29,30;BYSETPOS=-1", Unsupported::Positions),
    ("2026-01-01", "FREQ=MONTHLY;BYMONTHDAY=29,30,31;BYSETPOS=-1", Unsupported::Positions),
    ("2026-01-01", "FREQ=MONTHLY;BYMONTHDAY=1,28,31;BYSETPOS=-1", Unsupported::Positions),
    ("2026-01-01", "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=1", Unsupported::Positions),
    ("2026-01-01", "FREQ=MONTHLY;BYMONTH=1,6;BYMONTHDAY=5", Unsupported::Months),
    ("2026-01-01", "FREQ=MONTHLY;INTERVAL=2;BYMONTH=6;BYMONTHDAY=5", Unsupported::Months),
    ("2026-01-01", "FREQ=WEEKLY;BYMONTH=6;BYDAY=MO", Unsupported::Months),
    ("2026-01-01", "FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=1", Unsupported::Positions),
    ("2026-01-01", "FREQ=DAILY;BYMONTH=1", Unsupported::Months),
    ("2026-01-01", "FREQ=DAILY;INTERVAL=2;BYMONTHDAY=1", Unsupported::DaysKept),
    ("2026-01-01", "FREQ=DAILY;INTERVAL=2;BYDAY=MO", Unsupported::DaysKept),
    ("2026-01-01", "FREQ=DAILY;BYDAY=MO;BYSETPOS=1", Unsupported::Positions),
    ("2026-01-01", "FREQ=YEARLY;BYMONTH=1,2", Unsupported::Months),
    ("2026-01-01", "FREQ=YEARLY;BYDAY=20MO", Unsupported::Months),
    ("2026-01-01", "FREQ=YEARLY;BYYEARDAY=100", Unsupported::YearDays),
    ("2026-01-01", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", Unsupported::WeekNumbers),
    ("2026-01-01", "FREQ=DAILY;INTERVAL=1000", Unsupported::Interval { most: MOST_DAYS }),
    ("2026-01-01", "FREQ=WEEKLY;INTERVAL=100", Unsupported::Interval { most: MOST_PERIODS }),
    ("2026-01-01", "FREQ=DAILY;COUNT=1000", Unsupported::Count { most: MOST_OCCURRENCES }),
];

#[test]
fn rules_without_a_pattern_are_refused_by_name() {
    for (start, text, reason) in REFUSED {
        assert_eq!(PatternedRecurrence::of(&rule(text), day(start), None), Err(*reason), "{text}");
    }
}

#[test]
fn words_are_graphs_own() {
    for pattern_type in PatternType::ALL {
        assert_eq!(PatternType::from_word(pattern_type.word()), Some(*pattern_type));
    }
    assert_eq!(PatternType::from_word("RelativeYearly"), Some(PatternType::RelativeYearly));
    assert_eq!(RangeType::from_word("noend"), Some(RangeType::NoEnd));
    assert_eq!(WeekIndex::from_word("fifth"), None);
    assert_eq!(weekday_from_word("Monday"), Some(Weekday::Monday));
    assert_eq!(weekday_from_word("day"), None);
}

fn patterns() -> impl Strategy<Value = PatternedRecurrence> {
    let days = vec((0usize..7).prop_map(|index| mxs_calendar::WEEK[index]), 1..8);
    let ranges = (select(RangeType::ALL.to_vec()), 0i64..3_000, 1i32..=999);
    (
        select(PatternType::ALL.to_vec()),
        1i32..=99,
        days,
        option::of((0usize..7).prop_map(|index| mxs_calendar::WEEK[index])),
        (1i32..=31, 1i32..=12, option::of(select(WeekIndex::ALL.to_vec()))),
        starts(),
        ranges,
    )
        .prop_map(
            |(pattern_type, interval, days_of_week, first_day_of_week, (day, month, index), start, range)| {
                let (range_type, days, count) = range;
                PatternedRecurrence {
                    pattern: RecurrencePattern {
                        pattern_type,
                        interval,
                        days_of_week,
                        first_day_of_week,
                        day_of_month: Some(day),
                        month: Some(month),
                        index,
                    },
                    range: RecurrenceRange {
                        range_type,
                        start_date: start,
                        end_date: Some(start.saturating_add(days.days())),
                        number_of_occurrences: Some(count),
                        recurrence_time_zone: None,
                    },
                }
            },
        )
}

/// The days of a pattern as Microsoft's pages say it in words, from the first month on, without rules.
fn days_in_words(recurrence: &PatternedRecurrence, until: Date) -> Vec<Date> {
    let PatternedRecurrence { pattern, range } = recurrence;
    let (start, interval) = (range.start_date, i64::from(pattern.interval));
    let months_on = |day: Date| {
        i64::from(day.year()) * 12 + i64::from(day.month()) - i64::from(start.year()) * 12 - i64::from(start.month())
    };
    let week_start = pattern.first_day_of_week.unwrap_or(Weekday::Sunday);
    let week_of = |day: Date| day.saturating_sub(i64::from(day.weekday().since(week_start)).days());
    let days_on = |from: Date, to: Date| i64::from((to - from).get_days());
    let on_day = |day: Date| {
        let wanted = pattern.day_of_month.unwrap_or_default().min(day.days_in_month().into());
        i32::from(day.day()) == wanted
    };
    let nth_day = |day: Date| {
        let in_month = day.first_of_month().series(1.day()).take_while(|other| other.month() == day.month());
        let listed: Vec<Date> = in_month.filter(|other| pattern.days_of_week.contains(&other.weekday())).collect();
        match pattern.index.unwrap_or(WeekIndex::First) {
            WeekIndex::First => listed.first() == Some(&day),
            WeekIndex::Second => listed.get(1) == Some(&day),
            WeekIndex::Third => listed.get(2) == Some(&day),
            WeekIndex::Fourth => listed.get(3) == Some(&day),
            WeekIndex::Last => listed.last() == Some(&day),
        }
    };
    let every_year = |day: Date| {
        months_on(day).div_euclid(12) >= 0 && {
            (i64::from(day.year()) - i64::from(start.year())) % interval == 0
                && Some(i32::from(day.month())) == pattern.month
        }
    };
    let fits = |day: Date| match pattern.pattern_type {
        PatternType::Daily => days_on(start, day) % interval == 0,
        PatternType::Weekly => {
            days_on(week_of(start), week_of(day)) / 7 % interval == 0 && pattern.days_of_week.contains(&day.weekday())
        }
        PatternType::AbsoluteMonthly => months_on(day) % interval == 0 && on_day(day),
        PatternType::RelativeMonthly => months_on(day) % interval == 0 && nth_day(day),
        PatternType::AbsoluteYearly => every_year(day) && on_day(day),
        PatternType::RelativeYearly => every_year(day) && nth_day(day),
    };
    let last = match range.range_type {
        RangeType::EndDate => range.end_date.unwrap_or(until).min(until),
        RangeType::NoEnd | RangeType::Numbered => until,
    };
    let count = match range.range_type {
        RangeType::Numbered => range.number_of_occurrences.unwrap_or_default() as usize,
        RangeType::NoEnd | RangeType::EndDate => usize::MAX,
    };
    start.series(1.day()).take_while(|day| *day <= last).filter(|day| fits(*day)).take(count).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn patterns_mean_what_microsoft_says(recurrence in patterns()) {
        let start = recurrence.range.start_date;
        let until = start.saturating_add(4.years());
        let rule = recurrence.rule().expect("a sound pattern");
        prop_assert_eq!(rule.between(start, start..=until).collect::<Vec<_>>(), days_in_words(&recurrence, until));
    }

    #[test]
    fn every_pattern_can_be_written_back(recurrence in patterns()) {
        let start = recurrence.range.start_date;
        let rule = recurrence.rule().expect("a sound pattern");
        let written = PatternedRecurrence::of(&rule, start, None).expect("it came from a pattern");
        prop_assert_eq!(written.rule(), Ok(rule));
    }

    #[test]
    fn a_rule_that_has_a_pattern_keeps_its_days(rule in rules(), start in starts()) {
        if let Ok(pattern) = PatternedRecurrence::of(&rule, start, None) {
            // An end before the start is none that Graph takes.
            if let Ok(read) = pattern.rule() {
                let days = |rule: &Rule| rule.between(start, start..=start.saturating_add(9.years())).collect::<Vec<_>>();
                prop_assert_eq!(days(&read), days(&rule));
            }
        }
    }
}
