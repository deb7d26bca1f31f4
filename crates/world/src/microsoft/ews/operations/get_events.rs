//! What happened since a subscription was last asked.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/getevents-operation>.

use super::{Message, Operation, Part, Reply};
use crate::microsoft::ews::call::EwsCall;
use crate::microsoft::ews::events;
use crate::microsoft::ews::refusal::Refusal;
use crate::microsoft::ews::server::Version;
use mxs_xml::Element;

pub(super) const OPERATION: Operation = Operation {
    name: "GetEvents",
    since: Version::Exchange2007,
    parts: &[Part::required("SubscriptionId"), Part::required("Watermark")],
    run,
};

fn run(call: &mut EwsCall<'_, '_>, asked: &Element) -> Result<Reply, Refusal> {
    let id = asked.word("SubscriptionId").unwrap_or_default();
    let mark = asked.word("Watermark").unwrap_or_default();
    let now = call.context.now;
    let known = &mut call.microsoft.ews.events;
    let told = known.pull(id, &call.user, mark, now);
    let end = known.end(&call.user);
    let told = told.map(|told| vec![events::notification(id, &call.user, &told, end)]);
    Ok(Reply::Each(vec![Message::of(told, &[])]))
}
