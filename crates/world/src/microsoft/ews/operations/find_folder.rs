//! The folders inside of folders.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/findfolder-operation>.

use super::{Message, Operation, Part, Reply, attribute, inside};
use crate::microsoft::ews::call::EwsCall;
use crate::microsoft::ews::folders::{self, Folder, FolderShape};
use crate::microsoft::ews::names::t;
use crate::microsoft::ews::page::Page;
use crate::microsoft::ews::refusal::Refusal;
use crate::microsoft::ews::restriction::Restriction;
use crate::microsoft::ews::server::Version;
use mxs_xml::Element;

pub(super) const OPERATION: Operation = Operation {
    name: "FindFolder",
    since: Version::Exchange2007,
    parts: &[
        Part::required("FolderShape"),
        Part::optional("IndexedPageFolderView FractionalPageFolderView"),
        Part::optional("Restriction"),
        Part::required("ParentFolderIds"),
    ],
    run,
};

fn run(call: &mut EwsCall<'_, '_>, asked: &Element) -> Result<Reply, Refusal> {
    let deep = match attribute(asked, "Traversal")? {
        "Deep" => true,
        // Nothing that was deleted softly is shown.
        "Shallow" | "SoftDeleted" => false,
        other => return Err(Refusal::schema(format!("The value '{other}' is invalid for 'Traversal'."))),
    };
    let shape = FolderShape::read(asked.get("FolderShape"))?;
    let page = Page::read(asked.get("IndexedPageFolderView"), asked.get("FractionalPageFolderView"))?;
    let restriction = Restriction::read(asked.get("Restriction"))?;
    let one = |parent: &Element| {
        let parent = folders::find(call, parent)?;
        let all = folders::all(call)?;
        let fits = |folder: &&&Folder| {
            restriction.as_ref().is_none_or(|wanted| wanted.fits(&|path| folders::text(call, folder, path)))
        };
        let found = folders::below(&all, &parent, deep);
        let found: Vec<&Folder> = found.iter().filter(fits).copied().collect();
        let shown = page.cut(&found);
        let written = shown
            .iter()
            .map(|folder| folders::write(call, folder, &shape))
            .collect::<Result<Vec<Element>, Refusal>>()?;
        Ok(vec![page.root(found.len()).child(t("Folders").children(written))])
    };
    let messages = inside(asked, "ParentFolderIds")?.iter().map(|parent| Message::of(one(parent), &[]));
    Ok(Reply::Each(messages.collect()))
}
