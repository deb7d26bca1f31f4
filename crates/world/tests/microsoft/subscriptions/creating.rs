//! Creating one: what it has to say, and who has to answer.

use super::*;
use mxs_world::{Effect, Fault};
use std::num::NonZeroU32;

#[test]
fn both_addresses_are_asked_and_the_creation_waits() {
    let world = &mut world();
    let graph = Graph::application(world);
    let body = body(world, &format!("users/{ADA}/contacts"), LONGEST);
    let parked = park(world, &graph, &body);
    let questions = world.due_deliveries();
    let addresses: Vec<&str> =
        questions.iter().map(|one| one.request.url.split("validationToken").next().expect("one")).collect();
    assert_eq!(addresses, ["https://f.example/told?k=1&", "https://f.example/life?"]);
    for question in &questions {
        assert_eq!(question.request.headers.get("Content-Type"), Some("text/plain; charset=utf-8"));
        assert!(world.parked(parked).is_none() && world.microsoft.subscriptions(ADA).is_empty());
        world.delivered(question.id, Some(&repeats(&token(question))));
    }
    let answer = world.parked(parked).expect("an answer");
    assert_eq!(answer.status, 201);
    assert!(answer.headers.get("request-id").is_some());
    let found = json(&answer);
    assert_eq!(found["@odata.context"], "http://localhost:7702/v1.0/$metadata#subscriptions/$entity");
    for name in ["changeType", "notificationUrl", "lifecycleNotificationUrl", "resource", "clientState"] {
        assert_eq!(found[name], body[name], "{name}");
    }
    assert_eq!((&found["applicationId"], &found["expirationDateTime"]), (&json!(SERVER), &body["expirationDateTime"]));
    assert!(world.parked(parked).is_none(), "it is told once");

    // One address for both is asked once.
    let mut same = body.clone();
    same["lifecycleNotificationUrl"] = same["notificationUrl"].clone();
    subscribe(world, &graph, &same);
    assert_eq!(world.microsoft.subscriptions(ADA).len(), 2);
}

#[test]
fn an_address_that_does_not_answer_is_refused() {
    type Answer = fn(&str) -> Option<Response>;
    let cases: [(&str, Answer, i64); 6] = [
        ("nobody is there", |_| None, 0),
        ("too late", |token| Some(repeats(token)), 10_001),
        ("another token", |_| Some(repeats("x")), 0),
        ("not decoded", |token| Some(repeats(&url::encode(token))), 0),
        ("as a page", |token| Some(Response::new(200).body("text/html", token)), 0),
        ("another status", |token| Some(Response::new(202).body("text/plain", token)), 0),
    ];
    for (name, answer, wait) in cases {
        for bad in [0, 1] {
            let world = &mut world();
            let graph = Graph::application(world);
            let body = body(world, &format!("/users/{ADA}/contacts"), LONGEST);
            let parked = park(world, &graph, &body);
            let questions = world.due_deliveries();
            for (place, question) in questions.iter().enumerate() {
                if place == bad {
                    world.advance(wait);
                    world.delivered(question.id, answer(&token(question)).as_ref());
                } else {
                    world.delivered(question.id, Some(&repeats(&token(question))));
                }
            }
            let refused = world.parked(parked).expect("an answer");
            assert_eq!((refused.status, code(&refused).as_str()), (400, "ValidationError"), "{name}");
            assert!(world.microsoft.subscriptions(ADA).is_empty());
            add(world, "X");
            assert!(told(world).is_empty(), "{name}: nobody is told who didn't prove to be there");
        }
    }
}

#[test]
fn whoever_hung_up_has_subscribed_all_the_same() {
    let world = &mut world();
    let graph = Graph::application(world);
    let body = body(world, &format!("/users/{ADA}/contacts"), LONGEST);
    world.faults.add(Fault {
        service: Service::Microsoft,
        method: None,
        url_contains: "subscriptions".into(),
        skip: 0,
        times: NonZeroU32::MIN,
        effect: Effect::DropAfter,
        delay_ms: 0,
    });
    let outcome = world.handle(Service::Microsoft, &graph.request(Method::Post, "/subscriptions", Some(&body)), 1);
    assert!(outcome.response.is_none() && outcome.parked.is_none());
    for delivery in world.due_deliveries() {
        world.delivered(delivery.id, Some(&repeats(&token(&delivery))));
    }
    assert_eq!(graph.get(world, "/subscriptions")["value"].as_array().map(Vec::len), Some(1));
}

