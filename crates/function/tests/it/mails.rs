//! What is remembered of mails comes back as it was, under the lease that every commit needs.

use crate::support::{Fixture, ORG};
use axum::http::StatusCode;
use mxs_api::{ErrorCode, MailPage};
use mxs_core::mail::{
    AddressKey, MailChange, MailRecord, MailState, MessageKey, Module, REMEMBERED_MAX, Remembered, ThreadKey,
};
use mxs_core::{CrmId, ExchangeId, Instant};
use serde_json::{Value, json};

fn key(number: u64) -> MessageKey {
    MessageKey::new(&format!("<{number}@x.example>")).expect("a key")
}

fn at(second: u64) -> Instant {
    Instant::from_seconds(1_795_000_000 + i64::try_from(second).expect("few"))
}

fn record(number: u64) -> MailRecord {
    let module = if number.is_multiple_of(2) { Module::Contacts } else { Module::Deals };
    MailRecord { module, id: CrmId::new(number.to_string()) }
}

fn remember(item: u64, second: u64) -> MailChange {
    let address = mxs_core::mail::Address::new("cy@x.example").expect("an address");
    let remembered = Remembered {
        key: key(item),
        received: at(second),
        addresses: vec![AddressKey::new(&address)],
        thread: ThreadKey::new("t"),
        sent: true,
        unknown: true,
    };
    MailChange::Remember(ExchangeId::new(format!("item-{item}")), remembered)
}

/// The change that a number stands for.
fn change(number: u64) -> MailChange {
    let (one, other) = (number / 16 % 7, number / 128 % 5);
    match number % 16 {
        0 => MailChange::SetSince(at(one)),
        1 => MailChange::SetPolicy(one),
        2 => MailChange::SetFolder { folder: format!("folder-{other}"), cursor: format!("link-{one}") },
        3 => MailChange::ForgetFolder(format!("folder-{other}")),
        4 => MailChange::SetCrm(at(one)),
        5 => MailChange::SetSent(at(one)),
        6 => MailChange::SetAlone(at(one)),
        7 => MailChange::Forget(ExchangeId::new(format!("item-{one}"))),
        8 | 9 => MailChange::AddIntent(key(one), record(other)),
        10 => MailChange::DropIntent(key(one), record(other)),
        11 | 12 => {
            MailChange::AddDone { key: key(one), received: at(one), record: record(other), thread: ThreadKey::new("t") }
        }
        13 if other == 0 => MailChange::Prune(at(one)),
        _ => remember(one, number % 11),
    }
}

impl Fixture {
    async fn commit_mails(&self, token: &str, fence: u64, number: u64, mails: &[MailChange]) -> StatusCode {
        let body = json!({ "changes": [], "mails": mails, "progress": null, "number": number });
        self.call(token, "POST", &format!("/v1/lease/{fence}/commits"), Some(body)).await.status
    }

    async fn mails(&self, token: &str, fence: u64) -> MailState {
        let (mut state, mut after) = (MailState::default(), String::new());
        for _ in 0..100 {
            let path = format!("/v1/lease/{fence}/mails{after}");
            let page: MailPage = self.call(token, "GET", &path, None).await.json();
            page.changes.into_iter().for_each(|change| state.apply(change));
            match page.next {
                Some(next) => after = format!("?after={next}"),
                None => return state,
            }
        }
        panic!("pages without end");
    }
}

#[tokio::test]
async fn what_is_remembered_comes_back_whatever_was_changed() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let fence = f.lease(&anna).await.fence;
    let mut wanted = MailState::default();
    assert_eq!(f.mails(&anna, fence).await, wanted);
    let mut random = 7_u64;
    for number in 1..=60 {
        let mut next = || {
            // Knuth's generator; the lowest bits repeat too soon.
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            random >> 33
        };
        let changes: Vec<MailChange> = (0..next() % 12).map(|_| change(next())).collect();
        assert_eq!(f.commit_mails(&anna, fence, number, &changes).await, StatusCode::OK);
        changes.into_iter().for_each(|change| wanted.apply(change));
        assert_eq!(f.mails(&anna, fence).await, wanted, "after commit {number}");
    }
    assert!(!wanted.done.is_empty() && !wanted.remembered.is_empty() && !wanted.intents.is_empty());
    let f = f.reopened().await;
    f.clock.advance_s(30);
    let fence = f.lease(&anna).await.fence;
    assert_eq!(f.mails(&anna, fence).await, wanted, "the next run has it");
}

