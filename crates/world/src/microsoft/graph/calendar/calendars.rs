//! Calendars: list, get, create, rename, delete.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/calendar>.

use crate::microsoft::calendar::{CALENDAR_PROPERTIES, read_calendar_name};
use crate::microsoft::graph::answer::Answer;
use crate::microsoft::graph::ask::Ask;
use crate::microsoft::graph::page::Part;
use crate::microsoft::graph::prefer::PAGE_MAX;
use crate::microsoft::graph::query::{listed, number, options, unsupported};
use crate::microsoft::graph::{GraphCall, Opened};
use crate::microsoft::refusal::Refusal;
use serde_json::Value;

/// What is asked of calendars.
#[derive(Default)]
struct Listing {
    select: Option<Vec<&'static str>>,
    top: Option<usize>,
    skip: usize,
}

impl Listing {
    fn read(ask: &Ask, several: bool) -> Result<Self, Refusal> {
        let mut listing = Self::default();
        for (name, value) in options(&ask.target) {
            match name.as_str() {
                "$select" => listing.select = Some(listed(value).map(property).collect::<Result<_, _>>()?),
                "$skip" if several => listing.skip = number(&name, value, usize::MAX)?,
                "$top" if several => listing.top = Some(number(&name, value, PAGE_MAX)?),
                _ => return Err(unsupported(&name)),
            }
        }
        Ok(listing)
    }
}

fn property(name: &str) -> Result<&'static str, Refusal> {
    let known = CALENDAR_PROPERTIES.into_iter().find(|known| known.eq_ignore_ascii_case(name));
    known.ok_or_else(|| super::query::no_property(name, "calendar"))
}

impl GraphCall<'_, '_> {
    pub(super) fn list_calendars(&mut self, opened: &Opened, ask: &Ask) -> Result<Answer, Refusal> {
        let listing = Listing::read(ask, true)?;
        let calendars = self.calendars(opened)?;
        let all = calendars.calendars();
        let size = listing.top.unwrap_or_else(|| ask.prefer.page());
        let part = Part { size, skip: listing.skip, count: false };
        let context = self.odata_context(opened, "calendars");
        Ok(self.page(context, ask, part, &all, |one| one.write(calendars.owner(), listing.select.as_deref())))
    }

    pub(super) fn get_calendar(&mut self, opened: &Opened, id: Option<&str>, ask: &Ask) -> Result<Answer, Refusal> {
        let listing = Listing::read(ask, false)?;
        self.calendar_answer(opened, id, &listing, 200)
    }

    /// The calendar that an event is in. One that was deleted is in none, though it can still be read: assumed, no
    /// document says what it gets.
    pub(super) fn get_calendar_of(
        &mut self,
        opened: &Opened,
        calendar: Option<&str>,
        id: &str,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        let found = self.event_in(opened, calendar, id)?;
        let its = self.calendars(opened)?.item(&found)?.event.calendar.clone();
        self.get_calendar(opened, Some(&its), ask)
    }

    pub(super) fn create_calendar(&mut self, opened: &Opened, ask: &Ask) -> Result<Answer, Refusal> {
        let name = read_calendar_name(&ask.json()?)?;
        let required = || Refusal::property("The property 'Name' is required when creating the entity.");
        let name = name.ok_or_else(required)?;
        let id = self.microsoft.calendars_of(&opened.user, self.context)?.add_calendar(&name, self.context)?;
        self.context.counters.wrote("graph calendars created");
        self.calendar_answer(opened, Some(&id), &Listing::default(), 201)
    }

    pub(super) fn update_calendar(&mut self, opened: &Opened, id: Option<&str>, ask: &Ask) -> Result<Answer, Refusal> {
        self.calendars(opened)?.calendar(id)?;
        if let Some(name) = read_calendar_name(&ask.json()?)? {
            let calendars = self.microsoft.calendars_of(&opened.user, self.context)?;
            calendars.rename_calendar(id, &name, self.context)?;
            self.context.counters.wrote("graph calendars updated");
        }
        self.calendar_answer(opened, id, &Listing::default(), 200)
    }

    pub(super) fn delete_calendar(&mut self, opened: &Opened, id: &str) -> Result<Answer, Refusal> {
        self.microsoft.calendars_of(&opened.user, self.context)?.delete_calendar(Some(id))?;
        self.context.counters.wrote("graph calendars deleted");
        Ok(Answer::empty(204))
    }

    fn calendar_answer(
        &self,
        opened: &Opened,
        id: Option<&str>,
        listing: &Listing,
        status: u16,
    ) -> Result<Answer, Refusal> {
        let calendars = self.calendars(opened)?;
        let written = calendars.calendar(id)?.write(calendars.owner(), listing.select.as_deref());
        Ok(self.one_of_calendars(opened, Value::Object(written), status, "calendars"))
    }
}
