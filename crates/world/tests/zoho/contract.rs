//! Answers against Zoho's OpenAPI files.

use crate::stage::{Stage, path};
use crate::zoho_contract::Contract;
use mxs_http::Method;
use serde_json::{Value, json};

/// Calls made one after another; each must be answered as the contract says.
fn calls(stage: &mut Stage) -> Vec<(Method, String, Option<Value>)> {
    let account = stage.add("Accounts", json!({ "Account_Name": "Zylker" }));
    let contact =
        stage.add("Contacts", json!({ "Last_Name": "a", "Email": "a@x.example", "Account_Name": { "id": account } }));
    let gone = stage.add("Contacts", json!({ "Last_Name": "b" }));
    let meeting = |title: &str| {
        json!({
            "Event_Title": title,
            "Start_DateTime": "2026-12-01T09:00:00+01:00",
            "End_DateTime": "2026-12-01T10:00:00+01:00",
            "Remind_At": [{ "unit": 15, "period": "minutes" }],
            "Recurring_Activity": { "RRULE": "FREQ=DAILY;INTERVAL=1;COUNT=3", "EXDATE": "2026-12-02" },
            "Participants": [{ "type": "email", "participant": "a@b.example" }, { "type": "contact", "participant": contact }],
            "$send_notification": true,
        })
    };
    let (event, other) = (stage.add("Events", meeting("Review")), stage.add("Events", meeting("Other")));
    let task = json!({
        "Subject": "Call",
        "Due_Date": "2026-12-24",
        "Status": "Completed",
        "What_Id": { "id": account },
        "$se_module": "Accounts",
        "Remind_At": { "ALARM": "ACTION=EMAIL;TRIGGER=-P1D;TRIGGER_TIME=22:52" },
        "Tag": [{ "name": "Outlook" }],
    });
    let done = stage.add("Tasks", task.clone());
    let purged: mxs_world::zoho::Id = stage.add("Contacts", json!({ "Last_Name": "c" })).parse().unwrap();
    let ada = stage.ada;
    stage.world.with_zoho(|zoho, context| {
        zoho.delete_record(context, "Contacts", purged, ada);
        zoho.purge_record(context, "Contacts", purged);
    });
    stage.world.advance(10_000);
    stage.options(|options| options.set_unique("Contacts", "Email", true));
    let (get, post, put, delete) = (Method::Get, Method::Post, Method::Put, Method::Delete);
    let text = str::to_owned;
    let query = |query: &str| Some(json!({ "select_query": query }));
    let data = |record: Value| Some(json!({ "data": [record] }));
    let channel = |events: Value| {
        let url = "https://f.example/zoho?org=7";
        Some(json!({ "watch": [{ "channel_id": "7", "events": events, "notify_url": url, "token": "t" }] }))
    };
    let profile = stage.get("settings/profiles").body["profiles"][0]["id"].as_str().unwrap().to_owned();
    vec![
        (get, text("org"), None),
        (get, text("users?type=AllUsers"), None),
        (get, format!("users/{}", stage.ada), None),
        (post, text("actions/watch"), channel(json!(["Contacts.all", "Tasks.create"]))),
        (post, text("actions/watch"), channel(json!(["Nothing.all"]))),
        (post, text("actions/watch"), channel(json!(null))),
        (post, text("actions/watch"), Some(json!({ "watch": {} }))),
        (get, text("actions/watch?channel_id=7"), None),
        (put, text("actions/watch"), channel(json!(["Contacts.all"]))),
        (Method::Patch, text("actions/watch"), channel(json!(["Tasks.all"]))),
        (delete, text("actions/watch?channel_ids=7"), None),
        (delete, text("actions/watch?channel_ids=8"), None),
        (delete, text("actions/watch"), None),
        (put, text("actions/watch"), channel(json!(["Contacts.all"]))),
        (get, text("settings/profiles"), None),
        (get, format!("settings/profiles/{profile}"), None),
        (get, text("settings/roles"), None),
        (get, text("settings/modules"), None),
        (get, text("settings/modules/Contacts"), None),
        (get, text("settings/fields?module=Contacts"), None),
        (get, text("settings/fields?module=Leads"), None),
        (get, text("settings/fields?module=Tasks"), None),
        (get, text("settings/fields?module=Events"), None),
        (get, text("Tasks?fields=Subject,Due_Date,Status,What_Id,Remind_At,Tag,Closed_Time"), None),
        (get, format!("Tasks/{done}"), None),
        (post, text("Tasks"), data(task.clone())),
        (post, text("Tasks"), data(json!({ "Subject": "a", "What_Id": { "id": account } }))),
        (post, text("Tasks"), data(json!({ "Subject": "a", "Remind_At": { "ALARM": "x" } }))),
        (put, format!("Tasks/{done}"), data(json!({ "Status": "Deferred" }))),
        (get, text("Events?fields=Event_Title,Start_DateTime,Participants,Remind_At,Recurring_Activity"), None),
        (get, format!("Events/{event}"), None),
        (post, text("Events"), data(meeting("Third"))),
        (post, text("Events"), data(json!({ "Event_Title": "a" }))),
        (post, format!("Events/{event}/actions/cancel"), data(json!({}))),
        (post, format!("Events/{event}/actions/cancel"), data(json!({ "send_cancelling_mail": 1 }))),
        (post, format!("Events/{event}/actions/cancel"), data(json!({ "send_cancelling_mail": false }))),
        (delete, format!("Events/{other}"), None),
        (get, text("Events/deleted?type=all"), None),
        (get, text("Tasks/actions/count"), None),
        (post, text("coql"), query("select Subject, Due_Date, What_Id from Tasks where Closed_Time is not null")),
        (
            get,
            text("Contacts?fields=Last_Name,Email,Owner,Account_Name,Created_Time,Modified_Time,Tag&per_page=1"),
            None,
        ),
        (get, text("Contacts?fields=Last_Name&sort_by=Modified_Time&sort_order=asc"), None),
        (get, text("Contacts"), None),
        (get, text("Nothing?fields=id"), None),
        (get, format!("Contacts/{contact}"), None),
        (get, path("Contacts/search", &[("email", "a@x.example")]), None),
        (get, path("Contacts/search", &[("criteria", "(Nothing:equals:a)")]), None),
        (get, text("Contacts/actions/count"), None),
        (post, text("Contacts"), data(json!({ "Last_Name": "d", "Email": "d@x.example" }))),
        (post, text("Contacts"), data(json!({ "Last_Name": "d", "Email": "d@x.example" }))),
        (post, text("Contacts"), data(json!({}))),
        (post, text("Contacts"), data(json!({ "Last_Name": 1 }))),
        (post, text("Contacts"), Some(json!({ "data": [{ "Last_Name": "e" }, {}] }))),
        (post, text("Contacts/upsert"), data(json!({ "Last_Name": "f", "Email": "a@x.example" }))),
        (post, text("Contacts/upsert"), data(json!({ "Last_Name": "g" }))),
        (put, text("Contacts"), data(json!({ "id": contact, "Title": "x" }))),
        (put, format!("Contacts/{contact}"), data(json!({ "Title": "y" }))),
        (put, text("Contacts"), data(json!({ "id": "1" }))),
        (delete, format!("Contacts?ids={gone},1"), None),
        (delete, format!("Contacts/{gone}"), None),
        (get, text("Contacts/deleted?type=all"), None),
        (post, text("coql"), query("select Last_Name, Owner, Created_Time from Contacts where id is not null")),
        (post, text("coql"), query("select Last_Name from Contacts")),
        (post, text("coql"), query("select Nothing from Contacts where id is not null")),
        (post, text("coql"), query("select id from Contacts where id = 'x'")),
        (post, text("coql"), query("select id from Contacts where id is not null limit 5000")),
        (post, text("coql"), query("select id, id from Contacts where id is not null")),
        (
            post,
            text("__composite_requests"),
            Some(json!({
                "rollback_on_fail": false,
                "concurrent_execution": false,
                "__composite_requests": [
                    { "sub_request_id": "1", "method": "GET", "uri": "/crm/v8/org", "headers": {}, "params": {}, "body": {} },
                ],
            })),
        ),
        (
            post,
            text("__composite_requests"),
            Some(json!({ "__composite_requests": [{ "method": "GET", "uri": "x" }] })),
        ),
        (post, text("__composite_requests"), Some(json!({ "__composite_requests": 1 }))),
    ]
}

