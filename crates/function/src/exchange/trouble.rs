//! What it means to a person that an Exchange Server doesn't do what is asked.

use mxs_api::{ExchangeCheck, ExchangeTrouble};
use mxs_ews::{ErrorKind, EwsError};
use mxs_outgoing::{Distrust, Failure};

/// What was wrong, and with which of the things that are looked at.
pub(crate) type Wrong = (ExchangeCheck, ExchangeTrouble);

/// No answer came.
pub(super) const fn of_failure(failure: &Failure) -> Wrong {
    use ExchangeCheck::{Certificate, Server, SignIn};
    match failure {
        Failure::Refused(_) => (Server, ExchangeTrouble::NotAsked),
        Failure::NotSent | Failure::Unknown => (Server, ExchangeTrouble::Away),
        // Nothing that a server says of a mailbox is so long.
        Failure::Redirects | Failure::TooLarge => (Server, ExchangeTrouble::NotExchange),
        Failure::Untrusted(Distrust::UnknownIssuer) => (Certificate, ExchangeTrouble::UnknownAuthority),
        Failure::Untrusted(_) => (Certificate, ExchangeTrouble::BadCertificate),
        Failure::NoCommonScheme | Failure::NotKept => (SignIn, ExchangeTrouble::NoWayToSignIn),
    }
}

/// The service refused.
pub(super) fn of_error(error: &EwsError) -> Wrong {
    use ExchangeCheck::{ActsFor, Mailbox, SignIn, Version};
    match (error.kind, error.code.as_str()) {
        (_, "ErrorPasswordExpired" | "ErrorPasswordChangeRequired") => (SignIn, ExchangeTrouble::PasswordExpired),
        (_, "ErrorAccountDisabled") => (SignIn, ExchangeTrouble::Denied),
        (ErrorKind::SignInAgain, _) => (SignIn, ExchangeTrouble::WrongPassword),
        // Before anything of the service answered.
        (ErrorKind::Denied, "") => (SignIn, ExchangeTrouble::Denied),
        (ErrorKind::Denied, _) => (Mailbox, ExchangeTrouble::Denied),
        (ErrorKind::MayNotActForOthers, _) => (ActsFor, ExchangeTrouble::MayNotActForOthers),
        (ErrorKind::NoMailbox | ErrorKind::NotFound, _) => (Mailbox, ExchangeTrouble::NoMailbox),
        (ErrorKind::OtherVersion, _) => (Version, ExchangeTrouble::TooOld),
        (ErrorKind::Throttled | ErrorKind::Unavailable, _) => (Mailbox, ExchangeTrouble::Busy),
        (
            ErrorKind::Stale
            | ErrorKind::SyncStateDead
            | ErrorKind::SubscriptionDead
            | ErrorKind::Refused
            | ErrorKind::Unreadable,
            _,
        ) => (Version, ExchangeTrouble::NotExchange),
    }
}
