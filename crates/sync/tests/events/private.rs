//! Private events: what they hold never leaves the mailbox.

use crate::stage::{Stage, id, item};
use mxs_core::Reason;
use mxs_world::Service;
use serde_json::{Value, json};

const SECRET: &str = "Oncologist";

fn secret(sensitivity: &str) -> Value {
    let mut event = item(SECRET, "2026-03-10T09:00:00", "2026-03-10T10:00:00", "UTC");
    event["sensitivity"] = json!(sensitivity);
    event
}

fn weekly(mut event: Value) -> Value {
    event["recurrence"] = json!({
        "pattern": { "type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"], "firstDayOfWeek": "monday" },
        "range": { "type": "numbered", "startDate": "2026-03-10", "numberOfOccurrences": 5 },
    });
    event
}

#[test]
fn a_private_event_never_reaches_the_crm() {
    for sensitivity in ["private", "confidential"] {
        for repeats in [false, true] {
            let mut stage = Stage::new();
            let event = secret(sensitivity);
            let made = stage.add_item(&if repeats { weekly(event) } else { event });
            if repeats {
                stage.change_item(
                    &stage.occurrence(&made, "2026-03-17"),
                    &json!({ "location": { "displayName": "Oncologist's other place" } }),
                );
            }
            stage.settle_but_for_the_calendars();
            stage.change_item(&made, &json!({ "location": { "displayName": "Oncologist's place" } }));
            stage.settle_but_for_the_calendars();
            assert!(stage.records().is_empty());
            assert!(!stage.watch.was_told(Service::Zoho, SECRET));
            assert!(!stage.remembered().contains(SECRET), "nor is it remembered");
            assert!(stage.reasons().iter().all(|reason| *reason == Reason::Private));
            stage.delete_item(&made);
            stage.settle();
        }
    }
}

#[test]
fn what_becomes_private_stays_as_it_was_and_comes_back_when_it_is_public_again() {
    let mut stage = Stage::new();
    let made = stage.add_item(&item("Doctor", "2026-03-10T09:00:00", "2026-03-10T10:00:00", "UTC"));
    stage.settle();
    stage.change_item(&made, &json!({ "sensitivity": "private", "subject": SECRET }));
    stage.settle_but_for_the_calendars();
    assert_eq!(stage.record("Doctor")["Start_DateTime"], "2026-03-10T09:00:00+00:00");
    assert!(!stage.watch.was_told(Service::Zoho, SECRET));
    assert!(!stage.remembered().contains(SECRET));
    // An edit in the CRM doesn't reach what is private.
    stage.change_record(&id(&stage.record("Doctor")), &json!({ "Venue": "Room 2" }));
    stage.settle_but_for_the_calendars();
    assert_eq!(stage.item(SECRET)["location"]["displayName"], "");

    stage.change_item(&made, &json!({ "sensitivity": "normal", "subject": "Check-up" }));
    stage.settle();
    assert_eq!(stage.record("Check-up")["Venue"], "Room 2");
    assert_eq!((stage.records().len(), stage.troubles(), stage.reasons()), (1, vec![], vec![]));
}

#[test]
fn one_private_day_of_a_public_series_is_a_gap_in_the_crm() {
    let mut stage = Stage::new();
    let made = stage.add_item(&weekly(item("Round", "2026-03-10T09:00:00", "2026-03-10T10:00:00", "UTC")));
    stage.change_item(&stage.occurrence(&made, "2026-03-17"), &json!({ "subject": SECRET, "sensitivity": "private" }));
    stage.settle_but_for_the_calendars();
    assert_eq!(stage.in_crm().len(), 4);
    assert!(!stage.watch.was_told(Service::Zoho, SECRET));
    assert!(!stage.remembered().contains(SECRET));
}

/// Found by the simulation (events, seed 24614): what had been written before a record was given away still came to the
/// mailbox, and even back to it.
#[test]
fn whose_a_record_became_while_its_event_was_private_counts() {
    for is_deleted in [false, true] {
        let mut stage = Stage::new();
        let event = stage.add_item(&secret("normal"));
        stage.settle();
        stage.change_item(&event, &json!({ "sensitivity": "private" }));
        let record = id(&stage.record(SECRET));
        stage.change_record(&record, &json!({ "Venue": "Room 1" }));
        stage.sync();
        stage.give_to_colleague(&record);
        stage.sync();
        if is_deleted {
            stage.delete_item(&event);
        } else {
            stage.change_item(&event, &json!({ "sensitivity": "normal" }));
        }
        stage.settle_but_for_the_calendars();
        let places: Vec<Value> =
            stage.items().into_iter().map(|item| item["location"]["displayName"].clone()).collect();
        assert_eq!(places.len(), usize::from(!is_deleted), "{places:?}");
        assert!(places.iter().all(|place| place != "Room 1"), "{places:?}");
    }
}
