//! Tasks.

use crate::stage::{Stage, path};
use mxs_http::Method;
use mxs_world::zoho::{Id, ModulePermissions, Sharing};
use serde_json::{Value, json};

/// A task with its due date and `more`.
fn task(more: Value) -> Value {
    let mut task = json!({ "Subject": "Call", "Due_Date": "2026-11-30" });
    task.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    task
}

#[test]
fn a_task_is_shown_as_it_was_written() {
    let mut stage = Stage::new();
    let account = stage.add("Accounts", json!({ "Account_Name": "Zylker" }));
    let contact = stage.add("Contacts", json!({ "Last_Name": "Kidman" }));
    let id = stage.add(
        "Tasks",
        task(json!({
            "Status": "In Progress",
            "Priority": "Highest",
            "Description": "line\nline",
            "Who_Id": { "id": contact },
            "What_Id": { "id": account },
            "$se_module": "Accounts",
            "Remind_At": { "ALARM": "FREQ=NONE;ACTION=EMAILANDPOPUP;TRIGGER=DATE-TIME:2026-07-03T12:30:00+05:30" },
            "Recurring_Activity": { "RRULE": "FREQ=DAILY;INTERVAL=2;DTSTART=2026-11-30;UNTIL=2026-12-30" },
        })),
    );
    let shown = stage.read("Tasks", &id);
    assert_eq!(shown["Due_Date"], "2026-11-30", "a day has no zone");
    assert_eq!(shown["Who_Id"], json!({ "name": "Kidman", "id": contact }));
    assert_eq!(shown["What_Id"], json!({ "name": "Zylker", "id": account }));
    assert_eq!(shown["$se_module"], "Accounts");
    assert_eq!(
        shown["Remind_At"]["ALARM"], "FREQ=NONE;ACTION=EMAILANDPOPUP;TRIGGER=DATE-TIME:2026-07-03T09:00:00+02:00",
        "the reader's offset"
    );
    assert_eq!(
        shown["Recurring_Activity"],
        json!({ "RRULE": "FREQ=DAILY;INTERVAL=2;DTSTART=2026-11-30;UNTIL=2026-12-30" })
    );
    assert_eq!((&shown["Closed_Time"], &shown["Send_Notification_Email"]), (&Value::Null, &json!(false)));
    assert_eq!(shown["Tag"], json!([]));
    let bare = stage.add("Tasks", json!({ "Subject": "Bare" }));
    let bare = stage.read("Tasks", &bare);
    for empty in ["Due_Date", "Status", "Priority", "Remind_At", "Recurring_Activity", "What_Id", "$se_module"] {
        assert_eq!(bare[empty], Value::Null, "{empty}");
    }
    stage.call(Method::Delete, &format!("Accounts/{account}"), None);
    let shown = stage.read("Tasks", &id);
    assert_eq!((&shown["What_Id"], &shown["$se_module"]), (&Value::Null, &Value::Null));
}

