//! Reading the items of a place, and then what changes there.
//!
//! <https://learn.microsoft.com/en-us/graph/delta-query-overview>

use crate::paging::{self, Page};
use crate::place::Place;
use crate::wanted::Wanted;
use crate::{GraphError, contacts, events, tasks};
use mxs_core::{ExchangeId, Seen};
use mxs_http::{Request, Response};

/// What a page of changes says about one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeltaItem {
    /// It is there, and this is all of it.
    Present(Seen),
    /// It changed, and the page doesn't say all of it: read it with [`crate::batch::Part::Get`].
    ///
    /// Graph promises no more than the properties that changed. To take the others for empty would empty
    /// them on the other side.
    Changed,
    /// It is no longer in the place: deleted, or moved elsewhere.
    Removed,
}

/// Where the reading goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// With this page.
    Page(String),
    /// That was all. This link reads what changes from now on.
    Done(String),
}

/// One page of changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeltaPage {
    /// What it says, in its order. An item may come more than once, here or in later pages: the last word
    /// counts.
    pub items: Vec<(ExchangeId, DeltaItem)>,
    /// Where it goes on.
    pub next: Next,
}

/// Begins to read everything, and then what changes.
pub fn start(place: &Place, wanted: &Wanted<'_>) -> Request {
    let path = match place {
        Place::Calendar { id, window } => events::delta_path(id.as_deref(), *window),
        Place::ContactFolder(id) => contacts::delta_path(Some(id)),
        Place::Contacts => contacts::delta_path(None),
        Place::TaskList(list) => tasks::delta_path(list),
    };
    next(place, &path, wanted)
}

/// Goes on with a link of an earlier page ([`Next`]).
pub fn next(place: &Place, link: &str, wanted: &Wanted<'_>) -> Request {
    let (size, preference) = match place {
        Place::Calendar { .. } => (events::PAGE_SIZE, Some(events::PREFERENCE.to_owned())),
        Place::ContactFolder(_) | Place::Contacts => (contacts::PAGE_SIZE, None),
        Place::TaskList(_) => (tasks::PAGE_SIZE, wanted.zone.map(tasks::TimeZone::preference)),
    };
    paging::request(link.to_owned(), size, preference)
}

/// Reads the answer to [`start`] and [`next`].
///
/// Marks are told of tasks only: delta queries over contacts and events take no `$expand`. See
/// [`crate::marked`].
pub fn parse(place: &Place, response: &Response, wanted: &Wanted<'_>) -> Result<DeltaPage, GraphError> {
    let Page { items, next } = match place {
        Place::Calendar { id, .. } => events::delta_page(response, id.as_deref(), wanted.zone)?,
        Place::ContactFolder(_) | Place::Contacts => paging::parse(response, contacts::delta_item)?,
        Place::TaskList(list) => paging::parse(response, |task| tasks::delta_item(task, list, wanted))?,
    };
    Ok(DeltaPage { items, next })
}
