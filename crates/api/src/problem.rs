//! How the function refuses.

use serde::{Deserialize, Serialize};

/// What went wrong, as a stable code. The numbers are part of the interface: never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ErrorCode {
    /// The request can't be read, or breaks a limit. Status 400, or 405, 408, 413, 415 or 422 where one of
    /// these says more.
    #[serde(rename = "MXS-4001")]
    BadRequest,
    /// The CRM's statement is not valid: wrong signature, unknown organisation, old, or used before.
    /// Status 401.
    #[serde(rename = "MXS-4002")]
    BadStatement,
    /// No session, or it ran out. Status 401.
    #[serde(rename = "MXS-4003")]
    NoSession,
    /// There is no such address, or nothing there yet. Status 404.
    #[serde(rename = "MXS-4004")]
    NotFound,
    /// Somebody syncs this mailbox at the moment, perhaps the same user in another tab. Status 409.
    #[serde(rename = "MXS-4005")]
    LeaseHeld,
    /// The lease ran out and somebody else may have it: stop writing. Status 409.
    #[serde(rename = "MXS-4006")]
    LeaseLost,
    /// The mailbox is connected to another CRM user. Status 409.
    #[serde(rename = "MXS-4007")]
    MailboxTaken,
    /// Too many requests. Status 429.
    #[serde(rename = "MXS-4008")]
    TooMany,
    /// The user's state has no room for more: too many records, or too much about them. What takes no more
    /// room than before may still be stored. Status 413.
    #[serde(rename = "MXS-4009")]
    StateFull,
    /// Only an administrator of the CRM may do that. Status 403.
    #[serde(rename = "MXS-4010")]
    NotAllowed,
    /// A vendor did not give the consent that was asked for, or its answer belongs to no consent that is waiting.
    /// Status 422.
    #[serde(rename = "MXS-4011")]
    NoConsent,
    /// The function was given no keys: it holds nobody's credentials and syncs nothing by itself. Status 501.
    #[serde(rename = "MXS-4012")]
    NoKeys,
    /// Whoever consented is somebody else than who asked: another CRM user or organisation. Status 409.
    #[serde(rename = "MXS-4013")]
    WrongPerson,
    /// Administrators choose what is synced, for everybody. Status 403.
    #[serde(rename = "MXS-4014")]
    ChosenForAll,
    /// The user's sync was switched off by an administrator, or the CRM no longer has the user as an active one.
    /// Status 409.
    #[serde(rename = "MXS-4015")]
    SwitchedOff,
    /// What was chosen once can't be chosen anew. Status 409.
    #[serde(rename = "MXS-4016")]
    ChosenOnce,
    /// The CRM has no such active user. Status 409.
    #[serde(rename = "MXS-4017")]
    UserInactive,
    /// The extension was uninstalled from the organisation; an administrator's consent brings it back. Status 409.
    #[serde(rename = "MXS-4018")]
    Uninstalled,
    /// The function failed. What was sent is stored as a whole or not at all; it may be sent again.
    /// Status 500.
    #[serde(rename = "MXS-5001")]
    Internal,
    /// There is too much to do at the moment, or it took too long: no fault. What was sent is stored as a whole
    /// or not at all; it may be sent again. Status 503.
    #[serde(rename = "MXS-5002")]
    Busy,
    /// A vendor can't be reached, or asks to be left alone. Status 502.
    #[serde(rename = "MXS-5003")]
    VendorAway,
    /// The function can store nothing: its disk is full, or can't be written. What was stored stays. Status 507.
    #[serde(rename = "MXS-5004")]
    Unwritable,
    /// The function can't open a secret that it keeps: its operator took the key away. Status 500.
    #[serde(rename = "MXS-5005")]
    Sealed,
}

impl ErrorCode {
    /// Every code.
    pub const ALL: [Self; 23] = [
        Self::BadRequest,
        Self::BadStatement,
        Self::NoSession,
        Self::NotFound,
        Self::LeaseHeld,
        Self::LeaseLost,
        Self::MailboxTaken,
        Self::TooMany,
        Self::StateFull,
        Self::NotAllowed,
        Self::NoConsent,
        Self::NoKeys,
        Self::WrongPerson,
        Self::ChosenForAll,
        Self::SwitchedOff,
        Self::ChosenOnce,
        Self::UserInactive,
        Self::Uninstalled,
        Self::Internal,
        Self::Busy,
        Self::VendorAway,
        Self::Unwritable,
        Self::Sealed,
    ];

    /// The status that comes with it, where none says more.
    pub const fn status(self) -> u16 {
        use ErrorCode::*;
        match self {
            BadRequest => 400,
            BadStatement | NoSession => 401,
            NotAllowed | ChosenForAll => 403,
            NotFound => 404,
            LeaseHeld | LeaseLost | MailboxTaken | WrongPerson | SwitchedOff | ChosenOnce | UserInactive
            | Uninstalled => 409,
            StateFull => 413,
            NoConsent => 422,
            TooMany => 429,
            Internal | Sealed => 500,
            NoKeys => 501,
            VendorAway => 502,
            Busy => 503,
            Unwritable => 507,
        }
    }

    /// The code as it is written on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            ErrorCode::BadRequest => "MXS-4001",
            ErrorCode::BadStatement => "MXS-4002",
            ErrorCode::NoSession => "MXS-4003",
            ErrorCode::NotFound => "MXS-4004",
            ErrorCode::LeaseHeld => "MXS-4005",
            ErrorCode::LeaseLost => "MXS-4006",
            ErrorCode::MailboxTaken => "MXS-4007",
            ErrorCode::TooMany => "MXS-4008",
            ErrorCode::StateFull => "MXS-4009",
            ErrorCode::NotAllowed => "MXS-4010",
            ErrorCode::NoConsent => "MXS-4011",
            ErrorCode::NoKeys => "MXS-4012",
            ErrorCode::WrongPerson => "MXS-4013",
            ErrorCode::ChosenForAll => "MXS-4014",
            ErrorCode::SwitchedOff => "MXS-4015",
            ErrorCode::ChosenOnce => "MXS-4016",
            ErrorCode::UserInactive => "MXS-4017",
            ErrorCode::Uninstalled => "MXS-4018",
            ErrorCode::Internal => "MXS-5001",
            ErrorCode::Busy => "MXS-5002",
            ErrorCode::VendorAway => "MXS-5003",
            ErrorCode::Unwritable => "MXS-5004",
            ErrorCode::Sealed => "MXS-5005",
        }
    }
}

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Problem {
    /// What went wrong.
    pub code: ErrorCode,
    /// The same in English, for logs and for people who call the interface by hand. No personal data.
    pub message: String,
    /// After how many seconds it makes sense to try again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u32>,
    /// Which member of what was sent is at fault, as the names on the way to it with dots between them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_named_as_on_the_wire() {
        for code in ErrorCode::ALL {
            assert_eq!(serde_json::to_value(code).expect("JSON"), code.as_str());
        }
    }
}
