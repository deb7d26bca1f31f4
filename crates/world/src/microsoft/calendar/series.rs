//! A series: which days it has, and what became of them.

use super::zone::{NamedZone, Span, Window};
use super::{recurrence, refusal};
use crate::microsoft::mailbox::ExtendedId;
use crate::microsoft::refusal::Refusal;
use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use mxs_calendar::graph::PatternedRecurrence;
use mxs_calendar::{Clock, Rule, Series};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// No zone is further from UTC than a day, so that a date there is this date here, or the one beside it.
const ZONES_APART_DAYS: i64 = 1;

/// What was changed of one occurrence.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Exception {
    /// What it has of its own; the rest is the series'.
    pub(crate) properties: Map<String, Value>,
    pub(crate) extended: BTreeMap<ExtendedId, String>,
    /// Its time, where it has its own.
    pub(crate) span: Option<Span>,
    pub(crate) modified: Timestamp,
    pub(crate) change_key: String,
}

/// How an event repeats.
#[derive(Clone, Debug)]
pub(crate) struct Repetition {
    /// As Graph shows it: it starts on the first day that the series has.
    pub(crate) pattern: PatternedRecurrence,
    /// The days, what was cancelled and what was changed, by original date.
    pub(crate) days: Series<Exception>,
}

impl Repetition {
    /// Reads a pattern for an event at this time; answers with the time of its first occurrence too. By report the
    /// first day that fits is the first one, wherever the start was.
    ///
    /// The zones must be the same by whatever name: met on the live service. That the start's date must be the
    /// range's is documented (<https://learn.microsoft.com/en-us/graph/api/resources/recurrencerange>).
    pub(crate) fn new(pattern: PatternedRecurrence, span: &Span) -> Result<(Self, Span), Refusal> {
        if let Some(name) = &pattern.range.recurrence_time_zone
            && *name != span.start.zone.name
            && !NamedZone::find(name)?.is_same(&span.start.zone)
        {
            return Err(refusal::validation());
        }
        if pattern.range.start_date != span.start.local.date() {
            return Err(refusal::validation());
        }
        let rule = pattern.rule().map_err(|_| refusal::validation())?;
        let first = rule.dates(pattern.range.start_date).next().ok_or_else(refusal::no_occurrence)?;
        let span = span.on(first).ok_or_else(refusal::out_of_range)?;
        let mut pattern = pattern;
        pattern.range.start_date = first;
        pattern.range.recurrence_time_zone = Some(span.start.zone.name.clone());
        let clock = if span.all_day {
            Clock::AllDay
        } else {
            Clock::At(span.start.local.time(), span.start.zone.rules.clone())
        };
        let days = Series { start: first, clock, rule, cancelled: BTreeSet::new(), exceptions: BTreeMap::new() };
        Ok((Self { pattern, days }, span))
    }

    /// Takes over what people did to occurrences of an earlier version, as far as they are still in the series.
    pub(crate) fn keep(&mut self, earlier: &Self) {
        self.days.cancelled = earlier.days.cancelled.clone();
        self.days.exceptions = earlier.days.exceptions.clone();
        for stray in self.days.strays() {
            self.days.cancelled.remove(&stray);
            self.days.exceptions.remove(&stray);
        }
    }

    /// Whether another version has the same pattern from the same day on, whenever it ends.
    pub(crate) fn has_same_days(&self, other: &Self) -> bool {
        self.write()["pattern"] == other.write()["pattern"] && self.days.start == other.days.start
    }

    /// As Graph writes a `recurrence`.
    pub(crate) fn write(&self) -> Value {
        recurrence::write(&self.pattern)
    }

    /// Whether an occurrence with this original date takes place.
    pub(crate) fn has(&self, day: Date) -> bool {
        self.days.rule.has(self.days.start, day) && !self.days.cancelled.contains(&day)
    }

    /// When an occurrence takes place; `master` is when the series' first one does.
    pub(crate) fn span(&self, master: &Span, day: Date) -> Option<Span> {
        let own = self.days.exceptions.get(&day).and_then(|exception| exception.span.clone());
        own.or_else(|| master.on(day))
    }

    /// The occurrences that lie in a window, by original date.
    pub(crate) fn within(&self, master: &Span, window: Window) -> Vec<Date> {
        let regular = around(&self.days.rule, self.days.start, master, window);
        let mut days: BTreeSet<Date> = regular.filter(|day| !self.days.cancelled.contains(day)).collect();
        // Those that were moved may have come from anywhere.
        days.extend(self.days.exceptions.keys());
        days.into_iter().filter(|day| self.span(master, *day).is_some_and(|span| window.holds(&span))).collect()
    }

    /// Whether an occurrence may be moved: it stays behind the day of the one before and before the day of the one
    /// after (<https://learn.microsoft.com/en-us/graph/api/event-update#response>). Those that were cancelled don't
    /// count; that isn't documented.
    pub(crate) fn may_move(&self, master: &Span, day: Date, to: &Span) -> bool {
        let zone = &master.start.zone;
        let date = |other: Date| self.span(master, other).map(|span| date_of(&span, zone));
        let here = |other: &Date| !self.days.cancelled.contains(other);
        let before = self.days.rule.dates(self.days.start).take_while(|other| *other < day).filter(here).last();
        let next = day.tomorrow().ok();
        let after = next.and_then(|next| self.days.rule.between(self.days.start, next..=Date::MAX).find(here));
        let new = date_of(to, zone);
        before.and_then(date).is_none_or(|before| before < new) && after.and_then(date).is_none_or(|after| new < after)
    }
}

/// The days of a rule that may lie in a window, if each occurrence is as long as this one.
pub(crate) fn around(rule: &Rule, start: Date, span: &Span, window: Window) -> impl Iterator<Item = Date> + use<> {
    let date = |moment: Timestamp, days: i64| {
        let date = Offset::UTC.to_datetime(moment).date();
        date.checked_add(SignedDuration::from_hours(24 * days)).unwrap_or(date)
    };
    let from = date(window.from, -ZONES_APART_DAYS - span.days());
    rule.between(start, from..=date(window.to, ZONES_APART_DAYS))
}

/// The date of an occurrence on the calendar of its series' zone.
fn date_of(span: &Span, zone: &NamedZone) -> Date {
    if span.all_day { span.start.local.date() } else { zone.rules.local(span.start.instant()).date() }
}
