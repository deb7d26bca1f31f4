//! Series from zones in which it is another day: Monday evening in New York is Tuesday to the CRM's user in Berlin.

use crate::stage::{Stage, id, item, record};
use mxs_core::{Field, Reason, Side};
use serde_json::{Value, json};

const YORK: &str = "Eastern Standard Time";
const TOKYO: &str = "Tokyo Standard Time";

/// A series in Outlook, of an hour, that begins at a time of a zone's clocks.
fn series(zone: &str, start: &str, pattern: Value, count: Option<u32>) -> Value {
    let (day, hour) = start.split_once('T').expect("a day and an hour");
    let hour: u32 = hour[..2].parse().expect("an hour");
    let end = format!("{day}T{:02}{}", hour + 1, &start[13..]);
    let mut series = item("Weekly", start, &end, zone);
    let range = match count {
        Some(count) => json!({ "type": "numbered", "numberOfOccurrences": count }),
        None => json!({ "type": "noEnd" }),
    };
    series["recurrence"] = json!({ "pattern": pattern, "range": range });
    series["recurrence"]["range"]["startDate"] = json!(day);
    series["recurrence"]["range"]["recurrenceTimeZone"] = json!(zone);
    series
}

fn weekly(day: &str) -> Value {
    json!({ "type": "weekly", "interval": 1, "daysOfWeek": [day], "firstDayOfWeek": "sunday" })
}

/// Ten Mondays from April 6th at eight in the evening in New York; clocks there and in Berlin are six hours apart.
fn monday_evenings() -> Value {
    series(YORK, "2026-04-06T20:00:00", weekly("monday"), Some(10))
}

/// The same in the CRM.
fn tuesday_nights() -> Value {
    let mut series = record("Weekly", "2026-04-07T02:00:00+02:00", "2026-04-07T03:00:00+02:00");
    series["Recurring_Activity"] = json!({ "RRULE": "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;DTSTART=2026-04-07;COUNT=10" });
    series
}

fn not_in(side: Side, field: Field) -> Reason {
    Reason::NotWritable { side, field }
}

/// The lines of one day, which has the same date in UTC and in Berlin at two in the morning of summer time.
fn on<'a>(lines: &'a [String], day: &str) -> Vec<&'a str> {
    lines.iter().map(String::as_str).filter(|line| line.starts_with(day)).collect()
}

fn rule(stage: &Stage) -> String {
    stage.record("Weekly")["Recurring_Activity"]["RRULE"].as_str().unwrap_or_default().to_owned()
}

fn pattern_days(stage: &Stage) -> Value {
    stage.item("Weekly")["recurrence"]["pattern"]["daysOfWeek"].clone()
}

#[test]
fn a_series_stands_on_the_days_on_which_it_takes_place_for_the_crms_user() {
    let cases = [
        (monday_evenings(), "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;DTSTART=2026-04-07;COUNT=10"),
        // Monday morning in Tokyo is Sunday in Berlin.
        (
            series(TOKYO, "2026-04-06T05:00:00", weekly("monday"), Some(10)),
            "FREQ=WEEKLY;INTERVAL=1;BYDAY=SU;DTSTART=2026-04-05;COUNT=10",
        ),
        // In every other week which begins on Sunday: on its Tuesday and its Sunday.
        (
            series(
                YORK,
                "2026-04-07T20:00:00",
                json!({ "type": "weekly", "interval": 2, "daysOfWeek": ["tuesday", "sunday"], "firstDayOfWeek": "sunday" }),
                Some(10),
            ),
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;DTSTART=2026-04-08;COUNT=10",
        ),
        (
            series(YORK, "2026-04-06T20:00:00", json!({ "type": "daily", "interval": 2 }), Some(5)),
            "FREQ=DAILY;INTERVAL=2;DTSTART=2026-04-07;COUNT=5",
        ),
        (
            series(
                YORK,
                "2026-04-30T20:00:00",
                json!({ "type": "absoluteMonthly", "interval": 1, "dayOfMonth": 31 }),
                Some(5),
            ),
            "FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=1;DTSTART=2026-05-01;COUNT=5",
        ),
        (
            series(
                TOKYO,
                "2026-05-01T05:00:00",
                json!({ "type": "absoluteMonthly", "interval": 1, "dayOfMonth": 1 }),
                Some(5),
            ),
            "FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=-1;DTSTART=2026-04-30;COUNT=5",
        ),
    ];
    for (series, wanted) in cases {
        let mut stage = Stage::new();
        stage.add_item(&series);
        stage.settle();
        assert_eq!((rule(&stage).as_str(), stage.troubles(), stage.reasons()), (wanted, vec![], vec![]), "{series}");
        // Without its memory the sync knows the two for one.
        stage.lose_the_database();
        stage.settle();
        assert_eq!((stage.items().len(), stage.records().len()), (1, 1), "{series}");
    }
}

