//! Which folders came, changed and went.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/syncfolderhierarchy-operation>.

use super::{Message, Operation, Part, Reply};
use crate::microsoft::ews::call::EwsCall;
use crate::microsoft::ews::folders::{self, Folder, FolderShape};
use crate::microsoft::ews::ids;
use crate::microsoft::ews::names::{m, t};
use crate::microsoft::ews::refusal::Refusal;
use crate::microsoft::ews::server::Version;
use crate::microsoft::ews::sync_state::FoldersState;
use mxs_xml::Element;

pub(super) const OPERATION: Operation = Operation {
    name: "SyncFolderHierarchy",
    since: Version::Exchange2007,
    parts: &[Part::required("FolderShape"), Part::optional("SyncFolderId"), Part::optional("SyncState")],
    run,
};

fn run(call: &mut EwsCall<'_, '_>, asked: &Element) -> Result<Reply, Refusal> {
    let shape = FolderShape::read(asked.get("FolderShape"))?;
    let one = || {
        let all = folders::all(call)?;
        let above = match asked.get("SyncFolderId") {
            Some(target) => folders::find_target(call, Some(target))?,
            None => all
                .iter()
                .find(|folder| folder.distinguished == Some("msgfolderroot"))
                .cloned()
                .ok_or_else(Refusal::not_found)?,
        };
        let state = FoldersState::read(asked.text("SyncState"), call, &above)?;
        told(call, &above, &folders::below(&all, &above, true), state, &shape)
    };
    // A refusal says it, too: that is how the service's own page shows one.
    let none = || vec![m("SyncState"), m("IncludesLastFolderInRange").saying("true")];
    Ok(Reply::Each(vec![one().map_or_else(|why| Message::Refused(why, none()), Message::Done)]))
}

fn told(
    call: &EwsCall<'_, '_>,
    above: &Folder,
    present: &[&Folder],
    mut state: FoldersState,
    shape: &FolderShape,
) -> Result<Vec<Element>, Refusal> {
    let mut changes = Vec::new();
    for folder in present {
        let id = folders::folder_id("FolderId", folder);
        let key = id.attribute("ChangeKey").unwrap_or_default().to_owned();
        let change = match state.keys.insert(folder.id.clone(), key.clone()) {
            None => "Create",
            Some(known) if known != key => "Update",
            Some(_) => continue,
        };
        changes.push(t(change).child(folders::write(call, folder, shape)?));
    }
    state.keys.retain(|id, _| {
        let stays = present.iter().any(|folder| folder.id == *id);
        if !stays {
            changes.push(t("Delete").child(t("FolderId").with("Id", &ids::written(id))));
        }
        stays
    });
    Ok(vec![
        m("SyncState").saying(&state.write(call, above)),
        m("IncludesLastFolderInRange").saying("true"),
        m("Changes").children(changes),
    ])
}
