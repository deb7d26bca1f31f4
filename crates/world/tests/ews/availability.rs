//! When people are free, and when they aren't.

use crate::support::*;
use mxs_world::World;
use mxs_xml::Element;
use serde_json::{Value, json};

const BERLIN: &str = "<t:TimeZone><t:Bias>-60</t:Bias>\
    <t:StandardTime><t:Bias>0</t:Bias><t:Time>03:00:00</t:Time><t:DayOrder>5</t:DayOrder><t:Month>10</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek></t:StandardTime>\
    <t:DaylightTime><t:Bias>-60</t:Bias><t:Time>02:00:00</t:Time><t:DayOrder>5</t:DayOrder><t:Month>3</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek></t:DaylightTime></t:TimeZone>";

/// Asks about a day in Berlin.
fn question(zone: &str, people: &[&str], window: (&str, &str), minutes: u32, view: &str) -> String {
    let mailbox = |address: &&str| {
        format!(
            "<t:MailboxData><t:Email><t:Address>{address}</t:Address></t:Email><t:AttendeeType>Required</t:AttendeeType></t:MailboxData>"
        )
    };
    let mailboxes: String = people.iter().map(mailbox).collect();
    format!(
        "<m:GetUserAvailabilityRequest>{zone}<m:MailboxDataArray>{mailboxes}</m:MailboxDataArray><t:FreeBusyViewOptions>\
         <t:TimeWindow><t:StartTime>{}</t:StartTime><t:EndTime>{}</t:EndTime></t:TimeWindow>\
         <t:MergedFreeBusyIntervalInMinutes>{minutes}</t:MergedFreeBusyIntervalInMinutes><t:RequestedView>{view}</t:RequestedView>\
         </t:FreeBusyViewOptions></m:GetUserAvailabilityRequest>",
        window.0, window.1
    )
}

const DAY: (&str, &str) = ("2026-11-24T00:00:00", "2026-11-25T00:00:00");

fn add(world: &mut World, user: &str, event: &Value) {
    world.with_microsoft(|microsoft, context| microsoft.add_event(user, None, event, context)).expect("an event");
}

fn hour(subject: &str, start: u8, shown: &str) -> Value {
    let at =
        |hour: u8| json!({ "dateTime": format!("2026-11-24T{hour:02}:00:00"), "timeZone": "W. Europe Standard Time" });
    json!({ "subject": subject, "start": at(start), "end": at(start + 1), "showAs": shown, "location": { "displayName": "Room" } })
}

/// What is answered of each mailbox: the code, or the view.
fn views(answer: &Element) -> Vec<Result<Element, String>> {
    let array = answer.get("FreeBusyResponseArray").expect("answers");
    let one = |one: &Element| match one.get("FreeBusyView") {
        Some(view) => Ok(view.clone()),
        None => Err(one.at(&["ResponseMessage", "ResponseCode"]).expect("a code").text.clone()),
    };
    array.children.iter().map(one).collect()
}

/// The times of a view: from, to, how it is shown.
fn times(view: &Element) -> Vec<String> {
    let event = |event: &Element| {
        format!("{} {} {}", &event.text("StartTime")[11..16], &event.text("EndTime")[11..16], event.text("BusyType"))
    };
    view.get("CalendarEventArray").map(|all| all.children.iter().map(event).collect()).unwrap_or_default()
}

#[test]
fn a_day_is_shown_in_the_zone_and_the_view_that_are_asked_for() {
    let (mut world, ada) = (world(), Door::of(ADA));
    for event in [
        hour("Busy", 9, "busy"),
        hour("Away", 10, "oof"),
        hour("Home", 12, "workingElsewhere"),
        hour("Free", 14, "free"),
    ] {
        add(&mut world, ADA, &event);
    }
    let mut view =
        |view: &str| views(&ada.ask(&mut world, &question(BERLIN, &[ADA], DAY, 60, view))).remove(0).expect("a view");
    let shown = ["09:00 10:00 Busy", "10:00 11:00 OOF", "12:00 13:00 WorkingElsewhere", "14:00 15:00 Free"];
    let digits = "000000000230400000000000";
    let cases = [
        ("MergedOnly", true, false),
        ("FreeBusy", false, true),
        ("FreeBusyMerged", true, true),
        ("DetailedMerged", true, true),
    ];
    for (name, merged, events) in cases {
        let found = view(name);
        assert_eq!(found.text("FreeBusyViewType"), name);
        assert_eq!(found.text("MergedFreeBusy"), if merged { digits } else { "" }, "{name}");
        assert_eq!(times(&found), if events { shown.to_vec() } else { Vec::new() }, "{name}");
    }
    let details = view("Detailed");
    let first = details.at(&["CalendarEventArray", "CalendarEvent", "CalendarEventDetails"]).expect("details");
    let said = ["Subject", "Location", "IsMeeting", "IsRecurring", "IsPrivate"].map(|name| first.text(name));
    assert_eq!(said, ["Busy", "Room", "false", "false", "false"]);
}

