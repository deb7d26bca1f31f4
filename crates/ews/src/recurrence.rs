//! How items repeat: the service's elements and the calendar's rules.
//!
//! <https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/recurrence-patterns-and-ews>

use crate::ServerVersion;
use crate::xml::{Element, t};
use jiff::civil::{Date, Weekday};
use mxs_calendar::graph::{
    PatternType, PatternedRecurrence, RangeType, RecurrencePattern, RecurrenceRange, WeekIndex, weekday_from_word,
    weekday_word,
};
use mxs_calendar::{Rule, Weekdays};

/// The service counts months where years have an interval.
const MONTHS_A_YEAR: i32 = 12;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const PATTERNS: [(PatternType, &str); 6] = [
    (PatternType::Daily, "DailyRecurrence"),
    (PatternType::Weekly, "WeeklyRecurrence"),
    (PatternType::AbsoluteMonthly, "AbsoluteMonthlyRecurrence"),
    (PatternType::RelativeMonthly, "RelativeMonthlyRecurrence"),
    (PatternType::AbsoluteYearly, "AbsoluteYearlyRecurrence"),
    (PatternType::RelativeYearly, "RelativeYearlyRecurrence"),
];

const RANGES: [(RangeType, &str); 3] = [
    (RangeType::NoEnd, "NoEndRecurrence"),
    (RangeType::EndDate, "EndDateRecurrence"),
    (RangeType::Numbered, "NumberedRecurrence"),
];

