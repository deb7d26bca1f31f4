//! What people do to CRM records, past the CRM's interface: nothing is counted and no credit is spent.
//!
//! | call | body | what |
//! |---|---|---|
//! | `GET /sandbox/zoho/{module}` | | `{records: […]}` |
//! | `POST /sandbox/zoho/{module}?user=I` | a record's fields | makes one: `{id}` |
//! | `PATCH /sandbox/zoho/{module}/{id}?user=I` | the changed fields | changes one: `{id}` |
//! | `DELETE /sandbox/zoho/{module}/{id}?user=I` | | moves it to the recycle bin |
//! | `POST /sandbox/zoho/{module}/{id}/restore` | | takes it out of the recycle bin |
//! | `POST /sandbox/zoho/{module}/{id}/purge` | | removes it from the recycle bin for good |
//! | `POST /sandbox/zoho/{module}/{id}/lock` | `{locked}` | a locked record can't be changed or deleted |
//! | `POST /sandbox/zoho/tokens/revoke` | `{user}` | every token of that user ends |
//!
//! `user` is a CRM user's id; without one, it is the first administrator.

use super::input::{Body, Parameters};
use super::{Answer, Refusal};
use crate::sandbox::Sandbox;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, patch, post};
use axum::{Json, Router};
use mxs_world::zoho::Id;
use serde::Deserialize;
use serde_json::{Value, json};

pub(super) fn router() -> Router<Sandbox> {
    Router::new()
        .route("/sandbox/zoho/tokens/revoke", post(revoke))
        .route("/sandbox/zoho/{module}", get(list).post(create))
        .route("/sandbox/zoho/{module}/{id}", patch(change).delete(delete))
        .route("/sandbox/zoho/{module}/{id}/restore", post(restore))
        .route("/sandbox/zoho/{module}/{id}/purge", post(purge))
        .route("/sandbox/zoho/{module}/{id}/lock", post(lock))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct By {
    user: Option<String>,
}

impl By {
    fn id(self, sandbox: &Sandbox) -> Result<Id, Refusal> {
        let user = self.user.or_else(|| sandbox.members().first().map(|member| member.id.clone())).unwrap_or_default();
        let known = sandbox.member(&user).ok_or_else(|| Refusal::not_found(format!("there is no CRM user {user}")))?;
        id(&known.id)
    }
}

fn id(text: &str) -> Result<Id, Refusal> {
    text.parse().map_err(|_| Refusal::not_found(format!("{text} is no id")))
}

/// The CRM's own refusal, `{code, message, …}`.
fn refused(error: Value) -> Refusal {
    let part = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
    Refusal::new(StatusCode::BAD_REQUEST, &part("code"), format!("{} {}", part("message"), error["details"]))
}

fn done(was_there: bool) -> Result<StatusCode, Refusal> {
    if was_there { Ok(StatusCode::NO_CONTENT) } else { Err(Refusal::not_found("there is no such record there")) }
}

async fn list(State(sandbox): State<Sandbox>, Path(module): Path<String>) -> Json<Value> {
    Json(json!({ "records": sandbox.world(|world| world.zoho.records(sandbox.zgid(), &module)) }))
}

async fn create(
    State(sandbox): State<Sandbox>,
    Path(module): Path<String>,
    Parameters(by): Parameters<By>,
    Body(fields): Body<Value>,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let by = by.id(&sandbox)?;
    let added =
        sandbox.world(|world| world.with_zoho(|zoho, context| zoho.insert_record(context, &module, by, fields)));
    let id = added.map_err(refused)?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id.to_string() }))))
}

async fn change(
    State(sandbox): State<Sandbox>,
    Path((module, record)): Path<(String, String)>,
    Parameters(by): Parameters<By>,
    Body(fields): Body<Value>,
) -> Answer {
    let (by, record) = (by.id(&sandbox)?, id(&record)?);
    sandbox
        .world(|world| world.with_zoho(|zoho, context| zoho.update_record(context, &module, record, by, fields)))
        .map_err(refused)?;
    Ok(Json(json!({ "id": record.to_string() })))
}

async fn delete(
    State(sandbox): State<Sandbox>,
    Path((module, record)): Path<(String, String)>,
    Parameters(by): Parameters<By>,
) -> Result<StatusCode, Refusal> {
    let (by, record) = (by.id(&sandbox)?, id(&record)?);
    let deleted = sandbox.world(|world| {
        let locked = world.zoho.record(&module, record).is_some_and(|record| record["Locked__s"] == true);
        let deleted = world.with_zoho(|zoho, context| zoho.delete_record(context, &module, record, by));
        (deleted, locked)
    });
    match deleted {
        (false, true) => Err(Refusal::new(StatusCode::BAD_REQUEST, "RECORD_LOCKED", "the record is locked")),
        (deleted, _) => done(deleted),
    }
}

async fn restore(
    State(sandbox): State<Sandbox>,
    Path((module, record)): Path<(String, String)>,
) -> Result<StatusCode, Refusal> {
    let record = id(&record)?;
    done(sandbox.world(|world| world.with_zoho(|zoho, context| zoho.restore_record(context, &module, record))))
}

async fn purge(
    State(sandbox): State<Sandbox>,
    Path((module, record)): Path<(String, String)>,
) -> Result<StatusCode, Refusal> {
    let record = id(&record)?;
    done(sandbox.world(|world| world.with_zoho(|zoho, context| zoho.purge_record(context, &module, record))))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lock {
    locked: bool,
}

async fn lock(
    State(sandbox): State<Sandbox>,
    Path((module, record)): Path<(String, String)>,
    Body(Lock { locked }): Body<Lock>,
) -> Result<StatusCode, Refusal> {
    let record = id(&record)?;
    done(sandbox.world(|world| world.zoho.lock_record(&module, record, locked)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Revoke {
    user: String,
}

async fn revoke(State(sandbox): State<Sandbox>, Body(order): Body<Revoke>) -> Result<StatusCode, Refusal> {
    let user = By { user: Some(order.user) }.id(&sandbox)?;
    sandbox.world(|world| world.zoho.revoke_user(user));
    // The CRM's own pages go on working: they have a session, not a token.
    sandbox.forget_crm_tokens();
    Ok(StatusCode::NO_CONTENT)
}
