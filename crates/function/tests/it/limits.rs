//! What one CRM user may store, and for how long it is kept.

use crate::support::{Answer, Fixture, ORG, add_conflict, journal, pairs, put_link};
use axum::http::StatusCode;
use mxs_api::ErrorCode;
use serde_json::{Value, json};

const ROWS_MAX: i64 = 1_000_000;
const BYTES_MAX: i64 = 2 * 1024 * 1024 * 1024;
const DAY_S: i64 = 24 * 60 * 60;

async fn execute(f: &Fixture, sql: &'static str, bound: i64) {
    sqlx::query(sql).bind(bound).execute(&mut f.home.look().await).await.expect("done");
}

async fn count(f: &Fixture, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&mut f.home.look().await).await.expect("a count")
}

/// What is counted of all mailboxes, beside what there is.
async fn counted_and_true(f: &Fixture) -> ((i64, i64), (i64, i64)) {
    let counted =
        sqlx::query_as("SELECT CAST(sum(stored_rows) AS bigint), CAST(sum(stored_bytes) AS bigint) FROM mailbox");
    let found = sqlx::query_as(
        "SELECT count(*), CAST(coalesce(sum(bytes), 0) AS bigint) FROM
         (SELECT bytes FROM item UNION ALL SELECT octet_length(body) AS bytes FROM conflict
          UNION ALL SELECT octet_length(exchange) + octet_length(crm) + octet_length(body) AS bytes FROM journal) AS stored",
    );
    let mut database = f.home.look().await;
    let counted = counted.fetch_one(&mut database).await.expect("counts");
    (counted, found.fetch_one(&mut database).await.expect("counts"))
}

#[tokio::test]
async fn what_is_stored_is_counted() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let fence = f.lease(&anna).await.fence;
    let unlinked = json!({ "id": { "crm": "c7" }, "fields": { "surname": { "text": "Émile" } }, "version": "v1",
        "reason": "not_in_direction" });
    let intent = json!({ "source": { "crm": "c9" }, "fields": {}, "version": "v1" });
    let drop_intent = json!({ "drop_intent": { "crm": "c9" } });
    let mut longer = put_link("e1", "c1");
    longer["put_link"]["link"]["exchange_version"] = json!("a longer version than before");
    for (case, changes, rows) in [
        ("two links", json!([put_link("e1", "c1"), put_link("e2", "c2")]), 2),
        ("the other kinds", json!([{ "put_unlinked": unlinked }, { "put_intent": intent }]), 4),
        ("a conflict", json!([add_conflict("e1", "Ann")]), 5),
        ("the same again", json!([add_conflict("e1", "Ann"), put_link("e2", "c2")]), 5),
        ("one grows", json!([longer]), 5),
        ("an entry of the journal", json!([journal(fence, 1, "e1")]), 6),
        ("the same again", json!([journal(fence, 1, "e1")]), 6),
        ("one goes", json!([drop_intent]), 5),
        ("it is gone already", json!([drop_intent]), 5),
        ("in and out", json!([{ "put_intent": intent }, drop_intent]), 5),
        ("a refused one", json!([put_link("e3", "c3"), put_link("", "")]), 5),
    ] {
        f.commit(&anna, fence, changes).await;
        let (counted, found) = counted_and_true(&f).await;
        assert_eq!((counted, counted.0), (found, rows), "{case}");
    }
    execute(&f, "DELETE FROM conflict WHERE id >= $1", 0).await;
    execute(&f, "DELETE FROM item WHERE id >= $1", 0).await;
    execute(&f, "DELETE FROM journal WHERE id >= $1", 0).await;
    assert_eq!(counted_and_true(&f).await.0, (0, 0));
}

/// A user in a run, who has another mailbox as well.
async fn nearly_full(sql: &'static str, stored: i64) -> (Fixture, String, u64) {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    f.connect(&anna, "mailbox-b").await;
    let fence = f.lease(&anna).await.fence;
    f.commit(&anna, fence, json!([put_link("e1", "c1")])).await;
    execute(&f, sql, stored).await;
    (f, anna, fence)
}

