//! Where a contact is: in the default folder, in another one, or deleted.
//!
//! Outlook deletes a contact by moving it to Deleted Items, and an immutable id goes on finding it there:
//! that an item can be read says nothing. Its folder does. The folder's name is in the user's language, and
//! reading mail folders takes a permission that contacts don't need; so a folder is taken for deleted when
//! it is no contact folder.
//!
//! What a run does with an item that a page of changes called removed, or left out:
//!
//! | reading it says | the item is |
//! |---|---|
//! | not found | gone |
//! | its folder is [`default_folder`]'s | there: moved away and back it isn't told of again |
//! | its folder is no [`contact_folder`], or is that of [`DELETED_ITEMS`] | gone |
//! | its folder is another contact folder | still there, but out of the sync's reach |
//!
//! <https://learn.microsoft.com/en-us/graph/outlook-immutable-id>,
//! <https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/72>

use crate::json::{filled, list, success};
use crate::paging::{self, IMMUTABLE_ID, NEXT_LINK};
use crate::{ErrorKind, GraphError};
use mxs_http::{Method, Request, Response, url};
use serde_json::Value;
use std::fmt;

/// The name by which Outlook knows Deleted Items in every language. Whether the service knows it among
/// contact folders is not documented; where it doesn't, it is no contact folder either.
pub const DELETED_ITEMS: &str = "deleteditems";

/// Asks which folder is the default one.
///
/// <https://learn.microsoft.com/en-us/graph/api/user-list-contacts>
pub fn default_folder() -> Request {
    // The default folder isn't in the list of folders. Any of its contacts knows it.
    request("/v1.0/me/contacts?$select=parentFolderId&$top=1".to_owned())
}

/// Reads the answer to [`default_folder`]: the folder's id, or `None` when it is empty, so that no item can
/// be in it.
pub fn parse_default_folder(response: &Response) -> Result<Option<String>, GraphError> {
    let page = success(response)?;
    if !page.get("value").is_some_and(Value::is_array) {
        return Err(GraphError::unreadable(response.status));
    }
    match list(&page, "value").first().map(|contact| contact.as_object().and_then(|c| filled(c, "parentFolderId"))) {
        None => Ok(None),
        Some(Some(folder)) => Ok(Some(folder.to_owned())),
        Some(None) => Err(GraphError::unreadable(response.status)),
    }
}

/// Asks whether `folder` (an id, or [`DELETED_ITEMS`]) is a contact folder.
///
/// <https://learn.microsoft.com/en-us/graph/api/contactfolder-get>
pub fn contact_folder(folder: &str) -> Request {
    request(format!("/v1.0/me/contactFolders/{}?$select=id", url::encode(folder)))
}

/// Reads the answer to [`contact_folder`]: the folder's id, or `None` when there is no such contact folder.
pub fn parse_contact_folder(response: &Response) -> Result<Option<String>, GraphError> {
    match success(response) {
        Ok(folder) => {
            let id = filled(&folder, "id").ok_or_else(|| GraphError::unreadable(response.status))?;
            Ok(Some(id.to_owned()))
        }
        Err(error) if matches!(error.kind, ErrorKind::NotFound | ErrorKind::Refused) => Ok(None),
        Err(error) => Err(error),
    }
}

/// How many folders an answer may hold.
pub const FOLDERS_PAGE_SIZE: u16 = 100;

/// A contact folder other than the default one.
#[derive(Clone, PartialEq, Eq)]
pub struct ContactFolder {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
}

/// Names are personal data.
impl fmt::Debug for ContactFolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<ContactFolder: {}>", self.id)
    }
}

/// One page of contact folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoldersPage {
    /// The folders.
    pub folders: Vec<ContactFolder>,
    /// The next page, if there is one.
    pub next: Option<String>,
}

/// Begins to list the contact folders: those beside the default one, which isn't among them, and not those within
/// them.
///
/// <https://learn.microsoft.com/en-us/graph/api/user-list-contactfolders>
pub fn list_start() -> Request {
    list_next("/v1.0/me/contactFolders?$select=id,displayName")
}

/// Goes on with the link of an earlier page.
pub fn list_next(link: &str) -> Request {
    paging::request(link.to_owned(), FOLDERS_PAGE_SIZE, None)
}

/// Reads the answer to [`list_start`] and [`list_next`].
pub fn parse_list(response: &Response) -> Result<FoldersPage, GraphError> {
    let page = success(response)?;
    let folder = |folder: &Value| {
        let folder = folder.as_object()?;
        let name = filled(folder, "displayName").unwrap_or_default().to_owned();
        Some(ContactFolder { id: filled(folder, "id")?.to_owned(), name })
    };
    let items = page.get("value").and_then(Value::as_array);
    let folders: Option<Vec<_>> = items.and_then(|items| items.iter().map(folder).collect());
    let folders = folders.ok_or_else(|| GraphError::unreadable(response.status))?;
    Ok(FoldersPage { folders, next: filled(&page, NEXT_LINK).map(str::to_owned) })
}

fn request(url: String) -> Request {
    Request::new(Method::Get, url).header("Prefer", IMMUTABLE_ID)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Response {
        Response::new(status).body("application/json", body)
    }

    #[test]
    fn folders_are_asked_for() {
        assert_eq!(default_folder().url, "/v1.0/me/contacts?$select=parentFolderId&$top=1");
        assert_eq!(contact_folder("A/b=").url, "/v1.0/me/contactFolders/A%2Fb%3D?$select=id");
        assert_eq!(contact_folder(DELETED_ITEMS).headers.get("Prefer"), Some("IdType=\"ImmutableId\""));
    }

    #[test]
    fn the_default_folder_is_that_of_its_contacts() {
        let cases = [
            (200, r#"{"value":[{"id":"1","parentFolderId":"F"}]}"#, Ok(Some("F".to_owned()))),
            (200, r#"{"value":[]}"#, Ok(None)),
            (200, r#"{"value":[{"id":"1"}]}"#, Err(ErrorKind::Unreadable)),
            (200, r#"{"value":[1]}"#, Err(ErrorKind::Unreadable)),
            (200, "{}", Err(ErrorKind::Unreadable)),
            (404, r#"{"error":{"code":"MailboxNotEnabledForRESTAPI"}}"#, Err(ErrorKind::NoMailbox)),
        ];
        for (status, body, wanted) in cases {
            assert_eq!(parse_default_folder(&answer(status, body)).map_err(|error| error.kind), wanted, "{body}");
        }
    }

    #[test]
    fn only_the_service_itself_says_that_a_folder_is_none_of_contacts() {
        let cases = [
            (200, r#"{"id":"F"}"#, Ok(Some("F".to_owned()))),
            (404, r#"{"error":{"code":"ErrorItemNotFound"}}"#, Ok(None)),
            (404, r#"{"error":{"code":"ErrorFolderNotFound"}}"#, Ok(None)),
            (400, r#"{"error":{"code":"ErrorInvalidIdMalformed"}}"#, Ok(None)),
            (404, "<html>", Err(ErrorKind::Unreadable)),
            (200, "{}", Err(ErrorKind::Unreadable)),
            (404, r#"{"error":{"code":"MailboxNotEnabledForRESTAPI"}}"#, Err(ErrorKind::NoMailbox)),
            (403, r#"{"error":{"code":"ErrorAccessDenied"}}"#, Err(ErrorKind::Denied)),
            (503, "", Err(ErrorKind::Unavailable)),
        ];
        for (status, body, wanted) in cases {
            assert_eq!(parse_contact_folder(&answer(status, body)).map_err(|error| error.kind), wanted, "{body}");
        }
    }
}
