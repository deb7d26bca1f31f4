//! Whose mailbox, and what a tab sees of it.

use crate::support::{Answer, Fixture, ORG, OTHER_ORG, link, put_link};
use axum::http::StatusCode;
use mxs_api::{ErrorCode, Outcome, Overview, Progress, RunEnd, Settings};
use mxs_core::{Direction, Kind};
use serde_json::json;
use std::collections::BTreeMap;

/// Contacts, to the CRM only.
fn to_the_crm() -> Settings {
    let mut settings = Settings::default();
    settings.contacts.rules.on = true;
    settings.contacts.rules.direction = Direction::ToCrm;
    settings
}

#[tokio::test]
async fn a_new_user_has_chosen_nothing() {
    let f = Fixture::new().await;
    let token = f.sign_in(ORG, "411001").await;
    let expected = Overview {
        settings: Settings::default(),
        mailbox: None,
        running: None,
        last_run: None,
        linked: 0,
        unsynced_total: 0,
        unsynced: Vec::new(),
        kinds: BTreeMap::new(),
        by_itself: None,
    };
    assert_eq!(f.overview(&token).await, expected);
    assert_eq!(f.call(&token, "POST", "/v1/lease", None).await.refusal(), (404, ErrorCode::NotFound));
}

#[tokio::test]
async fn choices_are_each_users_own_and_last() {
    let f = Fixture::new().await;
    let (anna, ben) = (f.sign_in(ORG, "411001").await, f.sign_in(ORG, "411002").await);
    let namesake = f.sign_in(OTHER_ORG, "411001").await;
    let chosen = to_the_crm();
    let body = serde_json::to_value(&chosen).expect("JSON");
    assert_eq!(f.call(&anna, "PUT", "/v1/settings", Some(body)).await.json::<Settings>(), chosen);
    assert_eq!(f.connect(&anna, "mailbox-a").await.status, StatusCode::OK);
    let f = f.reopened().await;
    let overview = f.overview(&anna).await;
    assert_eq!(overview.settings, chosen);
    let mailbox = overview.mailbox.expect("a mailbox");
    assert_eq!(
        (&*mailbox.id, &*mailbox.address, &*mailbox.name),
        ("mailbox-a", "anna.secret@example.com", "Anna Secret")
    );
    for other in [ben, namesake] {
        assert_eq!(f.overview(&other).await.settings, Settings::default());
    }
}

#[tokio::test]
async fn a_mailbox_belongs_to_one_user_of_an_organisation() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let ben = f.sign_in(ORG, "411002").await;
    assert_eq!(f.connect(&ben, "mailbox-a").await.refusal(), (409, ErrorCode::MailboxTaken));
    assert_eq!(f.overview(&ben).await.mailbox, None);
    // Another organisation's CRM is another matter, and so is saying it twice.
    assert_eq!(f.connect(&f.sign_in(OTHER_ORG, "411002").await, "mailbox-a").await.status, StatusCode::OK);
    assert_eq!(f.connect(&anna, "mailbox-a").await.status, StatusCode::OK);
    // Once she has another, it is free.
    assert_eq!(f.connect(&anna, "mailbox-b").await.status, StatusCode::OK);
    assert_eq!(f.connect(&ben, "mailbox-a").await.status, StatusCode::OK);
    assert_eq!(f.connect(&anna, "mailbox-a").await.refusal(), (409, ErrorCode::MailboxTaken));
}

