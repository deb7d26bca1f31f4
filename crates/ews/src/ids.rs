//! Names of folders and items.

use crate::xml::{Element, t};
use mxs_core::{ExchangeId, Version};
use std::fmt;

/// The most items that are asked for at once, and the most that are written.
///
/// <https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/ews-throttling-in-exchange>
pub const BATCH_MAX: usize = 100;

/// A folder.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FolderId {
    /// By the id that the service gave it.
    Id(String),
    /// One that every mailbox has.
    Distinguished(Distinguished),
}

/// In angle brackets, as other ids are, so that a log can be scrubbed of them.
impl fmt::Debug for FolderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "<FolderId: {id}>"),
            Self::Distinguished(folder) => fmt::Debug::fmt(folder, f),
        }
    }
}

/// The folders that every mailbox has, by the same name in each language.
///
/// <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/distinguishedfolderid>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Distinguished {
    /// The default calendar.
    Calendar,
    /// The default contact folder.
    Contacts,
    /// Deleted items.
    DeletedItems,
    /// Drafts.
    Drafts,
    /// The inbox.
    Inbox,
    /// Junk mail.
    JunkEmail,
    /// What people see as the top.
    Top,
    /// What waits to be sent.
    Outbox,
    /// What was sent.
    SentItems,
    /// The default task folder.
    Tasks,
}

impl Distinguished {
    /// Every one.
    pub const ALL: [Self; 10] = [
        Self::Calendar,
        Self::Contacts,
        Self::DeletedItems,
        Self::Drafts,
        Self::Inbox,
        Self::JunkEmail,
        Self::Top,
        Self::Outbox,
        Self::SentItems,
        Self::Tasks,
    ];

    /// The one of this name.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|folder| folder.word() == word)
    }

    /// The service's name.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Calendar => "calendar",
            Self::Contacts => "contacts",
            Self::DeletedItems => "deleteditems",
            Self::Drafts => "drafts",
            Self::Inbox => "inbox",
            Self::JunkEmail => "junkemail",
            Self::Top => "msgfolderroot",
            Self::Outbox => "outbox",
            Self::SentItems => "sentitems",
            Self::Tasks => "tasks",
        }
    }
}

impl FolderId {
    /// What names it in a request.
    pub(crate) fn element(&self) -> Element {
        match self {
            Self::Id(id) => t("FolderId").with("Id", id),
            Self::Distinguished(folder) => t("DistinguishedFolderId").with("Id", folder.word()),
        }
    }
}

/// An item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemId<'a> {
    /// By its own id.
    Item(&'a ExchangeId),
    /// An occurrence of a series, by its place among those that the rule has: 1 is the first, and those that were
    /// cancelled count.
    ///
    /// <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/occurrenceitemid>
    Occurrence {
        /// The series.
        series: &'a ExchangeId,
        /// The place.
        index: u32,
    },
    /// The series that an occurrence belongs to.
    ///
    /// <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/recurringmasteritemid>
    SeriesOf(&'a ExchangeId),
}

impl ItemId<'_> {
    /// What names it in a request, at a version where that matters.
    pub(crate) fn element(self, version: Option<&Version>) -> Element {
        let element = match self {
            Self::Item(id) => t("ItemId").with("Id", id.as_str()),
            Self::Occurrence { series, .. } => t("OccurrenceItemId").with("RecurringMasterId", series.as_str()),
            Self::SeriesOf(id) => t("RecurringMasterItemId").with("OccurrenceId", id.as_str()),
        };
        let element = version.into_iter().fold(element, |element, key| element.with("ChangeKey", key.as_str()));
        match self {
            Self::Occurrence { index, .. } => element.with("InstanceIndex", &index.to_string()),
            Self::Item(_) | Self::SeriesOf(_) => element,
        }
    }
}

/// The id that an answer gives: the attribute of a child of this name.
pub(crate) fn id<'a>(element: &'a Element, name: &str) -> Option<&'a str> {
    element.get(name)?.attribute("Id").filter(|id| !id.is_empty())
}
