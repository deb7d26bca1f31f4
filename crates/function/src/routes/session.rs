//! From a stranger to a CRM user.

use crate::input::{Body, TOKEN_BYTES, token_hash};
use crate::refusal::Refusal;
use crate::store::NewSession;
use crate::{App, hex, statement};
use axum::Json;
use axum::extract::State;
use mxs_api::{CHALLENGE_SECONDS, Challenge, SESSION_SECONDS, Session, SessionRequest};

/// `POST /v1/challenges`
pub(crate) async fn challenge(State(app): State<App>) -> Result<Json<Challenge>, Refusal> {
    let nonce = hex::encode(&app.random::<32>()?);
    let now_ms = app.now_ms();
    if !app.store().add_challenge(&nonce, now_ms + i64::from(CHALLENGE_SECONDS) * 1000, now_ms).await? {
        return Err(Refusal::TooMany { retry_after_s: CHALLENGE_SECONDS });
    }
    Ok(Json(Challenge { nonce, expires_in_s: CHALLENGE_SECONDS }))
}

/// `POST /v1/sessions`
pub(crate) async fn open(
    State(app): State<App>,
    Body(request): Body<SessionRequest>,
) -> Result<Json<Session>, Refusal> {
    let now_ms = app.now_ms();
    let statement = statement::verify(&request.statement, app.secrets(), now_ms).map_err(Refusal::BadStatement)?;
    let token = app.random::<TOKEN_BYTES>()?;
    let hash = token_hash(&token);
    let new = NewSession {
        nonce: &statement.nonce,
        org: &statement.org,
        crm_user: &statement.user,
        token: &hash,
        expires_ms: now_ms + i64::from(SESSION_SECONDS) * 1000,
    };
    let account = app.store().add_session(&new, now_ms).await?;
    if app.keys().is_none() {
        // Nobody can consent then: that the CRM signs again says that the extension is back.
        app.store().bring_back(&statement.org).await?;
    }
    app.limiter().learn(hash, Some(account));
    app.presence().learn(account, now_ms);
    Ok(Json(Session { token: hex::encode(&token), expires_in_s: SESSION_SECONDS }))
}
