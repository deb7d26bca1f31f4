//! What repeats, where each occurrence is a record.

use crate::zoho::id::Id;
use crate::zoho::options::Series;
use crate::zoho::org::Org;
use crate::zoho::schema::Module;
use crate::zoho::store::Record;
use crate::zoho::time;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use mxs_calendar::{RuleText, Zone};
use serde_json::{Value, json};

/// The most records that one series has. No page gives a number.
const MOST_OCCURRENCES: usize = 100;

/// Makes the records behind the first of a series, where an organisation has one for each occurrence.
pub(super) fn expand(org: &mut Org, module: &Module, first: Id) {
    if org.options.series == Series::OneRecord {
        return;
    }
    let Some(record) = org.record(module, first).cloned() else { return };
    let zone = if record.value("All_day") == &Value::Bool(true) { TimeZone::UTC } else { org.zone(record.owner) };
    for later in days(&record) {
        let mut record = record.clone();
        record.id = org.new_id();
        move_by(&mut record, later, &zone);
        if let Some(Value::Array(people)) = record.values.get_mut("Participants") {
            people.iter_mut().for_each(|person| person["id"] = org.new_id().json());
        }
        org.store_mut(module).put(record);
    }
}

/// How much later than the first the other occurrences are.
fn days(record: &Record) -> Vec<Span> {
    let recurrence = record.value("Recurring_Activity");
    let left_out = recurrence["EXDATE"].as_str().unwrap_or_default();
    let parsed = recurrence["RRULE"].as_str().and_then(|text| RuleText::parse(text).ok());
    let Some((rule, start)) = parsed.and_then(|parsed| Some((parsed.rule().ok()?, parsed.start?))) else {
        return Vec::new();
    };
    let start = start.date_in(&Zone::utc());
    let days = rule
        .dates(start)
        .take(MOST_OCCURRENCES)
        .filter(|day| *day != start && !left_out.split(',').any(|out| time::read_date(out) == Some(*day)));
    days.filter_map(|day| start.until(day).ok()).collect()
}

/// Moves a task's day, or a meeting's times on the clocks of `zone`.
fn move_by(record: &mut Record, later: Span, zone: &TimeZone) {
    for name in ["Due_Date", "Start_DateTime", "End_DateTime"] {
        let Some(text) = record.text(name) else { continue };
        let moved = match (text.parse::<Date>(), text.parse::<Timestamp>()) {
            (_, Ok(moment)) => {
                let there = zone.to_datetime(moment).checked_add(later).and_then(|there| there.to_zoned(zone.clone()));
                there.map(|there| time::canonical(there.timestamp()))
            }
            (Ok(day), _) => day.checked_add(later).map(|day| day.to_string()),
            _ => continue,
        };
        if let Ok(moved) = moved {
            record.values.insert(name.to_owned(), json!(moved));
        }
    }
}
