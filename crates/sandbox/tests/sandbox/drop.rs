//! Connections that end without an answer.

use crate::client::start;
use mxs_sandbox::part::Part;
use serde_json::json;

/// What a client gets of a request whose connection drops: nothing that is HTTP, and the end.
const NOTHING: &str = "(connection dropped)\r\n";

#[tokio::test]
async fn a_dropped_connection_has_no_answer() {
    let sandbox = start().await;
    let fault = json!({ "service": "microsoft", "url_contains": "/v1.0/me", "effect": { "kind": "drop-before" } });
    assert_eq!(sandbox.control("POST", "faults", &fault).await.status, 201);
    let bytes = sandbox.raw(Part::Microsoft, "GET", "/v1.0/me/contacts", &[], "").await;
    assert_eq!(String::from_utf8_lossy(&bytes), NOTHING);
    let next = sandbox.get(Part::Microsoft, "/v1.0/me/contacts").await;
    assert_eq!(next.status, 401, "the fault struck once");
}

#[tokio::test]
async fn the_server_may_have_acted_before_the_drop() {
    let sandbox = start().await;
    let count =
        || sandbox.running.sandbox.world(|world| world.zoho.records(sandbox.running.sandbox.zgid(), "Contacts").len());
    let before = count();
    let fault =
        json!({ "service": "zoho", "method": "POST", "url_contains": "/Contacts", "effect": { "kind": "drop-after" } });
    assert_eq!(sandbox.control("POST", "faults", &fault).await.status, 201);
    let user = sandbox.running.sandbox.members()[0].id.clone();
    let headers = [("X-Sandbox-User", user.as_str()), ("Content-Type", "application/json")];
    let body = json!({ "data": [{ "Last_Name": "Unheard" }] }).to_string();
    let bytes = sandbox.raw(Part::Crm, "POST", "/crm/v8/Contacts", &headers, &body).await;
    assert_eq!(String::from_utf8_lossy(&bytes), NOTHING);
    assert_eq!(count(), before + 1);
}
