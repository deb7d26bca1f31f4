//! Changes of items.
//!
//! <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/updateitem-operation>

use crate::property::Change;
use crate::xml::{Element, m, t};
use crate::{BATCH_MAX, Each, ItemId, Mailing, Session, answers, contact, event, item, task};
use mxs_core::{CrmId, ExchangeId, Field, Fields, Kind, Patch, Version};
use mxs_graph::Wanted;
use mxs_graph::mark::Mark;
use mxs_http::{Request, Response};

/// A change of an item. One that changes nothing is refused by the schema.
#[derive(Clone, Copy, Debug)]
pub struct Update<'a> {
    /// The item.
    pub id: ItemId<'a>,
    /// The version that it must still have.
    pub version: &'a Version,
    /// What changes.
    pub patch: &'a Patch,
    /// What the item held in that version.
    pub current: &'a Fields,
    /// The CRM record it belongs to, if it doesn't carry the mark yet.
    pub mark: Option<&'a CrmId>,
}

/// Asks for changes of items of a kind, [`BATCH_MAX`] at most. An item that somebody else changed meanwhile stays as it
/// is ([`crate::ErrorKind::Stale`]).
///
/// <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/updateitem>
pub fn request(
    session: &Session<'_>,
    kind: Kind,
    updates: &[Update<'_>],
    mailing: Mailing,
    wanted: &Wanted<'_>,
) -> Request {
    debug_assert!(updates.len() <= BATCH_MAX, "the caller cuts them up");
    let update = m("UpdateItem").with("ConflictResolution", "NeverOverwrite").with("MessageDisposition", "SaveOnly");
    let update = match kind {
        Kind::Event => update.with("SendMeetingInvitationsOrCancellations", mailing.word_of_update()),
        Kind::Contact | Kind::Task => update,
    };
    let changes = updates.iter().map(|update| change(session, kind, update, wanted));
    session.request(update.child(m("ItemChanges").children(changes)))
}

fn change(session: &Session<'_>, kind: Kind, update: &Update<'_>, wanted: &Wanted<'_>) -> Element {
    let Update { patch, current, .. } = *update;
    let mut changes = match kind {
        Kind::Contact => contact::changes(patch, current),
        Kind::Task => task::changes(patch, current, session.version),
        Kind::Event => event::changes(patch, current, wanted.zone, session.version),
    };
    changes.extend(update.mark.map(|crm| item::mark(Mark { org: wanted.org, crm })));
    let updates = changes.into_iter().map(|change: Change| change.update(item::element(kind)));
    t("ItemChange").child(update.id.element(Some(update.version))).child(t("Updates").children(updates))
}

/// Reads the answer to [`request`], for each of so many items in their order: its id and new version.
pub fn parse(response: &Response, asked: usize) -> Each<(ExchangeId, Version)> {
    answers::read(response, "UpdateItem", asked, |message| item::only(&message))
}

/// The first field of `patch` that the service has no way to say in an item that now holds `current`; for a creation
/// that is nothing. The rest can be written; such a field is left out of what [`request`] writes, so whoever doesn't
/// ask loses it.
pub fn unwritable(
    session: &Session<'_>,
    kind: Kind,
    patch: &Patch,
    current: &Fields,
    wanted: &Wanted<'_>,
) -> Option<Field> {
    match kind {
        Kind::Contact => None,
        Kind::Task => task::unwritable(patch, current, session.version),
        Kind::Event => event::unwritable(patch, current, wanted.zone, session.version),
    }
}
