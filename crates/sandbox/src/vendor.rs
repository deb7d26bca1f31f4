//! The world behind HTTP.

use crate::deliver;
use crate::sandbox::Sandbox;
use crate::serve::no_response;
use crate::stream;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use mxs_http::{Headers, Method, Request};
use mxs_world::Service;
use std::time::Duration;

/// The largest body that is read; more than either vendor takes, so that they refuse it themselves.
pub const BODY_BYTES_MAX: usize = 64 << 20;

/// How long a request is on its way. Real ones take longer; without any time, requests would hardly overlap, and
/// nobody would meet a limit on how many may be under way.
const ON_THE_WAY: Duration = Duration::from_millis(3);

/// Hands one request to the world and its answer back, in the world's own time.
pub async fn answer(
    sandbox: &Sandbox,
    service: Service,
    method: &axum::http::Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: Bytes,
) -> Response {
    let Some(request) = request(sandbox, service, method, uri, headers, body) else {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    };
    match send(sandbox, service, request).await {
        None => no_response(),
        Some(Answered { response, stream: None }) => self::response(response, sandbox.now()),
        Some(Answered { mut response, stream: Some(name) }) => {
            let beginning = std::mem::take(&mut response.body);
            self::response(response, sandbox.now()).map(|_| stream::body(sandbox, beginning, name))
        }
    }
}

/// What the world answered.
pub struct Answered {
    /// The answer, or its beginning.
    pub response: mxs_http::Response,
    /// The name under which it goes on.
    pub stream: Option<u64>,
}

/// Sends one request to the world and waits as long as its answer takes; `None` when the connection drops.
pub async fn send(sandbox: &Sandbox, service: Service, request: Request) -> Option<Answered> {
    let org = sandbox.world(|world| world.zoho.asked(&request, world.now()).map(str::to_owned));
    let flight = sandbox.in_flight().begin(service, org.as_deref(), &request);
    tokio::time::sleep(ON_THE_WAY).await;
    let outcome = sandbox.world(|world| world.handle(service, &request, flight.count));
    let response = match outcome.parked {
        Some(parked) => deliver::parked(sandbox, parked).await,
        None => outcome.response,
    };
    let wait = outcome.delay_ms.saturating_add(sandbox.latency_ms());
    if wait > 0 {
        tokio::time::sleep(Duration::from_millis(wait)).await;
    }
    response.map(|response| Answered { response, stream: outcome.stream })
}

fn request(
    sandbox: &Sandbox,
    service: Service,
    method: &axum::http::Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: Bytes,
) -> Option<Request> {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let fields: Headers = headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    let url = format!("{}{path}", sandbox.vendor_origin(service));
    Some(Request { method: Method::parse(method.as_str())?, url, headers: fields, body: body.into() })
}

/// An answer of the world as axum's, sent at `now`.
pub fn response(answer: mxs_http::Response, now: Timestamp) -> Response {
    let mut builder = Response::builder().status(answer.status);
    if answer.headers.get("Date").is_none() {
        // RFC 9110, section 5.6.7.
        builder = builder.header(header::DATE, now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string());
    }
    for (name, value) in answer.headers.iter() {
        builder = builder.header(name, value);
    }
    builder.body(Body::from(answer.body)).unwrap_or_else(|_| {
        (StatusCode::INTERNAL_SERVER_ERROR, "the world answered what HTTP can't carry\n").into_response()
    })
}
