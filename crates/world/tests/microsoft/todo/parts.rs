//! What hangs on a task.

use super::*;

#[test]
fn a_task_has_room_for_one_linked_resource() {
    let world = &mut world();
    let graph = ada(world);
    let link =
        json!({ "applicationName": "A", "displayName": "D", "externalId": "7", "webUrl": "https://a.example/7" });
    let made = graph.create(world, TASKS, json!({ "title": "T", "linkedResources": [link] }));
    let first = &made["linkedResources"][0];
    assert_eq!((&first["externalId"], first["id"].is_string()), (&json!("7"), true), "it comes with the answer");

    let task = format!("{}/tasks/{}", default_list(world, &graph), id(&made));
    assert_eq!(graph.get(world, &task)["linkedResources"], Value::Null, "else it comes on request");
    let path = format!("{task}/linkedResources");
    assert_eq!(graph.get(world, &path)["value"], json!([first]));
    assert_eq!(refusal(world, &graph, Method::Post, &path, Some(&link)), invalid(400, "InvalidModel"), "one is enough");

    let one = format!("{path}/{}", id(first));
    let changed = patch(world, &graph, &one, json!({ "displayName": "E", "webUrl": null }));
    assert_eq!((&changed["displayName"], &changed["webUrl"]), (&json!("E"), &Value::Null));
    assert_eq!(changed["@odata.type"], "#microsoft.graph.linkedResource");
    assert_eq!(graph.get(world, &one)["displayName"], "E");
    assert_eq!(graph.send(world, Method::Delete, &one, None).status, 204);
    assert_eq!(graph.get(world, &path)["value"], json!([]));
    assert_eq!(graph.get(world, &format!("{task}?$expand=linkedResources"))["linkedResources"], json!([]));
    assert_eq!(refusal(world, &graph, Method::Get, &one, None), invalid(404, "ErrorItemNotFound"));
    assert_eq!(graph.create(world, &path, link.clone())["externalId"], "7");
}

#[test]
fn steps_are_added_done_and_taken_away() {
    let world = &mut world();
    let graph = ada(world);
    let made = graph.create(world, TASKS, json!({ "title": "T" }));
    let task = format!("{}/tasks/{}", default_list(world, &graph), id(&made));
    let path = format!("{task}/checklistItems");
    let step = graph.create(world, &path, json!({ "displayName": "One" }));
    assert_eq!((&step["isChecked"], &step["checkedDateTime"]), (&json!(false), &Value::Null));
    graph.create(world, &path, json!({ "displayName": "Two" }));
    let one = format!("{path}/{}", id(&step));
    world.advance(60_000);
    let done = patch(world, &graph, &one, json!({ "isChecked": true }));
    assert_eq!(done["checkedDateTime"], "2026-11-21T10:01:00.0000000Z");
    let whole = graph.get(world, &format!("{task}?$expand=checklistItems,linkedResources"));
    assert_eq!((whole["checklistItems"].as_array().map(Vec::len), &whole["linkedResources"]), (Some(2), &json!([])));
    assert_eq!(graph.send(world, Method::Delete, &one, None).status, 204);
    assert_eq!(column(&graph.get(world, &path), "displayName"), ["Two"]);
    let cases = [
        (Method::Get, one.clone(), None, invalid(404, "ErrorItemNotFound")),
        (Method::Delete, one, None, invalid(404, "ErrorItemNotFound")),
        (Method::Post, path.clone(), Some(json!({ "isChecked": true })), invalid(400, "InvalidModel")),
        (Method::Post, path.clone(), Some(json!({ "title": "x" })), (400, "RequestBodyRead".into(), String::new())),
        (Method::Get, format!("{path}?$top=1"), None, (400, "ErrorInvalidUrlQuery".into(), String::new())),
    ];
    for (method, path, body, wanted) in cases {
        assert_eq!(refusal(world, &graph, method, &path, body.as_ref()), wanted, "{method} {path}");
    }
}

#[test]
fn what_hangs_on_a_task_changes_it_by_choice() {
    for touches in [true, false] {
        let world = &mut world();
        rules(world, |rules| rules.parts_touch_tasks = touches);
        let graph = ada(world);
        let made = graph.create(world, TASKS, json!({ "title": "T" }));
        let task = format!("{}/tasks/{}", default_list(world, &graph), id(&made));
        let link = graph.get(world, &format!("{TASKS}/delta"))["@odata.deltaLink"].as_str().expect("a link").to_owned();
        graph.create(world, &format!("{task}/linkedResources"), json!({ "externalId": "7" }));
        assert_eq!(graph.get(world, &task)["@odata.etag"] != made["@odata.etag"], touches);
        assert_eq!(column(&graph.get(world, &link), "id").len(), usize::from(touches));
    }
}
