//! The control address.

use crate::client::{start, start_with};
use mxs_sandbox::options::Options;
use mxs_sandbox::part::Part;
use mxs_sandbox::seed::PEOPLE;
use serde_json::{Value, json};

const AMELIA: &str = PEOPLE[0].email;

#[tokio::test]
async fn info_is_enough_to_sign_in_from_anywhere() {
    let sandbox = start().await;
    let info = sandbox.get(Part::Microsoft, "/sandbox/info").await.json();
    assert_eq!(info["microsoft"]["users"].as_array().map(Vec::len), Some(8));
    assert_eq!(info["addresses"]["crm"], json!(sandbox.running.sandbox.ports().origin(Part::Crm)));

    let part = |pointer: &str| info.pointer(pointer).and_then(Value::as_str).expect("a text").to_owned();
    let (id, secret) = (part("/microsoft/serverClient/clientId"), part("/microsoft/serverClient/clientSecret"));
    let form = format!(
        "grant_type=client_credentials&client_id={id}&client_secret={secret}&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default"
    );
    let path = format!("/{}/oauth2/v2.0/token", part("/microsoft/tenant/id"));
    let form_type = [("Content-Type", "application/x-www-form-urlencoded")];
    let token = sandbox.send(Part::Microsoft, "POST", &path, &form_type, &form).await;
    assert_eq!(token.status, 200, "{}", token.text());
    let bearer = format!("Bearer {}", token.json()["access_token"].as_str().expect("a token"));
    let contacts = sandbox
        .send(
            Part::Microsoft,
            "GET",
            &format!("/v1.0/users/{AMELIA}/contacts?$top=100"),
            &[("Authorization", &bearer)],
            "",
        )
        .await;
    assert_eq!(contacts.json()["value"].as_array().map(Vec::len), Some(16), "{}", contacts.text());

    let form = format!(
        "grant_type=refresh_token&client_id={}&client_secret={}&refresh_token={}",
        part("/zoho/client/clientId"),
        part("/zoho/client/clientSecret"),
        part("/zoho/refreshToken")
    );
    let token = sandbox.send(Part::Zoho, "POST", "/oauth/v2/token", &form_type, &form).await;
    let bearer = format!("Zoho-oauthtoken {}", token.json()["access_token"].as_str().expect("a token"));
    let org = sandbox.send(Part::Zoho, "GET", "/crm/v8/org", &[("Authorization", &bearer)], "").await;
    assert_eq!(org.json()["org"][0]["zgid"], info["zoho"]["organisation"]["zgid"]);
}

#[tokio::test]
async fn time_moves_by_hand() {
    let sandbox = start().await;
    let frozen = sandbox.control("POST", "clock", &json!({ "freeze": true })).await.json();
    let moved = sandbox.control("POST", "clock", &json!({ "advance_ms": 3_600_000 })).await.json();
    let parse =
        |answer: &Value| answer["now"].as_str().and_then(|now| now.parse::<jiff::Timestamp>().ok()).expect("a moment");
    assert_eq!(parse(&frozen).duration_until(parse(&moved)).as_secs(), 3600);
    assert_eq!(moved["frozen"], json!(true));
    let back = sandbox.control("POST", "clock", &json!({ "set": "2001-01-01T00:00:00Z" })).await;
    assert_eq!(back.status, 409);
    assert_eq!(sandbox.get(Part::Microsoft, "/sandbox/clock").await.json(), moved);
    let world = sandbox.running.sandbox.world(|world| world.now());
    assert_eq!(world, parse(&moved));
}

