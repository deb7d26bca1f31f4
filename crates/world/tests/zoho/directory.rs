use crate::stage::{Stage, ZGID};
use mxs_http::Method;
use mxs_world::zoho::UserStatus;
use serde_json::{Value, json};

#[test]
fn the_organisation_is_shown() {
    let mut stage = Stage::new();
    let org = stage.get("org").body["org"][0].clone();
    assert_eq!(org["zgid"], ZGID);
    assert_eq!(org["company_name"], "Zylker");
    assert_eq!(org["primary_email"], "ada@zylker.example");
    assert_eq!(org["license_details"]["paid_type"], "enterprise");
}

#[test]
fn users_are_listed_by_kind() {
    let mut stage = Stage::new();
    let (ada, bob) = (stage.ada.to_string(), stage.bob.to_string());
    let user = stage.bob;
    stage.world.advance(1_000);
    stage.world.with_zoho(|zoho, context| zoho.set_user_status(context, user, UserStatus::Inactive));
    let cases: [(&str, Vec<&String>); 10] = [
        ("", vec![&ada, &bob]),
        ("?type=AllUsers", vec![&ada, &bob]),
        ("?type=ActiveUsers", vec![&ada]),
        ("?type=DeactiveUsers", vec![&bob]),
        ("?type=ConfirmedUsers", vec![&ada, &bob]),
        ("?type=AdminUsers", vec![&ada]),
        ("?type=ActiveConfirmedAdmins", vec![&ada]),
        ("?type=CurrentUser", vec![&ada]),
        ("?page=2&per_page=1", vec![&bob]),
        ("?type=AllUsers&per_page=1", vec![&ada]),
    ];
    for (parameters, expected) in cases {
        let answer = stage.get(&format!("users{parameters}"));
        let users = answer.body["users"].as_array().unwrap().clone();
        let ids: Vec<&str> = users.iter().map(|user| user["id"].as_str().unwrap()).collect();
        assert_eq!(ids, expected, "{parameters}");
    }
    assert_eq!(stage.get("users?type=DeletedUsers").status, 204);
    assert_eq!(stage.get("users?type=Nobody").status, 400);
    assert_eq!(stage.get("users?per_page=201").status, 400);
    assert_eq!(stage.get(&format!("users?ids={bob}")).body["info"]["count"], 1);
    let one = stage.get(&format!("users/{bob}")).body["users"][0].clone();
    assert_eq!((one["status"].as_str(), one["time_zone"].as_str()), (Some("disabled"), Some("America/New_York")));
    assert_eq!(one["profile"]["name"], "Standard");
    assert_eq!(one["offset"], -18_000_000);
    assert_eq!(stage.get("users/1").status, 204);
    let since = |text: &'static str| ("If-Modified-Since", text);
    assert_eq!(stage.get_since("users", since("2026-11-21T10:00:00+00:00")).body["info"]["count"], 1);
    assert_eq!(stage.get_since("users", since("2026-11-21T10:00:01+00:00")).status, 304);
}

#[test]
fn profiles_and_roles_are_shown() {
    let mut stage = Stage::new();
    let profiles = stage.get("settings/profiles").body["profiles"].clone();
    let names: Vec<&str> =
        profiles.as_array().unwrap().iter().map(|profile| profile["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Administrator", "Standard"]);
    let id = profiles[1]["id"].as_str().unwrap();
    let one = stage.get(&format!("settings/profiles/{id}")).body["profiles"][0].clone();
    let details = one["permissions_details"].as_array().unwrap();
    assert!(details.iter().any(|detail| detail["name"] == "Crm_Implied_View_Contacts" && detail["enabled"] == true));
    assert_eq!(stage.get("settings/profiles/1").status, 204);
    let roles = stage.get("settings/roles").body["roles"].clone();
    assert_eq!(roles[1]["reporting_to"]["name"], "CEO");
    assert_eq!(stage.get(&format!("settings/roles/{}", roles[0]["id"].as_str().unwrap())).status, 200);
}

