//! One run a mailbox, and what becomes of a run that lost it.

use crate::support::{Answer, Fixture, ORG, pairs, put_link};
use axum::http::StatusCode;
use mxs_api::{ErrorCode, LEASE_SECONDS, Renewed, RunEnd};
use mxs_core::Kind;
use serde_json::{Value, json};

const LEASE_MS: i64 = LEASE_SECONDS as i64 * 1000;

#[tokio::test]
async fn a_mailbox_is_leased_to_one_run() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let first = f.lease(&anna).await;
    assert_eq!(first.expires_in_s, LEASE_SECONDS);
    // In another tab, signed in anew: it is the mailbox that is taken.
    let second_tab = f.sign_in(ORG, "411001").await;
    for (at_ms, retry_after_s) in [(0, 30), (1, 30), (LEASE_MS - 1_000, 1), (LEASE_MS - 1, 1)] {
        f.clock.advance_ms(at_ms - (f.now_ms() - crate::support::START_MS));
        let refused = f.call(&second_tab, "POST", "/v1/lease", None).await;
        assert_eq!(refused.refusal(), (409, ErrorCode::LeaseHeld), "{at_ms}");
        assert_eq!(refused.problem().retry_after_s, Some(retry_after_s), "{at_ms}");
        assert_eq!(refused.header("retry-after"), Some(&*retry_after_s.to_string()), "{at_ms}");
    }
    // Another mailbox is not.
    let ben = f.connected("411002", "mailbox-b").await;
    assert!(f.lease(&ben).await.fence > first.fence);
}

#[tokio::test]
async fn of_two_tabs_at_the_same_time_one_gets_the_lease() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let ask = || f.call(&anna, "POST", "/v1/lease", None);
    let answers = tokio::join!(ask(), ask(), ask(), ask());
    let mut statuses = [answers.0, answers.1, answers.2, answers.3].map(|answer| answer.status.as_u16());
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409]);
}

#[tokio::test]
async fn each_commit_renews_the_lease() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let lease = f.lease(&anna).await;
    for _ in 0..5 {
        f.clock.advance_ms(LEASE_MS - 1);
        let renewed: Renewed = f.commit(&anna, lease.fence, json!([])).await.json();
        assert_eq!(renewed.expires_in_s, LEASE_SECONDS);
    }
    // Reading does not.
    f.clock.advance_ms(LEASE_MS - 1);
    f.state(&anna, lease.fence, 10).await;
    f.clock.advance_ms(1);
    assert_eq!(f.commit(&anna, lease.fence, json!([])).await.refusal(), (409, ErrorCode::LeaseLost));
}

/// Two commits at the same time: the one that read the clock first is stored last.
#[tokio::test]
async fn a_commit_that_waited_does_not_shorten_the_lease() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let lease = f.lease(&anna).await;
    f.clock.advance_ms(10_000);
    f.commit(&anna, lease.fence, json!([])).await;
    f.clock.advance_ms(-5_000);
    f.commit(&anna, lease.fence, json!([])).await;
    f.clock.advance_ms(5_000 + LEASE_MS - 1);
    assert_eq!(f.commit(&anna, lease.fence, json!([])).await.status, StatusCode::OK);
}

async fn numbered(f: &Fixture, token: &str, fence: u64, number: u64, changes: &Value) -> Answer {
    let body = json!({ "kind": "contact", "changes": changes, "progress": null, "number": number });
    f.call(token, "POST", &format!("/v1/lease/{fence}/commits"), Some(body)).await
}

/// The first attempt of a commit is stuck in a proxy; the tab has sent it again and gone on.
#[tokio::test]
async fn a_copy_of_a_commit_that_comes_late_takes_nothing_back() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let lease = f.lease(&anna).await;
    let intent = json!({ "source": { "crm": "c1" }, "fields": {}, "version": "v1" });
    let cursors = |exchange: &str| json!({ "set_cursors": { "exchange": { "": exchange }, "crm": null } });
    let first = json!([{ "put_intent": intent }, cursors("early")]);
    let second = json!([{ "drop_intent": { "crm": "c1" } }, put_link("e1", "c1"), cursors("late")]);
    for (case, number, changes) in [
        ("the copy that arrived", 1, &first),
        ("sent again at once", 1, &first),
        ("the next", 2, &second),
        ("the attempt that was stuck", 1, &first),
        ("sent again", 2, &second),
    ] {
        let answer = numbered(&f, &anna, lease.fence, number, changes).await;
        assert_eq!(answer.status, StatusCode::OK, "{case}: {}", answer.text());
    }
    assert_eq!(pairs(&f.state(&anna, lease.fence, 10).await), [("e1".to_owned(), "c1".to_owned())]);
    f.finish(&anna, lease.fence, json!("completed")).await;

    // Every run counts anew.
    let lease = f.lease(&anna).await;
    assert_eq!(lease.cursors[&Kind::Contact].exchange.get("").map(String::as_str), Some("late"));
    assert_eq!(numbered(&f, &anna, lease.fence, 1, &json!([put_link("e2", "c2")])).await.status, StatusCode::OK);
    assert_eq!(f.overview(&anna).await.linked, 2);
}

