//! Leads, what becomes of them, and the accounts that contacts belong to.

use crate::stage::{Stage, path};
use mxs_http::Method;
use mxs_world::zoho::Id;
use serde_json::{Value, json};

fn lead(stage: &mut Stage, name: &str) -> Id {
    let lead =
        json!({ "Last_Name": name, "Company": "Zylker", "Email": format!("{name}@x.example"), "Designation": "Boss" });
    stage.add("Leads", lead).parse().unwrap()
}

#[test]
fn a_converted_lead_leaves_the_lists() {
    let mut stage = Stage::new();
    let (ada, gone, stays) = (stage.ada, lead(&mut stage, "gone"), lead(&mut stage, "stays"));
    stage.world.advance(10_000);
    let contact = stage.world.with_zoho(|zoho, context| zoho.convert_lead(context, gone, ada)).unwrap();
    let (gone, stays) = (gone.to_string(), stays.to_string());
    let lists = [
        ("", vec![stays.clone()]),
        ("&converted=false", vec![stays.clone()]),
        ("&converted=true", vec![gone.clone()]),
        ("&converted=both", vec![stays.clone(), gone.clone()]),
    ];
    for (query, expected) in lists {
        assert_eq!(stage.get(&format!("Leads?fields=Last_Name{query}")).ids(), expected, "{query}");
    }
    assert_eq!(stage.get("Leads?fields=id&converted=maybe").code(), "INVALID_DATA");
    let shown = stage.read("Leads", &gone);
    assert_eq!((&shown["$converted"], &shown["Converted__s"]), (&json!(true), &json!(true)));
    assert_eq!(shown["Converted_Contact"], json!({ "name": "gone", "id": contact.to_string() }));
    assert_eq!(shown["Converted_Account"]["name"], "Zylker");
    assert_eq!(shown["Converted_Date_Time"], "2026-11-21T11:00:10+01:00");
    assert_eq!(stage.read("Leads", &stays)["Converted__s"], false);
    let answer = stage.query("select Converted_Contact from Leads where Converted__s = true");
    assert_eq!(answer.body["data"], json!([{ "id": gone, "Converted_Contact": { "id": contact.to_string() } }]));
    assert_eq!(stage.query("select id from Leads where id is not null").ids(), [stays]);
    let made = stage.read("Contacts", &contact.to_string());
    assert_eq!((&made["Title"], &made["Account_Name"]["name"]), (&json!("Boss"), &json!("Zylker")));
}

#[test]
fn a_converted_lead_cannot_be_changed() {
    for code in ["INVALID_DATA", "CONVERTED_RECORD", "ID_ALREADY_CONVERTED"] {
        let mut stage = Stage::new();
        stage.options(|options| options.converted_code = code);
        let (ada, id) = (stage.ada, lead(&mut stage, "a"));
        stage.world.with_zoho(|zoho, context| zoho.convert_lead(context, id, ada)).unwrap();
        let id = id.to_string();
        let tagging = json!({ "tags": [{ "name": "a" }] });
        for answer in [
            stage.put("Leads", &id, json!({ "Company": "b" })),
            stage.call(Method::Put, "Leads", Some(json!({ "data": [{ "id": id, "Company": "b" }] }))),
            stage.post(&format!("Leads/{id}/actions/add_tags"), tagging),
        ] {
            assert_eq!((answer.status, answer.code()), (400, code));
            assert_eq!(answer.body["data"][0]["message"], "can't update the converted record");
        }
        let again = stage.world.with_zoho(|zoho, context| zoho.convert_lead(context, id.parse().unwrap(), ada));
        assert_eq!(again.unwrap_err()["code"], "INVALID_DATA");
    }
}

#[test]
fn leads_of_one_company_become_contacts_of_one_account() {
    let mut stage = Stage::new();
    let ada = stage.ada;
    for name in ["a", "b"] {
        let id = lead(&mut stage, name);
        stage.world.with_zoho(|zoho, context| zoho.convert_lead(context, id, ada)).unwrap();
    }
    assert_eq!(stage.world.zoho.record_count(crate::stage::ZGID, "Accounts"), 1);
    let accounts = stage.query("select Account_Name from Contacts where Account_Name is not null");
    let accounts = accounts.body["data"].as_array().unwrap().clone();
    assert_eq!((accounts.len(), &accounts[0]["Account_Name"]), (2, &accounts[1]["Account_Name"]));
}

#[test]
fn accounts_are_made_and_found() {
    let mut stage = Stage::new();
    assert_eq!(stage.post("Accounts", json!({ "data": [{ "Phone": "1" }] })).details()["api_name"], "Account_Name");
    let id = stage.add("Accounts", json!({ "Account_Name": "Zylker (Munich), Inc." }));
    let search = |stage: &mut Stage| {
        let criteria = "(Account_Name:equals:Zylker \\(Munich\\)\\, Inc.)";
        stage.get(&path("Accounts/search", &[("criteria", criteria)]))
    };
    assert_eq!(search(&mut stage).status, 204, "search lags behind");
    assert_eq!(
        stage.query("select id from Accounts where Account_Name = 'zylker (munich), inc.'").ids(),
        [id.as_str()]
    );
    stage.world.advance(10_000);
    assert_eq!(search(&mut stage).ids(), [id.as_str()]);
    let again = stage.post("Accounts/upsert", json!({ "data": [{ "Account_Name": "Zylker (Munich), Inc." }] }));
    assert_eq!((&again.body["data"][0]["action"], &again.details()["id"]), (&json!("update"), &json!(id)));
    let contact = stage.add("Contacts", json!({ "Last_Name": "a", "Account_Name": { "id": id } }));
    let shown = stage.read("Contacts", &contact)["Account_Name"].clone();
    assert_eq!(shown, json!({ "name": "Zylker (Munich), Inc.", "id": id }));
    assert_eq!(stage.put("Contacts", &contact, json!({ "Account_Name": null })).status, 200);
    assert_eq!(stage.read("Contacts", &contact)["Account_Name"], Value::Null);
}
