//! What a run in the background has around it.

use super::port::Heard;
use crate::App;
use crate::limits::REQUEST_TIME_MAX;
use crate::refusal::Refusal;
use mxs_runner::Time;
use mxs_sync::{Env, Progress};
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::watch;

/// The clock of the function and tokio's waiting.
#[derive(Clone)]
pub(super) struct ServerTime(pub(super) App);

impl Time for ServerTime {
    fn now_ms(&self) -> u64 {
        u64::try_from(self.0.now_ms()).unwrap_or_default()
    }

    async fn wait(&self, milliseconds: u32) {
        tokio::time::sleep(Duration::from_millis(milliseconds.into())).await;
    }
}

/// The longest that whoever asks vendors for tokens is waited for: two requests, each of which has its own limit.
pub(super) const TOKENS_TIME_MAX: Duration = Duration::from_secs(4 * 60);

/// Gives up what takes longer than a request may: nobody else would, where the database hears nothing any more.
pub(super) async fn within<T>(act: impl Future<Output = Result<T, Refusal>>) -> Result<T, Refusal> {
    within_long(REQUEST_TIME_MAX, act).await
}

/// The same for what may take so long.
pub(super) async fn within_long<T>(
    limit: Duration,
    act: impl Future<Output = Result<T, Refusal>>,
) -> Result<T, Refusal> {
    tokio::time::timeout(limit, act).await.map_err(|_| Refusal::Timeout)?
}

/// Ends runs between two requests.
#[derive(Clone)]
pub(super) struct Stop(pub(super) watch::Receiver<bool>);

impl Stop {
    /// Whether the function is to stop.
    pub(super) fn is_asked(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is.
    pub(super) async fn asked(&mut self) {
        // Whoever could ask is gone: that is as good.
        let _ = self.0.wait_for(|asked| *asked).await;
    }
}

/// A run's surroundings. How far it has come goes with its commits; nobody watches here.
pub(super) struct ServerEnv {
    /// The function's end is the run's.
    pub(super) stop: Stop,
    /// What was heard of both vendors.
    pub(super) heard: [Rc<Heard>; 2],
}

impl ServerEnv {
    /// Whether a vendor wants to be left alone for longer than a run should wait.
    pub(super) fn is_left_alone(&self) -> bool {
        self.heard.iter().any(|heard| heard.is_too_long())
    }
}

impl Env for ServerEnv {
    async fn wait(&self, milliseconds: u32) {
        if self.is_left_alone() {
            return;
        }
        let mut stop = self.stop.clone();
        tokio::select! {
            () = stop.asked() => {}
            () = tokio::time::sleep(Duration::from_millis(milliseconds.into())) => {}
        }
    }

    fn progress(&self, _: Progress) {}

    fn cancelled(&self) -> bool {
        self.stop.is_asked() || self.is_left_alone()
    }
}
