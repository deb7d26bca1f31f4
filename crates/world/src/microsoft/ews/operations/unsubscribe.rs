//! Ending a subscription.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/unsubscribe-operation>.

use super::{Message, Operation, Part, Reply};
use crate::microsoft::ews::call::EwsCall;
use crate::microsoft::ews::refusal::Refusal;
use crate::microsoft::ews::server::Version;
use mxs_xml::Element;

pub(super) const OPERATION: Operation =
    Operation { name: "Unsubscribe", since: Version::Exchange2007, parts: &[Part::required("SubscriptionId")], run };

fn run(call: &mut EwsCall<'_, '_>, asked: &Element) -> Result<Reply, Refusal> {
    let id = asked.word("SubscriptionId").unwrap_or_default();
    let ended = call.microsoft.ews.events.unsubscribe(id, &call.user).map(|()| Vec::new());
    Ok(Reply::Each(vec![Message::of(ended, &[])]))
}
