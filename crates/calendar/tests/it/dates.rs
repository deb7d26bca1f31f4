//! Days as pictures.
//!
//! How to read one: `1997 Sep 2 4; Oct 2-4 ...` is September 2 and 4, October 2, 3 and 4 of 1997, and more
//! that isn't looked at. Without the dots, nothing follows.

use jiff::civil::{Date, date};
use mxs_calendar::Rule;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A day, written `1997-09-02`.
pub(crate) fn day(text: &str) -> Date {
    text.parse().unwrap_or_else(|_| panic!("{text} is a day"))
}

pub(crate) fn rule(text: &str) -> Rule {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The days of a picture, and whether more follow.
pub(crate) fn days(picture: &str) -> (Vec<Date>, bool) {
    let (mut year, mut month, mut days, mut more) = (0, 0, Vec::new(), false);
    for word in picture.split([' ', ';']).filter(|word| !word.is_empty()) {
        if word == "..." {
            more = true;
        } else if let Some(index) = MONTHS.iter().position(|name| *name == word) {
            month = index as i8 + 1;
        } else if word.len() == 4 && !word.contains('-') {
            year = word.parse().expect("a year");
        } else {
            let (first, last) = word.split_once('-').unwrap_or((word, word));
            let number = |text: &str| -> i8 { text.parse().unwrap_or_else(|_| panic!("{text} in {picture}")) };
            days.extend((number(first)..=number(last)).map(|day| date(year, month, day)));
        }
    }
    (days, more)
}

/// Holds a rule against a picture.
pub(crate) fn assert_days(why: &str, rule: &Rule, start: Date, picture: &str) {
    let (expected, more) = days(picture);
    let found: Vec<Date> = rule.dates(start).take(expected.len() + 1).collect();
    assert_eq!(found.len() > expected.len(), more, "{why}: {rule} from {start} gives {found:?}");
    assert_eq!(found[..expected.len().min(found.len())], expected, "{why}: {rule} from {start}");
}
