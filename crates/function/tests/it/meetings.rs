//! A meeting that several colleagues have, and whose event it is in the CRM.

use crate::support::{Answer, Fixture, OTHER_ORG};
use axum::http::StatusCode;
use mxs_api::{ErrorCode, Lease, MEETINGS_OF_MAX, Meetings};
use mxs_core::CrmId;
use mxs_core::meeting::Holder;
use serde_json::{Value, json};

const HOUR_S: i64 = 60 * 60;

/// A mailbox of the organisation, whose user syncs.
struct Colleague {
    token: String,
    fence: u64,
}

impl Colleague {
    async fn new(f: &Fixture, user: &str, mailbox: &str) -> Self {
        let token = f.connected(user, mailbox).await;
        let fence = f.lease(&token).await.fence;
        Self { token, fence }
    }

    async fn ask(&self, f: &Fixture, ask: &str, uids: Value) -> Answer {
        let path = format!("/v1/lease/{}/meetings", self.fence);
        f.call(&self.token, "POST", &path, Some(json!({ "ask": ask, "meetings": uids }))).await
    }

    /// Whose one meeting is.
    async fn asks(&self, f: &Fixture, ask: &str, uid: &str) -> Holder {
        let answer: Meetings = self.ask(f, ask, json!([uid])).await.json();
        let [holder] = answer.holders.as_slice() else { panic!("one answer") };
        holder.clone()
    }

    async fn commit(&self, f: &Fixture, changes: Value) {
        let answer = f.commit_of(&self.token, "event", self.fence, changes).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    }

    /// Ends the run, and begins another.
    async fn next_run(&mut self, f: &Fixture) -> Lease {
        assert_eq!(f.finish(&self.token, self.fence, json!("completed")).await.status, StatusCode::OK);
        let lease = f.lease(&self.token).await;
        self.fence = lease.fence;
        lease
    }
}

fn own(record: Option<&str>) -> Holder {
    Holder::Own { record: record.map(CrmId::new) }
}

fn colleagues(record: Option<&str>) -> Holder {
    Holder::Colleague { record: record.map(CrmId::new) }
}

fn fields(uid: &str) -> Value {
    json!({ "meeting_uid": { "text": uid }, "role": { "text": "attendee" } })
}

/// The meeting is an event of the CRM.
fn linked(item: &str, record: &str, uid: &str) -> Value {
    json!({ "put_link": {
        "exchange": item, "crm": record, "base": { "exchange": fields(uid), "crm": {} },
        "exchange_version": "v1", "marked": true, "scope": "active",
    } })
}

/// The meeting is to be an event of the CRM.
fn begun(item: &str, uid: &str) -> Value {
    json!({ "put_intent": { "source": { "exchange": item }, "fields": fields(uid), "version": "v1" } })
}

/// The item waits, or the event was left behind.
fn waiting(side: &str, id: &str, uid: &str) -> Value {
    json!({ "put_unlinked": {
        "id": { side: id }, "fields": fields(uid), "version": "v1", "reason": "through_colleague",
    } })
}

#[tokio::test]
async fn of_several_that_claim_a_meeting_at_the_same_time_one_gets_it() {
    let f = Fixture::new().await;
    let anna = Colleague::new(&f, "411001", "mailbox-a").await;
    let ben = Colleague::new(&f, "411002", "mailbox-b").await;
    let cleo = Colleague::new(&f, "411003", "mailbox-c").await;
    let answers = tokio::join!(anna.asks(&f, "claim", "u1"), ben.asks(&f, "claim", "u1"), cleo.asks(&f, "claim", "u1"));
    let answers = [answers.0, answers.1, answers.2];
    assert_eq!(answers.iter().filter(|holder| **holder == own(None)).count(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|holder| **holder == colleagues(None)).count(), 2, "{answers:?}");
    // Whoever has it has it when asking again, and another meeting is free.
    for (colleague, holder) in [&anna, &ben, &cleo].into_iter().zip(answers) {
        assert_eq!(colleague.asks(&f, "claim", "u1").await, holder);
    }
    assert_eq!(ben.asks(&f, "claim", "u2").await, own(None));
}

