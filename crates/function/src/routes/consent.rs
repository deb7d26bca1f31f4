//! Being let in, to act when no tab is open.

use crate::App;
use crate::audit::Doing;
use crate::background::forget_subscriptions;
use crate::input::{Admin, Body, Caller};
use crate::keys::{Keys, NoToken, Place, SCOPES};
use crate::limits::ID_BYTES_MAX;
use crate::refusal::Refusal;
use crate::store::{NewConsent, Owner, Side};
use axum::Json;
use axum::extract::State;
use hmac::{Hmac, KeyInit, Mac};
use mxs_api::{
    Access, Action, Application, CONSENT_SECONDS, Consent, ConsentAnswer, ConsentRequest, Consented, Mailbox, To,
};
use mxs_graph::identity::{Authorize, IdentityError, Redeem, Secret, authorize_url, parse_redirect, redeem};
use mxs_graph::me;
use mxs_http::{Request, Response, base64url, url};
use mxs_vault::What;
use mxs_zoho::oauth::{self, OauthError};
use mxs_zoho::{org, users};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Which directory a person signs in to: whichever has the account.
const ANY_DIRECTORY: &str = "organizations";

fn keys(app: &App) -> Result<&Arc<Keys>, Refusal> {
    app.keys().ok_or(Refusal::NoKeys)
}

/// `POST /v1/consents`
pub(crate) async fn begin(
    State(app): State<App>,
    caller: Caller,
    Body(request): Body<ConsentRequest>,
) -> Result<Json<Consent>, Refusal> {
    let vendors = keys(&app)?.vendors();
    let state = base64url::encode(&app.random::<32>()?);
    let kept = base64url::encode(&app.random::<32>()?);
    let verifier = verifier(&kept, &state)?;
    let url = match request.to {
        To::Crm => oauth::authorize_url(&oauth::Authorize {
            centre: vendors.centres.first().ok_or(Refusal::NoKeys)?,
            client_id: &vendors.zoho.as_ref().ok_or(Refusal::NoKeys)?.client_id,
            redirect_uri: &vendors.redirect_uri,
            state: &state,
        }),
        To::Mailbox => authorize_url(&Authorize {
            base: &vendors.identity,
            tenant: ANY_DIRECTORY,
            client_id: &vendors.microsoft.as_ref().ok_or(Refusal::NoKeys)?.client_id,
            redirect_uri: &vendors.redirect_uri,
            scopes: &SCOPES,
            state: &state,
            code_challenge: &base64url::encode(&Sha256::digest(&verifier)),
            login_hint: None,
            prompt: None,
        }),
    };
    let now_ms = app.now_ms();
    let new = NewConsent {
        state_hash: &Sha256::digest(&state).into(),
        account: caller.account,
        what: request.to.word(),
        kept: &kept,
        expires_ms: now_ms + i64::from(CONSENT_SECONDS) * 1000,
    };
    let doing = Doing::new(&app, caller.account, Action::ConsentBegun).await?.with("to", request.to.word());
    let notes = doing.notes();
    doing.noted(&app, app.store().begin_consent(&new, &notes, now_ms)).await?;
    Ok(Json(Consent { url, expires_in_s: CONSENT_SECONDS }))
}

/// `POST /v1/consents/finish`
pub(crate) async fn finish(
    State(app): State<App>,
    caller: Caller,
    Body(ConsentAnswer { query }): Body<ConsentAnswer>,
) -> Result<Json<Consented>, Refusal> {
    let keys = keys(&app)?;
    let pairs = url::parse_form(query.trim_start_matches('?'));
    let state = pairs.into_iter().find_map(|(name, value)| (name == "state").then_some(value)).unwrap_or_default();
    let hash = Sha256::digest(&state).into();
    let waiting = app.store().end_consent(caller.account, &hash, app.now_ms()).await?;
    let (what, kept) = waiting.ok_or(Refusal::NoConsent)?;
    let to = if what == To::Crm.word() { To::Crm } else { To::Mailbox };
    let doing = Doing::new(&app, caller.account, Action::ConsentGiven).await?.with("to", to.word());
    let answer = Answer { app: &app, keys, account: caller.account, doing: &doing, query: &query, state: &state };
    let change = async {
        match to {
            To::Crm => answer.crm().await,
            To::Mailbox => answer.mailbox(&Secret::new(verifier(&kept, &state)?)).await,
        }
    };
    doing.noted(&app, change).await?;
    Ok(Json(Consented { to }))
}

/// The text whose hash goes along to Microsoft. It is nowhere as it is: one part is in the database, and the other only
/// in the browser, which brings it back.
fn verifier(kept: &str, state: &str) -> Result<String, Refusal> {
    let mac = Hmac::<Sha256>::new_from_slice(kept.as_bytes()).map_err(|error| Refusal::Internal(error.into()))?;
    Ok(base64url::encode(&mac.chain_update(state).finalize().into_bytes()))
}

