//! What a run remembers: pages, changes, and that half a commit is none.

use crate::support::{Fixture, link, pairs, put_link};
use axum::http::StatusCode;
use mxs_api::{COMMIT_CHANGES_MAX, ErrorCode, ITEM_BYTES_MAX, STATE_PAGE_MAX};
use mxs_core::{Kind, Link, StateChange, SyncState};
use serde_json::{Value, json};

fn drop_link(exchange: &str) -> Value {
    json!({ "drop_link": exchange })
}

fn unlinked(side: &str, id: &str) -> Value {
    json!({ "id": { side: id }, "fields": {}, "version": "v1", "reason": { "ambiguous_match": { "candidates": 2 } } })
}

fn intent(side: &str, id: &str) -> Value {
    json!({ "source": { side: id }, "fields": {}, "version": "v1" })
}

async fn leased() -> (Fixture, String, u64) {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let fence = f.lease(&anna).await.fence;
    (f, anna, fence)
}

#[tokio::test]
async fn every_kind_of_item_comes_back_as_it_was_put() {
    let (f, anna, fence) = leased().await;
    let changes = json!([
        put_link("e1", "c1"),
        { "put_intent": intent("exchange", "e2") },
        { "put_intent": intent("crm", "c2") },
        { "put_unlinked": unlinked("exchange", "e2") },
        { "put_unlinked": unlinked("crm", "e2") },
        { "set_cursors": { "exchange": { "": "https://delta.example/?a=b" }, "crm": "2026-11-21T21:00:57+00:00" } },
    ]);
    assert_eq!(f.commit(&anna, fence, changes).await.status, StatusCode::OK);
    assert_eq!(
        f.state(&anna, fence, 100).await,
        [
            json!({ "link": link("e1", "c1") }),
            json!({ "intent": intent("exchange", "e2") }),
            json!({ "intent": intent("crm", "c2") }),
            json!({ "unlinked": unlinked("exchange", "e2") }),
            json!({ "unlinked": unlinked("crm", "e2") }),
        ]
    );
    assert_eq!(f.overview(&anna).await.linked, 1, "only links are counted");
    // Taken back one by one, each only its own; and a second time it does not matter.
    let changes = json!([
        { "drop_intent": { "exchange": "e2" } },
        { "drop_intent": { "exchange": "e2" } },
        { "drop_unlinked": { "crm": "e2" } },
        drop_link("e1"),
        drop_link("nobody"),
    ]);
    assert_eq!(f.commit(&anna, fence, changes).await.status, StatusCode::OK);
    assert_eq!(
        f.state(&anna, fence, 100).await,
        [json!({ "intent": intent("crm", "c2") }), json!({ "unlinked": unlinked("exchange", "e2") }),]
    );
    f.finish(&anna, fence, json!("completed")).await;
    let cursors = f.lease(&anna).await.cursors[&Kind::Contact].clone();
    assert_eq!(cursors.exchange.get("").map(String::as_str), Some("https://delta.example/?a=b"));
    assert_eq!(cursors.crm.map(|instant| instant.to_string()).as_deref(), Some("2026-11-21T21:00:57+00:00"));
}

/// What both sides hold alike is stored once, and read as if it had been said twice.
#[tokio::test]
async fn a_link_whose_sides_are_alike_comes_back() {
    let (f, anna, fence) = leased().await;
    let mut alike = link("e1", "c1");
    alike["base"]["exchange"] = alike["base"]["crm"].clone();
    alike["seen"] = alike["base"].clone();
    let changes = json!([{ "put_link": alike }]);
    assert_eq!(f.commit(&anna, fence, changes).await.status, StatusCode::OK);
    let stored = f.state(&anna, fence, 10).await[0]["link"].clone();
    assert_eq!((&stored["base"]["crm"], &stored["seen"]["crm"]), (&Value::Null, &Value::Null));
    let read = |link| serde_json::from_value::<Link>(link).expect("a link");
    assert_eq!(read(stored), read(alike));
}

/// A newer tab writes members that this function has never heard of.
#[tokio::test]
async fn unknown_members_come_back() {
    let (f, anna, fence) = leased().await;
    let mut newer = link("e1", "c1");
    newer["photo"] = json!({ "hash": "abc", "size": 17 });
    newer["base"]["origin"] = json!("import");
    newer["size"] = json!({ "z": u64::MAX, "a": -0.5, "m": [null, { "deep": [] }] });
    let changes = json!([
        { "put_link": newer },
        { "set_cursors": { "exchange": {}, "crm": null, "calendar": "delta" } },
    ]);
    assert_eq!(f.commit(&anna, fence, changes).await.status, StatusCode::OK);
    assert_eq!(f.state(&anna, fence, 10).await, [json!({ "link": newer })]);
    f.finish(&anna, fence, json!("completed")).await;
    let lease: Value = f.call(&anna, "POST", "/v1/lease", None).await.json();
    assert_eq!(lease["cursors"]["contact"]["calendar"], "delta");
}

