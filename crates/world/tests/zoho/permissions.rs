use crate::stage::{Stage, path};
use mxs_http::Method;
use mxs_world::zoho::{ModulePermissions, Permissions, Sharing, UserStatus};
use serde_json::{Value, json};
use std::slice::from_ref;

/// A token of Bob's with these scopes.
fn token(stage: &mut Stage, scopes: &[&str]) -> String {
    let bob = stage.bob;
    stage.world.with_zoho(|zoho, context| zoho.issue_access_token_for_user(context, bob, scopes))
}

fn record() -> Option<Value> {
    Some(json!({ "data": [{ "Last_Name": "a" }] }))
}

#[test]
fn scopes_limit_a_token() {
    let mut stage = Stage::new();
    let id = stage.add("Contacts", json!({ "Last_Name": "a" }));
    let one = format!("Contacts/{id}");
    let query = || Some(json!({ "select_query": "select id from Contacts where id is not null" }));
    let read = ["ZohoCRM.modules.contacts.READ"];
    type Case<'a> = (&'a [&'a str], Method, &'a str, Option<Value>, u16);
    let cases: Vec<Case<'_>> = vec![
        (&read, Method::Get, "Contacts?fields=id", None, 200),
        (&read, Method::Get, "Leads?fields=id", None, 401),
        (&read, Method::Post, "Contacts", record(), 401),
        (&read, Method::Put, &one, record(), 401),
        (&read, Method::Delete, &one, None, 401),
        (&read, Method::Get, "users", None, 401),
        (&read, Method::Post, "coql", query(), 401),
        (&["ZohoCRM.coql.READ"], Method::Post, "coql", query(), 401),
        (&["ZohoCRM.coql.READ", "ZohoCRM.modules.contacts.READ"], Method::Post, "coql", query(), 200),
        (&["ZohoCRM.modules.contacts.CREATE"], Method::Post, "Contacts/upsert", record(), 401),
        (&["ZohoCRM.modules.contacts.WRITE"], Method::Post, "Contacts/upsert", record(), 200),
        (&["ZohoCRM.settings.fields.READ"], Method::Get, "settings/fields?module=Contacts", None, 200),
        (&["ZohoCRM.settings.fields.READ"], Method::Get, "settings/modules", None, 401),
        (&["ZohoCRM.modules.contacts.DELETE"], Method::Delete, &one, None, 200),
    ];
    for (scopes, method, path, body, status) in cases {
        let token = token(&mut stage, scopes);
        let answer = stage.call_with(&token, method, path, body);
        assert_eq!(answer.status, status, "{method} {path} with {scopes:?}");
        if status == 401 {
            assert_eq!(answer.code(), "OAUTH_SCOPE_MISMATCH");
        }
    }
}

#[test]
fn profiles_limit_a_user() {
    let mut stage = Stage::new();
    let id = stage.add("Contacts", json!({ "Last_Name": "a" }));
    let bob = stage.tokens[1].clone();
    let profile = {
        let standard = stage.get("settings/profiles");
        standard.body["profiles"][1]["id"].as_str().unwrap().parse().unwrap()
    };
    let one = format!("Contacts/{id}");
    let query = || Some(json!({ "select_query": "select id from Contacts where id is not null" }));
    let cases = [
        (ModulePermissions::NONE, Method::Get, "Contacts?fields=id", None, "Crm_Implied_View_Contacts"),
        (ModulePermissions::NONE, Method::Get, "Contacts/deleted", None, "Crm_Implied_View_Contacts"),
        (ModulePermissions::NONE, Method::Post, "coql", query(), "Crm_Implied_View_Contacts"),
        (ModulePermissions::VIEW, Method::Post, "Contacts", record(), "Crm_Implied_Create_Contacts"),
        (ModulePermissions::VIEW, Method::Put, one.as_str(), record(), "Crm_Implied_Edit_Contacts"),
        (ModulePermissions::VIEW, Method::Delete, one.as_str(), None, "Crm_Implied_Delete_Contacts"),
        (
            ModulePermissions { edit: false, ..ModulePermissions::ALL },
            Method::Post,
            "Contacts/upsert",
            record(),
            "Crm_Implied_Edit_Contacts",
        ),
    ];
    for (permissions, method, path, body, missing) in cases {
        stage.world.zoho.permissions(profile).modules.insert("Contacts".into(), permissions);
        let answer = stage.call_with(&bob, method, path, body);
        assert_eq!((answer.status, answer.code()), (403, "NO_PERMISSION"), "{method} {path}");
        assert_eq!(answer.details()["permissions"], json!([missing]));
    }
    assert_eq!(stage.call_with(&bob, Method::Get, "Leads?fields=id", None).status, 204);
    stage.world.zoho.permissions(profile).api_access = false;
    let answer = stage.call_with(&bob, Method::Get, "Leads?fields=id", None);
    assert_eq!(answer.details()["permissions"], json!(["Crm_Implied_Api_Access"]));
}

