//! What the CRM says of its users holds while a session lasts.

use crate::crm::{ADMIN, Crm, administered, tick};
use crate::support::{Fixture, ORG};
use axum::http::StatusCode;
use mxs_api::{AuditPage, ErrorCode, Organisation, Settings};
use serde_json::json;

const ANNA: &str = "411002";
const BEN: &str = "411003";
const DAY_S: i64 = 24 * 60 * 60;

/// For how long the CRM's word is good that somebody is a user.
const PRESENT_S: i64 = 15 * 60;

/// The same of an administrator.
const ROLE_S: i64 = 5 * 60;

async fn status(f: &Fixture, token: &str, path: &str) -> u16 {
    f.call(token, "GET", path, None).await.status.as_u16()
}

#[tokio::test]
async fn who_left_the_crm_loses_the_session() {
    let crm = Crm::with(&[ANNA, BEN]);
    let (f, admin) = administered(&crm).await;
    let (anna, other_tab, ben) =
        (f.connected(ANNA, "mailbox-a").await, f.sign_in(ORG, ANNA).await, f.connected(BEN, "mailbox-b").await);
    crm.deactivate(ANNA);
    f.clock.advance_s(PRESENT_S - 1);
    assert_eq!(status(&f, &anna, "/v1/overview").await, 200, "it was said a moment ago");
    f.clock.advance_s(1);
    assert_eq!(f.call(&anna, "GET", "/v1/overview", None).await.refusal(), (401, ErrorCode::NoSession));
    for token in [&anna, &other_tab] {
        assert_eq!(f.call(token, "POST", "/v1/lease", None).await.refusal(), (401, ErrorCode::NoSession));
    }
    assert_eq!(status(&f, &ben, "/v1/overview").await, 200);
    let noted: AuditPage = f.call(&admin, "GET", "/v1/audit?action=user_deactivated", None).await.json();
    assert_eq!(noted.entries.iter().map(|entry| entry.target.as_deref()).collect::<Vec<_>>(), [Some(ANNA)]);
}

#[tokio::test]
async fn the_crm_is_asked_once_in_a_while() {
    let crm = Crm::with(&[ANNA]);
    let (f, _) = administered(&crm).await;
    let anna = f.sign_in(ORG, ANNA).await;
    for (after_s, asked) in [(0, 0), (PRESENT_S - 1, 0), (1, 1), (PRESENT_S - 1, 1), (1, 2)] {
        f.clock.advance_s(after_s);
        for _ in 0..3 {
            assert_eq!(status(&f, &anna, "/v1/overview").await, 200);
        }
        assert_eq!(crm.asked_for_one(), asked, "{after_s}");
    }
}

/// What the CRM signed counts while it can't be asked; nobody becomes an administrator by that.
#[tokio::test]
async fn a_crm_that_is_away_keeps_nobody_out_and_lets_no_administrator_in() {
    let crm = Crm::with(&[ANNA]);
    let (f, admin) = administered(&crm).await;
    let anna = f.sign_in(ORG, ANNA).await;
    crm.go_away();
    f.clock.advance_s(PRESENT_S);
    for token in [&anna, &admin] {
        assert_eq!(status(&f, token, "/v1/overview").await, 200);
    }
    assert_eq!(f.call(&admin, "GET", "/v1/organisation", None).await.refusal(), (502, ErrorCode::VendorAway));
}

#[tokio::test]
async fn who_is_no_administrator_any_more_may_do_no_more_than_others() {
    let crm = Crm::with(&[BEN]);
    crm.promote(BEN);
    let (f, admin) = administered(&crm).await;
    let ben = f.sign_in(ORG, BEN).await;
    let mut of_all: Organisation = f.call(&ben, "GET", "/v1/organisation", None).await.json();
    let mut settings = Settings::default();
    settings.tasks.rules.on = true;
    (of_all.settings, of_all.users_choose) = (Some(settings.clone()), false);
    let of_all = serde_json::to_value(of_all).expect("JSON");
    f.call(&ben, "PUT", "/v1/organisation", Some(of_all)).await.json::<Organisation>();
    let own = serde_json::to_value(Settings::default()).expect("JSON");
    f.call(&admin, "PUT", "/v1/settings", Some(own)).await.json::<Settings>();

    crm.demote(ADMIN);
    f.clock.advance_s(ROLE_S - 1);
    assert_eq!(status(&f, &admin, "/v1/organisation").await, 200, "it was said a moment ago");
    f.clock.advance_s(ROLE_S);
    assert_eq!(f.call(&admin, "GET", "/v1/organisation", None).await.refusal(), (403, ErrorCode::NotAllowed));
    assert_eq!(status(&f, &admin, "/v1/overview").await, 200, "still a user");
    assert_eq!(status(&f, &ben, "/v1/organisation").await, 200);
    assert_eq!(f.overview(&admin).await.settings, settings, "what was chosen for all holds");
}

/// Nobody has to come for it: what an administrator chose for himself would hold for his mailbox.
#[tokio::test]
async fn administrators_are_looked_at_once_a_day() {
    let crm = Crm::with(&[BEN]);
    let (f, admin) = administered(&crm).await;
    let is_admin =
        async |token: &str| f.call(token, "GET", "/v1/access", None).await.json::<mxs_api::Access>().is_admin;
    tick(&f).await;
    assert!(is_admin(&admin).await);
    crm.demote(ADMIN);
    f.clock.advance_s(DAY_S);
    tick(&f).await;
    let admin = f.sign_in(ORG, ADMIN).await;
    assert!(!is_admin(&admin).await);
}

/// Without the CRM's key the statement counts, for as long as its session: nobody can be asked.
#[tokio::test]
async fn without_a_key_the_statement_counts() {
    let f = Fixture::new().await;
    let anna = f.sign_in(ORG, ANNA).await;
    f.clock.advance_s(59 * 60);
    assert_eq!(status(&f, &anna, "/v1/overview").await, 200);
    assert_eq!(f.call(&anna, "GET", "/v1/organisation", None).await.refusal(), (501, ErrorCode::NoKeys));
    let settings = json!({ "to": "crm" });
    let answer = f.call(&anna, "POST", "/v1/consents", Some(settings)).await;
    assert_eq!(answer.status, StatusCode::NOT_IMPLEMENTED);
}
