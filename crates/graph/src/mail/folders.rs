//! The mail folders that a person may choose from.
//!
//! <https://learn.microsoft.com/en-us/graph/api/user-list-mailfolders>

use crate::GraphError;
use crate::json::{filled, list, success};
use crate::paging::NEXT_LINK;
use mxs_http::{Method, Request, Response, url};
use serde_json::Value;

/// The folders that are read where nobody chose others, by the names that stand for them in every language.
pub const DEFAULT_FOLDERS: [&str; 2] = ["inbox", "sentitems"];

/// How many folders an answer may hold.
const PAGE_SIZE: u16 = 200;

/// A folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailFolder {
    /// Its id, which stays.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Whether there are folders inside.
    pub has_children: bool,
}

/// One page of folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoldersPage {
    /// The folders; hidden ones aren't among them.
    pub folders: Vec<MailFolder>,
    /// The next page, if there is one.
    pub next: Option<String>,
}

/// Asks for the folders inside `parent`, or for the topmost.
pub fn inside(parent: Option<&str>) -> Request {
    let place = match parent {
        Some(parent) => format!("mailFolders/{}/childFolders", url::encode(parent)),
        None => "mailFolders".to_owned(),
    };
    next(&format!("/v1.0/me/{place}?$select=id,displayName,childFolderCount,isHidden&$top={PAGE_SIZE}"))
}

/// Goes on with a link of an earlier page.
pub fn next(link: &str) -> Request {
    Request::new(Method::Get, link)
}

/// Reads the answer to [`inside`] and [`next`].
pub fn parse(response: &Response) -> Result<FoldersPage, GraphError> {
    let page = success(response)?;
    let unreadable = || GraphError::unreadable(response.status);
    if !page.get("value").is_some_and(Value::is_array) {
        return Err(unreadable());
    }
    let mut folders = Vec::new();
    for folder in list(&page, "value") {
        let object = folder.as_object().ok_or_else(unreadable)?;
        if object.get("isHidden").and_then(Value::as_bool) == Some(true) {
            continue;
        }
        let (id, name) = filled(object, "id").zip(filled(object, "displayName")).ok_or_else(unreadable)?;
        let has_children = object.get("childFolderCount").and_then(Value::as_u64).unwrap_or_default() > 0;
        folders.push(MailFolder { id: id.to_owned(), name: name.to_owned(), has_children });
    }
    Ok(FoldersPage { folders, next: filled(&page, NEXT_LINK).map(str::to_owned) })
}
