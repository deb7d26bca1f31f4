//! The vendor's own examples of To Do: what its documents show being sent is taken, and what they show coming back
//! has the shape that comes back here.

use super::*;
use crate::contract::shared;
use std::collections::BTreeSet;

fn example(name: &str) -> Option<Value> {
    let text = std::fs::read_to_string(shared(&format!("corpus/graph/{name}.json"))?).expect("a readable example");
    Some(serde_json::from_str(&text).expect("an example in JSON"))
}

fn names(value: &Value) -> BTreeSet<String> {
    value.as_object().into_iter().flat_map(|members| members.keys().cloned()).collect()
}

fn missing(documented: &Value, found: &Value) -> Vec<String> {
    names(documented).difference(&names(found)).cloned().collect()
}

#[test]
fn documented_requests_are_taken_and_answered_as_documented() {
    let (Some(create), Some(created), Some(update), Some(read), Some(link), Some(linked), Some(step), Some(stepped)) = (
        example("todotasklist-post-tasks-request-1"),
        example("todotasklist-post-tasks-response-1"),
        example("todotask-update-request-1"),
        example("todotask-get-response-1"),
        example("todotask-post-linkedresources-request-1"),
        example("todotask-post-linkedresources-response-1"),
        example("todotask-post-checklistitems-request-1"),
        example("todotask-post-checklistitems-response-1"),
    ) else {
        return;
    };
    let world = &mut world();
    let graph = ada(world);
    let made = graph.create(world, TASKS, create);
    assert_eq!(missing(&created, &made), Vec::<String>::new());
    assert_eq!(missing(&created["linkedResources"][0], &made["linkedResources"][0]), Vec::<String>::new());

    let path = format!("{}/tasks/{}", default_list(world, &graph), id(&made));
    let updated = patch(world, &graph, &path, update);
    assert_eq!(updated["dueDateTime"], utc("2020-07-25T04:00:00.0000000"), "midnight in New York, as in the example");
    assert_eq!(missing(&read, &graph.get(world, &path)), Vec::<String>::new());

    let plain = graph.create(world, TASKS, json!({ "title": "T" }));
    let path = format!("{}/tasks/{}", default_list(world, &graph), id(&plain));
    let made = graph.create(world, &format!("{path}/linkedResources"), link);
    assert_eq!(missing(&linked, &made), Vec::<String>::new());
    let made = graph.create(world, &format!("{path}/checklistItems"), step);
    assert_eq!(missing(&stepped, &made), Vec::<String>::new());
}

#[test]
fn lists_and_rounds_have_the_documented_shape() {
    let world = &mut world();
    let graph = ada(world);
    graph.create(world, TASKS, json!({ "title": "T", "linkedResources": [{ "externalId": "7" }] }));
    let list = default_list(world, &graph);
    let task = column(&graph.get(world, TASKS), "id").remove(0);
    graph.create(world, &format!("{list}/tasks/{task}/checklistItems"), json!({ "displayName": "S" }));
    let cases = [
        ("todotask-delta-response-1", format!("{TASKS}/delta")),
        ("todotasklist-delta-response-1", "/me/todo/lists/delta".to_owned()),
        ("todotask-list-checklistitems-response-1", format!("{list}/tasks/{task}/checklistItems")),
    ];
    for (name, path) in cases {
        let Some(documented) = example(name) else { return };
        let page = graph.get(world, &path);
        assert_eq!(missing(&documented["value"][0], &page["value"][0]), Vec::<String>::new(), "{name}");
    }
}
