//! Following the contacts of a folder.

use crate::support::*;
use mxs_http::Method;
use mxs_world::World;
use mxs_world::microsoft::{MovesTold, TokenDeath};
use serde_json::{Value, json};

fn start(world: &mut World, count: usize) -> (Graph, Vec<String>) {
    let graph = Graph::delegated(world, ADA, "Contacts.ReadWrite");
    let ids = (0..count)
        .map(|number| {
            let contact = json!({ "givenName": format!("N{number}"), "jobTitle": "Clerk" });
            world.with_microsoft(|microsoft, context| microsoft.add_contact(ADA, &contact, context)).expect("a contact")
        })
        .collect();
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

#[test]
fn the_first_round_lists_and_the_next_one_tells_changes() {
    let world = &mut world();
    let (graph, ids) = start(world, 25);
    let graph = graph.with("Prefer", "IdType=\"ImmutableId\"");
    let (items, link) = walk(world, &graph, "/me/contacts/delta");
    assert_eq!(items.iter().map(id).collect::<Vec<_>>(), ids);
    assert_eq!(items[0]["@odata.type"], "#microsoft.graph.contact");
    let (nothing, link) = walk(world, &graph, &link);
    assert!(nothing.is_empty());

    graph.send(world, Method::Patch, &format!("/me/contacts/{}", ids[3]), Some(&json!({ "jobTitle": "Chief" })));
    graph.send(world, Method::Delete, &format!("/me/contacts/{}", ids[4]), None);
    let made = graph.create(world, "/me/contacts", json!({ "givenName": "New" }));
    let (changes, link) = walk(world, &graph, &link);
    assert_eq!(changes[0]["jobTitle"], "Chief");
    assert_eq!(
        changes[1],
        json!({ "@odata.type": "#microsoft.graph.contact", "id": ids[4], "@removed": { "reason": "deleted" } })
    );
    assert_eq!(id(&changes[2]), id(&made));
    assert_eq!(changes.len(), 3);
    assert!(walk(world, &graph, &link).0.is_empty());
}

#[test]
fn every_spelling_follows_the_same_folder() {
    let world = &mut world();
    let (graph, _) = start(world, 1);
    let folder = world.microsoft.mailbox(ADA).expect("a mailbox").default_folder_id().to_owned();
    for path in [
        "/me/contacts/delta".to_owned(),
        "/me/contacts/delta()".to_owned(),
        "/me/contacts/microsoft.graph.delta()".to_owned(),
        "/me/contactFolders/contacts/contacts/delta".to_owned(),
        format!("/users/ada%40corp.example/contactFolders('{folder}')/contacts/delta()"),
    ] {
        let (items, link) = walk(world, &graph, &path);
        assert_eq!(items.len(), 1, "{path}");
        assert!(link.starts_with(&format!("http://localhost:7702/v1.0{path}?$deltatoken=")), "{link}");
        assert!(walk(world, &graph, &link).0.is_empty(), "{path}");
    }
}

#[test]
fn the_page_size_is_asked_for_on_every_page() {
    let world = &mut world();
    let (graph, _) = start(world, 40);
    let wide = Graph { token: graph.token.clone(), headers: Vec::new() }.with("Prefer", "odata.maxpagesize=20");
    let first = wide.get(world, "/me/contacts/delta");
    assert_eq!(column(&first, "id").len(), 20);
    let forgotten = graph.get(world, first["@odata.nextLink"].as_str().expect("a link"));
    assert_eq!(column(&forgotten, "id").len(), 10);
    let last = wide.get(world, forgotten["@odata.nextLink"].as_str().expect("a link"));
    assert_eq!(column(&last, "id").len(), 10);
    assert!(last["@odata.deltaLink"].is_string());
    let full = graph.with("Prefer", "odata.maxpagesize=40").get(world, "/me/contacts/delta");
    assert!(full["@odata.nextLink"].is_string(), "a full page is never the last");
}

#[test]
fn a_selection_is_remembered() {
    let world = &mut world();
    let (graph, ids) = start(world, 12);
    let (items, link) = walk(world, &graph, "/me/contacts/delta?$select=jobTitle");
    assert!(items.iter().all(|item| item["givenName"].is_null() && item["jobTitle"] == "Clerk"));
    graph.send(world, Method::Patch, &format!("/me/contacts/{}", ids[0]), Some(&json!({ "surname": "New" })));
    let (changed, _) = walk(world, &graph, &link);
    assert_eq!((changed.len(), &changed[0]["surname"], &changed[0]["jobTitle"]), (1, &Value::Null, &json!("Clerk")));
}

#[test]
fn other_options_are_refused() {
    let world = &mut world();
    let (graph, _) = start(world, 1);
    for option in
        ["$filter=givenName eq 'x'", "$orderby=givenName", "$search=x", "$top=5", "$expand=extensions", "$skip=1"]
    {
        let refused = graph.refused(world, Method::Get, &format!("/me/contacts/delta?{option}"), None);
        assert_eq!(refused, (400, "ErrorInvalidUrlQuery".into()), "{option}");
    }
    assert_eq!(graph.refused(world, Method::Get, "/me/contacts/delta?$select=gender", None).0, 400);
}

#[test]
fn what_happens_while_paging_is_not_lost() {
    let world = &mut world();
    let (graph, ids) = start(world, 25);
    let graph = graph.with("Prefer", "IdType=\"ImmutableId\"");
    let first = graph.get(world, "/me/contacts/delta");
    // One told already, one not told yet, one told that goes away, and one that is new.
    graph.send(world, Method::Patch, &format!("/me/contacts/{}", ids[0]), Some(&json!({ "jobTitle": "told twice" })));
    graph.send(world, Method::Patch, &format!("/me/contacts/{}", ids[24]), Some(&json!({ "jobTitle": "told once" })));
    graph.send(world, Method::Delete, &format!("/me/contacts/{}", ids[1]), None);
    graph.send(world, Method::Delete, &format!("/me/contacts/{}", ids[20]), None);
    let made = graph.create(world, "/me/contacts", json!({ "givenName": "New" }));
    let (rest, link) = walk(world, &graph, first["@odata.nextLink"].as_str().expect("a link"));
    let times = |wanted: &str| rest.iter().filter(|item| id(item) == wanted && item["@removed"].is_null()).count();
    let removed = |wanted: &str| rest.iter().filter(|item| id(item) == wanted && !item["@removed"].is_null()).count();
    assert_eq!((times(&ids[0]), times(&ids[24]), times(id(&made))), (1, 1, 1));
    assert_eq!((times(&ids[1]), removed(&ids[1]), times(&ids[20]), removed(&ids[20])), (0, 1, 0, 1));
    assert!(walk(world, &graph, &link).0.is_empty());
}

#[test]
fn a_first_round_takes_nothing_back() {
    let world = &mut world();
    let (graph, ids) = start(world, 3);
    graph.send(world, Method::Delete, &format!("/me/contacts/{}", ids[1]), None);
    assert_eq!(walk(world, &graph, "/me/contacts/delta").0.len(), 2);
}

#[test]
fn a_move_is_a_removal_here_and_an_arrival_there() {
    let world = &mut world();
    let (graph, ids) = start(world, 1);
    let friends = world
        .with_microsoft(|microsoft, context| microsoft.add_contact_folder(ADA, None, "Friends", context))
        .expect("a folder");
    let there_path = format!("/me/contactFolders/{friends}/contacts/delta");
    for prefer in ["IdType=\"ImmutableId\"", "odata.maxpagesize=10"] {
        let graph = Graph { token: graph.token.clone(), headers: Vec::new() }.with("Prefer", prefer);
        let (before, here) = walk(world, &graph, "/me/contacts/delta");
        let there = walk(world, &graph, &there_path).1;
        world
            .with_microsoft(|microsoft, context| microsoft.move_contact(ADA, &ids[0], &friends, context))
            .expect("a move");
        let left = walk(world, &graph, &here).0;
        let arrived = walk(world, &graph, &there).0;
        assert_eq!(left[0]["@removed"]["reason"], "deleted");
        assert_eq!(id(&left[0]), id(&before[0]));
        // With the first preference it is there for the first time, with the second it returns as another item.
        assert_eq!(arrived[0]["givenName"], "N0");
        assert_eq!(id(&arrived[0]) == id(&before[0]), prefer.starts_with("IdType"), "{prefer}");
        world
            .with_microsoft(|microsoft, context| microsoft.move_contact(ADA, &ids[0], "contacts", context))
            .expect("a move");
    }
}

#[test]
fn who_returns_under_an_immutable_id_is_not_told_until_somebody_writes() {
    // Reported as microsoft-graph-docs-contrib#72: told as deleted, and then not again.
    let cases =
        [(MovesTold::FirstOnes, (true, false)), (MovesTold::None, (false, false)), (MovesTold::All, (true, true))];
    for (moves_told, (comes, returns)) in cases {
        let world = &mut world();
        let (graph, ids) = start(world, 2);
        world.microsoft.rules.moves_told = moves_told;
        let graph = graph.with("Prefer", "IdType=\"ImmutableId\"");
        let friends = graph.create(world, "/me/contactFolders", json!({ "displayName": "Friends" }));
        let shift = |world: &mut World, to: &str| {
            world
                .with_microsoft(|microsoft, context| microsoft.move_contact(ADA, &ids[0], to, context))
                .expect("a move")
        };
        let there_path = format!("/me/contactFolders/{}/contacts/delta", id(&friends));
        let here = walk(world, &graph, "/me/contacts/delta").1;
        let there = walk(world, &graph, &there_path).1;
        shift(world, id(&friends));
        assert_eq!(walk(world, &graph, &there).0.len(), usize::from(comes), "{moves_told:?}");
        shift(world, "contacts");
        let present = |items: &[Value]| items.iter().filter(|item| item["@removed"].is_null()).count();
        let (told, next) = walk(world, &graph, &here);
        assert_eq!((told.len() - present(&told), present(&told)), (1, usize::from(returns)), "{moves_told:?}");
        assert!(walk(world, &graph, &next).0.is_empty());
        assert_eq!(present(&walk(world, &graph, "/me/contacts/delta").0), 2, "a first round lists it");
        graph.send(world, Method::Patch, &format!("/me/contacts/{}", ids[0]), Some(&json!({ "jobTitle": "Chief" })));
        assert_eq!(walk(world, &graph, &next).0[0]["jobTitle"], "Chief", "{moves_told:?}");
    }
}

#[test]
fn tokens_are_bound_to_mailbox_and_folder() {
    let world = &mut world();
    let (graph, _) = start(world, 1);
    let bob = Graph::delegated(world, BOB, "Contacts.ReadWrite");
    let (_, link) = walk(world, &graph, "/me/contacts/delta");
    let token = link.split_once('=').expect("a token").1.to_owned();
    let folder = graph.create(world, "/me/contactFolders", json!({ "displayName": "Friends" }));
    let at = |path: &str, name: &str| format!("{path}?${name}={token}");
    let elsewhere = format!("/me/contactFolders/{}/contacts/delta", id(&folder));
    let cases = [
        (&bob, at("/me/contacts/delta", "deltatoken")),
        (&graph, at(&elsewhere, "deltatoken")),
        (&graph, at("/me/contacts/delta", "skiptoken")),
        (&graph, "/me/contacts/delta?$deltatoken=garbage".to_owned()),
    ];
    for (graph, path) in cases {
        assert_eq!(graph.refused(world, Method::Get, &path, None), (400, "BadRequest".into()), "{path}");
    }
    assert_eq!(walk(world, &graph, "/me/contacts/delta?$deltatoken=").0.len(), 1, "an empty token begins anew");
}

#[test]
fn tokens_die_in_three_ways() {
    let world = &mut world();
    let (graph, _) = start(world, 15);
    let cases = [
        (TokenDeath::GoneWithLocation, 410, "resyncRequired", true),
        (TokenDeath::GoneWithoutLocation, 410, "syncStateNotFound", false),
        (TokenDeath::BadRequest, 400, "SyncStateNotFound", false),
    ];
    for (death, status, wanted, located) in cases {
        let next = graph.get(world, "/me/contacts/delta")["@odata.nextLink"].as_str().expect("a link").to_owned();
        let (_, delta) = walk(world, &graph, "/me/contacts/delta");
        world.microsoft.expire_delta_tokens(ADA, death);
        for link in [next, delta] {
            let response = graph.send(world, Method::Get, &link, None);
            assert_eq!((response.status, code(&response).as_str()), (status, wanted), "{death:?}");
            let location = response.headers.get("Location").map(str::to_owned);
            assert_eq!(location.is_some(), located, "{death:?}");
            if let Some(location) = location {
                assert!(location.ends_with("$deltatoken="));
                assert_eq!(walk(world, &graph, &location).0.len(), 15);
            }
        }
        assert_eq!(walk(world, &graph, "/me/contacts/delta").0.len(), 15);
    }
}
