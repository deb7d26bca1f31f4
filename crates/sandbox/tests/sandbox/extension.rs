//! Installing the extension, and the function that says who is asking.

use crate::client::{Fixture, start};
use mxs_sandbox::crm::sign;
use mxs_sandbox::part::Part;
use serde_json::{Value, json};

async fn allowed(sandbox: &Fixture, who: &str) -> bool {
    let session = sandbox.crm(who, "GET", "/host/session", &Value::Null).await.json();
    session["extension"]["mayUse"] == true
}

async fn execute(sandbox: &Fixture, who: &str, nonce: &str) -> (u16, Value) {
    let arguments = json!({ "arguments": json!({ "nonce": nonce }).to_string() });
    let answer = sandbox.crm(who, "POST", "/host/functions/msexchangesync__issue_session", &arguments).await;
    (answer.status, answer.json())
}

#[tokio::test]
async fn the_chosen_users_and_no_others_see_the_tab() {
    let sandbox = start().await;
    let session = sandbox.crm("amelia", "GET", "/host/session", &Value::Null).await.json();
    let support =
        session["profiles"].as_array().and_then(|all| all.iter().find(|profile| profile["name"] == "Support"));
    let support = support.expect("the profile")["id"].clone();
    let cases = [
        (json!({ "kind": "admins" }), [true, false, false]),
        (json!({ "kind": "all" }), [true, true, true]),
        (json!({ "kind": "profiles", "profiles": [support] }), [false, false, true]),
    ];
    for (audience, expected) in cases {
        assert_eq!(sandbox.crm("amelia", "PUT", "/host/extension", &audience).await.status, 200);
        let mut seen = Vec::new();
        for who in ["amelia", "claire", "sofia"] {
            seen.push(allowed(&sandbox, who).await);
        }
        assert_eq!(seen, expected, "{audience}");
    }
    assert_eq!(sandbox.crm("amelia", "DELETE", "/host/extension", &Value::Null).await.status, 200);
    assert!(!allowed(&sandbox, "sofia").await);
}

#[tokio::test]
async fn only_administrators_manage_it() {
    let sandbox = start().await;
    let all = json!({ "kind": "all" });
    let refused = sandbox.crm("oliver", "PUT", "/host/extension", &all).await;
    assert_eq!((refused.status, refused.json()["code"].clone()), (403, json!("NO_PERMISSION")));
    assert_eq!(sandbox.crm("kenji", "PUT", "/host/extension", &all).await.status, 200);
    assert_eq!(sandbox.crm("oliver", "DELETE", "/host/extension", &Value::Null).await.status, 403);
    let nobody = sandbox.send(Part::Crm, "DELETE", "/host/extension", &[("X-Sandbox-User", "1")], "").await;
    assert_eq!(nobody.status, 401);
}

#[tokio::test]
async fn the_function_believes_what_the_crm_signs() {
    let sandbox = start().await;
    let challenge = sandbox.send(Part::Function, "POST", "/v1/challenges", &[], "").await.json();
    let nonce = challenge["nonce"].as_str().expect("a nonce");
    assert_eq!(execute(&sandbox, "claire", nonce).await.0, 404, "not installed");
    sandbox.crm("amelia", "PUT", "/host/extension", &json!({ "kind": "admins" })).await;
    assert_eq!(execute(&sandbox, "claire", nonce).await.0, 403, "not for her");

    let (status, answer) = execute(&sandbox, "amelia", nonce).await;
    assert_eq!((status, &answer["code"], &answer["details"]["type"]), (200, &json!("success"), &json!("VOID")));
    let statement = json!({ "statement": answer["details"]["output"] }).to_string();
    let json_body = [("Content-Type", "application/json")];
    let session = sandbox.send(Part::Function, "POST", "/v1/sessions", &json_body, &statement).await;
    assert_eq!(session.status, 200, "{}", session.text());
    assert!(session.json()["token"].is_string());
}

#[tokio::test]
async fn other_texts_are_not_signed() {
    let sandbox = start().await;
    sandbox.crm("amelia", "PUT", "/host/extension", &json!({ "kind": "all" })).await;
    let (status, answer) = execute(&sandbox, "amelia", "60001234567|1|x").await;
    assert_eq!((status, &answer["details"]["output"]), (200, &json!("")));
    let unknown = sandbox.crm("amelia", "POST", "/host/functions/format_disk", &json!({})).await;
    assert_eq!(unknown.status, 404);
}

#[test]
fn statements_are_those_of_the_deluge_function() {
    let file: Value = serde_json::from_str(include_str!("../../../../tests/vectors/issue_session.json")).expect("JSON");
    let vectors = file["vectors"].as_array().expect("a list");
    assert!(!vectors.is_empty());
    for vector in vectors {
        let text = |name: &str| vector[name].as_str().expect("a text");
        let signed_at = vector["signed_at_ms"].as_i64().expect("a number");
        let statement = sign(text("secret"), text("org"), text("user"), text("email"), text("nonce"), signed_at);
        assert_eq!(statement, text("statement"), "{}", text("name"));
    }
}
