//! Starting on PostgreSQL, and the reasons not to start.

use crate::home::Home;
use crate::support::{ORG, SECRET, config};
use mxs_function::{App, OpenError};
use serde_json::json;
use sqlx::{AssertSqlSafe, Executor};
use std::net::TcpListener;
use std::process::{Command, Stdio};

/// A password that no message may repeat.
const PASSWORD: &str = "pass-word-of-the-tests";

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_alone() {
    let home = Home::fresh().await;
    App::open(config(home.database())).await.expect("opens").close().await;
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (999, 'from the future', TRUE, '', 0)",
    )
    .execute(&mut home.look().await)
    .await
    .expect("inserted");
    let error = App::open(config(home.database())).await.expect_err("too new");
    assert!(matches!(error, OpenError::Version { migration: 999, .. }), "{error:?}");
}

/// Several instances start at the same time on an empty database, as after an installation.
#[tokio::test]
async fn of_several_that_start_at_the_same_time_one_makes_the_tables() {
    let home = Home::fresh().await;
    let open = || App::open(config(home.database()));
    let opened = tokio::join!(open(), open(), open(), open());
    for app in [opened.0, opened.1, opened.2, opened.3] {
        app.expect("opens").close().await;
    }
}

#[tokio::test]
async fn each_reason_not_to_start_is_one_clear_line() {
    let home = Home::fresh().await;
    let latin = Home::with("ENCODING 'LATIN1' LOCALE 'C'").await;
    let closed = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its address");
    let away = format!("postgres://somebody:{PASSWORD}@{closed}/state");
    let stranger = home.url().replacen("tests:", &format!("tests:{PASSWORD}"), 1);
    let missing = home.url().replacen("/test_", "/no_test_", 1);
    let plain = format!("plain_{}", std::process::id());
    let made = format!("CREATE ROLE {plain} LOGIN PASSWORD '{PASSWORD}'");
    home.look().await.execute(AssertSqlSafe(made)).await.expect("a user");
    let host = home.url().split_once('@').expect("a host").1.to_owned();
    let cases = [
        ("both set", away.clone(), "/tmp/nowhere"),
        ("it is no URL like", format!("mysql://somebody:{PASSWORD}@127.0.0.1/state"), ""),
        ("it is no URL like", format!("{PASSWORD}@127.0.0.1/state"), ""),
        ("it is no URL like", format!("postgres://127.0.0.1/state?passwort={PASSWORD}"), ""),
        ("it is no URL like", format!("postgres://somebody:{PASSWORD}@127.0.0.1:port/state"), ""),
        ("does not answer", away, ""),
        ("refuses (SQLSTATE 28P01)", stranger, ""),
        ("refuses (SQLSTATE 3D000)", missing, ""),
        ("must be allowed to make tables", format!("postgres://{plain}:{PASSWORD}@{host}"), ""),
        ("can't be secured", format!("{}?sslmode=verify-full", home.url()), ""),
        ("not encoded in UTF-8", latin.url(), ""),
    ];
    for (expected, url, folder) in cases {
        let output = Command::new(env!("CARGO_BIN_EXE_function"))
            .arg("serve")
            .envs([("MXS_DATABASE_URL", &*url), ("MXS_DATA_DIR", folder), ("MXS_LISTEN", "127.0.0.1:0")])
            .env("MXS_ORG_SECRETS", json!({ ORG: SECRET }).to_string())
            .stdin(Stdio::null())
            .output()
            .expect("runs");
        let stderr = String::from_utf8(output.stderr).expect("text");
        assert_eq!(output.status.code(), Some(1), "{expected}: {stderr}");
        assert!(stderr.starts_with("function: ") && stderr.contains(expected), "{expected}: {stderr}");
        assert_eq!(stderr.lines().count(), 1, "{expected}: {stderr}");
        assert!(!stderr.contains(PASSWORD), "{expected}: {stderr}");
    }
    home.look().await.execute(AssertSqlSafe(format!("DROP ROLE {plain}"))).await.expect("gone");
}
