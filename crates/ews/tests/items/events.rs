use super::*;
use mxs_core::Field;
use mxs_ews::Exception;
use mxs_ews::update_item::unwritable;
use mxs_graph::tasks::TimeZone;

const SINGLE: &str = "<t:CalendarItem><t:ItemId Id='I' ChangeKey='K'/><t:ParentFolderId Id='F'/><t:Subject>E</t:Subject>\
    <t:Sensitivity>Normal</t:Sensitivity><t:Body BodyType='Text'>notes</t:Body><t:ReminderIsSet>true</t:ReminderIsSet>\
    <t:ReminderMinutesBeforeStart>15</t:ReminderMinutesBeforeStart><t:UID>U</t:UID><t:Start>2026-11-24T08:00:00Z</t:Start>\
    <t:End>2026-11-24T09:00:00Z</t:End><t:IsAllDayEvent>false</t:IsAllDayEvent><t:LegacyFreeBusyStatus>OOF</t:LegacyFreeBusyStatus>\
    <t:Location>Room 1</t:Location><t:CalendarItemType>Single</t:CalendarItemType><t:MyResponseType>Organizer</t:MyResponseType>\
    <t:StartTimeZone Id='W. Europe Standard Time' Name='x'/></t:CalendarItem>";

const SERIES: &str = "<t:CalendarItem><t:ItemId Id='S' ChangeKey='K'/><t:Start>2026-11-23T23:30:00Z</t:Start>\
    <t:End>2026-11-24T00:30:00Z</t:End><t:IsAllDayEvent>false</t:IsAllDayEvent><t:CalendarItemType>RecurringMaster</t:CalendarItemType>\
    <t:Recurrence><t:WeeklyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>Tuesday</t:DaysOfWeek></t:WeeklyRecurrence>\
    <t:EndDateRecurrence><t:StartDate>2026-11-24+01:00</t:StartDate><t:EndDate>2026-12-29+01:00</t:EndDate></t:EndDateRecurrence></t:Recurrence>\
    <t:ModifiedOccurrences><t:Occurrence><t:ItemId Id='X' ChangeKey='L'/><t:Start>2026-12-02T08:00:00Z</t:Start>\
    <t:End>2026-12-02T09:00:00Z</t:End><t:OriginalStart>2026-11-30T23:30:00Z</t:OriginalStart></t:Occurrence></t:ModifiedOccurrences>\
    <t:DeletedOccurrences><t:DeletedOccurrence><t:Start>2026-12-07T23:30:00Z</t:Start></t:DeletedOccurrence></t:DeletedOccurrences>\
    <t:StartTimeZone Id='W. Europe Standard Time'/></t:CalendarItem>";

fn read(item: &str, zone: Option<&str>) -> Result<Found, ErrorKind> {
    let zone = zone.and_then(TimeZone::new);
    found(Kind::Event, item, &Wanted { zone: zone.as_ref(), ..WANTED }, None)
}

#[test]
fn what_takes_place_once_is_read() {
    let event = read(SINGLE, None).expect("an event");
    let mut wanted = Fields::default()
        .with(Field::Subject, "E")
        .with(Field::Notes, "notes")
        .with(Field::Folder, "F")
        .with(Field::Location, "Room 1")
        .with(Field::MeetingUid, "U")
        .with(Field::ShowAs, "oof")
        .with(Field::Zone, "W. Europe Standard Time");
    wanted.put(Field::Start, moment("2026-11-24T08:00:00Z"));
    wanted.put(Field::End, moment("2026-11-24T09:00:00Z"));
    wanted.put(Field::Reminder, Some(Value::Number(15)));
    assert_eq!((event.seen.fields, event.exceptions), (wanted, vec![]));
}

