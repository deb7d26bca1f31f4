//! Channels, and what is sent on them.

use crate::stage::{ALL, Answer, Stage};
use mxs_http::{Method, Response};
use mxs_world::{Delivery, Service, WAITING_MAX};
use serde_json::{Value, json};

const URL: &str = "https://f.example/zoho?org=7";
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

fn channel(id: u64, events: &[&str]) -> Value {
    json!({ "channel_id": id.to_string(), "events": events, "notify_url": URL, "token": "t-1" })
}

/// A channel with something else said of it; null for nothing.
fn channel_with(member: &str, value: Value) -> Value {
    let mut channel = channel(7, &["Contacts.all"]);
    channel[member] = value;
    channel
}

fn watch(stage: &mut Stage, method: Method, channels: &[Value]) -> Answer {
    stage.call(method, "actions/watch", Some(json!({ "watch": channels })))
}

/// What becomes of one channel: status, code, and what is at fault.
fn outcome(answer: &Answer) -> (u16, String, Value) {
    let row = &answer.body["watch"][0];
    let row = if row.is_null() { &answer.body } else { row };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (answer.status, text(&row["code"]), row["details"]["json_path"].clone())
}

/// The calls that are due, and their bodies.
fn due(stage: &mut Stage) -> Vec<(Delivery, Value)> {
    stage.world.advance(1_000);
    let due = stage.world.due_deliveries();
    due.into_iter()
        .map(|delivery| (delivery.clone(), serde_json::from_slice(&delivery.request.body).unwrap()))
        .collect()
}

/// What the calls that are due say of records.
fn told(stage: &mut Stage) -> Vec<(String, String, Vec<String>)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let ids = |body: &Value| body["ids"].as_array().unwrap().iter().map(text).collect();
    due(stage).iter().map(|(_, body)| (text(&body["module"]), text(&body["operation"]), ids(body))).collect()
}

fn call(module: &str, operation: &str, ids: &[&str]) -> (String, String, Vec<String>) {
    (module.to_owned(), operation.to_owned(), ids.iter().map(|id| (*id).to_owned()).collect())
}

#[test]
fn a_channel_needs_what_the_vendor_needs() {
    let long = |length: usize| "t".repeat(length);
    let url = |length: usize| format!("https://f.example/{}", "z".repeat(length - 18));
    let wrong = |code: &str, at: &str| (202, code.to_owned(), json!(format!("$.watch[0].{at}")));
    let fine = || (201, "SUCCESS".to_owned(), Value::Null);
    let cases = [
        (channel(7, &["Contacts.all"]), fine()),
        (channel_with("channel_id", json!(7)), fine()),
        (channel_with("token", Value::Null), fine()),
        (channel_with("token", json!(long(50))), fine()),
        (channel_with("notify_url", json!(url(255))), fine()),
        (channel_with("events", json!(["Events.create", "Tasks.edit", "Leads.delete"])), fine()),
        (channel_with("channel_id", Value::Null), wrong("MANDATORY_NOT_FOUND", "channel_id")),
        (channel_with("channel_id", json!("seven")), wrong("INVALID_DATA", "channel_id")),
        (channel_with("channel_id", json!("9223372036854775808")), wrong("INVALID_DATA", "channel_id")),
        (channel_with("channel_id", json!(0)), wrong("INVALID_DATA", "channel_id")),
        (channel_with("events", Value::Null), wrong("MANDATORY_NOT_FOUND", "events")),
        (channel_with("events", json!([])), wrong("INVALID_DATA", "events")),
        (channel_with("events", json!("Contacts.all")), wrong("INVALID_DATA", "events")),
        (channel_with("events", json!(["Contacts"])), wrong("INVALID_DATA", "events[0]")),
        (channel_with("events", json!(["Contacts.all", "Nothing.all"])), wrong("INVALID_DATA", "events[1]")),
        (channel_with("events", json!(["Contacts.view"])), wrong("INVALID_DATA", "events[0]")),
        (channel_with("notify_url", Value::Null), wrong("MANDATORY_NOT_FOUND", "notify_url")),
        (channel_with("notify_url", json!("http://f.example/zoho")), wrong("INVALID_DATA", "notify_url")),
        (channel_with("notify_url", json!(url(256))), wrong("INVALID_DATA", "notify_url")),
        (channel_with("token", json!(long(51))), wrong("INVALID_DATA", "token")),
        (channel_with("token", json!(7)), wrong("INVALID_DATA", "token")),
        (channel_with("channel_expiry", json!("2026-11-21T12:00:00Z")), wrong("INVALID_DATA", "channel_expiry")),
        (channel_with("channel_expiry", json!("2026-11-21T09:00:00+00:00")), wrong("INVALID_DATA", "channel_expiry")),
    ];
    for (channel, wanted) in cases {
        let answer = watch(&mut Stage::new(), Method::Post, std::slice::from_ref(&channel));
        assert_eq!(outcome(&answer), wanted, "{channel}");
    }
    let mut stage = Stage::new();
    for (body, code) in [(json!({}), "MANDATORY_NOT_FOUND"), (json!({ "watch": {} }), "INVALID_DATA")] {
        let answer = stage.post("actions/watch", body);
        assert_eq!((answer.status, answer.code()), (400, code));
    }
    // One that is refused says nothing of the others.
    let answer = watch(&mut stage, Method::Post, &[channel(7, &["Contacts.all"]), channel(8, &["x"])]);
    assert_eq!((answer.status, &answer.body["watch"][0]["code"]), (202, &json!("SUCCESS")));
    assert_eq!(answer.body["watch"][1]["code"], json!("INVALID_DATA"));
}

