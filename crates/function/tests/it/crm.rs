//! An organisation whose CRM and directory answer, as far as its administrators need them.

use crate::servers::Servers;
use crate::support::{Fixture, ORG};
use mxs_function::{Answered, Background, Door, Keys, MicrosoftApp, Outside, Proof, Sent, Services, Vendors, ZohoApp};
use mxs_http::{Request, Response, url};
use mxs_outgoing::{Account, Authorities, Networks, Outgoing, Refusal, Settings};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

/// The administrator who consents.
pub(crate) const ADMIN: &str = "411001";

/// What 32 random bytes could look like in base64.
const KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

/// No turn takes so long.
const TICK: Duration = Duration::from_secs(30);

/// The vendors, as far as they know anything.
#[derive(Default)]
pub(crate) struct Crm {
    /// Active users by id, with their names.
    pub(crate) users: Mutex<Vec<(String, String)>>,
    /// Which of them are administrators.
    admins: Mutex<Vec<String>>,
    /// Whether the refresh token was given back, or taken away.
    pub(crate) is_revoked: Mutex<bool>,
    /// Whether the CRM does not answer.
    is_away: AtomicBool,
    /// How often it was asked for one user.
    asked_for_one: AtomicUsize,
    /// The organisation's Exchange Servers.
    pub(crate) servers: Arc<Servers>,
}

impl Crm {
    /// An administrator and these users.
    pub(crate) fn with(users: &[&str]) -> Arc<Self> {
        let user = |id: &&str| ((*id).to_owned(), format!("Anna {id}"));
        let users = [ADMIN].iter().chain(users).map(user).collect();
        Arc::new(Self { users: Mutex::new(users), admins: Mutex::new(vec![ADMIN.to_owned()]), ..Self::default() })
    }

    pub(crate) fn promote(&self, id: &str) {
        self.admins.lock().expect("unpoisoned").push(id.to_owned());
    }

    pub(crate) fn demote(&self, id: &str) {
        self.admins.lock().expect("unpoisoned").retain(|known| known != id);
    }

    pub(crate) fn go_away(&self) {
        self.is_away.store(true, Ordering::Relaxed);
    }

    pub(crate) fn asked_for_one(&self) -> usize {
        self.asked_for_one.load(Ordering::Relaxed)
    }

    pub(crate) fn deactivate(&self, id: &str) {
        self.users.lock().expect("unpoisoned").retain(|(known, _)| known != id);
    }

    pub(crate) fn revoke(&self) {
        *self.is_revoked.lock().expect("unpoisoned") = true;
    }

    fn listed(&self, fits: impl Fn(&str) -> bool) -> Value {
        let users = self.users.lock().expect("unpoisoned");
        let user = |(id, name): &(String, String)| {
            let email = format!("user{id}@example.com");
            json!({ "id": id, "full_name": name, "email": email, "status": "active", "confirm": true })
        };
        let users: Vec<Value> = users.iter().filter(|(id, _)| fits(id)).map(user).collect();
        json!({ "users": users, "info": { "more_records": false } })
    }

    fn answer(&self, origin: &str, authorization: &str, request: &Request) -> (u16, Value) {
        let (path, query) = request.url.split_once('?').unwrap_or((&request.url, ""));
        let pairs = url::parse_form(query);
        let get = |name: &str| pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
        let is_revoked = *self.is_revoked.lock().expect("unpoisoned");
        if self.is_away.load(Ordering::Relaxed) {
            return (503, Value::Null);
        }
        if origin.contains("login.microsoftonline.com") {
            return (200, json!({ "token_type": "Bearer", "access_token": "graph", "expires_in": 3600 }));
        }
        if path.ends_with("/token/revoke") {
            self.revoke();
            return (200, json!({ "status": "success" }));
        }
        if path.ends_with("/oauth/v2/token") {
            let asked = String::from_utf8_lossy(&request.body);
            if asked.contains("grant_type=authorization_code") || get("grant_type") == "authorization_code" {
                *self.is_revoked.lock().expect("unpoisoned") = false;
            } else if is_revoked {
                return (200, json!({ "error": "invalid_code" }));
            }
            return (
                200,
                json!({
                    "access_token": "crm", "refresh_token": "lasts", "expires_in": 3600,
                    "api_domain": "https://www.zohoapis.com", "token_type": "Bearer",
                }),
            );
        }
        if authorization != "Zoho-oauthtoken crm" || is_revoked {
            return (401, json!({ "code": "INVALID_TOKEN" }));
        }
        match (path, get("type")) {
            ("/crm/v8/org", _) => (200, json!({ "org": [{ "zgid": ORG, "company_name": "Corp" }] })),
            ("/crm/v8/users", "CurrentUser") => (200, self.listed(|id| id == ADMIN)),
            ("/crm/v8/users", "ActiveConfirmedAdmins") => {
                let admins = self.admins.lock().expect("unpoisoned");
                let is_asked_for = |id: &str| get("ids").split(',').any(|asked| asked == id);
                (200, self.listed(|id| is_asked_for(id) && admins.iter().any(|admin| admin == id)))
            }
            ("/crm/v8/users", "ActiveConfirmedUsers") => (200, self.listed(|_| true)),
            _ => match path.strip_prefix("/crm/v8/users/") {
                Some(asked) => {
                    self.asked_for_one.fetch_add(1, Ordering::Relaxed);
                    let found = self.listed(|id| id == asked);
                    if found["users"] == json!([]) { (204, Value::Null) } else { (200, found) }
                }
                None => (404, json!({ "code": "INVALID_URL_PATTERN" })),
            },
        }
    }
}