#[tokio::test]
async fn looking_claims_nothing() {
    let f = Fixture::new().await;
    let anna = Colleague::new(&f, "411001", "mailbox-a").await;
    let ben = Colleague::new(&f, "411002", "mailbox-b").await;
    assert_eq!(anna.asks(&f, "look", "u1").await, own(None));
    assert_eq!(ben.asks(&f, "claim", "u1").await, own(None));
    assert_eq!(anna.asks(&f, "look", "u1").await, colleagues(None));
}

#[tokio::test]
async fn a_claim_becomes_a_link_or_ends_with_its_run() {
    let f = Fixture::new().await;
    let mut anna = Colleague::new(&f, "411001", "mailbox-a").await;
    let ben = Colleague::new(&f, "411002", "mailbox-b").await;
    let answer: Meetings = anna.ask(&f, "claim", json!(["u1", "u2", "u3"])).await.json();
    assert_eq!(answer.holders, [own(None), own(None), own(None)]);
    anna.commit(&f, json!([begun("e1", "u1"), linked("e2", "c2", "u2")])).await;
    anna.next_run(&f).await;
    let answer: Meetings = ben.ask(&f, "claim", json!(["u1", "u2", "u3"])).await.json();
    assert_eq!(answer.holders, [colleagues(None), colleagues(Some("c2")), own(None)]);
    // The link ends, and the hold with it in the same commit.
    anna.commit(&f, json!([{ "drop_link": "e2" }, { "drop_intent": { "exchange": "e1" } }])).await;
    let answer: Meetings = ben.ask(&f, "claim", json!(["u1", "u2"])).await.json();
    assert_eq!(answer.holders, [own(None), own(None)]);
}

#[tokio::test]
async fn a_run_that_died_holds_its_claims_for_a_day() {
    let f = Fixture::new().await;
    let anna = Colleague::new(&f, "411001", "mailbox-a").await;
    assert_eq!(anna.asks(&f, "claim", "u1").await, own(None));
    f.clock.advance_s(23 * HOUR_S);
    let ben = Colleague::new(&f, "411002", "mailbox-b").await;
    assert_eq!(ben.asks(&f, "claim", "u1").await, colleagues(None));
    f.clock.advance_s(HOUR_S);
    let cleo = Colleague::new(&f, "411003", "mailbox-c").await;
    assert_eq!(cleo.asks(&f, "claim", "u1").await, own(None));
}

#[tokio::test]
async fn who_waits_is_told_when_a_meeting_is_free() {
    let f = Fixture::new().await;
    let anna = Colleague::new(&f, "411001", "mailbox-a").await;
    let mut ben = Colleague::new(&f, "411002", "mailbox-b").await;
    anna.commit(&f, json!([linked("e1", "c1", "u1")])).await;
    ben.commit(&f, json!([waiting("exchange", "e2", "u1")])).await;
    assert!(!ben.next_run(&f).await.free_meetings, "it is Anna's");
    assert_eq!(anna.asks(&f, "leave", "u1").await, Holder::Waiting { user: "411002".to_owned() });
    assert_eq!(ben.asks(&f, "leave", "u1").await, own(None));
    // She leaves the event behind for whoever takes it over.
    anna.commit(&f, json!([waiting("crm", "c1", "u1"), { "drop_link": "e1" }])).await;
    assert!(ben.next_run(&f).await.free_meetings);
    assert_eq!(ben.asks(&f, "claim", "u1").await, own(Some("c1")));
    ben.commit(&f, json!([{ "drop_unlinked": { "exchange": "e2" } }, linked("e2", "c1", "u1")])).await;
    assert!(!ben.next_run(&f).await.free_meetings, "nothing is left to wait for");
    assert_eq!(f.overview(&anna.token).await.unsynced_total, 0, "what she left is his");
    assert_eq!(anna.asks(&f, "claim", "u1").await, colleagues(Some("c1")));
}

/// A day of a series goes where the series goes: it alone is no reason to ask.
#[tokio::test]
async fn a_day_of_a_series_waits_for_its_series() {
    let f = Fixture::new().await;
    let mut ben = Colleague::new(&f, "411002", "mailbox-b").await;
    let mut day = waiting("exchange", "e2", "u1");
    day["put_unlinked"]["fields"]["series"] = json!({ "text": "e1" });
    ben.commit(&f, json!([day])).await;
    assert!(!ben.next_run(&f).await.free_meetings);
}

