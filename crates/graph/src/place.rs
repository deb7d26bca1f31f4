//! Where the items of one reading are.

use crate::task_lists::ListId;
use mxs_core::{Date, Kind};
use std::fmt;

/// A place that is read as a whole and followed by itself, and that new items are put in.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A calendar, as far as a window shows it.
    Calendar {
        /// Its id; `None` is the default calendar.
        id: Option<String>,
        /// The days that are read.
        window: Window,
    },
    /// A contact folder other than the default one.
    ContactFolder(String),
    /// The default contact folder.
    Contacts,
    /// A list of To Do.
    TaskList(ListId),
}

/// Days of a calendar, counted in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window {
    /// The first day.
    pub start: Date,
    /// The first day after it.
    pub end: Date,
}

impl Place {
    /// What sort of items it holds.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Calendar { .. } => Kind::Event,
            Self::ContactFolder(_) | Self::Contacts => Kind::Contact,
            Self::TaskList(_) => Kind::Task,
        }
    }

    /// A name for it among the places of its kind, under which the link for the next reading is stored: it never
    /// changes. Graph bakes the window into the links of a calendar, so another window is another place.
    pub fn key(&self) -> String {
        match self {
            Self::Calendar { id, window: Window { start, end } } => {
                format!("calendar {start} {end} {}", id.as_deref().unwrap_or_default())
            }
            Self::ContactFolder(id) => format!("folder {id}"),
            // Stored by versions that knew no other place.
            Self::Contacts => String::new(),
            Self::TaskList(id) => format!("list {}", id.as_str()),
        }
    }

    /// The vendor's id of it, as it stands in [`mxs_core::Field::Folder`]; `None` for a default one.
    pub fn folder(&self) -> Option<&str> {
        match self {
            Self::Calendar { id, .. } => id.as_deref(),
            Self::ContactFolder(id) => Some(id),
            Self::Contacts => None,
            Self::TaskList(id) => Some(id.as_str()),
        }
    }
}

/// In angle brackets, as other ids are, so that a log can be scrubbed of them.
impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<Place: {}>", self.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_stored_and_never_change() {
        let day = |text| Date::parse(text).expect("a date");
        let window = Window { start: day("2026-08-01"), end: day("2027-08-01") };
        let cases = [
            (Place::Contacts, "", Kind::Contact, None),
            (Place::ContactFolder("F".into()), "folder F", Kind::Contact, Some("F")),
            (Place::TaskList(ListId::new("L")), "list L", Kind::Task, Some("L")),
            (Place::Calendar { id: None, window }, "calendar 2026-08-01 2027-08-01 ", Kind::Event, None),
            (
                Place::Calendar { id: Some("C".into()), window },
                "calendar 2026-08-01 2027-08-01 C",
                Kind::Event,
                Some("C"),
            ),
        ];
        for (place, key, kind, folder) in cases {
            assert_eq!((place.key().as_str(), place.kind(), place.folder()), (key, kind, folder), "{place:?}");
        }
    }
}
