//! Each kind of records is remembered for itself, and a record is of one kind.

use crate::support::{Fixture, ORG, journal_of, link, pairs, put_link};
use axum::http::StatusCode;
use mxs_api::{ErrorCode, Outcome, RunEnd};
use mxs_core::{Kind, Summary};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn cursors(link: &str) -> Value {
    json!({ "set_cursors": { "exchange": { "": link }, "crm": null } })
}

fn unlinked(id: &str, reason: &str) -> Value {
    json!({ "put_unlinked": { "id": { "crm": id }, "fields": {}, "version": "v1", "reason": reason } })
}

#[tokio::test]
async fn each_kind_is_remembered_for_itself() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let fence = f.lease(&anna).await.fence;
    f.commit_of(&anna, "contact", fence, json!([put_link("e1", "c1"), put_link("e2", "c2"), cursors("contacts")]))
        .await;
    f.commit_of(&anna, "task", fence, json!([put_link("e3", "c3"), cursors("tasks"), unlinked("c9", "private")])).await;
    assert_eq!(f.state_of(&anna, "contact", fence, 1).await.len(), 2);
    let tasks = f.state_of(&anna, "task", fence, 1).await;
    assert_eq!(pairs(&tasks[..1]), [("e3".to_owned(), "c3".to_owned())]);
    assert!(f.state_of(&anna, "event", fence, 10).await.is_empty());
    // A link is found by who asks for its kind.
    let path = format!("/v1/lease/{fence}/links");
    for (kind, found) in [("task", 1), ("contact", 0)] {
        let asked = json!({ "kind": kind, "records": [{ "crm": "c3" }] });
        let links: mxs_api::Links = f.call(&anna, "POST", &path, Some(asked)).await.json();
        assert_eq!((links.links.len(), links.answered), (found, 1), "{kind}");
    }
    // Nobody forgets another kind's.
    f.commit_of(&anna, "contact", fence, json!([{ "drop_link": "e3" }])).await;
    f.finish(&anna, fence, json!("completed")).await;
    let lease = f.lease(&anna).await;
    assert_eq!(lease.links, BTreeMap::from([(Kind::Contact, 2), (Kind::Task, 1)]));
    let read = |kind: Kind| lease.cursors[&kind].exchange[""].clone();
    assert_eq!((read(Kind::Contact), read(Kind::Task), lease.cursors.len()), ("contacts".into(), "tasks".into(), 2));
    let overview = f.overview(&anna).await;
    assert_eq!((overview.linked, overview.unsynced_total), (3, 1));
    let kinds: Vec<_> = overview.kinds.iter().map(|(kind, of)| (*kind, of.linked, of.unsynced)).collect();
    assert_eq!(kinds, [(Kind::Contact, 2, 0), (Kind::Task, 1, 1)]);
    assert_eq!(overview.unsynced[0].kind, Kind::Task);
}

/// Links pair each record once, over all kinds. Before: e1–c1 is a contact.
#[tokio::test]
async fn a_record_is_of_one_kind() {
    for (case, changes) in [
        ("the item", json!([put_link("e1", "c2")])),
        ("the record", json!([put_link("e2", "c1")])),
        ("both", json!([put_link("e1", "c1")])),
        ("one without a partner", json!([unlinked("c5", "category")])),
        ("after something good", json!([put_link("e7", "c7"), put_link("e1", "c2")])),
    ] {
        let f = Fixture::new().await;
        let anna = f.connected("411001", "mailbox-a").await;
        let fence = f.lease(&anna).await.fence;
        f.commit(&anna, fence, json!([put_link("e1", "c1"), unlinked("c5", "private")])).await;
        let refused = f.commit_of(&anna, "task", fence, changes).await;
        assert_eq!(refused.refusal(), (400, ErrorCode::BadRequest), "{case}");
        assert!(f.state_of(&anna, "task", fence, 10).await.is_empty(), "{case}");
        assert_eq!(f.state(&anna, fence, 10).await[0], json!({ "link": link("e1", "c1") }), "{case}");
    }
}

