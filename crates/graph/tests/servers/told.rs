//! The story of a subscription: asked for, told, renewed, at last missed.

use crate::stage::*;
use jiff::Timestamp;
use mxs_graph::identity::{self, ClientCredentials, Secret};
use mxs_graph::subscriptions::{self, ChangeType, Creation, Lifecycle, Resource, Subscription, Told};
use mxs_graph::{ErrorKind, GraphError};
use mxs_http::{Request, Response};
use mxs_world::microsoft::Mishap;
use mxs_world::{Service, World};
use serde_json::json;
use std::collections::BTreeSet;

/// A server: what it keeps in mind between two requests.
struct Server {
    world: World,
    client_state: Secret,
    /// The subscriptions that it knows.
    known: BTreeSet<String>,
    /// What it was told and believed.
    heard: Vec<Told>,
    /// How many notices it didn't believe.
    strangers: usize,
}

impl Server {
    fn new() -> Self {
        let mut world = world();
        let apps: Vec<_> = world.microsoft.apps().cloned().collect();
        apps.into_iter().for_each(|app| world.microsoft.add_app(app.consented_in(TENANT)));
        let client_state = Secret::new("only Graph and the server know");
        Self { world, client_state, known: BTreeSet::new(), heard: Vec::new(), strangers: 0 }
    }

    /// With a token of the application's own, which it gets anew each time.
    fn authorized(&mut self, request: Request) -> Request {
        let base = self.world.microsoft.base_url().to_owned();
        let credential = secret();
        let asked = ClientCredentials { base: &base, tenant: TENANT, client_id: SERVER, credential: &credential };
        let tokens = token(&mut self.world, &identity::client_credentials(&asked)).expect("a token");
        request.header("Authorization", format!("Bearer {}", tokens.access.expose()))
    }

    fn send(&mut self, request: Request) -> Response {
        let request = self.authorized(request);
        answer(&mut self.world, &request)
    }

    fn subscribe(&mut self, resource: &Resource, now: Timestamp) -> Result<Subscription, GraphError> {
        let secret = self.client_state.clone();
        let request = self.authorized(subscriptions::create(&Creation {
            resource,
            user: ADA_ID,
            notification_url: "https://f.example/told",
            lifecycle_url: "https://f.example/life",
            client_state: &secret,
            now,
        }));
        let outcome = self.world.handle(Service::Microsoft, &request, 1);
        let response = match outcome.parked {
            Some(parked) => {
                self.listen();
                self.world.parked(parked).expect("an answer")
            }
            None => outcome.response.expect("an answer"),
        };
        let subscription = subscriptions::parse(&response)?;
        self.known.insert(subscription.id.clone());
        Ok(subscription)
    }

    /// Takes what Graph posts now.
    fn listen(&mut self) {
        for delivery in self.world.due_deliveries() {
            let answer = self.take(&delivery.request);
            self.world.delivered(delivery.id, Some(&answer));
        }
    }

    /// Answers one request to the server's addresses.
    fn take(&mut self, request: &Request) -> Response {
        let query = request.url.split_once('?').map_or("", |(_, query)| query);
        if let Some(answer) = subscriptions::validation(query) {
            return answer.unwrap_or_else(|_| Response::new(400));
        }
        let Ok(posted) = subscriptions::read(&request.body) else { return Response::new(400) };
        for notice in posted.notices {
            if notice.knows(&self.client_state) && self.known.contains(&notice.subscription) {
                self.heard.push(notice.told);
            } else {
                self.strangers += 1;
            }
        }
        Response::new(202)
    }

    /// What it was told since it was last asked.
    fn news(&mut self) -> Vec<Told> {
        self.listen();
        std::mem::take(&mut self.heard)
    }

    fn add_contact(&mut self, name: &str) -> String {
        let contact = json!({ "givenName": name });
        let added = self.world.with_microsoft(|microsoft, context| microsoft.add_contact(ADA, &contact, context));
        added.expect("a contact")
    }

    fn wait_until(&mut self, moment: Timestamp) {
        self.world.set_now(moment);
    }
}

fn created(id: &str) -> Told {
    Told::Change { change: ChangeType::Created, item: Some(mxs_core::ExchangeId::new(id)) }
}

