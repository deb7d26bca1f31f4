//! Events that take place once.

use crate::stage::{Stage, id, item, record};
use serde_json::{Value, json};

/// What a person changes in Outlook, and in the CRM.
fn changes() -> Vec<(&'static str, Value, Value)> {
    let at = |time: &str, zone: &str| json!({ "dateTime": time, "timeZone": zone });
    let utc = |start: &str, end: &str| json!({ "start": at(start, "UTC"), "end": at(end, "UTC") });
    let crm = |start: &str, end: &str| json!({ "Start_DateTime": start, "End_DateTime": end });
    vec![
        ("another title", json!({ "subject": "Review 2" }), json!({ "Event_Title": "Review 2" })),
        ("notes", json!({ "body": { "contentType": "text", "content": "a\r\nb" } }), json!({ "Description": "a\nb" })),
        ("a place", json!({ "location": { "displayName": "Room 2" } }), json!({ "Venue": "Room 2" })),
        ("no place", json!({ "location": { "displayName": "" } }), json!({ "Venue": null })),
        (
            "another hour",
            utc("2026-03-10T11:00:00", "2026-03-10T12:30:00"),
            crm("2026-03-10T11:00:00+00:00", "2026-03-10T12:30:00+00:00"),
        ),
        (
            "another day, the clocks being changed between",
            utc("2026-03-30T08:00:00", "2026-03-30T09:00:00"),
            crm("2026-03-30T08:00:00+00:00", "2026-03-30T09:00:00+00:00"),
        ),
        (
            "another zone",
            json!({ "start": at("2026-03-10T09:00:00", "Tokyo Standard Time"), "end": at("2026-03-10T10:00:00", "Tokyo Standard Time") }),
            crm("2026-03-10T09:00:00+09:00", "2026-03-10T10:00:00+09:00"),
        ),
        (
            "a whole day",
            json!({ "isAllDay": true, "start": at("2026-03-10T00:00:00", "W. Europe Standard Time"), "end": at("2026-03-12T00:00:00", "W. Europe Standard Time") }),
            json!({ "All_day": true, "Start_DateTime": "2026-03-10T00:00:00+00:00", "End_DateTime": "2026-03-11T23:59:59+00:00" }),
        ),
        (
            "the hour that is skipped in Berlin",
            utc("2026-03-29T00:30:00", "2026-03-29T01:30:00"),
            crm("2026-03-29T00:30:00+00:00", "2026-03-29T01:30:00+00:00"),
        ),
        (
            "the hour that is there twice in Berlin",
            utc("2026-10-25T00:30:00", "2026-10-25T01:30:00"),
            crm("2026-10-25T00:30:00+00:00", "2026-10-25T01:30:00+00:00"),
        ),
        (
            "a reminder",
            json!({ "isReminderOn": true, "reminderMinutesBeforeStart": 90 }),
            json!({ "Remind_At": [{ "unit": 90, "period": "minutes" }] }),
        ),
        ("no reminder", json!({ "isReminderOn": false }), json!({ "Remind_At": null })),
        (
            "categories",
            json!({ "categories": ["VIP", "Kunde"] }),
            json!({ "Tag": [{ "name": "VIP" }, { "name": "Kunde" }] }),
        ),
    ]
}

