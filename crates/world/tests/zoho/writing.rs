use crate::stage::{API, Stage};
use mxs_http::{Method, Request};
use serde_json::{Value, json};

#[test]
fn a_record_is_added_by_and_for_the_caller() {
    let mut stage = Stage::new();
    let token = stage.tokens[1].clone();
    let record = json!({ "Last_Name": "Kidman", "First_Name": "Carissa", "Email": "c@x.example" });
    let answer = stage.call_with(&token, Method::Post, "Contacts", Some(json!({ "data": [record], "trigger": [] })));
    assert_eq!(answer.status, 201);
    let result = &answer.body["data"][0];
    assert_eq!(result["message"], "record added");
    assert_eq!(result["details"]["Created_By"]["name"], "Bob Boyle");
    // Whole seconds, in the caller's zone.
    assert_eq!(result["details"]["Modified_Time"], "2026-11-21T05:00:00-05:00");
    let id = result["details"]["id"].as_str().unwrap().to_owned();
    let read = stage.get(&format!("Contacts/{id}"));
    let record = &read.body["data"][0];
    assert_eq!(record["Full_Name"], "Carissa Kidman");
    assert_eq!(
        record["Owner"],
        json!({ "name": "Bob Boyle", "id": stage.bob.to_string(), "email": "bob@zylker.example" })
    );
    assert_eq!(record["Created_Time"], "2026-11-21T11:00:00+01:00");
    assert_eq!(record["Email_Opt_Out"], false);
    assert_eq!(record["Phone"], Value::Null);
    assert_eq!(stage.world.counters.operations["zoho records created"], 1);
}

#[test]
fn values_that_do_not_fit_are_refused() {
    let mut stage = Stage::new();
    let missing =
        |name: &str| ("MANDATORY_NOT_FOUND", json!({ "api_name": name, "json_path": format!("$.data[0].{name}") }));
    let typed = |name: &str, expected: &str| {
        let path = format!("$.data[0].{name}");
        ("INVALID_DATA", json!({ "api_name": name, "json_path": path, "expected_data_type": expected }))
    };
    let long = |name: &str, most: usize| {
        let path = format!("$.data[0].{name}");
        ("INVALID_DATA", json!({ "api_name": name, "json_path": path, "maximum_length": most }))
    };
    let cases = [
        ("Contacts", json!({}), missing("Last_Name")),
        ("Contacts", json!({ "Last_Name": "" }), missing("Last_Name")),
        ("Leads", json!({ "Last_Name": "a" }), missing("Company")),
        ("Contacts", json!({ "Last_Name": 5 }), typed("Last_Name", "text")),
        ("Contacts", json!({ "Last_Name": "a".repeat(81) }), long("Last_Name", 80)),
        ("Contacts", json!({ "Last_Name": "a", "Email": "no address" }), typed("Email", "email")),
        (
            "Contacts",
            json!({ "Last_Name": "a", "Email": format!("{}@b.example", "a".repeat(100)) }),
            long("Email", 100),
        ),
        ("Contacts", json!({ "Last_Name": "a", "Phone": "030 / 1234" }), typed("Phone", "phone")),
        ("Contacts", json!({ "Last_Name": "a", "Mobile": "1".repeat(31) }), long("Mobile", 30)),
        ("Contacts", json!({ "Last_Name": "a", "Date_of_Birth": "12.04.1985" }), typed("Date_of_Birth", "date")),
        ("Contacts", json!({ "Last_Name": "a", "Email_Opt_Out": "true" }), typed("Email_Opt_Out", "boolean")),
        ("Contacts", json!({ "Last_Name": "a", "Account_Name": "Zylker" }), typed("Account_Name", "jsonobject")),
        ("Contacts", json!({ "Last_Name": "a", "Description": "a".repeat(32_001) }), long("Description", 32_000)),
        (
            "Leads",
            json!({ "Last_Name": "a", "Company": "b", "No_of_Employees": "5" }),
            typed("No_of_Employees", "integer"),
        ),
        ("Leads", json!({ "Last_Name": "a", "Company": "b", "Website": "x" }), typed("Website", "website")),
        (
            "Events",
            json!({ "Event_Title": "a", "Start_DateTime": "2026-11-21T10:00:00Z", "End_DateTime": "2026-11-21T11:00:00+00:00" }),
            typed("Start_DateTime", "datetime"),
        ),
    ];
    for (module, record, (code, details)) in cases {
        let answer = stage.post(module, json!({ "data": [record] }));
        assert_eq!((answer.status, answer.code(), answer.details()), (400, code, &details), "{record}");
    }
    assert!(stage.world.zoho.records(crate::stage::ZGID, "Contacts").is_empty());
}

