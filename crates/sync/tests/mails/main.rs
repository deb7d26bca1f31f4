//! Mails against both stand-ins: random scripts with faults and deaths, from seeds, and stories.
//!
//! `./build.sh simulate --kind mails --seeds 100000` runs more of them than the tests do.

mod loops;
mod place;
mod script;
#[path = "../simulate/seeds.rs"]
mod seeds;
mod stage;
mod stories;
#[path = "../simulate/tamper.rs"]
mod tamper;

use script::{Step, script};
use stage::Stage;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Plays a script, by Exchange Web Services or by Graph.
fn outcome(steps: &[Step], by_ews: bool) -> Result<(), String> {
    let play = || {
        let mut stage = Stage::new();
        stage.by_ews = by_ews;
        steps.iter().for_each(|step| stage.play(step));
        stage.settle();
    };
    catch_unwind(AssertUnwindSafe(play)).map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
    })
}

/// Leaves out steps as long as the script still fails.
fn shrink(mut steps: Vec<Step>, by_ews: bool) -> Vec<Step> {
    let mut at = 0;
    while at < steps.len() {
        let mut fewer = steps.clone();
        fewer.remove(at);
        if outcome(&fewer, by_ews).is_err() { steps = fewer } else { at += 1 }
    }
    steps
}

#[test]
fn every_promise_holds_in_every_script() {
    let report = |seed| {
        let shortest = shrink(script(seed), false);
        let broken = outcome(&shortest, false).err().unwrap_or_default();
        format!("{broken}\n{shortest:#?}\nagain: ./build.sh simulate --kind mails --from {seed} --seeds 1")
    };
    seeds::play_all(seeds::asked(), |seed, (): &mut ()| outcome(&script(seed), false).is_ok(), report);
}

/// How many scripts are played by Exchange Web Services.
const BY_EWS: u64 = 40;

#[test]
fn every_promise_holds_by_exchange_web_services() {
    let report = |seed| {
        let shortest = shrink(script(seed), true);
        format!("{}\n{shortest:#?}", outcome(&shortest, true).err().unwrap_or_default())
    };
    seeds::play_all(0..BY_EWS, |seed, (): &mut ()| outcome(&script(seed), true).is_ok(), report);
}

/// Mails of several people, to several records, on both sides of the sync.
fn first_sync() -> Vec<Step> {
    use script::Kind;
    let arrive = |(person, kind)| Step::Arrive { person, kind, folder: "inbox" };
    let mut steps: Vec<Step> = (0..4).map(|person| arrive((person, Kind::ToTwo))).collect();
    steps.extend([(0, Kind::Private), (1, Kind::Plain), (2, Kind::Excluded)].map(arrive));
    steps.extend((0..5).map(|person| Step::AddRecord { person, module: "Contacts" }));
    steps.extend([Step::Send { person: 3 }, Step::AddRecord { person: 3, module: "Leads" }]);
    steps
}

#[test]
fn killed_at_every_call_the_next_sync_finishes_the_work() {
    let mut whole = Stage::new();
    first_sync().iter().for_each(|step| whole.play(step));
    whole.sync(None).expect("nobody dies");
    let (calls, expected) = (whole.calls, whole.emails().len());
    assert!(calls > 10 && expected == 13, "{calls} calls, {expected} mails");
    for call in 1..=calls {
        for moment in [place::Moment::Before, place::Moment::After] {
            for store_is_lost in [false, true] {
                let mut stage = Stage::new();
                first_sync().iter().for_each(|step| stage.play(step));
                assert!(stage.sync(Some((call, moment))).is_none(), "it dies at call {call}");
                if store_is_lost {
                    stage.play(&Step::LoseStore);
                }
                stage.settle();
                assert_eq!(stage.emails().len(), expected, "died at call {call}, {moment:?}");
            }
        }
    }
}
