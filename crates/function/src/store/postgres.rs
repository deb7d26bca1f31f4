//! A database on a PostgreSQL server.

use super::open::{self, OpenError};
use super::{Backend, Store};
use crate::config::{DATABASE_URL, DatabaseUrl};
use crate::limits::{DATABASE_WAIT_MAX, REQUEST_TIME_MAX, SERVER_CONNECTIONS_MAX};
use sqlx::any::AnyPoolOptions;
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, Connection, Error, Executor};

pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// Opens the database that `url` names, and brings an older one up to date; of several instances that start at the same
/// time one does that.
pub(super) async fn open(url: &DatabaseUrl) -> Result<Store, OpenError> {
    // Without the limits of a request: bringing a large database up to date may take long.
    let first = AnyPoolOptions::new().max_connections(1).acquire_timeout(DATABASE_WAIT_MAX);
    let first = first.connect_with(url.options()).await.map_err(explain)?;
    let encoding: String =
        sqlx::query_scalar("SELECT current_setting('server_encoding')").fetch_one(&first).await.map_err(explain)?;
    if encoding != "UTF8" {
        return Err(OpenError::Encoding);
    }
    MIGRATIONS.run(&first).await.map_err(|error| {
        open::migration(error)
            .map_or_else(explain, |migration| OpenError::Version { database: format!("of {DATABASE_URL}"), migration })
    })?;
    first.close().await;
    let pool = AnyPoolOptions::new()
        .max_connections(SERVER_CONNECTIONS_MAX)
        .acquire_timeout(DATABASE_WAIT_MAX)
        .after_connect(|connection, _| {
            // The server itself ends what nobody waits for any more, also when this instance is gone and could not
            // say so: it would keep its turn.
            let (wait, request) = (DATABASE_WAIT_MAX.as_millis(), REQUEST_TIME_MAX.as_millis());
            let settings = format!(
                "SET lock_timeout = {wait}; SET statement_timeout = {request};
                 SET idle_in_transaction_session_timeout = {request}"
            );
            Box::pin(async move { connection.execute(AssertSqlSafe(settings)).await.map(drop) })
        })
        .after_release(|connection, _| Box::pin(alive(connection)))
        .connect_with(url.options())
        .await
        .map_err(explain)?;
    Ok(Store::new(pool, Backend::Postgres))
}

/// Whether a connection that is given back still answers. Where a cable was cut nobody says so, and it would be waited for
/// ever, in the place of one that answers.
pub(crate) async fn alive<C: Connection>(connection: &mut C) -> Result<bool, Error> {
    tokio::time::timeout(DATABASE_WAIT_MAX, connection.ping()).await.map_err(|_| Error::PoolTimedOut)?.map(|()| true)
}

/// What to do about it. No message of the server's or of the client's goes on: they name users, databases and hosts.
fn explain(error: Error) -> OpenError {
    match error {
        Error::Tls(_) => OpenError::Insecure,
        Error::Database(refused) => {
            let code = refused.code().map_or_else(|| "unknown".to_owned(), |code| code.into_owned());
            if is_away(&code) { OpenError::Away } else { OpenError::Refused { code } }
        }
        _ => OpenError::Away,
    }
}

/// Whether the server is about to stop or to start, or has no connection left, or the connection broke.
/// <https://www.postgresql.org/docs/15/errcodes-appendix.html>
fn is_away(code: &str) -> bool {
    matches!(code, "57P01" | "57P02" | "57P03" | "53300") || code.starts_with("08")
}

/// Whether a statement may simply be tried again: others were faster, or it took too long, or the server is away.
pub(crate) fn may_come_again(code: &str) -> bool {
    // A turn or a row that was not to be had in time; a statement that was ended; a deadlock, or its like.
    matches!(code, "55P03" | "57014" | "40P01" | "40001" | "25P03") || is_away(code)
}

/// Whether nothing can be written: the disk is full, or the server only lets read.
pub(crate) fn is_unwritable(code: &str) -> bool {
    matches!(code, "53100" | "25006")
}

/// Whether a text holds what PostgreSQL can't store: the character with the number 0.
pub(crate) fn is_unstorable(code: &str) -> bool {
    code == "22021"
}
