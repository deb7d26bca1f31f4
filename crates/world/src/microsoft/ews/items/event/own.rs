//! What a calendar item shows of itself.

use super::super::super::call::EwsCall;
use super::super::super::names::{said, t};
use super::super::super::refusal::Refusal;
use super::super::super::server::Version;
use super::super::super::times::{in_zone, offset, utc};
use super::super::super::zones;
use super::super::item_id;
use super::people::{self, given};
use super::recurrence;
use super::words::{ELSEWHERE, KEPT, KINDS, SHOWN_AS, kept, spoken};
use crate::microsoft::calendar::{Item, NamedZone, Span, spoken_uid};
use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp};
use mxs_calendar::Range;
use mxs_xml::Element;

/// How times are written and meant.
#[derive(Clone, Debug)]
pub(super) struct Times {
    /// The zone that the request names.
    pub(super) zone: Option<NamedZone>,
    pub(super) now: Timestamp,
}

impl Times {
    /// Those of a request. What no zone is called is refused.
    pub(super) fn of(call: &EwsCall<'_, '_>) -> Result<Self, Refusal> {
        let invalid = |_| Refusal::new("ErrorTimeZone", "The time zone of the request isn't valid.");
        // Exchange 2010 brought the header.
        let named = call.time_zone.as_deref().filter(|_| call.version >= Version::Exchange2010);
        let zone = named.map(NamedZone::find).transpose().map_err(invalid)?;
        Ok(Self { zone, now: call.context.now })
    }

    /// A moment, in the request's zone if it names one.
    fn written(&self, moment: Timestamp) -> String {
        self.zone.as_ref().map_or_else(|| utc(moment), |zone| in_zone(moment, &zone.rules))
    }

    /// How far the request's zone is from UTC on a day.
    fn offset_on(&self, day: Date) -> String {
        let zone = self.zone.clone().unwrap_or_default().rules;
        let midnight = zone.resolve(day.to_datetime(Time::midnight()));
        midnight.map_or_else(|_| "Z".to_owned(), |midnight| offset(midnight.instant(), &zone))
    }
}

/// One of an item's own properties; `None` where it doesn't have it.
pub(super) fn value(item: &Item<'_>, name: &str, times: &Times, version: Version) -> Option<Element> {
    let event = item.event;
    let property = |name: &str| event.property_of(item.day, name);
    let text = |name: &str| property(name).as_str().unwrap_or_default().to_owned();
    let span = item.span();
    let is_master = item.kind() == "seriesMaster";
    let moment = |moment: Timestamp| said(name, times.written(moment));
    Some(match name {
        "UID" => said(name, spoken_uid(&event.ical_uid)),
        "RecurrenceId" | "OriginalStart" => moment(original_start(item)?),
        "DateTimeStamp" => moment(item.modified()),
        "Start" | "StartWallClock" => moment(span.start.instant()),
        "End" | "EndWallClock" => moment(span.end.instant()),
        "IsAllDayEvent" => said(name, span.all_day),
        "LegacyFreeBusyStatus" => said(name, shown_as(&text("showAs"), version)),
        "Location" => said(name, non_empty(property("location")["displayName"].as_str())?),
        "EnhancedLocation" => {
            t(name).child(said("DisplayName", non_empty(property("location")["displayName"].as_str())?))
        }
        "IsMeeting" => said(name, is_meeting(item)),
        "IsCancelled" => said(name, property("isCancelled") == true),
        "IsRecurring" => said(name, item.day.is_some()),
        "MeetingRequestWasSent" => said(name, is_meeting(item) && (event.requested || !event.is_organizer)),
        "IsResponseRequested" => said(name, property("responseRequested") == true),
        "CalendarItemType" => said(name, spoken(&KINDS, item.kind())?),
        "MyResponseType" => said(name, people::my_answer(item)),
        "Organizer" => people::organizer(item),
        "RequiredAttendees" | "OptionalAttendees" | "Resources" => {
            people::write(item, name, &|text| given(text).map(|moment| times.written(moment)))?
        }
        "Duration" => said(name, duration(&span)),
        "TimeZone" => said(name, zone_name(&span, times)),
        "AppointmentReplyTime" => moment(given(property("responseStatus")["time"].as_str()?)?),
        // The store counts no versions of meetings.
        "AppointmentSequenceNumber" => said(name, 0),
        "AppointmentState" => said(name, state(item)),
        "Recurrence" => written_recurrence(item, times, version)?,
        "FirstOccurrence" if is_master => occurrence(item, name, existing(item).next()?, times)?,
        "LastOccurrence" if is_master => occurrence(item, name, last(item)?, times)?,
        "ModifiedOccurrences" => {
            let days = item.exceptions().filter_map(|exception| exception.day);
            let all: Vec<Element> = days.filter_map(|day| occurrence(item, "Occurrence", day, times)).collect();
            list(name, all)?
        }
        "DeletedOccurrences" if is_master => {
            let days = event.repetition.iter().flat_map(|repetition| &repetition.days.cancelled);
            let starts = days.filter_map(|day| Some(event.span.on(*day)?.start.instant()));
            let all = starts.map(|start| t("DeletedOccurrence").child(said("Start", times.written(start)))).collect();
            list(name, all)?
        }
        "MeetingTimeZone" => zones::write_meeting_zone(&span.start.zone.rules, times.now),
        "StartTimeZone" => zones::write_definition(name, &span.start.zone.rules, times.now),
        "EndTimeZone" => zones::write_definition(name, &span.end.zone.rules, times.now),
        "StartTimeZoneId" => said(name, span.start.zone.rules.windows()?),
        "EndTimeZoneId" => said(name, span.end.zone.rules.windows()?),
        "AllowNewTimeProposal" => said(name, property("allowNewTimeProposals") == true),
        "IsOnlineMeeting" => {
            said(name, property("isOnlineMeeting") == true || property(&kept(name)).as_str() == Some("true"))
        }
        "JoinOnlineMeetingUrl" => said(name, non_empty(property("onlineMeeting")["joinUrl"].as_str())?),
        "IsOrganizer" => said(name, event.is_organizer),
        name if KEPT.contains(&name) => said(name, property(&kept(name)).as_str()?),
        _ => return None,
    })
}

