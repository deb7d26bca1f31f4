//! Mails of records.

use crate::stage::{Stage, path};
use crate::zoho_contract::Contract;
use mxs_http::Method;
use serde_json::{Value, json};

const SCOPES: &[&str] = &["ZohoCRM.modules.ALL", "ZohoCRM.send_mail.all.CREATE"];

fn mail(id: &str) -> Value {
    json!({
        "from": { "user_name": "Cy", "email": "cy@x.example" },
        "to": [{ "user_name": "Ada", "email": "ada@zylker.example" }],
        "subject": "Offer", "content": "<p>Hi</p>", "mail_format": "html",
        "original_message_id": id, "date_time": "2026-11-20T09:00:00+01:00", "sent": false,
    })
}

fn contact(stage: &mut Stage) -> String {
    stage.add("Contacts", json!({ "Last_Name": "Cy", "Email": "cy@x.example" }))
}

#[test]
fn a_mail_is_associated_found_and_listed() {
    let mut stage = Stage::new();
    let id = contact(&mut stage);
    let available = path("actions/email_available", &[("orginal_message_id", "<1@x.example>")]);
    assert_eq!(stage.get(&available).body, json!({ "available": false, "record": null }));
    let done =
        stage.post(&format!("Contacts/{id}/actions/associate_email"), json!({ "Emails": [mail("<1@x.example>")] }));
    assert_eq!((done.status, done.body["Emails"][0]["code"].as_str()), (201, Some("SUCCESS")));
    assert!(stage.world.outbox.mails.is_empty(), "nobody is mailed");
    let found = stage.get(&available).body;
    assert_eq!((&found["available"], found["record"]["id"].as_str()), (&json!(true), Some(id.as_str())));
    let list = stage.get(&format!("Contacts/{id}/Emails")).body;
    assert_eq!(list["Emails"][0]["time"], "2026-11-20T09:00:00+01:00");
    assert_eq!((&list["Emails"][0]["sent"], &list["info"]["more_records"]), (&json!(false), &json!(false)));
    let message = list["Emails"][0]["message_id"].as_str().unwrap();
    let one = stage.get(&format!("Contacts/{id}/Emails/{message}")).body;
    assert_eq!(one["Emails"][0]["content"], "<p>Hi</p>");
    let gone: mxs_world::zoho::Id = id.parse().unwrap();
    let ada = stage.ada;
    stage.world.with_zoho(|zoho, context| zoho.delete_record(context, "Contacts", gone, ada));
    assert_eq!(stage.get(&available).body["available"], false, "a mail goes with its record");
    assert_eq!(stage.get(&format!("Contacts/{id}/Emails")).status, 204);
}

#[test]
fn what_is_missing_or_wrong_is_refused() {
    let mut stage = Stage::new();
    let id = contact(&mut stage);
    let address = format!("Contacts/{id}/actions/associate_email");
    for name in ["from", "to", "subject", "content", "original_message_id", "date_time", "sent"] {
        let mut body = mail("<1@x.example>");
        body.as_object_mut().unwrap().remove(name);
        let refused = stage.post(&address, json!({ "Emails": [body] }));
        assert_eq!((refused.status, &refused.body["Emails"][0]["details"]["api_name"]), (400, &json!(name)));
    }
    let changes = [
        ("subject", json!("x".repeat(251))),
        ("subject", json!("")),
        ("date_time", json!("2026-11-20T09:00:00Z")),
        ("mail_format", json!("rtf")),
        ("from", json!({ "email": "cy@x.example" })),
        ("linked_record", json!({ "id": "x" })),
    ];
    for (name, value) in changes {
        let mut body = mail("<1@x.example>");
        body[name] = value;
        let refused = stage.post(&address, json!({ "Emails": [body] }));
        assert_eq!((refused.status, &refused.body["Emails"][0]["details"]["api_name"]), (400, &json!(name)));
    }
    let calls = [
        (address.clone(), json!({ "data": [mail("<1@x.example>")] }), "REQUIRED_PARAM_MISSING"),
        (address, json!({ "Emails": [mail("<1@x.example>"), mail("<2@x.example>")] }), "LIMIT_EXCEEDED"),
        ("Contacts/1/actions/associate_email".to_owned(), json!({ "Emails": [mail("<1@x.example>")] }), "INVALID_DATA"),
        (format!("Tasks/{id}/actions/associate_email"), json!({ "Emails": [mail("<1@x.example>")] }), "INVALID_MODULE"),
    ];
    for (address, body, code) in calls {
        assert_eq!(stage.post(&address, body).code(), code, "{address}");
    }
    assert_eq!(stage.get("actions/email_available").code(), "REQUIRED_PARAM_MISSING");
    assert_eq!(stage.world.zoho.emails(crate::stage::ZGID), Vec::<Value>::new());
}

