//! Syncs that are taken back, each as a short story, with contacts and with tasks.

use crate::oracle::Oracle;
use crate::place::{Death, Moment};
use crate::script::{Choice, Step};
use crate::stage::{Contents, Stage};
use mxs_core::journal::Untouched;
use mxs_core::{Action, Direction, Kind, Reason, Side, Winner};
use mxs_sync::{End, Failure, Undone};
use mxs_world::{Effect, Service};

const BOTH: Direction = Direction::Both { winner: Winner::Crm };
const KINDS: [Kind; 2] = [Kind::Contact, Kind::Task];

/// What happens before the sync that is taken back.
struct Story {
    name: &'static str,
    direction: Direction,
    /// Answers what is to be there once it was taken back.
    begins: fn(&mut Stage, &mut Oracle) -> Contents,
}

fn play(stage: &mut Stage, oracle: &mut Oracle, steps: impl IntoIterator<Item = Step>) {
    steps.into_iter().for_each(|step| stage.play(&step, oracle));
}

/// People on both sides, some of them the same.
fn people(stage: &mut Stage, oracle: &mut Oracle) -> Contents {
    let add = |side| move |person| Step::Add { side, person };
    play(stage, oracle, (1..=3).map(add(Side::Exchange)).chain((4..=5).map(add(Side::Crm))));
    play(stage, oracle, [Step::AddTwins { person: 6 }]);
    stage.contents()
}

/// People who are in sync.
fn settled(stage: &mut Stage, oracle: &mut Oracle) -> Contents {
    people(stage, oracle);
    stage.sync(None).expect("nobody dies");
    stage.sync(None).expect("nobody dies");
    stage.contents()
}

/// The field that is edited on each side.
const IN_CRM: usize = 0;
const IN_MAILBOX: usize = 2;

fn edits(stage: &mut Stage, oracle: &mut Oracle) -> Contents {
    settled(stage, oracle);
    let edit = |side, place, field, value| Step::Edit { side, place, field, value };
    play(stage, oracle, [edit(Side::Crm, 0, IN_CRM, 1), edit(Side::Exchange, 1, IN_MAILBOX, 2)]);
    // Of one both fields, on different sides; and one field is emptied.
    let both = stage.record_of(Side::Crm, 2).expect("a record");
    let place = (0..6).find(|place| stage.record_of(Side::Exchange, *place).as_ref() == Some(&both)).expect("an item");
    play(stage, oracle, [edit(Side::Crm, 2, IN_CRM, 3), edit(Side::Exchange, place, IN_MAILBOX, 4)]);
    play(stage, oracle, [Step::Empty { side: Side::Crm, place: 4, field: IN_CRM }]);
    stage.contents()
}

fn deletes(stage: &mut Stage, oracle: &mut Oracle) -> Contents {
    let before = settled(stage, oracle);
    let first = stage.record_of(Side::Crm, 0);
    play(stage, oracle, [Step::Delete { side: Side::Crm, place: 0 }]);
    let other = (0..5).find(|place| stage.record_of(Side::Exchange, *place) != first).expect("an item");
    play(stage, oracle, [Step::Delete { side: Side::Exchange, place: other }]);
    before
}

/// What is deleted at the source of a sync in one direction comes back where it was deleted.
fn deletes_one_way(stage: &mut Stage, oracle: &mut Oracle) -> Contents {
    settled(stage, oracle);
    let source = stage.direction().winner();
    let gone = (stage.record_of(source, 0).expect("a record"), source);
    play(stage, oracle, [Step::Delete { side: source, place: 0 }]);
    let mut left = stage.contents();
    left.remove(&gone);
    left
}

/// What the sync deleted comes back whole, with a field that has flowed once and does no more; its partner, which a
/// person deleted, is a copy of today.
fn deletes_without_a_field(stage: &mut Stage, oracle: &mut Oracle) -> Contents {
    let mut expected = deletes(stage, oracle);
    let left = stage.contents();
    expected.iter_mut().filter(|(who, _)| !left.contains_key(who)).for_each(|(_, fields)| drop(fields.remove(&IN_CRM)));
    play(stage, oracle, [Step::Choose(Choice::Flow { field: IN_CRM, flow: None })]);
    expected
}

