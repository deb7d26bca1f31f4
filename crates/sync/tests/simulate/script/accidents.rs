//! What goes wrong now and then: in few scripts, and there once or twice.

use super::{Dice, NAMES, Step};
use mxs_core::Side;
use mxs_world::{Effect, Service};

/// How many contacts are imported at once: more than a batch holds, and than may be deleted unasked.
const IMPORTED: u32 = 22;

/// Puts accidents into a script. They have dice of their own, so that the rest of it stays what it is.
pub(super) fn insert(dice: &mut Dice, steps: &mut Vec<Step>, person: &mut u32, value: &mut u32) {
    if dice.below(4) == 0 {
        steps.insert(0, Step::SmallPages { size: 1 + dice.below(3) });
        for _ in 0..dice.below(3) {
            anywhere(dice, steps, [Step::KillPaging]);
        }
    }
    let has_namesakes = steps.iter().any(|step| matches!(step, Step::AddUnaddressed { .. }));
    if has_namesakes && dice.coin() {
        interrupt(dice, steps, person, value);
    }
    for _ in 0..dice.below(3) {
        let (side, place) = (dice.side(), dice.below(8));
        match dice.below(10) {
            0 if dice.below(3) == 0 => {
                let first = *person + 1;
                *person += IMPORTED;
                anywhere(dice, steps, [Step::Import { side, people: first..*person + 1 }]);
            }
            1 => anywhere(dice, steps, [Step::Sync, Step::DeleteAll { side }, Step::Sync]),
            2 | 3 => {
                let number = dice.below(1_000);
                anywhere(dice, steps, [Step::AddPoison { number }]);
            }
            4 if dice.coin() => {
                let times = 1 + dice.below(3);
                anywhere(dice, steps, [Step::ThrottleParts { times }]);
            }
            4 => {
                let refused = refused(dice);
                anywhere(dice, steps, [refused, Step::Sync]);
            }
            5 if !steps.iter().any(|step| matches!(step, Step::LoseDatabase)) => {
                anywhere(dice, steps, [Step::MoveAway { place }]);
            }
            _ => {
                *value += 2;
                let (call, field) = (1 + dice.below(12), dice.below(4) as usize);
                let edit = Step::Edit { side: Side::Crm, place, field: dice.below(4) as usize, value: *value };
                anywhere(dice, steps, [edit, Step::SyncMeddledWith { call, place, field, value: *value - 1 }]);
            }
        }
    }
}

/// A copy that nobody hears of, or that never came to be while somebody adds a namesake by hand; and an edit of one
/// or the other before the next sync.
fn interrupt(dice: &mut Dice, steps: &mut Vec<Step>, person: &mut u32, value: &mut u32) {
    let (first, second, name) = (*person + 1, *person + 2, dice.below(NAMES));
    *person += 2;
    *value += 1;
    let edit = Step::Edit { side: Side::Crm, place: dice.below(8), field: 0, value: *value };
    let add = |side, person| Step::AddUnaddressed { side, person, name };
    match dice.below(3) {
        0 => anywhere(dice, steps, [add(Side::Exchange, first), Step::FallSilent, Step::Sync, edit, Step::Sync]),
        1 => {
            let die = Step::Die { call: 3 + dice.below(8), after: false };
            let by_hand = add(Side::Crm, second);
            anywhere(dice, steps, [add(Side::Exchange, first), die, by_hand, edit, Step::Sync]);
        }
        _ => {
            let edit = Step::Edit { side: Side::Exchange, place: dice.below(8), field: 0, value: *value };
            anywhere(dice, steps, [add(Side::Crm, first), Step::DieUntold, edit, Step::Sync]);
        }
    }
}

fn anywhere<const N: usize>(dice: &mut Dice, steps: &mut Vec<Step>, new: [Step; N]) {
    // Not before the rules.
    let at = 1 + dice.below(steps.len() as u32) as usize;
    steps.splice(at..at, new);
}

/// A refusal that no waiting mends.
fn refused(dice: &mut Dice) -> Step {
    let (service, status, body) = [
        (Service::Microsoft, 401, r#"{"error":{"code":"InvalidAuthenticationToken","message":""}}"#),
        (Service::Zoho, 401, r#"{"code":"INVALID_TOKEN","details":{},"message":"","status":"error"}"#),
        (Service::Microsoft, 404, r#"{"error":{"code":"MailboxNotEnabledForRESTAPI","message":""}}"#),
    ][dice.below(3) as usize];
    let effect = Effect::Status {
        status,
        body: body.to_owned(),
        media_type: "application/json".to_owned(),
        retry_after_s: None,
    };
    Step::Fault { service, skip: dice.below(4), effect }
}
