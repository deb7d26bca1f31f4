//! The message entity of Graph v1.0: which properties there are, and which of them a body may set.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/message>; the names are those of the service's metadata
//! document, and a contract test holds them against it. There is no `sensitivity` among them: it is the MAPI
//! property `Integer 0x36`.

/// Every structural property, in the order in which they are written.
pub(crate) const PROPERTIES: [&str; 30] = [
    "id",
    "createdDateTime",
    "lastModifiedDateTime",
    "changeKey",
    "categories",
    "receivedDateTime",
    "sentDateTime",
    "hasAttachments",
    "internetMessageId",
    "internetMessageHeaders",
    "subject",
    "bodyPreview",
    "importance",
    "parentFolderId",
    "conversationId",
    "conversationIndex",
    "isDeliveryReceiptRequested",
    "isReadReceiptRequested",
    "isRead",
    "isDraft",
    "webLink",
    "inferenceClassification",
    "body",
    "sender",
    "from",
    "toRecipients",
    "ccRecipients",
    "bccRecipients",
    "replyTo",
    "flag",
];

/// Those that are answered only to whoever names them.
pub(crate) const ON_REQUEST: [&str; 1] = ["internetMessageHeaders"];

/// Properties that a message which is no draft keeps; the others can be changed at any time
/// (<https://learn.microsoft.com/en-us/graph/api/message-update>).
pub(super) const OF_DRAFTS: [&str; 10] = [
    "subject",
    "body",
    "internetMessageId",
    "sender",
    "from",
    "toRecipients",
    "ccRecipients",
    "bccRecipients",
    "replyTo",
    "isDeliveryReceiptRequested",
];

/// Properties of the service's own; in a body they are ignored.
pub(super) const FIXED: [&str; 14] = [
    "id",
    "createdDateTime",
    "lastModifiedDateTime",
    "changeKey",
    "receivedDateTime",
    "sentDateTime",
    "hasAttachments",
    "bodyPreview",
    "parentFolderId",
    "conversationId",
    "conversationIndex",
    "isDraft",
    "webLink",
    "flag",
];

/// The property of this name as a query option spells it; there case doesn't matter.
pub(crate) fn property_in_query(name: &str) -> Option<&'static str> {
    PROPERTIES.into_iter().find(|known| known.eq_ignore_ascii_case(name))
}
