//! Meetings that three colleagues have, each of whom syncs: one event in the CRM, whoever comes first.

use crate::place::{Death, Moment};
use crate::stage::{ASSISTANT, COLLEAGUE, SALES, Stage, id, item, record};
use mxs_core::{Action, Reason};
use mxs_world::zoho::Sharing;
use serde_json::{Value, json};

const ALL: [&str; 3] = [SALES, COLLEAGUE, ASSISTANT];

/// In whichever order they come, everybody organizes once and comes first once.
const ORDERS: [[&str; 3]; 6] = [
    [SALES, COLLEAGUE, ASSISTANT],
    [SALES, ASSISTANT, COLLEAGUE],
    [COLLEAGUE, SALES, ASSISTANT],
    [COLLEAGUE, ASSISTANT, SALES],
    [ASSISTANT, SALES, COLLEAGUE],
    [ASSISTANT, COLLEAGUE, SALES],
];

fn meeting(organizer: &str) -> Value {
    let mut event = item("Review", "2026-03-10T09:00:00", "2026-03-10T10:00:00", "UTC");
    let guests = ALL.into_iter().filter(|guest| *guest != organizer);
    event["attendees"] = guests.map(|guest| json!({ "emailAddress": { "address": guest } })).collect();
    event
}

/// A meeting of all three, to which two were invited a while ago.
fn invited_by(organizer: &str) -> Stage {
    let stage = Stage::new();
    stage.add_item_of(organizer, &meeting(organizer));
    stage.mails();
    stage
}

/// All three sync, in this order.
fn sync(stage: &mut Stage, order: [&str; 3]) {
    for who in order {
        stage.turn_to(who);
        stage.sync();
    }
}

/// All three sync; once more nothing is written. Nobody was mailed.
fn settle(stage: &mut Stage, order: [&str; 3]) {
    sync(stage, order);
    for who in order {
        stage.turn_to(who);
        stage.rest();
    }
    assert_eq!(stage.mails(), Vec::<String>::new());
}

/// Who of all three has the event in the CRM; the others' is left out for that reason.
fn holder(stage: &mut Stage) -> Vec<&'static str> {
    let mut holders = Vec::new();
    for who in ALL {
        stage.turn_to(who);
        match stage.reasons().as_slice() {
            [] => holders.push(who),
            reasons => assert!(reasons.iter().all(|reason| *reason == Reason::ThroughColleague), "{who}: {reasons:?}"),
        }
    }
    holders
}

/// The only record's id and owner.
fn only_record(stage: &Stage) -> (String, String) {
    let records = stage.records();
    assert_eq!(records.len(), 1, "{records:?}");
    (id(&records[0]), id(&records[0]["Owner"]))
}

#[test]
fn whoever_comes_first_has_the_only_event() {
    for organizer in ALL {
        for order in ORDERS {
            let mut stage = invited_by(organizer);
            settle(&mut stage, order);
            let (_, owner) = only_record(&stage);
            assert_eq!(holder(&mut stage), [order[0]], "{organizer} invited, {order:?}");
            stage.turn_to(order[0]);
            assert_eq!(owner, stage.owner(), "{organizer} invited, {order:?}");
        }
    }
}

#[test]
fn a_preview_says_the_same_and_claims_nothing() {
    let mut stage = invited_by(SALES);
    for who in ALL {
        stage.turn_to(who);
        let rows: Vec<Action> = stage.preview().rows.into_iter().map(|row| row.what).collect();
        assert_eq!(rows, [Action::Create], "{who} would be the first");
    }
    sync(&mut stage, ORDERS[2]);
    stage.turn_to(SALES);
    let rows: Vec<Action> = stage.preview().rows.into_iter().map(|row| row.what).collect();
    assert_eq!(rows, [Action::Skip(Reason::ThroughColleague)]);
    end(&mut stage, ORDERS[2][0], End::Disconnected);
    stage.turn_to(SALES);
    let rows: Vec<Action> = stage.preview().rows.into_iter().map(|row| row.what).collect();
    assert_eq!(rows, [Action::HandOver]);
}

