//! Too much at once, too much in ten minutes, and refusals that a tester orders.

use crate::support::*;
use mxs_http::Method;
use mxs_world::Service;

#[test]
fn a_fifth_request_at_once_is_refused() {
    let world = &mut world();
    let graph = Graph::delegated(world, ADA, "Contacts.Read User.Read");
    let contacts = graph.request(Method::Get, "/me/contacts", None);
    for (in_flight, status) in [(1, 200), (4, 200), (5, 429), (9, 429)] {
        let response = world.handle(Service::Microsoft, &contacts, in_flight).response.expect("an answer");
        assert_eq!(response.status, status, "{in_flight}");
        assert_eq!(response.headers.get("Retry-After").is_some(), status == 429, "{in_flight}");
    }
    let me = graph.request(Method::Get, "/me", None);
    let response = world.handle(Service::Microsoft, &me, 9).response.expect("an answer");
    assert_eq!(response.status, 200, "the directory has other limits");
}

#[test]
fn testers_throttle_one_mailbox() {
    let world = &mut world();
    let app = Graph::application(world);
    let path = |user: &str| format!("/users/{user}/contacts");
    world.microsoft.throttle_next(ADA, 1, Some("0.249"));
    world.microsoft.throttle_next(ADA, 1, None);
    assert_eq!(app.send(world, Method::Get, &path(BOB), None).status, 200);
    let first = app.send(world, Method::Get, &path(ADA), None);
    assert_eq!(
        (first.status, code(&first).as_str(), first.headers.get("Retry-After")),
        (429, "ApplicationThrottled", Some("0.249"))
    );
    let second = app.send(world, Method::Get, &path(ADA), None);
    assert_eq!((second.status, second.headers.get("Retry-After")), (429, None));
    assert_eq!(app.send(world, Method::Get, &path(ADA), None).status, 200);
    world.microsoft.throttle_next(ADA, 100, None);
    world.microsoft.stop_throttling(ADA);
    assert_eq!(app.send(world, Method::Get, &path(ADA), None).status, 200);
    assert_eq!(world.counters.operations.get("graph throttled"), Some(&2));
}

#[test]
fn ten_minutes_have_ten_thousand_requests() {
    let world = &mut world();
    let graph = Graph::delegated(world, ADA, "Contacts.Read");
    let count = graph.request(Method::Get, "/me/contacts/$count", None);
    for number in 0..10_000 {
        assert_eq!(send(world, &count).status, 200, "{number}");
        world.advance(10);
    }
    let refused = send(world, &count);
    assert_eq!((refused.status, refused.headers.get("Retry-After")), (429, Some("501")));
    world.advance(501_000);
    assert_eq!(send(world, &count).status, 200);
}
