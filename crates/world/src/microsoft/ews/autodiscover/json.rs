//! Version 2: one question without credentials.
//!
//! See <https://learn.microsoft.com/en-us/openspecs/exchange_server_protocols/ms-oxdisco/>; the refusals are as servers
//! were met to answer.

use super::{AutodiscoverRules, Found, Redirect, look_up, service_url};
use crate::microsoft::Microsoft;
use crate::microsoft::target::{Target, pair};
use mxs_http::{Method, Request, Response};
use serde_json::json;

/// What can be asked for.
const PROTOCOLS: [&str; 2] = ["AutodiscoverV1", "EWS"];

pub(super) fn answer(microsoft: &Microsoft, request: &Request, target: &Target, rules: &AutodiscoverRules) -> Response {
    if request.method != Method::Get {
        return Response::new(405).header("Allow", "GET");
    }
    // The address stands in the query, or behind a version in the path.
    let in_path = match target.segments.as_slice() {
        [_, _, version, address] if version.eq_ignore_ascii_case("v1.0") => Some(address.as_str()),
        _ => None,
    };
    let asked = pair(&target.query, "Protocol").unwrap_or_default();
    let Some(address) = in_path.or_else(|| pair(&target.query, "Email")).filter(|address| address.contains('@')) else {
        return refused(400, "Email_MissingEmail", "A valid smtp address must be provided");
    };
    if asked.is_empty() {
        let text = "A valid value must be provided for the query parameter 'Protocol'";
        return refused(400, "Protocol_MissingProtocol", text);
    }
    let Some(protocol) = PROTOCOLS.into_iter().find(|known| known.eq_ignore_ascii_case(asked)) else {
        let text =
            format!("The given protocol value '{asked}' is invalid. Supported values are '{}'", PROTOCOLS.join(","));
        return refused(400, "InvalidProtocol", &text);
    };
    match look_up(microsoft, rules, address) {
        Found::Redirect(Redirect::Url(url) | Redirect::Location(url)) => {
            Response::new(302).header("Location", url.clone())
        }
        // This way knows no other addresses of people: it answers as for one that nobody has.
        Found::Redirect(Redirect::Address(_)) | Found::Nowhere => {
            refused(404, "UserNotFound", "The given user is not found")
        }
        Found::Here(_) => {
            let url = match protocol {
                "EWS" => service_url(microsoft, rules),
                _ => format!("{}/autodiscover/autodiscover.xml", microsoft.base_url),
            };
            Response::new(200)
                .body("application/json; charset=utf-8", json!({ "Protocol": protocol, "Url": url }).to_string())
        }
    }
}

fn refused(status: u16, code: &str, text: &str) -> Response {
    let body = json!({ "ErrorCode": code, "ErrorMessage": text }).to_string();
    Response::new(status).body("application/json; charset=utf-8", body)
}
