//! What people see of a calendar: a line for each occurrence.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use mxs_calendar::{Exclusions, RuleText, Zone};
use serde_json::Value;

/// The zone of the salesperson, in the CRM and in Outlook.
pub(crate) const ZONE: &str = "Europe/Berlin";

/// The days that are compared.
pub(crate) const DAYS: (&str, &str) = ("2025-09-01", "2027-04-01");

fn line(times: &str, title: &Value, place: &Value) -> String {
    format!("{times} {} @{}", title.as_str().unwrap_or_default(), place.as_str().unwrap_or_default())
}

/// An occurrence in Outlook.
pub(crate) fn in_outlook(instance: &Value) -> String {
    let all_day = instance["isAllDay"] == true;
    let time = |name: &str| {
        assert_eq!(instance[name]["timeZone"], "UTC", "{instance}");
        let written = instance[name]["dateTime"].as_str().expect("a time");
        let moment: Timestamp = format!("{written}Z").parse().expect("a moment");
        if all_day { nearest_day(moment).to_string() } else { moment.to_string() }
    };
    let times = format!("{}..{}", time("start"), time("end"));
    line(&times, &instance["subject"], &instance["location"]["displayName"])
}

/// A day of an event of whole days is written as the midnight of some zone.
pub(crate) fn nearest_day(moment: Timestamp) -> Date {
    (moment + 12.hours()).to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// The occurrences of a record in the CRM.
pub(crate) fn in_crm(record: &Value) -> Vec<String> {
    let all_day = record["All_day"] == true;
    let moment = |name: &str| record[name].as_str().expect("a time").parse::<Timestamp>().expect("a moment");
    let (start, end) = (moment("Start_DateTime"), moment("End_DateTime"));
    let zone = Zone::parse(if all_day { "UTC" } else { ZONE }).expect("a zone");
    let first = zone.local(start);
    let days = match record["Recurring_Activity"]["RRULE"].as_str() {
        None => vec![first.date()],
        Some(rule) => days(rule, record["Recurring_Activity"]["EXDATE"].as_str()),
    };
    let (from, to) = (DAYS.0.parse::<Date>().expect("a day"), DAYS.1.parse::<Date>().expect("a day"));
    let occurrence = |day: Date| {
        let begin = zone.resolve(day.to_datetime(first.time())).expect("a moment").instant();
        let after = begin + (end - start);
        let times = match all_day {
            // It ends with the last second of its last day.
            true => format!("{day}..{}", (after + 1.second()).to_zoned(jiff::tz::TimeZone::UTC).date()),
            false => format!("{begin}..{after}"),
        };
        line(&times, &record["Event_Title"], &record["Venue"])
    };
    days.into_iter().filter(|day| (from..to).contains(day)).map(occurrence).collect()
}

/// The days of a rule in the CRM.
pub(crate) fn days(rule: &str, left_out: Option<&str>) -> Vec<Date> {
    let text = RuleText::parse(rule).expect("a rule");
    let start = match text.start {
        Some(mxs_calendar::Moment::Date(day)) => day,
        other => panic!("no first day in {rule}: {other:?}"),
    };
    let left_out = left_out.map(|text| Exclusions::parse(text).expect("days").dates_in(&Zone::utc()));
    let to = DAYS.1.parse::<Date>().expect("a day");
    let all = text.rule().expect("a rule").between(start, start..=to);
    all.filter(|day| !left_out.as_ref().is_some_and(|days| days.contains(day))).collect()
}
