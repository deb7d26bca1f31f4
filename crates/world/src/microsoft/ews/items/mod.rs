//! Items: one form for all kinds, each kept by its own store.

mod base;
mod change;
mod contact;
pub(super) mod event;
mod extended;
mod mapi;
mod message;
mod path;
mod schema;
mod shape;
mod task;
mod uris;

pub(super) use base::{Base, FileOf, item_id};
pub(super) use change::{Change, Properties};
pub(super) use extended::Extended;
pub(super) use message::{file, send};
pub(super) use path::Path;
pub(super) use schema::{Level, Property, fixed, open};
pub(super) use shape::Shape;

use super::call::EwsCall;
use super::folders::{self, Folder, Home};
use super::ids;
use super::names::t;
use super::refusal::Refusal;
use super::server::Version;
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

/// What a request says beside the items themselves: the attributes of `CreateItem`, `UpdateItem` and `DeleteItem`.
#[derive(Clone, Debug, Default)]
pub(super) struct Manner {
    /// `MessageDisposition`.
    pub(super) messages: Option<String>,
    /// `SendMeetingInvitations`, `SendMeetingInvitationsOrCancellations` or `SendMeetingCancellations`.
    pub(super) meetings: Option<String>,
    /// `AffectedTaskOccurrences`.
    pub(super) tasks: Option<String>,
}

/// Where deleted items go.
///
/// See <https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/deleting-items-by-using-ews-in-exchange>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Disposal {
    /// Nowhere: for good.
    Hard,
    /// Where people don't see them, and can get them back.
    Soft,
    /// To Deleted Items.
    DeletedItems,
}

/// What each attribute may say.
const WORDS: [(&str, &[&str]); 5] = [
    ("MessageDisposition", &["SaveOnly", "SendOnly", "SendAndSaveCopy"]),
    ("SendMeetingInvitations", &["SendToNone", "SendOnlyToAll", "SendToAllAndSaveCopy"]),
    (
        "SendMeetingInvitationsOrCancellations",
        &["SendToNone", "SendOnlyToAll", "SendOnlyToChanged", "SendToAllAndSaveCopy", "SendToChangedAndSaveCopy"],
    ),
    ("SendMeetingCancellations", &["SendToNone", "SendOnlyToAll", "SendToAllAndSaveCopy"]),
    ("AffectedTaskOccurrences", &["AllOccurrences", "SpecifiedOccurrenceOnly"]),
];

impl Manner {
    /// Reads the attributes of an operation.
    pub(super) fn read(operation: &Element) -> Result<Self, Refusal> {
        for (name, words) in WORDS {
            if let Some(word) = operation.attribute(name).filter(|word| !words.contains(word)) {
                let what = format!("The '{name}' attribute is invalid - The value '{word}' is invalid.");
                return Err(Refusal::schema(what));
            }
        }
        let attribute = |name: &str| operation.attribute(name).map(str::to_owned);
        let meetings = ["SendMeetingInvitations", "SendMeetingInvitationsOrCancellations", "SendMeetingCancellations"];
        Ok(Self {
            messages: attribute("MessageDisposition"),
            meetings: meetings.into_iter().find_map(attribute),
            tasks: attribute("AffectedTaskOccurrences"),
        })
    }
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

/// Writes an item.
pub(super) fn write(call: &EwsCall<'_, '_>, found: &Found, shape: &Shape) -> Result<Element, Refusal> {
    let looks = looks(call, found)?;
    let mut written = t(looks.properties.element);
    for (prefix, property) in looks.properties.all() {
        match property.name {
            "ExtendedProperty" => written = written.children(extended(&looks.base, shape)),
            "MimeContent" if shape.mime => {
                written = written.children(looks.base.value(property.name, shape, call.version));
            }
            name if shape.wants(prefix, property, call.version) => {
                let value = match prefix {
                    "item" => looks.base.value(name, shape, call.version),
                    _ => (looks.own)(name, shape),
                };
                written = written.children(value);
            }
            name if prefix != "item" => written = written.children(indexed(name, &looks, shape)),
            _ => {}
        }
    }
    Ok(written)
}

/// The id of an item with its key.
pub(super) fn write_id(call: &EwsCall<'_, '_>, found: &Found) -> Result<Element, Refusal> {
    let base = looks(call, found)?.base;
    Ok(item_id(&base.id, &base.change_key))
}

/// The name of the element that stands for an item.
pub(super) fn element(call: &EwsCall<'_, '_>, found: &Found) -> Result<&'static str, Refusal> {
    Ok(looks(call, found)?.properties.element)
}

