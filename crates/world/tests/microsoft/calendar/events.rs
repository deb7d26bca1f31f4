//! Single events: what is written is read, and what makes no sense is refused.

use super::*;

#[test]
fn an_event_is_read_as_it_was_written() {
    let world = &mut world();
    let graph = ada(world);
    let made = post(
        world,
        &graph,
        json!({
            "subject": "Let's go for lunch", "body": { "contentType": "HTML", "content": "Noon?" },
            "start": utc("2026-11-24T12:00:00"), "end": utc("2026-11-24T14:00:00"),
            "location": { "displayName": "Harry's Bar" }, "categories": ["Red category"], "showAs": "oof",
            "sensitivity": "private", "importance": "high", "reminderMinutesBeforeStart": 0, "isReminderOn": false,
            "allowNewTimeProposals": false, "hideAttendees": true, "responseRequested": false,
        }),
    );
    let wanted = json!({
        "subject": "Let's go for lunch", "bodyPreview": "Noon?", "importance": "high", "sensitivity": "private",
        "body": { "contentType": "html", "content": "<html><head></head><body>Noon?</body></html>" },
        "start": utc("2026-11-24T12:00:00.0000000"), "end": utc("2026-11-24T14:00:00.0000000"),
        "location": { "displayName": "Harry's Bar", "locationType": "default", "uniqueId": "Harry's Bar",
            "uniqueIdType": "private" },
        "locations": [{ "displayName": "Harry's Bar", "locationType": "default", "uniqueIdType": "unknown" }],
        "categories": ["Red category"], "showAs": "oof", "reminderMinutesBeforeStart": 0, "isReminderOn": false,
        "allowNewTimeProposals": false, "hideAttendees": true, "responseRequested": false, "isAllDay": false,
        "isCancelled": false, "isDraft": false, "isOrganizer": true, "isOnlineMeeting": false, "onlineMeeting": null,
        "onlineMeetingProvider": "unknown", "type": "singleInstance", "seriesMasterId": null, "recurrence": null,
        "transactionId": null, "originalStartTimeZone": "UTC", "originalEndTimeZone": "UTC", "attendees": [],
        "organizer": { "emailAddress": { "name": "Ada Lovelace", "address": ADA } },
        "responseStatus": { "response": "organizer", "time": "0001-01-01T00:00:00Z" },
        "createdDateTime": "2026-11-21T10:00:00.0000000Z",
    });
    for (name, value) in wanted.as_object().expect("an object") {
        assert_eq!(&made[name], value, "{name}");
    }
    assert_eq!(graph.get(world, &path(&made)), made);
    assert!(made.get("originalStart").is_none() && made.get("cancelledOccurrences").is_none());

    // What is named is replaced, the rest stays.
    let changed = patch(world, &graph, &made, json!({ "subject": null, "location": null, "showAs": null }));
    assert_eq!(
        (&changed["subject"], &changed["locations"], &changed["showAs"]),
        (&json!(""), &json!([]), &json!("busy"))
    );
    assert_eq!((&changed["body"], &changed["sensitivity"]), (&made["body"], &made["sensitivity"]));
    assert_ne!(changed["changeKey"], made["changeKey"]);
    assert_eq!(mails(world), Vec::<String>::new(), "an appointment concerns nobody else");
}

#[test]
fn text_is_answered_to_who_prefers_it() {
    let world = &mut world();
    let graph = ada(world);
    let mut event = lunch();
    event["body"] = json!({ "contentType": "text", "content": "Fish & chips\nor soup" });
    let made = post(world, &graph, event);
    let reader = ada(world).with("Prefer", "outlook.body-content-type=\"text\"");
    let response = reader.send(world, Method::Get, &path(&made), None);
    assert_eq!(response.headers.get("Preference-Applied"), Some("outlook.body-content-type=\"text\""));
    assert_eq!(json(&response)["body"], json!({ "contentType": "text", "content": "Fish & chips\r\nor soup" }));
    assert_eq!(refused_patch(world, &graph, &made, json!({ "body": null })), bad("ErrorInvalidRequest"));
}