#[test]
fn whole_days_are_days_wherever_they_were_written() {
    let all_day = |start: &str, end: &str, zone: &str| {
        let item = SINGLE.replace("2026-11-24T08:00:00Z", start).replace("2026-11-24T09:00:00Z", end);
        let item =
            item.replace("<t:IsAllDayEvent>false", "<t:IsAllDayEvent>true").replace("W. Europe Standard Time", zone);
        let fields = read(&item, None).expect("an event").seen.fields;
        (fields.get(Field::Start).cloned(), fields.get(Field::End).cloned())
    };
    let cases = [
        ("2026-11-23T23:00:00Z", "2026-11-24T23:00:00Z", "W. Europe Standard Time"),
        ("2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z", "UTC"),
        // Fourteen hours east: the nearest midnight in UTC would be another day's.
        ("2026-11-23T10:00:00Z", "2026-11-24T10:00:00Z", "Line Islands Standard Time"),
        ("2026-11-24T08:00:00Z", "2026-11-25T08:00:00Z", "Pacific Standard Time"),
        // A zone that nobody knows, and times that are no midnight where they should be.
        ("2026-11-23T23:00:00Z", "2026-11-24T23:00:00Z", "tzone://Microsoft/Custom"),
        ("2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z", "W. Europe Standard Time"),
    ];
    for (start, end, zone) in cases {
        assert_eq!(all_day(start, end, zone), (day("2026-11-24"), day("2026-11-25")), "{start} {zone}");
    }
}

#[test]
fn a_series_names_its_exceptions_and_what_was_cancelled() {
    let series = read(SERIES, None).expect("a series");
    let fields = &series.seen.fields;
    assert_eq!(fields.text(Field::Recurrence), "FREQ=WEEKLY;UNTIL=20261229;BYDAY=TU");
    assert_eq!(fields.get(Field::Exclusions).cloned(), Value::set(["2026-12-01", "2026-12-08"]));
    assert_eq!(fields.get(Field::Exceptions), Some(&Value::Number(1)));
    let original = Instant::parse("2026-11-30T23:30:00Z").expect("a moment");
    assert_eq!(series.exceptions, [Exception { id: ExchangeId::new("X"), original }]);
    // For somebody in London these are Mondays.
    let there = read(SERIES, Some("Europe/London")).expect("a series").seen.fields;
    assert_eq!(there.text(Field::Recurrence), "FREQ=WEEKLY;UNTIL=20261228;BYDAY=MO");
    assert_eq!(there.get(Field::Exclusions).cloned(), Value::set(["2026-11-30", "2026-12-07"]));

    let exception = SINGLE.replace(">Single<", ">Exception<");
    let id = ExchangeId::new("S");
    let of = found(Kind::Event, &exception, &WANTED, Some((&id, original))).expect("an exception").seen.fields;
    assert_eq!((of.text(Field::Series), of.get(Field::OriginalStart).cloned()), ("S", day("2026-12-01")));
    assert_eq!(found(Kind::Event, &exception, &WANTED, None), Err(ErrorKind::Unreadable), "of which series?");
    assert_eq!(found(Kind::Event, SINGLE, &WANTED, Some((&id, original))), Err(ErrorKind::Unreadable));
}

#[test]
fn what_cannot_be_read_is_no_event() {
    let of_single = [
        ("<t:IsAllDayEvent>false</t:IsAllDayEvent>", ""),
        ("<t:Start>2026-11-24T08:00:00Z</t:Start>", ""),
        (">2026-11-24T09:00:00Z<", ">2026-11-24T09:00:00<"),
        (">Single<", ">Sometimes<"),
        (">OOF<", ">Asleep<"),
        (">15<", ">fifteen<"),
        ("<t:ReminderMinutesBeforeStart>15</t:ReminderMinutesBeforeStart>", ""),
        ("</t:CalendarItem>", "<t:RequiredAttendees><t:Attendee/></t:RequiredAttendees></t:CalendarItem>"),
    ];
    let of_series = [
        ("WeeklyRecurrence", "HourlyRecurrence"),
        (">Tuesday<", ">Someday<"),
        ("<t:Interval>1<", "<t:Interval>0<"),
        ("<t:OriginalStart>2026-11-30T23:30:00Z</t:OriginalStart>", ""),
        ("<t:DeletedOccurrence><t:Start>2026-12-07T23:30:00Z</t:Start>", "<t:DeletedOccurrence>"),
        ("Id='W. Europe Standard Time'", "Id='tzone://Microsoft/Custom'"),
    ];
    let singles = of_single.map(|case| (SINGLE, case));
    for (item, (from, to)) in singles.into_iter().chain(of_series.map(|case| (SERIES, case))) {
        assert!(item.contains(from), "{from}");
        assert_eq!(read(&item.replace(from, to), None).map(|_| ()), Err(ErrorKind::Unreadable), "{from} {to}");
    }
    assert!(read(&SINGLE.replace(">15<", ">1525252321<"), None).is_ok_and(|event| {
        // The service's mark for no reminder at all.
        event.seen.fields.get(Field::Reminder).is_none()
    }));
}

