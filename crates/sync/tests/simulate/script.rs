//! What happens in a simulation: a script that follows from a seed.

mod accidents;
mod calendar;
mod choices;
mod reach;

use crate::stage::Door;
pub(crate) use calendar::Act;
pub(crate) use choices::Choice;
use mxs_core::{Direction, Kind, Side};
use mxs_world::microsoft::{MovesTold, Rules, TodoRules, TokenDeath};
use mxs_world::{Effect, Service};
use std::fmt;
use std::ops::Range;

/// One thing that happens. Records are named by their place in the listing, so that a script still makes
/// sense when steps are taken out of it.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// A person adds a record on one side.
    Add { side: Side, person: u32 },
    /// A person adds a record that has a `name` in common with others and nothing else.
    AddUnaddressed { side: Side, person: u32, name: u32 },
    /// A person adds the same record on both sides.
    AddTwins { person: u32 },
    /// A person deletes a record.
    Delete { side: Side, place: u32 },
    /// A person writes a new value into a field.
    Edit { side: Side, place: u32, field: usize, value: u32 },
    /// A person empties a field.
    Empty { side: Side, place: u32, field: usize },
    /// The function's database is lost.
    LoseDatabase,
    /// Microsoft forgets its delta tokens.
    KillTokens { death: TokenDeath },
    /// Microsoft throttles the next requests.
    Throttle { times: u32 },
    /// Microsoft throttles parts of the next batch.
    ThrottleParts { times: u32 },
    /// The next request that fits meets a fault.
    Fault { service: Service, skip: u32, effect: Effect },
    /// A sync runs.
    Sync,
    /// A sync runs and dies at a call.
    Die { call: u32, after: bool },
    /// A sync runs and dies when something was created, before the sync is told.
    DieUntold,
    /// Time passes.
    Wait { seconds: u32 },
    /// Microsoft follows these rules from now on.
    Rules(Rules),
    /// A person moves an item to another folder and back.
    MoveAwayAndBack { place: u32 },
    /// A person moves an item to another folder, for good.
    MoveAway { place: u32 },
    /// From now on the folder that items are moved to is read, too.
    ReadElsewhere,
    /// A person deletes everything on a side.
    DeleteAll { side: Side },
    /// A person adds many records at once.
    Import { side: Side, people: Range<u32> },
    /// A person adds items that no record can be made for.
    AddPoison { number: u32 },
    /// A sync runs and is taken back, and that too.
    TakeBack,
    /// A sync runs, and before a call a person writes a new value into a field.
    SyncMeddledWith { call: u32, place: u32, field: usize, value: u32 },
    /// Microsoft puts fewer items on a page than it is asked for.
    SmallPages { size: u32 },
    /// The CRM does what it is asked for next, and falls silent.
    FallSilent,
    /// The next page after a first one is refused: its token is dead.
    KillPaging,
    /// A person puts an item into the category of what is private, or into none.
    Categorize { place: u32, into: bool },
    /// A record is given to a colleague.
    HandOver { place: u32 },
    /// The salesperson may no longer write records of this kind in the CRM, nor perhaps see them.
    Forbid { may_see: bool },
    /// The salesperson may do everything again.
    Allow,
    /// Somebody in charge chooses a rule.
    Choose(Choice),
    /// A person takes the item that was deleted last out of Deleted Items or Recoverable Items, unless there is
    /// another of the same person.
    Restore,
    /// A person does something that only events have.
    InCalendar(Act),
}

impl Step {
    /// Whether a sync runs.
    pub(crate) const fn syncs(&self) -> bool {
        matches!(self, Step::Sync | Step::Die { .. } | Step::DieUntold | Step::SyncMeddledWith { .. } | Step::TakeBack)
    }
}

/// A script and the rules it runs under.
#[derive(Clone)]
pub(crate) struct Script {
    pub(crate) kind: Kind,
    /// By which door the mailbox is reached.
    pub(crate) door: Door,
    pub(crate) direction: Direction,
    pub(crate) steps: Vec<Step>,
    /// What the script follows from. It also decides what is tried after the last step.
    pub(crate) seed: u64,
}

