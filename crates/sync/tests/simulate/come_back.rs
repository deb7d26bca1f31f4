//! Items that leave the folder and come back: Exchange may never tell.

use crate::script::Step;
use crate::stage::{Oracle, Stage};
use mxs_core::{Direction, Side, Winner};
use mxs_world::microsoft::{MovesTold, Rules};
use serde_json::json;

const RULES: [MovesTold; 3] = [MovesTold::FirstOnes, MovesTold::None, MovesTold::All];

/// Three items that are in the CRM too, for each direction and under each rule.
fn each(story: impl Fn(&mut Stage, &str)) {
    let both = Direction::Both { winner: Winner::Crm };
    for direction in [both, Direction::ToCrm] {
        for moves_told in RULES {
            let mut stage = Stage::new(direction);
            let mut oracle = Oracle::default();
            stage.play(&Step::Rules(Rules { moves_told, ..Rules::default() }), &mut oracle);
            for person in 1..=3 {
                stage.play(&Step::Add { side: Side::Exchange, person }, &mut oracle);
            }
            sync(&mut stage);
            assert_eq!(stage.contents().len(), 6);
            story(&mut stage, &format!("{direction:?}, {moves_told:?}"));
            stage.forget_counts();
            sync(&mut stage);
            assert_eq!(stage.writes(), 0, "{direction:?}, {moves_told:?}: it does not settle");
        }
    }
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
