//! Whom a write mails, and what they see.

use super::*;

#[test]
fn a_creation_mails_whom_it_is_told_to() {
    let meeting = hour("Talk") + &attendees("RequiredAttendees", &[BOB]) + &attendees("OptionalAttendees", &[CAROL]);
    for (sends, wanted) in [
        ("SendToNone", vec![]),
        ("SendOnlyToAll", vec!["invitation bob@corp.example", "invitation carol@elsewhere.example"]),
        ("SendToAllAndSaveCopy", vec!["invitation bob@corp.example", "invitation carol@elsewhere.example"]),
    ] {
        let (mut world, ada) = (world(), Door::of(ADA));
        let id = id(&item(&ada.ask(&mut world, &creation_that(&meeting, sends))));
        assert_eq!(mails(&mut world), wanted, "{sends}");
        let sent = whole(&mut world, &ada, &id).text("MeetingRequestWasSent").to_owned();
        assert_eq!(sent, (sends != "SendToNone").to_string(), "{sends}");
        assert_eq!(world.microsoft.events(BOB).len(), usize::from(sends != "SendToNone"), "{sends}");
    }
}

#[test]
fn an_update_mails_whom_it_is_told_to() {
    let subject = setting("item:Subject", "<t:Subject>Talk 2</t:Subject>");
    let reminder =
        setting("item:ReminderMinutesBeforeStart", "<t:ReminderMinutesBeforeStart>5</t:ReminderMinutesBeforeStart>");
    let others = setting("calendar:RequiredAttendees", &attendees("RequiredAttendees", &["new@x.example", CAROL]));
    let cases = [
        (subject.clone(), "SendToNone", vec![]),
        (subject.clone(), "SendOnlyToAll", vec!["update bob@corp.example", "update carol@elsewhere.example"]),
        (subject.clone(), "SendToAllAndSaveCopy", vec!["update bob@corp.example", "update carol@elsewhere.example"]),
        (subject.clone(), "SendOnlyToChanged", vec![]),
        // Whatever it is about, who is to be told is told.
        (reminder, "SendOnlyToAll", vec!["update bob@corp.example", "update carol@elsewhere.example"]),
        (others.clone(), "SendToNone", vec![]),
        (others.clone(), "SendOnlyToChanged", vec!["cancellation bob@corp.example", "invitation new@x.example"]),
        (
            others + &subject,
            "SendOnlyToAll",
            vec!["cancellation bob@corp.example", "invitation new@x.example", "update carol@elsewhere.example"],
        ),
    ];
    for (updates, sends, wanted) in cases {
        let (mut world, ada) = (world(), Door::of(ADA));
        let meeting = hour("Talk") + &attendees("RequiredAttendees", &[BOB, CAROL]);
        let id = id(&item(&ada.ask(&mut world, &creation_that(&meeting, "SendOnlyToAll"))));
        mails(&mut world);
        assert_eq!(code(&ada.ask(&mut world, &update(&id, &updates, sends))), "NoError");
        assert_eq!(mails(&mut world), wanted, "{sends} {updates}");
    }
}

#[test]
fn a_deletion_mails_whom_it_is_told_to() {
    for (sends, wanted, cancelled) in
        [("SendToNone", vec![], false), ("SendToAllAndSaveCopy", vec!["cancellation bob@corp.example"], true)]
    {
        let (mut world, ada) = (world(), Door::of(ADA));
        let meeting = hour("Talk") + &attendees("RequiredAttendees", &[BOB]);
        let id = id(&item(&ada.ask(&mut world, &creation_that(&meeting, "SendOnlyToAll"))));
        mails(&mut world);
        assert_eq!(code(&ada.ask(&mut world, &deletion(&id, "MoveToDeletedItems", sends))), "NoError");
        assert_eq!(mails(&mut world), wanted, "{sends}");
        assert_eq!(in_graph(&world, BOB)["isCancelled"], cancelled);
    }
}

#[test]
fn one_occurrence_is_cancelled_for_everybody() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let (start, zone) = ("</t:End>", attendees("RequiredAttendees", &[BOB]));
    let meeting = weekly("Weekly", FIVE_TIMES).replace(start, &format!("{start}{zone}"));
    let id = id(&item(&ada.ask(&mut world, &creation_that(&meeting, "SendOnlyToAll"))));
    mails(&mut world);
    ada.ask(&mut world, &deletion(&occurrence(&id, 2), "MoveToDeletedItems", "SendOnlyToAll"));
    assert_eq!(mails(&mut world), ["cancellation bob@corp.example"]);
    let bob = Door::of(BOB);
    let view = item_of_bob(&mut world, &bob);
    assert_eq!((view.text("CalendarItemType"), view.text("MyResponseType")), ("RecurringMaster", "NoResponseReceived"));
}

fn item_of_bob(world: &mut World, bob: &Door) -> Element {
    let question = "<m:FindItem Traversal=\"Shallow\"><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape>\
                    <m:ParentFolderIds><t:DistinguishedFolderId Id=\"calendar\"/></m:ParentFolderIds></m:FindItem>";
    item(&bob.ask(world, question))
}

#[test]
fn an_invited_person_has_a_copy_that_says_whose_it_is() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let meeting =
        hour("Talk") + &attendees("RequiredAttendees", &[BOB]) + &attendees("Resources", &["room@corp.example"]);
    let id = id(&item(&ada.ask(&mut world, &creation_that(&meeting, "SendOnlyToAll"))));
    let bob = Door::of(BOB);
    let copy = item_of_bob(&mut world, &bob);
    let said = ["MyResponseType", "LegacyFreeBusyStatus", "IsMeeting", "AppointmentState"].map(|name| copy.text(name));
    assert_eq!(said, ["NoResponseReceived", "Tentative", "true", "3"]);
    assert_eq!(copy.at(&["Organizer", "Mailbox"]).map(|one| one.text("EmailAddress")), Some(ADA));
    let bobs = world.microsoft.events(BOB).remove(0)["id"].as_str().expect("an id").to_owned();
    world
        .with_microsoft(|microsoft, context| microsoft.answer_meeting(BOB, &bobs, "accepted", context))
        .expect("an answer");
    let read = whole(&mut world, &ada, &id);
    let bob = read.at(&["RequiredAttendees", "Attendee"]).expect("an attendee");
    assert_eq!((bob.text("ResponseType"), bob.text("LastResponseTime")), ("Accept", "2026-11-21T10:00:00Z"));
    let room = read.at(&["Resources", "Attendee"]).expect("a room");
    assert_eq!((room.text("ResponseType"), room.get("LastResponseTime")), ("Unknown", None));
    // Who agreed goes on having agreed where nobody is told that the meeting moved.
    let later = setting("calendar:Start", "<t:Start>2026-11-24T09:30:00Z</t:Start>");
    change(&mut world, &ada, &id, &later);
    let answer = |world: &mut World| {
        whole(world, &ada, &id)
            .at(&["RequiredAttendees", "Attendee"])
            .expect("an attendee")
            .text("ResponseType")
            .to_owned()
    };
    assert_eq!(answer(&mut world), "Accept");
    let later = setting("calendar:Start", "<t:Start>2026-11-24T09:45:00Z</t:Start>");
    ada.ask(&mut world, &update(&id, &later, "SendOnlyToAll"));
    assert_eq!(answer(&mut world), "Unknown");
}
