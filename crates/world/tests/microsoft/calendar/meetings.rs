//! Meetings: who is mailed about what, and what arrives in the mailboxes of those who are invited.

use super::*;
use mxs_world::microsoft::AttendeeEdits;

const GUEST: &str = "guest@elsewhere.example";

/// Bob's copy of the meeting; in a listing it is the only event.
fn copy(world: &mut World) -> Value {
    let graph = bob(world);
    let page = graph.get(world, "/me/events");
    assert_eq!(column(&page, "id").len(), 1, "{page}");
    page["value"][0].clone()
}

#[test]
fn an_invitation_arrives_tentatively() {
    let world = &mut world();
    let graph = ada(world);
    let mut event = invited(lunch(), &[BOB, GUEST, NOBOX]);
    event["sensitivity"] = json!("private");
    event["categories"] = json!(["Sales"]);
    event["isReminderOn"] = json!(false);
    event["singleValueExtendedProperties"] = json!([{ "id": MARK, "value": "5" }]);
    let made = post(world, &graph, event);
    assert_eq!(mails(world), [BOB, GUEST, NOBOX].map(|to| format!("invitation {to}")));
    let copy = copy(world);
    let same = ["subject", "start", "end", "iCalUId", "organizer", "sensitivity"];
    same.iter().for_each(|name| assert_eq!(copy[name], made[name], "{name}"));
    assert_ne!((&copy["id"], &copy["changeKey"]), (&made["id"], &made["changeKey"]));
    let own = json!({ "isOrganizer": false, "showAs": "tentative", "isReminderOn": true, "categories": [],
        "responseStatus": { "response": "notResponded", "time": "0001-01-01T00:00:00Z" } });
    own.as_object().expect("members").iter().for_each(|(name, value)| assert_eq!(&copy[name], value, "{name}"));
    let find = format!("/me/events?$filter=singleValueExtendedProperties/Any(p: p/id eq '{MARK}' and p/value eq '5')");
    let reader = bob(world);
    assert_eq!(reader.get(world, &find)["value"], json!([]), "an application's own mark isn't sent along");
}

#[test]
fn updates_are_mailed_for_what_outlook_mails_about() {
    let everybody = || vec![format!("update {BOB}"), format!("update {GUEST}")];
    let nobody = Vec::new;
    let one = |what: &str, to: &str| vec![format!("{what} {to}")];
    let attendees = |addresses: &[&str]| json!({ "attendees": invited(json!({}), addresses)["attendees"] });
    let cases = [
        (json!({ "subject": "Dinner" }), everybody()),
        (json!({ "end": utc("2026-11-24T14:00:00") }), everybody()),
        (json!({ "location": { "displayName": "Room" } }), everybody()),
        (json!({ "body": { "content": "Agenda" } }), everybody()),
        (
            json!({ "recurrence": { "pattern": { "type": "daily", "interval": 1 },
            "range": { "type": "noEnd", "startDate": "2026-11-24" } } }),
            everybody(),
        ),
        (json!({ "categories": ["red"] }), nobody()),
        (json!({ "isReminderOn": false, "reminderMinutesBeforeStart": 5 }), nobody()),
        (json!({ "showAs": "free", "sensitivity": "private" }), nobody()),
        (json!({ "singleValueExtendedProperties": [{ "id": MARK, "value": "5" }] }), nobody()),
        (json!({}), nobody()),
        (attendees(&[BOB, GUEST]), nobody()),
        (attendees(&[BOB, GUEST, "new@elsewhere.example"]), one("invitation", "new@elsewhere.example")),
        (attendees(&[BOB]), one("cancellation", GUEST)),
        // The list of attendees together with anything else concerns everybody.
        (
            json!({ "subject": "Dinner", "attendees": attendees(&[BOB])["attendees"] }),
            vec![format!("cancellation {GUEST}"), format!("update {BOB}")],
        ),
    ];
    for (change, wanted) in cases {
        let world = &mut world();
        let graph = ada(world);
        let made = post(world, &graph, invited(lunch(), &[BOB, GUEST]));
        mails(world);
        patch(world, &graph, &made, change.clone());
        assert_eq!(mails(world), wanted, "{change}");
    }
}

