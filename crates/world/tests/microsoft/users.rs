//! Users of the directory.

use crate::support::*;
use mxs_http::Method;
use serde_json::Value;

#[test]
fn profiles_are_shown_to_those_who_may_see_them() {
    let world = &mut world();
    let me = Graph::delegated(world, ADA, "User.Read");
    let profile = me.get(world, "/me");
    assert_eq!((profile["displayName"].as_str(), profile["mail"].as_str()), (Some("Ada Lovelace"), Some(ADA)));
    assert_eq!(profile["@odata.context"], "http://localhost:7702/v1.0/$metadata#users/$entity");
    let few = me.get(world, "/me?$select=id,accountEnabled");
    assert_eq!((few["accountEnabled"].as_bool(), &few["mail"]), (Some(true), &Value::Null));

    let basic = Graph::delegated(world, ADA, "User.ReadBasic.All");
    let blind = Graph::delegated(world, ADA, "Contacts.Read");
    let app = Graph::application(world);
    let bob = format!("/users/{BOB}");
    let denied = || (403, "Authorization_RequestDenied".to_owned());
    assert_eq!(me.refused(world, Method::Get, &bob, None), denied());
    assert_eq!(blind.refused(world, Method::Get, "/me", None), denied());
    assert_eq!(me.refused(world, Method::Get, "/users", None), denied());
    assert_eq!(basic.get(world, &bob)["displayName"], "Bob Kahn");
    assert_eq!(app.get(world, &bob)["userPrincipalName"], BOB);
    for unknown in ["/users/nobody@corp.example", &format!("/users/{EVE}")] {
        assert_eq!(
            app.refused(world, Method::Get, unknown, None),
            (404, "Request_ResourceNotFound".into()),
            "{unknown}"
        );
    }
}

#[test]
fn users_come_in_pages_and_can_be_found() {
    let world = &mut world();
    let app = Graph::application(world);
    let first = app.get(world, "/users?$top=3&$select=displayName");
    assert_eq!(column(&first, "displayName"), ["Ada Lovelace", "Admin", "Bob Kahn"]);
    let second = app.get(world, first["@odata.nextLink"].as_str().expect("a link"));
    assert_eq!(column(&second, "displayName"), ["No Box"]);
    assert_eq!(second["@odata.nextLink"], Value::Null);
    let cases = [
        ("mail eq 'BOB@corp.example'", vec!["Bob Kahn"]),
        ("startswith(displayName,'A') and accountEnabled eq true", vec!["Ada Lovelace", "Admin"]),
        ("surname eq 'Lovelace' or userPrincipalName eq 'admin@corp.example'", vec!["Ada Lovelace", "Admin"]),
    ];
    for (filter, names) in cases {
        let path = format!("/users?$filter={}", mxs_http::url::encode(filter));
        assert_eq!(column(&app.get(world, &path), "displayName"), names, "{filter}");
    }
    let advanced = ["mail ne 'x'", "not (mail eq 'x')", "endswith(mail,'example')", "contains(mail,'x')"];
    let refused = (400, "Request_UnsupportedQuery".to_owned());
    let eventual = Graph { token: app.token.clone(), headers: Vec::new() }.with("ConsistencyLevel", "eventual");
    for filter in advanced {
        let path = format!("/users?$filter={}", mxs_http::url::encode(filter));
        let counted = format!("{path}&$count=true");
        assert_eq!(app.refused(world, Method::Get, &counted, None), refused, "{filter}");
        assert_eq!(eventual.refused(world, Method::Get, &path, None), refused, "{filter}");
        let status = eventual.send(world, Method::Get, &counted, None).status;
        assert_eq!(status, if filter.starts_with("contains") { 400 } else { 200 }, "{filter}");
    }
    for bad in [
        "$top=1000",
        "$top=0",
        "$select=shoeSize",
        "$filter=shoeSize eq 'x'",
        "$skip=1",
        "$skiptoken=x",
        "$filter=mail",
    ] {
        assert_eq!(app.refused(world, Method::Get, &format!("/users?{bad}"), None).0, 400, "{bad}");
    }
}
