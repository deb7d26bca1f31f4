//! Several requests in one.

use crate::support::*;
use mxs_http::Method;
use mxs_world::{Service, World};
use serde_json::{Value, json};

fn batch(world: &mut World, graph: &Graph, parts: Value, in_flight: usize) -> (u16, Value) {
    let request = graph.request(Method::Post, "/$batch", Some(&json!({ "requests": parts })));
    let response = world.handle(Service::Microsoft, &request, in_flight).response.expect("an answer");
    (response.status, json(&response))
}

/// The response of one part.
fn part<'a>(body: &'a Value, id: &str) -> &'a Value {
    let parts = body["responses"].as_array().expect("responses");
    parts.iter().find(|part| part["id"] == id).unwrap_or_else(|| panic!("no part {id} in {body}"))
}

fn graph(world: &mut World) -> Graph {
    Graph::delegated(world, ADA, "Contacts.ReadWrite User.Read")
}

#[test]
fn parts_are_answered_each_for_itself() {
    let world = &mut world();
    let graph = graph(world);
    let made = graph.create(world, "/me/contacts", json!({ "givenName": "Old" }));
    let at = format!("/me/contacts/{}", id(&made));
    let json_body = json!({ "Content-Type": "application/json" });
    let (status, body) = batch(
        world,
        &graph,
        json!([
            { "id": "create", "method": "POST", "url": "/me/contacts", "headers": json_body, "body": { "givenName": "New" } },
            { "id": "get", "method": "GET", "url": "me/contacts?$select=givenName&$top=1", "headers": { "Prefer": "IdType=\"ImmutableId\"" } },
            { "id": "versioned", "method": "get", "url": "/v1.0/me", "depends_on": [] },
            { "id": "stale", "method": "PATCH", "url": at, "headers": { "Content-Type": "application/json", "If-Match": "W/\"old\"" }, "body": { "jobTitle": "x" } },
            { "id": "untyped", "method": "PATCH", "url": at, "body": { "jobTitle": "x" } },
            { "id": "unknown", "method": "GET", "url": "/me/drive" },
            { "id": "quoting", "method": "GET", "url": "/me/contacts?$filter=businessHomePage eq 'http://a.example'" },
            { "id": "foreign", "method": "GET", "url": "/mee/ä" },
            { "id": "absolute", "method": "GET", "url": "https://graph.microsoft.com/v1.0/me" },
            { "id": "nested", "method": "POST", "url": "/$batch", "headers": json_body, "body": { "requests": [] } },
            { "id": "delete", "method": "DELETE", "url": at, "headers": { "If-Match": made["@odata.etag"] } },
        ]),
        1,
    );
    assert_eq!(status, 200);
    let statuses = [
        ("create", 201),
        ("get", 200),
        ("versioned", 200),
        ("stale", 412),
        ("untyped", 415),
        ("unknown", 400),
        ("quoting", 200),
        ("foreign", 400),
        ("absolute", 400),
        ("nested", 400),
        ("delete", 204),
    ];
    for (id, status) in statuses {
        assert_eq!(part(&body, id)["status"], status, "{id}: {}", part(&body, id));
    }
    assert_eq!(part(&body, "create")["body"]["displayName"], "New");
    assert!(part(&body, "create")["headers"]["Location"].is_string());
    assert_eq!(part(&body, "get")["headers"]["Preference-Applied"], "IdType=\"ImmutableId\"");
    assert_eq!(part(&body, "delete")["body"], Value::Null);
    assert_eq!(part(&body, "stale")["body"]["error"]["code"], "ErrorIrresolvableConflict");
    assert_eq!(world.counters.operations.get("graph batch parts"), Some(&11));
}

#[test]
fn a_batch_that_only_reads_writes_nothing() {
    let world = &mut world();
    let graph = graph(world);
    let read = json!([{ "id": "1", "method": "GET", "url": "/me/contacts" }]);
    batch(world, &graph, read, 1);
    assert!(world.counters.writes.is_empty(), "signing in and reading: {:?}", world.counters.writes);
    let json_body = json!({ "Content-Type": "application/json" });
    let write = json!([
        { "id": "1", "method": "POST", "url": "/me/contacts", "headers": json_body, "body": { "givenName": "A" } },
        { "id": "2", "method": "POST", "url": "/me/contacts", "headers": json_body, "body": { "givenName": "B" } },
    ]);
    batch(world, &graph, write, 1);
    assert_eq!(world.counters.writes.get(&Service::Microsoft), Some(&1));
}

