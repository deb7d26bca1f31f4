//! What items have: names, in which order, from which version on.
//!
//! The tables are those of `types.xsd`, in its order, as far as the stores hold or follow it. What stands in no table
//! is refused like what the schema doesn't know.

use super::super::server::Version;
use super::uris;
use Level::{All, Asked, Default};
use Version::{Exchange2007, Exchange2007Sp1, Exchange2010, Exchange2010Sp1, Exchange2010Sp2, Exchange2013};

/// To whom a property is shown.
///
/// See <https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/property-sets-and-response-shapes-in-ews-in-exchange>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::microsoft::ews) enum Level {
    /// To whoever asks for the ids alone.
    Id,
    /// To whoever asks for the usual ones.
    Default,
    /// To whoever asks for all of them.
    All,
    /// To whoever names it.
    Asked,
}

/// A property with a name of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::microsoft::ews) struct Property {
    /// The name of its element, and the last part of its URI.
    pub(in crate::microsoft::ews) name: &'static str,
    pub(in crate::microsoft::ews) level: Level,
    /// The first version that has it.
    pub(in crate::microsoft::ews) since: Version,
    /// Whether a request may set it; what the server makes by itself nobody sets.
    pub(in crate::microsoft::ews) settable: bool,
}

/// A property that requests may set.
pub(in crate::microsoft::ews) const fn open(name: &'static str, level: Level, since: Version) -> Property {
    Property { name, level, since, settable: true }
}

/// A property of the server's own.
pub(in crate::microsoft::ews) const fn fixed(name: &'static str, level: Level, since: Version) -> Property {
    Property { name, level, since, settable: false }
}

/// What every item has. `ExtendedProperty` stands for all MAPI properties.
pub(in crate::microsoft::ews) const ITEM: &[Property] = &[
    fixed("MimeContent", Asked, Exchange2007),
    fixed("ItemId", Level::Id, Exchange2007),
    fixed("ParentFolderId", All, Exchange2007),
    open("ItemClass", All, Exchange2007),
    open("Subject", Default, Exchange2007),
    open("Sensitivity", Default, Exchange2007),
    open("Body", All, Exchange2007),
    fixed("Attachments", All, Exchange2007),
    fixed("DateTimeReceived", All, Exchange2007),
    fixed("Size", Default, Exchange2007),
    open("Categories", All, Exchange2007),
    open("Importance", All, Exchange2007),
    open("InReplyTo", All, Exchange2007),
    fixed("IsSubmitted", All, Exchange2007),
    fixed("IsDraft", All, Exchange2007),
    fixed("IsFromMe", All, Exchange2007),
    fixed("IsResend", All, Exchange2007),
    fixed("IsUnmodified", All, Exchange2007),
    fixed("InternetMessageHeaders", All, Exchange2007),
    fixed("DateTimeSent", Default, Exchange2007),
    fixed("DateTimeCreated", All, Exchange2007),
    open("ReminderDueBy", All, Exchange2007),
    open("ReminderIsSet", All, Exchange2007),
    open("ReminderMinutesBeforeStart", All, Exchange2007),
    fixed("DisplayCc", All, Exchange2007),
    fixed("DisplayTo", All, Exchange2007),
    fixed("HasAttachments", Default, Exchange2007),
    open("ExtendedProperty", Asked, Exchange2007),
    open("Culture", All, Exchange2007),
    fixed("EffectiveRights", All, Exchange2007Sp1),
    fixed("LastModifiedName", All, Exchange2007Sp1),
    fixed("LastModifiedTime", All, Exchange2007Sp1),
    fixed("IsAssociated", All, Exchange2010),
    fixed("WebClientReadFormQueryString", All, Exchange2010),
    fixed("ConversationId", All, Exchange2010),
    fixed("UniqueBody", Asked, Exchange2010),
    fixed("StoreEntryId", Asked, Exchange2010Sp2),
    fixed("InstanceKey", Asked, Exchange2013),
    fixed("NormalizedBody", Asked, Exchange2013),
    fixed("Preview", All, Exchange2013),
    fixed("TextBody", Asked, Exchange2013),
];

