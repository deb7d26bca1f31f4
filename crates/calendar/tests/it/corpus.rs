//! Rules, dates and zones that real programs wrote.

use crate::dates::day;
use crate::oracle::other_word;
use jiff::civil::{Date, date};
use mxs_calendar::graph::{
    PatternType, PatternedRecurrence, RangeType, RecurrencePattern, RecurrenceRange, WeekIndex, weekday_from_word,
};
use mxs_calendar::{Exclusions, Moment, RuleText, Zone, ZoneError};
use serde_json::Value;
use std::path::{Path, PathBuf};

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus");

/// Files of one kind, as text; none, and a word about it, where the corpus isn't.
fn files(kind: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(CORPUS).join(kind);
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: {} is not there", folder.display());
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let text = |path: &PathBuf| String::from_utf8_lossy(&std::fs::read(path).expect("it is there")).into_owned();
    paths.into_iter().map(|path| (path.clone(), text(&path))).collect()
}

/// The lines of a calendar file, folded ones joined.
fn lines(text: &str) -> Vec<String> {
    let unfolded = text.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "");
    unfolded.lines().map(str::to_owned).collect()
}

#[test]
fn every_rule_of_a_calendar_file_is_read_and_expanded_alike() {
    let files = files("ics");
    let (mut rules, mut compared) = (0, 0);
    for (path, text) in &files {
        let mut start = date(2026, 1, 1);
        for line in lines(text) {
            if let Some(begun) = line.strip_prefix("DTSTART") {
                let value = begun.rsplit(':').next().unwrap_or_default();
                start = Moment::parse(value).map_or(start, |moment| moment.date_in(&Zone::utc()));
            }
            let Some(rule) = line.strip_prefix("RRULE:") else { continue };
            rules += 1;
            let read = RuleText::parse(&line).unwrap_or_else(|error| panic!("{}: {rule}: {error}", path.display()));
            let rule = read.rule_at(jiff::civil::Time::midnight(), &Zone::utc());
            assert_eq!(rule.to_string().parse(), Ok(rule.clone()), "{}", path.display());
            let ours: Vec<Date> = rule.dates(start).take(30).collect();
            // It has no years before 1900 or so to offer for Outlook's 1601.
            if let Some(theirs) = other_word(&rule, start, ours.len()) {
                assert_eq!(ours, theirs, "{}: {rule} from {start}", path.display());
                compared += 1;
            }
        }
    }
    assert!(files.is_empty() || (rules > 100 && compared * 10 > rules * 9), "{compared} of {rules}");
}

#[test]
fn every_exclusion_of_a_calendar_file_is_read() {
    let files = files("ics");
    let mut read = 0;
    for (path, text) in &files {
        for line in lines(text).iter().filter(|line| line.starts_with("EXDATE")) {
            let list = Exclusions::parse(line).unwrap_or_else(|error| panic!("{}: {line}: {error}", path.display()));
            assert!(!list.starts.is_empty(), "{}: {line}", path.display());
            read += 1;
        }
    }
    assert!(files.is_empty() || read > 10, "{read}");
}

#[test]
fn zones_of_calendar_files_are_known_or_kept() {
    let files = files("ics");
    let (mut known, mut custom, mut unknown) = (0, 0, 0);
    for (_, text) in &files {
        for name in lines(text).iter().filter_map(|line| line.strip_prefix("TZID:")) {
            match Zone::parse(name) {
                Ok(_) => known += 1,
                Err(ZoneError::RulesMissing { .. }) => custom += 1,
                Err(ZoneError::Unknown { name: kept }) => {
                    assert_eq!(kept, name.trim().trim_matches('"').trim());
                    unknown += 1;
                }
            }
        }
    }
    assert!(files.is_empty() || (known > 30 && custom > 0 && unknown > 0), "{known}, {custom}, {unknown}");
}

