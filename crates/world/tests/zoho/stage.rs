//! An organisation with two people, and a way to call.

use mxs_http::url::form;
use mxs_http::{Headers, Method, Request, Response};
use mxs_world::zoho::{DataCentre, Edition, Id, NewUser, Permissions};
use mxs_world::{Service, World};
use serde_json::Value;

pub(crate) const ZGID: &str = "900001";
pub(crate) const API: &str = "https://www.zohoapis.com";
pub(crate) const ACCOUNTS: &str = "https://accounts.zoho.com";
pub(crate) const CLIENT: (&str, &str) = ("1000.CLIENT", "secret");
pub(crate) const REDIRECT: &str = "https://app.example/callback";
pub(crate) const ALL: &[&str] = &[
    "ZohoCRM.modules.ALL",
    "ZohoCRM.settings.ALL",
    "ZohoCRM.users.READ",
    "ZohoCRM.org.READ",
    "ZohoCRM.coql.READ",
    "ZohoCRM.composite_requests.CUSTOM",
    "ZohoCRM.notifications.ALL",
];

pub(crate) struct Stage {
    pub(crate) world: World,
    /// An administrator in Berlin.
    pub(crate) ada: Id,
    /// A standard user in New York.
    pub(crate) bob: Id,
    /// Tokens of the two.
    pub(crate) tokens: [String; 2],
}

/// An answer, its body read.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn of(response: Response) -> Self {
        let body = serde_json::from_slice(&response.body).unwrap_or_default();
        Self { status: response.status, headers: response.headers, body }
    }

    /// Ids of the records in the answer.
    pub(crate) fn ids(&self) -> Vec<String> {
        let data = self.body["data"].as_array().cloned().unwrap_or_default();
        data.iter().map(|record| record["id"].as_str().unwrap().to_owned()).collect()
    }

    /// The error's code, or that of the first record.
    pub(crate) fn code(&self) -> &str {
        self.body["code"].as_str().or_else(|| self.body["data"][0]["code"].as_str()).unwrap_or_default()
    }

    /// The error's details, or those of the first record.
    pub(crate) fn details(&self) -> &Value {
        if self.body["details"].is_null() { &self.body["data"][0]["details"] } else { &self.body["details"] }
    }
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self::of(Edition::Enterprise)
    }

    /// A stage whose organisation has this edition.
    pub(crate) fn of(edition: Edition) -> Self {
        let mut world = World::new("2026-11-21T10:00:00.400Z".parse().unwrap(), 7);
        let (ada, bob, tokens) = world.with_zoho(|zoho, context| {
            zoho.add_org(context, ZGID, "Zylker", edition, DataCentre::us());
            let administrator = zoho.add_profile(ZGID, "Administrator", Permissions::administrator());
            let standard = zoho.add_profile(ZGID, "Standard", Permissions::standard());
            let mut user = |name, email, profile, time_zone, language| {
                zoho.add_user(context, ZGID, NewUser { name, email, profile, time_zone, language })
            };
            let ada = user("Ada Lovelace", "ada@zylker.example", administrator, "Europe/Berlin", "de_DE");
            let bob = user("Bob Boyle", "bob@zylker.example", standard, "America/New_York", "en_US");
            zoho.add_client(CLIENT.0, CLIENT.1, REDIRECT);
            let tokens = [ada, bob].map(|user| zoho.issue_access_token_for_user(context, user, ALL));
            (ada, bob, tokens)
        });
        Self { world, ada, bob, tokens }
    }

    pub(crate) fn send(&mut self, request: &Request) -> Answer {
        Answer::of(self.world.handle(Service::Zoho, request, 1).response.unwrap())
    }

    /// Calls the API with a token.
    pub(crate) fn call_with(&mut self, token: &str, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = Request::new(method, format!("{API}/crm/v8/{path}"))
            .header("Authorization", format!("Zoho-oauthtoken {token}"));
        if let Some(body) = body {
            request = request.body("application/json", body.to_string());
        }
        self.send(&request)
    }

    /// Calls the API as the administrator.
    pub(crate) fn call(&mut self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let token = self.tokens[0].clone();
        self.call_with(&token, method, path, body)
    }

    pub(crate) fn get(&mut self, path: &str) -> Answer {
        self.call(Method::Get, path, None)
    }

    /// Reads with a header about time.
    pub(crate) fn get_since(&mut self, path: &str, header: (&str, &str)) -> Answer {
        let request = Request::new(Method::Get, format!("{API}/crm/v8/{path}"))
            .header("Authorization", format!("Zoho-oauthtoken {}", self.tokens[0]))
            .header(header.0, header.1);
        self.send(&request)
    }

    pub(crate) fn post(&mut self, path: &str, body: Value) -> Answer {
        self.call(Method::Post, path, Some(body))
    }

    /// Adds a record as the administrator; its id.
    pub(crate) fn add(&mut self, module: &str, record: Value) -> String {
        let answer = self.post(module, serde_json::json!({ "data": [record] }));
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.body["data"][0]["details"]["id"].as_str().unwrap().to_owned()
    }

    /// Changes a record as the administrator.
    pub(crate) fn put(&mut self, module: &str, id: &str, record: Value) -> Answer {
        self.call(Method::Put, &format!("{module}/{id}"), Some(serde_json::json!({ "data": [record] })))
    }

    /// Reads a record as the administrator.
    pub(crate) fn read(&mut self, module: &str, id: &str) -> Value {
        self.get(&format!("{module}/{id}")).body["data"][0].clone()
    }

    /// Asks with COQL.
    pub(crate) fn query(&mut self, query: &str) -> Answer {
        self.post("coql", serde_json::json!({ "select_query": query }))
    }

    /// Who was mailed since the last look, and why.
    pub(crate) fn mailed(&mut self) -> Vec<(String, &'static str)> {
        let mails = std::mem::take(&mut self.world.outbox.mails);
        mails.into_iter().map(|mail| (mail.to, mail.reason)).collect()
    }

    /// Asks the token endpoint.
    pub(crate) fn token(&mut self, parameters: &[(&str, &str)]) -> Answer {
        let body = form(parameters.iter().copied());
        let request = Request::new(Method::Post, format!("{ACCOUNTS}/oauth/v2/token"))
            .body("application/x-www-form-urlencoded", body);
        self.send(&request)
    }

    /// Refreshes with a refresh token.
    pub(crate) fn refresh(&mut self, token: &str) -> Answer {
        self.token(&[
            ("grant_type", "refresh_token"),
            ("client_id", CLIENT.0),
            ("client_secret", CLIENT.1),
            ("refresh_token", token),
        ])
    }

    /// Sets an option of the organisation.
    pub(crate) fn options(&mut self, set: impl FnOnce(&mut mxs_world::zoho::OrgOptions)) {
        set(self.world.zoho.options(ZGID));
    }
}

/// A path with encoded parameters.
pub(crate) fn path(path: &str, parameters: &[(&str, &str)]) -> String {
    format!("{path}?{}", form(parameters.iter().copied()))
}
