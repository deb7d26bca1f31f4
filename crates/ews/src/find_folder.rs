//! The folders inside of one, however deep.
//!
//! <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/findfolder-operation>

use crate::xml::{Element, entries, m};
use crate::{EwsError, Folder, FolderId, Session, answers, folder};
use mxs_http::{Request, Response};

/// How many folders an answer may hold.
pub const PAGE_SIZE: u32 = 500;

/// One page of folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoldersPage {
    /// The folders.
    pub folders: Vec<Folder>,
    /// Where the next page begins, if there is one.
    pub next: Option<u32>,
}

/// Asks for the folders inside of `parent`, from the one at `offset` on.
pub fn request(session: &Session<'_>, parent: &FolderId, offset: u32) -> Request {
    session.request(
        m("FindFolder")
            .with("Traversal", "Deep")
            .child(folder::shape())
            .child(page("IndexedPageFolderView", PAGE_SIZE, offset))
            .child(m("ParentFolderIds").child(parent.element())),
    )
}

/// The part of a request that asks for one page.
pub(crate) fn page(view: &str, size: u32, offset: u32) -> Element {
    m(view)
        .with("MaxEntriesReturned", &size.to_string())
        .with("Offset", &offset.to_string())
        .with("BasePoint", "Beginning")
}

/// Where the page after this one begins; the outer `None` where a page doesn't say whether there is one.
pub(crate) fn next(root: &Element) -> Option<Option<u32>> {
    match root.attribute("IncludesLastItemInRange") {
        Some("true" | "1") => Some(None),
        Some("false" | "0") => Some(Some(root.attribute("IndexedPagingOffset")?.trim().parse().ok()?)),
        _ => None,
    }
}

/// Reads the answer to [`request`]. What is no folder of a kind that is known is left out.
pub fn parse(response: &Response) -> Result<FoldersPage, EwsError> {
    answers::read_one(response, "FindFolder", |message| {
        let root = message.get("RootFolder")?;
        let folders = entries(Some(root.get("Folders")?))?.iter().filter_map(Folder::parse).collect();
        Some(FoldersPage { folders, next: next(root)? })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{answer, body, session};
    use crate::{Distinguished, ErrorKind};

    #[test]
    fn pages_are_asked_for_and_read() {
        let request = body(&request(&session(), &FolderId::Distinguished(Distinguished::Top), 500));
        assert!(request.starts_with("<m:FindFolder Traversal=\"Deep\"><m:FolderShape>"), "{request}");
        assert!(request.ends_with(
            "<m:IndexedPageFolderView MaxEntriesReturned=\"500\" Offset=\"500\" BasePoint=\"Beginning\"/>\
             <m:ParentFolderIds><t:DistinguishedFolderId Id=\"msgfolderroot\"/></m:ParentFolderIds></m:FindFolder>"
        ));
        let folder = "<t:TasksFolder><t:FolderId Id='T'/></t:TasksFolder><t:New><t:FolderId Id='N'/></t:New>";
        let page = |attributes: &str, folders: &str| {
            let message = format!(
                "<m:M ResponseClass='Success'><m:RootFolder {attributes}><t:Folders>{folders}</t:Folders></m:RootFolder></m:M>"
            );
            let page = parse(&answer("FindFolder", &message)).map_err(|error| error.kind)?;
            Ok((page.folders.len(), page.next))
        };
        let cases = [
            ("IncludesLastItemInRange='true'", folder, Ok((1, None))),
            ("IncludesLastItemInRange='false' IndexedPagingOffset='500'", folder, Ok((1, Some(500)))),
            ("IncludesLastItemInRange='true'", "", Ok((0, None))),
            ("IncludesLastItemInRange='false'", folder, Err(ErrorKind::Unreadable)),
            ("", folder, Err(ErrorKind::Unreadable)),
        ];
        for (attributes, folders, wanted) in cases {
            assert_eq!(page(attributes, folders), wanted, "{attributes}");
        }
    }
}
