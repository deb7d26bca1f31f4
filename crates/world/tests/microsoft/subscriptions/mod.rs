//! Subscriptions: who may, how the addresses are asked, what is told, and how they end.

mod contract;
mod creating;
mod ending;
mod posting;
mod telling;

use crate::support::*;
use jiff::SignedDuration;
use mxs_http::{Method, Request, Response, url};
use mxs_world::{Delivery, Service, World};
use serde_json::{Value, json};

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