#[test]
fn times_are_checked() {
    let world = &mut world();
    let graph = ada(world);
    let (cet, days) = ("W. Europe Standard Time", json!({ "isAllDay": true }));
    let cases = [
        (utc("2026-11-24T12:00:00"), utc("2026-11-24T12:00:00"), json!({}), Ok(())),
        (utc("2026-11-24T12:00:00"), utc("2026-11-24T11:59:00"), json!({}), Err("ErrorPropertyValidationFailure")),
        (at("2026-11-24T12:00:00", cet), utc("2026-11-24T11:30:00"), json!({}), Ok(())),
        (at("2026-11-24T12:00:00", cet), utc("2026-11-24T10:30:00"), json!({}), Err("ErrorPropertyValidationFailure")),
        (utc("2026-11-24T00:00:00"), utc("2026-11-25T00:00:00"), days.clone(), Ok(())),
        (at("2026-11-24", cet), at("2026-11-25", "Europe/Berlin"), days.clone(), Ok(())),
        (utc("2026-11-24T00:00:00"), utc("2026-11-24T00:00:00"), days.clone(), Err("ErrorInvalidRequest")),
        (utc("2026-11-24T09:00:00"), utc("2026-11-25T00:00:00"), days.clone(), Err("ErrorInvalidRequest")),
        (utc("2026-11-24T00:00:00"), utc("2026-11-24T23:59:59"), days.clone(), Err("ErrorInvalidRequest")),
        (at("2026-11-24T00:00:00", cet), utc("2026-11-25T00:00:00"), days, Err("ErrorPropertyValidationFailure")),
    ];
    for (start, end, mut event, wanted) in cases {
        event["start"] = start;
        event["end"] = end;
        let response = graph.send(world, Method::Post, "/me/events", Some(&event));
        let found = if response.status == 201 { Ok(()) } else { Err(code(&response)) };
        assert_eq!(found, wanted.map_err(str::to_owned), "{event}");
    }
    let refused = graph.refused(world, Method::Post, "/me/events", Some(&json!({ "subject": "When?" })));
    assert_eq!(refused, bad("ErrorPropertyValidationFailure"));
    let made = post(world, &graph, lunch());
    let backwards = json!({ "end": utc("2026-11-24T11:00:00") });
    assert_eq!(refused_patch(world, &graph, &made, backwards), bad("ErrorPropertyValidationFailure"));
    assert_eq!(graph.get(world, &path(&made)), made, "what is refused changes nothing");
}

#[test]
fn places_belong_together() {
    let world = &mut world();
    let graph = ada(world);
    let made = post(world, &graph, lunch());
    let names = |event: &Value| column(&json!({ "value": event["locations"] }), "displayName");
    let two = patch(world, &graph, &made, json!({ "locations": [{ "displayName": "A" }, { "displayName": "B" }] }));
    assert_eq!((&two["location"]["displayName"], names(&two)), (&json!("A; B"), vec!["A".to_owned(), "B".to_owned()]));
    let one = patch(world, &graph, &made, json!({ "location": { "displayName": "C", "locationType": "Hotel" } }));
    assert_eq!((&one["location"]["locationType"], names(&one)), (&json!("hotel"), vec!["C".to_owned()]));
}

#[test]
fn who_replaces_the_text_loses_the_online_meeting() {
    let world = &mut world();
    let graph = ada(world);
    let mut event = lunch();
    event["isOnlineMeeting"] = json!(true);
    event["onlineMeetingProvider"] = json!("teamsForBusiness");
    let made = post(world, &graph, event);
    let link = made["onlineMeeting"]["joinUrl"].as_str().expect("a link");
    assert!(made["body"]["content"].as_str().expect("a text").contains(link));

    // Another property, and the text with its block, leave it alone.
    patch(world, &graph, &made, json!({ "subject": "Online", "isOnlineMeeting": false }));
    let longer = made["body"]["content"].as_str().expect("a text").replace("</body>", "<p>PS</p></body>");
    let kept = patch(world, &graph, &made, json!({ "body": { "contentType": "html", "content": longer } }));
    assert_eq!((&kept["isOnlineMeeting"], &kept["onlineMeeting"]), (&json!(true), &made["onlineMeeting"]));

    let careless = json!({ "body": { "contentType": "text", "content": "Agenda" }, "isOnlineMeeting": true });
    let lost = patch(world, &graph, &made, careless.clone());
    assert_eq!((&lost["isOnlineMeeting"], &lost["onlineMeeting"]), (&json!(false), &json!(null)));
    let again = patch(world, &graph, &made, careless);
    assert_eq!(again["isOnlineMeeting"], true, "every second time, as reported");
    assert_ne!(again["onlineMeeting"]["joinUrl"], link);
}

