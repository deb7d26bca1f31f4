//! Meetings, which the API calls events.

use crate::stage::{Stage, path};
use mxs_http::Method;
use mxs_world::zoho::{AllDay, UserStatus};
use serde_json::{Value, json};

/// A meeting of an hour with `more`.
fn meeting(more: Value) -> Value {
    let mut meeting = json!({
        "Event_Title": "Review",
        "Start_DateTime": "2026-12-01T09:00:00+01:00",
        "End_DateTime": "2026-12-01T10:00:00+01:00",
    });
    meeting.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    meeting
}

#[test]
fn what_a_meeting_cannot_hold_is_refused() {
    let mut stage = Stage::new();
    let contact = stage.add("Contacts", json!({ "Last_Name": "Kidman" }));
    let bob = stage.bob;
    stage.world.with_zoho(|zoho, context| zoho.set_user_status(context, bob, UserStatus::Inactive));
    let person = |kind: &str, who: &str| json!({ "Participants": [{ "type": kind, "participant": who }] });
    let remind = |reminder: Value| json!({ "Remind_At": [reminder] });
    let (person_id, reminder) = ("Participants[0].participant", "Remind_At[0]");
    let cases = [
        (json!({ "Event_Title": null }), "MANDATORY_NOT_FOUND", "Event_Title".to_owned()),
        (json!({ "Start_DateTime": null }), "MANDATORY_NOT_FOUND", "Start_DateTime".into()),
        (json!({ "End_DateTime": "" }), "INVALID_DATA", "End_DateTime".into()),
        (json!({ "End_DateTime": "2026-12-01T09:00:00+01:00" }), "INVALID_DATA", "End_DateTime".into()),
        (json!({ "End_DateTime": "2026-12-01T09:30:00+02:00" }), "INVALID_DATA", "End_DateTime".into()),
        (json!({ "Start_DateTime": "2026-12-01" }), "INVALID_DATA", "Start_DateTime".into()),
        (
            json!({ "All_day": true, "End_DateTime": "2026-11-30T23:00:00+01:00" }),
            "INVALID_DATA",
            "End_DateTime".into(),
        ),
        (json!({ "Venue": "v".repeat(256) }), "INVALID_DATA", "Venue".into()),
        // People.
        (json!({ "Participants": {} }), "INVALID_DATA", "Participants".into()),
        (json!({ "Participants": ["a@b.example"] }), "INVALID_DATA", "Participants[0]".into()),
        (json!({ "Participants": [{ "type": "email" }] }), "MANDATORY_NOT_FOUND", person_id.into()),
        (
            json!({ "Participants": [{ "participant": "a@b.example" }] }),
            "MANDATORY_NOT_FOUND",
            "Participants[0].type".into(),
        ),
        (person("account", "1"), "INVALID_DATA", "Participants[0].type".into()),
        (person("email", "nobody"), "INVALID_DATA", person_id.into()),
        (person("contact", "a@b.example"), "INVALID_DATA", person_id.into()),
        (person("lead", &contact), "INVALID_DATA", person_id.into()),
        (person("user", &contact), "INVALID_DATA", person_id.into()),
        (person("user", &bob.to_string()), "INVALID_DATA", person_id.into()),
        // Reminders.
        (json!({ "Remind_At": "2026-12-01T08:45:00+01:00" }), "INVALID_DATA", "Remind_At".into()),
        (json!({ "Remind_At": { "ALARM": "" } }), "INVALID_DATA", "Remind_At".into()),
        (remind(json!(15)), "INVALID_DATA", reminder.into()),
        (remind(json!({ "unit": 15 })), "MANDATORY_NOT_FOUND", format!("{reminder}.period")),
        (remind(json!({ "period": "minutes" })), "MANDATORY_NOT_FOUND", format!("{reminder}.unit")),
        (remind(json!({ "unit": 1, "period": "months" })), "INVALID_DATA", format!("{reminder}.period")),
        (remind(json!({ "unit": -1, "period": "minutes" })), "INVALID_DATA", format!("{reminder}.unit")),
        (remind(json!({ "unit": "15", "period": "minutes" })), "INVALID_DATA", format!("{reminder}.unit")),
        (remind(json!({ "unit": 1, "period": "hours", "time": "09:00" })), "INVALID_DATA", format!("{reminder}.time")),
        (
            remind(json!({ "unit": 1, "period": "days", "time": "9 o'clock" })),
            "INVALID_DATA",
            format!("{reminder}.time"),
        ),
    ];
    for (more, code, at) in cases {
        let answer = stage.post("Events", json!({ "data": [meeting(more.clone())] }));
        assert_eq!((answer.status, answer.code()), (400, code), "{more}");
        assert_eq!(answer.details()["json_path"], format!("$.data[0].{at}"), "{more}");
    }
    let id = stage.add("Events", meeting(json!({})));
    let moved = stage.put("Events", &id, json!({ "Start_DateTime": "2026-12-01T10:00:00+01:00" }));
    assert_eq!(moved.details()["json_path"], "$.data[0].End_DateTime", "the kept end counts too");
}

