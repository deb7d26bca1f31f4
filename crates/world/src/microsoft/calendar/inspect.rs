//! How calendars look to a tester.

use super::event::Event;
use super::item::Item;
use super::zone::Window;
use super::{Calendar, Calendars};
use crate::microsoft::Microsoft;
use jiff::Timestamp;
use serde_json::{Value, json};

impl Microsoft {
    pub(super) fn calendars_read(&self, user: &str) -> Option<&Calendars> {
        self.calendars.get(&self.directory.user(user)?.id)
    }

    /// A user's calendars as Graph writes them, the default one first; none before they were opened.
    pub fn calendars(&self, user: &str) -> Vec<Value> {
        let calendars = self.calendars_read(user);
        let write = |calendars: &Calendars| {
            let all = calendars.calendars().into_iter();
            all.map(|calendar| Value::Object(calendar.write(calendars.owner(), None))).collect()
        };
        calendars.map(write).unwrap_or_default()
    }

    /// A user's events and series that aren't deleted, calendar by calendar in the order of arrival. Each has all
    /// properties of an event, its immutable id as `id`, the default form as `defaultId`, its `calendarId`, its
    /// `singleValueExtendedProperties` and what was cancelled.
    pub fn events(&self, user: &str) -> Vec<Value> {
        let Some(calendars) = self.calendars_read(user) else { return Vec::new() };
        let events = calendars.calendars().into_iter().flat_map(|calendar| calendars.members(calendar));
        events.map(|event| Item { event, day: None }.snapshot()).collect()
    }

    /// One event, series or occurrence, by either form of its id; also one that was deleted.
    pub fn event(&self, user: &str, id: &str) -> Option<Value> {
        let calendars = self.calendars_read(user)?;
        let found = calendars.find(id).ok()?;
        calendars.item(&found).ok().map(|item| item.snapshot())
    }

    /// What takes place in a user's calendars between two moments, in the form of [`Microsoft::events`], by start.
    pub fn instances(&self, user: &str, from: Timestamp, to: Timestamp) -> Vec<Value> {
        let Some(calendars) = self.calendars_read(user) else { return Vec::new() };
        let window = Window { from, to };
        let all = calendars.calendars().into_iter().flat_map(|calendar| calendars.instances(calendar, window));
        let mut all: Vec<Item<'_>> = all.collect();
        all.sort_by_key(|item| (item.span().bounds(), item.id(true)));
        all.into_iter().map(|item| item.snapshot()).collect()
    }

    /// A user's whole calendar as JSON, with what takes place between two moments.
    pub fn calendar_snapshot(&self, user: &str, from: Timestamp, to: Timestamp) -> Value {
        let deleted = |calendars: &Calendars| {
            let gone = calendars.events.values().filter(|event| !calendars.is_in_reach(event));
            let mut gone: Vec<_> = gone.collect();
            gone.sort_by_key(|event| event.position);
            gone.into_iter().map(|event| Item { event, day: None }.snapshot()).collect::<Vec<_>>()
        };
        json!({
            "calendars": self.calendars(user),
            "events": self.events(user),
            "instances": self.instances(user, from, to),
            "deletedItems": self.calendars_read(user).map(deleted).unwrap_or_default(),
        })
    }
}

impl Calendars {
    /// What of a calendar takes place in a window: single events, occurrences and exceptions.
    pub(in crate::microsoft) fn instances<'a>(&'a self, calendar: &'a Calendar, window: Window) -> Vec<Item<'a>> {
        self.members(calendar).flat_map(|event| Self::instances_of(event, window)).collect()
    }

    /// What of one event takes place in a window.
    pub(in crate::microsoft) fn instances_of(event: &Event, window: Window) -> Vec<Item<'_>> {
        match &event.repetition {
            None if window.holds(&event.span) => vec![Item { event, day: None }],
            None => Vec::new(),
            Some(repetition) => {
                let days = repetition.within(&event.span, window).into_iter();
                days.map(|day| Item { event, day: Some(day) }).collect()
            }
        }
    }
}
