//! Accounts on Exchange Servers: a person's own, and the one that acts for a whole organisation.

use crate::App;
use crate::audit::Doing;
use crate::input::{Admin, Body, Caller};
use crate::limits::{LABEL_BYTES_MAX, PASSWORD_BYTES_MAX};
use crate::refusal::Refusal;
use crate::store::{Owner, Who};
use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use mxs_api::{Action, Done, EwsAccess, ExchangeAccount, NewPassword};
use mxs_vault::What;
use secrecy::SecretString;

/// Whose account it is. Who comes by an administrators' route comes for the organisation.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Holder {
    /// The caller's own mailbox.
    Mailbox(Caller),
    /// The organisation, which acts for everybody.
    Organisation(Admin),
}

impl FromRequestParts<App> for Holder {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        match parts.extensions.get::<Admin>() {
            Some(admin) => Ok(Self::Organisation(*admin)),
            None => Caller::from_request_parts(parts, app).await.map(Self::Mailbox),
        }
    }
}

impl Holder {
    fn account(self) -> i64 {
        match self {
            Holder::Mailbox(caller) => caller.account,
            Holder::Organisation(admin) => admin.account,
        }
    }

    /// Its word in the audit log, and how the organisation must have chosen to reach its servers.
    const fn kind(self) -> (&'static str, EwsAccess) {
        match self {
            Holder::Mailbox(_) => ("mailbox", EwsAccess::Individual),
            Holder::Organisation(_) => ("organisation", EwsAccess::Impersonation),
        }
    }

    fn owner(self, who: &Who) -> Result<Owner, Refusal> {
        let mailbox = match self {
            Holder::Mailbox(_) => Some(who.mailbox.ok_or(Refusal::NotFound("no mailbox is connected"))?),
            Holder::Organisation(_) => None,
        };
        Ok(Owner { org: who.org.clone(), mailbox })
    }

    async fn doing(self, app: &App, action: Action) -> Result<Doing<'static>, Refusal> {
        Ok(Doing::new(app, self.account(), action).await?.with("whose", self.kind().0))
    }
}

/// What is stored of an account, but for its password.
async fn stored(app: &App, owner: &Owner) -> Result<ExchangeAccount, Refusal> {
    let stored = app.store().credential(owner, What::ExchangePassword).await?;
    let stored = stored.ok_or(Refusal::NotFound("there is no account on an Exchange Server"))?;
    serde_json::from_str(&stored.about).map_err(|_| Refusal::unreadable("account"))
}

/// `GET /v1/exchange/mailbox` and `…/organisation`
pub(crate) async fn get(State(app): State<App>, holder: Holder) -> Result<Json<ExchangeAccount>, Refusal> {
    let who = app.store().who(holder.account()).await?;
    Ok(Json(stored(&app, &holder.owner(&who)?).await?))
}

/// `PUT /v1/exchange/mailbox` and `…/organisation`
pub(crate) async fn put(
    State(app): State<App>,
    holder: Holder,
    Body(account): Body<ExchangeAccount>,
) -> Result<Json<ExchangeAccount>, Refusal> {
    let keys = app.keys().ok_or(Refusal::NoKeys)?;
    let doing = holder.doing(&app, Action::ExchangeAccountChanged).await?;
    let change = async {
        let owner = holder.owner(&doing.who)?;
        if app.store().organisation(&owner.org).await?.ews_access != Some(holder.kind().1) {
            return Err(Refusal::OtherAccess);
        }
        let (account, password) = checked(account)?;
        if let Some(server) = &account.server {
            keys.outside().judge(server).map_err(Refusal::BadServer)?;
        }
        let about = serde_json::to_string(&account).map_err(|_| Refusal::unreadable("account"))?;
        keys.put(&app, &owner, What::ExchangePassword, &password, about, &doing.notes()).await?;
        Ok(Json(account))
    };
    doing.noted(&app, change).await
}

/// `PUT /v1/exchange/mailbox/password` and `…/organisation/password`
pub(crate) async fn put_password(
    State(app): State<App>,
    holder: Holder,
    Body(NewPassword { password }): Body<NewPassword>,
) -> Result<Json<Done>, Refusal> {
    let keys = app.keys().ok_or(Refusal::NoKeys)?;
    let doing = holder.doing(&app, Action::ExchangeAccountChanged).await?;
    let change = async {
        let owner = holder.owner(&doing.who)?;
        let password = password_of(password)?;
        let about = serde_json::to_string(&stored(&app, &owner).await?).map_err(|_| Refusal::unreadable("account"))?;
        keys.put(&app, &owner, What::ExchangePassword, &password, about, &doing.notes()).await?;
        Ok(Json(Done {}))
    };
    doing.noted(&app, change).await
}

/// `DELETE /v1/exchange/mailbox` and `…/organisation`
pub(crate) async fn delete(State(app): State<App>, holder: Holder) -> Result<Json<Done>, Refusal> {
    let doing = holder.doing(&app, Action::ExchangeAccountRemoved).await?;
    let change = async {
        let owner = holder.owner(&doing.who)?;
        // No token is got with it.
        let what = (What::ExchangePassword, What::ExchangePassword);
        app.store().forget_credential(&owner, what, &doing.notes(), app.now_ms()).await?;
        Ok(Json(Done {}))
    };
    doing.noted(&app, change).await
}

/// What is to be stored of an account, and its password.
fn checked(account: ExchangeAccount) -> Result<(ExchangeAccount, SecretString), Refusal> {
    let ExchangeAccount { address, user, domain, server, password } = account;
    // Whoever names another server names the password, too: it isn't sent where nobody who knew it wanted it.
    let password = password_of(password.unwrap_or_default())?;
    let labels = [Some((&address, "address")), Some((&user, "user")), domain.as_ref().map(|text| (text, "domain"))];
    for (text, member) in labels.into_iter().flatten() {
        if text.is_empty() || text.len() > LABEL_BYTES_MAX || text.chars().any(char::is_control) {
            return Err(Refusal::BadMember(member.to_owned()));
        }
    }
    if !address.rsplit_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty()) {
        return Err(Refusal::BadMember("address".to_owned()));
    }
    if server.as_ref().is_some_and(|server| server.len() > LABEL_BYTES_MAX) {
        return Err(Refusal::BadMember("server".to_owned()));
    }
    Ok((ExchangeAccount { address, user, domain, server, password: None }, password))
}

fn password_of(password: String) -> Result<SecretString, Refusal> {
    // What a header field can't hold could not be sent.
    let fits = (1..=PASSWORD_BYTES_MAX).contains(&password.len()) && !password.chars().any(char::is_control);
    if fits { Ok(password.into()) } else { Err(Refusal::BadMember("password".to_owned())) }
}
