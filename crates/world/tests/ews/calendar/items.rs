//! Single items: what they hold, and what changes of it.

use super::*;
use serde_json::json;

const MARK: &str = "<t:ExtendedFieldURI PropertySetId=\"5a3d6f0e-9c54-4a43-9f39-6c1d6d1a7f10\" PropertyName=\"zoho-id\" PropertyType=\"String\"/>";

fn everything() -> String {
    format!(
        "<t:Subject>Lunch &amp; talk</t:Subject><t:Sensitivity>Private</t:Sensitivity><t:Body BodyType=\"Text\">One &lt; two\nThree</t:Body>\
         <t:Categories><t:String>Red</t:String><t:String>VIP</t:String></t:Categories><t:Importance>High</t:Importance>\
         <t:ReminderIsSet>true</t:ReminderIsSet><t:ReminderMinutesBeforeStart>30</t:ReminderMinutesBeforeStart>\
         <t:ExtendedProperty>{MARK}<t:Value>42</t:Value></t:ExtendedProperty><t:Culture>de-DE</t:Culture>\
         <t:UID>meeting-7@corp.example</t:UID><t:Start>2026-11-24T09:00:00Z</t:Start><t:End>2026-11-24T10:30:00Z</t:End>\
         <t:IsAllDayEvent>false</t:IsAllDayEvent><t:LegacyFreeBusyStatus>OOF</t:LegacyFreeBusyStatus><t:Location>Room 1</t:Location>\
         <t:When>Soon</t:When><t:IsResponseRequested>false</t:IsResponseRequested>{}<t:StartTimeZone Id=\"Tokyo Standard Time\"/>\
         <t:AllowNewTimeProposal>false</t:AllowNewTimeProposal><t:MeetingWorkspaceUrl>https://w.example</t:MeetingWorkspaceUrl>",
        attendees("RequiredAttendees", &[CAROL])
    )
}

#[test]
fn what_is_written_is_read_through_both_doors() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let id = create(&mut world, &ada, &everything());
    let read = whole(&mut world, &ada, &id);
    let wanted = [
        ("ItemClass", "IPM.Appointment"),
        ("Subject", "Lunch & talk"),
        ("Sensitivity", "Private"),
        ("Importance", "High"),
        ("ReminderIsSet", "true"),
        ("ReminderMinutesBeforeStart", "30"),
        ("ReminderDueBy", "2026-11-24T09:00:00Z"),
        ("Culture", "de-DE"),
        ("DisplayTo", CAROL),
        ("UID", "meeting-7@corp.example"),
        ("Start", "2026-11-24T09:00:00Z"),
        ("End", "2026-11-24T10:30:00Z"),
        ("IsAllDayEvent", "false"),
        ("LegacyFreeBusyStatus", "OOF"),
        ("Location", "Room 1"),
        ("When", "Soon"),
        ("IsMeeting", "true"),
        ("IsCancelled", "false"),
        ("IsRecurring", "false"),
        ("MeetingRequestWasSent", "false"),
        ("IsResponseRequested", "false"),
        ("CalendarItemType", "Single"),
        ("MyResponseType", "Organizer"),
        ("Duration", "PT1H30M"),
        ("TimeZone", "(UTC+09:00) Tokyo"),
        ("AppointmentState", "1"),
        ("AllowNewTimeProposal", "false"),
        ("IsOnlineMeeting", "false"),
        ("MeetingWorkspaceUrl", "https://w.example"),
    ];
    for (name, value) in wanted {
        assert_eq!(read.text(name), value, "{name}");
    }
    let categories: Vec<&str> =
        read.get("Categories").expect("categories").children.iter().map(|one| one.text.as_str()).collect();
    assert_eq!(categories, ["Red", "VIP"]);
    assert_eq!(read.at(&["Organizer", "Mailbox"]).map(|one| one.text("EmailAddress")), Some(ADA));
    let event = in_graph(&world, ADA);
    let wanted = json!({
        "subject": "Lunch & talk", "sensitivity": "private", "importance": "high", "categories": ["Red", "VIP"], "showAs": "oof",
        "isReminderOn": true, "reminderMinutesBeforeStart": 30, "responseRequested": false, "allowNewTimeProposals": false,
        "originalStartTimeZone": "Tokyo Standard Time", "type": "singleInstance", "bodyPreview": "One < two\r\nThree",
        "start": { "dateTime": "2026-11-24T09:00:00.0000000", "timeZone": "UTC" },
    });
    for (name, value) in wanted.as_object().expect("properties") {
        assert_eq!(event[name], *value, "{name}");
    }
    assert_eq!(event["location"]["displayName"], "Room 1");
    assert_eq!(event["attendees"][0]["emailAddress"]["address"], CAROL);
    assert_eq!(event["singleValueExtendedProperties"][0]["value"], "42");
    assert_eq!(mails(&mut world), [""; 0], "nobody was to be mailed");
}

