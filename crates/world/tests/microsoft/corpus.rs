//! The vendor's own examples: what its documents show being sent is taken, and what they show coming back has
//! the shape that comes back here.

use crate::contract::shared;
use crate::support::*;
use mxs_http::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn example(name: &str) -> Option<Value> {
    let text = std::fs::read_to_string(shared(&format!("corpus/graph/{name}.json"))?).expect("a readable example");
    Some(serde_json::from_str(&text).expect("an example in JSON"))
}

fn names(value: &Value) -> BTreeSet<String> {
    value.as_object().into_iter().flat_map(|members| members.keys().cloned()).collect()
}

#[test]
fn documented_requests_are_taken_and_answered_as_documented() {
    let (Some(create), Some(update), Some(updated)) = (
        example("user-post-contacts-request-1"),
        example("contact-update-request-1"),
        example("contact-update-response-1"),
    ) else {
        return;
    };
    let world = &mut world();
    let graph = Graph::delegated(world, ADA, "Contacts.ReadWrite");
    let made = graph.create(world, "/me/contacts", create.clone());
    for (name, value) in create.as_object().expect("an object") {
        assert_eq!(&made[name], value, "{name}");
    }
    let answer = json(&graph.send(world, Method::Patch, &format!("/me/contacts/{}", id(&made)), Some(&update)));
    assert_eq!(answer["homeAddress"], updated["homeAddress"], "an address has only the parts that were given");
    assert_eq!(answer["otherAddress"], updated["otherAddress"]);
    assert_eq!(answer["birthday"], "1974-07-22T00:00:00Z", "the type is a moment, whatever the example shows");
    let missing: Vec<String> = names(&updated).difference(&names(&answer)).cloned().collect();
    assert_eq!(missing, Vec::<String>::new());

    // The whole documented contact goes in again, its read-only members included, and comes out the same.
    let again = graph.create(world, "/me/contacts", updated.clone());
    for name in [
        "fileAs",
        "displayName",
        "initials",
        "nickName",
        "emailAddresses",
        "imAddresses",
        "businessPhones",
        "businessAddress",
        "children",
    ] {
        assert_eq!(again[name], updated[name], "{name}");
    }
}

#[test]
fn properties_of_the_beta_are_refused() {
    let Some(beta) = example("beta-user-post-contacts-request-1") else { return };
    let world = &mut world();
    let graph = Graph::delegated(world, ADA, "Contacts.ReadWrite");
    assert_eq!(graph.refused(world, Method::Post, "/me/contacts", Some(&beta)), (400, "RequestBodyRead".into()));
}

#[test]
fn documented_placeholders_fail_only_on_their_types() {
    let Some(mut body) = example("contactfolder-post-contacts-request-1") else { return };
    let world = &mut world();
    let graph = Graph::delegated(world, ADA, "Contacts.ReadWrite");
    let path = "/me/contactFolders/contacts/contacts";
    assert_eq!(graph.refused(world, Method::Post, path, Some(&body)), (400, "RequestBodyRead".into()), "no moment");
    body["birthday"] = json!("1974-07-22");
    let made = graph.create(world, path, body);
    assert_eq!(made["fileAs"], "fileAs-value");
}

#[test]
fn lists_and_rounds_have_the_documented_shape() {
    let world = &mut world();
    let graph = Graph::delegated(world, ADA, "Contacts.ReadWrite");
    graph.create(world, "/me/contacts", json!({ "givenName": "Ada" }));
    graph.create(world, "/me/contactFolders", json!({ "displayName": "Friends" }));
    let cases = [
        ("contactfolder-list-contacts-response-1", "/me/contactFolders/contacts/contacts"),
        ("user-list-contactfolders-response-1", "/me/contactFolders"),
        ("contactfolder-delta-response-1", "/me/contactFolders/delta"),
    ];
    for (name, path) in cases {
        let Some(documented) = example(name) else { return };
        let page = graph.get(world, path);
        let missing: Vec<String> =
            names(&documented["value"][0]).difference(&names(&page["value"][0])).cloned().collect();
        assert_eq!(missing, Vec::<String>::new(), "{name}");
    }
    let Some(folder) = example("user-post-contactfolders-response-1") else { return };
    let made = graph.create(world, "/me/contactFolders", json!({ "displayName": folder["displayName"] }));
    assert!(names(&folder).is_subset(&names(&made)));
}

#[test]
fn documented_batches_are_read() {
    let (Some(batch), Some(depends)) = (example("batch-request"), example("batch-request-dependson")) else { return };
    let world = &mut world();
    let graph = Graph::delegated(world, ADA, "Contacts.ReadWrite");
    for documented in [batch, depends] {
        let response = graph.send(world, Method::Post, "/$batch", Some(&documented));
        let body = json(&response);
        assert_eq!(response.status, 200, "{body}");
        assert_eq!(body["responses"].as_array().map(Vec::len), documented["requests"].as_array().map(Vec::len));
        for part in body["responses"].as_array().expect("responses") {
            assert!(
                part["id"].is_string() && part["status"].is_u64() && part["body"]["error"]["code"].is_string(),
                "{part}"
            );
        }
    }
}
