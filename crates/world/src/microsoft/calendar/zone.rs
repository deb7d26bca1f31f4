//! Times on the clocks of zones, as calendars write them.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/datetimetimezone>.

use super::refusal;
use super::schema::misfit;
use crate::microsoft::mailbox::{expected, unknown_property};
use crate::microsoft::refusal::Refusal;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use mxs_calendar::{CustomRules, Moment, Zone};
use serde_json::{Value, json};

/// Exchange keeps no time before or after these years: its recurrences count minutes from the first day of 1601, and
/// end in 4500 where they have no end (<https://learn.microsoft.com/en-us/openspecs/exchange_server_protocols/ms-oxocal>).
const YEARS: std::ops::RangeInclusive<i16> = 1601..=4500;

/// What Outlook calls a zone whose rules are in the event.
/// <https://learn.microsoft.com/en-us/graph/api/resources/event>, `originalStartTimeZone`
const CUSTOM: &str = "tzone://Microsoft/Custom";

/// A zone, and the name by which it was written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NamedZone {
    pub(crate) name: String,
    pub(crate) rules: Zone,
}

impl Default for NamedZone {
    fn default() -> Self {
        Self { name: "UTC".to_owned(), rules: Zone::utc() }
    }
}

impl NamedZone {
    /// The zone of a Windows name or an IANA name. Bare offsets are no names to Graph.
    pub(crate) fn find(name: &str) -> Result<Self, Refusal> {
        let rules = Zone::parse(name).ok().filter(|zone| zone.iana().is_some());
        rules.map(|rules| Self { name: name.trim().to_owned(), rules }).ok_or_else(|| refusal::zone(name))
    }

    /// A zone with rules of its own, as a person's Outlook may have; Graph never takes one.
    pub(crate) fn custom(rules: &CustomRules) -> Result<Self, Refusal> {
        let zone = Zone::custom(CUSTOM, rules).map_err(|_| refusal::zone(CUSTOM))?;
        Ok(Self { name: CUSTOM.to_owned(), rules: zone })
    }

    /// Whether both are the same zone, however they are called.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self.rules.iana(), other.rules.iana()) {
            (Some(left), Some(right)) => left == right || self.rules.windows() == other.rules.windows(),
            _ => self.rules == other.rules,
        }
    }
}

/// A time on the clock of a zone.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stamp {
    pub(crate) local: DateTime,
    pub(crate) zone: NamedZone,
    instant: Timestamp,
}

impl Stamp {
    /// The time that clocks of a zone show.
    pub(crate) fn at(local: DateTime, zone: NamedZone) -> Result<Self, Refusal> {
        if !YEARS.contains(&local.year()) {
            return Err(refusal::out_of_range());
        }
        let instant = zone.rules.resolve(local).map_err(|_| refusal::out_of_range())?.instant();
        Ok(Self { local, zone, instant })
    }

    /// Reads a `dateTimeTimeZone`. An offset in the text wins over the clock that it stands on, as measured; who
    /// names no zone means UTC.
    pub(crate) fn read(value: &Value) -> Result<Self, Refusal> {
        let Value::Object(members) = value else { return Err(expected(value, "StartObject")) };
        let known = ["dateTime", "timeZone"];
        if let Some(other) = members.keys().find(|key| !known.contains(&key.as_str()) && !key.contains('@')) {
            return Err(unknown_property(other, "dateTimeTimeZone"));
        }
        let written = members.get("dateTime").unwrap_or(&Value::Null);
        let moment = written.as_str().and_then(moment).ok_or_else(|| misfit(written, "Edm.DateTime"))?;
        let zone = match members.get("timeZone").unwrap_or(&Value::Null) {
            Value::Null => NamedZone::default(),
            Value::String(name) => NamedZone::find(name)?,
            other => return Err(misfit(other, "Edm.String")),
        };
        let local = match moment {
            Moment::Date(date) => date.to_datetime(Time::midnight()),
            Moment::Local(local) => local,
            Moment::Instant(instant) => zone.rules.local(instant),
        };
        Self::at(local, zone)
    }

    /// The moment.
    pub(crate) fn instant(&self) -> Timestamp {
        self.instant
    }

