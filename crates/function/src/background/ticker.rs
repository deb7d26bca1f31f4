//! Gives turns: looks what is due and puts it into the queue, the organisations in turn.

use super::env::{Stop, within};
use super::fair;
use super::queue::{Job, Queue};
use crate::App;
use crate::refusal::Refusal;
use std::time::Duration;

/// How often it is looked what is due.
const TICK: Duration = Duration::from_secs(1);

/// After so many ticks what was done is deleted from the queue.
const SWEEP_TICKS: u64 = 60;

/// The most turns that wait in the queue or are under way, of all instances together: what waits there can't be
/// overtaken by a mailbox in which something has just changed.
const TURNS_MAX: usize = 128;

/// Gives turns until it is told to stop. Trouble with the database passes or not: it is tried again at the next tick.
pub(super) async fn run(app: &App, queue: &Queue, stop: &mut Stop) {
    for tick in 0_u64.. {
        if let Err(error) = within(give(app, queue)).await {
            error.log();
        }
        if tick % SWEEP_TICKS == 0
            && let Err(error) =
                within(async { queue.sweep().await.map_err(|error| Refusal::Internal(error.into())) }).await
        {
            error.log();
        }
        tokio::select! {
            () = stop.asked() => return,
            () = tokio::time::sleep(TICK) => {}
        }
    }
}

/// Gives as many turns as there are places. Says how many are given or under way.
pub(super) async fn give(app: &App, queue: &Queue) -> Result<usize, Refusal> {
    let now_ms = app.now_ms();
    let waiting = app.store().waiting(now_ms).await?;
    let mut busy: usize = waiting.busy.values().sum();
    for due in fair::choose(waiting.due, &waiting.busy, TURNS_MAX.saturating_sub(busy)) {
        if app.store().give_turn(&due, now_ms).await? {
            let job = Job { mailbox: due.mailbox, queued_ms: now_ms };
            queue.push(job).await.map_err(|error| Refusal::Internal(error.into()))?;
            busy += 1;
        }
    }
    Ok(busy)
}
