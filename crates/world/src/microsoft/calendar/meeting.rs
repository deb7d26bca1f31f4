//! What people and clients do to events, and who hears of it: invitations, updates, cancellations and answers.
//!
//! Mailboxes of this world get the meetings that their owners are invited to; whoever else is invited gets the mail
//! alone. See <https://learn.microsoft.com/en-us/graph/outlook-calendar-concept-overview>.

use super::event::Event;
use super::item::{self, Item};
use super::people::{self, address, is_called};
use super::rules::{AttendeeEdits, CalendarRules, ReusedTransaction};
use super::schema::{MAILED, PERSONAL};
use super::series::Repetition;
use super::zone::Span;
use super::{Calendars, Edit, Found, refusal};
use crate::microsoft::mailbox::Changes;
use crate::microsoft::{Microsoft, Refusal};
use crate::{Context, Mail};
use jiff::civil::Date;
use serde_json::{Map, Value, json};

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

/// A meeting on its way to somebody's mailbox.
struct Parcel {
    ical_uid: String,
    organizer: people::Person,
    properties: Map<String, Value>,
    span: Span,
    repetition: Option<Repetition>,
}

/// Why a mail goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
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
const CANCELLED: &str = "Canceled: ";

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
    /// measured for the same body.
    pub(in crate::microsoft) fn post_event(
        &mut self,
        user: &str,
        calendar: Option<&str>,
        body: &Value,
        context: &mut Context<'_>,
    ) -> Result<Found, Refusal> {
        let edit = Edit::read(body)?;
        let reused = self.rules.calendar.reused_transaction;
        let calendars = self.calendars_of(user, context)?;
        let calendar = calendars.calendar(calendar)?.id.clone();
        if let Some(transaction) = &edit.transaction
            && let Some(first) = calendars.made_by(&calendar, transaction)
        {
            return match first.transaction.as_ref().is_some_and(|(_, asked)| asked == body) {
                false if reused == ReusedTransaction::Refused => Err(refusal::transaction()),
                _ => Ok(Found { key: first.immutable_id.clone(), day: None }),
            };
        }
        let birth = calendars.birth(&calendar, item::ical_uid(context.ids), context);
        let transaction = edit.transaction.clone().map(|id| (id, body.clone()));
        let mut event = Event::new(birth, &calendars.owner.clone(), edit, context.ids)?;
        event.transaction = transaction;
        let found = Found { key: event.immutable_id.clone(), day: None };
        calendars.enter(event, Changes::touch);
        let invited = self.attendees(user, &found);
        self.mail(user, &found, &invited, Reason::Invitation, context);
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
        let edit = Edit::read(body)?;
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
                || names.contains("recurrence") && rhythm(after.event) != rhythm(&before)
        };
        if before.is_organizer && moved {
            calendars.forget_answers(found, context)?;
        }
        self.tell_of_change(user, found, &before, &names, context);
        Ok(())
    }

    /// Mails about a change of the organizer's: everybody about what a meeting is, and where only the list of
    /// attendees was sent, those whom that concerns (<https://learn.microsoft.com/en-us/graph/api/event-update>).
    fn tell_of_change(
        &mut self,
        user: &str,
        found: &Found,
        before: &Event,
        names: &std::collections::BTreeSet<&'static str>,
        context: &mut Context<'_>,
    ) {
        let Some(calendars) = self.calendars.get(&self.user_id(user)) else { return };
        let Ok(after) = calendars.item(found) else { return };
        let view = super::View::default();
        let old = Item { event: before, day: found.day };
        let changed = |name: &str| old.property(name, &view) != after.property(name, &view);
        let concerns_all = MAILED
            .into_iter()
            .any(|name| names.contains(name) && (self.rules.calendar.unchanged_mails || changed(name)));
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

    /// Deletes an event, or cancels one occurrence. The organizer's attendees are told
    /// (<https://learn.microsoft.com/en-us/graph/api/event-delete>); of an attendee's own copy nobody hears.
    pub(in crate::microsoft) fn remove_event(
        &mut self,
        user: &str,
        found: &Found,
        for_good: bool,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let invited = self.attendees(user, found);
        let calendars = self.calendars_of(user, context)?;
        let in_reach = calendars.is_in_reach(calendars.item(found)?.event);
        if in_reach {
            self.mail(user, found, &invited, Reason::Cancellation, context);
        }
        let calendars = self.calendars_of(user, context)?;
        match found.day {
            None => calendars.discard(&found.key, for_good, context),
            Some(day) => calendars.change(&found.key, context, |event, _| {
                let days = event.repetition.as_mut().map(|repetition| &mut repetition.days);
                let days = days.ok_or_else(Refusal::not_found)?;
                days.exceptions.remove(&day);
                days.cancelled.insert(day);
                Ok(())
            }),
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
        self.remove_event(user, found, false, context)
    }

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
            let properties = match found.day {
                None => &mut event.properties,
                Some(day) => {
                    let exception = event.exception(day, context.now, context.ids);
                    &mut exception.ok_or_else(Refusal::not_found)?.properties
                }
            };
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

    /// Writes an answer down in the organizer's mailbox, if that is in this world.
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
        let Some(key) = calendars.meeting(ical_uid, true) else { return };
        // The occurrence may be gone by now; an answer to it is then an answer to nothing.
        let _ = calendars.change(&key, context, |event, context| {
            let mut attendees = event.property_of(day, "attendees");
            let mine = attendees.as_array_mut().into_iter().flatten().find(|attendee| is_called(attendee, who));
            let mine = mine.ok_or_else(Refusal::not_found)?;
            mine["status"] = given.clone();
            if let Some(proposal) = &answer.proposal {
                mine["proposedNewTime"] = proposal.clone();
            }
            let properties = match day {
                None => &mut event.properties,
                Some(day) if event.span_of(day).is_some() => {
                    &mut event.exception(day, context.now, context.ids).ok_or_else(Refusal::not_found)?.properties
                }
                Some(_) => return Err(Refusal::not_found()),
            };
            properties.insert("attendees".into(), attendees);
            Ok(())
        });
    }

    /// Whom an organizer's event, or one occurrence of it, is mailed to.
    fn attendees(&self, user: &str, found: &Found) -> Vec<Value> {
        let item = self.calendars.get(&self.user_id(user)).and_then(|calendars| calendars.item(found).ok());
        let attendees = item.map(|item| item.event.property_of(found.day, "attendees"));
        attendees.and_then(|attendees| attendees.as_array().cloned()).unwrap_or_default()
    }

    /// Mails attendees of the organizer's event, and puts what they hear of into their mailboxes.
    fn mail(&mut self, user: &str, found: &Found, to: &[Value], reason: Reason, context: &mut Context<'_>) {
        let Some(calendars) = self.calendars.get(&self.user_id(user)) else { return };
        let Ok(item) = calendars.item(found) else { return };
        let event = item.event;
        let is_over = event.ends().is_some_and(|end| end < context.now);
        let is_quiet = is_over && !self.rules.calendar.past_meetings_mail;
        if to.is_empty() || !event.is_organizer || !calendars.is_in_reach(event) || is_quiet {
            return;
        }
        let owner = calendars.owner.address.clone();
        let event = event.clone();
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
    fn user_called(&self, address: &str) -> Option<String> {
        let called = |name: Option<&str>| name.is_some_and(|name| name.eq_ignore_ascii_case(address));
        let mut users = self.directory.users.values().filter(|user| user.has_mailbox);
        let found = users.find(|user| called(user.mail.as_deref()) || called(Some(&user.user_principal_name)));
        found.map(|user| user.id.clone())
    }

    fn user_id(&self, user: &str) -> String {
        self.directory.user(user).map(|user| user.id.clone()).unwrap_or_default()
    }
}

impl Calendars {
    /// The event that a request with this transaction id made in a calendar.
    fn made_by(&self, calendar: &str, transaction: &str) -> Option<&Event> {
        let made = |event: &&Event| event.transaction.as_ref().is_some_and(|(id, _)| id == transaction);
        self.events.values().filter(|event| event.calendar == calendar).find(made)
    }

    /// The meeting of this name, as the organizer has it or as an attendee has it.
    fn meeting(&self, ical_uid: &str, is_organizer: bool) -> Option<String> {
        let wanted = |event: &&Event| {
            event.ical_uid == ical_uid && event.is_organizer == is_organizer && self.is_in_reach(event)
        };
        self.events.values().find(wanted).map(|event| event.immutable_id.clone())
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
            let properties = match found.day {
                None => &mut event.properties,
                Some(day) => {
                    let exception = event.exception(day, context.now, context.ids);
                    &mut exception.ok_or_else(Refusal::not_found)?.properties
                }
            };
            properties.insert("attendees".into(), attendees);
            Ok(())
        })
    }

    /// An invitation or an update arrives: the meeting comes into the calendar, tentatively, or the copy there is
    /// overwritten. What is the person's own stays, and who already answered has to answer again only where the
    /// meeting is at another time.
    fn receive(&mut self, item: Item<'_>, context: &mut Context<'_>) {
        let parcel = Parcel::of(item, &self.owner);
        let Some(key) = self.meeting(&parcel.ical_uid, false) else {
            let calendar = self.default_calendar.clone();
            let birth = self.birth(&calendar, parcel.ical_uid.clone(), context);
            let mut copy = Event::empty(birth, parcel.organizer.clone(), false, parcel.span.clone());
            copy.unpack(parcel);
            copy.await_answer();
            return self.enter(copy, Changes::touch);
        };
        // A copy that nobody refuses to change can't be refused.
        let _ = self.change(&key, context, |copy, _| {
            let is_moved = copy.span != parcel.span || rhythm(copy) != parcel.repetition.as_ref().map(rhythm_of);
            copy.unpack(parcel);
            if is_moved {
                copy.await_answer();
            }
            Ok(())
        });
    }

    /// A cancellation arrives: the meeting stays in the calendar, and says so.
    fn hear_of_cancellation(&mut self, item: Item<'_>, context: &mut Context<'_>) {
        let whole = self.meeting(&item.event.ical_uid, false);
        let Some(key) = whole.or_else(|| self.meeting(&item.ical_uid(), false)) else { return };
        let _ = self.change(&key, context, |copy, context| {
            let subject = text(&copy.property_of(item.day, "subject"));
            let properties = match item.day.filter(|day| copy.span_of(*day).is_some()) {
                Some(day) => {
                    &mut copy.exception(day, context.now, context.ids).ok_or_else(Refusal::not_found)?.properties
                }
                None => &mut copy.properties,
            };
            properties.insert("isCancelled".into(), json!(true));
            properties.insert("showAs".into(), json!("free"));
            properties.insert("subject".into(), json!(format!("{CANCELLED}{subject}")));
            Ok(())
        });
    }

    /// Takes one occurrence out of the own calendar.
    fn cancel_own(&mut self, key: &str, day: Date, context: &mut Context<'_>) -> Result<(), Refusal> {
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

impl Parcel {
    /// What an attendee gets: the whole meeting, or one occurrence who is invited to no more than that.
    fn of(item: Item<'_>, to: &people::Person) -> Self {
        let event = item.event;
        let is_invited = |day: Option<Date>| {
            let attendees = event.property_of(day, "attendees");
            attendees.as_array().into_iter().flatten().any(|attendee| is_called(attendee, &to.address))
        };
        let day = item.day.filter(|_| !is_invited(None));
        let item = Item { event, day };
        let mut properties = event.properties.clone();
        if let Some(exception) = day.and_then(|day| event.exception_on(day)) {
            properties.extend(exception.properties.clone());
        }
        let mut repetition = event.repetition.clone().filter(|_| day.is_none());
        if let Some(repetition) = &mut repetition {
            for exception in repetition.days.exceptions.values_mut() {
                addressed(&mut exception.properties, to);
                exception.extended.clear();
            }
        }
        addressed(&mut properties, to);
        Self {
            ical_uid: item.ical_uid(),
            organizer: event.organizer.clone(),
            properties,
            span: item.span(),
            repetition,
        }
    }
}

/// Leaves out what isn't for this attendee: what others answered, and the others where they are hidden.
fn addressed(properties: &mut Map<String, Value>, to: &people::Person) {
    let hidden = properties.get("hideAttendees") == Some(&json!(true));
    properties.remove("responseStatus");
    for name in PERSONAL {
        if name != "sensitivity" {
            properties.remove(name);
        }
    }
    if let Some(Value::Array(attendees)) = properties.get_mut("attendees") {
        attendees.retain(|attendee| !hidden || is_called(attendee, &to.address));
        attendees.iter_mut().for_each(|attendee| attendee["status"] = people::no_answer("none"));
    }
}

impl Event {
    /// Takes over what the organizer sent; the person's own stays, of the occurrences too.
    fn unpack(&mut self, parcel: Parcel) {
        let own = |properties: &Map<String, Value>| {
            let kept = properties.iter().filter(|(name, _)| OWN.contains(&name.as_str()));
            kept.map(|(name, value)| (name.clone(), value.clone())).collect::<Map<_, _>>()
        };
        let earlier = self.repetition.clone();
        let mine = own(&self.properties);
        self.properties = parcel.properties;
        self.properties.extend(mine);
        self.span = parcel.span;
        self.replace_repetition(parcel.repetition);
        let (Some(now), Some(earlier)) = (&mut self.repetition, earlier) else { return };
        let same = rhythm_of(now) == rhythm_of(&earlier);
        for (day, before) in &earlier.days.exceptions {
            let mine = own(&before.properties);
            if same && !mine.is_empty() && now.has(*day) {
                let exception = now.days.exceptions.entry(*day).or_insert_with(|| before.clone());
                exception.properties.extend(mine);
            }
        }
        if same {
            for (day, before) in &earlier.days.exceptions {
                // The organizer no longer has a cancelled occurrence; who was invited still sees that it is off.
                if before.properties.get("isCancelled") == Some(&json!(true)) && now.days.cancelled.remove(day) {
                    now.days.exceptions.insert(*day, before.clone());
                }
            }
            // What the person declined or deleted stays away.
            now.days.cancelled.extend(earlier.days.cancelled.iter().copied());
            now.days.exceptions.retain(|day, _| !earlier.days.cancelled.contains(day));
        }
    }

    /// The person hasn't answered.
    fn await_answer(&mut self) {
        self.properties.insert("responseStatus".into(), people::no_answer("notResponded"));
        self.properties.insert("showAs".into(), json!("tentative"));
    }
}

/// What an update leaves alone in an attendee's copy.
const OWN: [&str; 6] =
    ["categories", "isReminderOn", "reminderMinutesBeforeStart", "responseStatus", "sensitivity", "showAs"];

/// On which days an event repeats.
fn rhythm(event: &Event) -> Option<Value> {
    event.repetition.as_ref().map(rhythm_of)
}

fn rhythm_of(repetition: &Repetition) -> Value {
    super::recurrence::write(&repetition.pattern)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn spoken(response: &str) -> &'static str {
    match response {
        "accepted" => "Accepted",
        "declined" => "Declined",
        _ => "Tentative",
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