#[test]
fn people_are_shown_with_what_is_known_of_them() {
    let mut stage = Stage::new();
    let contact = stage.add("Contacts", json!({ "Last_Name": "Kidman", "Email": "k@x.example" }));
    let lead = stage.add("Leads", json!({ "Last_Name": "Boone", "Company": "Boone & Co" }));
    let bob = stage.bob.to_string();
    let people = json!([
        { "type": "email", "participant": "a@b.example" },
        { "type": "contact", "participant": contact },
        { "type": "lead", "participant": lead },
        { "type": "user", "participant": bob },
        { "type": "contact", "participant": contact, "invited": true },
    ]);
    let id = stage.add("Events", meeting(json!({ "Participants": people })));
    let shown = stage.read("Events", &id)["Participants"].as_array().unwrap().clone();
    let known: Vec<Value> = shown
        .iter()
        .map(|person| {
            json!([
                person["type"],
                person["participant"],
                person["name"],
                person["Email"],
                person["invited"],
                person["status"]
            ])
        })
        .collect();
    assert_eq!(
        known,
        [
            json!(["email", "a@b.example", null, "a@b.example", false, "not_known"]),
            json!(["contact", contact, "Kidman", "k@x.example", false, "not_known"]),
            json!(["lead", lead, "Boone", null, false, "not_known"]),
            json!(["user", bob, "Bob Boyle", "bob@zylker.example", false, "not_known"]),
        ],
        "nobody twice, and nobody is invited by saying that he is"
    );
    let kept = json!([{ "type": "user", "participant": bob }, { "type": "email", "participant": "c@d.example" }]);
    stage.put("Events", &id, json!({ "Participants": kept }));
    let now = stage.read("Events", &id)["Participants"].as_array().unwrap().clone();
    assert_eq!((now.len(), &now[0]["id"]), (2, &shown[3]["id"]), "the list as it was written, ids as before");
    stage.put("Events", &id, json!({ "Participants": [] }));
    assert_eq!(stage.read("Events", &id)["Participants"], json!([]));
}

#[test]
fn participants_are_mailed_only_on_demand() {
    let mut stage = Stage::new();
    let contact = stage.add("Contacts", json!({ "Last_Name": "Kidman", "Email": "k@x.example" }));
    let nowhere = stage.add("Contacts", json!({ "Last_Name": "Nowhere" }));
    let people = json!([
        { "type": "email", "participant": "a@b.example" },
        { "type": "contact", "participant": contact },
        { "type": "contact", "participant": nowhere },
    ]);
    let all = || vec![("a@b.example".to_owned(), "meeting"), ("k@x.example".to_owned(), "meeting")];
    let quiet = stage.add("Events", meeting(json!({ "Participants": people })));
    stage.add("Events", meeting(json!({ "Participants": people, "$send_notification": false })));
    // Some samples write the key without its dollar sign: it is no key then.
    stage.add("Events", meeting(json!({ "Participants": people, "send_notification": true })));
    stage.put("Events", &quiet, json!({ "Venue": "Room 1" }));
    assert_eq!(stage.mailed(), []);
    let later = stage.add("Events", meeting(json!({ "Participants": people })));
    stage.put("Events", &later, json!({ "$send_notification": true }));
    assert_eq!((stage.mailed(), &stage.read("Events", &later)["Participants"][0]["invited"]), (all(), &json!(true)));
    stage.call(Method::Delete, &format!("Events/{later}"), None);
    stage.call(Method::Delete, &format!("Events/{quiet}"), None);
    assert_eq!(stage.mailed(), []);
    let loud = stage.add("Events", meeting(json!({ "Participants": people, "$send_notification": true })));
    assert_eq!(stage.mailed(), all());
    assert_eq!(stage.read("Events", &loud)["Participants"][0]["invited"], true);
    stage.put("Events", &loud, json!({ "Venue": "Room 2", "$send_notification": true }));
    assert_eq!(stage.mailed(), all());
    stage.put("Events", &loud, json!({ "Venue": "Room 3" }));
    assert_eq!(stage.mailed(), []);
    stage.options(|options| options.invited_are_told = true);
    stage.put("Events", &loud, json!({ "Venue": "Room 4" }));
    assert_eq!(stage.mailed(), all());
    let never = stage.add("Events", meeting(json!({ "Participants": people })));
    stage.put("Events", &never, json!({ "Venue": "Room 5" }));
    assert_eq!(stage.mailed(), [], "who wasn't invited isn't told");
    stage.call(Method::Delete, &format!("Events/{loud}"), None);
    assert_eq!(stage.mailed(), all());
}

