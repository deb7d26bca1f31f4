//! Listing contacts: pages, order, selection, conditions.

use crate::support::*;
use mxs_http::Method;
use mxs_world::World;
use serde_json::{Value, json};

/// Five contacts, a minute apart.
fn five(world: &mut World) -> Graph {
    let graph = Graph::delegated(world, ADA, "Contacts.ReadWrite");
    for (number, name) in ["Cy", "alan", "Bea", "Dan", "Eve"].into_iter().enumerate() {
        let mut body = json!({
            "givenName": name,
            "companyName": if number < 2 { "Contoso" } else { "Fabrikam" },
            "emailAddresses": [{ "address": format!("{name}@x.example") }, { "address": format!("{name}2@x.example") }],
            "homeAddress": { "city": "Town" },
        });
        if number % 2 == 0 {
            body["singleValueExtendedProperties"] = json!([{ "id": MARK, "value": format!("zoho-{number}") }]);
        }
        graph.create(world, "/me/contacts", body);
        world.advance(60_000);
    }
    graph
}

#[test]
fn pages_follow_the_link_verbatim() {
    let world = &mut world();
    let graph = five(world);
    let mut url = "/me/contacts?$top=2&$select=displayName&$orderby=displayName desc&$count=true".to_owned();
    let mut names = Vec::new();
    let mut pages = 0;
    loop {
        let page = graph.get(world, &url);
        assert_eq!(page["@odata.count"], 5);
        names.extend(column(&page, "displayName"));
        pages += 1;
        match page["@odata.nextLink"].as_str() {
            Some(next) => url = next.to_owned(),
            None => break,
        }
    }
    assert_eq!((pages, names), (3, ["Eve", "Dan", "Cy", "Bea", "alan"].map(str::to_owned).to_vec()));
    assert!(url.starts_with("http://localhost:7702/v1.0/me/contacts?"), "{url}");
}

#[test]
fn ten_come_unless_more_are_asked_for() {
    let world = &mut world();
    let graph = Graph::delegated(world, ADA, "Contacts.ReadWrite");
    for number in 0..12 {
        graph.create(world, "/me/contacts", json!({ "givenName": format!("N{number}") }));
    }
    assert_eq!(column(&graph.get(world, "/me/contacts"), "id").len(), 10);
    let larger = graph.with("Prefer", "odata.maxpagesize=11");
    let response = larger.send(world, Method::Get, "/me/contacts", None);
    assert_eq!(response.headers.get("Preference-Applied"), Some("odata.maxpagesize=11"));
    assert_eq!(column(&json(&response), "id").len(), 11);
    assert_eq!(column(&larger.get(world, "/me/contacts?$top=3"), "id").len(), 3);
}

#[test]
fn a_selection_comes_with_the_id_and_the_tag() {
    let world = &mut world();
    let graph = five(world);
    let page = graph.get(world, "/me/contacts?$top=1&$select=givenName,emailAddresses");
    let item = page["value"][0].as_object().expect("an item");
    let names: Vec<&str> = item.keys().map(String::as_str).collect();
    assert_eq!(names, ["@odata.etag", "emailAddresses", "givenName", "id"]);
}

#[test]
fn conditions_find_contacts() {
    let world = &mut world();
    let graph = five(world);
    let any =
        |condition: &str| format!("singleValueExtendedProperties/Any(ep: ep/id eq '{MARK}' and ep/value {condition})");
    let cases = [
        ("emailAddresses/any(a:a/address eq 'BEA2@x.example')".to_owned(), vec!["Bea"]),
        ("displayName eq 'ALAN' or startswith(givenName,'D')".to_owned(), vec!["alan", "Dan"]),
        ("companyName eq 'Contoso' and not (givenName eq 'Cy')".to_owned(), vec!["alan"]),
        ("surname eq null and companyName ne 'Fabrikam'".to_owned(), vec!["Cy", "alan"]),
        ("lastModifiedDateTime ge 2026-11-21T10:03:00Z".to_owned(), vec!["Dan", "Eve"]),
        ("homeAddress/city eq 'town' and primaryEmailAddress/address eq 'eve@x.example'".to_owned(), vec!["Eve"]),
        (any("eq 'ZOHO-2'"), vec!["Bea"]),
        (any("ne null"), vec!["Cy", "Bea", "Eve"]),
        (any("ne 'zoho-0'"), vec!["Bea", "Eve"]),
        (any("ne null").replace("zoho-id", "Zoho-id"), vec![]),
        (
            format!("singleValueExtendedProperties/any(ep: ep/id eq '{MARK}' and startswith(ep/value,'zoho-4'))"),
            vec!["Eve"],
        ),
    ];
    for (filter, names) in cases {
        let path = format!("/me/contacts?$filter={}", mxs_http::url::encode(&filter));
        assert_eq!(column(&graph.get(world, &path), "displayName"), names, "{filter}");
        let count = graph.send(world, Method::Get, &path.replace("contacts?", "contacts/$count?"), None);
        assert_eq!(text(&count), names.len().to_string(), "{filter}");
    }
    let marked = graph.get(world, &format!("/me/contacts?$filter={}", mxs_http::url::encode(&any("ne null"))));
    assert_eq!(marked["value"][0]["singleValueExtendedProperties"], Value::Null, "a condition shows nothing");
}

#[test]
fn options_that_make_no_sense_are_refused() {
    let world = &mut world();
    let graph = five(world);
    let cases = [
        ("$select=gender", "RequestBroker--ParseUri"),
        ("$orderby=emailAddresses", "ErrorInvalidProperty"),
        ("$orderby=gender", "RequestBroker--ParseUri"),
        ("$orderby=displayName up", "RequestBroker--ParseUri"),
        ("$filter=gender eq 'f'", "RequestBroker--ParseUri"),
        ("$filter=id eq 'x'", "ErrorInvalidProperty"),
        ("$filter=displayName like 'x'", "BadRequest"),
        ("$filter=emailAddresses/any(a:a/type eq 'x')", "RequestBroker--ParseUri"),
        ("$filter=singleValueExtendedProperties/any(e:e/id eq 'zoho')", "ErrorInvalidProperty"),
        ("$top=0", "ErrorInvalidUrlQuery"),
        ("$top=1001", "ErrorInvalidUrlQuery"),
        ("$skip=-1", "ErrorInvalidUrlQuery"),
        ("$count=yes", "RequestBroker--ParseUri"),
        ("$apply=x", "ErrorInvalidUrlQuery"),
    ];
    for (query, wanted) in cases {
        assert_eq!(
            graph.refused(world, Method::Get, &format!("/me/contacts?{query}"), None),
            (400, wanted.to_owned()),
            "{query}"
        );
    }
    assert_eq!(graph.refused(world, Method::Get, "/me/contacts?$search=x", None).0, 501);
    assert_eq!(
        column(&graph.get(world, "/me/contacts?mine=1&$TOP=1"), "id").len(),
        1,
        "other names are the client's own"
    );
}
