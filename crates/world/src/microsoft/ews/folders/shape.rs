//! How a folder is written.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/foldershape>.

use super::tree::{Folder, Home, all, holds};
use crate::microsoft::ews::call::EwsCall;
use crate::microsoft::ews::ids;
use crate::microsoft::ews::items::Path;
use crate::microsoft::ews::names::{said, t};
use crate::microsoft::ews::refusal::Refusal;
use crate::microsoft::ews::server::Version;
use mxs_xml::Element;
use sha2::{Digest, Sha256};

/// What of a folder is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::microsoft::ews) struct FolderShape {
    base: Base,
    /// Names of properties beside the shape's own, such as `folder:FolderClass`.
    uris: Vec<String>,
    /// MAPI properties.
    tags: Vec<Element>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Base {
    #[default]
    IdOnly,
    Default,
    All,
}

impl FolderShape {
    /// Reads `FolderShape`.
    pub(in crate::microsoft::ews) fn read(shape: Option<&Element>) -> Result<Self, Refusal> {
        let shape = shape.ok_or_else(|| Refusal::schema("The element 'FolderShape' is missing."))?;
        let base = match shape.text("BaseShape").trim() {
            "IdOnly" => Base::IdOnly,
            "Default" => Base::Default,
            "AllProperties" => Base::All,
            other => return Err(Refusal::schema(format!("The value '{other}' is invalid for 'BaseShape'."))),
        };
        let mut read = Self { base, ..Self::default() };
        for path in shape.get("AdditionalProperties").map(|more| more.children.as_slice()).unwrap_or_default() {
            match (path.name.as_str(), path.attribute("FieldURI")) {
                ("FieldURI", Some(uri)) if URIS.contains(&uri) => read.uris.push(uri.to_owned()),
                // A property of items is none of folders.
                ("FieldURI", Some(uri)) if uri.contains(':') => {
                    let text = "The property is not valid for this object type.";
                    return Err(Refusal::new("ErrorInvalidPropertyRequest", text).path(path_of(uri)));
                }
                ("ExtendedFieldURI", _) => read.tags.push(path.clone()),
                (other, _) => return Err(Refusal::schema(format!("The element '{other}' names no property."))),
            }
        }
        Ok(read)
    }

    fn wants(&self, uri: &str, least: Base) -> bool {
        self.base >= least || self.uris.iter().any(|wanted| wanted == uri)
    }
}

/// What a folder has by name.
const URIS: [&str; 12] = [
    "folder:FolderId",
    "folder:ParentFolderId",
    "folder:DisplayName",
    "folder:UnreadCount",
    "folder:TotalCount",
    "folder:ChildFolderCount",
    "folder:FolderClass",
    "folder:ManagedFolderInformation",
    "folder:EffectiveRights",
    "folder:PermissionSet",
    "folder:SharingEffectiveRights",
    "folder:DistinguishedFolderId",
];

fn path_of(uri: &str) -> Element {
    t("FieldURI").with("FieldURI", uri)
}

/// The id of a folder, with a key that changes when the folder does.
pub(in crate::microsoft::ews) fn folder_id(name: &str, folder: &Folder) -> Element {
    let digest = Sha256::digest(format!("{}\n{}\n{}", folder.id, folder.parent, folder.name).as_bytes());
    let key = ids::base64(&[&[1, 0, 0, 0, 22, 0, 0, 0], &digest[..12]].concat());
    t(name).with("Id", &ids::written(&folder.id)).with("ChangeKey", &key)
}

