//! Who may see which tasks, how often, and in one request with others.

use super::*;
use mxs_world::Service;
use mxs_world::microsoft::App;

#[test]
fn permissions_are_those_of_tasks() {
    let world = &mut world();
    let writer = Graph::delegated(world, ADA, "Tasks.ReadWrite");
    let reader = Graph::delegated(world, ADA, "Tasks.Read");
    let other = Graph::delegated(world, ADA, "Contacts.ReadWrite");
    let app = Graph::application(world);
    let of = |user: &str| format!("/users/{user}/todo/lists");
    let denied = || (403, "ErrorAccessDenied".to_owned(), String::new());
    let allowed = || (200, String::new(), String::new());
    let me = || "/me/todo/lists".to_owned();
    let cases = [
        (&writer, Method::Get, me(), allowed()),
        (&writer, Method::Get, of(ADA), allowed()),
        (&writer, Method::Get, "/me/contacts".into(), denied()),
        (&reader, Method::Get, me(), allowed()),
        (&reader, Method::Get, format!("{TASKS}/delta"), allowed()),
        (&reader, Method::Get, "/me/todo/lists/delta".into(), denied()),
        (&reader, Method::Post, me(), denied()),
        (&writer, Method::Get, of(BOB), invalid(400, "ErrorIncorrectRoutingHint")),
        (&other, Method::Get, me(), denied()),
        (&app, Method::Get, of(BOB), allowed()),
        (&app, Method::Get, me(), (400, "BadRequest".into(), String::new())),
        (&app, Method::Get, of(NOBOX), (404, "MailboxNotEnabledForRESTAPI".into(), String::new())),
    ];
    for (graph, method, path, wanted) in cases {
        let body = json!({ "displayName": "X" });
        let found = refusal(world, graph, method, &path, (method == Method::Post).then_some(&body));
        assert_eq!(found, wanted, "{method} {path}");
    }
    rules(world, |rules| rules.application_refused = true);
    assert_eq!(refusal(world, &app, Method::Get, &of(BOB), None), (401, "UnknownError".into(), String::new()));
    assert_eq!(refusal(world, &writer, Method::Get, &me(), None), allowed());
}

#[test]
fn an_application_without_the_permission_is_not_authorised() {
    let world = &mut world();
    let server = world.microsoft.apps().find(|app| app.client_id == SERVER).cloned().expect("the server");
    world.microsoft.add_app(App { application_roles: vec!["Contacts.ReadWrite".into()], ..server });
    let app = Graph::application(world);
    let found = refusal(world, &app, Method::Get, &format!("/users/{ADA}/todo/lists"), None);
    assert_eq!(found, (401, "UnknownError".into(), String::new()));
}

#[test]
fn methods_and_segments_that_dont_exist_are_refused() {
    let world = &mut world();
    let graph = ada(world);
    let cases = [
        (Method::Put, "/me/todo/lists", 405),
        (Method::Post, "/me/todo/lists/delta", 405),
        (Method::Get, "/me/todo", 400),
        (Method::Get, "/me/todo/tasks", 400),
        (Method::Get, "/me/todo/lists/tasks/items", 400),
    ];
    for (method, path, status) in cases {
        assert_eq!(graph.refused(world, method, path, None), (status, "BadRequest".into()), "{method} {path}");
    }
}

#[test]
fn tasks_and_contacts_share_the_mailboxs_limits() {
    let world = &mut world();
    let graph = Graph::delegated(world, ADA, "Tasks.ReadWrite Contacts.ReadWrite");
    let lists = graph.request(Method::Get, "/me/todo/lists", None);
    for (in_flight, status) in [(4, 200), (5, 429)] {
        let response = world.handle(Service::Microsoft, &lists, in_flight).response.expect("an answer");
        assert_eq!(response.status, status, "{in_flight}");
    }
    world.microsoft.throttle_next(ADA, 2, Some("3"));
    assert_eq!(graph.send(world, Method::Get, "/me/todo/lists", None).headers.get("Retry-After"), Some("3"));
    assert_eq!(graph.send(world, Method::Get, "/me/contacts", None).status, 429);
    assert_eq!(graph.send(world, Method::Get, "/me/contacts", None).status, 200);
}

#[test]
fn a_batch_holds_tasks_too() {
    let world = &mut world();
    let graph = ada(world);
    let made = graph.create(world, TASKS, json!({ "title": "T" }));
    let task = format!("{TASKS}/{}", id(&made));
    let typed = json!({ "Content-Type": "application/json" });
    let parts = json!({ "requests": [
        { "id": "1", "method": "POST", "url": TASKS, "headers": typed, "body": { "title": "New" } },
        { "id": "2", "method": "PATCH", "url": task, "headers": typed, "body": { "status": "completed" } },
        { "id": "3", "method": "POST", "url": format!("{task}/linkedResources"), "headers": typed, "dependsOn": ["2"],
          "body": { "externalId": "7" } },
        { "id": "4", "method": "DELETE", "url": format!("{TASKS}/none") },
    ] });
    let body = json(&graph.send(world, Method::Post, "/$batch", Some(&parts)));
    let mut statuses: Vec<(&str, u64)> = body["responses"]
        .as_array()
        .expect("responses")
        .iter()
        .map(|part| (part["id"].as_str().expect("an id"), part["status"].as_u64().expect("a status")))
        .collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [("1", 201), ("2", 200), ("3", 201), ("4", 400)]);
}

#[test]
fn a_licence_comes_and_goes() {
    let world = &mut world();
    let graph = ada(world);
    graph.create(world, TASKS, json!({ "title": "Kept" }));
    world.with_microsoft(|microsoft, context| microsoft.set_licensed(ADA, false, context));
    assert_eq!(refusal(world, &graph, Method::Get, TASKS, None).1, "MailboxNotEnabledForRESTAPI");
    world.with_microsoft(|microsoft, context| microsoft.set_licensed(ADA, true, context));
    assert_eq!(column(&graph.get(world, TASKS), "title"), ["Kept"]);
}