/// What a property of an item says; `None` where it doesn't have it.
pub(super) fn text(call: &EwsCall<'_, '_>, found: &Found, path: &Path) -> Option<String> {
    let item = write(call, found, &Shape::of(path.clone())).ok()?;
    let wanted = match path {
        Path::Field { name, .. } => format!("t:{name}"),
        Path::Indexed { uri, .. } => format!("t:{}", schema::list_of(uri)?),
        Path::Extended(_) => "t:ExtendedProperty".to_owned(),
    };
    let value = item.children.iter().find(|child| child.name == wanted)?;
    let said = match path {
        Path::Extended(_) => value.children.get(1)?,
        Path::Indexed { .. } => value.children.first()?,
        Path::Field { .. } => value,
    };
    // People, categories and parts of addresses are looked for by all that they say.
    Some(if said.children.is_empty() { said.text.clone() } else { said_inside(said) })
}

fn said_inside(element: &Element) -> String {
    let inside = element.children.iter().map(said_inside).filter(|said| !said.is_empty());
    let said: Vec<String> =
        std::iter::once(element.text.clone()).filter(|said| !said.is_empty()).chain(inside).collect();
    said.join(" ")
}

/// Whether all properties that are asked for are known to a version of the schema. Those of other kinds may be asked for:
/// nobody knows of what kind an item is before it is read.
pub(super) fn check_shape(shape: &Shape, version: Version) -> Result<(), Refusal> {
    let kinds = [contact::PROPERTIES, event::PROPERTIES, message::PROPERTIES, task::PROPERTIES];
    for path in &shape.paths {
        let Path::Field { prefix, name } = path else { continue };
        let mut all = kinds.iter().flat_map(Properties::all);
        let kept = all.find(|(known, property)| known == prefix && property.name == name);
        // What no store keeps is known all the same, since whenever.
        let is_known = kept.map_or_else(|| schema::is_known(prefix, name), |(_, property)| property.since <= version);
        if !is_known {
            return Err(Refusal::schema("The 'FieldURI' attribute is invalid.").path(path.write()));
        }
    }
    Ok(())
}

/// Whether a request says what it has to say to change an item.
pub(super) fn check_manner(found: &Found, manner: &Manner) -> Result<(), Refusal> {
    if found.kind == Kind::Message && manner.messages.is_none() {
        let text = "Message disposition is required for the message items.";
        return Err(Refusal::new("ErrorMessageDispositionRequired", text));
    }
    Ok(())
}

fn extended(base: &Base, shape: &Shape) -> Vec<Element> {
    let wanted = shape.paths.iter().filter_map(|path| match path {
        Path::Extended(property) => base.extended.get(&property.id).map(|kept| property.with_value(kept)),
        _ => None,
    });
    wanted.collect()
}

/// Those entries of a list with keys that were named one by one.
fn indexed(name: &str, looks: &Looks<'_>, shape: &Shape) -> Option<Element> {
    let named = |uri: &str, key: &str| {
        let list = schema::list_of(uri)?;
        (list == name).then(|| key.to_owned())
    };
    let keys: Vec<(String, String)> = shape
        .paths
        .iter()
        .filter_map(|path| match path {
            Path::Indexed { uri, key } => named(uri, key).map(|key| (uri.clone(), key)),
            _ => None,
        })
        .collect();
    if keys.is_empty() {
        return None;
    }
    let mut list = (looks.own)(name, shape)?;
    list.children.retain_mut(|entry| {
        let own: Vec<&String> =
            keys.iter().filter(|(_, key)| entry.attribute("Key") == Some(key)).map(|(uri, _)| uri).collect();
        // An address is asked for part by part.
        let parts: Vec<&str> = own.iter().filter_map(|uri| uri.split(':').nth(2)).collect();
        if !parts.is_empty() {
            entry.children.retain(|part| parts.iter().any(|wanted| part.name == format!("t:{wanted}")));
        }
        !own.is_empty()
    });
    (!list.children.is_empty()).then_some(list)
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