#[test]
fn a_patch_that_changes_nothing_is_mailed_unless_a_rule_says_otherwise() {
    for (unchanged_mails, count) in [(true, 1), (false, 0)] {
        let world = &mut world();
        rules(world, |rules| rules.unchanged_mails = unchanged_mails);
        let graph = ada(world);
        let made = post(world, &graph, invited(lunch(), &[BOB]));
        mails(world);
        patch(world, &graph, &made, json!({ "subject": "Lunch", "start": made["start"] }));
        assert_eq!(mails(world).len(), count, "{unchanged_mails}");
    }
}

#[test]
fn past_meetings_are_mailed_about_unless_a_rule_says_otherwise() {
    for (past_meetings_mail, count) in [(true, 1), (false, 0)] {
        let world = &mut world();
        rules(world, |rules| rules.past_meetings_mail = past_meetings_mail);
        let graph = ada(world);
        post(world, &graph, invited(hour("Old", "2020-01-06T09:00:00", "2020-01-06T10:00:00"), &[GUEST]));
        assert_eq!(mails(world).len(), count);
    }
}

#[test]
fn an_update_overwrites_what_is_the_meetings_and_keeps_what_is_the_persons() {
    let world = &mut world();
    let (graph, guest) = (ada(world), bob(world));
    let made = post(world, &graph, invited(lunch(), &[BOB]));
    let mine = copy(world);
    let own = json!({ "categories": ["Ada"], "isReminderOn": false, "subject": "Mine" });
    let changed = patch(world, &guest, &mine, own);
    assert_eq!((&changed["subject"], &graph.get(world, &path(&made))["subject"]), (&json!("Mine"), &json!("Lunch")));
    mails(world);
    assert_eq!(guest.send(world, Method::Post, &format!("{}/accept", path(&mine)), None).status, 202);
    patch(world, &graph, &made, json!({ "location": { "displayName": "Room" } }));
    let updated = copy(world);
    assert_eq!((&updated["subject"], &updated["location"]["displayName"]), (&json!("Lunch"), &json!("Room")));
    assert_eq!((&updated["categories"], &updated["isReminderOn"]), (&json!(["Ada"]), &json!(false)));
    assert_eq!((&updated["responseStatus"]["response"], &updated["showAs"]), (&json!("accepted"), &json!("busy")));
    // Another time has to be answered again.
    patch(world, &graph, &made, json!({ "end": utc("2026-11-24T15:00:00") }));
    let moved = copy(world);
    assert_eq!((&moved["responseStatus"]["response"], &moved["showAs"]), (&json!("notResponded"), &json!("tentative")));
    assert_eq!(graph.get(world, &path(&made))["attendees"][0]["status"]["response"], "none");
}

#[test]
fn attendees_change_their_own_copy_or_what_is_personal() {
    let world = &mut world();
    let (graph, guest) = (ada(world), bob(world));
    post(world, &graph, invited(lunch(), &[BOB]));
    let mine = copy(world);
    mails(world);
    rules(world, |rules| rules.attendee_edits = AttendeeEdits::PersonalOnly);
    assert_eq!(refused_patch(world, &guest, &mine, json!({ "subject": "X" })), (403, "ErrorAccessDenied".into()));
    patch(world, &guest, &mine, json!({ "showAs": "oof", "sensitivity": "private", "categories": ["x"] }));
    assert_eq!(mails(world), Vec::<String>::new());
}

#[test]
fn answers_reach_the_organizer_if_they_are_sent() {
    let sent = || vec![format!("response {ADA}")];
    let cases = [
        ("accept", json!({}), 202, "accepted", "busy", sent()),
        (
            "tentativelyAccept",
            json!({ "Comment": "perhaps", "SendResponse": true }),
            202,
            "tentativelyAccepted",
            "tentative",
            sent(),
        ),
        ("accept", json!({ "sendResponse": false }), 202, "none", "busy", Vec::new()),
        ("accept", json!({ "sendResponse": false, "comment": "yes" }), 400, "none", "tentative", Vec::new()),
        ("accept", json!({ "proposedNewTime": {} }), 400, "none", "tentative", Vec::new()),
    ];
    for (action, body, status, at_organizer, show_as, wanted) in cases {
        let world = &mut world();
        let (graph, guest) = (ada(world), bob(world));
        let made = post(world, &graph, invited(lunch(), &[BOB]));
        let mine = copy(world);
        mails(world);
        let response = guest.send(world, Method::Post, &format!("{}/{action}", path(&mine)), Some(&body));
        assert_eq!(response.status, status, "{action} {body}: {}", text(&response));
        assert_eq!(mails(world), wanted, "{action} {body}");
        assert_eq!(
            graph.get(world, &path(&made))["attendees"][0]["status"]["response"],
            at_organizer,
            "{action} {body}"
        );
        assert_eq!(copy(world)["showAs"], show_as, "{action} {body}");
    }
}

