//! The event and calendar entities of Graph v1.0: which properties there are, and of which type.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/event>; the names and types are those of the
//! service's metadata document, and a contract test holds them against it.

use crate::microsoft::refusal::Refusal;
use serde_json::{Value, json};

/// The type of a property, as far as reading and writing differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    AllDay,
    Attendees,
    Body,
    /// The service's own; in a body it is ignored (OData 4.0, part 1, section 11.4.2).
    Fixed,
    Flag,
    Location,
    Locations,
    Minutes,
    OnlineMeeting,
    Recurrence,
    Stamp,
    Text,
    Texts,
    Transaction,
    /// One of these words, of an enumeration of this name.
    Word(&'static str, &'static [&'static str]),
}

pub(crate) const ATTENDEE_TYPES: [&str; 3] = ["required", "optional", "resource"];
pub(crate) const RESPONSES: [&str; 6] =
    ["none", "organizer", "tentativelyAccepted", "accepted", "declined", "notResponded"];
pub(crate) const LOCATION_TYPES: [&str; 10] = [
    "default",
    "conferenceRoom",
    "homeAddress",
    "businessAddress",
    "geoCoordinates",
    "streetAddress",
    "hotel",
    "restaurant",
    "localBusiness",
    "postalAddress",
];
const IMPORTANCE: Kind = Kind::Word("importance", &["low", "normal", "high"]);
const SENSITIVITY: Kind = Kind::Word("sensitivity", &["normal", "personal", "private", "confidential"]);
const SHOW_AS: Kind =
    Kind::Word("freeBusyStatus", &["unknown", "free", "tentative", "busy", "oof", "workingElsewhere"]);
const PROVIDER: Kind =
    Kind::Word("onlineMeetingProviderType", &["unknown", "skypeForBusiness", "skypeForConsumer", "teamsForBusiness"]);

/// Every structural property, in the order in which Graph writes them.
pub(crate) const PROPERTIES: &[(&str, Kind)] = &[
    ("id", Kind::Fixed),
    ("createdDateTime", Kind::Fixed),
    ("lastModifiedDateTime", Kind::Fixed),
    ("changeKey", Kind::Fixed),
    ("categories", Kind::Texts),
    ("transactionId", Kind::Transaction),
    ("originalStartTimeZone", Kind::Fixed),
    ("originalEndTimeZone", Kind::Fixed),
    ("iCalUId", Kind::Fixed),
    ("reminderMinutesBeforeStart", Kind::Minutes),
    ("isReminderOn", Kind::Flag),
    ("hasAttachments", Kind::Fixed),
    ("subject", Kind::Text),
    ("bodyPreview", Kind::Fixed),
    ("importance", IMPORTANCE),
    ("sensitivity", SENSITIVITY),
    ("originalStart", Kind::Fixed),
    ("isAllDay", Kind::AllDay),
    ("isCancelled", Kind::Fixed),
    ("isDraft", Kind::Fixed),
    ("isOrganizer", Kind::Fixed),
    ("responseRequested", Kind::Flag),
    ("seriesMasterId", Kind::Fixed),
    ("showAs", SHOW_AS),
    ("type", Kind::Fixed),
    ("webLink", Kind::Fixed),
    ("onlineMeetingUrl", Kind::Fixed),
    ("isOnlineMeeting", Kind::OnlineMeeting),
    ("onlineMeetingProvider", PROVIDER),
    ("allowNewTimeProposals", Kind::Flag),
    ("hideAttendees", Kind::Flag),
    ("responseStatus", Kind::Fixed),
    ("body", Kind::Body),
    ("start", Kind::Stamp),
    ("end", Kind::Stamp),
    ("location", Kind::Location),
    ("locations", Kind::Locations),
    ("recurrence", Kind::Recurrence),
    ("attendees", Kind::Attendees),
    ("organizer", Kind::Fixed),
    ("onlineMeeting", Kind::Fixed),
    ("cancelledOccurrences", Kind::Fixed),
];

/// Properties that come only when they are selected, as measured: `originalStart` of instances and
/// `cancelledOccurrences` of a series that is read by its id.
pub(crate) const ONLY_SELECTED: [&str; 2] = ["originalStart", "cancelledOccurrences"];

/// Every structural property of a calendar, in the order in which Graph writes them.
pub(crate) const CALENDAR_PROPERTIES: [&str; 14] = [
    "id",
    "name",
    "color",
    "hexColor",
    "isDefaultCalendar",
    "changeKey",
    "canShare",
    "canViewPrivateItems",
    "canEdit",
    "allowedOnlineMeetingProviders",
    "defaultOnlineMeetingProvider",
    "isTallyingResponses",
    "isRemovable",
    "owner",
];

/// What belongs to the person and not to the meeting: nobody is mailed about it, and an update leaves it alone.
pub(crate) const PERSONAL: [&str; 5] =
    ["categories", "isReminderOn", "reminderMinutesBeforeStart", "sensitivity", "showAs"];

/// What Outlook mails about when the organizer changes it.
pub(crate) const MAILED: [&str; 8] =
    ["subject", "body", "start", "end", "isAllDay", "location", "locations", "recurrence"];

/// The property of this name; names are case-sensitive in bodies.
pub(crate) fn kind_of(name: &str) -> Option<(&'static str, Kind)> {
    PROPERTIES.iter().find(|(known, _)| *known == name).copied()
}

/// The property of this name as a query option spells it; there case doesn't matter.
pub(crate) fn property_in_query(name: &str) -> Option<(&'static str, Kind)> {
    PROPERTIES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).copied()
}

/// What a property holds that nobody set.
pub(crate) fn default_of(name: &str) -> Value {
    match name {
        "subject" => json!(""),
        "body" => json!({ "contentType": "html", "content": "" }),
        "categories" | "attendees" | "locations" => json!([]),
        "importance" | "sensitivity" => json!("normal"),
        "showAs" => json!("busy"),
        "isReminderOn" | "allowNewTimeProposals" | "responseRequested" => json!(true),
        "reminderMinutesBeforeStart" => json!(15),
        "isCancelled" | "hideAttendees" | "isOnlineMeeting" => json!(false),
        "onlineMeetingProvider" => json!("unknown"),
        "location" => json!({ "displayName": "", "locationType": "default", "uniqueIdType": "unknown",
            "address": {}, "coordinates": {} }),
        _ => Value::Null,
    }
}

/// Reads one of `words`; the documents' own requests write them in other cases too.
pub(crate) fn word(value: &Value, kind: &str, words: &[&'static str]) -> Result<&'static str, Refusal> {
    let found = value.as_str().and_then(|text| words.iter().find(|word| word.eq_ignore_ascii_case(text)));
    found.copied().ok_or_else(|| misfit(value, &format!("microsoft.graph.{kind}")))
}

/// A value doesn't fit its property's type.
pub(crate) fn misfit(value: &Value, kind: &str) -> Refusal {
    Refusal::unreadable(format!("Cannot convert the literal '{value}' to the expected type '{kind}'."))
}
