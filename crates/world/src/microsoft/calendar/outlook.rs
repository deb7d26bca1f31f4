//! What people do with their calendars in Outlook.
//!
//! `user` is everywhere an object id or a user principal name; an event's id is taken in either form, that of an
//! occurrence too, and answered as the immutable one.

use super::answer::Answer;
use super::event::Event;
use super::item::{self, Item};
use super::mail::Mailing;
use super::people::Person;
use super::series::Repetition;
use super::zone::{NamedZone, Span, Stamp};
use super::{Calendars, Edit, Found};
use crate::Context;
use crate::microsoft::{Microsoft, Refusal};
use jiff::civil::Date;
use mxs_calendar::CustomRules;
use serde_json::{Value, json};

impl Microsoft {
    /// Adds a calendar; answers with its id.
    pub fn add_calendar(&mut self, user: &str, name: &str, context: &mut Context<'_>) -> Result<String, Refusal> {
        self.calendars_of(user, context)?.add_calendar(name, context)
    }

    /// Deletes a calendar with all that is in it.
    pub fn delete_calendar(&mut self, user: &str, id: &str, context: &mut Context<'_>) -> Result<(), Refusal> {
        self.calendars_of(user, context)?.delete_calendar(Some(id))
    }

    /// Adds an event to a calendar, or to the default one, as POST does; whom it names is invited.
    pub fn add_event(
        &mut self,
        user: &str,
        calendar: Option<&str>,
        event: &Value,
        context: &mut Context<'_>,
    ) -> Result<String, Refusal> {
        Ok(self.post_event(user, calendar, event, context)?.0.key)
    }

    /// Changes an event, a series or one occurrence, as PATCH does; who is invited is told.
    pub fn edit_event(
        &mut self,
        user: &str,
        id: &str,
        changes: &Value,
        context: &mut Context<'_>,
    ) -> Result<String, Refusal> {
        let found = self.calendars_of(user, context)?.find(id)?;
        self.patch_event(user, &found, changes, context)?;
        Ok(self.calendars_of(user, context)?.item(&found)?.id(true))
    }

    /// Moves an event, a series or one occurrence by so many minutes.
    pub fn postpone_event(
        &mut self,
        user: &str,
        id: &str,
        minutes: i64,
        context: &mut Context<'_>,
    ) -> Result<String, Refusal> {
        let calendars = self.calendars_of(user, context)?;
        let span = calendars.item(&calendars.find(id)?)?.span();
        let later = |stamp: &Stamp| {
            let local = stamp.local.saturating_add(jiff::SignedDuration::from_mins(minutes));
            json!({ "dateTime": local.to_string(), "timeZone": stamp.zone.name })
        };
        let changes = json!({ "start": later(&span.start), "end": later(&span.end) });
        self.edit_event(user, id, &changes, context)
    }

    /// Puts an event or a series into another zone, at the same times on its clocks.
    pub fn rezone_event(
        &mut self,
        user: &str,
        id: &str,
        zone: &str,
        context: &mut Context<'_>,
    ) -> Result<String, Refusal> {
        let calendars = self.calendars_of(user, context)?;
        let item = calendars.item(&calendars.find(id)?)?;
        let span = item.span();
        let at = |stamp: &Stamp| json!({ "dateTime": stamp.local.to_string(), "timeZone": zone });
        let mut changes = json!({ "start": at(&span.start), "end": at(&span.end) });
        if let (Some(repetition), None) = (&item.event.repetition, item.day) {
            let mut recurrence = repetition.write();
            recurrence["range"]["recurrenceTimeZone"] = zone.into();
            changes["recurrence"] = recurrence;
        }
        self.edit_event(user, id, &changes, context)
    }

    /// Gives an event or a series a zone with rules of its own, as old Outlooks do, at the same times on its
    /// clocks. Nobody is mailed: it is how the event was made.
    pub fn set_custom_zone(
        &mut self,
        user: &str,
        id: &str,
        rules: &CustomRules,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let calendars = self.calendars_of(user, context)?;
        let key = calendars.find(id)?.key;
        let zone = NamedZone::custom(rules)?;
        calendars.change(&key, context, |event, _| {
            let at = |stamp: &Stamp| Stamp::at(stamp.local, zone.clone());
            let span = Span::checked(at(&event.span.start)?, at(&event.span.end)?, event.span.all_day)?;
            if let Some(earlier) = &event.repetition {
                let mut pattern = earlier.pattern.clone();
                pattern.range.recurrence_time_zone = None;
                let (mut repetition, _) = Repetition::new(pattern, &span)?;
                repetition.keep(earlier);
                event.replace_repetition(Some(repetition));
            }
            event.span = span;
            Ok(())
        })
    }

