//! `MeetingTimeZone`, Exchange 2007's form, and that of availability.

use super::names::{weekday, weekday_name};
use super::{duration, minutes, rules};
use crate::microsoft::calendar::NamedZone;
use crate::microsoft::ews::names::t;
use jiff::Timestamp;
use jiff::civil::Time;
use mxs_calendar::graph::WeekIndex;
use mxs_calendar::{CustomRules, Daylight, Transition, Zone};
use mxs_xml::Element;
use std::num::NonZeroU8;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Reads a `MeetingTimeZone`: a name that the server knows, or rules.
///
/// See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/meetingtimezone>.
pub(in crate::microsoft::ews) fn read_meeting_zone(zone: &Element) -> Result<NamedZone, &'static str> {
    let name = zone.attribute("TimeZoneName").unwrap_or_default();
    if let Some(known) = NamedZone::find(name).ok().filter(|zone| zone.rules.windows().is_some()) {
        return Ok(known);
    }
    let custom = meeting_rules(zone).ok_or("ErrorCalendarInvalidTimeZone")?;
    NamedZone::custom(&custom).map_err(|_| "ErrorCalendarInvalidTimeZone")
}

fn meeting_rules(zone: &Element) -> Option<CustomRules> {
    let east = |name: &str, of: &Element| i32::try_from(-duration(of.word(name)?)?.as_mins()).ok();
    let base = east("BaseOffset", zone)?;
    let (Some(standard), Some(summer)) = (zone.get("Standard"), zone.get("Daylight")) else {
        return Some(CustomRules { standard_offset_minutes: base, daylight: None });
    };
    let change = |half: &Element| {
        let day = half.get("RelativeYearlyRecurrence")?;
        let month = MONTHS.iter().position(|month| day.word("Month") == Some(month))?;
        let index = WeekIndex::ALL
            .iter()
            .position(|index| WeekIndex::from_word(day.word("DayOfWeekIndex").unwrap_or_default()) == Some(*index))?;
        let number = |place: usize| NonZeroU8::new(u8::try_from(place + 1).ok()?);
        Some(Transition {
            month: number(month)?,
            week: number(index)?,
            weekday: weekday(day.word("DaysOfWeek")?)?,
            time: half.word("Time")?.get(..8)?.parse().ok()?,
        })
    };
    let daylight =
        Daylight { offset_minutes: base + east("Offset", summer)?, begins: change(summer)?, ends: change(standard)? };
    Some(CustomRules { standard_offset_minutes: base + east("Offset", standard)?, daylight: Some(daylight) })
}

/// The `MeetingTimeZone` of a zone, with its rules of the present year.
pub(in crate::microsoft::ews) fn write_meeting_zone(zone: &Zone, now: Timestamp) -> Element {
    let rules = rules::of(zone, zone.local(now).date().year());
    let half = |name: &str, extra: i32, rule: &Transition| {
        let index = WeekIndex::ALL.get(usize::from(rule.week.get()) - 1).map_or("last", |index| index.word());
        let (first, rest) = index.split_at(1);
        let day = t("RelativeYearlyRecurrence").children([
            t("DaysOfWeek").saying(weekday_name(rule.weekday)),
            t("DayOfWeekIndex").saying(&(first.to_uppercase() + rest)),
            t("Month").saying(MONTHS.get(usize::from(rule.month.get()) - 1).copied().unwrap_or_default()),
        ]);
        t(name).child(t("Offset").saying(&minutes(-extra))).child(day).child(t("Time").saying(&rule.time.to_string()))
    };
    let base = t("BaseOffset").saying(&minutes(-rules.standard_offset_minutes));
    let named = match zone.windows() {
        Some(name) => t("MeetingTimeZone").with("TimeZoneName", name),
        None => t("MeetingTimeZone"),
    };
    let halves = rules.daylight.iter().flat_map(|summer| {
        let extra = summer.offset_minutes - rules.standard_offset_minutes;
        [half("Standard", 0, &summer.ends), half("Daylight", extra, &summer.begins)]
    });
    named.child(base).children(halves)
}

/// Reads the `TimeZone` of a request for availability. Both halves stand there in any case: in a zone without a second
/// one they differ in nothing, or the rest of them makes no sense.
///
/// See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/timezone-availability>.
pub(in crate::microsoft::ews) fn read_serializable(zone: &Element) -> Result<Zone, &'static str> {
    let custom = serializable_rules(zone).ok_or("ErrorTimeZone")?;
    Zone::custom("request", &custom).map_err(|_| "ErrorTimeZone")
}