#[test]
fn a_channel_lives_for_an_hour_unless_a_week_or_less_is_asked_for() {
    let cases = [
        // At 11:00:00.4 by the administrator's clock.
        (Value::Null, "2026-11-21T12:00:00+01:00"),
        (json!("2026-11-21T10:30:00+00:00"), "2026-11-21T11:30:00+01:00"),
        (json!("2026-11-28T11:00:00+01:00"), "2026-11-28T11:00:00+01:00"),
        // A second more than a week.
        (json!("2026-11-28T11:00:01+01:00"), "2026-11-21T12:00:00+01:00"),
    ];
    for (asked, given) in cases {
        let answer = watch(&mut Stage::new(), Method::Post, &[channel_with("channel_expiry", asked.clone())]);
        assert_eq!(answer.body["watch"][0]["details"]["events"][0]["channel_expiry"], given, "{asked}");
    }

    let mut stage = Stage::new();
    watch(&mut stage, Method::Post, &[channel(7, &["Contacts.all"])]);
    stage.world.advance(HOUR - 1);
    assert_eq!(stage.get("actions/watch").status, 200);
    stage.world.advance(1);
    // The token has run out with it.
    let ada = stage.ada;
    stage.tokens[0] = stage.world.with_zoho(|zoho, context| zoho.issue_access_token_for_user(context, ada, ALL));
    assert_eq!(stage.get("actions/watch").status, 204);
    stage.add("Contacts", json!({ "Last_Name": "a" }));
    assert_eq!(told(&mut stage), []);
    let renewed = watch(&mut stage, Method::Put, &[channel(7, &["Contacts.all"])]);
    assert_eq!(outcome(&renewed).1, "NOT_SUBSCRIBED");
}

#[test]
fn channels_are_changed_and_ended_by_their_owner() {
    let mut stage = Stage::new();
    let unknown = [
        watch(&mut stage, Method::Put, &[channel(7, &["Contacts.all"])]),
        watch(&mut stage, Method::Patch, &[json!({ "channel_id": "7", "token": "t-2" })]),
        stage.call(Method::Delete, "actions/watch?channel_ids=7", None),
    ];
    for answer in &unknown {
        assert_eq!((answer.status, outcome(answer).1.as_str()), (202, "NOT_SUBSCRIBED"));
    }
    watch(&mut stage, Method::Post, &[channel(7, &["Contacts.all", "Tasks.create"])]);
    let listed = |stage: &mut Stage, query: &str| -> Vec<(Value, Value)> {
        let rows = stage.get(&format!("actions/watch{query}")).body["watch"].as_array().cloned().unwrap_or_default();
        rows.into_iter().map(|mut row| (row["events"].take(), row["token"].take())).collect()
    };
    let (contacts, tasks) = (json!(["Contacts.create", "Contacts.edit", "Contacts.delete"]), json!(["Tasks.create"]));
    assert_eq!(listed(&mut stage, ""), [(contacts.clone(), json!("t-1")), (tasks.clone(), json!("t-1"))]);
    assert_eq!(listed(&mut stage, "?module=Tasks"), [(tasks.clone(), json!("t-1"))]);
    assert_eq!(listed(&mut stage, "?channel_id=8"), []);

    // What isn't said stays with PATCH.
    watch(&mut stage, Method::Patch, &[json!({ "channel_id": "7", "token": "t-2" })]);
    assert_eq!(listed(&mut stage, ""), [(contacts, json!("t-2")), (tasks, json!("t-2"))]);
    let away = json!({ "channel_id": "7", "events": ["Contacts.edit", "Tasks.all"], "_delete_events": true });
    watch(&mut stage, Method::Patch, &[away]);
    assert_eq!(listed(&mut stage, ""), [(json!(["Contacts.create", "Contacts.delete"]), json!("t-2"))]);
    // With PUT it is gone.
    let anew = json!({ "channel_id": "7", "events": ["Leads.edit"], "notify_url": URL });
    assert_eq!(watch(&mut stage, Method::Put, &[anew]).status, 200);
    assert_eq!(listed(&mut stage, ""), [(json!(["Leads.edit"]), Value::Null)]);

    // Another user's channels are none of his.
    let bob = stage.tokens[1].clone();
    assert_eq!(stage.call_with(&bob, Method::Get, "actions/watch", None).status, 204);
    let ended = stage.call_with(&bob, Method::Delete, "actions/watch?channel_ids=7", None);
    assert_eq!(outcome(&ended).1, "NOT_SUBSCRIBED");
    let ended = stage.call(Method::Delete, "actions/watch?channel_ids=7,8", None);
    let codes = [0, 1].map(|row| ended.body["watch"][row]["code"].clone());
    assert_eq!((ended.status, codes), (202, [json!("SUCCESS"), json!("NOT_SUBSCRIBED")]));
    assert_eq!(stage.get("actions/watch").status, 204);
}

