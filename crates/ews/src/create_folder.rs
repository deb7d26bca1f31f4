//! A new folder.
//!
//! <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/createfolder-operation>

use crate::xml::m;
use crate::{EwsError, Folder, FolderId, FolderKind, Session, answers, folder};
use mxs_http::{Request, Response};

/// Asks for a new folder of this name inside of `parent`.
pub fn request(session: &Session<'_>, parent: &FolderId, kind: FolderKind, name: &str) -> Request {
    session.request(
        m("CreateFolder")
            .child(m("ParentFolderId").child(parent.element()))
            .child(m("Folders").child(folder::new(kind, name))),
    )
}

/// Reads the answer to [`request`]: the folder's id. One of the same name is refused with `ErrorFolderExists`.
pub fn parse(response: &Response) -> Result<String, EwsError> {
    let folder: Folder = answers::read_one(response, "CreateFolder", |message| folder::only(&message))?;
    Ok(folder.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{answer, body, session};
    use crate::{Distinguished, ErrorKind};

    #[test]
    fn a_folder_is_created() {
        let parent = FolderId::Distinguished(Distinguished::Contacts);
        assert_eq!(
            body(&request(&session(), &parent, FolderKind::Contacts, "CRM & co")),
            "<m:CreateFolder><m:ParentFolderId><t:DistinguishedFolderId Id=\"contacts\"/></m:ParentFolderId><m:Folders>\
             <t:ContactsFolder><t:FolderClass>IPF.Contact</t:FolderClass><t:DisplayName>CRM &amp; co</t:DisplayName>\
             </t:ContactsFolder></m:Folders></m:CreateFolder>"
        );
        let made = "<m:M ResponseClass='Success'><m:Folders><t:ContactsFolder><t:FolderId Id='F'/></t:ContactsFolder></m:Folders></m:M>";
        assert_eq!(parse(&answer("CreateFolder", made)), Ok("F".to_owned()));
        let exists = "<m:M ResponseClass='Error'><m:ResponseCode>ErrorFolderExists</m:ResponseCode><m:Folders/></m:M>";
        let refused = parse(&answer("CreateFolder", exists)).expect_err("a refusal");
        assert_eq!((refused.kind, refused.code.as_str()), (ErrorKind::Refused, "ErrorFolderExists"));
    }
}