#[tokio::test]
async fn state_stays_with_user_and_mailbox() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let lease = f.lease(&anna).await;
    let cursors = json!({ "set_cursors": { "exchange": { "": "delta" }, "crm": null } });
    assert_eq!(f.commit(&anna, lease.fence, json!([put_link("e1", "c1"), cursors])).await.status, StatusCode::OK);
    assert_eq!(f.finish(&anna, lease.fence, json!("completed")).await.status, StatusCode::OK);
    assert_eq!(f.overview(&anna).await.linked, 1);

    f.connect(&anna, "mailbox-b").await;
    let overview = f.overview(&anna).await;
    assert_eq!((overview.linked, overview.last_run), (0, None));
    let lease = f.lease(&anna).await;
    assert_eq!(lease.cursors.get(&Kind::Contact), None);
    assert!(f.state(&anna, lease.fence, 10).await.is_empty());
    f.finish(&anna, lease.fence, json!("cancelled")).await;

    // Who takes the mailbox over sees nothing of what she has remembered…
    let ben = f.connected("411002", "mailbox-a").await;
    assert_eq!(f.overview(&ben).await.linked, 0);
    f.connect(&ben, "mailbox-c").await;

    // …and she finds it again.
    f.connect(&anna, "mailbox-a").await;
    let lease = f.lease(&anna).await;
    assert_eq!(lease.cursors[&Kind::Contact].exchange.get("").map(String::as_str), Some("delta"));
    assert_eq!(f.state(&anna, lease.fence, 10).await, [json!({ "link": link("e1", "c1") })]);
}

#[tokio::test]
async fn the_mailbox_is_not_changed_under_a_run() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let lease = f.lease(&anna).await;
    f.clock.advance_ms(500);
    let refused = f.connect(&anna, "mailbox-b").await;
    assert_eq!(refused.refusal(), (409, ErrorCode::LeaseHeld));
    assert_eq!(refused.problem().retry_after_s, Some(30));
    // Its name may change.
    assert_eq!(f.connect(&anna, "mailbox-a").await.status, StatusCode::OK);
    assert_eq!(f.commit(&anna, lease.fence, json!([])).await.status, StatusCode::OK);

    // A run that died does not hold her up for longer than its lease; its number opens nothing afterwards.
    f.clock.advance_s(30);
    assert_eq!(f.connect(&anna, "mailbox-b").await.status, StatusCode::OK);
    let newer = f.lease(&anna).await;
    assert!(newer.fence > lease.fence);
    let late = f.commit(&anna, lease.fence, json!([put_link("e1", "c1")])).await;
    assert_eq!(late.refusal(), (409, ErrorCode::LeaseLost));
    assert!(f.state(&anna, newer.fence, 10).await.is_empty());
}

#[tokio::test]
async fn the_overview_follows_a_run() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let progress = |phase: &str, done, total| Some(Progress { phase: phase.to_owned(), done, total });

    let lease = f.lease(&anna).await;
    assert_eq!(f.overview(&anna).await.running, progress("starting", 0, 0));
    let body = json!({ "changes": [], "progress": { "phase": "writing-crm", "done": 3, "total": 7 } });
    let path = format!("/v1/lease/{}/commits", lease.fence);
    assert_eq!(f.call(&anna, "POST", &path, Some(body)).await.status, StatusCode::OK);
    // A renewal that says nothing leaves what was said.
    f.commit(&anna, lease.fence, json!([])).await;
    assert_eq!(f.overview(&anna).await.running, progress("writing-crm", 3, 7));

    f.clock.advance_ms(1_500);
    let mut summary = mxs_core::Summary::default();
    summary.to_crm.created = 3;
    let end = RunEnd::Failed { code: "MXS-2001".to_owned() };
    let kinds = BTreeMap::from([(Kind::Contact, Outcome { end: end.clone(), summary })]);
    let finish = mxs_api::Finish { end, kinds };
    let path = format!("/v1/lease/{}/finish", lease.fence);
    let body = serde_json::to_value(&finish).expect("JSON");
    let recorded: mxs_api::Run = f.call(&anna, "POST", &path, Some(body)).await.json();
    assert_eq!((&*recorded.started, &*recorded.ended), ("2026-11-21T21:00:57Z", "2026-11-21T21:00:58.5Z"));
    assert_eq!((&recorded.end, recorded.summary), (&finish.end, summary));
    let overview = f.overview(&anna).await;
    assert_eq!((overview.running, overview.last_run), (None, Some(recorded)));

    // The tab is closed in the middle of the next run.
    f.lease(&anna).await;
    f.clock.advance_s(30);
    let overview = f.overview(&anna).await;
    assert_eq!(overview.running, None);
    let last = overview.last_run.expect("a run");
    assert_eq!((last.end, &*last.ended), (RunEnd::Interrupted, "2026-11-21T21:01:28.5Z"));
}

