//! Items that go to Deleted Items, as when people delete them.
//!
//! <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/deleteitem-operation>

use crate::xml::m;
use crate::{BATCH_MAX, Each, ItemId, Mailing, Session, answers};
use mxs_core::{Kind, Version};
use mxs_http::{Request, Response};

/// Asks for items of a kind to be deleted, [`BATCH_MAX`] at most. An occurrence of a series is cancelled; a task goes
/// with all that it repeats.
///
/// The server may not look at versions: whoever mustn't lose what was written a moment before reads it again first.
pub fn request(session: &Session<'_>, kind: Kind, items: &[(ItemId<'_>, &Version)], mailing: Mailing) -> Request {
    debug_assert!(items.len() <= BATCH_MAX, "the caller cuts them up");
    let delete = m("DeleteItem").with("DeleteType", "MoveToDeletedItems");
    let delete = match kind {
        Kind::Contact => delete,
        Kind::Task => delete.with("AffectedTaskOccurrences", "AllOccurrences"),
        Kind::Event => delete.with("SendMeetingCancellations", mailing.word()),
    };
    let ids = items.iter().map(|(id, version)| id.element(Some(version)));
    session.request(delete.child(m("ItemIds").children(ids)))
}

/// Reads the answer to [`request`], for each of so many items in their order.
pub fn parse(response: &Response, asked: usize) -> Each<()> {
    answers::read(response, "DeleteItem", asked, |_| Some(()))
}