#[test]
fn modules_and_fields_are_described() {
    let mut stage = Stage::new();
    let modules = stage.get("settings/modules").body["modules"].clone();
    let names: Vec<&str> =
        modules.as_array().unwrap().iter().map(|module| module["api_name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Leads", "Contacts", "Accounts", "Deals", "Tasks", "Events", "SalesInbox"]);
    let one = stage.get("settings/modules/Contacts").body["modules"][0].clone();
    assert_eq!(one["id"], modules[1]["id"]);
    assert_eq!(stage.get("settings/modules/Nothing").code(), "INVALID_MODULE");
    assert_eq!(stage.get("settings/fields").code(), "REQUIRED_PARAM_MISSING");
    assert_eq!(stage.get("settings/fields?module=Nothing").code(), "INVALID_MODULE");
    stage.options(|options| options.set_unique("Contacts", "Email", true));
    let fields = stage.get("settings/fields?module=Contacts").body["fields"].clone();
    let field = |name: &str| fields.as_array().unwrap().iter().find(|field| field["api_name"] == name).unwrap().clone();
    assert_eq!((&field("Last_Name")["length"], &field("Last_Name")["system_mandatory"]), (&json!(80), &json!(true)));
    assert_eq!(field("Email")["unique"], json!({ "casesensitive": "0" }));
    assert_eq!(field("Account_Name")["lookup"]["module"]["api_name"], "Accounts");
    assert_eq!(field("Lead_Source")["pick_list_values"][0]["actual_value"], "-None-");
    assert_eq!(field("Modified_Time")["read_only"], true);
    let id = field("Email")["id"].as_str().unwrap().to_owned();
    assert_eq!(stage.get(&format!("settings/fields/{id}?module=Contacts")).body["fields"][0]["api_name"], "Email");
    let ids: std::collections::BTreeSet<String> =
        fields.as_array().unwrap().iter().map(|field| field["id"].to_string()).collect();
    assert_eq!(ids.len(), fields.as_array().unwrap().len());
}

#[test]
fn the_list_of_modules_tells_whether_salesinbox_is_in_use() {
    let mut stage = Stage::new();
    for (used, status) in [(false, "user_hidden"), (true, "visible")] {
        stage.options(|options| options.sales_inbox = used);
        let modules = stage.get("settings/modules").body["modules"].clone();
        let inbox = modules.as_array().unwrap().last().unwrap().clone();
        assert_eq!((&inbox["status"], &inbox["visible"]), (&json!(status), &json!(used)));
        assert_eq!(inbox["api_supported"], false);
        assert!(modules.as_array().unwrap().iter().filter(|other| other["id"] == inbox["id"]).count() == 1);
    }
    assert_eq!(stage.get("SalesInbox?fields=id").code(), "INVALID_MODULE");
}

#[test]
fn fields_say_what_they_hold_and_when_it_can_be_written() {
    let mut stage = Stage::new();
    let field = |stage: &mut Stage, module: &str, name: &str| {
        stage.get(&format!("settings/fields/{name}?module={module}")).body["fields"][0].clone()
    };
    let cases = [
        ("Tasks", "Remind_At", "ALARM", "jsonobject"),
        ("Tasks", "Recurring_Activity", "RRULE", "jsonobject"),
        ("Events", "Remind_At", "multireminder", "jsonarray"),
        ("Events", "Recurring_Activity", "RRULE", "jsonobject"),
        ("Events", "Participants", "text", "jsonarray"),
        ("Contacts", "Tag", "text", "jsonarray"),
    ];
    for (module, name, data_type, json_type) in cases {
        let shown = field(&mut stage, module, name);
        assert_eq!((&shown["data_type"], &shown["json_type"]), (&json!(data_type), &json!(json_type)), "{name}");
        let once = name == "Recurring_Activity";
        assert_eq!(shown["operation_type"]["api_create"], true, "{name}");
        assert_eq!(shown["operation_type"]["api_update"], !once, "{name}");
    }
    stage.options(|options| options.recurrence_may_change = true);
    assert_eq!(field(&mut stage, "Tasks", "Recurring_Activity")["operation_type"]["api_update"], true);
    assert_eq!(field(&mut stage, "Tasks", "Closed_Time")["operation_type"]["api_create"], false);
}

