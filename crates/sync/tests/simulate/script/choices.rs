//! What the people in charge choose, now and then: in a part of the scripts, and there a few times.

use super::{Dice, Step};
use mxs_core::{Deletes, Direction, Flow, Unmatched, Winner};

/// A rule that somebody chooses.
#[derive(Clone, Debug)]
pub(crate) enum Choice {
    /// Records flow this way from now on.
    Direction(Direction),
    /// A field flows this way from now on, or no more.
    Flow { field: usize, flow: Option<Flow> },
    /// Whether the category of what is private takes part.
    Family { takes_part: bool },
    /// What becomes of records without a partner at a first sync.
    Unmatched(Unmatched),
    /// What becomes of the partners of deleted records.
    Deletes(Deletes),
}

/// Puts choices into a script. They have dice of their own, so that the rest of it stays what it is.
pub(super) fn insert(dice: &mut Dice, steps: &mut Vec<Step>) {
    if dice.below(3) > 0 {
        return;
    }
    // Not before the rules of Microsoft; from the beginning, or in mid-life.
    let from_the_beginning = dice.coin();
    for _ in 0..1 + dice.below(4) {
        let at = if from_the_beginning { 1 } else { 1 + dice.below(steps.len() as u32) as usize };
        steps.insert(at, Step::Choose(choice(dice)));
    }
}

fn choice(dice: &mut Dice) -> Choice {
    match dice.below(4) {
        0 => Choice::Direction(direction(dice)),
        1 => {
            let flows = [None, None, Some(Flow::Both), Some(Flow::ToCrm), Some(Flow::ToExchange)];
            // The first field is what tells namesakes apart.
            Choice::Flow { field: 1 + dice.below(3) as usize, flow: flows[dice.below(5) as usize] }
        }
        2 => Choice::Unmatched([Unmatched::Leave, Unmatched::Ask, Unmatched::Copy][dice.below(3) as usize]),
        _ => Choice::Deletes([Deletes::DeleteWins, Deletes::Never, Deletes::EditWins][dice.below(3) as usize]),
    }
}

/// A way for records to flow.
pub(super) fn direction(dice: &mut Dice) -> Direction {
    match dice.below(6) {
        0 => Direction::ToCrm,
        1 => Direction::ToExchange,
        2 | 3 => Direction::Both { winner: Winner::Crm },
        _ => Direction::Both { winner: Winner::Exchange },
    }
}

/// Who wins conflicts where records flow both ways.
pub(super) const fn winner(direction: Direction) -> Winner {
    match direction {
        Direction::Both { winner } => winner,
        Direction::ToCrm => Winner::Exchange,
        Direction::ToExchange => Winner::Crm,
    }
}