#[test]
fn a_meeting_is_cancelled_once_before_its_end() {
    let mut stage = Stage::new();
    let people = json!([{ "type": "email", "participant": "a@b.example" }]);
    let invited = json!({ "Participants": people, "$send_notification": true });
    let (one, other) = (stage.add("Events", meeting(invited.clone())), stage.add("Events", meeting(invited)));
    let alone = stage.add("Events", meeting(json!({ "Participants": people })));
    stage.mailed();
    let cancel = |stage: &mut Stage, id: &str, body: Value| {
        stage.post(&format!("Events/{id}/actions/cancel"), json!({ "data": [body] }))
    };
    for (body, code) in [(json!({}), "MANDATORY_NOT_FOUND"), (json!({ "send_cancelling_mail": "no" }), "INVALID_DATA")]
    {
        let answer = cancel(&mut stage, &one, body);
        assert_eq!((answer.status, answer.code()), (400, code));
        assert_eq!(answer.details()["json_path"], "$.data[0].send_cancelling_mail");
    }
    assert_eq!(cancel(&mut stage, "1", json!({ "send_cancelling_mail": false })).code(), "INVALID_DATA");
    assert_eq!(cancel(&mut stage, &alone, json!({ "send_cancelling_mail": false })).code(), "NOT_ALLOWED");
    assert_eq!(stage.read("Events", &one)["$event_cancelled"], false);
    let answer = cancel(&mut stage, &one, json!({ "send_cancelling_mail": false }));
    assert_eq!((answer.status, answer.code(), answer.details()), (200, "SUCCESS", &json!({ "id": one })));
    assert_eq!(stage.mailed(), []);
    assert_eq!(stage.read("Events", &one)["$event_cancelled"], true);
    assert_eq!(cancel(&mut stage, &one, json!({ "send_cancelling_mail": true })).code(), "NOT_ALLOWED");
    assert_eq!(cancel(&mut stage, &other, json!({ "send_cancelling_mail": true })).status, 200);
    assert_eq!(stage.mailed(), [("a@b.example".to_owned(), "meeting")]);
    let past = stage.add(
        "Events",
        meeting(
            json!({ "Participants": people, "$send_notification": true, "Start_DateTime": "2026-11-01T09:00:00+01:00",
                        "End_DateTime": "2026-11-01T10:00:00+01:00" }),
        ),
    );
    assert_eq!(cancel(&mut stage, &past, json!({ "send_cancelling_mail": false })).code(), "NOT_ALLOWED");
}

#[test]
fn all_day_meetings_have_days() {
    let mut stage = Stage::new();
    let bob = stage.tokens[1].clone();
    // What is written, and which days it means: those on the writer's clock.
    let cases = [
        ("2026-12-01T00:00:00+01:00", "2026-12-01T23:59:59+01:00", "2026-12-01", "2026-12-01"),
        ("2026-12-01T00:00:00+00:00", "2026-12-02T00:00:00+00:00", "2026-12-01", "2026-12-02"),
        ("2026-12-01T11:32:33+05:30", "2026-12-03T11:30:22+05:30", "2026-12-01", "2026-12-03"),
        ("2026-12-01T00:00:00-11:00", "2026-12-01T00:00:00-11:00", "2026-12-01", "2026-12-01"),
    ];
    for (start, end, first, last) in cases {
        stage.options(|options| options.all_day = AllDay::Utc);
        let id = stage.add("Events", meeting(json!({ "All_day": true, "Start_DateTime": start, "End_DateTime": end })));
        let one = format!("Events/{id}");
        let times = |shown: &Value| json!([shown["Start_DateTime"], shown["End_DateTime"]]);
        let expected = |offset: &str| json!([format!("{first}T00:00:00{offset}"), format!("{last}T23:59:59{offset}")]);
        for token in [stage.tokens[0].clone(), bob.clone()] {
            let shown = stage.call_with(&token, Method::Get, &one, None).body["data"][0].clone();
            assert_eq!(times(&shown), expected("+00:00"), "{start}");
        }
        assert_eq!(stage.read("Events", &id)["Created_Time"], "2026-11-21T11:00:00+01:00", "all else is a moment");
        stage.options(|options| options.all_day = AllDay::Reader);
        assert_eq!(times(&stage.read("Events", &id)), expected("+01:00"), "{start}");
        let shown = stage.call_with(&bob, Method::Get, &one, None).body["data"][0].clone();
        assert_eq!(times(&shown), expected("-05:00"), "{start}");
    }
}