    /// The same time on another day; `None` where Exchange keeps none.
    fn on(&self, day: Date) -> Option<Self> {
        Self::at(day.to_datetime(self.local.time()), self.zone.clone()).ok()
    }
}

/// From when to when an event takes place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Span {
    pub(crate) start: Stamp,
    pub(crate) end: Stamp,
    pub(crate) all_day: bool,
}

impl Span {
    /// Checks that it ends after it began, and that a whole day is one.
    ///
    /// The code for an end before the start is known by report only. An event may take no time at all.
    pub(crate) fn checked(start: Stamp, end: Stamp, all_day: bool) -> Result<Self, Refusal> {
        if all_day {
            let midnight = |stamp: &Stamp| stamp.local.time() == Time::midnight();
            for (stamp, name) in [(&start, "Start"), (&end, "End")] {
                if !midnight(stamp) {
                    return Err(refusal::midnight(name));
                }
            }
            if !start.zone.is_same(&end.zone) {
                return Err(refusal::validation());
            }
            if end.local <= start.local {
                return Err(refusal::whole_days());
            }
        } else if end.instant < start.instant {
            return Err(refusal::validation());
        }
        Ok(Self { start, end, all_day })
    }

    /// How many days later it ends than it begins.
    pub(crate) fn days(&self) -> i64 {
        self.end.local.date().duration_since(self.start.local.date()).as_hours() / 24
    }

    /// The same on another day: at the same times on the same clocks. `None` where Exchange keeps no such time.
    pub(crate) fn on(&self, day: Date) -> Option<Self> {
        let last = day.checked_add(SignedDuration::from_hours(24 * self.days())).ok()?;
        Some(Self { start: self.start.on(day)?, end: self.end.on(last)?, all_day: self.all_day })
    }

    /// Whether it takes place at the same time of the day, on whatever day, and as long.
    pub(crate) fn is_at_same_time(&self, other: &Self) -> bool {
        let length = |span: &Self| span.end.instant.duration_since(span.start.instant);
        self.all_day == other.all_day
            && self.start.local.time() == other.start.local.time()
            && self.start.zone.is_same(&other.start.zone)
            && length(self) == length(other)
    }

    /// Where it lies for whoever asks for a window. Whole days lie from midnight to midnight in UTC, wherever they
    /// were written, as measured.
    pub(crate) fn bounds(&self) -> (Timestamp, Timestamp) {
        let in_utc = |local: DateTime, otherwise: Timestamp| Offset::UTC.to_timestamp(local).unwrap_or(otherwise);
        if self.all_day {
            (in_utc(self.start.local, self.start.instant), in_utc(self.end.local, self.end.instant))
        } else {
            (self.start.instant, self.end.instant)
        }
    }

    /// One end as Graph writes it for readers in `zone`. Whole days are midnight in whatever zone is asked for
    /// (<https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/471>).
    pub(crate) fn write(&self, stamp: &Stamp, zone: &NamedZone) -> Value {
        let local = if self.all_day { stamp.local } else { zone.rules.local(stamp.instant) };
        json!({ "dateTime": fraction(local), "timeZone": zone.name })
    }
}

/// A window of time; its end is not in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
}

impl Window {
    /// Whether some of an event lies in it. By report events that end at its very beginning are sometimes answered
    /// too (<https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/387>); here they aren't.
    pub(crate) fn holds(&self, span: &Span) -> bool {
        let (start, end) = span.bounds();
        start < self.to && (end > self.from || start == end && start >= self.from)
    }
}

/// Reads a date and time, whose seconds may be missing.
pub(crate) fn moment(text: &str) -> Option<Moment> {
    Moment::parse(text).or_else(|| Moment::parse(&format!("{text}:00")))
}

/// A moment as Outlook writes an `Edm.DateTimeOffset`.
pub(crate) fn utc(moment: Timestamp) -> String {
    format!("{}Z", fraction(Offset::UTC.to_datetime(moment)))
}

/// With seven digits behind the second.
fn fraction(local: DateTime) -> String {
    format!("{}.{:07}", local.strftime("%Y-%m-%dT%H:%M:%S"), local.subsec_nanosecond() / 100)
}
