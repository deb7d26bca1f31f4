//! The CRM's side of the extension: the host page, installation, functions, and the way to the CRM's interface.

mod assets;
mod functions;
mod installation;
mod relay;
mod session;
mod statement;

pub use installation::{Audience, Installation, Member, Refused};
pub use statement::{SESSION_FUNCTION, nonce, sign};

use crate::sandbox::Sandbox;
use crate::vendor::BODY_BYTES_MAX;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post, put};
use axum::{Json, Router};
use serde_json::json;

/// Names the CRM user on whose behalf the page asks. A page elsewhere can't send it: it makes a browser ask
/// first whether it may, and nobody here says yes.
const USER_HEADER: &str = "x-sandbox-user";

/// Everything on the CRM's port.
pub fn router(sandbox: Sandbox) -> Router {
    Router::new()
        .route("/host/session", get(session::session))
        .route("/host/extension", put(session::install).delete(session::uninstall))
        .route("/host/functions/{name}", post(functions::execute))
        .route("/crm/v8/{*path}", any(relay::relay))
        .fallback(assets::serve)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(sandbox)
}

/// Who asks.
fn caller(sandbox: &Sandbox, headers: &HeaderMap) -> Result<Member, Refusal> {
    let id = headers.get(USER_HEADER).and_then(|id| id.to_str().ok()).ok_or(Refusal::NobodySignedIn)?;
    sandbox.member(id).ok_or(Refusal::NobodySignedIn)
}

/// How the host refuses; the answers look like the CRM's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    NobodySignedIn,
    Rule(Refused),
    NoSuchFunction,
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        Self::Rule(refused)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code, message) = match self {
            Refusal::NobodySignedIn => {
                (StatusCode::UNAUTHORIZED, "AUTHENTICATION_FAILURE", "no user of the organisation is signed in")
            }
            Refusal::Rule(Refused::NotAdministrator) => {
                (StatusCode::FORBIDDEN, "NO_PERMISSION", "only administrators manage extensions")
            }
            Refusal::Rule(Refused::NoSuchProfile) => {
                (StatusCode::BAD_REQUEST, "INVALID_DATA", "choose at least one profile of the organisation")
            }
            Refusal::Rule(Refused::NotInstalled) => {
                (StatusCode::NOT_FOUND, "EXTENSION_NOT_INSTALLED", "the extension is not installed")
            }
            Refusal::Rule(Refused::NotForYou) => {
                (StatusCode::FORBIDDEN, "NO_PERMISSION", "the extension is not installed for this user")
            }
            Refusal::NoSuchFunction => (StatusCode::NOT_FOUND, "INVALID_DATA", "the extension has no such function"),
        };
        let body = json!({ "code": code, "details": {}, "message": message, "status": "error" });
        (status, Json(body)).into_response()
    }
}
