//! Calendars and events.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/calendar-overview>.

mod address;
mod calendars;
mod delta;
mod events;
mod query;
mod window;

pub(super) use address::CalendarPlace;

use super::answer::Answer;
use super::ask::Ask;
use super::{GraphCall, Opened, not_allowed};
use crate::microsoft::calendar::Calendars;
use crate::microsoft::refusal::Refusal;
use address::Action;
use mxs_http::Method;
use serde_json::Value;

impl CalendarPlace {
    /// What `Preference-Applied` says.
    pub(super) fn applied(&self, ask: &Ask) -> Option<String> {
        let pages = self.has_pages() && ask.method == Method::Get;
        let zone = query::wanted(ask, "outlook.timezone").map(|zone| format!("outlook.timezone=\"{zone}\""));
        let body = query::wanted(ask, "outlook.body-content-type");
        let body = body.map(|kind| format!("outlook.body-content-type=\"{kind}\""));
        let applied: Vec<String> = ask.prefer.applied(pages).into_iter().chain(zone).chain(body).collect();
        (!applied.is_empty()).then(|| applied.join(", "))
    }
}

impl GraphCall<'_, '_> {
    pub(super) fn in_calendars(
        &mut self,
        opened: &Opened,
        place: &CalendarPlace,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        self.microsoft.calendars_of(&opened.user, self.context)?;
        match (ask.method, place) {
            (Method::Get, CalendarPlace::Calendars) => self.list_calendars(opened, ask),
            (Method::Post, CalendarPlace::Calendars) => self.create_calendar(opened, ask),
            (Method::Get, CalendarPlace::Calendar(id)) => self.get_calendar(opened, id.as_deref(), ask),
            (Method::Get, CalendarPlace::CalendarOf { calendar, id }) => {
                self.get_calendar_of(opened, calendar.as_deref(), id, ask)
            }
            (Method::Patch, CalendarPlace::Calendar(id)) => self.update_calendar(opened, id.as_deref(), ask),
            (Method::Delete, CalendarPlace::Calendar(Some(id))) => self.delete_calendar(opened, id),
            (Method::Get, CalendarPlace::Events { calendar }) => self.list_events(opened, calendar.as_deref(), ask),
            (Method::Post, CalendarPlace::Events { calendar }) => self.create_event(opened, calendar.as_deref(), ask),
            (Method::Get, CalendarPlace::EventsDelta) => Err(delta::events_not_tracked()),
            (Method::Get, CalendarPlace::Event { calendar, id }) => {
                self.get_event(opened, calendar.as_deref(), id, ask)
            }
            (Method::Patch, CalendarPlace::Event { calendar, id }) => {
                self.update_event(opened, calendar.as_deref(), id, ask)
            }
            (Method::Delete, CalendarPlace::Event { calendar, id }) => {
                self.delete_event(opened, calendar.as_deref(), id, false, ask)
            }
            (Method::Post, CalendarPlace::Act { calendar, id, action: Action::PermanentDelete }) => {
                self.delete_event(opened, calendar.as_deref(), id, true, ask)
            }
            (Method::Post, CalendarPlace::Act { calendar, id, action }) => {
                self.act_on_event(opened, calendar.as_deref(), id, *action, ask)
            }
            (Method::Get, CalendarPlace::Instances { calendar, id }) => {
                self.list_instances(opened, calendar.as_deref(), id, ask)
            }
            (Method::Get, CalendarPlace::View { calendar }) => {
                self.list_calendar_view(opened, calendar.as_deref(), ask)
            }
            (Method::Get, CalendarPlace::ViewDelta { calendar }) => {
                self.calendar_view_delta(opened, calendar.as_deref(), ask)
            }
            _ => Err(not_allowed()),
        }
    }

    fn calendars(&self, opened: &Opened) -> Result<&Calendars, Refusal> {
        self.microsoft.calendars.get(&opened.user).ok_or_else(Refusal::not_found)
    }

    /// One thing as an answer, with its context and its entity tag.
    fn one_of_calendars(&self, opened: &Opened, mut written: Value, status: u16, tail: &str) -> Answer {
        let etag = written.get("@odata.etag").and_then(Value::as_str).map(str::to_owned);
        written["@odata.context"] = self.odata_context(opened, &format!("{tail}/$entity")).into();
        let answer = Answer::json(status, written);
        match etag {
            Some(etag) => answer.header("ETag", etag),
            None => answer,
        }
    }
}