#[test]
fn private_records_are_their_owners() {
    let mut stage = Stage::new();
    let bob = stage.tokens[1].clone();
    let adas = stage.add("Contacts", json!({ "Last_Name": "a", "Email": "a@x.example" }));
    let answer = stage.call_with(&bob, Method::Post, "Contacts", record());
    let bobs = answer.body["data"][0]["details"]["id"].as_str().unwrap().to_owned();
    stage.world.advance(10_000);
    let adas_path = format!("Contacts/{adas}");
    let query = || Some(json!({ "select_query": "select id from Contacts where id is not null" }));

    assert_eq!(stage.call_with(&bob, Method::Get, "Contacts?fields=id", None).ids().len(), 2);
    assert_eq!(stage.call_with(&bob, Method::Put, &adas_path, record()).status, 200);

    stage.options(|options| options.sharing = Sharing::PublicReadOnly);
    assert_eq!(stage.call_with(&bob, Method::Get, "Contacts?fields=id", None).ids().len(), 2);
    assert_eq!(stage.call_with(&bob, Method::Put, &adas_path, record()).code(), "NO_PERMISSION");
    assert_eq!(stage.call_with(&bob, Method::Delete, &adas_path, None).code(), "NO_PERMISSION");

    stage.options(|options| options.sharing = Sharing::Private);
    for path in ["Contacts?fields=id", &path("Contacts/search", &[("criteria", "(id:greater_than:1)")])] {
        assert_eq!(stage.call_with(&bob, Method::Get, path, None).ids(), *from_ref(&bobs), "{path}");
    }
    assert_eq!(stage.call_with(&bob, Method::Post, "coql", query()).ids(), [bobs]);
    assert_eq!(stage.call_with(&bob, Method::Get, &adas_path, None).status, 204);
    assert_eq!(stage.call_with(&bob, Method::Put, &adas_path, record()).code(), "INVALID_DATA");
    assert_eq!(stage.call_with(&bob, Method::Delete, &adas_path, None).code(), "INVALID_DATA");
    assert_eq!(stage.get("Contacts?fields=id").ids().len(), 2, "an administrator sees all");
    // What can't be seen still stands in the way.
    stage.options(|options| options.set_unique("Contacts", "Email", true));
    let body = Some(json!({ "data": [{ "Last_Name": "b", "Email": "a@x.example" }] }));
    assert_eq!(stage.call_with(&bob, Method::Post, "Contacts", body).code(), "DUPLICATE_DATA");
}

#[test]
fn another_profile_counts_at_once() {
    let mut stage = Stage::new();
    let (user, bob) = (stage.bob, stage.tokens[1].clone());
    assert_eq!(stage.call_with(&bob, Method::Post, "Contacts", record()).status, 201);
    stage.world.with_zoho(|zoho, context| {
        let none = Permissions::standard().module("Contacts", ModulePermissions::VIEW);
        let profile = zoho.add_profile(crate::stage::ZGID, "Reader", none);
        zoho.set_user_profile(context, user, profile);
    });
    assert_eq!(stage.call_with(&bob, Method::Post, "Contacts", record()).code(), "NO_PERMISSION");
    assert_eq!(stage.call_with(&bob, Method::Get, "Contacts?fields=id", None).ids().len(), 1);
}

#[test]
fn who_left_is_refused() {
    let mut stage = Stage::new();
    let (user, bob) = (stage.bob, stage.tokens[1].clone());
    stage.world.with_zoho(|zoho, context| zoho.set_user_status(context, user, UserStatus::Inactive));
    assert_eq!(stage.call_with(&bob, Method::Get, "org", None).status, 401);
    let owner = json!({ "data": [{ "Last_Name": "a", "Owner": { "id": user.to_string() } }] });
    assert_eq!(stage.post("Contacts", owner).code(), "INVALID_DATA");
    stage.world.with_zoho(|zoho, context| zoho.set_user_status(context, user, UserStatus::Active));
    assert_eq!(stage.call_with(&bob, Method::Get, "org", None).status, 200);
    stage.world.zoho.revoke_user(user);
    assert_eq!(stage.call_with(&bob, Method::Get, "org", None).code(), "INVALID_TOKEN");
}
