//! The sync without a tab, against both vendors in memory.

use crate::support::*;
use crate::vendors::*;
use mxs_api::{Access, ErrorCode, Organisation, RunEnd, RunPage, Settings, UserPage};
use mxs_function::Background;
use serde_json::{Value, json};
use std::time::Duration;

/// Contacts, both ways.
fn contacts() -> Value {
    let mut settings = Settings::default();
    settings.contacts.rules.on = true;
    serde_json::to_value(settings).expect("JSON")
}

/// More than any of these syncs takes.
const LIMIT: Duration = Duration::from_secs(20);

impl Fixture {
    /// Syncs what is due.
    async fn tick(&self) {
        Background::start(&self.app).await.expect("it starts").expect("there are keys").tick(LIMIT).await;
    }

    async fn choose_contacts(&self, token: &str) {
        assert_eq!(self.call(token, "PUT", "/v1/settings", Some(contacts())).await.status, 200);
    }

    async fn ends(&self, token: &str) -> Vec<RunEnd> {
        let page: RunPage = self.call(token, "GET", "/v1/runs", None).await.json();
        page.runs.into_iter().map(|run| run.end).collect()
    }

    async fn access(&self, token: &str) -> Access {
        self.call(token, "GET", "/v1/access", None).await.json()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_the_mailbox_comes_to_the_crm_without_a_tab() {
    let (fixture, both) = function(KEYS).await;
    let token = fixture.admin(&both).await;
    fixture.choose_contacts(&token).await;
    both.add_contact("Hopper");
    fixture.tick().await;
    assert_eq!(both.surnames(), [""; 0], "nobody has let it into the mailbox");

    fixture.let_into_mailbox(&both, &token).await;
    let access = fixture.access(&token).await;
    assert_eq!((access.has_keys, access.crm, access.mailbox, access.is_admin), (true, true, true, true));
    fixture.tick().await;
    assert_eq!(both.surnames(), ["Hopper"]);
    assert_eq!(fixture.ends(&token).await, [RunEnd::Completed]);

    both.add_contact("Lamarr");
    fixture.tick().await;
    assert_eq!(both.surnames(), ["Hopper"], "it is not due yet");
    fixture.clock.advance_s(331);
    fixture.tick().await;
    assert_eq!(both.surnames().len(), 2, "an interval and its jitter later it is");
}

#[tokio::test(flavor = "multi_thread")]
async fn users_with_a_profile_are_synced_as_often_as_was_chosen_for_it() {
    let (fixture, both) = function(KEYS).await;
    let token = fixture.admin(&both).await;
    fixture.choose_contacts(&token).await;
    fixture.let_into_mailbox(&both, &token).await;
    let page: UserPage = fixture.call(&token, "GET", "/v1/users", None).await.json();
    let profile = |id: mxs_world::zoho::Id| {
        let user = page.users.iter().find(|user| user.id == id.to_string()).expect("a user");
        user.profile_id.clone()
    };
    let mut come = 0;
    for (case, id, interval_s) in [("another profile", both.seller, 300), ("their profile", both.admin, 60)] {
        let mut chosen: Organisation = fixture.call(&token, "GET", "/v1/organisation", None).await.json();
        chosen.intervals = [(profile(id), 60)].into();
        let body = serde_json::to_value(&chosen).expect("JSON");
        fixture.call(&token, "PUT", "/v1/organisation", Some(body)).await.json::<Organisation>();
        for (when, wait_s, more) in [
            ("it was due long ago", 400, 1),
            ("a second too early", interval_s - 1, 0),
            ("an interval and its jitter later", interval_s / 10 + 2, 2),
        ] {
            both.add_contact(&format!("{interval_s} {when}"));
            fixture.clock.advance_s(wait_s);
            fixture.tick().await;
            come += more;
            assert_eq!(both.surnames().len(), come, "{case}: {when}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_of_the_organisation_opens_its_mailboxes() {
    let (fixture, both) = function(KEYS).await;
    let token = fixture.admin(&both).await;
    fixture.choose_contacts(&token).await;
    fixture.connect(&token, ADA_ID).await;
    both.add_contact("Hopper");
    let application = |secret: &str| json!({ "tenant": TENANT, "client_id": THEIR_APP, "secret": secret });
    let wrong = fixture.call(&token, "PUT", "/v1/application", Some(application("guessed"))).await;
    assert_eq!(wrong.refusal(), (422, ErrorCode::NoConsent), "it must prove who it is");
    let answer = fixture.call(&token, "PUT", "/v1/application", Some(application(THEIR_SECRET))).await;
    assert!(answer.json::<Access>().application);
    assert!(!answer.text().contains(THEIR_SECRET));
    fixture.tick().await;
    assert_eq!(both.surnames(), ["Hopper"]);

    assert!(!fixture.call(&token, "DELETE", "/v1/application", None).await.json::<Access>().application);
    both.add_contact("Lamarr");
    fixture.clock.advance_s(400);
    fixture.tick().await;
    assert_eq!(both.surnames(), ["Hopper"], "nothing opens the mailbox any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_lets_in_must_be_who_asked_and_an_administrator() {
    let (fixture, both) = function(KEYS).await;
    let seller = fixture.sign_in(ORG, &both.seller.to_string()).await;
    let page = fixture.begin(&seller, "crm").await;
    let query = both.decide_at_zoho(&page, both.seller, "accept");
    let answer = fixture.finish_consent(&seller, &query).await;
    assert_eq!(answer.refusal(), (403, ErrorCode::NotAllowed), "a profile's name says nothing");

    let page = fixture.begin(&seller, "crm").await;
    let query = both.decide_at_zoho(&page, both.admin, "accept");
    assert_eq!(fixture.finish_consent(&seller, &query).await.refusal(), (409, ErrorCode::WrongPerson));

    let page = fixture.begin(&seller, "crm").await;
    let query = both.decide_at_zoho(&page, both.seller, "reject");
    assert_eq!(fixture.finish_consent(&seller, &query).await.refusal(), (422, ErrorCode::NoConsent));

    // Somebody else's answer, an answer that comes twice, and one that comes too late.
    let admin = fixture.sign_in(ORG, &both.admin.to_string()).await;
    let page = fixture.begin(&admin, "crm").await;
    let query = both.decide_at_zoho(&page, both.admin, "accept");
    assert_eq!(fixture.finish_consent(&seller, &query).await.refusal(), (422, ErrorCode::NoConsent));
    assert_eq!(fixture.finish_consent(&admin, &query).await.status, 200);
    assert_eq!(fixture.finish_consent(&admin, &query).await.refusal(), (422, ErrorCode::NoConsent));
    let page = fixture.begin(&admin, "crm").await;
    let query = both.decide_at_zoho(&page, both.admin, "accept");
    fixture.clock.advance_s(601);
    assert_eq!(fixture.finish_consent(&admin, &query).await.refusal(), (422, ErrorCode::NoConsent));

    let refused = fixture.call(&seller, "DELETE", "/v1/access/crm", None).await;
    assert_eq!(refused.refusal(), (403, ErrorCode::NotAllowed));
    let body = json!({ "tenant": TENANT, "client_id": THEIR_APP, "secret": THEIR_SECRET });
    let refused = fixture.call(&seller, "PUT", "/v1/application", Some(body)).await;
    assert_eq!(refused.refusal(), (403, ErrorCode::NotAllowed));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_back_stops_at_once() {
    let (fixture, both) = function(KEYS).await;
    let token = fixture.admin(&both).await;
    fixture.choose_contacts(&token).await;
    fixture.let_into_mailbox(&both, &token).await;
    fixture.tick().await;
    both.add_contact("Hopper");
    assert!(!fixture.call(&token, "DELETE", "/v1/access/mailbox", None).await.json::<Access>().mailbox);
    fixture.clock.advance_s(400);
    fixture.tick().await;
    assert_eq!(both.surnames(), [""; 0]);

    fixture.let_into_mailbox(&both, &token).await;
    assert!(!fixture.call(&token, "DELETE", "/v1/access/crm", None).await.json::<Access>().crm);
    fixture.tick().await;
    assert_eq!(both.surnames(), [""; 0], "the door to the CRM is closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_throttled_crm_is_left_alone() {
    let (fixture, both) = function(KEYS).await;
    let token = fixture.admin(&both).await;
    fixture.choose_contacts(&token).await;
    fixture.let_into_mailbox(&both, &token).await;
    both.add_contact("Hopper");
    fixture.tick().await;
    both.add_contact("Lamarr");
    let fault = json!({ "service": "zoho", "url_contains": "/crm/", "times": 1000,
        "effect": { "kind": "status", "status": 429, "retry_after_s": 600 } });
    both.world.lock().expect("unpoisoned").faults.add(serde_json::from_value(fault).expect("a fault"));
    fixture.clock.advance_s(400);
    fixture.tick().await;
    both.world.lock().expect("unpoisoned").faults.clear();
    assert!(matches!(fixture.ends(&token).await[0], RunEnd::Failed { .. }));
    fixture.tick().await;
    assert_eq!(both.surnames(), ["Hopper"], "not yet");
    fixture.clock.advance_s(700);
    fixture.tick().await;
    assert_eq!(both.surnames().len(), 2, "it heals by itself");
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_nowhere_to_be_read() {
    let (fixture, both) = function(KEYS).await;
    let token = fixture.admin(&both).await;
    fixture.choose_contacts(&token).await;
    fixture.let_into_mailbox(&both, &token).await;
    let body = json!({ "tenant": TENANT, "client_id": THEIR_APP, "secret": THEIR_SECRET });
    fixture.call(&token, "PUT", "/v1/application", Some(body)).await;
    fixture.tick().await;
    let stored = String::from_utf8_lossy(&fixture.home.bytes().await).into_owned();
    let mut secrets = both.tokens.lock().expect("unpoisoned").clone();
    assert!(secrets.len() >= 4, "tokens of both vendors were given");
    secrets.extend([OUR_SECRET, THEIR_SECRET, PASSWORD].map(str::to_owned));
    for secret in secrets {
        assert!(!stored.contains(&secret), "a secret is stored as it is");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_keys_nothing_is_held() {
    let fixture = Fixture::new().await;
    let token = fixture.sign_in(ORG, "411001").await;
    let answer = fixture.call(&token, "POST", "/v1/consents", Some(json!({ "to": "crm" }))).await;
    assert_eq!(answer.refusal(), (501, ErrorCode::NoKeys));
    assert!(!fixture.access(&token).await.has_keys);
    assert!(Background::start(&fixture.app).await.expect("no trouble").is_none());
}
