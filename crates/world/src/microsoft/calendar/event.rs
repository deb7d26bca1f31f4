//! One event: what it holds, and what an edit does to it.

use super::body;
use super::edit::Edit;
use super::people::{self, Person};
use super::refusal;
use super::rules::ExceptionsLost;
use super::schema::default_of;
use super::series::{Exception, Repetition, around};
use super::zone::{Span, Window};
use crate::Ids;
use crate::microsoft::mailbox::{ExtendedId, change_key};
use crate::microsoft::refusal::Refusal;
use jiff::Timestamp;
use jiff::civil::Date;
use mxs_calendar::graph::PatternedRecurrence;
use mxs_calendar::{Range, Rule};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// An event in a calendar: a single one, or a series with all that became of its occurrences.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    /// The id that survives moves between calendars.
    pub(crate) immutable_id: String,
    /// The id that each move replaces.
    pub(crate) default_id: String,
    /// The id of its calendar.
    pub(crate) calendar: String,
    /// Its place in the calendar's order.
    pub(crate) position: u64,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    pub(crate) change_key: String,
    /// What it is called in every mailbox that has it.
    pub(crate) ical_uid: String,
    /// The id of the request that made it, and what that asked for.
    pub(crate) transaction: Option<(String, Value)>,
    pub(crate) organizer: Person,
    /// Whether the owner of the mailbox is the organizer.
    pub(crate) is_organizer: bool,
    /// What was set, as Graph writes it.
    pub(crate) properties: Map<String, Value>,
    pub(crate) extended: BTreeMap<ExtendedId, String>,
    /// Whether those who are invited heard of it.
    pub(crate) requested: bool,
    /// When it takes place; the first occurrence of a series.
    pub(crate) span: Span,
    pub(crate) repetition: Option<Repetition>,
    /// The days that it had as a series before it was changed, oldest first, for those who were told of them.
    pub(crate) earlier: Vec<(Date, Rule)>,
}

/// So many earlier versions of a series' days are remembered.
const MOST_EARLIER: usize = 50;

/// Where a new event goes, and under which names.
#[derive(Clone, Debug)]
pub(crate) struct Birth {
    pub(crate) immutable_id: String,
    pub(crate) default_id: String,
    pub(crate) calendar: String,
    pub(crate) position: u64,
    pub(crate) change_key: String,
    pub(crate) ical_uid: String,
    pub(crate) now: Timestamp,
}

impl Event {
    /// A new event of the mailbox's owner. It needs a start and an end; the refusal's code is not documented.
    pub(crate) fn new(birth: Birth, owner: &Person, edit: Edit, ids: &mut Ids) -> Result<Self, Refusal> {
        let (Some(start), Some(end)) = (edit.start.clone(), edit.end.clone()) else {
            return Err(refusal::validation());
        };
        let span = Span::checked(start, end, edit.all_day.unwrap_or_default())?;
        let mut event = Self::empty(birth, owner.clone(), true, span);
        event.apply(edit, ExceptionsLost::default(), ids)?;
        Ok(event)
    }

    /// An event at a time, with nothing in it.
    pub(crate) fn empty(birth: Birth, organizer: Person, is_organizer: bool, span: Span) -> Self {
        Self {
            immutable_id: birth.immutable_id,
            default_id: birth.default_id,
            calendar: birth.calendar,
            position: birth.position,
            created: birth.now,
            modified: birth.now,
            change_key: birth.change_key,
            ical_uid: birth.ical_uid,
            transaction: None,
            organizer,
            is_organizer,
            properties: Map::new(),
            extended: BTreeMap::new(),
            requested: false,
            span,
            repetition: None,
            earlier: Vec::new(),
        }
    }

    /// Applies an edit to a single event or a whole series: properties it names are replaced, others stay.
    pub(crate) fn apply(&mut self, mut edit: Edit, lost: ExceptionsLost, ids: &mut Ids) -> Result<(), Refusal> {
        let span = moved(&self.span, &edit)?;
        // Met on the live service: a series changes its zone together with its recurrence, or not at all.
        let other_zone = !span.start.zone.is_same(&self.span.start.zone);
        if self.repetition.is_some() && other_zone && edit.recurrence.is_none() {
            return Err(refusal::validation());
        }
        self.repeat(span, edit.recurrence.take(), lost)?;
        let new = settled(&|name| self.property(name), &edit, ids);
        self.properties.extend(new);
        self.extended.retain(|id, _| !edit.removed.contains(id));
        self.extended.extend(edit.extended);
        Ok(())
    }

