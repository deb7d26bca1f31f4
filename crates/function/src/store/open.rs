//! Opening a database, and why it can't be opened.

use super::{Backend, Store, postgres, sqlite};
use crate::config::{DATABASE_URL, Database};
use sqlx::AnyPool;
use sqlx::migrate::{MigrateError, Migrator};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

/// Why the database can't be used. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The data folder is missing and can't be made, or can't be written.
    #[error("the data folder '{}' can't be written: {source}; choose another one or change its permissions", path.display())]
    DataDir {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Others may read the file, and that can't be changed.
    #[error("'{}' can't be made its owner's only: {source}; let the function run as its owner", path.display())]
    Permissions {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is no database, or a damaged one.
    #[error(
        "the database '{}' is damaged ({detail}); it was left as it is: put a copy of it in its place, or move it away to begin without any state",
        path.display()
    )]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// A later version of this program has used it.
    #[error(
        "the database {database} was made by another version of this program (migration {migration}); use that version"
    )]
    Version {
        /// The file, or where the server is named.
        database: String,
        /// The migration that this program does not have, or has in another form.
        migration: i64,
    },
    /// It can't be opened for another reason.
    #[error("the database '{}' can't be opened: {source}", path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// Why.
        source: sqlx::Error,
    },
    /// The server can't be reached, or has no connection to spare.
    #[error(
        "the database server that {DATABASE_URL} names does not answer, or a certificate named there can't be read; start the server, or correct the variable"
    )]
    Away,
    /// The server's certificate, or the connection's encryption, is not what the URL asks for.
    #[error(
        "the connection to the database server that {DATABASE_URL} names can't be secured; name the file with its authority's certificate (sslrootcert=…), or correct 'sslmode'"
    )]
    Insecure,
    /// The server refuses.
    #[error(
        "the database server that {DATABASE_URL} names refuses (SQLSTATE {code}): check user, password and database; the user must be allowed to make tables there"
    )]
    Refused {
        /// Its reason. <https://www.postgresql.org/docs/15/errcodes-appendix.html>
        code: String,
    },
    /// The server's database can't store every text.
    #[error("the database that {DATABASE_URL} names is not encoded in UTF-8; make one that is")]
    Encoding,
}

impl Store {
    /// Opens the database, and brings an older one up to date.
    pub(crate) async fn open(database: &Database) -> Result<Self, OpenError> {
        sqlx::any::install_default_drivers();
        match database {
            Database::Folder(data_dir) => sqlite::open(data_dir).await,
            Database::Server(url) => postgres::open(url).await,
        }
    }

    pub(super) fn new(pool: AnyPool, backend: Backend) -> Self {
        Self { pool, backend, answered_ms: Arc::default() }
    }
}

/// What this version's tables are, as a number: that of the last migration of SQLite, beside which there is one of
/// PostgreSQL that makes the same.
pub(crate) fn schema() -> i64 {
    newest(&sqlite::MIGRATIONS)
}

fn newest(migrations: &Migrator) -> i64 {
    migrations.iter().map(|migration| migration.version).max().unwrap_or_default()
}

/// The migration that another version of this program made, if that is what is wrong; else what the database says.
pub(super) fn migration(error: MigrateError) -> Result<i64, sqlx::Error> {
    match error {
        MigrateError::VersionMissing(migration) | MigrateError::VersionMismatch(migration) => Ok(migration),
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => Err(error),
        other => Err(sqlx::Error::Configuration(other.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// PostgreSQL's first migration makes what SQLite's first twelve had made.
    #[test]
    fn a_migration_is_two_files() {
        assert_eq!(newest(&postgres::MIGRATIONS) + 11, schema());
    }
}
