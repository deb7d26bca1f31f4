//! What is asked of the CRM, and what its answers say.

use super::*;
use crate::{ErrorKind, Known, Names, Owners};
use mxs_core::{Field, Fields, Instant, Patch, Seen, Side, Value as FieldValue, VendorRefusal, Version};
use mxs_http::Response;
use serde_json::{Map, json};

fn answer(status: u16, body: &Value) -> Response {
    Response::new(status).body("application/json", body.to_string())
}

fn moment(text: &str) -> Instant {
    Instant::parse(text).expect("a moment")
}

fn ids(ids: &[&str]) -> Vec<CrmId> {
    ids.iter().copied().map(CrmId::new).collect()
}

fn body(request: &Request) -> Value {
    assert_eq!(request.headers.get("Content-Type"), Some("application/json"));
    serde_json::from_slice(&request.body).expect("JSON")
}

fn contacts() -> Names {
    Names::usual(Module::Contacts)
}

fn ada() -> Owners {
    Owners::one("5")
}

/// A row with every column, all empty but for the moment of its creation and what `more` has.
fn row(more: Value) -> Value {
    let mut row: Map<String, Value> =
        contacts().selected().into_iter().map(|name| (name.into_owned(), Value::Null)).collect();
    row.insert("Created_Time".to_owned(), json!("2026-11-20T09:00:00+01:00"));
    row.extend(more.as_object().cloned().expect("an object"));
    Value::Object(row)
}

#[test]
fn queries_pair_their_criteria_in_brackets() {
    let since = moment("2026-11-21T22:05:57+01:00");
    let after = CrmId::new("9");
    let cases = [
        (changes(&contacts(), &ada(), None, None), "Owner = '5'", 2000),
        (
            changes(&contacts(), &ada(), Some(since), None),
            "(Owner = '5' and Modified_Time >= '2026-11-21T21:05:57+00:00')",
            200,
        ),
        (changes(&contacts(), &ada(), None, Some(&after)), "(Owner = '5' and id > '9')", 2000),
        (
            changes(&contacts(), &ada(), Some(since), Some(&after)),
            "((Owner = '5' and Modified_Time >= '2026-11-21T21:05:57+00:00') and id > '9')",
            2000,
        ),
        (changes(&contacts(), &Owners::one("' or 1='\\"), None, None), "Owner = ' or 1='", 2000),
        (changes(&contacts(), &Owners::everybody(), None, None), "id is not null", 2000),
        (changes(&contacts(), &Owners::everybody(), None, Some(&after)), "id > '9'", 2000),
        (these(&contacts(), &ada(), &ids(&["7", "9"])), "(Owner = '5' and id in ('7', '9'))", 200),
        (these(&contacts(), &Owners::everybody(), &ids(&["7"])), "id in ('7')", 200),
    ];
    for (request, criteria, most) in cases {
        assert_eq!((request.method, request.url.as_str()), (Method::Post, "/crm/v8/coql"));
        let query = body(&request)["select_query"].as_str().expect("a query").to_owned();
        let (columns, rest) = query.split_once(" from Contacts where ").expect("clauses");
        assert_eq!(rest, format!("{criteria} order by id asc limit {most}"));
        let columns: Vec<&str> = columns.trim_start_matches("select ").split(", ").collect();
        assert!(["Created_Time", "Modified_Time", "Mailing_Zip"].iter().all(|name| columns.contains(name)), "{query}");
        assert!(columns.len() <= 50, "{query}");
    }
}

#[test]
fn a_page_of_a_query_is_read() {
    let page = json!({
        "data": [
            row(json!({ "id": "10", "Modified_Time": "2026-11-21T22:05:57+01:00", "Last_Name": "Lovelace" })),
            row(json!({ "id": "9", "Modified_Time": "2026-11-21T21:05:58Z" })),
        ],
        "info": { "count": 2, "more_records": true },
    });
    let page = parse_page(&contacts(), &answer(200, &page)).expect("a page");
    let first = Record {
        id: CrmId::new("10"),
        seen: Seen {
            fields: Fields::default().with(Field::Surname, "Lovelace"),
            version: Version::new("2026-11-21T21:05:57+00:00"),
            mark: None,
        },
        created: moment("2026-11-20T08:00:00Z"),
        modified: moment("2026-11-21T21:05:57Z"),
    };
    assert_eq!((page.records.len(), page.records.first(), page.more), (2, Some(&first), true));
    assert_eq!(page.last(), Some(&CrmId::new("10")), "ids are numbers");
    assert_eq!(parse_page(&contacts(), &Response::new(204)), Ok(Page::default()));
    assert_eq!(Page::default().last(), None);
}

