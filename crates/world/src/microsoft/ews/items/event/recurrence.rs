//! `Recurrence`, to and from what it means.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/recurrence-patterns-and-ews>.

/// A word of the schema's `ResponseCodeType`.
type Code = &'static str;
use crate::microsoft::ews::names::t;
use jiff::civil::{Date, Weekday};
use mxs_calendar::graph::{
    MOST_DAYS, MOST_OCCURRENCES, MOST_PERIODS, PatternType, PatternedRecurrence, RangeType, RecurrencePattern,
    RecurrenceRange, WeekIndex, weekday_from_word, weekday_word,
};
use mxs_calendar::{WEEK, Weekdays};
use mxs_xml::Element;

const PATTERNS: [(&str, PatternType); 6] = [
    ("RelativeYearlyRecurrence", PatternType::RelativeYearly),
    ("AbsoluteYearlyRecurrence", PatternType::AbsoluteYearly),
    ("RelativeMonthlyRecurrence", PatternType::RelativeMonthly),
    ("AbsoluteMonthlyRecurrence", PatternType::AbsoluteMonthly),
    ("WeeklyRecurrence", PatternType::Weekly),
    ("DailyRecurrence", PatternType::Daily),
];

const RANGES: [(&str, RangeType); 3] = [
    ("NoEndRecurrence", RangeType::NoEnd),
    ("EndDateRecurrence", RangeType::EndDate),
    ("NumberedRecurrence", RangeType::Numbered),
];

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

/// The store counts years as months.
const MONTHS_A_YEAR: i32 = 12;

