//! What people and administrators do to mailboxes.
//!
//! | call | body | what |
//! |---|---|---|
//! | `GET /sandbox/microsoft/contacts?mailbox=U` | | `{contacts: […]}` outside Deleted Items |
//! | `POST /sandbox/microsoft/contacts?mailbox=U` | a Graph contact | makes one, as Outlook does: `{id}` |
//! | `PATCH /sandbox/microsoft/contacts/{id}?mailbox=U` | the changed properties | changes one: `{id}` |
//! | `DELETE /sandbox/microsoft/contacts/{id}?mailbox=U&purge=B` | | to Deleted Items, or for good |
//! | `POST /sandbox/microsoft/contacts/{id}/move?mailbox=U` | `{folder}` | `contacts`, `deleteditems` or a folder's id |
//! | `POST /sandbox/microsoft/mails?mailbox=U` | a Graph message | it arrives in the inbox: `{id}` |
//! | `POST /sandbox/microsoft/delta-tokens/expire` | `{mailbox, as?}` | kills every delta token issued so far |
//! | `POST /sandbox/microsoft/sessions/revoke` | `{user}` | refresh tokens and browser sessions end |
//! | `POST /sandbox/microsoft/access-tokens/expire` | `{user}` | access tokens end, refreshing works |
//! | `POST /sandbox/microsoft/consent/revoke` | `{user, client_id?}` | refreshing fails until consented again |
//! | `POST /sandbox/microsoft/throttle` | `{mailbox, times, retry_after?}` | so many requests get 429 |
//! | `POST /sandbox/microsoft/notifications/disturb` | a mishap | the next post of notices is `delayed`, `lost`, `repeated` or `reversed` |
//! | `POST /sandbox/microsoft/subscriptions/challenge` | `{user}` | owners of subscriptions to a mailbox must prove that they may |
//! | `POST /sandbox/microsoft/subscriptions/withdraw` | `{user}` | subscriptions to a mailbox end |
//! | `POST /sandbox/microsoft/licence` | `{user, licensed}` | gives or takes the mailbox |
//! | `POST /sandbox/microsoft/password` | `{user, password}` | sets another password |
//!
//! `as` is how a dead delta token is answered: `gone-with-location` (the default), `gone-without-location`,
//! `bad-request`.

use super::input::{Body, Parameters};
use super::{Answer, Refusal};
use crate::sandbox::Sandbox;
use crate::seed::microsoft::TAB_CLIENT_ID;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, patch, post};
use axum::{Json, Router};
use mxs_world::Context;
use mxs_world::microsoft::{Microsoft, Mishap, TokenDeath};
use serde::Deserialize;
use serde_json::{Value, json};

pub(super) fn router() -> Router<Sandbox> {
    Router::new()
        .route("/sandbox/microsoft/contacts", get(list).post(create))
        .route("/sandbox/microsoft/contacts/{id}", patch(change).delete(delete))
        .route("/sandbox/microsoft/contacts/{id}/move", post(shift))
        .route("/sandbox/microsoft/mails", post(receive))
        .route("/sandbox/microsoft/delta-tokens/expire", post(expire_delta_tokens))
        .route("/sandbox/microsoft/sessions/revoke", post(revoke_sessions))
        .route("/sandbox/microsoft/access-tokens/expire", post(expire_access_tokens))
        .route("/sandbox/microsoft/consent/revoke", post(revoke_consent))
        .route("/sandbox/microsoft/throttle", post(throttle))
        .route("/sandbox/microsoft/notifications/disturb", post(disturb_notifications))
        .route("/sandbox/microsoft/subscriptions/challenge", post(challenge_subscriptions))
        .route("/sandbox/microsoft/subscriptions/withdraw", post(withdraw_subscriptions))
        .route("/sandbox/microsoft/licence", post(licence))
        .route("/sandbox/microsoft/password", post(password))
}

impl From<mxs_world::microsoft::Refusal> for Refusal {
    fn from(refusal: mxs_world::microsoft::Refusal) -> Self {
        let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
        Self::new(status, &refusal.code, refusal.message)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Of {
    mailbox: String,
    #[serde(default)]
    purge: bool,
}

/// Does something to a user who exists.
fn with_user<T>(
    sandbox: &Sandbox,
    user: &str,
    act: impl FnOnce(&mut Microsoft, &mut Context<'_>) -> T,
) -> Result<T, Refusal> {
    sandbox.world(|world| {
        if world.microsoft.user(user).is_none() {
            return Err(Refusal::not_found(format!("there is no user {user}")));
        }
        Ok(world.with_microsoft(act))
    })
}

async fn list(State(sandbox): State<Sandbox>, Parameters(of): Parameters<Of>) -> Answer {
    let contacts = with_user(&sandbox, &of.mailbox, |microsoft, _| microsoft.contacts(&of.mailbox))?;
    Ok(Json(json!({ "contacts": contacts })))
}

async fn create(
    State(sandbox): State<Sandbox>,
    Parameters(of): Parameters<Of>,
    Body(contact): Body<Value>,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let id = sandbox.world(|world| {
        world.with_microsoft(|microsoft, context| microsoft.add_contact(&of.mailbox, &contact, context))
    })?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))))
}