/// What came back, and to whom.
struct Answer<'a> {
    app: &'a App,
    keys: &'a Keys,
    account: i64,
    doing: &'a Doing<'a>,
    query: &'a str,
    state: &'a str,
}

impl Answer<'_> {
    async fn crm(&self) -> Result<(), Refusal> {
        let vendors = self.keys.vendors();
        let ours = vendors.zoho.as_ref().ok_or(Refusal::NoKeys)?;
        let agreed = oauth::parse_redirect(self.query, self.state, &vendors.centres).map_err(|error| match error {
            OauthError::Unavailable { .. } => Refusal::VendorAway { retry_after_s: None },
            _ => Refusal::NoConsent,
        })?;
        let request = oauth::redeem(ours.client(), &vendors.redirect_uri, &agreed.code);
        let tokens = self.keys.zoho_tokens(&agreed.centre, request).await.map_err(refused)?;
        let refresh_token = tokens.refresh.ok_or(Refusal::NoConsent)?;
        let api = agreed.centre.api(tokens.environment);
        let ask =
            async |request| self.ask(&api, format!("Zoho-oauthtoken {}", tokens.access.expose_secret()), request).await;
        let org = org::parse(&ask(org::request()).await?).map_err(|_| Refusal::NoConsent)?;
        let user = users::parse(&ask(users::current()).await?).map_err(|_| Refusal::NoConsent)?;
        if org.zgid != self.doing.who.org || user.id != self.doing.who.crm_user {
            return Err(Refusal::WrongPerson);
        }
        let answer = ask(users::administrator(&user.id)).await?;
        if !users::parse_administrator(&answer, &user.id).map_err(|_| Refusal::NoConsent)? {
            return Err(Refusal::NotAllowed);
        }
        let about = Place { centre: agreed.centre.location().to_owned(), api };
        let about = serde_json::to_string(&about).map_err(|_| Refusal::unreadable("data centre"))?;
        let owner = Owner { org: self.doing.who.org.clone(), mailbox: None };
        self.app.store().forget_token(&owner, What::ZohoAccessToken).await?;
        let notes = self.doing.notes();
        self.keys.put(self.app, &owner, What::ZohoRefreshToken, &refresh_token, about, &notes).await?;
        let now_ms = self.app.now_ms();
        let zone = Some(user.time_zone).filter(|zone| !zone.is_empty());
        self.app.store().put_role(self.account, true, zone.as_deref(), now_ms).await?;
        self.app.store().bring_back(&self.doing.who.org).await?;
        self.app.store().schedule_all(&self.doing.who.org, now_ms).await
    }

    async fn mailbox(&self, verifier: &Secret) -> Result<(), Refusal> {
        let vendors = self.keys.vendors();
        let ours = vendors.microsoft.as_ref().ok_or(Refusal::NoKeys)?;
        let code = parse_redirect(self.query, self.state).map_err(|error| match error {
            IdentityError::Unavailable { .. } => Refusal::VendorAway { retry_after_s: None },
            _ => Refusal::NoConsent,
        })?;
        let request = redeem(&Redeem {
            base: &vendors.identity,
            tenant: ANY_DIRECTORY,
            client_id: &ours.client_id,
            redirect_uri: &vendors.redirect_uri,
            scopes: &SCOPES,
            code: &code,
            verifier,
        });
        let tokens = self.keys.tokens(self.app, ours, ANY_DIRECTORY, |proof| proof.prove(request)).await;
        let tokens = tokens.map_err(refused)?;
        let refresh_token = SecretString::from(tokens.refresh.ok_or(Refusal::NoConsent)?.expose());
        let response = self.ask(&vendors.graph, format!("Bearer {}", tokens.access.expose()), me::request()).await?;
        let me = me::parse(&response).map_err(|_| Refusal::NoConsent)?;
        let address = me.mail.unwrap_or(me.user_principal_name);
        let mailbox = Mailbox { id: me.id, address, name: me.display_name };
        let now_ms = self.app.now_ms();
        super::settings::connect(self.app, self.account, &mailbox, &[]).await?;
        let row = self.app.store().who(self.account).await?.mailbox;
        let owner = Owner { org: self.doing.who.org.clone(), mailbox: row };
        self.app.store().forget_token(&owner, What::MicrosoftAccessToken).await?;
        let about = ANY_DIRECTORY.to_owned();
        let notes = self.doing.notes();
        self.keys.put(self.app, &owner, What::MicrosoftRefreshToken, &refresh_token, about, &notes).await?;
        self.app.store().schedule(self.account, &[], now_ms).await?;
        Ok(())
    }

    /// Asks a vendor, with a token that has just been got.
    async fn ask(&self, origin: &str, authorization: String, request: Request) -> Result<Response, Refusal> {
        let sent = self.keys.outside().send(origin, Some(authorization.into()), request).await;
        match sent {
            Ok(response) if !matches!(response.status, 429 | 500..) => Ok(response),
            _ => Err(Refusal::VendorAway { retry_after_s: None }),
        }
    }
}

