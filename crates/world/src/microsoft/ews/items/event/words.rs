//! The service's words, and the store's, which are Graph's.

/// Words for how much a thing is for others' eyes.
pub(super) const SENSITIVITY: [(&str, &str); 4] =
    [("Normal", "normal"), ("Personal", "personal"), ("Private", "private"), ("Confidential", "confidential")];

pub(super) const IMPORTANCE: [(&str, &str); 3] = [("Low", "low"), ("Normal", "normal"), ("High", "high")];

/// Exchange 2013 brought the word for working elsewhere.
pub(super) const SHOWN_AS: [(&str, &str); 6] = [
    ("Free", "free"),
    ("Tentative", "tentative"),
    ("Busy", "busy"),
    ("OOF", "oof"),
    (ELSEWHERE, "workingElsewhere"),
    ("NoData", "unknown"),
];
pub(super) const ELSEWHERE: &str = "WorkingElsewhere";

pub(super) const ANSWERS: [(&str, &str); 6] = [
    ("Unknown", "none"),
    ("Organizer", "organizer"),
    ("Tentative", "tentativelyAccepted"),
    ("Accept", "accepted"),
    ("Decline", "declined"),
    ("NoResponseReceived", "notResponded"),
];

pub(super) const KINDS: [(&str, &str); 4] = [
    ("Single", "singleInstance"),
    ("Occurrence", "occurrence"),
    ("Exception", "exception"),
    ("RecurringMaster", "seriesMaster"),
];

/// The lists of those who are invited, and the store's word for what they are.
pub(super) const LISTS: [(&str, &str); 3] =
    [("RequiredAttendees", "required"), ("OptionalAttendees", "optional"), ("Resources", "resource")];

/// What the store has no property of its own for. It is kept beside the others, where Graph doesn't show it.
pub(super) const KEPT: [&str; 6] =
    ["Culture", "When", "ConferenceType", "IsOnlineMeeting", "MeetingWorkspaceUrl", "NetShowUrl"];

/// The store's name of what it only keeps.
pub(super) fn kept(name: &str) -> String {
    format!("ews:{name}")
}

/// The store's word.
pub(super) fn stored(words: &[(&'static str, &'static str)], word: &str) -> Option<&'static str> {
    words.iter().find(|(known, _)| *known == word).map(|(_, stored)| *stored)
}

/// The service's word.
pub(super) fn spoken(words: &[(&'static str, &'static str)], stored: &str) -> Option<&'static str> {
    words.iter().find(|(_, known)| *known == stored).map(|(word, _)| *word)
}