#[test]
fn parts_wait_for_those_they_depend_on() {
    let world = &mut world();
    let graph = graph(world);
    let create = |id: &str, name: Value, after: Value| json!({ "id": id, "method": "POST", "url": "/me/contacts", "headers": { "Content-Type": "application/json" }, "body": { "givenName": name }, "dependsOn": after });
    let parts = json!([
        create("3", json!("Third"), json!(["2"])),
        create("1", json!("First"), json!([])),
        create("2", json!("Second"), json!(["1"])),
        create("bad", json!(5), json!(["1"])),
        create("after-bad", json!("Never"), json!(["bad"])),
        create("after-that", json!("Never"), json!(["after-bad"])),
    ]);
    let (_, body) = batch(world, &graph, parts, 1);
    for (id, status) in [("1", 201), ("2", 201), ("3", 201), ("bad", 400), ("after-bad", 424), ("after-that", 424)] {
        assert_eq!(part(&body, id)["status"], status, "{id}");
    }
    assert_eq!(column(&graph.get(world, "/me/contacts"), "givenName"), ["First", "Second", "Third"]);
}

#[test]
fn batches_that_make_no_sense_are_refused_as_a_whole() {
    let world = &mut world();
    let graph = graph(world);
    let get = |id: &str| json!({ "id": id, "method": "GET", "url": "/me" });
    let after = |id: &str, other: &str| json!({ "id": id, "method": "GET", "url": "/me", "dependsOn": [other] });
    let many: Vec<Value> = (0..21).map(|number| get(&number.to_string())).collect();
    let cases = [
        (json!(many), "MaximumValueExceeded"),
        (json!([]), "BadRequest"),
        (json!("x"), "BadRequest"),
        (json!([get("1"), get("1")]), "BadRequest"),
        (json!([get("1"), after("2", "3")]), "BadRequest"),
        (json!([after("1", "2"), after("2", "1")]), "BadRequest"),
        (json!([{ "method": "GET", "url": "/me" }]), "BadRequest"),
        (json!([{ "id": 1, "method": "GET", "url": "/me" }]), "BadRequest"),
        (json!([{ "id": "1", "url": "/me" }]), "BadRequest"),
    ];
    for (parts, wanted) in cases {
        let (status, body) = batch(world, &graph, parts.clone(), 1);
        assert_eq!((status, body["error"]["code"].as_str()), (400, Some(wanted)), "{parts}");
    }
    assert_eq!(world.counters.operations.get("graph batch parts"), None);
}

#[test]
fn throttling_strikes_parts_inside_a_good_answer() {
    let world = &mut world();
    let graph = graph(world);
    let parts = |count: usize| {
        (0..count)
            .map(|number| json!({ "id": number.to_string(), "method": "GET", "url": "/me/contacts" }))
            .collect::<Vec<_>>()
    };
    let statuses = |body: &Value| -> Vec<u64> {
        (0..body["responses"].as_array().map_or(0, Vec::len))
            .map(|number| part(body, &number.to_string())["status"].as_u64().unwrap_or_default())
            .collect()
    };
    let (status, alone) = batch(world, &graph, json!(parts(20)), 1);
    assert_eq!((status, statuses(&alone)), (200, vec![200; 20]), "four at a time are never too many");

    world.microsoft.throttle_next(ADA, 2, Some("7"));
    let (_, struck) = batch(world, &graph, json!(parts(4)), 1);
    assert_eq!(statuses(&struck), [429, 429, 200, 200]);
    assert_eq!(part(&struck, "0")["headers"]["Retry-After"], "7");
    assert_eq!(part(&struck, "0")["body"]["error"]["code"], "ApplicationThrottled");

    let (_, crowded) = batch(world, &graph, json!(parts(8)), 3);
    assert_eq!(statuses(&crowded), [200, 200, 429, 429, 200, 200, 429, 429], "two others are at work");
    let chain: Vec<Value> = (0..3)
        .map(|number: usize| {
            let after: Vec<String> = number.checked_sub(1).map(|before| before.to_string()).into_iter().collect();
            json!({ "id": number.to_string(), "method": "GET", "url": "/me/contacts", "dependsOn": after })
        })
        .collect();
    let (_, serial) = batch(world, &graph, json!(chain), 4);
    assert_eq!(statuses(&serial), [200, 200, 200], "parts that wait for each other take one place");
}
