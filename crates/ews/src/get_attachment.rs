//! What comes with messages.
//!
//! <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/getattachment-operation>

use crate::xml::{Element, m, t};
use crate::{EwsError, Session, answers};
use mxs_http::{Request, Response, base64url};
use std::fmt;

/// A file that came with a message.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    /// What it is called; empty where it has no name.
    pub name: String,
    /// Its media type, as the sender says; empty where nobody did.
    pub media_type: String,
    /// What is in it.
    pub content: Vec<u8>,
}

/// Whatever comes with a message is personal data.
impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<File: {} bytes>", self.content.len())
    }
}

/// Asks for a file with its content. One at a time: together they may be more than an answer may hold.
pub fn request(session: &Session<'_>, attachment: &str) -> Request {
    let ids = m("AttachmentIds").child(t("AttachmentId").with("Id", attachment));
    session.request(m("GetAttachment").child(ids))
}

/// Reads the answer to [`request`]. An attached item is no file, and unreadable.
pub fn parse(response: &Response) -> Result<File, EwsError> {
    answers::read_one(response, "GetAttachment", |message| file(message.get("Attachments")?.get("FileAttachment")?))
}

fn file(file: &Element) -> Option<File> {
    let content = file.get("Content").filter(|content| content.children.is_empty())?;
    Some(File {
        name: file.text("Name").to_owned(),
        media_type: file.word("ContentType").unwrap_or_default().to_owned(),
        content: decode(&content.text)?,
    })
}

/// Reads base64 with the alphabet for mail, blanks and padding included.
///
/// <https://www.rfc-editor.org/rfc/rfc4648#section-4>
fn decode(text: &str) -> Option<Vec<u8>> {
    let letters = text.chars().filter(|letter| !letter.is_ascii_whitespace());
    let letters: String = letters
        .map(|letter| match letter {
            '+' => '-',
            '/' => '_',
            // Letters of the other alphabet are none of this.
            '-' | '_' => '?',
            letter => letter,
        })
        .collect();
    base64url::decode(letters.trim_end_matches('='))
}