#[test]
fn references_must_lead_somewhere() {
    let mut stage = Stage::new();
    let account = stage.add("Accounts", json!({ "Account_Name": "Zylker" }));
    let bob = stage.bob.to_string();
    let id =
        stage.add("Contacts", json!({ "Last_Name": "a", "Account_Name": { "id": account }, "Owner": { "id": bob } }));
    let read = stage.get(&format!("Contacts/{id}?fields=Account_Name,Owner"));
    assert_eq!(read.body["data"][0]["Account_Name"], json!({ "name": "Zylker", "id": account }));
    assert_eq!(read.body["data"][0]["Owner"]["id"], bob);
    for (field, value) in [
        ("Account_Name", json!({ "id": "1" })),
        ("Account_Name", json!({ "id": id })),
        ("Owner", json!({ "id": account })),
        ("Account_Name", json!({ "name": "Zylker" })),
    ] {
        let answer = stage.post("Contacts", json!({ "data": [{ "Last_Name": "a", field: value }] }));
        assert_eq!(answer.status, 400);
        assert_eq!(answer.details()["json_path"], format!("$.data[0].{field}.id"), "{value}");
    }
    stage.call(Method::Delete, &format!("Accounts/{account}"), None);
    let read = stage.get(&format!("Contacts/{id}?fields=Account_Name"));
    assert_eq!(read.body["data"][0]["Account_Name"], Value::Null);
}

#[test]
fn what_is_not_known_or_not_the_callers_is_dropped() {
    let mut stage = Stage::new();
    let id = stage.add(
        "Contacts",
        json!({ "Last_Name": "a", "No_Such_Field": 1, "Full_Name": "Other", "Created_Time": "2020-01-01T00:00:00+00:00",
                "Lead_Source": "A new source", "Salutation": "-None-", "Description": "" }),
    );
    let read = stage.get(&format!("Contacts/{id}"));
    let record = &read.body["data"][0];
    assert_eq!(record.get("No_Such_Field"), None);
    assert_eq!(record["Full_Name"], "a");
    assert_eq!(record["Created_Time"], "2026-11-21T11:00:00+01:00");
    assert_eq!(record["Lead_Source"], "A new source");
    assert_eq!((&record["Salutation"], &record["Description"]), (&Value::Null, &Value::Null));
}

#[test]
fn each_record_has_its_own_result() {
    let mut stage = Stage::new();
    let answer = stage.post("Contacts", json!({ "data": [{ "Last_Name": "a" }, { "Last_Name": null }, 5] }));
    assert_eq!(answer.status, 207);
    let codes: Vec<&str> =
        answer.body["data"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["SUCCESS", "MANDATORY_NOT_FOUND", "INVALID_DATA"]);
    assert_eq!(answer.body["data"][1]["details"]["json_path"], "$.data[1].Last_Name");
    stage.options(|options| options.all_refused_status = 202);
    assert_eq!(stage.post("Contacts", json!({ "data": [{}] })).status, 202);
}