#[tokio::test]
async fn large_states_come_in_pages() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let fence = f.lease(&anna).await.fence;
    let many: Vec<MailChange> = (0..1_300).map(|item| remember(item, item)).collect();
    assert_eq!(f.commit_mails(&anna, fence, 1, &many).await, StatusCode::OK);
    let first: MailPage = f.call(&anna, "GET", &format!("/v1/lease/{fence}/mails"), None).await.json();
    assert_eq!((first.changes.len(), first.next.is_some()), (1_000, true));
    assert_eq!(f.mails(&anna, fence).await.remembered.len(), 1_300);
    let mut database = f.home.look().await;
    let counted: (i64, i64) = sqlx::query_as(
        "SELECT stored_rows, CAST(stored_bytes - (SELECT sum(bytes) FROM mail) AS bigint) FROM mailbox WHERE account = 1",
    )
    .fetch_one(&mut database)
    .await
    .expect("counts");
    assert_eq!(counted, (1_300, 0), "it counts as what the account stores");
}

#[tokio::test]
async fn of_too_many_messages_the_oldest_are_forgotten() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let fence = f.lease(&anna).await.fence;
    let mut database = f.home.look().await;
    let fill = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < $1)
        INSERT INTO mail (mailbox, what, key, received, format, body)
        SELECT 1, 'remembered', 'old-' || n, n, 1, $2 FROM n";
    let body = serde_json::to_string(&remember(1, 1)).expect("JSON");
    let filled = sqlx::query(fill).bind(REMEMBERED_MAX as i64).bind(body).execute(&mut database).await;
    assert_eq!(filled.expect("filled").rows_affected(), REMEMBERED_MAX as u64);
    assert_eq!(f.commit_mails(&anna, fence, 1, &[remember(2, 2), remember(3, 3)]).await, StatusCode::OK);
    let left: (i64, i64) =
        sqlx::query_as("SELECT count(*), min(received) FROM mail").fetch_one(&mut database).await.expect("rows");
    assert_eq!(left, (REMEMBERED_MAX as i64, 3), "as many as were added went, the oldest");
}

#[tokio::test]
async fn what_is_no_change_is_refused_and_nothing_of_it_stored() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let fence = f.lease(&anna).await.fence;
    let folder = |folder: &str, cursor: &str| json!({ "set_folder": { "folder": folder, "cursor": cursor } });
    let many: Vec<Value> = (0..=mxs_api::COMMIT_CHANGES_MAX).map(|_| folder("inbox", "link")).collect();
    let cases: [(&str, Value); 5] = [
        ("a word that is none", json!([folder("inbox", "link"), { "set_moon": 1 }])),
        ("a folder without a name", json!([folder("inbox", "link"), folder("", "link")])),
        ("a name that is too long", json!([folder(&"f".repeat(1_025), "link")])),
        ("a link that is too long", json!([folder("inbox", &"l".repeat(70_000))])),
        ("too many", many.into()),
    ];
    for (case, mails) in cases {
        let body = json!({ "changes": [], "mails": mails, "progress": null });
        let answer = f.call(&anna, "POST", &format!("/v1/lease/{fence}/commits"), Some(body)).await;
        assert_eq!(answer.refusal(), (400, ErrorCode::BadRequest), "{case}");
        assert_eq!(f.mails(&anna, fence).await, MailState::default(), "{case}");
    }
}

#[tokio::test]
async fn only_the_run_that_has_the_lease_reads_and_writes() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let old = f.lease(&anna).await.fence;
    f.clock.advance_s(30);
    let fence = f.lease(&anna).await.fence;
    let other = f.sign_in(ORG, "411002").await;
    for (who, token, fence) in [("a run that lost its lease", &anna, old), ("somebody else", &other, fence)] {
        assert_eq!(f.commit_mails(token, fence, 1, &[remember(1, 1)]).await, StatusCode::CONFLICT, "{who}");
        let read = f.call(token, "GET", &format!("/v1/lease/{fence}/mails"), None).await;
        assert_eq!(read.refusal(), (409, ErrorCode::LeaseLost), "{who}");
    }
    assert_eq!(f.mails(&anna, fence).await, MailState::default());
}

/// A commit whose answer was lost is sent again, and may come late.
#[tokio::test]
async fn a_commit_that_comes_twice_changes_nothing() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let fence = f.lease(&anna).await.fence;
    let folder = |cursor: &str| MailChange::SetFolder { folder: "inbox".to_owned(), cursor: cursor.to_owned() };
    for (number, cursor, status) in [
        (1, "first", StatusCode::OK),
        (1, "another", StatusCode::BAD_REQUEST),
        (2, "second", StatusCode::OK),
        (2, "second", StatusCode::OK),
        (1, "first", StatusCode::OK),
    ] {
        assert_eq!(f.commit_mails(&anna, fence, number, &[folder(cursor)]).await, status, "{number}, {cursor}");
    }
    assert_eq!(f.mails(&anna, fence).await.folders["inbox"], "second");
}
