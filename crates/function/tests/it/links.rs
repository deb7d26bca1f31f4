//! Links that need no look unless one of their records changes.

use crate::support::{Fixture, link, put_link};
use axum::http::StatusCode;
use mxs_api::{ErrorCode, LINKS_OF_MAX, Links};
use mxs_core::Kind;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A link with something to do.
fn unsettled(exchange: &str, crm: &str) -> Value {
    let mut link = link(exchange, crm);
    link["marked"] = json!(false);
    link
}

async fn open(f: &Fixture, token: &str, fence: u64) -> Vec<Value> {
    let page: Value =
        f.call(token, "GET", &format!("/v1/lease/{fence}/state?kind=contact&open=true"), None).await.json();
    page["items"].as_array().expect("items").clone()
}

async fn links_of(f: &Fixture, token: &str, fence: u64, records: Value) -> Links {
    let path = format!("/v1/lease/{fence}/links");
    f.call(token, "POST", &path, Some(json!({ "kind": "contact", "records": records }))).await.json()
}

#[tokio::test]
async fn a_settled_link_is_read_only_when_it_is_asked_for() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let lease = f.lease(&anna).await;
    assert_eq!(lease.links, BTreeMap::new());
    let fence = lease.fence;
    let changes = json!([put_link("e1", "c1"), put_link("e2", "c2"), { "put_link": unsettled("e3", "c3") }]);
    assert_eq!(f.commit(&anna, fence, changes).await.status, StatusCode::OK);
    assert_eq!(open(&f, &anna, fence).await, [json!({ "link": unsettled("e3", "c3") })]);

    // By either record, or both; a record without a link has none.
    let asked =
        json!([{ "exchange": "e1" }, { "crm": "c2" }, { "crm": "c1" }, { "crm": "e1" }, { "exchange": "nobody" }]);
    let answer = links_of(&f, &anna, fence, asked).await;
    let found: Vec<&str> = answer.links.iter().map(|link| link.exchange.as_str()).collect();
    assert_eq!((found, answer.answered), (vec!["e1", "e2", "e1"], 5));

    // What is stored anew is settled or not as it is then.
    let changes = json!([put_link("e3", "c3"), { "put_link": unsettled("e1", "c1") }]);
    assert_eq!(f.commit(&anna, fence, changes).await.status, StatusCode::OK);
    assert_eq!(open(&f, &anna, fence).await, [json!({ "link": unsettled("e1", "c1") })]);
    f.finish(&anna, fence, json!("completed")).await;
    assert_eq!(f.lease(&anna).await.links, BTreeMap::from([(Kind::Contact, 3)]));
}

#[tokio::test]
async fn large_links_are_answered_in_parts() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let fence = f.lease(&anna).await.fence;
    let ids: Vec<String> = (0..12).map(|number| format!("e{number}")).collect();
    for id in &ids {
        let mut large = link(id, &id.replace('e', "c"));
        large["base"]["crm"]["notes"] = json!({ "text": "n".repeat(500_000) });
        assert_eq!(f.commit(&anna, fence, json!([{ "put_link": large }])).await.status, StatusCode::OK);
    }
    let asked: Vec<Value> = ids.iter().map(|id| json!({ "exchange": id })).collect();
    let (mut rest, mut rounds) = (asked.as_slice(), 0);
    while !rest.is_empty() {
        let answer = links_of(&f, &anna, fence, json!(rest)).await;
        assert_eq!(answer.links.len(), answer.answered);
        assert!(answer.answered > 0, "it would be asked for ever");
        rest = &rest[answer.answered..];
        rounds += 1;
    }
    assert_eq!(rounds, 2);
}

#[tokio::test]
async fn links_are_the_leases_alone() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let ben = f.connected("411002", "mailbox-b").await;
    let fence = f.lease(&anna).await.fence;
    f.commit(&anna, fence, json!([put_link("e1", "c1")])).await;
    let path = format!("/v1/lease/{fence}/links");
    let asked = json!({ "kind": "contact", "records": [{ "exchange": "e1" }] });
    assert_eq!(f.call(&ben, "POST", &path, Some(asked)).await.problem().code, ErrorCode::LeaseLost);
    let many = json!({ "kind": "contact", "records": vec![json!({ "exchange": "e" }); LINKS_OF_MAX + 1] });
    for (case, body) in [
        ("too many", many),
        ("no records", json!({ "kind": "contact" })),
        ("an unknown side", json!({ "kind": "contact", "records": [{ "x": "e" }] })),
    ] {
        let answer = f.call(&anna, "POST", &path, Some(body)).await;
        assert_eq!(answer.problem().code, ErrorCode::BadRequest, "{case}");
    }
}