#[tokio::test]
async fn a_mailbox_that_nobody_syncs_holds_nothing() {
    let f = Fixture::new().await;
    for switched_off in [false, true] {
        let uid = if switched_off { "u1" } else { "u2" };
        let mut anna = Colleague::new(&f, "411001", "mailbox-a").await;
        let ben = Colleague::new(&f, "411002", "mailbox-b").await;
        anna.commit(&f, json!([linked(uid, &format!("c-{uid}"), uid)])).await;
        anna.next_run(&f).await;
        f.finish(&anna.token, anna.fence, json!("completed")).await;
        let record = format!("c-{uid}");
        assert_eq!(ben.asks(&f, "look", uid).await, colleagues(Some(&record)));
        let mut settings = serde_json::to_value(mxs_api::Settings::default()).expect("JSON");
        settings["events"]["rules"]["on"] = json!(false);
        let (method, path, body) = if switched_off {
            ("PUT", "/v1/settings", Some(settings.clone()))
        } else {
            ("DELETE", "/v1/mailbox", None)
        };
        assert_eq!(f.call(&anna.token, method, path, body).await.status, StatusCode::OK);
        assert_eq!(ben.asks(&f, "look", uid).await, own(Some(&record)), "switched off: {switched_off}");
        // Back again before anybody took it: it is hers as before.
        settings["events"]["rules"]["on"] = json!(true);
        assert_eq!(f.call(&anna.token, "PUT", "/v1/settings", Some(settings)).await.status, StatusCode::OK);
        f.connect(&anna.token, "mailbox-a").await;
        assert_eq!(ben.asks(&f, "look", uid).await, colleagues(Some(&record)), "switched off: {switched_off}");
        f.finish(&ben.token, ben.fence, json!("completed")).await;
    }
}

/// Neither what it has nor what it claims is another organisation's business, though a meeting has one uid everywhere.
#[tokio::test]
async fn other_organisations_have_the_same_meeting() {
    let f = Fixture::new().await;
    let anna = Colleague::new(&f, "411001", "mailbox-a").await;
    assert_eq!(anna.asks(&f, "claim", "u1").await, own(None));
    anna.commit(&f, json!([linked("e2", "c2", "u2")])).await;
    let token = f.sign_in(OTHER_ORG, "411001").await;
    f.connect(&token, "mailbox-x").await;
    let fence = f.lease(&token).await.fence;
    let other = Colleague { token, fence };
    for uid in ["u1", "u2"] {
        assert_eq!(other.asks(&f, "claim", uid).await, own(None), "{uid}");
        assert_eq!(other.asks(&f, "leave", uid).await, own(None), "{uid}");
    }
    assert_eq!(anna.asks(&f, "claim", "u1").await, own(None));
}

#[tokio::test]
async fn what_is_asked_under_no_lease_or_wrongly_is_refused() {
    let f = Fixture::new().await;
    let anna = Colleague::new(&f, "411001", "mailbox-a").await;
    let ben = Colleague::new(&f, "411002", "mailbox-b").await;
    let foreign = Colleague { token: ben.token.clone(), fence: anna.fence };
    assert_eq!(foreign.ask(&f, "claim", json!(["u1"])).await.refusal(), (409, ErrorCode::LeaseLost));
    for (case, ask, uids) in [
        ("too many", "claim", json!(vec!["u"; MEETINGS_OF_MAX + 1])),
        ("an empty uid", "claim", json!([""])),
        ("a long uid", "claim", json!(["u".repeat(1_025)])),
        ("an unknown question", "take", json!(["u1"])),
        ("no list", "claim", json!("u1")),
    ] {
        let answer = anna.ask(&f, ask, uids).await;
        assert_eq!(answer.problem().code, ErrorCode::BadRequest, "{case}");
    }
    let most: Meetings = anna.ask(&f, "claim", json!(vec!["u".repeat(1_024); MEETINGS_OF_MAX])).await.json();
    assert_eq!(most.holders.len(), MEETINGS_OF_MAX);
    // A lease that ran out claims nothing.
    f.clock.advance_s(i64::from(mxs_api::LEASE_SECONDS));
    assert_eq!(anna.ask(&f, "claim", json!(["u1"])).await.refusal(), (409, ErrorCode::LeaseLost));
}
