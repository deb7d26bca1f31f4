//! Items that go to another folder, where they have another id.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/moveitem-operation>.

use super::{Message, Operation, Part, Reply, inside};
use crate::microsoft::ews::call::EwsCall;
use crate::microsoft::ews::folders::{self, Folder};
use crate::microsoft::ews::items;
use crate::microsoft::ews::names::{m, t};
use crate::microsoft::ews::refusal::Refusal;
use crate::microsoft::ews::server::Version;
use mxs_xml::Element;

pub(super) const OPERATION: Operation = Operation {
    name: "MoveItem",
    since: Version::Exchange2007,
    parts: &[
        Part::required("ToFolderId"),
        Part::required("ItemIds"),
        Part::optional("ReturnNewItemIds").since(Version::Exchange2010Sp1),
    ],
    run,
};

fn run(call: &mut EwsCall<'_, '_>, asked: &Element) -> Result<Reply, Refusal> {
    let folder = folders::find_target(call, asked.get("ToFolderId"));
    let silent = asked.text("ReturnNewItemIds").trim() == "false";
    let mut messages = Vec::new();
    for id in inside(asked, "ItemIds")? {
        let moved = folder.clone().and_then(|folder| one(call, id, &folder, silent));
        messages.push(Message::of(moved, &["Items"]));
    }
    Ok(Reply::Each(messages))
}

fn one(call: &mut EwsCall<'_, '_>, id: &Element, folder: &Folder, silent: bool) -> Result<Vec<Element>, Refusal> {
    let found = items::find(call, id)?;
    items::shift(call, &found, folder)?;
    call.context.counters.wrote("ews items moved");
    if silent {
        return Ok(vec![m("Items")]);
    }
    let written = t(items::element(call, &found)?).child(items::write_id(call, &found)?);
    Ok(vec![m("Items").child(written)])
}
