//! Items that leave the folder and come back: Exchange may never tell.

use crate::oracle::Oracle;
use crate::place::Fate;
use crate::script::Step;
use crate::stage::Stage;
use mxs_core::{Direction, Kind, Side, Winner};
use mxs_world::microsoft::{MovesTold, Rules};
use serde_json::json;

/// Every set of rules about leaving and coming.
fn rules() -> Vec<Rules> {
    let mut rules = Vec::new();
    for moves_told in [MovesTold::FirstOnes, MovesTold::None, MovesTold::All] {
        for (delete_is_final, recoverable_hidden) in [(false, false), (true, false), (true, true)] {
            rules.push(Rules { moves_told, delete_is_final, recoverable_hidden, ..Rules::default() });
        }
    }
    rules
}

/// Three items that are in the CRM too, for each direction and under each set of rules.
fn each(story: impl Fn(&mut Stage, &str)) {
    let both = Direction::Both { winner: Winner::Crm };
    for direction in [both, Direction::ToCrm] {
        for rules in rules() {
            let why = format!("{direction:?}, {rules:?}");
            let mut stage = three(direction, rules);
            story(&mut stage, &why);
            stage.forget_counts();
            sync(&mut stage);
            assert_eq!(stage.writes(), 0, "{why}: it does not settle");
        }
    }
}

fn three(direction: Direction, rules: Rules) -> Stage {
    let mut stage = Stage::new(Kind::Contact, direction);
    let mut oracle = Oracle::default();
    stage.play(&Step::Rules(rules), &mut oracle);
    for person in 1..=3 {
        stage.play(&Step::Add { side: Side::Exchange, person }, &mut oracle);
    }
    sync(&mut stage);
    assert_eq!(stage.contents().len(), 6);
    stage
}

fn sync(stage: &mut Stage) {
    let report = stage.sync(None).expect("nobody dies");
    assert!(report.end.is_ok(), "{report:?}");
}

fn delete_first(stage: &mut Stage) {
    stage.play(&Step::Delete { side: Side::Exchange, place: 0 }, &mut Oracle::default());
}

fn restore(stage: &mut Stage) {
    stage.play(&Step::Restore, &mut Oracle::default());
}

#[test]
fn deleted_and_restored_between_two_syncs_nothing_has_happened() {
    each(|stage, why| {
        delete_first(stage);
        restore(stage);
        stage.forget_counts();
        sync(stage);
        assert_eq!((stage.contents().len(), stage.writes()), (6, 0), "{why}");
    });
}

#[test]
fn restored_after_a_sync_that_followed_the_delete_it_is_copied_anew() {
    each(|stage, why| {
        delete_first(stage);
        sync(stage);
        assert_eq!(stage.contents().len(), 4, "{why}: the copy follows");
        restore(stage);
        sync(stage);
        assert_eq!(stage.contents().len(), 6, "{why}: the contact is lost for the sync");
    });
}

#[test]
fn an_item_without_a_copy_is_not_forgotten_while_it_is_away() {
    each(|stage, why| {
        // Without a last name the CRM takes nobody.
        stage.add_item(&json!({ "givenName": "Only",
            "emailAddresses": [{ "address": "only@example.com", "name": "Only" }] }));
        sync(stage);
        assert_eq!(stage.reasons().len(), 1, "{why}");
        stage.play(&Step::MoveAwayAndBack { place: 3 }, &mut Oracle::default());
        sync(stage);
        assert_eq!(stage.reasons().len(), 1, "{why}: it is forgotten though it is there");
        let away = stage.move_away(3).expect("an item");
        sync(stage);
        assert_eq!(stage.reasons(), [], "{why}");
        stage.move_back(&away);
        sync(stage);
        assert_eq!(stage.reasons().len(), 1, "{why}: it is not seen again");
    });
}

#[test]
fn a_linked_item_waits_elsewhere_and_goes_on_when_it_is_back() {
    each(|stage, why| {
        let away = stage.move_away(0).expect("an item");
        stage.forget_counts();
        sync(stage);
        assert_eq!(stage.writes(), 0, "{why}: leaving is no delete");
        stage.play(&Step::Edit { side: Side::Exchange, place: 0, field: 0, value: 1 }, &mut Oracle::default());
        stage.move_back(&away);
        sync(stage);
        assert_eq!(stage.contents().len(), 6, "{why}");
        assert_eq!(stage.problems(), 0, "{why}: it still counts as away");
    });
}

#[test]
fn a_folder_that_is_deleted_takes_its_contacts_along() {
    each(|stage, why| {
        stage.move_away(0).expect("an item");
        stage.delete_folder();
        sync(stage);
        assert_eq!((stage.contents().len(), stage.problems()), (4, 0), "{why}: the copy follows");
    });
}

#[test]
fn an_item_that_somebody_else_deletes_under_the_runs_hands_is_gone_and_no_trouble() {
    let both = Direction::Both { winner: Winner::Crm };
    let mut tries = 0;
    for rules in rules() {
        for purge in [false, true] {
            for call in 1.. {
                let mut stage = three(both, rules.clone());
                let fate = Fate::meddled_with(call, stage.deletes_the_first_persons_item(purge));
                stage.play(&Step::Delete { side: Side::Crm, place: 0 }, &mut Oracle::default());
                let report = stage.sync_under(&fate).expect("nobody dies");
                let why = format!("{rules:?}, purge {purge}, before call {call}");
                assert!(report.end.is_ok(), "{why}: {report:?}");
                assert_eq!(report.summary.to_exchange.failed, 0, "{why}: {report:?}");
                sync(&mut stage);
                assert_eq!((stage.contents().len(), stage.problems()), (4, 0), "{why}");
                tries += 1;
                if call > fate.calls() {
                    break;
                }
            }
        }
    }
    assert!(tries > 100, "there was something to meddle with: {tries}");
}
