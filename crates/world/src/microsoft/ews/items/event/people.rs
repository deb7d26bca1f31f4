//! Who takes part in a meeting.

use super::words::{ANSWERS, LISTS, spoken};
use crate::microsoft::calendar::Item;
use crate::microsoft::ews::names::{said, t};
use crate::microsoft::ews::refusal::Refusal;
use mxs_xml::Element;
use serde_json::{Value, json};

/// What the store writes for an answer that was never given; such a time isn't told.
const NEVER: &str = "0001";

/// Reads a list of attendees into the store's form. What they answered isn't for a client to say.
pub(super) fn read(list: &Element, kind: &str) -> Result<Vec<Value>, Refusal> {
    let attendee = |attendee: &Element| {
        let mailbox = attendee.get("Mailbox").filter(|_| attendee.name == "Attendee");
        let mailbox = mailbox.ok_or_else(|| Refusal::schema("An attendee has no 'Mailbox' element."))?;
        let address = mailbox.word("EmailAddress").unwrap_or_default();
        if !address.contains('@') {
            return Err(Refusal::new("ErrorInvalidRecipients", "At least one recipient isn't valid."));
        }
        let name = mailbox.word("Name").unwrap_or(address);
        Ok(json!({ "type": kind, "emailAddress": { "name": name, "address": address } }))
    };
    list.children.iter().map(attendee).collect()
}

/// Those of a kind, as the service writes them; `None` where there are none.
pub(super) fn write(item: &Item<'_>, list: &str, time: &dyn Fn(&str) -> Option<String>) -> Option<Element> {
    let kind = LISTS.iter().find(|(name, _)| *name == list)?.1;
    let all = item.event.property_of(item.day, "attendees");
    let attendees = all.as_array().into_iter().flatten().filter(|one| one["type"] == kind);
    let attendees: Vec<Element> = attendees
        .map(|one| {
            let status = &one["status"];
            let answer = spoken(&ANSWERS, text(&status["response"])).unwrap_or("Unknown");
            let when = time(text(&status["time"]));
            let proposed = |name: &str, end: &str| {
                let stamp = &one["proposedNewTime"][end]["dateTime"];
                stamp.as_str().and_then(time).map(|moment| said(name, moment))
            };
            t("Attendee")
                .child(mailbox(text(&one["emailAddress"]["name"]), text(&one["emailAddress"]["address"])))
                .child(said("ResponseType", answer))
                .children(when.map(|when| said("LastResponseTime", when)))
                .children(proposed("ProposedStart", "start"))
                .children(proposed("ProposedEnd", "end"))
        })
        .collect();
    (!attendees.is_empty()).then(|| t(list).children(attendees))
}

/// Their names, one behind the other.
pub(super) fn names(item: &Item<'_>, kind: &str) -> String {
    let all = item.event.property_of(item.day, "attendees");
    let of_kind = all.as_array().into_iter().flatten().filter(|one| one["type"] == kind);
    of_kind.map(|one| text(&one["emailAddress"]["name"])).collect::<Vec<_>>().join("; ")
}

pub(super) fn organizer(item: &Item<'_>) -> Element {
    let organizer = &item.event.organizer;
    t("Organizer").child(mailbox(&organizer.name, &organizer.address))
}

/// What the owner of the mailbox answered. Who made the event is its organizer, whether anybody is invited or not.
pub(super) fn my_answer(item: &Item<'_>) -> &'static str {
    if item.event.is_organizer {
        return "Organizer";
    }
    let status = item.event.property_of(item.day, "responseStatus");
    spoken(&ANSWERS, text(&status["response"])).unwrap_or("NoResponseReceived")
}

/// A moment that the store wrote, unless it stands for none.
pub(super) fn given(text: &str) -> Option<jiff::Timestamp> {
    let moment: jiff::Timestamp = text.parse().ok().filter(|_| !text.starts_with(NEVER))?;
    Some(moment)
}

fn mailbox(name: &str, address: &str) -> Element {
    t("Mailbox")
        .child(said("Name", name))
        .child(said("EmailAddress", address))
        .child(said("RoutingType", "SMTP"))
        .child(said("MailboxType", "Mailbox"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
