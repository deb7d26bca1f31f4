//! Records as they are read and written.

use super::*;
use crate::{Known, Module, Names, people};
use mxs_core::{CrmId, Date, Field, Fields, Instant, Patch, Value};
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

fn object(json: Json) -> Map<String, Json> {
    json.as_object().cloned().expect("an object")
}

fn date(text: &str) -> Option<Value> {
    Date::parse(text).ok().map(Value::Date)
}

fn moment(text: &str) -> Option<Value> {
    Instant::parse(text).ok().map(Value::Moment)
}

fn text(text: &str) -> Option<Value> {
    Value::text(text)
}

fn with(fields: &[(Field, Option<Value>)]) -> Fields {
    fields.iter().filter_map(|(field, value)| Some((*field, value.clone()?))).collect()
}

/// Two accounts are known, and two events: one with its host, a contact and somebody without an address, one
/// with nobody.
fn known() -> Known {
    let mut known = Known::default();
    known.accounts.add("Analytical Engines", "70");
    known.accounts.add("Bureau", "71");
    let owner = json!({ "id": "5", "email": "owner@corp.example" });
    let people = json!({ "data": [
        { "id": "1", "Owner": owner, "Participants": [
            { "type": "user", "participant": "5", "Email": "owner@corp.example" },
            { "type": "contact", "participant": "30", "Email": "Ada@corp.example", "id": "900", "invited": true },
            { "type": "lead", "participant": "31", "Email": null, "id": "901" },
        ] },
        { "id": "2", "Owner": owner, "Participants": [] },
    ] });
    let answer = mxs_http::Response::new(200).body("application/json", people.to_string());
    known.people = people::parse(&answer).expect("people");
    known
}

#[test]
fn a_contact_is_read() {
    let record = object(json!({
        "id": "1", "First_Name": " Ada ", "Last_Name": "Lovelace", "Salutation": "-None-", "Email": "ada@corp.example",
        "Secondary_Email": null, "Date_of_Birth": "1974-07-22", "Description": "first\r\nsecond\rthird\n",
        "Mailing_Zip": 98121, "Title": "", "Phone": true, "Department": { "name": "x" }, "Custom": "y",
        "Account_Name.Account_Name": "Analytical Engines", "Account_Name": { "id": "70" },
        "Tag": [{ "name": "VIP", "id": "5" }, { "name": " Press " }, { "id": "6" }, "x"], "Skype_ID": "ada",
    }));
    let wanted = with(&[
        (Field::GivenName, text("Ada")),
        (Field::Surname, text("Lovelace")),
        (Field::Email1, text("ada@corp.example")),
        (Field::Notes, text("first\nsecond\nthird")),
        (Field::WorkPostalCode, text("98121")),
        (Field::Birthday, date("1974-07-22")),
        (Field::Company, text("Analytical Engines")),
        (Field::Categories, Value::set(["VIP", "Press"])),
        (Field::ImAddress, text("ada")),
    ]);
    let names = Names::all(Module::Contacts);
    assert_eq!(fields(&names, &record), wanted);
    assert_eq!(fields(&names, &object(json!({ "Date_of_Birth": "22.07.1974", "Tag": [] }))), Fields::default());
}

#[test]
fn a_lead_says_that_it_is_one() {
    let record = object(json!({
        "Company": "Bureau", "Designation": "Countess", "Website": "https://bureau.example", "Street": "Square 1",
        "City": "London", "State": "England", "Zip_Code": "SW1A 1AA", "Country": "UK", "Last_Name": "Lovelace",
    }));
    let wanted = Fields::default()
        .with(Field::Company, "Bureau")
        .with(Field::JobTitle, "Countess")
        .with(Field::WebPage, "https://bureau.example")
        .with(Field::WorkStreet, "Square 1")
        .with(Field::WorkCity, "London")
        .with(Field::WorkState, "England")
        .with(Field::WorkPostalCode, "SW1A 1AA")
        .with(Field::WorkCountry, "UK")
        .with(Field::Surname, "Lovelace")
        .with(Field::Module, "Leads");
    let names = Names::all(Module::Leads);
    assert_eq!(fields(&names, &record), wanted);
    // The module is no field: it is not written, and nothing is missing without it.
    assert_eq!(left_out(&names, &wanted, &Known::default()), []);
    assert_eq!(create_body(&names, &wanted, &Known::default()), record);
}

