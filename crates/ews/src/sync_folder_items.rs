//! The items of a folder, and then what changes among them.
//!
//! An answer says which items changed; what is in them is asked for with [`crate::get_item`], in batches. Of a series it
//! tells the series alone, whichever of its occurrences changed.
//!
//! <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/syncfolderitems-operation>

use crate::ids::id;
use crate::item::{self, RECEIVED};
use crate::property::Property;
use crate::shape;
use crate::sync_folder_hierarchy::more;
use crate::xml::{Element, entries, m};
use crate::{EwsError, FolderId, Session, answers, event};
use mxs_core::{ExchangeId, Instant, Kind, Version};
use mxs_http::{Request, Response};

/// The most changes that the service tells in one answer.
///
/// <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/maxchangesreturned>
pub const CHANGES_MAX: u16 = 512;

/// What sort of item it is, by the element that tells of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// One that the engine knows.
    Of(Kind),
    /// A mail, or what asks to a meeting.
    Message,
    /// Something else, such as a distribution list.
    Other,
}

/// When an event takes place, or when a mail came, as far as it was asked for and is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct When {
    /// When it begins; a series, when its first occurrence does.
    pub start: Option<Instant>,
    /// When it ends; a series, when its first occurrence does.
    pub end: Option<Instant>,
    /// Whether it repeats.
    pub repeats: bool,
}

/// What became of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemChange {
    /// It is there, new or changed.
    Present {
        /// Its id.
        id: ExchangeId,
        /// Its version.
        version: Version,
        /// What it is.
        sort: Sort,
        /// When it is.
        when: When,
    },
    /// It is no longer in the folder: deleted, or moved elsewhere.
    Removed {
        /// Its id.
        id: ExchangeId,
    },
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemsPage {
    /// What it says, in its order. That somebody read a mail is left out.
    pub changes: Vec<ItemChange>,
    /// What the next request begins with.
    pub sync_state: String,
    /// Whether the next request is due at once.
    pub more: bool,
}

/// Asks for what changed in `folder`, which holds items of this sort, since an answer with `sync_state`; without one, for
/// every item.
pub fn request(session: &Session<'_>, folder: &FolderId, sort: Sort, sync_state: Option<&str>) -> Request {
    let when: &[Property] = match sort {
        Sort::Of(Kind::Event) => &event::WHEN,
        Sort::Message => &[RECEIVED],
        Sort::Of(Kind::Contact | Kind::Task) | Sort::Other => &[],
    };
    session.request(
        m("SyncFolderItems")
            .child(shape::ids(when, None))
            .child(m("SyncFolderId").child(folder.element()))
            .children(sync_state.map(|state| m("SyncState").saying(state)))
            .child(m("MaxChangesReturned").saying(&CHANGES_MAX.to_string())),
    )
}

/// Reads the answer to [`request`].
pub fn parse(response: &Response) -> Result<ItemsPage, EwsError> {
    answers::read_one(response, "SyncFolderItems", |message| {
        let changes = entries(message.get("Changes"))?.iter().filter(|change| change.name != "ReadFlagChange");
        Some(ItemsPage {
            changes: changes.map(change).collect::<Option<_>>()?,
            sync_state: message.word("SyncState")?.to_owned(),
            more: more(&message, "IncludesLastItemInRange")?,
        })
    })
}

fn change(change: &Element) -> Option<ItemChange> {
    match change.name.as_str() {
        "Create" | "Update" => {
            let item = change.children.first()?;
            let (id, version) = item::identity(item)?;
            let sort = sort(&item.name);
            let when = match sort {
                Sort::Of(Kind::Event) => event::when(item)?,
                Sort::Message => When { start: item::moment(RECEIVED, item)?, ..When::default() },
                Sort::Of(Kind::Contact | Kind::Task) | Sort::Other => When::default(),
            };
            Some(ItemChange::Present { id, version, sort, when })
        }
        "Delete" => Some(ItemChange::Removed { id: ExchangeId::new(id(change, "ItemId")?) }),
        _ => None,
    }
}

/// What an item is, by the name of its element.
pub(crate) fn sort(name: &str) -> Sort {
    match Kind::ALL.into_iter().find(|kind| item::element(*kind) == name) {
        Some(kind) => Sort::Of(kind),
        None if name.starts_with("Meeting") || name == "Message" => Sort::Message,
        None => Sort::Other,
    }
}