#[test]
fn what_a_task_cannot_hold_is_refused() {
    let mut stage = Stage::new();
    let account = stage.add("Accounts", json!({ "Account_Name": "Zylker" }));
    let contact = stage.add("Contacts", json!({ "Last_Name": "Kidman" }));
    let alarm = |text: &str| json!({ "Remind_At": { "ALARM": text } });
    let rule = |text: &str| json!({ "Recurring_Activity": { "RRULE": text } });
    let cases = [
        (json!({ "Subject": "" }), "MANDATORY_NOT_FOUND", "Subject"),
        (json!({ "Due_Date": "2026-11-30T00:00:00+00:00" }), "INVALID_DATA", "Due_Date"),
        (json!({ "Send_Notification_Email": "true" }), "INVALID_DATA", "Send_Notification_Email"),
        // Whom and what it is about.
        (json!({ "Who_Id": { "id": account } }), "INVALID_DATA", "Who_Id.id"),
        (json!({ "What_Id": { "id": account } }), "DEPENDENT_FIELD_MISSING", "What_Id"),
        (json!({ "What_Id": { "id": account }, "$se_module": "Leads" }), "INVALID_DATA", "What_Id.id"),
        (json!({ "What_Id": { "id": "1" }, "$se_module": "Accounts" }), "INVALID_DATA", "What_Id.id"),
        (json!({ "What_Id": { "id": contact }, "$se_module": "Contacts" }), "INVALID_DATA", "$se_module"),
        (json!({ "What_Id": { "id": account }, "$se_module": "accounts" }), "INVALID_DATA", "$se_module"),
        // Reminders.
        (json!({ "Remind_At": "2026-07-03T12:30:00+05:30" }), "INVALID_DATA", "Remind_At"),
        (json!({ "Remind_At": {} }), "MANDATORY_NOT_FOUND", "Remind_At.ALARM"),
        (json!({ "Remind_At": { "ALARM": 1 } }), "INVALID_DATA", "Remind_At.ALARM"),
        (alarm(""), "INVALID_DATA", "Remind_At.ALARM"),
        (alarm("ACTION=EMAIL"), "INVALID_DATA", "Remind_At.ALARM"),
        (alarm("TRIGGER=DATE-TIME:2026-07-03T12:30:00+05:30"), "INVALID_DATA", "Remind_At.ALARM"),
        (alarm("ACTION=SMS;TRIGGER=DATE-TIME:2026-07-03T12:30:00+05:30"), "INVALID_DATA", "Remind_At.ALARM"),
        (alarm("ACTION=EMAIL;TRIGGER=DATE-TIME:2026-07-03T12:30:00Z"), "INVALID_DATA", "Remind_At.ALARM"),
        (alarm("ACTION=EMAIL;TRIGGER=DATE-TIME:2026-07-03"), "INVALID_DATA", "Remind_At.ALARM"),
        (alarm("ACTION=EMAIL;TRIGGER=-P1D"), "INVALID_DATA", "Remind_At.ALARM"),
        (alarm("ACTION=EMAIL;TRIGGER=-P1D;TRIGGER_TIME=24:52"), "INVALID_DATA", "Remind_At.ALARM"),
        (alarm("ACTION=EMAIL;TRIGGER=-P1D;TRIGGER_TIME=9"), "INVALID_DATA", "Remind_At.ALARM"),
        (alarm("ACTION=EMAIL;TRIGGER=-P1D;TRIGGER_TIME=22:52:00"), "INVALID_DATA", "Remind_At.ALARM"),
        (alarm("ACTION=EMAIL;TRIGGER=-P1D;TRIGGER_TIME=22:52;SOUND=1"), "INVALID_DATA", "Remind_At.ALARM"),
        (alarm("ACTION=EMAIL;TRIGGER=-PD;TRIGGER_TIME=22:52"), "INVALID_DATA", "Remind_At.ALARM"),
        (alarm("ACTION=EMAIL;ACTION=POPUP;TRIGGER=-P1D;TRIGGER_TIME=22:52"), "INVALID_DATA", "Remind_At.ALARM"),
        (
            alarm("FREQ=HOURLY;ACTION=EMAIL;TRIGGER=DATE-TIME:2026-07-03T12:30:00+05:30"),
            "INVALID_DATA",
            "Remind_At.ALARM",
        ),
        // Recurrence: only what the CRM's pages can say, its days spelled their way.
        (json!({ "Recurring_Activity": "FREQ=DAILY" }), "INVALID_DATA", "Recurring_Activity"),
        (json!({ "Recurring_Activity": {} }), "MANDATORY_NOT_FOUND", "Recurring_Activity.RRULE"),
        (rule("DTSTART=2026-11-30"), "INVALID_DATA", "Recurring_Activity.RRULE"),
        (rule("FREQ=HOURLY;DTSTART=2026-11-30"), "INVALID_DATA", "Recurring_Activity.RRULE"),
        (rule("FREQ=DAILY;DTSTART=20261130"), "INVALID_DATA", "Recurring_Activity.RRULE"),
        (rule("FREQ=DAILY;DTSTART=2026-11-30;UNTIL=20261230"), "INVALID_DATA", "Recurring_Activity.RRULE"),
        (rule("freq=daily;DTSTART=2026-11-30"), "INVALID_DATA", "Recurring_Activity.RRULE"),
        (rule("FREQ=DAILY;DTSTART=2026-11-31"), "INVALID_DATA", "Recurring_Activity.RRULE"),
        (rule("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR;DTSTART=2026-11-13"), "INVALID_DATA", "Recurring_Activity.RRULE"),
        (
            json!({ "Recurring_Activity": { "RRULE": "FREQ=DAILY;DTSTART=2026-11-30", "EXDATE": "20261201" } }),
            "INVALID_DATA",
            "Recurring_Activity.EXDATE",
        ),
    ];
    for (more, code, at) in cases {
        let answer = stage.post("Tasks", json!({ "data": [task(more.clone())] }));
        assert_eq!((answer.status, answer.code()), (400, code), "{more}");
        assert_eq!(answer.details()["json_path"], format!("$.data[0].{at}"), "{more}");
    }
    assert!(stage.world.zoho.records(crate::stage::ZGID, "Tasks").is_empty());
}