fn serializable_rules(zone: &Element) -> Option<CustomRules> {
    let number = |of: &Element, name: &str| of.word(name)?.parse::<i32>().ok();
    let base = number(zone, "Bias")?;
    let (standard, summer) = (zone.get("StandardTime")?, zone.get("DaylightTime")?);
    let (west, west_in_summer) = (base + number(standard, "Bias")?, base + number(summer, "Bias")?);
    if west == west_in_summer || number(summer, "Month") == Some(0) {
        return Some(CustomRules { standard_offset_minutes: -west, daylight: None });
    }
    let change = |half: &Element| {
        let small = |name: &str| half.word(name)?.parse::<u8>().ok().and_then(NonZeroU8::new);
        let time: Time = half.word("Time")?.parse().ok()?;
        let day = weekday(half.word("DayOfWeek")?)?;
        Some(Transition { month: small("Month")?, week: small("DayOrder")?, weekday: day, time })
    };
    let daylight = Daylight { offset_minutes: -west_in_summer, begins: change(summer)?, ends: change(standard)? };
    Some(CustomRules { standard_offset_minutes: -west, daylight: Some(daylight) })
}

/// A zone as availability writes it. One without another half of the year has two that don't differ.
pub(in crate::microsoft::ews) fn write_serializable(zone: &Zone, now: Timestamp) -> Element {
    let rules = rules::of(zone, zone.local(now).date().year());
    let half = |name: &str, bias: i32, rule: Option<&Transition>| {
        let number = |number: Option<u8>| number.unwrap_or_default().to_string();
        t(name).children([
            t("Bias").saying(&bias.to_string()),
            t("Time").saying(&rule.map_or(Time::midnight(), |rule| rule.time).to_string()),
            t("DayOrder").saying(&number(rule.map(|rule| rule.week.get()))),
            t("Month").saying(&number(rule.map(|rule| rule.month.get()))),
            t("DayOfWeek").saying(rule.map_or("Sunday", |rule| weekday_name(rule.weekday))),
        ])
    };
    let summer = rules.daylight.as_ref();
    let extra = summer.map_or(0, |summer| rules.standard_offset_minutes - summer.offset_minutes);
    t("TimeZone")
        .child(t("Bias").saying(&(-rules.standard_offset_minutes).to_string()))
        .child(half("StandardTime", 0, summer.map(|summer| &summer.ends)))
        .child(half("DaylightTime", extra, summer.map(|summer| &summer.begins)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    const ZONES: [&str; 5] =
        ["UTC", "India Standard Time", "W. Europe Standard Time", "Pacific Standard Time", "AUS Eastern Standard Time"];

    fn now() -> Timestamp {
        "2026-11-23T00:00:00Z".parse().expect("a moment")
    }

    fn again(element: &Element) -> Element {
        mxs_xml::read(element.xml().as_bytes()).expect("XML")
    }

    #[test]
    fn zones_are_the_same_when_they_were_written_and_read() {
        for name in ZONES {
            let zone = Zone::parse(name).expect(name);
            let mut by_rules = again(&write_meeting_zone(&zone, now()));
            let by_name = read_meeting_zone(&by_rules).expect(name);
            assert_eq!(by_name.rules.windows(), zone.windows());
            by_rules.attributes.clear();
            let by_rules = read_meeting_zone(&by_rules).expect(name).rules;
            let serializable = read_serializable(&again(&write_serializable(&zone, now()))).expect(name);
            for month in 0..12 {
                let moment = now() + SignedDuration::from_hours(24 * 30 * month);
                assert_eq!(by_rules.local(moment), zone.local(moment), "{name}");
                assert_eq!(serializable.local(moment), zone.local(moment), "{name}");
            }
        }
    }

    #[test]
    fn zones_without_sense_are_refused() {
        let element = |xml: &str| mxs_xml::read(xml.as_bytes()).expect("XML");
        for xml in [
            "<MeetingTimeZone/>",
            "<MeetingTimeZone TimeZoneName='x'/>",
            "<MeetingTimeZone><BaseOffset>late</BaseOffset></MeetingTimeZone>",
        ] {
            assert_eq!(read_meeting_zone(&element(xml)).err(), Some("ErrorCalendarInvalidTimeZone"), "{xml}");
        }
        let half =
            "<Bias>0</Bias><Time>25:00:00</Time><DayOrder>1</DayOrder><Month>3</Month><DayOfWeek>Sunday</DayOfWeek>";
        let broken = format!(
            "<TimeZone><Bias>0</Bias><StandardTime>{half}</StandardTime><DaylightTime>{}</DaylightTime></TimeZone>",
            half.replacen("<Bias>0", "<Bias>-60", 1)
        );
        for xml in ["<TimeZone/>", broken.as_str()] {
            assert_eq!(read_serializable(&element(xml)).err(), Some("ErrorTimeZone"), "{xml}");
        }
    }
}
