//! Messages of Microsoft's documentation: each is read, or refused with a reason; none makes it fail.

use mxs_core::{Date, Field, Fields, Kind, Patch};
use mxs_graph::batch::{self, Part};
use mxs_graph::delta::{self, DeltaItem};
use mxs_graph::identity::parse_token;
use mxs_graph::mail::{changes, letters, sent_copy};
use mxs_graph::task_lists::{self, ListId};
use mxs_graph::{ErrorKind, Place, Wanted, Window, calendars, contact, event, folders, mail, marked, me};
use mxs_http::Response;
use serde_json::Value;
use std::path::{Path, PathBuf};

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus/graph");

const WANTED: Wanted<'_> = Wanted { org: "7", zone: None, record_url: None };

fn places() -> [Place; 4] {
    let day = |year| Date::new(year, 1, 1).expect("a date");
    let window = Window { start: day(2020), end: day(2030) };
    let list = ListId::new("L");
    [Place::Contacts, Place::ContactFolder("F".into()), Place::TaskList(list), Place::Calendar { id: None, window }]
}

fn messages() -> Vec<(PathBuf, String)> {
    if !Path::new(CORPUS).exists() {
        println!("skipped: no messages at {CORPUS}");
        return Vec::new();
    }
    let entries = std::fs::read_dir(CORPUS).expect("a folder").filter_map(|entry| Some(entry.ok()?.path()));
    let mut read: Vec<_> =
        entries.filter_map(|path| std::fs::read_to_string(&path).ok().map(|text| (path, text))).collect();
    read.sort();
    assert!(read.len() > 100, "{} messages", read.len());
    read
}

/// The status in a file's name, such as `-response-403`; else 200.
fn status(path: &Path) -> u16 {
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    name.rsplit('-').find_map(|part| part.parse().ok().filter(|status| (400..600).contains(status))).unwrap_or(200)
}

#[test]
fn no_message_makes_a_reader_fail() {
    let id = mxs_core::ExchangeId::new("I");
    let day = Date::new(2020, 1, 1).expect("a date");
    let utc = Fields::default().with(Field::Zone, "UTC");
    let parts = [
        Part::Get { id: &id, folder: "F" },
        Part::Body { id: &id },
        Part::CalendarOf { id: &id },
        Part::Occurrence { series: &id, day, current: &utc },
    ];
    for (path, text) in messages() {
        let json: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
        let answers =
            (0..parts.len()).map(|id| serde_json::json!({ "id": id.to_string(), "status": 200, "body": json }));
        let batch = serde_json::json!({ "responses": answers.collect::<Vec<_>>() }).to_string();
        let batch = Response::new(200).body("application/json", batch);
        for kind in Kind::ALL {
            let _ = batch::parse(kind, &batch, &parts, &WANTED);
        }
        let items = [id.clone()];
        let _ = letters::parse(&batch, &items);
        let _ = letters::parse_glance(&batch, &items);
        for status in [status(&path), 200, 204, 400, 404, 410, 500] {
            let response = Response::new(status).body("application/json", text.clone());
            for place in places() {
                let _ = delta::parse(&place, &response, &WANTED);
                let _ = batch::parse(place.kind(), &response, &parts, &WANTED);
            }
            let _ = marked::parse(&response, "7");
            let _ = task_lists::parse_delta(&response);
            let _ = calendars::parse_list(&response);
            let _ = folders::parse_list(&response);
            let _ = me::parse(&response);
            let _ = parse_token(&response);
            let _ = marked::parse_count(&response);
            let _ = folders::parse_contact_folder(&response);
            let _ = folders::parse_default_folder(&response);
            let _ = changes::parse(&response);
            let _ = changes::parse_listed(&response);
            let _ = mail::folders::parse(&response);
            let _ = sent_copy::parse_find(&response, &["1".to_owned()]);
        }
    }
}

#[test]
fn every_contact_is_read() {
    let mut found = 0;
    for (path, text) in messages() {
        let json: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !name.contains("contact") || name.contains("contactfolder-") && !name.contains("contacts") {
            continue;
        }
        let items = json.get("value").and_then(Value::as_array).cloned().unwrap_or_else(|| vec![json.clone()]);
        for item in items.iter().filter_map(Value::as_object) {
            let fields = contact::fields(item);
            let has = |key: &str| item.get(key).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
            assert_eq!(fields.get(Field::GivenName).is_some(), has("givenName"), "{name}");
            found += 1;
        }
    }
    assert!(found > 0 || !Path::new(CORPUS).exists());
}

#[test]
fn documented_refusals_have_their_kind() {
    let wanted = [
        ("error-delta-notimplemented-response-501.json", ErrorKind::Refused),
        ("error-sendas-denied-response-403.json", ErrorKind::Denied),
        ("message-createforward-response-400-2.json", ErrorKind::Refused),
    ];
    for (path, text) in messages() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if let Some((_, kind)) = wanted.iter().find(|(wanted, _)| *wanted == name) {
            let response = Response::new(status(&path)).body("application/json", text);
            assert_eq!(me::parse(&response).map_err(|error| error.kind), Err(*kind), "{name}");
        }
    }
}

#[test]
fn every_task_is_read() {
    let place = Place::TaskList(ListId::new("L"));
    let mut found = 0;
    for (path, text) in messages() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !name.contains("todotask") || !name.contains("response") || name.contains("checklist") {
            continue;
        }
        let json: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let items = json.get("value").and_then(Value::as_array).cloned().unwrap_or_else(|| vec![json.clone()]);
        for mut item in items.into_iter().filter(|item| item.get("status").is_some()) {
            // The examples are shortened; a page of ours would have them.
            if item.get("linkedResources").is_none() {
                item["linkedResources"] = Value::Array(Vec::new());
            }
            let title = item["title"].clone();
            let page = serde_json::json!({ "value": [item], "@odata.deltaLink": "d" });
            let page = Response::new(200).body("application/json", page.to_string());
            match delta::parse(&place, &page, &WANTED).expect("a page").items.as_slice() {
                [(_, DeltaItem::Present(seen))] => {
                    assert_eq!(Some(seen.fields.text(Field::Subject)), title.as_str(), "{name}");
                }
                other => panic!("{name}: {other:?}"),
            }
            found += 1;
        }
    }
    assert!(found > 3 || !Path::new(CORPUS).exists(), "{found}");
}

