//! What the service's response codes mean to whoever asked.
//!
//! <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/responsecode>

use crate::ErrorKind::{self, *};

/// The code of an answer that is no error.
pub(crate) const NO_ERROR: &str = "NoError";

/// The code of an inner error that is told in its place: of itself it says nothing.
pub(crate) const INTERNAL: &str = "ErrorInternalServerError";

/// The codes that mean something else than "refused, and refused again".
pub const KNOWN_CODES: &[(&str, ErrorKind)] = &[
    // Who asks.
    ("ErrorPasswordExpired", SignInAgain),
    ("ErrorPasswordChangeRequired", SignInAgain),
    ("ErrorAccountDisabled", SignInAgain),
    ("ErrorMailboxLogonFailed", Denied),
    ("ErrorTokenSerializationDenied", Denied),
    ("ErrorImpersonateUserDenied", MayNotActForOthers),
    ("ErrorImpersonationDenied", MayNotActForOthers),
    ("ErrorImpersonationFailed", MayNotActForOthers),
    ("ErrorInvalidExchangeImpersonationHeaderData", MayNotActForOthers),
    ("ErrorAccessDenied", Denied),
    ("ErrorCreateItemAccessDenied", Denied),
    ("ErrorCreateSubfolderAccessDenied", Denied),
    ("ErrorSendAsDenied", Denied),
    ("ErrorSubscriptionAccessDenied", Denied),
    ("ErrorOrganizationAccessBlocked", Denied),
    ("ErrorInvalidLicense", Denied),
    // Whose mailbox it is.
    ("ErrorNonExistentMailbox", NoMailbox),
    ("ErrorMailRecipientNotFound", NoMailbox),
    ("ErrorMissingEmailAddress", NoMailbox),
    ("ErrorInvalidSmtpAddress", NoMailbox),
    ("ErrorNonPrimarySmtpAddress", NoMailbox),
    ("ErrorInvalidUserPrincipalName", NoMailbox),
    // What is asked for.
    ("ErrorItemNotFound", NotFound),
    ("ErrorFolderNotFound", NotFound),
    ("ErrorParentFolderNotFound", NotFound),
    ("ErrorSyncFolderNotFound", NotFound),
    ("ErrorCalendarOccurrenceIsDeletedFromRecurrence", NotFound),
    ("ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange", NotFound),
    ("ErrorInvalidAttachmentId", NotFound),
    ("ErrorNameResolutionNoResults", NotFound),
    ("ErrorNameResolutionNoMailbox", NotFound),
    // Which version of it.
    ("ErrorIrresolvableConflict", Stale),
    ("ErrorStaleObject", Stale),
    ("ErrorInvalidChangeKey", Stale),
    ("ErrorChangeKeyRequired", Stale),
    ("ErrorChangeKeyRequiredForWriteOperations", Stale),
    ("ErrorObjectTypeChanged", Stale),
    ("ErrorCannotDeleteObject", Stale),
    ("ErrorCalendarCannotUpdateDeletedItem", Stale),
    // How far it was read.
    ("ErrorInvalidSyncStateData", SyncStateDead),
    ("ErrorInvalidSubscription", SubscriptionDead),
    ("ErrorSubscriptionNotFound", SubscriptionDead),
    ("ErrorExpiredSubscription", SubscriptionDead),
    ("ErrorInvalidPullSubscriptionId", SubscriptionDead),
    ("ErrorSubscriptionUnsubscribed", SubscriptionDead),
    ("ErrorInvalidWatermark", SubscriptionDead),
    ("ErrorEventNotFound", SubscriptionDead),
    ("ErrorMissedNotificationEvents", SubscriptionDead),
    ("ErrorReadEventsFailed", SubscriptionDead),
    ("ErrorProxiedSubscriptionCallFailure", SubscriptionDead),
    // Another connection took its place.
    ("ErrorNewEventStreamConnectionOpened", SubscriptionDead),
    // Which schema both speak.
    ("ErrorInvalidServerVersion", OtherVersion),
    ("ErrorIncorrectSchemaVersion", OtherVersion),
    ("ErrorInvalidSchemaVersionForMailboxVersion", OtherVersion),
    ("ErrorWrongServerVersion", OtherVersion),
    // Too much at once.
    ("ErrorServerBusy", Throttled),
    ("ErrorExceededConnectionCount", Throttled),
    ("ErrorExceededSubscriptionCount", Throttled),
    ("ErrorExceededFindCountLimit", Throttled),
    ("ErrorTooManyObjectsOpened", Throttled),
    ("ErrorInsufficientResources", Throttled),
    ("ErrorNotEnoughMemory", Throttled),
    // Not at the moment.
    (INTERNAL, Unavailable),
    ("ErrorInternalServerTransientError", Unavailable),
    ("ErrorADUnavailable", Unavailable),
    ("ErrorADOperation", Unavailable),
    ("ErrorADSessionFilter", Unavailable),
    ("ErrorBatchProcessingStopped", Unavailable),
    ("ErrorClientDisconnected", Unavailable),
    ("ErrorConnectionFailed", Unavailable),
    ("ErrorDataSourceOperation", Unavailable),
    ("ErrorLogonAsNetworkServiceFailed", Unavailable),
    ("ErrorMailboxConfiguration", Unavailable),
    ("ErrorMailboxFailover", Unavailable),
    ("ErrorMailboxMoveInProgress", Unavailable),
    ("ErrorMailboxStoreUnavailable", Unavailable),
    ("ErrorNoApplicableProxyCASServersAvailable", Unavailable),
    ("ErrorNoRespondingCASInDestinationSite", Unavailable),
    ("ErrorProxyCallFailed", Unavailable),
    ("ErrorProxyRequestProcessingFailed", Unavailable),
    ("ErrorProxyTokenExpired", Unavailable),
    ("ErrorRequestAborted", Unavailable),
    ("ErrorServiceDiscoveryFailed", Unavailable),
    ("ErrorServiceUnavailable", Unavailable),
    ("ErrorTimeoutExpired", Unavailable),
];

/// What a code means. One that nobody knows is a refusal; whoever is told has its name.
pub(crate) fn kind(code: &str) -> ErrorKind {
    KNOWN_CODES.iter().find(|(known, _)| *known == code).map_or(Refused, |(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_code_has_one_meaning() {
        let codes: BTreeSet<&str> = KNOWN_CODES.iter().map(|(code, _)| *code).collect();
        assert_eq!(codes.len(), KNOWN_CODES.len());
        assert_eq!((kind("ErrorItemNotFound"), kind("ErrorQuotaExceeded"), kind("")), (NotFound, Refused, Refused));
    }
}
