//! Why a message goes to no record.

use crate::VendorRefusal;
use serde::{Deserialize, Serialize};

/// Why a message, or what it has to do with one record, is left alone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailReason {
    /// It is beside all its records already.
    AlreadyThere,
    /// Another item of the mailbox is the same message.
    Copy,
    /// Only colleagues are on it.
    ColleaguesOnly,
    /// Nobody has sent it yet.
    Draft,
    /// One of its categories keeps it in the mailbox.
    ExcludedByCategory,
    /// The CRM sent it, and has it.
    FromCrm,
    /// It has no id that tells it from others.
    NoMessageId,
    /// Nobody wrote it, as far as its sender has an address.
    NoSender,
    /// Nobody on it is known to the CRM.
    NoKnownAddress,
    /// What became of an earlier try isn't known, and can't be found out now.
    OutcomeUnknown,
    /// The CRM refused it.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The CRM's code.
        code: String,
    },
    /// It is private or confidential.
    Sensitive,
    /// It is from before the window.
    TooOld,
    /// It goes to so many that it is no conversation.
    TooManyPeople,
    /// The mailbox's answer about it can't be understood.
    Unreadable,
    /// It was deleted or moved while it was looked at.
    Vanished,
}

impl MailReason {
    /// The stable code that people can look up; never used for two things, never reused.
    pub const fn code(&self) -> &'static str {
        match self {
            MailReason::AlreadyThere => "MXS-2301",
            MailReason::Copy => "MXS-2302",
            MailReason::ColleaguesOnly => "MXS-2303",
            MailReason::Draft => "MXS-2304",
            MailReason::ExcludedByCategory => "MXS-2305",
            MailReason::FromCrm => "MXS-2306",
            MailReason::NoMessageId => "MXS-2307",
            MailReason::NoKnownAddress => "MXS-2308",
            MailReason::OutcomeUnknown => "MXS-2309",
            MailReason::Refused { .. } => "MXS-2310",
            MailReason::Sensitive => "MXS-2311",
            MailReason::TooOld => "MXS-2312",
            MailReason::TooManyPeople => "MXS-2313",
            MailReason::Vanished => "MXS-2314",
            MailReason::NoSender => "MXS-2315",
            MailReason::Unreadable => "MXS-2316",
        }
    }

    /// Whether it counts as failed (something went wrong) and not as skipped (a rule said no).
    pub const fn is_failure(&self) -> bool {
        matches!(self, MailReason::OutcomeUnknown | MailReason::Refused { .. } | MailReason::Unreadable)
    }
}

impl From<&VendorRefusal> for MailReason {
    fn from(refusal: &VendorRefusal) -> Self {
        MailReason::Refused { status: refusal.status, code: refusal.code.clone() }
    }
}
