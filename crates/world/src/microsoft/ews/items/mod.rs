//! Items: one form for all kinds, each kept by its own store.

mod base;
mod change;
mod contact;
pub(super) mod event;
mod extended;
mod manner;
mod mapi;
mod message;
mod path;
mod schema;
mod shape;
mod task;
mod uris;
mod written;

pub(super) use base::{Base, FileOf, item_id};
pub(super) use change::{Change, Properties};
pub(super) use extended::Extended;
pub(super) use manner::{Disposal, Manner, check_manner};
pub(super) use message::{file, send};
pub(super) use path::Path;
pub(super) use schema::{Level, Property, fixed, open};
pub(super) use shape::Shape;
pub(super) use written::{check_shape, element, text, write, write_id};

use super::call::EwsCall;
use super::folders::{self, Folder, Home};
use super::ids;
use super::refusal::Refusal;
use crate::microsoft::mailbox::Changes;
use jiff::civil::Date;
use mxs_xml::Element;

/// The kinds of items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Contact,
    Event,
    Message,
    Task,
}

/// An item that was found in one of the stores.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    pub(super) kind: Kind,
    /// Its immutable id.
    pub(super) key: String,
    /// The original date, if it is an occurrence of a series.
    pub(super) day: Option<Date>,
}

/// One of an item's own properties by its name; `None` where it doesn't have it.
pub(super) type Own<'a> = Box<dyn Fn(&str, &Shape) -> Option<Element> + 'a>;

/// How an item looks.
pub(super) struct Looks<'a> {
    /// What items of its kind have.
    pub(super) properties: Properties,
    /// What items of every kind have.
    pub(super) base: Base,
    /// What is its kind's own.
    pub(super) own: Own<'a>,
}

/// The item that an element names.
pub(super) fn find(call: &EwsCall<'_, '_>, named: &Element) -> Result<Found, Refusal> {
    if matches!(named.name.as_str(), "OccurrenceItemId" | "RecurringMasterItemId") {
        return event::find_occurrence(call, named);
    }
    if named.name != "ItemId" {
        return Err(Refusal::schema(format!("The element '{}' names no item.", named.name)));
    }
    let id = named.attribute("Id").ok_or_else(|| Refusal::schema("The required attribute 'Id' is missing."))?;
    by_id(call, id)
}

/// The item of this id. Ids that an item had before it moved find nothing, and neither do those that only Graph hands
/// out.
pub(super) fn by_id(call: &EwsCall<'_, '_>, id: &str) -> Result<Found, Refusal> {
    if id.is_empty() {
        return Err(Refusal::new("ErrorInvalidIdEmpty", "Id must be non-empty."));
    }
    let id = ids::read(id);
    if !ids::is_id(&id) {
        return Err(Refusal::malformed_id());
    }
    if let Some(event) = event::find(call, &id)? {
        return Ok(event);
    }
    for find in [contact::find, task::find, message::find] {
        if let Some(found) = find(call, &id)? {
            return Ok(found);
        }
    }
    Err(Refusal::not_found())
}

/// How an item looks.
pub(super) fn looks<'a>(call: &'a EwsCall<'_, '_>, found: &Found) -> Result<Looks<'a>, Refusal> {
    match found.kind {
        Kind::Contact => contact::looks(call, found),
        Kind::Event => event::looks(call, found),
        Kind::Message => message::looks(call, found),
        Kind::Task => task::looks(call, found),
    }
}

/// The items in a folder, in the order of their arrival.
pub(super) fn members(call: &EwsCall<'_, '_>, folder: &Folder) -> Result<Vec<Found>, Refusal> {
    let mut found = Vec::new();
    let mut contacts: Vec<_> = call.mailbox()?.everywhere().collect();
    contacts.sort_by_key(|contact| contact.position);
    for contact in contacts {
        if folders::holds(call, folder, &contact.folder)? {
            found.push(Found { kind: Kind::Contact, key: contact.immutable_id.clone(), day: None });
        }
    }
    found.extend(event::members(call, folder)?);
    found.extend(message::members(call, folder)?);
    found.extend(task::members(call, folder)?);
    Ok(found)
}

/// What happened to the items of one kind in a folder.
pub(super) struct Source<'a> {
    pub(super) kind: Kind,
    pub(super) changes: &'a Changes,
}

