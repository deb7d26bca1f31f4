//! Being told of changes: what vendors are asked for, what they post, and which mailboxes are synced soon because of it.

use crate::security::secrets::Secrets;
use crate::support::{Answer, Fixture, ORG, SECRET, START_MS, Signed, put_link, sign};
use axum::Router;
use axum::body::Body;
use axum::http::{self, StatusCode};
use http_body_util::BodyExt;
use jiff::Timestamp;
use mxs_api::ErrorCode;
use mxs_function::{Answered, Background, Clock, Door, Keys, Outside, Sent, Services, Subscriptions, Vendors, ZohoApp};
use mxs_http::{NoResponse, Request, Response, url};
use mxs_outgoing::{Account, Authorities, Refusal};
use mxs_vault::KeyRing;
use mxs_world::microsoft::{App, Mishap, Tenant, User};
use mxs_world::zoho::{DataCentre, Edition, Id, NewUser, Permissions};
use mxs_world::{Delivery, Effect, Fault, Service, World};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;
use tower::ServiceExt;

pub(crate) const PUBLIC: &str = "https://sync.example/function";
pub(crate) const REDIRECT: &str = "https://tab.example/consented";
pub(crate) const CLIENT: (&str, &str) = ("1000.CLIENT", "zoho-secret");
const TENANT: &str = "11111111-0000-4000-8000-000000000001";
const SERVER: &str = "22222222-0000-4000-8000-000000000002";
const SERVER_SECRET: &str = "client-secret-value";
pub(crate) const ADA: &str = "33333333-0000-4000-8000-000000000001";
const BEN: &str = "33333333-0000-4000-8000-000000000002";

/// More than any tick takes here.
const LIMIT: Duration = Duration::from_secs(20);

/// Both vendors, and the way from them to the function.
pub(crate) struct Vendor {
    world: Mutex<World>,
    router: OnceLock<Router>,
}

impl Vendor {
    pub(crate) fn world<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        act(&mut self.world.lock().expect("unpoisoned"))
    }

    /// Sends all that is due; how many that was.
    async fn deliver(&self) -> usize {
        let due = self.world(World::due_deliveries);
        for Delivery { id, request, .. } in &due {
            let answer = self.post(request).await;
            self.world(|world| world.delivered(*id, Some(&answer)));
        }
        due.len()
    }

    async fn post(&self, request: &Request) -> Response {
        let path = request.url.strip_prefix(PUBLIC).expect("the function's address");
        let mut builder = http::Request::builder().method(request.method.as_str()).uri(path);
        for (name, value) in request.headers.iter() {
            builder = builder.header(name, value);
        }
        let sent = builder.body(Body::from(request.body.clone())).expect("a request");
        let answer = self.router.get().expect("a router").clone().oneshot(sent).await.expect("the router never fails");
        let mut response = Response::new(answer.status().as_u16());
        for (name, value) in answer.headers() {
            response.headers.push(name.as_str(), value.to_str().expect("ascii"));
        }
        response.body = answer.into_body().collect().await.expect("a body").to_bytes().into();
        response
    }

    async fn send(&self, service: Service, request: Request) -> Result<Response, NoResponse> {
        let outcome = self.world(|world| world.handle(service, &request, 1));
        if let Some(parked) = outcome.parked {
            while self.deliver().await > 0 {}
            return self.world(|world| world.parked(parked)).ok_or(NoResponse::Unknown);
        }
        outcome.response.ok_or(NoResponse::Unknown)
    }
}

struct Wire(Arc<Vendor>);

impl Outside for Wire {
    fn send(&self, origin: &str, authorization: Option<SecretString>, mut request: Request) -> Sent {
        let vendor = self.0.clone();
        let service = if origin.contains("microsoft") { Service::Microsoft } else { Service::Zoho };
        if service == Service::Zoho && !request.url.contains("://") {
            request.url = format!("{origin}{}", request.url);
        }
        if let Some(authorization) = authorization {
            request = request.header("Authorization", authorization.expose_secret());
        }
        Box::pin(async move { vendor.send(service, request).await })
    }

    fn judge(&self, _: &str) -> Result<(), Refusal> {
        Err(Refusal::NotAVendor)
    }

    fn server(&self, _: &str, _: Option<Account>, _: &Authorities) -> Result<Arc<dyn Door>, Refusal> {
        Err(Refusal::NotAVendor)
    }

    fn unprotected(&self, _: Request) -> Answered {
        Box::pin(async { Err(Refusal::NotAVendor.into()) })
    }

    fn services(&self, _: &str) -> Services {
        Box::pin(async { Vec::new() })
    }
}

/// An organisation whose administrator has let the function in, with two mailboxes.
pub(crate) struct Stage {
    pub(crate) f: Fixture,
    pub(crate) vendor: Arc<Vendor>,
    told: Subscriptions,
    admin: String,
}

