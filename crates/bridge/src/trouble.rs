//! What went wrong, as a stable code with what the vendor called it.

use serde::{Deserialize, Serialize};

/// The tab's own codes; never used for two things, never reused.
pub mod code {
    /// The browser refused to open Microsoft's window.
    pub const POPUP_BLOCKED: &str = "MXS-3001";
    /// Somebody closed Microsoft's window.
    pub const POPUP_CLOSED: &str = "MXS-3002";
    /// The person or an administrator said no.
    pub const CONSENT_DENIED: &str = "MXS-3003";
    /// The answer belongs to another sign-in.
    pub const WRONG_STATE: &str = "MXS-3004";
    /// Microsoft refused the sign-in for another reason.
    pub const SIGN_IN_REFUSED: &str = "MXS-3005";
    /// The account has no address.
    pub const NO_MAILBOX: &str = "MXS-3006";
    /// The CRM's SDK does not answer.
    pub const NOT_IN_CRM: &str = "MXS-3007";
    /// The CRM named no user or organisation.
    pub const NOBODY: &str = "MXS-3008";
    /// The function can't be reached.
    pub const NO_FUNCTION: &str = "MXS-3009";
    /// The CRM's function did not sign.
    pub const NOT_SIGNED: &str = "MXS-3010";
    /// The configuration can't be read.
    pub const NO_CONFIG: &str = "MXS-3011";
    /// The last sync never said how it ended.
    pub const INTERRUPTED: &str = "MXS-3012";
    /// The program that syncs can't be loaded, or broke.
    pub const NO_WORKER: &str = "MXS-3013";

    /// Every code of this list.
    pub const ALL: [&str; 13] = [
        POPUP_BLOCKED,
        POPUP_CLOSED,
        CONSENT_DENIED,
        WRONG_STATE,
        SIGN_IN_REFUSED,
        NO_MAILBOX,
        NOT_IN_CRM,
        NOBODY,
        NO_FUNCTION,
        NOT_SIGNED,
        NO_CONFIG,
        INTERRUPTED,
        NO_WORKER,
    ];
}

/// Something that went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// The stable code; the texts know each.
    pub code: String,
    /// What the vendor called it: a code or a status, never a sentence, never personal data.
    pub detail: Option<String>,
}

impl Trouble {
    /// Trouble with this code.
    pub fn new(code: &str) -> Self {
        Self { code: code.to_owned(), detail: None }
    }

    /// Adds the vendor's word for it.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into()).filter(|detail| !detail.is_empty());
        self
    }
}