impl Script {
    /// What `./build.sh simulate --kind` takes for its kind.
    pub(crate) const fn kind_word(&self) -> &'static str {
        match self.kind {
            Kind::Contact => "contacts",
            Kind::Task => "tasks",
            Kind::Event => "events",
        }
    }
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  {:?} {:?}", self.kind, self.direction)?;
        self.steps.iter().try_for_each(|step| writeln!(f, "  {step:?}"))
    }
}

/// A stream of choices from a seed.
pub(crate) struct Dice(mxs_world::Ids);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(mxs_world::Ids::new(seed))
    }

    fn below(&mut self, limit: u32) -> u32 {
        (self.0.next_number() % u64::from(limit)) as u32
    }

    fn coin(&mut self) -> bool {
        self.below(2) == 0
    }

    fn side(&mut self) -> Side {
        if self.coin() { Side::Crm } else { Side::Exchange }
    }
}

/// How many names there are for people without an address.
const NAMES: u32 = 3;

/// Tells the dice of accidents from the script's own.
const ACCIDENTS: u64 = 0xacc1_de27;

/// Tell the dice of choices, of what leaves the sync's reach and of calendars from the others.
const CHOICES: u64 = 0xc401_ce50;
const REACH: u64 = 0x0ea_c4ed;
const CALENDAR: u64 = 0xca1_e4da;
const ELSEWHERE: u64 = 0xe15e_04e4;

/// Tells the dice of syncs that are taken back from the others; and among how many scripts one has such.
const UNDO: u64 = 0x0dd_0b4c;
const UNDO_ONE_IN: u32 = 3;

/// The most steps of a script.
const STEPS_MAX: u32 = 40;

/// The script of `seed`, for records of one kind.
pub(crate) fn script(seed: u64, kind: Kind) -> Script {
    let mut dice = Dice::new(seed);
    let direction = choices::direction(&mut dice);
    let (mut person, mut value) = (0, 0);
    let next = |counter: &mut u32| {
        *counter += 1;
        *counter
    };
    // People without an address don't meet a lost database: where all memory is gone, nothing but the contents
    // says who is who, and of an edited copy without a mark they don't say it.
    let unaddressed = dice.coin() && kind == Kind::Contact;
    let mut steps = Vec::new();
    for _ in 0..dice.below(6) {
        let person = next(&mut person);
        steps.push(match dice.below(3) {
            0 => Step::AddTwins { person },
            1 if unaddressed => Step::AddUnaddressed { side: dice.side(), person, name: dice.below(NAMES) },
            _ => Step::Add { side: dice.side(), person },
        });
    }
    for _ in 0..10 + dice.below(STEPS_MAX - 10) {
        let (side, place) = (dice.side(), dice.below(8));
        let step = match dice.below(20) {
            0 if unaddressed => Step::AddUnaddressed { side, person: next(&mut person), name: dice.below(NAMES) },
            0 => Step::Add { side, person: next(&mut person) },
            1 => Step::Delete { side, place },
            2..=6 => Step::Edit { side, place, field: dice.below(4) as usize, value: next(&mut value) },
            7 => Step::Empty { side, place, field: dice.below(4) as usize },
            8 if dice.coin() && !unaddressed => Step::LoseDatabase,
            8 => {
                let deaths = [TokenDeath::GoneWithLocation, TokenDeath::GoneWithoutLocation, TokenDeath::BadRequest];
                Step::KillTokens { death: deaths[dice.below(3) as usize] }
            }
            9 => Step::Throttle { times: 1 + dice.below(3) },
            10 | 11 => fault(&mut dice),
            12 if unaddressed => {
                steps.push(Step::DieUntold);
                Step::Edit { side: Side::Crm, place, field: 0, value: next(&mut value) }
            }
            12..=14 => Step::Die { call: 1 + dice.below(25), after: dice.coin() },
            15 => Step::Wait { seconds: 1 + dice.below(4_000) },
            _ => Step::Sync,
        };
        steps.push(step);
    }
    come_back(&mut Dice::new(!seed), &mut steps);
    accidents::insert(&mut Dice::new(seed ^ ACCIDENTS), &mut steps, &mut person, &mut value);
    choices::insert(&mut Dice::new(seed ^ CHOICES), &mut steps);
    reach::insert(&mut Dice::new(seed ^ REACH), &mut steps);
    if kind == Kind::Event {
        reach::insert_elsewhere(&mut Dice::new(seed ^ ELSEWHERE), &mut steps);
    }
    let mut undo = Dice::new(seed ^ UNDO);
    if undo.below(UNDO_ONE_IN) == 0 {
        // Behind the rules, which come first.
        steps.insert(1 + undo.below(steps.len() as u32) as usize, Step::TakeBack);
    }
    let mut direction = direction;
    if kind == Kind::Event && calendar::insert(&mut Dice::new(seed ^ CALENDAR), &mut steps) {
        direction = Direction::Both { winner: choices::winner(direction) };
    }
    if let Some(field) = telling(kind)
        && steps.iter().any(|step| matches!(step, Step::LoseDatabase))
    {
        steps.iter_mut().for_each(|step| leave_alone(step, field));
    }
    Script { kind, door: Door::Graph, direction, steps, seed }
}

