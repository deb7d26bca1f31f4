//! The process that is killed.

use jiff::{SignedDuration, Timestamp};
use mxs_function::Clock;
use mxs_function::server::{ServerConfig, serve};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Holds the order.
const ORDER: &str = "MXS_KILLS_ORDER";

/// What the child is to be.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Order {
    /// The function's variables.
    pub(crate) variables: BTreeMap<String, String>,
    /// A file that says by how many milliseconds the clock is ahead.
    pub(crate) ahead: PathBuf,
}

/// The order that this process was started with.
pub(crate) fn order() -> Option<Order> {
    serde_json::from_str(&std::env::var(ORDER).ok()?).ok()
}

/// Starts the child.
pub(crate) fn start(order: &Order) -> std::process::Child {
    let order = serde_json::to_string(order).expect("JSON");
    let mut command = std::process::Command::new(std::env::current_exe().expect("this program"));
    command.env(ORDER, order).spawn().expect("a process")
}

/// Serves until it is killed.
pub(crate) fn be_the_function(order: &Order) {
    let get = |name: &str| order.variables.get(name).cloned();
    let mut settings = ServerConfig::from_variables(get).expect("good settings");
    settings.config.clock = Arc::new(Ahead(order.ahead.clone()));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(serve(settings, std::future::pending())).expect("it serves");
}

/// The computer's clock, and what the file adds.
struct Ahead(PathBuf);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        let ahead = std::fs::read_to_string(&self.0).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0);
        Timestamp::now() + SignedDuration::from_millis(ahead)
    }
}
