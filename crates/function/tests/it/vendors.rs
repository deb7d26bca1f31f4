//! Both vendors in memory, as the function reaches them, and the people who let it in.

use crate::support::{Answer, Fixture, ORG, TestClock};
use mxs_api::Consent;
use mxs_function::{
    Answered, Clock, Config, Door, Keys, MicrosoftApp, Outside, Proof, Sent, Services, Vendors, ZohoApp,
};
use mxs_http::{Method, NoResponse, Request, Response, base64url, url};
use mxs_outgoing::{Account, Authorities, Failure, Refusal};
use mxs_vault::KeyRing;
use mxs_world::microsoft::{App, Platform, Tenant, User};
use mxs_world::zoho::{DataCentre, Edition, Id, NewUser, Permissions};
use mxs_world::{Service, World};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

pub(crate) const ADA: &str = "ada@corp.example";
pub(crate) const ADA_ID: &str = "9d3c1f80-5a6b-4c7d-8e9f-0a1b2c3d4e5f";
pub(crate) const PASSWORD: &str = "pencil-and-paper";
pub(crate) const TENANT: &str = "6f1d7c52-0d5c-4e0b-8f8e-2b6a3f1c9d10";
pub(crate) const OUR_APP: &str = "0b9a4f5e-3c1d-4a2b-9e8f-7d6c5b4a3f21";
pub(crate) const OUR_SECRET: &str = "our-secret-at-microsoft";
pub(crate) const THEIR_APP: &str = "5c1b0d7e-6f2a-4b3c-8d9e-1a2b3c4d5e6f";
pub(crate) const THEIR_SECRET: &str = "their-secret-at-microsoft";
const ZOHO_APP: &str = "1000.APP";
pub(crate) const ZOHO_SECRET: &str = "our-secret-at-zoho";
pub(crate) const REDIRECT: &str = "https://tab.example/let-in.html";
const MICROSOFT: &str = "https://microsoft.example";
const ZOHO: &str = "https://zoho.example";
/// Another door to the same mailboxes.
pub(crate) const EXCHANGE: &str = "https://mail.corp.example";
pub(crate) const SCOPES: [&str; 5] =
    ["User.Read", "Calendars.ReadWrite", "Contacts.ReadWrite", "Mail.ReadWrite", "Tasks.ReadWrite"];
pub(crate) const ROLES: [&str; 3] = ["Calendars.ReadWrite", "Contacts.ReadWrite", "User.Read.All"];

/// Two keys, of which the first is used.
pub(crate) const KEYS: &str = r#"{"current":"a","keys":{"a":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "b":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="}}"#;

/// The world, and what went over the wire.
pub(crate) struct Both {
    pub(crate) world: Mutex<World>,
    clock: Arc<TestClock>,
    /// Every token that a vendor gave.
    pub(crate) tokens: Mutex<Vec<String>>,
    /// How often tokens were asked for.
    pub(crate) asked: Mutex<usize>,
    /// What was sent to get them, and to be told of changes.
    pub(crate) proofs: Mutex<Vec<Request>>,
    /// What the Exchange Server answered.
    pub(crate) statuses: Mutex<Vec<u16>>,
    /// An administrator of the CRM.
    pub(crate) admin: Id,
    /// One who isn't.
    pub(crate) seller: Id,
}

impl Both {
    /// A mailbox, and a CRM with an administrator and a salesperson.
    pub(crate) fn new(clock: Arc<TestClock>) -> Arc<Self> {
        let mut world = World::new(clock.now(), 1);
        world.with_microsoft(|microsoft, context| {
            microsoft.set_base_url(MICROSOFT);
            microsoft.add_tenant(Tenant::new(TENANT, "Corp", "corp.example"));
            microsoft.add_user(User::new(ADA_ID, TENANT, "Ada Lovelace", ADA, PASSWORD), context);
            let ours = App::new(OUR_APP, TENANT, "MS Exchange Sync").for_every_tenant().secret(OUR_SECRET);
            microsoft.add_app(ours.redirect(Platform::Web, REDIRECT).delegated(&SCOPES));
            let theirs = App::new(THEIR_APP, TENANT, "Our own").secret(THEIR_SECRET).roles(&ROLES);
            microsoft.add_app(theirs.consented_in(TENANT));
        });
        let (admin, seller) = world.with_zoho(|zoho, context| {
            zoho.add_org(context, ORG, "Corp", Edition::Enterprise, DataCentre::new("eu", ZOHO, ZOHO));
            zoho.add_client(ZOHO_APP, ZOHO_SECRET, REDIRECT);
            let administrators = zoho.add_profile(ORG, "Chefs", Permissions::administrator());
            let sales = zoho.add_profile(ORG, "Administrator", Permissions::standard());
            let mut add = |name, email, profile| {
                let user = NewUser { name, email, profile, time_zone: "Europe/Berlin", language: "de_DE" };
                zoho.add_user(context, ORG, user)
            };
            (add("Ada Lovelace", ADA, administrators), add("Sam Seller", "sam@corp.example", sales))
        });
        let (tokens, asked, proofs, statuses) = Default::default();
        Arc::new(Self { world: Mutex::new(world), clock, tokens, asked, proofs, statuses, admin, seller })
    }

