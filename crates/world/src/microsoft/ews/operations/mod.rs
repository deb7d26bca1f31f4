//! What can be asked: one file an operation.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/ews-operations-in-exchange>.

mod attachments;
mod convert_id;
mod create_item;
mod delete_item;
mod find_folder;
mod find_item;
mod get_events;
mod get_folder;
mod get_item;
mod get_server_time_zones;
mod get_streaming_events;
mod get_user_availability;
mod move_item;
mod resolve_names;
mod send_item;
mod subscribe;
mod sync_folder_hierarchy;
mod sync_folder_items;
mod unsubscribe;
mod update_item;
mod write_folders;

use super::call::EwsCall;
use super::names::m;
use super::refusal::Refusal;
use super::server::Version;
use mxs_xml::Element;

/// One operation.
pub(super) struct Operation {
    /// The name of its request.
    pub(super) name: &'static str,
    /// The first version that has it.
    pub(super) since: Version,
    /// The elements that stand right inside of it, in the order in which they have to.
    pub(super) parts: &'static [Part],
    /// What it does.
    pub(super) run: fn(&mut EwsCall<'_, '_>, &Element) -> Result<Reply, Refusal>,
}

/// An element right inside an operation.
pub(super) struct Part {
    /// Its name; several that exclude each other are parted by blanks.
    pub(super) names: &'static str,
    /// Whether it has to be there.
    pub(super) required: bool,
    /// The first version that has it.
    pub(super) since: Version,
}

impl Part {
    /// One that has to be there.
    pub(super) const fn required(names: &'static str) -> Self {
        Self { names, required: true, since: Version::Exchange2007 }
    }

    /// One that may be there.
    pub(super) const fn optional(names: &'static str) -> Self {
        Self { names, required: false, since: Version::Exchange2007 }
    }

    /// The same, as long as the request speaks this version.
    pub(super) const fn since(self, since: Version) -> Self {
        Self { since, ..self }
    }
}

/// What an operation answers.
pub(super) enum Reply {
    /// A message for each thing that was asked for, in the same order.
    Each(Vec<Message>),
    /// What stands right inside of the answer: few operations have a form of their own.
    Whole(Vec<Element>),
}

/// What became of one thing that was asked for.
pub(super) enum Message {
    /// It was done: what stands behind the code.
    Done(Vec<Element>),
    /// It was done, but for something: what stands behind the code.
    Warning(Refusal, Vec<Element>),
    /// It was refused: what has to stand behind the code nevertheless.
    Refused(Refusal, Vec<Element>),
}

impl Message {
    /// What was done, or why it wasn't. `empty` is the list that a refusal has to show nevertheless.
    pub(super) fn of(outcome: Result<Vec<Element>, Refusal>, empty: &[&str]) -> Self {
        match outcome {
            Ok(done) => Self::Done(done),
            Err(refusal) => Self::Refused(refusal, empty.iter().map(|name| m(name)).collect()),
        }
    }

    fn write(self, name: &str) -> Element {
        let (class, head, content) = match self {
            Self::Done(content) => ("Success", vec![m("ResponseCode").saying("NoError")], content),
            Self::Warning(why, content) => ("Warning", why.message(), content),
            Self::Refused(why, content) => ("Error", why.message(), content),
        };
        m(name).with("ResponseClass", class).children(head).children(content)
    }
}

const OPERATIONS: &[&Operation] = &[
    &attachments::CREATE,
    &attachments::DELETE,
    &attachments::GET,
    &convert_id::OPERATION,
    &create_item::OPERATION,
    &delete_item::OPERATION,
    &find_folder::OPERATION,
    &find_item::OPERATION,
    &get_events::OPERATION,
    &get_folder::OPERATION,
    &get_item::OPERATION,
    &get_server_time_zones::OPERATION,
    &get_streaming_events::OPERATION,
    &get_user_availability::OPERATION,
    &move_item::OPERATION,
    &resolve_names::OPERATION,
    &send_item::OPERATION,
    &subscribe::OPERATION,
    &sync_folder_hierarchy::OPERATION,
    &sync_folder_items::OPERATION,
    &unsubscribe::OPERATION,
    &update_item::OPERATION,
    &write_folders::CREATE,
    &write_folders::DELETE,
    &write_folders::UPDATE,
];