fn assert_full(answer: &Answer, case: &str) {
    assert_eq!(answer.refusal(), (413, ErrorCode::StateFull), "{case}");
}

/// The limit is the account's: the other mailbox counts too.
#[tokio::test]
async fn a_user_may_remember_so_many_records() {
    let sql = "UPDATE mailbox SET stored_rows = $1 WHERE graph_id = 'mailbox-a'";
    let (f, anna, fence) = nearly_full(sql, ROWS_MAX - 2).await;
    let drop_link = |exchange: &str| json!({ "drop_link": exchange });
    assert_full(&f.commit(&anna, fence, json!([put_link("e2", "c2"), put_link("e3", "c3")])).await, "one too many");
    assert_eq!(pairs(&f.state(&anna, fence, 10).await).len(), 1, "and nothing of it is stored");
    for (case, changes) in [
        ("the last that fits", json!([put_link("e2", "c2")])),
        ("one is written again", json!([put_link("e2", "c2")])),
        ("one for another", json!([drop_link("e2"), put_link("e3", "c3")])),
        ("a renewal", json!([])),
    ] {
        assert_eq!(f.commit(&anna, fence, changes).await.status, StatusCode::OK, "{case}");
    }
    assert_full(&f.commit(&anna, fence, json!([add_conflict("e1", "Ann")])).await, "conflicts count");
    assert_eq!(f.commit(&anna, fence, json!([drop_link("e3")])).await.status, StatusCode::OK);
    assert_eq!(f.commit(&anna, fence, json!([add_conflict("e1", "Ann")])).await.status, StatusCode::OK);
    // Others are not held up.
    let ben = f.connected("411002", "mailbox-c").await;
    let fence = f.lease(&ben).await.fence;
    assert_eq!(f.commit(&ben, fence, json!([put_link("e1", "c1")])).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_user_may_store_so_many_bytes() {
    let sql = "UPDATE mailbox SET stored_bytes = $1 WHERE graph_id = 'mailbox-a'";
    let (f, anna, fence) = nearly_full(sql, BYTES_MAX - 1_000).await;
    let long = |length: usize| {
        let mut change: Value = put_link("e1", "c1");
        change["put_link"]["link"]["exchange_version"] = json!("x".repeat(length));
        json!([change])
    };
    assert_full(&f.commit(&anna, fence, long(1_000)).await, "too long");
    assert_eq!(f.commit(&anna, fence, long(500)).await.status, StatusCode::OK);
}

/// Those that were never synced go first, then those that were not synced for longest.
#[tokio::test]
async fn a_user_has_so_many_mailboxes_and_the_one_not_synced_for_longest_makes_room() {
    let f = Fixture::new().await;
    let anna = f.sign_in(ORG, "411001").await;
    let sync = async |mailbox: &str| {
        assert_eq!(f.connect(&anna, mailbox).await.status, StatusCode::OK);
        let lease = f.lease(&anna).await;
        f.commit(&anna, lease.fence, json!([put_link("e1", "c1"), add_conflict("e1", "Ann")])).await;
        f.finish(&anna, lease.fence, json!("completed")).await;
    };
    let remembered = async |mailbox: &str| {
        f.connect(&anna, mailbox).await;
        f.overview(&anna).await.linked == 1
    };
    sync("synced-0").await;
    for number in 0..15 {
        f.connect(&anna, &format!("idle-{number}")).await;
    }
    assert_eq!(count(&f, "SELECT count(*) FROM mailbox").await, 10);
    assert!(remembered("synced-0").await);
    for number in 1..10 {
        sync(&format!("synced-{number}")).await;
    }
    assert_eq!(count(&f, "SELECT count(*) FROM mailbox").await, 10);
    // The oldest is synced again; then there is one too many.
    sync("synced-0").await;
    sync("synced-10").await;
    assert!(!remembered("synced-1").await);
    assert!(remembered("synced-0").await);
    assert!(remembered("synced-10").await);
    assert_eq!(count(&f, "SELECT count(*) FROM mailbox").await, 10);
    // Nothing is left of those that are gone.
    let (counted, found) = counted_and_true(&f).await;
    assert_eq!(counted, found);
}

#[tokio::test]
async fn conflicts_are_kept_for_a_time() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let fence = f.lease(&anna).await.fence;
    f.commit(&anna, fence, json!([add_conflict("e1", "Ann"), put_link("e1", "c1")])).await;
    f.clock.advance_s(89 * DAY_S);
    let anna = f.sign_in(ORG, "411001").await;
    let fence = f.lease(&anna).await.fence;
    f.commit(&anna, fence, json!([add_conflict("e1", "Anna")])).await;
    assert_eq!(count(&f, "SELECT count(*) FROM conflict").await, 2);
    f.clock.advance_s(DAY_S + 1);
    // Whoever comes.
    f.sign_in(ORG, "411002").await;
    assert_eq!(count(&f, "SELECT count(*) FROM conflict WHERE body LIKE '%Anna%'").await, 1);
    assert_eq!(count(&f, "SELECT count(*) FROM conflict").await, 1);
    // What is remembered does not grow old.
    let anna = f.sign_in(ORG, "411001").await;
    assert_eq!(f.overview(&anna).await.linked, 1);
}

#[tokio::test]
async fn the_journal_is_kept_for_a_time() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let fence = f.lease(&anna).await.fence;
    f.commit(&anna, fence, json!([journal(fence, 1, "e1"), put_link("e1", "c1")])).await;
    f.clock.advance_s(91 * DAY_S);
    f.sign_in(ORG, "411002").await;
    assert_eq!(count(&f, "SELECT count(*) FROM journal").await, 0);
    let (counted, found) = counted_and_true(&f).await;
    assert_eq!(counted, found);
}

