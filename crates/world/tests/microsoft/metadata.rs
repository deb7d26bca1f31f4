//! Everything this half emits, held against the service's metadata document.

use crate::contract::Contract;
use crate::support::*;
use mxs_http::Method;
use serde_json::{Value, json};

#[test]
fn every_property_exists_and_has_its_type() {
    let Some(contract) = Contract::of_graph() else { return };
    let world = &mut world();
    let graph = Graph::application(world);
    let root = format!("/users/{ADA}");
    let texts = contract.names("contact").into_iter().filter(|name| {
        contract.property("contact", name) == Some("Edm.String")
            && !["id", "changeKey", "parentFolderId"].contains(name)
    });
    let mut body: Value = Value::Object(texts.map(|name| (name.to_owned(), json!("text"))).collect());
    let address = json!({ "street": "S", "city": "C", "state": "S", "countryOrRegion": "C", "postalCode": "P" });
    let email = json!({ "address": "a@x.example", "name": "A" });
    for (name, value) in [
        ("birthday", json!("1974-07-22")),
        ("categories", json!(["red"])),
        ("children", json!(["C"])),
        ("imAddresses", json!(["sip:a"])),
        ("homePhones", json!(["1", "2"])),
        ("businessPhones", json!(["1", "2"])),
        ("emailAddresses", json!([email, email, email])),
        ("homeAddress", address.clone()),
        ("businessAddress", address.clone()),
        ("otherAddress", address),
        ("singleValueExtendedProperties", json!([{ "id": MARK, "value": "1" }])),
    ] {
        body[name] = value;
    }
    let full = graph.create(world, &format!("{root}/contacts"), body);
    graph.create(world, &format!("{root}/contacts"), json!({}));
    let folder = graph.create(world, &format!("{root}/contactFolders"), json!({ "displayName": "Friends" }));

    let structural = contract.names("contact").into_iter().filter(|name| {
        !["extensions", "photo", "singleValueExtendedProperties", "multiValueExtendedProperties"].contains(name)
    });
    for name in structural {
        assert!(full.get(name).is_some(), "a contact lacks {name}");
    }
    let expand = format!("?$expand=singleValueExtendedProperties($filter=id eq '{MARK}')");
    let emitted = [
        ("contact", vec![full.clone()]),
        ("contact", items(&graph.get(world, &format!("{root}/contacts{expand}")))),
        ("contact", items(&graph.get(world, &format!("{root}/contacts/delta")))),
        (
            "contact",
            vec![json(&graph.send(world, Method::Patch, &format!("{root}/contacts/{}", id(&full)), Some(&json!({}))))],
        ),
        ("contactFolder", vec![folder]),
        ("contactFolder", items(&graph.get(world, &format!("{root}/contactFolders")))),
        ("contactFolder", items(&graph.get(world, &format!("{root}/contactFolders/delta")))),
        ("user", vec![graph.get(world, &root)]),
        ("user", items(&graph.get(world, "/users?$select=id,displayName,accountEnabled,userType,mail"))),
    ];
    for (entity, values) in emitted {
        assert!(!values.is_empty(), "{entity}");
        for value in values {
            assert_eq!(contract.problems(entity, &value), Vec::<String>::new(), "{value}");
        }
    }
}

#[test]
fn the_checker_sees_what_is_wrong() {
    let Some(contract) = Contract::of_graph() else { return };
    let wrong = json!({
        "@odata.etag": 5, "gender": "f", "surname": 5, "children": "x", "birthday": "soon",
        "homeAddress": { "zip": "1" }, "emailAddresses": [{ "address": 1 }], "givenName": null,
    });
    assert_eq!(contract.problems("contact", &wrong).len(), 6, "{:?}", contract.problems("contact", &wrong));
}

fn items(page: &Value) -> Vec<Value> {
    page["value"].as_array().expect("a page").clone()
}
