//! Folders that are made, changed and deleted.

use super::{Message, Operation, Part, Reply, attribute, inside};
use crate::microsoft::ews::call::EwsCall;
use crate::microsoft::ews::folders::{self, Folder, Home};
use crate::microsoft::ews::items::Path;
use crate::microsoft::ews::names::{m, t};
use crate::microsoft::ews::refusal::Refusal;
use crate::microsoft::ews::server::Version;
use mxs_xml::Element;

/// See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/createfolder-operation>.
pub(super) const CREATE: Operation = Operation {
    name: "CreateFolder",
    since: Version::Exchange2007,
    parts: &[Part::required("ParentFolderId"), Part::required("Folders")],
    run: create,
};

/// See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/updatefolder-operation>.
pub(super) const UPDATE: Operation = Operation {
    name: "UpdateFolder",
    since: Version::Exchange2007,
    parts: &[Part::required("FolderChanges")],
    run: update,
};

/// See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/deletefolder-operation>.
pub(super) const DELETE: Operation = Operation {
    name: "DeleteFolder",
    since: Version::Exchange2007,
    parts: &[Part::required("FolderIds")],
    run: delete,
};

fn create(call: &mut EwsCall<'_, '_>, asked: &Element) -> Result<Reply, Refusal> {
    let parent = folders::find_target(call, asked.get("ParentFolderId"));
    let mut messages = Vec::new();
    for folder in inside(asked, "Folders")? {
        let made = parent.clone().and_then(|parent| make(call, &parent, folder));
        messages.push(Message::of(made, &[]));
    }
    Ok(Reply::Each(messages))
}

/// What is kept in a folder follows from its element or its class; one without either is like the folder it is in.
fn home(folder: &Element, parent: &Folder) -> Result<Home, Refusal> {
    let homes = [Home::Contacts, Home::Tasks, Home::Calendar];
    let class = folder.word("FolderClass");
    let by_class = class.and_then(|class| homes.into_iter().find(|home| class.starts_with(home.class())));
    let by_element = homes.into_iter().find(|home| home.element() == folder.name);
    match (by_element, by_class) {
        (Some(one), Some(other)) if one != other => {
            Err(Refusal::new("ErrorNoFolderClassOverride", "The folder class doesn't fit the type of the folder."))
        }
        (Some(home), _) | (None, Some(home)) => Ok(home),
        (None, None) if folder.name != "Folder" => {
            Err(Refusal::new("ErrorCreateItemAccessDenied", "This stand-in has no such folders."))
        }
        (None, None) if class.is_some() || parent.home == Home::Root => Ok(Home::Mail),
        (None, None) => Ok(parent.home),
    }
}

fn make(call: &mut EwsCall<'_, '_>, parent: &Folder, folder: &Element) -> Result<Vec<Element>, Refusal> {
    let name = folder.text("DisplayName").trim().to_owned();
    if name.is_empty() {
        return Err(Refusal::new("ErrorRequiredPropertyMissing", "The folder has no name.").path(path_of_name()));
    }
    let home = home(folder, parent)?;
    check_name(call, &parent.id, &name)?;
    let inside = |home: Home| (parent.home == home).then_some(parent.id.as_str());
    let id = match home {
        Home::Contacts => {
            let (mailbox, context) = call.mailbox_mut()?;
            mailbox.add_folder(inside(home), &name, context)?
        }
        Home::Tasks => {
            let (todo, context) = call.todo_mut()?;
            todo.add_list(&name, context)
        }
        Home::Calendar => {
            let (calendars, context) = call.calendars_mut()?;
            calendars.add_calendar(&name, context)?
        }
        Home::Mail | Home::Root => {
            let (mail, context) = call.mail_mut()?;
            mail.add_folder(inside(Home::Mail), &name, false, context)?
        }
    };
    // The stores of tasks and calendars know no folders in folders, and those of others only their own.
    call.microsoft.ews.placed.insert(id.clone(), parent.id.clone());
    call.context.counters.wrote("ews folders created");
    written(call, &id)
}

fn check_name(call: &EwsCall<'_, '_>, parent: &str, name: &str) -> Result<(), Refusal> {
    let same = |folder: &Folder| folder.parent == parent && folder.name.eq_ignore_ascii_case(name);
    if folders::all(call)?.iter().any(same) {
        return Err(Refusal::new("ErrorFolderExists", "A folder with the specified name already exists."));
    }
    Ok(())
}

fn path_of_name() -> Element {
    Path::field("folder", "DisplayName").write()
}