#[tokio::test]
async fn pages_hold_each_item_once_while_items_change() {
    let (f, anna, fence) = leased().await;
    let links: Vec<Value> = (0..137).map(|n| put_link(&format!("e{n}"), &format!("c{n}"))).collect();
    f.commit(&anna, fence, json!(links)).await;
    let whole = pairs(&f.state(&anna, fence, STATE_PAGE_MAX).await);
    assert_eq!(whole.len(), 137);
    for limit in [1, 2, 49, 50, 51, 100, 136, 137, 138] {
        assert_eq!(pairs(&f.state(&anna, fence, limit).await), whole, "{limit}");
    }

    // Between two pages: one is rewritten, one of each side of the cut goes, a new one comes.
    let page: Value =
        f.call(&anna, "GET", &format!("/v1/lease/{fence}/state?kind=contact&limit=60"), None).await.json();
    let next = page["next"].as_str().expect("more");
    let changes = json!([put_link("e3", "new"), drop_link("e5"), drop_link("e80"), put_link("late", "late")]);
    f.commit(&anna, fence, changes).await;
    let path = format!("/v1/lease/{fence}/state?kind=contact&after={next}&limit=1000");
    let rest: Value = f.call(&anna, "GET", &path, None).await.json();
    assert_eq!(rest["next"], Value::Null);
    let rest = pairs(rest["items"].as_array().expect("items"));
    let mut expected: Vec<_> = whole[60..].iter().filter(|(exchange, _)| exchange != "e80").cloned().collect();
    expected.push(("late".to_owned(), "late".to_owned()));
    assert_eq!(rest, expected);
}

#[tokio::test]
async fn a_page_of_large_items_ends_early() {
    let (f, anna, fence) = leased().await;
    for n in 0..12 {
        let mut large = link(&format!("e{n}"), &format!("c{n}"));
        large["padding"] = json!("x".repeat(ITEM_BYTES_MAX - 1_000));
        let commit = f.commit(&anna, fence, json!([{ "put_link": large }])).await;
        assert_eq!(commit.status, StatusCode::OK);
    }
    let page: Value = f.call(&anna, "GET", &format!("/v1/lease/{fence}/state?kind=contact"), None).await.json();
    let first = page["items"].as_array().expect("items").len();
    assert!((1..12).contains(&first), "{first}");
    assert!(page["next"].is_string());
    assert_eq!(f.state(&anna, fence, 1000).await.len(), 12);
}

#[tokio::test]
async fn a_page_that_can_not_be_is_refused() {
    let (f, anna, fence) = leased().await;
    for query in
        ["after=x", "after=-1", "after=1.5", "limit=0", "limit=1001", "limit=-1", "limit=x", "after=", "kind=mail"]
    {
        let answer = f.call(&anna, "GET", &format!("/v1/lease/{fence}/state?kind=contact&{query}"), None).await;
        assert_eq!(answer.refusal(), (400, ErrorCode::BadRequest), "{query}");
    }
    let answer = f.call(&anna, "GET", "/v1/lease/x/state?kind=contact", None).await;
    assert_eq!(answer.refusal(), (400, ErrorCode::BadRequest));
    let beyond: Value =
        f.call(&anna, "GET", &format!("/v1/lease/{fence}/state?kind=contact&after=9999"), None).await.json();
    assert_eq!(beyond, json!({ "items": [], "next": null }));
}

/// Before: e1–c1, e2–c2. Each case is one commit; what it leaves is what `SyncState` makes of it, or nothing
/// of it at all.
#[tokio::test]
async fn links_pair_each_record_once() {
    let cases: [(&str, Value, bool); 9] = [
        ("a third pair", json!([put_link("e3", "c3")]), true),
        ("the same pair again", json!([put_link("e1", "c1")]), true),
        ("a mailbox item gets another record", json!([put_link("e1", "c3")]), true),
        ("a record gets a second item", json!([put_link("e3", "c1")]), false),
        ("after its first was dropped", json!([drop_link("e1"), put_link("e3", "c1")]), true),
        ("dropped too late", json!([put_link("e3", "c1"), drop_link("e1")]), false),
        ("swapped", json!([drop_link("e1"), drop_link("e2"), put_link("e1", "c2"), put_link("e2", "c1")]), true),
        ("swapped without dropping", json!([put_link("e1", "c2"), put_link("e2", "c1")]), false),
        (
            "good changes around a bad one",
            json!([put_link("e3", "c3"), drop_link("e2"), put_link("e4", "c1"), put_link("e5", "c5")]),
            false,
        ),
    ];
    for (case, changes, stored) in cases {
        let (f, anna, fence) = leased().await;
        let before = json!([put_link("e1", "c1"), put_link("e2", "c2")]);
        f.commit(&anna, fence, before.clone()).await;
        let mut expected = SyncState::default();
        let apply = |state: &mut SyncState, changes: &Value| {
            for change in changes.as_array().expect("changes") {
                state.apply(serde_json::from_value::<StateChange>(change.clone()).expect("a change"));
            }
        };
        apply(&mut expected, &before);
        let answer = f.commit(&anna, fence, changes.clone()).await;
        if stored {
            assert_eq!(answer.status, StatusCode::OK, "{case}");
            apply(&mut expected, &changes);
        } else {
            assert_eq!(answer.refusal(), (400, ErrorCode::BadRequest), "{case}");
        }
        let mut now = pairs(&f.state(&anna, fence, 10).await);
        now.sort();
        let expected: Vec<_> = expected
            .links
            .values()
            .map(|link| (link.exchange.as_str().to_owned(), link.crm.as_str().to_owned()))
            .collect();
        assert_eq!(now, expected, "{case}");
    }
}

