//! Which resource of mail an address names.

use crate::microsoft::graph::address::{is, unknown};
use crate::microsoft::refusal::Refusal;

/// What a request does with one message, by POST.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::microsoft::graph) enum Act {
    Copy,
    Move,
    PermanentDelete,
    Send,
}

/// Something of mail. A folder of `None` is the whole mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::microsoft::graph) enum MailPlace {
    Folders { parent: Option<String> },
    FoldersDelta,
    Folder(String),
    Messages { folder: Option<String> },
    MessagesDelta { folder: Option<String> },
    Message { folder: Option<String>, id: String },
    Act { folder: Option<String>, id: String, act: Act },
    Attachments { folder: Option<String>, message: String },
    Attachment { folder: Option<String>, message: String, id: String },
    SendMail,
}

impl MailPlace {
    /// Reads the segments of a user's mail; `None` where they are of something else.
    pub(in crate::microsoft::graph) fn read(parts: &[&str]) -> Option<Result<Self, Refusal>> {
        match parts {
            [first, rest @ ..] if is(first, "mailFolders") => Some(of_folders(None, rest)),
            [first, rest @ ..] if is(first, "messages") => Some(of_messages(None, rest)),
            [only] if is(only, "sendMail") => Some(Ok(Self::SendMail)),
            _ => None,
        }
    }

    /// Whether its answers come in pages.
    pub(in crate::microsoft::graph) const fn has_pages(&self) -> bool {
        matches!(self, Self::Folders { .. } | Self::FoldersDelta | Self::Messages { .. } | Self::MessagesDelta { .. })
    }
}

fn of_folders(parent: Option<String>, parts: &[&str]) -> Result<MailPlace, Refusal> {
    let own = |text: &str| text.to_owned();
    match *parts {
        [] => Ok(MailPlace::Folders { parent }),
        [delta] if is(delta, "delta") && parent.is_none() => Ok(MailPlace::FoldersDelta),
        [id] => Ok(MailPlace::Folder(own(id))),
        [id, next, ref rest @ ..] if is(next, "childFolders") => of_folders(Some(own(id)), rest),
        [id, next, ref rest @ ..] if is(next, "messages") => of_messages(Some(own(id)), rest),
        [_, other, ..] => Err(unknown(other)),
    }
}

fn of_messages(folder: Option<String>, parts: &[&str]) -> Result<MailPlace, Refusal> {
    let own = |text: &str| text.to_owned();
    match *parts {
        [] => Ok(MailPlace::Messages { folder }),
        [delta] if is(delta, "delta") => Ok(MailPlace::MessagesDelta { folder }),
        [id] => Ok(MailPlace::Message { folder, id: own(id) }),
        [id, next] if is(next, "attachments") => Ok(MailPlace::Attachments { folder, message: own(id) }),
        [message, next, id] if is(next, "attachments") => {
            Ok(MailPlace::Attachment { folder, message: own(message), id: own(id) })
        }
        [id, act] => {
            let acts = [
                ("copy", Act::Copy),
                ("move", Act::Move),
                ("permanentDelete", Act::PermanentDelete),
                ("send", Act::Send),
            ];
            let found = acts.into_iter().find(|(name, _)| is(act, name));
            let (_, act) = found.ok_or_else(|| unknown(act))?;
            Ok(MailPlace::Act { folder, id: own(id), act })
        }
        [_, _, _, other, ..] | [_, other, ..] => Err(unknown(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        let some = |text: &str| Some(text.to_owned());
        type Case<'a> = (&'a [&'a str], Option<Result<MailPlace, &'a str>>);
        let cases: [Case<'_>; 12] = [
            (&["mailFolders"], Some(Ok(MailPlace::Folders { parent: None }))),
            (&["mailfolders", "delta"], Some(Ok(MailPlace::FoldersDelta))),
            (&["mailFolders", "inbox"], Some(Ok(MailPlace::Folder("inbox".into())))),
            (&["mailFolders", "f", "childFolders"], Some(Ok(MailPlace::Folders { parent: some("f") }))),
            (&["mailFolders", "f", "messages", "delta"], Some(Ok(MailPlace::MessagesDelta { folder: some("f") }))),
            (&["messages", "delta"], Some(Ok(MailPlace::MessagesDelta { folder: None }))),
            (&["messages", "m"], Some(Ok(MailPlace::Message { folder: None, id: "m".into() }))),
            (&["messages", "m", "Send"], Some(Ok(MailPlace::Act { folder: None, id: "m".into(), act: Act::Send }))),
            (
                &["messages", "m", "attachments", "a"],
                Some(Ok(MailPlace::Attachment { folder: None, message: "m".into(), id: "a".into() })),
            ),
            (&["sendMail"], Some(Ok(MailPlace::SendMail))),
            (&["messages", "m", "reactions"], Some(Err("reactions"))),
            (&["contacts"], None),
        ];
        for (parts, wanted) in cases {
            let wanted = wanted
                .map(|wanted| wanted.map_err(|segment| format!("Resource not found for the segment '{segment}'.")));
            assert_eq!(
                MailPlace::read(parts).map(|found| found.map_err(|refusal| refusal.message)),
                wanted,
                "{parts:?}"
            );
        }
    }
}
