//! What people do in Outlook, by way of the functions that simulations use.

use super::*;
use jiff::civil::date;

fn event(world: &mut World, id: &str) -> Value {
    world.microsoft.event(ADA, id).expect("an event")
}

#[test]
fn people_edit_move_and_cancel() {
    let world = &mut world();
    let add = |world: &mut World, body: &Value| {
        world.with_microsoft(|microsoft, context| microsoft.add_event(ADA, None, body, context)).expect("an event")
    };
    let single = add(world, &invited(lunch(), &[BOB]));
    let series = add(world, &weekly("W. Europe Standard Time"));
    mails(world);
    world
        .with_microsoft(|microsoft, context| {
            microsoft.postpone_event(ADA, &single, 90, context)?;
            microsoft.edit_event(ADA, &series, &json!({ "subject": "Retitled" }), context)?;
            microsoft.rezone_event(ADA, &series, "Tokyo Standard Time", context)?;
            let occurrence = microsoft.occurrence_of(ADA, &series, date(2026, 11, 9)).expect("an occurrence");
            microsoft.postpone_event(ADA, &occurrence, 60, context)?;
            let other = microsoft.occurrence_of(ADA, &series, date(2026, 11, 16)).expect("an occurrence");
            microsoft.delete_event(ADA, &other, context)
        })
        .expect("edits");
    assert_eq!(mails(world), [format!("update {BOB}")], "a series without guests concerns nobody");
    assert_eq!(starts(&[event(world, &single)]), ["2026-11-24T13:30"]);
    let whole = event(world, &series);
    assert_eq!(
        (&whole["subject"], &whole["originalStartTimeZone"]),
        (&json!("Retitled"), &json!("Tokyo Standard Time"))
    );
    assert_eq!(whole["cancelledOccurrences"].as_array().map(Vec::len), Some(1));
    let span = |text: &str| text.parse().expect("a moment");
    let found = world.microsoft.instances(ADA, span("2026-11-01T00:00:00Z"), span("2026-11-30T23:00:00Z"));
    let wanted = ["02T00:00", "09T01:00", "23T00:00", "24T13:30", "30T00:00"];
    assert_eq!(starts(&found), wanted.map(|start| format!("2026-11-{start}")));
    assert!(world.microsoft.occurrence_of(ADA, &series, date(2026, 11, 16)).is_none(), "it was cancelled");
    assert!(world.microsoft.occurrence_of(ADA, &series, date(2026, 11, 17)).is_none(), "no such day");

    world.with_microsoft(|microsoft, context| microsoft.cancel_meeting(ADA, &single, context)).expect("a cancellation");
    assert_eq!(mails(world), [format!("cancellation {BOB}")]);
}

#[test]
fn people_delete_restore_move_copy_and_answer() {
    let world = &mut world();
    let mut body = invited(lunch(), &[BOB]);
    body["singleValueExtendedProperties"] = json!([{ "id": MARK, "value": "5" }]);
    let (first, copy, other) = world
        .with_microsoft(|microsoft, context| {
            let first = microsoft.add_event(ADA, None, &body, context)?;
            let copy = microsoft.copy_event(ADA, &first, context)?;
            let other = microsoft.add_calendar(ADA, "Other", context)?;
            microsoft.move_event(ADA, &copy, Some(&other), context)?;
            Ok::<_, mxs_world::microsoft::Refusal>((first, copy, other))
        })
        .expect("events");
    assert_eq!(mails(world), [format!("invitation {BOB}")], "a copy invites nobody");
    let (original, copied) = (event(world, &first), event(world, &copy));
    assert_ne!(original["iCalUId"], copied["iCalUId"]);
    assert_eq!(original["singleValueExtendedProperties"], copied["singleValueExtendedProperties"]);
    assert_eq!(copied["calendarId"], other.as_str());

    let invitation = id(&world.microsoft.events(BOB)[0]).to_owned();
    world
        .with_microsoft(|microsoft, context| microsoft.answer_meeting(BOB, &invitation, "accepted", context))
        .expect("an answer");
    assert_eq!(event(world, &first)["attendees"][0]["status"]["response"], "accepted");
    mails(world);

    world.with_microsoft(|microsoft, context| microsoft.delete_event(ADA, &first, context)).expect("a deletion");
    assert_eq!(mails(world), [format!("cancellation {BOB}")]);
    let bounds = ("2026-11-01T00:00:00Z".parse().expect("a moment"), "2026-12-01T00:00:00Z".parse().expect("a moment"));
    let snapshot = world.microsoft.calendar_snapshot(ADA, bounds.0, bounds.1);
    assert_eq!(
        (column(&json!({ "value": snapshot["events"] }), "id"), &snapshot["deletedItems"][0]["id"]),
        (vec![copy.clone()], &json!(first))
    );
    world
        .with_microsoft(|microsoft, context| {
            microsoft.restore_event(ADA, &first, context)?;
            microsoft.delete_calendar(ADA, &other, context)?;
            microsoft.purge_event(ADA, &first, context)
        })
        .expect("edits");
    assert_eq!(world.microsoft.events(ADA), Vec::<Value>::new());
    let again = world.with_microsoft(|microsoft, context| microsoft.delete_event(ADA, &first, context));
    assert_eq!(again.map_err(|refusal| refusal.code), Err("ErrorCannotDeleteObject".into()));
    assert_eq!(world.microsoft.events("nobody"), Vec::<Value>::new());
    let nobody = world.with_microsoft(|microsoft, context| microsoft.add_event("nobody", None, &lunch(), context));
    assert_eq!(nobody.map_err(|refusal| refusal.code), Err("ErrorInvalidUser".into()));
}