#[test]
fn people_work_in_the_crm_too() {
    let mut stage = Stage::new();
    let (ada, bob) = (stage.ada, stage.bob);
    let refused = stage.world.with_zoho(|zoho, context| zoho.insert_record(context, "Contacts", bob, json!({})));
    assert_eq!(refused.unwrap_err()["code"], "MANDATORY_NOT_FOUND");
    let id = stage
        .world
        .with_zoho(|zoho, context| zoho.insert_record(context, "Contacts", bob, json!({ "Last_Name": "a" })))
        .unwrap();
    stage.world.advance(2_000);
    stage.world.with_zoho(|zoho, context| {
        zoho.update_record(context, "Contacts", id, ada, json!({ "Title": "x" })).unwrap();
        assert!(zoho.update_record(context, "Contacts", id, ada, json!({ "Email": "x" })).is_err());
    });
    let record = stage.world.zoho.record("Contacts", id).unwrap();
    assert_eq!(record["Owner"]["name"], "Bob Boyle");
    assert_eq!(record["Modified_By"]["name"], "Ada Lovelace");
    assert_eq!(record["Modified_Time"], "2026-11-21T10:00:02+00:00");
    assert!(stage.world.with_zoho(|zoho, context| zoho.delete_record(context, "Contacts", id, ada)));
    assert_eq!(stage.world.zoho.record("Contacts", id), None);
    assert_eq!(stage.call(Method::Get, "Contacts/deleted", None).body["data"][0]["display_name"], Value::from("a"));
    let view = stage.world.zoho.user(bob).unwrap();
    assert_eq!((view.full_name.as_str(), view.administrator, view.zgid.as_str()), ("Bob Boyle", false, ZGID));
    assert_eq!(stage.world.zoho.users(ZGID), [ada, bob]);
}

#[test]
fn people_work_with_tasks_and_meetings() {
    let start = "2026-12-01T09:00:00+01:00";
    let end = "2026-12-01T10:00:00+01:00";
    let people = json!([{ "type": "email", "participant": "a@b.example" }]);
    let cases = [
        ("Tasks", json!({ "Subject": "a", "Send_Notification_Email": true }), json!({ "Subject": 5 })),
        (
            "Events",
            json!({ "Event_Title": "a", "Start_DateTime": start, "End_DateTime": end, "Participants": people,
                    "$send_notification": true }),
            json!({ "End_DateTime": start }),
        ),
    ];
    for (module, record, wrong) in cases {
        let mut stage = Stage::new();
        let (ada, bob) = (stage.ada, stage.bob);
        let id = stage.world.with_zoho(|zoho, context| zoho.insert_record(context, module, bob, record)).unwrap();
        stage.world.with_zoho(|zoho, context| {
            zoho.update_record(context, module, id, ada, json!({ "Description": "b" })).unwrap();
            assert_eq!(zoho.update_record(context, module, id, ada, wrong).unwrap_err()["code"], "INVALID_DATA");
            zoho.change_owner(context, module, id, bob, ada).unwrap();
            assert!(zoho.delete_record(context, module, id, bob));
            assert!(zoho.restore_record(context, module, id));
        });
        let shown = stage.world.zoho.record(module, id).unwrap();
        assert_eq!((&shown["Owner"]["id"], &shown["Description"]), (&ada.json(), &json!("b")), "{module}");
        assert_eq!(stage.mailed(), [], "what people do mails nobody here: only calls are counted");
    }
}