#[test]
fn people_are_read_and_written_as_what_they_are() {
    let attendee = |address: &str, name: &str, answer: &str| {
        format!(
            "<t:Attendee><t:Mailbox><t:Name>{name}</t:Name><t:EmailAddress>{address}</t:EmailAddress></t:Mailbox>\
             <t:ResponseType>{answer}</t:ResponseType></t:Attendee>"
        )
    };
    let people = format!(
        "<t:Organizer><t:Mailbox><t:EmailAddress>ada@corp.example</t:EmailAddress></t:Mailbox></t:Organizer>\
         <t:RequiredAttendees>{}{}</t:RequiredAttendees><t:OptionalAttendees>{}</t:OptionalAttendees><t:Resources>{}</t:Resources></t:CalendarItem>",
        attendee("Ada@corp.example", "Ada", "Organizer"),
        attendee("bob@corp.example", "Bob", "Accept"),
        attendee("cy@corp.example", "Cy", "Tentative"),
        attendee("room@corp.example", "Room", "Unknown"),
    );
    let fields = read(&SINGLE.replace("</t:CalendarItem>", &people), None).expect("a meeting").seen.fields;
    assert_eq!(fields.text(Field::Role), "organizer");
    assert_eq!(
        fields.text(Field::AttendeeAnswers),
        "Bob <bob@corp.example>: accepted\nCy <cy@corp.example> (optional): tentativelyAccepted\n\
         Room <room@corp.example> (resource): none"
    );
    let addresses = Value::set(["bob@corp.example", "new@x.example", "cy@corp.example"]);
    let patch = Patch::from_iter([(Field::Attendees, addresses)]);
    let person = |address: &str, name: &str| {
        format!(
            "<t:Attendee><t:Mailbox>{name}<t:EmailAddress>{address}</t:EmailAddress><t:RoutingType>SMTP</t:RoutingType></t:Mailbox></t:Attendee>"
        )
    };
    assert_eq!(
        updates(&new(), Kind::Event, &patch, &fields, &WANTED),
        format!(
            "<t:SetItemField><t:FieldURI FieldURI=\"calendar:RequiredAttendees\"/><t:CalendarItem><t:RequiredAttendees>{}{}\
             </t:RequiredAttendees></t:CalendarItem></t:SetItemField><t:DeleteItemField><t:FieldURI FieldURI=\"calendar:Resources\"/></t:DeleteItemField>",
            person("bob@corp.example", "<t:Name>Bob</t:Name>"),
            person("new@x.example", "")
        )
    );
}

