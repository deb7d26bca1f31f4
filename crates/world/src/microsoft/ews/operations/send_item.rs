//! Drafts that are sent.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/senditem-operation>.

use super::{Message, Operation, Part, Reply, attribute, inside, is_change_key};
use crate::microsoft::ews::call::EwsCall;
use crate::microsoft::ews::folders::{self, Folder};
use crate::microsoft::ews::items::{self, Kind};
use crate::microsoft::ews::refusal::Refusal;
use crate::microsoft::ews::server::Version;
use mxs_xml::Element;

pub(super) const OPERATION: Operation = Operation {
    name: "SendItem",
    since: Version::Exchange2007,
    parts: &[Part::required("ItemIds"), Part::optional("SavedItemFolderId")],
    run,
};

fn run(call: &mut EwsCall<'_, '_>, asked: &Element) -> Result<Reply, Refusal> {
    let is_saved = match attribute(asked, "SaveItemToFolder")? {
        "true" | "1" => true,
        "false" | "0" => false,
        other => return Err(Refusal::schema(format!("The value '{other}' is invalid for 'SaveItemToFolder'."))),
    };
    let folder = asked.get("SavedItemFolderId").map(|folder| folders::find_target(call, Some(folder))).transpose();
    if !is_saved && asked.get("SavedItemFolderId").is_some() {
        let text = "A folder to save the message in is given, and it isn't to be saved.";
        return Err(Refusal::new("ErrorInvalidSendItemSaveSettings", text));
    }
    let mut messages = Vec::new();
    for id in inside(asked, "ItemIds")? {
        let sent = folder.clone().and_then(|folder| one(call, id, is_saved.then_some(folder.as_ref())));
        messages.push(Message::of(sent.map(|()| Vec::new()), &[]));
    }
    Ok(Reply::Each(messages))
}

fn one(call: &mut EwsCall<'_, '_>, id: &Element, save_in: Option<Option<&Folder>>) -> Result<(), Refusal> {
    let found = items::find(call, id)?;
    if found.kind != Kind::Message {
        return Err(Refusal::new("ErrorInvalidItemForOperationSendItem", "Only messages can be sent."));
    }
    let current = items::looks(call, &found)?.base.change_key;
    match id.attribute("ChangeKey") {
        Some(key) if key == current => {}
        Some(key) if !is_change_key(key) => {
            return Err(Refusal::new("ErrorInvalidChangeKey", "The change key is invalid."));
        }
        Some(_) => {
            let text = "The change key passed in the request does not match the current change key for the item.";
            return Err(Refusal::new("ErrorStaleObject", text));
        }
        None => return Err(Refusal::new("ErrorChangeKeyRequired", "A change key is required for this operation.")),
    }
    items::send(call, &found, save_in)?;
    call.context.counters.wrote("ews messages sent");
    Ok(())
}