#[test]
fn a_task_is_read() {
    let record = object(json!({
        "Subject": "Call Ada", "Description": "about\r\nthe engine", "Due_Date": "2026-11-30", "Status": "Waiting for input",
        "Priority": "Highest", "Closed_Time": "2026-11-21T01:00:00+05:30", "Tag": [{ "name": "Engine" }],
        "Remind_At": { "ALARM": "FREQ=NONE;ACTION=POPUP;TRIGGER=DATE-TIME:2026-11-29T09:00:00+01:00" },
        "Recurring_Activity": { "RRULE": "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;DTSTART=2026-11-30" },
    }));
    let wanted = with(&[
        (Field::Subject, text("Call Ada")),
        (Field::Notes, text("about\nthe engine")),
        (Field::Due, date("2026-11-30")),
        (Field::Status, text("waiting")),
        (Field::Priority, text("high")),
        (Field::CompletedOn, date("2026-11-21")),
        (Field::Categories, Value::set(["Engine"])),
        (Field::Reminder, moment("2026-11-29T08:00:00Z")),
        (Field::Recurrence, text("FREQ=WEEKLY;BYDAY=MO")),
    ]);
    assert_eq!(fields(&Names::all(Module::Tasks), &record), wanted);
    let odd = object(json!({
        "Subject": "x", "Status": "Legal review", "Priority": null, "Remind_At": null, "Recurring_Activity": null,
    }));
    assert_eq!(fields(&Names::all(Module::Tasks), &odd), Fields::default().with(Field::Subject, "x"));
}

#[test]
fn an_event_is_read() {
    let record = object(json!({
        "Event_Title": "Review", "Start_DateTime": "2026-03-02T09:00:00+01:00", "End_DateTime": "2026-03-02T10:00:00+01:00",
        "All_day": false, "Venue": "Room 1", "Description": null, "Remind_At": [{ "unit": 15, "period": "minutes" }],
        "Owner": { "id": "5", "email": "Owner@corp.example" }, "Tag": [],
        "Participants": [
            { "type": "contact", "participant": "30", "Email": "Ada@corp.example" },
            { "type": "email", "participant": "bob@corp.example", "Email": null },
            { "type": "user", "participant": "5", "Email": "owner@corp.example" },
            { "type": "lead", "participant": "31", "Email": null },
        ],
        "Recurring_Activity": { "RRULE": "FREQ=DAILY;INTERVAL=1;DTSTART=2026-03-02", "EXDATE": "2026-03-04" },
    }));
    let wanted = with(&[
        (Field::Subject, text("Review")),
        (Field::Start, moment("2026-03-02T08:00:00Z")),
        (Field::End, moment("2026-03-02T09:00:00Z")),
        (Field::Location, text("Room 1")),
        (Field::Reminder, Some(Value::Number(15))),
        (Field::Attendees, Value::set(["ada@corp.example", "bob@corp.example"])),
        (Field::Recurrence, text("FREQ=DAILY")),
        (Field::Exclusions, Value::set(["2026-03-04"])),
    ]);
    assert_eq!(fields(&Names::all(Module::Events), &record), wanted);
}

#[test]
fn a_record_is_complete_with_everything_that_was_selected() {
    for module in Module::ALL {
        let names = Names::all(module);
        let paths: Vec<String> = names.selected().into_iter().map(|path| path.into_owned()).collect();
        let value = |path: &str| if path.ends_with("_DateTime") { json!("2026-03-02T09:00:00Z") } else { Json::Null };
        let record: Map<String, Json> = paths.iter().map(|path| (path.clone(), value(path))).collect();
        assert!(is_complete(&names, &record));
        for path in paths {
            let mut narrow = record.clone();
            narrow.remove(&path);
            assert!(!is_complete(&names, &narrow), "{module:?} {path}");
        }
    }
}

