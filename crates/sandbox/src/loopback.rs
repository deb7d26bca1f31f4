//! Only programs and pages of this computer may talk to the sandbox.
//!
//! The ports are bound to the loopback address, which keeps other computers out but not their pages: a page
//! anywhere may point a name of its own at 127.0.0.1 ("DNS rebinding"), or post a form to `localhost`. So a
//! request must name a loopback host, and if a browser says which page sent it, that page must be local too.

use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Refuses requests whose `Host` is not of this computer.
pub async fn host_only(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if is_loopback(host) {
        next.run(request).await
    } else {
        (StatusCode::MISDIRECTED_REQUEST, "the sandbox answers only to localhost\n").into_response()
    }
}

/// Refuses requests from pages that are not of this computer.
pub async fn origin_too(request: Request, next: Next) -> Response {
    if from_local_page(request.headers()) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "only local pages may use the sandbox's control address\n").into_response()
    }
}

fn from_local_page(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    origin.to_str().ok().and_then(|origin| origin.split_once("://")).is_some_and(|(_, host)| is_loopback(host))
}

/// Whether a host, with its port or without, is this computer.
pub fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    ["localhost", "127.0.0.1", "[::1]"].iter().any(|local| name.eq_ignore_ascii_case(local))
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn only_loopback_names_pass() {
        for good in ["localhost", "localhost:7700", "LOCALHOST:1", "127.0.0.1:7702", "[::1]:7702", "[::1]"] {
            assert!(is_loopback(good), "{good}");
        }
        for bad in
            ["", "localhost.evil.example", "evil.example:7700", "localhost:77a", "127.0.0.1.evil.example", "null"]
        {
            assert!(!is_loopback(bad), "{bad}");
        }
    }
}
