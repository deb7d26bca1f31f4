//! Every To Do message against the metadata document of Microsoft Graph v1.0, where it is at hand.

use super::*;
use crate::contract::Contract;

fn items(page: &Value) -> Vec<Value> {
    page["value"].as_array().expect("a page").clone()
}

#[test]
fn every_property_exists_and_has_its_type() {
    let Some(contract) = Contract::of_graph() else { return };
    let world = &mut world();
    let graph = ada(world);
    let stamp = utc("2026-11-24T00:00:00");
    let link = json!({ "applicationName": "A", "displayName": "D", "externalId": "7", "webUrl": "https://a.example" });
    let body = json!({
        "title": "T", "body": { "content": "c", "contentType": "html" }, "categories": ["red"], "status": "completed",
        "importance": "high", "isReminderOn": true, "startDateTime": stamp, "dueDateTime": stamp,
        "reminderDateTime": stamp, "completedDateTime": stamp, "linkedResources": [link],
    });
    let done = graph.create(world, TASKS, body.clone());
    let mut repeating = body.clone();
    repeating["status"] = json!("inProgress");
    repeating["completedDateTime"] = json!(null);
    repeating["recurrence"] = json!({ "pattern": { "type": "daily", "interval": 1 },
        "range": { "type": "noEnd", "startDate": "2026-11-24" } });
    let repeating = graph.create(world, TASKS, repeating);
    let list = default_list(world, &graph);
    let task = format!("{list}/tasks/{}", id(&done));
    let step = graph.create(world, &format!("{task}/checklistItems"), json!({ "displayName": "S", "isChecked": true }));
    let own = graph.create(world, "/me/todo/lists", json!({ "displayName": "Own" }));
    let everything = graph.get(world, &format!("{task}?$expand=linkedResources,checklistItems"));

    let navigation = ["attachments", "attachmentSessions", "extensions"];
    for name in contract.names("todoTask").into_iter().filter(|name| !navigation.contains(name)) {
        let shown = [&everything, &repeating].iter().any(|task| task.get(name).is_some());
        assert!(shown, "no task has {name}");
    }
    for name in contract.names("todoTaskList").into_iter().filter(|name| !["tasks", "extensions"].contains(name)) {
        assert!(own.get(name).is_some(), "a list lacks {name}");
    }
    let emitted = [
        ("todoTask", vec![done, repeating, everything]),
        ("todoTask", items(&graph.get(world, TASKS))),
        ("todoTask", items(&graph.get(world, &format!("{TASKS}/delta?$expand=linkedResources,checklistItems")))),
        ("todoTask", vec![patch(world, &graph, &task, json!({}))]),
        ("todoTaskList", vec![own]),
        ("todoTaskList", items(&graph.get(world, "/me/todo/lists"))),
        ("todoTaskList", items(&graph.get(world, "/me/todo/lists/delta"))),
        ("linkedResource", items(&graph.get(world, &format!("{task}/linkedResources")))),
        ("checklistItem", vec![step]),
        ("checklistItem", items(&graph.get(world, &format!("{task}/checklistItems")))),
    ];
    for (entity, values) in emitted {
        assert!(!values.is_empty(), "{entity}");
        for value in values {
            assert_eq!(contract.problems(entity, &value), Vec::<String>::new(), "{value}");
        }
    }
    assert_eq!(contract.problems("todoTask", &body), Vec::<String>::new(), "what is written exists too");
}
