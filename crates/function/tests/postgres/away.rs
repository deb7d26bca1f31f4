//! The server goes away while the function serves, and comes back.

use crate::home::Home;
use crate::support::{Fixture, TestClock, pairs, put_link};
use axum::http::StatusCode;
use mxs_api::ErrorCode;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A server of the test's own, which it may stop.
struct Server(PathBuf);

impl Server {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("mxs-function-server-{}", std::process::id())))
    }

    /// Does something with it; what is printed is the server's URL once it runs.
    fn tell(&self, what: &str) -> String {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/postgres.sh");
        let told = Command::new(script).arg(what).arg(&self.0).output().expect("the script runs");
        assert!(told.status.success(), "{what}: {}", String::from_utf8_lossy(&told.stderr));
        String::from_utf8(told.stdout).expect("text").trim().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.tell("remove");
    }
}

#[tokio::test]
async fn while_the_server_is_away_callers_are_told_to_come_again() {
    let server = Server::new();
    let url = server.tell("start");
    let f = Fixture::opened(Home::on(&url, "").await, TestClock::new()).await;
    let anna = f.connected("411001", "mailbox-a").await;
    let lease = f.lease(&anna).await;
    f.commit(&anna, lease.fence, json!([put_link("e1", "c1")])).await;

    server.tell("stop");
    let more = json!([put_link("e2", "c2")]);
    f.clock.advance_s(2);
    let (first, second, health) = tokio::join!(
        f.commit(&anna, lease.fence, more.clone()),
        f.call(&anna, "GET", "/v1/overview", None),
        f.call("", "GET", "/v1/health", None),
    );
    for refused in [first, second, health] {
        assert_eq!(refused.refusal(), (503, ErrorCode::Busy));
        assert_eq!(refused.problem().retry_after_s, Some(1));
    }

    server.tell("start");
    assert_eq!(f.commit(&anna, lease.fence, more).await.status, StatusCode::OK);
    assert_eq!(pairs(&f.state(&anna, lease.fence, 10).await).len(), 2, "what was stored before is there");
    f.app.close().await;
}

/// An instance that died in a transaction has its turn for a while; the others wait for it no longer than they may.
#[tokio::test]
async fn who_keeps_the_turn_keeps_nobody_for_ever() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let mut dead = f.home.look().await;
    // Of everybody: the one that each organisation's shares.
    sqlx::query("SELECT pg_advisory_lock($1)").bind(0x6d78_7302_i64).execute(&mut dead).await.expect("locked");
    assert_eq!(f.call(&anna, "POST", "/v1/lease", None).await.refusal(), (503, ErrorCode::Busy));
    assert_eq!(f.call(&anna, "GET", "/v1/overview", None).await.status, StatusCode::OK, "reading waits for nobody");
    drop(dead);
    f.lease(&anna).await;
}
