//! What a person is shown before a sync is what the sync does.

use crate::oracle::Oracle;
use crate::promises::i23_a_sync_does_what_was_shown;
use crate::script::{Step, script};
use crate::stage::Stage;
use mxs_core::{Action, Direction, Kind, Side, Winner};
use mxs_sync::Failure;

/// How many scripts are played.
const SEEDS: u64 = 100;

#[test]
fn a_preview_writes_nothing_and_the_approved_sync_does_what_it_said() {
    let mut told = 0;
    for seed in 0..SEEDS {
        let script = script(seed, Kind::Contact);
        let mut stage = Stage::new(script.kind, script.direction);
        let mut oracle = Oracle::default();
        for step in &script.steps {
            stage.play(step, &mut oracle);
        }
        stage.calm_down();
        stage.forget_counts();
        let before = stage.contents();
        let preview = stage.preview();
        assert_eq!((stage.writes(), stage.contents()), (0, before), "seed {seed}: a preview writes");
        assert_eq!(stage.preview().fingerprint, preview.fingerprint, "seed {seed}: the same plan is another");
        let report = stage.sync_approved(preview.fingerprint);
        assert!(report.end.is_ok(), "seed {seed}: {report:?}");
        assert_eq!(i23_a_sync_does_what_was_shown(&preview, &report), Ok(()), "seed {seed}");
        told += preview.rows.len();
    }
    assert!(told > 100, "there was something to tell: {told}");
}

#[test]
fn a_plan_that_is_no_longer_the_approved_one_is_not_carried_out() {
    let mut stage = Stage::new(Kind::Contact, Direction::Both { winner: Winner::Crm });
    let mut oracle = Oracle::default();
    stage.play(&Step::Add { side: Side::Crm, person: 1 }, &mut oracle);
    let approved = stage.preview();
    assert_eq!(approved.rows.iter().map(|row| &row.what).collect::<Vec<_>>(), [&Action::Create]);
    stage.play(&Step::Add { side: Side::Exchange, person: 2 }, &mut oracle);
    stage.forget_counts();
    let report = stage.sync_approved(approved.fingerprint);
    assert_eq!((report.end, stage.writes()), (Err(Failure::PlanChanged), 0));
    let approved = stage.preview();
    let report = stage.sync_approved(approved.fingerprint);
    assert!(report.end.is_ok(), "{report:?}");
    assert_eq!(stage.contents().len(), 4, "both people are on both sides");
}