#[test]
fn everyday_events_are_of_every_kind() {
    let world = &mut world();
    world.with_microsoft(|microsoft, context| microsoft.add_everyday_events(ADA, &[BOB], context)).expect("events");
    let events = world.microsoft.events(ADA);
    let has = |name: &str, value: Value| events.iter().any(|event| event[name] == value);
    for (name, value) in [
        ("type", json!("seriesMaster")),
        ("type", json!("singleInstance")),
        ("isAllDay", json!(true)),
        ("sensitivity", json!("private")),
        ("isOnlineMeeting", json!(true)),
    ] {
        assert!(has(name, value), "{name}");
    }
    assert_eq!(mails(world), [format!("invitation {BOB}")]);
    let cancelled = events.iter().filter_map(|event| event["cancelledOccurrences"].as_array()).map(Vec::len);
    assert_eq!(cancelled.sum::<usize>(), 1);
    assert_eq!(column(&json!({ "value": world.microsoft.calendars(ADA) }), "name"), ["Calendar"]);
}

#[test]
fn invitations_come_from_elsewhere_too() {
    let world = &mut world();
    let sender = "carol@elsewhere.example";
    let event = invited(lunch(), &[ADA]);
    let receive = |world: &mut World, event: &Value| {
        let received = world.with_microsoft(|microsoft, context| {
            microsoft.receive_invitation(ADA, sender, "uid@elsewhere.example", event, context)
        });
        received.expect("an invitation")
    };
    let first = receive(world, &event);
    let graph = ada(world).with("Prefer", "IdType=\"ImmutableId\"");
    let mine = graph.get(world, &format!("/me/events/{first}"));
    assert_eq!((&mine["isOrganizer"], &mine["organizer"]["emailAddress"]["address"]), (&json!(false), &json!(sender)));
    assert!(mine["iCalUId"].as_str().expect("a name").contains("7643616C2D556964"), "it wraps the sender's name");
    assert_eq!(graph.send(world, Method::Post, &format!("{}/accept", path(&mine)), None).status, 202);
    assert_eq!(mails(world), [format!("response {sender}")]);

    let mut update = event;
    update["location"] = json!({ "displayName": "Room" });
    assert_eq!(receive(world, &update), first, "an update finds its meeting");
    let mine = graph.get(world, &path(&mine));
    assert_eq!(
        (&mine["location"]["displayName"], &mine["responseStatus"]["response"]),
        (&json!("Room"), &json!("accepted"))
    );
    let cancelled = world
        .with_microsoft(|microsoft, context| microsoft.receive_cancellation(ADA, "uid@elsewhere.example", context));
    cancelled.expect("a cancellation");
    assert_eq!(graph.get(world, &path(&mine))["isCancelled"], true);
    assert_eq!(mails(world), Vec::<String>::new(), "whoever invites from elsewhere has mailed already");
}
