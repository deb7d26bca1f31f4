//! The Microsoft identity platform: sign-in pages and the token endpoint.
//!
//! See <https://learn.microsoft.com/en-us/entra/identity-platform/v2-protocols>.

mod assertion;
mod client;
mod encoding;
mod errors;
mod flow;
mod metadata;
mod pages;
mod request;
mod scopes;
mod store;
mod token;

pub use assertion::VerifySignature;
pub(super) use store::{ACCESS_LIFE_S, Access, Store};
pub(super) use token::of_application;

use super::directory::Directory;
use super::target::Target;
use crate::Context;
use mxs_http::{Method, Request, Response};

/// The cookie by which a browser is known to have signed in, named as the vendor's.
const SESSION_COOKIE: &str = "ESTSAUTH";

/// What one request of the identity service works on.
struct IdentityCall<'a, 'c> {
    directory: &'a mut Directory,
    store: &'a mut Store,
    base_url: &'a str,
    context: &'a mut Context<'c>,
}

/// Lets a page read an answer to its request for tokens, if it is one of an application's.
pub(super) fn open_to_pages(directory: &Directory, request: &Request, target: &Target, response: Response) -> Response {
    let is_token = matches!(target.parts().as_slice(), [_, "oauth2", "v2.0", "token"]);
    match request.headers.get("Origin").filter(|origin| is_token && directory.knows_spa_origin(origin)) {
        Some(origin) => client::allow_origin(response, origin),
        None => response,
    }
}

/// Answers one request of the identity service.
pub(super) fn handle(
    directory: &mut Directory,
    store: &mut Store,
    base_url: &str,
    context: &mut Context<'_>,
    request: &Request,
    target: &Target,
) -> Response {
    let mut call = IdentityCall { directory, store, base_url, context };
    match (request.method, target.parts().as_slice()) {
        (Method::Get, [tenant, "oauth2", "v2.0", "authorize"]) => call.authorize(tenant, target, request),
        (Method::Post, ["common", "login"]) => call.log_in(request),
        (Method::Post, ["common", "Consent", "Set"]) => call.decide(request),
        (Method::Post, [tenant, "oauth2", "v2.0", "token"]) => call.token(tenant, request),
        (Method::Options, [_, "oauth2", "v2.0", "token"]) => call.preflight(request),
        (Method::Get, [tenant, "adminconsent"] | [tenant, "v2.0", "adminconsent"]) => {
            call.admin_consent(tenant, target, request)
        }
        (Method::Get, [tenant, "v2.0", ".well-known", "openid-configuration"]) => call.metadata(tenant),
        (_, [_, "oauth2", "v2.0", "authorize" | "token"] | ["common", "login"] | ["common", "Consent", "Set"]) => {
            Response::new(405)
        }
        _ => Response::new(404),
    }
}
