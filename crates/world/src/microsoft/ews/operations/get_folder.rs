//! Folders by their ids.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/getfolder-operation>.

use super::{Message, Operation, Part, Reply, inside};
use crate::microsoft::ews::call::EwsCall;
use crate::microsoft::ews::folders::{self, FolderShape};
use crate::microsoft::ews::names::m;
use crate::microsoft::ews::refusal::Refusal;
use crate::microsoft::ews::server::Version;
use mxs_xml::Element;

pub(super) const OPERATION: Operation = Operation {
    name: "GetFolder",
    since: Version::Exchange2007,
    parts: &[Part::required("FolderShape"), Part::required("FolderIds")],
    run,
};

fn run(call: &mut EwsCall<'_, '_>, asked: &Element) -> Result<Reply, Refusal> {
    let shape = FolderShape::read(asked.get("FolderShape"))?;
    let one = |id: &Element| -> Result<Vec<Element>, Refusal> {
        let folder = folders::find(call, id)?;
        Ok(vec![m("Folders").child(folders::write(call, &folder, &shape)?)])
    };
    Ok(Reply::Each(inside(asked, "FolderIds")?.iter().map(|id| Message::of(one(id), &[])).collect()))
}
