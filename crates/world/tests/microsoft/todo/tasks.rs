//! One task at a time.

use super::*;

#[test]
fn a_task_is_created_read_changed_and_deleted() {
    let world = &mut world();
    let graph = ada(world);
    let list = default_list(world, &graph);
    let body = json!({
        "title": "Call Ada", "body": { "content": "<p>soon</p>", "contentType": "html" }, "importance": "high",
        "categories": ["Sales"], "isReminderOn": true, "reminderDateTime": utc("2026-11-24T08:30:00"),
        "startDateTime": utc("2026-11-22T00:00:00"),
        "dueDateTime": { "dateTime": "2026-11-24T17:00:00", "timeZone": "W. Europe Standard Time" },
    });
    let response = graph.send(world, Method::Post, &format!("{list}/tasks"), Some(&body));
    let made = json(&response);
    assert_eq!(response.status, 201, "{made}");
    assert_eq!(response.headers.get("ETag"), made["@odata.etag"].as_str());
    assert_eq!(response.headers.get("Location").map(|at| at.ends_with(id(&made))), Some(true));
    assert_eq!(made["dueDateTime"], utc("2026-11-23T23:00:00.0000000"), "the day as it begins in Berlin");
    assert_eq!(made["reminderDateTime"], utc("2026-11-24T08:30:00.0000000"), "a reminder has a time");
    assert_eq!((&made["body"], &made["status"]), (&body["body"], &json!("notStarted")));
    assert_eq!(made["completedDateTime"], Value::Null);

    world.advance(60_000);
    let path = format!("{list}/tasks/{}", id(&made));
    let changed = patch(world, &graph, &path, json!({ "status": "completed", "startDateTime": null }));
    assert_eq!(changed["completedDateTime"], utc("2026-11-21T00:00:00.0000000"));
    assert_eq!((changed["startDateTime"].is_null(), &changed["title"]), (true, &made["title"]));
    assert_eq!(changed["lastModifiedDateTime"], "2026-11-21T10:01:00.0000000Z");
    assert_eq!(changed["bodyLastModifiedDateTime"], "2026-11-21T10:00:00.0000000Z");
    assert_ne!(changed["@odata.etag"], made["@odata.etag"]);
    assert_eq!(graph.get(world, &path), changed);

    assert_eq!(graph.send(world, Method::Delete, &path, None).status, 204);
    for method in [Method::Get, Method::Patch, Method::Delete] {
        let found = refusal(world, &graph, method, &path, (method == Method::Patch).then_some(&json!({})));
        assert_eq!(found, invalid(404, "ErrorItemNotFound"), "{method}");
    }
    let operations = &world.counters.operations;
    for name in ["graph tasks created", "graph tasks updated", "graph tasks deleted"] {
        assert_eq!(operations.get(name), Some(&1), "{name}");
    }
}

#[test]
fn bad_bodies_are_refused_and_change_nothing() {
    let world = &mut world();
    let graph = ada(world);
    let made = graph.create(world, TASKS, json!({ "title": "T" }));
    let path = format!("{}/tasks/{}", default_list(world, &graph), id(&made));
    let misfit = || invalid(400, "InvalidModel");
    let cases = [
        (json!({ "title": "x", "status": "done" }), misfit()),
        (json!({ "title": null }), misfit()),
        (json!({ "title": "x", "dueDateTime": "2026-11-24" }), misfit()),
        (json!({ "title": "x", "dueDateTime": { "dateTime": "2026-11-24T00:00:00", "timeZone": "Mars" } }), misfit()),
        (json!({ "title": "x", "body": null }), misfit()),
        (
            json!({ "title": "x", "recurrence": { "pattern": { "type": "daily" }, "range": { "type": "noEnd" } } }),
            misfit(),
        ),
        (json!({ "title": "x", "linkedResources": [{}, {}] }), misfit()),
        (json!({ "title": "x", "singleValueExtendedProperties": [] }), (400, "RequestBodyRead".into(), String::new())),
        (json!("text"), (400, "BadRequest".into(), String::new())),
    ];
    for (body, wanted) in cases {
        for (method, path) in [(Method::Post, TASKS), (Method::Patch, path.as_str())] {
            assert_eq!(refusal(world, &graph, method, path, Some(&body)), wanted, "{method} {body}");
        }
    }
    assert_eq!(
        refusal(world, &graph, Method::Post, TASKS, Some(&json!({ "importance": "low" }))),
        misfit(),
        "no title"
    );
    let change = json!({ "linkedResources": [{ "externalId": "1" }] });
    assert_eq!(refusal(world, &graph, Method::Patch, &path, Some(&change)), misfit(), "not with the task");
    assert_eq!(graph.get(world, &path), made);
    assert_eq!(world.microsoft.tasks(ADA).len(), 1);
}

#[test]
fn times_of_days_are_kept_only_as_documented() {
    for (word, due) in [
        (mxs_world::microsoft::Word::Reported, "2026-11-24T00:00:00"),
        (mxs_world::microsoft::Word::Documented, "2026-11-24T17:30:00"),
    ] {
        let world = &mut world();
        rules(world, |rules| rules.times = word);
        let graph = ada(world);
        let made = graph.create(world, TASKS, json!({ "title": "T", "dueDateTime": utc("2026-11-24T17:30:00") }));
        assert_eq!(made["dueDateTime"], utc(&format!("{due}.0000000")), "{word:?}");
    }
}

