//! What holds of a sync under the rules that people have chosen.

use super::{Kept, hold};
use crate::stage::{Contents, FIELDS, Stage};
use mxs_core::{Deletes, Side, Unmatched};

/// A field that doesn't flow to a side is not written there, and no copy gets it; a side that is only read keeps
/// what it has.
pub(crate) fn i18_what_does_not_flow_stays_as_it_is(stage: &Stage, now: &Contents) -> Kept {
    let Some(begun) = stage.begun() else { return Ok(()) };
    for ((person, side), fields) in now {
        let before = begun.contents.get(&(person.clone(), *side));
        for field in (0..FIELDS).filter(|field| !stage.may_write(*field, *side)) {
            let before = before.and_then(|fields| fields.get(&field));
            hold(fields.get(&field) == before, || {
                format!("field {field} of {person} on {side:?} is {:?} and was {before:?}", fields.get(&field))
            })?;
        }
    }
    let may_lose = |side: Side| stage.direction().writes(side) && stage.policy().deletes != Deletes::Never;
    for (person, side) in begun.contents.keys().filter(|(_, side)| !may_lose(*side)) {
        hold(now.contains_key(&(person.clone(), *side)), || format!("{person} is gone from {side:?}"))?;
    }
    for (person, side) in now.keys().filter(|(_, side)| !stage.direction().writes(*side)) {
        hold(begun.contents.contains_key(&(person.clone(), *side)), || format!("{person} came to {side:?}"))?;
    }
    Ok(())
}

/// What the filter keeps out neither reaches the other side nor is written.
pub(crate) fn i18_what_is_kept_out_stays_out(stage: &Stage, now: &Contents) -> Kept {
    let Some(begun) = stage.begun() else { return Ok(()) };
    for person in &begun.kept_out {
        for side in [Side::Crm, Side::Exchange] {
            let key = (person.clone(), side);
            let (before, after) = (begun.contents.get(&key), now.get(&key));
            hold(before == after, || format!("{person} is kept out and was {before:?} on {side:?}, is {after:?}"))?;
        }
    }
    Ok(())
}

/// At a first sync nobody is copied who is to be left alone, or asked for.
pub(crate) fn i18_who_is_left_alone_is_not_copied(stage: &Stage, now: &Contents) -> Kept {
    let Some(begun) = stage.begun().filter(|begun| begun.is_first) else { return Ok(()) };
    if stage.policy().unmatched == Unmatched::Copy {
        return Ok(());
    }
    for (person, side) in now.keys() {
        let was_there = begun.contents.contains_key(&(person.clone(), *side));
        hold(was_there, || format!("{person} was copied to {side:?}"))?;
    }
    Ok(())
}