#[test]
fn an_event_that_does_not_say_when_is_not_readable() {
    let names = Names::new(Module::Events, &[Field::Start, Field::End], &[]).expect("names");
    let cases = [
        ("2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z", false, true),
        ("2026-03-02T09:00:00Z", "soon", false, false),
        ("2026-03-02", "2026-03-02", false, false),
        ("2026-03-02", "2026-03-02", true, true),
        ("", "2026-03-02", true, false),
    ];
    for (start, end, all_day, wanted) in cases {
        let mut row = object(json!({ "Start_DateTime": start, "End_DateTime": end, "All_day": all_day }));
        row.extend(object(json!({ "Created_Time": null, "Modified_Time": null })));
        assert_eq!(is_readable(&names, &row), wanted, "{start} {end} {all_day}");
    }
}

#[test]
fn what_has_another_type_is_not_readable() {
    let names = Names::all(Module::Contacts);
    let cases = [
        ("First_Name", json!(null), true),
        ("Mailing_Zip", json!(98121), true),
        ("First_Name", json!(true), false),
        ("First_Name", json!({ "name": "Ada" }), false),
        ("First_Name", json!(["Ada"]), false),
        ("Account_Name.Account_Name", json!([]), false),
        ("Date_of_Birth", json!(""), true),
        ("Date_of_Birth", json!("1974-07-22"), true),
        ("Date_of_Birth", json!("1974-02-30"), false),
        ("Date_of_Birth", json!(5), false),
    ];
    for (name, value, wanted) in cases {
        assert_eq!(is_readable(&names, &object(json!({ name: value }))), wanted, "{name} {value}");
    }
    let tasks = Names::all(Module::Tasks);
    assert!(!is_readable(&tasks, &object(json!({ "Status": 5 }))));
    assert!(!is_readable(&tasks, &object(json!({ "Closed_Time": "yesterday" }))));
    let events = Names::all(Module::Events);
    let times = |whole: Json| {
        let moment = "2026-03-02T09:00:00Z";
        object(json!({ "All_day": whole, "Start_DateTime": moment, "End_DateTime": moment }))
    };
    for (whole, wanted) in [(json!(true), true), (Json::Null, true), (json!("true"), false)] {
        assert_eq!(is_readable(&events, &times(whole.clone())), wanted, "{whole}");
    }
}

#[test]
fn details_have_the_shape_that_was_promised() {
    let names = Names::all(Module::Events);
    let empty = json!({
        "Owner": null, "Participants": null, "Recurring_Activity": null, "Remind_At": null, "Start_DateTime": null,
        "Tag": null,
    });
    assert!(has_details(&names, &object(empty.clone())) && has_readable_details(&names, &object(empty.clone())));
    let cases = [
        ("Tag", json!([]), true),
        ("Tag", json!([{ "name": "VIP" }]), true),
        ("Tag", json!([{ "name": "VIP" }, { "id": "7" }]), false),
        ("Tag", json!("VIP"), false),
        ("Participants", json!([]), true),
        ("Participants", json!({}), false),
        ("Participants", json!(["ada@corp.example"]), false),
        // Without an owner nobody can tell who of them is the host.
        ("Participants", json!([{ "type": "email", "participant": "ada@corp.example" }]), false),
        ("Recurring_Activity", json!({}), true),
        ("Recurring_Activity", json!({ "RRULE": null, "EXDATE": "2026-03-02" }), true),
        ("Recurring_Activity", json!({ "RRULE": ["FREQ=DAILY"] }), false),
        ("Recurring_Activity", json!({ "RRULE": "FREQ=DAILY", "EXDATE": 20260302 }), false),
        ("Recurring_Activity", json!("FREQ=DAILY"), false),
        ("Remind_At", json!([]), true),
        ("Remind_At", json!("2026-03-02T09:00:00Z"), true),
        ("Remind_At", json!("a quarter before"), false),
        (
            "Remind_At",
            json!([{ "unit": "15", "period": "minutes" }, { "unit": 1, "period": "days", "time": "09:00" }]),
            true,
        ),
        ("Remind_At", json!([15]), false),
        ("Remind_At", json!([{ "unit": "soon", "period": "minutes" }]), false),
        ("Remind_At", json!(15), false),
    ];
    for (name, json, wanted) in cases {
        let mut row = object(empty.clone());
        row.insert(name.to_owned(), json.clone());
        assert_eq!(has_readable_details(&names, &row), wanted, "{name} {json}");
    }
    for name in names.detailed() {
        let mut row = object(empty.clone());
        row.remove(name);
        assert!(!has_details(&names, &row), "{name}");
    }
}