    /// Takes a new time, and a new recurrence where there is one.
    fn repeat(
        &mut self,
        span: Span,
        recurrence: Option<Option<PatternedRecurrence>>,
        lost: ExceptionsLost,
    ) -> Result<(), Refusal> {
        let pattern = match (recurrence, &self.repetition) {
            (Some(None), _) | (None, None) => {
                self.replace_repetition(None);
                self.span = span;
                return Ok(());
            }
            (None, Some(_)) if span == self.span => return Ok(()),
            (Some(Some(pattern)), _) => pattern,
            (None, Some(repetition)) => {
                let mut pattern = repetition.pattern.clone();
                pattern.range.start_date = span.start.local.date();
                pattern.range.recurrence_time_zone = None;
                pattern
            }
        };
        let (mut repetition, span) = Repetition::new(pattern, &span)?;
        if let Some(earlier) = &self.repetition {
            let same_time = self.span.is_at_same_time(&span) || lost == ExceptionsLost::WithRule;
            if earlier.has_same_days(&repetition) && same_time {
                repetition.keep(earlier);
            }
        }
        self.replace_repetition(Some(repetition));
        self.span = span;
        Ok(())
    }

    /// Repeats in another way, or not any more, and remembers how it did.
    pub(crate) fn replace_repetition(&mut self, repetition: Option<Repetition>) {
        if let Some(earlier) = std::mem::replace(&mut self.repetition, repetition) {
            self.earlier.push((earlier.days.start, earlier.days.rule));
        }
        if self.earlier.len() > MOST_EARLIER {
            self.earlier.remove(0);
        }
    }

    /// Original dates of occurrences that were once in a window, or are.
    pub(crate) fn ever(&self, window: Window) -> BTreeSet<Date> {
        let now = self.repetition.as_ref();
        let current = now.map(|repetition| (repetition.days.start, &repetition.days.rule));
        let versions = self.earlier.iter().map(|(start, rule)| (*start, rule)).chain(current);
        let days = versions.flat_map(|(start, rule)| around(rule, start, &self.span, window));
        days.chain(now.into_iter().flat_map(|repetition| repetition.within(&self.span, window))).collect()
    }

    /// Applies an edit to one occurrence, which makes it an exception.
    pub(crate) fn apply_to(&mut self, day: Date, edit: Edit, now: Timestamp, ids: &mut Ids) -> Result<(), Refusal> {
        if matches!(edit.recurrence, Some(Some(_))) {
            return Err(refusal::recurrence_of_occurrence());
        }
        let current = self.span_of(day).ok_or_else(Refusal::not_found)?;
        let span = moved(&current, &edit)?;
        if let Some(repetition) = &self.repetition
            && span != current
            && !repetition.may_move(&self.span, day, &span)
        {
            return Err(refusal::crossing());
        }
        let new = settled(&|name| self.property_on(day, name), &edit, ids);
        let exception = self.exception(day, now, ids).ok_or_else(Refusal::not_found)?;
        exception.properties.extend(new);
        exception.extended.retain(|id, _| !edit.removed.contains(id));
        exception.extended.extend(edit.extended);
        if span != current {
            exception.span = Some(span);
        }
        Ok(())
    }

    /// What an occurrence has of its own, with a new version.
    pub(crate) fn exception(&mut self, day: Date, now: Timestamp, ids: &mut Ids) -> Option<&mut Exception> {
        let exceptions = &mut self.repetition.as_mut()?.days.exceptions;
        let key = change_key(ids);
        let exception = exceptions.entry(day).or_insert_with(|| Exception {
            properties: Map::new(),
            extended: BTreeMap::new(),
            span: None,
            modified: now,
            change_key: String::new(),
        });
        exception.modified = now;
        exception.change_key = key;
        Some(exception)
    }

    /// What the series has in common has changed: its exceptions have it too, and with it a new version. Assumed.
    pub(crate) fn touch_exceptions(&mut self, now: Timestamp, ids: &mut Ids) {
        let days = self.repetition.as_ref().map(|repetition| repetition.days.exceptions.keys().copied().collect());
        let days: Vec<Date> = days.unwrap_or_default();
        for day in days {
            self.exception(day, now, ids);
        }
    }

    /// What is set of the event, or of one of its occurrences, to change it; `None` where there is no such one.
    pub(crate) fn properties_of(
        &mut self,
        day: Option<Date>,
        now: Timestamp,
        ids: &mut Ids,
    ) -> Option<&mut Map<String, Value>> {
        match day {
            None => Some(&mut self.properties),
            Some(day) if !self.repetition.as_ref()?.has(day) => None,
            Some(day) => self.exception(day, now, ids).map(|exception| &mut exception.properties),
        }
    }

