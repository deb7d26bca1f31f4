//! Mailboxes on an Exchange Server, synced by the function alone, against both vendors in memory.

use crate::support::*;
use crate::vendors::*;
use mxs_api::{
    AlertPage, Done, ErrorCode, ExchangeAccount, ExchangeTested, Organisation, Overview, RunEnd, RunPage, Settings,
    SyncAsked,
};
use mxs_function::Background;
use mxs_world::microsoft::Impersonation;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(20);
const OWN: &str = "/v1/exchange/mailbox";
const OF_ALL: &str = "/v1/exchange/organisation";
const SYNC_ID: &str = "1c2d3e4f-5a6b-4c7d-8e9f-0a1b2c3d4e5f";
const SYNC: &str = "sync@corp.example";

/// Ada's mailbox is on an Exchange Server that is reached in this way, and her contacts are to be synced.
async fn on_server(access: &str) -> (Fixture, Arc<Both>, String) {
    let (f, both) = function(KEYS).await;
    let token = f.admin(&both).await;
    let mut organisation: Value = f.call(&token, "GET", "/v1/organisation", None).await.json();
    organisation["ews_access"] = json!(access);
    f.call(&token, "PUT", "/v1/organisation", Some(organisation)).await.json::<Organisation>();
    let mailbox = json!({ "id": ADA, "address": ADA, "name": "Ada Lovelace" });
    assert_eq!(f.call(&token, "PUT", "/v1/mailbox", Some(mailbox)).await.status, 200);
    let mut settings = Settings::default();
    settings.contacts.rules.on = true;
    let settings = serde_json::to_value(settings).expect("JSON");
    assert_eq!(f.call(&token, "PUT", "/v1/settings", Some(settings)).await.status, 200);
    (f, both, token)
}

fn account(user: &str, password: &str) -> Option<Value> {
    Some(json!({ "address": user, "user": user, "server": EXCHANGE, "password": password }))
}

async fn tick(f: &Fixture) {
    Background::start(&f.app).await.expect("it starts").expect("there are keys").tick(LIMIT).await;
}

/// The run when the next is due.
async fn tick_later(f: &Fixture) {
    f.clock.advance_s(400);
    tick(f).await;
}

async fn alerts(f: &Fixture, token: &str) -> Vec<(String, bool)> {
    let page: AlertPage = f.call(token, "GET", "/v1/alerts", None).await.json();
    page.alerts.into_iter().map(|alert| (alert.code, alert.closed.is_some())).collect()
}

/// Whether a sync is due, and what keeps it from that.
async fn by_itself(f: &Fixture, token: &str) -> (bool, Option<String>) {
    let overview: Overview = f.call(token, "GET", "/v1/overview", None).await.json();
    overview.by_itself.map(|it| (it.is_due, it.code)).expect("it is on the schedule")
}

