//! What a CRM user chose, and how things stand.

use crate::audit::Doing;
use crate::background::forget_subscriptions;
use crate::input::{Body, Caller};
use crate::limits::{ID_BYTES_MAX, LABEL_BYTES_MAX};
use crate::refusal::Refusal;
use crate::store::{Note, Owner, Side};
use crate::{App, roles, settings};
use axum::Json;
use axum::extract::State;
use mxs_api::{Action, Mailbox, Overview, Settings};
use serde_json::Value;

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
    let doing = Doing::new(&app, caller.account, Action::SettingsChanged).await?;
    let change = async {
        let who = &doing.who;
        if !app.store().organisation(&who.org).await?.users_choose && !roles::is_admin(&app, caller.account).await? {
            return Err(Refusal::ChosenForAll);
        }
        app.store().put_settings(caller.account, &settings, &doing.notes(), app.now_ms()).await?;
        // What was chosen is followed soon.
        if let Some(mailbox) = who.mailbox {
            app.store().hint(&who.org, &[mailbox].into(), app.now_ms()).await?;
        }
        Ok(())
    };
    doing.noted(&app, change).await?;
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
    let doing = Doing::new(&app, caller.account, Action::MailboxConnected).await?;
    doing.noted(&app, connect(&app, caller.account, &mailbox, &doing.notes())).await?;
    Ok(Json(mailbox))
}

/// Connects a mailbox. Of the one in whose place it comes nothing is told any more: its keys go.
pub(super) async fn connect(app: &App, account: i64, mailbox: &Mailbox, notes: &[Note<'_>]) -> Result<(), Refusal> {
    let who = app.store().who(account).await?;
    if who.graph_id.is_some_and(|before| before != mailbox.id) {
        forget_subscriptions(app, &Owner { org: who.org, mailbox: who.mailbox }, Side::Exchange).await?;
    }
    app.store().connect(account, mailbox, notes, app.now_ms()).await
}

/// `DELETE /v1/mailbox`
pub(crate) async fn delete_mailbox(State(app): State<App>, caller: Caller) -> Result<Json<Overview>, Refusal> {
    let now_ms = app.now_ms();
    let doing = Doing::new(&app, caller.account, Action::MailboxDisconnected).await?;
    let change = async {
        let owner = Owner { org: doing.who.org.clone(), mailbox: doing.who.mailbox };
        if owner.mailbox.is_some() {
            forget_subscriptions(&app, &owner, Side::Exchange).await?;
        }
        app.store().disconnect(caller.account, &doing.notes(), now_ms).await
    };
    doing.noted(&app, change).await?;
    Ok(Json(app.store().overview(caller.account, now_ms).await?))
}
