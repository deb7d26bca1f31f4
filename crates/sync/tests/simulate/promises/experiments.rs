//! What is found out by doing something to a world that has settled, or by playing a script again.

use super::{Kept, hold, told};
use crate::oracle::Oracle;
use crate::playing::Outcome;
use crate::stage::{Contents, Sight, Stage};
use mxs_core::{Direction, Reason, Side, Winner};

/// More than any edit's number in a script.
const TRIED: u32 = 1_000;

/// A run that is killed at any call leaves the next one to the same end, and nothing is created twice.
pub(crate) fn i07_a_killed_run_ends_like_a_whole_one(whole: &Outcome, killed: &Outcome) -> Kept {
    same_end(whole, killed)
}

/// A lost answer leads to the same end as one that came.
pub(crate) fn i08_a_lost_answer_ends_like_one_that_came(whole: &Outcome, lost: &Outcome) -> Kept {
    same_end(whole, lost)
}

fn same_end(whole: &Outcome, other: &Outcome) -> Kept {
    hold(whole.contents == other.contents, || {
        format!("it ends with {:?} and not with {:?}", other.contents, whole.contents)
    })?;
    hold(whole.created == other.created, || format!("it creates {} and not {}", other.created, whole.created))
}

/// One record more, which nobody has to do with, changes what becomes of no other. `bystander` is its person.
pub(crate) fn i12_one_record_more_changes_no_other(alone: &Outcome, beside: &Outcome, bystander: &str) -> Kept {
    let mut others = beside.contents.clone()?;
    let copies = others.extract_if(.., |(person, _), _| person == bystander).count() as u64;
    hold(alone.contents.as_ref() == Ok(&others), || {
        format!("it ends with {others:?} and not with {:?}", alone.contents)
    })?;
    // One of them is what a person has added.
    let (created, expected) = (beside.created, alone.created + copies.saturating_sub(1));
    hold(created == expected, || format!("it creates {created} and not {expected}"))
}

/// A sync that was taken back leaves what was there before it; beside that is only who was deleted by it, on both
/// sides.
pub(crate) fn i22_what_is_taken_back_was_never_there(before: &Sight, after: &Sight, now: &Sight) -> Kept {
    for (who, fields) in &before.contents {
        let held = now.contents.get(who);
        hold(held == Some(fields), || format!("{who:?} holds {held:?} and held {fields:?}"))?;
    }
    let is_back = |who| before.contents.contains_key(who) || !after.contents.contains_key(who);
    hold(now.contents.keys().all(is_back), || format!("{:?} and not {:?}", now.contents, before.contents))?;
    let is_kept = |line| before.calendars.contains(line) || !after.calendars.contains(line);
    let are_shown = before.calendars.iter().all(|line| now.calendars.contains(line));
    hold(are_shown && now.calendars.iter().all(is_kept), || {
        format!("{:?} and not {:?}", now.calendars, before.calendars)
    })
}

/// Where that is taken back, too, there is what was there after the sync.
pub(crate) fn i22_an_undo_is_taken_back_like_any_sync(after: &Sight, now: &Sight) -> Kept {
    hold(after == now, || format!("{now:?} and not {after:?}"))
}

/// Edits of different fields both survive; of the same field the rule's winner does, and the other value is kept as
/// a conflict. It makes no difference who was first.
pub(crate) fn i11_conflicts_follow_the_rule(stage: &mut Stage, oracle: &mut Oracle, crm_first: bool) -> Kept {
    let Some(person) = stage.somebody_on_both_sides(oracle) else { return Ok(()) };
    let sides = if crm_first { [Side::Crm, Side::Exchange] } else { [Side::Exchange, Side::Crm] };
    let props = stage.props();
    let value = |side: Side, field: usize| {
        let number = TRIED + 2 * field as u32 + u32::from(side == Side::Crm);
        props.value(field, format!("tried {side:?} {field}"), number)
    };
    let own = |side: Side| if side == Side::Crm { 1 } else { 2 };
    for side in sides {
        for field in [0, own(side)] {
            stage.write_by_name(side, &person, (field, value(side, field)), oracle);
        }
    }
    stage.sync(None).ok_or("it dies")?;
    let direction = stage.direction();
    let contents = stage.contents();
    let on = |side: Side, field: usize| contents.get(&(person.clone(), side)).and_then(|fields| fields.get(&field));
    let conflicts = stage.conflicts();
    let kept = |value: &String| {
        let values = conflicts.iter().flat_map(|conflict| [&conflict.exchange_value, &conflict.crm_value]);
        values.flatten().any(|kept| told(kept).as_ref() == Some(value))
    };
    // Not the engine's own word for it, which may be wrong.
    let winner = match direction {
        Direction::Both { winner: Winner::Crm } | Direction::ToExchange => Side::Crm,
        Direction::Both { winner: Winner::Exchange } | Direction::ToCrm => Side::Exchange,
    };
    let loser = winner.other();
    for side in [Side::Crm, Side::Exchange] {
        let standing = value(winner, 0);
        hold(on(side, 0) == Some(&standing), || format!("{side:?} holds {:?}, not {standing:?}", on(side, 0)))?;
        hold(on(side, own(winner)) == Some(&value(winner, own(winner))), || format!("{side:?} lacks {winner:?}'s"))?;
        if matches!(direction, Direction::Both { .. }) {
            hold(on(side, own(loser)) == Some(&value(loser, own(loser))), || format!("{side:?} lacks {loser:?}'s"))?;
        }
    }
    hold(kept(&value(loser, 0)), || format!("{loser:?}'s value is not kept"))?;
    hold(matches!(direction, Direction::Both { .. }) || kept(&value(loser, own(loser))), || {
        format!("{loser:?}'s value is taken back and not kept")
    })
}

/// Whether everybody is on both sides, with the same.
fn are_alike(contents: &Contents) -> bool {
    contents.iter().all(|((person, side), fields)| contents.get(&(person.clone(), side.other())) == Some(fields))
}

/// A reading of everything finds nothing to write, nor does a first sync with a world that was in sync, both ways.
pub(crate) fn i19_reading_anew_changes_nothing(stage: &mut Stage, oracle: &Oracle) -> Kept {
    // An item that was deleted in another folder is missed only by a reading of everything.
    if !oracle.away.is_disjoint(&oracle.deleted) {
        return Ok(());
    }
    let before = stage.contents();
    stage.forget_cursors();
    let mut written = stage.written_by_a_sync()?;
    hold(written == 0, || "a reading of everything writes".to_owned())?;
    let both_ways = matches!(stage.direction(), Direction::Both { .. });
    // Whoever a rule has left alone is somebody new to a sync without memory.
    let is_left = stage.reasons().contains(&Reason::KeptAlone);
    let is_plain = stage.problems() == 0 && !is_left && stage.is_all_within_reach();
    if both_ways && is_plain && oracle.away.is_empty() && are_alike(&before) {
        stage.lose_the_database();
        written = stage.written_by_a_sync()?;
        hold(written == 0, || "the first sync after the database was lost writes".to_owned())?;
    }
    hold(stage.contents() == before, || "it ends otherwise".to_owned())
}
