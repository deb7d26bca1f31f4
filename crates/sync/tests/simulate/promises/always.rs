//! What holds after every sync, however it ended.

use super::{Kept, hold, told};
use crate::oracle::Oracle;
use crate::stage::{Contents, Scene, Stage};
use mxs_core::Conflict;
use std::collections::BTreeSet;

/// Deletes up to this many are never too many, unless they empty a side.
const DELETES_MAX: u64 = 20;

/// What a person wrote is on a side, or was written over by somebody who saw it, or is in the list of conflicts.
pub(crate) fn i03_nothing_that_was_written_is_lost(
    contents: &Contents,
    conflicts: &[Conflict],
    oracle: &Oracle,
) -> Kept {
    let kept = conflicts.iter().flat_map(|conflict| [&conflict.exchange_value, &conflict.crm_value]);
    let kept: Vec<String> = kept.flatten().filter_map(told).collect();
    let mut held: BTreeSet<&str> = contents.values().flat_map(|fields| fields.values().map(String::as_str)).collect();
    held.extend(kept.iter().map(String::as_str));
    held.extend(oracle.writes.iter().filter_map(|write| write.over.as_deref()));
    for write in oracle.writes.iter().filter(|write| !oracle.deleted.contains(&write.person)) {
        if let Some(value) = &write.value {
            let is_there = held.contains(value.as_str()) || oracle.unprotected.contains(value);
            hold(is_there, || format!("{value:?} of {} is lost", write.person))?;
        }
    }
    Ok(())
}

/// No field holds what nobody wrote.
pub(crate) fn i04_nothing_is_invented(contents: &Contents, oracle: &Oracle) -> Kept {
    let written: BTreeSet<&str> = oracle.writes.iter().filter_map(|write| write.value.as_deref()).collect();
    for (who, fields) in contents {
        for value in fields.values() {
            hold(written.contains(value.as_str()), || format!("{who:?} holds {value:?}, which nobody wrote"))?;
        }
    }
    Ok(())
}

/// Nobody is twice on a side, no two people are made one, and nothing is in two links.
pub(crate) fn i05_nothing_is_doubled(stage: &Stage, scene: &Result<Scene, String>) -> Kept {
    scene.as_ref().map_err(Clone::clone)?;
    let mut records = BTreeSet::new();
    for (_, record) in stage.linked() {
        hold(records.insert(record.clone()), || format!("{record} is in two links"))?;
    }
    stage.doubled().map_or(Ok(()), Err)
}

/// What a person does once is written at most once on the other side: no loops. Marks are written beside, once for
/// each item, and again where a run didn't live to remember it.
pub(crate) fn i10_writes_are_bounded_by_edits(stage: &Stage, oracle: &Oracle) -> Kept {
    let (tally, acts) = (stage.tally(), oracle.acts);
    let unremembered = stage.interruptions() * oracle.writes.len() as u64;
    let told = |what: &str| format!("{what} after {acts} acts: {tally:?}");
    hold(tally.created <= acts + stage.losses() * acts, || told("too much is created"))?;
    hold(tally.deleted <= acts, || told("too much is deleted"))?;
    hold(tally.updated_in_crm <= acts, || told("the CRM is written too often"))?;
    hold(tally.updated_in_exchange <= 2 * acts + unremembered, || told("the mailbox is written too often"))
}

/// Only what a person deleted is deleted on the other side: who leaves the folder stays in the CRM.
pub(crate) fn i13_only_what_was_deleted_is_deleted(contents: &Contents, oracle: &Oracle) -> Kept {
    for (person, side) in oracle.seen.iter().filter(|(person, _)| !oracle.deleted.contains(person)) {
        hold(contents.contains_key(&(person.clone(), *side)), || format!("{person} is gone from {side:?}"))?;
    }
    Ok(())
}

/// Deletes that are too many to be meant, or would empty a side, wait for a person.
pub(crate) fn i14_a_mass_delete_waits(stage: &Stage) -> Kept {
    let deleted = stage.last_sync().deleted;
    // Links that a sync makes before it deletes count, too.
    let links = (stage.links_before() as u64).max(stage.links() as u64 + deleted);
    let empties_a_side = deleted > 1 && deleted >= links;
    let is_meant = stage.mass_delete_is_meant();
    hold(is_meant || (deleted <= DELETES_MAX && !empties_a_side), || format!("{deleted} of {links} are deleted"))
}

/// The journal tells all that is remembered, and nothing else.
pub(crate) fn i22_the_journal_makes_up_what_is_remembered(stage: &Stage) -> Kept {
    stage.gap_in_the_journal().map_or(Ok(()), Err)
}

/// No sync makes a vendor mail anybody, unless somebody lets it.
pub(crate) fn i15_nobody_is_mailed_unasked(stage: &Stage) -> Kept {
    hold(stage.may_mail() || stage.mails() == 0, || format!("{} mails", stage.mails()))
}

/// No sync changes who organizes a meeting, what it is called in every mailbox, or what people have answered.
pub(crate) fn i16_meetings_stay_their_organizers(stage: &Stage) -> Kept {
    stage.broken().map_or(Ok(()), |what| Err(format!("the {what} of a meeting is another")))
}

/// Nothing that a sync lets its caller print says what people wrote, or is a key to either side.
pub(crate) fn i24_no_secret_is_told(stage: &Stage) -> Kept {
    stage.secret_that_was_told().map_or(Ok(()), |secret| Err(format!("{secret:?} can be read")))
}

/// What is long over or far ahead stays on its side.
pub(crate) fn i18_what_is_outside_stays_outside(stage: &Stage) -> Kept {
    let strays = stage.strays();
    hold(strays.is_empty(), || format!("{strays:?} came to the other side"))
}

/// A colleague's record doesn't get into the mailbox, and nobody writes into it.
pub(crate) fn i18_others_records_stay_out(stage: &Stage, shows_the_colleagues: bool) -> Kept {
    hold(stage.colleagues_record_is_untouched(), || "a colleague's record was written".to_owned())?;
    hold(!shows_the_colleagues, || "a colleague's record is in the mailbox".to_owned())
}