#[test]
fn times_are_written_with_their_zone_in_the_words_of_each_version() {
    let current = read(SINGLE, None).expect("an event").seen.fields;
    let set = |name: &str, element: &str| {
        format!(
            "<t:SetItemField><t:FieldURI FieldURI=\"calendar:{name}\"/><t:CalendarItem>{element}</t:CalendarItem></t:SetItemField>"
        )
    };
    let patch = Patch::from_iter([(Field::End, moment("2026-11-24T10:00:00Z"))]);
    let times =
        set("Start", "<t:Start>2026-11-24T08:00:00Z</t:Start>") + &set("End", "<t:End>2026-11-24T10:00:00Z</t:End>");
    let of = |version| updates(&session(version), Kind::Event, &patch, &current, &WANTED);
    let zone = |name: &str| set(name, &format!("<t:{name} Id=\"W. Europe Standard Time\"/>"));
    assert_eq!(of(ServerVersion::Exchange2016), times.clone() + &zone("StartTimeZone") + &zone("EndTimeZone"));
    let old = set("MeetingTimeZone", "<t:MeetingTimeZone TimeZoneName=\"W. Europe Standard Time\"/>");
    assert_eq!(of(ServerVersion::Exchange2007Sp1), times + &old);
    // A whole day begins at midnight where the event is.
    let whole = Patch::from_iter([(Field::Start, day("2026-07-01")), (Field::End, day("2026-07-02"))]);
    let written = updates(&new(), Kind::Event, &whole, &current, &WANTED);
    for part in [">2026-06-30T22:00:00Z<", ">2026-07-01T22:00:00Z<", "<t:IsAllDayEvent>true<"] {
        assert!(written.contains(part), "{part} {written}");
    }
}

#[test]
fn what_a_version_has_no_word_for_is_not_written() {
    let single = read(SINGLE, None).expect("an event").seen.fields;
    let series = read(SERIES, None).expect("a series").seen.fields;
    let online = read(
        &SINGLE.replace("</t:CalendarItem>", "<t:IsOnlineMeeting>true</t:IsOnlineMeeting></t:CalendarItem>"),
        None,
    );
    let online = online.expect("an event").seen.fields;
    assert_eq!(online.text(Field::OnlineMeeting), "unknown");
    let mut lost = series.clone();
    lost.put(Field::Zone, Value::text("tzone://Microsoft/Custom"));
    let (old, new) = (ServerVersion::Exchange2007Sp1, ServerVersion::Exchange2013Sp1);
    let text = |field, value: &str| Patch::from_iter([(field, Value::text(value))]);
    let elsewhere = text(Field::ShowAs, "working_elsewhere");
    let other_weeks = text(Field::Recurrence, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU");
    let friday = text(Field::Recurrence, "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13");
    let later = Patch::from_iter([(Field::End, moment("2026-11-24T01:00:00Z"))]);
    // Years with an interval are months, counted from the first day's: another month has none, nor have 108 months.
    let other_years = text(Field::Recurrence, "FREQ=YEARLY;INTERVAL=2;BYMONTH=11;BYMONTHDAY=24");
    let in_may = text(Field::Recurrence, "FREQ=YEARLY;INTERVAL=2;BYMONTH=5;BYMONTHDAY=24");
    let seldom = text(Field::Recurrence, "FREQ=YEARLY;INTERVAL=9;BYMONTH=11;BYMONTHDAY=24");
    let cases = [
        (&elsewhere, &single, old, Some(Field::ShowAs)),
        (&elsewhere, &single, new, None),
        (&other_weeks, &series, old, Some(Field::Recurrence)),
        (&other_weeks, &series, new, None),
        (&friday, &series, new, Some(Field::Recurrence)),
        (&other_years, &series, new, None),
        (&in_may, &series, new, Some(Field::Recurrence)),
        (&seldom, &series, new, Some(Field::Recurrence)),
        (&later, &series, new, None),
        // It would move when clocks change.
        (&later, &lost, new, Some(Field::End)),
        // The way into it would be lost.
        (&text(Field::Notes, "x"), &online, new, Some(Field::Notes)),
        (&text(Field::Notes, "x"), &single, new, None),
    ];
    for (patch, current, version, wanted) in cases {
        let session = session(version);
        assert_eq!(unwritable(&session, Kind::Event, patch, current, &WANTED), wanted, "{patch:?} {version:?}");
        let written = updates(&session, Kind::Event, patch, current, &WANTED);
        let lost = match wanted {
            Some(Field::Recurrence) => !written.contains("t:Recurrence"),
            Some(Field::Notes) => !written.contains("t:Body"),
            Some(Field::ShowAs) => !written.contains("WorkingElsewhere"),
            _ => true,
        };
        assert!(lost, "{written}");
    }
}
