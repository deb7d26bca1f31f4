//! What holds when everything has settled.

use super::{Kept, hold};
use crate::oracle::Oracle;
use crate::stage::{FIELDS, Stage, Values};
use mxs_core::{Counts, Direction, Preview, Side};
use mxs_sync::{End, Failure, Report};

/// Both sides hold the same; one way, the target holds what the source holds.
pub(crate) fn i01_both_sides_agree(stage: &Stage, oracle: &Oracle) -> Kept {
    let (contents, direction) = (stage.contents(), stage.direction());
    for ((person, side), fields) in contents.iter().filter(|((person, _), _)| !oracle.away.contains(person)) {
        let flows = direction.writes(side.other());
        match contents.get(&(person.clone(), side.other())) {
            _ if !flows => {}
            None => {
                // A delete on the receiving side, or under a rule that keeps the partner, leaves it alone.
                let may_be_alone = !direction.writes(*side) || oracle.rules_changed;
                hold(may_be_alone && oracle.deleted.contains(person), || {
                    format!("{person} is missing on {:?}", side.other())
                })?;
            }
            Some(other) if direction.writes(*side) => agree(fields, other, person)?,
            Some(other) => {
                for (field, value) in fields {
                    hold(other.get(field) == Some(value), || format!("{person} differs in field {field}"))?;
                }
            }
        }
    }
    Ok(())
}

fn agree(fields: &Values, other: &Values, person: &str) -> Kept {
    for field in 0..FIELDS {
        let (one, other) = (fields.get(&field), other.get(&field));
        hold(one == other, || format!("{person} differs in field {field}: {one:?} and {other:?}"))?;
    }
    Ok(())
}

/// Every day of a series takes place on both sides as on the other, or a reason tells why not; and so it is with
/// meetings and with what is different on single days.
pub(crate) fn i17_what_is_not_told_is_alike(stage: &Stage) -> Kept {
    stage.differing().map_or(Ok(()), Err)
}

/// When mails may be sent, a sync sends as many as were counted before; fewer only where a reason tells what it could not
/// write after all.
pub(crate) fn i15_the_mails_are_those_that_were_counted(stage: &Stage, counted: Option<u32>) -> Kept {
    let (sent, is_told) = (stage.mails(), stage.problems() > 0);
    let are_those = |counted: usize| counted == sent || sent < counted && is_told;
    hold(counted.is_none_or(|counted| are_those(counted as usize)), || format!("{sent} mails, and not {counted:?}"))
}

/// What a person is shown before a sync is what it does, but for what a vendor refuses, which nobody can know before.
pub(crate) fn i23_a_sync_does_what_was_shown(shown: &Preview, report: &Report) -> Kept {
    let asked = |counts: Counts| (counts.created + counts.updated + counts.deleted, counts.failed);
    let (said, done) = (shown.summary, report.summary);
    hold(done.matched == said.matched, || format!("it matches {} and not {}", done.matched, said.matched))?;
    for (said, done) in [(said.to_crm, done.to_crm), (said.to_exchange, done.to_exchange)] {
        let ((said, known_to_fail), (done, failed)) = (asked(said), asked(done));
        hold(done <= said && done + failed == said + known_to_fail, || {
            format!("it does {done} and fails in {failed}, and not {said} and {known_to_fail}")
        })?;
    }
    Ok(())
}

/// A sync that has nothing to do writes nothing, and reads no more than what changed.
pub(crate) fn i02_a_second_sync_writes_nothing(stage: &Stage) -> Kept {
    hold(stage.writes() == 0, || format!("it writes: {:?}", stage.last_sync()))?;
    let requests = stage.requests();
    hold(stage.has_read_changes_only(), || format!("a sync that knows all reads all: {requests:?}"))
}

/// Every link is of an item and a record that are there, of the same person.
pub(crate) fn i06_no_link_is_orphaned(stage: &Stage, oracle: &Oracle) -> Kept {
    let known = stage.scene()?.people;
    for (item, record) in stage.linked().into_iter().filter(|(item, record)| !stage.are_in_calendars(item, record)) {
        let person = |side, id: &String| known.get(&(side, id.clone()));
        let (mailbox, crm) = (person(Side::Exchange, &item), person(Side::Crm, &record));
        let is_away = crm.is_some_and(|person| oracle.away.contains(person));
        hold(is_away || (mailbox.is_some() && mailbox == crm), || format!("{mailbox:?} is linked with {crm:?}"))?;
    }
    Ok(())
}

/// After a sync that came to its end, what it wrote comes back at the next one and is nobody's edit.
pub(crate) fn i09_its_own_writes_come_back_as_nothing(stage: &Stage, conflicts_before: usize) -> Kept {
    hold(stage.writes() == 0, || format!("it writes: {:?}", stage.last_sync()))?;
    hold(stage.conflicts().len() == conflicts_before, || "it finds a conflict".to_owned())
}

/// Contacts that the CRM can't take stay as they are, with a reason; all others get through, as
/// [`i01_both_sides_agree`] says.
pub(crate) fn i20_a_poison_item_blocks_only_itself(stage: &Stage, oracle: &Oracle) -> Kept {
    hold(stage.poisoned().len() == oracle.poisoned, || format!("{} are left of them", stage.poisoned().len()))?;
    let told = stage.reasons_of_the_poisoned();
    hold(told == oracle.poisoned, || format!("of {} there is a reason for {told}", oracle.poisoned))
}

/// Who was deleted on one side and edited on the other is on both, where records flow both ways.
pub(crate) fn i13_an_edit_beats_a_delete(stage: &Stage, oracle: &Oracle) -> Kept {
    let contents = stage.contents();
    let both_ways = matches!(stage.direction(), Direction::Both { .. });
    let is_the_rule = both_ways && !oracle.rules_changed;
    let edited = oracle.edited_since_deleted.iter().filter(|person| is_the_rule && !oracle.away.contains(*person));
    for person in edited {
        let is_there = [Side::Crm, Side::Exchange].map(|side| contents.contains_key(&(person.clone(), side)));
        hold(is_there == [true, true], || format!("{person} is gone with the edit"))?;
    }
    Ok(())
}

/// Within so many syncs after the last trouble there is nothing left to do.
pub(crate) fn i20_the_syncs_settle(end: &Result<End, Failure>, left: usize) -> Kept {
    hold(end.is_ok(), || format!("one doesn't come to its end: {end:?}"))?;
    hold(left > 0, || "there is no end".to_owned())
}