#[test]
fn a_request_is_repeated_without_a_second_event() {
    let world = &mut world();
    let graph = ada(world);
    let mut event = invited(lunch(), &[BOB]);
    event["transactionId"] = json!("T-1");
    let first = post(world, &graph, event.clone());
    assert_eq!((id(&post(world, &graph, event.clone())), &first["transactionId"]), (id(&first), &json!("T-1")));
    assert_eq!(mails(world), [format!("invitation {BOB}")], "one event, one invitation");
    event["subject"] = json!("Another");
    let refused = graph.refused(world, Method::Post, "/me/events", Some(&event));
    assert_eq!(refused, (409, "ErrorDuplicateTransactionId".into()));
    rules(world, |rules| rules.reused_transaction = mxs_world::microsoft::ReusedTransaction::Answered);
    assert_eq!(id(&post(world, &graph, event.clone())), id(&first));
    // Another calendar knows nothing of it.
    let calendar = graph.create(world, "/me/calendars", json!({ "name": "Other" }));
    let other = graph.create(world, &format!("/me/calendars/{}/events", id(&calendar)), event);
    assert_ne!(id(&other), id(&first));
    let unchanged = patch(world, &graph, &first, json!({ "transactionId": "T-2" }));
    assert_eq!(unchanged["transactionId"], "T-1", "it can't be changed");
}

#[test]
fn marks_stay_on_events_and_find_them() {
    let world = &mut world();
    let graph = ada(world);
    let mut event = lunch();
    event["singleValueExtendedProperties"] = json!([{ "id": MARK, "value": "Zoho:5" }]);
    let made = post(world, &graph, event);
    post(world, &graph, lunch());
    assert!(made.get("singleValueExtendedProperties").is_none(), "only who asks sees them");
    let find = format!("$filter=singleValueExtendedProperties/Any(p: p/id eq '{MARK}' and p/value eq 'zoho:5')");
    let expand = format!("$expand=singleValueExtendedProperties($filter=id eq '{MARK}')");
    let page = graph.get(world, &format!("/me/events?{find}&{expand}"));
    assert_eq!(column(&page, "id"), [id(&made)]);
    assert_eq!(page["value"][0]["singleValueExtendedProperties"][0]["value"], "Zoho:5");
    let changed =
        patch(world, &graph, &made, json!({ "singleValueExtendedProperties": [{ "id": MARK, "value": "6" }] }));
    assert_eq!(changed["start"], made["start"]);
    assert_eq!(graph.get(world, &format!("/me/events?{find}"))["value"], json!([]));
}

#[test]
fn whoever_read_an_older_version_is_told() {
    let world = &mut world();
    let graph = ada(world);
    let made = post(world, &graph, lunch());
    let old = made["@odata.etag"].as_str().expect("a tag").to_owned();
    patch(world, &graph, &made, json!({ "subject": "Late lunch" }));
    let careful = ada(world).with("If-Match", &old);
    let conflict = (412, "ErrorIrresolvableConflict".to_owned());
    assert_eq!(refused_patch(world, &careful, &made, json!({ "subject": "X" })), conflict);
    assert_eq!(careful.refused(world, Method::Delete, &path(&made), None), conflict);
}