impl Stage {
    async fn new() -> Self {
        let (vendor, [ada, ben]) = vendor();
        let wire = Arc::new(Wire(vendor.clone()));
        let ring = KeyRing::parse(&format!("{}=", "A".repeat(43)).into()).expect("a key");
        let vendors = Vendors {
            redirect_uri: REDIRECT.to_owned(),
            public_url: Some(PUBLIC.to_owned()),
            zoho: Some(Arc::new(ZohoApp { client_id: CLIENT.0.to_owned(), secret: CLIENT.1.into() })),
            ..Vendors::default()
        };
        let f = Fixture::with(|config| config.keys = Some(Keys::new(ring, vendors, wire))).await;
        vendor.router.set(f.router.clone()).expect("set once");
        let admin = f.sign_in(ORG, &ada.to_string()).await;
        consent(&f, &vendor, &admin, ada).await;
        for (token, mailbox) in [(&admin, ADA), (&f.sign_in(ORG, &ben.to_string()).await, BEN)] {
            assert_eq!(f.connect(token, mailbox).await.status, StatusCode::OK);
            let mut settings = serde_json::to_value(mxs_api::Settings::default()).expect("settings");
            for kind in ["contacts", "events"] {
                settings[kind]["rules"]["on"] = json!(true);
            }
            settings["tasks"]["rules"]["on"] = json!(false);
            settings["mails"]["on"] = json!(false);
            let answer = f.call(token, "PUT", "/v1/settings", Some(settings)).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        }
        let application = json!({ "tenant": TENANT, "client_id": SERVER, "secret": SERVER_SECRET });
        let answer = f.call(&admin, "PUT", "/v1/application", Some(application)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let told = Subscriptions::new(&f.app).expect("keys and an address");
        Self { f, vendor, told, admin }
    }

    /// The same, after all that was wished for was made and all mailboxes were synced.
    pub(crate) async fn told() -> Self {
        let stage = Self::new().await;
        stage.keep().await;
        stage.synced().await;
        stage
    }

    /// What the background does from time to time.
    async fn keep(&self) {
        self.told.plan().await;
        while self.told.keep().await > 0 {}
    }

    /// Nothing is due, and nothing is hinted at.
    async fn synced(&self) {
        self.told.hear().await;
        let due_ms = self.f.now_ms() + 3_600_000;
        let mut database = self.f.home.look().await;
        let reset = "UPDATE schedule SET due_ms = $1, is_hinted = 0, failures = 0";
        sqlx::query(reset).bind(due_ms).execute(&mut database).await.expect("a schedule");
    }

    fn advance_s(&self, seconds: i64) {
        self.f.clock.advance_s(seconds);
        let now = self.f.clock.now();
        self.vendor.world(|world| world.set_now(now));
    }

    /// The mailboxes that are hinted at, and in how many milliseconds they are due.
    pub(crate) async fn hinted(&self) -> Vec<(String, i64)> {
        let mut database = self.f.home.look().await;
        let hinted = "SELECT mailbox.graph_id, schedule.due_ms FROM schedule
                      JOIN mailbox ON mailbox.id = schedule.mailbox WHERE is_hinted = 1 ORDER BY mailbox.graph_id";
        let hinted: Vec<(String, i64)> = sqlx::query_as(hinted).fetch_all(&mut database).await.expect("rows");
        hinted.into_iter().map(|(mailbox, due_ms)| (mailbox, due_ms - self.f.now_ms())).collect()
    }

    pub(crate) async fn number(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&mut self.f.home.look().await).await.expect("a number")
    }

    /// Addresses at which changes are told, of one side.
    async fn addresses(&self, side: &str) -> Vec<String> {
        let sql = "SELECT address FROM subscription WHERE side = $1 AND address IS NOT NULL ORDER BY mailbox, resource";
        sqlx::query_scalar(sql).bind(side.to_owned()).fetch_all(&mut self.f.home.look().await).await.expect("rows")
    }

    pub(crate) fn change_in_mailbox(&self, user: &str) {
        self.vendor.world(|world| {
            world.with_microsoft(|microsoft, context| {
                microsoft.add_contact(user, &json!({ "surname": "Secret" }), context).expect("a contact");
            });
        });
    }

    fn change_in_crm(&self) {
        let body = json!({ "data": [{ "Last_Name": "Secret" }] }).to_string();
        self.vendor.world(|world| {
            let token = world.with_zoho(|zoho, context| {
                let ada = zoho.users(ORG)[0];
                zoho.issue_access_token_for_user(context, ada, &["ZohoCRM.modules.ALL"])
            });
            let request = Request::new(mxs_http::Method::Post, "https://www.zohoapis.com/crm/v8/Contacts")
                .header("Authorization", format!("Zoho-oauthtoken {token}"))
                .body("application/json", body);
            let answer = world.handle(Service::Zoho, &request, 1).response.expect("an answer");
            assert_eq!(answer.status, 201);
        });
    }

