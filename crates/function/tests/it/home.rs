//! Where a test's function stores: in a file.

use mxs_function::Database;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder that goes away with the test.
pub(crate) struct Home(PathBuf);

impl Home {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("mxs-function-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).expect("a folder for the test");
        Self(path)
    }

    /// Where nothing is stored yet.
    pub(crate) async fn fresh() -> Self {
        Self::new()
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.0.join(mxs_function::DATABASE_FILE)
    }

    pub(crate) fn database(&self) -> Database {
        Database::Folder(self.0.clone())
    }

    /// Looks into the database from outside, beside the running function.
    pub(crate) async fn look(&self) -> sqlx::SqliteConnection {
        use sqlx::ConnectOptions;
        // Its statements are not the function's: they stay out of the log that a test looks at.
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(self.file()).disable_statement_logging();
        options.connect().await.expect("a database")
    }

    /// All that is stored.
    pub(crate) async fn bytes(&self) -> Vec<u8> {
        std::fs::read(self.file()).expect("the database")
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // What is left behind does no harm.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
