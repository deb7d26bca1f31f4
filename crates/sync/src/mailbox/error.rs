//! What a refusal of a mailbox means to a run, whichever door said it.

use crate::Failure;
use mxs_core::{Side, VendorRefusal};
use mxs_ews::{ErrorKind as EwsKind, EwsError};
use mxs_graph::{ErrorKind as GraphKind, GraphError, tasks};

/// What the codes begin with by which Microsoft says that it can't read an id.
const MALFORMED_ID: &str = "ErrorInvalidId";

/// What can be done about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailboxErrorKind {
    /// The account may not do this, or has no mailbox here.
    Denied,
    /// The item exists, and in another list than the one it was looked for in.
    Elsewhere,
    /// The id is none that this door has given: it says nothing of the item.
    ForeignId,
    /// The item doesn't exist: Exchange itself said so.
    NotFound,
    /// There is no such place.
    PlaceGone,
    /// The request was refused, and the same request would be refused again.
    Refused,
    /// The credentials aren't accepted, or not any more.
    SignInAgain,
    /// The item changed since its version was read.
    Stale,
    /// Too many requests: nothing was done.
    Throttled,
    /// What was kept of the last reading is no longer understood: read everything.
    TokenDead,
    /// The service fails at the moment.
    Unavailable,
    /// The answer isn't what was promised, or there is none.
    Unreadable,
}

use MailboxErrorKind::*;

/// An answer of a mailbox, or a part of one, that is no success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailboxError {
    /// What can be done about it.
    pub kind: MailboxErrorKind,
    /// The HTTP status; 0 of a part that was never answered.
    pub status: u16,
    /// The vendor's code; empty when there was none.
    pub code: String,
    /// How long the vendor wants us to wait, in milliseconds, if it said so.
    pub wait_ms: Option<u32>,
}

impl MailboxError {
    /// A part that was never answered: nobody knows whether it was done.
    pub(crate) const fn unanswered() -> Self {
        Self { kind: Unreadable, status: 0, code: String::new(), wait_ms: None }
    }

    /// The failure that ends the run.
    pub(crate) fn failure(self) -> Failure {
        match self.kind {
            SignInAgain => Failure::MicrosoftSignIn,
            Denied | Elsewhere | ForeignId | NotFound | PlaceGone | Refused => {
                Failure::MicrosoftDenied { code: self.code }
            }
            Throttled | Unavailable => Failure::MicrosoftUnavailable { status: Some(self.status) },
            Stale | TokenDead | Unreadable => Failure::MicrosoftAnswer,
        }
    }

    /// The refusal of a write, as the engine remembers it.
    pub(crate) fn refusal(self) -> VendorRefusal {
        let Self { status, code, .. } = self;
        VendorRefusal { side: Side::Exchange, status, code, field: None, max_length: None }
    }

    /// Whether the same request may succeed later, without anybody doing anything.
    pub(crate) const fn is_transient(&self) -> bool {
        matches!(self.kind, Throttled | Unavailable)
    }

    /// Whether there is no such item, or not in that list.
    pub(crate) const fn is_nowhere(&self) -> bool {
        matches!(self.kind, NotFound | Elsewhere)
    }

    /// Whether Microsoft answered for this item, and not in a way that can be understood.
    pub(crate) fn is_poison(&self) -> bool {
        self.kind == Unreadable && (200..300).contains(&self.status)
    }
}

impl From<GraphError> for MailboxError {
    fn from(error: GraphError) -> Self {
        let kind = match error.kind {
            GraphKind::Refused if tasks::is_elsewhere(&error) => Elsewhere,
            GraphKind::Refused if error.code.starts_with(MALFORMED_ID) => ForeignId,
            GraphKind::Denied | GraphKind::NoMailbox => Denied,
            GraphKind::NotFound if tasks::is_elsewhere(&error) => Elsewhere,
            GraphKind::NotFound => NotFound,
            GraphKind::Refused => Refused,
            GraphKind::SignInAgain => SignInAgain,
            GraphKind::Stale => Stale,
            GraphKind::Throttled => Throttled,
            GraphKind::TokenDead => TokenDead,
            GraphKind::Unavailable => Unavailable,
            GraphKind::Unreadable => Unreadable,
        };
        let GraphError { status, code, retry_after_ms, .. } = error;
        Self { kind, status, code, wait_ms: retry_after_ms }
    }
}

impl From<EwsError> for MailboxError {
    fn from(error: EwsError) -> Self {
        let kind = match error.kind {
            EwsKind::Refused if error.code.starts_with(MALFORMED_ID) => ForeignId,
            EwsKind::Denied | EwsKind::MayNotActForOthers | EwsKind::NoMailbox => Denied,
            EwsKind::NotFound => NotFound,
            EwsKind::OtherVersion | EwsKind::Refused | EwsKind::SubscriptionDead => Refused,
            EwsKind::SignInAgain => SignInAgain,
            EwsKind::Stale => Stale,
            EwsKind::SyncStateDead => TokenDead,
            EwsKind::Throttled => Throttled,
            EwsKind::Unavailable => Unavailable,
            EwsKind::Unreadable => Unreadable,
        };
        let EwsError { status, code, back_off_ms, .. } = error;
        Self { kind, status, code, wait_ms: back_off_ms }
    }
}
