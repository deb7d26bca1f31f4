//! How a task repeats.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/patternedrecurrence>.

use super::refusal::{misfit, model};
use super::zone::Zone;
use crate::microsoft::mailbox::unknown_property;
use crate::microsoft::refusal::Refusal;
use jiff::Span;
use jiff::civil::Date;
use serde_json::{Map, Value, json};

const DAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const INDEXES: [&str; 5] = ["first", "second", "third", "fourth", "last"];

/// The six patterns and the members each needs beside `interval`.
const KINDS: [(&str, Kind, &[&str]); 6] = [
    ("daily", Kind::Daily, &[]),
    ("weekly", Kind::Weekly, &["daysOfWeek", "firstDayOfWeek"]),
    ("absoluteMonthly", Kind::AbsoluteMonthly, &["dayOfMonth"]),
    ("relativeMonthly", Kind::RelativeMonthly, &["daysOfWeek"]),
    ("absoluteYearly", Kind::AbsoluteYearly, &["dayOfMonth", "month"]),
    ("relativeYearly", Kind::RelativeYearly, &["daysOfWeek", "month"]),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Daily,
    Weekly,
    AbsoluteMonthly,
    RelativeMonthly,
    AbsoluteYearly,
    RelativeYearly,
}

/// When a recurrence ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Never,
    On(Date),
    /// After so many occurrences, the one that is due included.
    After(i32),
}

/// A pattern and a range, with every member that the service fills in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Recurrence {
    kind: Kind,
    interval: i32,
    month: i8,
    day_of_month: i8,
    /// Places in [`DAYS`].
    days: Vec<usize>,
    first_day: usize,
    /// A place in [`INDEXES`].
    index: usize,
    end: End,
    /// `None` where a change leaves it out: the due date's day is taken.
    start: Option<Date>,
    zone: Zone,
}

impl Recurrence {
    /// Reads a `patternedRecurrence`.
    pub(crate) fn read(value: &Value) -> Result<Self, Refusal> {
        let whole = members(value, "recurrence", "patternedRecurrence", &["pattern", "range"])?;
        let empty = Value::Null;
        let pattern = members(
            whole.get("pattern").unwrap_or(&empty),
            "recurrence.pattern",
            "recurrencePattern",
            &["type", "interval", "month", "dayOfMonth", "daysOfWeek", "firstDayOfWeek", "index"],
        )?;
        let range = members(
            whole.get("range").unwrap_or(&empty),
            "recurrence.range",
            "recurrenceRange",
            &["type", "startDate", "endDate", "recurrenceTimeZone", "numberOfOccurrences"],
        )?;
        let name = pattern.get("type").and_then(Value::as_str).unwrap_or_default();
        let (_, kind, needed) = KINDS.into_iter().find(|(known, ..)| *known == name).ok_or_else(|| {
            misfit(
                pattern.get("type").unwrap_or(&empty),
                "microsoft.graph.recurrencePatternType",
                "recurrence.pattern.type",
            )
        })?;
        if let Some(missing) = needed.iter().find(|needed| pattern.get(**needed).is_none_or(Value::is_null)) {
            return Err(model(format!("The property '{missing}' is required for the recurrence pattern '{name}'.")));
        }
        let read = Self {
            kind,
            interval: number(pattern, "interval", 1, i32::MAX, None)?,
            month: number(pattern, "month", 1, 12, Some(0))? as i8,
            day_of_month: number(pattern, "dayOfMonth", 1, 31, Some(0))? as i8,
            days: days(pattern.get("daysOfWeek"))?,
            first_day: place(pattern, "firstDayOfWeek", &DAYS)?,
            index: place(pattern, "index", &INDEXES)?,
            end: end(range)?,
            start: date(range, "startDate")?,
            zone: zone(range)?,
        };
        let empty =
            [("daysOfWeek", read.days.is_empty()), ("dayOfMonth", read.day_of_month == 0), ("month", read.month == 0)];
        if let Some((name, _)) = empty.into_iter().find(|(name, empty)| *empty && needed.contains(name)) {
            return Err(model(format!("The property '{name}' may not be empty.")));
        }
        Ok(read)
    }

