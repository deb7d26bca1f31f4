//! Subscriptions: who may, how the addresses are asked, what is told, and how they end.

use crate::support::*;
use jiff::{SignedDuration, Timestamp};
use mxs_http::{Method, Request, Response, url};
use mxs_world::microsoft::{Mishap, User};
use mxs_world::{Delivery, Effect, Fault, Service, WAITING_MAX, World};
use serde_json::{Value, json};
use std::num::NonZeroU32;

const TOLD: &str = "https://f.example/told?k=1";
const LIFE: &str = "https://f.example/life";

/// The longest life that is given.
const LONGEST: SignedDuration = SignedDuration::from_mins(4_230);

fn body(world: &World, resource: &str, life: SignedDuration) -> Value {
    json!({
        "changeType": "created,updated,deleted", "notificationUrl": TOLD, "lifecycleNotificationUrl": LIFE,
        "resource": resource, "expirationDateTime": (world.now() + life).to_string(), "clientState": "s-1",
    })
}

/// Sends a creation, which waits; answers with what it waits under.
fn park(world: &mut World, graph: &Graph, body: &Value) -> u64 {
    let outcome = world.handle(Service::Microsoft, &graph.request(Method::Post, "/subscriptions", Some(body)), 1);
    assert!(outcome.response.is_none());
    outcome.parked.expect("it waits")
}

/// The token that an address is asked to repeat.
fn token(delivery: &Delivery) -> String {
    let (_, query) = delivery.request.url.split_once('?').expect("a query");
    let found = url::parse_form(query).into_iter().find(|(name, _)| name == "validationToken");
    found.expect("a token").1
}

fn repeats(token: &str) -> Response {
    Response::new(200).body("text/plain", token)
}

/// Creates a subscription whose addresses answer as they have to.
fn subscribe(world: &mut World, graph: &Graph, body: &Value) -> Value {
    let parked = park(world, graph, body);
    for delivery in world.due_deliveries() {
        world.delivered(delivery.id, Some(&repeats(&token(&delivery))));
    }
    let answer = world.parked(parked).expect("an answer");
    assert_eq!(answer.status, 201, "{}", text(&answer));
    json(&answer)
}

/// Everything that is due, taken: the addresses and the notices.
fn told(world: &mut World) -> Vec<(String, Vec<Value>)> {
    let due = world.due_deliveries();
    due.iter().for_each(|delivery| world.delivered(delivery.id, Some(&Response::new(202))));
    due.iter().map(|delivery| (delivery.request.url.clone(), notices(&delivery.request))).collect()
}

fn notices(request: &Request) -> Vec<Value> {
    let body: Value = serde_json::from_slice(&request.body).expect("JSON");
    body["value"].as_array().expect("notices").clone()
}

/// What changes were told.
fn changes(world: &mut World) -> Vec<String> {
    let all = told(world).into_iter().flat_map(|(_, notices)| notices);
    all.map(|notice| notice["changeType"].as_str().unwrap_or("none").to_owned()).collect()
}

/// What became of subscriptions, as it was told.
fn events(world: &mut World) -> Vec<String> {
    let all = told(world).into_iter().filter(|(url, _)| url == LIFE).flat_map(|(_, notices)| notices);
    all.map(|notice| notice["lifecycleEvent"].as_str().expect("an event").to_owned()).collect()
}

fn add(world: &mut World, name: &str) -> String {
    let contact = json!({ "givenName": name });
    world.with_microsoft(|microsoft, context| microsoft.add_contact(ADA, &contact, context)).expect("a contact")
}