#[tokio::test]
async fn people_change_both_sides() {
    let sandbox = start().await;
    let mailbox = format!("mailbox={AMELIA}");
    let made = sandbox.control("POST", &format!("microsoft/contacts?{mailbox}"), &json!({ "givenName": "Zoë" })).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let id = made.json()["id"].as_str().expect("an id").to_owned();
    let path = format!("microsoft/contacts/{}?{mailbox}", mxs_http::url::encode(&id));
    assert_eq!(sandbox.control("PATCH", &path, &json!({ "surname": "Ng" })).await.status, 200);
    let contacts = sandbox.control("GET", &format!("microsoft/contacts?{mailbox}"), &json!({})).await.json();
    let contacts = contacts["contacts"].as_array().expect("a list");
    assert!(contacts.iter().any(|contact| contact["givenName"] == "Zoë" && contact["surname"] == "Ng"));
    assert_eq!(sandbox.control("DELETE", &path, &json!({})).await.status, 204);
    assert_eq!(sandbox.control("DELETE", &format!("{path}&purge=true"), &json!({})).await.status, 204);
    let again = sandbox.control("DELETE", &path, &json!({})).await;
    assert_eq!((again.status, again.json()["code"].clone()), (403, json!("ErrorCannotDeleteObject")));

    let message = json!({ "subject": "Hi", "toRecipients": [{ "emailAddress": { "address": AMELIA } }] });
    assert_eq!(sandbox.control("POST", &format!("microsoft/mails?{mailbox}"), &message).await.status, 201);
    let lost = sandbox.control("POST", "microsoft/mails?mailbox=nobody@x.example", &message).await;
    assert_eq!(lost.status, 404, "{}", lost.text());

    let made = sandbox.control("POST", "zoho/Contacts", &json!({ "Last_Name": "Ng" })).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let path = format!("zoho/Contacts/{}", made.json()["id"].as_str().expect("an id"));
    assert_eq!(sandbox.control("PATCH", &path, &json!({ "First_Name": "Zoë" })).await.status, 200);
    assert_eq!(sandbox.control("DELETE", &path, &json!({})).await.status, 204);
    assert_eq!(sandbox.control("POST", &format!("{path}/restore"), &json!({})).await.status, 204);
    let refused = sandbox.control("POST", "zoho/Contacts", &json!({ "First_Name": "Nobody" })).await;
    assert_eq!((refused.status, refused.json()["code"].clone()), (400, json!("MANDATORY_NOT_FOUND")));
    let state = sandbox.get(Part::Microsoft, &format!("/sandbox/state?{mailbox}")).await.json();
    let records = state["zoho"]["records"]["Contacts"].as_array().expect("a list");
    assert!(records.iter().any(|record| record["Full_Name"] == "Zoë Ng"));
    assert_eq!(state["microsoft"]["contacts"].as_object().map(|all| all.len()), Some(1), "one mailbox was asked for");
    assert_eq!(sandbox.control("GET", "counters", &json!({})).await.json()["writes"], json!({}), "nothing was counted");
}

#[tokio::test]
async fn the_vendors_troubles_can_be_ordered() {
    let sandbox = start().await;
    let orders = [
        ("microsoft/delta-tokens/expire", json!({ "mailbox": AMELIA, "as": "bad-request" })),
        ("microsoft/sessions/revoke", json!({ "user": AMELIA })),
        ("microsoft/access-tokens/expire", json!({ "user": AMELIA })),
        ("microsoft/consent/revoke", json!({ "user": AMELIA })),
        ("microsoft/throttle", json!({ "mailbox": AMELIA, "times": 1, "retry_after": "7" })),
        ("microsoft/licence", json!({ "user": AMELIA, "licensed": false })),
        ("zoho/tokens/revoke", json!({ "user": sandbox.running.sandbox.members()[0].id })),
        ("counters/reset", json!({})),
    ];
    for (path, body) in orders {
        let answer = sandbox.control("POST", path, &body).await;
        assert_eq!(answer.status, 204, "{path}: {}", answer.text());
    }
    let unknown = sandbox.control("POST", "microsoft/sessions/revoke", &json!({ "user": "nobody" })).await;
    assert_eq!(unknown.status, 404);
    assert_eq!(sandbox.control("POST", "latency", &json!({ "ms": 3 })).await.json(), json!({ "ms": 3 }));
    assert_eq!(sandbox.running.sandbox.latency_ms(), 3);

    let status =
        json!({ "service": "zoho", "effect": { "kind": "status", "status": 503, "retry_after_s": 9 }, "times": 2 });
    let waiting = sandbox.control("POST", "faults", &json!([status])).await;
    assert_eq!(waiting.json().as_array().map(Vec::len), Some(1));
    let struck = sandbox.get(Part::Zoho, "/crm/v8/org").await;
    assert_eq!((struck.status, struck.header("retry-after")), (503, Some("9")));
    assert_eq!(sandbox.control("DELETE", "faults", &json!({})).await.status, 204);
    assert_eq!(sandbox.get(Part::Zoho, "/crm/v8/org").await.status, 401);
    let counters = sandbox.control("GET", "counters", &json!({})).await.json();
    assert_eq!(counters["faults"]["zoho"], json!(1));
}