#[test]
fn every_rule_of_zohos_samples_is_read() {
    let files = files("zoho");
    let mut read = 0;
    for (path, text) in &files {
        let Ok(json) = serde_json::from_str::<Value>(text) else { continue };
        for rule in strings(&json, "RRULE") {
            let text = RuleText::parse(&rule).unwrap_or_else(|error| panic!("{}: {rule}: {error}", path.display()));
            let start = text.start.map(|start| start.date_in(&Zone::utc())).expect("Zoho says the start");
            let first = text.rule().expect("Zoho ends on dates").dates(start).next();
            assert_eq!(first, Some(start), "{}", path.display());
            read += 1;
        }
    }
    assert!(files.is_empty() || read > 0);
}

/// All values of a key, however deep.
fn strings(json: &Value, key: &str) -> Vec<String> {
    match json {
        Value::Object(members) => {
            let own = members.get(key).and_then(Value::as_str).map(str::to_owned);
            own.into_iter().chain(members.values().flat_map(|member| strings(member, key))).collect()
        }
        Value::Array(items) => items.iter().flat_map(|item| strings(item, key)).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn graphs_samples_are_read_and_written_back() {
    let files = files("graph");
    let mut read = 0;
    for (path, text) in &files {
        for recurrence in recurrences(&serde_json::from_str(text).expect("JSON")) {
            let rule = recurrence.rule().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let start = recurrence.range.start_date;
            assert!(rule.has(start, start), "{}", path.display());
            let written = PatternedRecurrence::of(&rule, start, None).expect("a pattern");
            assert_eq!(written.rule(), Ok(rule), "{}", path.display());
            read += 1;
        }
    }
    assert!(files.is_empty() || read > 1, "{read}");
}

fn recurrences(json: &Value) -> Vec<PatternedRecurrence> {
    match json {
        Value::Object(members) => {
            let own = members.get("recurrence").filter(|recurrence| recurrence.is_object()).map(recurrence);
            own.into_iter().chain(members.values().flat_map(recurrences)).collect()
        }
        Value::Array(items) => items.iter().flat_map(recurrences).collect(),
        _ => Vec::new(),
    }
}

fn recurrence(json: &Value) -> PatternedRecurrence {
    let (pattern, range) = (&json["pattern"], &json["range"]);
    let number = |json: &Value| json.as_i64().and_then(|number| i32::try_from(number).ok());
    let days = pattern["daysOfWeek"].as_array().cloned().unwrap_or_default();
    PatternedRecurrence {
        pattern: RecurrencePattern {
            pattern_type: pattern["type"].as_str().and_then(PatternType::from_word).expect("a type"),
            interval: number(&pattern["interval"]).expect("an interval"),
            days_of_week: days.iter().filter_map(|day| weekday_from_word(day.as_str()?)).collect(),
            first_day_of_week: pattern["firstDayOfWeek"].as_str().and_then(weekday_from_word),
            day_of_month: number(&pattern["dayOfMonth"]),
            month: number(&pattern["month"]),
            index: pattern["index"].as_str().and_then(WeekIndex::from_word),
        },
        range: RecurrenceRange {
            range_type: range["type"].as_str().and_then(RangeType::from_word).expect("a range"),
            start_date: day(range["startDate"].as_str().expect("a date")),
            end_date: range["endDate"].as_str().map(day),
            number_of_occurrences: number(&range["numberOfOccurrences"]),
            recurrence_time_zone: range["recurrenceTimeZone"].as_str().map(str::to_owned),
        },
    }
}

/// Every zone that an Exchange server offers is known, but for two that no place has.
#[test]
fn zones_that_exchange_offers_are_known() {
    let files = files("ews");
    let mut known = 0;
    for (path, text) in files.iter().filter(|(path, _)| path.to_string_lossy().contains("TimeZones")) {
        for id in text
            .split("TimeZoneDefinition ")
            .skip(1)
            .filter_map(|piece| piece.split(" Id=\"").nth(1)?.split('"').next())
        {
            match Zone::parse(id) {
                Ok(zone) => assert_eq!(zone.windows(), Some(id), "{}", path.display()),
                Err(_) => assert!(["Kamchatka Standard Time", "Mid-Atlantic Standard Time"].contains(&id), "{id}"),
            }
            known += 1;
        }
    }
    assert!(files.is_empty() || known > 130, "{known}");
}
