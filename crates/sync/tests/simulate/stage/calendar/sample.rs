//! New series, meetings and events outside, as people make them on either side.

use super::super::ZONE;
use super::ASIDE;
use jiff::civil::{Date, DateTime, date};
use jiff::{SignedDuration, Timestamp};
use mxs_calendar::Zone;
use mxs_core::Side;
use serde_json::{Value, json};

/// Zones of series in Outlook, with the hour there; clocks change on different days in them, or never. For the
/// salesperson mornings in the east are the day before, and evenings in the west the day after; one is around midnight.
pub(super) const ZONES: [(&str, i8); 5] = [
    ("Eastern Standard Time", HOUR),
    ("UTC", 4),
    ("W. Europe Standard Time", 3),
    ("Tokyo Standard Time", 5),
    ("Hawaiian Standard Time", 21),
];

/// The hour of series in the CRM.
const HOUR: i8 = 15;

/// Who is invited.
const GUESTS: [&str; 2] = ["guest@elsewhere.example", "other@elsewhere.example"];

/// A series: its first day, and how it repeats in the words of both sides.
struct Repeats {
    first: Date,
    pattern: Value,
    rule: &'static str,
    count: u32,
    all_day: bool,
}

/// All of them go on over a day on which clocks change.
fn repeats(number: u32) -> Repeats {
    let weekly =
        |day: &str| json!({ "type": "weekly", "interval": 1, "daysOfWeek": [day], "firstDayOfWeek": "monday" });
    match number % 4 {
        0 => Repeats {
            first: date(2026, 3, 2),
            pattern: weekly("monday"),
            rule: "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO",
            count: 8,
            all_day: false,
        },
        1 => Repeats {
            first: date(2026, 10, 20),
            pattern: json!({ "type": "daily", "interval": 3 }),
            rule: "FREQ=DAILY;INTERVAL=3",
            count: 6,
            all_day: false,
        },
        2 => Repeats {
            first: date(2026, 3, 10),
            pattern: json!({ "type": "absoluteMonthly", "interval": 1, "dayOfMonth": 10 }),
            rule: "FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=10",
            count: 5,
            all_day: false,
        },
        _ => Repeats {
            first: date(2026, 3, 27),
            pattern: json!({ "type": "daily", "interval": 1 }),
            rule: "FREQ=DAILY;INTERVAL=1",
            count: 5,
            all_day: true,
        },
    }
}

/// A moment as the CRM is told.
pub(super) fn in_crm(moment: Timestamp) -> Value {
    json!(moment.to_string().replace('Z', "+00:00"))
}

fn moment(local: DateTime, zone: &str) -> Timestamp {
    Zone::parse(zone).expect("a zone").resolve(local).expect("a moment").instant()
}

pub(super) fn series(side: Side, number: u32) -> Value {
    let Repeats { first, pattern, rule, count, all_day } = repeats(number);
    let (zone, hour) = match side {
        Side::Exchange => ZONES[number as usize % ZONES.len()],
        Side::Crm => (ZONE, HOUR),
    };
    let mut series = event(side, &format!("{ASIDE}series {number}"), first.at(hour, 0, 0, 0), zone, all_day);
    match side {
        Side::Exchange => {
            series["recurrence"] = json!({ "pattern": pattern, "range": {
                "type": "numbered", "numberOfOccurrences": count, "startDate": first.to_string(), "recurrenceTimeZone": zone } });
        }
        Side::Crm => {
            series["Recurring_Activity"] = json!({ "RRULE": format!("{rule};DTSTART={first};COUNT={count}") });
        }
    }
    series
}

/// An event of an hour, or of a day. In the CRM the zone is its owner's.
fn event(side: Side, title: &str, start: DateTime, zone: &str, all_day: bool) -> Value {
    let end = if all_day {
        start.date().tomorrow().expect("a day").at(0, 0, 0, 0)
    } else {
        start + SignedDuration::from_hours(1)
    };
    let start = if all_day { start.date().at(0, 0, 0, 0) } else { start };
    match side {
        Side::Exchange => {
            let at = |time: DateTime| json!({ "dateTime": time.to_string(), "timeZone": zone });
            json!({ "subject": title, "isReminderOn": false, "isAllDay": all_day, "start": at(start), "end": at(end) })
        }
        Side::Crm if all_day => json!({
            "Event_Title": title, "All_day": true,
            "Start_DateTime": in_crm(moment(start, "UTC")),
            "End_DateTime": in_crm(moment(end, "UTC") - SignedDuration::from_secs(1)),
        }),
        Side::Crm => json!({
            "Event_Title": title,
            "Start_DateTime": in_crm(moment(start, ZONE)),
            "End_DateTime": in_crm(moment(end, ZONE)),
        }),
    }
}

/// A meeting of the salesperson's. Most are held online.
pub(super) fn meeting(side: Side, number: u32, repeats: bool) -> Value {
    let start = date(2026, 3, 16).at(10, 0, 0, 0) + SignedDuration::from_hours(i64::from(number));
    let mut meeting = event(side, &format!("{ASIDE}meeting {number}"), start, ZONE, false);
    match side {
        Side::Exchange => {
            meeting["attendees"] = GUESTS.iter().map(|guest| json!({ "emailAddress": { "address": guest } })).collect();
            if repeats {
                meeting["recurrence"] = json!({ "pattern": { "type": "daily", "interval": 2 }, "range": {
                    "type": "numbered", "numberOfOccurrences": 4, "startDate": start.date().to_string() } });
            }
            if !number.is_multiple_of(4) {
                meeting["isOnlineMeeting"] = json!(true);
                meeting["onlineMeetingProvider"] = json!("teamsForBusiness");
            }
        }
        Side::Crm => {
            let people = GUESTS.iter().map(|guest| json!({ "type": "email", "participant": guest }));
            meeting["Participants"] = people.collect();
            if repeats {
                let rule = format!("FREQ=DAILY;INTERVAL=2;DTSTART={};COUNT=4", start.date());
                meeting["Recurring_Activity"] = json!({ "RRULE": rule });
            }
        }
    }
    meeting
}

/// Somebody else's meeting.
pub(super) fn invitation(number: u32, to: &str) -> Value {
    let start = date(2026, 4, 14).at(10, 0, 0, 0) + SignedDuration::from_hours(i64::from(number));
    let mut meeting = event(Side::Exchange, &format!("{ASIDE}theirs {number}"), start, ZONE, false);
    meeting["attendees"] = [to, GUESTS[0]].iter().map(|one| json!({ "emailAddress": { "address": one } })).collect();
    meeting
}

/// What the titles begin with of what is outside: long over, or far ahead.
pub(super) const OVER: &str = "~over";
pub(super) const AHEAD: &str = "~ahead";

pub(super) fn outside(side: Side, number: u32, is_far: bool) -> Value {
    let (title, day) = if is_far { (AHEAD, date(2027, 6, 10)) } else { (OVER, date(2025, 6, 10)) };
    event(side, &format!("{title} {side:?} {number}"), day.at(9, 0, 0, 0), ZONE, false)
}
