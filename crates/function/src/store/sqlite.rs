//! A database in a file.

use super::open::{self, OpenError};
use super::{Backend, Store};
use crate::limits::{DATABASE_PAGE_BYTES, DATABASE_WAIT_MAX, FILE_CONNECTIONS_MAX};
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};
use std::io;
use std::path::Path;

/// The database's name in the data folder.
pub const DATABASE_FILE: &str = "function.sqlite";

pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// Opens the database in `data_dir`; makes the folder and the file when they are missing, and brings an older file up
/// to date. An existing file is looked through before anything is written to it.
pub(super) async fn open(data_dir: &Path) -> Result<Store, OpenError> {
    prepare(data_dir).map_err(|source| OpenError::DataDir { path: data_dir.to_owned(), source })?;
    let path = data_dir.join(DATABASE_FILE);
    #[cfg(unix)]
    for end in ["", "-wal", "-shm"] {
        let path = data_dir.join(format!("{DATABASE_FILE}{end}"));
        for_its_owner(&path, end.is_empty()).map_err(|source| OpenError::Permissions { path, source })?;
    }
    let options =
        SqliteConnectOptions::new().filename(&path).busy_timeout(DATABASE_WAIT_MAX).disable_statement_logging();
    // A file that was made and never written to has no bytes yet; there is nothing in it to lose.
    if path.metadata().is_ok_and(|file| file.len() > 0) {
        check(&path, options.clone().read_only(true)).await?;
    }
    let explained = |error| explain(&path, error);
    // What a file keeps once it is set. The other settings are each connection's.
    let options = options.create_if_missing(true).page_size(DATABASE_PAGE_BYTES).journal_mode(SqliteJournalMode::Wal);
    let first = options.connect().await.map_err(explained)?;
    // Every byte of the name that has a meaning in a URL is written as its number.
    let name = percent_encode(path.as_os_str().as_encoded_bytes(), NON_ALPHANUMERIC);
    let options: AnyConnectOptions = format!("sqlite://{name}?mode=rw").parse().map_err(explained)?;
    let pool = AnyPoolOptions::new()
        .max_connections(FILE_CONNECTIONS_MAX)
        .acquire_timeout(DATABASE_WAIT_MAX)
        .after_connect(|connection, _| {
            // FULL: a commit that was answered is on the disk. A tab creates a record only after its intent is
            // stored, and a power cut between the two must not make it forget.
            let settings = format!(
                "PRAGMA busy_timeout = {}; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL",
                DATABASE_WAIT_MAX.as_millis()
            );
            Box::pin(async move { connection.execute(AssertSqlSafe(settings)).await.map(drop) })
        })
        // When the disk is full SQLite takes the transaction back by itself; sqlx, which finds none to take back then, goes
        // on believing that there is one, and would begin no other.
        .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
        .connect_with(options.disable_statement_logging())
        .await
        .map_err(explained)?;
    first.close().await.map_err(explained)?;
    MIGRATIONS.run(&pool).await.map_err(|error| {
        open::migration(error).map_or_else(explained, |migration| OpenError::Version {
            database: format!("'{}'", path.display()),
            migration,
        })
    })?;
    Ok(Store::new(pool, Backend::Sqlite))
}

/// Makes the folder, and tries whether files can be made in it: SQLite would only say that it can't open one.
fn prepare(data_dir: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        // People's addresses are in there.
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(data_dir)?;
    let probe = data_dir.join(format!(".probe-{}", std::process::id()));
    std::fs::write(&probe, b"")?;
    std::fs::remove_file(&probe)
}

/// Lets nobody but its owner read the file, whatever the folder around it allows; makes it first if it `must_be`.
/// SQLite would make it as the process's mask says, for everybody as a rule; the files that it makes beside
/// the database have the database's permissions. <https://www.sqlite.org/src/file/src/os_unix.c>
#[cfg(unix)]
fn for_its_owner(path: &Path, must_be: bool) -> io::Result<()> {
    use std::fs::{File, Permissions};
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    const OWNER_ONLY: u32 = 0o600;
    const OTHERS: u32 = 0o077;
    if must_be {
        // Opens no file that is there: closing it would give back every lock that this process has on it.
        match File::options().write(true).create_new(true).mode(OWNER_ONLY).open(path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
    }
    match path.metadata() {
        Ok(file) if file.permissions().mode() & OTHERS != 0 => {
            std::fs::set_permissions(path, Permissions::from_mode(OWNER_ONLY))
        }
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Looks through an existing file without writing to it.
async fn check(path: &Path, options: SqliteConnectOptions) -> Result<(), OpenError> {
    let explained = |error| explain(path, error);
    let mut connection = options.connect().await.map_err(explained)?;
    let found: String =
        sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&mut connection).await.map_err(explained)?;
    connection.close().await.map_err(explained)?;
    if found == "ok" { Ok(()) } else { Err(OpenError::Corrupt { path: path.to_owned(), detail: one_line(&found) }) }
}

/// Tells damage from other trouble by SQLite's result code. <https://www.sqlite.org/rescode.html>
fn explain(path: &Path, error: sqlx::Error) -> OpenError {
    const CORRUPT: i32 = 11;
    const NOT_A_DATABASE: i32 = 26;
    let path = path.to_owned();
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<i32>().ok());
    // The upper bytes of a code only say more about the same.
    match code.map(|code| code & 0xff) {
        Some(CORRUPT | NOT_A_DATABASE) => OpenError::Corrupt { path, detail: one_line(&error.to_string()) },
        _ => OpenError::Database { path, source: error },
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
