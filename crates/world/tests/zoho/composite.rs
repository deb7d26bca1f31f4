use crate::stage::{Stage, ZGID};
use mxs_http::Method;
use serde_json::{Value, json};

fn send(stage: &mut Stage, flags: Value, parts: Value) -> crate::stage::Answer {
    let mut body = flags;
    body["__composite_requests"] = parts;
    stage.post("__composite_requests", body)
}

fn statuses(answer: &crate::stage::Answer) -> Vec<Value> {
    let parts = answer.body["__composite_requests"].as_array().unwrap();
    parts
        .iter()
        .map(|part| {
            if part["code"] == "SUCCESS" {
                part["details"]["response"]["status_code"].clone()
            } else {
                part["code"].clone()
            }
        })
        .collect()
}

#[test]
fn parts_are_answered_one_by_one() {
    let mut stage = Stage::new();
    let answer = send(
        &mut stage,
        json!({ "concurrent_execution": false }),
        json!([
            { "sub_request_id": "1", "method": "POST", "uri": "/crm/v8/Leads", "headers": {}, "params": {}, "body": { "data": [{ "Last_Name": "a", "Company": "b" }] } },
            { "sub_request_id": "2", "method": "PUT", "uri": "/crm/v8/Leads/@{1:$.data[0].details.id}", "headers": {}, "params": {}, "body": { "data": [{ "Company": "c" }] } },
            { "sub_request_id": "3", "method": "GET", "uri": "/crm/v8/Leads/@{1:$.data[0].details.id}", "headers": {}, "params": { "fields": "Company" }, "body": {} },
            { "sub_request_id": "4", "method": "GET", "uri": "/crm/v8/Contacts", "headers": {}, "params": {}, "body": {} },
            { "sub_request_id": "5", "method": "GET", "uri": "/crm/v8/Leads/deleted?type=all", "headers": { "If-Modified-Since": "2026-11-21T10:00:00+00:00" }, "params": {}, "body": {} },
        ]),
    );
    assert_eq!(answer.status, 200);
    assert_eq!(statuses(&answer), [json!(201), json!(200), json!(200), json!(400), json!(304)]);
    let parts = &answer.body["__composite_requests"];
    assert_eq!(parts[2]["details"]["response"]["body"]["data"][0]["Company"], "c");
    assert_eq!(parts[4]["details"]["response"]["body"], Value::Null);
    assert_eq!(parts[0]["message"], "composite sub request executed successfully");
}

#[test]
fn only_what_changes_something_counts_as_a_write() {
    let mut stage = Stage::new();
    let writes = |stage: &Stage| stage.world.counters.writes.values().sum::<u64>();
    let get = json!([{ "sub_request_id": "1", "method": "GET", "uri": "/crm/v8/Leads", "headers": {}, "params": {}, "body": {} }]);
    let good = json!({ "sub_request_id": "1", "method": "POST", "uri": "/crm/v8/Leads", "headers": {}, "params": {}, "body": { "data": [{ "Last_Name": "a", "Company": "b" }] } });
    let bad = json!({ "sub_request_id": "2", "method": "POST", "uri": "/crm/v8/Leads", "headers": {}, "params": {}, "body": { "data": [{}] } });
    send(&mut stage, json!({}), get);
    stage.token(&[("grant_type", "refresh_token")]);
    stage.post("coql", json!({ "select_query": "select id from Leads where id > 1" }));
    send(&mut stage, json!({ "rollback_on_fail": true }), json!([good.clone(), bad.clone()]));
    stage.post("Leads", json!({ "data": [{}] }));
    assert_eq!(writes(&stage), 0);
    send(&mut stage, json!({}), json!([good, bad]));
    assert_eq!(writes(&stage), 1, "one request wrote");
}

#[test]
fn parts_read_25_and_write_one() {
    let mut stage = Stage::new();
    let data: Vec<Value> = (0..30).map(|_| json!({ "Last_Name": "a" })).collect();
    stage.post("Contacts", json!({ "data": data }));
    let query = |tail: &str| json!({ "select_query": format!("select id from Contacts where id is not null {tail}") });
    let answer = send(
        &mut stage,
        json!({}),
        json!([
            { "method": "GET", "uri": "/crm/v8/Contacts?fields=id" },
            { "method": "GET", "uri": "/crm/v8/Contacts?fields=id&per_page=26" },
            { "method": "POST", "uri": "/crm/v8/coql", "body": query("") },
            { "method": "POST", "uri": "/crm/v8/coql", "body": query("limit 26") },
            { "method": "POST", "uri": "/crm/v8/Contacts", "body": { "data": [{ "Last_Name": "a" }, { "Last_Name": "b" }] } },
        ]),
    );
    assert_eq!(statuses(&answer), [200, 400, 200, 400, 400].map(|status| json!(status)));
    assert_eq!(answer.body["__composite_requests"][0]["details"]["response"]["body"]["info"]["count"], 25);
    assert_eq!(answer.body["__composite_requests"][2]["details"]["response"]["body"]["info"]["count"], 25);
}