    /// A property that was set, or what stands where nobody set it.
    pub(crate) fn property(&self, name: &str) -> Value {
        self.properties.get(name).cloned().unwrap_or_else(|| default_of(name))
    }

    /// A property of an occurrence: its own, or the series'.
    pub(crate) fn property_on(&self, day: Date, name: &str) -> Value {
        let own = self.exception_on(day).and_then(|exception| exception.properties.get(name)).cloned();
        own.unwrap_or_else(|| self.property(name))
    }

    /// A property of the event, or of one of its occurrences.
    pub(crate) fn property_of(&self, day: Option<Date>, name: &str) -> Value {
        day.map_or_else(|| self.property(name), |day| self.property_on(day, name))
    }

    /// What was changed of an occurrence.
    pub(crate) fn exception_on(&self, day: Date) -> Option<&Exception> {
        self.repetition.as_ref()?.days.exceptions.get(&day)
    }

    /// When an occurrence takes place.
    pub(crate) fn span_of(&self, day: Date) -> Option<Span> {
        self.repetition.as_ref()?.span(&self.span, day)
    }

    /// How it repeats, as Graph writes it.
    pub(crate) fn recurrence(&self) -> Option<Value> {
        self.repetition.as_ref().map(Repetition::write)
    }

    /// The weak entity tag.
    pub(crate) fn etag(&self, day: Option<Date>) -> String {
        format!("W/\"{}\"", self.key_of(day))
    }

    /// The version of the event, or of one of its occurrences.
    pub(crate) fn key_of(&self, day: Option<Date>) -> &str {
        let exception = day.and_then(|day| self.exception_on(day));
        exception.map_or(&self.change_key, |exception| &exception.change_key)
    }

    /// Whether there is anybody to mail to about the event, or about one of its occurrences.
    pub(crate) fn has_attendees(&self, day: Option<Date>) -> bool {
        self.property_of(day, "attendees").as_array().is_some_and(|attendees| !attendees.is_empty())
    }

    /// When it is over, if it ever is.
    pub(crate) fn ends(&self) -> Option<Timestamp> {
        let Some(repetition) = &self.repetition else { return Some(self.span.end.instant()) };
        let last = match repetition.days.rule.range() {
            Range::Forever => return None,
            Range::Until(last) => last,
            Range::Count(_) => repetition.days.rule.dates(repetition.days.start).last()?,
        };
        self.span.on(last).map(|span| span.end.instant())
    }
}

/// The time after an edit.
fn moved(span: &Span, edit: &Edit) -> Result<Span, Refusal> {
    if !edit.moves() {
        return Ok(span.clone());
    }
    let start = edit.start.clone().unwrap_or_else(|| span.start.clone());
    let end = edit.end.clone().unwrap_or_else(|| span.end.clone());
    Span::checked(start, end, edit.all_day.unwrap_or(span.all_day))
}

/// The properties that an edit sets, brought in line with those that are there.
fn settled(current: &dyn Fn(&str) -> Value, edit: &Edit, ids: &mut Ids) -> Map<String, Value> {
    let mut new = edit.properties.clone();
    new.remove("onlineMeetingProvider");
    if let Some(attendees) = new.get_mut("attendees") {
        people::keep_answers(attendees, &current("attendees"), &edit.said_attendees);
    }
    let meeting = current("onlineMeeting");
    if meeting.is_null() {
        // Only Teams is allowed here; another provider is ignored, as measured where Teams isn't allowed.
        let provider = edit.properties.get("onlineMeetingProvider").cloned();
        let is_teams = provider.is_none_or(|provider| provider == "teamsForBusiness" || provider == "unknown");
        if edit.online == Some(true) && is_teams {
            let meeting = body::online_meeting(ids);
            let text = new.get("body").cloned().unwrap_or_else(|| current("body"));
            new.insert("body".into(), body::with_block(&text, &meeting));
            online(&mut new, json!(true), json!("teamsForBusiness"), meeting);
        }
    } else if let Some(text) = new.get("body")
        && !body::has_block(text, &meeting)
    {
        online(&mut new, json!(false), json!("unknown"), Value::Null);
    }
    new
}

fn online(new: &mut Map<String, Value>, is_online: Value, provider: Value, meeting: Value) {
    new.insert("isOnlineMeeting".into(), is_online);
    new.insert("onlineMeetingProvider".into(), provider);
    new.insert("onlineMeeting".into(), meeting);
}
