//! Events: list, get, create, update, delete, expand, answer and cancel.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/event>.

use super::address::Action;
use super::query::Query;
use super::window;
use crate::microsoft::calendar::{Calendars, Found, Item, Mailing, MeetingAnswer, no_series, send_required};
use crate::microsoft::graph::answer::Answer;
use crate::microsoft::graph::ask::{Ask, Input};
use crate::microsoft::graph::page::Part;
use crate::microsoft::graph::{GraphCall, Opened};
use crate::microsoft::mailbox::unknown_property;
use crate::microsoft::refusal::Refusal;
use serde_json::{Value, json};

impl GraphCall<'_, '_> {
    pub(super) fn list_events(
        &mut self,
        opened: &Opened,
        calendar: Option<&str>,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        let query = Query::of_list(ask)?;
        let calendars = self.calendars(opened)?;
        let members = calendars.members(calendars.calendar(calendar)?);
        let items = members.map(|event| Item { event, day: None }).collect();
        Ok(self.page_of_events(opened, &query, items, ask))
    }

    pub(super) fn list_calendar_view(
        &mut self,
        opened: &Opened,
        calendar: Option<&str>,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        let query = Query::of_list(ask)?;
        let window = window::read(&ask.target)?;
        let calendars = self.calendars(opened)?;
        let items = calendars.instances(calendars.calendar(calendar)?, window);
        Ok(self.page_of_events(opened, &query, items, ask))
    }

    /// The occurrences of a series. As in the documented example, exceptions come first.
    pub(super) fn list_instances(
        &mut self,
        opened: &Opened,
        calendar: Option<&str>,
        id: &str,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        let query = Query::of_list(ask)?;
        let window = window::read(&ask.target)?;
        let found = self.event_in(opened, calendar, id)?;
        let item = self.calendars(opened)?.item(&found)?;
        if item.kind() != "seriesMaster" {
            return Err(no_series());
        }
        let mut items = Calendars::instances_of(item.event, window);
        items.sort_by_key(|item| item.kind() != "exception");
        Ok(self.page_of_events(opened, &query, items, ask))
    }

    pub(super) fn get_event(
        &mut self,
        opened: &Opened,
        calendar: Option<&str>,
        id: &str,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        let query = Query::of_item(ask)?;
        let found = self.event_in(opened, calendar, id)?;
        self.event_answer(opened, &found, &query, 200)
    }

    pub(super) fn create_event(
        &mut self,
        opened: &Opened,
        calendar: Option<&str>,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        let query = Query::of_item(ask)?;
        self.calendars(opened)?.calendar(calendar)?;
        let (found, is_new) = self.microsoft.post_event(&opened.user, calendar, &ask.json()?, self.context)?;
        if is_new {
            self.context.counters.wrote("graph events created");
        }
        let id = self.calendars(opened)?.item(&found)?.id(query.view.immutable);
        let location = format!("{}{}/events/{id}", self.microsoft.base_url, opened.root);
        Ok(self.event_answer(opened, &found, &query, 201)?.header("Location", location))
    }

    pub(super) fn update_event(
        &mut self,
        opened: &Opened,
        calendar: Option<&str>,
        id: &str,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        let query = Query::of_item(ask)?;
        let found = self.checked_event(opened, calendar, id, ask)?;
        self.microsoft.patch_event(&opened.user, &found, &ask.json()?, self.context)?;
        self.context.counters.wrote("graph events updated");
        self.event_answer(opened, &found, &query, 200)
    }

    /// DELETE, or `permanentDelete`.
    pub(super) fn delete_event(
        &mut self,
        opened: &Opened,
        calendar: Option<&str>,
        id: &str,
        for_good: bool,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        let found = self.checked_event(opened, calendar, id, ask)?;
        let for_good = for_good || self.microsoft.rules.delete_is_final;
        self.microsoft.remove_event(&opened.user, &found, for_good, Mailing::Concerned, self.context)?;
        self.context.counters.wrote("graph events deleted");
        Ok(Answer::empty(204))
    }

