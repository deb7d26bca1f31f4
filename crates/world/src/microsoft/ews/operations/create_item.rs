//! New items.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/createitem-operation>.

use super::{Message, Operation, Part, Reply, inside};
use crate::microsoft::ews::call::EwsCall;
use crate::microsoft::ews::folders::{self, Folder};
use crate::microsoft::ews::items::{self, Manner};
use crate::microsoft::ews::names::{m, t};
use crate::microsoft::ews::refusal::Refusal;
use crate::microsoft::ews::server::Version;
use mxs_xml::Element;

pub(super) const OPERATION: Operation = Operation {
    name: "CreateItem",
    since: Version::Exchange2007,
    parts: &[Part::optional("SavedItemFolderId"), Part::required("Items")],
    run,
};

fn run(call: &mut EwsCall<'_, '_>, asked: &Element) -> Result<Reply, Refusal> {
    let manner = Manner::read(asked)?;
    let folder = asked.get("SavedItemFolderId").map(|folder| folders::find_target(call, Some(folder)));
    let mut messages = Vec::new();
    for item in inside(asked, "Items")? {
        let made = match &folder {
            Some(Err(refusal)) => Err(refusal.clone()),
            Some(Ok(folder)) => one(call, Some(folder), item, &manner),
            None => one(call, None, item, &manner),
        };
        // What the schema doesn't know in one item it refuses in all of them.
        if let Err(refusal) = &made
            && refusal.code == "ErrorSchemaValidation"
        {
            return Err(refusal.clone());
        }
        messages.push(Message::of(made, &["Items"]));
    }
    Ok(Reply::Each(messages))
}

fn one(
    call: &mut EwsCall<'_, '_>,
    folder: Option<&Folder>,
    item: &Element,
    manner: &Manner,
) -> Result<Vec<Element>, Refusal> {
    let Some(found) = items::create(call, folder, item, manner)? else { return Ok(vec![m("Items")]) };
    call.context.counters.wrote(&format!("ews {} created", item.name));
    let written = t(items::element(call, &found)?).child(items::write_id(call, &found)?);
    Ok(vec![m("Items").child(written)])
}
