//! Against another implementation: the `rrule` crate, which descends from Python's dateutil.

use crate::random::{rules, starts};
use jiff::ToSpan;
use jiff::civil::Date;
use mxs_calendar::{Frequency, Monthly, Range, Rule, WeekdayList, Yearly, YearlyWeekdays};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Ten thousand rules, the same every time, in two halves that run side by side.
const HALF: usize = 5_000;
const SEEDS: [&[u8; 32]; 2] = [b"the first five thousand of rules", b"the other five thousand of rules"];

/// Of each series so many days are compared, and none later than so many years after its start.
const MOST_DAYS: usize = 6;
const YEARS: i64 = 4;

/// A year has 52 weeks or 53, so the first may be the last but 51 or 52.
const WEEK_1_FROM_LAST: i16 = -52;

/// The first `count` days that the other implementation finds; `None` if it refuses the rule.
///
/// It doesn't stop at an end before it has found a day after that end: it must not be asked for more days
/// than come soon.
pub(crate) fn other_word(rule: &Rule, start: Date, count: usize) -> Option<Vec<Date>> {
    let compact = |day: Date| day.to_string().replace('-', "");
    // It reads UNTIL only in the form that its start has.
    let range = match rule.range() {
        Range::Forever => String::new(),
        Range::Count(count) => format!(";COUNT={count}"),
        Range::Until(last) => format!(";UNTIL={}T000000Z", compact(last)),
    };
    let endless = rule.clone().in_range(Range::Forever);
    let text = format!("DTSTART:{}T000000Z\nRRULE:{endless}{range}", compact(start));
    let set: rrule::RRuleSet = text.parse().ok()?;
    let days = set.limit().into_iter().map(|day| day.format("%Y-%m-%d").to_string().parse().expect("a day"));
    Some(days.take(count).collect())
}

/// Where it is known to read RFC 5545 in another way, and why ours is kept.
fn known_difference(rule: &Rule, start: Date) -> bool {
    // "Mondays, and the second Tuesday" are to it the days that are both, which is none.
    let mixed = |list: &WeekdayList| !list.every.is_empty() && !list.nth.is_empty();
    let from_end = |list: &WeekdayList, nth: i16| list.nth.iter().any(|day| day.nth.number() == -nth);
    match rule.frequency() {
        Frequency::Daily(_) => false,
        // It counts positions in the first week from the start, but in the first month from the month's
        // beginning. RFC 5545 counts in "one interval of the rule", a whole week.
        Frequency::Weekly(_) => !rule.positions().is_empty() && start.weekday() != rule.week_start(),
        // It refuses the fifth weekday from the end of a month, and the 53rd from the end of a year.
        Frequency::Monthly(Monthly { weekdays, .. }) => mixed(weekdays) || from_end(weekdays, 5),
        Frequency::Yearly(Yearly { weekdays: YearlyWeekdays::Counted(weekdays), .. }) => {
            mixed(weekdays) || from_end(weekdays, 53)
        }
        // It takes all days of a week where RFC 5545 has the start's weekday, and doesn't know the first
        // week of the next year by its number from the end.
        Frequency::Yearly(Yearly { weekdays: YearlyWeekdays::InWeeks { weeks, .. }, .. }) => {
            rule.explicit(start) != *rule || weeks.iter().any(|week| (-53..=WEEK_1_FROM_LAST).contains(&week.number()))
        }
    }
}

#[test]
fn five_thousand_rules() {
    compare(SEEDS[0]);
}

#[test]
fn five_thousand_more() {
    compare(SEEDS[1]);
}

fn compare(seed: &[u8; 32]) {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, seed);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let cases = (rules(), starts());
    let (mut compared, mut days_compared) = (0, 0);
    while compared < HALF {
        let (rule, start) = cases.new_tree(&mut runner).expect("a rule").current();
        if known_difference(&rule, start) {
            continue;
        }
        compared += 1;
        let window = start..=start.saturating_add(YEARS.years());
        let soon = |rule: &Rule| rule.between(start, window.clone()).take(MOST_DAYS + 1).collect::<Vec<Date>>();
        let mut ours = soon(&rule);
        let goes_on = ours.len() > MOST_DAYS || soon(&rule.clone().in_range(Range::Forever)).len() > MOST_DAYS;
        ours.truncate(MOST_DAYS);
        let asked = if goes_on { MOST_DAYS } else { ours.len() };
        match other_word(&rule, start, asked) {
            Some(theirs) => assert_eq!(ours, theirs, "{rule} from {start}"),
            None => assert!(matches!(rule.range(), Range::Until(last) if last < start), "{rule} from {start} refused"),
        }
        days_compared += ours.len();
    }
    assert!(days_compared > HALF * MOST_DAYS / 3, "most rules have days: {days_compared}");
}
