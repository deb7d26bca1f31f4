//! Which resource of the subscriptions an address names.

use crate::microsoft::graph::address::{is, unknown};
use crate::microsoft::refusal::Refusal;

/// Something of the subscriptions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::microsoft::graph) enum SubscriptionPlace {
    All,
    One(String),
    Reauthorize(String),
}

impl SubscriptionPlace {
    /// Reads the segments behind `subscriptions`.
    pub(in crate::microsoft::graph) fn read(parts: &[&str]) -> Result<Self, Refusal> {
        match parts {
            [] => Ok(Self::All),
            [id] => Ok(Self::One((*id).to_owned())),
            [id, act] if is(act, "reauthorize") => Ok(Self::Reauthorize((*id).to_owned())),
            [_, other, ..] => Err(unknown(other)),
        }
    }
}