/// The words for several weekdays of which one is counted.
fn sets() -> [(&'static str, Weekdays); 3] {
    let weekend = Weekdays::from_iter([Weekday::Saturday, Weekday::Sunday]);
    [("Day", Weekdays::ALL), ("Weekday", Weekdays::WORKING_DAYS), ("WeekendDay", weekend)]
}

/// Reads a `Recurrence`. Numbers that the store has no room for are refused; which code each gets isn't documented.
pub(in crate::microsoft::ews::items) fn read(recurrence: &Element) -> Result<PatternedRecurrence, Code> {
    let [pattern, range] = recurrence.children.as_slice() else { return Err("ErrorSchemaValidation") };
    let read = PatternedRecurrence { pattern: read_pattern(pattern)?, range: read_range(range)? };
    read.rule().map_err(|_| "ErrorCalendarInvalidRecurrence")?;
    Ok(read)
}

fn read_pattern(element: &Element) -> Result<RecurrencePattern, Code> {
    let known = PATTERNS.into_iter().find(|(name, _)| *name == element.name);
    let (_, pattern_type) = known.ok_or("ErrorUnsupportedRecurrence")?;
    let number = |name: &str| element.word(name).map(str::parse).transpose().map_err(|_| "ErrorSchemaValidation");
    let most = if pattern_type == PatternType::Daily { MOST_DAYS } else { MOST_PERIODS };
    let interval: i32 = number("Interval")?.unwrap_or(1);
    let day_of_month: Option<i32> = number("DayOfMonth")?;
    let is_month_day = day_of_month.is_none_or(|day| (1..=31).contains(&day));
    if !u32::try_from(interval).is_ok_and(|interval| (1..=most).contains(&interval)) || !is_month_day {
        return Err("ErrorCalendarInvalidRecurrence");
    }
    let days = element.word("DaysOfWeek").map_or(Ok(Vec::new()), weekdays)?;
    let is_weekly = pattern_type == PatternType::Weekly;
    let has_set = element.text("DaysOfWeek").split_whitespace().any(|word| sets().iter().any(|(set, _)| *set == word));
    if is_weekly && (days.is_empty() || has_set) {
        return Err("ErrorCalendarInvalidDayForWeeklyRecurrence");
    }
    let index = element.word("DayOfWeekIndex").map(|word| WeekIndex::from_word(word).ok_or("ErrorSchemaValidation"));
    let first = element.word("FirstDayOfWeek").map(|word| weekday_from_word(word).ok_or("ErrorSchemaValidation"));
    Ok(RecurrencePattern {
        pattern_type,
        interval,
        days_of_week: days,
        first_day_of_week: first.transpose()?,
        day_of_month,
        month: element.word("Month").map(month).transpose()?,
        index: index.transpose()?,
    })
}

fn weekdays(words: &str) -> Result<Vec<Weekday>, Code> {
    let mut days = Vec::new();
    for word in words.split_whitespace() {
        match sets().into_iter().find(|(set, _)| *set == word) {
            Some((_, set)) => days.extend(set.iter()),
            None => days.push(weekday_from_word(word).ok_or("ErrorSchemaValidation")?),
        }
    }
    Ok(days)
}

fn month(word: &str) -> Result<i32, Code> {
    let place = MONTHS.iter().position(|month| *month == word);
    place.and_then(|place| i32::try_from(place + 1).ok()).ok_or("ErrorSchemaValidation")
}

fn read_range(element: &Element) -> Result<RecurrenceRange, Code> {
    let (_, range_type) = RANGES.into_iter().find(|(name, _)| *name == element.name).ok_or("ErrorSchemaValidation")?;
    let start_date = element.word("StartDate").and_then(date).ok_or("ErrorSchemaValidation")?;
    let end_date = element.word("EndDate").map(|word| date(word).ok_or("ErrorSchemaValidation")).transpose()?;
    if end_date.is_some_and(|end| end < start_date) {
        return Err("ErrorCalendarEndDateIsEarlierThanStartDate");
    }
    let count: Option<i32> =
        element.word("NumberOfOccurrences").map(str::parse).transpose().map_err(|_| "ErrorSchemaValidation")?;
    let is_allowed = |count: i32| u32::try_from(count).is_ok_and(|count| (1..=MOST_OCCURRENCES).contains(&count));
    if count.is_some_and(|count| !is_allowed(count)) {
        return Err("ErrorCalendarInvalidRecurrence");
    }
    Ok(RecurrenceRange { range_type, start_date, end_date, number_of_occurrences: count, recurrence_time_zone: None })
}

/// A date; the zone that may stand behind it says nothing, the series has its own.
fn date(word: &str) -> Option<Date> {
    word.get(.."0000-00-00".len())?.parse().ok()
}

/// The `Recurrence` of a series; `zone` is what stands behind a date. `None` where the service has no word for the pattern:
/// Graph takes any weekdays of which one is counted, the schema here one or three sets.
pub(in crate::microsoft::ews::items) fn write(
    recurrence: &PatternedRecurrence,
    zone: &dyn Fn(Date) -> String,
    weeks_begin: bool,
) -> Option<Element> {
    let PatternedRecurrence { pattern, range } = recurrence;
    Some(t("Recurrence").child(write_pattern(&in_months(pattern), weeks_begin)?).child(write_range(range, zone)))
}

/// A yearly pattern has no interval here; in the store every second year is every 24 months.
fn in_months(pattern: &RecurrencePattern) -> RecurrencePattern {
    let pattern_type = match pattern.pattern_type {
        PatternType::AbsoluteYearly => PatternType::AbsoluteMonthly,
        PatternType::RelativeYearly => PatternType::RelativeMonthly,
        _ => return pattern.clone(),
    };
    match pattern.interval {
        1 => pattern.clone(),
        years => RecurrencePattern { pattern_type, interval: years.saturating_mul(MONTHS_A_YEAR), ..pattern.clone() },
    }
}

fn write_pattern(pattern: &RecurrencePattern, weeks_begin: bool) -> Option<Element> {
    let (name, _) = PATTERNS.into_iter().find(|(_, known)| *known == pattern.pattern_type)?;
    let interval = || t("Interval").saying(&pattern.interval.to_string());
    let day = || Some(t("DayOfMonth").saying(&pattern.day_of_month?.to_string()));
    let index = || t("DayOfWeekIndex").saying(&capital(pattern.index.unwrap_or(WeekIndex::First).word()));
    let month = || {
        let place = usize::try_from(pattern.month?.checked_sub(1)?).ok()?;
        Some(t("Month").saying(MONTHS.get(place)?))
    };
    let pattern_element = t(name);
    Some(match pattern.pattern_type {
        PatternType::Daily => pattern_element.child(interval()),
        PatternType::Weekly => {
            let days = WEEK.into_iter().filter(|day| pattern.days_of_week.contains(day));
            let days: Vec<String> = days.map(|day| capital(weekday_word(day))).collect();
            let first = pattern.first_day_of_week.unwrap_or(Weekday::Sunday);
            let first = weeks_begin.then(|| t("FirstDayOfWeek").saying(&capital(weekday_word(first))));
            pattern_element.child(interval()).child(t("DaysOfWeek").saying(&days.join(" "))).children(first)
        }
        PatternType::AbsoluteMonthly => pattern_element.child(interval()).child(day()?),
        PatternType::RelativeMonthly => pattern_element.child(interval()).child(counted(pattern)?).child(index()),
        PatternType::AbsoluteYearly => pattern_element.child(day()?).child(month()?),
        PatternType::RelativeYearly => pattern_element.child(counted(pattern)?).child(index()).child(month()?),
    })
}

fn counted(pattern: &RecurrencePattern) -> Option<Element> {
    let days = Weekdays::from_iter(pattern.days_of_week.iter().copied());
    let word = match days.only() {
        Some(day) => capital(weekday_word(day)),
        None => sets().into_iter().find(|(_, set)| *set == days)?.0.to_owned(),
    };
    Some(t("DaysOfWeek").saying(&word))
}

fn write_range(range: &RecurrenceRange, zone: &dyn Fn(Date) -> String) -> Element {
    let name =
        RANGES.into_iter().find(|(_, known)| *known == range.range_type).map_or("NoEndRecurrence", |known| known.0);
    let date = |name: &str, date: Date| t(name).saying(&format!("{date}{}", zone(date)));
    let end = range.end_date.map(|end| date("EndDate", end));
    let count = range.number_of_occurrences.map(|count| t("NumberOfOccurrences").saying(&count.to_string()));
    let last = match range.range_type {
        RangeType::NoEnd => None,
        RangeType::EndDate => end,
        RangeType::Numbered => count,
    };
    t(name).child(date("StartDate", range.start_date)).children(last)
}

/// The service's words begin with a capital, Graph's don't.
fn capital(word: &str) -> String {
    let (first, rest) = word.split_at_checked(1).unwrap_or(("", word));
    first.to_ascii_uppercase() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recurrence(pattern: &str, range: &str) -> Element {
        let xml = format!("<Recurrence>{pattern}{range}</Recurrence>");
        mxs_xml::read(xml.as_bytes()).expect("XML")
    }

    const FOREVER: &str = "<NoEndRecurrence><StartDate>2026-03-02</StartDate></NoEndRecurrence>";

    #[test]
    fn what_is_read_is_written() {
        let ranges = [
            FOREVER,
            "<EndDateRecurrence><StartDate>2026-03-02</StartDate><EndDate>2026-06-30</EndDate></EndDateRecurrence>",
            "<NumberedRecurrence><StartDate>2026-03-02</StartDate><NumberOfOccurrences>10</NumberOfOccurrences></NumberedRecurrence>",
        ];
        let patterns = [
            "<DailyRecurrence><Interval>3</Interval></DailyRecurrence>",
            "<WeeklyRecurrence><Interval>2</Interval><DaysOfWeek>Monday Friday</DaysOfWeek><FirstDayOfWeek>Monday</FirstDayOfWeek></WeeklyRecurrence>",
            "<AbsoluteMonthlyRecurrence><Interval>1</Interval><DayOfMonth>31</DayOfMonth></AbsoluteMonthlyRecurrence>",
            "<RelativeMonthlyRecurrence><Interval>24</Interval><DaysOfWeek>WeekendDay</DaysOfWeek><DayOfWeekIndex>Last</DayOfWeekIndex></RelativeMonthlyRecurrence>",
            "<AbsoluteYearlyRecurrence><DayOfMonth>29</DayOfMonth><Month>February</Month></AbsoluteYearlyRecurrence>",
            "<RelativeYearlyRecurrence><DaysOfWeek>Thursday</DaysOfWeek><DayOfWeekIndex>Fourth</DayOfWeekIndex><Month>November</Month></RelativeYearlyRecurrence>",
        ];
        for pattern in patterns {
            for range in ranges {
                let read = read(&recurrence(pattern, range)).expect(pattern);
                let written = write(&read, &|_| String::new(), true).expect(pattern).xml().replace("t:", "");
                assert_eq!(written, recurrence(pattern, range).xml());
            }
        }
    }

    #[test]
    fn what_the_store_has_no_room_for_is_refused() {
        let daily = |interval: &str| format!("<DailyRecurrence><Interval>{interval}</Interval></DailyRecurrence>");
        let weekly = |days: &str| {
            format!("<WeeklyRecurrence><Interval>1</Interval><DaysOfWeek>{days}</DaysOfWeek></WeeklyRecurrence>")
        };
        let numbered = |count: &str| {
            format!(
                "<NumberedRecurrence><StartDate>2026-03-02</StartDate><NumberOfOccurrences>{count}</NumberOfOccurrences></NumberedRecurrence>"
            )
        };
        let until = |end: &str| {
            format!("<EndDateRecurrence><StartDate>2026-03-02</StartDate><EndDate>{end}</EndDate></EndDateRecurrence>")
        };
        let invalid = Some("ErrorCalendarInvalidRecurrence");
        let cases = [
            (daily("999"), FOREVER.to_owned(), None),
            (daily("1000"), FOREVER.to_owned(), invalid),
            (daily("0"), FOREVER.to_owned(), invalid),
            (daily("-1"), FOREVER.to_owned(), invalid),
            (daily("often"), FOREVER.to_owned(), Some("ErrorSchemaValidation")),
            (daily("1"), numbered("999"), None),
            (daily("1"), numbered("1000"), invalid),
            (daily("1"), numbered("0"), invalid),
            // A zone may stand behind a date.
            (daily("1"), until("2026-03-02-08:00"), None),
            (daily("1"), until("2026-03-01"), Some("ErrorCalendarEndDateIsEarlierThanStartDate")),
            (daily("1"), until("soon"), Some("ErrorSchemaValidation")),
            (weekly("Monday Tuesday"), FOREVER.to_owned(), None),
            (weekly(""), FOREVER.to_owned(), Some("ErrorCalendarInvalidDayForWeeklyRecurrence")),
            (weekly("Weekday"), FOREVER.to_owned(), Some("ErrorCalendarInvalidDayForWeeklyRecurrence")),
            (weekly("Mon"), FOREVER.to_owned(), Some("ErrorSchemaValidation")),
            (
                "<AbsoluteMonthlyRecurrence><Interval>1</Interval><DayOfMonth>32</DayOfMonth></AbsoluteMonthlyRecurrence>".into(),
                FOREVER.to_owned(),
                invalid,
            ),
            // What tasks have and events haven't.
            ("<DailyRegeneration><Interval>1</Interval></DailyRegeneration>".into(), FOREVER.to_owned(), Some("ErrorUnsupportedRecurrence")),
            (String::new(), FOREVER.to_owned(), Some("ErrorSchemaValidation")),
        ];
        for (pattern, range, wanted) in cases {
            assert_eq!(read(&recurrence(&pattern, &range)).err(), wanted, "{pattern}{range}");
        }
    }

    #[test]
    fn years_are_counted_in_months() {
        let every = |interval| RecurrencePattern {
            pattern_type: PatternType::AbsoluteYearly,
            interval,
            days_of_week: Vec::new(),
            first_day_of_week: None,
            day_of_month: Some(1),
            month: Some(5),
            index: None,
        };
        let written = |interval| write_pattern(&in_months(&every(interval)), true).expect("a pattern").xml();
        assert_eq!(
            written(1),
            "<t:AbsoluteYearlyRecurrence><t:DayOfMonth>1</t:DayOfMonth><t:Month>May</t:Month></t:AbsoluteYearlyRecurrence>"
        );
        assert_eq!(
            written(2),
            "<t:AbsoluteMonthlyRecurrence><t:Interval>24</t:Interval><t:DayOfMonth>1</t:DayOfMonth></t:AbsoluteMonthlyRecurrence>"
        );
    }
}
