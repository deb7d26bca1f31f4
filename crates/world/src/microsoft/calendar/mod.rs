//! The calendars of one mailbox: events, series, and the memory of what changed.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/calendar-overview>.

mod acts;
mod answer;
mod body;
mod copy;
mod edit;
mod event;
mod folder;
mod inspect;
mod item;
mod mail;
mod outlook;
mod people;
mod places;
mod recurrence;
mod refusal;
mod rules;
mod schema;
mod seed;
mod series;
mod zone;

pub(super) use answer::Answer as MeetingAnswer;
pub(super) use edit::Edit;
pub(super) use folder::{Calendar, read_name as read_calendar_name};
pub(super) use item::{Item, View, spoken_uid, stored_uid};
pub(super) use mail::Mailing;
pub(super) use people::proposal as read_proposal;
pub(super) use refusal::{no_series, send_required, window_invalid, window_missing, window_too_long};
pub use rules::{AttendeeEdits, CalendarRules, ExceptionsLost, ReusedTransaction};
pub(super) use schema::{CALENDAR_PROPERTIES, Kind, property_in_query};
pub(super) use zone::{NamedZone, Span, Stamp, Window, moment};

use super::directory::User;
use super::mailbox::{Changes, Tokens, change_key, default_id, immutable_id, is_id};
use super::refusal::Refusal;
use crate::{Context, Ids};
use event::{Birth, Event};
use jiff::civil::Date;
use people::Person;
use std::collections::{BTreeMap, HashMap};

/// What the first request of a delta query asked for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asked {
    /// The id of the calendar that it follows.
    pub(super) calendar: String,
    /// The window.
    pub(super) window: Window,
}

/// Where an event, or one of its occurrences, is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// The event's immutable id.
    pub(super) key: String,
    /// The original date of an occurrence.
    pub(super) day: Option<Date>,
}

/// The calendars of one user.
#[derive(Clone, Debug)]
pub(super) struct Calendars {
    owner: Person,
    calendars: BTreeMap<String, Calendar>,
    default_calendar: String,
    deleted_items: String,
    /// Where goes what is deleted for good.
    recoverable_items: String,
    /// By immutable id.
    events: HashMap<String, Event>,
    /// From the default form of an id to the immutable one.
    immutable: HashMap<String, String>,
    /// Counts everything that happens.
    revision: u64,
    pub(super) tokens: Tokens<Asked>,
}

impl Calendars {
    /// The calendars of a new mailbox: one.
    pub(super) fn new(user: &User, ids: &mut Ids) -> Self {
        let mut default = Calendar::new("Calendar", ids);
        default.is_default = true;
        let mut deleted = Calendar::new("Deleted Items", ids);
        let mut recoverable = Calendar::new("Deletions", ids);
        deleted.out_of_reach = true;
        recoverable.out_of_reach = true;
        let address = user.mail.clone().unwrap_or_else(|| user.user_principal_name.clone());
        Self {
            owner: Person { name: user.display_name.clone(), address },
            default_calendar: default.id.clone(),
            deleted_items: deleted.id.clone(),
            recoverable_items: recoverable.id.clone(),
            calendars: [default, deleted, recoverable].map(|calendar| (calendar.id.clone(), calendar)).into(),
            events: HashMap::new(),
            immutable: HashMap::new(),
            revision: 0,
            tokens: Tokens::default(),
        }
    }

    /// Whose they are.
    pub(super) fn owner(&self) -> &Person {
        &self.owner
    }

    // Calendars

    /// A calendar by its id; the default one without.
    pub(super) fn calendar(&self, id: Option<&str>) -> Result<&Calendar, Refusal> {
        let found = self.calendars.get(id.unwrap_or(&self.default_calendar));
        let found = found.filter(|calendar| !calendar.out_of_reach);
        found.ok_or_else(|| if id.is_none_or(is_id) { Refusal::not_found() } else { Refusal::malformed_id() })
    }

    /// Every calendar: the default one, then the others in the order of creation.
    pub(super) fn calendars(&self) -> Vec<&Calendar> {
        let mut all: Vec<&Calendar> = self.calendars.values().filter(|calendar| !calendar.out_of_reach).collect();
        all.sort_by_key(|calendar| (!calendar.is_default, calendar.position));
        all
    }