/// In March clocks in New York change three weeks before Berlin's: the hour is off there, and the day isn't.
#[test]
fn in_weeks_in_which_clocks_have_not_changed_alike_the_days_are_the_same() {
    let mut stage = Stage::new();
    stage.add_item(&series(YORK, "2026-03-02T20:00:00", weekly("monday"), None));
    stage.settle_but_for_the_calendars();
    let days = |lines: Vec<String>| lines.iter().map(|line| line[..10].to_owned()).collect::<Vec<_>>();
    let (in_crm, in_outlook) = (stage.in_crm(), stage.in_outlook());
    assert_ne!(in_crm, in_outlook);
    assert_eq!(days(in_crm), days(in_outlook));
    assert_eq!((stage.troubles(), stage.reasons()), (vec![], vec![]));
}

#[test]
fn what_a_series_leaves_out_at_first_is_left_out_on_its_days() {
    let mut stage = Stage::new();
    let weekly = stage.add_item(&monday_evenings());
    stage.delete_item(&stage.occurrence(&weekly, "2026-04-20"));
    stage.change_item(&stage.occurrence(&weekly, "2026-05-04"), &json!({ "subject": "Special" }));
    stage.settle();
    assert_eq!(stage.record("Weekly")["Recurring_Activity"]["EXDATE"], "2026-04-21,2026-05-05");
    assert_eq!((stage.in_crm().len(), stage.troubles(), stage.reasons()), (9, vec![], vec![]));
}

#[test]
fn days_that_are_left_out_and_changed_in_the_crm_are_the_same_in_outlook() {
    for born_in_crm in [false, true] {
        let mut stage = Stage::new();
        let weekly = match born_in_crm {
            false => stage.add_item(&monday_evenings()),
            true => {
                stage.add_record(&tuesday_nights());
                stage.settle();
                id(&stage.item("Weekly"))
            }
        };
        stage.settle();
        if born_in_crm {
            // Whoever lives in New York gives it the zone and the hour there: it takes place when it did.
            let mut there = monday_evenings();
            there.as_object_mut().expect("an object").remove("subject");
            stage.change_item(&weekly, &there);
            stage.settle();
        }
        assert_eq!(pattern_days(&stage), json!(["monday"]));
        let series = id(&stage.record("Weekly"));
        stage.cancel_in_crm(&series, "2026-04-21");
        stage.change_occurrence_in_crm(&series, "2026-05-05", &json!({ "Event_Title": "Special" }));
        stage.settle();
        let lines = stage.in_outlook();
        assert_eq!((lines.len(), on(&lines, "2026-04-21").len()), (9, 0));
        assert_eq!(on(&lines, "2026-05-05"), ["2026-05-05T00:00:00Z..2026-05-05T01:00:00Z Special @"]);
        assert_eq!((stage.troubles(), stage.reasons()), (vec![], vec![]));
    }
}

#[test]
fn days_that_are_cancelled_and_changed_in_outlook_are_the_same_in_the_crm() {
    let mut stage = Stage::new();
    let weekly = stage.add_item(&monday_evenings());
    stage.settle();
    stage.delete_item(&stage.occurrence(&weekly, "2026-04-20"));
    stage.change_item(&stage.occurrence(&weekly, "2026-05-04"), &json!({ "subject": "Special" }));
    stage.settle_but_for_the_calendars();
    assert_eq!(stage.troubles(), [not_in(Side::Crm, Field::Exclusions)]);
    let both = on(&stage.in_crm(), "2026-05-05").len();
    assert_eq!(both, 2, "the CRM's series can't be told to leave the day out");
    // Whoever leaves the days out by hand has both calendars alike.
    let series = id(&stage.record("Weekly"));
    stage.cancel_in_crm(&series, "2026-04-21");
    stage.cancel_in_crm(&series, "2026-05-05");
    stage.settle();
    assert_eq!((stage.in_outlook().len(), stage.troubles()), (9, vec![]));
}

