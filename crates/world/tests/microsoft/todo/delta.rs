//! Following lists, and the tasks of a list.

use super::*;
use mxs_world::microsoft::TokenDeath;

fn start(world: &mut World, count: usize) -> (Graph, Vec<String>) {
    let graph = ada(world);
    let ids = (0..count).map(|number| {
        let made = graph.create(world, TASKS, json!({ "title": format!("T{number}") }));
        id(&made).to_owned()
    });
    let ids = ids.collect();
    (graph, ids)
}

/// Follows the links to the end; answers with all items and the delta link.
fn walk(world: &mut World, graph: &Graph, start: &str) -> (Vec<Value>, String) {
    let (mut url, mut items) = (start.to_owned(), Vec::new());
    for _ in 0..1000 {
        let page = graph.get(world, &url);
        items.extend(page["value"].as_array().expect("items").iter().cloned());
        match (page["@odata.nextLink"].as_str(), page["@odata.deltaLink"].as_str()) {
            (Some(next), None) => url = next.to_owned(),
            (None, Some(delta)) => return (items, delta.to_owned()),
            other => panic!("one link is needed: {other:?}"),
        }
    }
    panic!("no end");
}

fn delta() -> String {
    format!("{TASKS}/delta")
}

#[test]
fn the_first_round_lists_and_the_next_one_tells_changes() {
    let world = &mut world();
    let (graph, ids) = start(world, 25);
    let list = default_list(world, &graph);
    let (items, link) = walk(world, &graph, &delta());
    assert_eq!(items.iter().map(id).collect::<Vec<_>>(), ids);
    let (nothing, link) = walk(world, &graph, &link);
    assert!(nothing.is_empty());

    patch(world, &graph, &format!("{list}/tasks/{}", ids[3]), json!({ "status": "inProgress" }));
    graph.send(world, Method::Delete, &format!("{list}/tasks/{}", ids[4]), None);
    let made = graph.create(world, TASKS, json!({ "title": "New" }));
    let (changes, link) = walk(world, &graph, &link);
    assert_eq!(changes[0]["status"], "inProgress");
    assert_eq!(changes[1], json!({ "id": ids[4], "@removed": { "reason": "deleted" } }));
    assert_eq!((id(&changes[2]), changes.len()), (id(&made), 3));
    assert!(walk(world, &graph, &link).0.is_empty());
}

#[test]
fn a_first_round_takes_nothing_back() {
    let world = &mut world();
    let (graph, ids) = start(world, 3);
    let list = default_list(world, &graph);
    graph.send(world, Method::Delete, &format!("{list}/tasks/{}", ids[1]), None);
    assert_eq!(walk(world, &graph, &delta()).0.iter().map(id).collect::<Vec<_>>(), [&ids[0], &ids[2]]);
}

#[test]
fn what_was_asked_for_first_is_remembered() {
    let world = &mut world();
    let (graph, ids) = start(world, 7);
    let list = default_list(world, &graph);
    let first = graph.get(world, &format!("{}?$expand=linkedResources&$top=5", delta()));
    assert_eq!((column(&first, "id").len(), &first["value"][0]["linkedResources"]), (5, &json!([])));
    let (rest, link) = walk(world, &graph, first["@odata.nextLink"].as_str().expect("a link"));
    assert!(rest.len() == 2 && rest.iter().all(|task| task["linkedResources"] == json!([])));
    graph.create(world, &format!("{list}/tasks/{}/linkedResources", ids[0]), json!({ "externalId": "7" }));
    let (told, _) = walk(world, &graph, &link);
    assert_eq!((told.len(), &told[0]["linkedResources"][0]["externalId"]), (1, &json!("7")));
    assert!(walk(world, &graph, &delta()).0.iter().all(|task| task["linkedResources"].is_null()));
}

#[test]
fn other_options_are_refused() {
    let world = &mut world();
    let (graph, _) = start(world, 1);
    let cases = [
        (delta(), "$filter=status eq 'x'", "ErrorInvalidUrlQuery"),
        (delta(), "$orderby=title", "ErrorInvalidUrlQuery"),
        (delta(), "$search=x", "ErrorInvalidUrlQuery"),
        (delta(), "$skip=1", "ErrorInvalidUrlQuery"),
        (delta(), "$top=0", "ErrorInvalidUrlQuery"),
        (delta(), "$expand=nothing", "RequestBroker--ParseUri"),
        (delta(), "$select=title", "RequestBroker--ParseUri"),
        ("/me/todo/lists/delta".into(), "$top=5", "ErrorInvalidUrlQuery"),
        ("/me/todo/lists/delta".into(), "$expand=tasks", "ErrorInvalidUrlQuery"),
    ];
    for (path, option, wanted) in cases {
        let found = refusal(world, &graph, Method::Get, &format!("{path}?{option}"), None);
        assert_eq!((found.0, found.1.as_str()), (400, wanted), "{path} {option}");
    }
}