    /// Adds a calendar; answers with its id. A name can be used once.
    pub(super) fn add_calendar(&mut self, name: &str, context: &mut Context<'_>) -> Result<String, Refusal> {
        self.check_name(name, None)?;
        let mut calendar = Calendar::new(name, context.ids);
        self.revision += 1;
        calendar.position = self.revision;
        let id = calendar.id.clone();
        self.calendars.insert(id.clone(), calendar);
        Ok(id)
    }

    /// Gives a calendar another name.
    pub(super) fn rename_calendar(
        &mut self,
        id: Option<&str>,
        name: &str,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let id = self.calendar(id)?.id.clone();
        self.check_name(name, Some(&id))?;
        if let Some(calendar) = self.calendars.get_mut(&id) {
            calendar.rename(name, context);
        }
        Ok(())
    }

    /// Deletes a calendar with all that is in it, which is out of reach from then on.
    pub(super) fn delete_calendar(&mut self, id: Option<&str>) -> Result<(), Refusal> {
        let calendar = self.calendar(id)?;
        if calendar.is_default {
            return Err(refusal::default_calendar());
        }
        let id = calendar.id.clone();
        if let Some(calendar) = self.calendars.get_mut(&id) {
            calendar.out_of_reach = true;
        }
        Ok(())
    }

    fn check_name(&self, name: &str, but: Option<&str>) -> Result<(), Refusal> {
        let taken = |calendar: &&Calendar| calendar.is_called(name) && but != Some(calendar.id.as_str());
        if self.calendars().iter().any(taken) {
            return Err(Refusal::new(409, "ErrorFolderExists", "A folder with the specified name already exists."));
        }
        Ok(())
    }

    // Events

    /// The event or occurrence of this id, in either form, in whatever calendar. An occurrence that was cancelled
    /// isn't there any more.
    pub(super) fn find(&self, id: &str) -> Result<Found, Refusal> {
        if let Some(key) = self.key(id) {
            return Ok(Found { key, day: None });
        }
        let occurrence = item::split_occurrence_id(id).and_then(|(series, day)| {
            let key = self.key(&series)?;
            let repetition = self.events.get(&key)?.repetition.as_ref()?;
            repetition.has(day).then_some(Found { key, day: Some(day) })
        });
        occurrence.ok_or_else(|| if is_id(id) { Refusal::not_found() } else { Refusal::malformed_id() })
    }

    fn key(&self, id: &str) -> Option<String> {
        let key = self.immutable.get(id).map_or(id, String::as_str);
        self.events.contains_key(key).then(|| key.to_owned())
    }

