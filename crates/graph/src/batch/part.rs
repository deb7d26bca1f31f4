//! What a batch is made of.

use crate::place::Place;
use mxs_core::{CrmId, Date, ExchangeId, Fields, Patch, Seen, Version};

/// One read or write.
///
/// `folder` is what [`mxs_core::Field::Folder`] of the item says. A task is found in its list only. An event is read in its
/// calendar only where one is named, so that one which was moved or deleted isn't found; else it is found by its id
/// alone, wherever it is, as a contact always is.
///
/// To Do may not look at versions, so a change may overwrite what somebody wrote a moment before.
#[derive(Clone, Copy, Debug)]
pub enum Part<'a> {
    /// Reads the body of an event as HTML: what [`Part::Update`] needs where [`needs_body`](super::needs_body) says so.
    Body {
        /// The event.
        id: &'a ExchangeId,
    },
    /// Asks which calendar an event is in: the event itself doesn't say.
    ///
    /// An event that was deleted in Outlook can still be read under an immutable id; it is in no calendar, which Graph
    /// answers with [`crate::ErrorKind::NotFound`].
    ///
    /// <https://learn.microsoft.com/en-us/graph/api/calendar-get>
    CalendarOf {
        /// The event.
        id: &'a ExchangeId,
    },
    /// Creates an item.
    Create {
        /// Where.
        place: &'a Place,
        /// Its contents.
        fields: &'a Fields,
        /// The CRM record it is the copy of.
        mark: &'a CrmId,
        /// Names the intent to create it: of two creations with the same name Graph carries out one. Events only.
        transaction: &'a str,
    },
    /// Deletes an item, if it still has this version. Deleting an occurrence cancels it.
    Delete {
        /// The item.
        id: &'a ExchangeId,
        /// Where it is.
        folder: &'a str,
        /// The version that was last read.
        version: &'a Version,
        /// What the item held in that version; of an occurrence, what its series held. Graph tells those who are invited
        /// by itself.
        current: &'a Fields,
    },
    /// Reads an item, with its mark where it can be asked for: of tasks and events. An exception may have that of its
    /// series, see [`crate::marked::drop_inherited`].
    Get {
        /// The item.
        id: &'a ExchangeId,
        /// Where it is.
        folder: &'a str,
    },
    /// Finds our mark on a task, whichever record it names.
    ///
    /// <https://learn.microsoft.com/en-us/graph/api/todotask-list-linkedresources>
    FindMark {
        /// The task.
        id: &'a ExchangeId,
        /// Where it is.
        folder: &'a str,
    },
    /// Writes the provenance mark on an item and nothing else.
    ///
    /// A task has room for one linked resource. One that came from mail, or from another application, can't be
    /// marked and is refused; so is one that carries a mark of ours, unless that is named.
    ///
    /// <https://learn.microsoft.com/en-us/graph/api/singlevaluelegacyextendedproperty-post-singlevalueextendedproperties>,
    /// <https://learn.microsoft.com/en-us/graph/api/todotask-post-linkedresources>,
    /// <https://learn.microsoft.com/en-us/graph/api/linkedresource-update>
    Mark {
        /// The item.
        id: &'a ExchangeId,
        /// Where it is.
        folder: &'a str,
        /// The version that it must still have; `None` writes on any.
        version: Option<&'a Version>,
        /// The CRM record it belongs to.
        mark: &'a CrmId,
        /// What people read beside the mark of a task: the record's name.
        title: &'a str,
        /// The mark of ours on a task that is to name this record from now on, as [`Part::FindMark`] told it.
        instead_of: Option<&'a str>,
    },
    /// Finds the occurrence of a series on one day, so that it can be cancelled ([`Part::Delete`]) or changed.
    ///
    /// <https://learn.microsoft.com/en-us/graph/api/event-list-instances>
    Occurrence {
        /// The series.
        series: &'a ExchangeId,
        /// The day on which the rule puts it, in the user's zone.
        day: Date,
        /// What the series holds. The day is in its zone where the user's is not known.
        current: &'a Fields,
    },
    /// Changes an item, if it still has this version.
    Update {
        /// The item.
        id: &'a ExchangeId,
        /// Where it is.
        folder: &'a str,
        /// The version that was last read.
        version: &'a Version,
        /// What changes.
        patch: &'a Patch,
        /// What the item held in that version.
        current: &'a Fields,
        /// The CRM record it belongs to, if it doesn't carry the mark yet and [`carries_mark`](super::carries_mark).
        mark: Option<&'a CrmId>,
        /// The body as [`Part::Body`] told it. Without it, notes are not written where [`needs_body`](super::needs_body) asks for it.
        body: Option<&'a str>,
    },
}

/// What became of a part that succeeded.
#[derive(Clone, PartialEq, Eq)]
pub enum PartOutcome {
    /// The body as it is, as HTML.
    Body(String),
    /// The id of the calendar.
    Calendar(String),
    /// The item is deleted.
    Deleted,
    /// The item is marked; its version now is not told.
    Marked,
    /// The id of our mark on a task; `None` where it has none.
    Mark(Option<String>),
    /// The occurrence and its version; `None` where the series has none on that day.
    Occurrence(Option<(ExchangeId, Version)>),
    /// The item as it is. Of a contact, [`mxs_core::Field::Folder`] may name another folder than the one it was read in, or
    /// Deleted Items: see [`crate::folders`].
    Read(Seen),
    /// The item was created or changed.
    Written {
        /// Its id.
        id: ExchangeId,
        /// Its version now.
        version: Version,
        /// What it holds now, if Graph said all of it: Exchange may keep a value in its own way.
        stored: Option<Fields>,
    },
}

/// What people write is personal data.
impl std::fmt::Debug for PartOutcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Body(_) => f.write_str("Body"),
            Self::Calendar(_) => f.write_str("Calendar"),
            Self::Deleted => f.write_str("Deleted"),
            Self::Marked => f.write_str("Marked"),
            Self::Mark(id) => f.debug_tuple("Mark").field(id).finish(),
            Self::Occurrence(occurrence) => f.debug_tuple("Occurrence").field(occurrence).finish(),
            Self::Read(seen) => f.debug_tuple("Read").field(seen).finish(),
            Self::Written { id, version, stored } => {
                f.debug_struct("Written").field("id", id).field("version", version).field("stored", stored).finish()
            }
        }
    }
}
