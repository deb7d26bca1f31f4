//! The rules by which the clocks of a zone change every year.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use mxs_calendar::{CustomRules, Daylight, Transition, Zone};
use std::num::NonZeroU8;

/// What the format calls the last such weekday of a month.
pub(super) const LAST: u8 = 5;

/// For so many years on the clocks must change by the same rule. Where they don't, as in Morocco, a rule would be wrong.
const SAME_FOR_YEARS: i16 = 4;

/// A change of clocks.
struct Change {
    /// What clocks showed when they were changed.
    local: DateTime,
    /// Minutes east of UTC after it.
    offset: i32,
}

/// The rules of a zone in a year: where its clocks don't change by one rule for some years they have no other half of the
/// year.
pub(super) fn of(zone: &Zone, year: i16) -> CustomRules {
    let fixed = CustomRules { standard_offset_minutes: offset(zone, beginning(year)), daylight: None };
    let Some(mut daylight) = halves(zone, year) else { return fixed };
    for later in year + 1..=year + SAME_FOR_YEARS {
        match halves(zone, later) {
            Some(other) if merge(&mut daylight, &other) => {}
            _ => return fixed,
        }
    }
    let standard_offset_minutes = daylight.standard;
    let (begins, ends) = (daylight.begins.remove(0), daylight.ends.remove(0));
    CustomRules { standard_offset_minutes, daylight: Some(Daylight { offset_minutes: daylight.summer, begins, ends }) }
}

/// The two halves of a year, with every rule that says when they begin.
struct Halves {
    standard: i32,
    summer: i32,
    begins: Vec<Transition>,
    ends: Vec<Transition>,
}

fn halves(zone: &Zone, year: i16) -> Option<Halves> {
    let changes = changes(zone, year);
    let [first, second] = changes.as_slice() else { return None };
    let (begins, ends) = if first.offset > second.offset { (first, second) } else { (second, first) };
    Some(Halves {
        standard: ends.offset,
        summer: begins.offset,
        begins: readings(begins.local),
        ends: readings(ends.local),
    })
}

/// Keeps the rules that both years have; whether any is left.
fn merge(all: &mut Halves, other: &Halves) -> bool {
    all.begins.retain(|rule| other.begins.contains(rule));
    all.ends.retain(|rule| other.ends.contains(rule));
    let is_same = (all.standard, all.summer) == (other.standard, other.summer);
    is_same && !all.begins.is_empty() && !all.ends.is_empty()
}

/// The rules that lead to a day: the last one of its weekday in a month may be the fourth one too.
fn readings(local: DateTime) -> Vec<Transition> {
    let day = local.date();
    let in_month = |later: i64| {
        day.checked_add(SignedDuration::from_hours(24 * later)).is_ok_and(|then| then.month() == day.month())
    };
    let nth = u8::try_from((day.day() - 1) / 7 + 1).ok().filter(|nth| *nth < LAST);
    let last = (!in_month(7)).then_some(LAST);
    let month = u8::try_from(day.month()).ok().and_then(NonZeroU8::new);
    let transition = |week: u8| {
        Some(Transition { month: month?, week: NonZeroU8::new(week)?, weekday: day.weekday(), time: local.time() })
    };
    nth.into_iter().chain(last).filter_map(transition).collect()
}

/// When the clocks of a zone change in a year, in its order.
fn changes(zone: &Zone, year: i16) -> Vec<Change> {
    let (mut from, end) = (beginning(year), beginning(year + 1));
    let mut found = Vec::new();
    while from < end {
        let to = (from + SignedDuration::from_hours(24)).min(end);
        if offset(zone, from) != offset(zone, to) {
            let at = first_with_offset_of(zone, from, to);
            let before = at - SignedDuration::from_secs(1);
            let local = zone.local(before).saturating_add(SignedDuration::from_secs(1));
            found.push(Change { local, offset: offset(zone, at) });
        }
        from = to;
    }
    found
}

/// The first second between two moments at which the zone is as far from UTC as at the later one.
fn first_with_offset_of(zone: &Zone, from: Timestamp, to: Timestamp) -> Timestamp {
    let (mut before, mut after) = (from.as_second(), to.as_second());
    let wanted = offset(zone, to);
    while after - before > 1 {
        let middle = i64::midpoint(before, after);
        match Timestamp::from_second(middle) {
            Ok(moment) if offset(zone, moment) != wanted => before = middle,
            _ => after = middle,
        }
    }
    Timestamp::from_second(after).unwrap_or(to)
}

/// How far a zone is from UTC, in minutes to the east.
pub(super) fn offset(zone: &Zone, at: Timestamp) -> i32 {
    let east = zone.local(at).duration_since(Offset::UTC.to_datetime(at));
    i32::try_from(east.as_mins()).unwrap_or_default()
}

fn beginning(year: i16) -> Timestamp {
    let first = Date::new(year, 1, 1).unwrap_or(Date::ZERO).to_datetime(Time::midnight());
    Offset::UTC.to_timestamp(first).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(name: &str) -> String {
        let rules = of(&Zone::parse(name).expect(name), 2026);
        let day = |rule: &Transition| format!("{}.{}.{:?} {}", rule.month, rule.week, rule.weekday, rule.time);
        let summer = rules
            .daylight
            .map(|half| format!(", {} from {} to {}", half.offset_minutes, day(&half.begins), day(&half.ends)));
        format!("{}{}", rules.standard_offset_minutes, summer.unwrap_or_default())
    }

    #[test]
    fn rules_are_found_by_looking_at_the_clocks() {
        let cases = [
            ("UTC", "0"),
            ("India Standard Time", "330"),
            ("W. Europe Standard Time", "60, 120 from 3.5.Sunday 02:00:00 to 10.5.Sunday 03:00:00"),
            ("Pacific Standard Time", "-480, -420 from 3.2.Sunday 02:00:00 to 11.1.Sunday 02:00:00"),
            // The other half of the world, half an hour, and a day that begins twice.
            ("AUS Eastern Standard Time", "600, 660 from 10.1.Sunday 02:00:00 to 4.1.Sunday 03:00:00"),
            ("Lord Howe Standard Time", "630, 660 from 10.1.Sunday 02:00:00 to 4.1.Sunday 02:00:00"),
            // Clocks that follow the moon have no rule.
            ("Morocco Standard Time", "60"),
        ];
        for (name, wanted) in cases {
            assert_eq!(told(name), wanted, "{name}");
        }
    }
}
