//! Messages of Zoho's samples and of other clients' tests: each is read, or refused with a reason; none makes a
//! reader fail.

use mxs_core::Field;
use mxs_http::Response;
use mxs_zoho::{contact, contacts, org, users};
use serde_json::Value;
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
            let _ = contacts::parse_page(&response);
            let _ = contacts::parse_lookup(&response);
            let _ = contacts::parse_deleted(&response);
            let _ = contacts::parse_written(&response, 1);
            let _ = contacts::parse_delete(&response, 1);
            let _ = users::parse(&response);
            let _ = org::parse(&response);
        }
    }
}

#[test]
fn every_contact_is_read() {
    let mut found = 0;
    for (path, text) in messages() {
        let json: Value = serde_json::from_str(&text).expect("JSON");
        for record in json.get("data").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object) {
            let fields = contact::fields(record);
            let has = record.get("Last_Name").and_then(Value::as_str).is_some_and(|name| !name.trim().is_empty());
            assert_eq!(fields.get(Field::Surname).is_some(), has, "{}", path.display());
            found += usize::from(has);
        }
    }
    assert!(found > 0 || !Path::new(CORPUS).exists());
}

#[test]
fn recorded_answers_to_writes_are_read() {
    if let Some(answer) = message("jssdk-api-insertRecord-response.json") {
        let outcomes = contacts::parse_written(&answer, 1).expect("an answer");
        let ids: Vec<_> = outcomes.into_iter().flatten().map(|written| written.id).collect();
        assert_eq!(ids, [mxs_core::CrmId::new("3000000040011")]);
    }
    if let Some(answer) = message("jssdk-api-deleteRecord-response.json") {
        let outcomes = contacts::parse_delete(&answer, 1).expect("an answer");
        assert_eq!(outcomes, [Ok(mxs_core::CrmId::new("3000000040015"))]);
    }
}