    /// Whether a date of the range is named in a body.
    pub(crate) fn names_a_date(value: &Value) -> Option<(&'static str, &Value)> {
        let range = value.get("range")?;
        ["startDate", "endDate"]
            .into_iter()
            .find_map(|name| Some((name, range.get(name).filter(|date| !date.is_null())?)))
    }

    /// Whether the range says when it begins.
    pub(crate) fn has_start(&self) -> bool {
        self.start.is_some()
    }

    /// Lets it begin on `day` unless it says when.
    pub(crate) fn starting(mut self, day: Date) -> Self {
        self.start.get_or_insert(day);
        self
    }

    /// Forgets when it ends.
    pub(crate) fn without_end_date(mut self) -> Self {
        if matches!(self.end, End::On(_)) {
            self.end = End::Never;
        }
        self
    }

    /// The zone whose calendar counts.
    pub(crate) fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The day of the next occurrence after the one on `day`, and what remains then; `None` after the last.
    pub(crate) fn after(&self, day: Date) -> Option<(Date, Self)> {
        let next = self.next(day)?;
        let end = match self.end {
            End::Never => End::Never,
            End::On(last) if next <= last => End::On(last),
            End::After(count) if count > 1 => End::After(count - 1),
            End::On(_) | End::After(_) => return None,
        };
        Some((next, Self { end, ..self.clone() }))
    }

    fn next(&self, day: Date) -> Option<Date> {
        match self.kind {
            Kind::Daily => day.checked_add(Span::new().try_days(self.interval).ok()?).ok(),
            Kind::Weekly => self.next_in_weeks(day),
            Kind::AbsoluteMonthly => on_day(months_on(day, self.interval)?, self.day_of_month),
            Kind::AbsoluteYearly => on_day(
                Date::new(months_on(day, self.interval.checked_mul(12)?)?.year(), self.month, 1).ok()?,
                self.day_of_month,
            ),
            Kind::RelativeMonthly => self.in_month(months_on(day, self.interval)?),
            Kind::RelativeYearly => {
                let year = months_on(day, self.interval.checked_mul(12)?)?.year();
                self.in_month(Date::new(year, self.month, 1).ok()?)
            }
        }
    }

    /// The next of the weekdays in this week, or the first of them so many weeks later.
    fn next_in_weeks(&self, day: Date) -> Option<Date> {
        let position = |weekday: usize| (weekday + 7 - self.first_day) % 7;
        let today = position(day.weekday().to_sunday_zero_offset() as usize);
        let mut positions: Vec<usize> = self.days.iter().map(|&weekday| position(weekday)).collect();
        positions.sort_unstable();
        let days = match positions.iter().find(|position| **position > today) {
            Some(later) => (later - today) as i64,
            None => i64::from(self.interval) * 7 + *positions.first()? as i64 - today as i64,
        };
        day.checked_add(Span::new().try_days(days).ok()?).ok()
    }

    /// The first, second, third, fourth or last of the named weekdays in the month of `day`.
    fn in_month(&self, day: Date) -> Option<Date> {
        let all = (1..=day.days_in_month()).filter_map(|number| Date::new(day.year(), day.month(), number).ok());
        let mut named = all.filter(|date| self.days.contains(&(date.weekday().to_sunday_zero_offset() as usize)));
        if self.index == INDEXES.len() - 1 { named.next_back() } else { named.nth(self.index) }
    }