/// What contacts have beside that.
pub(in crate::microsoft::ews) const CONTACT: &[Property] = &[
    open("FileAs", Default, Exchange2007),
    open("FileAsMapping", All, Exchange2007),
    open("DisplayName", Default, Exchange2007),
    open("GivenName", Default, Exchange2007),
    open("Initials", All, Exchange2007),
    open("MiddleName", All, Exchange2007),
    open("Nickname", All, Exchange2007),
    fixed("CompleteName", Default, Exchange2007),
    open("CompanyName", Default, Exchange2007),
    open("EmailAddresses", Default, Exchange2007),
    open("PhysicalAddresses", Default, Exchange2007),
    open("PhoneNumbers", Default, Exchange2007),
    open("AssistantName", All, Exchange2007),
    open("Birthday", All, Exchange2007),
    open("BusinessHomePage", All, Exchange2007),
    open("Children", All, Exchange2007),
    open("Companies", All, Exchange2007),
    fixed("ContactSource", All, Exchange2007),
    open("Department", All, Exchange2007),
    open("Generation", All, Exchange2007),
    open("ImAddresses", Default, Exchange2007),
    open("JobTitle", Default, Exchange2007),
    open("Manager", All, Exchange2007),
    open("Mileage", All, Exchange2007),
    open("OfficeLocation", All, Exchange2007),
    open("PostalAddressIndex", All, Exchange2007),
    open("Profession", All, Exchange2007),
    open("SpouseName", All, Exchange2007),
    open("Surname", Default, Exchange2007),
    open("WeddingAnniversary", All, Exchange2007),
    fixed("HasPicture", All, Exchange2010),
    fixed("PhoneticFullName", Asked, Exchange2010Sp2),
    fixed("PhoneticFirstName", Asked, Exchange2010Sp2),
    fixed("PhoneticLastName", Asked, Exchange2010Sp2),
    fixed("Alias", Asked, Exchange2010Sp2),
    fixed("Notes", Asked, Exchange2010Sp2),
];

/// What tasks have beside that.
pub(in crate::microsoft::ews) const TASK: &[Property] = &[
    open("ActualWork", All, Exchange2007),
    fixed("AssignedTime", All, Exchange2007),
    open("BillingInformation", All, Exchange2007),
    fixed("ChangeCount", All, Exchange2007),
    open("Companies", All, Exchange2007),
    open("CompleteDate", All, Exchange2007),
    open("Contacts", All, Exchange2007),
    fixed("DelegationState", All, Exchange2007),
    fixed("Delegator", All, Exchange2007),
    open("DueDate", Default, Exchange2007),
    fixed("IsAssignmentEditable", All, Exchange2007),
    fixed("IsComplete", Default, Exchange2007),
    fixed("IsRecurring", All, Exchange2007),
    fixed("IsTeamTask", All, Exchange2007),
    open("Mileage", All, Exchange2007),
    fixed("Owner", All, Exchange2007),
    open("PercentComplete", Default, Exchange2007),
    open("Recurrence", All, Exchange2007),
    open("StartDate", Default, Exchange2007),
    open("Status", Default, Exchange2007),
    fixed("StatusDescription", All, Exchange2007),
    open("TotalWork", All, Exchange2007),
];

/// What messages have beside that.
pub(in crate::microsoft::ews) const MESSAGE: &[Property] = &[
    open("Sender", Default, Exchange2007),
    open("ToRecipients", All, Exchange2007),
    open("CcRecipients", All, Exchange2007),
    open("BccRecipients", All, Exchange2007),
    open("IsReadReceiptRequested", Default, Exchange2007),
    open("IsDeliveryReceiptRequested", All, Exchange2007),
    fixed("ConversationIndex", All, Exchange2007),
    fixed("ConversationTopic", All, Exchange2007),
    open("From", Default, Exchange2007),
    open("InternetMessageId", All, Exchange2007),
    open("IsRead", Default, Exchange2007),
    open("IsResponseRequested", All, Exchange2007),
    open("References", All, Exchange2007),
    open("ReplyTo", All, Exchange2007),
    fixed("ReceivedBy", All, Exchange2007Sp1),
    fixed("ReceivedRepresenting", All, Exchange2007Sp1),
];

/// Whether a version has any of what came with Service Pack 1 of 2010.
pub(in crate::microsoft::ews) const fn knows_private_items(version: Version) -> bool {
    version as u8 >= Exchange2010Sp1 as u8
}

/// Whether the schema has a property of this name, of whatever kind of items.
pub(in crate::microsoft::ews) fn is_known(prefix: &str, name: &str) -> bool {
    uris::URIS.iter().any(|(known, names)| *known == prefix && names.contains(&name))
}

/// Which list of a contact the URI of an entry means.
pub(in crate::microsoft::ews) fn list_of(uri: &str) -> Option<&'static str> {
    let name = uri.strip_prefix("contacts:")?;
    match name.split(':').next()? {
        "EmailAddress" => Some("EmailAddresses"),
        "ImAddress" => Some("ImAddresses"),
        "PhoneNumber" => Some("PhoneNumbers"),
        "PhysicalAddress" => Some("PhysicalAddresses"),
        _ => None,
    }
}