    /// What was found.
    pub(super) fn item(&self, found: &Found) -> Result<Item<'_>, Refusal> {
        let event = self.events.get(&found.key).ok_or_else(Refusal::not_found)?;
        Ok(Item { event, day: found.day })
    }

    /// Every event, deleted ones too, in no order.
    pub(super) fn everywhere(&self) -> impl Iterator<Item = &Event> {
        self.events.values()
    }

    /// The id of the folder of its own that stands for a well-known one of the mailbox.
    pub(super) fn keeps(&self, known: &str) -> Option<&str> {
        match known {
            "deleteditems" => Some(&self.deleted_items),
            "recoverableitemsdeletions" => Some(&self.recoverable_items),
            _ => None,
        }
    }

    /// The event of this immutable id.
    pub(super) fn event(&self, key: &str) -> Option<&Event> {
        self.events.get(key)
    }

    /// The events of a calendar, in the order of their arrival.
    pub(super) fn members<'a>(&'a self, calendar: &'a Calendar) -> impl Iterator<Item = &'a Event> {
        calendar.members.values().filter_map(|key| self.events.get(key))
    }

    /// Whether an event is in one of the calendars, and not deleted.
    pub(super) fn is_in_reach(&self, event: &Event) -> bool {
        self.calendars.get(&event.calendar).is_some_and(|calendar| !calendar.out_of_reach)
    }

    /// Whether an event was deleted for good.
    pub(super) fn is_recoverable(&self, event: &Event) -> bool {
        event.calendar == self.recoverable_items
    }

    /// What happened in a folder of whatever sort.
    pub(super) fn changes_in(&self, folder: &str) -> Option<&Changes> {
        self.calendars.get(folder).map(|calendar| &calendar.changes)
    }

    /// What a delta query over a calendar tells of.
    pub(super) fn changes(&self, calendar: &str) -> Result<&Changes, Refusal> {
        self.calendar(Some(calendar)).map(|calendar| &calendar.changes)
    }

    /// The latest revision.
    pub(super) fn revision(&self) -> u64 {
        self.revision
    }

    /// The name of a new event in a calendar.
    fn birth(&mut self, calendar: &str, ical_uid: String, context: &mut Context<'_>) -> Birth {
        self.revision += 1;
        Birth {
            immutable_id: immutable_id(context.ids),
            default_id: default_id(context.ids),
            calendar: calendar.to_owned(),
            position: self.revision,
            change_key: change_key(context.ids),
            ical_uid,
            now: context.now,
        }
    }

    /// Changes an event, which gets a new version; nothing is changed where that is refused.
    fn change<T>(
        &mut self,
        key: &str,
        context: &mut Context<'_>,
        act: impl FnOnce(&mut Event, &mut Context<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let mut event = self.events.get(key).cloned().ok_or_else(Refusal::not_found)?;
        if self.is_recoverable(&event) {
            // What the service says to this isn't known; that it doesn't do it is.
            return Err(Refusal::not_found());
        }
        let before = (event.properties.clone(), event.span.clone());
        let done = act(&mut event, context)?;
        if (&event.properties, &event.span) != (&before.0, &before.1) {
            event.touch_exceptions(context.now, context.ids);
        }
        event.modified = context.now;
        event.change_key = change_key(context.ids);
        self.revision += 1;
        if let Some(calendar) = self.calendars.get_mut(&event.calendar) {
            calendar.changes.touch(key, self.revision);
        }
        self.events.insert(key.to_owned(), event);
        Ok(done)
    }

    /// Puts an event into its calendar, whose memory of it is written by `tell`.
    fn enter(&mut self, event: Event, tell: fn(&mut Changes, &str, u64)) {
        let key = event.immutable_id.clone();
        if let Some(calendar) = self.calendars.get_mut(&event.calendar) {
            calendar.members.insert(event.position, key.clone());
            tell(&mut calendar.changes, &key, self.revision);
        }
        self.immutable.insert(event.default_id.clone(), key.clone());
        self.events.insert(key, event);
    }

    /// Moves an event: it gets a new id in the default form and keeps the immutable one.
    pub(super) fn shift(&mut self, key: &str, to: &str, context: &mut Context<'_>) -> Result<(), Refusal> {
        let mut event = self.events.remove(key).ok_or_else(Refusal::not_found)?;
        self.immutable.remove(&event.default_id);
        self.revision += 1;
        if let Some(calendar) = self.calendars.get_mut(&event.calendar) {
            calendar.members.remove(&event.position);
            calendar.changes.remove(key, &event.default_id, key, self.revision);
        }
        self.revision += 1;
        event.calendar = to.to_owned();
        event.position = self.revision;
        event.default_id = default_id(context.ids);
        event.change_key = change_key(context.ids);
        event.modified = context.now;
        self.enter(event, Changes::arrive);
        Ok(())
    }

    /// Deletes an event as Outlook does: it goes to Deleted Items. What is there already, goes for good.
    fn discard(&mut self, key: &str, for_good: bool, context: &mut Context<'_>) -> Result<(), Refusal> {
        let event = self.events.get(key).ok_or_else(Refusal::not_found)?;
        if self.is_recoverable(event) {
            return Err(Refusal::new(403, "ErrorCannotDeleteObject", "Object cannot be deleted."));
        }
        let is_final = for_good || event.calendar == self.deleted_items;
        let to = if is_final { self.recoverable_items.clone() } else { self.deleted_items.clone() };
        self.shift(key, &to, context)
    }
}
