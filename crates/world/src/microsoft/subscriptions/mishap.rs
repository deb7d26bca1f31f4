//! What a tester lets go wrong with notices of changes.

use serde::{Deserialize, Serialize};
use std::num::NonZeroU32;

/// What happens to the next post of notices. Those of what becomes of a subscription are spared.
///
/// Notices come late, twice and out of order, and get lost: no document promises otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Mishap {
    /// It is sent so much later, and what comes after it may be there before it.
    Delayed {
        /// How much later, in milliseconds.
        by_ms: u32,
    },
    /// It is never sent.
    Lost {
        /// Whether the subscriber is told that something was missed.
        told: bool,
    },
    /// It is sent so often: twice, or in a storm.
    Repeated {
        /// How often.
        times: NonZeroU32,
    },
    /// Its notices are in the wrong order.
    Reversed,
}
