//! Task lists.

use super::*;

#[test]
fn there_are_two_built_in_lists_and_ones_own() {
    let world = &mut world();
    let graph = ada(world);
    let page = graph.get(world, "/me/todo/lists");
    assert_eq!(column(&page, "wellknownListName"), ["defaultList", "flaggedEmails"]);
    assert_eq!(column(&page, "displayName"), ["Tasks", "Flagged Emails"]);

    let response = graph.send(world, Method::Post, "/me/todo/lists", Some(&json!({ "displayName": "Errands" })));
    let made = json(&response);
    assert_eq!((response.status, &made["wellknownListName"]), (201, &json!("none")));
    assert_eq!(response.headers.get("Location").map(|at| at.ends_with(id(&made))), Some(true));
    assert_eq!((&made["isOwner"], &made["isShared"]), (&json!(true), &json!(false)));

    let path = format!("/me/todo/lists/{}", id(&made));
    let renamed = patch(world, &graph, &path, json!({ "displayName": "Shopping", "id": "ignored" }));
    assert_eq!((&renamed["displayName"], &renamed["id"]), (&json!("Shopping"), &made["id"]));
    assert_ne!(renamed["@odata.etag"], made["@odata.etag"]);
    assert_eq!(graph.get(world, &path)["displayName"], "Shopping");
    let task = graph.create(world, &format!("{path}/tasks"), json!({ "title": "Milk" }));
    assert_eq!(graph.send(world, Method::Delete, &path, None).status, 204);
    for gone in
        [path.clone(), format!("{path}/tasks"), format!("{path}/tasks/{}", id(&task)), format!("{path}/tasks/delta")]
    {
        assert_eq!(refusal(world, &graph, Method::Get, &gone, None), invalid(404, "ErrorItemNotFound"), "{gone}");
    }
    // A change would find its task through any list.
    let change = refusal(world, &graph, Method::Patch, &format!("{TASKS}/{}", id(&task)), Some(&json!({})));
    assert_eq!(change, invalid(404, "ErrorItemNotFound"));
}

#[test]
fn what_a_list_may_not_be_is_refused() {
    let world = &mut world();
    let graph = ada(world);
    let default = default_list(world, &graph);
    let (post, patch, delete) = (Method::Post, Method::Patch, Method::Delete);
    let lists = "/me/todo/lists";
    let cases = [
        (post, lists, Some(json!({})), invalid(400, "InvalidModel")),
        (post, lists, Some(json!({ "displayName": " " })), invalid(400, "InvalidModel")),
        (post, lists, Some(json!({ "displayName": 5 })), invalid(400, "InvalidModel")),
        (post, lists, Some(json!({ "name": "x" })), (400, "RequestBodyRead".into(), String::new())),
        (
            patch,
            default.as_str(),
            Some(json!({ "displayName": "Mine" })),
            invalid(400, "ErrorDeleteDistinguishedFolder"),
        ),
        (delete, default.as_str(), None, invalid(400, "ErrorDeleteDistinguishedFolder")),
        (delete, "/me/todo/lists/tasks", None, invalid(400, "ErrorDeleteDistinguishedFolder")),
        (Method::Get, "/me/todo/lists/nonsense", None, invalid(400, "ErrorInvalidIdMalformed")),
    ];
    for (method, path, body, wanted) in cases {
        assert_eq!(refusal(world, &graph, method, path, body.as_ref()), wanted, "{method} {path} {body:?}");
    }
}

#[test]
fn every_user_has_lists_of_their_own() {
    let world = &mut world();
    let (ada, bob) = (ada(world), Graph::delegated(world, BOB, "Tasks.ReadWrite"));
    let task = ada.create(world, TASKS, json!({ "title": "Secret" }));
    let hers = default_list(world, &ada);
    assert!(column(&bob.get(world, TASKS), "id").is_empty());
    assert_eq!(refusal(world, &bob, Method::Get, &format!("{hers}/tasks/{}", id(&task)), None).0, 404);
    assert_eq!(world.microsoft.tasks(ADA).len(), 1);
    assert_eq!(world.microsoft.task_lists(ADA).len(), 2);
    assert!(world.microsoft.task_lists(NOBOX).is_empty());
}
