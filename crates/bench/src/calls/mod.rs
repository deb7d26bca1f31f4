//! What whole runs ask of the vendors, in the world, against the floor.

mod floor;
mod memory;
mod stage;

use crate::table::table;
use crate::trouble::Trouble;
use floor::{Calls, Contents, Needs, changed, new};
use mxs_core::Side;
use stage::Stage;
use std::ops::Range;

/// How many syncs may pass until nothing is left to do.
const SYNCS_MAX: usize = 5;

/// How many contacts change, however many are linked, where it is asked what a change costs.
const CHANGES: usize = 100;

/// A person's morning.
struct Workload {
    name: &'static str,
    /// What is there before the first sync.
    before: Before,
    /// What happens after it; without, the first sync is what is measured.
    then: Option<Then>,
}

/// Who is where before the first sync.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Everybody is in the mailbox, nobody in the CRM.
    InMailbox,
    /// As many on each side, half of them on both.
    HalfOnBoth,
}

/// What happens between two syncs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    Nothing,
    /// So many in a hundred are edited on one side.
    Edits {
        percent: usize,
        side: Side,
    },
    /// So many in a hundred are edited on each side: others on each.
    Disjoint {
        percent: usize,
    },
    /// So many in a hundred are edited on both sides, in the same field.
    SameField {
        percent: usize,
    },
    /// Microsoft forgets how far the mailbox was read.
    CursorLost,
}

const fn first(name: &'static str, before: Before) -> Workload {
    Workload { name, before, then: None }
}

const fn later(name: &'static str, then: Then) -> Workload {
    Workload { name, before: Before::InMailbox, then: Some(then) }
}

const WORKLOADS: [Workload; 12] = [
    first("first sync, empty CRM", Before::InMailbox),
    first("first sync, half on both sides", Before::HalfOnBoth),
    later("no change", Then::Nothing),
    later("1 % edited in the mailbox", Then::Edits { percent: 1, side: Side::Exchange }),
    later("1 % edited in the CRM", Then::Edits { percent: 1, side: Side::Crm }),
    later("10 % edited in the mailbox", Then::Edits { percent: 10, side: Side::Exchange }),
    later("10 % edited in the CRM", Then::Edits { percent: 10, side: Side::Crm }),
    later("1 % edited on each, disjoint", Then::Disjoint { percent: 1 }),
    later("10 % edited on each, disjoint", Then::Disjoint { percent: 10 }),
    later("1 % edited on both, same field", Then::SameField { percent: 1 }),
    later("10 % edited on both, same field", Then::SameField { percent: 10 }),
    later("mailbox's cursor lost", Then::CursorLost),
];

/// What both sides hold.
struct Both {
    mailbox: Contents,
    crm: Contents,
}

impl Both {
    fn of(stage: &Stage) -> Self {
        Self { mailbox: stage.contents(Side::Exchange), crm: stage.contents(Side::Crm) }
    }

    fn nothing() -> Self {
        Self { mailbox: Contents::new(), crm: Contents::new() }
    }
}

/// A sync and the one after it.
struct Cost {
    made: Calls,
    needs: Needs,
    writes_after: u64,
}

/// A sync after which nothing is left to do, with what it needed: `known` is what the sync before it left.
async fn cost(stage: &Stage, known: &Both) -> Result<Cost, Trouble> {
    let (before, links) = (Both::of(stage), stage.links());
    let made = stage.sync().await?;
    let after = Both::of(stage);
    let needs = Needs {
        items_read: changed(&known.mailbox, &before.mailbox),
        items_written: changed(&before.mailbox, &after.mailbox),
        records_read: changed(&known.crm, &before.crm),
        records_written: changed(&before.crm, &after.crm),
        records_edited: changed(&before.crm, &after.crm) - new(&before.crm, &after.crm),
        marks: (stage.links() - links) as u64 - new(&before.mailbox, &after.mailbox),
        is_later: links > 0,
    };
    stage.sync().await?;
    Ok(Cost { made, needs, writes_after: stage.writes() })
}

/// Syncs until the own writes have come back and nothing is left to tell.
async fn settle(stage: &Stage) -> Result<(), Trouble> {
    let mut last = None;
    for _ in 0..SYNCS_MAX {
        let calls = stage.sync().await?;
        if last == Some(calls) {
            return Ok(());
        }
        last = Some(calls);
    }
    Err(Trouble::Restless)
}