#[test]
fn answers_are_what_the_contract_says() {
    let Some(contract) = Contract::load() else { return };
    let mut stage = Stage::new();
    let mut wrong = Vec::new();
    for (method, path, body) in calls(&mut stage) {
        let answer = stage.call(method, &path, body);
        let address = format!("/crm/v8/{}", path.split('?').next().unwrap());
        for problem in contract.check_response(method.as_str(), &address, answer.status, &answer.body) {
            wrong.push(format!("{method} {path} {}: {problem}", answer.status));
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_contract_tells_good_requests_from_bad_ones() {
    let Some(contract) = Contract::load() else { return };
    let check = |method: &str, path: &str, query: &[(&str, &str)], body: Option<Value>| {
        contract.check_request(method, path, query, body.as_ref())
    };
    let good = [
        check("GET", "/crm/v8/Contacts", &[("fields", "id"), ("page", "1"), ("sort_by", "id")], None),
        check("POST", "/crm/v8/Contacts", &[], Some(json!({ "data": [{ "Last_Name": "a" }], "trigger": [] }))),
        check(
            "POST",
            "/crm/v8/coql",
            &[],
            Some(json!({ "select_query": "select id from Contacts where id is not null" })),
        ),
        check("GET", "/crm/v8/users", &[("type", "CurrentUser")], None),
    ];
    assert_eq!(good, [const { Vec::<String>::new() }; 4]);
    let bad = [
        check("GET", "/crm/v8/Contacts", &[("field", "id")], None),
        check("GET", "/crm/v8/Contacts", &[("page", "one")], None),
        check("GET", "/crm/v8/settings/fields", &[], None),
        check("POST", "/crm/v8/Contacts", &[], None),
        check("POST", "/crm/v8/Contacts", &[], Some(json!({ "records": [] }))),
        check("POST", "/crm/v8/coql", &[], Some(json!({ "query": "" }))),
        check("GET", "/crm/v8/users", &[("type", "Nobody")], None),
        check("PATCH", "/crm/v8/Contacts", &[], None),
    ];
    for problems in &bad {
        assert!(!problems.is_empty());
    }
}