    /// Posts something to the function.
    async fn post(&self, path: &str, body: impl Into<Vec<u8>>) -> Response {
        let request = Request::new(mxs_http::Method::Post, format!("{PUBLIC}{path}"));
        self.vendor.post(&request.body("application/json", body.into())).await
    }
}

fn vendor() -> (Arc<Vendor>, [Id; 2]) {
    let now = Timestamp::from_millisecond(START_MS).expect("in range");
    let mut world = World::new(now, 7);
    world.with_microsoft(|microsoft, context| {
        microsoft.add_tenant(Tenant::new(TENANT, "Corp", "corp.example"));
        for (id, name, address) in [(ADA, "Ada Lovelace", "ada@corp.example"), (BEN, "Ben Boyle", "ben@corp.example")] {
            microsoft.add_user(User::new(id, TENANT, name, address, "correct horse"), context);
        }
        let roles = ["Contacts.ReadWrite", "Calendars.ReadWrite", "Mail.ReadWrite", "User.Read.All"];
        microsoft.add_app(App::new(SERVER, TENANT, "Server").secret(SERVER_SECRET).roles(&roles).consented_in(TENANT));
    });
    let users = world.with_zoho(|zoho, context| {
        zoho.add_org(context, ORG, "Zylker", Edition::Enterprise, DataCentre::us());
        let administrator = zoho.add_profile(ORG, "Administrator", Permissions::administrator());
        zoho.add_client(CLIENT.0, CLIENT.1, REDIRECT);
        [("Ada Lovelace", "ada@corp.example"), ("Ben Boyle", "ben@corp.example")].map(|(name, email)| {
            let (time_zone, language) = ("Europe/Berlin", "de_DE");
            zoho.add_user(context, ORG, NewUser { name, email, profile: administrator, time_zone, language })
        })
    });
    (Arc::new(Vendor { world: Mutex::new(world), router: OnceLock::new() }), users)
}

