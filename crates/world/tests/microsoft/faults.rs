//! Faults as a page in a browser meets them.

use crate::support::*;
use mxs_http::{Method, Request};
use mxs_world::{Fault, World};
use serde_json::{Value, json};

fn busy(world: &mut World) {
    let effect = json!({ "kind": "status", "status": 503, "retry_after_s": 7 });
    let fault = json!({ "service": "microsoft", "effect": effect });
    world.faults.add(serde_json::from_value(fault).expect("a fault"));
}

#[test]
fn a_page_reads_the_status_and_the_wait_of_a_fault_and_its_preflight_is_spared() {
    let token = format!("/{TENANT}/oauth2/v2.0/token");
    let authorize = format!("/{TENANT}/oauth2/v2.0/authorize");
    // The address, the page's origin, and the origin that is let in.
    let cases = [
        ("/v1.0/me/contacts", ORIGIN, Some("*")),
        ("/v1.0/$batch", "https://stranger.example", Some("*")),
        (&token, ORIGIN, Some(ORIGIN)),
        (&token, "https://stranger.example", None),
        (&authorize, ORIGIN, None),
    ];
    for (url, origin, allowed) in cases {
        let world = &mut world();
        busy(world);
        let ask = |method| Request::new(method, url).header("Origin", origin);
        assert_ne!(send(world, &ask(Method::Options)).status, 503, "{url}");
        let response = send(world, &ask(Method::Post));
        assert_eq!((response.status, response.headers.get("Retry-After")), (503, Some("7")), "{url}");
        assert_eq!(response.headers.get("Access-Control-Allow-Origin"), allowed, "{url} {origin}");
        let exposed = response.headers.get("Access-Control-Expose-Headers").unwrap_or_default();
        assert_eq!(exposed.contains("Retry-After"), url.starts_with("/v1.0"), "{url}");
        assert_eq!(world.faults.waiting(), [], "it struck once");
    }
}

#[test]
fn a_fault_with_a_typing_error_strikes_nothing() {
    let with = |name: &str, value: Value| {
        let mut fault = json!({ "service": "zoho", "effect": { "kind": "drop-before" } });
        fault[name] = value;
        serde_json::from_value::<Fault>(fault).is_ok()
    };
    assert!(with("url_contains", json!("coql")) && with("times", json!(2)));
    assert!(!with("url_contain", json!("coql")) && !with("times", json!(0)));
}
