//! `TimeZoneDefinition`, `StartTimeZone` and `EndTimeZone`: Exchange 2010's form.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/timezonedefinition>.

use super::{display_name, duration, minutes, rules};
use crate::microsoft::calendar::NamedZone;
use crate::microsoft::ews::names::t;
use jiff::Timestamp;
use jiff::civil::Time;
use mxs_calendar::{CustomRules, Daylight, Transition, Zone};
use mxs_xml::Element;
use std::num::NonZeroU8;

/// What Exchange calls a zone that is none of its own.
const CUSTOM: &str = "Customized Time Zone";

/// The last of a month, in this form.
const LAST: &str = "-1";

/// Reads a definition. One with rules is what they say, whatever it is called, unless the server knows its name.
pub(in crate::microsoft::ews) fn read(definition: &Element) -> Result<NamedZone, &'static str> {
    let id = definition.attribute("Id").unwrap_or_default();
    if let Some(known) = NamedZone::find(id).ok().filter(|zone| zone.rules.windows().is_some()) {
        return Ok(known);
    }
    let custom = custom_rules(definition).ok_or("ErrorCalendarInvalidTimeZone")?;
    NamedZone::custom(&custom).map_err(|_| "ErrorCalendarInvalidTimeZone")
}

/// The rules of the group that came last.
fn custom_rules(definition: &Element) -> Option<CustomRules> {
    let periods = definition.get("Periods")?;
    let target = |transition: &Element, kind: &str| {
        let to = transition.get("To").filter(|to| to.attribute("Kind") == Some(kind))?;
        Some(to.text.trim().to_owned())
    };
    let offset = |id: &str| {
        let period = periods.all("Period").find(|period| period.attribute("Id") == Some(id))?;
        let bias = duration(period.attribute("Bias")?)?;
        let is_summer = period.attribute("Name") == Some("Daylight");
        Some((i32::try_from(-bias.as_mins()).ok()?, is_summer))
    };
    let group = definition.get("Transitions").and_then(|all| target(all.children.last()?, "Group"));
    let groups = definition.get("TransitionsGroups");
    let group = groups.and_then(|groups| match &group {
        Some(id) => groups.all("TransitionsGroup").find(|group| group.attribute("Id") == Some(id)),
        None => groups.children.last(),
    });
    let Some(group) = group else {
        let (standard_offset_minutes, _) = offset(periods.children.first()?.attribute("Id")?)?;
        return Some(CustomRules { standard_offset_minutes, daylight: None });
    };
    let mut halves = Vec::new();
    for transition in &group.children {
        halves.push((offset(&target(transition, "Period")?)?, recurring(transition)));
    }
    match halves.as_slice() {
        [((standard, _), _)] => Some(CustomRules { standard_offset_minutes: *standard, daylight: None }),
        [first, second] => {
            let (summer, standard) = if first.0.1 { (first, second) } else { (second, first) };
            let daylight = Daylight { offset_minutes: summer.0.0, begins: summer.1?, ends: standard.1? };
            Some(CustomRules { standard_offset_minutes: standard.0.0, daylight: Some(daylight) })
        }
        _ => None,
    }
}

fn recurring(transition: &Element) -> Option<Transition> {
    let number = |name: &str| transition.word(name)?.parse::<u8>().ok().and_then(NonZeroU8::new);
    let week = match transition.word("Occurrence")? {
        LAST => NonZeroU8::new(rules::LAST),
        _ => number("Occurrence"),
    };
    let offset = duration(transition.word("TimeOffset")?)?;
    Some(Transition {
        month: number("Month")?,
        week: week?,
        weekday: super::names::weekday(transition.word("DayOfWeek")?)?,
        time: Time::midnight().checked_add(offset).ok()?,
    })
}

