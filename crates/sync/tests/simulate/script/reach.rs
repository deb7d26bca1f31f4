//! What leaves the sync's reach without being deleted: in few scripts, and there once or a few times.

use super::{Choice, Dice, Step};

/// Among how many scripts of events one reads another calendar, too.
const ELSEWHERE_ONE_IN: u32 = 5;

/// Lets another calendar be read from the beginning, now and then, and events be moved there.
pub(super) fn insert_elsewhere(dice: &mut Dice, steps: &mut Vec<Step>) {
    if dice.below(ELSEWHERE_ONE_IN) > 0 {
        return;
    }
    for _ in 0..1 + dice.below(3) {
        let place = dice.below(8);
        anywhere(dice, steps, Step::MoveAway { place });
    }
    steps.insert(1, Step::ReadElsewhere);
}

/// Puts into a script who is excluded, who belongs to somebody else, and what the salesperson may no longer do. It has
/// dice of its own, so that the rest of the script stays what it is.
pub(super) fn insert(dice: &mut Dice, steps: &mut Vec<Step>) {
    if dice.below(4) > 0 {
        return;
    }
    let remembers = !steps.iter().any(|step| matches!(step, Step::LoseDatabase));
    match dice.below(3) {
        0 => {
            let takes_part = dice.coin();
            anywhere(dice, steps, Step::Choose(Choice::Family { takes_part: false }));
            if takes_part {
                anywhere(dice, steps, Step::Choose(Choice::Family { takes_part }));
            }
            for _ in 0..2 + dice.below(4) {
                let step = Step::Categorize { place: dice.below(8), into: dice.below(3) > 0 };
                anywhere(dice, steps, step);
            }
        }
        // To a sync without memory the record of a colleague is nobody, and its item somebody new.
        1 if remembers => {
            for _ in 0..1 + dice.below(2) {
                let place = dice.below(8);
                anywhere(dice, steps, Step::HandOver { place });
            }
        }
        _ => {
            let may_see = dice.coin();
            anywhere(dice, steps, Step::Forbid { may_see });
            if dice.coin() {
                anywhere(dice, steps, Step::Allow);
            }
        }
    }
}

fn anywhere(dice: &mut Dice, steps: &mut Vec<Step>, step: Step) {
    // Not before the rules.
    let at = 1 + dice.below(steps.len() as u32) as usize;
    steps.insert(at, step);
}
