//! Whether the function works, and what it serves.

use crate::App;
use crate::openapi;
use crate::refusal::Refusal;
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use mxs_api::Health;

/// `GET /v1/health`
pub(crate) async fn health(State(app): State<App>) -> Result<Json<Health>, Refusal> {
    app.store().ping(app.now_ms()).await?;
    Ok(Json(Health { status: "ok".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }))
}

/// `GET /v1/openapi.json`
pub(crate) async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], openapi::text())
}
