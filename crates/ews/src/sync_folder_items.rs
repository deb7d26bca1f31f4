//! The items of a folder, and then what changes among them.
//!
//! An answer says which items changed; what is in them is asked for with [`crate::get_item`], in batches. Of a series it
//! tells the series alone, whichever of its occurrences changed.
//!
//! <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/syncfolderitems-operation>

use crate::ids::id;
use crate::item;
use crate::shape;
use crate::sync_folder_hierarchy::more;
use crate::xml::{Element, entries, m};
use crate::{EwsError, FolderId, Session, answers};
use mxs_core::{ExchangeId, Kind, Version};
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

/// Asks for what changed in `folder` since an answer with `sync_state`; without one, for every item.
pub fn request(session: &Session<'_>, folder: &FolderId, sync_state: Option<&str>) -> Request {
    session.request(
        m("SyncFolderItems")
            .child(shape::ids(&[], None))
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
            Some(ItemChange::Present { id, version, sort: sort(&item.name) })
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
