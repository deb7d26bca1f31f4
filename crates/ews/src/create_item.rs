//! New items.
//!
//! <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/createitem-operation>

use crate::xml::m;
use crate::{BATCH_MAX, Each, FolderId, Mailing, Session, answers, contact, event, item, task};
use mxs_core::{CrmId, ExchangeId, Fields, Kind, Version};
use mxs_graph::Wanted;
use mxs_graph::mark::Mark;
use mxs_http::{Request, Response};

/// An item that is to be.
#[derive(Clone, Copy, Debug)]
pub struct NewItem<'a> {
    /// Its contents.
    pub fields: &'a Fields,
    /// The CRM record it is the copy of.
    pub mark: &'a CrmId,
}

/// Asks for new items of a kind in `folder`, [`BATCH_MAX`] at most.
pub fn request(
    session: &Session<'_>,
    kind: Kind,
    folder: &FolderId,
    items: &[NewItem<'_>],
    mailing: Mailing,
    wanted: &Wanted<'_>,
) -> Request {
    debug_assert!(items.len() <= BATCH_MAX, "the caller cuts them up");
    let element = |new: &NewItem<'_>| {
        let mark = Mark { org: wanted.org, crm: new.mark };
        match kind {
            Kind::Contact => contact::creation(new.fields, mark),
            Kind::Task => task::creation(new.fields, mark, session.version),
            Kind::Event => event::creation(new.fields, mark, wanted.zone, session.version),
        }
    };
    let create = m("CreateItem").with("MessageDisposition", "SaveOnly");
    let create = match kind {
        Kind::Event => create.with("SendMeetingInvitations", mailing.word()),
        Kind::Contact | Kind::Task => create,
    };
    session.request(
        create
            .child(m("SavedItemFolderId").child(folder.element()))
            .child(m("Items").children(items.iter().map(element))),
    )
}

/// Reads the answer to [`request`], for each of so many items in their order: its id and version.
pub fn parse(response: &Response, asked: usize) -> Each<(ExchangeId, Version)> {
    answers::read(response, "CreateItem", asked, |message| item::only(&message))
}