#[test]
fn dates_are_shown_in_the_zone_that_is_asked_for() {
    let world = &mut world();
    let graph = ada(world);
    let made = graph.create(world, TASKS, json!({ "title": "T", "dueDateTime": utc("2026-11-24T00:00:00") }));
    let path = format!("{}/tasks/{}", default_list(world, &graph), id(&made));
    let denver = ada(world).with("Prefer", "outlook.timezone=\"America/Denver\", odata.maxpagesize=5");
    let response = denver.send(world, Method::Get, &path, None);
    assert_eq!(response.headers.get("Preference-Applied"), Some("outlook.timezone=\"Mountain Standard Time\""));
    let wanted = json!({ "dateTime": "2026-11-23T17:00:00.0000000", "timeZone": "Mountain Standard Time" });
    assert_eq!(json(&response)["dueDateTime"], wanted);
    let page = denver.send(world, Method::Get, &format!("{TASKS}/delta"), None);
    let applied = "outlook.timezone=\"Mountain Standard Time\", odata.maxpagesize=5";
    assert_eq!(page.headers.get("Preference-Applied"), Some(applied));
    assert_eq!(json(&page)["value"][0]["dueDateTime"], wanted);
    let nowhere = ada(world).with("Prefer", "outlook.timezone=\"Nowhere\"");
    assert_eq!(nowhere.get(world, &path)["dueDateTime"], made["dueDateTime"]);
}

#[test]
fn an_entity_tag_counts_by_choice() {
    for honoured in [true, false] {
        let world = &mut world();
        rules(world, |rules| rules.if_match = honoured);
        let graph = ada(world);
        let made = graph.create(world, TASKS, json!({ "title": "T" }));
        let path = format!("{}/tasks/{}", default_list(world, &graph), id(&made));
        patch(world, &graph, &path, json!({ "title": "U" }));
        let stale = graph.with("If-Match", made["@odata.etag"].as_str().expect("a tag"));
        let change = stale.send(world, Method::Patch, &path, Some(&json!({ "title": "V" })));
        assert_eq!(
            (change.status, code(&change).as_str()),
            if honoured { (412, "ErrorIrresolvableConflict") } else { (200, "") }
        );
        let delete = stale.send(world, Method::Delete, &path, None);
        assert_eq!(delete.status, if honoured { 412 } else { 204 });
    }
}

#[test]
fn a_task_is_read_and_deleted_in_its_list_and_changed_through_any() {
    let world = &mut world();
    let graph = ada(world);
    let other = graph.create(world, "/me/todo/lists", json!({ "displayName": "Other" }));
    let made = graph.create(world, TASKS, json!({ "title": "T" }));
    let wrong = format!("/me/todo/lists/{}/tasks/{}", id(&other), id(&made));
    let elsewhere = invalid(400, "ParentFolderDoesNotContainTaskWithGivenId");
    assert_eq!(refusal(world, &graph, Method::Get, &wrong, None), elsewhere);
    assert_eq!(refusal(world, &graph, Method::Delete, &wrong, None), elsewhere);
    assert_eq!(patch(world, &graph, &wrong, json!({ "title": "U" }))["title"], "U");
    let alias = format!("{TASKS}/{}", id(&made));
    assert_eq!(refusal(world, &graph, Method::Get, &alias, None), elsewhere, "the default list's other name");
    assert_eq!(graph.send(world, Method::Delete, &alias, None).status, 204);
}

#[test]
fn ids_change_with_the_list_unless_they_are_immutable() {
    for immutable in [false, true] {
        let world = &mut world();
        rules(world, |rules| rules.immutable_ids = immutable);
        let graph = ada(world).with("Prefer", "IdType=\"ImmutableId\"");
        let made = graph.create(world, TASKS, json!({ "title": "T" }));
        let other = graph.create(world, "/me/todo/lists", json!({ "displayName": "Other" }));
        world
            .with_microsoft(|microsoft, context| microsoft.move_task(ADA, id(&made), id(&other), context))
            .expect("a move");
        let path = format!("/me/todo/lists/{}/tasks", id(&other));
        let response = graph.send(world, Method::Get, &path, None);
        let applied = immutable.then_some("IdType=\"ImmutableId\"");
        assert_eq!(response.headers.get("Preference-Applied"), applied);
        assert_eq!(json(&response)["value"][0]["id"] == made["id"], immutable);
        assert!(column(&graph.get(world, TASKS), "id").is_empty());
    }
}

#[test]
fn everyday_tasks_are_there_for_a_start() {
    let world = &mut world();
    world.with_microsoft(|microsoft, context| microsoft.add_everyday_tasks(ADA, context)).expect("tasks");
    let graph = ada(world);
    let titles = ["Send the offer to Contoso", "Weekly report", "Book the train"];
    assert_eq!(column(&graph.get(world, TASKS), "title"), titles);
    let tasks = world.microsoft.tasks(ADA);
    assert_eq!((tasks.len(), &tasks[3]["checklistItems"][0]["isChecked"]), (4, &json!(false)));
    assert_eq!(column(&graph.get(world, "/me/todo/lists"), "displayName"), ["Tasks", "Flagged Emails", "Errands"]);
}
