//! What administrators see and decide.

use crate::crm::{ADMIN, Crm, administered, consent, put_application, tick};
use crate::support::{Fixture, ORG, OTHER_ORG, SECRET, Signed, put_link, sign};
use axum::http::StatusCode;
use mxs_api::{
    AlertPage, AuditEntry, AuditPage, CrmUser, Done, ErrorCode, Organisation, Overview, Session, Settings, Severity,
    UserPage, UserState,
};
use serde_json::{Value, json};

const ANNA: &str = "411002";
const BEN: &str = "411003";
const DAY_S: i64 = 24 * 60 * 60;

async fn audit(f: &Fixture, token: &str, query: &str) -> Vec<AuditEntry> {
    f.call(token, "GET", &format!("/v1/audit?{query}"), None).await.json::<AuditPage>().entries
}

async fn words(f: &Fixture, token: &str, query: &str) -> Vec<String> {
    audit(f, token, query).await.into_iter().map(|entry| entry.action).collect()
}

async fn alerts(f: &Fixture, token: &str) -> AlertPage {
    f.call(token, "GET", "/v1/alerts", None).await.json()
}

async fn users(f: &Fixture, token: &str, query: &str) -> UserPage {
    f.call(token, "GET", &format!("/v1/users?{query}"), None).await.json()
}

async fn user(f: &Fixture, token: &str, id: &str) -> CrmUser {
    users(f, token, "").await.users.into_iter().find(|user| user.id == id).expect("a user")
}

async fn switch(f: &Fixture, token: &str, id: &str, on: bool) -> crate::support::Answer {
    f.call(token, "PUT", &format!("/v1/users/{id}/switch"), Some(json!({ "on": on }))).await
}

#[tokio::test]
async fn what_is_done_is_noted_with_who_did_it_and_what_came_of_it() {
    let crm = Crm::with(&[ANNA, BEN]);
    let (f, admin) = administered(&crm).await;
    let anna = f.connected(ANNA, "mailbox-a").await;
    let ben = f.sign_in(ORG, BEN).await;
    assert_eq!(f.connect(&ben, "mailbox-a").await.refusal(), (409, ErrorCode::MailboxTaken));
    let settings = serde_json::to_value(Settings::default()).expect("JSON");
    f.call(&anna, "PUT", "/v1/settings", Some(settings)).await.json::<Settings>();
    f.call(&anna, "DELETE", "/v1/mailbox", None).await.json::<Overview>();

    let all = ["mailbox_disconnected", "settings_changed", "mailbox_connected", "mailbox_connected", "consent_given"];
    assert_eq!(words(&f, &admin, "limit=5").await, all);
    let failed = audit(&f, &admin, "result=failed").await;
    assert_eq!(failed.len(), 1);
    assert_eq!((failed[0].actor.as_deref(), failed[0].failure.as_deref()), (Some(BEN), Some("MXS-4007")));
    for (query, expected) in [
        (format!("actor={BEN}"), 1),
        (format!("actor={ANNA}"), 3),
        ("action=mailbox_connected".to_owned(), 2),
        ("action=mailbox_connected&result=done".to_owned(), 1),
        ("result=MXS-4007".to_owned(), 1),
        ("result=MXS-4001".to_owned(), 0),
        ("from=2100-01-01T00:00:00Z".to_owned(), 0),
        ("to=2000-01-01T00:00:00Z".to_owned(), 0),
        ("from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z".to_owned(), 6),
    ] {
        assert_eq!(audit(&f, &admin, &query).await.len(), expected, "{query}");
    }

    // Page by page it is the same.
    let (mut paged, mut after) = (Vec::new(), String::new());
    for _ in 0..6 {
        let page: AuditPage = f.call(&admin, "GET", &format!("/v1/audit?limit=1{after}"), None).await.json();
        paged.extend(page.entries);
        after = page.next.map_or(String::new(), |next| format!("&after={next}"));
    }
    assert_eq!(after, "");
    assert_eq!(paged, audit(&f, &admin, "").await);

    let table = f.call(&admin, "GET", "/v1/audit.csv?action=settings_changed", None).await;
    assert_eq!((table.status, table.header("content-type")), (StatusCode::OK, Some("text/csv; charset=utf-8")));
    assert!(table.text().starts_with("\u{feff}\"at\","), "{}", table.text());
    assert_eq!(table.text().lines().count(), 2);

    for query in ["limit=0", "limit=501", "from=yesterday", "surname=Secret"] {
        let answer = f.call(&admin, "GET", &format!("/v1/audit?{query}"), None).await;
        assert_eq!(answer.refusal(), (400, ErrorCode::BadRequest), "{query}");
    }
    let stranger = f.sign_in(OTHER_ORG, ADMIN).await;
    for token in [&anna, &stranger] {
        for path in ["/v1/audit", "/v1/audit.csv", "/v1/users", "/v1/organisation"] {
            assert_eq!(f.call(token, "GET", path, None).await.refusal(), (403, ErrorCode::NotAllowed), "{path}");
        }
    }
    // Nobody is named but by an id.
    assert!(!f.call(&admin, "GET", "/v1/audit", None).await.text().contains("nna"));
}

