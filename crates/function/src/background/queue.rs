//! The queue of runs: which instance takes which mailbox.
//!
//! The job engine (apalis) hands each job to one worker, beats its heart, and gives a job back whose worker died. What
//! must never be lost is not in it: when a mailbox is due stands beside the mailbox, and a job only says that its
//! turn has come. A queue that is lost altogether costs a delay and nothing else.

use crate::config::Database;
use crate::limits::DATABASE_WAIT_MAX;
use crate::store::alive;
use apalis::prelude::*;
use apalis_postgres::PostgresStorage;
use apalis_sqlite::SqliteStorage;
use serde::{Deserialize, Serialize};
use sqlx::ConnectOptions;
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::fmt;
use std::future::Future;
use std::time::Duration;
use tokio::sync::watch;

/// The queue's name in the job engine's tables.
const NAME: &str = "mailbox-runs";

/// The database of the jobs, beside the function's own.
const FILE: &str = "jobs.sqlite";

/// How often the queue is looked at.
const POLL: Duration = Duration::from_millis(200);

/// How often a worker says that it is alive.
const HEARTBEAT: Duration = Duration::from_secs(10);

/// After so many silent heartbeats a worker's jobs are given to another.
const MISSED_MAX: usize = 3;

/// How often a job is handed out: a worker may die with it.
const ATTEMPTS_MAX: usize = 5;

/// How many jobs a worker takes at once.
const BATCH: usize = 4;

/// Connections to the engine's tables.
const CONNECTIONS_MAX: u32 = 2;

/// A mailbox that is to be synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Job {
    /// The row of the mailbox.
    pub(super) mailbox: i64,
    /// When it was put into the queue, in milliseconds since 1970.
    pub(super) queued_ms: i64,
}

/// The queue. Clones share it.
#[derive(Clone)]
pub(super) enum Queue {
    /// In a file beside the function's own database.
    Sqlite(SqliteStorage<Job>),
    /// In a schema of its own in the database that the instances share.
    Postgres(PostgresStorage<Job>),
}

/// The job engine failed.
#[derive(Debug, thiserror::Error)]
#[error("the queue of runs failed: {0}")]
pub struct QueueError(String);

impl QueueError {
    /// The engine's errors name tables and columns, never values.
    pub(super) fn of(error: impl fmt::Display) -> Self {
        Self(error.to_string())
    }
}

impl Queue {
    /// Opens the queue that belongs to a database.
    pub(super) async fn open(database: &Database) -> Result<Self, QueueError> {
        match database {
            Database::Folder(folder) => {
                let options = SqliteConnectOptions::new()
                    .filename(folder.join(FILE))
                    .create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    // What a crash of the machine takes back is done again.
                    .synchronous(SqliteSynchronous::Normal)
                    .disable_statement_logging();
                let pool = SqlitePoolOptions::new().max_connections(CONNECTIONS_MAX).connect_with(options).await;
                let pool = pool.map_err(QueueError::of)?;
                SqliteStorage::setup(&pool).await.map_err(QueueError::of)?;
                let config = apalis_sqlite::Config::default()
                    .queue(NAME)
                    .batch_size(BATCH)
                    .heartbeat_interval(HEARTBEAT)
                    .missed_heartbeats(MISSED_MAX);
                Ok(Self::Sqlite(SqliteStorage::new(&pool).with_config(config)))
            }
            Database::Server(url) => {
                let options = url.postgres().map_err(QueueError::of)?;
                let pool = PgPoolOptions::new()
                    .max_connections(CONNECTIONS_MAX)
                    .acquire_timeout(DATABASE_WAIT_MAX)
                    .after_release(|connection, _| Box::pin(alive(connection)))
                    .connect_with(options)
                    .await;
                let pool = pool.map_err(QueueError::of)?;
                PostgresStorage::setup(&pool).await.map_err(QueueError::of)?;
                let config = apalis_postgres::Config::default()
                    .queue(NAME)
                    .batch_size(BATCH)
                    .heartbeat_interval(HEARTBEAT)
                    .missed_heartbeats(MISSED_MAX);
                Ok(Self::Postgres(PostgresStorage::new(&pool).with_config(config)))
            }
        }
    }

    /// Empties the queue where it is one instance's alone: nobody is left who could work on what is in it. Says whether
    /// it is.
    pub(super) async fn take_over(&self) -> Result<bool, QueueError> {
        let Self::Sqlite(storage) = self else { return Ok(false) };
        sqlx::query("DELETE FROM Jobs").execute(storage.pool()).await.map_err(QueueError::of)?;
        Ok(true)
    }

    /// Puts a job into the queue.
    pub(super) async fn push(&self, job: Job) -> Result<(), QueueError> {
        let task = TaskBuilder::new(job).max_attempts(ATTEMPTS_MAX).build();
        match self {
            Self::Sqlite(storage) => storage.clone().push_task(task).await.map_err(QueueError::of),
            Self::Postgres(storage) => storage.clone().push_task(task).await.map_err(QueueError::of),
        }
    }

    /// Deletes jobs that were done; the engine keeps them for whoever wants to look.
    pub(super) async fn sweep(&self) -> Result<(), QueueError> {
        match self {
            Self::Sqlite(storage) => {
                let done = "DELETE FROM Jobs WHERE status IN ('Done', 'Killed')";
                sqlx::query(done).execute(storage.pool()).await.map_err(QueueError::of)?;
            }
            Self::Postgres(storage) => {
                let done = "DELETE FROM apalis.jobs WHERE status IN ('Done', 'Killed')";
                sqlx::query(done).execute(storage.pool()).await.map_err(QueueError::of)?;
            }
        }
        Ok(())
    }

    /// Takes jobs out of the queue, so many at a time, until `stop` is there and those under way have ended. `name` is
    /// no other worker's, now or before. The engine gives a worker up when its tables can't be reached, and waits for ever
    /// where nobody says so: then its heart is silent. What was under way goes on.
    pub(super) async fn work<F, R>(
        &self,
        name: &str,
        at_once: usize,
        run: F,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), QueueError>
    where
        F: Fn(Job) -> R + Clone + Send + Sync + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        let stop = async move {
            stop.await;
            Ok::<(), std::io::Error>(())
        };
        let handle = move |job: Job| {
            let run = run(job);
            async move {
                run.await;
                Ok::<(), BoxDynError>(())
            }
        };
        let (beat, beats) = watch::channel(());
        macro_rules! work {
            ($storage:expr) => {{
                let worker = WorkerBuilder::new(name)
                    .backend($storage.clone().poll_with_interval(POLL))
                    .concurrency(at_once)
                    .on_event(move |_, event| {
                        if matches!(event, Event::HeartBeat) {
                            // Nobody is left who listens once it was given up.
                            let _ = beat.send(());
                        }
                    })
                    .build(handle)
                    .run_until(stop);
                tokio::select! {
                    ended = worker => ended.map_err(QueueError::of),
                    () = silent(beats) => Err(QueueError("its heart is silent".to_owned())),
                }
            }};
        }
        match self {
            Self::Sqlite(storage) => work!(storage),
            Self::Postgres(storage) => work!(storage),
        }
    }
}

/// Waits until the heart was silent for too long.
async fn silent(mut beats: watch::Receiver<()>) {
    while let Ok(Ok(())) = tokio::time::timeout(HEARTBEAT * MISSED_MAX as u32, beats.changed()).await {}
}
