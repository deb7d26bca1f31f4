//! Events as they are read and written.

use super::read::REQUIRED;
use super::*;
use crate::Wanted;
use crate::mark::{self, Mark};
use crate::times::UTC;
use mxs_core::{CrmId, Date, Field, Fields, Instant, Patch, Value};
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

/// Members of an event's JSON.
type Members<'a> = &'a [(&'a str, Json)];

/// What a patch is made of.
type Changes<'a> = &'a [(Field, Option<Value>)];

const WANTED: Wanted<'_> = Wanted { org: "7", zone: None, record_url: None };

fn object(json: Json) -> Map<String, Json> {
    json.as_object().cloned().expect("an object")
}

fn moment(text: &str) -> Option<Value> {
    Some(Value::Moment(Instant::parse(text).expect("a moment")))
}

fn day(text: &str) -> Option<Value> {
    Some(Value::Date(Date::parse(text).expect("a date")))
}

fn stamp(time: &str) -> Json {
    json!({ "dateTime": time, "timeZone": "UTC" })
}

fn single_json() -> Json {
    json!({
        "@odata.etag": "W/\"1\"", "id": "E", "type": "singleInstance", "subject": " Offer ", "iCalUId": "U",
        "body": { "contentType": "text", "content": "first\r\nsecond\r\n" }, "categories": ["Sales"],
        "start": stamp("2026-11-24T08:00:00.0000000"), "end": stamp("2026-11-24T09:30:00.0000000"),
        "isAllDay": false, "isOnlineMeeting": false, "onlineMeetingProvider": "unknown", "isOrganizer": true,
        "isReminderOn": true, "reminderMinutesBeforeStart": 15, "location": { "displayName": "Room 1" },
        "organizer": { "emailAddress": { "address": "ada@corp.example" } }, "attendees": [],
        "originalStartTimeZone": "Europe/Berlin", "sensitivity": "normal", "showAs": "workingElsewhere",
        "seriesMasterId": null, "recurrence": null,
        "singleValueExtendedProperties": [{ "id": mark::PROPERTY_ID, "value": "zoho:7:42" }],
    })
}

fn single_fields() -> Fields {
    let mut fields = Fields::default()
        .with(Field::Subject, "Offer")
        .with(Field::MeetingUid, "U")
        .with(Field::Notes, "first\nsecond")
        .with(Field::Location, "Room 1")
        .with(Field::Zone, "Europe/Berlin")
        .with(Field::ShowAs, "working_elsewhere")
        .with(Field::Folder, "C");
    fields.put(Field::Start, moment("2026-11-24T08:00:00Z"));
    fields.put(Field::End, moment("2026-11-24T09:30:00Z"));
    fields.put(Field::Reminder, Some(Value::Number(15)));
    fields.put(Field::Categories, Value::set(["Sales"]));
    fields
}

fn with(changes: &[(&str, Json)]) -> Map<String, Json> {
    let mut event = object(single_json());
    event.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    event
}

fn read_with(changes: &[(&str, Json)]) -> Option<Fields> {
    seen(&with(changes), "C", &WANTED).map(|(_, seen)| seen.fields)
}

fn field_with(changes: &[(&str, Json)], field: Field) -> Option<Value> {
    read_with(changes).expect("an event").get(field).cloned()
}

fn weekly() -> Json {
    json!({ "pattern": { "type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"], "firstDayOfWeek": "sunday" },
        "range": { "type": "noEnd", "startDate": "2026-11-24", "recurrenceTimeZone": "Romance Standard Time" } })
}

#[test]
fn an_event_is_read() {
    let (id, seen) = seen(&object(single_json()), "C", &WANTED).expect("an event");
    assert_eq!((id.as_str(), seen.version.as_str(), seen.mark), ("E", "W/\"1\"", Some(CrmId::new("42"))));
    assert_eq!(seen.fields, single_fields());
    assert_eq!(stored(&object(single_json()), "C", None), Some(single_fields()));
}

#[test]
fn values_have_the_engines_form() {
    let html = json!({ "contentType": "html", "content": "<html><body><p>one</p><p>two</p></body></html>" });
    let line = "_".repeat(80);
    let online = json!({ "contentType": "text", "content": format!("mine\r\n{line}\r\nJoin\r\n{line}\r\n") });
    let all_day = json!(true);
    let cases: [(Members<'_>, Field, Option<Value>); 11] = [
        (&[("body", html)], Field::Notes, Value::text("one\ntwo")),
        (&[("body", online.clone()), ("isOnlineMeeting", json!(true))], Field::Notes, Value::text("mine")),
        (
            &[("isOnlineMeeting", json!(true)), ("onlineMeetingProvider", json!("teamsForBusiness"))],
            Field::OnlineMeeting,
            Value::text("teamsForBusiness"),
        ),
        (&[("isReminderOn", json!(false))], Field::Reminder, None),
        (&[("sensitivity", json!("private"))], Field::Sensitivity, Value::text("private")),
        (&[("showAs", json!("unknown"))], Field::ShowAs, None),
        (&[("location", json!(null))], Field::Location, None),
        (&[("isAllDay", all_day.clone()), ("start", stamp("2026-11-24T00:00:00"))], Field::Start, day("2026-11-24")),
        // Berlin's midnight.
        (&[("isAllDay", all_day), ("start", stamp("2026-11-23T23:00:00"))], Field::Start, day("2026-11-24")),
        (
            &[("start", json!({ "dateTime": "2026-07-05T09:00:00", "timeZone": "W. Europe Standard Time" }))],
            Field::Start,
            moment("2026-07-05T07:00:00Z"),
        ),
        (&[("attendees", json!([{ "emailAddress": { "address": "B@x" } }]))], Field::Attendees, Value::set(["b@x"])),
    ];
    for (changes, field, wanted) in cases {
        assert_eq!(field_with(changes, field), wanted, "{changes:?}");
    }
    assert_eq!(
        field_with(&[("body", online)], Field::Notes).map(|notes| notes.as_text().map(str::len)),
        Some(Some(171))
    );
}

#[test]
fn what_nobody_knows_is_not_read() {
    let cases = [
        ("type", json!("dream")),
        ("type", json!("occurrence")),
        ("id", json!("")),
        ("@odata.etag", json!(null)),
        ("body", json!(null)),
        ("body", json!({ "contentType": "rtf" })),
        ("isAllDay", json!("no")),
        ("isReminderOn", json!(null)),
        ("reminderMinutesBeforeStart", json!("15")),
        ("sensitivity", json!("secret")),
        ("showAs", json!("asleep")),
        ("start", json!(null)),
        ("start", stamp("2026-11-24")),
        ("end", json!({ "dateTime": "2026-11-24T09:00:00", "timeZone": "Atlantis" })),
        ("attendees", json!([5])),
    ];
    for (name, value) in cases {
        assert_eq!(read_with(&[(name, value.clone())]), None, "{name} {value}");
    }
    for name in REQUIRED {
        let mut event = object(single_json());
        event.remove(name);
        assert_eq!(seen(&event, "C", &WANTED), None, "{name}");
    }
}

#[test]
fn a_series_says_which_days_are_not_as_its_rule_has_them() {
    let exception = json!({ "id": "X", "originalStart": "2026-12-07T23:30:00Z" });
    let series = |changes: &[(&str, Json)]| {
        let mut event = with(&[
            ("type", json!("seriesMaster")),
            ("recurrence", weekly()),
            ("cancelledOccurrences", json!(["OID.E=.2026-12-01"])),
            ("exceptionOccurrences", json!([exception])),
        ]);
        event.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        event
    };
    let fields = seen(&series(&[]), "C", &WANTED).expect("a series").1.fields;
    assert_eq!(fields.text(Field::Recurrence), "FREQ=WEEKLY;BYDAY=TU");
    // In Berlin the exception was on the next day.
    assert_eq!(fields.get(Field::Exclusions).cloned(), Value::set(["2026-12-01", "2026-12-08"]));
    assert_eq!(fields.get(Field::Exceptions), Some(&Value::Number(1)));
    assert_eq!(stored(&series(&[]), "C", None), None, "a write doesn't say them");
    // Outlook's own zone goes by the name that the pattern has for it.
    let custom = ("originalStartTimeZone", json!("tzone://Microsoft/Custom"));
    let fields = seen(&series(std::slice::from_ref(&custom)), "C", &WANTED).expect("a series").1.fields;
    assert_eq!(fields.text(Field::Zone), "Romance Standard Time");
    // Where an exception doesn't say its day, it is on it, or nobody knows.
    let silent = |start: &str| {
        let exception = json!({ "id": "X", "isAllDay": false, "start": stamp(start) });
        seen(&series(&[("exceptionOccurrences", json!([exception]))]), "C", &WANTED).map(|(_, seen)| seen.fields)
    };
    let days = silent("2026-12-08T12:00:00").expect("a series").get(Field::Exclusions).cloned();
    assert_eq!(days, Value::set(["2026-12-01", "2026-12-08"]));
    assert_eq!(silent("2026-12-09T12:00:00"), None);
    let mut nameless = weekly();
    nameless["range"]["recurrenceTimeZone"] = json!("tzone://Microsoft/Custom");
    let cases = [
        ("recurrence", json!(null)),
        ("recurrence", json!({ "pattern": { "type": "hourly" } })),
        ("cancelledOccurrences", json!(["OID.E=.someday"])),
        ("cancelledOccurrences", json!([5])),
        ("exceptionOccurrences", json!([{ "id": "X" }])),
    ];
    for case in cases {
        assert_eq!(seen(&series(std::slice::from_ref(&case)), "C", &WANTED), None, "{case:?}");
    }
    assert_eq!(seen(&series(&[custom, ("recurrence", nameless)]), "C", &WANTED), None, "nobody knows the days");
}

const YORK: &str = "Eastern Standard Time";

/// On Monday evening in New York it is Tuesday in Berlin: the user's days are read, and the series' own are written.
#[test]
fn days_are_those_of_the_user() {
    let exception = json!({ "id": "X", "originalStart": "2026-05-05T00:00:00Z", "isAllDay": false });
    let mut rule = weekly();
    rule["pattern"]["daysOfWeek"] = json!(["monday"]);
    rule["range"]["startDate"] = json!("2026-04-06");
    let event = with(&[
        ("type", json!("seriesMaster")),
        ("start", stamp("2026-04-07T00:00:00")),
        ("end", stamp("2026-04-07T01:00:00")),
        ("originalStartTimeZone", json!(YORK)),
        ("recurrence", rule),
        ("cancelledOccurrences", json!(["OID.E=.2026-04-20"])),
        ("exceptionOccurrences", json!([exception])),
    ]);
    let cases = [
        // In whose days; the rule, and what it leaves out there.
        (Some("Europe/Berlin"), "FREQ=WEEKLY;BYDAY=TU", ["2026-04-21", "2026-05-05"]),
        (Some("America/New_York"), "FREQ=WEEKLY;BYDAY=MO", ["2026-04-20", "2026-05-04"]),
        // Where nobody knows the user's zone they are the series' own.
        (Some("Europe/Atlantis"), "FREQ=WEEKLY;BYDAY=MO", ["2026-04-20", "2026-05-04"]),
        (None, "FREQ=WEEKLY;BYDAY=MO", ["2026-04-20", "2026-05-04"]),
        // Midnight in the Azores, and eleven in the evening in the weeks in which clocks have not changed alike: no
        // rule has these days.
        (Some("Atlantic/Azores"), "FREQ=WEEKLY;BYDAY=MO;TZID=Eastern Standard Time", ["2026-04-21", "2026-05-05"]),
    ];
    for (zone, rule, left_out) in cases {
        let user = zone.and_then(TimeZone::new);
        let wanted = Wanted { zone: user.as_ref(), ..WANTED };
        let fields = seen(&event, "C", &wanted).expect("a series").1.fields;
        assert_eq!(fields.text(Field::Recurrence), rule, "{zone:?}");
        assert_eq!(fields.get(Field::Exclusions).cloned(), Value::set(left_out), "{zone:?}");
    }
}

/// Of a zone that nobody knows the pattern still says on which day the first occurrence is.
#[test]
fn a_series_in_a_zone_that_nobody_knows_is_on_the_users_days_if_its_first_day_is() {
    let berlin = TimeZone::new("Europe/Berlin");
    let custom = "tzone://Microsoft/Custom";
    let cases = [
        ("2026-11-24T08:00:00", "FREQ=WEEKLY;BYDAY=TU".to_owned()),
        ("2026-11-24T23:30:00", format!("FREQ=WEEKLY;BYDAY=TU;TZID={custom}")),
    ];
    for (start, wanted) in cases {
        let mut rule = weekly();
        rule["range"]["recurrenceTimeZone"] = json!(custom);
        let event = with(&[
            ("type", json!("seriesMaster")),
            ("start", stamp(start)),
            ("originalStartTimeZone", json!(custom)),
            ("recurrence", rule),
        ]);
        let fields = fields(&event, "C", berlin.as_ref()).expect("a series");
        assert_eq!(fields.text(Field::Recurrence), wanted, "{start}");
        assert_eq!(
            patch_body(&text_patch(&[(Field::Subject, None)]), &fields, None, None, berlin.as_ref()),
            json!({ "subject": "" })
        );
    }
}

#[test]
fn an_exception_names_its_series_and_its_day() {
    let exception = [
        ("type", json!("exception")),
        ("seriesMasterId", json!("M")),
        ("originalStart", json!("2026-12-07T23:30:00Z")),
    ];
    let fields = read_with(&exception).expect("an exception");
    assert_eq!((fields.text(Field::Series), fields.get(Field::OriginalStart)), ("M", day("2026-12-08").as_ref()));
    let own = ("seriesMasterId", json!("E"));
    for (name, value) in [("seriesMasterId", json!(null)), ("originalStart", json!(null)), own] {
        let [kind, series, start] = exception.clone();
        assert_eq!(read_with(&[kind, series, start, (name, value)]), None, "{name}");
    }
}

fn text_patch(changes: &[(Field, Option<Value>)]) -> Patch {
    changes.iter().cloned().collect()
}

#[test]
fn a_patch_names_only_what_changes() {
    let berlin = |time: &str| json!({ "dateTime": time, "timeZone": "Europe/Berlin" });
    let cases: [(Changes<'_>, Json); 13] = [
        (&[], json!({})),
        (&[(Field::Subject, Value::text("New"))], json!({ "subject": "New" })),
        (&[(Field::Subject, None)], json!({ "subject": "" })),
        (&[(Field::Notes, Value::text("a\nb"))], json!({ "body": { "contentType": "text", "content": "a\r\nb" } })),
        (&[(Field::Notes, None)], json!({ "body": { "contentType": "text", "content": "" } })),
        (&[(Field::End, moment("2026-11-24T10:00:00Z"))], json!({ "end": berlin("2026-11-24T11:00:00") })),
        (
            &[(Field::Start, day("2026-11-24")), (Field::End, day("2026-11-25"))],
            json!({ "isAllDay": true, "start": stamp("2026-11-24T00:00:00"), "end": stamp("2026-11-25T00:00:00") }),
        ),
        (&[(Field::Reminder, None)], json!({ "isReminderOn": false })),
        (
            &[(Field::Reminder, Some(Value::Number(0)))],
            json!({ "isReminderOn": true, "reminderMinutesBeforeStart": 0 }),
        ),
        (
            &[(Field::Location, None), (Field::Categories, None)],
            json!({ "location": { "displayName": "" }, "categories": [] }),
        ),
        (
            &[(Field::Sensitivity, Value::text("private")), (Field::ShowAs, Value::text("free"))],
            json!({ "sensitivity": "private", "showAs": "free" }),
        ),
        (&[(Field::Sensitivity, None), (Field::ShowAs, None)], json!({ "sensitivity": "normal", "showAs": "busy" })),
        // What isn't ours to write, or is a part of its own.
        (
            &[
                (Field::MeetingUid, None),
                (Field::Role, None),
                (Field::Exclusions, Value::set(["2026-12-01"])),
                (Field::Folder, None),
            ],
            json!({}),
        ),
    ];
    for (patch, wanted) in cases {
        assert_eq!(patch_body(&text_patch(patch), &single_fields(), None, None, None), wanted, "{patch:?}");
    }
}

#[test]
fn a_series_follows_its_start_and_its_zone() {
    let series = single_fields().with(Field::Recurrence, "FREQ=WEEKLY");
    let body = |changes: &[(Field, Option<Value>)]| patch_body(&text_patch(changes), &series, None, None, None);
    let later = body(&[(Field::Start, moment("2026-11-24T08:30:00Z"))]);
    assert_eq!(later.get("recurrence"), None, "on the same day");
    let moved = body(&[(Field::Start, moment("2026-11-25T08:00:00Z"))]);
    assert_eq!(moved["recurrence"]["range"]["startDate"], "2026-11-25");
    assert_eq!(moved["recurrence"]["pattern"]["daysOfWeek"], json!(["wednesday"]));
    let zone = body(&[(Field::Zone, Value::text("America/New_York"))]);
    assert_eq!(zone["start"], json!({ "dateTime": "2026-11-24T03:00:00", "timeZone": "America/New_York" }));
    assert_eq!(zone["recurrence"]["range"]["recurrenceTimeZone"], "America/New_York");
    assert_eq!(body(&[(Field::Recurrence, None)]), json!({ "recurrence": null }));
}

/// Tuesdays at two in the night in Berlin, which are Monday evenings in New York.
fn tuesday_nights() -> Fields {
    let mut series = single_fields().with(Field::Recurrence, "FREQ=WEEKLY;BYDAY=TU").with(Field::Zone, YORK);
    series.put(Field::Start, moment("2026-04-07T00:00:00Z"));
    series.put(Field::End, moment("2026-04-07T01:00:00Z"));
    series
}

#[test]
fn a_rule_in_the_users_days_is_written_in_those_of_its_series() {
    let berlin = TimeZone::new("Europe/Berlin");
    let rule = |text: &str| (Field::Recurrence, Value::text(text));
    let start = |text: &str| (Field::Start, moment(text));
    let cases: [(Changes<'_>, Option<(&str, &str)>); 5] = [
        // What changes, and which day and first day the rule has then if it is written.
        (&[(Field::Subject, Value::text("New"))], None),
        (&[start("2026-04-07T03:00:00Z")], None),
        // Eight in the morning is the same Tuesday in New York.
        (&[start("2026-04-07T06:00:00Z")], Some(("tuesday", "2026-04-07"))),
        (&[start("2026-04-08T00:00:00Z"), rule("FREQ=WEEKLY;BYDAY=WE")], Some(("tuesday", "2026-04-07"))),
        // A rule in the days of its own zone stays as it is.
        (&[rule("FREQ=WEEKLY;BYDAY=FR;TZID=Eastern Standard Time")], Some(("friday", "2026-04-06"))),
    ];
    for (patch, wanted) in cases {
        let body = patch_body(&text_patch(patch), &tuesday_nights(), None, None, berlin.as_ref());
        let found = body.get("recurrence").map(|rule| {
            (
                rule["pattern"]["daysOfWeek"][0].as_str().expect("a day"),
                rule["range"]["startDate"].as_str().expect("a day"),
            )
        });
        assert_eq!(found, wanted, "{patch:?}");
    }
    let cases: [(Changes<'_>, Option<Field>); 6] = [
        (&[rule("FREQ=WEEKLY;BYDAY=TU;COUNT=5")], None),
        // The evening before the first Tuesday is not always the first Monday's.
        (&[rule("FREQ=MONTHLY;BYDAY=1TU")], Some(Field::Recurrence)),
        (&[rule("FREQ=WEEKLY;BYDAY=FR;TZID=UTC")], Some(Field::Recurrence)),
        // Half past midnight in Berlin is half an hour earlier in some weeks, if it is half past six in New York.
        (&[start("2026-04-06T22:30:00Z")], Some(Field::Start)),
        (&[(Field::End, moment("2026-04-07T02:00:00Z"))], None),
        (&[(Field::Subject, None)], None),
    ];
    for (patch, wanted) in cases {
        assert_eq!(unwritable(&text_patch(patch), &tuesday_nights(), berlin.as_ref()), wanted, "{patch:?}");
    }
    // What is a series from now on gets the user's zone, and has the user's days there.
    let single = single_fields().with(Field::Zone, UTC);
    let patch = text_patch(&[rule("FREQ=MONTHLY;BYDAY=4TU")]);
    let body = patch_body(&patch, &single, None, None, berlin.as_ref());
    assert_eq!(body["start"], json!({ "dateTime": "2026-11-24T09:00:00", "timeZone": "Europe/Berlin" }));
    assert_eq!(body["end"]["timeZone"], "Europe/Berlin");
    assert_eq!(body["recurrence"]["range"]["recurrenceTimeZone"], "Europe/Berlin");
    // So does a new one.
    let mut new = tuesday_nights();
    new.put(Field::Zone, None);
    let crm = CrmId::new("42");
    let body = create_body(&new, Mark { org: "7", crm: &crm }, "T", berlin.as_ref());
    assert_eq!(body["start"], json!({ "dateTime": "2026-04-07T02:00:00", "timeZone": "Europe/Berlin" }));
    assert_eq!(body["recurrence"]["pattern"]["daysOfWeek"], json!(["tuesday"]));
}

#[test]
fn what_cannot_be_said_is_told() {
    let series = |zone: &str| single_fields().with(Field::Recurrence, "FREQ=WEEKLY").with(Field::Zone, zone);
    let custom = "tzone://Microsoft/Custom";
    let friday = (Field::Recurrence, Value::text("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13"));
    let cases = [
        (series("Europe/Berlin"), friday.clone(), Some(Field::Recurrence)),
        (series("Europe/Berlin"), (Field::Recurrence, None), None),
        (series("Europe/Berlin"), (Field::Start, moment("2026-11-24T08:30:00Z")), None),
        (series(custom), (Field::Start, moment("2026-11-24T08:30:00Z")), Some(Field::Start)),
        (series(custom), (Field::Subject, None), None),
        (single_fields().with(Field::Zone, custom), (Field::Start, moment("2026-11-24T08:30:00Z")), None),
    ];
    for (current, change, wanted) in cases {
        assert_eq!(unwritable(&text_patch(std::slice::from_ref(&change)), &current, None), wanted, "{change:?}");
    }
}

#[test]
fn the_notes_of_an_online_meeting_are_written_into_its_body_or_not_at_all() {
    let meeting = single_fields().with(Field::OnlineMeeting, "teamsForBusiness");
    let patch = text_patch(&[(Field::Notes, Value::text("new"))]);
    assert_eq!(patch_body(&patch, &meeting, None, None, None), json!({}));
    assert_eq!(patch_body(&patch, &meeting, None, Some("<p>no block</p>"), None), json!({}));
    let line = "_".repeat(80);
    let html = format!(
        "<html><body>old<div>{line}</div><div class=\"me-email-text\">Join</div><div>{line}</div></body></html>"
    );
    let body = patch_body(&patch, &meeting, None, Some(&html), None);
    assert_eq!(body["body"]["contentType"], "html");
    let content = body["body"]["content"].as_str().expect("a text");
    assert!(content.contains("new") && content.contains("me-email-text") && !content.contains("old"), "{content}");
}

#[test]
fn a_create_names_what_there_is() {
    let crm = CrmId::new("42");
    let mut fields = single_fields().with(Field::Recurrence, "FREQ=WEEKLY;BYDAY=TU");
    fields.put(Field::Attendees, Value::set(["bob@x.example"]));
    let body = create_body(&fields, Mark { org: "7", crm: &crm }, "T1", None);
    assert_eq!(
        body,
        json!({
            "transactionId": "T1", "subject": "Offer", "categories": ["Sales"], "showAs": "workingElsewhere",
            "body": { "contentType": "text", "content": "first\r\nsecond" }, "location": { "displayName": "Room 1" },
            "start": { "dateTime": "2026-11-24T09:00:00", "timeZone": "Europe/Berlin" },
            "end": { "dateTime": "2026-11-24T10:30:00", "timeZone": "Europe/Berlin" },
            "isReminderOn": true, "reminderMinutesBeforeStart": 15,
            "attendees": [{ "emailAddress": { "address": "bob@x.example" }, "type": "required" }],
            "recurrence": {
                "pattern": { "type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"], "firstDayOfWeek": "monday" },
                "range": { "type": "noEnd", "startDate": "2026-11-24", "recurrenceTimeZone": "Europe/Berlin" },
            },
            "singleValueExtendedProperties": [{ "id": mark::PROPERTY_ID, "value": "zoho:7:42" }],
        })
    );
}

/// What Graph would answer after `body` was written into `event`.
fn after_write(event: &mut Map<String, Json>, body: Json) {
    event.extend(object(body));
    let zone = event["start"]["timeZone"].clone();
    event.insert("originalStartTimeZone".into(), zone);
    let kind = if event["recurrence"].is_null() { "singleInstance" } else { "seriesMaster" };
    event.insert("type".into(), json!(kind));
}

fn any_fields() -> impl Strategy<Value = Fields> {
    let text = || "[!-~\u{e0}-\u{ff}]{1,8}( [!-~]{1,8}){0,2}".prop_map(|text| Value::text(&text));
    let time = prop_oneof![
        (0_i64..4_000_000_000, 1_i64..1_000_000).prop_map(|(start, length)| {
            [start, start + length].map(|second| Value::Moment(Instant::from_seconds(second)))
        }),
        (2000_u16..2100, 1_u8..=12, 1_u8..=27)
            .prop_map(|(y, m, d)| { [d, d + 1].map(|d| Value::Date(Date::new(y, m, d).expect("a date"))) }),
    ];
    let zone = prop::sample::select(&["UTC", "Europe/Berlin", "Tokyo Standard Time"][..]);
    let words = || prop::collection::vec("[a-z]{1,4}", 0..3).prop_map(Value::set);
    let people = prop::collection::vec("[a-z]{1,4}@[a-z]{1,4}", 0..3).prop_map(Value::set);
    let rule = prop::sample::select(&["", "FREQ=DAILY;INTERVAL=2", "FREQ=DAILY;COUNT=3"][..]);
    let sensitivity = prop::sample::select(&["", "private", "confidential", "personal"][..]);
    let shown = prop::sample::select(&["busy", "free", "oof", "tentative", "working_elsewhere"][..]);
    (
        (text(), text(), text(), time, zone),
        (words(), people, rule, sensitivity, shown, prop::option::of(0_i64..100_000)),
    )
        .prop_map(
            |((subject, notes, place, [start, end], zone), (words, people, rule, sensitivity, shown, reminder))| {
                let is_timed = matches!(start, Value::Moment(_));
                let mut fields = Fields::default()
                    .with(Field::Recurrence, rule)
                    .with(Field::Sensitivity, sensitivity)
                    .with(Field::ShowAs, shown)
                    .with(Field::Zone, if is_timed { zone } else { UTC });
                fields.put(Field::Subject, subject);
                fields.put(Field::Notes, notes);
                fields.put(Field::Location, place);
                fields.put(Field::Start, Some(start));
                fields.put(Field::End, Some(end));
                fields.put(Field::Categories, words);
                fields.put(Field::Attendees, people);
                fields.put(Field::Reminder, reminder.map(Value::Number));
                fields
            },
        )
}

/// Contents but for what follows from the others.
fn own(mut fields: Fields) -> Fields {
    for field in [Field::Role, Field::AttendeeAnswers, Field::MeetingUid, Field::Folder] {
        fields.put(field, None);
    }
    // Where clocks show a time twice it is written in UTC.
    fields.put(Field::Zone, None);
    fields
}

proptest! {
    #[test]
    fn what_is_written_reads_back(before in any_fields(), after in any_fields()) {
        let crm = CrmId::new("42");
        let mut event = object(single_json());
        for name in ["isReminderOn", "isAllDay"] {
            event.insert(name.into(), json!(false));
        }
        for name in ["categories", "attendees"] {
            event.insert(name.into(), json!([]));
        }
        after_write(&mut event, create_body(&before, Mark { org: "7", crm: &crm }, "T", None));
        let first = seen(&event, "", &WANTED).expect("an event").1.fields;
        prop_assert_eq!(own(first.clone()), own(before.clone()));
        let patch: Patch = Field::ALL.iter()
            .filter(|field| before.get(**field) != after.get(**field))
            .map(|field| (*field, after.get(*field).cloned()))
            .collect();
        prop_assert_eq!(unwritable(&patch, &first, None), None);
        after_write(&mut event, patch_body(&patch, &first, None, None, None));
        prop_assert_eq!(own(seen(&event, "", &WANTED).expect("an event").1.fields), own(after));
    }

    #[test]
    fn no_value_makes_the_reader_fail(text in ".{0,30}", number: i64, name in prop::sample::select(SELECT.split(',').collect::<Vec<_>>())) {
        let mut series = with(&[("type", json!("seriesMaster")), ("recurrence", weekly())]);
        for value in [json!(text), json!(number), json!([text]), json!([number]), json!({ "dateTime": text, "content": text }), json!(null)] {
            series.insert(name.to_owned(), value.clone());
            let _ = (seen(&series, "C", &WANTED), html_body(&series), stored(&series, &text, None));
            let _ = read_with(&[(name, value)]);
        }
    }
}