#[test]
fn bodies_must_have_their_form() {
    let mut stage = Stage::new();
    let records = |count: usize| json!({ "data": vec![json!({ "Last_Name": "a" }); count] });
    assert_eq!(stage.post("Contacts", records(100)).status, 201);
    let cases = [
        (records(101), "LIMIT_EXCEEDED"),
        (json!({ "data": [] }), "INVALID_DATA"),
        (json!({ "data": {} }), "INVALID_DATA"),
        (json!({}), "MANDATORY_NOT_FOUND"),
        (json!([]), "INVALID_DATA"),
        (json!({ "data": [{ "Last_Name": "a" }], "trigger": "workflow" }), "INVALID_DATA"),
    ];
    for (body, code) in cases {
        let answer = stage.post("Contacts", body);
        assert_eq!((answer.status, answer.code()), (400, code));
    }
}

#[test]
fn unique_fields_keep_duplicates_out() {
    let mut stage = Stage::new();
    stage.add("Contacts", json!({ "Last_Name": "a", "Email": "a@x.example" }));
    stage.add("Contacts", json!({ "Last_Name": "b", "Email": "a@x.example" }));
    stage.options(|options| options.set_unique("Contacts", "Email", true));
    let first = stage.add("Contacts", json!({ "Last_Name": "c", "Email": "c@x.example", "Mobile": "123" }));
    let answer = stage.post("Contacts", json!({ "data": [{ "Last_Name": "d", "Email": "C@X.example" }] }));
    assert_eq!((answer.status, answer.code()), (400, "DUPLICATE_DATA"));
    let details = answer.details();
    assert_eq!(details["api_name"], "Email");
    assert_eq!(details["duplicate_record"]["id"], first);
    assert_eq!(details["duplicate_record"]["Owner"]["name"], "Ada Lovelace");
    assert_eq!(details["duplicate_record"]["module"]["api_name"], "Contacts");
    // Of two in one call, the second is the duplicate.
    let twins =
        json!({ "data": [{ "Last_Name": "e", "Email": "e@x.example" }, { "Last_Name": "e", "Email": "e@x.example" }] });
    let answer = stage.post("Contacts", twins);
    assert_eq!((answer.status, answer.body["data"][1]["code"].as_str()), (207, Some("DUPLICATE_DATA")));
    // A record isn't its own duplicate.
    let same = json!({ "data": [{ "Email": "c@x.example" }] });
    assert_eq!(stage.call(Method::Put, &format!("Contacts/{first}"), Some(same)).status, 200);
    stage.options(|options| options.set_unique("Contacts", "Mobile", true));
    let both = json!({ "data": [{ "Last_Name": "f", "Email": "c@x.example", "Mobile": "123" }] });
    let answer = stage.post("Contacts", both);
    assert_eq!(answer.code(), "MULTIPLE_OR_MULTI_ERRORS");
    assert_eq!(answer.details()["errors"].as_array().unwrap().len(), 2);
}

#[test]
fn updates_change_what_they_name() {
    let mut stage = Stage::new();
    let id = stage.add("Contacts", json!({ "Last_Name": "a", "Phone": "1", "Title": "x" }));
    stage.world.advance(5_000);
    let token = stage.tokens[1].clone();
    let body = json!({ "data": [{ "id": id, "Phone": null, "Title": "y" }] });
    let answer = stage.call_with(&token, Method::Put, "Contacts", Some(body));
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["data"][0]["message"], "record updated");
    let read = stage.get(&format!("Contacts/{id}"));
    let record = &read.body["data"][0];
    assert_eq!((&record["Phone"], &record["Title"], &record["Last_Name"]), (&Value::Null, &json!("y"), &json!("a")));
    assert_eq!(record["Modified_By"]["name"], "Bob Boyle");
    assert_eq!(record["Created_By"]["name"], "Ada Lovelace");
    assert_eq!(record["Modified_Time"], "2026-11-21T11:00:05+01:00");

    let cases = [
        (json!([{ "id": id, "Last_Name": null }]), "MANDATORY_NOT_FOUND"),
        (json!([{ "Last_Name": "b" }]), "MANDATORY_NOT_FOUND"),
        (json!([{ "id": "x", "Last_Name": "b" }]), "INVALID_DATA"),
        (json!([{ "id": "99", "Last_Name": "b" }]), "INVALID_DATA"),
    ];
    for (data, code) in cases {
        let answer = stage.call(Method::Put, "Contacts", Some(json!({ "data": data })));
        assert_eq!((answer.status, answer.code()), (400, code));
    }
    assert_eq!(stage.call(Method::Put, "Contacts/abc", Some(json!({ "data": [{}] }))).status, 400);
}