#[test]
fn a_contacts_body_names_what_there_is_or_what_changes() {
    let names = Names::all(Module::Contacts);
    let fields = with(&[
        (Field::Surname, text("Lovelace")),
        (Field::Title, text("Dr.")),
        (Field::JobTitle, text("Countess")),
        (Field::Email3, text("Exchange only")),
        (Field::Birthday, date("1974-07-22")),
        (Field::Company, text("analytical engines ")),
        (Field::Categories, Value::set(["VIP", "Press"])),
    ]);
    let body = json!({
        "Last_Name": "Lovelace", "Salutation": "Dr.", "Title": "Countess", "Date_of_Birth": "1974-07-22",
        "Account_Name": { "id": "70" }, "Tag": [{ "name": "Press" }, { "name": "VIP" }],
    });
    assert_eq!(Json::Object(create_body(&names, &fields, &known())), body);
    assert_eq!(left_out(&names, &fields, &known()), [Field::Email3]);
    assert_eq!(left_out(&names, &fields, &Known::default()), [Field::Company, Field::Email3]);

    let patch = Patch::from_iter([
        (Field::Surname, text("King")),
        (Field::Notes, None),
        (Field::Email3, None),
        (Field::Company, None),
        (Field::Categories, None),
    ]);
    let body = json!({ "Last_Name": "King", "Description": null, "Account_Name": null, "Tag": [] });
    assert_eq!(Json::Object(patch_body(&names, &CrmId::new("1"), &patch, &Known::default())), body);
    assert_eq!(left_out_of_update(&names, &CrmId::new("1"), &patch, &Known::default()), [Field::Email3]);
}

#[test]
fn a_tasks_body_has_the_crms_words() {
    let names = Names::all(Module::Tasks);
    let fields = with(&[
        (Field::Subject, text("Call Ada")),
        (Field::Due, date("2026-11-30")),
        (Field::Status, text("waiting")),
        (Field::Priority, text("high")),
        (Field::Reminder, moment("2026-11-29T08:00:00Z")),
        (Field::Recurrence, text("FREQ=WEEKLY;BYDAY=MO")),
        (Field::CompletedOn, date("2026-11-30")),
    ]);
    let body = json!({
        "Subject": "Call Ada", "Due_Date": "2026-11-30", "Status": "Waiting for input", "Priority": "High",
        "Remind_At": { "ALARM": "FREQ=NONE;ACTION=POPUP;TRIGGER=DATE-TIME:2026-11-29T08:00:00+00:00" },
        "Recurring_Activity": { "RRULE": "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;DTSTART=2026-11-30" },
    });
    assert_eq!(Json::Object(create_body(&names, &fields, &Known::default())), body);
    assert_eq!(left_out(&names, &fields, &Known::default()), [Field::CompletedOn]);

    let dueless = with(&[(Field::Recurrence, text("FREQ=DAILY")), (Field::Start, date("2026-11-30"))]);
    assert_eq!(left_out(&names, &dueless, &Known::default()), [Field::Recurrence, Field::Start]);
    let chosen = Json::Object(create_body(&names, &Fields::default(), &Known::default()));
    assert_eq!(chosen, json!({ "Status": "Not Started", "Priority": "Normal" }), "nothing is left to be filled in");

    let patch = Patch::from_iter([
        (Field::Status, text("legal")),
        (Field::Priority, None),
        (Field::Reminder, None),
        (Field::Recurrence, text("FREQ=DAILY")),
        (Field::Due, None),
    ]);
    let id = CrmId::new("1");
    let body = json!({ "Priority": "Normal", "Remind_At": null, "Due_Date": null });
    assert_eq!(Json::Object(patch_body(&names, &id, &patch, &Known::default())), body);
    let out = left_out_of_update(&names, &id, &patch, &Known::default());
    assert_eq!(out, [Field::Recurrence, Field::Status]);
}

