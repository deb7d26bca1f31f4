//! Times and their zones.

use super::*;

const BERLIN: &str = "W. Europe Standard Time";

fn item_of(start: &str, end: &str, more: &str) -> String {
    format!("<t:Subject>x</t:Subject><t:Start>{start}</t:Start><t:End>{end}</t:End>{more}")
}

#[test]
fn a_time_means_what_its_zone_says() {
    let zone = |id: &str| format!("<t:StartTimeZone Id=\"{id}\"/>");
    let plain = ("2026-07-01T09:00:00", "2026-07-01T10:00:00");
    let moment = ("2026-07-01T09:00:00Z", "2026-07-01T10:00:00Z");
    let offset = ("2026-07-01T09:00:00-07:00", "2026-07-01T10:00:00-07:00");
    // What is written, the zone of the request, that of the item, and when and in which zone it is.
    let cases = [
        (plain, None, None, "2026-07-01T09:00:00Z", "UTC"),
        (plain, Some(BERLIN), None, "2026-07-01T09:00:00+02:00", BERLIN),
        (plain, None, Some("Tokyo Standard Time"), "2026-07-01T00:00:00Z", "Tokyo Standard Time"),
        (plain, Some(BERLIN), Some("Tokyo Standard Time"), "2026-07-01T02:00:00+02:00", "Tokyo Standard Time"),
        (moment, None, Some("Tokyo Standard Time"), "2026-07-01T09:00:00Z", "Tokyo Standard Time"),
        (moment, Some(BERLIN), None, "2026-07-01T11:00:00+02:00", BERLIN),
        (offset, None, None, "2026-07-01T16:00:00Z", "UTC"),
    ];
    for ((start, end), requested, own, shown, named) in cases {
        let (mut world, door) = (world(), Door::of(ADA));
        let door = if let Some(requested) = requested { door.in_zone(requested) } else { door };
        let id = create(&mut world, &door, &item_of(start, end, &own.map(zone).unwrap_or_default()));
        let read = get(&mut world, &door, &id, &["calendar:Start", "calendar:StartTimeZone", "calendar:EndTimeZone"]);
        assert_eq!(read.text("Start"), shown, "{start} {requested:?} {own:?}");
        for name in ["StartTimeZone", "EndTimeZone"] {
            assert_eq!(
                read.get(name).and_then(|zone| zone.attribute("Id")),
                Some(named),
                "{start} {requested:?} {own:?}"
            );
        }
    }
    let (mut world, lost) = (world(), Door::of(ADA).in_zone("Middle-earth"));
    assert_eq!(code(&lost.ask(&mut world, &creation(&item_of(plain.0, plain.1, "")))), "ErrorTimeZone");
}

#[test]
fn older_programs_name_one_zone_for_both_ends() {
    let (mut world, old) = (world(), Door::of(ADA).speaking("Exchange2007_SP1"));
    let named = format!("<t:MeetingTimeZone TimeZoneName=\"{BERLIN}\"/>");
    let rules = "<t:MeetingTimeZone><t:BaseOffset>-PT60M</t:BaseOffset><t:Standard><t:Offset>PT0M</t:Offset><t:RelativeYearlyRecurrence>\
                 <t:DaysOfWeek>Sunday</t:DaysOfWeek><t:DayOfWeekIndex>Last</t:DayOfWeekIndex><t:Month>October</t:Month></t:RelativeYearlyRecurrence>\
                 <t:Time>03:00:00</t:Time></t:Standard><t:Daylight><t:Offset>-PT60M</t:Offset><t:RelativeYearlyRecurrence><t:DaysOfWeek>Sunday</t:DaysOfWeek>\
                 <t:DayOfWeekIndex>Last</t:DayOfWeekIndex><t:Month>March</t:Month></t:RelativeYearlyRecurrence><t:Time>02:00:00</t:Time></t:Daylight></t:MeetingTimeZone>";
    for zone in [named.as_str(), rules] {
        let id = create(&mut world, &old, &item_of("2026-07-01T09:00:00", "2026-07-01T10:00:00", zone));
        let read = get(&mut world, &old, &id, &["calendar:Start", "calendar:MeetingTimeZone"]);
        assert_eq!(read.text("Start"), "2026-07-01T07:00:00Z");
        let shown = read.get("MeetingTimeZone").expect("a zone");
        assert_eq!(shown.attribute("TimeZoneName"), (zone == named).then_some(BERLIN));
        assert_eq!(shown.text("BaseOffset"), "-PT60M");
        assert_eq!(
            shown.at(&["Daylight", "RelativeYearlyRecurrence"]).map(|day| day.text("Month").to_owned()),
            Some("March".into())
        );
    }
    let shown: Vec<_> =
        world.microsoft.events(ADA).iter().map(|event| event["originalStartTimeZone"].clone()).collect();
    assert_eq!(shown, [BERLIN, "tzone://Microsoft/Custom"]);
}

