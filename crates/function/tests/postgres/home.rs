//! Where a test's function stores: in a database on the tests' server.

use mxs_function::{Database, DatabaseUrl};
use serde_json::Value;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, PgConnection};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

/// The variable that names the server: the URL of its database `postgres`, as somebody who may make others.
const SERVER: &str = "MXS_TEST_POSTGRES_URL";

/// A database that goes away with the test.
pub(crate) struct Home {
    name: String,
    server: String,
}

impl Home {
    /// Where nothing is stored yet.
    pub(crate) async fn fresh() -> Self {
        Self::with("").await
    }

    /// The same, made with these options.
    pub(crate) async fn with(options: &str) -> Self {
        let url = std::env::var(SERVER);
        let url = url.unwrap_or_else(|_| panic!("{SERVER} is not set: './build.sh test' starts a server and sets it"));
        Self::on(&url, options).await
    }

    /// The same on another server.
    pub(crate) async fn on(url: &str, options: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let server = url.strip_suffix("/postgres").expect("the URL of the database 'postgres'").to_owned();
        let made = tell(&server, format!("CREATE DATABASE {name} TEMPLATE template0 {options}")).await;
        made.expect("a database");
        Self { name, server }
    }

    pub(crate) fn url(&self) -> String {
        format!("{}/{}", self.server, self.name)
    }

    pub(crate) fn database(&self) -> Database {
        Database::Server(DatabaseUrl::parse(&self.url()).expect("a URL"))
    }

    /// The variable by which the program finds it.
    pub(crate) fn variable(&self) -> (&'static str, String) {
        ("MXS_DATABASE_URL", self.url())
    }

    /// Looks into the database from outside, beside the running function.
    pub(crate) async fn look(&self) -> PgConnection {
        connect(&self.url()).await.expect("a database")
    }

    /// All rows of all tables, each as its columns' values.
    pub(crate) async fn rows(&self) -> Vec<(String, BTreeMap<String, String>)> {
        let mut database = self.look().await;
        let tables = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'";
        let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut database).await.expect("tables");
        let mut all = Vec::new();
        for table in tables {
            let rows = format!("SELECT to_jsonb(row)::text FROM {table} AS row");
            let rows: Vec<String> =
                sqlx::query_scalar(AssertSqlSafe(rows)).fetch_all(&mut database).await.expect("rows");
            all.extend(rows.iter().map(|row| {
                let row: BTreeMap<String, Value> = serde_json::from_str(row).expect("JSON");
                let text = |value: Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                (table.clone(), row.into_iter().map(|(name, value)| (name, text(value))).collect())
            }));
        }
        all
    }

    /// All that is stored.
    pub(crate) async fn bytes(&self) -> Vec<u8> {
        let mut database = self.look().await;
        let tables = "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname IN ('public', 'apalis')";
        let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut database).await.expect("tables");
        assert!(!tables.is_empty());
        let mut bytes = Vec::new();
        for table in tables {
            // Bytes are told in hexadecimal digits.
            let rows = format!("SELECT row::text FROM {table} AS row");
            let rows: Vec<String> =
                sqlx::query_scalar(AssertSqlSafe(rows)).fetch_all(&mut database).await.expect("rows");
            bytes.extend(rows.concat().into_bytes());
        }
        bytes
    }
}

/// Statements of the tests are not the function's: they stay out of the log that a test looks at.
async fn connect(url: &str) -> Result<PgConnection, sqlx::Error> {
    url.parse::<PgConnectOptions>()?.disable_statement_logging().connect().await
}

/// Has the server do something with a database.
async fn tell(server: &str, sql: String) -> Result<(), sqlx::Error> {
    connect(&format!("{server}/postgres")).await?.execute(AssertSqlSafe(sql)).await.map(drop)
}

impl Drop for Home {
    fn drop(&mut self) {
        let drop = tell(&self.server, format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        // A test's own runtime can't be waited for here.
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
                // What is left behind does no harm: the server goes with the tests.
                let _ = runtime.block_on(drop);
            });
        });
    }
}
