//! Which folders there are, and which of them an element names.

use crate::microsoft::ews::call::EwsCall;
use crate::microsoft::ews::ids;
use crate::microsoft::ews::refusal::Refusal;
use crate::microsoft::todo::TaskList;
use mxs_xml::Element;

/// Which store keeps what is in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::microsoft::ews) enum Home {
    /// None: the folder above all that people see.
    Root,
    Mail,
    Contacts,
    Tasks,
    Calendar,
}

impl Home {
    /// The class of its folders.
    ///
    /// See <https://learn.microsoft.com/en-us/openspecs/exchange_server_protocols/ms-oxosfld/68a85898-84fe-43c4-b166-4711c13cdd61>.
    pub(in crate::microsoft::ews) const fn class(self) -> &'static str {
        match self {
            Self::Root => "",
            Self::Mail => "IPF.Note",
            Self::Contacts => "IPF.Contact",
            Self::Tasks => "IPF.Task",
            Self::Calendar => "IPF.Appointment",
        }
    }

    /// The element that stands for its folders.
    pub(in crate::microsoft::ews) const fn element(self) -> &'static str {
        match self {
            Self::Root | Self::Mail => "Folder",
            Self::Contacts => "ContactsFolder",
            Self::Tasks => "TasksFolder",
            Self::Calendar => "CalendarFolder",
        }
    }
}

/// One folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::microsoft::ews) struct Folder {
    /// Its id in the store.
    pub(in crate::microsoft::ews) id: String,
    /// That of the folder it is in; empty for the root.
    pub(in crate::microsoft::ews) parent: String,
    pub(in crate::microsoft::ews) name: String,
    pub(in crate::microsoft::ews) home: Home,
    /// The name that stands for its id in every mailbox.
    pub(in crate::microsoft::ews) distinguished: Option<&'static str>,
}

/// The id of the root, which only this door shows: no store has it.
fn root_id(top: &str) -> String {
    format!("AQMkB{}", top.strip_prefix("AQMkA").unwrap_or(top))
}

/// Every folder, each behind the one that it is in.
pub(in crate::microsoft::ews) fn all(call: &EwsCall<'_, '_>) -> Result<Vec<Folder>, Refusal> {
    let mail = call.mail()?;
    let top = mail.any_folder("msgfolderroot")?.id.clone();
    let root = root_id(&top);
    let mut flat = vec![Folder {
        id: root.clone(),
        parent: String::new(),
        name: String::new(),
        home: Home::Root,
        distinguished: Some("root"),
    }];
    for folder in mail.all_folders() {
        // The schema has no name for the archive folder of people.
        let distinguished = Some(folder.known).filter(|known| !known.is_empty() && *known != "archive");
        let above_people = ["msgfolderroot", "recoverableitemsdeletions"].contains(&folder.known);
        flat.push(Folder {
            id: folder.id.clone(),
            parent: if above_people { root.clone() } else { folder.parent.clone() },
            name: folder.name.clone(),
            home: Home::Mail,
            distinguished,
        });
    }
    let mailbox = call.mailbox()?;
    let contacts = mailbox.default_folder_id();
    let own = mailbox.folder("contacts").into_iter().chain(mailbox.contact_folders());
    flat.extend(own.map(|folder| Folder {
        id: folder.id.clone(),
        parent: if folder.id == contacts { top.clone() } else { folder.parent.clone() },
        name: folder.name.clone(),
        home: Home::Contacts,
        distinguished: (folder.id == contacts).then_some("contacts"),
    }));
    let todo = call.todo()?;
    let tasks = todo.list("tasks")?.id.clone();
    flat.extend(todo.lists().filter(|list| !list.is_of_mail()).map(|list: &TaskList| Folder {
        id: list.id.clone(),
        parent: if list.id == tasks { top.clone() } else { tasks.clone() },
        name: list.name.clone(),
        home: Home::Tasks,
        distinguished: (list.id == tasks).then_some("tasks"),
    }));
    let calendars = call.calendars()?;
    let calendar = calendars.calendar(None)?.id.clone();
    flat.extend(calendars.calendars().into_iter().map(|one| Folder {
        id: one.id.clone(),
        parent: if one.is_default { top.clone() } else { calendar.clone() },
        name: one.name().to_owned(),
        home: Home::Calendar,
        distinguished: one.is_default.then_some("calendar"),
    }));
    for folder in &mut flat {
        if let Some(parent) = call.microsoft.ews.placed.get(&folder.id) {
            folder.parent.clone_from(parent);
        }
    }
    Ok(in_order(flat))
}

