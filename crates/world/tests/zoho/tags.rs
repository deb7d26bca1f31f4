//! Tags.

use crate::stage::{Answer, Stage};
use mxs_http::Method;
use mxs_world::zoho::{Edition, Id, ModulePermissions};
use serde_json::{Value, json};

/// The names of a record's tags.
fn names(stage: &mut Stage, module: &str, id: &str) -> Vec<String> {
    let tags = stage.read(module, id)["Tag"].as_array().unwrap().clone();
    tags.iter().map(|tag| tag["name"].as_str().unwrap().to_owned()).collect()
}

fn tags(names: &[&str]) -> Value {
    names.iter().map(|name| json!({ "name": name })).collect()
}

fn add(stage: &mut Stage, id: &str, names: &[&str]) -> Answer {
    stage.post(&format!("Contacts/{id}/actions/add_tags"), json!({ "tags": tags(names) }))
}

#[test]
fn records_are_written_with_tags() {
    for (module, record) in [
        ("Contacts", json!({ "Last_Name": "a" })),
        ("Leads", json!({ "Last_Name": "a", "Company": "b" })),
        ("Accounts", json!({ "Account_Name": "a" })),
        ("Tasks", json!({ "Subject": "a" })),
    ] {
        let mut stage = Stage::new();
        let mut first = record.clone();
        first["Tag"] = tags(&["Outlook", "VIP", "outlook"]);
        let id = stage.add(module, first);
        assert_eq!(names(&mut stage, module, &id), ["Outlook", "VIP"], "{module}: case makes no other tag");
        let tag = stage.read(module, &id)["Tag"][0].clone();
        assert_eq!(tag, json!({ "name": "Outlook", "id": tag["id"], "color_code": null }));
        let mut second = record.clone();
        second["Tag"] = json!([{ "name": "OUTLOOK" }, { "id": tag["id"], "name": "Another" }]);
        let other = stage.add(module, second);
        assert_eq!(stage.read(module, &other)["Tag"], json!([tag]), "an id counts before a name");
        stage.put(module, &id, json!({ "Tag": tags(&["New"]) }));
        assert_eq!(names(&mut stage, module, &id), ["New"], "in place of those that were there");
        let appended = json!({ "Tag": tags(&["More"]), "$append_values": { "Tag": true } });
        stage.put(module, &id, appended);
        assert_eq!(names(&mut stage, module, &id), ["More"], "only choices of pick lists can be appended");
        let unchanged = stage.put(module, &id, json!({ "Tag": "More" }));
        assert_eq!((unchanged.status, &unchanged.details()["expected_data_type"]), (400, &json!("jsonarray")));
        stage.put(module, &id, json!({ "Tag": [] }));
        assert_eq!(stage.read(module, &id)["Tag"], json!([]));
        let listed = stage.get(&format!("settings/tags?module={module}"));
        let all: Vec<&str> =
            listed.body["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
        assert_eq!(all, ["Outlook", "VIP", "New", "More"], "{module}");
        assert_eq!(listed.body["tags"][0]["created_by"]["name"], "Ada Lovelace");
    }
}

#[test]
fn tags_that_do_not_fit_are_refused() {
    let mut stage = Stage::new();
    let many: Vec<String> = (0..11).map(|number| format!("T{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let id = stage.add("Contacts", json!({ "Last_Name": "a", "Tag": tags(&many[..10]) }));
    let cases = [
        (json!(["Outlook"]), "INVALID_DATA", "[0]"),
        (json!([{}]), "MANDATORY_NOT_FOUND", "[0].name"),
        (json!([{ "name": " " }]), "INVALID_DATA", "[0].name"),
        (json!([{ "name": 1 }]), "INVALID_DATA", "[0].name"),
        (json!([{ "name": "n".repeat(26) }]), "INVALID_DATA", "[0].name"),
        (json!([{ "name": "a" }, { "id": "1" }]), "INVALID_DATA", "[1].id"),
        (json!([{ "id": 1 }]), "INVALID_DATA", "[0].id"),
        (tags(&many), "LIMIT_EXCEEDED", ""),
    ];
    for (value, code, at) in cases {
        let answer = stage.post("Contacts", json!({ "data": [{ "Last_Name": "b", "Tag": value }] }));
        assert_eq!((answer.status, answer.code()), (400, code), "{value}");
        assert_eq!(answer.details()["json_path"], format!("$.data[0].Tag{at}"), "{value}");
        if code != "LIMIT_EXCEEDED" {
            let answer = stage.post(&format!("Contacts/{id}/actions/add_tags"), json!({ "tags": value }));
            assert_eq!(answer.details()["json_path"], format!("$.tags{at}"), "{value}");
        }
    }
    let full = add(&mut stage, &id, &["T10"]);
    assert_eq!((full.status, full.code(), &full.details()["limit"]), (400, "LIMIT_EXCEEDED", &json!(10)));
    assert_eq!(add(&mut stage, &id, &["T9"]).status, 200, "one that is there takes no place");
    assert_eq!(stage.get("settings/tags?module=Contacts").body["info"]["count"], 10, "refused ones weren't made");
    assert_eq!(stage.put("Contacts", &id, json!({ "Tag": tags(&["x".repeat(25).as_str()]) })).status, 200);
}

#[test]
fn editions_limit_tags() {
    let cases = [
        (Edition::Standard, 5, 20),
        (Edition::Professional, 10, 60),
        (Edition::Enterprise, 10, 100),
        (Edition::Ultimate, 10, 200),
    ];
    for (edition, each, all) in cases {
        let mut stage = Stage::of(edition);
        let write = |stage: &mut Stage, from: usize, count: usize| {
            let names: Vec<Value> =
                (from..from + count).map(|number| json!({ "name": format!("T{number}") })).collect();
            stage.post("Contacts", json!({ "data": [{ "Last_Name": "a", "Tag": names }] }))
        };
        for from in (0..all).step_by(each) {
            assert_eq!(write(&mut stage, from, each).status, 201, "{edition:?}");
        }
        assert_eq!(write(&mut stage, 0, each + 1).code(), "LIMIT_EXCEEDED", "{edition:?}");
        let more = write(&mut stage, all, 1);
        assert_eq!((more.status, more.code()), (400, "LICENSE_LIMIT_EXCEEDED"), "{edition:?}");
        assert_eq!(write(&mut stage, all - each, each).status, 201, "those that are there still can be given");
        let info = stage.get("settings/tags?module=Contacts").body["info"].clone();
        assert_eq!(info, json!({ "count": all, "allowed_count": all }));
    }
}

#[test]
fn tagging_has_a_permission_of_its_own() {
    let mut stage = Stage::new();
    let (bob, id) = (stage.tokens[1].clone(), stage.add("Contacts", json!({ "Last_Name": "a" })));
    let profile = stage.get("settings/profiles").body["profiles"][1]["id"].as_str().unwrap().parse().unwrap();
    let shown = stage.get(&format!("settings/profiles/{profile}")).body["profiles"][0]["permissions_details"].clone();
    assert!(
        shown.as_array().unwrap().iter().any(|one| one["name"] == "Crm_Implied_Tags_Tasks" && one["enabled"] == true)
    );
    let all = ModulePermissions::ALL;
    for permissions in [ModulePermissions { tags: false, ..all }, ModulePermissions { edit: false, ..all }] {
        stage.world.zoho.permissions(profile).modules.insert("Contacts".into(), permissions);
        let one = format!("Contacts/{id}/actions");
        let record = json!({ "data": [{ "Last_Name": "b", "Tag": tags(&["a"]) }] });
        let calls = [
            (Method::Post, format!("{one}/add_tags"), json!({ "tags": tags(&["a"]) })),
            (Method::Post, format!("{one}/remove_tags"), json!({ "tags": tags(&["a"]) })),
            (Method::Post, "Contacts".to_owned(), record.clone()),
        ];
        for (method, path, body) in calls {
            let answer = stage.call_with(&bob, method, &path, Some(body));
            assert_eq!(answer.code(), "NO_PERMISSION", "{path}");
            let both = json!(["Crm_Implied_Tags_Contacts", "Crm_Implied_Edit_Contacts"]);
            assert_eq!(answer.details()["permissions"], both, "{path}");
        }
        let bare = json!({ "data": [{ "Last_Name": "b" }] });
        assert_eq!(stage.call_with(&bob, Method::Post, "Contacts", Some(bare)).status, 201);
    }
    let allowed = ModulePermissions { tags: false, ..all };
    stage.world.zoho.permissions(profile).modules.insert("Contacts".into(), allowed);
    let changed =
        stage.call_with(&bob, Method::Put, &format!("Contacts/{id}"), Some(json!({ "data": [{ "Tag": [] }] })));
    assert_eq!(changed.code(), "NO_PERMISSION");
}

#[test]
fn one_call_tags_many_records() {
    let mut stage = Stage::new();
    let ids: Vec<String> = (0..3).map(|_| stage.add("Contacts", json!({ "Last_Name": "a" }))).collect();
    let call = |stage: &mut Stage, action: &str, mut body: Value| {
        body["ids"] = json!([ids[0], "1", ids[1]]);
        stage.post(&format!("Contacts/actions/{action}"), body)
    };
    let answer = call(&mut stage, "add_tags", json!({ "tags": [{ "name": "Outlook", "color_code": "#F17574" }] }));
    assert_eq!(answer.status, 207);
    let result = &answer.body["data"][0];
    assert_eq!((&result["code"], &result["message"]), (&json!("SUCCESS"), &json!("tags updated successfully")));
    assert_eq!(result["details"]["id"], ids[0]);
    assert_eq!(result["details"]["tags"][0]["color_code"], "#F17574");
    assert_eq!(
        (&answer.body["data"][1]["code"], &answer.body["data"][1]["details"]),
        (&json!("INVALID_DATA"), &json!({ "id": "1" }))
    );
    assert_eq!(stage.get("settings/tags?module=Contacts").body["info"]["count"], 1, "made once");
    call(&mut stage, "add_tags", json!({ "tags": tags(&["VIP"]) }));
    assert_eq!(names(&mut stage, "Contacts", &ids[1]), ["Outlook", "VIP"]);
    call(&mut stage, "add_tags", json!({ "tags": tags(&["Only"]), "over_write": true }));
    assert_eq!(names(&mut stage, "Contacts", &ids[1]), ["Only"]);
    call(&mut stage, "remove_tags", json!({ "tags": tags(&["only", "Unknown"]) }));
    assert_eq!(stage.read("Contacts", &ids[1])["Tag"], json!([]));
    assert_eq!(stage.read("Contacts", &ids[2])["Tag"], json!([]));
    assert_eq!(stage.get("settings/tags?module=Contacts").body["info"]["count"], 3, "taking away makes none");
    assert_eq!(stage.world.counters.operations["zoho records tagged"], 8);
    let many: Vec<String> = (1..=501).map(|number| number.to_string()).collect();
    let cases = [
        (json!({ "ids": [ids[0]] }), "MANDATORY_NOT_FOUND"),
        (json!({ "ids": [ids[0]], "tags": [] }), "INVALID_DATA"),
        (json!({ "ids": [ids[0]], "tags": "a" }), "INVALID_DATA"),
        (json!({ "tags": tags(&["a"]) }), "MANDATORY_NOT_FOUND"),
        (json!({ "ids": [5], "tags": tags(&["a"]) }), "INVALID_DATA"),
        (json!({ "ids": many, "tags": tags(&["a"]) }), "LIMIT_EXCEEDED"),
        (json!({ "ids": [ids[0]], "tags": tags(&["a"]), "over_write": "true" }), "INVALID_DATA"),
    ];
    for (body, code) in cases {
        let answer = stage.post("Contacts/actions/add_tags", body.clone());
        assert_eq!((answer.status, answer.code()), (400, code), "{body}");
    }
    assert_eq!(stage.call(Method::Get, "Contacts/actions/add_tags", None).status, 405);
}

#[test]
fn tagging_is_no_modification_unless_an_organisation_has_it_so() {
    let mut stage = Stage::new();
    stage.options(|options| options.workflow_mails = true);
    let body = json!({ "data": [{ "Last_Name": "a" }], "trigger": [] });
    let id = stage.post("Contacts", body).body["data"][0]["details"]["id"].as_str().unwrap().to_owned();
    stage.world.advance(60_000);
    add(&mut stage, &id, &["Outlook"]);
    assert_eq!(stage.read("Contacts", &id)["Modified_Time"], "2026-11-21T11:00:00+01:00");
    assert_eq!(stage.mailed(), []);
    stage.options(|options| options.tagging_modifies = true);
    add(&mut stage, &id, &["VIP"]);
    assert_eq!(stage.read("Contacts", &id)["Modified_Time"], "2026-11-21T11:01:00+01:00");
    assert_eq!(stage.mailed(), [("ada@zylker.example".to_owned(), "workflow")]);
}

#[test]
fn people_tag_too() {
    let mut stage = Stage::new();
    let (bob, id): (Id, String) = (stage.bob, stage.add("Tasks", json!({ "Subject": "a" })));
    let task = id.parse().unwrap();
    stage.world.with_zoho(|zoho, context| {
        zoho.tag_record(context, "Tasks", task, bob, &["Outlook", "VIP"]).unwrap();
        zoho.untag_record(context, "Tasks", task, bob, &["VIP"]).unwrap();
        assert_eq!(zoho.tag_record(context, "Tasks", task, bob, &[""]).unwrap_err()["code"], "INVALID_DATA");
    });
    assert_eq!(names(&mut stage, "Tasks", &id), ["Outlook"]);
    let mine = stage.get("settings/tags?module=Tasks&my_tags=true");
    assert_eq!(mine.status, 204, "the caller made none");
    let token = stage.tokens[1].clone();
    let mine = stage.call_with(&token, Method::Get, "settings/tags?module=Tasks&my_tags=true", None);
    assert_eq!(mine.body["info"], json!({ "count": 2, "allowed_count": 100 }));
}

#[test]
fn tags_have_scopes_of_their_own() {
    let mut stage = Stage::new();
    let (bob, id) = (stage.bob, stage.add("Contacts", json!({ "Last_Name": "a", "Tag": tags(&["a"]) })));
    let one = format!("Contacts/{id}/actions");
    let cases = [
        ("ZohoCRM.settings.tags.READ", 200, 401, 401),
        ("ZohoCRM.settings.ALL", 200, 401, 401),
        ("ZohoCRM.modules.contacts.WRITE", 401, 200, 200),
        ("ZohoCRM.modules.contacts.CREATE", 401, 200, 401),
        ("ZohoCRM.modules.contacts.UPDATE", 401, 401, 401),
        ("ZohoCRM.modules.ALL", 401, 200, 200),
        ("ZohoCRM.modules.leads.ALL", 401, 401, 401),
    ];
    for (scope, list, add, remove) in cases {
        let token = stage.world.with_zoho(|zoho, context| zoho.issue_access_token_for_user(context, bob, &[scope]));
        let body = || Some(json!({ "tags": tags(&["a"]) }));
        let statuses = [
            stage.call_with(&token, Method::Get, "settings/tags?module=Contacts", None).status,
            stage.call_with(&token, Method::Post, &format!("{one}/add_tags"), body()).status,
            stage.call_with(&token, Method::Post, &format!("{one}/remove_tags"), body()).status,
        ];
        assert_eq!(statuses, [list, add, remove], "{scope}");
    }
    assert_eq!(stage.get("settings/tags").code(), "REQUIRED_PARAM_MISSING");
    assert_eq!(stage.get("settings/tags?module=Nothing").code(), "INVALID_MODULE");
    assert_eq!(stage.get("settings/tags?module=Leads").status, 204);
}