/// The words for several weekdays of which one is counted.
fn sets() -> [(&'static str, Weekdays); 3] {
    let weekend = Weekdays::from_iter([Weekday::Saturday, Weekday::Sunday]);
    [("Day", Weekdays::ALL), ("Weekday", Weekdays::WORKING_DAYS), ("WeekendDay", weekend)]
}

/// The rule of a `Recurrence`, and the day from which it counts; `None` where it can't be read.
pub(crate) fn read(recurrence: &Element) -> Option<(Rule, Date)> {
    let [pattern, range] = recurrence.children.as_slice() else { return None };
    let range = read_range(range)?;
    let start = range.start_date;
    let pattern = in_years(read_pattern(pattern)?, start);
    Some((PatternedRecurrence { pattern, range }.rule().ok()?, start))
}

/// The `Recurrence` of a rule whose series starts on `start`; `None` where there is none with the same days.
pub(crate) fn written(rule: &Rule, start: Date, version: ServerVersion) -> Option<Element> {
    let PatternedRecurrence { pattern, range } = PatternedRecurrence::of(rule, start, None).ok()?;
    let pattern = written_pattern(&in_months(pattern, start)?, version)?;
    Some(t("Recurrence").child(pattern).child(written_range(&range)?))
}

fn read_pattern(element: &Element) -> Option<RecurrencePattern> {
    let (pattern_type, _) = PATTERNS.into_iter().find(|(_, name)| *name == element.name)?;
    let number = |name| match element.said_word(name)? {
        Some(word) => word.parse().ok().map(Some),
        None => Some(None),
    };
    let is_yearly = matches!(pattern_type, PatternType::AbsoluteYearly | PatternType::RelativeYearly);
    let interval = if is_yearly { 1 } else { number("Interval")?? };
    let index = match element.said_word("DayOfWeekIndex")? {
        Some(word) => Some(WeekIndex::from_word(word)?),
        None => None,
    };
    let first_day_of_week = match element.said_word("FirstDayOfWeek")? {
        Some(word) => Some(weekday_from_word(word)?),
        None => None,
    };
    let month = match element.said_word("Month")? {
        Some(word) => Some(i32::try_from(MONTHS.iter().position(|month| *month == word)? + 1).ok()?),
        None => None,
    };
    Some(RecurrencePattern {
        pattern_type,
        interval,
        days_of_week: weekdays(element.said("DaysOfWeek")?)?,
        first_day_of_week,
        day_of_month: number("DayOfMonth")?,
        month,
        index,
    })
}

fn weekdays(words: &str) -> Option<Vec<Weekday>> {
    let mut days = Vec::new();
    for word in words.split_whitespace() {
        match sets().into_iter().find(|(set, _)| *set == word) {
            Some((_, set)) => days.extend(set.iter()),
            None => days.push(weekday_from_word(word)?),
        }
    }
    Some(days)
}

fn read_range(element: &Element) -> Option<RecurrenceRange> {
    let (range_type, _) = RANGES.into_iter().find(|(_, name)| *name == element.name)?;
    // A zone may stand behind a date.
    let date = |name| element.word(name).and_then(|word| word.get(..10)?.parse().ok());
    Some(RecurrenceRange {
        range_type,
        start_date: date("StartDate")?,
        end_date: date("EndDate"),
        number_of_occurrences: element.word("NumberOfOccurrences").and_then(|word| word.parse().ok()),
        recurrence_time_zone: None,
    })
}

/// A yearly pattern has no interval here: every second year is every 24 months.
fn in_years(pattern: RecurrencePattern, start: Date) -> RecurrencePattern {
    let pattern_type = match pattern.pattern_type {
        PatternType::AbsoluteMonthly => PatternType::AbsoluteYearly,
        PatternType::RelativeMonthly => PatternType::RelativeYearly,
        _ => return pattern,
    };
    if pattern.interval <= MONTHS_A_YEAR || pattern.interval % MONTHS_A_YEAR != 0 {
        return pattern;
    }
    let interval = pattern.interval / MONTHS_A_YEAR;
    RecurrencePattern { pattern_type, interval, month: Some(i32::from(start.month())), ..pattern }
}

/// The reverse of [`in_years`]; `None` where the months would be counted from another one, or are too many.
fn in_months(pattern: RecurrencePattern, start: Date) -> Option<RecurrencePattern> {
    let pattern_type = match pattern.pattern_type {
        PatternType::AbsoluteYearly => PatternType::AbsoluteMonthly,
        PatternType::RelativeYearly => PatternType::RelativeMonthly,
        _ => return Some(pattern),
    };
    if pattern.interval == 1 {
        return Some(pattern);
    }
    let interval = pattern.interval.checked_mul(MONTHS_A_YEAR)?;
    let most = i32::try_from(mxs_calendar::graph::MOST_PERIODS).ok()?;
    let is_same = pattern.month == Some(i32::from(start.month())) && interval <= most;
    is_same.then_some(RecurrencePattern { pattern_type, interval, month: None, ..pattern })
}

fn written_pattern(pattern: &RecurrencePattern, version: ServerVersion) -> Option<Element> {
    let (_, name) = PATTERNS.into_iter().find(|(known, _)| *known == pattern.pattern_type)?;
    let number = |name: &str, number: i32| t(name).saying(&number.to_string());
    let interval = number("Interval", pattern.interval);
    let index = || Some(t("DayOfWeekIndex").saying(&capital(pattern.index.unwrap_or(WeekIndex::First).word())));
    let month = || {
        let month = MONTHS.get(usize::try_from(pattern.month?.checked_sub(1)?).ok()?)?;
        Some(t("Month").saying(month))
    };
    let element = t(name);
    Some(match pattern.pattern_type {
        PatternType::Daily => element.child(interval),
        PatternType::Weekly => {
            let days: Vec<String> = pattern.days_of_week.iter().map(|day| capital(weekday_word(*day))).collect();
            let first = first_day(pattern, version)?;
            element.child(interval).child(t("DaysOfWeek").saying(&days.join(" "))).children(first)
        }
        PatternType::AbsoluteMonthly => element.child(interval).child(number("DayOfMonth", pattern.day_of_month?)),
        PatternType::RelativeMonthly => element.child(interval).child(counted(pattern)?).child(index()?),
        PatternType::AbsoluteYearly => element.child(number("DayOfMonth", pattern.day_of_month?)).child(month()?),
        PatternType::RelativeYearly => element.child(counted(pattern)?).child(index()?).child(month()?),
    })
}

/// Where weeks begin; the outer `None` where that matters and the version has no word for it: there weeks begin where
/// the owner's calendar has them begin.
fn first_day(pattern: &RecurrencePattern, version: ServerVersion) -> Option<Option<Element>> {
    let first = pattern.first_day_of_week.unwrap_or(Weekday::Sunday);
    let matters = pattern.interval > 1 && pattern.days_of_week.len() > 1;
    if version >= ServerVersion::Exchange2010Sp2 {
        return Some(Some(t("FirstDayOfWeek").saying(&capital(weekday_word(first)))));
    }
    (!matters).then_some(None)
}

/// The one day, or the one word for several, of which the n-th is meant.
fn counted(pattern: &RecurrencePattern) -> Option<Element> {
    let days = Weekdays::from_iter(pattern.days_of_week.iter().copied());
    let word = match days.only() {
        Some(day) => capital(weekday_word(day)),
        None => sets().into_iter().find(|(_, set)| *set == days)?.0.to_owned(),
    };
    Some(t("DaysOfWeek").saying(&word))
}

fn written_range(range: &RecurrenceRange) -> Option<Element> {
    let (_, name) = RANGES.into_iter().find(|(known, _)| *known == range.range_type)?;
    let start = t("StartDate").saying(&range.start_date.to_string());
    let end = match range.range_type {
        RangeType::NoEnd => None,
        RangeType::EndDate => Some(t("EndDate").saying(&range.end_date?.to_string())),
        RangeType::Numbered => Some(t("NumberOfOccurrences").saying(&range.number_of_occurrences?.to_string())),
    };
    Some(t(name).child(start).children(end))
}

/// The service's words begin with a capital, Graph's don't.
fn capital(word: &str) -> String {
    let (first, rest) = word.split_at_checked(1).unwrap_or(("", word));
    first.to_ascii_uppercase() + rest
}
