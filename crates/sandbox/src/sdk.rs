//! The sandbox's own embedded-app SDK, where the vendor's is on its CDN.

use axum::http::header;
use axum::response::{IntoResponse, Response};

/// The path, as on the CDN; the spelling is the vendor's.
pub const PATH: &str = "/js-sdk/1.5/ZohoEmbededAppSDK.min.js";

/// `GET` [`PATH`].
pub async fn serve() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    (headers, include_str!("../host/sdk/embedded-app.js")).into_response()
}
