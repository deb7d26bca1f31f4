//! Who may see what, and what browsers may read.

use crate::support::*;
use mxs_http::{Method, Request};
use mxs_world::microsoft::App;
use serde_json::json;

#[test]
fn a_token_is_needed_and_has_to_be_alive() {
    let world = &mut world();
    let ask = |header: Option<&str>| {
        let request = Request::new(Method::Get, "/v1.0/me/contacts");
        header.map_or(request.clone(), |value| request.header("Authorization", value))
    };
    for header in [None, Some("Basic abc"), Some("Bearer"), Some("Bearer "), Some("Bearer garbage")] {
        let response = send(world, &ask(header));
        assert_eq!((response.status, code(&response).as_str()), (401, "InvalidAuthenticationToken"), "{header:?}");
        assert!(
            response.headers.get("WWW-Authenticate").is_some_and(|value| value.starts_with("Bearer ")),
            "{header:?}"
        );
    }
    let graph = Graph::delegated(world, ADA, "Contacts.Read");
    world.advance(3_598_000);
    graph.get(world, "/me/contacts");
    world.advance(1_000);
    assert_eq!(graph.refused(world, Method::Get, "/me/contacts", None), (401, "InvalidAuthenticationToken".into()));
}

#[test]
fn testers_end_access_tokens_early() {
    let world = &mut world();
    let (ada, app) = (Graph::delegated(world, ADA, "Contacts.Read"), Graph::application(world));
    world.with_microsoft(|microsoft, context| microsoft.expire_access_tokens(ADA, context));
    assert_eq!(ada.refused(world, Method::Get, "/me/contacts", None).0, 401);
    app.get(world, &format!("/users/{ADA}/contacts"));
    world.with_microsoft(|microsoft, context| microsoft.expire_application_tokens(SERVER, context));
    assert_eq!(app.refused(world, Method::Get, &format!("/users/{ADA}/contacts"), None).0, 401);
}

