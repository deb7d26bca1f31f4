//! What a request says beside the items themselves.

use super::super::refusal::Refusal;
use super::{Found, Kind};
use mxs_xml::Element;

/// What a request says beside the items themselves: the attributes of `CreateItem`, `UpdateItem` and `DeleteItem`.
#[derive(Clone, Debug, Default)]
pub(in crate::microsoft::ews) struct Manner {
    /// `MessageDisposition`.
    pub(in crate::microsoft::ews) messages: Option<String>,
    /// `SendMeetingInvitations`, `SendMeetingInvitationsOrCancellations` or `SendMeetingCancellations`.
    pub(in crate::microsoft::ews) meetings: Option<String>,
    /// `AffectedTaskOccurrences`.
    pub(in crate::microsoft::ews) tasks: Option<String>,
}

/// Where deleted items go.
///
/// See <https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/deleting-items-by-using-ews-in-exchange>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::microsoft::ews) enum Disposal {
    /// Nowhere: for good.
    Hard,
    /// Where people don't see them, and can get them back.
    Soft,
    /// To Deleted Items.
    DeletedItems,
}

/// What each attribute may say.
const WORDS: [(&str, &[&str]); 5] = [
    ("MessageDisposition", &["SaveOnly", "SendOnly", "SendAndSaveCopy"]),
    ("SendMeetingInvitations", &["SendToNone", "SendOnlyToAll", "SendToAllAndSaveCopy"]),
    (
        "SendMeetingInvitationsOrCancellations",
        &["SendToNone", "SendOnlyToAll", "SendOnlyToChanged", "SendToAllAndSaveCopy", "SendToChangedAndSaveCopy"],
    ),
    ("SendMeetingCancellations", &["SendToNone", "SendOnlyToAll", "SendToAllAndSaveCopy"]),
    ("AffectedTaskOccurrences", &["AllOccurrences", "SpecifiedOccurrenceOnly"]),
];

impl Manner {
    /// Reads the attributes of an operation.
    pub(in crate::microsoft::ews) fn read(operation: &Element) -> Result<Self, Refusal> {
        for (name, words) in WORDS {
            if let Some(word) = operation.attribute(name).filter(|word| !words.contains(word)) {
                let what = format!("The '{name}' attribute is invalid - The value '{word}' is invalid.");
                return Err(Refusal::schema(what));
            }
        }
        let attribute = |name: &str| operation.attribute(name).map(str::to_owned);
        let meetings = ["SendMeetingInvitations", "SendMeetingInvitationsOrCancellations", "SendMeetingCancellations"];
        Ok(Self {
            messages: attribute("MessageDisposition"),
            meetings: meetings.into_iter().find_map(attribute),
            tasks: attribute("AffectedTaskOccurrences"),
        })
    }
}

/// Whether a request says what it has to say to change an item.
pub(in crate::microsoft::ews) fn check_manner(found: &Found, manner: &Manner) -> Result<(), Refusal> {
    if found.kind == Kind::Message && manner.messages.is_none() {
        let text = "Message disposition is required for the message items.";
        return Err(Refusal::new("ErrorMessageDispositionRequired", text));
    }
    Ok(())
}