/// What happened in a folder, kind by kind.
pub(super) fn sources<'a>(call: &'a EwsCall<'_, '_>, folder: &Folder) -> Result<Vec<Source<'a>>, Refusal> {
    let mut sources = Vec::new();
    let contacts = call.mailbox()?;
    let kept = folder.distinguished.and_then(|known| contacts.keeps(known)).unwrap_or(&folder.id);
    sources.extend(contacts.changes_in(kept).map(|changes| Source { kind: Kind::Contact, changes }));
    let calendars = call.calendars()?;
    let kept = folder.distinguished.and_then(|known| calendars.keeps(known)).unwrap_or(&folder.id);
    sources.extend(calendars.changes_in(kept).map(|changes| Source { kind: Kind::Event, changes }));
    if let Ok(list) = call.todo()?.list(&folder.id) {
        sources.push(Source { kind: Kind::Task, changes: &list.changes });
    }
    if let Ok(mail) = call.mail()?.any_folder(&folder.id) {
        sources.push(Source { kind: Kind::Message, changes: &mail.changes });
    }
    Ok(sources)
}

/// Makes an item in a folder, or where its kind belongs. What was made is `None` where nothing was kept of it: a message
/// that was only sent.
pub(super) fn create(
    call: &mut EwsCall<'_, '_>,
    folder: Option<&Folder>,
    item: &Element,
    manner: &Manner,
) -> Result<Option<Found>, Refusal> {
    match item.name.as_str() {
        "Contact" => {
            let changes = contact::PROPERTIES.read_new(item, call.version)?;
            if folder.is_some_and(|folder| folder.home != Home::Contacts) {
                let text = "Cannot create a contact item in a folder that is not a contacts folder.";
                return Err(Refusal::new("ErrorCannotCreateContactInNonContactFolder", text));
            }
            contact::create(call, folder, &changes).map(Some)
        }
        "CalendarItem" => {
            let changes = event::PROPERTIES.read_new(item, call.version)?;
            event::create(call, folder, &changes, manner).map(Some)
        }
        "Message" => {
            let changes = message::PROPERTIES.read_new(item, call.version)?;
            message::create(call, folder, &changes, manner)
        }
        "Task" => {
            let changes = task::PROPERTIES.read_new(item, call.version)?;
            if folder.is_some_and(|folder| folder.home != Home::Tasks) {
                let text = "Cannot create a task item in a folder that is not a tasks folder.";
                return Err(Refusal::new("ErrorCannotCreateTaskInNonTaskFolder", text));
            }
            task::create(call, folder, &changes).map(Some)
        }
        other => Err(Refusal::schema(format!("The element 'Items' has invalid child element '{other}'."))),
    }
}

/// Changes an item.
pub(super) fn change(
    call: &mut EwsCall<'_, '_>,
    found: &Found,
    updates: &Element,
    manner: &Manner,
) -> Result<(), Refusal> {
    let properties = looks(call, found)?.properties;
    let changes = properties.read_updates(updates, call.version)?;
    match found.kind {
        Kind::Contact => contact::change(call, found, &changes),
        Kind::Event => event::change(call, found, &changes, manner),
        Kind::Message => message::change(call, found, &changes, manner),
        Kind::Task => task::change(call, found, &changes),
    }
}

/// Deletes an item.
pub(super) fn delete(
    call: &mut EwsCall<'_, '_>,
    found: &Found,
    disposal: Disposal,
    manner: &Manner,
) -> Result<(), Refusal> {
    match found.kind {
        Kind::Contact => contact::delete(call, found, disposal),
        Kind::Event => event::delete(call, found, disposal, manner),
        Kind::Message => message::delete(call, found, disposal),
        Kind::Task => task::delete(call, found, manner),
    }
}

/// Moves an item to another folder, where it has another id.
pub(super) fn shift(call: &mut EwsCall<'_, '_>, found: &Found, folder: &Folder) -> Result<(), Refusal> {
    match found.kind {
        Kind::Contact => contact::shift(call, found, folder),
        Kind::Event => event::shift(call, found, folder),
        Kind::Message => message::shift(call, found, folder),
        Kind::Task => task::shift(call, found, folder),
    }
}
