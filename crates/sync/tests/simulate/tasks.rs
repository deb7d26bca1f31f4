//! What scripts have found of tasks, each as a short story.

use crate::oracle::Oracle;
use crate::script::Step;
use crate::stage::Stage;
use mxs_core::{Direction, Kind, Side, Winner};

#[test]
fn what_to_do_fills_in_is_no_value() {
    // Found by the simulation (tasks, seed 52969): after the database was lost, the status and the importance that
    // every task of To Do has were written into records that had none.
    let (mut stage, mut oracle) =
        (Stage::new(Kind::Task, Direction::Both { winner: Winner::Exchange }), Oracle::default());
    stage.play(&Step::Import { side: Side::Crm, people: 1..4 }, &mut oracle);
    stage.sync(None).expect("nobody dies");
    let before = stage.contents();
    assert_eq!(before.len(), 6, "three tasks on both sides");
    stage.lose_the_database();
    stage.forget_counts();
    stage.sync(None).expect("nobody dies");
    assert_eq!((stage.writes(), stage.problems()), (0, 0));
    assert_eq!(stage.contents(), before);
}

#[test]
fn a_task_whose_record_was_made_anew_names_the_new_one() {
    // There is room for one mark on a task, and it named the record that was deleted; a task that was moved then had
    // nobody to go on for, and was copied again.
    let (mut stage, mut oracle) = (Stage::new(Kind::Task, Direction::Both { winner: Winner::Crm }), Oracle::default());
    stage.play(&Step::AddTwins { person: 1 }, &mut oracle);
    stage.sync(None).expect("nobody dies");
    stage.play(&Step::Delete { side: Side::Crm, place: 0 }, &mut oracle);
    stage.play(&Step::Add { side: Side::Crm, person: 1 }, &mut oracle);
    for _ in 0..2 {
        stage.sync(None).expect("nobody dies");
        assert_eq!((stage.contents().len(), stage.problems()), (2, 0));
    }
    stage.move_away(0).expect("an item");
    stage.forget_counts();
    stage.sync(None).expect("nobody dies");
    assert_eq!((stage.contents().len(), stage.problems(), stage.writes()), (2, 0, 0));
}

#[test]
fn a_task_that_was_moved_is_deleted_where_it_is() {
    // Found by the simulation (tasks, seed 1333): the delete named the list that the task had been in.
    let (mut stage, mut oracle) = (Stage::new(Kind::Task, Direction::Both { winner: Winner::Crm }), Oracle::default());
    stage.play(&Step::Add { side: Side::Exchange, person: 1 }, &mut oracle);
    stage.play(&Step::Add { side: Side::Exchange, person: 2 }, &mut oracle);
    stage.sync(None).expect("nobody dies");
    stage.move_away(0).expect("an item");
    let gone = stage.record_of(Side::Exchange, 1).expect("an item");
    let place = (0..2).find(|place| stage.record_of(Side::Crm, *place).as_ref() == Some(&gone)).expect("its record");
    stage.play(&Step::Delete { side: Side::Crm, place }, &mut oracle);
    let report = stage.sync(None).expect("nobody dies");
    assert!(report.end.is_ok(), "{report:?}");
    assert_eq!((stage.contents().len(), stage.problems()), (2, 0));
}
