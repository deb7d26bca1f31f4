//! What people do in a calendar beside what they do to any record: series, meetings, other zones, and days that are
//! not read.

use super::{Dice, Step};
use mxs_core::Side;

/// Something that only events have. Places are those in the listing of what is judged as a calendar.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// A person adds a series; its number says which.
    AddSeries { side: Side, number: u32 },
    /// A person adds a meeting with guests.
    AddMeeting { side: Side, number: u32 },
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
    /// A person lets a series end after so many times, or makes one of what took place once.
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
    // To a sync without memory what was different on purpose is a first match; and what is taken back is told by whose
    // records are where, which series don't say.
    steps.retain(|step| !matches!(step, Step::LoseDatabase | Step::Choose(_) | Step::TakeBack));
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
        acts.push(new(dice, next(&mut number)));
    }
    for _ in 0..dice.below(ACTS_MAX) {
        let (side, place, day) = (dice.side(), dice.below(8), dice.below(8));
        acts.push(match dice.below(14) {
            0 => new(dice, next(&mut number)),
            1 | 2 => Act::Retitle { side, place, value: next(&mut value) },
            3 => Act::Note { side, place, value: next(&mut value) },
            4 => Act::Move { side, place, minutes: 10 * (1 + dice.below(4)) },
            5 => Act::Repeat { side, place, times: 2 + dice.below(8) },
            6 => Act::Rezone { place, zone: dice.below(8) },
            7 | 8 => Act::ChangeDay { side, place, day, value: next(&mut value) },
            9 | 10 => Act::CancelDay { side, place, day },
            11 => Act::Delete { side, place },
            12 => Act::Answer { place },
            _ => Act::Hide { place, is_private: dice.below(3) > 0 },
        });
    }
    // In their order, between the other steps and not before the rules.
    let mut at: Vec<usize> = acts.iter().map(|_| 1 + dice.below(steps.len() as u32) as usize).collect();
    at.sort_unstable();
    for (at, act) in at.into_iter().zip(acts).rev() {
        steps.insert(at, Step::InCalendar(act));
    }
    true
}

fn new(dice: &mut Dice, number: u32) -> Act {
    let side = dice.side();
    match dice.below(6) {
        0 => Act::AddMeeting { side, number },
        1 => Act::Invite { number },
        2 => Act::AddOutside { side, number, is_far: dice.coin() },
        _ => Act::AddSeries { side, number },
    }
}