async fn disconnect(f: &Fixture, token: &str) -> Answer {
    f.call(token, "DELETE", "/v1/mailbox", None).await
}

/// Somebody leaves the company, or has connected what is another's.
#[tokio::test]
async fn a_mailbox_that_was_disconnected_is_free_for_another() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let chosen = serde_json::to_value(to_the_crm()).expect("JSON");
    f.call(&anna, "PUT", "/v1/settings", Some(chosen)).await;
    let lease = f.lease(&anna).await;
    let cursors = json!({ "set_cursors": { "exchange": { "": "delta" }, "crm": null } });
    f.commit(&anna, lease.fence, json!([put_link("e1", "c1"), cursors])).await;
    f.finish(&anna, lease.fence, json!("completed")).await;
    let ben = f.sign_in(ORG, "411002").await;
    assert_eq!(f.connect(&ben, "mailbox-a").await.refusal(), (409, ErrorCode::MailboxTaken));

    // What it answers is what a tab shows then. Said twice, it is as it was.
    for case in ["connected", "not connected"] {
        let overview: Overview = disconnect(&f, &anna).await.json();
        assert_eq!(overview, f.overview(&anna).await, "{case}");
        assert_eq!((overview.mailbox, overview.linked, overview.last_run), (None, 0, None), "{case}");
        assert_eq!(overview.settings, to_the_crm(), "{case}");
    }
    assert_eq!(f.call(&anna, "POST", "/v1/lease", None).await.refusal(), (404, ErrorCode::NotFound));

    // Who takes it over sees nothing of what she has remembered…
    assert_eq!(f.connect(&ben, "mailbox-a").await.status, StatusCode::OK);
    assert_eq!(f.overview(&ben).await.linked, 0);
    assert_eq!(f.connect(&anna, "mailbox-a").await.refusal(), (409, ErrorCode::MailboxTaken));
    // …and she finds it again, once he lets it go. Nobody lets go what is another's.
    disconnect(&f, &anna).await;
    assert!(f.overview(&ben).await.mailbox.is_some());
    disconnect(&f, &ben).await;
    assert_eq!(f.connect(&anna, "mailbox-a").await.status, StatusCode::OK);
    let lease = f.lease(&anna).await;
    assert_eq!(lease.cursors[&Kind::Contact].exchange.get("").map(String::as_str), Some("delta"));
    assert_eq!(f.state(&anna, lease.fence, 10).await, [json!({ "link": link("e1", "c1") })]);
}

#[tokio::test]
async fn the_mailbox_is_not_disconnected_under_a_run() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let lease = f.lease(&anna).await;
    let refused = disconnect(&f, &anna).await;
    assert_eq!(refused.refusal(), (409, ErrorCode::LeaseHeld));
    assert_eq!(refused.problem().retry_after_s, Some(30));
    assert_eq!(f.commit(&anna, lease.fence, json!([])).await.status, StatusCode::OK);

    // A run that died does not hold her up for longer than its lease; its number opens nothing afterwards.
    f.clock.advance_s(30);
    assert_eq!(disconnect(&f, &anna).await.status, StatusCode::OK);
    let ben = f.connected("411002", "mailbox-a").await;
    let late = f.commit(&anna, lease.fence, json!([put_link("e1", "c1")])).await;
    assert_eq!(late.refusal(), (409, ErrorCode::LeaseLost));
    assert_eq!(f.overview(&ben).await.linked, 0);
}