/// What a token that isn't to be had means for whoever consents.
fn refused(error: NoToken) -> Refusal {
    match error {
        NoToken::Refused => Refusal::NoConsent,
        NoToken::Unavailable { retry_after_s } => Refusal::VendorAway { retry_after_s },
        NoToken::Broken(refusal) => refusal,
    }
}

/// `GET /v1/access`
pub(crate) async fn access(State(app): State<App>, caller: Caller) -> Result<Json<Access>, Refusal> {
    let access = app.store().access(caller.account).await?;
    Ok(Json(Access { has_keys: app.keys().is_some(), ..access }))
}

/// `PUT /v1/application`
pub(crate) async fn put_application(
    State(app): State<App>,
    admin: Admin,
    Body(application): Body<Application>,
) -> Result<Json<Access>, Refusal> {
    let keys = keys(&app)?;
    let is_one = application.secret.is_some() != application.certificate.is_some();
    let names = [&application.tenant, &application.client_id];
    if !is_one || names.iter().any(|name| name.is_empty() || name.len() > ID_BYTES_MAX) {
        return Err(Refusal::bad("an application has a directory, an id, and either a secret or a certificate"));
    }
    let doing = Doing::new(&app, admin.account, Action::ApplicationChanged).await?;
    let change = async {
        keys.as_application(&app, &application).await.map_err(refused)?;
        let owner = Owner { org: doing.who.org.clone(), mailbox: None };
        let secret = serde_json::to_string(&application).map_err(|_| Refusal::unreadable("application"))?;
        app.store().forget_token(&owner, What::MicrosoftAccessToken).await?;
        let notes = doing.notes();
        keys.put(&app, &owner, What::MicrosoftApplication, &secret.into(), "{}".to_owned(), &notes).await?;
        app.store().schedule_all(&owner.org, app.now_ms()).await
    };
    doing.noted(&app, change).await?;
    access(State(app), admin.into()).await
}

/// `DELETE /v1/application`
pub(crate) async fn delete_application(State(app): State<App>, admin: Admin) -> Result<Json<Access>, Refusal> {
    let doing = Doing::new(&app, admin.account, Action::ApplicationRemoved).await?;
    let change = async {
        let owner = Owner { org: doing.who.org.clone(), mailbox: None };
        // Those of people who let us in themselves are made anew.
        forget_subscriptions(&app, &owner, Side::Exchange).await?;
        let what = (What::MicrosoftApplication, What::MicrosoftAccessToken);
        app.store().forget_credential(&owner, what, &doing.notes(), app.now_ms()).await
    };
    doing.noted(&app, change).await?;
    access(State(app), admin.into()).await
}

/// `DELETE /v1/access/mailbox`
pub(crate) async fn revoke_mailbox(State(app): State<App>, caller: Caller) -> Result<Json<Access>, Refusal> {
    let doing = Doing::new(&app, caller.account, Action::AccessRevoked).await?.with("to", To::Mailbox.word());
    let change = async {
        let owner = Owner { org: doing.who.org.clone(), mailbox: doing.who.mailbox };
        if owner.mailbox.is_none() {
            return app.store().note(&doing.notes(), app.now_ms()).await;
        }
        forget_subscriptions(&app, &owner, Side::Exchange).await?;
        // Microsoft has no address at which an application gives a refresh token back: it is forgotten.
        let what = (What::MicrosoftRefreshToken, What::MicrosoftAccessToken);
        app.store().forget_credential(&owner, what, &doing.notes(), app.now_ms()).await
    };
    doing.noted(&app, change).await?;
    access(State(app), caller).await
}

/// `DELETE /v1/access/crm`
pub(crate) async fn revoke_crm(State(app): State<App>, admin: Admin) -> Result<Json<Access>, Refusal> {
    let doing = Doing::new(&app, admin.account, Action::AccessRevoked).await?.with("to", To::Crm.word());
    let change = async {
        let owner = Owner { org: doing.who.org.clone(), mailbox: None };
        forget_subscriptions(&app, &owner, Side::Crm).await?;
        if let Some(keys) = app.keys()
            && let Some(held) = keys.held_zoho(&app, &owner).await
        {
            // Forgotten in any case: what the vendor keeps then opens nothing for us.
            keys.give_back_zoho(held).await;
        }
        let what = (What::ZohoRefreshToken, What::ZohoAccessToken);
        app.store().forget_credential(&owner, what, &doing.notes(), app.now_ms()).await
    };
    doing.noted(&app, change).await?;
    access(State(app), admin.into()).await
}
