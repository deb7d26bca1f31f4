//! What a write must know of the CRM beside what it writes.

use crate::{Accounts, People};

/// What a write must know of the CRM beside what it writes. What isn't known isn't written: see
/// [`crate::record::left_out`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The accounts of the companies that are written, where the module's
    /// [names link them](crate::Names::links_accounts).
    pub accounts: Accounts,
    /// The people of the events whose attendees are written.
    pub people: People,
}