/// The elements inside a part of a request, which has to hold some.
fn inside<'a>(asked: &'a Element, part: &str) -> Result<&'a [Element], Refusal> {
    let elements = asked.get(part).map(|part| part.children.as_slice()).unwrap_or_default();
    if elements.is_empty() {
        return Err(Refusal::schema(format!("The element '{part}' has incomplete content.")));
    }
    Ok(elements)
}

/// An attribute that a request has to have.
fn attribute<'a>(asked: &'a Element, name: &str) -> Result<&'a str, Refusal> {
    asked.attribute(name).ok_or_else(|| Refusal::schema(format!("The required attribute '{name}' is missing.")))
}

/// Whether text can be a change key.
fn is_change_key(text: &str) -> bool {
    text.len() >= 8 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/-_=".contains(&byte))
}

/// The operation that a request asks for. What a version doesn't have yet, its schema doesn't know.
pub(super) fn find(asked: &Element, version: Version) -> Result<&'static Operation, Refusal> {
    let known = OPERATIONS.iter().find(|operation| operation.name == asked.name && operation.since <= version);
    let operation = known.ok_or_else(|| Refusal::schema(format!("The element '{}' is not declared.", asked.name)))?;
    check(operation, asked, version)?;
    Ok(operation)
}

/// Whether all that has to be there is, in its order, and nothing else.
fn check(operation: &Operation, asked: &Element, version: Version) -> Result<(), Refusal> {
    let mut given = asked.children.iter().peekable();
    for part in operation.parts.iter().filter(|part| part.since <= version) {
        let is_it = |element: &&Element| part.names.split(' ').any(|name| name == element.name);
        let found = given.next_if(is_it);
        if found.is_none() && part.required {
            let what = format!("The element '{}' has incomplete content. Expected: '{}'.", asked.name, part.names);
            return Err(Refusal::schema(what));
        }
    }
    match given.next() {
        Some(other) => {
            let what = format!("The element '{}' has invalid child element '{}'.", asked.name, other.name);
            Err(Refusal::schema(what))
        }
        None => Ok(()),
    }
}

/// The answer to an operation of which each thing is refused; `None` where it has no messages for that.
pub(super) fn refuse_each(operation: &Operation, asked: &Element, refusal: &Refusal) -> Option<Element> {
    if operation.name == "GetUserAvailabilityRequest" {
        return None;
    }
    let empty: &[&str] = match operation.name {
        "CreateItem" | "GetItem" | "MoveItem" | "UpdateItem" => &["Items"],
        "CreateAttachment" | "GetAttachment" => &["Attachments"],
        _ => &[],
    };
    let lists = ["AttachmentIds", "Attachments", "FolderChanges", "FolderIds", "Folders", "ItemChanges", "ItemIds"];
    let lists = lists.into_iter().chain(["Items", "ParentFolderIds", "SourceIds"]);
    let count = lists.filter_map(|list| asked.get(list)).map(|list| list.children.len()).max();
    let name = format!("{}ResponseMessage", operation.name);
    let message = || Message::of(Err(refusal.clone()), empty).write(&name);
    let messages = (0..count.unwrap_or(1).max(1)).map(|_| message());
    Some(m(&format!("{}Response", operation.name)).child(m("ResponseMessages").children(messages)))
}

/// Carries an operation out and writes its answer.
pub(super) fn run(operation: &Operation, call: &mut EwsCall<'_, '_>, asked: &Element) -> Result<Element, Refusal> {
    let name = operation.name.strip_suffix("Request").unwrap_or(operation.name);
    let answer = m(&format!("{name}Response"));
    Ok(match (operation.run)(call, asked)? {
        Reply::Whole(content) => answer.children(content),
        Reply::Each(messages) => {
            let name = format!("{name}ResponseMessage");
            answer.child(m("ResponseMessages").children(messages.into_iter().map(|message| message.write(&name))))
        }
    })
}