#[test]
fn a_second_mail_of_the_same_message_is_taken_unless_the_rule_says_otherwise() {
    let mut stage = Stage::new();
    let id = contact(&mut stage);
    let address = format!("Contacts/{id}/actions/associate_email");
    for status in [201, 201] {
        assert_eq!(stage.post(&address, json!({ "Emails": [mail("<1@x.example>")] })).status, status);
    }
    stage.world.zoho.email_rules(crate::stage::ZGID).unwrap().refuses_second = true;
    assert_eq!(stage.post(&address, json!({ "Emails": [mail("<1@x.example>")] })).status, 400);
}

#[test]
fn pages_hold_ten_and_say_where_the_next_one_begins() {
    let mut stage = Stage::new();
    let id = contact(&mut stage);
    for number in 0..23 {
        let mut body = mail(&format!("<{number}@x.example>"));
        body["subject"] = json!(format!("{number}"));
        body["date_time"] = json!(format!("2026-11-20T09:00:{number:02}+01:00"));
        assert_eq!(
            stage.post(&format!("Contacts/{id}/actions/associate_email"), json!({ "Emails": [body] })).status,
            201
        );
    }
    let (mut seen, mut index) = (Vec::new(), String::new());
    for _ in 0..3 {
        let page = stage.get(&path(&format!("Contacts/{id}/Emails"), &[("index", &index)])).body;
        let subjects =
            page["Emails"].as_array().unwrap().iter().map(|mail| mail["subject"].as_str().unwrap().to_owned());
        seen.extend(subjects);
        index = page["info"]["next_index"].as_str().unwrap_or_default().to_owned();
    }
    assert_eq!(seen, (0..23).rev().map(|number| number.to_string()).collect::<Vec<_>>(), "the latest first");
    assert_eq!(index, "");
    assert_eq!(stage.get(&format!("Contacts/{id}/Emails?index=x")).code(), "INVALID_DATA");
    assert_eq!(stage.get(&format!("Contacts/{id}/Emails?type=nonsense")).code(), "INVALID_DATA");
}

#[test]
fn a_mail_sent_from_the_crm_leaves_it_and_needs_its_own_scope() {
    let mut stage = Stage::new();
    let id = contact(&mut stage);
    let body = json!({ "data": [{
        "from": { "user_name": "Ada", "email": "ada@zylker.example" },
        "to": [{ "user_name": "Cy", "email": "cy@x.example" }], "subject": "Offer", "content": "Hi",
    }] });
    let address = format!("Contacts/{id}/actions/send_mail");
    assert_eq!(stage.post(&address, body.clone()).code(), "OAUTH_SCOPE_MISMATCH");
    let ada = stage.ada;
    let token = stage.world.with_zoho(|zoho, context| zoho.issue_access_token_for_user(context, ada, SCOPES));
    let sent = stage.call_with(&token, Method::Post, &address, Some(body.clone()));
    assert_eq!((sent.status, sent.code()), (200, "SUCCESS"));
    assert_eq!(stage.world.outbox.mails.len(), 1);
    let listed = stage.get(&format!("Contacts/{id}/Emails?type=sent_from_crm")).body;
    assert_eq!((&listed["Emails"][0]["source"], &listed["Emails"][0]["sent"]), (&json!("crm"), &json!(true)));
    let mut foreign = body;
    foreign["data"][0]["from"]["email"] = json!("cy@x.example");
    assert_eq!(stage.call_with(&token, Method::Post, &address, Some(foreign)).code(), "INVALID_DATA");
}

#[test]
fn answers_are_what_the_contract_says() {
    let Some(contract) = Contract::load() else { return };
    let mut stage = Stage::new();
    let id = contact(&mut stage);
    let calls = [
        (
            Method::Post,
            format!("Contacts/{id}/actions/associate_email"),
            Some(json!({ "Emails": [mail("<1@x.example>")] })),
        ),
        (Method::Post, format!("Contacts/{id}/actions/associate_email"), Some(json!({ "Emails": [{}] }))),
        (Method::Post, format!("Contacts/{id}/actions/associate_email"), Some(json!({}))),
        (Method::Get, "actions/email_available".to_owned(), None),
        (Method::Get, format!("Contacts/{id}/Emails?type=nonsense"), None),
        (Method::Get, "Nothing/1/Emails".to_owned(), None),
    ];
    for (method, address, body) in calls {
        let answer = stage.call(method, &address, body);
        let problems = contract.check_response(
            method.as_str(),
            &format!("/crm/v8/{}", address.split('?').next().unwrap()),
            answer.status,
            &answer.body,
        );
        assert_eq!(problems, Vec::<String>::new(), "{method} {address}: {}", answer.body);
    }
}
