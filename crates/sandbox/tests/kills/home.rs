//! Where the function stores: in a file, or in a database of the test's own on a server.

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Executor};
use std::path::{Path, PathBuf};

/// Names the server: the URL of its database `postgres`, as somebody who may make others.
const SERVER: &str = "MXS_TEST_POSTGRES_URL";

/// A variable of the function's, and its value.
pub(crate) type Variable = (&'static str, String);

/// Where the function stores.
pub(crate) enum Home {
    /// In this folder.
    Folder(PathBuf),
    /// In a database on a server.
    Server {
        /// The server, without a database.
        server: String,
        /// The database.
        name: String,
    },
}

impl Home {
    /// A file in a folder of the test's.
    pub(crate) fn file(folder: &Path) -> Self {
        Self::Folder(folder.join("function"))
    }

    /// A new database; `None` where no server is named.
    pub(crate) async fn server() -> Option<Self> {
        let server = std::env::var(SERVER).ok()?.strip_suffix("/postgres").expect("the database 'postgres'").to_owned();
        let name = format!("kills_{}", std::process::id());
        tell(&server, format!("CREATE DATABASE {name} TEMPLATE template0")).await;
        Some(Self::Server { server, name })
    }

    /// What names it to the function.
    pub(crate) fn variable(&self) -> Variable {
        match self {
            Self::Folder(folder) => ("MXS_DATA_DIR", folder.to_string_lossy().into_owned()),
            Self::Server { server, name } => ("MXS_DATABASE_URL", format!("{server}/{name}")),
        }
    }

    /// Where the server listens: host and port.
    pub(crate) fn address(&self) -> &str {
        match self {
            Self::Folder(_) => panic!("a file has no address"),
            Self::Server { server, .. } => server.rsplit_once('@').expect("a user and a host").1,
        }
    }

    /// Takes it away, when nobody uses it any more.
    pub(crate) async fn remove(&self) {
        if let Self::Server { server, name } = self {
            tell(server, format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

async fn tell(server: &str, sql: String) {
    let options: PgConnectOptions = format!("{server}/postgres").parse().expect("a URL");
    let mut connection = options.connect().await.expect("the server answers");
    connection.execute(AssertSqlSafe(sql)).await.expect("it is done");
}
