//! How long and how large an exchange may be.

use std::time::Duration;

/// How long a connection may take, the look-up of the name and the TLS handshake included.
const CONNECT: Duration = Duration::from_secs(10);

/// How long a server may be silent: before its answer, and between two pieces of it. Longer than the slowest of the
/// vendors' calls, a batch of twenty writes.
const SILENCE: Duration = Duration::from_secs(60);

/// How long everything together may take, so that an answer that trickles ends as well.
const TOTAL: Duration = Duration::from_secs(100);

/// The largest body of an answer, unpacked. The largest that is asked for, a page of mails, stays well below.
const BODY: usize = 32 * 1024 * 1024;

/// Limits of one exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long a connection may take.
    pub connect: Duration,
    /// How long a server may be silent.
    pub silence: Duration,
    /// How long everything together may take.
    pub total: Duration,
    /// The largest body of an answer in bytes, unpacked.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: CONNECT, silence: SILENCE, total: TOTAL, body: BODY }
    }
}