#[test]
fn what_a_subscription_must_say() {
    let world = &mut world();
    let graph = Graph::application(world);
    let ada = format!("/users/{ADA}/contacts");
    let whole = body(world, &ada, LONGEST);
    let now = world.now();
    let later = |minutes: i64| json!((now + SignedDuration::from_mins(minutes)).to_string());
    let cases = [
        ("notificationUrl", json!(null), "InvalidRequest"),
        ("notificationUrl", json!("http://f.example/told"), "InvalidRequest"),
        ("notificationUrl", json!("http://localhost/told"), "InvalidRequest"),
        ("notificationUrl", json!("f.example"), "InvalidRequest"),
        ("notificationUrl", json!(5), "RequestBodyRead"),
        ("lifecycleNotificationUrl", json!("http://f.example/life"), "InvalidRequest"),
        ("changeType", json!("created,moved"), "InvalidRequest"),
        ("changeType", json!(""), "InvalidRequest"),
        ("clientState", json!("x".repeat(129)), "InvalidRequest"),
        ("expirationDateTime", json!("soon"), "RequestBodyRead"),
        ("expirationDateTime", later(0), "InvalidRequest"),
        ("expirationDateTime", later(4_231), "ExtensionError"),
        ("resource", json!("/me/contacts"), "BadRequest"),
        ("resource", json!("/users"), "InvalidRequest"),
        ("resource", json!(format!("/users/{ADA}/calendars/x/events")), "InvalidRequest"),
        ("resource", json!(format!("{ada}?$filter=x")), "InvalidRequest"),
        ("resource", json!(format!("https://graph.microsoft.com/v1.0{ada}")), "InvalidRequest"),
        ("resource", json!(format!("/users/{ADA}/contactFolders/x/contacts")), "ErrorInvalidIdMalformed"),
        ("resource", json!("/users/nobody@corp.example/contacts"), "ErrorInvalidUser"),
        ("resource", json!(format!("/users/{NOBOX}/contacts")), "MailboxNotEnabledForRESTAPI"),
        // The server was granted neither calendars nor mail.
        ("resource", json!(format!("/users/{ADA}/events")), "ErrorAccessDenied"),
        ("resource", json!(format!("/users/{ADA}/messages")), "ErrorAccessDenied"),
        ("resource", json!(format!("/users/{EVE}/contacts")), "ErrorInvalidUser"),
        ("includeResourceData", json!(true), "InvalidRequest"),
        ("more", json!(1), "RequestBodyRead"),
    ];
    for (name, value, wanted) in cases {
        let mut body = whole.clone();
        body[name] = value.clone();
        let refused = graph.refused(world, Method::Post, "/subscriptions", Some(&body));
        assert_eq!(refused.1, wanted, "{name} {value}");
        assert!(world.due_deliveries().is_empty(), "nobody is asked for what is refused anyway");
    }
    // A short life is made longer, and what is optional may be left out.
    let short =
        json!({ "changeType": "updated", "notificationUrl": TOLD, "resource": ada, "expirationDateTime": later(1) });
    assert_eq!(subscribe(world, &graph, &short)["expirationDateTime"], later(45));

    let in_batch = json!({ "requests": [{ "id": "1", "method": "POST", "url": "/subscriptions", "body": whole,
        "headers": { "Content-Type": "application/json" } }] });
    let response = graph.send(world, Method::Post, "/$batch", Some(&in_batch));
    assert_eq!(json(&response)["responses"][0]["status"], 501);
}

#[test]
fn a_sandbox_has_no_certificates() {
    let world = &mut world();
    world.microsoft.rules.local_notifications = true;
    let graph = Graph::application(world);
    let mut body = body(world, &format!("/users/{ADA}/contacts"), LONGEST);
    body["notificationUrl"] = json!("http://localhost:7704/told");
    subscribe(world, &graph, &body);
    body["notificationUrl"] = json!("http://localhost.evil.example/told");
    assert_eq!(graph.refused(world, Method::Post, "/subscriptions", Some(&body)), (400, "InvalidRequest".into()));
}

#[test]
fn a_person_subscribes_to_their_own_mailbox() {
    let world = &mut world();
    let ada = Graph::delegated(world, ADA, "Contacts.Read");
    let own = body(world, "me/contacts", LONGEST);
    let subscription = subscribe(world, &ada, &own);
    let path = format!("/subscriptions/{}", id(&subscription));
    assert_eq!(ada.get(world, &path)["creatorId"], "33333333-0000-4000-8000-000000000001");
    let of_bob = body(world, &format!("/users/{BOB}/contacts"), LONGEST);
    assert_eq!(ada.refused(world, Method::Post, "/subscriptions", Some(&of_bob)), (403, "ErrorAccessDenied".into()));
    // Others have no part in it.
    for other in [Graph::delegated(world, BOB, "Contacts.Read"), Graph::application(world)] {
        assert_eq!(other.refused(world, Method::Get, &path, None), (404, "ResourceNotFound".into()));
        assert_eq!(other.refused(world, Method::Delete, &path, None), (404, "ResourceNotFound".into()));
        assert_eq!(other.get(world, "/subscriptions")["value"], json!([]));
    }
    assert_eq!(ada.get(world, "/subscriptions")["value"][0]["id"], subscription["id"]);
}

#[test]
fn a_mailbox_has_room_for_a_thousand() {
    let world = &mut world();
    let graph = Graph::application(world);
    let whole = body(world, &format!("/users/{ADA}/contacts"), LONGEST);
    for _ in 0..1_000 {
        subscribe(world, &graph, &whole);
    }
    assert_eq!(graph.refused(world, Method::Post, "/subscriptions", Some(&whole)), (403, "ExtensionError".into()));
    let of_bob = body(world, &format!("/users/{BOB}/contacts"), LONGEST);
    subscribe(world, &graph, &of_bob);
}

#[test]
fn a_mailbox_that_is_throttled_is_so_for_subscriptions() {
    let (mut world, graph, subscription) = subscribed();
    let path = format!("/subscriptions/{}", id(&subscription));
    let whole = body(&world, &format!("/users/{ADA}/contacts"), LONGEST);
    world.microsoft.throttle_next(ADA, 2, Some("7"));
    let creation = graph.send(&mut world, Method::Post, "/subscriptions", Some(&whole));
    assert_eq!((creation.status, creation.headers.get("Retry-After")), (429, Some("7")));
    assert_eq!(graph.send(&mut world, Method::Get, &path, None).status, 429);
    assert_eq!(graph.send(&mut world, Method::Get, &path, None).status, 200);
}
