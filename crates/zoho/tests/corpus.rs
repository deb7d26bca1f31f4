//! Messages of Zoho's samples and of other clients' tests: each is read, or refused with a reason; none makes a
//! reader fail.

use mxs_core::{Date, Field, Instant, Value};
use mxs_http::Response;
use mxs_zoho::emails::people::{self as addressed, PeopleModule};
use mxs_zoho::emails::{associate, composite, listed, sales_inbox};
use mxs_zoho::{Module, Names, accounts, details, leads, org, people, record, records, users};
use serde_json::Value as Json;
use std::path::{Path, PathBuf};

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus/zoho");

fn messages() -> Vec<(PathBuf, String)> {
    if !Path::new(CORPUS).exists() {
        println!("skipped: no messages at {CORPUS}");
        return Vec::new();
    }
    let entries = std::fs::read_dir(CORPUS).expect("a folder").filter_map(|entry| Some(entry.ok()?.path()));
    let mut read: Vec<_> =
        entries.filter_map(|path| std::fs::read_to_string(&path).ok().map(|text| (path, text))).collect();
    read.sort();
    assert!(read.len() > 40, "{} messages", read.len());
    read
}

fn message(name: &str) -> Option<Response> {
    let (_, text) = messages().into_iter().find(|(path, _)| path.ends_with(name))?;
    Some(Response::new(200).body("application/json", text))
}

#[test]
fn no_message_makes_a_reader_fail() {
    for (_, text) in messages() {
        for status in [200, 201, 202, 204, 207, 304, 400, 401, 403, 500] {
            let response = Response::new(status).body("application/json", text.clone());
            for module in Module::ALL {
                let names = Names::all(module);
                let _ = records::parse_page(&names, &response);
                let _ = details::parse(&names, &response, &[]);
                let _ = records::parse_written(&names, &response, 1);
            }
            let _ = records::parse_lookup(&response);
            let _ = records::parse_deleted(&response);
            let _ = records::parse_delete(&response, 1);
            let _ = people::parse(&response);
            let _ = leads::parse_conversions(&response);
            let _ = accounts::parse(&response);
            let _ = accounts::parse_inserted(&response, 1);
            let _ = users::parse(&response);
            let _ = org::parse(&response);
            for module in PeopleModule::ALL {
                let _ = addressed::parse(&response, module);
                let _ = addressed::parse_active(&response, module);
            }
            let _ = addressed::parse_deals(&response);
            let _ = associate::parse(&response);
            let _ = associate::parse_available(&response);
            let _ = composite::parse(&response, 1);
            let _ = listed::parse(&response);
            let _ = sales_inbox::parse_in_use(&response);
        }
    }
}

#[test]
fn every_contact_is_read() {
    let mut found = 0;
    for (path, text) in messages() {
        let json: Json = serde_json::from_str(&text).expect("JSON");
        for record in json.get("data").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_object) {
            let fields = record::fields(&Names::all(Module::Contacts), record);
            let has = record.get("Last_Name").and_then(Json::as_str).is_some_and(|name| !name.trim().is_empty());
            assert_eq!(fields.get(Field::Surname).is_some(), has, "{}", path.display());
            found += usize::from(has);
        }
    }
    assert!(found > 0 || !Path::new(CORPUS).exists());
}

/// What is written as a sample says what it says: the name of the message, the module, and the fields.
#[test]
fn samples_of_tasks_and_events_are_read() {
    let moment = |text: &str| Instant::parse(text).ok().map(Value::Moment);
    let day = |text: &str| Date::parse(text).ok().map(Value::Date);
    let samples = [
        (
            "v8-record-create-tasks-remind-at-request.json",
            Module::Tasks,
            vec![
                (Field::Subject, Value::text("Python - testing")),
                (Field::Due, day("2020-10-10")),
                (Field::Status, Value::text("waiting")),
                (Field::Priority, Value::text("high")),
                (Field::Reminder, moment("2021-01-18T07:15:00Z")),
            ],
        ),
        (
            "v8-tasks-create-recurring-reminder-request.json",
            Module::Tasks,
            vec![
                (Field::Recurrence, Value::text("FREQ=DAILY;UNTIL=20220412")),
                (Field::Status, None),
                (Field::Priority, Value::text("low")),
                (Field::Categories, Value::set(["Testtask"])),
                (Field::Reminder, None),
            ],
        ),
        (
            "v8-events-create-participants-allday-request.json",
            Module::Events,
            vec![
                (Field::Subject, Value::text("New Automated Event")),
                (Field::Start, day("2023-10-09")),
                (Field::End, day("2023-10-11")),
                (Field::Categories, Value::set(["Testtask"])),
            ],
        ),
        (
            "v8-leads-create-request.json",
            Module::Leads,
            vec![(Field::Company, Value::text("company")), (Field::JobTitle, Value::text("Title_Name"))],
        ),
    ];
    for (name, module, wanted) in samples {
        let Some(message) = message(name) else { continue };
        let json: Json = serde_json::from_slice(&message.body).expect("JSON");
        let fields = record::fields(&Names::all(module), json["data"][0].as_object().expect("a record"));
        for (field, value) in wanted {
            assert_eq!(fields.get(field), value.as_ref(), "{name} {field:?}");
        }
    }
}

#[test]
fn recorded_answers_to_writes_are_read() {
    if let Some(answer) = message("jssdk-api-insertRecord-response.json") {
        let outcomes = records::parse_written(&Names::usual(Module::Contacts), &answer, 1).expect("an answer");
        let ids: Vec<_> = outcomes.into_iter().flatten().map(|written| written.id).collect();
        assert_eq!(ids, [mxs_core::CrmId::new("3000000040011")]);
    }
    if let Some(answer) = message("jssdk-api-deleteRecord-response.json") {
        let outcomes = records::parse_delete(&answer, 1).expect("an answer");
        assert_eq!(outcomes, [Ok(mxs_core::CrmId::new("3000000040015"))]);
    }
}
