//! What a vendor or a record can do to a run, and what the run makes of it: a typed failure, nothing lost,
//! and a next run that finishes the work.

use crate::oracle::Oracle;
use crate::script::Step;
use crate::stage::Stage;
use mxs_core::{Direction, Kind, Reason, Side, Winner};
use mxs_sync::{Failure, Report};
use mxs_world::microsoft::TokenDeath;
use mxs_world::{Effect, Service};
use serde_json::json;

const BOTH: Direction = Direction::Both { winner: Winner::Crm };

/// Three contacts on each side.
fn six() -> Stage {
    let mut stage = Stage::new(Kind::Contact, BOTH);
    let mut oracle = Oracle::default();
    for person in 1..=6 {
        let side = if person <= 3 { Side::Exchange } else { Side::Crm };
        stage.play(&Step::Add { side, person }, &mut oracle);
    }
    stage
}

fn sync(stage: &mut Stage) -> Report {
    stage.sync(None).expect("nobody dies")
}

/// After the trouble is over one sync finishes the work, and another finds nothing to do.
fn recovers(stage: &mut Stage, why: &str) {
    stage.calm_down();
    let report = sync(stage);
    assert!(report.end.is_ok(), "{why}: {report:?}");
    assert_eq!(stage.contents().len(), 12, "{why}: six people on both sides");
    stage.forget_counts();
    sync(stage);
    assert_eq!(stage.writes(), 0, "{why}: the second sync writes");
}

fn status(status: u16, body: &str) -> Effect {
    let media_type = if body.starts_with('<') { "text/html" } else { "application/json" };
    Effect::Status { status, body: body.to_owned(), media_type: media_type.to_owned(), retry_after_s: None }
}