/// The administrator agrees on the CRM's page.
async fn consent(f: &Fixture, vendor: &Vendor, token: &str, user: Id) {
    let begun: Value = f.call(token, "POST", "/v1/consents", Some(json!({ "to": "crm" }))).await.json();
    let (_, query) = begun["url"].as_str().expect("an address").split_once('?').expect("a query");
    let mut pairs = url::parse_form(query);
    pairs.extend([("user".to_owned(), user.to_string()), ("decision".to_owned(), "accept".to_owned())]);
    let form = url::form(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let request = Request::new(mxs_http::Method::Post, "https://accounts.zoho.com/oauth/v2/auth")
        .body("application/x-www-form-urlencoded", form);
    let answer = vendor.world(|world| world.handle(Service::Zoho, &request, 1)).response.expect("an answer");
    let location = answer.headers.get("Location").expect("a redirect");
    let (_, query) = location.split_once('?').expect("a query");
    let answer = f.call(token, "POST", "/v1/consents/finish", Some(json!({ "query": query }))).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
}

#[tokio::test]
async fn a_change_in_a_mailbox_has_it_synced_soon() {
    let stage = Stage::told().await;
    // Contacts and events of both mailboxes, each in its own; and the organisation's channels for the same.
    for user in [ADA, BEN] {
        assert_eq!(stage.vendor.world(|world| world.microsoft.subscriptions(user).len()), 2, "{user}");
    }
    assert_eq!(stage.addresses("crm").await.len(), 2);
    assert_eq!(stage.hinted().await, []);

    stage.change_in_mailbox(ADA);
    assert_eq!(stage.vendor.deliver().await, 1);
    assert_eq!(stage.hinted().await, [], "the answer doesn't wait for the database");
    stage.told.hear().await;
    assert_eq!(stage.hinted().await, [(ADA.to_owned(), 3_000)], "hers, after a moment, and no other");
}

/// A timer has nobody else who would ask.
#[tokio::test(flavor = "multi_thread")]
async fn a_tick_asks_to_be_told_too() {
    let stage = Stage::new().await;
    Background::start(&stage.f.app).await.expect("it starts").expect("there are keys").tick(LIMIT).await;
    for user in [ADA, BEN] {
        assert_eq!(stage.vendor.world(|world| world.microsoft.subscriptions(user).len()), 2, "{user}");
    }
    assert_eq!(stage.addresses("crm").await.len(), 2);
}

#[tokio::test]
async fn a_change_in_the_crm_has_the_mailboxes_synced_that_have_such_records() {
    let stage = Stage::told().await;
    stage.change_in_crm();
    // The CRM takes its time.
    stage.advance_s(60);
    assert_eq!(stage.vendor.deliver().await, 1);
    stage.told.hear().await;
    assert_eq!(stage.hinted().await, [(ADA.to_owned(), 3_000), (BEN.to_owned(), 3_100)], "one after the other");

    // What follows at once waits for a moment, and is not forgotten.
    stage.synced().await;
    stage.change_in_crm();
    stage.vendor.world(|world| world.advance(60_000));
    assert_eq!(stage.vendor.deliver().await, 1);
    stage.told.hear().await;
    assert_eq!(stage.hinted().await, []);
    stage.f.clock.advance_s(1);
    stage.told.hear().await;
    assert_eq!(stage.hinted().await.len(), 2);
}

#[tokio::test]
async fn a_storm_is_one_hint() {
    let stage = Stage::told().await;
    let times = NonZeroU32::new(10_000).expect("many");
    stage.vendor.world(|world| {
        world.with_microsoft(|microsoft, _| microsoft.disturb_notifications(Mishap::Repeated { times }));
    });
    stage.change_in_mailbox(ADA);
    assert_eq!(stage.vendor.deliver().await, 10_000);
    assert_eq!(stage.vendor.world(World::due_deliveries).len(), 0, "each was taken");
    let counted = crate::metrics::numbers(&stage.f).await;
    for (outcome, times) in [("noted", 1.0), ("collapsed", 9_999.0)] {
        let id = format!("mxs_notifications_total{{vendor=\"microsoft\",outcome=\"{outcome}\"}}");
        assert_eq!(counted.get(&id), Some(&times), "{outcome}");
    }
    stage.told.hear().await;
    assert_eq!(stage.hinted().await, [(ADA.to_owned(), 3_000)]);
    // What comes late is nothing new while the mailbox waits for its turn.
    stage.f.clock.advance_s(1);
    stage.change_in_mailbox(ADA);
    stage.vendor.deliver().await;
    stage.told.hear().await;
    assert_eq!(stage.hinted().await, [(ADA.to_owned(), 2_000)]);
}

#[tokio::test]
async fn an_instance_that_did_not_subscribe_hears_it_too() {
    let stage = Stage::told().await;
    let (vendor, clock) = (stage.vendor.clone(), stage.f.clock.clone());
    let ring = KeyRing::parse(&format!("{}=", "A".repeat(43)).into()).expect("a key");
    let vendors = Vendors { public_url: Some(PUBLIC.to_owned()), ..Vendors::default() };
    let wire = Arc::new(Wire(vendor.clone()));
    let other = stage.f.beside(|config| config.keys = Some(Keys::new(ring, vendors, wire))).await;
    assert_eq!(clock.now(), other.clock.now());
    stage.change_in_mailbox(BEN);
    let due = vendor.world(World::due_deliveries);
    let told = Subscriptions::new(&other.app).expect("keys and an address");
    for Delivery { request, .. } in &due {
        let path = request.url.strip_prefix(PUBLIC).expect("the function's address");
        let body: Value = serde_json::from_slice(&request.body).expect("JSON");
        assert_eq!(other.call("", "POST", path, Some(body)).await.status, StatusCode::ACCEPTED);
    }
    told.hear().await;
    assert_eq!(stage.hinted().await, [(BEN.to_owned(), 3_000)]);
}

/// What Graph posts, with this secret.
fn notice(client_state: &str, more: &Value) -> Value {
    let mut notice = json!({
        "subscriptionId": "i-1", "clientState": client_state, "tenantId": TENANT, "changeType": "updated",
        "subscriptionExpirationDateTime": "2026-11-25T08:00:00Z",
    });
    for (name, value) in more.as_object().expect("an object") {
        notice[name] = value.clone();
    }
    json!({ "value": [notice] })
}

/// What the CRM posts, with this token.
fn callback(token: &str) -> Value {
    json!({ "module": "Contacts", "operation": "update", "ids": ["1"], "channel_id": "1", "token": token })
}

/// Whoever doesn't know the secret is answered like whoever does, and nothing happens.
#[tokio::test]
async fn who_does_not_know_the_secret_moves_nothing() {
    let stage = Stage::told().await;
    let (microsoft, crm) = (stage.addresses("exchange").await, stage.addresses("crm").await);
    let unknown = "0".repeat(32);
    let forged = notice(&"0".repeat(48), &json!({}));
    let removed = notice(&"0".repeat(48), &json!({ "lifecycleEvent": "subscriptionRemoved" }));
    let path = |vendor: &str, address: &str| format!("/v1/notifications/{vendor}/{address}");
    for (case, path, body, status) in [
        ("a wrong secret", path("microsoft", &microsoft[0]), &forged, 202),
        ("an empty one", path("microsoft", &microsoft[0]), &notice("", &json!({})), 202),
        ("none", path("microsoft", &microsoft[0]), &notice("", &json!({ "clientState": null })), 202),
        ("that it is removed", path("microsoft", &format!("{}/lifecycle", microsoft[0])), &removed, 202),
        ("an address of nobody", path("microsoft", &unknown), &forged, 202),
        ("no address", path("microsoft", "x"), &forged, 202),
        ("the CRM's address", path("microsoft", &crm[0]), &forged, 202),
        ("a wrong token", path("crm", &crm[0]), &callback(&"0".repeat(48)), 200),
        ("a token of nobody", path("crm", &unknown), &callback("x"), 200),
        ("a mailbox's address", path("crm", &microsoft[0]), &callback("x"), 200),
    ] {
        let answer = stage.post(&path, body.to_string()).await;
        assert_eq!((answer.status, answer.body.len()), (status, 0), "{case}");
        stage.told.hear().await;
        assert_eq!(stage.hinted().await, [], "{case}");
    }
    assert_eq!(stage.told.keep().await, 0, "nothing is to be seen to");
}

#[tokio::test]
async fn whatever_is_posted_is_answered() {
    let stage = Stage::told().await;
    let (microsoft, crm) = (stage.addresses("exchange").await, stage.addresses("crm").await);
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let many: Vec<Value> = (0..2_000).map(|_| notice("x", &json!({}))["value"][0].clone()).collect();
    let hostile: [(&str, Vec<u8>); 12] = [
        ("nothing", Vec::new()),
        ("no JSON", b"\xff\xfe{".to_vec()),
        ("half of it", br#"{"value":[{"changeType":"#.to_vec()),
        ("deep", deep.clone().into_bytes()),
        ("deep inside", format!(r#"{{"value":[{deep}]}}"#).into_bytes()),
        ("a list", b"[]".to_vec()),
        ("numbers", br#"{"value":1,"token":2,"channel_id":-1,"ids":3}"#.to_vec()),
        ("wrong types", br#"{"value":[1,null,"x",[],{"clientState":{},"changeType":[]}]}"#.to_vec()),
        ("names twice", br#"{"value":[],"value":1,"token":"a","token":1}"#.to_vec()),
        ("many", json!({ "value": many }).to_string().into_bytes()),
        ("large", vec![b' '; 255 * 1024]),
        ("larger than is read", vec![b'x'; 4 * 1024 * 1024]),
    ];
    for (case, body) in hostile {
        for (path, status) in [
            (format!("/v1/notifications/microsoft/{}", microsoft[0]), 202),
            (format!("/v1/notifications/microsoft/{}/lifecycle", microsoft[0]), 202),
            (format!("/v1/notifications/crm/{}", crm[0]), 200),
        ] {
            assert_eq!(stage.post(&path, body.clone()).await.status, status, "{case}");
        }
    }
    stage.told.hear().await;
    assert_eq!(stage.hinted().await, []);
    for (query, status, body) in [
        ("validationToken=a%20%3Cb%3E", 200, "a <b>"),
        ("validationToken=", 400, ""),
        ("validationToken=a%0d%0ab", 400, ""),
    ] {
        let path = format!("/v1/notifications/microsoft/{}?{query}", microsoft[0]);
        let answer = stage.post(&path, "").await;
        assert_eq!((answer.status, String::from_utf8(answer.body).expect("UTF-8").as_str()), (status, body), "{query}");
        if status == 200 {
            assert_eq!(answer.headers.get("Content-Type"), Some("text/plain"));
        }
    }
}

/// A thousand at once, of known, unknown and forged addresses: all are answered, and the right ones heard.
#[tokio::test]
async fn a_thousand_at_once_are_answered() {
    let stage = Stage::told().await;
    let forged = notice("x", &json!({})).to_string();
    stage.change_in_mailbox(ADA);
    let real = stage.vendor.world(World::due_deliveries).remove(0).request;
    let mut under_way = tokio::task::JoinSet::new();
    for number in 0..1_000_u32 {
        let (vendor, real, forged) = (stage.vendor.clone(), real.clone(), forged.clone());
        under_way.spawn(async move {
            let request = match number % 3 {
                0 => real,
                1 => Request::new(mxs_http::Method::Post, real.url).body("application/json", forged),
                _ => {
                    let url = format!("{PUBLIC}/v1/notifications/microsoft/{number:032x}");
                    Request::new(mxs_http::Method::Post, url).body("application/json", forged)
                }
            };
            vendor.post(&request).await.status
        });
    }
    let answers = under_way.join_all().await;
    assert_eq!(answers, [202; 1_000]);
    stage.told.hear().await;
    assert_eq!(stage.hinted().await, [(ADA.to_owned(), 3_000)]);
}

#[tokio::test]
async fn what_becomes_of_a_subscription_is_seen_to() {
    let stage = Stage::told().await;
    let before = stage.addresses("exchange").await;

    // Graph asks whether it still may be, and tells nothing until it knows.
    stage.vendor.world(|world| {
        world.with_microsoft(|microsoft, context| microsoft.challenge_subscriptions(ADA, context));
    });
    assert_eq!(stage.vendor.deliver().await, 2);
    stage.told.hear().await;
    assert_eq!(stage.told.keep().await, 2, "both are renewed");
    assert_eq!(stage.addresses("exchange").await, before, "and stay what they are");
    stage.change_in_mailbox(ADA);
    assert_eq!(stage.vendor.deliver().await, 1, "it tells again");
    stage.synced().await;

    // It ends them.
    stage.vendor.world(|world| {
        world.with_microsoft(|microsoft, context| microsoft.withdraw_subscriptions(ADA, context));
    });
    assert_eq!(stage.vendor.deliver().await, 2);
    stage.told.hear().await;
    assert_eq!(stage.hinted().await, [(ADA.to_owned(), 3_000)], "nobody knows what was not told");
    assert_eq!(stage.told.keep().await, 2);
    let after = stage.addresses("exchange").await;
    assert_eq!((after.len(), &after[2..]), (4, &before[2..]), "his are as before");
    assert!(after[..2].iter().all(|address| !before.contains(address)), "hers are others");
    stage.synced().await;

    // It says that it didn't tell everything.
    stage.vendor.world(|world| {
        world.with_microsoft(|microsoft, _| microsoft.disturb_notifications(Mishap::Lost { told: true }));
    });
    stage.change_in_mailbox(ADA);
    assert_eq!(stage.vendor.deliver().await, 1);
    stage.told.hear().await;
    assert_eq!(stage.hinted().await, [(ADA.to_owned(), 3_000)]);
}

#[tokio::test]
async fn subscriptions_live_on_and_are_made_anew_where_they_ended() {
    let stage = Stage::told().await;
    let (microsoft, crm) = (stage.addresses("exchange").await, stage.addresses("crm").await);
    let lasting = "SELECT count(*) FROM subscription WHERE name IS NOT NULL AND expires_ms > 0 AND failures = 0";
    // Two weeks, looked at every few hours: none of them ever ends.
    for _ in 0..14 * 6 {
        stage.advance_s(4 * 60 * 60);
        stage.keep().await;
    }
    assert_eq!(stage.addresses("exchange").await, microsoft);
    assert_eq!(stage.addresses("crm").await, crm);
    assert_eq!(stage.number(lasting).await, 6);

    // Nobody looked for two weeks: all have ended, and are made anew.
    stage.advance_s(14 * 24 * 60 * 60);
    stage.keep().await;
    let (now_microsoft, now_crm) = (stage.addresses("exchange").await, stage.addresses("crm").await);
    assert!(now_microsoft.iter().all(|address| !microsoft.contains(address)));
    assert!(now_crm.iter().all(|address| !crm.contains(address)));
    assert_eq!(stage.number(lasting).await, 6);
    stage.told.hear().await;
    assert_eq!(stage.hinted().await.len(), 2, "what was not told meanwhile is looked for");
    stage.synced().await;
    stage.change_in_mailbox(BEN);
    stage.vendor.deliver().await;
    stage.told.hear().await;
    assert_eq!(stage.hinted().await, [(BEN.to_owned(), 3_000)]);
}

/// A vendor answers nothing of use at these addresses.
fn away(service: Service, url_contains: &str, retry_after_s: Option<u32>) -> Fault {
    Fault {
        service,
        method: None,
        url_contains: url_contains.to_owned(),
        skip: 0,
        times: NonZeroU32::new(1_000).expect("many"),
        delay_ms: 0,
        effect: Effect::Status { status: 503, body: String::new(), media_type: "text/plain".to_owned(), retry_after_s },
    }
}

/// A vendor that is away stops no sync, and is asked again later and later.
#[tokio::test]
async fn trouble_is_tried_again_with_patience() {
    let stage = Stage::new().await;
    stage.vendor.world(|world| {
        world.faults.add(away(Service::Microsoft, "/subscriptions", Some(1_800)));
        world.faults.add(away(Service::Zoho, "/actions/watch", None));
    });
    stage.told.plan().await;
    let waits = "SELECT side, min(due_ms) - $1, max(due_ms) - $1, min(failures), max(failures)
                 FROM subscription GROUP BY side ORDER BY side";
    for failures in 1..=10_u32 {
        assert!(stage.told.keep().await > 0);
        assert_eq!(stage.told.keep().await, 0, "not at once");
        let mut database = stage.f.home.look().await;
        let rows = sqlx::query_as(waits).bind(stage.f.now_ms()).fetch_all(&mut database).await;
        let rows: Vec<(String, i64, i64, i64, i64)> = rows.expect("rows");
        let doubled_ms = (60_000_i64 << (failures - 1)).min(3_600_000);
        for (side, least_ms, most_ms, fewest, most) in rows {
            // Doubled each time, and not less than Microsoft asked for.
            let wait_ms = if side == "crm" { doubled_ms } else { doubled_ms.max(1_800_000) };
            assert!(least_ms >= wait_ms && most_ms <= wait_ms * 12 / 10, "{side}: {least_ms} to {most_ms}");
            assert_eq!((fewest, most), (i64::from(failures), i64::from(failures)), "{side}");
        }
        stage.advance_s(3 * 60 * 60);
    }
    stage.vendor.world(|world| world.faults.clear());
    stage.keep().await;
    assert_eq!((stage.addresses("exchange").await.len(), stage.addresses("crm").await.len()), (4, 2), "it heals");
}

#[tokio::test]
async fn what_nobody_wants_any_more_is_ended() {
    let stage = Stage::told().await;
    let count = |user: &str| stage.vendor.world(|world| world.microsoft.subscriptions(user).len());

    // One kind less.
    let mut settings: Value = stage.f.call(&stage.admin, "GET", "/v1/overview", None).await.json();
    let mut settings = settings["settings"].take();
    settings["events"]["rules"]["on"] = json!(false);
    stage.f.call(&stage.admin, "PUT", "/v1/settings", Some(settings)).await;
    stage.keep().await;
    assert_eq!((count(ADA), count(BEN)), (1, 2));
    assert_eq!(stage.addresses("crm").await.len(), 2, "his events are still told");

    // The mailbox is disconnected.
    let answer = stage.f.call(&stage.admin, "DELETE", "/v1/mailbox", None).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!((count(ADA), count(BEN)), (0, 2), "at once, as the keys may go");

    // The administrator takes the CRM back: nothing is left to tell.
    let answer = stage.f.call(&stage.admin, "DELETE", "/v1/access/crm", None).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(stage.addresses("crm").await.len(), 0);
    stage.keep().await;
    assert_eq!(count(BEN), 0);
    assert_eq!(stage.number("SELECT count(*) FROM subscription").await, 0);
}

/// What subscriptions prove themselves with is for the vendors alone.
#[tokio::test]
async fn the_secrets_of_subscriptions_are_nowhere_to_be_read() {
    let kept = crate::logs::kept();
    let stage = Stage::told().await;
    let posts = || stage.vendor.world(World::due_deliveries);
    stage.change_in_mailbox(ADA);
    stage.change_in_crm();
    stage.advance_s(60);
    let mut secrets = Secrets::default();
    for Delivery { id, request, .. } in posts() {
        let answer = stage.vendor.post(&request).await;
        stage.vendor.world(|world| world.delivered(id, Some(&answer)));
        let body: Value = serde_json::from_slice(&request.body).expect("JSON");
        for secret in [&body["token"], &body["value"][0]["clientState"]] {
            secret.as_str().into_iter().for_each(|secret| secrets.add(secret));
        }
        // Somebody repeats it where it doesn't belong.
        for path in ["/v1/notifications/crm/x", "/v1/notifications/microsoft/x", "/v1/settings"] {
            stage.post(path, request.body.clone()).await;
        }
    }
    assert_eq!(secrets.len(), 2, "of both vendors");
    stage.told.hear().await;
    assert_eq!(stage.hinted().await.len(), 2);
    stage.advance_s(40 * 60 * 60);
    stage.keep().await;
    secrets.assert_not_in("the log", kept.text().as_bytes());
    secrets.assert_not_in("the database", &stage.f.home.bytes().await);
}

impl Stage {
    /// The CRM takes the extension away; what it signed.
    async fn uninstalled(&self) -> String {
        let nonce = self.f.nonce().await;
        let plain = Signed::new(&nonce, self.f.now_ms()).text(SECRET);
        let (payload, _) = plain.rsplit_once('.').expect("a dot");
        let statement = sign(&format!("uninstall|{payload}"), SECRET);
        let answer = self.uninstall(&statement).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        statement
    }

    async fn uninstall(&self, statement: &str) -> Answer {
        self.f.call("", "POST", "/v1/uninstall", Some(json!({ "statement": statement }))).await
    }

    /// What opens doors and what is told.
    async fn held(&self) -> i64 {
        let tables = "SELECT (SELECT count(*) FROM credential) + (SELECT count(*) FROM token)
                      + (SELECT count(*) FROM subscription) + (SELECT count(*) FROM schedule)";
        self.number(tables).await
    }

    fn told_of(&self, user: &str) -> usize {
        self.vendor.world(|world| world.microsoft.subscriptions(user).len())
    }

    /// Changes everything that is told of, and counts what is told.
    async fn tells(&self) -> usize {
        self.change_in_mailbox(ADA);
        self.change_in_mailbox(BEN);
        self.change_in_crm();
        self.advance_s(60);
        self.vendor.deliver().await
    }
}

#[tokio::test]
async fn who_uninstalls_is_told_nothing_any_more() {
    let stage = Stage::told().await;
    let fence = stage.f.lease(&stage.admin).await.fence;
    let before = stage.vendor.world(|world| world.zoho.users(ORG)[0]);
    let statement = stage.uninstalled().await;
    assert_eq!((stage.told_of(ADA), stage.told_of(BEN)), (0, 0));
    assert_eq!(stage.tells().await, 0, "nor by the CRM");
    assert_eq!(stage.held().await, 0);

    // A run under way stores nothing more.
    let admin = stage.f.sign_in(ORG, &before.to_string()).await;
    let committed = stage.f.commit(&admin, fence, json!([put_link("e1", "c1")])).await;
    assert_eq!(committed.refusal(), (409, ErrorCode::LeaseLost));

    // Whoever comes back is told again, and what was signed once takes nothing away.
    consent(&stage.f, &stage.vendor, &admin, before).await;
    let application = json!({ "tenant": TENANT, "client_id": SERVER, "secret": SERVER_SECRET });
    stage.f.call(&admin, "PUT", "/v1/application", Some(application)).await;
    stage.keep().await;
    assert_eq!((stage.told_of(ADA), stage.told_of(BEN)), (2, 2));
    assert_eq!(stage.uninstall(&statement).await.refusal(), (401, ErrorCode::BadStatement));
    assert_eq!((stage.told_of(ADA), stage.told_of(BEN)), (2, 2));
}

/// Whatever the vendors say: what opens their doors is forgotten, and what they still tell moves nothing.
#[tokio::test]
async fn who_uninstalls_while_the_vendors_are_away_is_rid_of_them_all_the_same() {
    let stage = Stage::told().await;
    for service in [Service::Microsoft, Service::Zoho] {
        stage.vendor.world(|world| world.faults.add(away(service, "", None)));
    }
    stage.uninstalled().await;
    stage.vendor.world(|world| world.faults.clear());
    assert_eq!(stage.held().await, 0);
    assert_eq!((stage.told_of(ADA), stage.told_of(BEN)), (2, 2), "nobody could be asked to end them");
    assert!(stage.tells().await > 0);
    stage.told.hear().await;
    assert_eq!(stage.hinted().await, []);
    stage.keep().await;
    assert_eq!(stage.held().await, 0);
}

/// The function was killed between the two steps of an uninstallation: whoever comes by does the second.
#[tokio::test]
async fn what_opens_the_doors_of_who_left_is_forgotten_by_whoever_comes_by() {
    let stage = Stage::told().await;
    let mut database = stage.f.home.look().await;
    let left = sqlx::query("UPDATE org SET removed_ms = $1").bind(stage.f.now_ms());
    left.execute(&mut database).await.expect("an organisation");
    let credentials = "SELECT count(*) FROM credential";
    stage.f.sign_in(ORG, "1").await;
    assert_eq!(stage.number(credentials).await, 2, "somebody may be seeing to it");
    stage.advance_s(61);
    stage.f.sign_in(ORG, "1").await;
    assert_eq!(stage.number(credentials).await, 0);
    assert_eq!(stage.number("SELECT count(*) FROM subscription").await, 0);
}

#[tokio::test]
async fn who_connects_another_mailbox_is_told_of_the_first_no_more() {
    let stage = Stage::told().await;
    assert_eq!(stage.f.connect(&stage.admin, ADA).await.status, StatusCode::OK);
    assert_eq!(stage.told_of(ADA), 2, "the same as before");
    assert_eq!(stage.f.connect(&stage.admin, "another").await.status, StatusCode::OK);
    assert_eq!((stage.told_of(ADA), stage.told_of(BEN)), (0, 2));
}

#[tokio::test]
async fn who_takes_the_application_back_is_told_of_no_mailbox() {
    let stage = Stage::told().await;
    let answer = stage.f.call(&stage.admin, "DELETE", "/v1/application", None).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!((stage.told_of(ADA), stage.told_of(BEN)), (0, 0));
    assert_eq!(stage.addresses("crm").await.len(), 2);
}

#[tokio::test]
async fn without_an_address_nothing_is_told() {
    let f = Fixture::new().await;
    assert!(Subscriptions::new(&f.app).is_none());
    let path = format!("/v1/notifications/crm/{}", "0".repeat(32));
    assert_eq!(f.call("", "POST", &path, Some(callback("x"))).await.status, StatusCode::OK);
}