#[test]
fn who_declines_loses_the_event() {
    let world = &mut world();
    let (graph, guest) = (ada(world), bob(world));
    let made = post(world, &graph, invited(lunch(), &[BOB]));
    let mine = copy(world);
    let slot = json!({ "start": utc("2026-11-25T12:00:00"), "end": utc("2026-11-25T13:00:00") });
    let body = json!({ "proposedNewTime": slot });
    assert_eq!(guest.send(world, Method::Post, &format!("{}/decline", path(&mine)), Some(&body)).status, 202);
    assert_eq!(guest.get(world, "/me/events")["value"], json!([]));
    let attendee = graph.get(world, &path(&made))["attendees"][0].clone();
    assert_eq!((&attendee["status"]["response"], &attendee["proposedNewTime"]), (&json!("declined"), &slot));
    // An update brings it back.
    patch(world, &graph, &made, json!({ "subject": "Please" }));
    assert_eq!(copy(world)["responseStatus"]["response"], "notResponded");
}

#[test]
fn organizers_dont_answer_and_attendees_dont_cancel() {
    let world = &mut world();
    let (graph, guest) = (ada(world), bob(world));
    let made = post(world, &graph, invited(lunch(), &[BOB]));
    let mine = copy(world);
    let act = |event: &Value, action: &str| format!("{}/{action}", path(event));
    let body = json!({});
    assert_eq!(graph.refused(world, Method::Post, &act(&made, "accept"), Some(&body)), bad("ErrorInvalidRequest"));
    assert_eq!(guest.refused(world, Method::Post, &act(&mine, "cancel"), Some(&body)), bad("ErrorInvalidRequest"));
    patch(world, &graph, &made, json!({ "responseRequested": false, "subject": "Lunch" }));
    assert_eq!(guest.refused(world, Method::Post, &act(&mine, "accept"), Some(&body)), bad("ErrorInvalidRequest"));
    mails(world);
    let comment = json!({ "comment": "Sorry" });
    assert_eq!(graph.send(world, Method::Post, &act(&made, "cancel"), Some(&comment)).status, 202);
    assert_eq!(mails(world), [format!("cancellation {BOB}")]);
    assert_eq!(graph.get(world, "/me/events")["value"], json!([]));
    let off = copy(world);
    assert_eq!(
        (&off["isCancelled"], &off["subject"], &off["showAs"]),
        (&json!(true), &json!("Canceled: Lunch"), &json!("free"))
    );
}

#[test]
fn a_deleted_meeting_is_cancelled_and_a_deleted_copy_is_nobodys_business() {
    let world = &mut world();
    let (graph, guest) = (ada(world), bob(world));
    let made = post(world, &graph, invited(lunch(), &[BOB, GUEST]));
    let mine = copy(world);
    mails(world);
    delete(world, &guest, &mine);
    assert_eq!(mails(world), Vec::<String>::new());
    assert_eq!(graph.get(world, &path(&made))["attendees"][0]["status"]["response"], "none");
    delete(world, &graph, &made);
    assert_eq!(mails(world), [format!("cancellation {BOB}"), format!("cancellation {GUEST}")]);
    let appointment = post(world, &graph, lunch());
    delete(world, &graph, &appointment);
    assert_eq!(mails(world), Vec::<String>::new());
}