#[test]
fn a_full_page_goes_on_if_the_crm_does_not_say() {
    let rows = |count: usize| {
        let row = |id: usize| row(json!({ "id": id.to_string(), "Modified_Time": "2026-11-21T21:05:57Z" }));
        json!({ "data": (0..count).map(row).collect::<Vec<_>>() })
    };
    let more = |count| parse_page(&contacts(), &answer(200, &rows(count))).map(|page| page.more);
    assert_eq!((more(QUERY_LIMIT), more(QUERY_LIMIT - 1)), (Ok(true), Ok(false)));
}

#[test]
fn a_page_that_is_not_what_was_promised_is_refused() {
    let time = "2026-11-21T21:05:57Z";
    let mut narrow = row(json!({ "id": "1", "Modified_Time": time }));
    narrow.as_object_mut().expect("an object").remove("Secondary_Email");
    let pages = [
        json!({ "data": [row(json!({ "Modified_Time": time }))] }),
        json!({ "data": [narrow] }),
        json!({ "data": ["x"] }),
        json!({ "data": [], "info": { "more_records": true } }),
        json!({ "data": null }),
        json!({}),
    ];
    for page in pages {
        let found = parse_page(&contacts(), &answer(200, &page)).map_err(|error| error.kind);
        assert_eq!(found, Err(ErrorKind::Unreadable), "{page}");
    }
    // What can be named waits alone.
    let good = row(json!({ "id": "8", "Modified_Time": time }));
    let unreadable = [
        row(json!({ "id": "9" })),
        row(json!({ "id": "9", "Modified_Time": "yesterday" })),
        row(json!({ "id": "9", "Modified_Time": time, "Created_Time": null })),
        row(json!({ "id": "9", "Modified_Time": time, "Last_Name": {} })),
    ];
    for row in unreadable {
        let page = parse_page(&contacts(), &answer(200, &json!({ "data": [row, good] }))).expect("a page");
        assert_eq!((page.records.len(), &page.unreadable), (1, &ids(&["9"])), "{row}");
        assert_eq!(page.last(), Some(&CrmId::new("9")), "the next page begins behind it");
    }
    let error = json!({ "code": "INVALID_QUERY", "details": { "column_name": "Home_Phone" }, "status": "error" });
    let found = parse_page(&contacts(), &answer(400, &error)).map_err(|error| (error.kind, error.code));
    assert_eq!(found, Err((ErrorKind::Refused, "INVALID_QUERY".to_owned())));
}

#[test]
fn records_are_looked_up_with_their_owners() {
    let request = lookup(Module::Contacts, &ids(&["1", "2"]));
    assert_eq!(
        (request.method, request.url.as_str()),
        (Method::Get, "/crm/v8/Contacts?ids=1,2&fields=Owner,Modified_Time&approved=both")
    );
    let time = "2026-11-21T22:05:57+01:00";
    let owner = json!({ "id": "5", "name": "x", "email": "y" });
    let page = json!({ "data": [{ "id": "1", "Owner": owner, "Modified_Time": time }], "info": {} });
    let found = vec![Found { id: CrmId::new("1"), owner: "5".into(), modified: moment(time) }];
    assert_eq!(parse_lookup(&answer(200, &page)), Ok(found));
    assert_eq!(parse_lookup(&Response::new(204)), Ok(Vec::new()));
    for row in [json!({ "id": "1", "Modified_Time": time }), json!({ "id": "1", "Owner": { "id": "5" } })] {
        let found = parse_lookup(&answer(200, &json!({ "data": [row] })));
        assert_eq!(found.map_err(|error| error.kind), Err(ErrorKind::Unreadable));
    }
}

