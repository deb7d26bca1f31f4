//! What PostgreSQL can't store: the character with the number 0. The JSON of an item writes it in other letters; what
//! stands beside the JSON can't hold it.

use crate::support::{Fixture, put_link};
use axum::http::StatusCode;
use mxs_api::ErrorCode;
use serde_json::json;

#[tokio::test]
async fn a_name_is_stored_without_what_can_not_be_stored() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let fence = f.lease(&anna).await.fence;
    let fields = json!({ "surname": { "text": "Sec\u{0}ret" } });
    let item = json!({ "id": { "crm": "c1" }, "fields": fields, "version": "v1", "reason": "not_in_direction" });
    assert_eq!(f.commit(&anna, fence, json!([{ "put_unlinked": item }])).await.status, StatusCode::OK);
    assert_eq!(f.overview(&anna).await.unsynced[0].examples[0].name, "Secret");
    let state = f.state(&anna, fence, 10).await;
    assert_eq!(state[0]["unlinked"]["fields"], fields, "the item itself is as it was");
}

#[tokio::test]
async fn an_id_that_can_not_be_stored_is_refused_and_nothing_fails() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let fence = f.lease(&anna).await.fence;
    let meetings = json!({ "ask": "claim", "meetings": ["u\u{0}1"] });
    let mailbox = json!({ "id": "mailbox\u{0}", "address": "", "name": "" });
    let links = json!({ "kind": "contact", "records": [{ "crm": "c\u{0}1" }] });
    for (method, path, body) in [
        ("POST", format!("/v1/lease/{fence}/meetings"), Some(meetings)),
        ("POST", format!("/v1/lease/{fence}/links"), Some(links)),
        ("PUT", "/v1/mailbox".to_owned(), Some(mailbox)),
        ("GET", "/v1/records/crm/c%001/journal".to_owned(), None),
    ] {
        let refused = f.call(&anna, method, &path, body).await;
        assert_eq!(refused.refusal(), (400, ErrorCode::BadRequest), "{path}");
    }
    let refused = f.commit(&anna, fence, json!([put_link("e\u{0}1", "c1")])).await;
    assert_eq!(refused.refusal(), (400, ErrorCode::BadRequest));
    assert_eq!(f.commit(&anna, fence, json!([put_link("e1", "c1")])).await.status, StatusCode::OK);
}
