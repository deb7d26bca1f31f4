//! Plays a script to its end, with every promise checked on the way.

use crate::KINDS;
use crate::coverage::Coverage;
use crate::oracle::Oracle;
use crate::place::{Death, Moment};
use crate::promises::{self, promise};
use crate::script::Script;
use crate::stage::{Contents, Stage};
use mxs_core::Side;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The most syncs after the last step until everything has settled.
const SETTLING_MAX: usize = 7;

/// Of so many scripts one is played again: with a first sync after the last step that is killed, and with one that
/// loses an answer.
const AGAIN_EVERY: u64 = 8;

/// Among how many answers those are chosen that are lost.
const ANSWERS: u32 = 6;

/// How a script ended.
pub(crate) struct Outcome {
    /// What both sides hold; an error if somebody is there twice.
    pub(crate) contents: Result<Contents, String>,
    /// How much was ever created.
    pub(crate) created: u64,
}

/// What meets the first sync after the last step.
#[derive(Clone, Copy)]
enum Ending {
    /// Nothing; a person looks at it before.
    Calm,
    /// It dies at this call.
    Killed(u32),
    /// This answer of each vendor is lost.
    AnswerLost(u32),
    /// Somebody was added on this side, with whom nobody has to do.
    OneMore(Side),
}

/// Plays a script to its end and checks every promise; answers which failures it met. Panics where a promise is
/// broken, with the name of its check.
pub(crate) fn play(script: &Script) -> Coverage {
    let (mut stage, mut oracle) = played(script);
    let calls = stage.trace();
    let whole = settle(&mut stage, &mut oracle, Ending::Calm);
    let calls_of_the_first = stage.calls_of_the_first();
    promises::check_settled(&stage, &mut oracle);
    stage.forget_counts();
    stage.read_whole_pages();
    stage.sync(None).expect("nobody dies any more");
    promise!(i02_a_second_sync_writes_nothing(&stage));
    // One experiment a script: each costs syncs. By the seed alone each kind would have its own one only.
    match script.seed / KINDS.len() as u64 % 3 {
        0 => promise!(i19_reading_anew_changes_nothing(&mut stage, &oracle)),
        rest => promise!(i11_conflicts_follow_the_rule(&mut stage, &mut oracle, rest == 1)),
    }
    promises::check_always(&stage, &mut oracle);
    if script.seed.is_multiple_of(AGAIN_EVERY) {
        let call = 1 + (script.seed / AGAIN_EVERY % u64::from(calls_of_the_first)) as u32;
        let again = |ending| {
            let (mut stage, mut oracle) = played(script);
            (stage.trace(), settle(&mut stage, &mut oracle, ending))
        };
        let (calls_again, killed) = again(Ending::Killed(call));
        promise!(i25_the_same_script_makes_the_same_calls(calls, calls_again));
        promise!(i07_a_killed_run_ends_like_a_whole_one(&whole, &killed));
        let (_, lost) = again(Ending::AnswerLost(call % ANSWERS));
        promise!(i08_a_lost_answer_ends_like_one_that_came(&whole, &lost));
        let side = if call.is_multiple_of(2) { Side::Crm } else { Side::Exchange };
        let (_, beside) = again(Ending::OneMore(side));
        promise!(i12_one_record_more_changes_no_other(&whole, &beside, &stage.bystander()));
    }
    stage.coverage()
}

/// A stage on which the steps of a script were played.
fn played(script: &Script) -> (Stage, Oracle) {
    let (mut stage, mut oracle) = (Stage::new(script.kind, script.direction), Oracle::default());
    stage.go_by(script.door);
    for step in &script.steps {
        stage.play(step, &mut oracle);
        if step.syncs() {
            promises::check_always(&stage, &mut oracle);
        }
    }
    (stage, oracle)
}

/// Syncs until everything has settled.
fn settle(stage: &mut Stage, oracle: &mut Oracle, ending: Ending) -> Outcome {
    stage.calm_down();
    match ending {
        Ending::Calm => {}
        Ending::Killed(call) => {
            stage.sync(Some(Death::Call(call, if call.is_multiple_of(2) { Moment::Before } else { Moment::After })));
        }
        Ending::AnswerLost(skip) => {
            stage.lose_an_answer(skip);
            stage.sync(None).expect("nobody dies any more");
            stage.calm_down();
        }
        Ending::OneMore(side) => stage.add_bystander(side, oracle),
    }
    stage.watch_the_first();
    let (mut came_through, mut is_looked_at) = (false, matches!(ending, Ending::Calm));
    for left in (0..SETTLING_MAX).rev() {
        let acts = oracle.acts;
        stage.answer_reports(oracle);
        stage.forget_counts();
        let conflicts = stage.conflicts().len();
        let is_plain = stage.is_without_calendars();
        let shown = (is_looked_at || stage.may_mail()).then(|| stage.look_ahead().ok()).flatten();
        let counted = shown.as_ref().filter(|_| stage.may_mail()).map(|shown| shown.mails);
        let report = stage.sync(None).expect("nobody dies any more");
        promise!(i20_the_syncs_settle(&report.end, left));
        if std::env::var("DEBUG").is_ok() {
            eprintln!("{report:?} {} ITEMS {:?}", stage.debug_printed(), stage.records(Side::Exchange));
        }
        // Of a series nobody knows what the CRM has no way to write until it is to be written.
        if let Some(shown) = shown.filter(|_| std::mem::take(&mut is_looked_at) && is_plain) {
            promise!(i23_a_sync_does_what_was_shown(&shown, &report));
        }
        promise!(i15_the_mails_are_those_that_were_counted(stage, counted));
        promises::check_always(stage, oracle);
        // What a series has in common comes back with each day that differs, and goes on from there.
        if came_through && acts == oracle.acts && is_plain && stage.is_without_calendars() {
            promise!(i09_its_own_writes_come_back_as_nothing(stage, conflicts));
        }
        if stage.writes() == 0 && stage.reported().is_empty() {
            return Outcome { contents: stage.scene().map(|scene| scene.contents), created: stage.tally().created };
        }
        stage.meet_own_writes();
        came_through = stage.problems() == 0;
    }
    unreachable!("the last one has not settled");
}

/// Plays a script; answers the failures it met, or the message of the panic. Where one check alone is asked for, no
/// other panic counts.
pub(crate) fn outcome(script: &Script) -> Result<Coverage, String> {
    catch_unwind(AssertUnwindSafe(|| play(script))).or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default();
        if promises::is_asked(&text) { Err(text) } else { Ok(Coverage::default()) }
    })
}

/// Takes steps out as long as the rest still fails.
pub(crate) fn shrink(script: &Script) -> Script {
    let mut shortest = script.clone();
    let mut index = shortest.steps.len();
    while index > 0 {
        index -= 1;
        let mut shorter = shortest.clone();
        shorter.steps.remove(index);
        if outcome(&shorter).is_err() {
            shortest = shorter;
            index = index.min(shortest.steps.len());
        }
    }
    shortest
}
