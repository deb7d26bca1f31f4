//! What was done, for whoever asks afterwards.

use crate::support::{Fixture, add_conflict, journal, journal_of, put_link};
use axum::http::StatusCode;
use mxs_api::{ConflictPage, ErrorCode, HISTORY_PAGE_MAX, JournalPage, Lease, RunEntries, RunPage};
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

#[tokio::test]
async fn a_run_that_takes_another_back_reads_what_both_noted() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let first = f.lease(&anna).await.fence;
    let count = HISTORY_PAGE_MAX as u64 + 1;
    f.commit(&anna, first, json!((1..=count).map(|number| journal(first, number, "e1")).collect::<Vec<_>>())).await;
    f.commit_of(&anna, "task", first, json!([journal_of("task", first, count + 1, "e2", "c2")])).await;
    f.finish(&anna, first, json!("completed")).await;
    let undo: Lease = f.call(&anna, "POST", &format!("/v1/lease?undoes={first}"), None).await.json();
    let fence = undo.fence;
    let mut taken_back = journal(fence, 1, "e1");
    taken_back["journal"]["cause"] = json!({ "undo": { "run": first } });
    let other = journal(fence, 2, "e1");
    assert_eq!(f.commit(&anna, fence, json!([taken_back, other])).await.status, StatusCode::OK);

    let entries = async |kind: &str| -> Vec<(u64, u64)> {
        let (mut told, mut after) = (Vec::new(), String::new());
        loop {
            let path = format!("lease/{fence}/journal?run={first}&kind={kind}{after}");
            let page: RunEntries = get(&f, &anna, &path).await;
            assert!(page.whole);
            told.extend(page.entries.iter().map(|entry| (entry.run, entry.number)));
            match page.next {
                Some(next) => after = format!("&after={next}"),
                None => return told,
            }
        }
    };
    let mut expected: Vec<(u64, u64)> = (1..=count).map(|number| (first, number)).collect();
    expected.push((fence, 1));
    assert_eq!(entries("contact").await, expected);
    assert_eq!(entries("task").await, [(first, count + 1)]);
    assert_eq!(entries("event").await, []);

    // It is a run of its own, in the list too.
    f.finish(&anna, fence, json!("completed")).await;
    let runs: RunPage = get(&f, &anna, "runs").await;
    assert_eq!(
        runs.runs.iter().map(|run| (run.id, run.undoes)).collect::<Vec<_>>(),
        [(fence, Some(first)), (first, None)]
    );
    // Only under a lease.
    let late = f.call(&anna, "GET", &format!("/v1/lease/{fence}/journal?run={first}&kind=contact"), None).await;
    assert_eq!(late.refusal(), (409, ErrorCode::LeaseLost));
}

#[tokio::test]
async fn a_run_that_is_not_noted_in_full_says_so() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let mut fences = Vec::new();
    for _ in 0..3 {
        let fence = f.lease(&anna).await.fence;
        f.commit(&anna, fence, json!([journal(fence, 1, "e1"), journal(fence, 2, "e2")])).await;
        f.finish(&anna, fence, json!("completed")).await;
        fences.push(fence);
    }
    let mut database = f.home.look().await;
    let forget = sqlx::query("DELETE FROM journal WHERE fence = $1 OR (fence = $2 AND number = 1)");
    forget.bind(fences[0] as i64).bind(fences[1] as i64).execute(&mut database).await.expect("forgotten");
    let fence = f.lease(&anna).await.fence;
    for (run, whole) in fences.into_iter().zip([false, false, true]) {
        let page: RunEntries = get(&f, &anna, &format!("lease/{fence}/journal?run={run}&kind=contact")).await;
        assert_eq!(page.whole, whole, "{run}");
    }
}

#[tokio::test]
async fn only_a_mailboxs_own_run_is_taken_back() {
    let f = Fixture::new().await;
    let (anna, ben) = (f.connected("411001", "mailbox-a").await, f.connected("411002", "mailbox-b").await);
    let theirs = f.lease(&ben).await.fence;
    f.finish(&ben, theirs, json!("completed")).await;
    for undoes in [theirs.to_string(), "999".to_owned(), u64::MAX.to_string(), "x".to_owned()] {
        let answer = f.call(&anna, "POST", &format!("/v1/lease?undoes={undoes}"), None).await;
        assert_eq!(answer.refusal(), (400, ErrorCode::BadRequest), "{undoes}");
    }
    let fence = f.lease(&anna).await.fence;
    let path = format!("/v1/lease/{fence}/journal?run={theirs}&kind=contact");
    assert_eq!(f.call(&anna, "GET", &path, None).await.json::<RunEntries>().entries, []);
    for query in
        ["kind=contact", "run=x&kind=contact", "run=1", "run=1&kind=contact&after=x", "run=1&kind=contact&after=undo-x"]
    {
        let answer = f.call(&anna, "GET", &format!("/v1/lease/{fence}/journal?{query}"), None).await;
        assert_eq!(answer.refusal(), (400, ErrorCode::BadRequest), "{query}");
    }
}
