//! The host page's files, which are part of the program.

use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// Path, media type and content of each file.
macro_rules! files {
    ($($path:literal $media:ident,)*) => {
        &[$((concat!("/", $path), $media, include_str!(concat!("../../host/", $path)))),*]
    };
}

const FILES: &[(&str, &str, &str)] = files! {
    "crm.css" CSS,
    "icon.svg" SVG,
    "js/api.js" JS,
    "js/bridge.js" JS,
    "js/calls.js" JS,
    "js/contact.js" JS,
    "js/contacts.js" JS,
    "js/dialog.js" JS,
    "js/dom.js" JS,
    "js/fields.js" JS,
    "js/main.js" JS,
    "js/marketplace.js" JS,
    "js/preferences.js" JS,
    "js/shell.js" JS,
    "js/tab.js" JS,
    "js/zrc.js" JS,
    "theme.css" CSS,
};

const PAGE: &str = include_str!("../../host/index.html");

/// A file, or the page itself: the page reads its own address and shows what it names.
pub(super) async fn serve(method: Method, uri: Uri) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let headers = |media| [(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, "no-store")];
    match FILES.iter().find(|(path, ..)| *path == uri.path()) {
        Some((_, media, content)) => (headers(media), *content).into_response(),
        // A missing script must not be answered with a page.
        None if uri.path().rsplit('/').next().is_some_and(|name| name.contains('.')) => {
            StatusCode::NOT_FOUND.into_response()
        }
        None => (headers(HTML), PAGE).into_response(),
    }
}
