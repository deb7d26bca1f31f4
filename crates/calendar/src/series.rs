//! A series: its rule, what was cancelled, and what was changed.

use crate::period::add_days;
use crate::rule::Rule;
use crate::zone::{OutOfRange, Zone};
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::Offset;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// An event that repeats.
///
/// An occurrence is known by its *original date*: the day on which the rule puts it, in the series' own
/// zone, wherever it was moved since. A rule has no day twice, so that is enough, and it stays true when
/// the series gets another time or zone. `E` is whatever is kept of an occurrence that was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series<E> {
    /// The first day, from which the rule counts.
    pub start: Date,
    /// When on its days.
    pub clock: Clock,
    /// On which days.
    pub rule: Rule,
    /// Original dates of the occurrences that were cancelled.
    pub cancelled: BTreeSet<Date>,
    /// What was changed, by original date.
    pub exceptions: BTreeMap<Date, E>,
}

/// When on its days a series takes place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clock {
    /// The whole day, on the same date in every zone.
    AllDay,
    /// At a time on the clocks of a zone.
    At(Time, Zone),
}

/// What became of an occurrence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instance<E> {
    /// As the series has it.
    Regular,
    /// It was cancelled.
    Cancelled,
    /// It was changed.
    Exception(E),
}

/// When an occurrence would start if nothing had been changed: what both vendors know it by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OriginalStart {
    /// Of an event that takes the whole day.
    Date(Date),
    /// Of any other.
    Instant(Timestamp),
}

/// A zone is nowhere more than a day from UTC.
const ZONES_APART_DAYS: i64 = 1;

impl<E> Series<E> {
    /// What became of each occurrence whose original date is in the window.
    ///
    /// Cancelled beats changed: a cancelled occurrence may have been changed before. Cancellations and
    /// exceptions on days that the rule doesn't have are [strays](Series::strays), and not in it.
    pub fn instances(&self, window: RangeInclusive<Date>) -> BTreeMap<Date, Instance<&E>> {
        self.rule.between(self.start, window).map(|day| (day, self.instance(day))).collect()
    }

    /// Original dates of cancellations and exceptions that the rule doesn't have (any more).
    pub fn strays(&self) -> BTreeSet<Date> {
        let changed = self.cancelled.iter().chain(self.exceptions.keys());
        changed.copied().filter(|day| !self.rule.has(self.start, *day)).collect()
    }

    /// When the occurrence with this original date starts, if nothing was changed.
    pub fn original_start(&self, day: Date) -> Result<OriginalStart, OutOfRange> {
        match &self.clock {
            Clock::AllDay => Ok(OriginalStart::Date(day)),
            Clock::At(time, zone) => Ok(OriginalStart::Instant(zone.resolve(day.to_datetime(*time))?.instant())),
        }
    }

    fn instance(&self, day: Date) -> Instance<&E> {
        if self.cancelled.contains(&day) {
            return Instance::Cancelled;
        }
        self.exceptions.get(&day).map_or(Instance::Regular, Instance::Exception)
    }

    /// The occurrences whose original starts lie in these days, counted in UTC unless they are all-day.
    fn within(&self, days: &RangeInclusive<Date>) -> Result<Vec<(OriginalStart, Instance<&E>)>, OutOfRange> {
        let from = add_days(*days.start(), -ZONES_APART_DAYS).unwrap_or(Date::MIN);
        let to = add_days(*days.end(), ZONES_APART_DAYS).unwrap_or(Date::MAX);
        let mut found = Vec::new();
        for (day, instance) in self.instances(from..=to) {
            let start = self.original_start(day)?;
            let date = match start {
                OriginalStart::Date(date) => date,
                OriginalStart::Instant(instant) => Offset::UTC.to_datetime(instant).date(),
            };
            if days.contains(&date) {
                found.push((start, instance));
            }
        }
        found.sort_by_key(|(start, _)| *start);
        Ok(found)
    }
}

impl<E: PartialEq> Series<E> {
    /// Whether two series have the same occurrences in these days, each with the same fate, however their
    /// rules, zones and exclusions are written. Occurrences are in the days if they originally start there,
    /// in UTC; those of all-day series, if they are on them.
    pub fn same_instances(&self, other: &Self, days: &RangeInclusive<Date>) -> Result<bool, OutOfRange> {
        Ok(self.within(days)? == other.within(days)?)
    }
}
