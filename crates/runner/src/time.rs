//! What a run needs from the clock.

use std::future::Future;

/// The time, and waiting.
pub trait Time {
    /// The present moment, in milliseconds since 1970.
    fn now_ms(&self) -> u64;

    /// Waits.
    fn wait(&self, milliseconds: u32) -> impl Future<Output = ()>;
}