#[test]
fn series_whole_days_and_neighbours_are_counted() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let mut series = hour("Daily", 9, "busy");
    series["recurrence"] = json!({ "pattern": { "type": "daily", "interval": 1 }, "range": { "type": "noEnd", "startDate": "2026-11-24" } });
    add(&mut world, ADA, &series);
    let day = |day: u8| json!({ "dateTime": format!("2026-11-{day}T00:00:00"), "timeZone": "UTC" });
    add(
        &mut world,
        ADA,
        &json!({ "subject": "Day", "start": day(26), "end": day(27), "isAllDay": true, "showAs": "oof" }),
    );
    let window = ("2026-11-25T00:00:00", "2026-11-27T00:00:00");
    let view = views(&ada.ask(&mut world, &question(BERLIN, &[ADA], window, 720, "FreeBusyMerged")))
        .remove(0)
        .expect("a view");
    // A whole day is one wherever somebody looks at it.
    assert_eq!(times(&view), ["09:00 10:00 Busy", "00:00 00:00 OOF", "09:00 10:00 Busy"]);
    assert_eq!(view.text("MergedFreeBusy"), "2033");
}

#[test]
fn others_show_when_and_not_what() {
    let (mut world, ada) = (world(), Door::of(ADA));
    add(&mut world, BOB, &hour("Secret", 9, "busy"));
    let people = [ADA, BOB, CAROL, NOBOX];
    let answer = ada.ask(&mut world, &question(BERLIN, &people, DAY, 60, "Detailed"));
    let found = views(&answer);
    let (ada_view, bob_view) = (found[0].as_ref().expect("a view"), found[1].as_ref().expect("a view"));
    assert_eq!((ada_view.text("FreeBusyViewType"), times(ada_view).len()), ("Detailed", 0));
    assert_eq!((bob_view.text("FreeBusyViewType"), times(bob_view)), ("FreeBusy", vec!["09:00 10:00 Busy".to_owned()]));
    assert!(!answer.xml().contains("Secret"));
    for unknown in &found[2..] {
        assert_eq!(unknown.as_ref().err().map(String::as_str), Some("ErrorMailRecipientNotFound"));
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let ask = |window, minutes, view| question(BERLIN, &[ADA], window, minutes, view);
    let cases = [
        (ask(DAY, 4, "FreeBusy"), "ErrorInvalidMergedFreeBusyInterval"),
        (ask(DAY, 1441, "FreeBusy"), "ErrorInvalidMergedFreeBusyInterval"),
        (ask((DAY.1, DAY.0), 30, "FreeBusy"), "ErrorInvalidTimeInterval"),
        (ask(("2026-01-01T00:00:00", "2026-03-05T00:00:00"), 30, "FreeBusy"), "ErrorTimeIntervalTooBig"),
        (ask(DAY, 30, "None"), "ErrorInvalidFreeBusyViewType"),
        (question("", &[ADA], DAY, 30, "FreeBusy"), "ErrorTimeZone"),
        (question(BERLIN, &[ADA; 101], DAY, 30, "FreeBusy"), "ErrorMailboxDataArrayTooBig"),
    ];
    for (question, wanted) in cases {
        assert_eq!(code(&ada.ask(&mut world, &question)), wanted, "{question}");
    }
    // The header is enough for those who speak a newer version, and an older server takes less at once.
    let zoned = Door::of(ADA).in_zone("W. Europe Standard Time");
    let fine = zoned.ask(&mut world, &question("", &[ADA], DAY, 30, "FreeBusy"));
    assert!(views(&fine)[0].is_ok());
    let old = Door::of(ADA).speaking("Exchange2007_SP1");
    let weeks = ("2026-01-01T00:00:00", "2026-02-13T00:00:00");
    assert_eq!(code(&old.ask(&mut world, &question(BERLIN, &[ADA], weeks, 30, "FreeBusy"))), "ErrorTimeIntervalTooBig");
}
