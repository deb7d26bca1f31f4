//! Meetings in the mailboxes of those who are invited.

use super::Calendars;
use super::event::Event;
use super::item::Item;
use super::mail::{CANCELLED, text};
use super::people::{self, is_called};
use super::schema::PERSONAL;
use super::series::{Exception, Repetition};
use super::zone::Span;
use crate::Context;
use crate::microsoft::Refusal;
use crate::microsoft::mailbox::Changes;
use jiff::civil::Date;
use serde_json::{Map, Value, json};

/// A meeting on its way to somebody's mailbox.
struct Parcel {
    ical_uid: String,
    organizer: people::Person,
    properties: Map<String, Value>,
    span: Span,
    repetition: Option<Repetition>,
}

impl Calendars {
    /// The meeting of this name, as the organizer has it or as an attendee has it.
    pub(super) fn meeting(&self, ical_uid: &str, is_organizer: bool) -> Option<String> {
        let wanted = |event: &&Event| {
            event.ical_uid == ical_uid && event.is_organizer == is_organizer && self.is_in_reach(event)
        };
        // There may be two where one was taken back from Deleted Items: the older one counts.
        let first = self.events.values().filter(wanted).min_by_key(|event| event.position);
        first.map(|event| event.immutable_id.clone())
    }

    /// An invitation or an update arrives: the meeting comes into the calendar, tentatively, or the copy there is
    /// overwritten. What is the person's own stays, and who already answered has to answer again only where the
    /// meeting is at another time.
    pub(super) fn receive(&mut self, item: Item<'_>, context: &mut Context<'_>) {
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
            let is_moved =
                copy.span != parcel.span || copy.recurrence() != parcel.repetition.as_ref().map(Repetition::write);
            copy.unpack(parcel);
            if is_moved {
                copy.await_answer();
            }
            Ok(())
        });
    }

    /// A cancellation arrives: the meeting stays in the calendar, and says so.
    pub(super) fn hear_of_cancellation(&mut self, item: Item<'_>, context: &mut Context<'_>) {
        let whole = self.meeting(&item.event.ical_uid, false);
        let Some(key) = whole.or_else(|| self.meeting(&item.ical_uid(), false)) else { return };
        let _ = self.change(&key, context, |copy, context| {
            let subject = text(&copy.property_of(item.day, "subject"));
            let day = item.day.filter(|day| copy.span_of(*day).is_some());
            let properties = copy.properties_of(day, context.now, context.ids).ok_or_else(Refusal::not_found)?;
            properties.insert("isCancelled".into(), json!(true));
            properties.insert("showAs".into(), json!("free"));
            properties.insert("subject".into(), json!(format!("{CANCELLED}{subject}")));
            Ok(())
        });
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
        let hidden = event.property_of(day, "hideAttendees");
        let mut repetition = event.repetition.clone().filter(|_| day.is_none());
        if let Some(repetition) = &mut repetition {
            for exception in repetition.days.exceptions.values_mut() {
                let hidden = exception.properties.get("hideAttendees").unwrap_or(&hidden).clone();
                addressed(&mut exception.properties, to, &hidden);
                exception.extended.clear();
            }
        }
        addressed(&mut properties, to, &hidden);
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
fn addressed(properties: &mut Map<String, Value>, to: &people::Person, hidden: &Value) {
    properties.remove("responseStatus");
    for name in PERSONAL {
        if name != "sensitivity" {
            properties.remove(name);
        }
    }
    if let Some(Value::Array(attendees)) = properties.get_mut("attendees") {
        attendees.retain(|attendee| *hidden != json!(true) || is_called(attendee, &to.address));
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
        let earlier = self.repetition.clone().filter(|_| self.span.is_at_same_time(&parcel.span));
        let mine = own(&self.properties);
        self.properties = parcel.properties;
        self.properties.extend(mine);
        self.span = parcel.span;
        self.replace_repetition(parcel.repetition);
        let (Some(now), Some(earlier)) = (&mut self.repetition, earlier) else { return };
        if !earlier.has_same_days(now) {
            return;
        }
        for (day, before) in &earlier.days.exceptions {
            let mine = own(&before.properties);
            if !mine.is_empty() && now.has(*day) {
                let own = || Exception { properties: Map::new(), span: None, ..before.clone() };
                now.days.exceptions.entry(*day).or_insert_with(own).properties.extend(mine);
            }
            // The organizer no longer has a cancelled occurrence; who was invited still sees that it is off.
            if before.properties.get("isCancelled") == Some(&json!(true)) && now.days.cancelled.remove(day) {
                now.days.exceptions.insert(*day, before.clone());
            }
        }
        // What the person declined or deleted stays away.
        let away = earlier.days.cancelled.iter().filter(|day| now.days.rule.has(now.days.start, **day));
        now.days.cancelled.extend(away);
        now.days.exceptions.retain(|day, _| !earlier.days.cancelled.contains(day));
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
