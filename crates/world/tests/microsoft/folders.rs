//! Contact folders.

use crate::support::*;
use mxs_http::Method;
use serde_json::json;

#[test]
fn folders_hold_folders_and_contacts() {
    let world = &mut world();
    let graph = Graph::delegated(world, ADA, "Contacts.ReadWrite");
    assert!(column(&graph.get(world, "/me/contactFolders"), "id").is_empty(), "the default folder isn't listed");
    let default = graph.get(world, "/me/contactFolders/contacts");
    assert_eq!(default["displayName"], "Contacts");

    let friends = graph.create(world, "/me/contactFolders", json!({ "displayName": "Friends" }));
    assert_eq!(friends["parentFolderId"], default["id"]);
    let path = format!("/me/contactFolders/{}", id(&friends));
    let close = graph.create(world, &format!("{path}/childFolders"), json!({ "displayName": "Close" }));
    assert_eq!(column(&graph.get(world, "/me/contactFolders"), "displayName"), ["Friends"]);
    assert_eq!(
        column(&graph.get(world, &format!("{path}/childFolders?$select=displayName")), "displayName"),
        ["Close"]
    );

    let nested = format!("{path}/childFolders/{}/contacts", id(&close));
    let contact = graph.create(world, &nested, json!({ "givenName": "Ada", "parentFolderId": "ignored" }));
    assert_eq!(contact["parentFolderId"], close["id"]);
    assert!(column(&graph.get(world, "/me/contacts"), "id").is_empty());
    assert_eq!(column(&graph.get(world, &nested), "givenName"), ["Ada"]);
    graph.get(world, &format!("/me/contacts/{}", id(&contact)));
    let elsewhere = format!("{path}/contacts/{}", id(&contact));
    assert_eq!(graph.refused(world, Method::Get, &elsewhere, None), (404, "ErrorItemNotFound".into()));

    let renamed = json(&graph.send(world, Method::Patch, &path, Some(&json!({ "displayName": "Pals" }))));
    assert_eq!((renamed["displayName"].as_str(), &renamed["id"]), (Some("Pals"), &friends["id"]));
    assert_eq!(graph.send(world, Method::Delete, &path, None).status, 204);
    // The folder lies in Deleted Items with all that is in it: an id still finds what was in it.
    assert_eq!(graph.get(world, &format!("/me/contacts/{}", id(&contact)))["parentFolderId"], close["id"]);
    assert!(world.microsoft.contacts(ADA).is_empty());
    for gone in [path, nested, format!("/me/contactFolders/{}", id(&close))] {
        assert_eq!(graph.refused(world, Method::Get, &gone, None), (404, "ErrorItemNotFound".into()), "{gone}");
    }
}

#[test]
fn what_a_folder_may_not_be_is_refused() {
    let world = &mut world();
    let graph = Graph::delegated(world, ADA, "Contacts.ReadWrite");
    let made = graph.create(world, "/me/contactFolders", json!({ "displayName": "Friends" }));
    let path = format!("/me/contactFolders/{}", id(&made));
    let cases = [
        (Method::Post, "/me/contactFolders", Some(json!({ "displayName": "friends" })), 409, "ErrorFolderExists"),
        (Method::Post, "/me/contactFolders", Some(json!({ "displayName": " " })), 400, "ErrorInvalidProperty"),
        (Method::Post, "/me/contactFolders", Some(json!({ "displayName": 5 })), 400, "RequestBodyRead"),
        (Method::Post, "/me/contactFolders", Some(json!({ "name": "x" })), 400, "RequestBodyRead"),
        (Method::Delete, "/me/contactFolders/contacts", None, 400, "ErrorDeleteDistinguishedFolder"),
        (Method::Get, "/me/contactFolders/nonsense", None, 400, "ErrorInvalidIdMalformed"),
        (Method::Get, &format!("{path}?$select=colour"), None, 400, "RequestBroker--ParseUri"),
        (Method::Get, "/me/contactFolders?$filter=displayName eq 'x'", None, 400, "ErrorInvalidUrlQuery"),
    ];
    for (method, path, body, status, wanted) in cases {
        assert_eq!(graph.refused(world, method, path, body.as_ref()), (status, wanted.to_owned()), "{method} {path}");
    }
}

#[test]
fn folders_are_followed_too() {
    let world = &mut world();
    let graph = Graph::delegated(world, ADA, "Contacts.ReadWrite");
    let first = graph.create(world, "/me/contactFolders", json!({ "displayName": "One" }));
    let round = graph.get(world, "/me/contactFolders/delta");
    assert_eq!(column(&round, "displayName"), ["One"]);
    graph.send(world, Method::Delete, &format!("/me/contactFolders/{}", id(&first)), None);
    graph.create(world, "/me/contactFolders", json!({ "displayName": "Two" }));
    let next = graph.get(world, round["@odata.deltaLink"].as_str().expect("a link"));
    assert_eq!(next["value"][0]["@removed"]["reason"], "deleted");
    assert_eq!(next["value"][0]["id"], first["id"]);
    assert_eq!(next["value"][1]["displayName"], "Two");
}