#[test]
fn answers_that_end_a_run() {
    use Service::{Microsoft, Zoho};
    let token = r#"{"error":{"code":"InvalidAuthenticationToken","message":""}}"#;
    let denied = r#"{"error":{"code":"ErrorAccessDenied","message":""}}"#;
    let zoho = |code: &str| format!(r#"{{"code":"{code}","details":{{}},"message":"","status":"error"}}"#);
    let code = |text: &str| text.to_owned();
    let cases = [
        (Microsoft, status(401, token), Failure::MicrosoftSignIn),
        (Microsoft, status(403, denied), Failure::MicrosoftDenied { code: code("ErrorAccessDenied") }),
        (Microsoft, status(429, "{}"), Failure::MicrosoftUnavailable { status: Some(429) }),
        (Microsoft, status(503, "<html>"), Failure::MicrosoftUnavailable { status: Some(503) }),
        (Microsoft, status(200, "<html>a proxy"), Failure::MicrosoftAnswer),
        (Microsoft, Effect::DropBefore, Failure::MicrosoftUnavailable { status: None }),
        (Zoho, status(401, &zoho("INVALID_TOKEN")), Failure::CrmSignIn),
        (Zoho, status(403, &zoho("NO_PERMISSION")), Failure::CrmDenied { code: code("NO_PERMISSION") }),
        (Zoho, status(429, &zoho("TOO_MANY_REQUESTS")), Failure::CrmUnavailable { status: Some(429) }),
        (Zoho, status(500, &zoho("INTERNAL_ERROR")), Failure::CrmUnavailable { status: Some(500) }),
        (Zoho, status(200, "<html>a proxy"), Failure::CrmAnswer),
        (Zoho, Effect::DropBefore, Failure::CrmUnavailable { status: None }),
    ];
    for (service, effect, failure) in cases {
        let why = format!("{service:?} {effect:?}");
        let mut stage = six();
        stage.always(service, &effect);
        let report = sync(&mut stage);
        assert_eq!(report.end, Err(failure), "{why}");
        assert_eq!(report.summary, mxs_core::Summary::default(), "{why}: nothing was done");
        recovers(&mut stage, &why);
    }
}

#[test]
fn a_moments_trouble_is_waited_out() {
    for service in [Service::Microsoft, Service::Zoho] {
        for effect in [Effect::DropBefore, status(500, "<html>"), status(429, "{}"), status(503, "{}")] {
            for skip in 0..4 {
                let mut stage = six();
                let mut oracle = Oracle::default();
                stage.play(&Step::Fault { service, skip, effect: effect.clone() }, &mut oracle);
                let report = sync(&mut stage);
                assert!(report.end.is_ok(), "{service:?} {effect:?} after {skip}: {report:?}");
                recovers(&mut stage, &format!("{service:?} {effect:?} after {skip}"));
            }
        }
    }
}

#[test]
fn a_token_that_dies_while_paging_starts_the_reading_anew() {
    for death in [TokenDeath::GoneWithLocation, TokenDeath::GoneWithoutLocation, TokenDeath::BadRequest] {
        let mut stage = six();
        sync(&mut stage);
        let mut oracle = Oracle::default();
        stage.play(&Step::Edit { side: Side::Exchange, place: 1, field: 0, value: 1 }, &mut oracle);
        stage.play(&Step::KillTokens { death }, &mut oracle);
        let report = sync(&mut stage);
        assert_eq!((report.end.is_ok(), report.summary.to_crm.updated), (true, 1), "{death:?}");
        recovers(&mut stage, "a dead token");
    }
    // In mid-paging: the page after the first is answered with 410.
    let mut stage = Stage::new(Kind::Contact, BOTH);
    let mut oracle = Oracle::default();
    for person in 1..=600 {
        stage.play(&Step::Add { side: Side::Exchange, person }, &mut oracle);
    }
    let gone = status(410, r#"{"error":{"code":"syncStateNotFound","message":""}}"#);
    stage.play(&Step::Fault { service: Service::Microsoft, skip: 1, effect: gone }, &mut oracle);
    let report = sync(&mut stage);
    assert_eq!((report.end.is_ok(), report.summary.to_crm.created), (true, 600));
    assert_eq!(stage.contents().len(), 1_200);
}

#[test]
fn records_that_the_crm_does_not_take_block_only_themselves() {
    let mut stage = six();
    stage.add_item(
        &json!({ "givenName": "Only", "emailAddresses": [{ "address": "only@example.com", "name": "Only" }] }),
    );
    stage.add_item(&json!({ "givenName": "Long", "surname": "N".repeat(300) }));
    let report = sync(&mut stage);
    assert!(report.end.is_ok(), "{report:?}");
    let counts = report.summary.to_crm;
    assert_eq!((counts.created, counts.skipped, counts.failed), (3, 1, 1));
    let reasons = stage.reasons();
    assert!(reasons.contains(&Reason::MissingLastName), "{reasons:?}");
    let too_long = reasons.iter().find_map(|reason| match reason {
        Reason::Refused(refusal) => Some((refusal.code.clone(), refusal.field, refusal.max_length)),
        _ => None,
    });
    assert_eq!(too_long, Some(("INVALID_DATA".to_owned(), Some(mxs_core::Field::Surname), Some(80))));
    // Mended, they come through.
    stage.mend_items(&json!({ "surname": "Name" }));
    let report = sync(&mut stage);
    assert_eq!((report.summary.to_crm.created, report.summary.to_crm.failed), (2, 0));
}

#[test]
fn contacts_with_one_address_are_reported_not_guessed() {
    let mut stage = Stage::new(Kind::Contact, BOTH);
    let mut oracle = Oracle::default();
    stage.play(&Step::AddTwins { person: 1 }, &mut oracle);
    stage.add_item(&json!({ "givenName": "Given1", "surname": "Surname1",
        "emailAddresses": [{ "address": "person1@example.com", "name": "Twin" }] }));
    let report = sync(&mut stage);
    assert!(report.end.is_ok());
    assert_eq!((report.summary.to_crm.skipped, report.summary.to_exchange.skipped, stage.writes()), (2, 1, 0));
    assert!(stage.reasons().iter().all(|reason| matches!(reason, Reason::AmbiguousMatch { .. })));
}

#[test]
fn throttled_parts_of_a_batch_are_sent_again_and_only_they() {
    let mut stage = six();
    let mut oracle = Oracle::default();
    // The delta and the marks take two requests; the third is the batch.
    stage.play(&Step::Throttle { times: 4 }, &mut oracle);
    let report = sync(&mut stage);
    assert!(report.end.is_ok(), "{report:?}");
    assert_eq!(report.summary.to_exchange.created, 3);
    recovers(&mut stage, "throttled parts");
}

/// A wait that no run should sit out ends it at once: in the reading, and in a batch of which some parts were taken.
#[test]
fn whoever_wants_to_be_left_alone_for_long_is() {
    for (asked, in_batch) in [("61", false), ("900", false), ("900", true)] {
        let mut stage = six();
        stage.throttle((2, Some(asked)), in_batch);
        let report = sync(&mut stage);
        assert_eq!(report.end, Err(Failure::MicrosoftUnavailable { status: Some(429) }), "{asked}");
        recovers(&mut stage, "left alone");
    }
}

/// Found by the simulation: the CRM asks for changes by their owner, so nobody told, and the next edit in Outlook was
/// written into the colleague's record.
#[test]
fn a_record_that_was_handed_over_is_not_written() {
    for deletes in [false, true] {
        let mut stage = six();
        sync(&mut stage);
        let given = stage.hand_over_unseen(0).expect("there are records");
        let mut oracle = Oracle::default();
        for place in 0..6 {
            if deletes {
                stage.play(&Step::Delete { side: Side::Exchange, place: 0 }, &mut oracle);
            } else {
                stage.play(&Step::Edit { side: Side::Exchange, place, field: 0, value: 100 + place }, &mut oracle);
            }
        }
        // So many deletes would wait for a person.
        stage.calm_down();
        let record = |stage: &Stage| stage.records(Side::Crm).into_iter().find(|record| record["id"] == given);
        let before = record(&stage);
        let report = sync(&mut stage);
        let done = report.summary.to_crm;
        assert_eq!(record(&stage), before, "the colleague's record is as it was");
        assert_eq!((done.updated + done.deleted, done.skipped), (5, 1), "{report:?}");
        stage.forget_counts();
        sync(&mut stage);
        assert_eq!(stage.writes(), 0);
    }
}