    /// What a function is given that may reach them, and how our application at Microsoft proves who it is.
    pub(crate) fn keys(self: &Arc<Self>, ring: &str, proof: Proof) -> Keys {
        let ring = KeyRing::parse(&SecretString::from(ring)).expect("a ring");
        let vendors = Vendors {
            identity: MICROSOFT.to_owned(),
            graph: MICROSOFT.to_owned(),
            redirect_uri: REDIRECT.to_owned(),
            public_url: None,
            microsoft: Some(Arc::new(MicrosoftApp { client_id: OUR_APP.to_owned(), proof })),
            centres: vec![mxs_zoho::oauth::DataCentre::stand_in("eu", ZOHO, ZOHO)],
            zoho: Some(Arc::new(ZohoApp { client_id: ZOHO_APP.to_owned(), secret: ZOHO_SECRET.into() })),
        };
        Keys::new(ring, vendors, Arc::new(Reach(self.clone())))
    }

    /// Answers one request, at the present moment.
    pub(crate) fn answer(&self, service: Service, request: &Request) -> Option<Response> {
        let mut world = self.world.lock().expect("unpoisoned");
        world.set_now(self.clock.now());
        let response = world.handle(service, request, 1).response?;
        let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
        let given = ["access_token", "refresh_token"].into_iter().filter_map(|name| body[name].as_str());
        let given: Vec<String> = given.map(str::to_owned).collect();
        *self.asked.lock().expect("unpoisoned") += usize::from(!given.is_empty());
        if ["/token", "/subscriptions", "/actions/watch"].iter().any(|end| request.url.contains(end)) {
            self.proofs.lock().expect("unpoisoned").push(request.clone());
        }
        self.tokens.lock().expect("unpoisoned").extend(given);
        Some(response)
    }

    /// Where a browser lands whose user agrees to everything at Microsoft.
    pub(crate) fn agree_at_microsoft(&self, url: &str) -> String {
        let mut cookies = Vec::new();
        let mut response = self.answer(Service::Microsoft, &Request::new(Method::Get, url)).expect("an answer");
        for _ in 0..3 {
            if let Some(location) = response.headers.get("Location") {
                return location.split_once('?').expect("a query").1.to_owned();
            }
            let html = String::from_utf8_lossy(&response.body).into_owned();
            let part =
                |start: &str| html.split_once(start).and_then(|(_, rest)| rest.split_once('"')).expect("a form").0;
            let (action, flow) = (part("action=\""), part("name=\"flow\" value=\""));
            let form = url::form([("flow", flow), ("login", ADA), ("passwd", PASSWORD), ("decision", "accept")]);
            // The page that asks for consent counts only in the browser that signed in.
            let cookie = response.headers.get("Set-Cookie").and_then(|cookie| cookie.split(';').next());
            cookies.extend(cookie.map(str::to_owned));
            let request = Request::new(Method::Post, action).header("Cookie", cookies.join("; "));
            let request = request.body("application/x-www-form-urlencoded", form);
            response = self.answer(Service::Microsoft, &request).expect("an answer");
        }
        panic!("the sign-in goes on and on");
    }

    /// Where a browser lands in which this CRM user decides at Zoho.
    pub(crate) fn decide_at_zoho(&self, url: &str, user: Id, decision: &str) -> String {
        let (address, query) = url.split_once('?').expect("a query");
        let form = format!("{query}&user={user}&decision={decision}");
        let request = Request::new(Method::Post, address).body("application/x-www-form-urlencoded", form);
        let response = self.answer(Service::Zoho, &request).expect("an answer");
        response.headers.get("Location").expect("a redirect").split_once('?').expect("a query").1.to_owned()
    }

    /// The surnames of the CRM's contacts.
    pub(crate) fn surnames(&self) -> Vec<String> {
        let mut world = self.world.lock().expect("unpoisoned");
        let admin = self.admin;
        let token =
            world.with_zoho(|zoho, context| zoho.issue_access_token_for_user(context, admin, &["ZohoCRM.modules.ALL"]));
        let request = Request::new(Method::Get, format!("{ZOHO}/crm/v8/Contacts?fields=Last_Name"))
            .header("Authorization", format!("Zoho-oauthtoken {token}"));
        let response = world.handle(Service::Zoho, &request, 1).response.expect("an answer");
        let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
        let contacts = body["data"].as_array().cloned().unwrap_or_default();
        contacts.iter().map(|contact| contact["Last_Name"].as_str().unwrap_or_default().to_owned()).collect()
    }

