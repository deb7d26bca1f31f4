//! What one process of the function carries: mailboxes that are due, and notifications.
//!
//! The stand-ins are in this process, the function is one of its own.

mod child;
mod posts;
mod stage;

use crate::table::table;
use crate::trouble::Trouble;
use child::Function;
pub(crate) use child::be_the_function;
use mxs_world::Service;
use stage::{Stage, now_ms};
use std::time::{Duration, Instant};

/// The time between two runs of a mailbox, in milliseconds: what an organisation has that chose nothing.
const INTERVAL_MS: i64 = 300_000;

/// How often it is looked how far the function has come.
const LOOK: Duration = Duration::from_millis(500);

/// How long the first sync of all mailboxes may take.
const FIRST_SYNCS_MAX: Duration = Duration::from_secs(3_600);

/// Time to start in, before the first mailbox is due.
const HEAD_START_MS: i64 = 2_000;

/// What one part of the benchmark is measured by.
struct Measured {
    seconds: f64,
    runs: i64,
    failed: i64,
    processor_s: f64,
    peak_kb: u64,
    microsoft: u64,
    zoho: u64,
    /// How much later than due mailboxes were taken, in milliseconds, in order; nothing where all were due at once.
    late_ms: Vec<i64>,
}

/// What was counted when a part began.
struct Begun {
    at: Instant,
    at_ms: i64,
    processor_s: f64,
    requests: (u64, u64),
}

/// Prints what the function carries with so many mailboxes, each part for so many seconds.
pub(crate) async fn print(mailboxes: usize, seconds: u64) -> Result<(), Trouble> {
    let mut stage = Stage::new(mailboxes).await?;
    let mut rows = Vec::new();
    println!("load average at the beginning: {}", load_average()?);

    stage.schedule(now_ms(), 0).await?;
    let function = stage.start().await?;
    let begun = begin(&stage, &function)?;
    let limit = Instant::now() + FIRST_SYNCS_MAX;
    while synced(&stage).await? < mailboxes as i64 && Instant::now() < limit {
        tokio::time::sleep(LOOK).await;
    }
    rows.push(row("first sync of all", &measure(&stage, &function, begun, None).await?));
    drop(function);

    stage.schedule(now_ms(), 0).await?;
    let function = stage.start().await?;
    let begun = begin(&stage, &function)?;
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    let at_once = measure(&stage, &function, begun, None).await?;
    rows.push(row("all due at once", &at_once));
    drop(function);

    let from_ms = now_ms() + HEAD_START_MS;
    stage.schedule(from_ms, INTERVAL_MS).await?;
    let function = stage.start().await?;
    tokio::time::sleep(Duration::from_millis(HEAD_START_MS as u64)).await;
    let begun = begin(&stage, &function)?;
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    rows.push(row("due evenly in 5 minutes", &measure(&stage, &function, begun, Some(from_ms)).await?));
    drop(function);

    let head = [
        "mailboxes",
        "case",
        "seconds",
        "runs",
        "failed",
        "runs/s",
        "in 5 minutes",
        "late p50, ms",
        "late p99, ms",
        "processor, ms a run",
        "of a core",
        "peak, MB",
        "Microsoft a run",
        "Zoho a run",
    ];
    let rows: Vec<Vec<String>> = rows.into_iter().map(|row| [vec![mailboxes.to_string()], row].concat()).collect();
    table("load: mailboxes", &head, &rows);

    stage.subscribe().await?;
    stage.schedule(now_ms() + HEAD_START_MS, INTERVAL_MS).await?;
    let function = stage.start().await?;
    posts::print(&stage, &function, seconds).await?;
    println!("load average at the end: {}", load_average()?);
    Ok(())
}

fn load_average() -> Result<String, Trouble> {
    let text = std::fs::read_to_string("/proc/loadavg")?;
    Ok(text.split(' ').take(3).collect::<Vec<_>>().join(" "))
}

/// How many mailboxes came to the end of a run.
async fn synced(stage: &Stage) -> Result<i64, Trouble> {
    let counted = sqlx::query_scalar("SELECT count(DISTINCT mailbox) FROM run WHERE ended_ms IS NOT NULL");
    Ok(counted.fetch_one(&stage.database).await?)
}