const STORIES: &[Story] = &[
    Story { name: "a first sync", direction: BOTH, begins: people },
    Story { name: "edits", direction: BOTH, begins: edits },
    Story { name: "deletes", direction: BOTH, begins: deletes },
    Story { name: "a first sync to the CRM", direction: Direction::ToCrm, begins: people },
    Story { name: "deletes to the CRM", direction: Direction::ToCrm, begins: deletes_one_way },
    Story { name: "deletes to the mailbox", direction: Direction::ToExchange, begins: deletes_one_way },
];

/// A stage on which a story has come to the end of its sync; what is to be there once that was taken back; and the run.
fn told(story: &Story, kind: Kind) -> (Stage, Contents, u64) {
    let (mut stage, mut oracle) = (Stage::new(kind, story.direction), Oracle::default());
    let expected = (story.begins)(&mut stage, &mut oracle);
    let report = stage.sync(None).expect("nobody dies");
    assert_eq!(report.end, Ok(End::Completed));
    assert!(stage.last_sync() != Default::default(), "{} of {kind:?}: there is something to take back", story.name);
    stage.allow_mass_delete(true);
    let run = stage.last_run();
    (stage, expected, run)
}

/// What a story does to each kind.
fn each(tell: impl Fn(&Story, Kind, &str)) {
    for story in STORIES {
        for kind in KINDS {
            tell(story, kind, &format!("{} of {kind:?}", story.name));
        }
    }
}

fn undone(stage: &mut Stage, run: u64) -> Undone {
    let undone = stage.undo(run, None).expect("nobody dies");
    assert_eq!(undone.report.end, Ok(End::Completed));
    assert_eq!(stage.gap_in_the_journal(), None);
    undone
}

/// Another sync has nothing to do, nor has one that reads everything.
fn rests(stage: &mut Stage, why: &str) {
    let before = stage.contents();
    for is_whole in [false, true] {
        if is_whole {
            stage.forget_cursors();
        }
        stage.forget_counts();
        let report = stage.sync(None).expect("nobody dies");
        assert_eq!(report.end, Ok(End::Completed), "{why}");
        assert_eq!((stage.writes(), stage.contents()), (0, before.clone()), "{why}: a sync writes; whole: {is_whole}");
        assert_eq!(stage.gap_in_the_journal(), None, "{why}");
    }
}

#[test]
fn a_sync_that_is_taken_back_was_never_there() {
    each(|story, kind, why| {
        let (mut stage, expected, run) = told(story, kind);
        let links = stage.links();
        let Undone { report, left } = undone(&mut stage, run);
        assert_eq!(left, [], "{why}: {report:?}");
        assert_eq!(stage.contents(), expected, "{why}");
        match story.name {
            "a first sync" => assert_eq!(stage.links(), 1, "{why}: those who were there twice are linked"),
            "deletes" => assert_eq!(stage.links(), links + 2, "{why}: what came back is linked"),
            _ => {}
        }
        rests(&mut stage, why);
        // Once more there is nothing to do.
        stage.forget_counts();
        let Undone { report, .. } = undone(&mut stage, run);
        assert_eq!((stage.writes(), stage.contents()), (0, expected), "{why}: {report:?}");
    });
}

#[test]
fn what_the_sync_deleted_comes_back_whole_where_a_field_flows_no_more() {
    for kind in KINDS {
        let story = Story { name: "deletes without a field", direction: BOTH, begins: deletes_without_a_field };
        let (mut stage, expected, run) = told(&story, kind);
        let Undone { left, .. } = undone(&mut stage, run);
        assert_eq!((left, stage.contents()), (vec![], expected), "{kind:?}");
        rests(&mut stage, story.name);
    }
}

#[test]
fn an_undo_is_taken_back_like_any_run() {
    each(|story, kind, why| {
        let (mut stage, expected, run) = told(story, kind);
        let after = stage.contents();
        undone(&mut stage, run);
        let Undone { left, .. } = undone(&mut stage, run + 1);
        assert_eq!(left, [], "{why}");
        assert_eq!(stage.contents(), after, "{why}");
        rests(&mut stage, why);
        let last = stage.last_run();
        assert!(last > run + 2);
        // And so on.
        let Undone { left, .. } = undone(&mut stage, run + 2);
        assert_eq!((left, stage.contents()), (vec![], expected), "{why}");
        rests(&mut stage, why);
    });
}