#[tokio::test]
async fn the_oldest_entries_make_room() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let fence = f.lease(&anna).await.fence;
    let sql = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99999)
               INSERT INTO journal (mailbox, kind, fence, number, at_ms, exchange, crm, format, body)
               SELECT mailbox.id, 'contact', 0, n.i, $1, 'e', 'c', 2, '{}' FROM n CROSS JOIN mailbox";
    execute(&f, sql, f.now_ms()).await;
    execute(&f, "UPDATE mailbox SET journal_rows = $1", 99_999).await;
    let entries = json!([journal(fence, 1, "e1"), journal(fence, 2, "e1"), journal(fence, 3, "e1")]);
    assert_eq!(f.commit(&anna, fence, entries).await.status, StatusCode::OK);
    assert_eq!(count(&f, "SELECT count(*) FROM journal").await, 100_000);
    assert_eq!(count(&f, "SELECT journal_rows FROM mailbox").await, 100_000);
    assert_eq!(count(&f, "SELECT min(number) FROM journal WHERE fence = 0").await, 3, "the oldest two are gone");
    assert_eq!(count(&f, "SELECT count(*) FROM journal WHERE fence > 0").await, 3);
}

#[tokio::test]
async fn so_many_runs_of_a_mailbox_are_kept() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    f.lease(&anna).await;
    let sql = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
               INSERT INTO run (mailbox, started_ms, expires_ms, ended_ms, outcome, summary)
               SELECT mailbox, $1, $1, $1, '\"completed\"', '{}' FROM n JOIN run ON run.ended_ms IS NULL";
    execute(&f, sql, f.now_ms()).await;
    let newest = count(&f, "SELECT max(fence) FROM run").await;
    // The first run died; the next finds that out, and then says how it ended.
    f.clock.advance_s(30);
    let lease = f.lease(&anna).await;
    f.finish(&anna, lease.fence, json!("completed")).await;
    assert_eq!(count(&f, "SELECT count(*) FROM run").await, 1_000);
    assert_eq!(count(&f, "SELECT min(fence) FROM run").await, newest - 998);
}

/// A tab that is always closed too early never says how its runs ended.
#[tokio::test]
async fn runs_that_died_are_not_kept_for_ever() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    for _ in 0..3 {
        f.lease(&anna).await;
        f.clock.advance_s(30);
    }
    f.clock.advance_s(91 * DAY_S);
    let anna = f.sign_in(ORG, "411001").await;
    f.lease(&anna).await;
    // The one that died last, and the new one.
    assert_eq!(count(&f, "SELECT count(*) FROM run").await, 2);
}