/// What the server answered since the last time.
fn statuses(both: &Both) -> Vec<u16> {
    std::mem::take(&mut both.statuses.lock().expect("unpoisoned"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_on_an_exchange_server_is_synced_with_its_own_account() {
    let (f, both, token) = on_server("individual").await;
    both.add_contact("Hopper");
    tick(&f).await;
    assert_eq!(both.surnames(), [""; 0], "nothing opens it");
    f.call(&token, "PUT", OWN, account(ADA, PASSWORD)).await.json::<ExchangeAccount>();
    tick(&f).await;
    assert_eq!(both.surnames(), ["Hopper"]);
    both.add_contact("Lamarr");
    tick_later(&f).await;
    let mut surnames = both.surnames();
    surnames.sort();
    assert_eq!(surnames, ["Hopper", "Lamarr"], "what is linked is linked once");
    let runs: RunPage = f.call(&token, "GET", "/v1/runs", None).await.json();
    assert!(runs.runs.iter().all(|run| run.end == RunEnd::Completed), "{:?}", runs.runs);
    let kept: ExchangeAccount = f.call(&token, "GET", OWN, None).await.json();
    assert_eq!(kept.service.as_deref(), Some("https://mail.corp.example/EWS/Exchange.asmx"));
    assert!(kept.version.is_some() && !kept.is_refused);
    assert!(!String::from_utf8_lossy(&f.home.bytes().await).contains(PASSWORD));
}

/// Each try counts towards the account's lock-out.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_password_stops_the_sync_until_there_is_another() {
    let (f, both, token) = on_server("individual").await;
    f.call(&token, "PUT", OWN, account(ADA, PASSWORD)).await.json::<ExchangeAccount>();
    tick(&f).await;
    both.world.lock().expect("unpoisoned").with_microsoft(|microsoft, _| microsoft.set_password(ADA, "changed"));
    both.add_contact("Hopper");
    statuses(&both);
    tick_later(&f).await;
    assert_eq!(statuses(&both), [401], "it is asked once");
    assert_eq!(by_itself(&f, &token).await, (false, Some("MXS-4108".to_owned())));
    assert_eq!(alerts(&f, &token).await, [("MXS-4108".to_owned(), false)]);
    for _ in 0..3 {
        tick_later(&f).await;
    }
    // Whoever asks for a sync at once has no other password either.
    f.call(&token, "POST", "/v1/sync", None).await.json::<SyncAsked>();
    tick(&f).await;
    assert_eq!(statuses(&both), [0; 0], "and not again");
    assert!(f.call(&token, "GET", OWN, None).await.json::<ExchangeAccount>().is_refused);

    let body = json!({ "password": "changed" });
    f.call(&token, "PUT", &format!("{OWN}/password"), Some(body)).await.json::<Done>();
    tick(&f).await;
    assert_eq!(both.surnames(), ["Hopper"], "it goes on at once");
    assert_eq!(by_itself(&f, &token).await, (false, None));
    assert_eq!(alerts(&f, &token).await, [("MXS-4108".to_owned(), true)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_may_act_for_others_syncs_their_mailboxes() {
    let (f, both, token) = on_server("impersonation").await;
    both.world.lock().expect("unpoisoned").with_microsoft(|microsoft, context| {
        let sync = mxs_world::microsoft::User::new(SYNC_ID, TENANT, "Sync Account", SYNC, PASSWORD);
        microsoft.add_user(sync.without_mailbox(), context);
    });
    both.add_contact("Hopper");
    f.call(&token, "PUT", OF_ALL, account(SYNC, PASSWORD)).await.json::<ExchangeAccount>();
    let tested: ExchangeTested = f.call(&token, "POST", &format!("{OF_ALL}/test"), Some(json!({}))).await.json();
    let wrong = tested.checks.last().and_then(|checked| checked.code);
    assert_eq!(wrong.map(|code| code.as_str()), Some("MXS-4111"));
    tick(&f).await;
    assert_eq!(alerts(&f, &token).await, [("MXS-4111".to_owned(), false)]);
    assert_eq!(both.surnames(), [""; 0]);

    let role = Impersonation { account: SYNC_ID.to_owned(), scope: None };
    both.world.lock().expect("unpoisoned").with_microsoft(|microsoft, _| microsoft.assign_impersonation(role));
    let tested: ExchangeTested = f.call(&token, "POST", &format!("{OF_ALL}/test"), Some(json!({}))).await.json();
    assert!(tested.checks.iter().all(|checked| checked.code.is_none()), "{:?}", tested.checks);
    f.call(&token, "POST", "/v1/sync", None).await.json::<SyncAsked>();
    tick(&f).await;
    assert_eq!(both.surnames(), ["Hopper"]);
    assert_eq!(alerts(&f, &token).await, [("MXS-4111".to_owned(), true)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_a_sync_sees_it_come_and_end() {
    let (f, both, token) = on_server("individual").await;
    f.call(&token, "PUT", OWN, account(ADA, PASSWORD)).await.json::<ExchangeAccount>();
    let asked: SyncAsked = f.call(&token, "POST", "/v1/sync", None).await.json();
    assert_eq!(asked.after, None, "there was no run yet");
    assert_eq!(by_itself(&f, &token).await, (true, None));
    tick(&f).await;
    assert_eq!(by_itself(&f, &token).await, (false, None));
    let first = f.call(&token, "GET", "/v1/overview", None).await.json::<Overview>().last_run.expect("a run");
    both.add_contact("Hopper");
    tick(&f).await;
    assert_eq!(both.surnames(), [""; 0], "it is not due yet");
    let asked: SyncAsked = f.call(&token, "POST", "/v1/sync", None).await.json();
    assert_eq!(asked.after, Some(first.id));
    tick(&f).await;
    let last = f.call(&token, "GET", "/v1/overview", None).await.json::<Overview>().last_run.expect("a run");
    assert!(last.id > first.id && last.end == RunEnd::Completed, "{last:?}");
    assert_eq!(both.surnames(), ["Hopper"]);

    let sam = f.sign_in(ORG, &both.seller.to_string()).await;
    assert_eq!(f.call(&sam, "POST", "/v1/sync", None).await.refusal(), (404, ErrorCode::NotFound), "he has no mailbox");
    let off = json!({ "users": [both.admin.to_string()], "on": false });
    f.call(&token, "PUT", "/v1/users/switch", Some(off)).await.json::<Done>();
    assert_eq!(f.call(&token, "POST", "/v1/sync", None).await.refusal(), (409, ErrorCode::SwitchedOff));
}
