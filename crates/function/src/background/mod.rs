//! The sync without a tab.
//!
//! | file | what |
//! |---|---|
//! | `pace` | when a mailbox is due again; pure |
//! | `fair` | whose turn it is; pure |
//! | `ticker` | gives turns |
//! | `queue` | carries them to whichever instance has time: the job engine |
//! | `work` | one turn |
//! | `subscriptions` | being told of changes |
//! | `people` | which users the CRM still has |
//! | `port` | the vendors, with tokens that last |
//! | `server` | a mailbox on an Exchange Server |
//! | `inside` | the function's own routes, called from within |
//! | `env` | clock, waiting, and being told to stop |

mod env;
pub(crate) mod fair;
mod inside;
pub(crate) mod pace;
mod people;
mod port;
mod queue;
mod server;
mod subscriptions;
mod ticker;
mod work;

use crate::{App, router};
use env::Stop;
use queue::Queue;
pub use queue::QueueError;
use std::time::Duration;
pub use subscriptions::Subscriptions;
pub(crate) use subscriptions::forget_subscriptions;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio_util::task::LocalPoolHandle;
use work::Work;

/// Runs at the same time in one instance. Most of a run is waiting for a vendor.
const RUNS_AT_ONCE: usize = 32;

/// Threads on which runs compute: a plan takes a while, and requests must not wait for it.
const THREADS: usize = 2;

/// How long it is waited until another worker begins where one was given up: its database is away.
const RESTART: Duration = Duration::from_secs(1);

/// How often it is looked whether there is still something to do.
const LOOK: Duration = Duration::from_millis(200);

/// The sync without a tab, while it runs.
pub struct Background {
    app: App,
    queue: Queue,
    stop: watch::Sender<bool>,
    working: tokio::task::JoinHandle<()>,
}

impl Background {
    /// Begins to take turns from the queue; `None` without keys, as nothing could be synced then.
    pub async fn start(app: &App) -> Result<Option<Self>, QueueError> {
        let Some(keys) = app.keys().cloned() else { return Ok(None) };
        let queue = Queue::open(app.database()).await?;
        if queue.take_over().await? {
            app.store().take_turns_back().await.map_err(QueueError::of)?;
        }
        let (stop, asked) = watch::channel(false);
        let stopped = Stop(asked);
        let work = Work {
            app: app.clone(),
            keys,
            router: router(app.clone()),
            runtime: Handle::current(),
            stop: stopped.clone(),
        };
        let pool = LocalPoolHandle::new(THREADS);
        let run = move |job| {
            let (work, pool) = (work.clone(), pool.clone());
            async move {
                match pool.spawn_pinned(move || work.turn(job)).await {
                    Ok(Ok(())) => {}
                    Ok(Err(refusal)) => refusal.log(),
                    // A panic, which its hook has told of. The turn is given anew when it counts as lost.
                    Err(error) => tracing::error!(%error, "a run ended in the middle"),
                }
            }
        };
        let (worker, naming) = (queue.clone(), app.clone());
        // On a thread of its own: the queue's heart beats however long a run computes.
        let working = LocalPoolHandle::new(1).spawn_pinned(move || async move {
            let mut until = stopped.clone();
            while !stopped.is_asked() {
                let mut stop = stopped.clone();
                let worked = async {
                    let name = crate::hex::encode(&naming.random::<8>().map_err(QueueError::of)?);
                    worker.work(&name, RUNS_AT_ONCE, run.clone(), async move { stop.asked().await }).await
                };
                if let Err(error) = worked.await {
                    tracing::error!(%error, "the queue of runs is begun anew");
                    tokio::select! {
                        () = until.asked() => {}
                        () = tokio::time::sleep(RESTART) => {}
                    }
                }
            }
        });
        Ok(Some(Self { app: app.clone(), queue, stop, working }))
    }

    /// Gives turns until `stop` is there; then lets the runs under way come to a point where they can stop.
    pub async fn serve(self, stop: watch::Receiver<bool>) {
        let (stop, mut ticking, mut asking) = (Stop(stop.clone()), Stop(stop.clone()), Stop(stop));
        let told = async {
            if let Some(subscriptions) = Subscriptions::new(&self.app) {
                subscriptions.run(stop).await;
            }
        };
        let people = people::run(&self.app, &mut asking);
        tokio::join!(ticker::run(&self.app, &self.queue, &mut ticking), told, people);
        self.end().await;
    }

    /// Gives turns until nothing is due and nothing under way, for as long as `limit` at most.
    pub async fn tick(self, limit: Duration) {
        let turns = async {
            people::check(&self.app).await;
            loop {
                match ticker::give(&self.app, &self.queue).await {
                    Ok(0) => return,
                    Ok(_) => {}
                    Err(error) => return error.log(),
                }
                tokio::time::sleep(LOOK).await;
            }
        };
        let told = async {
            if let Some(subscriptions) = Subscriptions::new(&self.app) {
                subscriptions.once().await;
            }
        };
        // What is still due then waits for the next tick.
        let _ = tokio::time::timeout(limit, async { tokio::join!(turns, told) }).await;
        self.end().await;
    }

    async fn end(self) {
        let _ = self.stop.send(true);
        let _ = tokio::time::timeout(crate::limits::SHUTDOWN_TIME_MAX, self.working).await;
    }
}