#[test]
fn deleted_records_are_listed_from_the_very_second() {
    let request = deleted(Module::Contacts, Some(moment("2026-11-21T21:05:57Z")), 3);
    assert_eq!(request.url, "/crm/v8/Contacts/deleted?type=all&page=3&per_page=200");
    assert_eq!(request.headers.get("If-Modified-Since"), Some("2026-11-21T21:05:56+00:00"));
    assert_eq!(deleted(Module::Contacts, None, 1).headers.get("If-Modified-Since"), None);

    let page = json!({
        "data": [{ "id": "1", "type": "recycle" }, { "id": "2", "type": "permanent", "display_name": null }],
        "info": { "more_records": true },
    });
    assert_eq!(parse_deleted(&answer(200, &page)), Ok(DeletedPage { ids: ids(&["1", "2"]), more: true }));
    for status in [204, 304] {
        assert_eq!(parse_deleted(&Response::new(status)), Ok(DeletedPage::default()));
    }
    let endless = json!({ "data": [], "info": { "more_records": true } });
    assert_eq!(parse_deleted(&answer(200, &endless)), Ok(DeletedPage::default()));
}

#[test]
fn writes_start_nothing_in_the_crm() {
    let ada = Fields::default().with(Field::Surname, "Lovelace");
    let request = insert(&contacts(), "5", &[&ada], &Known::default());
    assert_eq!((request.method, request.url.as_str()), (Method::Post, "/crm/v8/Contacts"));
    assert_eq!(body(&request), json!({ "data": [{ "Last_Name": "Lovelace", "Owner": { "id": "5" } }], "trigger": [] }));

    let patch = Patch::from_iter([(Field::Surname, FieldValue::text("King")), (Field::Notes, None)]);
    let request = update(&contacts(), &[(CrmId::new("1"), &patch)], &Known::default());
    assert_eq!((request.method, request.url.as_str()), (Method::Put, "/crm/v8/Contacts"));
    let row = json!({ "id": "1", "Last_Name": "King", "Description": null });
    assert_eq!(body(&request), json!({ "data": [row], "trigger": [] }));

    let request = give(Module::Events, &ids(&["1"]), "5");
    assert_eq!((request.method, request.url.as_str()), (Method::Put, "/crm/v8/Events"));
    assert_eq!(body(&request), json!({ "data": [{ "id": "1", "Owner": { "id": "5" } }], "trigger": [] }));

    let request = delete(Module::Contacts, &ids(&["1", "2"]));
    assert_eq!((request.method, request.url.as_str()), (Method::Delete, "/crm/v8/Contacts?ids=1,2&wf_trigger=false"));
    assert!(request.body.is_empty());
}

fn success(id: &str) -> Value {
    let details = json!({ "id": id, "Modified_Time": "2026-11-21T22:05:57+01:00", "Created_Time": "x" });
    json!({ "code": "SUCCESS", "details": details, "message": "record added", "status": "success" })
}

fn failure(code: &str, details: Value) -> Value {
    json!({ "code": code, "details": details, "message": "no", "status": "error" })
}

fn refused(status: u16, code: &str, field: Option<Field>, max_length: Option<u32>) -> VendorRefusal {
    VendorRefusal { side: Side::Crm, status, code: code.into(), field, max_length }
}

#[test]
fn each_record_of_a_write_has_its_own_outcome() {
    let written = Written { id: CrmId::new("1"), modified: moment("2026-11-21T21:05:57Z") };
    let long = json!({ "api_name": "Mailing_Zip", "json_path": "$.data[1].Mailing_Zip", "maximum_length": 30 });
    let data = json!({ "data": [
        success("1"),
        failure("INVALID_DATA", long),
        failure("DUPLICATE_DATA", json!({ "api_name": "Email", "duplicate_record": { "id": "7" } })),
        failure("MANDATORY_NOT_FOUND", json!({ "api_name": "Custom", "maximum_length": "9" })),
        failure("RECORD_LOCKED", Value::Null),
    ] });
    for status in [200, 201, 202, 207] {
        let found = parse_written(&contacts(), &answer(status, &data), 5);
        let wanted = vec![
            Ok(written.clone()),
            Err(refused(400, "INVALID_DATA", Some(Field::WorkPostalCode), Some(30))),
            Err(refused(400, "DUPLICATE_DATA", Some(Field::Email1), None)),
            Err(refused(400, "MANDATORY_NOT_FOUND", None, Some(9))),
            Err(refused(400, "RECORD_LOCKED", None, None)),
        ];
        assert_eq!(found, Ok(wanted), "{status}");
    }
    let all = json!({ "data": [failure("ALREADY_MODIFIED", json!({}))] });
    let wanted = vec![Err(refused(412, "ALREADY_MODIFIED", None, None))];
    assert_eq!(parse_written(&contacts(), &answer(412, &all), 1), Ok(wanted));
}

