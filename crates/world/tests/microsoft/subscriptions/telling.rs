//! What is told of which change.

use super::*;
use mxs_world::microsoft::User;

#[test]
fn every_change_is_told_once() {
    let (mut world, graph, subscription) = subscribed();
    let world = &mut world;
    let contact = add(world, "Bob");
    let created = told(world);
    let [(address, notices)] = &created[..] else { panic!("{created:?}") };
    assert_eq!(address, TOLD);
    let [notice] = &notices[..] else { panic!("{notices:?}") };
    let resource = format!("Users/33333333-0000-4000-8000-000000000001/Contacts/{contact}");
    let etag = graph.get(world, &format!("/users/{ADA}/contacts/{contact}"))["@odata.etag"].clone();
    assert_eq!(
        *notice,
        json!({
            "id": notice["id"], "subscriptionId": subscription["id"], "clientState": "s-1", "changeType": "created",
            "subscriptionExpirationDateTime": subscription["expirationDateTime"], "tenantId": TENANT, "resource": resource,
            "resourceData": { "@odata.type": "#Microsoft.Graph.Contact", "@odata.id": resource, "@odata.etag": etag, "id": contact },
        })
    );
    assert!(told(world).is_empty());

    let path = format!("/users/{ADA}/contacts/{contact}");
    graph.send(world, Method::Patch, &path, Some(&json!({ "surname": "Ray" })));
    assert_eq!(changes(world), ["updated"]);
    graph.send(world, Method::Delete, &path, None);
    assert_eq!(changes(world), ["deleted"]);
    // Out of reach there are no changes.
    world.with_microsoft(|microsoft, context| microsoft.purge_contact(ADA, &contact, context)).expect("it is there");
    add_to_bob(world);
    assert!(told(world).is_empty());
    // A batch is told together.
    let parts: Vec<Value> = (0..3)
        .map(|number| {
            json!({ "id": number.to_string(), "method": "POST", "url": format!("/users/{ADA}/contacts"),
                "headers": { "Content-Type": "application/json" }, "body": { "givenName": "B" } })
        })
        .collect();
    graph.send(world, Method::Post, "/$batch", Some(&json!({ "requests": parts })));
    let together = told(world);
    assert_eq!(together.iter().map(|(_, notices)| notices.len()).collect::<Vec<_>>(), [3]);
}

fn add_to_bob(world: &mut World) {
    let contact = json!({ "givenName": "X" });
    world.with_microsoft(|microsoft, context| microsoft.add_contact(BOB, &contact, context)).expect("a contact");
}

#[test]
fn what_was_not_asked_for_is_not_told() {
    let world = &mut world();
    let graph = Graph::application(world);
    let folder = world
        .with_microsoft(|microsoft, context| microsoft.add_contact_folder(ADA, None, "F", context))
        .expect("a folder");
    let mut of_folder = body(world, &format!("/users/{ADA}/contactFolders/{folder}/contacts"), LONGEST);
    of_folder["changeType"] = json!("created,deleted");
    subscribe(world, &graph, &of_folder);
    let contact = add(world, "Bob");
    assert_eq!(changes(world), [""; 0], "it is in another folder");
    let shift = |world: &mut World, to: &str| {
        world
            .with_microsoft(|microsoft, context| microsoft.move_contact(ADA, &contact, to, context))
            .expect("it is there");
        changes(world)
    };
    assert_eq!(shift(world, &folder), ["created"]);
    world
        .with_microsoft(|microsoft, context| microsoft.edit_contact(ADA, &contact, &json!({ "surname": "R" }), context))
        .expect("it is there");
    assert_eq!(changes(world), [""; 0], "updates were not asked for");
    assert_eq!(shift(world, "contacts"), ["deleted"]);
}