/// Writes a folder.
pub(in crate::microsoft::ews) fn write(
    call: &EwsCall<'_, '_>,
    folder: &Folder,
    shape: &FolderShape,
) -> Result<Element, Refusal> {
    let all = all(call)?;
    let wants = |uri: &str, least: Base| shape.wants(uri, least);
    let mut written = t(folder.home.element()).child(folder_id("FolderId", folder));
    if wants("folder:ParentFolderId", Base::All)
        && let Some(parent) = all.iter().find(|one| one.id == folder.parent)
    {
        written = written.child(folder_id("ParentFolderId", parent));
    }
    let class = folder.home.class();
    if wants("folder:FolderClass", Base::All) && !class.is_empty() {
        written = written.child(said("FolderClass", class));
    }
    if wants("folder:DisplayName", Base::Default) {
        written = written.child(said("DisplayName", &folder.name));
    }
    if wants("folder:TotalCount", Base::Default) {
        written = written.child(said("TotalCount", count(call, folder)?));
    }
    if wants("folder:ChildFolderCount", Base::Default) {
        written = written.child(said("ChildFolderCount", all.iter().filter(|one| one.parent == folder.id).count()));
    }
    written = written.children(shape.tags.iter().filter_map(|path| extended(path, folder)));
    if wants("folder:EffectiveRights", Base::All) {
        written = written.child(rights(call.version));
    }
    if wants("folder:DistinguishedFolderId", Base::All)
        && call.version >= Version::Exchange2013
        && let Some(name) = folder.distinguished
    {
        written = written.child(said("DistinguishedFolderId", name));
    }
    // Contacts and calendars aren't read.
    if wants("folder:UnreadCount", Base::Default) && matches!(folder.home, Home::Root | Home::Mail | Home::Tasks) {
        written = written.child(said("UnreadCount", unread(call, folder)?));
    }
    Ok(written)
}

/// The MAPI properties of a folder that programs ask for: its class, and whether people see it.
///
/// See <https://learn.microsoft.com/en-us/openspecs/exchange_server_protocols/ms-oxprops/>.
fn extended(path: &Element, folder: &Folder) -> Option<Element> {
    let tag = path.attribute("PropertyTag")?;
    let tag = tag.strip_prefix("0x").map_or_else(|| tag.parse().ok(), |hex| u16::from_str_radix(hex, 16).ok())?;
    let value = match (tag, path.attribute("PropertyType")?) {
        (0x3613, "String") => folder.home.class().to_owned(),
        (0x10f4, "Boolean") => "false".to_owned(),
        _ => return None,
    };
    let mut named = t("ExtendedFieldURI");
    named.attributes.clone_from(&path.attributes);
    Some(t("ExtendedProperty").child(named).child(said("Value", value)))
}

/// What a property of a folder says; `None` where it doesn't have it.
pub(in crate::microsoft::ews) fn text(call: &EwsCall<'_, '_>, folder: &Folder, path: &Path) -> Option<String> {
    match path {
        Path::Field { prefix, name } => {
            let shape = FolderShape { uris: vec![format!("{prefix}:{name}")], ..FolderShape::default() };
            let written = write(call, folder, &shape).ok()?;
            written.children.into_iter().find(|child| child.name == format!("t:{name}")).map(|child| child.text)
        }
        Path::Extended(property) => extended(&property.write(), folder)?.children.pop().map(|value| value.text),
        Path::Indexed { .. } => None,
    }
}

/// Whoever opens a mailbox here may do everything in it.
fn rights(version: Version) -> Element {
    let names = ["CreateAssociated", "CreateContents", "CreateHierarchy", "Delete", "Modify", "Read"];
    let rights = t("EffectiveRights").children(names.map(|name| said(name, true)));
    if version >= Version::Exchange2010Sp1 { rights.child(said("ViewPrivateItems", true)) } else { rights }
}

fn count(call: &EwsCall<'_, '_>, folder: &Folder) -> Result<usize, Refusal> {
    let messages = match folder.home {
        Home::Mail => call.mail()?.any_folder(&folder.id)?.members.len(),
        _ => 0,
    };
    let mut others = 0;
    for contact in call.mailbox()?.everywhere() {
        others += usize::from(holds(call, folder, &contact.folder)?);
    }
    for task in call.todo()?.everywhere() {
        others += usize::from(task.list == folder.id);
    }
    for event in call.calendars()?.everywhere() {
        others += usize::from(holds(call, folder, &event.calendar)?);
    }
    Ok(messages + others)
}

fn unread(call: &EwsCall<'_, '_>, folder: &Folder) -> Result<usize, Refusal> {
    match folder.home {
        Home::Mail => {
            let mail = call.mail()?;
            Ok(mail.counts(mail.any_folder(&folder.id)?).unread)
        }
        _ => Ok(0),
    }
}