#[test]
fn an_events_body_tells_nobody() {
    let names = Names::all(Module::Events);
    let fields = with(&[
        (Field::Subject, text("Review")),
        (Field::Start, date("2026-03-02")),
        (Field::End, date("2026-03-04")),
        (Field::Attendees, Value::set(["ada@corp.example"])),
        (Field::Reminder, Some(Value::Number(60))),
        (Field::Recurrence, text("FREQ=WEEKLY;BYDAY=MO")),
        (Field::Exclusions, Value::set(["2026-03-09"])),
    ]);
    let body = json!({
        "Event_Title": "Review", "Start_DateTime": "2026-03-02T00:00:00+00:00", "End_DateTime": "2026-03-03T23:59:59+00:00",
        "All_day": true, "Participants": [{ "type": "email", "participant": "ada@corp.example" }],
        "Remind_At": [{ "unit": 1, "period": "hours" }], "$send_notification": false,
        "Recurring_Activity": { "RRULE": "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;DTSTART=2026-03-02", "EXDATE": "2026-03-09" },
    });
    assert_eq!(Json::Object(create_body(&names, &fields, &Known::default())), body);
    assert_eq!(left_out(&names, &fields, &Known::default()), []);

    // What the CRM can't say, and what would be half of a time.
    let fields = with(&[
        (Field::Start, date("2026-03-02")),
        (Field::End, moment("2026-03-02T09:00:00Z")),
        (Field::Recurrence, text("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR")),
        (Field::Exclusions, Value::set(["2026-03-13"])),
        (Field::ShowAs, text("busy")),
    ]);
    let out = left_out(&names, &fields, &Known::default());
    assert_eq!(out, [Field::End, Field::Exclusions, Field::Recurrence, Field::ShowAs, Field::Start]);
    assert!(out.iter().copied().filter(|field| *field != Field::ShowAs).all(is_essential));
    assert!(!is_essential(Field::ShowAs));
}

#[test]
fn a_series_moves_with_its_rule_or_not_at_all() {
    let (names, id) = (Names::all(Module::Events), CrmId::new("1"));
    let moved = [(Field::Start, moment("2026-03-03T08:00:00Z")), (Field::End, moment("2026-03-03T09:00:00Z"))];
    let patch = Patch::from_iter(moved.clone());
    let body = json!({
        "$send_notification": false, "All_day": false, "Start_DateTime": "2026-03-03T08:00:00+00:00",
        "End_DateTime": "2026-03-03T09:00:00+00:00",
    });
    assert_eq!(Json::Object(patch_body(&names, &id, &patch, &Known::default())), body);

    let rule = (Field::Recurrence, text("FREQ=WEEKLY;BYDAY=TU"));
    let patch = Patch::from_iter(moved.into_iter().chain([rule, (Field::Location, text("Room 2"))]));
    let body = json!({ "$send_notification": false, "Venue": "Room 2" });
    assert_eq!(Json::Object(patch_body(&names, &id, &patch, &Known::default())), body);
    let out = left_out_of_update(&names, &id, &patch, &Known::default());
    assert_eq!(out, [Field::End, Field::Recurrence, Field::Start]);
}

