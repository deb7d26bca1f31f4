//! The whole sync against both stand-ins: random scripts with faults and deaths, from seeds.
//!
//! `./build.sh simulate --seeds 100000` runs more of them than the tests do, `--from 7 --seeds 1` that of one seed. A
//! failure prints its seed and the shortest part of its script that still fails.

mod come_back;
mod cost;
mod coverage;
mod kinds;
mod malformed;
mod oracle;
mod orphans;
mod place;
mod playing;
mod preview;
mod promises;
mod script;
mod seeds;
#[path = "../events/shown.rs"]
#[allow(dead_code, reason = "the stories of events need more of it")]
mod shown;
mod stage;
mod tasks;
mod troubles;
mod undo;
mod watch;

use coverage::Coverage;
use mxs_core::Kind;
use oracle::Oracle;
use place::{Death, Moment};
use playing::{outcome, shrink};
use script::{Script, Step, script};
use stage::{Door, Stage};

/// The first so many scripts meet every failure that can be met.
const ENOUGH: u64 = 600;

/// The kinds that are synced, in turn.
const KINDS: &[Kind] = &[Kind::Contact, Kind::Task, Kind::Event];

/// The kinds that `KIND` asks for; without it all that are synced.
fn kinds() -> &'static [Kind] {
    match std::env::var("KIND").as_deref() {
        Err(_) | Ok("all") => KINDS,
        Ok("contacts") => &[Kind::Contact],
        Ok("tasks") => &[Kind::Task],
        Ok("events") => &[Kind::Event],
        Ok(other) => panic!("KIND: {other} are not synced yet"),
    }
}

/// The script of a seed: of a kind that its turn it is.
fn script_of(seed: u64, kinds: &[Kind]) -> Script {
    let script = script(seed, kinds[(seed % kinds.len() as u64) as usize]);
    let door = std::env::var("DOOR").unwrap_or_else(|_| "graph".to_owned());
    let (_, by) = DOORS.into_iter().find(|(name, _)| *name == door).expect("DOOR: graph, ews, moves or back");
    by(script)
}

/// Exchange Web Services, as the newest servers speak them.
const EWS: Door = Door::Ews(mxs_ews::ServerVersion::Exchange2016);

/// Makes a script that is by another door of one by Graph.
type By = fn(Script) -> Script;

/// By which doors a script's mailbox is reached: by one, or it moves to Microsoft 365 on the way, or back.
const DOORS: [(&str, By); 4] = [
    ("graph", |script| script),
    ("ews", |script| Script { door: EWS, ..script }),
    ("moves", |script| Script { door: EWS, ..script }.moving(Door::Graph)),
    ("back", |script| script.moving(EWS)),
];

/// How many scripts are played by each other door. `DOOR` and `SEEDS` play more.
const BY_OTHER_DOORS: u64 = 36;

#[test]
fn every_promise_holds_by_every_door() {
    for (name, by) in DOORS.into_iter().skip(1) {
        let script_of = |seed| by(script(seed, KINDS[(seed % KINDS.len() as u64) as usize]));
        let play = |seed, (): &mut ()| outcome(&script_of(seed)).is_ok();
        let report = |seed| {
            let shortest = shrink(&script_of(seed));
            format!("by {name}: {}\n{shortest}", outcome(&shortest).err().unwrap_or_default())
        };
        seeds::play_all(0..BY_OTHER_DOORS, play, report);
    }
}

#[test]
fn every_promise_holds_in_every_script() {
    let (kinds, seeds) = (kinds(), seeds::asked());
    let play = |seed, met: &mut Coverage| outcome(&script_of(seed, kinds)).map(|more| met.join(&more)).is_ok();
    let report = |seed| {
        let shortest = shrink(&script_of(seed, kinds));
        let broken = outcome(&shortest).err().unwrap_or_default();
        let kind = shortest.kind_word();
        format!("{broken}\n{shortest}  again: ./build.sh simulate --kind {kind} --from {seed} --seeds 1")
    };
    let mut met = Coverage::default();
    seeds::play_all(seeds.clone(), play, report).iter().for_each(|share: &Coverage| met.join(share));
    println!("failures met, by their number in the project's list:\n{met}");
    let are_enough = promises::are_all_asked() && seeds.start == 0 && seeds.end >= ENOUGH && kinds.len() == KINDS.len();
    assert!(!are_enough || met.missing().is_empty(), "never met: {:?}", met.missing());
}

/// A first sync of contacts on both sides, some of them the same.
fn first_sync() -> Script {
    use mxs_core::{Direction, Side, Winner};
    let add = |side| move |person| Step::Add { side, person };
    let mut steps: Vec<Step> = (1..=3).map(add(Side::Exchange)).chain((4..=6).map(add(Side::Crm))).collect();
    steps.extend((7..=9).map(|person| Step::AddTwins { person }));
    // Namesakes without an address, who have nothing else in common.
    let add = |(side, person)| Step::AddUnaddressed { side, person, name: 1 };
    steps.extend([(Side::Exchange, 10), (Side::Exchange, 11), (Side::Crm, 12), (Side::Crm, 13)].map(add));
    Script {
        kind: Kind::Contact,
        door: Door::Graph,
        direction: Direction::Both { winner: Winner::Crm },
        steps,
        seed: 0,
    }
}

#[test]
fn killed_at_every_call_the_next_sync_finishes_the_work() {
    let mut whole = Stage::new(Kind::Contact, first_sync().direction);
    let mut oracle = Oracle::default();
    for step in &first_sync().steps {
        whole.play(step, &mut oracle);
    }
    whole.sync(None).expect("nobody dies");
    let (calls, expected) = (whole.calls(), whole.contents());
    assert!(calls > 10, "there is something to interrupt: {calls} calls");
    for call in 1..=calls {
        for moment in [Moment::Before, Moment::After] {
            let mut stage = Stage::new(Kind::Contact, first_sync().direction);
            let mut oracle = Oracle::default();
            for step in &first_sync().steps {
                stage.play(step, &mut oracle);
            }
            assert!(stage.sync(Some(Death::Call(call, moment))).is_none(), "it dies at call {call}");
            stage.sync(None).expect("nobody dies");
            assert_eq!(stage.contents(), expected, "died at call {call}, {moment:?}");
            stage.forget_counts();
            stage.sync(None).expect("nobody dies");
            assert_eq!(stage.writes(), 0, "a second sync after death at call {call}, {moment:?}, writes");
        }
    }
}
