//! How long planning takes, by the number of contacts: nothing is read, written or stored here.
//!
//! `cargo bench -p mxs-core`; `./build.sh bench` prints it with the others.

use mxs_core::{
    Base, Coverage, CrmId, Direction, ExchangeId, Field, Fields, Kind, Link, Observation, Policy, Scope, Seen,
    SyncState, Version, View, Winner, plan,
};
use std::hint::black_box;
use std::time::Instant;

const SIZES: [usize; 3] = [1_000, 10_000, 50_000];

/// Of this many runs the shortest is told: whatever else the machine does only adds.
const RUNS: usize = 9;

fn person(number: usize) -> Fields {
    Fields::default()
        .with(Field::GivenName, &format!("Given{number}"))
        .with(Field::Surname, &format!("Surname{}", number % 997))
        .with(Field::Email1, &format!("person{number}@corp.example"))
        .with(Field::JobTitle, "Buyer")
        .with(Field::MobilePhone, &format!("+44 20 {number}"))
        .with(Field::WorkCity, "Lyon")
}

fn seen(fields: Fields, version: &str) -> Observation {
    Observation::Present(Seen { fields, version: Version::new(version), mark: None })
}

fn item(number: usize) -> ExchangeId {
    ExchangeId::new(format!("AAMkAGI2TG93AAA{number:08}"))
}

fn record(number: usize) -> CrmId {
    CrmId::new(format!("57257670{number:011}"))
}

fn link(number: usize) -> Link {
    Link {
        exchange: item(number),
        crm: record(number),
        base: Base { exchange: person(number), crm: person(number) },
        exchange_version: Version::new("1"),
        marked: true,
        scope: Scope::Active,
        seen: None,
        trouble: None,
    }
}

/// What is remembered, and what was seen on both sides.
type Given = (SyncState, View<ExchangeId>, View<CrmId>);

struct Case {
    name: &'static str,
    make: fn(usize) -> Given,
}

const CASES: [Case; 4] = [
    Case { name: "first sync, the same people on both sides", make: |size| both_sides(size, 0) },
    Case { name: "first sync, other people on each side", make: |size| both_sides(size, size) },
    Case { name: "nothing changed", make: |size| (linked(size, 0), changes(), changes()) },
    Case { name: "1 % changed on each side", make: one_percent },
];

fn changes<Id: Ord>() -> View<Id> {
    View::new(Coverage::Changes)
}

fn both_sides(size: usize, apart: usize) -> Given {
    let (mut exchange, mut crm) = (View::new(Coverage::Everything), View::new(Coverage::Everything));
    exchange.records.extend((0..size).map(|number| (item(number), seen(person(number), "1"))));
    crm.records.extend((0..size).map(|number| (record(number), seen(person(number + apart), "1"))));
    (SyncState::default(), exchange, crm)
}

/// The state of `size` links, of which those of the first `known` are read.
fn linked(size: usize, known: usize) -> SyncState {
    let mut state = SyncState { other_links: size - known, ..SyncState::default() };
    state.links.extend((0..known).map(|number| (item(number), link(number))));
    state
}

fn one_percent(size: usize) -> Given {
    let part = size / 100;
    let (mut exchange, mut crm) = (changes(), changes());
    let edited = |number: usize| person(number).with(Field::JobTitle, "Owner");
    exchange.records.extend((0..part).map(|number| (item(number), seen(edited(number), "2"))));
    crm.records.extend((part..2 * part).map(|number| (record(number), seen(edited(number), "2"))));
    (linked(size, 2 * part), exchange, crm)
}

fn main() {
    let direction = Direction::Both { winner: Winner::Crm };
    let policy = Policy::new(Kind::Contact, direction);
    println!("Planning, milliseconds (shortest of {RUNS}) and writes planned");
    for Case { name, make } in CASES {
        for size in SIZES {
            let mut writes = 0;
            let times = (0..RUNS).map(|_| {
                let (state, exchange, crm) = make(size);
                let start = Instant::now();
                let plan = plan(&state, exchange, crm, &policy).expect("a complete plan");
                let time = start.elapsed().as_secs_f64() * 1_000.0;
                writes = black_box(plan).writes();
                time
            });
            let shortest = times.fold(f64::INFINITY, f64::min);
            println!("  {name:<42} {size:>6} contacts {shortest:>9.3} ms {writes:>7} writes");
        }
    }
}
