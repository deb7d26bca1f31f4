//! What people and clients do to events: make, change, delete, cancel.

use super::event::Event;
use super::item::{self, Item};
use super::mail::{Mailing, Reason};
use super::people;
use super::rules::{AttendeeEdits, CalendarRules, ReusedTransaction};
use super::schema::PERSONAL;
use super::{Calendars, Edit, Found, refusal};
use crate::Context;
use crate::microsoft::mailbox::Changes;
use crate::microsoft::{Microsoft, Refusal};
use jiff::civil::Date;
use serde_json::Value;

impl Microsoft {
    /// The calendars of a user's mailbox, opened if they weren't yet, for a change.
    pub(in crate::microsoft) fn calendars_of(
        &mut self,
        user: &str,
        context: &mut Context<'_>,
    ) -> Result<&mut Calendars, Refusal> {
        let unknown = || Refusal::new(404, "ErrorInvalidUser", format!("The requested user '{user}' is invalid."));
        let found = self.directory.user(user).ok_or_else(unknown)?;
        if !self.mailboxes.contains_key(&found.id) {
            return Err(unknown());
        }
        Ok(self.calendars.entry(found.id.clone()).or_insert_with(|| Calendars::new(found, context.ids)))
    }

    /// Adds an event to a calendar, or to the default one, and invites whom it names.
    ///
    /// A repeated request with the same `transactionId` in the same calendar gets the event that the first one made:
    /// measured for the same body. Answers whether there is a new one.
    pub(in crate::microsoft) fn post_event(
        &mut self,
        user: &str,
        calendar: Option<&str>,
        body: &Value,
        context: &mut Context<'_>,
    ) -> Result<(Found, bool), Refusal> {
        let edit = Edit::read(body)?;
        let reused = self.rules.calendar.reused_transaction;
        let calendars = self.calendars_of(user, context)?;
        let calendar = calendars.calendar(calendar)?.id.clone();
        if let Some(transaction) = &edit.transaction
            && let Some(first) = calendars.made_by(&calendar, transaction)
        {
            return match first.transaction.as_ref().is_some_and(|(_, asked)| asked == body) {
                false if reused == ReusedTransaction::Refused => Err(refusal::transaction()),
                _ => Ok((Found { key: first.immutable_id.clone(), day: None }, false)),
            };
        }
        let transaction = edit.transaction.clone().map(|id| (id, body.clone()));
        let found = self.create_event(user, &calendar, edit, None, Mailing::Concerned, context)?;
        if let Some(event) = self.calendars_of(user, context)?.events.get_mut(&found.key) {
            event.transaction = transaction;
        }
        Ok((found, true))
    }

    /// Adds an event to the calendar of this id. It is called `uid` everywhere, or as it comes.
    pub(in crate::microsoft) fn create_event(
        &mut self,
        user: &str,
        calendar: &str,
        edit: Edit,
        uid: Option<String>,
        mailing: Mailing,
        context: &mut Context<'_>,
    ) -> Result<Found, Refusal> {
        let calendars = self.calendars_of(user, context)?;
        let uid = uid.unwrap_or_else(|| item::ical_uid(context.ids));
        let birth = calendars.birth(calendar, uid, context);
        let event = Event::new(birth, &calendars.owner.clone(), edit, context.ids)?;
        let found = Found { key: event.immutable_id.clone(), day: None };
        calendars.enter(event, Changes::touch);
        if mailing != Mailing::Nobody {
            let invited = self.attendees(user, &found);
            self.mail(user, &found, &invited, Reason::Invitation, context);
        }
        Ok(found)
    }

    /// Changes an event, or one occurrence of a series, and tells whom it concerns.
    pub(in crate::microsoft) fn patch_event(
        &mut self,
        user: &str,
        found: &Found,
        body: &Value,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        self.change_event(user, found, Edit::read(body)?, Mailing::Concerned, context)
    }

    /// Changes an event, or one occurrence of a series, and tells whom it is asked to. Who isn't told that a meeting moved
    /// goes on having agreed to it.
    pub(in crate::microsoft) fn change_event(
        &mut self,
        user: &str,
        found: &Found,
        edit: Edit,
        mailing: Mailing,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let rules = self.rules.calendar;
        let calendars = self.calendars_of(user, context)?;
        let before = calendars.item(found)?.event.clone();
        check_own(&before, &edit, &rules)?;
        let names = edit.names.clone();
        calendars.change(&found.key, context, |event, context| match found.day {
            Some(day) => event.apply_to(day, edit, context.now, context.ids),
            None => event.apply(edit, rules.exceptions_lost, context.ids),
        })?;
        let moved = {
            let after = calendars.item(found)?;
            after.span() != Item { event: &before, day: found.day }.span()
                || names.contains("recurrence") && after.event.recurrence() != before.recurrence()
        };
        if before.is_organizer && moved && mailing != Mailing::Nobody {
            calendars.forget_answers(found, context)?;
        }
        self.tell_of_change(user, found, &before, &names, mailing, context);
        Ok(())
    }