/// A world in which the server has subscribed to Ada's contacts.
fn subscribed() -> (World, Graph, Value) {
    let mut world = world();
    let graph = Graph::application(&mut world).with("Prefer", "IdType=\"ImmutableId\"");
    let body = body(&world, &format!("/users/{ADA}/contacts"), LONGEST);
    let subscription = subscribe(&mut world, &graph, &body);
    (world, graph, subscription)
}

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
fn a_subscription_lives_on_while_it_is_renewed() {
    let (mut world, graph, subscription) = subscribed();
    let world = &mut world;
    let path = format!("/subscriptions/{}", id(&subscription));
    let in_minutes =
        |world: &World, minutes: i64| json!((world.now() + SignedDuration::from_mins(minutes)).to_string());
    world.advance(LONGEST.as_millis() as i64 / 2);
    let graph = Graph { token: application_token(world), ..graph };
    let until = in_minutes(world, 4_200);
    let renewed = graph.send(world, Method::Patch, &path, Some(&json!({ "expirationDateTime": until })));
    assert_eq!((renewed.status, &json(&renewed)["expirationDateTime"]), (200, &until));
    for (body, wanted) in [
        (json!({ "expirationDateTime": in_minutes(world, 4_231) }), "ExtensionError"),
        (json!({ "lifecycleNotificationUrl": LIFE }), "InvalidRequest"),
        (json!({}), "InvalidRequest"),
        (json!([]), "BadRequest"),
    ] {
        assert_eq!(graph.refused(world, Method::Patch, &path, Some(&body)), (400, wanted.into()), "{body}");
    }
    world.advance(4_199 * 60_000);
    add(world, "Bob");
    assert_eq!(told(world).iter().filter(|(address, _)| address == TOLD).count(), 1);
    // It ends without a word.
    world.advance(60_000);
    add(world, "Cem");
    assert!(told(world).is_empty());
    let graph = Graph { token: application_token(world), ..graph };
    for (method, path) in
        [(Method::Get, path.clone()), (Method::Delete, path.clone()), (Method::Post, format!("{path}/reauthorize"))]
    {
        assert_eq!(graph.refused(world, method, &path, None), (404, "ResourceNotFound".into()), "{method}");
    }
    let late = json!({ "expirationDateTime": in_minutes(world, 60) });
    assert_eq!(graph.refused(world, Method::Patch, &path, Some(&late)), (404, "ResourceNotFound".into()));
}

#[test]
fn its_owner_ends_it() {
    let (mut world, graph, subscription) = subscribed();
    let path = format!("/subscriptions/{}", id(&subscription));
    assert_eq!(graph.send(&mut world, Method::Delete, &path, None).status, 204);
    add(&mut world, "Bob");
    assert!(told(&mut world).is_empty());
    assert_eq!(graph.refused(&mut world, Method::Delete, &path, None), (404, "ResourceNotFound".into()));
}

#[test]
fn a_challenge_has_to_be_met() {
    let (mut world, graph, subscription) = subscribed();
    let world = &mut world;
    let path = format!("/subscriptions/{}", id(&subscription));
    let challenge = |world: &mut World| {
        world.with_microsoft(|microsoft, context| microsoft.challenge_subscriptions(ADA, context));
        assert_eq!(events(world), ["reauthorizationRequired"]);
        add(world, "lost");
        assert!(told(world).is_empty(), "until it is met nothing is told");
    };
    challenge(world);
    assert_eq!(graph.send(world, Method::Post, &format!("{path}/reauthorize"), None).status, 204);
    add(world, "Bob");
    assert_eq!(changes(world), ["created"], "what changed meanwhile is never told");
    challenge(world);
    let until = json!({ "expirationDateTime": (world.now() + LONGEST).to_string() });
    assert_eq!(graph.send(world, Method::Patch, &path, Some(&until)).status, 200);
    add(world, "Cem");
    assert_eq!(changes(world), ["created"]);
    // Without the right it can't be met.
    challenge(world);
    let mut app = world.microsoft.apps().find(|app| app.client_id == SERVER).expect("the server").clone();
    app.application_roles = vec!["User.Read.All".into()];
    world.microsoft.add_app(app);
    let weak = Graph::application(world);
    let refused = weak.refused(world, Method::Post, &format!("{path}/reauthorize"), None);
    assert_eq!(refused, (403, "ErrorAccessDenied".into()));
    // Near its end every subscription is challenged, once.
    let (mut world, ..) = subscribed();
    world.advance((LONGEST - SignedDuration::from_hours(3)).as_millis() as i64);
    assert_eq!((events(&mut world), events(&mut world)), (vec!["reauthorizationRequired".to_owned()], Vec::new()));
    add(&mut world, "Bob");
    assert_eq!(changes(&mut world), ["created"], "there is time until its end");
}

#[test]
fn what_becomes_void_is_removed_and_told() {
    type Act = fn(&mut World);
    let of_person: [Act; 3] = [
        |world| world.microsoft.set_password(ADA, "another"),
        |world| world.microsoft.set_enabled(ADA, false),
        |world| world.with_microsoft(|microsoft, context| microsoft.withdraw_subscriptions(ADA, context)),
    ];
    for act in of_person {
        let world = &mut world();
        let ada = Graph::delegated(world, ADA, "Contacts.Read");
        let whole = body(world, "/me/contacts", LONGEST);
        subscribe(world, &ada, &whole);
        act(world);
        assert_eq!(events(world), ["subscriptionRemoved"]);
        assert!(world.microsoft.subscriptions(ADA).is_empty());
    }
    // An application's own stay, whoever changes a password, but for those to a mailbox that is gone.
    let (mut world, ..) = subscribed();
    world.microsoft.set_password(ADA, "another");
    assert!(told(&mut world).is_empty());
    world.with_microsoft(|microsoft, context| microsoft.set_licensed(ADA, false, context));
    assert_eq!(events(&mut world), ["subscriptionRemoved"]);
}