#[test]
fn under_default_ids_a_move_makes_another_item() {
    let move_it = |headers: &str| {
        let world = &mut world();
        let graph = Graph::application(world).with("Prefer", headers);
        let (contact, whole) = (add(world, "Bob"), body(world, &format!("/users/{ADA}/contacts"), LONGEST));
        subscribe(world, &graph, &whole);
        let folder = world
            .with_microsoft(|microsoft, context| microsoft.add_contact_folder(ADA, None, "F", context))
            .expect("a folder");
        world
            .with_microsoft(|microsoft, context| microsoft.move_contact(ADA, &contact, &folder, context))
            .expect("it is there");
        changes(world)
    };
    assert_eq!(move_it("IdType=\"ImmutableId\""), ["updated"]);
    assert_eq!(move_it("none"), ["deleted", "created"]);
}

#[test]
fn events_messages_and_tasks_are_told_of_too() {
    let world = &mut world();
    let ada = Graph { token: issue(world, &["Calendars.Read", "Mail.Read", "Tasks.Read"]), headers: Vec::new() };
    let list = world.with_microsoft(|microsoft, context| microsoft.add_task_list(ADA, "L", context)).expect("a list");
    for resource in
        ["/me/events".to_owned(), "/me/mailFolders/inbox/messages".into(), format!("/me/todo/lists/{list}/tasks")]
    {
        let whole = body(world, &resource, LONGEST);
        subscribe(world, &ada, &whole);
    }
    let event = json!({
        "subject": "E", "start": { "dateTime": "2026-12-01T09:00:00", "timeZone": "UTC" },
        "end": { "dateTime": "2026-12-01T10:00:00", "timeZone": "UTC" },
    });
    world.with_microsoft(|microsoft, context| microsoft.add_event(ADA, None, &event, context)).expect("an event");
    let mail = json!({ "subject": "M", "from": { "emailAddress": { "address": "x@x.example" } } });
    for folder in ["inbox", "archive"] {
        world.with_microsoft(|microsoft, context| microsoft.receive_mail(ADA, folder, &mail, context)).expect("a mail");
    }
    world
        .with_microsoft(|microsoft, context| microsoft.add_task(ADA, &list, &json!({ "title": "T" }), context))
        .expect("a task");
    let all: Vec<Value> = told(world).into_iter().flat_map(|(_, notices)| notices).collect();
    let mut types: Vec<&str> =
        all.iter().map(|one| one["resourceData"]["@odata.type"].as_str().expect("a type")).collect();
    types.sort_unstable();
    assert_eq!(types, ["#Microsoft.Graph.Event", "#Microsoft.Graph.Message", "#Microsoft.Graph.TodoTask"]);
}

fn issue(world: &mut World, scopes: &[&str]) -> String {
    world.with_microsoft(|microsoft, context| microsoft.issue_access_token(ADA, TAB, scopes, context)).expect("a token")
}

#[test]
fn a_colleague_who_is_invited_is_told_by_their_own_calendar() {
    let world = &mut world();
    let token = world.with_microsoft(|microsoft, context| {
        let colleague = User::new("33333333-0000-4000-8000-000000000009", TENANT, "Cy", "cy@corp.example", PASSWORD);
        microsoft.add_user(colleague, context);
        microsoft.issue_access_token("cy@corp.example", TAB, &["Calendars.Read"], context).expect("a token")
    });
    let cy = Graph { token, headers: Vec::new() };
    let whole = body(world, "/me/events", LONGEST);
    subscribe(world, &cy, &whole);
    let event = json!({
        "subject": "E", "start": { "dateTime": "2026-12-01T09:00:00", "timeZone": "UTC" },
        "end": { "dateTime": "2026-12-01T10:00:00", "timeZone": "UTC" },
        "attendees": [{ "emailAddress": { "address": "cy@corp.example" }, "type": "required" }],
    });
    world.with_microsoft(|microsoft, context| microsoft.add_event(ADA, None, &event, context)).expect("an event");
    assert_eq!(changes(world), ["created"]);
}