#[test]
fn times_that_change_without_a_zone_lose_it() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let inside = item_of("2026-07-01T09:00:00", "2026-07-01T10:00:00", &format!("<t:StartTimeZone Id=\"{BERLIN}\"/>"));
    let id = create(&mut world, &ada, &inside);
    let start = setting("calendar:Start", "<t:Start>2026-07-01T07:30:00Z</t:Start>");
    let zone = |name: &str, id: &str| setting(&format!("calendar:{name}"), &format!("<t:{name} Id=\"{id}\"/>"));
    let shown = |world: &World| {
        let event = in_graph(world, ADA);
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        (
            text(&event["start"]["dateTime"])[11..16].to_owned(),
            text(&event["originalStartTimeZone"]),
            text(&event["originalEndTimeZone"]),
        )
    };
    let wanted = |time: &str, start: &str, end: &str| (time.to_owned(), start.to_owned(), end.to_owned());
    change(&mut world, &ada, &id, &setting("item:Subject", "<t:Subject>y</t:Subject>"));
    assert_eq!(shown(&world), wanted("07:00", BERLIN, BERLIN), "nothing is said of times");
    change(&mut world, &ada, &id, &start);
    assert_eq!(shown(&world), wanted("07:30", "UTC", "UTC"));
    // The zone alone moves nothing.
    change(&mut world, &ada, &id, &(zone("StartTimeZone", BERLIN) + &zone("EndTimeZone", "Tokyo Standard Time")));
    assert_eq!(shown(&world), wanted("07:30", BERLIN, "Tokyo Standard Time"));
}

#[test]
fn whole_days_are_midnights_of_their_zone() {
    let berlin = format!("<t:StartTimeZone Id=\"{BERLIN}\"/>");
    let all_day = |more: &str| format!("<t:IsAllDayEvent>true</t:IsAllDayEvent>{more}");
    let cases = [
        // As it should be, in the middle of the day, and one that takes no time.
        (
            ("2026-11-24T00:00:00", "2026-11-25T00:00:00"),
            berlin.as_str(),
            "2026-11-23T23:00:00Z",
            "2026-11-24T23:00:00Z",
        ),
        (("2026-11-24T09:00:00", "2026-11-24T17:00:00"), &berlin, "2026-11-23T23:00:00Z", "2026-11-24T23:00:00Z"),
        (("2026-11-24T00:00:00", "2026-11-24T00:00:00"), &berlin, "2026-11-23T23:00:00Z", "2026-11-24T23:00:00Z"),
        (("2026-11-24T00:00:00Z", "2026-11-26T00:00:00Z"), "", "2026-11-24T00:00:00Z", "2026-11-26T00:00:00Z"),
    ];
    for ((start, end), zone, first, last) in cases {
        let (mut world, ada) = (world(), Door::of(ADA));
        let id = create(&mut world, &ada, &item_of(start, end, &all_day(zone)));
        let read = get(&mut world, &ada, &id, &["calendar:Start", "calendar:End", "calendar:IsAllDayEvent"]);
        assert_eq!(
            (read.text("Start"), read.text("End"), read.text("IsAllDayEvent")),
            (first, last, "true"),
            "{start}"
        );
        let event = in_graph(&world, ADA);
        assert_eq!(
            (&event["isAllDay"], &event["start"]["dateTime"]),
            (&Value::Bool(true), &"2026-11-24T00:00:00.0000000".into())
        );
    }
    let (mut world, ada) = (world(), Door::of(ADA));
    let id = create(&mut world, &ada, &item_of("2026-11-24T09:00:00", "2026-11-24T10:00:00", &berlin));
    change(&mut world, &ada, &id, &setting("calendar:IsAllDayEvent", "<t:IsAllDayEvent>true</t:IsAllDayEvent>"));
    let read = get(&mut world, &ada, &id, &["calendar:Start", "calendar:End"]);
    assert_eq!((read.text("Start"), read.text("End")), ("2026-11-23T23:00:00Z", "2026-11-24T23:00:00Z"));
}

#[test]
fn a_series_keeps_its_hour_when_clocks_change_and_its_rule_in_another_zone() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let spring = weekly("Weekly", FOREVER).replace("2026-11-02", "2026-03-16");
    let id = create(&mut world, &ada, &spring);
    let start = |world: &mut World, place| {
        get(world, &ada, &occurrence(&id, place), &["calendar:Start"]).text("Start").to_owned()
    };
    assert_eq!([2, 3].map(|place| start(&mut world, place)), ["2026-03-23T08:00:00Z", "2026-03-30T07:00:00Z"]);
    change(&mut world, &ada, &id, &setting("calendar:StartTimeZone", "<t:StartTimeZone Id=\"UTC\"/>"));
    assert_eq!([2, 3].map(|place| start(&mut world, place)), ["2026-03-23T08:00:00Z", "2026-03-30T08:00:00Z"]);
}
