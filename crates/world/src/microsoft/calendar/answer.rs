//! Answers to invitations.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/event-accept>.

use super::item;
use super::mail::text;
use super::people::{self, is_called};
use super::{Found, refusal};
use crate::microsoft::{Microsoft, Refusal};
use crate::{Context, Mail};
use jiff::civil::Date;
use serde_json::{Value, json};

/// What somebody answers to an invitation.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Answer {
    /// `accepted`, `tentativelyAccepted` or `declined`.
    pub(crate) response: &'static str,
    /// Whether the organizer hears of it.
    pub(crate) send: bool,
    /// Another time, which the organizer is asked for.
    pub(crate) proposal: Option<Value>,
}

impl Microsoft {
    /// Answers an invitation. Who declines has no use for the event any more: it goes to Deleted Items.
    pub(in crate::microsoft) fn answer_event(
        &mut self,
        user: &str,
        found: &Found,
        answer: &Answer,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let calendars = self.calendars_of(user, context)?;
        let me = calendars.owner.clone();
        let copy = calendars.item(found)?;
        let (event, ical_uid) = (copy.event.clone(), copy.event.ical_uid.clone());
        if event.is_organizer {
            return Err(refusal::respond_organizer());
        }
        if answer.send && event.property_of(found.day, "responseRequested") == json!(false) {
            return Err(refusal::response_not_requested());
        }
        let given = people::answer(answer.response, context.now);
        let show_as = if answer.response == "accepted" { "busy" } else { "tentative" };
        calendars.change(&found.key, context, |event, context| {
            let properties = event.properties_of(found.day, context.now, context.ids);
            let properties = properties.ok_or_else(Refusal::not_found)?;
            properties.insert("responseStatus".into(), given.clone());
            properties.insert("showAs".into(), json!(show_as));
            Ok(())
        })?;
        if answer.response == "declined" {
            match found.day {
                None => calendars.discard(&found.key, false, context)?,
                Some(day) => calendars.cancel_own(&found.key, day, context)?,
            }
        }
        if answer.send {
            let subject = format!("{}: {}", spoken(answer.response), text(&event.property_of(found.day, "subject")));
            let to = event.organizer.address.clone();
            context.outbox.send(Mail { to, reason: "meeting response", subject });
            self.note_answer(&event.organizer.address, &ical_uid, found.day, &me.address, (&given, answer), context);
        }
        Ok(())
    }

    /// Writes an answer down in the organizer's mailbox, if that is in this world. Who answers for one occurrence
    /// makes it an exception there: it has an answer that its series hasn't.
    fn note_answer(
        &mut self,
        organizer: &str,
        ical_uid: &str,
        day: Option<Date>,
        who: &str,
        (given, answer): (&Value, &Answer),
        context: &mut Context<'_>,
    ) {
        let Some(user) = self.user_called(organizer) else { return };
        let Ok(calendars) = self.calendars_of(&user, context) else { return };
        // Who was invited to one occurrence alone knows it by a name of its own.
        let whole = calendars.meeting(ical_uid, true).map(|key| (key, day));
        let part = item::split_ical_uid(ical_uid)
            .and_then(|(series, day)| calendars.meeting(&series, true).map(|key| (key, Some(day))));
        let Some((key, day)) = whole.or(part) else { return };
        // The occurrence may be gone by now; an answer to it is then an answer to nothing.
        let _ = calendars.change(&key, context, |event, context| {
            let mut attendees = event.property_of(day, "attendees");
            let mine = attendees.as_array_mut().into_iter().flatten().find(|attendee| is_called(attendee, who));
            let mine = mine.ok_or_else(Refusal::not_found)?;
            mine["status"] = given.clone();
            if let Some(proposal) = &answer.proposal {
                mine["proposedNewTime"] = proposal.clone();
            }
            let properties = event.properties_of(day, context.now, context.ids).ok_or_else(Refusal::not_found)?;
            properties.insert("attendees".into(), attendees);
            Ok(())
        });
    }
}

fn spoken(response: &str) -> &'static str {
    match response {
        "accepted" => "Accepted",
        "declined" => "Declined",
        _ => "Tentative",
    }
}
