//! All that is stored, and all SQL.
//!
//! What a method changes, it changes in one transaction. The statements keep to what SQLite and PostgreSQL
//! both understand; the migrations and [`Store::open`] are SQLite's.

mod account;
mod apply;
mod history;
mod item;
mod kind;
mod mailbox;
mod mails;
mod meeting;
mod open;
mod run;
mod session;
mod unsynced;
mod usage;

pub(crate) use history::{ConflictPage, JournalPage, RunEntries};
pub(crate) use item::{Change, LinksPage, Page};
pub(crate) use mails::{MailPage, NewMail};
pub use open::{DATABASE_FILE, OpenError};
pub(crate) use run::{NewCommit, Numbered, Opened};
pub(crate) use session::NewSession;

use crate::limits::HEALTH_KEPT_MS;
use crate::refusal::Refusal;
use sqlx::{Sqlite, SqlitePool, Transaction};
use std::sync::Arc;
use tokio::sync::Mutex;

/// The storage port. Clones share the connections.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    pool: SqlitePool,
    /// When the database last answered a ping.
    answered_ms: Arc<Mutex<Option<i64>>>,
}

impl Store {
    /// Whether the database answers, or did a moment ago. Whoever asks meanwhile waits for the same answer:
    /// pings use one connection at most.
    pub(crate) async fn ping(&self, now_ms: i64) -> Result<(), Refusal> {
        let mut answered_ms = self.answered_ms.lock().await;
        if !answered_ms.is_some_and(|at_ms| (0..HEALTH_KEPT_MS).contains(&(now_ms - at_ms))) {
            sqlx::query("SELECT 1").execute(&self.pool).await?;
            *answered_ms = Some(now_ms);
        }
        Ok(())
    }

    /// Closes the connections, after what they are doing.
    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }

    /// A transaction that will write. It takes the database's write lock at once: one that began by reading
    /// could find, when it comes to writing, that another was faster, and would have to start over.
    async fn write(&self) -> Result<Transaction<'static, Sqlite>, Refusal> {
        Ok(self.pool.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// A transaction that only reads: it sees one moment, whatever is written meanwhile.
    async fn read(&self) -> Result<Transaction<'static, Sqlite>, Refusal> {
        Ok(self.pool.begin().await?)
    }
}