#[test]
fn reminders_and_recurrences_that_fit_are_kept() {
    let mut stage = Stage::new();
    let cases = [
        ("Remind_At", "ALARM", "ACTION=EMAIL;TRIGGER=-P1D;TRIGGER_TIME=22:52", None),
        (
            "Remind_At",
            "ALARM",
            "ACTION=POPUP;TRIGGER=DATE-TIME:2026-01-18T12:45:00+01:00",
            Some("ACTION=POPUP;TRIGGER=DATE-TIME:2026-01-18T12:45:00+01:00"),
        ),
        ("Recurring_Activity", "RRULE", "FREQ=WEEKLY;BYDAY=SU;INTERVAL=2;COUNT=5;DTSTART=2026-11-29", None),
        (
            "Recurring_Activity",
            "RRULE",
            "FREQ=MONTHLY;INTERVAL=1;BYDAY=FR;BYSETPOS=-1",
            Some("FREQ=MONTHLY;INTERVAL=1;BYDAY=FR;BYSETPOS=-1;DTSTART=2026-11-30"),
        ),
    ];
    for (field, key, written, shown) in cases {
        let id = stage.add("Tasks", task(json!({ field: { key: written } })));
        assert_eq!(stage.read("Tasks", &id)[field][key], shown.unwrap_or(written), "{written}");
    }
}

#[test]
fn how_a_task_repeats_is_said_once() {
    let mut stage = Stage::new();
    let rule = |interval: u8| json!({ "RRULE": format!("FREQ=DAILY;INTERVAL={interval};DTSTART=2026-11-30") });
    let id = stage.add("Tasks", task(json!({ "Recurring_Activity": rule(1) })));
    let other = json!({ "Recurring_Activity": rule(2), "Subject": "Other" });
    assert_eq!(stage.put("Tasks", &id, other.clone()).status, 200, "success, and nothing came of it");
    let shown = stage.read("Tasks", &id);
    assert_eq!((&shown["Subject"], &shown["Recurring_Activity"]), (&json!("Other"), &rule(1)));
    stage.options(|options| options.recurrence_may_change = true);
    stage.put("Tasks", &id, other);
    assert_eq!(stage.read("Tasks", &id)["Recurring_Activity"], rule(2));
}

#[test]
fn completing_a_task_closes_it() {
    let mut stage = Stage::new();
    let id = stage.add("Tasks", task(json!({ "Status": "Not Started" })));
    let closed = |stage: &mut Stage| stage.read("Tasks", &id)["Closed_Time"].clone();
    stage.world.advance(60_000);
    stage.put("Tasks", &id, json!({ "Status": "Completed", "Closed_Time": "2020-01-01T00:00:00+00:00" }));
    assert_eq!(closed(&mut stage), "2026-11-21T11:01:00+01:00");
    stage.world.advance(60_000);
    stage.put("Tasks", &id, json!({ "Status": "Completed", "Subject": "Called" }));
    assert_eq!(closed(&mut stage), "2026-11-21T11:01:00+01:00", "once");
    stage.put("Tasks", &id, json!({ "Status": "Deferred" }));
    assert_eq!(closed(&mut stage), Value::Null);
    let (ada, task_id): (Id, Id) = (stage.ada, id.parse().unwrap());
    stage.world.with_zoho(|zoho, context| zoho.complete_task(context, task_id, ada)).unwrap();
    assert_eq!(closed(&mut stage), "2026-11-21T11:02:00+01:00");
    let done = stage.add("Tasks", task(json!({ "Status": "Completed" })));
    assert_eq!(stage.read("Tasks", &done)["Closed_Time"], "2026-11-21T11:02:00+01:00");
}

#[test]
fn an_owner_is_mailed_when_the_call_says_so() {
    let mut stage = Stage::new();
    let bob = stage.bob;
    let to_bob = vec![("bob@zylker.example".to_owned(), "task")];
    let owned = |mail: Value| task(json!({ "Owner": { "id": bob.to_string() }, "Send_Notification_Email": mail }));
    let id = stage.add("Tasks", owned(json!(false)));
    stage.add("Tasks", task(json!({ "Owner": { "id": bob.to_string() } })));
    assert_eq!(stage.mailed(), []);
    stage.add("Tasks", owned(json!(true)));
    assert_eq!(stage.mailed(), to_bob);
    stage.put("Tasks", &id, json!({ "Send_Notification_Email": true }));
    assert_eq!(stage.mailed(), to_bob);
    stage.put("Tasks", &id, json!({ "Subject": "Later" }));
    assert_eq!(stage.mailed(), [], "what is kept mails nobody again");
    stage.post("Tasks", json!({ "data": [owned(json!(true)), { "Send_Notification_Email": true }], "trigger": [] }));
    assert_eq!(stage.mailed(), to_bob, "only for what was made; rules have nothing to do with it");
}