fn fill(stage: &Stage, before: Before, size: usize) -> Result<(), Trouble> {
    for number in 0..size {
        stage.add(Side::Exchange, number)?;
        if before == Before::HalfOnBoth {
            stage.add(Side::Crm, number + size / 2)?;
        }
    }
    Ok(())
}

/// Edits those records of a side whose place in the order of ids is among `places`.
fn edit(stage: &Stage, side: Side, places: Range<usize>, field: usize, value: &str) -> Result<(), Trouble> {
    let ids: Vec<String> = stage.contents(side).into_keys().skip(places.start).take(places.len()).collect();
    ids.iter().try_for_each(|id| stage.edit(side, id, field, value))
}

/// Edits the same people on both sides.
fn edit_both(stage: &Stage, people: usize) -> Result<(), Trouble> {
    let items = stage.addresses(Side::Exchange);
    for (address, record) in stage.addresses(Side::Crm).iter().take(people) {
        let item = items.get(address).ok_or(Trouble::Unpaired)?;
        stage.edit(Side::Crm, record, 0, "Head of CRM")?;
        stage.edit(Side::Exchange, item, 0, "Head of mail")?;
    }
    Ok(())
}

async fn measure(workload: &Workload, size: usize) -> Result<Cost, Trouble> {
    let stage = Stage::new();
    fill(&stage, workload.before, size)?;
    let Some(then) = workload.then else { return cost(&stage, &Both::nothing()).await };
    settle(&stage).await?;
    let mut known = Both::of(&stage);
    let share = |percent: usize| size * percent / 100;
    match then {
        Then::Nothing => {}
        Then::Edits { percent, side } => edit(&stage, side, 0..share(percent), 0, "Owner")?,
        Then::Disjoint { percent } => {
            // The order of ids is another on each side: those edited in two fields are few, and merge.
            edit(&stage, Side::Exchange, 0..share(percent), 0, "Owner")?;
            edit(&stage, Side::Crm, size - share(percent)..size, 1, "Board")?;
        }
        Then::SameField { percent } => edit_both(&stage, share(percent))?,
        Then::CursorLost => {
            stage.lose_cursor();
            known.mailbox.clear();
        }
    }
    cost(&stage, &known).await
}

fn against(made: u64, promised: u64, floor: u64) -> String {
    format!("{made}/{promised} = {:.2} ({floor})", made as f64 / promised as f64)
}

fn row(size: usize, name: &str, Cost { made, needs, writes_after }: &Cost) -> Vec<String> {
    let (promised, floor) = (needs.with_promises(), needs.floor());
    vec![
        size.to_string(),
        name.to_owned(),
        against(made.microsoft, promised.microsoft, floor.microsoft),
        against(made.parts, promised.parts, floor.parts),
        against(made.zoho, promised.zoho, floor.zoho),
        against(made.credits, promised.credits, floor.credits),
        writes_after.to_string(),
    ]
}

/// Prints what syncs of so many contacts ask of the vendors, beside the floor.
pub(crate) async fn print_workloads(sizes: &[usize]) -> Result<(), Trouble> {
    let mut rows = Vec::new();
    for size in sizes {
        for workload in &WORKLOADS {
            rows.push(row(*size, workload.name, &measure(workload, *size).await?));
        }
    }
    let head = ["contacts", "workload", "Microsoft", "quota parts", "Zoho", "credits", "writes after"];
    let title = "Requests, made/floor with promises = ratio (floor), and the writes of the sync after it";
    table(title, &head, &rows);
    Ok(())
}

/// Prints what a change costs by the number of links.
pub(crate) async fn print_growth(sizes: &[usize]) -> Result<(), Trouble> {
    let mut rows = Vec::new();
    for size in sizes {
        let changes = CHANGES.min(*size / 2);
        let stage = Stage::new();
        fill(&stage, Before::InMailbox, *size)?;
        settle(&stage).await?;
        let known = Both::of(&stage);
        edit(&stage, Side::Exchange, 0..changes / 2, 0, "Owner")?;
        edit(&stage, Side::Crm, size - changes / 2..*size, 1, "Board")?;
        let Cost { made, writes_after, .. } = cost(&stage, &known).await?;
        let each = |count: u64| format!("{:.2}", count as f64 / changes as f64);
        rows.push(vec![
            stage.links().to_string(),
            changes.to_string(),
            each(made.microsoft),
            each(made.parts),
            each(made.zoho),
            each(made.credits),
            writes_after.to_string(),
        ]);
    }
    let head = ["links", "changes", "Microsoft", "quota parts", "Zoho", "credits", "writes after"];
    table("Requests for each changed contact, by the number of links", &head, &rows);
    Ok(())
}
