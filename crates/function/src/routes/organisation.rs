//! What holds for a whole organisation, and its end.

use crate::audit::Doing;
use crate::background::forget_subscriptions;
use crate::filters::is_user;
use crate::input::{Admin, Body};
use crate::refusal::Refusal;
use crate::store::{Note, Owner, Side};
use crate::{App, settings, statement};
use axum::extract::State;
use axum::{Extension, Json};
use mxs_api::{AUDIT_DAYS, Action, Done, INTERVAL_S, Organisation, PROFILES_MAX, Uninstall};
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
    let is_profile = |(id, interval_s): (&String, &u32)| is_user(id) && within(*interval_s, INTERVAL_S);
    if sent.intervals.len() > PROFILES_MAX || !sent.intervals.iter().all(is_profile) {
        return Err(Refusal::BadMember("intervals".to_owned()));
    }
    if !within(sent.audit_days, AUDIT_DAYS) {
        return Err(Refusal::BadMember("audit_days".to_owned()));
    }
    let settings = sent.settings.as_ref().map(settings::sent).transpose().map_err(|refusal| match refusal {
        Refusal::BadMember(member) => Refusal::BadMember(format!("settings.{member}")),
        refusal => refusal,
    })?;
    let Organisation { users_choose, interval_s, intervals, audit_days, ews_access, .. } = sent;
    let of_profiles = intervals.iter().map(|(id, seconds)| format!("{id}: {seconds}")).collect::<Vec<_>>().join(", ");
    let new = Organisation { settings, users_choose, interval_s, intervals, audit_days, ews_access };
    let doing = Doing::new(&app, admin.account, Action::OrganisationChanged)
        .await?
        .with("users_choose", users_choose)
        .with("interval_s", interval_s)
        .with("intervals", of_profiles)
        .with("audit_days", audit_days);
    let notes = doing.notes();
    doing.noted(&app, app.store().put_organisation(&doing.who.org, &new, &notes, app.now_ms())).await?;
    Ok(Json(new))
}

/// `POST /v1/uninstall`
pub(crate) async fn uninstall(
    State(app): State<App>,
    admin: Option<Extension<Admin>>,
    Body(Uninstall { statement }): Body<Uninstall>,
) -> Result<Json<Done>, Refusal> {
    let now_ms = app.now_ms();
    let (org, crm_user, nonce) = match (statement, admin) {
        (Some(signed), _) => {
            let statement = statement::verify_uninstall(&signed, app.secrets(), now_ms);
            let statement = statement.map_err(Refusal::BadStatement)?;
            (statement.org, statement.user, Some(statement.nonce))
        }
        (None, Some(Extension(admin))) => {
            let who = app.store().who(admin.account).await?;
            (who.org, who.crm_user, None)
        }
        (None, None) => return Err(Refusal::NoSession),
    };
    let note = Note {
        org: &org,
        actor: Some(&crm_user),
        action: Action::Uninstalled,
        target: None,
        failure: None,
        detail: BTreeMap::new(),
    };
    app.store().uninstall(&org, nonce.as_deref(), &note, now_ms).await?;
    // Whoever asked may hang up.
    let leaving = tokio::spawn(async move { leave(&app, Owner { org, mailbox: None }, now_ms).await });
    leaving.await.map_err(|error| Refusal::Internal(error.into()))??;
    Ok(Json(Done {}))
}

/// Tells the vendors, as far as they answer soon, and then forgets what opens their doors.
async fn leave(app: &App, owner: Owner, removed_ms: i64) -> Result<(), Refusal> {
    let (crm, exchange) =
        tokio::join!(forget_subscriptions(app, &owner, Side::Crm), forget_subscriptions(app, &owner, Side::Exchange));
    if let Some(keys) = app.keys()
        && let Some(held) = keys.held_zoho(app, &owner).await
    {
        keys.give_back_zoho(held).await;
    }
    app.store().forget_doors(&owner.org, removed_ms).await?;
    crm.and(exchange)
}
