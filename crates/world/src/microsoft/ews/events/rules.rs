//! What a tester chooses of subscriptions.

use serde::{Deserialize, Serialize};

/// How many somebody may have. The defaults are those of Exchange 2013 and later.
///
/// See <https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/ews-throttling-in-exchange>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EventRules {
    /// How many subscriptions a user may have at once (`EWSMaxSubscriptions`).
    pub subscriptions_max: usize,
    /// How many answers to a user may go on at once (`HangingConnectionLimit`).
    pub streams_max: usize,
}

impl Default for EventRules {
    fn default() -> Self {
        Self { subscriptions_max: 5_000, streams_max: 10 }
    }
}
