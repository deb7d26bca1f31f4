//! The folders of a mailbox, and then what changes among them.
//!
//! <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/syncfolderhierarchy-operation>

use crate::ids::id;
use crate::xml::{Element, entries, m};
use crate::{Distinguished, EwsError, Folder, FolderId, Session, answers, folder};
use mxs_http::{Request, Response};

/// What became of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FolderChange {
    /// It is there, new or changed.
    Present(Folder),
    /// It is no longer in the mailbox.
    Removed {
        /// Its id.
        id: String,
    },
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HierarchyPage {
    /// What it says, in its order.
    pub changes: Vec<FolderChange>,
    /// What the next request begins with.
    pub sync_state: String,
    /// Whether the next request is due at once.
    pub more: bool,
}

/// Asks for what changed since an answer with `sync_state`; without one, for every folder.
pub fn request(session: &Session<'_>, sync_state: Option<&str>) -> Request {
    let top = FolderId::Distinguished(Distinguished::Top);
    let sync = m("SyncFolderHierarchy").child(folder::shape()).child(m("SyncFolderId").child(top.element()));
    session.request(sync.children(sync_state.map(|state| m("SyncState").saying(state))))
}

/// Reads the answer to [`request`]. What is no folder of a kind that is known is left out.
pub fn parse(response: &Response) -> Result<HierarchyPage, EwsError> {
    answers::read_one(response, "SyncFolderHierarchy", |message| {
        let changes = entries(message.get("Changes"))?.iter().filter_map(change);
        Some(HierarchyPage {
            changes: changes.collect::<Option<_>>()?,
            sync_state: message.word("SyncState")?.to_owned(),
            more: more(&message, "IncludesLastFolderInRange")?,
        })
    })
}

/// Whether there is more than an answer says; `None` where it doesn't tell.
pub(crate) fn more(message: &Element, name: &str) -> Option<bool> {
    match message.word(name)? {
        "true" | "1" => Some(false),
        "false" | "0" => Some(true),
        _ => None,
    }
}

/// One change: the inner `None` where it can't be read, the outer one where it is about nothing that matters.
fn change(change: &Element) -> Option<Option<FolderChange>> {
    match change.name.as_str() {
        "Create" | "Update" => {
            let folder = change.children.first()?;
            Some(Some(FolderChange::Present(Folder::parse(folder)?)))
        }
        "Delete" => Some(id(change, "FolderId").map(|id| FolderChange::Removed { id: id.to_owned() })),
        _ => Some(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{answer, body, session};
    use crate::{ErrorKind, FolderKind};

    fn page(inside: &str) -> Result<HierarchyPage, ErrorKind> {
        let message = format!("<m:M ResponseClass='Success'>{inside}</m:M>");
        parse(&answer("SyncFolderHierarchy", &message)).map_err(|error| error.kind)
    }

    #[test]
    fn changes_are_asked_for_from_where_the_last_answer_ended() {
        let first = body(&request(&session(), None));
        assert!(
            first.ends_with("<m:SyncFolderId><t:DistinguishedFolderId Id=\"msgfolderroot\"/></m:SyncFolderId></m:SyncFolderHierarchy>"),
            "{first}"
        );
        let next = body(&request(&session(), Some("H4=")));
        assert!(next.ends_with("</m:SyncFolderId><m:SyncState>H4=</m:SyncState></m:SyncFolderHierarchy>"), "{next}");
    }

    #[test]
    fn changes_are_read() {
        let calendar = |id: &str| format!("<t:CalendarFolder><t:FolderId Id='{id}'/></t:CalendarFolder>");
        let inside = format!(
            "<m:SyncState>\n S2 </m:SyncState><m:IncludesLastFolderInRange>false</m:IncludesLastFolderInRange><m:Changes>\
             <t:Create>{}</t:Create><t:Update>{}</t:Update><t:Delete><t:FolderId Id='C'/></t:Delete>\
             <t:Create><t:New/></t:Create></m:Changes>",
            calendar("A"),
            calendar("B")
        );
        let folder = |id: &str| {
            FolderChange::Present(Folder {
                id: id.into(),
                parent: String::new(),
                name: String::new(),
                kind: FolderKind::Calendar,
                class: String::new(),
            })
        };
        let changes = vec![folder("A"), folder("B"), FolderChange::Removed { id: "C".into() }];
        assert_eq!(page(&inside), Ok(HierarchyPage { changes, sync_state: "S2".into(), more: true }));
        let last = "<m:SyncState>S</m:SyncState><m:IncludesLastFolderInRange>true</m:IncludesLastFolderInRange>";
        assert_eq!(page(last), Ok(HierarchyPage { changes: vec![], sync_state: "S".into(), more: false }));
    }

    #[test]
    fn what_is_not_said_is_not_made_up() {
        let cases = [
            "<m:SyncState>S</m:SyncState>".to_owned(),
            "<m:IncludesLastFolderInRange>true</m:IncludesLastFolderInRange>".to_owned(),
            last("<t:Delete/>"),
            last("<t:Rename/>"),
        ];
        for inside in cases {
            assert_eq!(page(&inside), Err(ErrorKind::Unreadable), "{inside}");
        }
        let dead = "<m:M ResponseClass='Error'><m:ResponseCode>ErrorInvalidSyncStateData</m:ResponseCode></m:M>";
        let dead = parse(&answer("SyncFolderHierarchy", dead)).map_err(|error| error.kind);
        assert_eq!(dead, Err(ErrorKind::SyncStateDead));
    }

    fn last(changes: &str) -> String {
        format!(
            "<m:SyncState>S</m:SyncState><m:IncludesLastFolderInRange>true</m:IncludesLastFolderInRange><m:Changes>{changes}</m:Changes>"
        )
    }
}