#[test]
fn a_precondition_can_be_set_by_time() {
    let mut stage = Stage::new();
    let id = stage.add("Contacts", json!({ "Last_Name": "a" }));
    let put = |stage: &mut Stage, since: &str| {
        let request = Request::new(Method::Put, format!("{API}/crm/v8/Contacts/{id}"))
            .header("Authorization", format!("Zoho-oauthtoken {}", stage.tokens[0]))
            .header("If-Unmodified-Since", since)
            .body("application/json", json!({ "data": [{ "Title": "x" }] }).to_string());
        stage.send(&request)
    };
    assert_eq!(put(&mut stage, "2026-11-21T10:00:00+00:00").status, 200);
    stage.world.advance(1_000);
    assert_eq!(put(&mut stage, "2026-11-21T10:00:01+00:00").status, 200);
    let answer = put(&mut stage, "2026-11-21T10:00:00+00:00");
    assert_eq!((answer.status, answer.code()), (412, "ALREADY_MODIFIED"));
    assert_eq!(answer.details()["id"], id);
    assert_eq!(put(&mut stage, "yesterday").code(), "PATTERN_NOT_MATCHED");
}

#[test]
fn locked_and_converted_records_stay_as_they_are() {
    let mut stage = Stage::new();
    let contact = stage.add("Contacts", json!({ "Last_Name": "a" }));
    let lead = stage.add("Leads", json!({ "Last_Name": "a", "Company": "b", "Email": "a@x.example" }));
    let (contact_id, lead_id, ada) = (contact.parse().unwrap(), lead.parse().unwrap(), stage.ada);
    assert!(stage.world.zoho.lock_record("Contacts", contact_id, true));
    let made = stage.world.with_zoho(|zoho, context| zoho.convert_lead(context, lead_id, ada)).unwrap();
    let body = || Some(json!({ "data": [{ "Email": "b@x.example" }] }));
    assert_eq!(stage.call(Method::Put, &format!("Contacts/{contact}"), body()).code(), "RECORD_LOCKED");
    assert_eq!(stage.call(Method::Delete, &format!("Contacts/{contact}"), None).code(), "RECORD_LOCKED");
    assert_eq!(stage.call(Method::Put, &format!("Leads/{lead}"), body()).code(), "INVALID_DATA");
    assert_eq!(stage.get("Leads?fields=Email").status, 204);
    assert_eq!(stage.get("Leads?fields=Email&converted=true").ids(), [lead]);
    let read = stage.get(&format!("Contacts/{made}"));
    assert_eq!(read.body["data"][0]["Email"], "a@x.example");
}

#[test]
fn people_meet_the_same_locks_and_unique_fields_as_the_interface() {
    let mut stage = Stage::new();
    stage.options(|options| options.set_unique("Contacts", "Email", true));
    let ada = stage.ada;
    let mut insert = |email: &str| {
        let record = json!({ "Last_Name": "a", "Email": email });
        stage.world.with_zoho(|zoho, context| zoho.insert_record(context, "Contacts", ada, record))
    };
    let (first, second) = (insert("a@x.example").unwrap(), insert("b@x.example").unwrap());
    assert_eq!(insert("A@x.example").unwrap_err()["code"], "DUPLICATE_DATA");
    let update = |stage: &mut Stage, id, email: &str| {
        let change = json!({ "Email": email });
        stage.world.with_zoho(|zoho, context| zoho.update_record(context, "Contacts", id, ada, change))
    };
    assert_eq!(update(&mut stage, second, "a@x.example").unwrap_err()["code"], "DUPLICATE_DATA");
    assert_eq!(update(&mut stage, first, "a@X.example"), Ok(()), "its own value is no duplicate");
    stage.world.zoho.lock_record("Contacts", first, true);
    assert_eq!(update(&mut stage, first, "c@x.example").unwrap_err()["code"], "RECORD_LOCKED");
    let delete =
        |stage: &mut Stage| stage.world.with_zoho(|zoho, context| zoho.delete_record(context, "Contacts", first, ada));
    assert!(!delete(&mut stage));
    stage.world.zoho.lock_record("Contacts", first, false);
    assert!(delete(&mut stage));
    let lead = stage.add("Leads", json!({ "Last_Name": "a", "Company": "b" })).parse().unwrap();
    stage.world.with_zoho(|zoho, context| zoho.convert_lead(context, lead, ada)).unwrap();
    let change = json!({ "Company": "c" });
    let refused = stage.world.with_zoho(|zoho, context| zoho.update_record(context, "Leads", lead, ada, change));
    assert_eq!(refused.unwrap_err()["code"], "INVALID_DATA");
}