#[tokio::test]
async fn the_audit_log_is_kept_for_as_long_as_the_organisation_chose() {
    let crm = Crm::with(&[]);
    let (f, admin) = administered(&crm).await;
    let mut chosen: Organisation = f.call(&admin, "GET", "/v1/organisation", None).await.json();
    assert_eq!((chosen.audit_days, chosen.interval_s, chosen.users_choose), (30, 300, true));
    f.clock.advance_s(31 * DAY_S);
    // Whoever comes sweeps.
    let admin = f.sign_in(ORG, ADMIN).await;
    assert_eq!(words(&f, &admin, "").await, [""; 0]);
    chosen.audit_days = 396;
    let body = serde_json::to_value(&chosen).expect("JSON");
    f.call(&admin, "PUT", "/v1/organisation", Some(body)).await.json::<Organisation>();
    f.clock.advance_s(395 * DAY_S);
    let admin = f.sign_in(ORG, ADMIN).await;
    assert_eq!(words(&f, &admin, "").await, ["organisation_changed"]);
    f.clock.advance_s(2 * DAY_S);
    let admin = f.sign_in(ORG, ADMIN).await;
    assert_eq!(words(&f, &admin, "").await, [""; 0]);
}

#[tokio::test]
async fn what_keeps_a_mailbox_is_an_alert_until_it_goes_on() {
    let crm = Crm::with(&[ANNA, BEN]);
    let (f, admin) = administered(&crm).await;
    let anna = f.connected(ANNA, "mailbox-a").await;
    let ben = f.sign_in(ORG, BEN).await;
    assert_eq!(user(&f, &admin, ANNA).await.state, UserState::Waiting);
    let retried = f.call(&admin, "POST", &format!("/v1/users/{ANNA}/retry"), None).await;
    retried.json::<Done>();
    // Nobody has let the function into the mailbox.
    tick(&f).await;

    let seen = alerts(&f, &admin).await.alerts;
    assert_eq!(seen.len(), 1);
    let alert = &seen[0];
    assert_eq!((alert.user.as_deref(), &*alert.code, alert.severity), (Some(ANNA), "MXS-1001", Severity::Error));
    assert_eq!((alert.times, &alert.closed, &alert.next_try), (1, &None, &None));
    assert_eq!(alerts(&f, &anna).await.alerts, seen);
    assert_eq!(alerts(&f, &ben).await.alerts, []);
    let shown = user(&f, &admin, ANNA).await;
    assert_eq!((shown.state, shown.code.as_deref()), (UserState::NeedsAttention, Some("MXS-1001")));
    assert_eq!(words(&f, &admin, "limit=2").await, ["sync_stopped", "sync_asked"]);

    // Tried again without a change it is the same alert.
    f.clock.advance_s(1);
    f.call(&admin, "POST", &format!("/v1/users/{ANNA}/retry"), None).await.json::<Done>();
    tick(&f).await;
    assert_eq!(alerts(&f, &admin).await.alerts.iter().map(|alert| alert.times).collect::<Vec<_>>(), [2]);

    put_application(&f, &admin).await;
    f.clock.advance_s(1);
    tick(&f).await;
    let seen = alerts(&f, &admin).await.alerts;
    assert_eq!((seen.len(), seen[0].closed.is_some()), (1, true));
    assert_eq!(words(&f, &admin, "limit=1").await, ["sync_resumed"]);
    f.clock.advance_s(91 * DAY_S);
    let anna = f.sign_in(ORG, ANNA).await;
    assert_eq!(alerts(&f, &anna).await.alerts, []);
}