/// More calls than an undo makes.
const CALLS_MAX: u32 = 200;

/// Every other death is followed by a sync, before somebody takes the run back once more.
fn dies_everywhere(kind: Kind) {
    for story in STORIES {
        let mut deaths = 0;
        for call in 1..=CALLS_MAX {
            let mut lived = false;
            for moment in [Moment::Before, Moment::After] {
                let (mut stage, expected, run) = told(story, kind);
                lived |= stage.undo(run, Some(Death::Call(call, moment))).is_some();
                let why = format!("{} of {kind:?}, died at call {call}, {moment:?}", story.name);
                assert_eq!(stage.gap_in_the_journal(), None, "{why}");
                if call.is_multiple_of(2) == (moment == Moment::Before) {
                    stage.sync(None).expect("nobody dies");
                }
                undone(&mut stage, run);
                // A copy that was under way is the next sync's.
                stage.sync(None).expect("nobody dies");
                assert_eq!(stage.contents(), expected, "{why}");
                rests(&mut stage, &why);
            }
            if lived {
                break;
            }
            deaths += 1;
        }
        assert!((5..CALLS_MAX).contains(&deaths), "{} of {kind:?}: {deaths}", story.name);
    }
}

#[test]
fn an_undo_of_contacts_that_dies_anywhere_is_finished_by_another() {
    dies_everywhere(Kind::Contact);
}

#[test]
fn an_undo_of_tasks_that_dies_anywhere_is_finished_by_another() {
    dies_everywhere(Kind::Task);
}

#[test]
fn an_answer_that_gets_lost_doubles_nothing() {
    each(|story, kind, why| {
        for service in [Service::Microsoft, Service::Zoho] {
            for skip in 0..10 {
                let (mut stage, expected, run) = told(story, kind);
                let lost = Step::Fault { service, skip, effect: Effect::DropAfter };
                stage.play(&lost, &mut Oracle::default());
                undone(&mut stage, run);
                stage.sync(None).expect("nobody dies");
                assert_eq!(stage.contents(), expected, "{why}, {service:?} {skip}");
                rests(&mut stage, &format!("{why}, {service:?} {skip}"));
            }
        }
    });
}

#[test]
fn what_somebody_edited_since_stays() {
    for kind in KINDS {
        let (mut stage, mut oracle) = (Stage::new(kind, BOTH), Oracle::default());
        let expected = edits(&mut stage, &mut oracle);
        stage.sync(None).expect("nobody dies");
        let run = stage.last_run();
        // What was written is written over, and synced; and what was synced is edited where it came from, and isn't.
        let place = |stage: &Stage, side: Side, person: &Option<String>| {
            (0..6).find(|place| stage.record_of(side, *place) == *person).expect("it is there")
        };
        let (first, second) = (stage.record_of(Side::Crm, 0), stage.record_of(Side::Exchange, 1));
        let there = place(&stage, Side::Exchange, &first);
        stage.play(&Step::Edit { side: Side::Exchange, place: there, field: IN_CRM, value: 11 }, &mut oracle);
        stage.sync(None).expect("nobody dies");
        let here = place(&stage, Side::Exchange, &second);
        stage.play(&Step::Edit { side: Side::Exchange, place: here, field: IN_MAILBOX, value: 12 }, &mut oracle);
        let now = stage.contents();
        let Undone { left, report } = undone(&mut stage, run);
        let field = |field| Some(stage.props().fields(field)[0]);
        let mut told: Vec<_> = left.iter().map(|left| (left.record.side(), left.field, left.why.clone())).collect();
        told.sort_by_key(|(side, ..)| *side);
        let edited = Untouched::EditedSince;
        let wanted = [(Side::Crm, field(IN_MAILBOX), edited.clone()), (Side::Exchange, field(IN_CRM), edited)];
        assert_eq!(told, wanted, "{kind:?}");
        assert_eq!((report.summary.to_crm.skipped, report.summary.to_exchange.skipped), (1, 1), "{kind:?}");
        let after = stage.contents();
        for (key, fields) in &after {
            let is_edited = Some(&key.0) == first.as_ref() || Some(&key.0) == second.as_ref();
            let wanted = if is_edited { &now } else { &expected };
            assert_eq!(Some(fields), wanted.get(key), "{kind:?} {key:?}");
        }
        // The edit that the sync had not seen yet goes its way.
        stage.sync(None).expect("nobody dies");
        let value = stage.contents()[&(second.clone().expect("a person"), Side::Crm)].get(&IN_MAILBOX).cloned();
        assert_eq!(value, now[&(second.expect("a person"), Side::Exchange)].get(&IN_MAILBOX).cloned(), "{kind:?}");
        rests(&mut stage, &format!("{kind:?}"));
    }
}