#[test]
fn upsert_finds_what_is_there() {
    let mut stage = Stage::new();
    let one = stage.add("Contacts", json!({ "Last_Name": "a", "Email": "a@x.example", "Phone": "1" }));
    let body = json!({
        "data": [
            { "Last_Name": "b", "Email": "A@x.example" },
            { "Last_Name": "c", "Email": "c@x.example" },
            { "Last_Name": "d", "Phone": "1" },
            { "Last_Name": "e" },
        ],
        "duplicate_check_fields": ["Phone"],
    });
    let answer = stage.post("Contacts/upsert", body.clone());
    assert_eq!(answer.status, 200);
    let results = answer.body["data"].as_array().unwrap().clone();
    let seen: Vec<(&str, &Value, &str)> = results
        .iter()
        .map(|result| {
            (result["action"].as_str().unwrap(), &result["duplicate_field"], result["message"].as_str().unwrap())
        })
        .collect();
    let email = json!("Email");
    let phone = json!("Phone");
    assert_eq!(seen[0], ("update", &email, "record updated"));
    assert_eq!(seen[1], ("insert", &Value::Null, "record added"));
    assert_eq!(seen[2], ("update", &phone, "record updated"));
    assert_eq!(seen[3], ("insert", &Value::Null, "record added"));
    assert_eq!(results[0]["details"]["id"], one);
    // Again: nothing new but the one that nothing identifies.
    stage.post("Contacts/upsert", body);
    assert_eq!(stage.world.zoho.record_count(crate::stage::ZGID, "Contacts"), 4);
    for fields in [json!(["No_Such_Field"]), json!(["Full_Name"]), json!("Email"), json!(vec!["Email"; 11])] {
        let body = json!({ "data": [{ "Last_Name": "a" }], "duplicate_check_fields": fields });
        assert_eq!(stage.post("Contacts/upsert", body).code(), "INVALID_DATA", "{fields}");
    }
}

#[test]
fn custom_fields_are_fields() {
    let mut stage = Stage::new();
    stage.world.zoho.add_field(
        crate::stage::ZGID,
        "Contacts",
        "msx__Exchange_Id",
        "Exchange Id",
        mxs_world::zoho::FieldKind::Text,
        255,
    );
    let id = stage.add("Contacts", json!({ "Last_Name": "a", "msx__Exchange_Id": "AAMk" }));
    let read = stage.get(&format!("Contacts/{id}?fields=msx__Exchange_Id"));
    assert_eq!(read.body["data"][0], json!({ "id": id, "msx__Exchange_Id": "AAMk" }));
    let fields = stage.get("settings/fields?module=Contacts");
    let custom = fields.body["fields"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((custom["api_name"].as_str(), custom["custom_field"].as_bool()), (Some("msx__Exchange_Id"), Some(true)));
    let body = json!({ "data": [{ "Last_Name": "b", "msx__Exchange_Id": "AAMk" }], "duplicate_check_fields": ["msx__Exchange_Id"] });
    assert_eq!(stage.post("Contacts/upsert", body).body["data"][0]["action"], "update");
}