async fn receive(
    State(sandbox): State<Sandbox>,
    Parameters(of): Parameters<Of>,
    Body(message): Body<Value>,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let id = sandbox.world(|world| {
        world.with_microsoft(|microsoft, context| microsoft.receive_mail(&of.mailbox, "inbox", &message, context))
    })?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))))
}

async fn change(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    Parameters(of): Parameters<Of>,
    Body(changes): Body<Value>,
) -> Answer {
    let id = sandbox.world(|world| {
        world.with_microsoft(|microsoft, context| microsoft.edit_contact(&of.mailbox, &id, &changes, context))
    })?;
    Ok(Json(json!({ "id": id })))
}

async fn delete(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    Parameters(of): Parameters<Of>,
) -> Result<StatusCode, Refusal> {
    sandbox.world(|world| {
        world.with_microsoft(|microsoft, context| {
            if of.purge {
                microsoft.purge_contact(&of.mailbox, &id, context)
            } else {
                microsoft.delete_contact(&of.mailbox, &id, context)
            }
        })
    })?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    folder: String,
}

async fn shift(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    Parameters(of): Parameters<Of>,
    Body(Move { folder }): Body<Move>,
) -> Answer {
    let id = sandbox.world(|world| {
        world.with_microsoft(|microsoft, context| microsoft.move_contact(&of.mailbox, &id, &folder, context))
    })?;
    Ok(Json(json!({ "id": id })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expire {
    mailbox: String,
    #[serde(default, rename = "as")]
    death: TokenDeath,
}

async fn expire_delta_tokens(State(sandbox): State<Sandbox>, Body(order): Body<Expire>) -> Result<StatusCode, Refusal> {
    with_user(&sandbox, &order.mailbox, |microsoft, _| microsoft.expire_delta_tokens(&order.mailbox, order.death))?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Who {
    user: String,
}

async fn revoke_sessions(State(sandbox): State<Sandbox>, Body(Who { user }): Body<Who>) -> Result<StatusCode, Refusal> {
    with_user(&sandbox, &user, |microsoft, _| microsoft.revoke_sessions(&user))?;
    Ok(StatusCode::NO_CONTENT)
}

async fn expire_access_tokens(
    State(sandbox): State<Sandbox>,
    Body(Who { user }): Body<Who>,
) -> Result<StatusCode, Refusal> {
    with_user(&sandbox, &user, |microsoft, context| microsoft.expire_access_tokens(&user, context))?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Consent {
    user: String,
    client_id: Option<String>,
}

async fn revoke_consent(State(sandbox): State<Sandbox>, Body(order): Body<Consent>) -> Result<StatusCode, Refusal> {
    let client = order.client_id.as_deref().unwrap_or(TAB_CLIENT_ID);
    with_user(&sandbox, &order.user, |microsoft, _| microsoft.revoke_consent(&order.user, client))?;
    Ok(StatusCode::NO_CONTENT)
}

async fn disturb_notifications(State(sandbox): State<Sandbox>, Body(mishap): Body<Mishap>) -> StatusCode {
    sandbox.world(|world| world.microsoft.disturb_notifications(mishap));
    StatusCode::NO_CONTENT
}

async fn challenge_subscriptions(
    State(sandbox): State<Sandbox>,
    Body(Who { user }): Body<Who>,
) -> Result<StatusCode, Refusal> {
    with_user(&sandbox, &user, |microsoft, context| microsoft.challenge_subscriptions(&user, context))?;
    Ok(StatusCode::NO_CONTENT)
}

async fn withdraw_subscriptions(
    State(sandbox): State<Sandbox>,
    Body(Who { user }): Body<Who>,
) -> Result<StatusCode, Refusal> {
    with_user(&sandbox, &user, |microsoft, context| microsoft.withdraw_subscriptions(&user, context))?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Throttle {
    mailbox: String,
    times: u32,
    retry_after: Option<String>,
}

async fn throttle(State(sandbox): State<Sandbox>, Body(order): Body<Throttle>) -> Result<StatusCode, Refusal> {
    let Throttle { mailbox, times, retry_after } = order;
    with_user(&sandbox, &mailbox, |microsoft, _| microsoft.throttle_next(&mailbox, times, retry_after.as_deref()))?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Licence {
    user: String,
    licensed: bool,
}

async fn licence(State(sandbox): State<Sandbox>, Body(order): Body<Licence>) -> Result<StatusCode, Refusal> {
    let Licence { user, licensed } = order;
    with_user(&sandbox, &user, |microsoft, context| microsoft.set_licensed(&user, licensed, context))?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Password {
    user: String,
    password: String,
}

async fn password(State(sandbox): State<Sandbox>, Body(order): Body<Password>) -> Result<StatusCode, Refusal> {
    with_user(&sandbox, &order.user, |microsoft, _| microsoft.set_password(&order.user, &order.password))?;
    Ok(StatusCode::NO_CONTENT)
}
