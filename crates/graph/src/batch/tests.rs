//! Batches as they are sent and answered.

use super::*;
use crate::ErrorKind;
use crate::place::Place;
use crate::task_lists::ListId;
use crate::{GraphError, Wanted, contact, tasks};
use mxs_core::{CrmId, ExchangeId, Fields, Patch, Seen, Version};
use mxs_http::{Method, Request, Response};
use serde_json::{Map, Value, json};

const WANTED: Wanted<'_> = Wanted { org: "7", zone: None, record_url: None };

fn parse(response: &Response, parts: &[Part<'_>]) -> Result<Vec<Result<PartOutcome, GraphError>>, GraphError> {
    super::parse(Kind::Contact, response, parts, &WANTED)
}

struct Given {
    id: ExchangeId,
    version: Version,
    crm: CrmId,
    fields: Fields,
    patch: Patch,
}

fn given() -> Given {
    Given {
        id: ExchangeId::new("AA/b="),
        version: Version::new("W/\"1\""),
        crm: CrmId::new("42"),
        fields: Fields::default().with(Field::Surname, "Lovelace"),
        patch: Patch::from_iter([(Field::Surname, None)]),
    }
}

impl Given {
    fn parts<'a>(&'a self, place: &'a Place, folder: &'a str) -> [Part<'a>; 5] {
        let Self { id, version, fields, patch, crm } = self;
        [
            Part::Create { place, fields, mark: crm, transaction: "T" },
            Part::Update { id, folder, version, patch, current: fields, mark: None, body: None },
            Part::Mark { id, folder, version: None, mark: crm, title: "Offer", instead_of: None },
            Part::Delete { id, folder, version, current: fields },
            Part::Get { id, folder },
        ]
    }
}

fn json_of(request: &Request) -> Value {
    serde_json::from_slice(&request.body).expect("JSON")
}

#[test]
fn a_batch_names_its_parts_in_order() {
    let given = given();
    let request = request(Kind::Contact, &given.parts(&Place::Contacts, ""), &WANTED);
    assert_eq!((request.method, request.url.as_str()), (Method::Post, "/v1.0/$batch"));
    assert_eq!(request.headers.get("Content-Type"), Some("application/json"));
    let body = json_of(&request);
    let (url, prefer) = ("/me/contacts/AA%2Fb%3D", "IdType=\"ImmutableId\"");
    let mark = json!([{ "id": crate::mark::PROPERTY_ID, "value": "zoho:7:42" }]);
    let json = "application/json";
    assert_eq!(
        body,
        json!({ "requests": [
            { "id": "0", "method": "POST", "url": "/me/contacts", "headers": { "Prefer": prefer, "Content-Type": json },
              "body": { "surname": "Lovelace", "singleValueExtendedProperties": mark } },
            { "id": "1", "method": "PATCH", "url": url,
              "headers": { "Prefer": prefer, "Content-Type": json, "If-Match": "W/\"1\"" }, "body": { "surname": null } },
            { "id": "2", "method": "PATCH", "url": url, "headers": { "Prefer": prefer, "Content-Type": json },
              "body": { "singleValueExtendedProperties": mark } },
            { "id": "3", "method": "DELETE", "url": url, "headers": { "Prefer": prefer, "If-Match": "W/\"1\"" } },
            { "id": "4", "method": "GET", "url": format!("{url}?$select={}", contact::SELECT), "headers": { "Prefer": prefer } },
        ] })
    );
}

fn contact(version: &str) -> Value {
    json!({ "id": "N", "@odata.etag": version, "surname": "L", "parentFolderId": "F" })
}

#[test]
fn answers_are_put_in_the_order_of_the_parts() {
    let given = given();
    let mut full: Map<String, Value> = contact::SELECT.split(',').map(|name| (name.to_owned(), Value::Null)).collect();
    full.extend(contact("W/\"5\"").as_object().cloned().expect("an object"));
    let body = json!({ "responses": [
        { "id": "4", "status": 200, "body": contact("W/\"4\"") },
        { "id": "2", "status": 412, "body": { "error": { "code": "ErrorIrresolvableConflict" } } },
        { "id": "9", "status": 200, "body": {} },
        { "id": "0", "status": 201, "headers": {}, "body": full },
        { "id": "3", "status": 204, "body": null },
        { "id": "1", "status": 429, "headers": { "retry-after": "2.5" }, "body": { "error": { "code": "TooManyRequests" } } },
    ] });
    let response = Response::new(200).body("application/json", body.to_string());
    let fields = Fields::default().with(Field::Surname, "L").with(Field::Folder, "F");
    let error =
        |kind, status, code: &str, retry_after_ms| GraphError { kind, status, code: code.into(), retry_after_ms };
    let written = PartOutcome::Written {
        id: ExchangeId::new("N"),
        version: Version::new("W/\"5\""),
        stored: Some(fields.clone()),
    };
    assert_eq!(
        parse(&response, &given.parts(&Place::Contacts, "")),
        Ok(vec![
            Ok(written),
            Err(error(ErrorKind::Throttled, 429, "TooManyRequests", Some(2_500))),
            Err(error(ErrorKind::Stale, 412, "ErrorIrresolvableConflict", None)),
            Ok(PartOutcome::Deleted),
            Ok(PartOutcome::Read(Seen { fields, version: Version::new("W/\"4\""), mark: None })),
        ])
    );
}