    /// Deletes an event or a series as Outlook does: it goes to Deleted Items, and what is there already goes for
    /// good. Of an occurrence: cancels it. Attendees of the organizer are told.
    pub fn delete_event(&mut self, user: &str, id: &str, context: &mut Context<'_>) -> Result<(), Refusal> {
        let found = self.calendars_of(user, context)?.find(id)?;
        self.remove_event(user, &found, false, Mailing::Concerned, context)
    }

    /// Deletes an event for good: it goes to Recoverable Items.
    pub fn purge_event(&mut self, user: &str, id: &str, context: &mut Context<'_>) -> Result<(), Refusal> {
        let found = self.calendars_of(user, context)?.find(id)?;
        self.remove_event(user, &found, true, Mailing::Concerned, context)
    }

    /// Takes an event back from where deleted ones are, into the default calendar. Nobody is mailed.
    pub fn restore_event(&mut self, user: &str, id: &str, context: &mut Context<'_>) -> Result<String, Refusal> {
        self.move_event(user, id, None, context)
    }

    /// Moves an event or a series to another calendar (the default one without): it gets a new id in the default
    /// form and keeps the immutable one.
    pub fn move_event(
        &mut self,
        user: &str,
        id: &str,
        calendar: Option<&str>,
        context: &mut Context<'_>,
    ) -> Result<String, Refusal> {
        let calendars = self.calendars_of(user, context)?;
        let found = whole(calendars, id)?;
        let calendar = calendars.calendar(calendar)?.id.clone();
        calendars.shift(&found.key, &calendar, context)?;
        Ok(found.key)
    }

    /// Copies an event or a series within the default calendar, with everything that applications hid in it.
    pub fn copy_event(&mut self, user: &str, id: &str, context: &mut Context<'_>) -> Result<String, Refusal> {
        let calendars = self.calendars_of(user, context)?;
        let found = whole(calendars, id)?;
        let calendar = calendars.calendar(None)?.id.clone();
        calendars.duplicate(&found.key, &calendar, context)
    }

    /// Cancels a meeting, or one occurrence of it, as its organizer.
    pub fn cancel_meeting(&mut self, user: &str, id: &str, context: &mut Context<'_>) -> Result<(), Refusal> {
        let found = self.calendars_of(user, context)?.find(id)?;
        self.cancel_event(user, &found, context)
    }

    /// Accepts an invitation (`accepted`), perhaps (`tentativelyAccepted`), or declines it (`declined`).
    pub fn answer_meeting(
        &mut self,
        user: &str,
        id: &str,
        response: &'static str,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let found = self.calendars_of(user, context)?.find(id)?;
        let answer = Answer { response, send: true, proposal: None };
        self.answer_event(user, &found, &answer, context)
    }

    /// An invitation comes by mail from somebody elsewhere, who calls the meeting `uid`, or an update of one that came
    /// before; answers with its immutable id.
    pub fn receive_invitation(
        &mut self,
        user: &str,
        organizer: &str,
        uid: &str,
        event: &Value,
        context: &mut Context<'_>,
    ) -> Result<String, Refusal> {
        let edit = Edit::read(event)?;
        let calendars = self.calendars_of(user, context)?;
        let uid = item::foreign_uid(uid);
        let calendar = calendars.calendar(None)?.id.clone();
        let birth = calendars.birth(&calendar, uid.clone(), context);
        let organizer = Person { name: organizer.to_owned(), address: organizer.to_owned() };
        let sent = Event::new(birth, &organizer, edit, context.ids)?;
        calendars.receive(Item { event: &sent, day: None }, context);
        calendars.meeting(&uid, false).ok_or_else(Refusal::not_found)
    }

    /// Who invited from elsewhere cancels the meeting.
    pub fn receive_cancellation(&mut self, user: &str, uid: &str, context: &mut Context<'_>) -> Result<(), Refusal> {
        let calendars = self.calendars_of(user, context)?;
        let key = calendars.meeting(&item::foreign_uid(uid), false).ok_or_else(Refusal::not_found)?;
        let sent = calendars.event(&key).cloned().ok_or_else(Refusal::not_found)?;
        calendars.hear_of_cancellation(Item { event: &sent, day: None }, context);
        Ok(())
    }

    /// The immutable id of the occurrence of a series that was on this day before anybody moved it.
    pub fn occurrence_of(&self, user: &str, id: &str, day: Date) -> Option<String> {
        let calendars = self.calendars_read(user)?;
        let found = calendars.find(id).ok().filter(|found| found.day.is_none())?;
        let item = Item { event: calendars.event(&found.key)?, day: Some(day) };
        calendars.find(&item.id(true)).ok().map(|_| item.id(true))
    }
}

/// A whole event: an occurrence can't be moved or copied without its series.
fn whole(calendars: &Calendars, id: &str) -> Result<Found, Refusal> {
    let found = calendars.find(id)?;
    match found.day {
        None => Ok(found),
        Some(_) => Err(Refusal::new(400, "ErrorInvalidRequest", "An occurrence can't be moved to another folder.")),
    }
}