/// What changes comes to the CRM through one mailbox, and nobody asks anew.
#[test]
fn what_the_organizer_changes_reaches_the_only_event() {
    let mut stage = Stage::new();
    let made = stage.add_item_of(ASSISTANT, &meeting(ASSISTANT));
    stage.mails();
    settle(&mut stage, ORDERS[0]);
    stage.change_item_of(ASSISTANT, &made, &json!({ "subject": "Review 2" }));
    stage.mails();
    settle(&mut stage, ORDERS[3]);
    assert_eq!(stage.record("Review 2")["Event_Title"], "Review 2");
    assert_eq!((only_record(&stage).1, holder(&mut stage)), (owner_of(&mut stage, SALES), vec![SALES]));
}

/// The events that got another owner, by all journals.
fn handed_over(stage: &mut Stage) -> Vec<String> {
    let mut told = Vec::new();
    for who in ALL {
        stage.turn_to(who);
        told.extend(stage.handed_over());
    }
    told
}

fn owner_of(stage: &mut Stage, who: &str) -> String {
    stage.turn_to(who);
    stage.owner()
}

/// What leads to another holder.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Declined,
    Deleted,
    Disconnected,
}

/// Somebody no longer has the meeting, or doesn't sync it any more.
fn end(stage: &mut Stage, who: &str, how: End) {
    stage.turn_to(who);
    let item = stage.only_item_of(who);
    match how {
        End::Declined => stage.answer(who, &item, "declined"),
        End::Deleted => stage.delete_item_of(who, &item),
        End::Disconnected => stage.switch_off(true),
    }
    stage.mails();
    if how != End::Disconnected {
        stage.sync();
    }
}

#[test]
fn the_next_one_takes_the_same_event_over_with_what_was_written_there() {
    for how in [End::Declined, End::Deleted, End::Disconnected] {
        for order in ORDERS.into_iter().filter(|order| how != End::Declined || order[0] != SALES) {
            let mut stage = invited_by(SALES);
            settle(&mut stage, order);
            let before = only_record(&stage);
            stage.change_record(&before.0, &json!({ "Tag": [{ "name": "VIP" }] }));
            end(&mut stage, order[0], how);
            for who in [order[2], order[1]] {
                stage.turn_to(who);
                stage.sync();
            }
            for who in [order[1], order[2]] {
                stage.turn_to(who);
                stage.rest();
            }
            let after = only_record(&stage);
            assert_eq!((&after.0, stage.records()[0]["Tag"][0]["name"].as_str()), (&before.0, Some("VIP")), "{how:?}");
            assert_eq!(after.1, owner_of(&mut stage, order[2]), "{how:?} {order:?}");
            // Whoever gave or took it says so; it may have been given to one and taken by another, who came first.
            let told = handed_over(&mut stage);
            assert!(!told.is_empty() && told.iter().all(|record| *record == after.0), "{how:?} {order:?}: {told:?}");
            // Whoever comes back to it finds it there.
            stage.turn_to(order[0]);
            stage.switch_off(false);
            stage.rest();
            assert_eq!((only_record(&stage), stage.mails()), (after, vec![]), "{how:?} {order:?}");
        }
    }
}

#[test]
fn the_event_goes_with_the_last_who_has_the_meeting() {
    let mut stage = invited_by(ASSISTANT);
    settle(&mut stage, ORDERS[0]);
    for (who, left) in [(SALES, 1), (COLLEAGUE, 1), (ASSISTANT, 0)] {
        end(&mut stage, who, End::Deleted);
        assert_eq!(stage.records().len(), left, "{who}");
        sync(&mut stage, ORDERS[0]);
        assert_eq!(stage.records().len(), left, "{who}");
    }
}

/// The meeting is still the others', and they didn't delete anything.
#[test]
fn an_event_that_is_deleted_in_the_crm_is_anothers_then() {
    let mut stage = invited_by(ASSISTANT);
    settle(&mut stage, ORDERS[0]);
    let (before, _) = only_record(&stage);
    stage.turn_to(SALES);
    stage.delete_record(&before);
    settle(&mut stage, ORDERS[0]);
    let (after, owner) = only_record(&stage);
    assert_ne!(after, before);
    assert_eq!(owner, owner_of(&mut stage, COLLEAGUE));
    assert_eq!((stage.items().len(), stage.only_item_of(ASSISTANT).is_empty()), (0, false));
}