#[test]
fn a_shape_shows_what_it_asks_for() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let id = create(&mut world, &ada, &everything());
    let names = |item: &Element| item.children.iter().map(|child| child.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&get(&mut world, &ada, &id, &[])), ["ItemId"]);
    let usual = format!(
        "<m:GetItem><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape><m:ItemIds>{id}</m:ItemIds></m:GetItem>"
    );
    let usual = names(&item(&ada.ask(&mut world, &usual)));
    for name in [
        "Subject",
        "Start",
        "End",
        "LegacyFreeBusyStatus",
        "Location",
        "CalendarItemType",
        "Organizer",
        "RequiredAttendees",
    ] {
        assert!(usual.contains(&name.to_owned()), "{name}: {usual:?}");
    }
    assert!(!usual.contains(&"UID".to_owned()));
    let some = [
        "calendar:StartTimeZone",
        "calendar:EndTimeZone",
        "item:Body",
        "calendar:MeetingTimeZone",
        "calendar:StartTimeZoneId",
    ];
    let read = get(&mut world, &ada, &id, &some);
    assert_eq!(names(&read), ["ItemId", "Body", "MeetingTimeZone", "StartTimeZone", "EndTimeZone", "StartTimeZoneId"]);
    assert_eq!(read.text("Body"), "One < two\nThree", "readers of XML take every line end for the same");
    assert_eq!(read.get("StartTimeZone").and_then(|zone| zone.attribute("Id")), Some("Tokyo Standard Time"));
    let marked = question(&id, &[])
        .replace("</t:BodyType>", &format!("</t:BodyType><t:AdditionalProperties>{MARK}</t:AdditionalProperties>"));
    assert_eq!(
        item(&ada.ask(&mut world, &marked)).at(&["ExtendedProperty", "Value"]).map(|value| value.text.clone()),
        Some("42".into())
    );
    // What a version doesn't have yet, its schema doesn't know.
    let old = Door::of(ADA).speaking("Exchange2007_SP1");
    assert_eq!(
        code(&old.ask_wrongly(&mut world, &question(&id, &["calendar:StartTimeZone"]))),
        "ErrorSchemaValidation"
    );
    assert_eq!(names(&get(&mut world, &old, &id, &["calendar:MeetingTimeZone"])), ["ItemId", "MeetingTimeZone"]);
}

#[test]
fn properties_are_set_added_to_and_taken_away() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let id = create(&mut world, &ada, &everything());
    let updates = [
        setting("item:Subject", "<t:Subject>Dinner</t:Subject>"),
        setting("calendar:LegacyFreeBusyStatus", "<t:LegacyFreeBusyStatus>WorkingElsewhere</t:LegacyFreeBusyStatus>"),
        setting("item:ReminderDueBy", "<t:ReminderDueBy>2026-11-24T09:00:00Z</t:ReminderDueBy>"),
        deleting("item:Categories"),
        deleting("calendar:Location"),
        deleting("calendar:When"),
        format!("<t:DeleteItemField>{MARK}</t:DeleteItemField>"),
        "<t:AppendToItemField><t:FieldURI FieldURI=\"item:Body\"/><t:CalendarItem><t:Body BodyType=\"Text\">!</t:Body></t:CalendarItem></t:AppendToItemField>".to_owned(),
    ];
    let before = in_graph(&world, ADA)["changeKey"].clone();
    change(&mut world, &ada, &id, &updates.concat());
    let read = whole(&mut world, &ada, &id);
    let said = ["Subject", "LegacyFreeBusyStatus", "Location", "When", "Importance"].map(|name| read.text(name));
    assert_eq!(said, ["Dinner", "WorkingElsewhere", "", "", "High"]);
    assert!(read.get("Categories").is_none());
    let event = in_graph(&world, ADA);
    assert_eq!(
        (&event["bodyPreview"], &event["singleValueExtendedProperties"]),
        (&json!("One < two\r\nThree!"), &json!([]))
    );
    assert_ne!(event["changeKey"], before);
    assert_eq!(
        read.get("ItemId").and_then(|id| id.attribute("ChangeKey")).map(str::to_owned),
        event["changeKey"].as_str().map(str::to_owned)
    );
}

