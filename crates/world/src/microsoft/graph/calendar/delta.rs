//! Delta queries over a calendar view.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/event-delta> and
//! <https://learn.microsoft.com/en-us/graph/delta-query-events>.
//!
//! The window is part of the token. What changed and isn't in the window is told as `@removed`, whether it was in it
//! before or not, so that `@removed` proves nothing. How a series is told depends on
//! [`CalendarRules::delta_of_series`](crate::microsoft::CalendarRules::delta_of_series); either way it is told as a
//! whole, in one page, which may be longer than was asked for.

use super::{query, window};
use crate::microsoft::calendar::{Asked, Calendars, Item, View, Window};
use crate::microsoft::graph::answer::Answer;
use crate::microsoft::graph::ask::Ask;
use crate::microsoft::graph::delta::{found, link, removed};
use crate::microsoft::graph::query::options;
use crate::microsoft::graph::{GraphCall, Opened};
use crate::microsoft::mailbox::{Change, Position};
use crate::microsoft::refusal::Refusal;
use crate::microsoft::{MovesTold, Word};
use serde_json::{Map, Value};

/// Events outside of a view are not tracked in v1.0, whatever its metadata says
/// (<https://github.com/microsoftgraph/msgraph-metadata/issues/608>). The code is a guess.
pub(super) fn events_not_tracked() -> Refusal {
    let message = "Unsupported request: Change tracking is not supported against 'microsoft.graph.event'.";
    Refusal::new(400, "BadRequest", message)
}

impl GraphCall<'_, '_> {
    pub(super) fn calendar_view_delta(
        &mut self,
        opened: &Opened,
        calendar: Option<&str>,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        let base = format!("{}{}", self.microsoft.base_url, ask.target.path);
        let calendar = self.calendars(opened)?.calendar(calendar)?.id.clone();
        let mut position = self.view_position(opened, &calendar, ask, &base)?;
        let view = query::view_of(ask)?;
        let moves_told = if view.immutable { self.microsoft.rules.moves_told } else { MovesTold::All };
        let word = self.microsoft.rules.calendar.delta_of_series;
        let calendars = self.calendars(opened)?;
        let size = ask.prefer.page();
        let mut page = Vec::new();
        for (revision, change) in calendars.changes(&calendar)?.after(position.told) {
            if page.len() >= size {
                break;
            }
            position.told = revision;
            let untold = |since| !position.first && !moves_told.tells(since);
            let is_new = position.was_never_told(revision);
            match change {
                Change::Present { since, .. } if untold(*since) => {}
                Change::Present { key, .. } => {
                    page.extend(told(calendars, key, is_new, position.asked.window, word, &view))
                }
                Change::Removed { .. } if is_new => {}
                Change::Removed { default_id, immutable_id, .. } => {
                    let series = if view.immutable { immutable_id } else { default_id };
                    page.extend(left(calendars, immutable_id, series, position.asked.window, word));
                }
            }
        }
        position.done = page.len() < size;
        let opaque = self.context.ids.token(86);
        let calendars = self.microsoft.calendars_of(&opened.user, self.context)?;
        let link = link(&base, opaque, position, &mut calendars.tokens);
        Ok(self.told("event", page.into_iter().map(typed).collect(), link))
    }

    /// Where the query stands: at the beginning, or where its token says.
    fn view_position(
        &self,
        opened: &Opened,
        calendar: &str,
        ask: &Ask,
        base: &str,
    ) -> Result<Position<Asked>, Refusal> {
        let calendars = self.calendars(opened)?;
        if let Some(position) = found(&calendars.tokens, &ask.target, base, |asked| asked.calendar == calendar)? {
            return Ok(position.resumed(calendars.revision()));
        }
        check_options(ask)?;
        let asked = Asked { calendar: calendar.to_owned(), window: window::read(&ask.target)? };
        Ok(Position::first(asked, calendars.revision()))
    }
}

/// The documents name no option of OData that a first request may have; the message is the service's.
fn check_options(ask: &Ask) -> Result<(), Refusal> {
    match options(&ask.target).find(|(name, _)| !["$deltatoken", "$skiptoken"].contains(&name.as_str())) {
        None => Ok(()),
        Some(_) => Err(Refusal::new(
            400,
            "ErrorInvalidUrlQuery",
            "The following parameters are not supported with change tracking over the 'CalendarView' resource: \
             '$orderby, $filter, $select, $expand, $search'.",
        )),
    }
}

/// What is told of an event that is in the calendar.
fn told(
    calendars: &Calendars,
    key: &str,
    is_new: bool,
    window: Window,
    word: Word,
    view: &View,
) -> Vec<Map<String, Value>> {
    let Some(event) = calendars.event(key) else { return Vec::new() };
    let whole = Item { event, day: None };
    let within = Calendars::instances_of(event, window);
    let mut told = Vec::new();
    if within.is_empty() && !is_new && word == Word::Reported {
        told.push(removed(&whole.id(view.immutable)));
    }
    match word {
        Word::Reported if whole.kind() != "seriesMaster" => told.extend(within.iter().map(|item| item.write(view))),
        Word::Reported if within.is_empty() => {}
        Word::Reported => {
            told.push(whole.write(view));
            told.extend(within.iter().map(|item| match item.kind() {
                "exception" => item.write(view),
                _ => item.write_sparse(view),
            }));
        }
        Word::Documented => {
            if !is_new {
                // A view has no series; this one may have been a single event.
                let untrue = whole.kind() == "seriesMaster" || within.is_empty();
                told.extend(untrue.then(|| removed(&whole.id(view.immutable))));
                told.extend(whole.gone(window).map(|item| removed(&item.id(view.immutable))));
            }
            told.extend(within.iter().map(|item| item.write(view)));
        }
    }
    told
}

/// What is told of an event that left the calendar; `id` is what it was called there.
fn left(calendars: &Calendars, key: &str, id: &str, window: Window, word: Word) -> Vec<Map<String, Value>> {
    let mut told = vec![removed(id)];
    if let (Word::Documented, Some(event)) = (word, calendars.event(key)) {
        told.extend(event.ever(window).into_iter().map(|day| removed(&Item::occurrence_id(id, day))));
    }
    told
}

fn typed(mut entry: Map<String, Value>) -> Value {
    entry.insert("@odata.type".into(), "#microsoft.graph.event".into());
    Value::Object(entry)
}
