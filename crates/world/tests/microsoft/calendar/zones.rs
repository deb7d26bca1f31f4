//! Zones and daylight saving: a series keeps its time on its own clocks, whole days keep their dates.

use super::*;
use jiff::civil::{Weekday, time};
use mxs_calendar::{CustomRules, Daylight, Transition};
use std::num::NonZeroU8;

/// Times in February to April of 2026, with the changes of the clocks in Europe (March 29th) and America (March 8th).
const SPRING: &str = "startDateTime=2026-02-20T00:00:00Z&endDateTime=2026-04-10T00:00:00Z&$top=100";

#[test]
fn times_are_read_in_utc_or_the_preferred_zone() {
    let world = &mut world();
    let graph = ada(world);
    let zone = "W. Europe Standard Time";
    let event =
        json!({ "subject": "X", "start": at("2026-07-01T09:00:00", zone), "end": at("2026-07-01T10:00:00", zone) });
    let made = post(world, &graph, event);
    assert_eq!(made["start"], utc("2026-07-01T07:00:00.0000000"));
    assert_eq!(made["originalStartTimeZone"], zone);
    for (wanted, shown) in [
        (zone, "2026-07-01T09:00:00.0000000"),
        ("Europe/Berlin", "2026-07-01T09:00:00.0000000"),
        ("Tokyo Standard Time", "2026-07-01T16:00:00.0000000"),
        ("Asia/Kolkata", "2026-07-01T12:30:00.0000000"),
    ] {
        let reader = ada(world).with("Prefer", &format!("outlook.timezone=\"{wanted}\""));
        let response = reader.send(world, Method::Get, &path(&made), None);
        assert_eq!(json(&response)["start"], at(shown, wanted));
        let applied = format!("outlook.timezone=\"{wanted}\"");
        assert_eq!(response.headers.get("Preference-Applied"), Some(applied.as_str()));
    }
    let lost = ada(world).with("Prefer", "outlook.timezone=\"Middle-earth\"");
    assert_eq!(lost.refused(world, Method::Get, &path(&made), None), bad("TimeZoneNotSupportedException"));
}

#[test]
fn a_series_keeps_its_time_on_its_own_clocks() {
    let cases = [
        ("W. Europe Standard Time", [("03-23", "08:00"), ("03-30", "07:00")]),
        ("Europe/Berlin", [("03-23", "08:00"), ("03-30", "07:00")]),
        ("Eastern Standard Time", [("03-02", "14:00"), ("03-09", "13:00")]),
        ("UTC", [("03-23", "09:00"), ("03-30", "09:00")]),
    ];
    for (zone, wanted) in cases {
        let world = &mut world();
        let graph = ada(world);
        let mut event = weekly(zone);
        event["start"] = at("2026-02-23T09:00:00", zone);
        event["end"] = at("2026-02-23T10:00:00", zone);
        event["recurrence"]["range"]["startDate"] = json!("2026-02-23");
        let made = post(world, &graph, event);
        let page = graph.get(world, &format!("{}/instances?{SPRING}", path(&made)));
        let found = starts(&items(&page));
        for (day, time) in wanted {
            assert!(found.contains(&format!("2026-{day}T{time}")), "{zone} {day}: {found:?}");
        }
    }
}

#[test]
fn skipped_and_repeated_hours_have_a_place() {
    let world = &mut world();
    let graph = ada(world);
    let zone = "W. Europe Standard Time";
    for (local, shown) in [("2026-03-29T02:30:00", "2026-03-29T01:30"), ("2026-10-25T02:30:00", "2026-10-25T00:30")] {
        let event = json!({ "subject": "X", "start": at(local, zone), "end": at(local, zone) });
        let made = post(world, &graph, event);
        assert_eq!(starts(&[made]), [shown], "{local}");
    }
}

#[test]
fn offsets_in_the_text_win() {
    let world = &mut world();
    let graph = ada(world);
    for (written, shown) in [
        ("2026-07-01T09:00:00", "2026-07-01T07:00"),
        ("2026-07-01T09:00:00.1234567", "2026-07-01T07:00"),
        ("2026-07-01T09:00:00Z", "2026-07-01T09:00"),
        ("2026-07-01T09:00:00-04:00", "2026-07-01T13:00"),
    ] {
        let start = at(written, "Europe/Berlin");
        let made = post(world, &graph, json!({ "start": start, "end": utc("2026-07-01T20:00:00") }));
        assert_eq!(starts(&[made]), [shown], "{written}");
    }
    // Who names no zone means UTC; bare offsets are no zones.
    let made = post(
        world,
        &graph,
        json!({ "start": { "dateTime": "2026-07-01T09:00:00" }, "end": utc("2026-07-01T20:00:00") }),
    );
    assert_eq!(starts(&[made]), ["2026-07-01T09:00"]);
    let offset = json!({ "start": at("2026-07-01T09:00:00", "+02:00"), "end": utc("2026-07-01T20:00:00") });
    assert_eq!(graph.refused(world, Method::Post, "/me/events", Some(&offset)), bad("TimeZoneNotSupportedException"));
}

