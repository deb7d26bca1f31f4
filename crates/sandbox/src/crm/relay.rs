//! The CRM's own interface as its pages reach it: without a token, as the signed-in user.

use super::caller;
use crate::sandbox::Sandbox;
use crate::serve::no_response;
use crate::vendor;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use mxs_world::Service;

/// Headers that mean something to the CRM's interface; everything else is the browser's.
const PASSED_ON: [&str; 4] = ["content-type", "if-modified-since", "if-unmodified-since", "x-external"];

/// `/crm/v8/...`.
pub(super) async fn relay(
    State(sandbox): State<Sandbox>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let member = match caller(&sandbox, &headers) {
        Ok(member) => member,
        Err(refusal) => return refusal.into_response(),
    };
    let Some(method) = mxs_http::Method::parse(method.as_str()) else {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    };
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let mut request = mxs_http::Request::new(method, format!("{}{path}", sandbox.vendor_origin(Service::Zoho)));
    for name in PASSED_ON {
        if let Some(value) = headers.get(name).and_then(|value| value.to_str().ok()) {
            request = request.header(name, value);
        }
    }
    let token = sandbox.crm_token(&member.id).unwrap_or_default();
    request = request.header(header::AUTHORIZATION.as_str(), format!("Zoho-oauthtoken {token}"));
    request.body = body.into();
    vendor::send(&sandbox, Service::Zoho, request)
        .await
        .map_or_else(no_response, |answer| vendor::response(answer.response, sandbox.now()))
}