#[test]
fn people_who_stay_stay_who_they_are() {
    let names = Names::all(Module::Events);
    let update = |id: &str, value: Option<Value>| {
        let (id, patch) = (CrmId::new(id), Patch::from_iter([(Field::Attendees, value)]));
        let body = patch_body(&names, &id, &patch, &known());
        (body.get("Participants").cloned(), left_out_of_update(&names, &id, &patch, &known()))
    };
    let host = json!({ "type": "user", "participant": "5" });
    let contact = json!({ "type": "contact", "participant": "30" });
    let lead = json!({ "type": "lead", "participant": "31" });
    let bob = json!({ "type": "email", "participant": "bob@corp.example" });
    let both = Value::set(["ada@corp.example", "bob@corp.example"]);
    assert_eq!(update("1", both.clone()), (Some(json!([host, contact, lead, bob])), vec![]));
    assert_eq!(update("1", Value::set(["bob@corp.example"])), (Some(json!([host, lead, bob])), vec![]));
    assert_eq!(update("1", None), (Some(json!([host, lead])), vec![]));
    assert_eq!(update("2", None), (Some(json!([])), vec![]));
    // The host who is an attendee on the other side is one here too.
    let itself = json!({ "type": "email", "participant": "owner@corp.example" });
    assert_eq!(update("1", Value::set(["owner@corp.example"])), (Some(json!([host, lead, itself])), vec![]));
    // Of an event whose people nobody asked for, they stay as they are.
    assert_eq!(update("3", both), (None, vec![Field::Attendees]));
    assert_eq!(update("1", text("ada@corp.example")), (None, vec![Field::Attendees]));
}

#[test]
fn an_owner_is_an_object_with_an_id() {
    assert_eq!(owner(&object(json!({ "Owner": { "id": "5", "name": "x" } }))), Some("5"));
    for json in [json!({}), json!({ "Owner": null }), json!({ "Owner": "5" }), json!({ "Owner": { "id": "" } })] {
        assert_eq!(owner(&object(json)), None);
    }
}