#[test]
fn tasks_are_found() {
    let mut stage = Stage::new();
    let account = stage.add("Accounts", json!({ "Account_Name": "Zylker" }));
    let contact = stage.add("Contacts", json!({ "Last_Name": "Kidman" }));
    let first = stage
        .add("Tasks", task(json!({ "Status": "Completed", "What_Id": { "id": account }, "$se_module": "Accounts" })));
    let second =
        stage.add("Tasks", json!({ "Subject": "Write", "Due_Date": "2026-12-24", "Who_Id": { "id": contact } }));
    stage.world.advance(10_000);
    let cases = [
        ("Due_Date = '2026-11-30'".to_owned(), vec![&first]),
        ("Due_Date > '2026-11-30'".to_owned(), vec![&second]),
        ("Due_Date between '2026-11-30' and '2026-12-24'".to_owned(), vec![&first, &second]),
        ("Status = 'Completed'".to_owned(), vec![&first]),
        ("Status is null".to_owned(), vec![&second]),
        ("Closed_Time >= '2026-11-21T10:00:00+00:00'".to_owned(), vec![&first]),
        (format!("What_Id = '{account}'"), vec![&first]),
        (format!("Who_Id = '{contact}'"), vec![&second]),
        ("Who_Id.Last_Name = 'Kidman'".to_owned(), vec![&second]),
        (format!("Owner = '{}'", stage.ada), vec![&first, &second]),
    ];
    for (condition, expected) in cases {
        let answer = stage.query(&format!("select id from Tasks where {condition}"));
        assert_eq!(answer.ids().iter().collect::<Vec<_>>(), expected, "{condition}: {}", answer.body);
    }
    let answer = stage
        .query("select Subject, Due_Date, What_Id, Who_Id, Closed_Time, Priority from Tasks where Status is not null");
    let row = &answer.body["data"][0];
    assert_eq!((&row["Due_Date"], &row["What_Id"]), (&json!("2026-11-30"), &json!({ "id": account })));
    assert_eq!((&row["Who_Id"], &row["Closed_Time"]), (&Value::Null, &json!("2026-11-21T11:00:00+01:00")));
    let listed = stage.get(&format!("Tasks?fields=Subject,What_Id&ids={first},{second}"));
    assert_eq!(listed.ids(), [second.clone(), first.clone()]);
    assert_eq!(listed.body["data"][1]["$se_module"], "Accounts");
    assert_eq!(stage.get("Tasks/actions/count").body["count"], 2);
    let found = stage.get(&path("Tasks/search", &[("criteria", "(Due_Date:less_than:2026-12-01)")]));
    assert_eq!(found.ids(), [first.as_str()]);
    stage.call(Method::Delete, &format!("Tasks?ids={first}"), None);
    let deleted = stage.get("Tasks/deleted?type=recycle");
    assert_eq!((deleted.ids(), &deleted.body["data"][0]["display_name"]), (vec![first], &json!("Call")));
}

#[test]
fn some_columns_cannot_be_asked_for() {
    let mut stage = Stage::new();
    let cases = [
        ("Tasks", "Remind_At"),
        ("Tasks", "Recurring_Activity"),
        ("Tasks", "Tag"),
        ("Events", "Participants"),
        ("Events", "Remind_At"),
        ("Events", "Remind_Participants"),
        ("Events", "Recurring_Activity"),
        ("Contacts", "Tag"),
    ];
    for (module, column) in cases {
        for query in [
            format!("select {column} from {module} where id is not null"),
            format!("select id from {module} where {column} is null"),
            format!("select id from {module} where id is not null order by {column}"),
        ] {
            let answer = stage.query(&query);
            assert_eq!((answer.status, answer.code()), (400, "INVALID_QUERY"), "{query}");
            assert_eq!(answer.details(), &json!({ "column_name": column, "module": module }), "{query}");
        }
        let search = stage.get(&path(&format!("{module}/search"), &[("criteria", &format!("({column}:equals:x)"))]));
        assert_eq!((search.status, search.code()), (400, "INVALID_QUERY"), "{column}");
    }
}

