//! The mailbox page, by which a person sees and changes the other side: `/outlook` on Microsoft's port.

use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";

const FILES: [(&str, &str, &str); 6] = [
    ("theme.css", CSS, include_str!("../host/theme.css")),
    ("outlook.css", CSS, include_str!("../host/outlook/outlook.css")),
    ("outlook.js", JS, include_str!("../host/outlook/outlook.js")),
    ("fields.js", JS, include_str!("../host/outlook/fields.js")),
    ("dialog.js", JS, include_str!("../host/js/dialog.js")),
    ("dom.js", JS, include_str!("../host/js/dom.js")),
];

/// The page and its files.
pub fn router() -> Router {
    Router::new().route("/outlook", get(page)).route("/outlook/{file}", get(file))
}

async fn page() -> Response {
    send("text/html; charset=utf-8", include_str!("../host/outlook/index.html"))
}

async fn file(Path(name): Path<String>) -> Response {
    match FILES.iter().find(|(file, ..)| *file == name) {
        Some((_, media, content)) => send(media, content),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn send(media: &'static str, content: &'static str) -> Response {
    ([(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, "no-store")], content).into_response()
}