#[test]
fn a_post_is_tried_again_for_four_hours_and_then_missed() {
    let refusals: [(fn() -> Option<Response>, i64); 3] =
        [(|| None, 0), (|| Some(Response::new(503)), 0), (|| Some(Response::new(202)), 3_001)];
    for (answer, wait) in refusals {
        let (mut world, ..) = subscribed();
        add(&mut world, "Bob");
        let began = world.now();
        let (mut tries, mut last) = (0, began);
        let missed = loop {
            let Some(due) = world.next_delivery() else { break None };
            world.set_now(due);
            let delivery = world.due_deliveries().remove(0);
            if delivery.request.url == LIFE {
                break Some((delivery.id, notices(&delivery.request)));
            }
            (tries, last) = (tries + 1, world.now());
            world.advance(wait);
            world.delivered(delivery.id, answer().as_ref());
        };
        let (delivery, missed) = missed.expect("a notice");
        assert_eq!(missed[0]["lifecycleEvent"], "missed");
        assert!((8..20).contains(&tries), "{tries}");
        let tried_for = last.duration_since(began);
        assert!((3..=4).contains(&tried_for.as_hours()), "{tried_for}");
        world.delivered(delivery, Some(&Response::new(200)));
        assert_eq!(world.next_delivery(), None, "what was taken isn't sent again");
    }
}

#[test]
fn testers_let_notices_go_wrong() {
    let twice = NonZeroU32::new(2).expect("not zero");
    let one = |mishap: Mishap| {
        let (mut world, ..) = subscribed();
        world.microsoft.disturb_notifications(mishap);
        (add(&mut world, "Ann"), world)
    };
    let (_, mut world) = one(Mishap::Lost { told: false });
    assert!(told(&mut world).is_empty());
    add(&mut world, "Bob");
    assert_eq!(changes(&mut world), ["created"], "the next one comes");

    let (_, mut world) = one(Mishap::Lost { told: true });
    assert_eq!(events(&mut world), ["missed"]);

    let (_, mut world) = one(Mishap::Repeated { times: twice });
    assert_eq!(changes(&mut world), ["created", "created"]);

    let (contact, mut world) = one(Mishap::Delayed { by_ms: 5_000 });
    world.with_microsoft(|microsoft, context| microsoft.delete_contact(ADA, &contact, context)).expect("it is there");
    assert_eq!(changes(&mut world), ["deleted"], "later things come first");
    world.advance(5_000);
    assert_eq!(changes(&mut world), ["created"]);

    let (mut world, graph, _) = subscribed();
    world.microsoft.disturb_notifications(Mishap::Reversed);
    let of = |name: &str| {
        json!({ "id": name, "method": "POST", "url": format!("/users/{ADA}/contacts"),
        "headers": { "Content-Type": "application/json" }, "body": { "givenName": name } })
    };
    graph.send(&mut world, Method::Post, "/$batch", Some(&json!({ "requests": [of("a"), of("b")] })));
    let mut ordered = told(&mut world).remove(0).1;
    let ids = |notices: &[Value]| {
        notices.iter().map(|one| one["resourceData"]["id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
    };
    let reversed = ids(&ordered);
    ordered.sort_by_key(|one| one["resourceData"]["id"].as_str().map(str::to_owned));
    assert_eq!(reversed.iter().rev().cloned().collect::<Vec<_>>(), ids(&ordered));
}

#[test]
fn a_storm_ends_where_the_queue_does() {
    let (mut world, ..) = subscribed();
    let storm = NonZeroU32::new(WAITING_MAX as u32 + 5).expect("not zero");
    world.microsoft.disturb_notifications(Mishap::Repeated { times: storm });
    add(&mut world, "Bob");
    assert_eq!(world.counters.operations["graph notifications lost"], 5);
    assert_eq!(world.due_deliveries().len(), WAITING_MAX);
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

#[test]
fn the_clock_of_a_delivery_is_the_worlds() {
    let (mut world, ..) = subscribed();
    add(&mut world, "Bob");
    let now: Timestamp = world.now();
    assert_eq!(world.next_delivery(), Some(now));
    let due = world.due_deliveries();
    assert_eq!((due[0].due, due[0].service), (now, Service::Microsoft));
    // A name that nobody gave, and one that was told of already.
    world.delivered(9_999_999, None);
    world.delivered(due[0].id, Some(&Response::new(200)));
    world.delivered(due[0].id, None);
    assert_eq!(world.next_delivery(), None);
}