#[tokio::test]
async fn commits_are_stored_one_after_the_other() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let lease = f.lease(&anna).await;
    let bad = json!([put_link("", "c1")]);
    for (case, number, changes, status) in [
        ("there is no zeroth", 0, json!([put_link("e0", "c0")]), 400),
        ("the second before the first", 2, json!([put_link("e2", "c2")]), 400),
        ("beyond all numbers", u64::MAX, json!([put_link("e9", "c9")]), 400),
        ("the first, refused", 1, bad, 400),
        ("its number is still to be had", 1, json!([put_link("e1", "c1")]), 200),
        ("the second", 2, json!([put_link("e2", "c2")]), 200),
        ("another in its place", 2, json!([put_link("e3", "c3")]), 400),
        ("nothing in its place", 2, json!([]), 400),
    ] {
        assert_eq!(numbered(&f, &anna, lease.fence, number, &changes).await.status.as_u16(), status, "{case}");
        // A renewal stands outside of the order.
        assert_eq!(f.commit(&anna, lease.fence, json!([])).await.status, StatusCode::OK, "{case}");
    }
    let links = pairs(&f.state(&anna, lease.fence, 10).await);
    assert_eq!(links.iter().map(|(exchange, _)| exchange.as_str()).collect::<Vec<_>>(), ["e1", "e2"]);
}

/// Each is proof that the run is alive.
#[tokio::test]
async fn a_commit_sent_again_renews_the_lease() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let lease = f.lease(&anna).await;
    for _ in 0..3 {
        f.clock.advance_ms(LEASE_MS - 1);
        let renewed: Renewed = numbered(&f, &anna, lease.fence, 1, &json!([put_link("e1", "c1")])).await.json();
        assert_eq!(renewed.expires_in_s, LEASE_SECONDS);
    }
}

#[tokio::test]
async fn a_lease_that_ran_out_opens_nothing() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let lease = f.lease(&anna).await;
    f.clock.advance_ms(LEASE_MS);
    let commit = f.commit(&anna, lease.fence, json!([put_link("e1", "c1")])).await;
    assert_eq!(commit.refusal(), (409, ErrorCode::LeaseLost));
    let read = f.call(&anna, "GET", &format!("/v1/lease/{}/state?kind=contact", lease.fence), None).await;
    assert_eq!(read.refusal(), (409, ErrorCode::LeaseLost));
    let next = f.lease(&anna).await;
    assert!(f.state(&anna, next.fence, 10).await.is_empty());
}

/// The run of a sleeping laptop wakes up after another tab has taken its place.
#[tokio::test]
async fn a_run_that_lost_its_lease_can_store_nothing() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let old = f.lease(&anna).await;
    f.commit(&anna, old.fence, json!([put_link("e1", "c1")])).await;
    f.clock.advance_ms(LEASE_MS);
    let new = f.lease(&anna).await;
    assert!(new.fence > old.fence);
    let last_run = f.overview(&anna).await.last_run.expect("a run");
    assert_eq!(last_run.end, RunEnd::Interrupted);

    let changes = json!([
        put_link("e2", "c2"),
        { "drop_link": "e1" },
        { "set_cursors": { "exchange": { "": "too late" }, "crm": null } },
        conflict(),
    ]);
    assert_eq!(f.commit(&anna, old.fence, changes).await.refusal(), (409, ErrorCode::LeaseLost));
    let finish = f.finish(&anna, old.fence, json!("completed")).await;
    assert_eq!(finish.refusal(), (409, ErrorCode::LeaseLost));

    assert_eq!(pairs(&f.state(&anna, new.fence, 10).await), [("e1".to_owned(), "c1".to_owned())]);
    assert_eq!(f.overview(&anna).await.last_run, Some(last_run), "the new run goes on, the old one stays interrupted");
    f.finish(&anna, new.fence, json!("completed")).await;
    assert_eq!(f.lease(&anna).await.cursors.get(&Kind::Contact), None);
    let mut database = f.home.look().await;
    let conflicts: i64 =
        sqlx::query_scalar("SELECT count(*) FROM conflict").fetch_one(&mut database).await.expect("a count");
    assert_eq!(conflicts, 0);
}

#[tokio::test]
async fn anothers_lease_is_no_lease() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let ben = f.connected("411002", "mailbox-b").await;
    let lease = f.lease(&anna).await;
    for fence in [lease.fence, 0, 999, u64::MAX] {
        assert_eq!(f.commit(&ben, fence, json!([])).await.refusal(), (409, ErrorCode::LeaseLost), "{fence}");
        let finish = f.finish(&ben, fence, json!("completed")).await;
        assert_eq!(finish.refusal(), (409, ErrorCode::LeaseLost), "{fence}");
        let read = f.call(&ben, "GET", &format!("/v1/lease/{fence}/state?kind=contact"), None).await;
        assert_eq!(read.refusal(), (409, ErrorCode::LeaseLost), "{fence}");
    }
    assert_eq!(f.commit(&anna, lease.fence, json!([])).await.status, StatusCode::OK);
}

