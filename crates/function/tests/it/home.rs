//! Where a test's function stores: in a file.

use mxs_function::Database;
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;
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

    /// The variable by which the program finds it.
    pub(crate) fn variable(&self) -> (&'static str, String) {
        ("MXS_DATA_DIR", self.0.display().to_string())
    }

    /// Looks into the database from outside, beside the running function.
    pub(crate) async fn look(&self) -> sqlx::SqliteConnection {
        use sqlx::ConnectOptions;
        // Its statements are not the function's: they stay out of the log that a test looks at.
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(self.file()).disable_statement_logging();
        options.connect().await.expect("a database")
    }

    /// All rows of all tables, each as its columns' values in SQL.
    pub(crate) async fn rows(&self) -> Vec<(String, BTreeMap<String, String>)> {
        let mut database = self.look().await;
        let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
        let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut database).await.expect("tables");
        let mut all = Vec::new();
        for table in tables {
            let columns = format!("SELECT name FROM pragma_table_xinfo('{table}')");
            let columns: Vec<String> =
                sqlx::query_scalar(AssertSqlSafe(columns)).fetch_all(&mut database).await.expect("columns");
            let members: Vec<String> = columns.iter().map(|name| format!("'{name}', quote(\"{name}\")")).collect();
            let rows = format!("SELECT json_object({}) FROM \"{table}\"", members.join(", "));
            let rows: Vec<String> =
                sqlx::query_scalar(AssertSqlSafe(rows)).fetch_all(&mut database).await.expect("rows");
            all.extend(rows.iter().map(|row| (table.clone(), serde_json::from_str(row).expect("JSON"))));
        }
        all
    }

    /// All that is stored.
    pub(crate) async fn bytes(&self) -> Vec<u8> {
        // What was not yet worked into it lies beside it, and so do the jobs.
        let files = std::fs::read_dir(self.path()).expect("a folder").map(|entry| entry.expect("an entry").path());
        // One may be gone again meanwhile.
        let bytes: Vec<u8> = files.filter_map(|path| std::fs::read(path).ok()).flatten().collect();
        assert!(!bytes.is_empty(), "there is no database");
        bytes
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // What is left behind does no harm.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
