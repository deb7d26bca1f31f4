//! All that is stored, and all SQL.
//!
//! What a method changes, it changes in one transaction. There is one text of each statement: it keeps to what
//! SQLite and PostgreSQL both understand. A flag is a number, as SQLite has it. Where they differ is in [`Backend`], in
//! the migrations, and in how a database is opened.

mod account;
mod alert;
mod apply;
mod audit;
mod consent;
mod content;
mod credential;
mod history;
mod item;
mod kind;
mod mailbox;
mod mails;
mod meeting;
mod open;
mod org;
mod postgres;
mod run;
mod schedule;
mod sealed;
mod session;
mod sqlite;
mod standing;
mod subscription;
mod turn;
mod unsynced;
mod usage;
mod user;

pub(crate) use alert::AlertQuery;
pub(crate) use audit::{AuditQuery, Note};
pub(crate) use consent::NewConsent;
pub(crate) use content::{Restore, Row, TABLES};
pub(crate) use credential::{Owner, Renewal, Stored, StoredToken};
pub(crate) use history::{ConflictPage, JournalPage, RunEntries};
pub(crate) use item::{Change, LinksPage, Page};
pub(crate) use mailbox::Who;
pub(crate) use mails::{MailPage, NewMail};
pub use open::OpenError;
pub(crate) use open::schema;
pub(crate) use postgres::{alive, is_unstorable, is_unwritable, may_come_again};
pub(crate) use run::{NewCommit, Numbered, Opened, rfc3339};
pub(crate) use schedule::{Begun, Told};
pub(crate) use sealed::Place;
pub(crate) use session::NewSession;
pub use sqlite::DATABASE_FILE;
pub(crate) use standing::Standing;
pub(crate) use subscription::{Made, Side, Subscription, Wish};
pub(crate) use user::Known;

use crate::limits::{DATABASE_WAIT_MAX, HEALTH_KEPT_MS};
use crate::refusal::Refusal;
use sqlx::{Any, AnyPool, Transaction};
use std::sync::Arc;
use tokio::sync::Mutex;
use turn::Turn;

type Tx = Transaction<'static, Any>;

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Backend {
    /// A PostgreSQL server.
    Postgres,
    /// A file.
    Sqlite,
}

/// The storage port. Clones share the connections.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    pool: AnyPool,
    backend: Backend,
    /// When the database last answered a ping.
    answered_ms: Arc<Mutex<Option<i64>>>,
}

/// Cuts off what a page has no room for, of rows that are one more than `limit` where there is another page. Says where
/// that one begins: after the last row, whose place `place` says.
fn page_end<Row>(rows: &mut Vec<Row>, limit: u32, place: impl Fn(&Row) -> String) -> Option<String> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if rows.len() <= limit {
        return None;
    }
    rows.truncate(limit);
    rows.last().map(place)
}

impl Store {
    /// Whether the database answers and lets this instance write, or did a moment ago. Whoever asks meanwhile waits for the
    /// same answer: pings use one connection at most.
    pub(crate) async fn ping(&self, now_ms: i64) -> Result<(), Refusal> {
        let mut answered_ms = self.answered_ms.lock().await;
        if !answered_ms.is_some_and(|at_ms| (0..HEALTH_KEPT_MS).contains(&(now_ms - at_ms))) {
            let write = async {
                let tx = match self.backend {
                    Backend::Postgres => self.pool.begin().await?,
                    // Another program may have it to itself.
                    Backend::Sqlite => self.pool.begin_with("BEGIN IMMEDIATE").await?,
                };
                tx.rollback().await
            };
            tokio::time::timeout(2 * DATABASE_WAIT_MAX, write).await.map_err(|_| Refusal::Busy)??;
            *answered_ms = Some(now_ms);
        }
        Ok(())
    }

    /// Closes the connections, after what they are doing.
    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }

    /// A transaction that will write. It takes its turn at once: one that began by reading could find, when it comes
    /// to writing, that another was faster, and would have to start over.
    async fn write(&self, turn: Turn<'_>) -> Result<Tx, Refusal> {
        Ok(match self.backend {
            Backend::Postgres => {
                let mut tx = self.pool.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED").await?;
                turn.take(&mut tx).await?;
                tx
            }
            Backend::Sqlite => self.pool.begin_with("BEGIN IMMEDIATE").await?,
        })
    }

    /// A transaction that only reads: it sees one moment, whatever is written meanwhile.
    async fn read(&self) -> Result<Tx, Refusal> {
        Ok(match self.backend {
            Backend::Postgres => self.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY").await?,
            Backend::Sqlite => self.pool.begin().await?,
        })
    }
}