#[tokio::test]
async fn what_is_refused_is_told_in_json() {
    let sandbox = start().await;
    let cases = [
        ("POST", "clock", "{", 400),
        ("POST", "clock", r#"{"back":1}"#, 422),
        ("POST", "clock", r#"{"set":"9999-12-30T21:00:00Z"}"#, 400),
        ("POST", "faults", r#"{"service":"zoho","url_contain":"coql","effect":{"kind":"drop-before"}}"#, 422),
        ("POST", "faults", r#"[{"service":"zoho","times":0,"effect":{"kind":"drop-before"}}]"#, 422),
        ("POST", "reset", "{", 400),
        ("GET", "microsoft/contacts", "", 400),
        ("GET", "microsoft/contacts?mailbox=a&purg=true", "", 400),
        ("POST", "zoho/Contacts?usr=1", "{}", 400),
        ("GET", "state?mail=a", "", 400),
    ];
    for (method, path, body, status) in cases {
        let json = [("Content-Type", "application/json")];
        let answer = sandbox.send(Part::Microsoft, method, &format!("/sandbox/{path}"), &json, body).await;
        assert_eq!(answer.status, status, "{path} {body}: {}", answer.text());
        assert!(answer.json()["message"].is_string(), "{path} {body}: {}", answer.text());
    }
    assert_eq!(sandbox.get(Part::Microsoft, "/sandbox/faults").await.json(), json!([]));
}

#[tokio::test]
async fn a_reset_that_fails_leaves_everything_as_it_was() {
    let folder = std::env::temp_dir().join(format!("mxs-import-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let sandbox = start_with(Options { import: vec![folder.clone()], ..Options::default() }).await;
    sandbox.control("POST", "clock", &json!({ "freeze": true })).await;
    let before = sandbox.get(Part::Microsoft, "/sandbox/state").await.json();
    std::fs::remove_dir_all(&folder).expect("the folder goes");
    let reset = sandbox.control("POST", "reset", &json!({})).await;
    assert_eq!((reset.status, reset.json()["code"].clone()), (500, json!("NotReset")));
    assert_eq!(sandbox.get(Part::Microsoft, "/sandbox/state").await.json(), before);
    assert_eq!(sandbox.get(Part::Function, "/v1/health").await.json()["status"], json!("ok"));
    // And once what was in the way is gone, again and again.
    std::fs::create_dir_all(&folder).expect("a folder");
    for _ in 0..3 {
        assert_eq!(sandbox.control("POST", "reset", &json!({})).await.status, 200);
        assert_eq!(sandbox.get(Part::Function, "/v1/health").await.json()["status"], json!("ok"));
    }
    std::fs::remove_dir_all(&folder).expect("the folder goes");
}

#[tokio::test]
async fn a_reset_begins_anew() {
    let sandbox = start().await;
    sandbox.crm("amelia", "PUT", "/host/extension", &json!({ "kind": "all" })).await;
    sandbox.control("POST", "clock", &json!({ "freeze": true, "advance_ms": 86_400_000 })).await;
    sandbox.control("POST", "latency", &json!({ "ms": 5 })).await;
    let reset = sandbox.control("POST", "reset", &json!({ "seed": "two-hundred" })).await;
    assert_eq!(
        (reset.status, reset.json()["seed"].clone(), reset.json()["messages"].clone()),
        (200, json!("two-hundred"), json!([]))
    );
    let state = sandbox.get(Part::Microsoft, "/sandbox/state").await.json();
    assert_eq!(state["microsoft"]["contacts"][AMELIA].as_array().map(Vec::len), Some(100));
    assert_eq!(state["zoho"]["records"]["Contacts"].as_array().map(Vec::len), Some(100));
    assert_eq!(state["extension"]["installed"], json!(false));
    assert_eq!(sandbox.get(Part::Microsoft, "/sandbox/clock").await.json()["frozen"], json!(false));
    assert_eq!(sandbox.running.sandbox.latency_ms(), 0);
    assert_eq!(sandbox.get(Part::Function, "/v1/health").await.json()["status"], json!("ok"));
    let unknown = sandbox.control("POST", "reset", &json!({ "seed": "big" })).await;
    assert_eq!(unknown.status, 422);
}

#[tokio::test]
async fn strangers_are_kept_out() {
    let sandbox = start().await;
    for part in Part::ALL {
        let rebound = sandbox.send(part, "GET", "/", &[("Host", "evil.example:7702")], "").await;
        assert_eq!(rebound.status, 421, "{part}");
    }
    let evil = [("Origin", "https://evil.example")];
    assert_eq!(sandbox.send(Part::Microsoft, "POST", "/sandbox/reset", &evil, "").await.status, 403);
    let local = [("Origin", "http://localhost:7702")];
    assert_eq!(sandbox.send(Part::Microsoft, "GET", "/sandbox/info", &local, "").await.status, 200);
}