fn written(call: &EwsCall<'_, '_>, id: &str) -> Result<Vec<Element>, Refusal> {
    let all = folders::all(call)?;
    let folder = all.iter().find(|folder| folder.id == id).ok_or_else(Refusal::not_found)?;
    let element = t(folder.home.element()).child(folders::folder_id("FolderId", folder));
    Ok(vec![m("Folders").child(element)])
}

fn update(call: &mut EwsCall<'_, '_>, asked: &Element) -> Result<Reply, Refusal> {
    let mut messages = Vec::new();
    for change in inside(asked, "FolderChanges")? {
        messages.push(Message::of(rename(call, change), &[]));
    }
    Ok(Reply::Each(messages))
}

/// Of a folder only the name can be changed.
fn rename(call: &mut EwsCall<'_, '_>, change: &Element) -> Result<Vec<Element>, Refusal> {
    let [id, updates] = change.children.as_slice() else {
        return Err(Refusal::schema("The element 'FolderChange' has incomplete content."));
    };
    let folder = folders::find(call, id)?;
    for update in &updates.children {
        let path = update.children.first().ok_or_else(|| Refusal::schema("A 'FieldURI' is missing."))?;
        let path = Path::read(path)?;
        let name = update.children.get(1).and_then(|folder| folder.word("DisplayName")).map(str::to_owned);
        let (Some("DisplayName"), Some(name), "SetFolderField") = (path.name_in("folder"), name, update.name.as_str())
        else {
            let text = "Only the name of a folder can be changed.";
            return Err(Refusal::new("ErrorInvalidPropertySet", text).path(path.write()));
        };
        set_name(call, &folder, &name)?;
    }
    call.context.counters.wrote("ews folders changed");
    written(call, &folder.id)
}

fn set_name(call: &mut EwsCall<'_, '_>, folder: &Folder, name: &str) -> Result<(), Refusal> {
    if folder.name != name {
        check_name(call, &folder.parent, name)?;
    }
    match folder.home {
        Home::Contacts => call.mailbox_mut()?.0.rename_folder(&folder.id, name)?,
        Home::Tasks => {
            let (todo, context) = call.todo_mut()?;
            todo.rename_list(&folder.id, name, context)?;
        }
        Home::Calendar => {
            let (calendars, context) = call.calendars_mut()?;
            calendars.rename_calendar(Some(&folder.id), name, context)?;
        }
        Home::Mail => call.mail_mut()?.0.rename_folder(&folder.id, name)?,
        Home::Root => return Err(Refusal::new("ErrorFolderSave", "The root can't be changed.")),
    }
    Ok(())
}

fn delete(call: &mut EwsCall<'_, '_>, asked: &Element) -> Result<Reply, Refusal> {
    let kind = attribute(asked, "DeleteType")?;
    if !["HardDelete", "SoftDelete", "MoveToDeletedItems"].contains(&kind) {
        return Err(Refusal::schema(format!("The value '{kind}' is invalid for 'DeleteType'.")));
    }
    let mut messages = Vec::new();
    for id in inside(asked, "FolderIds")? {
        messages.push(Message::of(discard(call, id).map(|()| Vec::new()), &[]));
    }
    Ok(Reply::Each(messages))
}

/// Deletes a folder with all that is in it. However that is done, the stores keep none that was deleted.
fn discard(call: &mut EwsCall<'_, '_>, id: &Element) -> Result<(), Refusal> {
    let folder = folders::find(call, id)?;
    if folder.distinguished.is_some() {
        let text = "Distinguished folders cannot be deleted.";
        return Err(Refusal::new("ErrorDeleteDistinguishedFolder", text));
    }
    let all = folders::all(call)?;
    // Those inside of it first.
    let doomed: Vec<Folder> = folders::below(&all, &folder, true).into_iter().rev().cloned().chain([folder]).collect();
    for folder in doomed {
        match folder.home {
            Home::Contacts => call.mailbox_mut()?.0.delete_folder(&folder.id)?,
            Home::Tasks => call.todo_mut()?.0.delete_list(&folder.id)?,
            Home::Calendar => call.calendars_mut()?.0.delete_calendar(Some(&folder.id))?,
            Home::Mail => call.mail_mut()?.0.delete_folder(&folder.id)?,
            Home::Root => {}
        }
        call.microsoft.ews.placed.remove(&folder.id);
    }
    call.context.counters.wrote("ews folders deleted");
    Ok(())
}