/// Whatever is wrong with one change, nothing of its commit is stored.
#[tokio::test]
async fn a_commit_that_breaks_a_rule_leaves_nothing() {
    let (f, anna, fence) = leased().await;
    let long = "x".repeat(1025);
    let mut large = link("e1", "c1");
    large["padding"] = json!("x".repeat(ITEM_BYTES_MAX));
    for (case, bad) in [
        ("an unknown change", json!({ "put_photo": { "photo": {} } })),
        ("a change without members", json!("put_link")),
        ("two changes in one", json!({ "drop_link": "e", "drop_unlinked": { "crm": "c" } })),
        ("a change in the form of another version", json!({ "change": "drop_link", "exchange": "e" })),
        ("no change", json!({})),
        ("not even an object", json!(17)),
        ("a link without a base", json!({ "put_link": { "exchange": "e", "crm": "c" } })),
        ("an empty id", put_link("", "c1")),
        ("an empty record id", put_link("e1", "")),
        ("an id that is too long", put_link(&long, "c1")),
        ("an unknown scope", {
            let mut link = link("e1", "c1");
            link["scope"] = json!("archived");
            json!({ "put_link": link })
        }),
        ("an unknown reason", {
            let mut link = link("e1", "c1");
            link["trouble"] = json!({ "asleep": { "side": "crm" } });
            json!({ "put_link": link })
        }),
        ("an unknown side", json!({ "drop_intent": { "elsewhere": "x" } })),
        ("an item that is nested too deeply", {
            let mut link = link("e1", "c1");
            link["photo"] = (0..200).fold(json!(null), |inner, _| json!([inner]));
            json!({ "put_link": link })
        }),
        ("an item that is too large", json!({ "put_link": large })),
        ("cursors that are too large", json!({ "set_cursors": { "exchange": { "": "x".repeat(300_000) } } })),
    ] {
        let answer = f.commit(&anna, fence, json!([put_link("good", "good"), bad])).await;
        assert_eq!(answer.refusal(), (400, ErrorCode::BadRequest), "{case}");
        assert!(f.state(&anna, fence, 10).await.is_empty(), "{case}");
    }
    let many: Vec<Value> = (0..=COMMIT_CHANGES_MAX).map(|n| drop_link(&n.to_string())).collect();
    assert_eq!(f.commit(&anna, fence, json!(many[1..])).await.status, StatusCode::OK);
    assert_eq!(f.commit(&anna, fence, json!(many)).await.refusal(), (400, ErrorCode::BadRequest));
}

#[tokio::test]
async fn conflicts_are_kept_once_and_never_changed() {
    let (f, anna, fence) = leased().await;
    let conflict = |value: &str| {
        json!({ "add_conflict": {
            "exchange": "e1", "crm": "c1", "field": "surname",
            "exchange_value": { "text": value }, "crm_value": null, "winner": "crm",
        } })
    };
    let changes = json!([conflict("Ann"), put_link("e1", "c1"), conflict("Anna")]);
    // The answer to the first is lost, and the tab sends it again.
    f.commit(&anna, fence, changes.clone()).await;
    let stored_ms = f.now_ms();
    f.clock.advance_s(1);
    assert_eq!(f.commit(&anna, fence, changes).await.status, StatusCode::OK);
    // A later run that comes upon the same is another event.
    f.finish(&anna, fence, json!("completed")).await;
    let fence = f.lease(&anna).await.fence;
    f.commit(&anna, fence, json!([conflict("Anna")])).await;

    let mut database = f.home.look().await;
    let rows: Vec<(i64, String)> =
        sqlx::query_as("SELECT at_ms, body FROM conflict ORDER BY id").fetch_all(&mut database).await.expect("rows");
    let values: Vec<(i64, Value)> = rows
        .into_iter()
        .map(|(at_ms, body)| {
            (at_ms - stored_ms, serde_json::from_str::<Value>(&body).expect("JSON")["exchange_value"]["text"].take())
        })
        .collect();
    assert_eq!(values, [(0, json!("Ann")), (0, json!("Anna")), (1_000, json!("Anna"))]);
    let changed = sqlx::query("UPDATE conflict SET body = '{}'").execute(&mut database).await;
    assert!(changed.expect_err("refused").to_string().contains("a conflict is never changed"));
}
