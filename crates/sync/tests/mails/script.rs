//! What happens, at random.

use crate::place::Moment;
use mxs_world::{Effect, Fault, Ids, Service};
use std::num::NonZeroU32;

/// What kind of message comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Plain,
    ToTwo,
    Private,
    Confidential,
    Excluded,
    Colleague,
    Old,
    Bulk,
    Draft,
}

impl Kind {
    pub(crate) const fn may_leave(self) -> bool {
        matches!(self, Kind::Plain | Kind::ToTwo)
    }
}

/// What happens.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Arrive {
        person: usize,
        kind: Kind,
        folder: &'static str,
    },
    /// A stranger answers.
    Reply {
        nth: usize,
    },
    Send {
        person: usize,
    },
    Copy {
        nth: usize,
    },
    Move {
        nth: usize,
        folder: &'static str,
    },
    Delete {
        nth: usize,
    },
    Touch {
        nth: usize,
    },
    AddRecord {
        person: usize,
        module: &'static str,
    },
    SendFromCrm {
        nth: usize,
    },
    Fault(Fault),
    ExpireTokens,
    LoseStore,
    Wait,
    Sync,
    Die {
        call: u32,
        moment: Moment,
    },
}

/// How many people there are.
const PEOPLE: u64 = 6;

/// The script of a seed.
pub(crate) fn script(seed: u64) -> Vec<Step> {
    let mut ids = Ids::new(seed);
    let mut below = |limit: u64| ids.next_number() % limit;
    let length = 10 + below(40);
    (0..length).map(|_| step(&mut below)).collect()
}

fn step(below: &mut impl FnMut(u64) -> u64) -> Step {
    let person = below(PEOPLE) as usize;
    let nth = below(50) as usize;
    let kinds = [
        Kind::Plain,
        Kind::Plain,
        Kind::ToTwo,
        Kind::ToTwo,
        Kind::Private,
        Kind::Confidential,
        Kind::Excluded,
        Kind::Colleague,
        Kind::Old,
        Kind::Bulk,
        Kind::Draft,
    ];
    match below(20) {
        0 => Step::Reply { nth },
        1..=5 => {
            let folder = if below(4) == 0 { "archive" } else { "inbox" };
            Step::Arrive { person, kind: kinds[below(kinds.len() as u64) as usize], folder }
        }
        6 => Step::Send { person },
        7 => Step::Copy { nth },
        8 | 9 => Step::Move { nth, folder: ["inbox", "archive", "inbox", "deleteditems"][below(4) as usize] },
        10 => Step::Delete { nth },
        11 => Step::Touch { nth },
        12 | 13 => Step::AddRecord { person, module: ["Contacts", "Leads"][below(2) as usize] },
        14 => Step::SendFromCrm { nth },
        15 => Step::Fault(fault(below)),
        16 => Step::ExpireTokens,
        17 if below(3) == 0 => Step::LoseStore,
        17 if below(2) == 0 => Step::Wait,
        17 | 18 => {
            let moment = if below(2) == 0 { Moment::Before } else { Moment::After };
            Step::Die { call: 1 + below(40) as u32, moment }
        }
        _ => Step::Sync,
    }
}

fn fault(below: &mut impl FnMut(u64) -> u64) -> Fault {
    let status = |status| Effect::Status {
        status,
        body: "{}".into(),
        media_type: "application/json".into(),
        retry_after_s: None,
    };
    let effect = match below(5) {
        0 => status(429),
        1 => status(500),
        2 => status(503),
        3 => Effect::DropBefore,
        _ => Effect::DropAfter,
    };
    let times = if below(4) == 0 { 6 } else { 1 };
    Fault {
        service: if below(3) == 0 { Service::Microsoft } else { Service::Zoho },
        method: None,
        url_contains: String::new(),
        skip: below(12) as u32,
        times: NonZeroU32::new(times).unwrap_or(NonZeroU32::MIN),
        effect,
        delay_ms: 0,
    }
}