#[test]
fn every_task_list_is_read() {
    for (path, text) in messages() {
        if path.file_name().is_some_and(|name| name == "todotasklist-delta-response-1.json") {
            let page = task_lists::parse_delta(&Response::new(200).body("application/json", text)).expect("a page");
            assert!(matches!(page.items.as_slice(), [(_, task_lists::ListItem::Present(_))]), "{page:?}");
        }
    }
}

/// What keeps an event of the documentation from being read: its examples are shortened, and say less than a page of
/// ours would.
fn reason(event: &Value) -> &'static str {
    let required = [
        "attendees",
        "body",
        "end",
        "iCalUId",
        "isAllDay",
        "isOrganizer",
        "isReminderOn",
        "sensitivity",
        "showAs",
        "start",
        "subject",
        "type",
    ];
    if required.iter().any(|name| event.get(*name).is_none()) {
        "shortened"
    } else if event["type"] == "seriesMaster" || event["type"] == "exception" || event["type"] == "occurrence" {
        "not told by a page alone"
    } else {
        "unknown"
    }
}

/// New notes leave the way into an online meeting as it is, in a body as Teams writes it. Where the example was
/// shortened by it, nothing is written.
fn keeps_its_block(event: &Value, fields: &Fields) {
    let html = event["body"]["content"].as_str().expect("a body");
    let patch = Patch::from_iter([(Field::Notes, mxs_core::Value::text("ours & <new>"))]);
    let body = event::patch_body(&patch, fields, None, Some(html), None);
    if !html.contains("me-email-text") {
        assert_eq!(body, serde_json::json!({}));
        return;
    }
    let new = body["body"]["content"].as_str().expect("a body");
    let (start, end) =
        (html.find("<div class=\"me-email-text\"").expect("a block"), html.rfind("<div").expect("a line"));
    assert!(new.contains(&html[start..end]), "{new}");
    let mut changed = event.clone();
    changed["body"] = body["body"].clone();
    let page = serde_json::json!({ "value": [changed], "@odata.deltaLink": "d" });
    let [.., place] = places();
    let page = delta::parse(&place, &Response::new(200).body("application/json", page.to_string()), &WANTED);
    match page.expect("a page").items.as_slice() {
        [(_, DeltaItem::Present(seen))] => assert_eq!(seen.fields.text(Field::Notes), "ours & <new>"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_event_is_read_or_says_why_not() {
    let [.., place] = places();
    let (mut present, mut left) = (0, std::collections::BTreeMap::<&str, u32>::new());
    for (path, text) in messages() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !name.contains("response")
            || !(name.contains("event-") || name.contains("events") || name.contains("calendar-online"))
        {
            continue;
        }
        let json: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let items = json.get("value").and_then(Value::as_array).cloned().unwrap_or_else(|| vec![json.clone()]);
        for item in items.into_iter().filter(|item| item.get("start").is_some()) {
            let page = serde_json::json!({ "value": [item], "@odata.deltaLink": "d" });
            let page = Response::new(200).body("application/json", page.to_string());
            match delta::parse(&place, &page, &WANTED).expect("a page").items.as_slice() {
                [(_, DeltaItem::Present(seen))] => {
                    let subject = item["subject"].as_str().unwrap_or_default().trim();
                    assert_eq!(seen.fields.text(Field::Subject), subject, "{name}");
                    let notes = seen.fields.text(Field::Notes);
                    assert!(!notes.contains('<') && !notes.contains("Microsoft Teams Meeting"), "{name}: {notes}");
                    if seen.fields.get(Field::OnlineMeeting).is_some() {
                        keeps_its_block(&item, &seen.fields);
                    }
                    present += 1;
                }
                _ => *left.entry(reason(&item)).or_default() += 1,
            }
        }
    }
    println!("{present} events are read, {left:?} are not");
    assert!(!left.contains_key("unknown"), "{left:?}");
    assert!(present > 5 || !Path::new(CORPUS).exists(), "{present}, {left:?}");
}

#[test]
fn every_message_is_read_or_is_shortened() {
    let (mut read, mut shortened) = (0, 0);
    for (path, text) in messages() {
        let json: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let items = json.get("value").and_then(Value::as_array).cloned().unwrap_or_else(|| vec![json.clone()]);
        for item in items.into_iter().filter(|item| item.get("id").is_some() && item["sender"].is_object()) {
            let members =
                ["receivedDateTime", "isDraft", "toRecipients", "ccRecipients", "bccRecipients", "categories"];
            let is_whole = members.iter().all(|name| item.get(name).is_some()) && item.get("from").is_some();
            let page = serde_json::json!({ "value": [item], "@odata.deltaLink": "d" });
            let page = changes::parse(&Response::new(200).body("application/json", page.to_string())).expect("a page");
            let is_read = matches!(page.items.as_slice(), [(_, changes::MailItem::Present(_))]);
            assert_eq!(is_read, is_whole, "{}", path.display());
            read += u32::from(is_read);
            shortened += u32::from(!is_read);
        }
    }
    println!("{read} messages are read, {shortened} are shortened");
    assert!(read > 3 || !Path::new(CORPUS).exists(), "{read}");
}
