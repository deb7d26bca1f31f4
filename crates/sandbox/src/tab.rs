//! The tab's files, as a web server would send them.

use crate::part::Part;
use crate::sandbox::Sandbox;
use crate::seed::microsoft::TAB_CLIENT_ID;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use std::path::PathBuf;
use tower_http::services::ServeDir;

/// Everything on the tab's port.
pub fn router(sandbox: Sandbox, folder: PathBuf) -> Router {
    let files = ServeDir::new(folder).precompressed_br().precompressed_gzip().not_found_service(get(missing));
    Router::new()
        .route("/config.json", get(config))
        .fallback_service(files)
        .layer(middleware::from_fn_with_state(sandbox.clone(), headers))
        .with_state(sandbox)
}

/// The tab's settings, with this sandbox's addresses in place of those of production.
async fn config(State(sandbox): State<Sandbox>) -> Json<Value> {
    let ports = sandbox.ports();
    let microsoft = ports.origin(Part::Microsoft);
    Json(json!({
        "crm": {
            "sdk": format!("{}{}", ports.origin(Part::Zoho), crate::sdk::PATH),
            "session_function": crate::crm::SESSION_FUNCTION,
        },
        "microsoft": {
            "authority": microsoft,
            "tenant": crate::seed::microsoft::TENANT_ID,
            "client_id": TAB_CLIENT_ID,
            "graph": microsoft,
        },
        "function": ports.origin(Part::Function),
    }))
}

/// What production sends too. Only the CRM may show the tab in a frame, and it talks to nobody but the
/// servers that it names.
async fn headers(State(sandbox): State<Sandbox>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let (crm, zoho) = (sandbox.ports().origin(Part::Crm), sandbox.ports().origin(Part::Zoho));
    let (microsoft, function) = (sandbox.ports().origin(Part::Microsoft), sandbox.ports().origin(Part::Function));
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' {zoho}; style-src 'self'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self' {microsoft} {function}; base-uri 'none'; form-action 'none'; \
         frame-ancestors {crm}"
    );
    // An origin is made of a fixed name and a number, so this can't fail.
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    // The names of the files don't change with their content, so every copy must be checked; the check is
    // cheap, since each file has a date to compare.
    let html = is_html(headers);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(if html { "no-store" } else { "no-cache" }));
    response
}

fn is_html(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/html"))
}

async fn missing(request: Request) -> Response {
    let page = matches!(request.uri().path(), "/" | "/index.html");
    let text = if page {
        "<!doctype html><html lang=en><title>The tab is not built</title>\
         <p>The tab is not built yet. Run <code>./build.sh build</code>, then load this page again."
    } else {
        "there is no such file in the tab"
    };
    (StatusCode::NOT_FOUND, Html(text)).into_response()
}
