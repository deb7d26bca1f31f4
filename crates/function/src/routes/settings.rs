//! What a CRM user chose, and how things stand.

use crate::audit::{Doing, noted};
use crate::background::forget_subscriptions;
use crate::input::{Body, Caller};
use crate::limits::{ID_BYTES_MAX, LABEL_BYTES_MAX};
use crate::refusal::Refusal;
use crate::store::{Owner, Side};
use crate::{App, roles, settings};
use axum::Json;
use axum::extract::State;
use mxs_api::{Action, Mailbox, Overview, Settings};
use serde_json::Value;
use std::collections::BTreeSet;

/// `GET /v1/overview`
pub(crate) async fn overview(State(app): State<App>, caller: Caller) -> Result<Json<Overview>, Refusal> {
    Ok(Json(app.store().overview(caller.account, app.now_ms()).await?))
}

/// `PUT /v1/settings`
pub(crate) async fn put_settings(
    State(app): State<App>,
    caller: Caller,
    Body(sent): Body<Value>,
) -> Result<Json<Settings>, Refusal> {
    let settings = settings::sent(&sent)?;
    noted(&app, Doing::new(caller.account, Action::SettingsChanged), async {
        let who = app.store().who(caller.account).await?;
        if !app.store().organisation(&who.org).await?.users_choose && !roles::is_admin(&app, caller.account).await? {
            return Err(Refusal::ChosenForAll);
        }
        app.store().put_settings(caller.account, &settings).await?;
        // What was chosen is followed soon.
        match who.mailbox {
            Some(mailbox) => app.store().hint(&who.org, &BTreeSet::from([mailbox]), app.now_ms()).await,
            None => Ok(()),
        }
    })
    .await?;
    Ok(Json(settings))
}

/// `PUT /v1/mailbox`
pub(crate) async fn put_mailbox(
    State(app): State<App>,
    caller: Caller,
    Body(mailbox): Body<Mailbox>,
) -> Result<Json<Mailbox>, Refusal> {
    if mailbox.id.is_empty() || mailbox.id.len() > ID_BYTES_MAX {
        return Err(Refusal::bad("the mailbox's id is empty or too long"));
    }
    if mailbox.address.len() > LABEL_BYTES_MAX || mailbox.name.len() > LABEL_BYTES_MAX {
        return Err(Refusal::bad("the mailbox's address or name is too long"));
    }
    let connected = app.store().connect(caller.account, &mailbox, app.now_ms());
    noted(&app, Doing::new(caller.account, Action::MailboxConnected), connected).await?;
    Ok(Json(mailbox))
}

/// `DELETE /v1/mailbox`
pub(crate) async fn delete_mailbox(State(app): State<App>, caller: Caller) -> Result<Json<Overview>, Refusal> {
    let now_ms = app.now_ms();
    noted(&app, Doing::new(caller.account, Action::MailboxDisconnected), async {
        let who = app.store().who(caller.account).await?;
        if who.mailbox.is_some() {
            forget_subscriptions(&app, &Owner { org: who.org, mailbox: who.mailbox }, Side::Exchange).await?;
        }
        app.store().disconnect(caller.account, now_ms).await
    })
    .await?;
    Ok(Json(app.store().overview(caller.account, now_ms).await?))
}