#[test]
fn ids_survive_moves_in_one_form_only() {
    let world = &mut world();
    let (default, immutable) = (ada(world), ada(world).with("Prefer", "IdType=\"ImmutableId\""));
    let series = post(world, &immutable, weekly("UTC"));
    let by_default = default.get(world, "/me/events")["value"][0].clone();
    let occurrence = november(world, &immutable, &series).remove(1);
    assert_eq!(occurrence["seriesMasterId"], series["id"]);
    let other = default.create(world, "/me/calendars", json!({ "name": "Other" }));
    world
        .with_microsoft(|microsoft, context| microsoft.move_event(ADA, id(&series), Some(id(&other)), context))
        .expect("a move");
    let gone = (404, "ErrorItemNotFound".to_owned());
    assert_eq!(default.refused(world, Method::Get, &path(&by_default), None), gone);
    assert_eq!(immutable.get(world, &path(&series))["iCalUId"], series["iCalUId"]);
    assert_eq!(immutable.get(world, &path(&occurrence))["start"], occurrence["start"]);
    let elsewhere = format!("/me/calendars/{}/events", id(&other));
    assert_eq!(column(&immutable.get(world, &elsewhere), "id"), [id(&series)]);
    assert_eq!(immutable.get(world, "/me/events")["value"], json!([]));
    let home = id(&default.get(world, "/me/calendar")).to_owned();
    let wrong = format!("/me/calendars/{home}/events/{}", id(&series));
    assert_eq!(immutable.refused(world, Method::Get, &wrong, None), gone);
}

#[test]
fn a_deleted_event_is_found_by_its_immutable_id_unless_a_rule_says_otherwise() {
    let world = &mut world();
    let (default, immutable) = (ada(world), ada(world).with("Prefer", "IdType=\"ImmutableId\""));
    let made = post(world, &default, lunch());
    let same = immutable.get(world, "/me/events")["value"][0].clone();
    delete(world, &default, &made);
    let gone = (404, "ErrorItemNotFound".to_owned());
    assert_eq!(default.refused(world, Method::Delete, &path(&made), None), gone);
    assert_eq!(immutable.get(world, "/me/events")["value"], json!([]));
    assert_eq!(immutable.get(world, &path(&same))["subject"], "Lunch");
    rules(world, |rules| rules.deleted_hidden = true);
    assert_eq!(immutable.refused(world, Method::Get, &path(&same), None), gone);
    rules(world, |rules| rules.deleted_hidden = false);
    let response = immutable.send(world, Method::Post, &format!("{}/permanentDelete", path(&same)), None);
    assert_eq!(response.status, 204);
    let final_ = (403, "ErrorCannotDeleteObject".to_owned());
    assert_eq!(immutable.refused(world, Method::Delete, &path(&same), None), final_);
    assert_eq!(refused_patch(world, &immutable, &same, json!({ "subject": "X" })), gone);
}

#[test]
fn a_delete_is_final_where_a_rule_says_so() {
    let world = &mut world();
    world.microsoft.rules.delete_is_final = true;
    let immutable = ada(world).with("Prefer", "IdType=\"ImmutableId\"");
    let made = post(world, &immutable, lunch());
    delete(world, &immutable, &made);
    assert_eq!(immutable.get(world, &path(&made))["subject"], "Lunch");
    let refused = immutable.refused(world, Method::Delete, &path(&made), None);
    assert_eq!(refused, (403, "ErrorCannotDeleteObject".into()));
    world.microsoft.rules.recoverable_hidden = true;
    let gone = (404, "ErrorItemNotFound".to_owned());
    assert_eq!(immutable.refused(world, Method::Get, &path(&made), None), gone);
}

#[test]
fn an_event_tells_its_calendar_until_it_is_deleted() {
    let world = &mut world();
    let graph = ada(world);
    let made = post(world, &graph, lunch());
    let its = format!("{}/calendar?$select=id", path(&made));
    assert_eq!(graph.get(world, &its)["id"], graph.get(world, "/me/calendar")["id"]);
    let other = graph.create(world, "/me/calendars", json!({ "name": "Other" }));
    let there = graph.create(world, &format!("/me/calendars/{}/events", id(&other)), lunch());
    assert_eq!(graph.get(world, &format!("{}/calendar", path(&there)))["name"], "Other");
    delete(world, &graph, &made);
    assert_eq!(graph.refused(world, Method::Get, &its, None), (404, "ErrorItemNotFound".to_owned()));
}