#[test]
fn whole_days_keep_their_dates_everywhere() {
    for zone in ["Pacific/Kiritimati", "UTC", "Dateline Standard Time"] {
        let world = &mut world();
        let graph = ada(world);
        let event = json!({ "subject": "Fair", "isAllDay": true, "start": at("2026-11-24", zone), "end": at("2026-11-26", zone) });
        let made = post(world, &graph, event);
        for reader in ["UTC", "Tokyo Standard Time", "Hawaiian Standard Time"] {
            let prefers = ada(world).with("Prefer", &format!("outlook.timezone=\"{reader}\""));
            let read = prefers.get(world, &path(&made));
            let wanted = (at("2026-11-24T00:00:00.0000000", reader), at("2026-11-26T00:00:00.0000000", reader));
            assert_eq!((read["start"].clone(), read["end"].clone()), wanted, "{zone} {reader}");
        }
        // A window sees them from midnight to midnight in UTC, as measured.
        for (from, to, seen) in [
            ("2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z", false),
            ("2026-11-23T00:00:00Z", "2026-11-24T00:00:01Z", true),
            ("2026-11-25T23:59:59Z", "2026-11-27T00:00:00Z", true),
            ("2026-11-26T00:00:00Z", "2026-11-27T00:00:00Z", false),
        ] {
            let page = graph.get(world, &format!("/me/calendarView?startDateTime={from}&endDateTime={to}"));
            assert_eq!(!items(&page).is_empty(), seen, "{zone} {from}");
        }
    }
}

#[test]
fn a_series_of_whole_days_keeps_its_dates() {
    let world = &mut world();
    let graph = ada(world);
    let zone = "Eastern Standard Time";
    let made = post(
        world,
        &graph,
        json!({
            "subject": "Duty", "isAllDay": true, "start": at("2026-03-02", zone), "end": at("2026-03-03", zone),
            "recurrence": { "pattern": { "type": "weekly", "interval": 1, "daysOfWeek": ["monday"] },
                "range": { "type": "numbered", "numberOfOccurrences": 3, "startDate": "2026-03-02" } },
        }),
    );
    let page = graph.get(world, &format!("{}/instances?{SPRING}", path(&made)));
    assert_eq!(starts(&items(&page)), ["02", "09", "16"].map(|day| format!("2026-03-{day}T00:00")));
}

#[test]
fn a_series_changes_its_zone_with_its_recurrence() {
    let world = &mut world();
    let graph = ada(world);
    let made = post(world, &graph, weekly("W. Europe Standard Time"));
    assert_eq!(made["recurrence"]["range"]["recurrenceTimeZone"], "W. Europe Standard Time");
    let tokyo = |time: &str| at(time, "Tokyo Standard Time");
    let times = json!({ "start": tokyo("2026-11-02T09:00:00"), "end": tokyo("2026-11-02T10:00:00") });
    assert_eq!(refused_patch(world, &graph, &made, times.clone()), bad("ErrorPropertyValidationFailure"));
    // The same zone by another name is the same zone.
    let iana = json!({ "start": at("2026-11-02T08:00:00", "Europe/Berlin") });
    patch(world, &graph, &made, iana);
    let mut both = times;
    both["recurrence"] = made["recurrence"].clone();
    assert_eq!(refused_patch(world, &graph, &made, both.clone()), bad("ErrorPropertyValidationFailure"));
    both["recurrence"]["range"]["recurrenceTimeZone"] = json!("Asia/Tokyo");
    patch(world, &graph, &made, both);
    assert_eq!(starts(&november(world, &graph, &made))[0], "2026-11-02T00:00");
}

#[test]
fn an_old_outlook_has_zones_of_its_own() {
    let world = &mut world();
    let graph = ada(world);
    let mut event = weekly("UTC");
    event["start"] = utc("2026-02-23T09:00:00");
    event["end"] = utc("2026-02-23T10:00:00");
    event["recurrence"]["range"]["startDate"] = json!("2026-02-23");
    let made = post(world, &graph, event);
    let part = |number| NonZeroU8::new(number).expect("not zero");
    let change = |month, week| Transition {
        month: part(month),
        week: part(week),
        weekday: Weekday::Sunday,
        time: time(2, 0, 0, 0),
    };
    let own = CustomRules {
        standard_offset_minutes: 60,
        daylight: Some(Daylight { offset_minutes: 120, begins: change(3, 2), ends: change(10, 5) }),
    };
    world
        .with_microsoft(|microsoft, context| microsoft.set_custom_zone(ADA, id(&made), &own, context))
        .expect("a zone");
    let read = graph.get(world, &path(&made));
    assert_eq!(read["originalStartTimeZone"], "tzone://Microsoft/Custom");
    assert_eq!(read["recurrence"]["range"]["recurrenceTimeZone"], "tzone://Microsoft/Custom");
    let page = graph.get(world, &format!("{}/instances?{SPRING}", path(&made)));
    // Its own summer begins on March 8th.
    assert_eq!(starts(&items(&page))[1..3], ["2026-03-02T08:00", "2026-03-09T07:00"]);
    // What isn't about time can be changed; the zone can't be written by a client.
    patch(world, &graph, &made, json!({ "subject": "Old" }));
    let back = json!({ "recurrence": read["recurrence"] });
    assert_eq!(patch(world, &graph, &made, back)["start"], read["start"]);
}
