//! What was done, for whoever asks afterwards.

use crate::support::{Fixture, add_conflict, journal, journal_of, put_link};
use axum::http::StatusCode;
use mxs_api::{ConflictPage, ErrorCode, HISTORY_PAGE_MAX, JournalPage, RunPage};
use mxs_core::Kind;
use serde_json::{Value, json};

async fn get<T: serde::de::DeserializeOwned>(f: &Fixture, token: &str, path: &str) -> T {
    f.call(token, "GET", &format!("/v1/{path}"), None).await.json()
}

#[tokio::test]
async fn a_runs_journal_is_told_in_its_order() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let fence = f.lease(&anna).await.fence;
    let count = HISTORY_PAGE_MAX as u64 + 3;
    let mut newer = journal(fence, count, "e1");
    newer["journal"]["hint"] = json!("of a later version");
    let mut changes: Vec<Value> = (1..count).map(|number| journal(fence, number, "e1")).collect();
    changes.push(newer.clone());
    assert_eq!(f.commit(&anna, fence, json!(changes)).await.status, StatusCode::OK);

    let first: JournalPage = get(&f, &anna, &format!("runs/{fence}/journal")).await;
    assert_eq!(first.entries.len(), HISTORY_PAGE_MAX);
    assert_eq!(first.entries[0].at, "2026-11-21T21:00:57Z");
    let next = first.next.expect("there is more");
    let path = format!("runs/{fence}/journal?after={next}");
    let rest: JournalPage = get(&f, &anna, &path).await;
    let numbers = |page: &JournalPage| -> Vec<u64> { page.entries.iter().map(|item| item.entry.number).collect() };
    assert_eq!((numbers(&rest), rest.next), (vec![count - 2, count - 1, count], None));
    let rest: Value = get(&f, &anna, &path).await;
    assert_eq!(rest["entries"][2]["entry"], newer["journal"], "as it was written");
    let none: JournalPage = get(&f, &anna, "runs/999/journal").await;
    assert_eq!((none.entries, none.next), (vec![], None));
}

#[tokio::test]
async fn a_records_journal_is_told_from_its_end() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let fence = f.lease(&anna).await.fence;
    let item = "AAMk/a+b=";
    let changes = json!([
        journal_of("task", fence, 1, item, "c1"),
        journal_of("task", fence, 2, "other", "c1"),
        journal_of("task", fence, 3, item, "c2"),
    ]);
    assert_eq!(f.commit_of(&anna, "task", fence, changes).await.status, StatusCode::OK);
    for (path, expected) in [
        ("records/exchange/AAMk%2Fa%2Bb%3D/journal", vec![3, 1]),
        ("records/crm/c1/journal", vec![2, 1]),
        ("records/crm/c2/journal", vec![3]),
        // An id is of its side.
        ("records/exchange/c1/journal", vec![]),
    ] {
        let page: JournalPage = get(&f, &anna, path).await;
        let numbers: Vec<u64> = page.entries.iter().map(|item| item.entry.number).collect();
        assert_eq!(numbers, expected, "{path}");
    }
    for path in ["records/elsewhere/c1/journal", "records/crm/c1/journal?after=x", "runs/x/journal", "runs?after=-1"] {
        let answer = f.call(&anna, "GET", &format!("/v1/{path}"), None).await;
        assert_eq!(answer.refusal(), (400, ErrorCode::BadRequest), "{path}");
    }
}

#[tokio::test]
async fn conflicts_name_their_run_and_kind() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let first = f.lease(&anna).await.fence;
    f.commit(&anna, first, json!([add_conflict("e1", "Ann"), add_conflict("e2", "Ben")])).await;
    f.finish(&anna, first, json!("completed")).await;
    let second = f.lease(&anna).await.fence;
    f.commit_of(&anna, "event", second, json!([add_conflict("e3", "Cem")])).await;
    let told = async |query: &str| -> Vec<(u64, Kind, String)> {
        let page: ConflictPage = get(&f, &anna, &format!("conflicts{query}")).await;
        let told = |item: mxs_api::ConflictItem| (item.run, item.kind, item.conflict.exchange.as_str().to_owned());
        page.conflicts.into_iter().map(told).collect()
    };
    let of = |run, kind, item: &str| (run, kind, item.to_owned());
    let [ben, ann] = [of(first, Kind::Contact, "e2"), of(first, Kind::Contact, "e1")];
    assert_eq!(told("").await, [of(second, Kind::Event, "e3"), ben.clone(), ann.clone()]);
    assert_eq!(told("?kind=contact").await, [ben, ann]);
    assert_eq!(told("?kind=task").await, []);
    assert_eq!(told("?kind=contact&after=2").await, [of(first, Kind::Contact, "e1")]);
}

#[tokio::test]
async fn runs_are_told_from_the_last() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let mut fences = Vec::new();
    for _ in 0..3 {
        let fence = f.lease(&anna).await.fence;
        f.finish(&anna, fence, json!("completed")).await;
        fences.insert(0, fence);
    }
    // The one that goes on has not ended.
    f.lease(&anna).await;
    let ids = async |path: &str| -> Vec<u64> {
        let page: RunPage = get(&f, &anna, path).await;
        page.runs.iter().map(|run| run.id).collect()
    };
    assert_eq!(ids("runs").await, fences);
    assert_eq!(ids(&format!("runs?after={}", fences[0])).await, fences[1..]);
    assert_eq!(ids(&format!("runs?after={}", fences[2])).await, [0; 0]);
}

#[tokio::test]
async fn what_was_done_is_told_to_its_own_user_only() {
    let f = Fixture::new().await;
    let (anna, ben) = (f.connected("411001", "mailbox-a").await, f.connected("411002", "mailbox-b").await);
    let fence = f.lease(&anna).await.fence;
    f.commit(&anna, fence, json!([journal(fence, 1, "e1"), add_conflict("e1", "Ann"), put_link("e1", "c1")])).await;
    f.finish(&anna, fence, json!("completed")).await;
    for path in ["runs", &format!("runs/{fence}/journal"), "records/crm/c1/journal", "conflicts"] {
        let page: Value = get(&f, &anna, path).await;
        let count = |page: &Value| {
            page.as_object().into_iter().flatten().filter_map(|(_, list)| list.as_array()).map(Vec::len).sum::<usize>()
        };
        assert_eq!(count(&page), 1, "{path}");
        assert_eq!(count(&get(&f, &ben, path).await), 0, "{path}");
        let stranger = f.call("", "GET", &format!("/v1/{path}"), None).await;
        assert_eq!(stranger.refusal(), (401, ErrorCode::NoSession), "{path}");
    }
    // It stays with the mailbox.
    f.connect(&anna, "mailbox-c").await;
    assert_eq!(get::<RunPage>(&f, &anna, "runs").await.runs, []);
    f.call(&anna, "DELETE", "/v1/mailbox", None).await;
    let answer = f.call(&anna, "GET", "/v1/conflicts", None).await;
    assert_eq!(answer.refusal(), (404, ErrorCode::NotFound));
}
