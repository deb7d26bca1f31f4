//! Workflow rules that mail.

use crate::stage::Stage;
use mxs_http::Method;
use serde_json::{Value, json};

/// What was mailed to whom since the last look.
fn mailed(stage: &mut Stage) -> Vec<(String, String)> {
    let mails = std::mem::take(&mut stage.world.outbox.mails);
    mails.into_iter().map(|mail| (mail.to, mail.subject)).collect()
}

fn to_ada(happened: &str) -> Vec<(String, String)> {
    vec![("ada@zylker.example".to_owned(), format!("A record of Contacts was {happened}"))]
}

#[test]
fn whoever_owns_a_record_is_mailed_unless_the_call_says_otherwise() {
    let mut stage = Stage::new();
    let silent = json!({ "data": [{ "Last_Name": "Before" }] });
    assert_eq!(stage.post("Contacts", silent).status, 201);
    assert_eq!(mailed(&mut stage), [], "not every organisation has such rules");
    stage.options(|options| options.workflow_mails = true);
    // `trigger` in the body, the query of a delete, and whether they mail.
    let cases = [
        (None, "", true),
        (Some(json!(["workflow"])), "&wf_trigger=true", true),
        (Some(json!(["approval", "workflow"])), "&wf_trigger=", true),
        (Some(json!(["blueprint"])), "&wf_trigger=false", false),
        (Some(json!([])), "&wf_trigger=false", false),
    ];
    for (trigger, query, mails) in cases {
        let body = |record: Value| {
            let mut body = json!({ "data": [record] });
            if let Some(trigger) = &trigger {
                body["trigger"] = trigger.clone();
            }
            body
        };
        let expected = |happened: &str| if mails { to_ada(happened) } else { Vec::new() };
        let made = stage.post("Contacts", body(json!({ "Last_Name": "Lovelace", "Email": "a@b.example" })));
        let id = made.body["data"][0]["details"]["id"].as_str().expect("an id").to_owned();
        assert_eq!(mailed(&mut stage), expected("created"), "{trigger:?}");
        stage.call(Method::Put, "Contacts", Some(body(json!({ "id": id, "Title": "1" }))));
        assert_eq!(mailed(&mut stage), expected("updated"), "{trigger:?}");
        stage.call(Method::Put, &format!("Contacts/{id}"), Some(body(json!({ "Title": "2" }))));
        assert_eq!(mailed(&mut stage), expected("updated"), "{trigger:?}");
        stage.post("Contacts/upsert", body(json!({ "Last_Name": "Lovelace", "Email": "a@b.example" })));
        assert_eq!(mailed(&mut stage), expected("updated"), "{trigger:?}");
        stage.call(Method::Put, "Contacts", Some(body(json!({ "id": "1", "Title": "1" }))));
        assert_eq!(mailed(&mut stage), [], "a refused record is no event");
        stage.call(Method::Delete, &format!("Contacts?ids={id}{query}"), None);
        assert_eq!(mailed(&mut stage), expected("deleted"), "{query:?}");
        stage.post("Contacts/upsert", body(json!({ "Last_Name": "New", "Email": "a@b.example" })));
        assert_eq!(mailed(&mut stage), expected("created"), "{trigger:?}");
        let made = stage.world.zoho.records(crate::stage::ZGID, "Contacts");
        let last = made.last().and_then(|record| record["id"].as_str()).expect("a record").to_owned();
        stage.call(Method::Delete, &format!("Contacts/{last}?{}", query.trim_start_matches('&')), None);
        assert_eq!(mailed(&mut stage), expected("deleted"), "{query:?}");
    }
}

#[test]
fn rules_are_of_every_module() {
    let start = "2026-12-01T09:00:00+01:00";
    let end = "2026-12-01T10:00:00+01:00";
    let cases = [
        ("Leads", "Leads", json!({ "Last_Name": "a", "Company": "b" })),
        ("Accounts", "Accounts", json!({ "Account_Name": "a" })),
        ("Tasks", "Tasks", json!({ "Subject": "a" })),
        ("Events", "Meetings", json!({ "Event_Title": "a", "Start_DateTime": start, "End_DateTime": end })),
    ];
    for (module, plural, record) in cases {
        let mut stage = Stage::new();
        stage.options(|options| options.workflow_mails = true);
        let expected =
            |happened: &str| vec![("ada@zylker.example".to_owned(), format!("A record of {plural} was {happened}"))];
        let id = stage.add(module, record.clone());
        assert_eq!(mailed(&mut stage), expected("created"));
        stage.put(module, &id, json!({ "Description": "b" }));
        assert_eq!(mailed(&mut stage), expected("updated"));
        stage.call(Method::Put, module, Some(json!({ "data": [{ "id": id, "Description": "c" }], "trigger": [] })));
        stage.post(module, json!({ "data": [record], "trigger": [] }));
        assert_eq!(mailed(&mut stage), [], "{module}");
        stage.call(Method::Delete, &format!("{module}/{id}"), None);
        assert_eq!(mailed(&mut stage), expected("deleted"));
    }
}