#[tokio::test]
async fn what_keeps_everybody_is_one_alert() {
    let crm = Crm::with(&[ANNA, BEN]);
    let (f, admin) = administered(&crm).await;
    f.connected(ANNA, "mailbox-a").await;
    f.connected(BEN, "mailbox-b").await;
    put_application(&f, &admin).await;
    tick(&f).await;
    assert_eq!(alerts(&f, &admin).await.alerts, []);
    crm.revoke();
    // The access token has ended, and no other is given.
    f.clock.advance_s(2 * 60 * 60);
    tick(&f).await;
    let anna = f.sign_in(ORG, ANNA).await;
    let seen = alerts(&f, &anna).await.alerts;
    assert_eq!(seen.len(), 1);
    assert_eq!((&seen[0].user, &*seen[0].code, seen[0].severity), (&None, "MXS-1005", Severity::Error));

    // A new consent mends it.
    let admin = f.sign_in(ORG, ADMIN).await;
    consent(&f, &admin).await;
    f.clock.advance_s(15 * 60);
    tick(&f).await;
    assert!(alerts(&f, &admin).await.alerts.iter().all(|alert| alert.closed.is_some()));
}

#[tokio::test]
async fn users_are_those_of_the_crm() {
    let crm = Crm::with(&[ANNA, BEN]);
    let (f, admin) = administered(&crm).await;
    f.connected(ANNA, "mailbox-a").await;
    let all = users(&f, &admin, "").await;
    let shown: Vec<_> = all.users.iter().map(|user| (&*user.id, user.state, user.mailbox.is_some())).collect();
    assert_eq!(
        shown,
        [
            (ADMIN, UserState::NotConnected, false),
            (ANNA, UserState::Waiting, true),
            (BEN, UserState::NotConnected, false),
        ]
    );
    assert_eq!(all.next, None);
    let page = users(&f, &admin, "limit=2").await;
    assert_eq!((page.users.len(), page.next.as_deref()), (2, Some("2")));
    let page = users(&f, &admin, "limit=2&after=2").await;
    assert_eq!((&*page.users[0].id, page.users.len(), page.next), (BEN, 1, None));
    let found = users(&f, &admin, &format!("search=USER{BEN}")).await;
    assert_eq!(found.users.iter().map(|user| &*user.id).collect::<Vec<_>>(), [BEN]);
    assert_eq!(users(&f, &admin, "search=nobody").await.users, []);
}

#[tokio::test]
async fn who_is_switched_off_is_synced_no_further() {
    let crm = Crm::with(&[ANNA, BEN]);
    let (f, admin) = administered(&crm).await;
    let anna = f.connected(ANNA, "mailbox-a").await;
    let fence = f.lease(&anna).await.fence;
    assert_eq!(user(&f, &admin, ANNA).await.state, UserState::Syncing);
    switch(&f, &admin, ANNA, false).await.json::<Done>();
    // The run under way is told, and no other begins.
    let committed = f.commit(&anna, fence, json!([put_link("e1", "c1")])).await;
    assert_eq!(committed.refusal(), (409, ErrorCode::LeaseLost));
    assert_eq!(f.call(&anna, "POST", "/v1/lease", None).await.refusal(), (409, ErrorCode::SwitchedOff));
    assert_eq!(user(&f, &admin, ANNA).await.state, UserState::Off);
    let retried = f.call(&admin, "POST", &format!("/v1/users/{ANNA}/retry"), None).await;
    assert_eq!(retried.refusal(), (404, ErrorCode::NotFound));
    tick(&f).await;
    assert_eq!(alerts(&f, &admin).await.alerts, []);

    switch(&f, &admin, ANNA, true).await.json::<Done>();
    assert_eq!(f.commit(&anna, fence, json!([put_link("e1", "c1")])).await.status, StatusCode::OK);

    // Several at once: all or none. Whom the CRM doesn't have can't be on.
    let both = |on: bool, other: &str| Some(json!({ "users": [ANNA, other], "on": on }));
    let answer = f.call(&admin, "PUT", "/v1/users/switch", both(true, "999")).await;
    assert_eq!(answer.refusal(), (409, ErrorCode::UserInactive));
    f.call(&admin, "PUT", "/v1/users/switch", both(false, BEN)).await.json::<Done>();
    for id in [ANNA, BEN] {
        assert_eq!(user(&f, &admin, id).await.state, UserState::Off, "{id}");
    }
    let noted = audit(&f, &admin, "action=users_switched&limit=2").await;
    assert!(noted.iter().all(|entry| entry.detail.get("on").map(String::as_str) == Some("false")), "{noted:?}");
    for (path, body) in [
        ("/v1/users/Anna/switch", json!({ "on": true })),
        ("/v1/users/switch", json!({ "users": [], "on": true })),
        ("/v1/users/switch", json!({ "users": ["Anna"], "on": true })),
    ] {
        assert_eq!(f.call(&admin, "PUT", path, Some(body)).await.refusal(), (400, ErrorCode::BadRequest), "{path}");
    }
    assert_eq!(switch(&f, &anna, ANNA, true).await.refusal(), (403, ErrorCode::NotAllowed));
}

