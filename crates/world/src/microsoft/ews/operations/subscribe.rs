//! Asking to be told of what happens.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/subscribe-operation>.

use super::{Message, Operation, Part, Reply};
use crate::microsoft::ews::call::EwsCall;
use crate::microsoft::ews::events::{self, Form, Happened, Subscription};
use crate::microsoft::ews::folders;
use crate::microsoft::ews::names::m;
use crate::microsoft::ews::refusal::Refusal;
use crate::microsoft::ews::server::Version;
use mxs_xml::Element;
use std::collections::BTreeSet;

/// How long a subscription may live without being asked, in minutes.
const MINUTES: std::ops::RangeInclusive<i64> = 1..=1440;

/// How many characters an id of a subscription has.
const ID_LENGTH: usize = 48;

pub(super) const OPERATION: Operation = Operation {
    name: "Subscribe",
    since: Version::Exchange2007,
    parts: &[Part::required("PullSubscriptionRequest PushSubscriptionRequest StreamingSubscriptionRequest")],
    run,
};

fn run(call: &mut EwsCall<'_, '_>, asked: &Element) -> Result<Reply, Refusal> {
    let Some(asked) = asked.children.first() else { return Err(Refusal::schema("A subscription request is missing.")) };
    Ok(Reply::Each(vec![Message::of(subscribe(call, asked), &[])]))
}

fn subscribe(call: &mut EwsCall<'_, '_>, asked: &Element) -> Result<Vec<Element>, Refusal> {
    let form = form(call.version, asked)?;
    let is_all = matches!(asked.attribute("SubscribeToAllFolders"), Some("true" | "1"));
    let named = asked.get("FolderIds").map(|ids| ids.children.as_slice()).unwrap_or_default();
    if is_all != named.is_empty() {
        let text = "A subscription is either to some folders or to all of them.";
        return Err(Refusal::new("ErrorInvalidSubscriptionRequest", text));
    }
    let found: Vec<String> =
        named.iter().map(|id| folders::find(call, id).map(|folder| folder.id)).collect::<Result<_, _>>()?;
    let types = asked.get("EventTypes").map(|types| types.children.as_slice()).unwrap_or_default();
    let wanted: Option<BTreeSet<Happened>> = types.iter().map(|word| Happened::from_word(word.text.trim())).collect();
    let wanted = wanted
        .filter(|wanted| !wanted.is_empty())
        .ok_or_else(|| Refusal::schema("The 'EventTypes' element has invalid content."))?;
    let user = call.user.clone();
    if call.microsoft.ews.events.count(&user) >= call.microsoft.rules.ews.events.subscriptions_max {
        let text = "You have exceeded the available subscriptions for your account.";
        return Err(Refusal::new("ErrorExceededSubscriptionCount", text));
    }
    let from = match asked.word("Watermark") {
        None => None,
        Some(mark) => Some(events::place_of(mark, &user).ok_or_else(|| {
            Refusal::new("ErrorInvalidWatermark", "The watermark used for creating this subscription was not found.")
        })?),
    };
    let folders = (!is_all).then(|| found.into_iter().collect());
    let subscription = Subscription::new(user.clone(), folders, wanted, form, call.context.now);
    let held = call.microsoft.everything(&user);
    let id = call.context.ids.token(ID_LENGTH);
    let (id, last) = call.microsoft.ews.events.subscribe(id, subscription, held);
    call.context.counters.add("ews subscriptions created", 1);
    let mark = matches!(form, Form::Pull { .. })
        .then(|| m("Watermark").saying(&events::watermark_of(&user, from.unwrap_or(last))));
    Ok([m("SubscriptionId").saying(&id)].into_iter().chain(mark).collect())
}

/// How it tells. Where a server would have to call somebody, this one doesn't.
fn form(version: Version, asked: &Element) -> Result<Form, Refusal> {
    match asked.name.as_str() {
        "PullSubscriptionRequest" => {
            let minutes = asked.word("Timeout").and_then(|word| word.parse().ok());
            let minutes = minutes.filter(|minutes| MINUTES.contains(minutes));
            let minutes = minutes.ok_or_else(|| Refusal::schema("The 'Timeout' element is invalid."))?;
            Ok(Form::Pull { minutes })
        }
        "StreamingSubscriptionRequest" if version >= Version::Exchange2010Sp1 => Ok(Form::Streaming),
        "StreamingSubscriptionRequest" => {
            Err(Refusal::schema("The element 'Subscribe' has invalid child element 'StreamingSubscriptionRequest'."))
        }
        _ => Err(Refusal::new("ErrorInvalidPushSubscriptionUrl", "This stand-in calls nobody.")),
    }
}
