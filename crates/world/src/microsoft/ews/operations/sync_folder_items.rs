//! What changed in a folder.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/syncfolderitems-operation>.

use super::{Message, Operation, Part, Reply};
use crate::microsoft::ews::call::EwsCall;
use crate::microsoft::ews::folders::{self, Folder};
use crate::microsoft::ews::ids;
use crate::microsoft::ews::items::{self, Found, Kind, Path, Shape, Source};
use crate::microsoft::ews::names::{m, said, t};
use crate::microsoft::ews::refusal::Refusal;
use crate::microsoft::ews::server::Version;
use crate::microsoft::ews::sync_state::{Given, ItemsState};
use crate::microsoft::mailbox::{Change, Changes};
use mxs_xml::Element;

pub(super) const OPERATION: Operation = Operation {
    name: "SyncFolderItems",
    since: Version::Exchange2007,
    parts: &[
        Part::required("ItemShape"),
        Part::required("SyncFolderId"),
        Part::optional("SyncState"),
        Part::optional("Ignore"),
        Part::required("MaxChangesReturned"),
        Part::optional("SyncScope").since(Version::Exchange2010),
    ],
    run,
};

/// How many changes may be asked for at once.
///
/// See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/maxchangesreturned>.
const CHANGES_MAX: usize = 512;

fn run(call: &mut EwsCall<'_, '_>, asked: &Element) -> Result<Reply, Refusal> {
    let shape = Shape::read_synced(asked.get("ItemShape"))?;
    items::check_shape(&shape, call.version)?;
    let max = asked.text("MaxChangesReturned").trim().parse().ok().filter(|max| (1..=CHANGES_MAX).contains(max));
    let max = max.ok_or_else(|| Refusal::schema("The 'MaxChangesReturned' element is invalid."))?;
    let ignored: Vec<String> = asked
        .get("Ignore")
        .map(|ignored| ignored.children.as_slice())
        .unwrap_or_default()
        .iter()
        .filter_map(|id| id.attribute("Id"))
        .map(ids::read)
        .collect();
    let one = || {
        let folder = folders::find_target(call, asked.get("SyncFolderId"))?;
        let state = ItemsState::read(asked.text("SyncState"), call, &folder)?;
        told(call, &folder, state, &ignored, max, &shape)
    };
    // A refusal says it, too: that is how the service's own page shows one.
    let none = || vec![m("SyncState"), m("IncludesLastItemInRange").saying("true")];
    Ok(Reply::Each(vec![one().map_or_else(|why| Message::Refused(why, none()), Message::Done)]))
}

fn told(
    call: &EwsCall<'_, '_>,
    folder: &Folder,
    mut state: ItemsState,
    ignored: &[String],
    max: usize,
    shape: &Shape,
) -> Result<Vec<Element>, Refusal> {
    let mut changes = Vec::new();
    let mut is_last = true;
    for Source { kind, changes: source } in items::sources(call, folder)? {
        let given = state.of(kind);
        for (revision, change) in source.after(given.told) {
            if changes.len() == max {
                is_last = false;
                break;
            }
            changes.extend(one(call, kind, source, given, change, ignored, shape)?);
            given.told = revision;
        }
        if is_last {
            given.finish();
        }
    }
    Ok(vec![
        m("SyncState").saying(&state.write(call, folder)),
        m("IncludesLastItemInRange").saying(if is_last { "true" } else { "false" }),
        m("Changes").children(changes),
    ])
}

/// What is told of one change; nothing where whoever asks never had the item.
fn one(
    call: &EwsCall<'_, '_>,
    kind: Kind,
    source: &Changes,
    given: &mut Given,
    change: &Change,
    ignored: &[String],
    shape: &Shape,
) -> Result<Option<Element>, Refusal> {
    let arrived = source.arrived(change);
    match change {
        Change::Present { key, .. } => {
            let found = Found { kind, key: key.clone(), day: None };
            let is_known = given.has(arrived);
            given.give(arrived);
            if ignored.contains(&items::looks(call, &found)?.base.id) {
                return Ok(None);
            }
            // What was told of it in an earlier round is all there is to it, but for that somebody read it.
            if is_known && kind == Kind::Message && given.was_told(source.written(key)) {
                let is_read = items::text(call, &found, &Path::field("message", "IsRead")).unwrap_or_default();
                let id = items::write_id(call, &found)?;
                return Ok(Some(t("ReadFlagChange").child(id).child(said("IsRead", is_read))));
            }
            let item = items::write(call, &found, shape)?;
            Ok(Some(t(if is_known { "Update" } else { "Create" }).child(item)))
        }
        Change::Removed { default_id, .. } => {
            let is_told = given.has(arrived) && !ignored.contains(default_id);
            Ok(is_told.then(|| t("Delete").child(t("ItemId").with("Id", &ids::written(default_id)))))
        }
    }
}