#[test]
fn a_server_is_told_as_long_as_it_renews() {
    let mut server = Server::new();
    let began = server.world.now();
    let subscription = server.subscribe(&Resource::Contacts, began).expect("a subscription");
    let ann = server.add_contact("Ann");
    assert_eq!(server.news(), [created(&ann)], "the id is the one that the sync knows");

    // Renewed at half its life, it lives on.
    let half = subscription.renew_at(began);
    server.wait_until(half);
    let renewed = server.send(subscriptions::renew(&subscription.id, half));
    let renewed = subscriptions::parse(&renewed).expect("a subscription");
    assert_eq!(renewed.expires.duration_since(subscription.expires), half.duration_since(began));
    server.wait_until(subscription.expires);
    let bob = server.add_contact("Bob");
    assert_eq!(server.news(), [created(&bob)]);

    // Something is lost on the way.
    server.world.microsoft.disturb_notifications(Mishap::Lost { told: true });
    server.add_contact("Cem");
    assert_eq!(server.news(), [Told::Lifecycle(Lifecycle::Missed)]);

    // Shortly before its end it is asked for; not renewed, it ends.
    server.wait_until(renewed.expires - jiff::SignedDuration::from_mins(30));
    assert_eq!(server.news(), [Told::Lifecycle(Lifecycle::ReauthorizationRequired)]);
    let proved = server.send(subscriptions::reauthorize(&renewed.id));
    assert_eq!(subscriptions::parse_done(&proved), Ok(()));
    server.wait_until(renewed.expires);
    server.add_contact("Dee");
    let told = server.news();
    assert!(!told.iter().any(|told| matches!(told, Told::Change { .. })), "{told:?}");
    let now = server.world.now();
    let late = server.send(subscriptions::renew(&renewed.id, now));
    assert_eq!(subscriptions::parse(&late).map_err(|error| error.kind), Err(ErrorKind::NotFound));

    // So it subscribes anew, and is told of its end when that is not its own doing.
    server.subscribe(&Resource::Contacts, now).expect("a subscription");
    server.world.with_microsoft(|microsoft, context| microsoft.withdraw_subscriptions(ADA, context));
    assert_eq!(server.news(), [Told::Lifecycle(Lifecycle::Removed)]);
    assert_eq!(server.strangers, 0);
}

#[test]
fn subscriptions_are_listed_and_ended() {
    let mut server = Server::new();
    let now = server.world.now();
    let one = server.subscribe(&Resource::Contacts, now).expect("a subscription");
    let page = subscriptions::parse_list(&server.send(subscriptions::list_start())).expect("a page");
    assert_eq!((page.subscriptions, page.next), (vec![one.clone()], None));
    for wanted in [Ok(()), Err(ErrorKind::NotFound)] {
        let ended = server.send(subscriptions::delete(&one.id));
        assert_eq!(subscriptions::parse_done(&ended).map_err(|error| error.kind), wanted);
    }
}

#[test]
fn what_an_application_may_not_read_it_is_not_told() {
    let mut server = Server::new();
    let now = server.world.now();
    let cases = [
        (Resource::Events, ErrorKind::Denied),
        (Resource::MailFolder("inbox".into()), ErrorKind::Denied),
        // There is no "me" for an application.
        (Resource::TaskList("L".into()), ErrorKind::Refused),
        (Resource::ContactFolder("F".into()), ErrorKind::Refused),
    ];
    for (resource, wanted) in cases {
        let found = server.subscribe(&resource, now).map_err(|error| error.kind);
        assert_eq!(found, Err(wanted), "{resource:?}");
    }
}

#[test]
fn a_stranger_is_not_believed() {
    let mut server = Server::new();
    let now = server.world.now();
    let one = server.subscribe(&Resource::Contacts, now).expect("a subscription");
    let body = json!({ "value": [{ "subscriptionId": one.id, "clientState": "a guess", "changeType": "created" }] });
    let request =
        Request::new(mxs_http::Method::Post, "https://f.example/told").body("application/json", body.to_string());
    assert_eq!(server.take(&request).status, 202);
    assert_eq!((server.heard.len(), server.strangers), (0, 1));
}
