//! The requests against Zoho's own description of the service, where a copy of it is at hand.

use mxs_core::{CrmId, Date, Field, FieldMap, Fields, Instant, Kind, Patch, Seen, Value};
use mxs_http::{Method, Request, url};
use mxs_zoho::notifications::{self, Channel, ChannelId};
use mxs_zoho::{Known, Module, Names, Owners, accounts, details, leads, org, people, records, users};
use secrecy::SecretString;
use serde_json::Value as Json;
use std::path::Path;

const CONTRACTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/contracts/zoho-crm-v8");

/// An OpenAPI document.
fn document(name: &str) -> Option<Json> {
    let path = Path::new(CONTRACTS).join(name);
    if !path.exists() {
        println!("skipped: no document at {}", path.display());
        return None;
    }
    let text = std::fs::read_to_string(&path).expect("text");
    Some(serde_json::from_str(&text).expect("JSON"))
}

/// What a reference within the document points to.
fn resolve<'a>(document: &'a Json, json: &'a Json) -> &'a Json {
    match json.get("$ref").and_then(Json::as_str).and_then(|target| target.strip_prefix('#')) {
        Some(target) => document.pointer(target).unwrap_or_else(|| panic!("no {target}")),
        None => json,
    }
}

/// Whether `value` fits `schema`, as far as the document says.
fn check(document: &Json, schema: &Json, value: &Json, path: &str) {
    let schema = resolve(document, schema);
    match schema.get("type").and_then(Json::as_str) {
        Some("array") => {
            let list = value.as_array().unwrap_or_else(|| panic!("{path} is no list"));
            list.iter().for_each(|value| check(document, &schema["items"], value, path));
        }
        Some("object") => {
            let object = value.as_object().unwrap_or_else(|| panic!("{path} is no object"));
            for name in schema.get("required").and_then(Json::as_array).into_iter().flatten() {
                assert!(object.contains_key(name.as_str().unwrap_or_default()), "{path} lacks {name}");
            }
            let open = schema.get("additionalProperties").is_some();
            for (member, value) in object {
                match schema.pointer(&format!("/properties/{member}")) {
                    Some(schema) if !value.is_null() => check(document, schema, value, &format!("{path}/{member}")),
                    Some(_) => {}
                    None => assert!(open, "{path}/{member} isn't in the document"),
                }
            }
        }
        Some("string") => assert!(value.is_string(), "{path} is no text"),
        Some("boolean") => assert!(value.is_boolean(), "{path} is no boolean"),
        _ => {}
    }
}

