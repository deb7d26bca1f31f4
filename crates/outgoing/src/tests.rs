//! The way out against servers on the loopback that do as servers do when something is wrong.

mod exchange_server;
mod guarded;
mod server;
mod spelling;
mod vendor;
mod windows;

use crate::Limits;
use std::time::Duration;

/// A limit that a test waits out.
const SHORT: Duration = Duration::from_millis(150);

/// Limits that no test of this machine reaches by chance, with a small body.
const LIMITS: Limits = Limits {
    connect: Duration::from_secs(20),
    silence: Duration::from_secs(20),
    total: Duration::from_secs(20),
    body: 64 * 1024,
};
