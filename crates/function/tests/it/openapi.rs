//! The description of the interface, and that it is the interface.

use crate::described::{DOCUMENT, FILE, call_fault};
use crate::support::{Answer, Fixture};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[tokio::test]
async fn the_document_in_the_repository_is_the_one_that_is_served() {
    let f = Fixture::new().await;
    let request = Request::get("/v1/openapi.json").body(Body::empty()).expect("a request");
    let served = f.send_unread(request).await;
    if std::env::var_os("MXS_WRITE_OPENAPI").is_some() {
        std::fs::write(FILE, &served.body).expect("written");
    } else {
        assert!(*DOCUMENT == served.json::<Value>(), "docs/openapi.json is old: test again with MXS_WRITE_OPENAPI=1");
    }
}

/// All other tests rely on it.
#[test]
fn what_is_not_as_described_is_found() {
    let problem = |code: &str| json!({ "code": code, "message": "no" });
    let lease = json!({ "fence": 1, "expires_in_s": 30, "cursors": {}, "links": {}, "free_meetings": false });
    let with = |name: &str, value: Value| {
        let mut lease = lease.clone();
        lease[name] = value;
        lease
    };
    let mut short = lease.clone();
    short.as_object_mut().expect("members").remove("links");
    let mailbox = json!({ "id": "m", "address": "", "name": "" });
    let mut more = mailbox.clone();
    more["photo"] = json!(1);
    let none = Value::Null;
    for (case, call, sent, status, answered, is_right) in [
        ("as described", "POST /v1/lease", &none, 200, &lease, true),
        ("a member too many", "POST /v1/lease", &none, 200, &with("photo", json!(1)), false),
        ("a member missing", "POST /v1/lease", &none, 200, &short, false),
        ("a member of another type", "POST /v1/lease", &none, 200, &with("fence", json!("1")), false),
        ("a status that isn't described", "POST /v1/lease", &none, 201, &lease, false),
        ("a refusal", "POST /v1/lease", &none, 409, &problem("MXS-4005"), true),
        ("a code of another route", "POST /v1/lease", &none, 409, &problem("MXS-4007"), false),
        ("a code of another status", "POST /v1/lease", &none, 409, &problem("MXS-4003"), false),
        ("a parameter", "POST /v1/lease?undoes=1", &none, 200, &lease, true),
        ("a parameter that isn't described", "POST /v1/lease?redoes=1", &none, 200, &lease, false),
        ("a parameter of another type", "POST /v1/lease?undoes=x", &none, 200, &lease, false),
        ("the same, refused", "POST /v1/lease?undoes=x", &none, 400, &problem("MXS-4001"), true),
        ("a parameter missing", "GET /v1/lease/1/state", &none, 200, &json!({ "items": [], "next": null }), false),
        ("a body", "PUT /v1/mailbox", &mailbox, 200, &mailbox, true),
        ("a body with a member too many", "PUT /v1/mailbox", &more, 200, &mailbox, false),
        ("no body", "PUT /v1/mailbox", &none, 200, &mailbox, false),
        ("an address that isn't described", "GET /v1/leases", &none, 404, &problem("MXS-4004"), true),
        ("the same, answered", "GET /v1/leases", &none, 200, &lease, false),
        ("a method that isn't described", "PUT /v1/lease", &none, 200, &lease, false),
    ] {
        let (method, uri) = call.split_once(' ').expect("a method");
        let (head, ()) = Request::builder().method(method).uri(uri).body(()).expect("a request").into_parts();
        let bytes = |value: &Value| if value.is_null() { Vec::new() } else { value.to_string().into_bytes() };
        let mut headers = HeaderMap::new();
        headers.insert("content-type", HeaderValue::from_static("application/json"));
        let status = StatusCode::from_u16(status).expect("a status");
        let answer = Answer { status, headers, body: bytes(answered) };
        let fault = call_fault(&head, &bytes(sent).into(), &answer);
        assert_eq!(fault.is_none(), is_right, "{case}: {fault:?}");
    }
}

/// The methods that routes are asked for with.
const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];

#[tokio::test]
async fn what_is_described_is_there_and_nothing_else_is() {
    let f = Fixture::new().await;
    let mut described = BTreeSet::new();
    for (path, operations) in DOCUMENT["paths"].as_object().expect("paths") {
        for method in METHODS {
            let status = f.call("", &method.to_uppercase(), &path.replace(['{', '}'], ""), None).await.status;
            let is_there = !matches!(status, StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED);
            assert_eq!(is_there, operations.get(method).is_some(), "{method} {path}");
        }
        described.insert(path.clone());
    }
    // The router tells its addresses when it is printed.
    let printed = format!("{:?}", f.router);
    let served: BTreeSet<String> =
        printed.split('"').filter(|text| text.starts_with("/v1/")).map(str::to_owned).collect();
    assert_eq!(served, described);
}

/// It refers to nothing that isn't in it.
#[test]
fn the_document_is_whole() {
    fn look(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Array(values) => values.iter().for_each(|value| look(value, found)),
            Value::Object(members) => {
                found.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
                members.values().for_each(|value| look(value, found));
            }
            _ => {}
        }
    }
    let mut referred = BTreeSet::new();
    look(&DOCUMENT, &mut referred);
    let schemas = DOCUMENT["components"]["schemas"].as_object().expect("schemas");
    let known: BTreeSet<String> = schemas.keys().map(|name| format!("#/components/schemas/{name}")).collect();
    assert_eq!(referred, known, "each is referred to, and each that is referred to is there");
}
