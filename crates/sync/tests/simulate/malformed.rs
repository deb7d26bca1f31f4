//! Answers that are not what the vendors promise: nothing is half done that the next sync doesn't finish.

use crate::oracle::Oracle;
use crate::script::Step;
use crate::stage::Stage;
use crate::watch::Damage;
use mxs_core::{Direction, Kind, Side, Winner};
use mxs_world::Service;

/// How many answers of each vendor are damaged, each by itself. No sync of the story gets more.
const ANSWERS: u32 = 14;

/// How many ways there are tried to damage each.
const WAYS: usize = 6;

/// A number without a factor in common with the number of damages, so that the ways differ.
const STRIDE: usize = 7919;

/// The most syncs until all is well again. What can't be read waits for one, and its partner for another.
const SYNCS_MAX: usize = 4;

/// Both sides have changed since the last sync.
fn story(kind: Kind) -> Stage {
    let (mut stage, mut oracle) = (Stage::new(kind, Direction::Both { winner: Winner::Crm }), Oracle::default());
    let before = [
        Step::Import { side: Side::Exchange, people: 1..4 },
        Step::Import { side: Side::Crm, people: 4..7 },
        Step::AddTwins { person: 7 },
        Step::Sync,
    ];
    let after = [
        Step::Edit { side: Side::Exchange, place: 0, field: 1, value: 1 },
        Step::Edit { side: Side::Crm, place: 2, field: 2, value: 2 },
        Step::Delete { side: Side::Crm, place: 4 },
        Step::Add { side: Side::Crm, person: 8 },
        Step::Add { side: Side::Exchange, person: 9 },
    ];
    before.iter().chain(&after).for_each(|step| stage.play(step, &mut oracle));
    stage
}

#[test]
fn a_malformed_answer_costs_a_sync_and_nothing_else() {
    for kind in [Kind::Contact, Kind::Task] {
        let mut whole = story(kind);
        (0..2).for_each(|_| drop(whole.sync(None).expect("nobody dies")));
        let expected = whole.contents();
        assert_eq!(whole.problems(), 0);
        let mut damaged = 0;
        for service in [Service::Microsoft, Service::Zoho] {
            for skip in 0..ANSWERS {
                for way in 0..WAYS {
                    let damage = Damage { service, skip, choice: way * STRIDE + skip as usize };
                    let mut stage = story(kind);
                    stage.damage(damage);
                    stage.sync(None).expect("nobody dies");
                    damaged += u32::from(stage.is_damaged());
                    let settles = (0..SYNCS_MAX).any(|_| {
                        let report = stage.sync(None).expect("nobody dies");
                        report.end.is_ok() && stage.problems() == 0 && stage.contents() == expected
                    });
                    assert!(settles, "{kind:?} {damage:?}: {} {:?}", stage.problems(), stage.contents());
                }
            }
        }
        assert!(damaged > 50, "answers were damaged: {damaged}");
    }
}
