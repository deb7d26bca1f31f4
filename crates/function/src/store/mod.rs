//! All that is stored, and all SQL.
//!
//! What a method changes, it changes in one transaction. The statements keep to what SQLite and PostgreSQL
//! both understand; the migrations and [`Store::open`] are SQLite's.

mod account;
mod item;
mod mailbox;
mod open;
mod run;
mod session;
mod unsynced;

pub(crate) use item::{Change, Page};
pub use open::{DATABASE_FILE, OpenError};
pub(crate) use session::NewSession;

use crate::refusal::Refusal;
use sqlx::{Sqlite, SqlitePool, Transaction};

/// The storage port. Clones share the connections.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    pool: SqlitePool,
}

impl Store {
    /// Whether the database answers.
    pub(crate) async fn ping(&self) -> Result<(), Refusal> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
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
