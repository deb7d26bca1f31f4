//! The stage: an organisation, and an application that runs on a server.

use jiff::Timestamp;
use mxs_graph::identity::{self, Assertion, Credential, IdentityError, Secret, Tokens};
use mxs_http::{Method, Request, Response, url};
use mxs_world::microsoft::{App, Platform, Tenant, User};
use mxs_world::{Service, World};

pub(crate) const TENANT: &str = "11111111-0000-4000-8000-000000000001";
pub(crate) const SERVER: &str = "22222222-0000-4000-8000-000000000002";
pub(crate) const ADA: &str = "ada@corp.example";
pub(crate) const ADA_ID: &str = "33333333-0000-4000-8000-000000000001";
pub(crate) const ADMIN: &str = "admin@corp.example";
pub(crate) const REDIRECT: &str = "https://f.example/signed-in";
pub(crate) const SECRET: &str = "client-secret-value";
const PASSWORD: &str = "correct horse";

/// What stands for a certificate, and its SHA-256 hash.
pub(crate) const CERTIFICATE: &[u8] = b"a certificate";
pub(crate) const CERTIFICATE_HASH: [u8; 32] = [
    129, 172, 215, 98, 20, 15, 166, 146, 161, 66, 130, 45, 47, 190, 77, 198, 245, 75, 202, 165, 1, 246, 138, 179, 126,
    90, 238, 208, 186, 254, 77, 153,
];

/// What stands for a signature: whoever has the certificate can make it, so that it is good for tests only.
pub(crate) fn sign(certificate: &[u8], message: &[u8]) -> Vec<u8> {
    message.iter().zip(certificate.iter().cycle()).map(|(one, other)| one ^ other).collect()
}

pub(crate) fn world() -> World {
    let mut world = World::new("2026-11-22T10:00:00Z".parse::<Timestamp>().expect("a moment"), 1);
    world.with_microsoft(|microsoft, context| {
        microsoft.verify_signatures_with(|certificate, message, signature| sign(certificate, message) == signature);
        microsoft.add_tenant(Tenant::new(TENANT, "Corp", "corp.example"));
        microsoft.add_user(User::new(ADA_ID, TENANT, "Ada Lovelace", ADA, PASSWORD), context);
        let id = "33333333-0000-4000-8000-000000000002";
        microsoft.add_user(User::new(id, TENANT, "Admin", ADMIN, PASSWORD).admin(), context);
        microsoft.add_app(
            App::new(SERVER, TENANT, "The Server")
                .secret(SECRET)
                .certificate(CERTIFICATE)
                .redirect(Platform::Web, REDIRECT)
                .delegated(&["Contacts.ReadWrite", "User.Read"])
                .roles(&["Contacts.ReadWrite", "User.Read.All"])
                .for_every_tenant(),
        );
    });
    world
}

pub(crate) fn answer(world: &mut World, request: &Request) -> Response {
    world.handle(Service::Microsoft, request, 1).response.expect("an answer")
}

pub(crate) fn token(world: &mut World, request: &Request) -> Result<Tokens, IdentityError> {
    identity::parse_token(&answer(world, request))
}

/// Where a browser lands whose person signs in and agrees to everything.
pub(crate) fn through_pages(world: &mut World, person: &str, url: &str) -> String {
    let mut response = answer(world, &Request::new(Method::Get, url));
    let mut cookie = String::new();
    for _ in 0..3 {
        if let Some(location) = response.headers.get("Location") {
            return location.split_once('?').expect("a query").1.to_owned();
        }
        let html = String::from_utf8_lossy(&response.body).into_owned();
        let part = |start: &str| html.split_once(start).and_then(|(_, rest)| rest.split_once('"')).expect("a form").0;
        let (action, flow) = (part("action=\""), part("name=\"flow\" value=\""));
        let form = url::form([("flow", flow), ("login", person), ("passwd", PASSWORD), ("decision", "accept")]);
        let request = Request::new(Method::Post, action).body("application/x-www-form-urlencoded", form);
        response = answer(world, &request.header("Cookie", cookie.clone()));
        if let Some(set) = response.headers.get("Set-Cookie") {
            cookie = set.split(';').next().unwrap_or_default().to_owned();
        }
    }
    panic!("the pages go on and on");
}

/// The assertion that is right now, under a name.
pub(crate) fn assertion<'a>(world: &World, base: &'a str, id: &'a str) -> Assertion<'a> {
    let certificate = &CERTIFICATE_HASH;
    Assertion { base, tenant: TENANT, client_id: SERVER, certificate, id, now: world.now() }
}

pub(crate) fn signed(assertion: &Assertion<'_>) -> Credential {
    let unsigned = assertion.unsigned();
    let signature = sign(CERTIFICATE, unsigned.bytes());
    unsigned.signed(&signature)
}

pub(crate) fn secret() -> Credential {
    Credential::Secret(Secret::new(SECRET))
}