#[test]
fn a_part_without_a_usable_answer_is_unreadable() {
    let given = given();
    let parts = &given.parts(&Place::Contacts, "")[..1];
    let cases = [
        (json!([]), 0),
        (json!([{ "id": 0, "status": 201, "body": contact("1") }]), 0),
        (json!([{ "id": "0" }]), 0),
        (json!([{ "id": "0", "status": 99_999 }]), 0),
        (json!([{ "id": "0", "status": 201 }]), 201),
        (json!([{ "id": "0", "status": 201, "body": "PGh0bWw+" }]), 201),
        (json!([{ "id": "0", "status": 201, "body": { "id": "N" } }]), 201),
        (json!([{ "id": "0", "status": 404, "body": "PGh0bWw+" }]), 404),
    ];
    for (responses, status) in cases {
        let response = Response::new(200).body("application/json", json!({ "responses": responses }).to_string());
        assert_eq!(parse(&response, parts), Ok(vec![Err(GraphError::unreadable(status))]), "{responses}");
    }
}

#[test]
fn a_batch_that_fails_as_a_whole_is_one_error() {
    let cases = [
        (200, "{}", ErrorKind::Unreadable),
        (200, "<html>", ErrorKind::Unreadable),
        (401, "", ErrorKind::SignInAgain),
        (429, "", ErrorKind::Throttled),
        (400, r#"{"error":{"code":"BadRequest"}}"#, ErrorKind::Refused),
    ];
    for (status, body, wanted) in cases {
        let found = parse(&Response::new(status).body("application/json", body), &[]);
        assert_eq!(found.map_err(|error| error.kind), Err(wanted), "{status} {body}");
    }
}

#[test]
fn a_batch_of_tasks_names_their_list_and_marks_by_a_part_of_its_own() {
    let given = Given { fields: Fields::default().with(Field::Subject, "T"), ..given() };
    let place = Place::TaskList(ListId::new("L="));
    let zone = TimeZone::new("Europe/Berlin");
    let wanted = Wanted { org: "7", zone: zone.as_ref(), record_url: Some("https://crm/") };
    let patch = Patch::from_iter([(Field::Priority, mxs_core::Value::text("low"))]);
    let mut parts = given.parts(&place, "L=");
    if let Part::Update { patch: written, .. } = &mut parts[1] {
        *written = &patch;
    }
    let prefer = "IdType=\"ImmutableId\", outlook.timezone=\"Europe/Berlin\"";
    let typed = json!({ "Prefer": prefer, "Content-Type": "application/json" });
    let task = "/me/todo/lists/L%3D/tasks/AA%2Fb%3D";
    let link = |title: &str| {
        json!({ "applicationName": "MS Exchange Sync", "displayName": title, "externalId": "zoho:7:42",
            "webUrl": "https://crm/42" })
    };
    assert_eq!(
        json_of(&request(Kind::Task, &parts, &wanted)),
        json!({ "requests": [
            { "id": "0", "method": "POST", "url": "/me/todo/lists/L%3D/tasks", "headers": typed,
              "body": { "title": "T", "linkedResources": [link("T")] } },
            { "id": "1", "method": "PATCH", "url": task,
              "headers": { "Prefer": prefer, "Content-Type": "application/json", "If-Match": "W/\"1\"" },
              "body": { "importance": "low" } },
            { "id": "2", "method": "POST", "url": format!("{task}/linkedResources"), "headers": typed, "body": link("Offer") },
            { "id": "3", "method": "DELETE", "url": task, "headers": { "Prefer": prefer, "If-Match": "W/\"1\"" } },
            { "id": "4", "method": "GET", "url": format!("{task}?$expand=linkedResources"), "headers": { "Prefer": prefer } },
        ] })
    );
    assert!(!carries_mark(Kind::Task) && carries_mark(Kind::Contact) && carries_mark(Kind::Event));

    let whole = json!({ "id": "N", "@odata.etag": "e", "title": "T", "importance": "normal", "isReminderOn": false,
        "status": "completed", "body": { "content": "", "contentType": "text" } });
    let body = json!({ "responses": [
        { "id": "0", "status": 201, "body": { "id": "N", "@odata.etag": "e" } },
        { "id": "1", "status": 200, "body": whole },
        { "id": "2", "status": 201, "body": { "id": "link" } },
        { "id": "3", "status": 400, "body": { "error": { "code": "invalidRequest",
            "innerError": { "code": "ParentFolderDoesNotContainTaskWithGivenId" } } } },
        { "id": "4", "status": 200, "body": whole },
    ] });
    let response = Response::new(200).body("application/json", body.to_string());
    let outcomes = super::parse(Kind::Task, &response, &parts, &wanted).expect("an answer");
    let (id, version) = (ExchangeId::new("N"), Version::new("e"));
    let fields = Fields::default().with(Field::Subject, "T").with(Field::Status, "completed").with(Field::Folder, "L=");
    let written = |stored| Ok(PartOutcome::Written { id: id.clone(), version: version.clone(), stored });
    assert_eq!(outcomes[..3], [written(None), written(Some(fields.clone())), Ok(PartOutcome::Marked)]);
    assert!(outcomes[3].as_ref().is_err_and(tasks::is_elsewhere), "{:?}", outcomes[3]);
    assert_eq!(outcomes[4], Ok(PartOutcome::Read(Seen { fields, version, mark: None })));
}

#[test]
fn only_exchange_itself_says_that_an_event_is_in_no_calendar() {
    let id = ExchangeId::new("E=");
    let parts = [Part::CalendarOf { id: &id }];
    let asked = json_of(&request(Kind::Event, &parts, &WANTED));
    assert_eq!(asked["requests"][0]["url"], "/me/events/E%3D/calendar?$select=id");
    let cases = [
        (200, json!({ "id": "C" }), Ok(PartOutcome::Calendar("C".to_owned()))),
        (404, json!({ "error": { "code": "ErrorItemNotFound" } }), Err(ErrorKind::NotFound)),
        (404, json!("<html>"), Err(ErrorKind::Unreadable)),
        (200, json!({}), Err(ErrorKind::Unreadable)),
        (503, json!(null), Err(ErrorKind::Unavailable)),
    ];
    for (status, body, wanted) in cases {
        let body = json!({ "responses": [{ "id": "0", "status": status, "body": body }] });
        let response = Response::new(200).body("application/json", body.to_string());
        let outcomes = super::parse(Kind::Event, &response, &parts, &WANTED).expect("an answer");
        let kinds: Vec<_> = outcomes.into_iter().map(|outcome| outcome.map_err(|error| error.kind)).collect();
        assert_eq!(kinds, [wanted], "{body}");
    }
}

#[test]
fn a_mark_on_a_task_is_found_and_changed() {
    let Given { id, crm, .. } = given();
    let parts = [
        Part::FindMark { id: &id, folder: "L=" },
        Part::Mark { id: &id, folder: "L=", version: None, mark: &crm, title: "Offer", instead_of: Some("a/b") },
    ];
    let request = json_of(&request(Kind::Task, &parts, &WANTED));
    let told = |index: usize| (request["requests"][index]["method"].clone(), request["requests"][index]["url"].clone());
    let marks = "/me/todo/lists/L%3D/tasks/AA%2Fb%3D/linkedResources";
    assert_eq!(told(0), (json!("GET"), json!(marks)));
    assert_eq!(told(1), (json!("PATCH"), json!(format!("{marks}/a%2Fb"))));
    let link = |application: &str, external: &str| json!({ "id": "1", "applicationName": application, "externalId": external });
    let answers = [
        (json!({ "value": [link("Outlook", ""), link("MS Exchange Sync", "zoho:7:1")] }), Some(Some("1"))),
        // Of another organisation, of another application, and none.
        (json!({ "value": [link("MS Exchange Sync", "zoho:8:1")] }), Some(None)),
        (json!({ "value": [link("Outlook", "zoho:7:1")] }), Some(None)),
        (json!({ "value": [] }), Some(None)),
        // Nobody knows.
        (json!({}), None),
    ];
    for (body, wanted) in answers {
        let answer = json!({ "responses": [{ "id": "0", "status": 200, "body": body }] });
        let response = Response::new(200).body("application/json", answer.to_string());
        let outcome = super::parse(Kind::Task, &response, &parts[..1], &WANTED).expect("an answer").remove(0).ok();
        let wanted = wanted.map(|id| PartOutcome::Mark(id.map(str::to_owned)));
        assert_eq!(outcome, wanted, "{answer}");
    }
}