/// Each folder behind the one that it is in. One whose folder is gone is gone with it.
fn in_order(mut flat: Vec<Folder>) -> Vec<Folder> {
    let mut ordered = Vec::with_capacity(flat.len());
    let mut open = vec![String::new()];
    while let Some(parent) = open.pop() {
        let (inside, rest): (Vec<Folder>, Vec<Folder>) = flat.into_iter().partition(|folder| folder.parent == parent);
        open.extend(inside.iter().rev().map(|folder| folder.id.clone()));
        ordered.extend(inside);
        flat = rest;
    }
    ordered
}

/// The folders inside of one: right inside, or however deep.
pub(in crate::microsoft::ews) fn below<'a>(all: &'a [Folder], folder: &Folder, deep: bool) -> Vec<&'a Folder> {
    let mut inside: Vec<&str> = vec![&folder.id];
    let mut found = Vec::new();
    for one in all {
        if inside.contains(&one.parent.as_str()) {
            found.push(one);
            if deep {
                inside.push(&one.id);
            }
        }
    }
    found
}

/// Whether a store's own id of a folder is that of `folder`. The stores of contacts and events keep what was deleted
/// in folders of their own, which this door shows as the mail's.
pub(in crate::microsoft::ews) fn holds(
    call: &EwsCall<'_, '_>,
    folder: &Folder,
    store_id: &str,
) -> Result<bool, Refusal> {
    let is_own = folder.id == store_id;
    let known = folder.distinguished.unwrap_or_default();
    Ok(is_own || call.mailbox()?.keeps(known) == Some(store_id) || call.calendars()?.keeps(known) == Some(store_id))
}

/// The folder that an element names: `FolderId` or `DistinguishedFolderId`.
pub(in crate::microsoft::ews) fn find(call: &EwsCall<'_, '_>, named: &Element) -> Result<Folder, Refusal> {
    let id = named.attribute("Id").ok_or_else(|| Refusal::schema("The required attribute 'Id' is missing."))?;
    let all = all(call)?;
    let not_found = || Refusal::new("ErrorFolderNotFound", "The specified folder could not be found in the store.");
    match named.name.as_str() {
        "FolderId" if id.is_empty() => Err(Refusal::new("ErrorInvalidIdEmpty", "Id must be non-empty.")),
        "FolderId" => {
            let id = ids::read(id);
            if !ids::is_id(&id) {
                return Err(Refusal::malformed_id());
            }
            all.into_iter().find(|folder| folder.id == id).ok_or_else(not_found)
        }
        "DistinguishedFolderId" => {
            check_mailbox(call, named)?;
            all.into_iter().find(|folder| folder.distinguished == Some(id)).ok_or_else(not_found)
        }
        other => Err(Refusal::schema(format!("The element '{other}' names no folder."))),
    }
}

/// The folder that is named inside of an element such as `ParentFolderId`.
pub(in crate::microsoft::ews) fn find_target(
    call: &EwsCall<'_, '_>,
    target: Option<&Element>,
) -> Result<Folder, Refusal> {
    let named = target.and_then(|target| target.children.first());
    find(call, named.ok_or_else(|| Refusal::schema("A folder id is missing."))?)
}

/// A distinguished folder may be named with its mailbox. Nobody shares folders in this world.
fn check_mailbox(call: &EwsCall<'_, '_>, named: &Element) -> Result<(), Refusal> {
    let Some(address) = named.at(&["Mailbox", "EmailAddress"]).map(|address| address.text.trim()) else {
        return Ok(());
    };
    match call.microsoft.directory.by_address(address) {
        Some(user) if user.id == call.user => Ok(()),
        Some(_) => Err(Refusal::new("ErrorAccessDenied", "Access is denied. Check credentials and try again.")),
        None => Err(Refusal::new("ErrorNonExistentMailbox", "The SMTP address has no mailbox associated with it.")),
    }
}
