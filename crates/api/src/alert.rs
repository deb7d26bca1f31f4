//! What is wrong.

use serde::{Deserialize, Serialize};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// A person must see to it.
    Error,
    /// It may pass by itself: it is tried again.
    Warning,
}

impl Severity {
    /// Its word, as it is stored and on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

/// A part of the alerts: those that are open first, then the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AlertPage {
    /// The alerts.
    pub alerts: Vec<Alert>,
    /// What to pass as `after` for the next page; `None` when this is the last.
    pub next: Option<String>,
}

/// Something that is wrong, or was. It closes by itself when it is no longer met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Alert {
    /// Whose mailbox it concerns, as the CRM user's id; `None` is the whole organisation.
    pub user: Option<String>,
    /// The stable code of what is wrong.
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// When it was met first: RFC 3339, UTC.
    pub opened: String,
    /// When it was met last.
    pub last: String,
    /// How often it was met.
    pub times: u32,
    /// When it was over; `None` while it is open.
    pub closed: Option<String>,
    /// When it is tried again by itself; `None` when not before a person saw to it, or when that isn't of one mailbox.
    pub next_try: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_what_is_on_the_wire() {
        for severity in [Severity::Error, Severity::Warning] {
            assert_eq!(serde_json::to_value(severity).expect("JSON"), severity.word());
        }
    }
}
