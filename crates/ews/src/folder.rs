//! A folder, and what is asked of one.

use crate::ids::id;
use crate::xml::{Element, m, t};
use std::fmt;

/// What a folder holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FolderKind {
    /// Events.
    Calendar,
    /// Contacts.
    Contacts,
    /// Mails, and whatever has no folder of its own kind.
    Mail,
    /// Tasks.
    Tasks,
    /// Nothing of its own: it shows what a search finds.
    Search,
}

/// The elements of the service, and the class that a folder is created with.
const KINDS: [(&str, FolderKind, &str); 5] = [
    ("CalendarFolder", FolderKind::Calendar, "IPF.Appointment"),
    ("ContactsFolder", FolderKind::Contacts, "IPF.Contact"),
    ("Folder", FolderKind::Mail, "IPF.Note"),
    ("TasksFolder", FolderKind::Tasks, "IPF.Task"),
    ("SearchFolder", FolderKind::Search, "IPF.Note"),
];

/// A folder.
#[derive(Clone, PartialEq, Eq)]
pub struct Folder {
    /// Its id.
    pub id: String,
    /// The folder that it is in; empty where the server doesn't say.
    pub parent: String,
    /// What it is called.
    pub name: String,
    /// What it holds.
    pub kind: FolderKind,
    /// The class of what it holds, such as `IPF.Contact`; those that programs keep for themselves have one below it.
    /// Empty where the server doesn't say.
    pub class: String,
}

/// Names are personal data.
impl fmt::Debug for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<Folder: {:?} {}>", self.kind, self.id)
    }
}

impl Folder {
    /// Reads a folder; `None` for what is none.
    pub(crate) fn parse(element: &Element) -> Option<Self> {
        let (_, kind, _) = KINDS.into_iter().find(|(name, _, _)| *name == element.name)?;
        Some(Self {
            id: id(element, "FolderId")?.to_owned(),
            parent: id(element, "ParentFolderId").unwrap_or_default().to_owned(),
            name: element.text("DisplayName").to_owned(),
            kind,
            class: element.word("FolderClass").unwrap_or_default().to_owned(),
        })
    }
}

/// A folder that is to be, of this name.
pub(crate) fn new(kind: FolderKind, name: &str) -> Element {
    let known = KINDS.into_iter().find(|(_, own, _)| *own == kind);
    let (element, _, class) = known.unwrap_or(("Folder", FolderKind::Mail, "IPF.Note"));
    t(element).child(t("FolderClass").saying(class)).child(t("DisplayName").saying(name))
}

/// The only folder that a message of an answer has.
pub(crate) fn only(message: &Element) -> Option<Folder> {
    Folder::parse(message.get("Folders")?.children.first()?)
}

/// What is asked of a folder.
pub(crate) fn shape() -> Element {
    let wanted = ["folder:DisplayName", "folder:FolderClass", "folder:ParentFolderId"];
    m("FolderShape")
        .child(t("BaseShape").saying("IdOnly"))
        .child(t("AdditionalProperties").children(wanted.map(|uri| t("FieldURI").with("FieldURI", uri))))
}