/// What flows beside times, titles and places.
fn beside(stage: &Stage) -> (Value, Value) {
    let (items, records) = (stage.items(), stage.records());
    let (item, record) = (&items[0], &records[0]);
    let categories: Vec<&str> = item["categories"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut tags: Vec<&str> =
        record["Tag"].as_array().into_iter().flatten().filter_map(|tag| tag["name"].as_str()).collect();
    let mut categories = categories;
    categories.sort_unstable();
    tags.sort_unstable();
    let minutes = if item["isReminderOn"] == true { item["reminderMinutesBeforeStart"].clone() } else { Value::Null };
    let reminder = &record["Remind_At"][0];
    let factor = match reminder["period"].as_str() {
        Some("hours") => 60,
        Some("days") => 1_440,
        _ => 1,
    };
    let reminder = reminder["unit"].as_i64().map_or(Value::Null, |unit| json!(unit * factor));
    let notes = text_of(item["body"]["content"].as_str().unwrap_or_default());
    let description = record["Description"].as_str().unwrap_or_default().replace("\r\n", "\n");
    (
        json!({ "categories": categories, "reminder": minutes, "notes": notes }),
        json!({ "categories": tags, "reminder": reminder, "notes": description }),
    )
}

/// What a body shows.
fn text_of(html: &str) -> String {
    let words = html.split('<').filter_map(|part| part.split_once('>').map(|(_, words)| words));
    words.collect::<String>().replace("\r\n", "\n").trim().to_owned()
}

#[test]
fn changes_in_outlook_come_to_the_crm() {
    for (why, change, _) in changes() {
        let mut stage = Stage::new();
        let mut event = item("Review", "2026-03-10T09:00:00", "2026-03-10T10:00:00", "UTC");
        event["location"] = json!({ "displayName": "Room 1" });
        let made = stage.add_item(&event);
        stage.settle();
        assert_eq!(stage.records().len(), 1, "{why}");
        stage.change_item(&made, &change);
        stage.settle();
        let (outlook, crm) = beside(&stage);
        assert_eq!(outlook, crm, "{why}");
        assert_eq!((stage.troubles(), stage.conflicts()), (vec![], 0), "{why}");
    }
}

#[test]
fn changes_in_the_crm_come_to_outlook() {
    for (why, _, change) in changes() {
        let mut stage = Stage::new();
        let mut event = record("Review", "2026-03-10T09:00:00+00:00", "2026-03-10T10:00:00+00:00");
        event["Venue"] = json!("Room 1");
        let made = stage.add_record(&event);
        stage.settle();
        assert_eq!(stage.items().len(), 1, "{why}");
        stage.change_record(&made, &change);
        stage.settle();
        let (outlook, crm) = beside(&stage);
        assert_eq!(outlook, crm, "{why}");
        assert_eq!((stage.troubles(), stage.conflicts()), (vec![], 0), "{why}");
    }
}

#[test]
fn whole_days_are_the_same_days_from_everywhere() {
    let zones = [
        "Dateline Standard Time",
        "UTC-11",
        "Hawaiian Standard Time",
        "Pacific Standard Time",
        "UTC",
        "W. Europe Standard Time",
        "India Standard Time",
        "Nepal Standard Time",
        "Tokyo Standard Time",
        "Tonga Standard Time",
        "Line Islands Standard Time",
    ];
    let mut stage = Stage::new();
    for zone in zones {
        let mut day = item(zone, "2026-03-29T00:00:00", "2026-03-30T00:00:00", zone);
        day["isAllDay"] = json!(true);
        stage.add_item(&day);
    }
    let mut days = record("CRM", "2026-10-25T00:00:00+00:00", "2026-10-26T23:59:59+00:00");
    days["All_day"] = json!(true);
    stage.add_record(&days);
    stage.settle();
    let lines = stage.in_crm();
    assert_eq!(lines.len(), zones.len() + 1);
    assert_eq!(
        lines.iter().filter(|line| line.starts_with("2026-03-29..2026-03-30 ")).count(),
        zones.len(),
        "{lines:?}"
    );
    assert!(lines.contains(&"2026-10-25..2026-10-27 CRM @".to_owned()), "{lines:?}");
}

#[test]
fn deletes_go_both_ways() {
    let mut stage = Stage::new();
    stage.add_item(&item("Outlook's", "2026-03-10T09:00:00", "2026-03-10T10:00:00", "UTC"));
    stage.add_record(&record("CRM's", "2026-03-11T09:00:00+00:00", "2026-03-11T10:00:00+00:00"));
    stage.add_item(&item("Stays", "2026-03-12T09:00:00", "2026-03-12T10:00:00", "UTC"));
    stage.settle();
    stage.delete_item(&id(&stage.item("CRM's")));
    stage.delete_record(&id(&stage.record("Outlook's")));
    stage.settle();
    assert_eq!(stage.in_crm(), ["2026-03-12T09:00:00Z..2026-03-12T10:00:00Z Stays @"]);
}

#[test]
fn an_edit_beats_a_delete() {
    let mut stage = Stage::new();
    stage.add_item(&item("A", "2026-03-10T09:00:00", "2026-03-10T10:00:00", "UTC"));
    stage.add_item(&item("B", "2026-03-11T09:00:00", "2026-03-11T10:00:00", "UTC"));
    stage.settle();
    stage.change_item(&id(&stage.item("A")), &json!({ "subject": "A, edited" }));
    stage.delete_record(&id(&stage.record("A")));
    stage.change_record(&id(&stage.record("B")), &json!({ "Event_Title": "B, edited" }));
    stage.delete_item(&id(&stage.item("B")));
    stage.settle();
    let lines = stage.in_crm();
    assert!(lines.iter().all(|line| line.contains(", edited")), "{lines:?}");
    assert_eq!(lines.len(), 2);
}

#[test]
fn what_is_over_for_half_a_year_stays_out() {
    let mut stage = Stage::new();
    stage.add_item(&item("Old", "2025-07-10T09:00:00", "2025-07-10T10:00:00", "UTC"));
    stage.add_record(&record("Old too", "2025-07-11T09:00:00+00:00", "2025-07-11T10:00:00+00:00"));
    stage.add_item(&item("Recent", "2025-10-10T09:00:00", "2025-10-10T10:00:00", "UTC"));
    stage.add_record(&record("Recent too", "2025-10-11T09:00:00+00:00", "2025-10-11T10:00:00+00:00"));
    stage.settle_but_for_the_calendars();
    assert_eq!((stage.items().len(), stage.records().len()), (3, 3));
    let titles = |all: &[Value], name: &str| -> Vec<String> {
        all.iter().filter_map(|one| one[name].as_str().map(str::to_owned)).collect()
    };
    assert!(!titles(&stage.items(), "subject").contains(&"Old too".to_owned()));
    assert!(!titles(&stage.records(), "Event_Title").contains(&"Old".to_owned()));
}

#[test]
fn another_month_deletes_nothing_and_doubles_nothing() {
    let mut stage = Stage::new();
    stage.add_item(&item("Recent", "2025-09-10T09:00:00", "2025-09-10T10:00:00", "UTC"));
    stage.add_record(&record("Recent too", "2025-09-11T09:00:00+00:00", "2025-09-11T10:00:00+00:00"));
    stage.add_item(&item("Far", "2027-04-10T09:00:00", "2027-04-10T10:00:00", "UTC"));
    stage.add_record(&record("Far too", "2027-04-11T09:00:00+00:00", "2027-04-11T10:00:00+00:00"));
    let mut series = item("Since ever", "2020-01-06T09:00:00", "2020-01-06T10:00:00", "W. Europe Standard Time");
    series["recurrence"] = json!({
        "pattern": { "type": "weekly", "interval": 1, "daysOfWeek": ["monday"], "firstDayOfWeek": "monday" },
        "range": { "type": "endDate", "startDate": "2020-01-06", "endDate": "2039-12-26" },
    });
    stage.add_item(&series);
    stage.settle_but_for_the_calendars();
    // "Far" is beyond the days that are read.
    assert_eq!((stage.items().len(), stage.records().len()), (5, 4));
    for month in 1..=8 {
        stage.wait_days(31);
        stage.settle_but_for_the_calendars();
        assert_eq!((stage.items().len(), stage.records().len()), (5, 5), "month {month}");
    }
    assert_eq!(stage.mails(), Vec::<String>::new());
}