#[tokio::test]
async fn finishing_gives_the_lease_back_and_may_be_said_again() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let lease = f.lease(&anna).await;
    let first = f.finish(&anna, lease.fence, json!("completed")).await;
    f.clock.advance_s(5);
    let again = f.finish(&anna, lease.fence, json!("completed")).await;
    assert_eq!(first.json::<mxs_api::Run>(), again.json::<mxs_api::Run>());
    let other = f.finish(&anna, lease.fence, json!("cancelled")).await;
    assert_eq!(other.refusal(), (409, ErrorCode::LeaseLost));
    assert_eq!(f.commit(&anna, lease.fence, json!([])).await.refusal(), (409, ErrorCode::LeaseLost));
    assert!(f.lease(&anna).await.fence > lease.fence);
}

#[tokio::test]
async fn a_run_may_say_late_how_it_ended_if_nobody_took_its_place() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let lease = f.lease(&anna).await;
    f.clock.advance_ms(LEASE_MS * 3);
    assert_eq!(f.overview(&anna).await.last_run.map(|run| run.end), Some(RunEnd::Interrupted));
    assert_eq!(f.finish(&anna, lease.fence, json!("completed")).await.status, StatusCode::OK);
    assert_eq!(f.overview(&anna).await.last_run.map(|run| run.end), Some(RunEnd::Completed));
}

/// The function is ended between two commits and started again.
#[tokio::test]
async fn what_was_committed_is_there_after_a_restart() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let lease = f.lease(&anna).await;
    f.commit(&anna, lease.fence, json!([put_link("e1", "c1"), put_link("e2", "c2")])).await;
    let f = f.reopened().await;
    // The session, the lease and the state: the run does not notice.
    f.commit(&anna, lease.fence, json!([{ "drop_link": "e1" }])).await;
    assert_eq!(f.call(&anna, "POST", "/v1/lease", None).await.refusal(), (409, ErrorCode::LeaseHeld));
    f.clock.advance_ms(LEASE_MS);
    let f = f.reopened().await;
    let next = f.lease(&anna).await;
    assert!(next.fence > lease.fence);
    assert_eq!(pairs(&f.state(&anna, next.fence, 10).await), [("e2".to_owned(), "c2".to_owned())]);
}

#[tokio::test]
async fn fences_only_grow_and_old_runs_are_deleted() {
    let f = Fixture::new().await;
    let anna = f.sign_in(ORG, "411001").await;
    f.connect(&anna, "mailbox-a").await;
    let mut fences = Vec::new();
    for _ in 0..3 {
        let lease = f.lease(&anna).await;
        fences.push(lease.fence);
        f.finish(&anna, lease.fence, json!("completed")).await;
    }
    f.clock.advance_s(91 * 24 * 60 * 60);
    let anna = f.sign_in(ORG, "411001").await;
    assert!(f.overview(&anna).await.last_run.is_some(), "the last one stays, however old");
    let lease = f.lease(&anna).await;
    fences.push(lease.fence);
    f.finish(&anna, lease.fence, json!("completed")).await;
    assert!(fences.is_sorted_by(|one, next| one < next), "{fences:?}");
    let mut database = f.home.look().await;
    let left: Vec<i64> = sqlx::query_scalar("SELECT fence FROM run").fetch_all(&mut database).await.expect("runs");
    assert_eq!(left, [lease.fence as i64]);

    // Even with no run left to count from.
    sqlx::query("DELETE FROM run").execute(&mut database).await.expect("deleted");
    assert!(f.lease(&anna).await.fence > lease.fence);
}

#[tokio::test]
async fn phases_and_codes_are_plain_words() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let lease = f.lease(&anna).await;
    for word in ["", "Anna Secret", "anna@example.com", "é", &"x".repeat(65)] {
        let body = json!({ "changes": [], "progress": { "phase": word, "done": 0, "total": 0 } });
        let commit = f.call(&anna, "POST", &format!("/v1/lease/{}/commits", lease.fence), Some(body)).await;
        assert_eq!(commit.refusal(), (400, ErrorCode::BadRequest), "{word}");
        let finish = f.finish(&anna, lease.fence, json!({ "failed": { "code": word } })).await;
        assert_eq!(finish.refusal(), (400, ErrorCode::BadRequest), "{word}");
    }
}

fn conflict() -> Value {
    json!({ "add_conflict": {
        "exchange": "e1", "crm": "c1", "field": "surname",
        "exchange_value": null, "crm_value": { "text": "Secret" }, "winner": "crm",
    } })
}