/// The way there.
struct Way(Arc<Crm>);

impl Outside for Way {
    fn send(&self, origin: &str, authorization: Option<SecretString>, request: Request) -> Sent {
        let authorization = authorization.as_ref().map_or("", |text| text.expose_secret());
        let (status, body) = self.0.answer(origin, authorization, &request);
        let response = Response::new(status);
        let response = if body.is_null() { response } else { response.body("application/json", body.to_string()) };
        Box::pin(async move { Ok(response) })
    }

    /// As a function does whose operator named a network of its own.
    fn judge(&self, server: &str) -> Result<(), Refusal> {
        static OUTGOING: LazyLock<Outgoing> = LazyLock::new(|| {
            let internal = Networks::parse("10.20.0.0/16").expect("a network");
            Outgoing::new(Settings { internal, ..Settings::default() }).expect("a way out")
        });
        Outside::judge(&*OUTGOING, server)
    }

    fn server(
        &self,
        origin: &str,
        account: Option<Account>,
        authorities: &Authorities,
    ) -> Result<Arc<dyn Door>, Refusal> {
        self.0.servers.door(origin, account, authorities)
    }

    fn unprotected(&self, request: Request) -> Answered {
        self.0.servers.unprotected(&request)
    }

    fn services(&self, _: &str) -> Services {
        self.0.servers.services()
    }
}

/// What a function is given that may reach the CRM.
pub(crate) fn keys(crm: &Arc<Crm>) -> Keys {
    keys_in(KEY, crm)
}

/// The same, with this ring of keys.
pub(crate) fn keys_in(ring: &str, crm: &Arc<Crm>) -> Keys {
    let vendors = Vendors {
        redirect_uri: "https://tab.example/consent".to_owned(),
        zoho: Some(Arc::new(ZohoApp { client_id: "1000.APP".to_owned(), secret: "secret".into() })),
        microsoft: Some(Arc::new(MicrosoftApp { client_id: "app".to_owned(), proof: Proof::Secret("secret".into()) })),
        ..Vendors::default()
    };
    let ring = mxs_vault::KeyRing::parse(&ring.into()).expect("a key ring");
    Keys::new(ring, vendors, Arc::new(Way(crm.clone())))
}

/// A function with keys, which the CRM's administrator has let in; and the administrator's session.
pub(crate) async fn administered(crm: &Arc<Crm>) -> (Fixture, String) {
    let keys = keys(crm);
    let f = Fixture::with(|config| config.keys = Some(keys)).await;
    let admin = f.sign_in(ORG, ADMIN).await;
    consent(&f, &admin).await;
    (f, admin)
}

/// The administrator lets the function in.
pub(crate) async fn consent(f: &Fixture, admin: &str) {
    let begun: mxs_api::Consent = f.call(admin, "POST", "/v1/consents", Some(json!({ "to": "crm" }))).await.json();
    let (_, query) = begun.url.split_once('?').expect("a query");
    let pairs = url::parse_form(query);
    let (_, state) = pairs.into_iter().find(|(name, _)| name == "state").expect("a state");
    let query = url::form([("code", "good"), ("location", "us"), ("state", state.as_str())]);
    let finished = f.call(admin, "POST", "/v1/consents/finish", Some(json!({ "query": query }))).await;
    finished.json::<mxs_api::Consented>();
}

/// The background, until nothing is due.
pub(crate) async fn tick(f: &Fixture) {
    Background::start(&f.app).await.expect("a queue").expect("keys").tick(TICK).await;
}

/// The organisation's application lets the function into all mailboxes.
pub(crate) async fn put_application(f: &Fixture, admin: &str) {
    let application = json!({ "tenant": "corp", "client_id": "app", "secret": "secret" });
    f.call(admin, "PUT", "/v1/application", Some(application)).await.json::<mxs_api::Access>();
}
