//! The names of what a record holds.

use serde::{Deserialize, Serialize};

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident,)+) => {
        /// A field of a record. The names on each side are the clients' business; which of them flow is the
        /// [`FieldMap`](crate::FieldMap)'s.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "snake_case")]
        #[expect(missing_docs, reason = "where nothing is said, the name is the definition")]
        pub enum Field {
            $($(#[$doc])* $name,)+
        }

        impl Field {
            /// Every field.
            pub const ALL: &'static [Field] = &[$(Field::$name),+];
        }
    };
}

fields! {
    Assistant,
    /// Of an event: the addresses of those who are invited, in small letters, without the organizer's.
    Attendees,
    /// Of an event, mailbox only: who answered what, a line each.
    AttendeeAnswers,
    Birthday,
    BusinessPhone,
    BusinessPhone2,
    /// Outlook's categories, the CRM's tags.
    Categories,
    Company,
    /// Of a task: the day it was done. Follows the status, so it flows nowhere.
    CompletedOn,
    Department,
    /// Of a task: a day, whatever the zone.
    Due,
    Email1,
    Email2,
    Email3,
    /// The display name beside the first address.
    Email1Name,
    /// The display name beside the second address.
    Email2Name,
    /// The display name beside the third address.
    Email3Name,
    /// Of an event: a moment; of one that lasts whole days the first day after it.
    End,
    /// Of a series, mailbox only: how many of its occurrences differ from it.
    Exceptions,
    /// Of a series: the days on which its rule would put an occurrence and none is there, because it was
    /// cancelled or is a record of its own. Each as `YYYY-MM-DD`, in the user's zone.
    Exclusions,
    /// The mailbox folder, task list or calendar that an item is in.
    Folder,
    GivenName,
    HomeCity,
    HomeCountry,
    HomePhone,
    HomePhone2,
    HomePostalCode,
    HomeState,
    HomeStreet,
    ImAddress,
    ImAddress2,
    ImAddress3,
    JobTitle,
    Location,
    Manager,
    /// Of an event: the id that its copies in all mailboxes have in common (iCalendar's UID).
    MeetingUid,
    MiddleName,
    MobilePhone,
    /// In the CRM: the module that a record is in, where a kind has several.
    Module,
    Nickname,
    /// What there is to say: a contact's notes, the body of a task or an event, as plain text.
    Notes,
    OfficeLocation,
    /// Of an event: how it is held online; such an event's body has a block that is not ours to write.
    OnlineMeeting,
    /// Of an occurrence that differs from its series: the day on which the rule had put it, in the user's zone.
    OriginalStart,
    OtherCity,
    OtherCountry,
    OtherPostalCode,
    OtherState,
    OtherStreet,
    /// `high` or `low`; absent is what nobody chose.
    Priority,
    Profession,
    /// When to remind: of a task a moment, of an event the minutes before its start.
    Reminder,
    /// The rule of a series, as iCalendar writes it, in one canonical form: its days are those of the user's zone. Where
    /// no rule has these days it is no rule of iCalendar's, and the other side has none.
    Recurrence,
    /// Of an event: `organizer`, `attendee`, or absent where nobody is invited.
    Role,
    /// Of an occurrence that differs from its series: the series' item.
    Series,
    /// `normal`, `personal`, `private` or `confidential`; absent is normal.
    Sensitivity,
    /// `free`, `tentative`, `busy`, `oof` or `working_elsewhere`.
    ShowAs,
    /// Of an event: a moment; of one that lasts whole days its first day. Of a task: a day.
    Start,
    /// `in_progress`, `completed`, `waiting` or `deferred`; absent is not begun.
    Status,
    Subject,
    Suffix,
    Surname,
    Title,
    WebPage,
    WorkCity,
    WorkCountry,
    WorkPostalCode,
    WorkState,
    WorkStreet,
    YomiCompany,
    YomiGivenName,
    YomiSurname,
    /// Of an event: the zone its times were entered in.
    Zone,
}

impl Field {
    /// The name used in stored state and in messages to people's tools.
    pub fn name(self) -> String {
        // The serialized name is the one name; a second table could drift from it.
        let quoted = format!("{self:?}");
        let mut name = String::with_capacity(quoted.len() + 4);
        for (index, letter) in quoted.char_indices() {
            if index > 0 && letter.is_ascii_uppercase() {
                name.push('_');
            }
            name.push(letter.to_ascii_lowercase());
        }
        name
    }
}
