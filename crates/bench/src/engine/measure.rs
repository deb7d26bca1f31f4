//! One measurement in one process: what was asked for, how long it took and how much memory it needed.

use super::database::Database;
use super::shelf::Shelf;
use super::{Done, Sides, Timed};
use crate::contacts;
use crate::trouble::Trouble;
use mxs_core::{CrmId, Field, Patch, Value};
use serde::Serialize;
use std::path::Path;
use std::time::Instant;

/// Of so many contacts one changes on each side, in the case where some change.
const CHANGED_OF: usize = 100;

/// A case that is measured, or what makes the state that it begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    /// The CRM holds all contacts, the mailbox none.
    FirstToMailbox,
    /// The mailbox holds all contacts, the CRM none: what is created there is marked in the mailbox after.
    FirstToCrm,
    /// The sync after a first one: the mailbox tells the sync's own writes.
    Echo,
    /// Nothing has changed.
    NoChange,
    /// One contact in a hundred has changed on each side, others on each.
    OnePercent,
}

/// Every case with its name.
pub(crate) const CASES: [(&str, Case); 5] = [
    ("first-to-mailbox", Case::FirstToMailbox),
    ("first-to-crm", Case::FirstToCrm),
    ("echo", Case::Echo),
    ("no-change", Case::NoChange),
    ("one-percent", Case::OnePercent),
];

/// What was measured.
#[derive(Serialize)]
pub(crate) struct Measured {
    /// By the clock.
    milliseconds: f64,
    /// Of them, what the engine needed to plan.
    planning_milliseconds: f64,
    /// Memory in use when the clock started, in kilobytes.
    before_kb: u64,
    /// The most memory that was ever in use, in kilobytes.
    peak_kb: u64,
    /// What the sync did.
    writes: usize,
}

/// Measures a case with the contacts of a file, and the state that is in a folder.
pub(crate) async fn measure(case: Case, people: &Path, folder: &Path) -> Result<Measured, Trouble> {
    let mut sides = Sides { crm: Shelf::default(), mailbox: Shelf::default(), database: Database::open(folder).await? };
    let count = fill(&mut sides, case, people)?;
    if case == Case::OnePercent {
        let part = count / CHANGED_OF;
        let edit: Patch = [(Field::JobTitle, Value::text("Owner"))].into_iter().collect();
        (0..part).for_each(|place| _ = sides.mailbox.change(place, &edit, None));
        (part..2 * part).for_each(|place| _ = sides.crm.change(place, &edit, None));
    }
    let before_kb = memory_kb(OWN, "VmRSS:")?;
    let start = Instant::now();
    let Timed { done, planning } = sides.sync().await?;
    let [milliseconds, planning_milliseconds] = [start.elapsed(), planning].map(|time| time.as_secs_f64() * 1_000.0);
    let peak_kb = memory_kb(OWN, "VmHWM:")?;
    sides.database.close().await?;
    let expected = case.expected(count);
    if done.seen != expected.seen {
        return Err(Trouble::Unexpected { what: "records seen", found: done.seen, expected: expected.seen });
    }
    if done.writes != expected.writes {
        return Err(Trouble::Unexpected { what: "writes", found: done.writes, expected: expected.writes });
    }
    Ok(Measured { milliseconds, planning_milliseconds, before_kb, peak_kb, writes: done.writes })
}

/// Puts the contacts onto the shelves: on both, all that a first sync would have copied.
fn fill(sides: &mut Sides, case: Case, people: &Path) -> Result<usize, Trouble> {
    let mut count = 0;
    for contact in contacts::read(people)? {
        let fields = contact?.fields();
        match case {
            Case::FirstToMailbox => _ = sides.crm.add(fields, None),
            Case::FirstToCrm => _ = sides.mailbox.add(fields, None),
            Case::Echo | Case::NoChange | Case::OnePercent => {
                let (place, _) = sides.crm.add(fields.clone(), None);
                sides.mailbox.add(fields, Some(<CrmId as super::Place>::of(place)));
            }
        }
        count += 1;
    }
    Ok(count)
}

impl Case {
    /// What a sync does then. Anything else is not what was to be measured.
    const fn expected(self, count: usize) -> Done {
        let part = count / CHANGED_OF;
        match self {
            Case::FirstToMailbox | Case::FirstToCrm => Done { seen: count, writes: count },
            Case::Echo => Done { seen: count, writes: 0 },
            Case::NoChange => Done { seen: 0, writes: 0 },
            Case::OnePercent => Done { seen: 2 * part, writes: 2 * part },
        }
    }
}

/// Where Linux tells of this process.
const OWN: &str = "/proc/self/status";

/// A line of what Linux tells of the memory of a process, in the file that has it.
pub(crate) fn memory_kb(file: &str, line: &str) -> Result<u64, Trouble> {
    let status = std::fs::read_to_string(file)?;
    let words = status.lines().find_map(|text| text.strip_prefix(line)?.split_whitespace().next()?.parse().ok());
    words.ok_or(Trouble::Memory)
}