#[test]
fn a_user_has_so_many_channels() {
    let mut stage = Stage::new();
    for id in 1..=50 {
        assert_eq!(watch(&mut stage, Method::Post, &[channel(id, &["Tasks.all"])]).status, 201);
    }
    assert_eq!(outcome(&watch(&mut stage, Method::Post, &[channel(51, &["Tasks.all"])])).1, "LIMIT_REACHED");
    let again = watch(&mut stage, Method::Post, &[channel(50, &["Tasks.all"])]);
    assert_eq!(outcome(&again).1, "SUCCESS", "one that is there takes no more room");
}

#[test]
fn each_call_needs_its_scope() {
    let mut stage = Stage::new();
    let body = || Some(json!({ "watch": [channel(7, &["Contacts.all"])] }));
    let cases = [
        ("CREATE", Method::Post, body(), true),
        ("READ", Method::Post, body(), false),
        ("READ", Method::Get, None, true),
        ("UPDATE", Method::Put, body(), true),
        ("CREATE", Method::Put, body(), false),
        ("DELETE", Method::Delete, None, true),
        ("WRITE", Method::Delete, None, false),
        ("ALL", Method::Delete, None, true),
    ];
    for (operation, method, body, allowed) in cases {
        let (ada, scope) = (stage.ada, format!("ZohoCRM.notifications.{operation}"));
        let token = stage.world.with_zoho(|zoho, context| zoho.issue_access_token_for_user(context, ada, &[&scope]));
        let path = if method == Method::Delete { "actions/watch?channel_ids=7" } else { "actions/watch" };
        let answer = stage.call_with(&token, method, path, body);
        assert_eq!(answer.code() != "OAUTH_SCOPE_MISMATCH", allowed, "{operation} {method}");
    }
    let head = stage.call(Method::Head, "actions/watch", None);
    assert_eq!(head.status, 405);
}

#[test]
fn a_call_says_what_happened_and_nothing_of_the_contents() {
    let mut stage = Stage::new();
    watch(&mut stage, Method::Post, &[channel(7, &["Contacts.all"])]);
    let id = stage.add("Contacts", json!({ "Last_Name": "Lovelace" }));
    assert_eq!(stage.world.due_deliveries(), [], "a moment later");
    assert!(stage.world.next_delivery().is_some());
    let [(delivery, body)] = due(&mut stage).try_into().unwrap();
    let request = &delivery.request;
    assert_eq!((delivery.service, request.method, request.url.as_str()), (Service::Zoho, Method::Post, URL));
    let wanted = json!({
        "server_time": 1_795_255_200_400_u64,
        "query_params": { "org": "7" },
        "module": "Contacts",
        "resource_uri": "https://www.zohoapis.com/crm/v8/Contacts",
        "ids": [id],
        "operation": "insert",
        "channel_id": "7",
        "token": "t-1",
    });
    assert_eq!(body, wanted);
}

