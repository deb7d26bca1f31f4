//! What calendar items have beside what all items have, in the order of `types.xsd`.

use super::super::super::server::Version::{Exchange2007, Exchange2007Sp1, Exchange2010, Exchange2013, Exchange2015};
use super::super::{Level, Properties, Property, fixed, open};
use Level::{All, Asked, Default};

/// Where the properties of calendar items are.
pub(in crate::microsoft::ews) const PROPERTIES: Properties =
    Properties { element: "CalendarItem", prefix: "calendar", own: OWN };

/// Zones come to whoever asks for them: a recorded answer with all properties has none.
const OWN: &[Property] = &[
    open("UID", All, Exchange2007Sp1),
    fixed("RecurrenceId", All, Exchange2007Sp1),
    fixed("DateTimeStamp", All, Exchange2007Sp1),
    open("Start", Default, Exchange2007),
    open("End", Default, Exchange2007),
    fixed("OriginalStart", All, Exchange2007),
    open("IsAllDayEvent", All, Exchange2007),
    open("LegacyFreeBusyStatus", Default, Exchange2007),
    open("Location", Default, Exchange2007),
    open("When", All, Exchange2007),
    fixed("IsMeeting", All, Exchange2007),
    fixed("IsCancelled", All, Exchange2007),
    fixed("IsRecurring", All, Exchange2007),
    fixed("MeetingRequestWasSent", All, Exchange2007),
    open("IsResponseRequested", All, Exchange2007Sp1),
    fixed("CalendarItemType", Default, Exchange2007),
    fixed("MyResponseType", All, Exchange2007),
    fixed("Organizer", Default, Exchange2007),
    open("RequiredAttendees", Default, Exchange2007),
    open("OptionalAttendees", Default, Exchange2007),
    open("Resources", Default, Exchange2007),
    fixed("Duration", All, Exchange2007),
    fixed("TimeZone", All, Exchange2007),
    fixed("AppointmentReplyTime", All, Exchange2007),
    fixed("AppointmentSequenceNumber", All, Exchange2007),
    fixed("AppointmentState", All, Exchange2007),
    open("Recurrence", Default, Exchange2007),
    fixed("FirstOccurrence", Default, Exchange2007),
    fixed("LastOccurrence", Default, Exchange2007),
    fixed("ModifiedOccurrences", Default, Exchange2007),
    fixed("DeletedOccurrences", Default, Exchange2007),
    open("MeetingTimeZone", Asked, Exchange2007),
    open("StartTimeZone", Asked, Exchange2010),
    open("EndTimeZone", Asked, Exchange2010),
    open("ConferenceType", All, Exchange2007),
    open("AllowNewTimeProposal", All, Exchange2007),
    open("IsOnlineMeeting", All, Exchange2007),
    open("MeetingWorkspaceUrl", All, Exchange2007),
    open("NetShowUrl", All, Exchange2007),
    open("EnhancedLocation", Asked, Exchange2013),
    fixed("StartWallClock", Asked, Exchange2015),
    fixed("EndWallClock", Asked, Exchange2015),
    fixed("StartTimeZoneId", Asked, Exchange2015),
    fixed("EndTimeZoneId", Asked, Exchange2015),
    fixed("JoinOnlineMeetingUrl", Asked, Exchange2013),
    fixed("IsOrganizer", All, Exchange2015),
];
