//! The accounts server: consent, tokens, revocation.
//!
//! <https://www.zoho.com/accounts/protocol/oauth/web-server-applications.html>

mod authorize;
mod grants;
mod page;
mod token;

pub(crate) use grants::{Accounts, Client};

use super::{Zoho, respond};
use crate::Context;
use crate::address::{origin, path_and_query};
use mxs_http::url::parse_form;
use mxs_http::{Method, Request, Response};
use serde_json::json;

/// What came with a request, from the query and from a form alike: Zoho takes either, and its own
/// documentation shows both.
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    fn of(request: &Request) -> Self {
        let (_, query) = path_and_query(&request.url);
        let mut parameters = parse_form(query);
        let form = request
            .headers
            .get("Content-Type")
            .is_some_and(|media| media.starts_with("application/x-www-form-urlencoded"));
        if form {
            parameters.extend(parse_form(&String::from_utf8_lossy(&request.body)));
        }
        Self(parameters)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }
}

/// Answers a request to `/oauth/...`.
pub(crate) fn handle(zoho: &mut Zoho, context: &mut Context<'_>, request: &Request) -> Response {
    let (path, _) = path_and_query(&request.url);
    let parameters = Parameters::of(request);
    match (request.method, path.trim_end_matches('/')) {
        (Method::Get, "/oauth/v2/auth") => authorize::ask(zoho, &parameters, origin(&request.url)),
        (Method::Post, "/oauth/v2/auth") => authorize::decide(zoho, context, &parameters, origin(&request.url)),
        (Method::Post, "/oauth/v2/token") => token::issue(zoho, context, &parameters, origin(&request.url)),
        (Method::Post, "/oauth/v2/token/revoke") => token::revoke(zoho, &parameters),
        (Method::Get, "/oauth/serverinfo") => server_info(zoho),
        (_, "/oauth/v2/auth" | "/oauth/v2/token" | "/oauth/v2/token/revoke" | "/oauth/serverinfo") => {
            Response::new(405)
        }
        _ => Response::new(404),
    }
}

/// Which accounts servers there are: `GET /oauth/serverinfo`.
fn server_info(zoho: &Zoho) -> Response {
    let locations: serde_json::Map<_, _> =
        zoho.orgs.iter().map(|org| (org.data_centre.location.clone(), json!(org.data_centre.accounts))).collect();
    respond(200, &json!({ "result": "success", "locations": locations }))
}