/// The field that says which record is which where all memory is gone, beside what nobody edits.
const fn telling(kind: Kind) -> Option<usize> {
    match kind {
        Kind::Contact => None,
        Kind::Task => Some(1),
        Kind::Event => Some(3),
    }
}

/// Writes another field than this.
fn leave_alone(step: &mut Step, alone: usize) {
    match step {
        Step::Edit { field, .. } | Step::Empty { field, .. } | Step::SyncMeddledWith { field, .. }
            if *field == alone =>
        {
            *field = 0;
        }
        _ => {}
    }
}

/// Puts in between what people do to items that come back, and begins with the rules for it. It has dice of
/// its own, so that the rest of a script stays what it is.
fn come_back(dice: &mut Dice, steps: &mut Vec<Step>) {
    for _ in 0..dice.below(8) {
        let at = dice.below(steps.len() as u32 + 1) as usize;
        let place = dice.below(8);
        match dice.below(3) {
            0 => steps.insert(at, Step::MoveAwayAndBack { place }),
            1 => steps.insert(at, Step::Restore),
            _ => {
                // Deleted, perhaps noticed by a sync, and regretted.
                steps.insert(at, Step::Restore);
                if dice.coin() {
                    steps.insert(at, Step::Sync);
                }
                steps.insert(at, Step::Delete { side: Side::Exchange, place });
            }
        }
    }
    let moves_told = [MovesTold::FirstOnes, MovesTold::None, MovesTold::All][dice.below(3) as usize];
    let (delete_is_final, recoverable_hidden) = (dice.coin(), dice.coin());
    let todo = TodoRules { if_match: dice.coin(), immutable_ids: dice.coin(), ..TodoRules::default() };
    steps.insert(0, Step::Rules(Rules { moves_told, delete_is_final, recoverable_hidden, todo, ..Rules::default() }));
}

fn fault(dice: &mut Dice) -> Step {
    let service = if dice.coin() { Service::Microsoft } else { Service::Zoho };
    let status = |status, body: &str, retry_after_s| Effect::Status {
        status,
        body: body.to_owned(),
        media_type: if body.starts_with('<') { "text/html".into() } else { "application/json".into() },
        retry_after_s,
    };
    let effect = match dice.below(7) {
        0 => Effect::DropBefore,
        1 | 2 => Effect::DropAfter,
        3 => status(500, r#"{"code":"INTERNAL_ERROR","details":{},"message":"","status":"error"}"#, None),
        4 => status(503, "<html>unavailable</html>", Some(2)),
        5 => status(429, "{}", Some(1)),
        _ => status(200, "<html>a proxy's page</html>", None),
    };
    Step::Fault { service, skip: dice.below(6), effect }
}