/// A value that the CRM can hold in this field, if there is one.
fn value_of(field: Field) -> BoxedStrategy<Option<Value>> {
    let words = |words: &[&'static str]| proptest::sample::select(words.to_vec()).prop_map(Value::text).boxed();
    let date = (1602u16..2200, 1u8..=12, 1u8..=28).prop_map(|(y, m, d)| Date::new(y, m, d).ok().map(Value::Date));
    match field {
        Field::Birthday | Field::Due => date.boxed(),
        Field::CompletedOn | Field::Module => Just(None).boxed(),
        Field::Categories => proptest::collection::vec("[a-z ]{1,9}", 0..4).prop_map(Value::set).boxed(),
        Field::Company => words(&["Analytical Engines", "Bureau"]),
        Field::Status => words(&["in_progress", "completed", "waiting", "deferred"]),
        Field::Priority => words(&["high", "low"]),
        Field::Attendees => proptest::collection::vec("[a-z]{1,9}@corp[.]example", 0..4).prop_map(Value::set).boxed(),
        Field::Start | Field::End | Field::Reminder | Field::Recurrence | Field::Exclusions => Just(None).boxed(),
        _ => "[ -~\u{e0}-\u{ff}\u{4e00}-\u{4e10}\n]{1,20}".prop_map(|text| Value::text(&text)).boxed(),
    }
}

/// Contents of a record of any module, among them those whose values hang together.
fn any_fields() -> impl Strategy<Value = (Names, Fields)> {
    let day = (2000u16..2100, 1u8..=12, 1u8..=28).prop_map(|(y, m, d)| Date::new(y, m, d).expect("a date"));
    let times = (day, any::<bool>(), 0i64..100_000, any::<bool>());
    (proptest::sample::select(Module::ALL.to_vec()), times).prop_flat_map(|(module, (day, whole, minutes, series))| {
        let names = Names::all(module);
        let fields: Vec<Field> = names.fields().collect();
        let values: Vec<_> = fields.iter().map(|field| proptest::option::of(value_of(*field))).collect();
        values.prop_map(move |values| {
            let mut result = Fields::default();
            for (field, value) in fields.iter().zip(values) {
                result.put(*field, value.flatten());
            }
            let rule = Value::text("FREQ=DAILY;COUNT=9").filter(|_| series);
            match module {
                Module::Events => {
                    let value = |days: i64| {
                        let moment = Instant::from_seconds(day.start().seconds() + days * 86_400);
                        if whole { date(&moment.to_string()[..10]) } else { Some(Value::Moment(moment)) }
                    };
                    result.put(Field::Start, value(0));
                    result.put(Field::End, value(2));
                    result.put(Field::Reminder, Some(Value::Number(minutes)));
                    result.put(Field::Exclusions, rule.as_ref().and(Value::set(["2026-01-01"])));
                    result.put(Field::Recurrence, rule);
                }
                Module::Tasks => {
                    result.put(Field::Due, Some(Value::Date(day)));
                    result.put(Field::Reminder, Some(Value::Moment(Instant::from_seconds(minutes * 60))));
                    result.put(Field::Recurrence, rule);
                }
                Module::Leads => result.put(Field::Module, Value::text("Leads")),
                Module::Contacts => {}
            }
            (names.clone(), result)
        })
    })
}

/// The record as the CRM shows it: by the name of its account instead of the id.
fn shown(mut body: Map<String, Json>) -> Map<String, Json> {
    let accounts = BTreeMap::from([("70", "Analytical Engines"), ("71", "Bureau")]);
    let id = body.get("Account_Name").and_then(|account| account["id"].as_str());
    let name = id.map_or(Json::Null, |id| json!(accounts[id]));
    body.insert("Account_Name.Account_Name".to_owned(), name);
    body
}

fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        ".{0,20}".prop_map(Json::from),
        "(FREQ=DAILY;?)?[0-9-]{0,10}(T[0-9:]{0,8})?(Z|[+]05:30)?é?".prop_map(Json::from),
    ];
    let keys = ["ALARM", "RRULE", "EXDATE", "name", "unit", "period", "time", "type", "participant", "Email", "id"];
    leaf.prop_recursive(2, 16, 4, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            proptest::collection::btree_map(proptest::sample::select(keys.to_vec()), inner, 0..5).prop_map(|members| {
                Json::Object(members.into_iter().map(|(key, json)| (key.to_owned(), json)).collect())
            }),
        ]
    })
}

proptest! {
    #[test]
    fn no_record_makes_a_reader_fail(json in any_json(), other in any_json(), at in any::<usize>()) {
        for module in Module::ALL {
            let names = Names::all(module);
            let mut members: Vec<String> = names.selected().into_iter().map(|path| path.into_owned()).collect();
            members.extend(names.detailed().into_iter().map(str::to_owned));
            let mut record: Map<String, Json> = members.iter().map(|name| (name.clone(), other.clone())).collect();
            record.insert(members[at % members.len()].clone(), json.clone());
            fields(&names, &record);
            is_readable(&names, &record);
            has_readable_details(&names, &record);
        }
    }

    #[test]
    fn what_is_created_reads_back((names, original) in any_fields()) {
        prop_assert_eq!(left_out(&names, &original, &known()), []);
        prop_assert_eq!(fields(&names, &shown(create_body(&names, &original, &known()))), original);
    }

    #[test]
    fn a_patch_does_what_it_says((names, before) in any_fields(), (_, other) in any_fields()) {
        let values = names.fields().map(|field| (field, other.get(field).cloned()));
        let patch = Patch::from_iter(values);
        let id = CrmId::new("2");
        let mut record = create_body(&names, &before, &known());
        record.extend(patch_body(&names, &id, &patch, &known()));
        let mut wanted = patch;
        for field in left_out_of_update(&names, &id, &wanted, &known()) {
            wanted.remove(field);
        }
        prop_assert_eq!(fields(&names, &shown(record)), wanted.applied_to(&before));
    }
}