/// Only the one day is called off, and only who is invited to it hears of that.
#[test]
fn a_day_that_is_left_out_of_a_meeting_mails_for_that_day() {
    let mut stage = Stage::that_mails();
    let mut meeting = monday_evenings();
    meeting["attendees"] = json!([{ "emailAddress": { "address": "guest@elsewhere.example" } }]);
    stage.add_item(&meeting);
    stage.settle_but_for_the_calendars();
    stage.mails();
    stage.cancel_in_crm(&id(&stage.record("Weekly")), "2026-04-21");
    stage.settle_but_for_the_calendars();
    assert_eq!(stage.mails(), ["cancellation guest@elsewhere.example"]);
    let lines = stage.in_outlook();
    assert_eq!((lines.len(), on(&lines, "2026-04-21").len()), (9, 0));
}

#[test]
fn a_series_that_moves_in_the_crm_is_on_its_days_in_its_own_zone() {
    let cases = [
        // From two to eight in the morning: in New York it is the same Tuesday by then.
        (
            json!({ "Start_DateTime": "2026-04-07T08:00:00+02:00", "End_DateTime": "2026-04-07T09:00:00+02:00" }),
            "tuesday",
            "2026-04-14T06:00:00Z..2026-04-14T07:00:00Z Weekly @",
        ),
        // To Thursdays.
        (
            json!({ "Start_DateTime": "2026-04-09T02:00:00+02:00", "End_DateTime": "2026-04-09T03:00:00+02:00",
                "Recurring_Activity": { "RRULE": "FREQ=WEEKLY;INTERVAL=1;BYDAY=TH;DTSTART=2026-04-09;COUNT=10" } }),
            "wednesday",
            "2026-04-16T00:00:00Z..2026-04-16T01:00:00Z Weekly @",
        ),
        // To Monday afternoons, which are on the same day in both.
        (
            json!({ "Start_DateTime": "2026-04-06T21:00:00+02:00", "End_DateTime": "2026-04-06T22:00:00+02:00",
                "Recurring_Activity": { "RRULE": "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;DTSTART=2026-04-06;COUNT=10" } }),
            "monday",
            "2026-04-13T19:00:00Z..2026-04-13T20:00:00Z Weekly @",
        ),
    ];
    for (change, day, line) in cases {
        let mut stage = Stage::new();
        stage.add_item(&monday_evenings());
        stage.settle();
        stage.change_rule_in_crm(&id(&stage.record("Weekly")), &change);
        stage.settle();
        assert_eq!(pattern_days(&stage), json!([day]), "{change}");
        assert!(stage.in_outlook().iter().any(|one| one == line), "{change}");
        assert_eq!((stage.item("Weekly")["originalStartTimeZone"].as_str(), stage.troubles()), (Some(YORK), vec![]));
    }
}

/// Outlook forgets what is cancelled when a series moves: it is cancelled again on the day that the CRM leaves out.
#[test]
fn what_is_left_out_stays_so_when_the_series_moves_to_another_day_of_its_own_zone() {
    let mut stage = Stage::new();
    stage.add_item(&monday_evenings());
    stage.settle();
    let series = id(&stage.record("Weekly"));
    stage.cancel_in_crm(&series, "2026-04-21");
    stage.settle();
    let moved = json!({ "Start_DateTime": "2026-04-07T08:00:00+02:00", "End_DateTime": "2026-04-07T09:00:00+02:00" });
    stage.change_record(&series, &moved);
    stage.settle();
    let lines = stage.in_outlook();
    assert_eq!((lines.len(), on(&lines, "2026-04-21").len(), stage.troubles()), (9, 0, vec![]));
}

