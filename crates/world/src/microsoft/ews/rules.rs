//! What a tester chooses of this door.

use super::{AutodiscoverRules, EventRules, Server};
use serde::{Deserialize, Serialize};

/// What the default policy says since Exchange 2013.
///
/// See <https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/ews-throttling-in-exchange>.
const CONCURRENCY: usize = 27;

/// Which server it is, and how it lets people in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EwsRules {
    /// Which server it is.
    pub server: Server,
    /// How people may say who they are.
    pub offered: Offered,
    /// How many requests are answered at once (`EWSMaxConcurrency` of the throttling policy).
    pub concurrency: usize,
    /// How many subscriptions people may have.
    pub events: EventRules,
    /// Where Autodiscover sends people.
    pub autodiscover: AutodiscoverRules,
}

impl Default for EwsRules {
    fn default() -> Self {
        Self {
            server: Server::default(),
            offered: Offered::default(),
            concurrency: CONCURRENCY,
            events: EventRules::default(),
            autodiscover: AutodiscoverRules::default(),
        }
    }
}

/// The ways to say who one is that the server's virtual directory offers.
///
/// See <https://learn.microsoft.com/en-us/powershell/module/exchange/set-webservicesvirtualdirectory>.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Offered {
    /// Name and password.
    pub basic: bool,
    /// NTLM, under its own name and inside of Negotiate.
    pub ntlm: bool,
    /// Tokens of Microsoft Entra ID (hybrid modern authentication).
    pub bearer: bool,
}

impl Default for Offered {
    /// As administrators leave it who want both old programs and new ones.
    fn default() -> Self {
        Self { basic: true, ntlm: true, bearer: true }
    }
}
