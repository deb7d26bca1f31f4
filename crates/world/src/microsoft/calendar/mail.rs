//! Mails about meetings: who gets one, about what.
//!
//! Mailboxes of this world get the meetings that their owners are invited to; whoever else is invited gets the mail
//! alone. See <https://learn.microsoft.com/en-us/graph/outlook-calendar-concept-overview>.

use super::Found;
use super::event::Event;
use super::item::{Item, View};
use super::people::{self, address, is_called};
use super::schema::MAILED;
use crate::microsoft::Microsoft;
use crate::{Context, Mail};
use jiff::civil::Date;
use serde_json::Value;
use std::collections::BTreeSet;

/// Whom a write of the organizer's mails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::microsoft) enum Mailing {
    /// Those whom it concerns: Graph leaves no choice.
    Concerned,
    /// Everybody who is invited, or was.
    Everybody,
    /// Those who are invited by it, or not any more.
    Changed,
    /// Nobody.
    Nobody,
}

/// Why a mail goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    Invitation,
    Update,
    Cancellation,
}

impl Reason {
    const fn text(self) -> &'static str {
        match self {
            Reason::Invitation => "meeting invitation",
            Reason::Update => "meeting update",
            Reason::Cancellation => "meeting cancellation",
        }
    }
}

/// What the subject of a cancelled meeting begins with.
pub(super) const CANCELLED: &str = "Canceled: ";

impl Microsoft {
    /// Mails about a change of the organizer's: everybody about what a meeting is, and where only the list of
    /// attendees was sent, those whom that concerns (<https://learn.microsoft.com/en-us/graph/api/event-update>).
    pub(super) fn tell_of_change(
        &mut self,
        user: &str,
        found: &Found,
        before: &Event,
        names: &BTreeSet<&'static str>,
        mailing: Mailing,
        context: &mut Context<'_>,
    ) {
        if mailing == Mailing::Nobody {
            return;
        }
        let Some(calendars) = self.calendars.get(&self.user_id(user)) else { return };
        let Ok(after) = calendars.item(found) else { return };
        let view = View::default();
        let old = Item { event: before, day: found.day };
        let changed = |name: &str| old.property(name, &view) != after.property(name, &view);
        let is_mailed = |name| names.contains(name) && (self.rules.calendar.unchanged_mails || changed(name));
        let concerns_all = match mailing {
            Mailing::Concerned => MAILED.into_iter().any(is_mailed),
            Mailing::Everybody => true,
            Mailing::Changed | Mailing::Nobody => false,
        };
        let (was, is) = (before.property_of(found.day, "attendees"), after.event.property_of(found.day, "attendees"));
        let owned = |attendees: Vec<&Value>| attendees.into_iter().cloned().collect::<Vec<Value>>();
        let (invited, uninvited) = (owned(people::missing(&is, &was)), owned(people::missing(&was, &is)));
        let stayed = |attendee: &&Value| !invited.contains(attendee);
        let other_type = |attendee: &&Value| {
            let wanted = address(attendee).unwrap_or_default();
            let old = was.as_array().into_iter().flatten().find(|old| is_called(old, wanted));
            old.is_some_and(|old| old["type"] != attendee["type"])
        };
        let updated: Vec<Value> = is.as_array().into_iter().flatten().filter(stayed).cloned().collect();
        let updated: Vec<Value> =
            updated.into_iter().filter(|attendee| concerns_all || other_type(&attendee)).collect();
        // A series and each of its exceptions are mailed about one by one (documented for updates).
        let exceptions: Vec<Date> = after.exceptions().filter_map(|item| item.day).collect();
        self.mail(user, found, &uninvited, Reason::Cancellation, context);
        self.mail(user, found, &invited, Reason::Invitation, context);
        self.mail(user, found, &updated, Reason::Update, context);
        if concerns_all {
            for day in exceptions {
                let found = Found { key: found.key.clone(), day: Some(day) };
                self.mail(user, &found, &updated, Reason::Update, context);
            }
        }
    }

    /// Whom an organizer's event, or one occurrence of it, is mailed to.
    pub(super) fn attendees(&self, user: &str, found: &Found) -> Vec<Value> {
        let item = self.calendars.get(&self.user_id(user)).and_then(|calendars| calendars.item(found).ok());
        let attendees = item.map(|item| item.event.property_of(found.day, "attendees"));
        attendees.and_then(|attendees| attendees.as_array().cloned()).unwrap_or_default()
    }

    /// Mails attendees of the organizer's event, and puts what they hear of into their mailboxes.
    pub(super) fn mail(&mut self, user: &str, found: &Found, to: &[Value], reason: Reason, context: &mut Context<'_>) {
        let calendars = self.calendars.get(&self.user_id(user)).filter(|_| !to.is_empty());
        let Some((calendars, Ok(item))) = calendars.map(|calendars| (calendars, calendars.item(found))) else { return };
        let event = item.event;
        let is_over = || event.ends().is_some_and(|end| end < context.now);
        let is_quiet = !self.rules.calendar.past_meetings_mail && is_over();
        if !event.is_organizer || !calendars.is_in_reach(event) || is_quiet {
            return;
        }
        let owner = calendars.owner.address.clone();
        let event = event.clone();
        if reason != Reason::Cancellation
            && let Some(calendars) = self.calendars.get_mut(&self.user_id(user))
            && let Some(event) = calendars.events.get_mut(&event.immutable_id)
        {
            event.requested = true;
        }
        let item = Item { event: &event, day: found.day };
        let subject = text(&event.property_of(found.day, "subject"));
        for attendee in to {
            let Some(address) = address(attendee).filter(|address| !address.eq_ignore_ascii_case(&owner)) else {
                continue;
            };
            let subject =
                if reason == Reason::Cancellation { format!("{CANCELLED}{subject}") } else { subject.clone() };
            context.outbox.send(Mail { to: address.to_owned(), reason: reason.text(), subject });
            if let Some(user) = self.user_called(address)
                && let Ok(calendars) = self.calendars_of(&user, context)
            {
                match reason {
                    Reason::Cancellation => calendars.hear_of_cancellation(item, context),
                    Reason::Invitation | Reason::Update => calendars.receive(item, context),
                }
            }
        }
    }

    /// The user with a mailbox of this address.
    pub(super) fn user_called(&self, address: &str) -> Option<String> {
        let called = |name: Option<&str>| name.is_some_and(|name| name.eq_ignore_ascii_case(address));
        let mut users = self.directory.users.values().filter(|user| user.has_mailbox);
        let found = users.find(|user| called(user.mail.as_deref()) || called(Some(&user.user_principal_name)));
        found.map(|user| user.id.clone())
    }

    fn user_id(&self, user: &str) -> String {
        self.directory.user(user).map(|user| user.id.clone()).unwrap_or_default()
    }
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
