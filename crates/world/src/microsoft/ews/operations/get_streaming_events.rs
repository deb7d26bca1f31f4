//! What happens from now on, told for minutes.
//!
//! The answer is its first envelope; what comes behind it is in `events/stream.rs`.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/getstreamingevents-operation>.

use super::{Message, Operation, Part, Reply};
use crate::microsoft::ews::call::EwsCall;
use crate::microsoft::ews::events;
use crate::microsoft::ews::names::m;
use crate::microsoft::ews::refusal::Refusal;
use crate::microsoft::ews::server::Version;
use mxs_xml::Element;

/// How long an answer may go on, in minutes.
const MINUTES: std::ops::RangeInclusive<i64> = 1..=30;

pub(super) const OPERATION: Operation = Operation {
    name: "GetStreamingEvents",
    since: Version::Exchange2010Sp1,
    parts: &[Part::required("SubscriptionIds"), Part::required("ConnectionTimeout")],
    run,
};

fn run(call: &mut EwsCall<'_, '_>, asked: &Element) -> Result<Reply, Refusal> {
    let ids = asked.get("SubscriptionIds").map(|ids| ids.children.as_slice()).unwrap_or_default();
    let ids: Vec<String> = ids.iter().map(|id| id.text.trim().to_owned()).collect();
    let minutes = asked.word("ConnectionTimeout").and_then(|word| word.parse().ok());
    let minutes = minutes.filter(|minutes| MINUTES.contains(minutes));
    let minutes = minutes.ok_or_else(|| Refusal::schema("The 'ConnectionTimeout' element is invalid."))?;
    if ids.is_empty() {
        return Err(Refusal::schema("The element 'SubscriptionIds' has incomplete content."));
    }
    let now = call.context.now;
    let most = call.microsoft.rules.ews.events.streams_max;
    let known = &mut call.microsoft.ews.events;
    if known.streams_of(&call.user, now) >= most {
        let text = "You have exceeded the available concurrent connections for your account.";
        return Err(Refusal::new("ErrorExceededConnectionCount", text));
    }
    if let Some((id, refusal)) = known.mute(&ids, &call.user, now) {
        return Ok(Reply::Each(vec![Message::Refused(refusal, vec![events::lost(&[id])])]));
    }
    let name = known.open(&call.user, ids, minutes, now);
    call.context.deliveries.stream(name);
    Ok(Reply::Each(vec![Message::Done(vec![m("ConnectionStatus").saying("OK")])]))
}
