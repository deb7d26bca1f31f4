//! What holds for a whole organisation, and its end.

use crate::audit::{Doing, noted};
use crate::input::{Admin, Body};
use crate::refusal::Refusal;
use crate::store::{Note, Owner};
use crate::{App, settings, statement};
use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use mxs_api::{AUDIT_DAYS, Action, Done, INTERVAL_S, Organisation, Uninstall};
use serde_json::Value;
use std::collections::BTreeMap;

/// `GET /v1/organisation`
pub(crate) async fn get(State(app): State<App>, admin: Admin) -> Result<Json<Organisation>, Refusal> {
    let org = app.store().who(admin.account).await?.org;
    Ok(Json(app.store().organisation(&org).await?))
}

/// `PUT /v1/organisation`
pub(crate) async fn put(
    State(app): State<App>,
    admin: Admin,
    Body(sent): Body<Organisation<Value>>,
) -> Result<Json<Organisation>, Refusal> {
    let within = |number: u32, (least, most): (u32, u32)| (least..=most).contains(&number);
    if !within(sent.interval_s, INTERVAL_S) {
        return Err(Refusal::BadMember("interval_s".to_owned()));
    }
    if !within(sent.audit_days, AUDIT_DAYS) {
        return Err(Refusal::BadMember("audit_days".to_owned()));
    }
    let settings = sent.settings.as_ref().map(settings::sent).transpose().map_err(|refusal| match refusal {
        Refusal::BadMember(member) => Refusal::BadMember(format!("settings.{member}")),
        refusal => refusal,
    })?;
    let Organisation { users_choose, interval_s, audit_days, ews_access, .. } = sent;
    let new = Organisation { settings, users_choose, interval_s, audit_days, ews_access };
    let doing = Doing::new(admin.account, Action::OrganisationChanged)
        .with("users_choose", users_choose)
        .with("interval_s", interval_s)
        .with("audit_days", audit_days);
    noted(&app, doing, async {
        let org = app.store().who(admin.account).await?.org;
        app.store().put_organisation(&org, &new).await
    })
    .await?;
    Ok(Json(new))
}

/// `POST /v1/uninstall`
pub(crate) async fn uninstall(
    State(app): State<App>,
    mut parts: Parts,
    Body(Uninstall { statement }): Body<Uninstall>,
) -> Result<Json<Done>, Refusal> {
    let now_ms = app.now_ms();
    let (org, crm_user, nonce) = match statement {
        Some(signed) => {
            let statement = statement::verify_uninstall(&signed, app.secrets(), now_ms);
            let statement = statement.map_err(Refusal::BadStatement)?;
            (statement.org, statement.user, Some(statement.nonce))
        }
        None => {
            let admin = Admin::from_request_parts(&mut parts, &app).await?;
            let who = app.store().who(admin.account).await?;
            (who.org, who.crm_user, None)
        }
    };
    let owner = Owner { org, mailbox: None };
    // Read before it is forgotten, and given back after: nobody gives anything back by a statement that was used.
    let held = match app.keys() {
        Some(keys) => keys.held_zoho(&app, &owner).await,
        None => None,
    };
    let note = Note {
        actor: Some(&crm_user),
        action: Action::Uninstalled,
        target: None,
        failure: None,
        detail: BTreeMap::new(),
    };
    app.store().uninstall(&owner.org, nonce.as_deref(), &note, now_ms).await?;
    if let (Some(keys), Some(held)) = (app.keys(), held) {
        keys.give_back_zoho(held).await;
    }
    Ok(Json(Done {}))
}