    /// The recurrence as Graph writes it, with the members that its pattern doesn't use.
    pub(crate) fn write(&self) -> Value {
        let kind = KINDS.into_iter().find(|(_, kind, _)| *kind == self.kind).map(|(name, ..)| name);
        let none = || json!("0001-01-01");
        let (ends, end, count) = match self.end {
            End::Never => ("noEnd", none(), 0),
            End::On(date) => ("endDate", json!(date.to_string()), 0),
            End::After(count) => ("numbered", none(), count),
        };
        json!({
            "pattern": {
                "type": kind,
                "interval": self.interval,
                "month": self.month,
                "dayOfMonth": self.day_of_month,
                "daysOfWeek": self.days.iter().map(|&day| DAYS[day]).collect::<Vec<_>>(),
                "firstDayOfWeek": DAYS[self.first_day],
                "index": INDEXES[self.index],
            },
            "range": {
                "type": ends,
                "startDate": self.start.map_or_else(none, |start| json!(start.to_string())),
                "endDate": end,
                "recurrenceTimeZone": self.zone.name,
                "numberOfOccurrences": count,
            },
        })
    }
}

/// The first day of the month so many months after that of `day`.
fn months_on(day: Date, months: i32) -> Option<Date> {
    day.first_of_month().checked_add(Span::new().try_months(months).ok()?).ok()
}

/// That day of the month of `first`, or its last one in a shorter month.
fn on_day(first: Date, day: i8) -> Option<Date> {
    Date::new(first.year(), first.month(), day.min(first.days_in_month())).ok()
}

fn members<'a>(value: &'a Value, path: &str, entity: &str, known: &[&str]) -> Result<&'a Map<String, Value>, Refusal> {
    let members = value.as_object().ok_or_else(|| misfit(value, &format!("microsoft.graph.{entity}"), path))?;
    match members.keys().find(|name| !known.contains(&name.as_str()) && !name.contains('@')) {
        Some(other) => Err(unknown_property(other, entity)),
        None => Ok(members),
    }
}

/// A number in its range. What answers show where nothing was said, zero, is nothing said here too.
fn number(
    pattern: &Map<String, Value>,
    name: &str,
    least: i32,
    most: i32,
    otherwise: Option<i32>,
) -> Result<i32, Refusal> {
    let value = pattern.get(name).unwrap_or(&Value::Null);
    let found = value.as_i64().and_then(|number| i32::try_from(number).ok());
    match (found, otherwise) {
        (Some(number), _) if (least..=most).contains(&number) => Ok(number),
        (Some(0), Some(otherwise)) => Ok(otherwise),
        (None, Some(otherwise)) if value.is_null() => Ok(otherwise),
        _ => Err(misfit(value, "System.Int32", &format!("recurrence.{name}"))),
    }
}

/// Where a member's text stands among the known ones; the first stands for nothing said.
fn place(pattern: &Map<String, Value>, name: &str, known: &[&str]) -> Result<usize, Refusal> {
    match pattern.get(name) {
        None | Some(Value::Null) => Ok(0),
        Some(value) => known
            .iter()
            .position(|known| value.as_str() == Some(known))
            .ok_or_else(|| misfit(value, "microsoft.graph.dayOfWeek", &format!("recurrence.pattern.{name}"))),
    }
}

fn days(value: Option<&Value>) -> Result<Vec<usize>, Refusal> {
    let value = value.unwrap_or(&Value::Null);
    let wrong = || misfit(value, "Collection(microsoft.graph.dayOfWeek)", "recurrence.pattern.daysOfWeek");
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Array(names) => {
            let place = |name: &Value| DAYS.iter().position(|known| name.as_str() == Some(known));
            names.iter().map(|name| place(name).ok_or_else(wrong)).collect()
        }
        _ => Err(wrong()),
    }
}

fn date(range: &Map<String, Value>, name: &str) -> Result<Option<Date>, Refusal> {
    match range.get(name) {
        None | Some(Value::Null) => Ok(None),
        // Answers show this where there is no date.
        Some(Value::String(text)) if text == "0001-01-01" => Ok(None),
        Some(value) => {
            let read = value.as_str().filter(|text| text.len() == 10).and_then(|text| text.parse().ok());
            read.map(Some).ok_or_else(|| misfit(value, "Microsoft.OData.Edm.Date", &format!("recurrence.range.{name}")))
        }
    }
}