#[test]
fn deletes_have_an_outcome_each() {
    let done = json!({ "code": "SUCCESS", "details": { "id": "1" }, "message": "record deleted", "status": "success" });
    let data = json!({ "data": [done, failure("INVALID_DATA", json!({ "id": "2" }))] });
    let wanted = vec![Ok(CrmId::new("1")), Err(refused(400, "INVALID_DATA", None, None))];
    assert_eq!(parse_delete(&answer(207, &data), 2), Ok(wanted));
}

#[test]
fn a_write_that_fails_as_a_whole_is_one_error() {
    let one = json!({ "data": [success("1")] });
    let cases = [
        (answer(201, &one), ErrorKind::Unreadable),
        (answer(200, &json!({ "data": ["x", "y"] })), ErrorKind::Unreadable),
        (
            answer(200, &json!({ "data": [{ "status": "success" }, { "status": "success", "details": {} }] })),
            ErrorKind::Unreadable,
        ),
        (answer(200, &json!({})), ErrorKind::Unreadable),
        (Response::new(200).body("text/html", "<html>"), ErrorKind::Unreadable),
        (Response::new(502).body("text/html", "<html>"), ErrorKind::Unavailable),
        (answer(401, &failure("INVALID_TOKEN", json!({}))), ErrorKind::SignInAgain),
        (answer(429, &failure("TOO_MANY_REQUESTS", json!({}))), ErrorKind::Throttled),
        (answer(400, &json!({ "data": [failure("LIMIT_EXCEEDED", json!({}))] })), ErrorKind::Unreadable),
    ];
    for (response, wanted) in cases {
        let found = parse_written(&contacts(), &response, 2).map_err(|error| error.kind);
        assert_eq!(found, Err(wanted), "{response:?}");
    }
}

#[test]
fn a_part_that_is_refused_is_told_by_its_field() {
    let path = |path: &str| json!({ "api_name": "name", "json_path": path, "maximum_length": 25 });
    let cases = [
        (Module::Contacts, path("$.data[0].Tag[2].name"), Some(Field::Categories)),
        (Module::Contacts, json!({ "api_name": "id", "json_path": "$.data[0].Account_Name.id" }), Some(Field::Company)),
        (Module::Tasks, json!({ "json_path": "$.data[17].Remind_At.ALARM" }), Some(Field::Reminder)),
        (Module::Events, json!({ "json_path": "$.data[0].Participants[0].participant" }), Some(Field::Attendees)),
        (Module::Events, json!({ "json_path": "$.data[0].Recurring_Activity.RRULE" }), Some(Field::Recurrence)),
        (Module::Events, json!({ "api_name": "Event_Title" }), Some(Field::Subject)),
        (Module::Leads, json!({ "api_name": "Designation" }), Some(Field::JobTitle)),
        (Module::Leads, json!({ "api_name": "Lead_Status" }), None),
        (Module::Contacts, json!({ "json_path": "$.trigger" }), None),
        (Module::Contacts, json!({ "json_path": "$.data[0" }), None),
    ];
    for (module, details, field) in cases {
        let data = json!({ "data": [failure("INVALID_DATA", details.clone())] });
        let found = parse_written(&Names::all(module), &answer(400, &data), 1).expect("an answer");
        assert_eq!(found[0].as_ref().map_err(|refusal| refusal.field), Err(field), "{module:?} {details}");
    }
}

#[test]
fn every_module_has_its_own_paths() {
    for module in Module::ALL {
        let (names, name) = (Names::all(module), module.api_name());
        let query = body(&changes(&names, &ada(), None, None))["select_query"].as_str().expect("a query").to_owned();
        assert!(query.contains(&format!(" from {name} where ")), "{query}");
        let urls = [
            insert(&names, "5", &[], &Known::default()).url,
            update(&names, &[], &Known::default()).url,
            delete(module, &ids(&["1"])).url,
            deleted(module, None, 1).url,
            lookup(module, &ids(&["1"])).url,
        ];
        let wanted = [
            format!("/crm/v8/{name}"),
            format!("/crm/v8/{name}"),
            format!("/crm/v8/{name}?ids=1&wf_trigger=false"),
            format!("/crm/v8/{name}/deleted?type=all&page=1&per_page=200"),
            format!("/crm/v8/{name}?ids=1&fields=Owner,Modified_Time{}", whole(module)),
        ];
        assert_eq!(urls, wanted);
    }
    assert_eq!(whole(Module::Leads), "&approved=both&converted=both");
}
