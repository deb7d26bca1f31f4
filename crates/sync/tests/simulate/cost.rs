//! What a sync costs in calls, against the floor that the vendors' limits set.

use crate::EWS;
use crate::oracle::Oracle;
use crate::script::Step;
use crate::stage::Stage;
use mxs_core::{Direction, Kind, Side, Winner};

/// Two hundred contacts, half of them on each side, none on both.
fn two_hundred() -> Stage {
    let halves =
        (1..=200).map(|person| Step::Add { side: if person <= 100 { Side::Exchange } else { Side::Crm }, person });
    let mut stage = Stage::new(Kind::Contact, Direction::Both { winner: Winner::Crm });
    let mut oracle = Oracle::default();
    for step in halves {
        stage.play(&step, &mut oracle);
    }
    stage.forget_counts();
    stage
}

/// A sync that must come to its end, and what was asked of the vendors, a line each.
fn calls(stage: &mut Stage) -> Vec<String> {
    stage.forget_counts();
    let report = stage.sync(None).expect("nobody dies");
    assert!(report.end.is_ok(), "{report:?}");
    stage.requests()
}

#[test]
fn a_first_sync_of_two_hundred() {
    let mut stage = two_hundred();
    // The floor: 1 page of each side, 100 creations in 1 request to the CRM, 100 creations in 5 batches to the
    // mailbox, and 1 for each 100 records' tags, which no query selects. Above it: 1 look for marks of an earlier
    // installation, and 5 batches that mark what was created in the CRM.
    let expected = [
        "Microsoft GET /v1.0/me/contacts: 1",
        "Microsoft GET /v1.0/me/contacts/delta: 1",
        "Microsoft POST /v1.0/$batch: 10",
        "Zoho GET /crm/v8/Contacts: 1",
        "Zoho POST /crm/v8/Contacts: 1",
        "Zoho POST /crm/v8/coql: 1",
    ];
    assert_eq!(calls(&mut stage), expected);
}

#[test]
fn a_sync_without_changes() {
    let mut stage = two_hundred();
    calls(&mut stage);
    // The floor is one request to each; deleted records are a list of their own in the CRM. What was written just
    // now is read once more, with its tags.
    let expected = [
        "Microsoft GET /v1.0/me/contacts/delta: 1",
        "Zoho GET /crm/v8/Contacts: 2",
        "Zoho GET /crm/v8/Contacts/deleted: 1",
        "Zoho POST /crm/v8/coql: 1",
    ];
    stage.start_by_clock();
    // The second sync sees its own writes come back, the third sees nothing: neither writes.
    for _ in 0..2 {
        assert_eq!(calls(&mut stage), expected);
        assert_eq!(stage.writes(), 0);
    }
}

#[test]
fn a_sync_that_a_person_starts_counts_the_items() {
    let mut stage = two_hundred();
    calls(&mut stage);
    let requests = calls(&mut stage);
    assert!(requests.contains(&"Microsoft GET /v1.0/me/contacts: 1".to_owned()), "{requests:?}");
    assert_eq!(requests.len(), 5);
}

#[test]
fn an_edit_on_each_side_costs_a_write_on_the_other() {
    let mut stage = two_hundred();
    calls(&mut stage);
    stage.start_by_clock();
    let mut oracle = Oracle::default();
    stage.play(&Step::Edit { side: Side::Exchange, place: 3, field: 0, value: 1 }, &mut oracle);
    stage.play(&Step::Edit { side: Side::Crm, place: 7, field: 1, value: 2 }, &mut oracle);
    let expected = [
        "Microsoft GET /v1.0/me/contacts/delta: 1",
        "Microsoft POST /v1.0/$batch: 1",
        // The tags of what is read, twice, and a look before the write.
        "Zoho GET /crm/v8/Contacts: 3",
        "Zoho GET /crm/v8/Contacts/deleted: 1",
        "Zoho POST /crm/v8/coql: 1",
        "Zoho PUT /crm/v8/Contacts: 1",
    ];
    assert_eq!(calls(&mut stage), expected);
}

/// How many requests a sync makes to Exchange Server.
fn by_ews(stage: &mut Stage) -> u64 {
    let requests = calls(stage);
    let own = requests.iter().find_map(|line| line.strip_prefix("Microsoft POST /EWS/Exchange.asmx: "));
    own.expect("a request").parse().expect("a number")
}

/// What changed is told by 512 and read by 100, and written by 100: fewer requests can't do it.
fn floor(told: u64, read: u64, written: u64) -> u64 {
    told.div_ceil(512).max(1) + read.div_ceil(100) + written.div_ceil(100)
}

#[test]
fn by_exchange_web_services_a_sync_costs_the_floor() {
    let mut stage = Stage::new(Kind::Contact, Direction::Both { winner: Winner::Crm });
    stage.go_by(EWS);
    let mut oracle = Oracle::default();
    stage.play(&Step::Import { side: Side::Exchange, people: 0..600 }, &mut oracle);
    let cases = [
        ("a first sync reads all, and marks what the CRM has copies of", floor(600, 600, 600)),
        ("what was written is told once more", floor(600, 600, 0)),
        ("nothing has changed", floor(0, 0, 0)),
    ];
    for (why, wanted) in cases {
        assert_eq!(by_ews(&mut stage), wanted, "{why}");
    }
    stage.play(&Step::Import { side: Side::Crm, people: 2_000..2_150 }, &mut oracle);
    assert_eq!(by_ews(&mut stage), floor(0, 0, 150), "what is new in the CRM is created");
    assert_eq!(by_ews(&mut stage), floor(150, 150, 0), "and told once more");
}
