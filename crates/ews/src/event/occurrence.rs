//! The days of a series, counted.

use super::write::{rule, zone};
use mxs_calendar::Range;
use mxs_core::{Date, Field, Fields};
use mxs_graph::counted::Counted;
use mxs_graph::tasks::TimeZone;
use mxs_graph::times::{civil_date, counted};

/// How many days a day of one zone may be from that of another: those of some are 26 hours apart.
const ZONES_APART: i32 = 2;

/// Which of its occurrences a series that holds `fields` has on `day`, counted from 1 and with those that were
/// cancelled: what [`crate::ItemId::Occurrence`] takes. The day is the `user`'s, if that zone is known. `None` where its
/// rule has none on that day, or can't be read.
pub fn place_of(fields: &Fields, day: Date, user: Option<&TimeZone>) -> Option<u32> {
    let (rule, first) = rule(fields, user)?;
    let days = Counted::new(fields.get(Field::Start)?, zone(fields, user), user);
    let wanted = civil_date(day)?;
    let beyond = |date: &jiff::civil::Date| (*date - wanted).get_days() > ZONES_APART;
    let mut dates = rule.dates(first).take_while(|date| !beyond(date));
    let place = dates.position(|date| counted(date).and_then(|date| days.day(date)) == Some(day))?;
    u32::try_from(place + 1).ok()
}

/// The last day of a series that holds `fields`, in its own zone; `None` of one that goes on for ever, or whose rule
/// can't be read.
pub(crate) fn last_day(fields: &Fields, user: Option<&TimeZone>) -> Option<Date> {
    let (rule, first) = rule(fields, user)?;
    match rule.range() {
        Range::Forever => None,
        Range::Until(last) => counted(last),
        Range::Count(count) => counted(rule.dates(first).take(usize::try_from(count.get()).ok()?).last()?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mxs_core::{Instant, Value};

    fn series(start: &str, zone: &str, rule: &str) -> Fields {
        let mut fields = Fields::default().with(Field::Zone, zone).with(Field::Recurrence, rule);
        let moment = Instant::parse(start).map(Value::Moment).ok();
        fields.put(Field::Start, moment.or_else(|| Date::parse(start).map(Value::Date).ok()));
        fields
    }

    #[test]
    fn an_occurrence_is_named_by_its_place() {
        let berlin = TimeZone::new("Europe/Berlin");
        let cases = [
            // The first, the third; none on another day, or before the first.
            (series("2026-11-02T08:00:00Z", "Europe/Berlin", "FREQ=WEEKLY;BYDAY=MO"), "2026-11-02", Some(1)),
            (series("2026-11-02T08:00:00Z", "Europe/Berlin", "FREQ=WEEKLY;BYDAY=MO"), "2026-11-16", Some(3)),
            (series("2026-11-02T08:00:00Z", "Europe/Berlin", "FREQ=WEEKLY;BYDAY=MO"), "2026-11-17", None),
            (series("2026-11-02T08:00:00Z", "Europe/Berlin", "FREQ=WEEKLY;BYDAY=MO"), "2026-10-26", None),
            (series("2026-11-02T08:00:00Z", "Europe/Berlin", "FREQ=DAILY;COUNT=2"), "2026-11-04", None),
            // Monday evening in New York is Tuesday in Berlin, in whose days the rule is written.
            (series("2026-11-03T00:00:00Z", "America/New_York", "FREQ=WEEKLY;BYDAY=TU"), "2026-11-10", Some(2)),
            (series("2026-11-03T00:00:00Z", "America/New_York", "FREQ=WEEKLY;BYDAY=TU"), "2026-11-09", None),
            // Whole days are the same everywhere.
            (series("2026-11-02", "", "FREQ=DAILY"), "2026-11-05", Some(4)),
            (series("2026-11-02", "", "no rule"), "2026-11-05", None),
        ];
        for (fields, day, wanted) in cases {
            let day = Date::parse(day).expect("a day");
            assert_eq!(place_of(&fields, day, berlin.as_ref()), wanted, "{day} {fields:?}");
        }
    }

    #[test]
    fn a_series_ends_on_a_day_or_never() {
        let cases = [
            ("FREQ=DAILY;COUNT=3", Some("2026-11-04")),
            ("FREQ=WEEKLY;BYDAY=MO;UNTIL=20261231", Some("2026-12-31")),
            ("FREQ=DAILY", None),
        ];
        for (rule, wanted) in cases {
            let last = last_day(&series("2026-11-02T08:00:00Z", "Europe/Berlin", rule), None);
            assert_eq!(last, wanted.and_then(|day| Date::parse(day).ok()), "{rule}");
        }
    }
}