#[tokio::test]
async fn who_left_the_crm_is_synced_no_further() {
    let crm = Crm::with(&[ANNA]);
    let (f, admin) = administered(&crm).await;
    let anna = f.connected(ANNA, "mailbox-a").await;
    tick(&f).await;
    crm.deactivate(ANNA);
    // Not before a day has passed.
    tick(&f).await;
    f.lease(&anna).await;
    f.clock.advance_s(DAY_S);
    tick(&f).await;
    let anna = f.sign_in(ORG, ANNA).await;
    assert_eq!(f.call(&anna, "POST", "/v1/lease", None).await.refusal(), (409, ErrorCode::SwitchedOff));
    let admin_again = f.sign_in(ORG, ADMIN).await;
    assert_ne!(admin, admin_again);
    let noted = audit(&f, &admin_again, "action=user_deactivated").await;
    assert_eq!(noted.iter().map(|entry| entry.target.as_deref()).collect::<Vec<_>>(), [Some(ANNA)]);
    assert_eq!(noted[0].actor, None);

    // Back again.
    crm.users.lock().expect("unpoisoned").push((ANNA.to_owned(), "Anna".to_owned()));
    f.clock.advance_s(DAY_S);
    tick(&f).await;
    let anna = f.sign_in(ORG, ANNA).await;
    f.lease(&anna).await;
}

#[tokio::test]
async fn what_holds_for_everybody_is_what_administrators_chose() {
    let crm = Crm::with(&[ANNA]);
    let (f, admin) = administered(&crm).await;
    let anna = f.sign_in(ORG, ANNA).await;
    let mut settings = Settings::default();
    settings.contacts.rules.on = true;
    let good = json!({
        "settings": settings, "users_choose": false, "interval_s": 600, "intervals": { "9": 60 }, "audit_days": 30, "ews_access": "individual",
    });
    let with = |path: &str, value: Value| {
        let mut body = good.clone();
        *body.pointer_mut(path).expect("a member") = value;
        Some(body)
    };
    for (path, value, member) in [
        ("/interval_s", json!(59), Some("interval_s")),
        ("/interval_s", json!(86_401), Some("interval_s")),
        ("/intervals", json!({ "9": 59 }), Some("intervals")),
        ("/intervals", json!({ "Sales": 60 }), Some("intervals")),
        ("/intervals", (0..101).map(|id| (id.to_string(), json!(60))).collect(), Some("intervals")),
        ("/audit_days", json!(0), Some("audit_days")),
        ("/audit_days", json!(397), Some("audit_days")),
        ("/settings/tasks/months_back", json!(13), Some("settings.tasks.months_back")),
        ("/ews_access", json!("both"), None),
    ] {
        let problem = f.call(&admin, "PUT", "/v1/organisation", with(path, value)).await.problem();
        assert_eq!((problem.code, problem.member.as_deref()), (ErrorCode::BadRequest, member), "{path}");
    }
    let put = f.call(&admin, "PUT", "/v1/organisation", Some(good.clone())).await.json::<Organisation>();
    assert_eq!(f.call(&admin, "GET", "/v1/organisation", None).await.json::<Organisation>(), put);
    assert_eq!(f.overview(&anna).await.settings, settings);

    // Nobody else chooses now, and nobody chooses twice how Exchange Server is reached.
    let own = serde_json::to_value(Settings::default()).expect("JSON");
    let chosen = f.call(&anna, "PUT", "/v1/settings", Some(own.clone())).await;
    assert_eq!(chosen.refusal(), (403, ErrorCode::ChosenForAll));
    f.call(&admin, "PUT", "/v1/settings", Some(own.clone())).await.json::<Settings>();
    for access in [json!("impersonation"), Value::Null] {
        let answer = f.call(&admin, "PUT", "/v1/organisation", with("/ews_access", access)).await;
        assert_eq!(answer.refusal(), (409, ErrorCode::ChosenOnce));
    }
    f.call(&admin, "PUT", "/v1/organisation", with("/users_choose", json!(true))).await.json::<Organisation>();
    f.call(&anna, "PUT", "/v1/settings", Some(own)).await.json::<Settings>();
    assert_eq!(f.overview(&anna).await.settings, Settings::default());
}