#[test]
fn an_hour_in_outlook_that_leaves_the_days_of_the_crm_waits_with_a_reason() {
    let mut stage = Stage::new();
    let weekly = stage.add_item(&series(YORK, "2026-04-06T15:00:00", weekly("monday"), Some(10)));
    stage.settle();
    let before = stage.in_crm();
    let at = |time: &str| json!({ "dateTime": format!("2026-04-06T{time}"), "timeZone": YORK });
    stage.change_item(&weekly, &json!({ "start": at("20:00:00"), "end": at("21:00:00") }));
    stage.settle_but_for_the_calendars();
    assert_eq!((stage.in_crm(), stage.troubles()), (before, vec![not_in(Side::Crm, Field::Recurrence)]));
    // Whoever deletes the CRM's record gets the series on its days.
    stage.delete_record(&id(&stage.record("Weekly")));
    stage.settle();
    assert_eq!(rule(&stage), "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;DTSTART=2026-04-07;COUNT=10");
}

#[test]
fn a_series_that_is_on_no_rules_days_for_the_crms_user_is_not_made_there() {
    let cases = [
        // Half past midnight in Berlin, and half an hour earlier as long as only New York has summer time.
        series(YORK, "2026-03-02T18:30:00", weekly("monday"), None),
        // The day after the second Monday.
        series(
            YORK,
            "2026-03-09T20:00:00",
            json!({ "type": "relativeMonthly", "interval": 1, "daysOfWeek": ["monday"], "index": "second" }),
            None,
        ),
        // The day after the 28th.
        series(
            YORK,
            "2026-03-28T20:00:00",
            json!({ "type": "absoluteMonthly", "interval": 1, "dayOfMonth": 28 }),
            None,
        ),
    ];
    for series in cases {
        let mut stage = Stage::new();
        let weekly = stage.add_item(&series);
        stage.settle_but_for_the_calendars();
        assert_eq!((stage.in_crm(), stage.reasons()), (vec![], vec![not_in(Side::Crm, Field::Recurrence)]), "{series}");
        // Where it is on one day for both, it comes in.
        let start = |time: &str| json!({ "dateTime": format!("2026-04-06T{time}"), "timeZone": YORK });
        let mut afternoon = monday_evenings();
        (afternoon["start"], afternoon["end"]) = (start("15:00:00"), start("16:00:00"));
        stage.change_item(&weekly, &afternoon);
        stage.settle();
        assert_eq!((stage.in_crm().len(), stage.reasons()), (10, vec![]), "{series}");
    }
}

#[test]
fn a_rule_of_the_crms_that_is_none_in_the_zone_of_the_series_waits_with_a_reason() {
    let monthly = json!({ "RRULE": "FREQ=MONTHLY;INTERVAL=1;BYDAY=TU;BYSETPOS=1;DTSTART=2026-04-07;COUNT=10" });
    let night = json!({ "Start_DateTime": "2026-04-07T00:30:00+02:00", "End_DateTime": "2026-04-07T01:30:00+02:00",
        "Recurring_Activity": { "RRULE": "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;DTSTART=2026-04-07" } });
    for change in [json!({ "Recurring_Activity": monthly }), night] {
        let mut stage = Stage::new();
        stage.add_item(&monday_evenings());
        stage.settle();
        let before = stage.in_outlook();
        stage.change_rule_in_crm(&id(&stage.record("Weekly")), &change);
        stage.settle_but_for_the_calendars();
        assert_eq!(stage.in_outlook(), before, "{change}");
        assert_eq!(stage.troubles(), [not_in(Side::Exchange, Field::Recurrence)], "{change}");
    }
}

/// An event that takes place once is written in UTC, where this is Monday in summer and in winter.
#[test]
fn an_event_of_the_crms_that_becomes_a_series_is_in_the_users_zone() {
    let mut stage = Stage::new();
    let night = record("Weekly", "2026-03-10T00:30:00+01:00", "2026-03-10T01:30:00+01:00");
    let night = stage.add_record(&night);
    stage.settle();
    let rule = json!({ "RRULE": "FREQ=MONTHLY;INTERVAL=1;BYDAY=TU;BYSETPOS=2;DTSTART=2026-03-10;COUNT=10" });
    stage.change_rule_in_crm(&night, &json!({ "Recurring_Activity": rule }));
    stage.settle();
    assert_eq!((stage.in_outlook().len(), stage.troubles(), stage.reasons()), (10, vec![], vec![]));
}