    pub(crate) fn add_contact(&self, surname: &str) {
        let mut world = self.world.lock().expect("unpoisoned");
        let contact = json!({ "givenName": "Grace", "surname": surname });
        world.with_microsoft(|microsoft, context| microsoft.add_contact(ADA, &contact, context)).expect("a contact");
    }
}

/// The function's way to the world: what `mxs-outgoing` is to the real vendors.
struct Reach(Arc<Both>);

impl Outside for Reach {
    fn send(&self, origin: &str, authorization: Option<SecretString>, mut request: Request) -> Sent {
        let service = if origin == ZOHO { Service::Zoho } else { Service::Microsoft };
        if request.url.starts_with('/') {
            request.url.insert_str(0, origin);
        }
        if let Some(authorization) = authorization {
            request = request.header("Authorization", authorization.expose_secret());
        }
        let both = self.0.clone();
        let is_there = request.url.starts_with(&format!("{origin}/"));
        Box::pin(async move {
            if !is_there {
                return Err(NoResponse::NotSent);
            }
            both.answer(service, &request).ok_or(NoResponse::Unknown)
        })
    }

    fn judge(&self, server: &str) -> Result<(), Refusal> {
        if server == EXCHANGE { Ok(()) } else { Err(Refusal::NotAVendor) }
    }

    fn server(&self, origin: &str, account: Option<Account>, _: &Authorities) -> Result<Arc<dyn Door>, Refusal> {
        if origin != EXCHANGE {
            return Err(Refusal::NotAVendor);
        }
        let authorization = account.map(|account| match account {
            Account::Password { user, password, .. } => {
                let pair = base64url::encode(format!("{user}:{}", password.expose_secret()).as_bytes());
                let pad = "=".repeat((4 - pair.len() % 4) % 4);
                format!("Basic {}{pad}", pair.replace('-', "+").replace('_', "/"))
            }
            Account::Token(token) => format!("Bearer {}", token.expose_secret()),
        });
        Ok(Arc::new(Server { both: self.0.clone(), authorization }))
    }

    fn unprotected(&self, _: Request) -> Answered {
        Box::pin(async { Err(Refusal::NotAVendor.into()) })
    }

    fn services(&self, _: &str) -> Services {
        Box::pin(async { Vec::new() })
    }
}

/// The way to the world's Exchange Server.
struct Server {
    both: Arc<Both>,
    authorization: Option<String>,
}

impl Door for Server {
    fn exchange(&self, mut request: Request) -> Answered {
        request.url = request.url.trim_start_matches(EXCHANGE).to_owned();
        if let Some(authorization) = &self.authorization {
            request = request.header("Authorization", authorization);
        }
        let both = self.both.clone();
        Box::pin(async move {
            let response = both.answer(Service::Microsoft, &request).ok_or(Failure::Unknown)?;
            both.statuses.lock().expect("unpoisoned").push(response.status);
            Ok(response)
        })
    }
}

/// A function with keys, and the vendors that it reaches.
pub(crate) async fn function(ring: &str) -> (Fixture, Arc<Both>) {
    function_by(ring, Proof::Secret(OUR_SECRET.into())).await
}

/// The same, with another proof of who our application at Microsoft is.
pub(crate) async fn function_by(ring: &str, proof: Proof) -> (Fixture, Arc<Both>) {
    let clock = TestClock::new();
    let both = Both::new(clock.clone());
    let keys = both.keys(ring, proof);
    let fixture = Fixture::opened_with(crate::home::Home::fresh().await, clock, |config: &mut Config| {
        config.keys = Some(keys);
    });
    (fixture.await, both)
}

impl Fixture {
    /// Begins a consent; the vendor's page.
    pub(crate) async fn begin(&self, token: &str, to: &str) -> String {
        self.call(token, "POST", "/v1/consents", Some(json!({ "to": to }))).await.json::<Consent>().url
    }

    /// Hands over what the browser came back with.
    pub(crate) async fn finish_consent(&self, token: &str, query: &str) -> Answer {
        self.call(token, "POST", "/v1/consents/finish", Some(json!({ "query": query }))).await
    }

    /// Lets the function into the CRM, as its administrator; the session.
    pub(crate) async fn admin(&self, both: &Both) -> String {
        let token = self.sign_in(ORG, &both.admin.to_string()).await;
        let page = self.begin(&token, "crm").await;
        let answer = self.finish_consent(&token, &both.decide_at_zoho(&page, both.admin, "accept")).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        token
    }

    /// Lets the function into Ada's mailbox.
    pub(crate) async fn let_into_mailbox(&self, both: &Both, token: &str) {
        let page = self.begin(token, "mailbox").await;
        let answer = self.finish_consent(token, &both.agree_at_microsoft(&page)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
}