#[test]
fn duplicates_are_looked_for_in_simple_fields_only() {
    let mut stage = Stage::new();
    let upsert = |stage: &mut Stage, field: &str| {
        stage.post("Tasks/upsert", json!({ "data": [{ "Subject": "a" }], "duplicate_check_fields": [field] }))
    };
    assert_eq!(upsert(&mut stage, "Subject").body["data"][0]["action"], "insert");
    assert_eq!(upsert(&mut stage, "Subject").body["data"][0]["action"], "update");
    for field in ["Tag", "Remind_At", "Recurring_Activity", "Closed_Time"] {
        assert_eq!(upsert(&mut stage, field).code(), "INVALID_DATA", "{field}");
    }
}

#[test]
fn parts_of_a_composite_request_write_tasks() {
    let mut stage = Stage::new();
    let part = |id: &str, record: Value| json!({ "sub_request_id": id, "method": "POST", "uri": "/crm/v8/Tasks", "body": { "data": [record] } });
    let answer = stage.post(
        "__composite_requests",
        json!({ "__composite_requests": [
            part("1", json!({ "Subject": "One", "Tag": [{ "name": "Outlook" }] })),
            part("2", json!({ "Subject": 2 })),
            { "sub_request_id": "3", "method": "GET", "uri": "/crm/v8/settings/tags?module=Tasks" },
        ] }),
    );
    let status = |at: usize| answer.body["__composite_requests"][at]["details"]["response"]["status_code"].clone();
    assert_eq!([status(0), status(1), status(2)], [201, 400, 200], "{}", answer.body);
    let undone = stage.post(
        "__composite_requests",
        json!({ "rollback_on_fail": true, "__composite_requests": [
            part("1", json!({ "Subject": "Two", "Tag": [{ "name": "Other" }] })),
            part("2", json!({ "Subject": 2 })),
        ] }),
    );
    assert_eq!(undone.status, 207);
    assert_eq!(stage.world.zoho.record_count(crate::stage::ZGID, "Tasks"), 1);
    assert_eq!(stage.get("settings/tags?module=Tasks").body["info"]["count"], 1, "their tags are undone too");
}

#[test]
fn who_may_change_tasks_and_meetings() {
    let mut stage = Stage::new();
    let bob = stage.tokens[1].clone();
    let start = "2026-12-01T09:00:00+01:00";
    let modules = [
        ("Tasks", task(json!({}))),
        ("Events", json!({ "Event_Title": "a", "Start_DateTime": start, "End_DateTime": "2026-12-01T10:00:00+01:00" })),
    ];
    for (module, record) in modules {
        stage.options(|options| options.sharing = Sharing::PublicReadOnly);
        let id = stage.add(module, record.clone());
        let one = format!("{module}/{id}");
        let body = || Some(json!({ "data": [{ "Description": "b" }] }));
        assert_eq!(stage.call_with(&bob, Method::Put, &one, body()).code(), "NO_PERMISSION", "{module}");
        let owner = json!({ "Owner": { "id": stage.bob.to_string() } });
        assert_eq!(stage.put(module, &id, owner).status, 200, "an administrator gives it away");
        assert_eq!(stage.read(module, &id)["Owner"]["name"], "Bob Boyle");
        assert_eq!(stage.call_with(&bob, Method::Put, &one, body()).status, 200, "{module}");
        stage.options(|options| options.sharing = Sharing::Private);
        let (ada, event) = (stage.ada, id.parse().unwrap());
        stage.world.with_zoho(|zoho, context| zoho.change_owner(context, module, event, ada, ada)).unwrap();
        assert_eq!(stage.call_with(&bob, Method::Get, &one, None).status, 204, "{module}");
        stage.options(|options| options.sharing = Sharing::default());
        let profile = stage.get("settings/profiles").body["profiles"][1]["id"].as_str().unwrap().parse().unwrap();
        stage.world.zoho.permissions(profile).modules.insert(module.into(), ModulePermissions::VIEW);
        let refused = stage.call_with(&bob, Method::Post, module, Some(json!({ "data": [record] })));
        assert_eq!(refused.details()["permissions"], json!([format!("Crm_Implied_Create_{module}")]));
        let tagging = json!({ "tags": [{ "name": "a" }] });
        let refused = stage.call_with(&bob, Method::Post, &format!("{one}/actions/add_tags"), Some(tagging));
        assert_eq!(
            refused.details()["permissions"],
            json!([format!("Crm_Implied_Tags_{module}"), format!("Crm_Implied_Edit_{module}")])
        );
    }
}