#[test]
fn a_meeting_becomes_one_of_all_day_and_no_longer() {
    let mut stage = Stage::new();
    // Late in the evening of UTC is the next day in Berlin.
    let late = json!({ "Start_DateTime": "2026-12-01T23:30:00+00:00", "End_DateTime": "2026-12-02T00:30:00+00:00" });
    let id = stage.add("Events", meeting(late));
    let times = |stage: &mut Stage| {
        let shown = stage.read("Events", &id);
        (shown["Start_DateTime"].clone(), shown["End_DateTime"].clone())
    };
    stage.put("Events", &id, json!({ "All_day": true }));
    assert_eq!(times(&mut stage), (json!("2026-12-02T00:00:00+00:00"), json!("2026-12-02T23:59:59+00:00")));
    stage.put("Events", &id, json!({ "Venue": "Room 1" }));
    stage.put("Events", &id, json!({ "End_DateTime": "2026-12-03T08:00:00+01:00" }));
    assert_eq!(times(&mut stage), (json!("2026-12-02T00:00:00+00:00"), json!("2026-12-03T23:59:59+00:00")));
    let hours = json!({ "All_day": false, "Start_DateTime": "2026-12-04T09:00:00+01:00", "End_DateTime": "2026-12-04T10:00:00+01:00" });
    stage.put("Events", &id, hours);
    assert_eq!(times(&mut stage), (json!("2026-12-04T09:00:00+01:00"), json!("2026-12-04T10:00:00+01:00")));
}

#[test]
fn meetings_are_found() {
    let mut stage = Stage::new();
    let contact = stage.add("Contacts", json!({ "Last_Name": "Kidman" }));
    let reminders = json!([{ "unit": 15, "period": "minutes" }, { "unit": 1, "period": "days", "time": "09:00" }]);
    let first = stage.add(
        "Events",
        meeting(json!({ "Who_Id": { "id": contact }, "Venue": "Room 1", "Remind_At": reminders,
                        "Recurring_Activity": { "RRULE": "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;COUNT=10" } })),
    );
    let second = stage.add("Events", meeting(json!({ "All_day": true })));
    stage.world.advance(10_000);
    let cases = [
        ("Start_DateTime > '2026-12-01T08:59:59+01:00'", vec![&first]),
        ("Start_DateTime = '2026-12-01T03:00:00-05:00'", vec![&first]),
        ("Start_DateTime = '2026-12-01T00:00:00+00:00'", vec![&second]),
        ("All_day = true", vec![&second]),
        ("Venue like '%room%'", vec![&first]),
        ("Who_Id.Last_Name = 'Kidman'", vec![&first]),
        ("Event_Title = 'review'", vec![&first, &second]),
    ];
    for (condition, expected) in cases {
        let answer = stage.query(&format!("select id from Events where {condition}"));
        assert_eq!(answer.ids().iter().collect::<Vec<_>>(), expected, "{condition}: {}", answer.body);
    }
    let answer = stage.query("select Event_Title, Start_DateTime, All_day, Who_Id from Events where Venue is not null");
    assert_eq!(answer.body["data"][0]["Start_DateTime"], "2026-12-01T09:00:00+01:00");
    let listed =
        stage.get("Events?fields=Event_Title,Participants,Remind_At,Recurring_Activity,What_Id&sort_order=asc");
    assert_eq!(listed.ids(), [first.clone(), second.clone()], "a series is one record");
    assert_eq!(
        listed.body["data"][0],
        json!({
            "id": first,
            "Event_Title": "Review",
            "Participants": [],
            "Remind_At": reminders,
            "Recurring_Activity": { "RRULE": "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;COUNT=10;DTSTART=2026-12-01" },
            "What_Id": null,
            "$se_module": null,
        })
    );
    assert_eq!(listed.body["data"][1]["Remind_At"], Value::Null);
    assert_eq!(stage.get("Events/actions/count").body["count"], 2);
    assert_eq!(stage.get(&path("Events/search", &[("word", "Room")])).ids(), [first.as_str()]);
    assert!(stage.read("Events", &first).get("Locked__s").is_none());
    stage.call(Method::Delete, &format!("Events/{first}"), None);
    assert_eq!(stage.get("Events/deleted").body["data"][0]["display_name"], "Review");
}
