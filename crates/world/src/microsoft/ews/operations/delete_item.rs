//! Deletions of items.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/deleteitem-operation>.

use super::{Message, Operation, Part, Reply, attribute, inside};
use crate::microsoft::ews::call::EwsCall;
use crate::microsoft::ews::items::{self, Disposal, Manner};
use crate::microsoft::ews::refusal::Refusal;
use crate::microsoft::ews::server::Version;
use mxs_xml::Element;

pub(super) const OPERATION: Operation =
    Operation { name: "DeleteItem", since: Version::Exchange2007, parts: &[Part::required("ItemIds")], run };

fn run(call: &mut EwsCall<'_, '_>, asked: &Element) -> Result<Reply, Refusal> {
    let manner = Manner::read(asked)?;
    let disposal = match attribute(asked, "DeleteType")? {
        "HardDelete" => Disposal::Hard,
        "SoftDelete" => Disposal::Soft,
        "MoveToDeletedItems" => Disposal::DeletedItems,
        other => return Err(Refusal::schema(format!("The value '{other}' is invalid for 'DeleteType'."))),
    };
    let mut messages = Vec::new();
    for id in inside(asked, "ItemIds")? {
        let deleted = items::find(call, id).and_then(|found| items::delete(call, &found, disposal, &manner));
        if deleted.is_ok() {
            call.context.counters.wrote("ews items deleted");
        }
        messages.push(Message::of(deleted.map(|()| Vec::new()), &[]));
    }
    Ok(Reply::Each(messages))
}