#[test]
fn a_series_and_its_exceptions_are_mailed_one_by_one() {
    let world = &mut world();
    let (graph, guest) = (ada(world), bob(world));
    let made = post(world, &graph, invited(weekly("UTC"), &[BOB]));
    assert_eq!(mails(world), [format!("invitation {BOB}")], "a series is one invitation");
    let all = november(world, &graph, &made);
    patch(world, &graph, &all[1], json!({ "location": { "displayName": "Room 2" } }));
    assert_eq!(mails(world), [format!("update {BOB}")]);
    let mine = copy(world);
    let theirs = november(world, &guest, &mine);
    assert_eq!(theirs[1]["location"]["displayName"], "Room 2");
    delete(world, &graph, &all[2]);
    assert_eq!(mails(world), [format!("cancellation {BOB}")]);
    let theirs = november(world, &guest, &mine);
    assert_eq!((&theirs[2]["isCancelled"], &theirs[2]["type"]), (&json!(true), &json!("exception")));
    patch(world, &graph, &made, json!({ "subject": "Renamed" }));
    assert_eq!(mails(world), [format!("update {BOB}"), format!("update {BOB}")], "the series, and one exception");
    let theirs = november(world, &guest, &mine);
    assert_eq!((&theirs[0]["subject"], &theirs[2]["isCancelled"]), (&json!("Renamed"), &json!(true)));

    // One occurrence is declined: it goes, the others stay.
    let declined = format!("{}/decline", path(&theirs[0]));
    assert_eq!(guest.send(world, Method::Post, &declined, None).status, 202);
    assert_eq!(november(world, &guest, &mine).len(), 4);
    let answered = graph.get(world, &path(&all[0]));
    assert_eq!(answered["attendees"][0]["status"]["response"], "declined");
    assert_eq!(graph.get(world, &path(&all[3]))["attendees"][0]["status"]["response"], "none");
    // A later update of the series doesn't bring it back.
    patch(world, &graph, &made, json!({ "subject": "Again" }));
    assert_eq!(november(world, &guest, &mine).len(), 4);
}

#[test]
fn whoever_is_invited_to_one_occurrence_gets_that() {
    let world = &mut world();
    let (graph, guest) = (ada(world), bob(world));
    let made = post(world, &graph, weekly("UTC"));
    let all = november(world, &graph, &made);
    patch(world, &graph, &all[1], invited(json!({}), &[BOB]));
    assert_eq!(mails(world), [format!("invitation {BOB}")]);
    let mine = copy(world);
    assert_eq!((&mine["type"], &mine["iCalUId"]), (&json!("singleInstance"), &all[1]["iCalUId"]));
    assert_eq!(mine["start"], all[1]["start"]);
    assert_eq!(guest.send(world, Method::Post, &format!("{}/accept", path(&mine)), None).status, 202);
    assert_eq!(graph.get(world, &path(&all[1]))["attendees"][0]["status"]["response"], "accepted");
    delete(world, &graph, &all[1]);
    assert_eq!(copy(world)["isCancelled"], true);
    assert_eq!(guest.get(world, &path(&mine))["subject"], "Canceled: Weekly");
}

#[test]
fn hidden_attendees_see_themselves_alone() {
    let world = &mut world();
    let graph = ada(world);
    let mut event = invited(lunch(), &[BOB, GUEST]);
    event["hideAttendees"] = json!(true);
    post(world, &graph, event);
    let mine = copy(world);
    let addresses = |event: &Value| {
        let attendees = event["attendees"].as_array().expect("attendees").iter();
        attendees.map(|one| one["emailAddress"]["address"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(addresses(&mine), [BOB]);
}

#[test]
fn answers_survive_a_list_that_doesnt_name_them() {
    let world = &mut world();
    let (graph, guest) = (ada(world), bob(world));
    let made = post(world, &graph, invited(lunch(), &[BOB]));
    let mine = copy(world);
    guest.send(world, Method::Post, &format!("{}/accept", path(&mine)), None);
    let kept = patch(world, &graph, &made, invited(json!({}), &[BOB, GUEST]));
    assert_eq!(kept["attendees"][0]["status"]["response"], "accepted");
    // By report, the service takes a client's word for an answer, but for a refusal.
    for (said, kept) in [("declined", "notResponded"), ("tentativelyAccepted", "tentativelyAccepted")] {
        let attendee = json!({ "emailAddress": { "address": BOB }, "status": { "response": said } });
        let changed = patch(world, &graph, &made, json!({ "attendees": [attendee] }));
        assert_eq!(changed["attendees"][0]["status"]["response"], kept, "{said}");
    }
}

#[test]
fn five_hundred_attendees_are_enough() {
    let world = &mut world();
    let graph = ada(world);
    let addresses: Vec<String> = (0..501).map(|number| format!("a{number}@elsewhere.example")).collect();
    let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
    let (most, more) = (invited(lunch(), &addresses[..500]), invited(lunch(), &addresses));
    assert_eq!(graph.refused(world, Method::Post, "/me/events", Some(&more)), bad("ErrorInvalidRequest"));
    assert_eq!(mails(world).len(), 0);
    post(world, &graph, most);
    assert_eq!(mails(world).len(), 500);
}