/// What the CRM signs when the extension is taken away.
async fn signed_away(f: &Fixture) -> String {
    let nonce = f.nonce().await;
    let plain = Signed::new(&nonce, f.now_ms()).text(SECRET);
    let (payload, _) = plain.rsplit_once('.').expect("a dot");
    sign(&format!("uninstall|{payload}"), SECRET)
}

async fn uninstall(f: &Fixture, token: &str, body: Value) -> crate::support::Answer {
    f.call(token, "POST", "/v1/uninstall", Some(body)).await
}

#[tokio::test]
async fn an_uninstalled_extension_does_nothing_and_holds_nothing() {
    let crm = Crm::with(&[ANNA]);
    let (f, admin) = administered(&crm).await;
    let anna = f.connected(ANNA, "mailbox-a").await;
    let stranger = f.sign_in(OTHER_ORG, ANNA).await;
    let fence = f.lease(&anna).await.fence;
    f.commit(&anna, fence, json!([put_link("e1", "c1")])).await.json::<mxs_api::Renewed>();
    assert_eq!(uninstall(&f, &anna, json!({})).await.refusal(), (403, ErrorCode::NotAllowed));
    let statement = signed_away(&f).await;
    uninstall(&f, "", json!({ "statement": statement })).await.json::<Done>();

    // Sessions are over, the token is given back, and a statement is good once.
    for token in [&admin, &anna] {
        assert_eq!(f.call(token, "GET", "/v1/overview", None).await.refusal(), (401, ErrorCode::NoSession));
    }
    assert_eq!(f.call(&stranger, "GET", "/v1/overview", None).await.status, StatusCode::OK);
    assert!(*crm.is_revoked.lock().expect("unpoisoned"));
    let again = uninstall(&f, "", json!({ "statement": statement })).await;
    assert_eq!(again.refusal(), (401, ErrorCode::BadStatement));
    let anna = f.sign_in(ORG, ANNA).await;
    assert_eq!(f.call(&anna, "POST", "/v1/lease", None).await.refusal(), (409, ErrorCode::Uninstalled));
    let committed = f.commit(&anna, fence, json!([])).await;
    assert_eq!(committed.refusal(), (409, ErrorCode::LeaseLost));
    let access: mxs_api::Access = f.call(&anna, "GET", "/v1/access", None).await.json();
    assert!(!access.crm && !access.mailbox && !access.application);

    // A new consent brings it back, with what was remembered.
    f.clock.advance_s(29 * DAY_S);
    let admin = f.sign_in(ORG, ADMIN).await;
    consent(&f, &admin).await;
    let anna = f.sign_in(ORG, ANNA).await;
    let fence = f.lease(&anna).await.fence;
    assert_eq!(f.state(&anna, fence, 10).await.len(), 1);
    assert_eq!(words(&f, &admin, "action=uninstalled").await.len(), 1);
    uninstall(&f, &admin, json!({})).await.json::<Done>();
    f.clock.advance_s(31 * DAY_S);
    for _ in 0..2 {
        f.sign_in(OTHER_ORG, ANNA).await;
    }
    let admin = f.sign_in(ORG, ADMIN).await;
    // Whoever comes sweeps, but not who is there.
    f.sign_in(OTHER_ORG, ANNA).await;
    consent(&f, &admin).await;
    let anna = f.connected(ANNA, "mailbox-a").await;
    let fence = f.lease(&anna).await.fence;
    assert_eq!(f.state(&anna, fence, 10).await, [Value::Null; 0]);
}

#[tokio::test]
async fn a_statement_is_good_for_what_it_says() {
    let f = Fixture::new().await;
    let away = signed_away(&f).await;
    assert_eq!(f.session(&away).await.refusal(), (401, ErrorCode::BadStatement));
    let session = Signed::new(&f.nonce().await, f.now_ms()).text(SECRET);
    for (case, statement) in [
        ("one that opens a session", session.clone()),
        ("one that opens a session, with the word before it", format!("uninstall|{session}")),
        ("another organisation's secret", away.replace(&away[away.len() - 64..], &"0".repeat(64))),
        ("nothing", String::new()),
    ] {
        let answer = uninstall(&f, "", json!({ "statement": statement })).await;
        assert_eq!(answer.refusal(), (401, ErrorCode::BadStatement), "{case}");
    }
    assert_eq!(uninstall(&f, "", json!({})).await.refusal(), (401, ErrorCode::NoSession));
    f.session(&session).await.json::<Session>();
    uninstall(&f, "", json!({ "statement": away })).await.json::<Done>();
    // Without keys nobody can consent: that the CRM signs again brings the extension back.
    let anna = f.connected(ANNA, "mailbox-a").await;
    f.lease(&anna).await;
}
