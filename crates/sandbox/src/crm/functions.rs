//! The extension's Deluge functions, which run as the signed-in user.

use super::{Refusal, SESSION_FUNCTION, caller, nonce, sign};
use crate::function::ORG_SECRET;
use crate::sandbox::Sandbox;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use serde_json::{Value, json};

/// What `ZOHO.CRM.FUNCTIONS.execute` passes on.
#[derive(Debug, Deserialize)]
pub(super) struct Execute {
    /// The function's arguments: a JSON object, as text.
    #[serde(default)]
    arguments: String,
}

/// `POST /host/functions/{name}`.
pub(super) async fn execute(
    State(sandbox): State<Sandbox>,
    Path(name): Path<String>,
    headers: HeaderMap,
    Json(execute): Json<Execute>,
) -> Result<Json<Value>, Refusal> {
    let member = caller(&sandbox, &headers)?;
    sandbox.installation(|installation| installation.may_use(&member))?;
    if name != SESSION_FUNCTION {
        return Err(Refusal::NoSuchFunction);
    }
    let now_ms = sandbox.now().as_millisecond();
    // The Deluge function answers with an empty text when it doesn't sign.
    let output = nonce(&execute.arguments)
        .map(|nonce| sign(ORG_SECRET, sandbox.zgid(), &member.id, &member.email, &nonce, now_ms))
        .unwrap_or_default();
    Ok(Json(json!({
        "code": "success",
        "details": { "type": "VOID", "output": output, "id": sandbox.next_execution() },
        "message": "function executed successfully",
    })))
}
