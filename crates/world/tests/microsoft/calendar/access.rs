//! Who may see which events, how often, and in one request with others.

use super::*;
use mxs_world::Service;
use mxs_world::microsoft::App;

#[test]
fn permissions_are_those_of_calendars() {
    let world = &mut world();
    let server = world.microsoft.apps().find(|app| app.client_id == SERVER).cloned().expect("the server");
    world.microsoft.add_app(App { application_roles: vec!["Calendars.ReadWrite".into()], ..server });
    let writer = ada(world);
    let reader = Graph::delegated(world, ADA, "Calendars.Read");
    let other = Graph::delegated(world, ADA, "Contacts.ReadWrite");
    let app = Graph::application(world);
    let of = |user: &str| format!("/users/{user}/events");
    let denied = || (403, "ErrorAccessDenied".to_owned());
    let allowed = |status| (status, String::new());
    let cases = [
        (&writer, Method::Get, "/me/events".to_owned(), allowed(200)),
        (&writer, Method::Get, of(ADA), allowed(200)),
        (&writer, Method::Get, of(BOB), denied()),
        (&writer, Method::Post, "/me/events".into(), allowed(201)),
        (&writer, Method::Get, "/me/contacts".into(), denied()),
        (&reader, Method::Get, format!("/me/calendarView/delta?{NOVEMBER}"), allowed(200)),
        (&reader, Method::Get, "/me/calendars".into(), allowed(200)),
        (&reader, Method::Post, "/me/events".into(), denied()),
        (&other, Method::Get, "/me/events".into(), denied()),
        (&app, Method::Get, of(BOB), allowed(200)),
        (&app, Method::Post, of(BOB), allowed(201)),
        (&app, Method::Get, "/me/events".into(), bad("BadRequest")),
        (&app, Method::Get, of(NOBOX), (404, "MailboxNotEnabledForRESTAPI".into())),
        (&app, Method::Get, of("nobody@corp.example"), (404, "ErrorInvalidUser".into())),
    ];
    for (graph, method, path, wanted) in cases {
        let body = lunch();
        let found = graph.refused(world, method, &path, (method == Method::Post).then_some(&body));
        assert_eq!(found, wanted, "{method} {path}");
    }
}

#[test]
fn methods_and_segments_that_dont_exist_are_refused() {
    let world = &mut world();
    let graph = ada(world);
    let event = post(world, &graph, lunch());
    let cases = [
        (Method::Put, path(&event), 405),
        (Method::Delete, "/me/calendar".to_owned(), 405),
        (Method::Post, format!("/me/calendarView/delta?{NOVEMBER}"), 405),
        (Method::Get, format!("{}/accept", path(&event)), 405),
        (Method::Get, format!("{}/attachments", path(&event)), 400),
        (Method::Get, "/me/calendarGroups".to_owned(), 400),
        (Method::Get, "/me/calendarView/nonsense".to_owned(), 400),
    ];
    for (method, path, status) in cases {
        assert_eq!(graph.refused(world, method, &path, None), (status, "BadRequest".into()), "{method} {path}");
    }
}

#[test]
fn events_and_contacts_share_the_mailboxs_limits() {
    let world = &mut world();
    let graph = Graph::delegated(world, ADA, "Calendars.ReadWrite Contacts.ReadWrite");
    let events = graph.request(Method::Get, "/me/events", None);
    for (in_flight, status) in [(4, 200), (5, 429)] {
        let response = world.handle(Service::Microsoft, &events, in_flight).response.expect("an answer");
        assert_eq!(response.status, status, "{in_flight}");
    }
    world.microsoft.throttle_next(ADA, 2, Some("3"));
    assert_eq!(graph.send(world, Method::Get, "/me/events", None).headers.get("Retry-After"), Some("3"));
    assert_eq!(graph.send(world, Method::Get, "/me/contacts", None).status, 429);
    assert_eq!(graph.send(world, Method::Get, "/me/events", None).status, 200);
}

#[test]
fn events_can_be_made_changed_and_deleted_in_a_batch() {
    let world = &mut world();
    let graph = ada(world);
    let made = post(world, &graph, lunch());
    let url = path(&made);
    let content = json!({ "Content-Type": "application/json" });
    let body = json!({ "requests": [
        { "id": "new", "method": "POST", "url": "/me/events", "headers": content, "body": weekly("UTC") },
        { "id": "stale", "method": "PATCH", "url": url, "body": { "subject": "X" },
            "headers": { "Content-Type": "application/json", "If-Match": "W/\"old\"" } },
        { "id": "read", "method": "GET", "url": url,
            "headers": { "Prefer": "outlook.timezone=\"Tokyo Standard Time\", IdType=\"ImmutableId\"" } },
        { "id": "bad", "method": "POST", "url": "/me/events", "headers": content, "body": { "subject": 5 } },
        { "id": "gone", "method": "DELETE", "url": url, "dependsOn": ["read", "stale2"] },
        { "id": "stale2", "method": "GET", "url": format!("/me/calendarView?{NOVEMBER}") },
    ] });
    let response = graph.send(world, Method::Post, "/$batch", Some(&body));
    let answer = json(&response);
    let part = |wanted: &str| {
        let mut all = answer["responses"].as_array().expect("responses").iter();
        all.find(|part| part["id"] == wanted).expect("a part").clone()
    };
    let statuses = ["new", "stale", "read", "bad", "gone", "stale2"].map(|id| part(id)["status"].clone());
    assert_eq!(statuses.to_vec(), [201, 412, 200, 400, 204, 200].map(|status| json!(status)));
    assert_eq!(part("read")["body"]["start"], at("2026-11-24T21:00:00.0000000", "Tokyo Standard Time"));
    assert_ne!(part("read")["body"]["id"], made["id"]);
    assert_eq!(
        part("read")["headers"]["Preference-Applied"],
        "IdType=\"ImmutableId\", outlook.timezone=\"Tokyo Standard Time\""
    );
    assert_eq!(column(&graph.get(world, "/me/events"), "subject"), ["Weekly"]);
}

#[test]
fn writes_are_counted() {
    let world = &mut world();
    let graph = ada(world);
    let made = post(world, &graph, lunch());
    patch(world, &graph, &made, json!({ "subject": "X" }));
    delete(world, &graph, &made);
    let count = |name: &str| world.counters.operations.get(name).copied();
    for name in ["graph events created", "graph events updated", "graph events deleted"] {
        assert_eq!(count(name), Some(1), "{name}");
    }
}
