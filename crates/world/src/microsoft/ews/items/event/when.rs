//! When a calendar item takes place, as a request says it.

use super::super::super::refusal::Refusal;
use crate::microsoft::calendar::{Item, NamedZone, Span, Stamp};
use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, Time};
use mxs_calendar::Moment;

/// The longest event: five years (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/responsecode>,
/// `ErrorCalendarDurationIsTooLong`).
const DAYS_MAX: i64 = 5 * 366;

/// What a request says of the times of a calendar item.
#[derive(Clone, Debug, Default)]
pub(super) struct When {
    pub(super) start: Option<Moment>,
    pub(super) end: Option<Moment>,
    pub(super) all_day: Option<bool>,
    pub(super) start_zone: Option<NamedZone>,
    pub(super) end_zone: Option<NamedZone>,
}

impl When {
    /// When the item takes place afterwards; `None` where nothing is said of that. A series begins on its `first` day,
    /// whatever day the start is on. Times that say no zone are meant in that of their property, or of the request, or
    /// in UTC
    /// (<https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/time-zones-and-ews-in-exchange>).
    pub(super) fn span(
        &self,
        first: Option<Date>,
        current: Option<&Item<'_>>,
        requested: Option<NamedZone>,
    ) -> Result<Option<Span>, Refusal> {
        let says_times = self.start.is_some() || self.end.is_some();
        let says_zones = self.start_zone.is_some() || self.end_zone.is_some();
        if current.is_some() && !says_times && !says_zones && self.all_day.is_none() && first.is_none() {
            return Ok(None);
        }
        let before = current.map(Item::span);
        let usual = requested.unwrap_or_default();
        // Who writes times without their zones makes the server forget those.
        let zone = |said: &Option<NamedZone>, old: Option<&Stamp>| {
            let old = old.filter(|_| !says_times).map(|stamp| stamp.zone.clone());
            said.clone().or(old).unwrap_or_else(|| usual.clone())
        };
        let start_zone = zone(&self.start_zone, before.as_ref().map(|span| &span.start));
        let end_zone = match &self.end_zone {
            None if self.start_zone.is_some() => start_zone.clone(),
            said => zone(said, before.as_ref().map(|span| &span.end)),
        };
        let was_all_day = before.as_ref().is_some_and(|span| span.all_day);
        let missing = || {
            let text = "A calendar item needs a start and an end.";
            Refusal::new("ErrorCalendarInvalidPropertyState", text)
        };
        let local = |said: Option<Moment>, old: Option<&Stamp>, zone: &NamedZone| match (said, old) {
            (Some(Moment::Instant(instant)), _) => Ok(zone.rules.local(instant)),
            (Some(Moment::Local(local)), _) => Ok(local),
            (Some(Moment::Date(date)), _) => Ok(date.to_datetime(Time::midnight())),
            // Whole days stay the days that they are.
            (None, Some(old)) if was_all_day => Ok(old.local),
            (None, Some(old)) => Ok(zone.rules.local(old.instant())),
            (None, None) => Err(missing()),
        };
        let mut start = local(self.start, before.as_ref().map(|span| &span.start), &start_zone)?;
        let mut end = local(self.end, before.as_ref().map(|span| &span.end), &end_zone)?;
        let all_day = self.all_day.unwrap_or(was_all_day);
        if all_day {
            (start, end) = whole_days(start, end);
        }
        if let Some(first) = first {
            (start, end) = on(first, start, end).ok_or_else(out_of_range)?;
        }
        let end_zone = if all_day { start_zone.clone() } else { end_zone };
        let (start, end) = (Stamp::at(start, start_zone)?, Stamp::at(end, end_zone)?);
        if end.instant() < start.instant() {
            let text = "EndDate is earlier than StartDate";
            return Err(Refusal::new("ErrorCalendarEndDateIsEarlierThanStartDate", text));
        }
        if end.instant().duration_since(start.instant()) > SignedDuration::from_hours(24 * DAYS_MAX) {
            let text = "Calendar item duration is too long.";
            return Err(Refusal::new("ErrorCalendarDurationIsTooLong", text));
        }
        Ok(Some(Span::checked(start, end, all_day)?))
    }
}

fn out_of_range() -> Refusal {
    Refusal::new("ErrorCalendarOutOfRange", "The date is outside of the range that a calendar holds.")
}

/// Whole days around two times: from the midnight before to the midnight behind
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/how-to-create-all-day-events-by-using-ews-in-exchange>).
fn whole_days(start: DateTime, end: DateTime) -> (DateTime, DateTime) {
    let midnight = |date: Date| date.to_datetime(Time::midnight());
    let behind = |date: Date| date.tomorrow().unwrap_or(date);
    let first = start.date();
    let last = if end.time() == Time::midnight() { end.date() } else { behind(end.date()) };
    let last = if last <= first { behind(first) } else { last };
    (midnight(first), midnight(last))
}

/// The same times with another first day.
fn on(day: Date, start: DateTime, end: DateTime) -> Option<(DateTime, DateTime)> {
    let later = day.duration_since(start.date());
    Some((start.checked_add(later).ok()?, end.checked_add(later).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn whole_days_begin_and_end_at_midnight() {
        let day = |day: i8, hour: i8| date(2026, 3, day).at(hour, 0, 0, 0);
        let cases = [
            ((day(2, 0), day(3, 0)), (day(2, 0), day(3, 0))),
            ((day(2, 9), day(2, 17)), (day(2, 0), day(3, 0))),
            ((day(2, 9), day(3, 0)), (day(2, 0), day(3, 0))),
            ((day(2, 0), day(2, 0)), (day(2, 0), day(3, 0))),
            ((day(2, 23), day(4, 1)), (day(2, 0), day(5, 0))),
        ];
        for ((start, end), wanted) in cases {
            assert_eq!(whole_days(start, end), wanted);
        }
    }
}