#[test]
fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let id = create(&mut world, &ada, &hour("Lunch"));
    let before = world.microsoft.events(ADA);
    let refused = [
        (deleting("calendar:Start"), "ErrorInvalidPropertyDelete"),
        (setting("calendar:End", "<t:End>2026-11-24T08:00:00Z</t:End>"), "ErrorCalendarEndDateIsEarlierThanStartDate"),
        (setting("calendar:End", "<t:End>2033-11-24T08:00:00Z</t:End>"), "ErrorCalendarDurationIsTooLong"),
        (setting("calendar:StartTimeZone", "<t:StartTimeZone Id=\"Middle-earth\"/>"), "ErrorCalendarInvalidTimeZone"),
        (setting("calendar:IsCancelled", "<t:IsCancelled>true</t:IsCancelled>"), "ErrorInvalidPropertySet"),
        (setting("item:ItemClass", "<t:ItemClass>IPM.Task</t:ItemClass>"), "ErrorObjectTypeChanged"),
        (setting("calendar:RequiredAttendees", &attendees("RequiredAttendees", &["nobody"])), "ErrorInvalidRecipients"),
        (
            "<t:AppendToItemField><t:FieldURI FieldURI=\"item:Subject\"/><t:CalendarItem><t:Subject>!</t:Subject></t:CalendarItem></t:AppendToItemField>".into(),
            "ErrorInvalidPropertyAppend",
        ),
    ];
    for (updates, wanted) in refused {
        let answer = ada.ask(&mut world, &update(&id, &updates, "SendToNone"));
        assert_eq!(code(&answer), wanted, "{updates}");
    }
    assert_eq!(world.microsoft.events(ADA), before);
    let creations = [
        ("<t:Subject>No time</t:Subject>".to_owned(), "ErrorCalendarInvalidPropertyState"),
        (hour("Early").replace("2026", "1500"), "ErrorCalendarOutOfRange"),
        (hour("Nowhere") + "<t:StartTimeZone Id=\"x\"/>", "ErrorCalendarInvalidTimeZone"),
    ];
    for (inside, wanted) in creations {
        assert_eq!(code(&ada.ask(&mut world, &creation(&inside))), wanted, "{inside}");
    }
    let wrong = [
        ("<t:Start>tomorrow</t:Start>", "a time"),
        ("<t:IsAllDayEvent>perhaps</t:IsAllDayEvent>", "a flag"),
        ("<t:End>2026-11-24T09:00:00Z</t:End><t:Start>2026-11-24T09:00:00Z</t:Start>", "the order"),
    ];
    for (inside, what) in wrong {
        assert_eq!(code(&ada.ask_wrongly(&mut world, &creation(inside))), "ErrorSchemaValidation", "{what}");
    }
    assert_eq!(world.microsoft.events(ADA), before);
}

#[test]
fn whoever_writes_says_whom_that_mails() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let id = create(&mut world, &ada, &hour("Lunch"));
    let without = |request: String, attribute: &str| request.replace(&format!(" {attribute}=\"SendToNone\""), "");
    let updates = setting("item:Subject", "<t:Subject>x</t:Subject>");
    let cases = [
        (without(creation(&hour("x")), "SendMeetingInvitations"), "ErrorSendMeetingInvitationsRequired"),
        (
            without(update(&id, &updates, "SendToNone"), "SendMeetingInvitationsOrCancellations"),
            "ErrorSendMeetingInvitationsOrCancellationsRequired",
        ),
        (
            without(deletion(&id, "HardDelete", "SendToNone"), "SendMeetingCancellations"),
            "ErrorSendMeetingCancellationsRequired",
        ),
    ];
    for (request, wanted) in cases {
        assert_eq!(code(&ada.ask(&mut world, &request)), wanted);
    }
    assert_eq!(in_graph(&world, ADA)["subject"], "Lunch");
}

#[test]
fn what_is_deleted_is_in_deleted_items_or_nowhere() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let deleted = "<m:FindItem Traversal=\"Shallow\"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:ParentFolderIds>\
                   <t:DistinguishedFolderId Id=\"deleteditems\"/></m:ParentFolderIds></m:FindItem>";
    for (kind, kept) in [("MoveToDeletedItems", 1), ("SoftDelete", 1), ("HardDelete", 1)] {
        let id = create(&mut world, &ada, &hour(kind));
        assert_eq!(code(&ada.ask(&mut world, &deletion(&id, kind, "SendToNone"))), "NoError");
        assert_eq!(code(&ada.ask(&mut world, &question(&id, &[]))), "ErrorItemNotFound", "another id, or none");
        assert_eq!(items(&ada.ask(&mut world, deleted)).len(), kept, "{kind}");
        assert_eq!(world.microsoft.events(ADA).len(), 0);
    }
    let found = item(&ada.ask(&mut world, deleted));
    let read = get(&mut world, &ada, &id(&found), &["item:Subject", "item:ParentFolderId"]);
    assert_eq!(read.text("Subject"), "MoveToDeletedItems");
    let moved = format!(
        "<m:MoveItem><m:ToFolderId><t:DistinguishedFolderId Id=\"calendar\"/></m:ToFolderId><m:ItemIds>{}</m:ItemIds></m:MoveItem>",
        id(&found)
    );
    assert_eq!(code(&ada.ask(&mut world, &moved)), "NoError");
    assert_eq!(in_graph(&world, ADA)["subject"], "MoveToDeletedItems");
}
