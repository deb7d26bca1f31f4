//! The days of a series, in the zone of the user: the CRM counts them there.
//!
//! A series has its hour and its rule in a zone of its own. Monday evening in New York is Tuesday in Berlin; so to a
//! user in Berlin the series takes place on Tuesdays, and in the CRM, whose series have no zone, it has to.

use crate::tasks::TimeZone;
use crate::times::{civil_date, counted, local};
use jiff::civil;
use mxs_calendar::{Clock, Rule, Zone};
use mxs_core::{Date, Value};

/// What a rule in the days of a series' own zone ends with, before the zone: for the user no rule has these days. No
/// other reader takes it for a rule, so that nobody writes it anywhere else.
const OWN_ZONE: &str = ";TZID=";

/// The days of one series, in its own zone and in the user's.
pub struct Counted<'a> {
    zone: &'a str,
    /// Its clock and the user's zone; `None` where nobody knows one of the zones, so that there are no days but its own.
    zones: Option<(Clock, Zone)>,
    /// The user's day of its first occurrence, if it takes place at an hour.
    first: Option<civil::Date>,
}

impl<'a> Counted<'a> {
    /// The days of a series that starts at `start` in the zone of this name.
    pub fn new(start: &Value, zone: &'a str, user: Option<&TimeZone>) -> Self {
        let user = user.and_then(|user| Zone::parse(user.name()).ok());
        let Value::Moment(moment) = start else {
            return Self { zone, zones: user.map(|user| (Clock::AllDay, user)), first: None };
        };
        let at = |own: Zone| Some(Clock::At(local(*moment, &own)?.time(), own));
        let first = user.as_ref().and_then(|user| Some(local(*moment, user)?.date()));
        Self { zone, zones: Zone::parse(zone).ok().and_then(at).zip(user), first }
    }

    /// The user's day of the occurrence that the rule puts on `day`.
    pub fn day(&self, day: Date) -> Option<Date> {
        match &self.zones {
            Some((clock, user)) => counted(clock.day_in(user, civil_date(day)?)?),
            None => Some(day),
        }
    }

    /// The text of the rule of a series that starts on `start`: in the user's days if a rule has these, or else in its
    /// own.
    pub fn text(&self, rule: &Rule, start: civil::Date, canonical: fn(&Rule, civil::Date) -> String) -> String {
        let there = match &self.zones {
            Some((clock, user)) => clock.rule_in(user, (rule, start)),
            // Of a zone that nobody knows it is the first day that tells.
            None => {
                let is_there = self.first.is_none() || rule.dates(start).next() == self.first;
                is_there.then(|| (rule.clone(), start))
            }
        };
        match there {
            Some((rule, start)) => canonical(&rule, start),
            None => canonical(rule, start) + OWN_ZONE + self.zone,
        }
    }

    /// The rule of a text, in the days of a series that starts on `start` in its own zone; `None` where no rule has them
    /// there, and for a text in the days of another zone.
    pub fn rule(&self, text: &str, start: civil::Date) -> Option<Rule> {
        match (text.split_once(OWN_ZONE), &self.zones) {
            (Some((rule, zone)), _) => rule.parse().ok().filter(|_| zone == self.zone),
            (None, Some((clock, user))) => clock.rule_from(user, (&text.parse().ok()?, start)),
            (None, None) => text.parse().ok(),
        }
    }
}
