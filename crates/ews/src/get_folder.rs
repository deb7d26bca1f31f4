//! Folders by their ids.
//!
//! <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/getfolder-operation>

use crate::xml::m;
use crate::{Each, Folder, FolderId, Session, answers, folder};
use mxs_http::{Request, Response};

/// Asks for folders.
pub fn request(session: &Session<'_>, folders: &[FolderId]) -> Request {
    let ids = m("FolderIds").children(folders.iter().map(FolderId::element));
    session.request(m("GetFolder").child(folder::shape()).child(ids))
}

/// Reads the answer to [`request`], for each of `folders` in their order.
pub fn parse(response: &Response, folders: &[FolderId]) -> Each<Folder> {
    answers::read(response, "GetFolder", folders.len(), |message| folder::only(&message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{answer, body, session};
    use crate::{Distinguished, ErrorKind, FolderKind};

    #[test]
    fn folders_are_asked_for() {
        let folders = [FolderId::Distinguished(Distinguished::Contacts), FolderId::Id("A/b=".into())];
        assert_eq!(
            body(&request(&session(), &folders)),
            "<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>\
             <t:FieldURI FieldURI=\"folder:DisplayName\"/><t:FieldURI FieldURI=\"folder:FolderClass\"/>\
             <t:FieldURI FieldURI=\"folder:ParentFolderId\"/></t:AdditionalProperties></m:FolderShape>\
             <m:FolderIds><t:DistinguishedFolderId Id=\"contacts\"/><t:FolderId Id=\"A/b=\"/></m:FolderIds></m:GetFolder>"
        );
    }

    #[test]
    fn folders_are_read() {
        let found = "<m:GetFolderResponseMessage ResponseClass='Success'><m:ResponseCode>NoError</m:ResponseCode><m:Folders>\
                     <t:ContactsFolder><t:FolderId Id='F' ChangeKey='K'/><t:ParentFolderId Id='P'/>\
                     <t:FolderClass>IPF.Contact</t:FolderClass><t:DisplayName>Friends</t:DisplayName></t:ContactsFolder>\
                     </m:Folders></m:GetFolderResponseMessage>";
        let gone = "<m:GetFolderResponseMessage ResponseClass='Error'><m:ResponseCode>ErrorFolderNotFound</m:ResponseCode>\
                    <m:Folders/></m:GetFolderResponseMessage>";
        let other = found.replace("ContactsFolder", "MagicFolder");
        let folders = ["1", "2", "3"].map(|id| FolderId::Id(id.into()));
        let read = parse(&answer("GetFolder", &[found, gone, &other].concat()), &folders).expect("an answer");
        let kinds: Vec<_> = read.into_iter().map(|folder| folder.map_err(|error| error.kind)).collect();
        let friends = Folder {
            id: "F".into(),
            parent: "P".into(),
            name: "Friends".into(),
            kind: FolderKind::Contacts,
            class: "IPF.Contact".into(),
        };
        assert!(!format!("{friends:?}").contains("Friends"), "names are personal data");
        assert_eq!(kinds, [Ok(friends), Err(ErrorKind::NotFound), Err(ErrorKind::Unreadable)]);
    }
}