    /// Deletes an event, or cancels one occurrence. The organizer's attendees are told
    /// (<https://learn.microsoft.com/en-us/graph/api/event-delete>); of an attendee's own copy nobody hears.
    pub(in crate::microsoft) fn remove_event(
        &mut self,
        user: &str,
        found: &Found,
        for_good: bool,
        mailing: Mailing,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        if mailing != Mailing::Nobody {
            let invited = self.attendees(user, found);
            self.mail(user, found, &invited, Reason::Cancellation, context);
        }
        let calendars = self.calendars_of(user, context)?;
        match found.day {
            None => calendars.discard(&found.key, for_good, context),
            Some(day) => calendars.cancel_own(&found.key, day, context),
        }
    }

    /// Cancels a meeting as its organizer.
    pub(in crate::microsoft) fn cancel_event(
        &mut self,
        user: &str,
        found: &Found,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        if !self.calendars_of(user, context)?.item(found)?.event.is_organizer {
            return Err(refusal::cancel_not_organizer());
        }
        self.remove_event(user, found, false, Mailing::Concerned, context)
    }
}

impl Calendars {
    /// The event that a request with this transaction id made in a calendar.
    fn made_by(&self, calendar: &str, transaction: &str) -> Option<&Event> {
        let made = |event: &&Event| event.transaction.as_ref().is_some_and(|(id, _)| id == transaction);
        self.events.values().filter(|event| event.calendar == calendar).filter(made).min_by_key(|event| event.position)
    }

    /// Who agreed to another time has not agreed to this one.
    fn forget_answers(&mut self, found: &Found, context: &mut Context<'_>) -> Result<(), Refusal> {
        self.change(&found.key, context, |event, context| {
            let mut attendees = event.property_of(found.day, "attendees");
            let entries = attendees.as_array_mut().into_iter().flatten();
            entries.for_each(|attendee| attendee["status"] = people::no_answer("none"));
            if !event.has_attendees(found.day) {
                return Ok(());
            }
            let properties = event.properties_of(found.day, context.now, context.ids);
            let properties = properties.ok_or_else(Refusal::not_found)?;
            properties.insert("attendees".into(), attendees);
            Ok(())
        })
    }

    /// Takes one occurrence out of the own calendar.
    pub(super) fn cancel_own(&mut self, key: &str, day: Date, context: &mut Context<'_>) -> Result<(), Refusal> {
        self.change(key, context, |event, _| {
            let days = event.repetition.as_mut().map(|repetition| &mut repetition.days);
            let days = days.ok_or_else(Refusal::not_found)?;
            days.exceptions.remove(&day);
            days.cancelled.insert(day);
            Ok(())
        })
    }

    /// Copies an event that lies here as if it came from elsewhere: another item, another name.
    pub(super) fn duplicate(&mut self, key: &str, to: &str, context: &mut Context<'_>) -> Result<String, Refusal> {
        let original = self.events.get(key).cloned().ok_or_else(Refusal::not_found)?;
        let birth = self.birth(to, item::ical_uid(context.ids), context);
        let copy = Event {
            immutable_id: birth.immutable_id,
            default_id: birth.default_id,
            calendar: birth.calendar,
            position: birth.position,
            created: birth.now,
            modified: birth.now,
            change_key: birth.change_key,
            ical_uid: birth.ical_uid,
            transaction: None,
            earlier: Vec::new(),
            ..original
        };
        let id = copy.immutable_id.clone();
        self.enter(copy, Changes::touch);
        Ok(id)
    }
}

/// Whether an edit of somebody else's meeting is taken.
fn check_own(event: &Event, edit: &Edit, rules: &CalendarRules) -> Result<(), Refusal> {
    let personal = edit.names.iter().all(|name| PERSONAL.contains(name));
    if event.is_organizer || personal || rules.attendee_edits == AttendeeEdits::OwnCopy {
        return Ok(());
    }
    Err(refusal::not_organizer())
}