fn requests(stage: &Stage) -> (u64, u64) {
    stage.sandbox().world(|world| {
        let of = |service| world.counters.requests.get(&service).map_or(0, |requests| requests.values().sum());
        (of(Service::Microsoft), of(Service::Zoho))
    })
}

fn begin(stage: &Stage, function: &Function) -> Result<Begun, Trouble> {
    Ok(Begun { at: Instant::now(), at_ms: now_ms(), processor_s: function.processor_s()?, requests: requests(stage) })
}

/// What happened since. `from_ms` is when the first mailbox was due, where they were due one after the other.
async fn measure(stage: &Stage, function: &Function, begun: Begun, from_ms: Option<i64>) -> Result<Measured, Trouble> {
    let (seconds, until_ms) = (begun.at.elapsed().as_secs_f64(), now_ms());
    let processor_s = function.processor_s()? - begun.processor_s;
    let (microsoft, zoho) = requests(stage);
    // Runs of the part before, whose process was ended, are no trouble of this one.
    let ended: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT CASE WHEN outcome LIKE '%completed%' THEN 0 ELSE 1 END, count(*) FROM run
         WHERE ended_ms >= $1 AND ended_ms <= $2 AND outcome NOT LIKE '%interrupted%' GROUP BY 1",
    )
    .bind(begun.at_ms)
    .bind(until_ms)
    .fetch_all(&stage.database)
    .await?;
    let failed = ended.iter().filter(|(is_failed, _)| *is_failed == 1).map(|(_, runs)| runs).sum();
    Ok(Measured {
        seconds,
        runs: ended.iter().map(|(_, runs)| runs).sum(),
        failed,
        processor_s,
        peak_kb: function.memory_kb("VmHWM:")?,
        microsoft: microsoft - begun.requests.0,
        zoho: zoho - begun.requests.1,
        late_ms: match from_ms {
            Some(from_ms) => late(stage, from_ms, until_ms).await?,
            None => Vec::new(),
        },
    })
}

/// By how much each mailbox was taken later than it was due. One that still waits is as late as it is by now.
async fn late(stage: &Stage, from_ms: i64, until_ms: i64) -> Result<Vec<i64>, Trouble> {
    let started: Vec<(i64, i64)> =
        sqlx::query_as("SELECT mailbox, min(started_ms) FROM run WHERE started_ms >= $1 GROUP BY mailbox")
            .bind(from_ms)
            .fetch_all(&stage.database)
            .await?;
    let started: std::collections::HashMap<i64, i64> = started.into_iter().collect();
    let number = stage.owners.len() as i64;
    let mut late_ms: Vec<i64> = (0_i64..)
        .zip(&stage.owners)
        .map(|(at, owner)| (from_ms + INTERVAL_MS * at / number, owner.mailbox))
        .filter(|(due_ms, _)| *due_ms < until_ms)
        .map(|(due_ms, mailbox)| started.get(&mailbox).copied().unwrap_or(until_ms) - due_ms)
        .collect();
    late_ms.sort_unstable();
    Ok(late_ms)
}

/// The value below which so many percent of those in order are.
fn percentile<T: Copy>(ordered: &[T], percent: usize) -> Option<T> {
    ordered.get((ordered.len() * percent / 100).min(ordered.len().saturating_sub(1))).copied()
}

fn row(case: &str, measured: &Measured) -> Vec<String> {
    let runs = measured.runs.max(1) as f64;
    let late = |percent| percentile(&measured.late_ms, percent).map_or_else(|| "-".to_owned(), |late| late.to_string());
    vec![
        case.to_owned(),
        format!("{:.0}", measured.seconds),
        measured.runs.to_string(),
        measured.failed.to_string(),
        format!("{:.1}", runs / measured.seconds),
        format!("{:.0}", runs / measured.seconds * INTERVAL_MS as f64 / 1000.0),
        late(50),
        late(99),
        format!("{:.1}", measured.processor_s * 1000.0 / runs),
        format!("{:.2}", measured.processor_s / measured.seconds),
        format!("{:.0}", measured.peak_kb as f64 / 1024.0),
        format!("{:.2}", measured.microsoft as f64 / runs),
        format!("{:.2}", measured.zoho as f64 / runs),
    ]
}