#[test]
fn whatever_happens_to_records_of_a_watched_module_is_told() {
    let mut stage = Stage::new();
    watch(&mut stage, Method::Post, &[channel(7, &["Contacts.all", "Leads.edit"])]);
    // By the API, several in one call.
    let rows = json!({ "data": [{ "Last_Name": "a" }, { "Last_Name": "b" }, {}] });
    let ids = stage.post("Contacts", rows).body["data"].clone();
    let [a, b] = [0, 1].map(|row| ids[row]["details"]["id"].as_str().unwrap().to_owned());
    assert_eq!(told(&mut stage), [call("Contacts", "insert", &[&a, &b])]);
    stage.put("Contacts", &a, json!({ "Title": "x" }));
    assert_eq!(told(&mut stage), [call("Contacts", "update", &[&a])]);
    stage.call(Method::Delete, &format!("Contacts/{b}"), None);
    assert_eq!(told(&mut stage), [call("Contacts", "delete", &[&b])]);
    // By people.
    let ada = stage.ada;
    let lead = stage.world.with_zoho(|zoho, context| {
        let id = a.parse().unwrap();
        zoho.update_record(context, "Contacts", id, ada, json!({ "Title": "y" })).unwrap();
        zoho.insert_record(context, "Leads", ada, json!({ "Last_Name": "c", "Company": "C" })).unwrap()
    });
    assert_eq!(told(&mut stage), [call("Contacts", "update", &[&a])]);
    let contact = stage.world.with_zoho(|zoho, context| zoho.convert_lead(context, lead, ada).unwrap());
    let converted =
        [call("Contacts", "insert", &[&contact.to_string()]), call("Leads", "update", &[&lead.to_string()])];
    assert_eq!(told(&mut stage), converted);
    // What isn't watched, is refused, is locked, or only read.
    stage.add("Tasks", json!({ "Subject": "t" }));
    assert_eq!(stage.post("Contacts", json!({ "data": [{}] })).status, 400);
    stage.world.with_zoho(|zoho, _| zoho.lock_record("Contacts", contact, true));
    stage.read("Contacts", &a);
    assert_eq!(told(&mut stage), []);
}

#[test]
fn what_a_composite_request_undid_did_not_happen() {
    let mut stage = Stage::new();
    watch(&mut stage, Method::Post, &[channel(7, &["Contacts.all"])]);
    let part = |id: &str, record: Value| {
        json!({ "sub_request_id": id, "method": "POST", "uri": "/crm/v8/Contacts", "headers": {}, "params": {},
            "body": { "data": [record] } })
    };
    let parts = [part("1", json!({ "Last_Name": "a" })), part("2", json!({}))];
    for (rollback, calls) in [(true, 0), (false, 1)] {
        let body = json!({ "rollback_on_fail": rollback, "__composite_requests": parts });
        stage.post("__composite_requests", body);
        assert_eq!(told(&mut stage).len(), calls, "rollback {rollback}");
    }
}

#[test]
fn a_call_may_come_twice_and_is_not_made_again() {
    let mut stage = Stage::new();
    stage.options(|options| options.callback_times = 2);
    watch(&mut stage, Method::Post, &[channel(7, &["Contacts.all"]), channel(8, &["Contacts.create"])]);
    stage.add("Contacts", json!({ "Last_Name": "a" }));
    let calls = due(&mut stage);
    let channels: Vec<&str> = calls.iter().map(|(_, body)| body["channel_id"].as_str().unwrap()).collect();
    assert_eq!(channels, ["7", "7", "8", "8"]);
    let answers = [Some(Response::new(200)), Some(Response::new(500)), None, Some(Response::new(204))];
    for ((delivery, _), answer) in calls.iter().zip(&answers) {
        stage.world.delivered(delivery.id, answer.as_ref());
    }
    stage.world.delivered(calls[0].0.id, None);
    let count = |stage: &Stage, name: &str| stage.world.counters.operations.get(name).copied();
    assert_eq!(count(&stage, "zoho callbacks taken"), Some(2));
    assert_eq!(count(&stage, "zoho callbacks lost"), Some(2));
    stage.world.advance(24 * HOUR);
    assert_eq!(stage.world.due_deliveries(), []);
}

#[test]
fn calls_beyond_the_queue_are_lost() {
    let mut stage = Stage::new();
    stage.options(|options| options.callback_times = WAITING_MAX + 3);
    watch(&mut stage, Method::Post, &[channel(7, &["Contacts.all"])]);
    stage.add("Contacts", json!({ "Last_Name": "a" }));
    assert_eq!(due(&mut stage).len(), WAITING_MAX);
    assert_eq!(stage.world.counters.operations.get("zoho callbacks lost"), Some(&3));
}
