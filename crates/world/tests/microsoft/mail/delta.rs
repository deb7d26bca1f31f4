//! What delta queries over mail tell.

use super::*;
use mxs_world::microsoft::{MovesTold, TokenDeath};

const INBOX: &str = "/me/mailFolders/inbox/messages/delta";

/// Follows links to the end of a round; answers with what was told and the link for the next one.
fn round(world: &mut World, graph: &Graph, start: &str) -> (Vec<Value>, String) {
    let (mut told, mut link) = (Vec::new(), start.to_owned());
    for _ in 0..100 {
        let page = graph.get(world, &link);
        told.extend(page["value"].as_array().expect("a page").clone());
        if let Some(next) = page["@odata.nextLink"].as_str() {
            link = next.to_owned();
        } else {
            return (told, page["@odata.deltaLink"].as_str().expect("a delta link").to_owned());
        }
    }
    panic!("a round without end")
}

fn subjects(told: &[Value]) -> Vec<&str> {
    told.iter()
        .map(|one| if one.get("@removed").is_some() { "-" } else { one["subject"].as_str().unwrap_or("?") })
        .collect()
}

#[test]
fn what_comes_changes_and_goes_is_told() {
    let world = &mut world();
    let graph = ada(world).with("Prefer", "odata.maxpagesize=2");
    let keys: Vec<String> =
        ["a", "b", "c"].iter().map(|subject| arrive(world, "inbox", &letter(subject, BOB))).collect();
    let (told, link) = round(world, &graph, &format!("{INBOX}?$select=subject"));
    assert_eq!(subjects(&told), ["a", "b", "c"]);
    assert!(told[0].get("from").is_none());
    assert_eq!(round(world, &graph, &link).0, Vec::<Value>::new());
    with(world, |microsoft, context| microsoft.edit_mail(ADA, &keys[0], &json!({ "isRead": true }), context))
        .expect("a change");
    with(world, |microsoft, context| microsoft.delete_mail(ADA, &keys[1], context)).expect("a delete");
    arrive(world, "inbox", &letter("d", BOB));
    let (told, link) = round(world, &graph, &link);
    assert_eq!(subjects(&told), ["a", "-", "d"]);
    with(world, |microsoft, context| microsoft.move_mail(ADA, &keys[1], "inbox", context)).expect("a restore");
    assert_eq!(subjects(&round(world, &graph, &link).0), ["b"], "under ids of the default form every move is told");
}

#[test]
fn under_immutable_ids_one_that_returns_isnt_told() {
    let world = &mut world();
    let key = arrive(world, "inbox", &letter("a", BOB));
    let graph = ada(world).with("Prefer", "IdType=\"ImmutableId\"");
    for (rule, wanted) in [(MovesTold::FirstOnes, vec!["-"]), (MovesTold::All, vec!["-", "a"])] {
        world.microsoft.rules.mail.moves_told = rule;
        let (_, link) = round(world, &graph, INBOX);
        for folder in ["archive", "inbox"] {
            with(world, |microsoft, context| microsoft.move_mail(ADA, &key, folder, context)).expect("a move");
        }
        assert_eq!(subjects(&round(world, &graph, &link).0), wanted, "{rule:?}");
    }
}

#[test]
fn a_filter_cuts_old_messages_off_and_tells_only_so_many() {
    let world = &mut world();
    let graph = ada(world);
    for day in 1..=5 {
        let mut message = letter(&format!("m{day}"), BOB);
        message["receivedDateTime"] = json!(format!("2026-11-0{day}T00:00:00Z"));
        arrive(world, "inbox", &message);
    }
    let start = format!("{INBOX}?$filter=receivedDateTime ge 2026-11-02T00:00:00Z&$orderby=receivedDateTime desc");
    assert_eq!(subjects(&round(world, &graph, &start).0), ["m2", "m3", "m4", "m5"]);
    world.microsoft.rules.mail.filtered_max = 3;
    assert_eq!(round(world, &graph, &start).0.len(), 3);
    assert_eq!(round(world, &graph, INBOX).0.len(), 5, "without a filter all are told");
}

#[test]
fn what_cant_be_asked_is_refused() {
    let world = &mut world();
    let graph = ada(world);
    let cases = [
        ("/me/messages/delta", "ErrorInvalidRequest"),
        ("/me/mailFolders/inbox/messages/delta?$filter=isRead eq true", "ErrorInvalidUrlQueryFilter"),
        ("/me/mailFolders/inbox/messages/delta?$orderby=subject", "ErrorInvalidUrlQuery"),
        ("/me/mailFolders/inbox/messages/delta?$search=x", "ErrorInvalidUrlQuery"),
        ("/me/mailFolders/inbox/messages/delta?changeType=moved", "ErrorInvalidUrlQuery"),
        ("/me/mailFolders/inbox/messages/delta?$deltatoken=nonsense", "BadRequest"),
    ];
    for (path, wanted) in cases {
        assert_eq!(graph.refused(world, Method::Get, path, None), (400, wanted.into()), "{path}");
    }
}

#[test]
fn only_the_changes_asked_for_are_told() {
    let world = &mut world();
    let graph = ada(world);
    let key = arrive(world, "inbox", &letter("a", BOB));
    for (kind, wanted) in [("created", vec!["b"]), ("updated", vec!["a"]), ("deleted", vec!["-"])] {
        let (_, link) = round(world, &graph, &format!("{INBOX}?changeType={kind}"));
        world.advance(60_000);
        let gone = arrive(world, "inbox", &letter("b", BOB));
        with(world, |microsoft, context| microsoft.edit_mail(ADA, &key, &json!({ "isRead": true }), context))
            .expect("a change");
        if kind == "deleted" {
            with(world, |microsoft, context| microsoft.delete_mail(ADA, &gone, context)).expect("a delete");
        }
        assert_eq!(subjects(&round(world, &graph, &link).0), wanted, "{kind}");
    }
}

#[test]
fn folders_are_followed_and_tokens_die() {
    let world = &mut world();
    let graph = ada(world);
    let (told, link) = round(world, &graph, "/me/mailFolders/delta");
    assert_eq!(told.len(), 7);
    graph.create(world, "/me/mailFolders", json!({ "displayName": "New" }));
    assert_eq!(round(world, &graph, &link).0.len(), 1);
    let (_, inbox) = round(world, &graph, INBOX);
    world.microsoft.expire_delta_tokens(ADA, TokenDeath::GoneWithLocation);
    assert_eq!(graph.refused(world, Method::Get, &inbox, None), (410, "resyncRequired".into()));
}