#[test]
fn a_lost_database_ends_in_one_whoever_comes_first() {
    for order in ORDERS {
        let mut stage = invited_by(SALES);
        settle(&mut stage, ORDERS[2]);
        let before = only_record(&stage);
        stage.lose_the_database();
        settle(&mut stage, order);
        assert_eq!((only_record(&stage), holder(&mut stage)), (before, vec![COLLEAGUE]), "{order:?}");
    }
}

#[test]
fn killed_at_every_call_there_is_one_event() {
    // The first to come, who makes the event, and the second, who doesn't.
    for first in [true, false] {
        let ready = || {
            let mut stage = invited_by(SALES);
            if !first {
                stage.turn_to(ASSISTANT);
                stage.sync();
            }
            stage.turn_to(COLLEAGUE);
            stage
        };
        let mut whole = ready();
        whole.sync();
        for call in 1..=whole.calls() {
            for moment in [Moment::Before, Moment::After] {
                for order in [ORDERS[0], ORDERS[3]] {
                    let mut stage = ready();
                    assert!(stage.sync_until(Some(Death::Call(call, moment))).is_none(), "it dies at call {call}");
                    // Whoever died holds what it claimed until it comes back.
                    sync(&mut stage, order);
                    settle(&mut stage, order);
                    only_record(&stage);
                    assert_eq!(holder(&mut stage).len(), 1, "died at call {call}, {moment:?}");
                }
            }
        }
    }
}

#[test]
fn killed_while_it_is_taken_over_nothing_is_lost() {
    for how in [End::Deleted, End::Disconnected] {
        let ready = || {
            let mut stage = invited_by(ASSISTANT);
            settle(&mut stage, ORDERS[0]);
            end(&mut stage, SALES, how);
            stage.turn_to(COLLEAGUE);
            stage
        };
        let mut whole = ready();
        whole.sync();
        let expected = only_record(&whole);
        for call in 1..=whole.calls() {
            for moment in [Moment::Before, Moment::After] {
                let mut stage = ready();
                assert!(stage.sync_until(Some(Death::Call(call, moment))).is_none(), "it dies at call {call}");
                for who in [COLLEAGUE, ASSISTANT, COLLEAGUE, ASSISTANT] {
                    stage.turn_to(who);
                    stage.sync();
                }
                assert_eq!(only_record(&stage), expected, "died at call {call}, {moment:?}, {how:?}");
            }
        }
    }
}

#[test]
fn killed_while_the_holder_leaves_nothing_is_lost() {
    let ready = || {
        let mut stage = invited_by(ASSISTANT);
        settle(&mut stage, ORDERS[0]);
        stage.delete_item_of(SALES, &stage.only_item_of(SALES));
        stage.turn_to(SALES);
        stage
    };
    let (mut whole, expected) = (ready(), only_record(&ready()));
    whole.sync();
    for call in 1..=whole.calls() {
        for moment in [Moment::Before, Moment::After] {
            let mut stage = ready();
            assert!(stage.sync_until(Some(Death::Call(call, moment))).is_none(), "it dies at call {call}");
            settle(&mut stage, ORDERS[2]);
            settle(&mut stage, ORDERS[0]);
            assert_eq!(only_record(&stage).0, expected.0, "died at call {call}, {moment:?}");
        }
    }
}

