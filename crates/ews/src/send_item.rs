//! Drafts that go out, with a copy in Sent Items.
//!
//! <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/senditem-operation>

use crate::xml::m;
use crate::{BATCH_MAX, Distinguished, Each, FolderId, ItemId, Session, answers};
use mxs_core::{ExchangeId, Version};
use mxs_http::{Request, Response};

/// Asks for drafts to be sent, [`BATCH_MAX`] at most. One that somebody else changed meanwhile stays where it is.
pub fn request(session: &Session<'_>, drafts: &[(&ExchangeId, &Version)]) -> Request {
    debug_assert!(drafts.len() <= BATCH_MAX, "the caller cuts them up");
    let ids = drafts.iter().map(|(id, version)| ItemId::Item(id).element(Some(version)));
    let sent = FolderId::Distinguished(Distinguished::SentItems);
    session.request(
        m("SendItem")
            .with("SaveItemToFolder", "true")
            .child(m("ItemIds").children(ids))
            .child(m("SavedItemFolderId").child(sent.element())),
    )
}

/// Reads the answer to [`request`], for each of so many drafts in their order.
pub fn parse(response: &Response, asked: usize) -> Each<()> {
    answers::read(response, "SendItem", asked, |_| Some(()))
}
