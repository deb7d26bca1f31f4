//! Whatever is asked, there is an answer.

use crate::support::*;
use mxs_http::{Method, Request};
use proptest::prelude::*;

const OPERATIONS: [&str; 8] = [
    "CreateItem SendMeetingInvitations=\"SendOnlyToAll\"",
    "UpdateItem ConflictResolution=\"AlwaysOverwrite\" SendMeetingInvitationsOrCancellations=\"SendToNone\"",
    "FindItem Traversal=\"Shallow\"",
    "GetUserAvailabilityRequest",
    "Subscribe",
    "GetEvents",
    "ResolveNames ReturnFullContactData=\"false\"",
    "GetServerTimeZones",
];

const NAMES: [&str; 26] = [
    "m:Items",
    "t:CalendarItem",
    "t:Start",
    "t:End",
    "t:Recurrence",
    "t:WeeklyRecurrence",
    "t:Interval",
    "t:DaysOfWeek",
    "t:NumberedRecurrence",
    "t:StartDate",
    "t:NumberOfOccurrences",
    "t:StartTimeZone",
    "t:MeetingTimeZone",
    "t:BaseOffset",
    "t:RequiredAttendees",
    "t:Attendee",
    "t:TimeZone",
    "t:Bias",
    "t:StandardTime",
    "m:MailboxDataArray",
    "t:MailboxData",
    "t:FreeBusyViewOptions",
    "t:TimeWindow",
    "m:PullSubscriptionRequest",
    "m:UnresolvedEntry",
    "m:Ids",
];

const TEXTS: [&str; 10] =
    ["", "0", "-1", "99999999999", "true", "2026-11-24T09:00:00Z", "2026-02-30", "Monday", "PT60M", "\u{e9}&lt;&#0;"];

fn element() -> impl Strategy<Value = String> {
    let leaf = (prop::sample::select(&NAMES[..]), prop::sample::select(&TEXTS[..]), prop::bool::ANY).prop_map(
        |(name, text, attribute)| {
            let attribute = if attribute { format!(" Id=\"{text}\" StartDate=\"{text}\"") } else { String::new() };
            format!("<{name}{attribute}>{text}</{name}>")
        },
    );
    leaf.prop_recursive(5, 40, 5, |inner| {
        (prop::sample::select(&NAMES[..]), prop::collection::vec(inner, 0..5))
            .prop_map(|(name, inside)| format!("<{name}>{}</{name}>", inside.concat()))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_operation_has_an_answer(
        operation in prop::sample::select(&OPERATIONS[..]),
        inside in prop::collection::vec(element(), 0..5),
        zone in prop::option::of(prop::sample::select(&["UTC", "W. Europe Standard Time", "x"][..])),
    ) {
        let (mut world, door) = (world(), Door::of(ADA));
        let door = if let Some(zone) = zone { door.in_zone(zone) } else { door };
        let name = operation.split(' ').next().expect("a name");
        let request = door.request(&format!("<m:{operation}>{}</m:{name}>", inside.concat()));
        let answer = send(&mut world, &request);
        prop_assert!([200, 400, 500].contains(&answer.status), "{}", answer.status);
        prop_assert!(mxs_xml::read(&answer.body).is_ok());
    }

    #[test]
    fn any_body_has_an_answer(body in prop::collection::vec(any::<u8>(), 0..200), path in 0_usize..3) {
        let paths = ["/EWS/Exchange.asmx", "/autodiscover/autodiscover.xml", "/autodiscover/autodiscover.svc"];
        let request = Request::new(Method::Post, paths[path])
            .header("Authorization", basic(ADA, PASSWORD))
            .body("text/xml; charset=utf-8", body);
        let answer = send(&mut world(), &request);
        prop_assert!([200, 400, 500].contains(&answer.status), "{}", answer.status);
    }
}
