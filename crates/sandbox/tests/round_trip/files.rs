//! What real programs wrote, as items of a mailbox and records of a CRM.

use crate::sides::WANTED;
use mxs_core::{ExchangeId, Fields, Kind};
use mxs_graph::batch::{self, Part, PartOutcome};
use mxs_graph::contact;
use mxs_http::Response;
use mxs_zoho::{Module, Names, record};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};

const HERE: &str = env!("CARGO_MANIFEST_DIR");

/// The files of a folder of the collection, in order; none, and a word about it, where it isn't at hand.
pub(crate) fn collected(folder: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(HERE).join("../../../shared/corpus").join(folder);
    if !folder.exists() {
        println!("skipped: no files at {}", folder.display());
        return Vec::new();
    }
    files(folder)
}

/// The files of a folder, in order.
fn files(folder: PathBuf) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    paths.iter().map(|path| (name(path), std::fs::read(path).expect("a file"))).collect()
}

fn samples(name: &str) -> PathBuf {
    Path::new(HERE).join("../../tests/samples").join(name)
}

/// Contacts of address books, as a mailbox would have them.
pub(crate) fn cards() -> Vec<(String, Value)> {
    let files = collected("vcf").into_iter().chain(files(samples("contacts")));
    let contacts = files.flat_map(|(name, bytes)| {
        let contacts = mxs_sandbox::import::read(&bytes).contacts;
        contacts.into_iter().map(move |contact| (name.clone(), contact))
    });
    contacts.collect()
}

/// The items of Microsoft's documentation, and what kind they are.
pub(crate) fn items() -> Vec<(String, Kind, Value)> {
    let mut items = Vec::new();
    for (name, bytes) in collected("graph") {
        let json: Value = serde_json::from_slice(&bytes).expect("JSON");
        let all = json.get("value").and_then(Value::as_array).cloned().unwrap_or_else(|| vec![json]);
        items.extend(all.into_iter().filter_map(|item| Some((name.clone(), kind_of(&item)?, item))));
    }
    items
}

fn kind_of(item: &Value) -> Option<Kind> {
    let has = |names: &[&str]| names.iter().all(|name| item.get(*name).is_some());
    match item {
        _ if has(&["givenName", "emailAddresses"]) => Some(Kind::Contact),
        _ if has(&["title"])
            && !has(&["subject"])
            && !has(&["displayName"])
            && (has(&["status"]) || has(&["dueDateTime"])) =>
        {
            Some(Kind::Task)
        }
        _ if has(&["subject", "start", "end"]) && !has(&["meetingMessageType"]) => Some(Kind::Event),
        _ => None,
    }
}

/// What an example that was shortened would have beside what it says.
fn rest(kind: Kind, item: &Value) -> Value {
    match kind {
        Kind::Contact => {
            let members = contact::SELECT.split(',').map(|name| (name.to_owned(), Value::Null));
            let mut rest: Map<_, _> = members.collect();
            rest.insert("parentFolderId".to_owned(), json!("F"));
            rest.into()
        }
        Kind::Task => json!({
            "status": "notStarted", "importance": "normal", "isReminderOn": false, "linkedResources": [], "categories": [],
            "body": { "content": "", "contentType": "text" },
        }),
        Kind::Event => json!({
            "type": if item["recurrence"].is_object() { "seriesMaster" } else { "singleInstance" }, "iCalUId": "U",
            "attendees": [], "body": { "content": "", "contentType": "text" }, "isAllDay": false, "isOrganizer": true,
            "isReminderOn": false, "sensitivity": "normal", "showAs": "busy", "cancelledOccurrences": [],
            "exceptionOccurrences": [],
        }),
    }
}

/// The contents of an item, as the client reads it; `None` where it is none by itself, or can't be read.
pub(crate) fn read_item(kind: Kind, item: &Value) -> Option<Fields> {
    let mut whole = rest(kind, item);
    let members = whole.as_object_mut()?;
    members.extend(item.as_object()?.clone());
    members.insert("id".to_owned(), json!("I"));
    members.insert("@odata.etag".to_owned(), json!("W/\"1\""));
    let batch = json!({ "responses": [{ "id": "0", "status": 200, "body": whole }] });
    let answer = Response::new(200).body("application/json", batch.to_string());
    let part = Part::Get { id: &ExchangeId::new("I"), folder: "" };
    match batch::parse(kind, &answer, &[part], &WANTED).expect("an answer").remove(0) {
        Ok(PartOutcome::Read(seen)) => Some(seen.fields),
        _ => None,
    }
}

/// Records as Zoho's own samples and other clients' tests have them, and the sandbox's.
pub(crate) fn crm_records() -> Vec<(String, Module, Fields)> {
    let mut all = Vec::new();
    for (name, bytes) in collected("zoho") {
        let json: Value = serde_json::from_slice(&bytes).expect("JSON");
        let rows = json.get("data").and_then(Value::as_array).cloned().unwrap_or_default();
        all.extend(rows.into_iter().filter_map(|row| Some((name.clone(), module_of(&row)?, row))));
    }
    let own: Vec<Value> =
        serde_json::from_slice(&std::fs::read(samples("crm-contacts.json")).expect("a file")).expect("JSON");
    all.extend(own.into_iter().map(|row| ("crm-contacts.json".to_owned(), Module::Contacts, row)));
    let read = |(name, module, row): (String, Module, Value)| {
        let mut row = row.as_object().cloned()?;
        if let Some(account) = row.get("Account_Name").map(|account| account["name"].clone()) {
            row.insert("Account_Name.Account_Name".to_owned(), account);
        }
        Some((name, module, record::fields(&Names::usual(module), &row)))
    };
    all.into_iter().filter_map(read).collect()
}

fn module_of(row: &Value) -> Option<Module> {
    let has = |name: &str| row.get(name).is_some_and(|value| !value.is_null());
    match row {
        _ if has("Event_Title") => Some(Module::Events),
        _ if has("Company") && has("Last_Name") => Some(Module::Leads),
        _ if has("Last_Name") => Some(Module::Contacts),
        _ if has("Subject") && (has("Due_Date") || has("Status")) => Some(Module::Tasks),
        _ => None,
    }
}
