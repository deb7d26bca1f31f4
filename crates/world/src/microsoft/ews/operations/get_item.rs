//! Items by their ids.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/getitem-operation>.

use super::{Message, Operation, Part, Reply, inside};
use crate::microsoft::ews::call::EwsCall;
use crate::microsoft::ews::items::{self, Shape};
use crate::microsoft::ews::names::m;
use crate::microsoft::ews::refusal::Refusal;
use crate::microsoft::ews::server::Version;
use mxs_xml::Element;

pub(super) const OPERATION: Operation = Operation {
    name: "GetItem",
    since: Version::Exchange2007,
    parts: &[Part::required("ItemShape"), Part::required("ItemIds")],
    run,
};

fn run(call: &mut EwsCall<'_, '_>, asked: &Element) -> Result<Reply, Refusal> {
    let shape = Shape::read(asked.get("ItemShape"))?;
    items::check_shape(&shape, call.version)?;
    let one = |id: &Element| {
        let found = items::find(call, id)?;
        Ok(vec![m("Items").child(items::write(call, &found, &shape)?)])
    };
    Ok(Reply::Each(inside(asked, "ItemIds")?.iter().map(|id| Message::of(one(id), &["Items"])).collect()))
}
