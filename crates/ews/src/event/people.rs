//! Who is invited to an event, and what they answered.

use super::{MY_ANSWER, ORGANIZER};
use crate::property::{Change, Property};
use crate::xml::{Element, t};
use Property::Field as Of;
use mxs_core::Fields;
use mxs_graph::people::{Attendee, invited, put};

/// The lists of those who are invited, and Graph's words for what they are.
pub(super) const LISTS: [(Property, &str); 3] = [
    (Of("calendar", "RequiredAttendees"), "required"),
    (Of("calendar", "OptionalAttendees"), "optional"),
    (Of("calendar", "Resources"), "resource"),
];

/// The service's words for an answer, and Graph's.
const ANSWERS: [(&str, &str); 6] = [
    ("Unknown", "none"),
    ("Organizer", "organizer"),
    ("Tentative", "tentativelyAccepted"),
    ("Accept", "accepted"),
    ("Decline", "declined"),
    ("NoResponseReceived", "notResponded"),
];

/// Reads the people of an event into `fields`; `None` where they can't be read.
pub(super) fn read(event: &Element, fields: &mut Fields) -> Option<()> {
    let organizer = match ORGANIZER.element(event) {
        Some(organizer) => organizer.get("Mailbox")?.text("EmailAddress"),
        None => "",
    };
    let mut attendees = Vec::new();
    for (property, kind) in LISTS {
        for attendee in property.entries(event)? {
            let mailbox = attendee.get("Mailbox")?;
            let answer = match attendee.said_word("ResponseType")? {
                Some(word) => ANSWERS.into_iter().find(|(own, _)| *own == word)?.1,
                None => "none",
            };
            let (name, address) = (mailbox.said("Name")?, mailbox.said("EmailAddress")?);
            attendees.push(Attendee { name, address, kind, answer });
        }
    }
    let is_organizer = MY_ANSWER.word(event)?.map(|answer| answer == "Organizer");
    put(fields, organizer, is_organizer, attendees.into_iter().map(Some))
}

/// The lists that differ after a change.
pub(super) fn changes(after: &Fields, current: &Fields) -> impl Iterator<Item = Change> {
    LISTS.into_iter().filter_map(|(property, kind)| {
        match (element(property, kind, after, current), element(property, kind, current, current)) {
            (now, before) if now == before => None,
            (Some(now), _) => Some(Change::Set(property, now)),
            (None, _) => Some(Change::Delete(property)),
        }
    })
}

fn element(property: Property, kind: &str, after: &Fields, current: &Fields) -> Option<Element> {
    let people: Vec<Element> =
        invited(after, current).filter(|attendee| attendee.kind == kind).map(|attendee| person(&attendee)).collect();
    (!people.is_empty()).then(|| property.saying("").children(people))
}

fn person(attendee: &Attendee<'_>) -> Element {
    let name = Some(attendee.name).filter(|name| *name != attendee.address);
    let mailbox = t("Mailbox")
        .children(name.map(|name| t("Name").saying(name)))
        .child(t("EmailAddress").saying(attendee.address))
        .child(t("RoutingType").saying("SMTP"));
    t("Attendee").child(mailbox)
}
