//! Items by their ids.
//!
//! <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/getitem-operation>

use crate::event::Exception;
use crate::message::{self, Attachment};
use crate::sync_folder_items::{Sort, sort};
use crate::xml::{Element, m};
use crate::{BATCH_MAX, Each, EwsError, ItemId, Session, Shape, answers, contact, event, item, task};
use mxs_core::mail::SeenMessage;
use mxs_core::{Date, ExchangeId, Instant, Kind, Seen, Version};
use mxs_graph::Wanted;
use mxs_graph::mail::letters::Letter;
use mxs_http::{Request, Response};

/// An item that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked<'a> {
    /// Which one.
    pub id: ItemId<'a>,
    /// For one of a series: the series, and when its rule had put it. The item itself says neither.
    pub of: Option<(&'a ExchangeId, Instant)>,
}

/// An item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its id.
    pub id: ExchangeId,
    /// What it holds.
    pub seen: Seen,
    /// Of a series: the occurrences that are items of their own, to be asked for.
    pub exceptions: Vec<Exception>,
    /// Of a series that ends: its last day, in its own zone.
    pub last_day: Option<Date>,
}

/// Asks for items, [`BATCH_MAX`] at most.
pub fn request(session: &Session<'_>, shape: Shape, items: &[ItemId<'_>]) -> Request {
    debug_assert!(items.len() <= BATCH_MAX, "the caller cuts them up");
    let ids = m("ItemIds").children(items.iter().map(|id| id.element(None)));
    session.request(m("GetItem").child(shape.element(session)).child(ids))
}

/// Reads the answer to [`request`] for items of a kind, for each that was `asked` for in their order. One that can't be
/// read, or is of another kind, is an error of its own.
pub fn parse(response: &Response, kind: Kind, asked: &[Asked<'_>], wanted: &Wanted<'_>) -> Each<Found> {
    let read = each(response, asked.len(), |item| Some(item.clone()))?;
    let found = |(item, asked): (Result<Element, EwsError>, &Asked<'_>)| {
        found(&item?, kind, asked, wanted).ok_or_else(|| EwsError::unreadable(response.status))
    };
    Ok(read.into_iter().zip(asked).map(found).collect())
}

/// Reads the answer to [`request`] for [`Shape::Ids`], of so many items in their order: their ids and versions.
pub fn parse_ids(response: &Response, asked: usize) -> Each<(ExchangeId, Version)> {
    each(response, asked, item::identity)
}

/// Reads the answer to [`request`] for [`Shape::Glance`], of so many messages in their order.
pub fn parse_glance(response: &Response, asked: usize) -> Each<SeenMessage> {
    each(response, asked, message::glance)
}

/// Reads the answer to [`request`] for [`Shape::Letter`], of so many messages in their order.
pub fn parse_letters(response: &Response, asked: usize) -> Each<(Letter, Vec<Attachment>)> {
    each(response, asked, message::letter)
}

fn each<T>(response: &Response, asked: usize, value: impl Fn(&Element) -> Option<T>) -> Each<T> {
    answers::read(response, "GetItem", asked, |message| value(message.get("Items")?.children.first()?))
}

fn found(element: &Element, kind: Kind, asked: &Asked<'_>, wanted: &Wanted<'_>) -> Option<Found> {
    if sort(&element.name) != Sort::Of(kind) {
        return None;
    }
    let (id, version) = item::identity(element)?;
    let (fields, exceptions) = match kind {
        Kind::Contact => (contact::fields(element)?, Vec::new()),
        Kind::Task => (task::fields(element)?, Vec::new()),
        Kind::Event => {
            let told = event::told(element, wanted.zone, asked.of)?;
            (told.fields, told.exceptions)
        }
    };
    let last_day = event::last_day(&fields, wanted.zone);
    let seen = Seen { fields, version, mark: item::marked(element, wanted.org)? };
    Some(Found { id, seen, exceptions, last_day })
}
