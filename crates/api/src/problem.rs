//! How the function refuses.

use serde::{Deserialize, Serialize};

/// What went wrong, as a stable code. The numbers are part of the interface: never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ErrorCode {
    /// The request can't be read, or breaks a limit.
    #[serde(rename = "MXS-4001")]
    BadRequest,
    /// The CRM's statement is not valid: wrong signature, unknown organisation, old, or used before.
    #[serde(rename = "MXS-4002")]
    BadStatement,
    /// No session, or it ran out.
    #[serde(rename = "MXS-4003")]
    NoSession,
    /// There is no such address, or nothing there yet.
    #[serde(rename = "MXS-4004")]
    NotFound,
    /// Somebody else syncs this mailbox at the moment.
    #[serde(rename = "MXS-4005")]
    LeaseHeld,
    /// The lease ran out and somebody else may have it: stop writing.
    #[serde(rename = "MXS-4006")]
    LeaseLost,
    /// The mailbox is connected to another CRM user.
    #[serde(rename = "MXS-4007")]
    MailboxTaken,
    /// Too many requests.
    #[serde(rename = "MXS-4008")]
    TooMany,
    /// The function failed; nothing was stored.
    #[serde(rename = "MXS-5001")]
    Internal,
}

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What went wrong.
    pub code: ErrorCode,
    /// The same in English, for logs and for people who call the interface by hand. No personal data.
    pub message: String,
    /// After how many seconds it makes sense to try again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u32>,
}