#[tokio::test]
async fn changes_name_their_kind() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let fence = f.lease(&anna).await.fence;
    let path = format!("/v1/lease/{fence}/commits");
    for (case, body, status) in [
        ("nothing is changed", json!({ "changes": [], "progress": null }), 200),
        ("a change of no kind", json!({ "changes": [put_link("e1", "c1")], "progress": null }), 400),
        ("of an unknown kind", json!({ "kind": "mail", "changes": [put_link("e1", "c1")], "progress": null }), 400),
        (
            "an entry of another",
            json!({ "kind": "task", "changes": [journal_of("event", fence, 1, "e", "c")], "progress": null }),
            400,
        ),
        (
            "an entry of another run",
            json!({ "kind": "task", "changes": [journal_of("task", fence + 1, 1, "e", "c")], "progress": null }),
            400,
        ),
        (
            "its own",
            json!({ "kind": "task", "changes": [journal_of("task", fence, 1, "e", "c")], "progress": null }),
            200,
        ),
        (
            "another with its number",
            json!({ "kind": "task", "changes": [journal_of("task", fence, 1, "e", "other")], "progress": null }),
            400,
        ),
    ] {
        let answer = f.call(&anna, "POST", &path, Some(body)).await;
        let expected = if status == 200 { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        assert!(answer.status == expected || answer.status.as_u16() == status, "{case}: {}", answer.text());
    }
    let answer = f.call(&anna, "GET", &format!("/v1/lease/{fence}/state"), None).await;
    assert_eq!(answer.refusal(), (400, ErrorCode::BadRequest), "a page is of one kind");
}

/// Contacts come to their end, tasks don't, and events are never begun.
#[tokio::test]
async fn each_kind_has_its_last_run() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let first = f.lease(&anna).await.fence;
    let mut summary = Summary::default();
    summary.to_crm.created = 3;
    let completed = Outcome { end: RunEnd::Completed, summary };
    let failed = Outcome { end: RunEnd::Failed { code: "MXS-1002".to_owned() }, summary };
    let kinds = BTreeMap::from([(Kind::Contact, completed.clone()), (Kind::Task, failed.clone())]);
    let finish = mxs_api::Finish { end: RunEnd::Completed, kinds: kinds.clone() };
    let body = serde_json::to_value(&finish).expect("JSON");
    let path = format!("/v1/lease/{first}/finish");
    let run: mxs_api::Run = f.call(&anna, "POST", &path, Some(body.clone())).await.json();
    assert_eq!((run.id, &run.kinds, run.summary.to_crm.created), (first, &kinds, 6));
    assert_eq!(f.call(&anna, "POST", &path, Some(body)).await.json::<mxs_api::Run>(), run, "said twice");
    let other = mxs_api::Finish { end: RunEnd::Completed, kinds: BTreeMap::from([(Kind::Task, completed)]) };
    let other = serde_json::to_value(&other).expect("JSON");
    assert_eq!(f.call(&anna, "POST", &path, Some(other)).await.refusal(), (409, ErrorCode::LeaseLost));

    // The tab is closed while it syncs contacts.
    let second = f.lease(&anna).await.fence;
    f.commit(&anna, second, json!([put_link("e1", "c1")])).await;
    f.clock.advance_s(30);
    let kinds = f.overview(&anna).await.kinds;
    let last = |kind: Kind| kinds[&kind].last_run.clone().map(|run| (run.run, run.end));
    assert_eq!(last(Kind::Contact), Some((second, RunEnd::Interrupted)));
    assert_eq!(last(Kind::Task), Some((first, failed.end)));
    assert!(!kinds.contains_key(&Kind::Event));
}

#[tokio::test]
async fn settings_that_make_no_sense_are_refused_by_their_name() {
    let f = Fixture::new().await;
    let anna = f.sign_in(ORG, "411001").await;
    let mut sent = serde_json::to_value(mxs_api::Settings::default()).expect("JSON");
    sent["tasks"]["months_back"] = json!(13);
    let refused = f.call(&anna, "PUT", "/v1/settings", Some(sent.clone())).await;
    assert_eq!(refused.refusal(), (422, ErrorCode::BadRequest));
    assert_eq!(refused.problem().member.as_deref(), Some("tasks.months_back"));
    sent["tasks"]["months_back"] = json!(12);
    sent["events"]["rules"]["Anna Secret"] = json!(true);
    let refused = f.call(&anna, "PUT", "/v1/settings", Some(sent)).await;
    assert_eq!(refused.problem().member.as_deref(), Some("events.rules"));
    assert!(!refused.text().contains("Anna"));
}