/// Whether anybody takes part beside the owner.
pub(super) fn is_meeting(item: &Item<'_>) -> bool {
    item.event.has_attendees(item.day) || !item.event.is_organizer
}

/// Bits: a meeting, that somebody else made, that was cancelled
/// (<https://learn.microsoft.com/en-us/openspecs/exchange_server_protocols/ms-oxocal>, PidLidAppointmentStateFlags).
fn state(item: &Item<'_>) -> u8 {
    let cancelled = item.event.property_of(item.day, "isCancelled") == true;
    let bit = |is_set: bool, bit: u8| if is_set { bit } else { 0 };
    bit(is_meeting(item), 1) | bit(!item.event.is_organizer, 2) | bit(cancelled, 4)
}

fn shown_as(word: &str, version: Version) -> &'static str {
    match spoken(&SHOWN_AS, word).unwrap_or("Busy") {
        ELSEWHERE if version < Version::Exchange2013 => "Free",
        word => word,
    }
}

/// When an occurrence would start if nothing had been changed.
fn original_start(item: &Item<'_>) -> Option<Timestamp> {
    Some(item.event.span.on(item.day?)?.start.instant())
}

/// The occurrences of a series that take place, by original date.
fn existing<'a>(item: &Item<'a>) -> impl Iterator<Item = Date> + use<'a> {
    let days = item.event.repetition.iter().map(|repetition| &repetition.days);
    days.flat_map(|days| days.rule.dates(days.start).filter(|day| !days.cancelled.contains(day)))
}

/// The last occurrence of a series that has an end.
fn last(item: &Item<'_>) -> Option<Date> {
    let has_end = item.event.repetition.as_ref().is_some_and(|own| own.days.rule.range() != Range::Forever);
    has_end.then(|| existing(item).last()).flatten()
}

fn occurrence(item: &Item<'_>, name: &str, day: Date, times: &Times) -> Option<Element> {
    let one = Item { event: item.event, day: Some(day) };
    let span = one.span();
    Some(
        t(name)
            .child(item_id(&one.id(false), one.change_key()))
            .child(said("Start", times.written(span.start.instant())))
            .child(said("End", times.written(span.end.instant())))
            .child(said("OriginalStart", times.written(original_start(&one)?))),
    )
}

fn written_recurrence(item: &Item<'_>, times: &Times, version: Version) -> Option<Element> {
    let repetition = item.event.repetition.as_ref().filter(|_| item.day.is_none())?;
    let zone = |day: Date| times.offset_on(day);
    recurrence::write(&repetition.pattern, &zone, version >= Version::Exchange2010Sp1)
}

fn list(name: &str, all: Vec<Element>) -> Option<Element> {
    (!all.is_empty()).then(|| t(name).children(all))
}

fn non_empty(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

/// How long an item takes, as an `xs:duration` without days: so it is recorded of what is shorter.
fn duration(span: &Span) -> String {
    let length: SignedDuration = span.end.instant().duration_since(span.start.instant());
    let (days, hours, minutes) = (length.as_hours() / 24, length.as_hours() % 24, length.as_mins() % 60);
    let part = |number: i64, letter: char| if number == 0 { String::new() } else { format!("{number}{letter}") };
    let time = part(hours, 'H') + &part(minutes, 'M');
    match (days, time.is_empty()) {
        (0, true) => "PT0S".to_owned(),
        (days, true) => format!("P{days}D"),
        (days, false) => format!("P{}T{time}", part(days, 'D')),
    }
}

fn zone_name(span: &Span, times: &Times) -> String {
    let zone = &span.start.zone.rules;
    zone.windows().map_or_else(|| zone.to_string(), |windows| zones::display_name(windows, zone, times.now))
}
