//! A small organisation, and short ways to talk to it.

use jiff::Timestamp;
use mxs_http::{Method, Request, Response, url};
use mxs_world::microsoft::{App, Platform, Tenant, User};
use mxs_world::{Service, World};
use serde_json::Value;

pub(crate) const TENANT: &str = "11111111-0000-4000-8000-000000000001";
pub(crate) const OTHER_TENANT: &str = "11111111-0000-4000-8000-000000000002";
pub(crate) const TAB: &str = "22222222-0000-4000-8000-000000000001";
pub(crate) const SERVER: &str = "22222222-0000-4000-8000-000000000002";
pub(crate) const ADA: &str = "ada@corp.example";
pub(crate) const BOB: &str = "bob@corp.example";
pub(crate) const NOBOX: &str = "nobox@corp.example";
pub(crate) const ADMIN: &str = "admin@corp.example";
pub(crate) const EVE: &str = "eve@other.example";
pub(crate) const PASSWORD: &str = "correct horse";
pub(crate) const ORIGIN: &str = "http://localhost:7700";
pub(crate) const SPA_REDIRECT: &str = "http://localhost:7700/signed-in";
pub(crate) const WEB_REDIRECT: &str = "https://function.example/signed-in";
pub(crate) const SECRET: &str = "client-secret-value";
pub(crate) const MARK: &str = "String {5a3d6f0e-9c54-4a43-9f39-6c1d6d1a7f10} Name zoho-id";

/// A world with two tenants, a tab (spa) and a server (web, application permissions).
pub(crate) fn world() -> World {
    let mut world = World::new("2026-11-21T10:00:00Z".parse::<Timestamp>().expect("a moment"), 1);
    world.with_microsoft(|microsoft, context| {
        microsoft.add_tenant(Tenant::new(TENANT, "Corp", "corp.example"));
        microsoft.add_tenant(Tenant::new(OTHER_TENANT, "Other", "other.example"));
        let users = [
            User::new("33333333-0000-4000-8000-000000000001", TENANT, "Ada Lovelace", ADA, PASSWORD),
            User::new("33333333-0000-4000-8000-000000000002", TENANT, "Bob Kahn", BOB, PASSWORD),
            User::new("33333333-0000-4000-8000-000000000003", TENANT, "No Box", NOBOX, PASSWORD).without_mailbox(),
            User::new("33333333-0000-4000-8000-000000000004", TENANT, "Admin", ADMIN, PASSWORD).admin(),
            User::new("33333333-0000-4000-8000-000000000005", OTHER_TENANT, "Eve", EVE, PASSWORD),
        ];
        users.into_iter().for_each(|user| microsoft.add_user(user, context));
        microsoft.add_app(
            App::new(TAB, TENANT, "The Tab")
                .redirect(Platform::Spa, SPA_REDIRECT)
                .delegated(&["Contacts.ReadWrite", "User.Read"])
                .for_every_tenant(),
        );
        microsoft.add_app(
            App::new(SERVER, TENANT, "The Server")
                .secret(SECRET)
                .redirect(Platform::Web, WEB_REDIRECT)
                .delegated(&["Contacts.ReadWrite", "User.Read"])
                .roles(&["Contacts.ReadWrite", "Tasks.ReadWrite.All", "User.Read.All"])
                .consented_in(TENANT),
        );
    });
    world
}

/// Sends one request.
pub(crate) fn send(world: &mut World, request: &Request) -> Response {
    world.handle(Service::Microsoft, request, 1).response.expect("an answer")
}

/// The body as text.
pub(crate) fn text(response: &Response) -> String {
    String::from_utf8_lossy(&response.body).into_owned()
}

/// The body as JSON.
pub(crate) fn json(response: &Response) -> Value {
    serde_json::from_slice(&response.body).unwrap_or_else(|_| panic!("no JSON: {} {}", response.status, text(response)))
}

/// A form as browsers and OAuth clients send it.
pub(crate) fn form(path: &str, pairs: &[(&str, &str)]) -> Request {
    Request::new(Method::Post, path)
        .body("application/x-www-form-urlencoded", url::form(pairs.iter().map(|(name, value)| (*name, *value))))
}

/// An access token that the server holds for itself.
pub(crate) fn application_token(world: &mut World) -> String {
    let pairs = [
        ("grant_type", "client_credentials"),
        ("client_id", SERVER),
        ("client_secret", SECRET),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    let response = send(world, &form(&format!("/{TENANT}/oauth2/v2.0/token"), &pairs));
    json(&response)["access_token"].as_str().expect("a token").to_owned()
}

/// A client of Graph with one token.
pub(crate) struct Graph {
    pub(crate) token: String,
    /// Header fields of every request.
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Graph {
    /// Acts for the application.
    pub(crate) fn application(world: &mut World) -> Self {
        Self { token: application_token(world), headers: Vec::new() }
    }

    /// Acts for a user, who signs in with these scopes.
    pub(crate) fn delegated(world: &mut World, user: &str, scopes: &str) -> Self {
        Self {
            token: crate::sign_in::tokens(world, user, scopes)["access_token"].as_str().expect("a token").to_owned(),
            headers: Vec::new(),
        }
    }

    /// Adds a header field to every request.
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// A request as this client makes it.
    pub(crate) fn request(&self, method: Method, path: &str, body: Option<&Value>) -> Request {
        let url = if path.contains("://") { path.to_owned() } else { format!("/v1.0{path}") };
        let mut request = Request::new(method, url).header("Authorization", format!("Bearer {}", self.token));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        match body {
            Some(body) => request.body("application/json", body.to_string()),
            None => request,
        }
    }

    pub(crate) fn send(&self, world: &mut World, method: Method, path: &str, body: Option<&Value>) -> Response {
        send(world, &self.request(method, path, body))
    }

    /// GET that has to succeed.
    pub(crate) fn get(&self, world: &mut World, path: &str) -> Value {
        let response = self.send(world, Method::Get, path, None);
        assert_eq!(response.status, 200, "GET {path}: {}", text(&response));
        json(&response)
    }

    /// POST of a contact that has to succeed; answers with the contact.
    pub(crate) fn create(&self, world: &mut World, path: &str, body: Value) -> Value {
        let response = self.send(world, Method::Post, path, Some(&body));
        assert_eq!(response.status, 201, "POST {path}: {}", text(&response));
        json(&response)
    }

    /// The status and code of a request that is refused.
    pub(crate) fn refused(&self, world: &mut World, method: Method, path: &str, body: Option<&Value>) -> (u16, String) {
        let response = self.send(world, method, path, body);
        (response.status, code(&response))
    }
}

/// The code of a refusal, empty where there is none.
pub(crate) fn code(response: &Response) -> String {
    serde_json::from_slice::<Value>(&response.body)
        .ok()
        .and_then(|body| body["error"]["code"].as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// The id of an item.
pub(crate) fn id(item: &Value) -> &str {
    item["id"].as_str().expect("an id")
}

/// One property of every item of a page.
pub(crate) fn column(page: &Value, name: &str) -> Vec<String> {
    let items = page["value"].as_array().expect("a page");
    items.iter().map(|item| item[name].as_str().unwrap_or_default().to_owned()).collect()
}
