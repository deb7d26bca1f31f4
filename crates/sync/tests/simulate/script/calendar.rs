//! What people do in a calendar beside what they do to any record: series, meetings, other zones, and days that are
//! not read.

use super::{Dice, Step};
use mxs_core::Side;

/// Something that only events have. Places are those in the listing of what is judged as a calendar.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// A person adds a series; its number says which.
    AddSeries { side: Side, number: u32 },
    /// A person adds a meeting with guests, perhaps a series.
    AddMeeting { side: Side, number: u32, repeats: bool },
    /// Somebody from elsewhere invites the salesperson.
    Invite { number: u32 },
    /// An event that is not among the days that are read: long over, or far ahead.
    AddOutside { side: Side, number: u32, is_far: bool },
    /// A person gives it another title.
    Retitle { side: Side, place: u32, value: u32 },
    /// A person writes notes.
    Note { side: Side, place: u32, value: u32 },
    /// A person moves it by so many minutes, a series as a whole.
    Move { side: Side, place: u32, minutes: u32 },
    /// A person lets a series end after so many times, perhaps with another pattern, or makes one of what took place
    /// once.
    Repeat { side: Side, place: u32, times: u32 },
    /// A person puts it into another zone, in Outlook.
    Rezone { place: u32, zone: u32 },
    /// A person changes what happens on one day of a series.
    ChangeDay { side: Side, place: u32, day: u32, value: u32 },
    /// A person cancels one day of a series.
    CancelDay { side: Side, place: u32, day: u32 },
    /// A person deletes it.
    Delete { side: Side, place: u32 },
    /// The salesperson answers an invitation.
    Answer { place: u32 },
    /// A person hides an item of those that every kind has, or shows it again.
    Hide { place: u32, is_private: bool },
    /// Somebody in charge lets mails be sent, or holds them.
    LetMail { may_send: bool },
}

/// The most acts of a script.
const ACTS_MAX: u32 = 14;

/// Puts acts into a script, if its dice say so; answers whether. They have dice of their own.
pub(super) fn insert(dice: &mut Dice, steps: &mut Vec<Step>) -> bool {
    if dice.coin() {
        return false;
    }
    let limits = Limits::of(dice, steps);
    steps.retain(|step| limits.allow(step));
    let (mut number, mut value) = (0, 0);
    let next = |counter: &mut u32| {
        *counter += 1;
        *counter
    };
    let mut acts = Vec::new();
    if dice.below(4) == 0 {
        acts.push(Act::LetMail { may_send: true });
    }
    for _ in 0..1 + dice.below(3) {
        acts.push(limits.addition(dice, next(&mut number)));
    }
    for _ in 0..dice.below(ACTS_MAX) {
        let (side, place, day) = (dice.side(), dice.below(8), dice.below(8));
        let act = match dice.below(16) {
            0 => limits.addition(dice, next(&mut number)),
            1 | 2 => Act::Retitle { side, place, value: next(&mut value) },
            3 | 13 | 14 => Act::Note { side, place, value: next(&mut value) },
            4 => Act::Move { side, place, minutes: 10 * (1 + dice.below(4)) },
            5 => Act::Repeat { side, place, times: 2 + dice.below(8) },
            6 => Act::Rezone { place, zone: dice.below(8) },
            7 | 8 => Act::ChangeDay { side, place, day, value: next(&mut value) },
            9 | 10 => Act::CancelDay { side, place, day },
            11 => Act::Delete { side, place },
            12 => Act::Answer { place },
            _ => Act::Hide { place, is_private: dice.below(3) > 0 },
        };
        // In somebody else's meeting a note of the CRM's is taken back, unless nobody remembers that there was none.
        let mut note = || Act::Note { side: Side::Exchange, place, value: next(&mut value) };
        acts.push(if limits.allow_act(&act) { act } else { note() });
    }
    // In their order, between the other steps and not before the rules.
    let mut at: Vec<usize> = acts.iter().map(|_| 1 + dice.below(steps.len() as u32) as usize).collect();
    at.sort_unstable();
    for (at, act) in at.into_iter().zip(acts).rev() {
        steps.insert(at, Step::InCalendar(act));
    }
    true
}

/// What of a script can be judged together.
#[derive(Clone, Copy, PartialEq)]
enum Limits {
    /// A lost database, where nothing is different on purpose: to a sync without memory that is a first match.
    Alike,
    /// All that people do in calendars, without the rest.
    Remembered,
    /// Syncs that are taken back, and no series, of which not all can be.
    Single,
}

impl Limits {
    fn of(dice: &mut Dice, steps: &[Step]) -> Self {
        match dice.below(3) {
            0 if steps.iter().any(|step| matches!(step, Step::LoseDatabase)) => Self::Alike,
            1 if steps.iter().any(|step| matches!(step, Step::TakeBack)) => Self::Single,
            _ => Self::Remembered,
        }
    }

    fn allow(self, step: &Step) -> bool {
        match step {
            Step::LoseDatabase => self == Self::Alike,
            Step::TakeBack => self == Self::Single,
            step => !matches!(step, Step::Choose(_)),
        }
    }

    const fn allow_act(self, act: &Act) -> bool {
        match self {
            // What was deleted comes back, and somebody else's meeting as one's own.
            Self::Alike => matches!(
                act,
                Act::AddSeries { .. }
                    | Act::AddMeeting { .. }
                    | Act::Invite { .. }
                    | Act::AddOutside { .. }
                    | Act::Answer { .. }
                    | Act::Hide { .. }
            ),
            Self::Remembered => true,
            Self::Single => !matches!(act, Act::Repeat { .. }),
        }
    }

    /// What somebody adds.
    fn addition(self, dice: &mut Dice, number: u32) -> Act {
        let side = dice.side();
        match dice.below(6) {
            0 => Act::AddMeeting { side, number, repeats: self != Self::Single && dice.coin() },
            1 => Act::Invite { number },
            2 => Act::AddOutside { side, number, is_far: dice.coin() },
            _ if self == Self::Single => Act::AddMeeting { side, number, repeats: false },
            _ => Act::AddSeries { side, number },
        }
    }
}