fn end(range: &Map<String, Value>) -> Result<End, Refusal> {
    let kind = range.get("type").unwrap_or(&Value::Null);
    match kind.as_str() {
        Some("noEnd") => Ok(End::Never),
        Some("endDate") => {
            let last = date(range, "endDate")?;
            last.map(End::On)
                .ok_or_else(|| model("The property 'endDate' is required for the recurrence range 'endDate'."))
        }
        Some("numbered") => number(range, "numberOfOccurrences", 1, i32::MAX, None).map(End::After),
        _ => Err(misfit(kind, "microsoft.graph.recurrenceRangeType", "recurrence.range.type")),
    }
}

fn zone(range: &Map<String, Value>) -> Result<Zone, Refusal> {
    match range.get("recurrenceTimeZone") {
        None | Some(Value::Null) => Ok(Zone::default()),
        Some(value) => {
            let found = value.as_str().and_then(Zone::find);
            found.ok_or_else(|| misfit(value, "System.TimeZone", "recurrence.range.recurrenceTimeZone"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recurrence(pattern: Value, range: Value) -> Result<Recurrence, Refusal> {
        Recurrence::read(&json!({ "pattern": pattern, "range": range }))
    }

    fn no_end() -> Value {
        json!({ "type": "noEnd", "startDate": "2026-01-01" })
    }

    fn series(pattern: Value, range: Value, start: &str, count: usize) -> Vec<String> {
        let mut current = recurrence(pattern, range).expect("a recurrence");
        let mut day: Date = start.parse().expect("a date");
        let mut found = Vec::new();
        while let Some((next, remaining)) = current.after(day).filter(|_| found.len() < count) {
            found.push(next.to_string());
            (day, current) = (next, remaining);
        }
        found
    }

    #[test]
    fn the_next_occurrence_follows_the_pattern() {
        let cases: [(Value, &str, &[&str]); 9] = [
            (json!({ "type": "daily", "interval": 3 }), "2026-02-27", &["2026-03-02", "2026-03-05"]),
            // Every second week on Monday and Friday: the rest of this week first.
            (
                json!({ "type": "weekly", "interval": 2, "daysOfWeek": ["friday", "monday"], "firstDayOfWeek": "sunday" }),
                "2026-11-23",
                &["2026-11-27", "2026-12-07", "2026-12-11"],
            ),
            // Where the week begins matters: Sunday is its first day here, its last one there.
            (
                json!({ "type": "weekly", "interval": 2, "daysOfWeek": ["monday", "sunday"], "firstDayOfWeek": "sunday" }),
                "2026-11-23",
                &["2026-12-06", "2026-12-07"],
            ),
            (
                json!({ "type": "weekly", "interval": 2, "daysOfWeek": ["monday", "sunday"], "firstDayOfWeek": "monday" }),
                "2026-11-23",
                &["2026-11-29", "2026-12-07"],
            ),
            // A month without the day has its last one.
            (
                json!({ "type": "absoluteMonthly", "interval": 1, "dayOfMonth": 31 }),
                "2026-01-31",
                &["2026-02-28", "2026-03-31", "2026-04-30"],
            ),
            (
                json!({ "type": "relativeMonthly", "interval": 1, "daysOfWeek": ["tuesday"], "index": "second" }),
                "2026-11-10",
                &["2026-12-08", "2027-01-12"],
            ),
            // Several days: the last working day of the month.
            (
                json!({ "type": "relativeMonthly", "interval": 1, "index": "last",
                    "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"] }),
                "2026-11-30",
                &["2026-12-31", "2027-01-29"],
            ),
            (
                json!({ "type": "absoluteYearly", "interval": 1, "dayOfMonth": 29, "month": 2 }),
                "2024-02-29",
                &["2025-02-28", "2026-02-28"],
            ),
            (
                json!({ "type": "relativeYearly", "interval": 2, "daysOfWeek": ["sunday"], "month": 11 }),
                "2026-11-01",
                &["2028-11-05", "2030-11-03"],
            ),
        ];
        for (pattern, start, wanted) in cases {
            assert_eq!(series(pattern.clone(), no_end(), start, wanted.len()), wanted, "{pattern}");
        }
    }

    #[test]
    fn a_range_ends() {
        let daily = json!({ "type": "daily", "interval": 1 });
        let until = json!({ "type": "endDate", "startDate": "2026-01-01", "endDate": "2026-01-03" });
        assert_eq!(series(daily.clone(), until, "2026-01-01", 9), ["2026-01-02", "2026-01-03"]);
        let three = json!({ "type": "numbered", "startDate": "2026-01-01", "numberOfOccurrences": 3 });
        assert_eq!(series(daily, three, "2026-01-01", 9), ["2026-01-02", "2026-01-03"]);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let good = json!({ "type": "daily", "interval": 1 });
        let cases = [
            (json!({ "type": "daily" }), no_end()),
            (json!({ "type": "daily", "interval": 0 }), no_end()),
            (json!({ "type": "hourly", "interval": 1 }), no_end()),
            (json!({ "interval": 1 }), no_end()),
            (json!({ "type": "weekly", "interval": 1, "daysOfWeek": ["monday"] }), no_end()),
            (json!({ "type": "weekly", "interval": 1, "daysOfWeek": [], "firstDayOfWeek": "sunday" }), no_end()),
            (json!({ "type": "weekly", "interval": 1, "daysOfWeek": ["Mo"], "firstDayOfWeek": "sunday" }), no_end()),
            (json!({ "type": "absoluteMonthly", "interval": 1 }), no_end()),
            (json!({ "type": "absoluteMonthly", "interval": 1, "dayOfMonth": 0 }), no_end()),
            (json!({ "type": "absoluteMonthly", "interval": 1, "dayOfMonth": 32 }), no_end()),
            (json!({ "type": "absoluteYearly", "interval": 1, "dayOfMonth": 1, "month": 13 }), no_end()),
            (json!({ "type": "relativeMonthly", "interval": 1, "daysOfWeek": ["monday"], "index": "fifth" }), no_end()),
            (json!({ "type": "daily", "interval": 1, "days": 2 }), no_end()),
            (good.clone(), json!({ "type": "forever", "startDate": "2026-01-01" })),
            (good.clone(), json!({ "type": "endDate", "startDate": "2026-01-01" })),
            (good.clone(), json!({ "type": "numbered", "startDate": "2026-01-01" })),
            (good.clone(), json!({ "type": "noEnd", "startDate": "2026-02-30" })),
            (good.clone(), json!({ "type": "noEnd", "startDate": "2026-01-01", "recurrenceTimeZone": "Nowhere" })),
            (good.clone(), json!(null)),
            (json!("daily"), no_end()),
        ];
        for (pattern, range) in cases {
            assert_eq!(
                recurrence(pattern.clone(), range.clone()).err().map(|refusal| refusal.status),
                Some(400),
                "{pattern} {range}"
            );
        }
    }

    #[test]
    fn what_is_written_can_be_read_again() {
        let cases = [
            (
                json!({ "type": "weekly", "interval": 1, "daysOfWeek": ["monday"], "firstDayOfWeek": "monday" }),
                no_end(),
            ),
            (
                json!({ "type": "daily", "interval": 2 }),
                json!({ "type": "numbered", "startDate": "2026-01-01", "numberOfOccurrences": 4 }),
            ),
        ];
        for (pattern, range) in cases {
            let read = recurrence(pattern, range).expect("a recurrence");
            assert_eq!(Recurrence::read(&read.write()).map(|again| again.write()), Ok(read.write()));
        }
    }
}