#[test]
fn scopes_and_mailboxes_are_kept_apart() {
    let world = &mut world();
    let reader = Graph::delegated(world, ADA, "Contacts.Read");
    let profile = Graph::delegated(world, ADA, "User.Read");
    let app = Graph::application(world);
    world.microsoft.add_app(App::new("powerless", TENANT, "Powerless").secret("p").roles(&["Contacts.Read"]));
    let pairs = [
        ("grant_type", "client_credentials"),
        ("client_id", "powerless"),
        ("client_secret", "p"),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    let token = json(&send(world, &form(&format!("/{TENANT}/oauth2/v2.0/token"), &pairs)))["access_token"]
        .as_str()
        .expect("a token")
        .to_owned();
    let powerless = Graph { token, headers: Vec::new() };
    let body = json!({ "givenName": "X" });
    let of = |user: &str| format!("/users/{user}/contacts");
    let cases = [
        (&reader, Method::Get, "/me/contacts".to_owned(), 200, ""),
        (&reader, Method::Get, of(ADA), 200, ""),
        (&reader, Method::Get, of("ADA%40corp.example"), 200, ""),
        (&reader, Method::Post, "/me/contacts".to_owned(), 403, "ErrorAccessDenied"),
        (&reader, Method::Get, of(BOB), 403, "ErrorAccessDenied"),
        (&profile, Method::Get, "/me/contacts".to_owned(), 403, "ErrorAccessDenied"),
        (&app, Method::Get, of(BOB), 200, ""),
        (&app, Method::Get, "/me/contacts".to_owned(), 400, "BadRequest"),
        (&app, Method::Get, "/me".to_owned(), 400, "BadRequest"),
        (&app, Method::Get, of(NOBOX), 404, "MailboxNotEnabledForRESTAPI"),
        (&app, Method::Get, of("nobody@corp.example"), 404, "ErrorInvalidUser"),
        (&app, Method::Get, of(EVE), 404, "ErrorInvalidUser"),
        (&powerless, Method::Get, of(ADA), 403, "ErrorAccessDenied"),
    ];
    for (graph, method, path, status, wanted) in cases {
        let response = graph.send(world, method, &path, (method == Method::Post).then_some(&body));
        assert_eq!((response.status, code(&response).as_str()), (status, wanted), "{method} {path}");
    }
}

#[test]
fn a_licence_comes_and_goes() {
    let world = &mut world();
    let app = Graph::application(world);
    let path = format!("/users/{ADA}/contacts");
    app.create(world, &path, json!({ "givenName": "Kept" }));
    world.with_microsoft(|microsoft, context| microsoft.set_licensed(ADA, false, context));
    assert_eq!(app.refused(world, Method::Get, &path, None).1, "MailboxNotEnabledForRESTAPI");
    world.with_microsoft(|microsoft, context| microsoft.set_licensed(ADA, true, context));
    assert_eq!(column(&app.get(world, &path), "givenName"), ["Kept"]);
}

#[test]
fn addresses_that_dont_exist_are_refused_by_the_router() {
    let world = &mut world();
    let graph = Graph::application(world);
    let cases = [
        (Method::Get, "/me/drive", 400, "BadRequest"),
        (Method::Get, "/groups", 400, "BadRequest"),
        (Method::Put, "/users/ada@corp.example/contacts", 405, "BadRequest"),
        (Method::Delete, "/users", 405, "BadRequest"),
        (Method::Get, "/$batch", 405, "BadRequest"),
    ];
    for (method, path, status, wanted) in cases {
        assert_eq!(graph.refused(world, method, path, None), (status, wanted.to_owned()), "{method} {path}");
    }
    let beta = graph.send(world, Method::Get, "http://localhost:7702/beta/me", None);
    assert_eq!((beta.status, code(&beta).as_str()), (400, "BadRequest"));
    assert_eq!(send(world, &Request::new(Method::Get, "/favicon.ico")).status, 404);
}

#[test]
fn errors_carry_the_ids_of_the_request() {
    let world = &mut world();
    let graph = Graph::application(world).with("client-request-id", "mine");
    let response = graph.send(world, Method::Get, "/nowhere", None);
    let body = json(&response);
    let inner = &body["error"]["innerError"];
    assert_eq!(inner["client-request-id"], "mine");
    assert_eq!(inner["date"], "2026-11-21T10:00:00");
    assert_eq!(inner["request-id"].as_str(), response.headers.get("request-id"));
    assert_eq!(response.headers.get("client-request-id"), Some("mine"));
}

#[test]
fn pages_of_every_origin_may_read_the_answers() {
    let world = &mut world();
    let preflight = Request::new(Method::Options, "/v1.0/me/contacts")
        .header("Origin", "https://tab.example")
        .header("Access-Control-Request-Method", "PATCH")
        .header("Access-Control-Request-Headers", "authorization,content-type,prefer,if-match");
    let response = send(world, &preflight);
    assert!(response.is_success());
    assert_eq!(response.headers.get("Access-Control-Allow-Origin"), Some("*"));
    assert_eq!(response.headers.get("Access-Control-Allow-Methods"), Some("PATCH"));
    assert_eq!(
        response.headers.get("Access-Control-Allow-Headers"),
        Some("authorization,content-type,prefer,if-match")
    );

    let graph = Graph::application(world);
    let plain = graph.send(world, Method::Get, "/nowhere", None);
    assert_eq!(plain.headers.get("Access-Control-Allow-Origin"), None);
    let crossing = graph.with("Origin", "https://tab.example").send(world, Method::Get, "/nowhere", None);
    assert_eq!(crossing.headers.get("Access-Control-Allow-Origin"), Some("*"));
    let exposed = crossing.headers.get("Access-Control-Expose-Headers").expect("a list");
    for name in ["ETag", "Location", "Retry-After", "request-id", "Preference-Applied", "WWW-Authenticate"] {
        assert!(exposed.split(", ").any(|exposed| exposed == name), "{name}");
    }
}
