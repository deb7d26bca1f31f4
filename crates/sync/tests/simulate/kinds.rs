//! What people do to records of each kind can be told from what is there afterwards, on each side: otherwise no
//! script could judge a sync.

use crate::oracle::Oracle;
use crate::script::Step;
use crate::stage::{FIELDS, Stage, Values};
use mxs_core::{Direction, Kind, Side, Winner};

const BOTH: Direction = Direction::Both { winner: Winner::Crm };

fn stage_of(kind: Kind) -> Stage {
    Stage::new(kind, BOTH)
}

/// What the only record of a side holds.
fn held(stage: &Stage, side: Side) -> Values {
    let contents = stage.contents();
    let mut there = contents.into_iter().filter(|((_, other), _)| *other == side);
    let (_, fields) = there.next().expect("a record");
    assert!(there.next().is_none(), "one record");
    fields
}

#[test]
fn what_is_written_is_read_and_what_is_emptied_is_gone() {
    for kind in crate::KINDS.iter().copied() {
        for side in [Side::Crm, Side::Exchange] {
            let (mut stage, mut oracle) = (stage_of(kind), Oracle::default());
            stage.play(&Step::Add { side, person: 1 }, &mut oracle);
            let given = (1..FIELDS).filter(|field| stage.props().given(*field, 1).is_some());
            let fields: Vec<usize> = [0].into_iter().chain(given).collect();
            assert_eq!(held(&stage, side).into_keys().collect::<Vec<_>>(), fields, "{kind:?} {side:?}");
            let mut before = held(&stage, side);
            // A field that tells who is who is left alone until there is a link.
            let fields = || (0..FIELDS).filter(|field| !stage_of(kind).props().tells(*field));
            for (field, value) in fields().zip(5..) {
                stage.play(&Step::Edit { side, place: 0, field, value }, &mut oracle);
                let written = oracle.writes.last().and_then(|write| write.value.clone()).expect("a value");
                before.insert(field, written);
                assert_eq!(held(&stage, side), before, "{kind:?} {side:?} {field}");
            }
            for field in fields() {
                stage.play(&Step::Empty { side, place: 0, field }, &mut oracle);
                before.remove(&field);
                assert_eq!(held(&stage, side), before, "{kind:?} {side:?} {field}");
            }
            stage.play(&Step::Delete { side, place: 0 }, &mut oracle);
            assert!(stage.contents().is_empty(), "{kind:?} {side:?}");
        }
    }
}

#[test]
fn twins_are_one_person_and_a_move_is_no_delete() {
    for kind in crate::KINDS.iter().copied() {
        let (mut stage, mut oracle) = (Stage::new(kind, BOTH), Oracle::default());
        for person in [1, 2] {
            stage.play(&Step::AddTwins { person }, &mut oracle);
        }
        let mut people: Vec<String> = stage.contents().into_keys().map(|(person, _)| person).collect();
        people.dedup();
        assert_eq!((stage.contents().len(), people.len()), (4, 2), "{kind:?}: {people:?}");
        let away = stage.move_away(0).expect("an item");
        assert_eq!(stage.contents().len(), 4, "{kind:?}");
        stage.move_back(&away);
        stage.move_away(0);
        stage.delete_folder();
        assert_eq!(stage.contents().len(), 3, "{kind:?}");
    }
}

#[test]
fn what_no_record_can_be_made_for_is_nobodys() {
    for kind in crate::KINDS.iter().copied() {
        for number in 0..3 {
            let (mut stage, mut oracle) = (Stage::new(kind, BOTH), Oracle::default());
            stage.play(&Step::AddPoison { number }, &mut oracle);
            assert!(oracle.poisoned > 0 && stage.contents().is_empty(), "{kind:?} {number}");
            assert_eq!(stage.poisoned().len(), oracle.poisoned, "{kind:?} {number}");
        }
    }
}