/// An element of this name that names a zone. One that Windows has no name for brings its rules.
pub(in crate::microsoft::ews) fn write(name: &str, zone: &Zone, now: Timestamp) -> Element {
    match zone.windows() {
        Some(windows) => t(name).with("Name", &display_name(windows, zone, now)).with("Id", windows),
        None => write_full(name, CUSTOM, CUSTOM, zone, now),
    }
}

/// An element of this name with the rules of a zone, those of the present year: earlier ones aren't told.
pub(in crate::microsoft::ews) fn write_full(name: &str, id: &str, shown: &str, zone: &Zone, now: Timestamp) -> Element {
    let year = zone.local(now).date().year();
    let rules = rules::of(zone, year);
    let period_id = |kind: &str| format!("trule:Microsoft/Registry/{id}/{year}-{kind}");
    let period = |kind: &str, offset: i32| {
        t("Period").with("Bias", &minutes(-offset)).with("Name", kind).with("Id", &period_id(kind))
    };
    let to = |kind: &str, target: &str| t("To").with("Kind", kind).saying(target);
    let change = |kind: &str, rule: &Transition| {
        let offset = rule.time.duration_since(Time::midnight()).as_mins();
        let week = rule.week.get();
        let week = if week == rules::LAST { LAST.to_owned() } else { week.to_string() };
        t("RecurringDayTransition").children([
            to("Period", &period_id(kind)),
            t("TimeOffset").saying(&minutes(i32::try_from(offset).unwrap_or_default())),
            t("Month").saying(&rule.month.to_string()),
            t("DayOfWeek").saying(super::names::weekday_name(rule.weekday)),
            t("Occurrence").saying(&week),
        ])
    };
    let standard = period("Standard", rules.standard_offset_minutes);
    let (periods, changes) = match &rules.daylight {
        None => (vec![standard], vec![t("Transition").child(to("Period", &period_id("Standard")))]),
        Some(half) => (
            vec![standard, period("Daylight", half.offset_minutes)],
            vec![change("Daylight", &half.begins), change("Standard", &half.ends)],
        ),
    };
    let group = t("TransitionsGroup").with("Id", "0").children(changes);
    t(name)
        .with("Name", shown)
        .with("Id", id)
        .child(t("Periods").children(periods))
        .child(t("TransitionsGroups").child(group))
        .child(t("Transitions").child(t("Transition").child(to("Group", "0"))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    fn now() -> Timestamp {
        "2026-11-23T00:00:00Z".parse().expect("a moment")
    }

    #[test]
    fn a_zone_that_was_written_in_full_is_read_as_the_same() {
        for name in [
            "UTC",
            "Tokyo Standard Time",
            "W. Europe Standard Time",
            "Pacific Standard Time",
            "AUS Eastern Standard Time",
        ] {
            let zone = Zone::parse(name).expect(name);
            let written = write_full("TimeZoneDefinition", "Mine", "Mine", &zone, now());
            let document = mxs_xml::read(written.xml().as_bytes()).expect("XML");
            let read = read(&document).expect(name);
            assert_eq!(read.rules.iana(), None, "it is known by its rules");
            for month in 0..12 {
                let moment = now() + SignedDuration::from_hours(24 * 30 * month);
                assert_eq!(read.rules.local(moment), zone.local(moment), "{name}");
            }
        }
    }

    #[test]
    fn a_name_that_the_server_knows_is_enough() {
        let read = |xml: &str| read(&mxs_xml::read(xml.as_bytes()).expect("XML"));
        let known = read("<StartTimeZone Id='w. europe standard time'/>").expect("a zone");
        assert_eq!(known.rules.windows(), Some("W. Europe Standard Time"));
        for xml in [
            "<StartTimeZone/>",
            "<StartTimeZone Id='Middle-earth'/>",
            "<StartTimeZone Id='x'><Periods/></StartTimeZone>",
        ] {
            assert_eq!(read(xml).err(), Some("ErrorCalendarInvalidTimeZone"), "{xml}");
        }
    }
}
