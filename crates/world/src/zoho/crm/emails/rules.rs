//! What is known of associated mails by report only, or not at all: a tester chooses.

/// Behaviour that no page settles. The defaults are the harder case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmailRules {
    /// A record refuses a second mail with the same original message id. No page says so; the call that asks
    /// beforehand whether a message is there suggests that it doesn't.
    pub refuses_second: bool,
    /// How many mails one call associates. The specification shows a list and no length.
    pub associated_max: usize,
}

impl Default for EmailRules {
    fn default() -> Self {
        Self { refuses_second: false, associated_max: 1 }
    }
}