#[test]
fn an_edit_that_no_sync_has_seen_goes_its_way_after_the_undo() {
    for kind in KINDS {
        let (mut stage, mut oracle) = (Stage::new(kind, BOTH), Oracle::default());
        edits(&mut stage, &mut oracle);
        stage.sync(None).expect("nobody dies");
        let run = stage.last_run();
        // Another field of a record that is taken back.
        let person = stage.record_of(Side::Crm, 0);
        let place = (0..6).find(|place| stage.record_of(Side::Exchange, *place) == person).expect("an item");
        stage.play(&Step::Edit { side: Side::Exchange, place, field: 3, value: 21 }, &mut oracle);
        assert_eq!(undone(&mut stage, run).left, [], "{kind:?}");
        stage.sync(None).expect("nobody dies");
        let person = person.expect("a person");
        let held = |side| stage.contents()[&(person.clone(), side)].get(&3).cloned();
        assert_eq!(held(Side::Crm), held(Side::Exchange), "{kind:?}");
        assert!(held(Side::Crm).is_some(), "{kind:?}");
        rests(&mut stage, &format!("{kind:?}"));
    }
}

#[test]
fn many_deletes_wait_for_a_person() {
    for kind in KINDS {
        let (mut stage, _, run) = told(&STORIES[0], kind);
        stage.allow_mass_delete(false);
        // Those who were there before the first sync, and who has an unchanged partner, are no deletes.
        play(&mut stage, &mut Oracle::default(), [Step::Import { side: Side::Crm, people: 100..121 }]);
        stage.sync(None).expect("nobody dies");
        let before = stage.contents();
        let undone = undone(&mut stage, run + 1);
        assert_eq!(undone.left.len(), 21, "{kind:?}");
        assert!(undone.left.iter().all(|left| left.why == Untouched::Held(Reason::HeldMassDelete)), "{kind:?}");
        assert_eq!(stage.contents(), before, "{kind:?}");
        rests(&mut stage, &format!("{kind:?}"));
    }
}

#[test]
fn a_preview_writes_nothing_and_only_what_was_approved_is_done() {
    each(|story, kind, why| {
        let (mut stage, expected, run) = told(story, kind);
        let before = stage.contents();
        stage.forget_counts();
        let shown = stage.preview_undo(run);
        assert_eq!((stage.writes(), stage.contents()), (0, before), "{why}: a preview writes");
        assert!(shown.preview.rows.iter().any(|row| !matches!(row.what, Action::Skip(_))), "{why}: {shown:?}");
        let mut other = told(story, kind).0;
        let report = other.undo_approved(run, shown.preview.fingerprint ^ 1).report;
        assert_eq!(report.end, Err(Failure::PlanChanged), "{why}");
        let Undone { report, left } = stage.undo_approved(run, shown.preview.fingerprint);
        assert_eq!((report.end, left), (Ok(End::Completed), shown.left), "{why}");
        assert_eq!(stage.contents(), expected, "{why}");
        let (said, done) = (shown.preview.summary, report.summary);
        assert_eq!((said.to_crm.deleted, said.to_crm.updated), (done.to_crm.deleted, done.to_crm.updated), "{why}");
    });
}