    /// Accepts, accepts tentatively, declines or cancels.
    pub(super) fn act_on_event(
        &mut self,
        opened: &Opened,
        calendar: Option<&str>,
        id: &str,
        action: Action,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        let found = self.event_in(opened, calendar, id)?;
        let body = if matches!(ask.input, Input::Nothing) { json!({}) } else { ask.json()? };
        let response = match action {
            Action::Accept => "accepted",
            Action::TentativelyAccept => "tentativelyAccepted",
            Action::Decline => "declined",
            Action::Cancel | Action::PermanentDelete => {
                parameters(&body, &["comment"])?;
                self.microsoft.cancel_event(&opened.user, &found, self.context)?;
                self.context.counters.wrote("graph meetings cancelled");
                return Ok(Answer::empty(202));
            }
        };
        let answer = read_answer(&body, response)?;
        self.microsoft.answer_event(&opened.user, &found, &answer, self.context)?;
        self.context.counters.wrote("graph meetings answered");
        Ok(Answer::empty(202))
    }

    /// An event or occurrence, which has to be in the calendar that the address names, if it names one, and may be
    /// out of reach where a rule says so.
    pub(super) fn event_in(&self, opened: &Opened, calendar: Option<&str>, id: &str) -> Result<Found, Refusal> {
        let calendars = self.calendars(opened)?;
        let calendar = calendar.map(|calendar| calendars.calendar(Some(calendar))).transpose()?;
        let found = calendars.find(id)?;
        let event = calendars.item(&found)?.event;
        let rules = &self.microsoft.rules;
        let hidden = rules.calendar.deleted_hidden && !calendars.is_in_reach(event)
            || rules.recoverable_hidden && calendars.is_recoverable(event);
        match calendar {
            _ if hidden => Err(Refusal::not_found()),
            Some(calendar) if calendar.id != event.calendar => Err(Refusal::not_found()),
            _ => Ok(found),
        }
    }

    /// The same, which has to be what the client read.
    fn checked_event(&self, opened: &Opened, calendar: Option<&str>, id: &str, ask: &Ask) -> Result<Found, Refusal> {
        let found = self.event_in(opened, calendar, id)?;
        ask.check_match(self.calendars(opened)?.item(&found)?.change_key())?;
        Ok(found)
    }

    fn event_answer(&self, opened: &Opened, found: &Found, query: &Query, status: u16) -> Result<Answer, Refusal> {
        let written = self.calendars(opened)?.item(found)?.write(&query.view);
        Ok(self.one_of_calendars(opened, Value::Object(written), status, &context_tail(query)))
    }

    fn page_of_events(&self, opened: &Opened, query: &Query, mut items: Vec<Item<'_>>, ask: &Ask) -> Answer {
        items.retain(|item| query.admits(*item));
        query.sort(&mut items);
        let size = query.top.unwrap_or_else(|| ask.prefer.page());
        let part = Part { size, skip: query.skip, count: query.count };
        let context = self.odata_context(opened, &context_tail(query));
        self.page(context, ask, part, &items, |item| item.write(&query.view))
    }
}

/// Reads the parameters of an answer, whose names are written in either case. What goes with a mail needs one.
fn read_answer(body: &Value, response: &'static str) -> Result<MeetingAnswer, Refusal> {
    let mut known = vec!["comment", "sendResponse"];
    if response != "accepted" {
        known.push("proposedNewTime");
    }
    let members = parameters(body, &known)?;
    let member = |wanted: &str| members.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value);
    let send = match member("sendResponse").unwrap_or(&Value::Null) {
        Value::Null => true,
        Value::Bool(send) => *send,
        other => return Err(Refusal::unreadable(format!("Cannot convert the literal '{other}' to 'Edm.Boolean'."))),
    };
    let proposal = member("proposedNewTime").filter(|proposal| !proposal.is_null());
    let comment = member("comment").and_then(Value::as_str).filter(|comment| !comment.is_empty());
    for (name, given) in [("Comment", comment.is_some()), ("ProposedNewTime", proposal.is_some())] {
        if given && !send {
            return Err(send_required(name));
        }
    }
    let proposal = proposal.map(crate::microsoft::calendar::read_proposal).transpose()?;
    Ok(MeetingAnswer { response, send, proposal })
}

/// The parameters of an action, by their names in small letters at the beginning.
fn parameters<'a>(body: &'a Value, known: &[&'static str]) -> Result<Vec<(&'static str, &'a Value)>, Refusal> {
    let members = body.as_object().ok_or_else(Refusal::no_json)?;
    let mut read = Vec::new();
    for (name, value) in members.iter().filter(|(name, _)| !name.contains('@')) {
        let found = known.iter().find(|known| known.eq_ignore_ascii_case(name));
        read.push((*found.ok_or_else(|| unknown_property(name, "event"))?, value));
    }
    Ok(read)
}

fn context_tail(query: &Query) -> String {
    match &query.view.select {
        Some(select) => format!("events({})", select.join(",")),
        None => "events".to_owned(),
    }
}