/// Checks method, path, parameters, header fields and body of `request` against the operation at `path`.
fn check_request(document: &Json, path: &str, module: &str, request: &Request) {
    let method = request.method.as_str().to_ascii_lowercase();
    let operation = &document["paths"][path][&method];
    assert!(operation.is_object(), "{method} {path} isn't in the document");

    let (found, query) = request.url.split_once('?').unwrap_or((&request.url, ""));
    assert_eq!(found, path.replace("{module_api_name}", module));
    let parameters: Vec<&Json> = operation["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|parameter| resolve(document, parameter))
        .collect();
    let known = |name: &str, place: &str| parameters.iter().any(|known| known["name"] == name && known["in"] == place);
    for (name, _) in url::parse_form(query) {
        assert!(known(&name, "query"), "{method} {path} has no parameter {name}");
    }
    for (name, _) in request.headers.iter().filter(|(name, _)| *name != "Content-Type") {
        assert!(known(name, "header"), "{method} {path} has no header field {name}");
    }
    match resolve(document, &operation["requestBody"]).pointer("/content/application~1json/schema") {
        Some(schema) => {
            let body: Json = serde_json::from_slice(&request.body).expect("JSON");
            check(document, schema, &body, "$");
        }
        None => assert!(request.body.is_empty(), "{method} {path} takes no body"),
    }
}

/// Contents with something in every field that usually flows.
fn full(kind: Kind) -> Fields {
    let map = FieldMap::usual(kind);
    let text = |field: Field| Some((field, Value::text(&format!("a {}", field.name()))?));
    let mut full: Fields = map.fields().filter_map(text).collect();
    let (day, moment) = (Date::new(2026, 7, 22).ok().map(Value::Date), Some(Value::Moment(Instant::from_seconds(0))));
    let values = [
        (Field::Attendees, Value::set(["ada@corp.example"])),
        (Field::Birthday, day.clone()),
        (Field::Categories, Value::set(["VIP"])),
        (Field::Due, day),
        (Field::End, moment.clone()),
        (Field::Exclusions, Value::set(["2026-07-23"])),
        (Field::Priority, Value::text("high")),
        (Field::Recurrence, Value::text("FREQ=DAILY")),
        (Field::Reminder, if kind == Kind::Event { Some(Value::Number(15)) } else { moment.clone() }),
        (Field::Start, moment),
        (Field::Status, Value::text("waiting")),
    ];
    for (field, value) in values.into_iter().filter(|(field, _)| map.flows(*field)) {
        full.put(field, value);
    }
    full
}

#[test]
fn record_requests_are_as_described() {
    let Some(document) = document("record.json") else { return };
    let ids = [CrmId::new("1"), CrmId::new("2")];
    let (records_path, deleted_path) = ("/crm/v8/{module_api_name}", "/crm/v8/{module_api_name}/deleted");
    for module in Module::ALL {
        let (names, known) = (Names::all(module), Known::default());
        let check = |path: &str, request: &Request| check_request(&document, path, module.api_name(), request);
        check(records_path, &records::insert(&names, "5", &[&full(module.kind())], &known));
        let emptied = Patch::from_iter(names.fields().map(|field| (field, None)));
        check(records_path, &records::update(&names, &[(CrmId::new("1"), &emptied)], &known));
        check(records_path, &records::delete(module, &ids));
        check(records_path, &records::lookup(module, &ids));
        check(deleted_path, &records::deleted(module, Some(Instant::from_seconds(0)), 2));
        check(deleted_path, &records::deleted(module, None, 1));
        let record = |id: &CrmId| records::Record {
            id: id.clone(),
            seen: Seen { fields: Fields::default(), version: records::version(Instant::from_seconds(0)), mark: None },
            created: Instant::from_seconds(0),
            modified: Instant::from_seconds(0),
        };
        check(records_path, &details::request(&names, &[record(&ids[0]), record(&ids[1])]));
    }
    check_request(&document, records_path, "Events", &people::request(&ids));
    check_request(&document, records_path, "Leads", &leads::conversions(&ids));
    check_request(&document, records_path, "Accounts", &accounts::insert("5", &["Bureau"]));
}

/// The parts of a record that the document describes, though nothing in it says where they stand.
#[test]
fn parts_of_records_are_as_described() {
    let Some(document) = document("record.json") else { return };
    let body = |module: Module| {
        let request = records::insert(&Names::all(module), "5", &[&full(module.kind())], &Known::default());
        let body: Json = serde_json::from_slice(&request.body).expect("JSON");
        body["data"][0].clone()
    };
    let (task, event) = (body(Module::Tasks), body(Module::Events));
    let parts = [
        ("Remind_At", &task["Remind_At"]),
        ("Recurring_Activity", &task["Recurring_Activity"]),
        ("Recurring_Activity", &event["Recurring_Activity"]),
        ("Reminder", &event["Remind_At"][0]),
        ("Participants", &event["Participants"][0]),
    ];
    for (name, part) in parts {
        assert!(part.is_object(), "{name}");
        check(&document, &document["components"]["schemas"][name], part, name);
    }
}

#[test]
fn other_requests_are_as_described() {
    if let Some(document) = document("coql.json") {
        let after = CrmId::new("1");
        for module in Module::ALL {
            let (names, owners) = (Names::all(module), Owners::one("5"));
            let changes = records::changes(&names, &owners, Some(Instant::from_seconds(0)), Some(&after));
            check_request(&document, "/crm/v8/coql", "", &changes);
        }
        check_request(&document, "/crm/v8/coql", "", &accounts::find(&["Bureau"]));
    }
    if let Some(document) = document("users.json") {
        for request in [users::current(), users::active(2), users::administrator("5")] {
            check_request(&document, "/crm/v8/users", "", &request);
        }
    }
    if let Some(document) = document("notifications.json") {
        let (id, token) = (ChannelId::new(7).expect("a number"), SecretString::from("t"));
        let channel = Channel::new(id, &Module::ALL, "https://f.example", token, Instant::from_seconds(0));
        let channels = [channel.expect("a channel")];
        let requests = [
            notifications::watch(&channels),
            notifications::renew(&channels),
            notifications::list(1),
            notifications::disable(&[id]),
        ];
        for request in requests {
            // The document says "object" of the channel's number, and shows a text.
            let text = String::from_utf8_lossy(&request.body).replace(r#""channel_id":"7""#, r#""channel_id":{}"#);
            let request = Request { body: text.into_bytes(), ..request };
            check_request(&document, "/crm/v8/actions/watch", "", &request);
        }
    }
    if let Some(document) = document("org.json") {
        check_request(&document, "/crm/v8/org", "", &org::request());
    }
}

#[test]
fn the_checks_see_what_is_wrong() {
    let Some(document) = document("record.json") else { return };
    let wrong = [
        Request::new(Method::Get, "/crm/v8/Contacts?idz=1"),
        Request::new(Method::Get, "/crm/v8/Contacts").header("If-Modifed-Since", "x"),
        Request::new(Method::Post, "/crm/v8/Contacts").body("application/json", r#"{"date":[]}"#),
        Request::new(Method::Post, "/crm/v8/Contacts").body("application/json", r#"{"data":[],"trigger":"workflow"}"#),
        Request::new(Method::Patch, "/crm/v8/Contacts"),
    ];
    for request in wrong {
        let check = || check_request(&document, "/crm/v8/{module_api_name}", "Contacts", &request);
        assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(check)).is_err(), "{request:?}");
    }
}