#[test]
fn a_failure_can_undo_everything() {
    let mut stage = Stage::new();
    let add = |name: Value| json!({ "method": "POST", "uri": "/crm/v8/Contacts", "body": { "data": [{ "Last_Name": name }] } });
    let rollback = || json!({ "rollback_on_fail": true });
    let answer = send(&mut stage, rollback(), json!([add(json!("a")), add(Value::Null), add(json!("c"))]));
    assert_eq!(answer.status, 207);
    assert_eq!(statuses(&answer), [json!("ROLLBACK_PERFORMED"), json!(400), json!("PROCESSING_STOPPED")]);
    assert_eq!(stage.world.zoho.record_count(ZGID, "Contacts"), 0);
    assert_eq!(stage.world.counters.operations["zoho credits"], 1);
    let answer = send(&mut stage, rollback(), json!([add(json!("a")), add(json!("b"))]));
    assert_eq!(statuses(&answer), [json!(201), json!(201)]);
    assert_eq!(stage.world.zoho.record_count(ZGID, "Contacts"), 2);
    assert_eq!(stage.world.counters.operations["zoho credits"], 3);
}

#[test]
fn parts_must_have_their_form() {
    let mut stage = Stage::new();
    let get = |uri: &str| json!({ "method": "GET", "uri": uri });
    let whole = [
        (json!([]), "INVALID_DATA"),
        (json!({}), "INVALID_DATA"),
        (Value::Array(vec![get("/crm/v8/org"); 6]), "INVALID_DATA"),
        (
            json!([{ "method": "GET", "uri": "/crm/v8/org", "sub_request_id": "a" }, { "method": "GET", "uri": "/crm/v8/org", "sub_request_id": "a" }]),
            "DUPLICATE_DATA",
        ),
    ];
    for (parts, code) in whole {
        let answer = send(&mut stage, json!({}), parts);
        assert_eq!((answer.status, answer.code()), (400, code));
    }
    let flags = json!({ "rollback_on_fail": true, "parallel_execution": true });
    assert_eq!(send(&mut stage, flags, json!([get("/crm/v8/org")])).code(), "AMBIGUITY_DURING_PROCESSING");
    let single = [
        (json!({ "uri": "/crm/v8/org" }), "MANDATORY_NOT_FOUND"),
        (json!({ "method": "GET" }), "MANDATORY_NOT_FOUND"),
        (json!({ "method": "FETCH", "uri": "/crm/v8/org" }), "INVALID_DATA"),
        (get("/other/v8/org"), "INVALID_DATA"),
        (get("/crm/v3/org"), "NOT_SUPPORTED"),
        (json!({ "method": "GET", "uri": "/crm/v8/org", "sub_request_id": "a-b" }), "INVALID_DATA"),
        (json!({ "method": "GET", "uri": "/crm/v8/org", "headers": { "Authorization": "x" } }), "NOT_SUPPORTED"),
    ];
    for (part, code) in single {
        let answer = send(&mut stage, json!({}), json!([get("/crm/v8/org"), part]));
        assert_eq!(answer.status, 400);
        assert_eq!(statuses(&answer), [json!("PROCESSING_STOPPED"), json!(code)]);
    }
    let answer = send(&mut stage, json!({}), json!([get("/crm/v8/Leads/@{x:$.id}"), get("/crm/v8/org")]));
    assert_eq!((answer.status, statuses(&answer)), (207, vec![json!("INVALID_REFERENCE"), json!(200)]));
    let nested =
        json!([{ "method": "POST", "uri": "/crm/v8/__composite_requests", "body": { "__composite_requests": [] } }]);
    assert_eq!(statuses(&send(&mut stage, json!({}), nested)), [json!("NOT_SUPPORTED")]);
    let bob = stage.bob;
    let token = stage.world.with_zoho(|zoho, context| {
        zoho.issue_access_token_for_user(context, bob, &["ZohoCRM.composite_requests.CUSTOM", "ZohoCRM.org.READ"])
    });
    let body = json!({ "__composite_requests": [get("/crm/v8/org"), get("/crm/v8/users")] });
    let answer = stage.call_with(&token, Method::Post, "__composite_requests", Some(body));
    assert_eq!(statuses(&answer), [json!(200), json!(401)], "each part needs its own scope");
}
