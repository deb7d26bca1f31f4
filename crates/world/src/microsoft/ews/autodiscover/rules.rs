//! What a tester chooses of Autodiscover.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where Autodiscover sends people, and which of its ways there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AutodiscoverRules {
    /// Where it says that the service is; at the world's own address without.
    pub ews_url: Option<String>,
    /// Who is sent elsewhere: by address or by domain, in small letters; what an address has wins.
    pub redirects: BTreeMap<String, Redirect>,
    /// Where every GET leads, whoever is meant: what `http://autodiscover.<domain>` is for.
    pub location: Option<String>,
    /// Whether plain XML is offered.
    pub pox: bool,
    /// Whether SOAP is offered.
    pub soap: bool,
    /// Whether version 2 is offered.
    pub json: bool,
}

/// Where somebody is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Redirect {
    /// To ask for another address.
    Address(String),
    /// To ask at another address of the web. The oldest and the newest way say it each in its own form.
    Url(String),
    /// To ask at another address of the web, with HTTP's own 302.
    Location(String),
}

impl Default for AutodiscoverRules {
    fn default() -> Self {
        Self { ews_url: None, redirects: BTreeMap::new(), location: None, pox: true, soap: true, json: true }
    }
}

impl AutodiscoverRules {
    /// Where the mailbox of an address is sent.
    pub(super) fn redirect(&self, address: &str) -> Option<&Redirect> {
        let address = address.trim().to_lowercase();
        let domain = address.rsplit_once('@').map(|(_, domain)| domain);
        self.redirects.get(&address).or_else(|| self.redirects.get(domain?))
    }
}