/// Who may not see or change what others own can't take it over, but be given it. What nobody gives stays where it is, and
/// is not doubled.
#[test]
fn who_may_not_take_it_over_is_given_it() {
    for sharing in [Sharing::Private, Sharing::PublicReadOnly] {
        for how in [End::Declined, End::Deleted, End::Disconnected] {
            let mut stage = invited_by(ASSISTANT);
            stage.share(sharing);
            settle(&mut stage, ORDERS[0]);
            let before = only_record(&stage);
            end(&mut stage, SALES, how);
            for who in [ASSISTANT, COLLEAGUE, ASSISTANT, COLLEAGUE] {
                stage.turn_to(who);
                stage.sync();
            }
            let after = only_record(&stage);
            assert_eq!(after.0, before.0, "{sharing:?} {how:?}");
            let is_given = how != End::Disconnected;
            let owner = owner_of(&mut stage, if is_given { COLLEAGUE } else { SALES });
            assert_eq!(after.1, owner, "{sharing:?} {how:?}");
            stage.turn_to(COLLEAGUE);
            let expected = if is_given { vec![] } else { vec![Reason::ThroughColleague] };
            assert_eq!(stage.reasons(), expected, "{sharing:?} {how:?}");
            let told: &[String] = if is_given { std::slice::from_ref(&after.0) } else { &[] };
            assert_eq!(handed_over(&mut stage), told, "{sharing:?} {how:?}");
        }
    }
}

/// A meeting that was made in the CRM, and to which colleagues were invited by mail, is there already.
#[test]
fn a_meeting_from_the_crm_is_one_event_too() {
    for repeats in [false, true] {
        let mut stage = Stage::that_mails();
        let mut made = record("Review", "2026-03-10T09:00:00+00:00", "2026-03-10T10:00:00+00:00");
        let people = [COLLEAGUE, ASSISTANT].map(|address| json!({ "type": "email", "participant": address }));
        made["Participants"] = json!(people);
        if repeats {
            made["Recurring_Activity"] =
                json!({ "RRULE": "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;DTSTART=2026-03-10;COUNT=4" });
        }
        stage.add_record(&made);
        sync(&mut stage, ORDERS[0]);
        assert_eq!(stage.mails().len(), 2, "repeats: {repeats}");
        settle(&mut stage, ORDERS[3]);
        only_record(&stage);
        assert_eq!(holder(&mut stage), [SALES], "repeats: {repeats}");
    }
}

/// A series, of which one day differs, is in one hand.
#[test]
fn a_series_and_its_days_are_one_persons() {
    for order in ORDERS {
        let mut stage = Stage::new();
        let mut weekly = meeting(SALES);
        weekly["recurrence"] = json!({
            "pattern": { "type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"], "firstDayOfWeek": "monday" },
            "range": { "type": "numbered", "startDate": "2026-03-10", "numberOfOccurrences": 4 },
        });
        let made = stage.add_item(&weekly);
        stage.change_item(&stage.occurrence(&made, "2026-03-17"), &json!({ "subject": "Special" }));
        stage.mails();
        settle(&mut stage, order);
        assert_eq!(stage.records().len(), 2, "{order:?}: {:?}", stage.records());
        let owner = owner_of(&mut stage, order[0]);
        assert!(stage.records().iter().all(|record| record["Owner"]["id"] == owner.as_str()), "{order:?}");
        // A day that differs later is a record beside it, of the same owner, whoever hears of it first.
        stage.change_item(&stage.occurrence(&made, "2026-03-24"), &json!({ "subject": "Later" }));
        stage.mails();
        settle(&mut stage, [order[2], order[1], order[0]]);
        assert_eq!(stage.records().len(), 3, "{order:?}: {:?}", stage.records());
        assert!(stage.records().iter().all(|record| record["Owner"]["id"] == owner.as_str()), "{order:?}");
        if order[0] != SALES {
            // With the series its days go over too.
            let series = stage.series_of(order[0]);
            stage.delete_item_of(order[0], &series);
            settle(&mut stage, order);
            let next = owner_of(&mut stage, order[1]);
            assert_eq!(stage.records().len(), 3, "{order:?}: {:?}", stage.records());
            assert!(stage.records().iter().all(|record| record["Owner"]["id"] == next.as_str()), "{order:?}");
        }
    }
}

/// Nobody else has what nobody else was invited to.
#[test]
fn an_event_without_guests_is_nobody_elses() {
    let mut stage = Stage::new();
    for who in ALL {
        stage.add_item_of(who, &item("Focus", "2026-03-10T09:00:00", "2026-03-10T10:00:00", "UTC"));
    }
    settle(&mut stage, ORDERS[0]);
    assert_eq!(stage.records().len(), 3);
}
