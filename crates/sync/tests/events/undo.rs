//! Syncs that are taken back: series, single events and meetings. Nobody is mailed who wasn't to be.

use crate::interrupted::{everything, titles};
use crate::place::{Death, Moment};
use crate::stage::{COLLEAGUE, Stage, id, item, record};
use mxs_core::journal::Untouched;
use mxs_core::{Field, Mails, Reason};
use serde_json::json;

/// What both calendars show, and what is on both sides.
type Shown = (Vec<String>, Vec<String>, Vec<String>);

fn shown(stage: &Stage) -> Shown {
    (stage.in_crm(), stage.in_outlook(), titles(stage))
}

fn no_mails() -> Vec<String> {
    Vec::new()
}

/// A meeting of the salesperson's, with one guest.
fn meeting(title: &str) -> serde_json::Value {
    let mut meeting = item(title, "2026-03-11T09:00:00", "2026-03-11T10:00:00", "UTC");
    meeting["attendees"] = json!([{ "emailAddress": { "address": COLLEAGUE } }]);
    meeting
}

/// On both sides a series of which one day is left out, a single event and a meeting, in sync.
fn settled() -> Stage {
    let mut stage = everything();
    stage.settle();
    stage
}

#[test]
fn a_first_sync_that_is_taken_back_was_never_there() {
    let mut stage = everything();
    let before = shown(&stage);
    stage.sync();
    let run = stage.last_run();
    stage.policy.allow_mass_delete = true;
    let undone = stage.undo(run);
    assert_eq!((undone.left, shown(&stage)), (vec![], before.clone()));
    stage.rest();
    assert_eq!((shown(&stage), stage.mails()), (before, no_mails()));
}

#[test]
fn edits_that_are_taken_back_leave_their_sources() {
    let mut stage = settled();
    stage.change_record(&id(&stage.record("Daily")), &json!({ "Event_Title": "Every day" }));
    let special = stage.occurrence(&id(&stage.item("Weekly")), "2026-03-16");
    stage.change_item(&special, &json!({ "subject": "Very special" }));
    let before = shown(&stage);
    stage.sync();
    let run = stage.last_run();
    let after = shown(&stage);
    assert_ne!(after, before);
    let undone = stage.undo(run);
    assert_eq!((undone.left, shown(&stage)), (vec![], before.clone()));
    stage.rest();
    assert_eq!(shown(&stage), before);
    // And the undo in its turn.
    let undone = stage.undo(run + 1);
    assert_eq!((undone.left, shown(&stage), stage.mails()), (vec![], after, no_mails()));
    stage.rest();
}

/// Somebody deletes a meeting in Outlook, which tells its guest, and a series in the CRM.
fn deleted(stage: &mut Stage) -> u64 {
    stage.delete_item(&id(&stage.item("Review")));
    stage.delete_record(&id(&stage.record("Daily")));
    assert_eq!(stage.mails().len(), 1);
    stage.sync();
    assert_eq!(titles(stage).iter().filter(|title| title.contains("Review") || title.contains("Daily")).count(), 0);
    stage.last_run()
}

#[test]
fn what_was_deleted_comes_back_without_mails() {
    let mut stage = settled();
    let before = shown(&stage);
    let run = deleted(&mut stage);
    let preview = stage.preview_undo(run);
    assert_eq!((preview.preview.mails, preview.preview.summary.to_crm.created), (0, 2));
    let undone = stage.undo(run);
    // The guest of the CRM's meeting is not invited anew.
    let held = |left: &mxs_core::journal::Left| matches!(left.why, Untouched::Held(Reason::HeldMails { .. }));
    assert!(undone.left.iter().all(held), "{:?}", undone.left);
    // A day of a series that is left out is cancelled by the next sync.
    stage.settle_but_for_the_calendars();
    assert_eq!((shown(&stage), stage.mails()), (before, no_mails()));
}

#[test]
fn an_undo_that_dies_anywhere_is_finished_by_another() {
    let story = || {
        let mut stage = settled();
        let before = shown(&stage);
        stage.change_record(&id(&stage.record("Weekly")), &json!({ "Event_Title": "Every week" }));
        let run = deleted(&mut stage);
        (stage, before, run)
    };
    let (mut stage, before, run) = story();
    assert!(stage.undo(run).left.len() < 2);
    stage.settle_but_for_the_calendars();
    let expected = shown(&stage);
    assert_ne!(expected, before, "what somebody edited stays");
    for call in 1.. {
        let mut lived = false;
        for moment in [Moment::Before, Moment::After] {
            let (mut stage, _, run) = story();
            lived |= stage.undo_until(run, Some(Death::Call(call, moment))).is_some();
            stage.undo(run);
            stage.settle_but_for_the_calendars();
            assert_eq!((shown(&stage), stage.mails()), (expected.clone(), no_mails()), "died at {call}, {moment:?}");
        }
        if lived {
            assert!(call > 10, "{call}");
            break;
        }
    }
}

#[test]
fn guests_are_not_told_of_an_undo_unless_that_is_allowed() {
    for mails in [Mails::Hold, Mails::Send] {
        let mut stage = Stage::that_mails();
        stage.add_item(&meeting("Review"));
        stage.sync();
        stage.mails();
        stage.change_record(&id(&stage.record("Review")), &json!({ "Event_Title": "Big review" }));
        stage.sync();
        assert_eq!(stage.mails().len(), 1, "the sync told the guest");
        let run = stage.last_run();
        stage.policy.mails = mails;
        let preview = stage.preview_undo(run);
        let undone = stage.undo(run);
        let sent = stage.mails().len();
        match mails {
            Mails::Hold => {
                let left = undone.left.first().expect("what is held");
                assert_eq!(
                    (left.field, &left.why),
                    (Some(Field::Subject), &Untouched::Held(Reason::HeldMails { recipients: 1 }))
                );
                assert_eq!((sent, preview.preview.mails, preview.preview.held_mails), (0, 0, 1));
                stage.item("Big review");
            }
            Mails::Send => {
                assert_eq!((sent, preview.preview.mails, undone.left), (1, 1, vec![]));
                stage.item("Review");
            }
        }
        stage.record("Big review");
        stage.rest();
    }
}

#[test]
fn a_copy_with_guests_is_not_cancelled() {
    let mut stage = Stage::that_mails();
    let mut offer = record("Offer", "2026-03-12T09:00:00+00:00", "2026-03-12T10:00:00+00:00");
    offer["Participants"] = json!([{ "type": "email", "participant": COLLEAGUE }]);
    stage.add_record(&offer);
    stage.sync();
    assert_eq!(stage.mails().len(), 1, "the guest is invited");
    let run = stage.last_run();
    stage.policy.mails = Mails::Hold;
    let undone = stage.undo(run);
    assert_eq!(undone.left.first().map(|left| &left.why), Some(&Untouched::Held(Reason::HeldMails { recipients: 1 })));
    stage.item("Offer");
    stage.policy.mails = Mails::Send;
    assert_eq!(stage.undo(run).left, []);
    assert_eq!((stage.items().len(), stage.mails().len()), (0, 1));
    stage.rest();
    assert_eq!((stage.items().len(), stage.records().len()), (0, 1));
}