#[test]
fn lists_are_followed_too() {
    let world = &mut world();
    let graph = ada(world);
    let (items, link) = walk(world, &graph, "/me/todo/lists/delta?$select=displayName");
    assert_eq!(items.iter().map(|list| list["displayName"].clone()).collect::<Vec<_>>(), ["Tasks", "Flagged Emails"]);
    assert_eq!(items[0]["isOwner"], Value::Null);
    let one = graph.create(world, "/me/todo/lists", json!({ "displayName": "One" }));
    let two = graph.create(world, "/me/todo/lists", json!({ "displayName": "Two" }));
    patch(world, &graph, &format!("/me/todo/lists/{}", id(&one)), json!({ "displayName": "Uno" }));
    graph.send(world, Method::Delete, &format!("/me/todo/lists/{}", id(&two)), None);
    let (changes, _) = walk(world, &graph, &link);
    assert_eq!((changes.len(), &changes[0]["displayName"]), (2, &json!("Uno")));
    assert_eq!(changes[1], json!({ "id": two["id"], "@removed": { "reason": "deleted" } }));
}

#[test]
fn a_move_is_a_removal_here_and_an_arrival_there() {
    for immutable in [false, true] {
        let world = &mut world();
        rules(world, |rules| rules.immutable_ids = immutable);
        let graph = ada(world).with("Prefer", "IdType=\"ImmutableId\"");
        let task = graph.create(world, TASKS, json!({ "title": "T" }));
        let other = graph.create(world, "/me/todo/lists", json!({ "displayName": "Other" }));
        let (_, here) = walk(world, &graph, &delta());
        let (_, there) = walk(world, &graph, &format!("/me/todo/lists/{}/tasks/delta", id(&other)));
        world
            .with_microsoft(|microsoft, context| microsoft.move_task(ADA, id(&task), id(&other), context))
            .expect("a move");
        let (left, _) = walk(world, &graph, &here);
        assert_eq!(left, [json!({ "id": task["id"], "@removed": { "reason": "deleted" } })]);
        let (came, _) = walk(world, &graph, &there);
        assert_eq!((came.len(), came[0]["id"] == task["id"]), (1, immutable));
    }
}

#[test]
fn tokens_are_bound_to_their_collection_and_die() {
    let world = &mut world();
    let (graph, _) = start(world, 15);
    let bob = Graph::delegated(world, BOB, "Tasks.ReadWrite");
    let (_, link) = walk(world, &graph, &delta());
    let token = link.split_once('=').expect("a token").1.to_owned();
    let other = graph.create(world, "/me/todo/lists", json!({ "displayName": "Other" }));
    let cases = [
        (&bob, format!("{}?$deltatoken={token}", delta())),
        (&graph, format!("/me/todo/lists/{}/tasks/delta?$deltatoken={token}", id(&other))),
        (&graph, format!("/me/todo/lists/delta?$deltatoken={token}")),
        (&graph, format!("{}?$skiptoken={token}", delta())),
        (&graph, format!("{}?$deltatoken=garbage", delta())),
    ];
    for (graph, path) in cases {
        assert_eq!(graph.refused(world, Method::Get, &path, None), (400, "BadRequest".into()), "{path}");
    }
    for (death, status, wanted) in [
        (TokenDeath::GoneWithLocation, 410, "resyncRequired"),
        (TokenDeath::GoneWithoutLocation, 410, "syncStateNotFound"),
        (TokenDeath::BadRequest, 400, "SyncStateNotFound"),
    ] {
        let next = graph.get(world, &delta())["@odata.nextLink"].as_str().expect("a link").to_owned();
        let (_, link) = walk(world, &graph, &delta());
        world.microsoft.expire_delta_tokens(ADA, death);
        for link in [next, link] {
            let response = graph.send(world, Method::Get, &link, None);
            assert_eq!((response.status, code(&response).as_str()), (status, wanted), "{death:?}");
            if let Some(location) = response.headers.get("Location").map(str::to_owned) {
                assert_eq!(walk(world, &graph, &location).0.len(), 15);
            }
        }
    }
}

#[test]
fn every_spelling_follows_the_same_list() {
    let world = &mut world();
    let (graph, _) = start(world, 1);
    let list = default_list(world, &graph);
    let list_id = list.rsplit('/').next().expect("an id").to_owned();
    for path in [
        format!("{list}/tasks/delta()"),
        format!("/me/todo/lists('{list_id}')/tasks/microsoft.graph.delta()"),
        format!("/users/ada%40corp.example/todo/lists/{list_id}/tasks/delta"),
    ] {
        let (items, link) = walk(world, &graph, &path);
        assert_eq!(items.len(), 1, "{path}");
        assert!(walk(world, &graph, &link).0.is_empty(), "{path}");
    }
}
