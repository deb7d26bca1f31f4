//! Accounts on Exchange Servers: a person's own, and the one that acts for a whole organisation.

use crate::App;
use crate::audit::Doing;
use crate::exchange::{Reach, check};
use crate::input::{Admin, Body, Caller};
use crate::limits::{HOSTS_AGREED_MAX, LABEL_BYTES_MAX, PASSWORD_BYTES_MAX};
use crate::refusal::Refusal;
use crate::store::{Owner, Who};
use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use mxs_api::{
    Action, Done, EwsAccess, ExchangeAccount, ExchangeAuthorities, ExchangeSignIn, ExchangeTest, ExchangeTested,
    NewPassword,
};
use mxs_outgoing::Authorities;
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

    /// What stopped for want of the account goes on.
    async fn goes_on(self, app: &App, owner: &Owner) -> Result<(), Refusal> {
        match self {
            Holder::Mailbox(caller) => app.store().schedule(caller.account, &[], app.now_ms()).await.map(drop),
            Holder::Organisation(_) => app.store().schedule_all(&owner.org, app.now_ms()).await,
        }
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
        let (account, password) = checked(account, holder)?;
        if let Some(server) = &account.server {
            keys.outside().judge(server).map_err(Refusal::BadServer)?;
        }
        let about = serde_json::to_string(&account).map_err(|_| Refusal::unreadable("account"))?;
        keys.put(&app, &owner, What::ExchangePassword, &password, about, &doing.notes()).await?;
        holder.goes_on(&app, &owner).await?;
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
        let account = ExchangeAccount { is_refused: false, ..stored(&app, &owner).await? };
        if account.sign_in != ExchangeSignIn::Password {
            return Err(Refusal::BadMember("password".to_owned()));
        }
        let about = serde_json::to_string(&account).map_err(|_| Refusal::unreadable("account"))?;
        keys.put(&app, &owner, What::ExchangePassword, &password, about, &doing.notes()).await?;
        holder.goes_on(&app, &owner).await?;
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

/// `POST /v1/exchange/mailbox/test` and `…/organisation/test`
pub(crate) async fn test(
    State(app): State<App>,
    holder: Holder,
    Body(ExchangeTest { hosts, mailbox }): Body<ExchangeTest>,
) -> Result<Json<ExchangeTested>, Refusal> {
    let keys = app.keys().ok_or(Refusal::NoKeys)?;
    if hosts.len() > HOSTS_AGREED_MAX || hosts.iter().any(|host| !is_label(host)) {
        return Err(Refusal::BadMember("hosts".to_owned()));
    }
    let who = app.store().who(holder.account()).await?;
    let owner = holder.owner(&who)?;
    let acts_for = match (holder, mailbox) {
        (Holder::Mailbox(_), None) => None,
        (Holder::Mailbox(_), Some(_)) => return Err(Refusal::BadMember("mailbox".to_owned())),
        (Holder::Organisation(_), Some(mailbox)) if is_address(&mailbox) => Some(mailbox),
        (Holder::Organisation(_), Some(_)) => return Err(Refusal::BadMember("mailbox".to_owned())),
        (Holder::Organisation(admin), None) => {
            let own = app.store().address(admin.account).await?.filter(|address| is_address(address));
            Some(own.ok_or_else(|| Refusal::BadMember("mailbox".to_owned()))?)
        }
    };
    let missing = Refusal::NotFound("there is no account on an Exchange Server");
    let reach = Reach::open(&app, keys, owner).await?.ok_or(missing)?;
    if !hosts.is_empty() {
        let doing = holder.doing(&app, Action::ExchangeHostsAgreed).await?.with("hosts", hosts.join(" "));
        app.store().note(&doing.notes(), app.now_ms()).await?;
    }
    Ok(Json(check(reach, acts_for.as_deref(), &hosts).await?))
}

/// `GET /v1/exchange/authorities`
pub(crate) async fn authorities(State(app): State<App>, admin: Admin) -> Result<Json<ExchangeAuthorities>, Refusal> {
    let org = app.store().who(admin.account).await?.org;
    let pem = app.store().ews_authorities(&org).await?.unwrap_or_default();
    Ok(Json(ExchangeAuthorities { pem }))
}

/// `PUT /v1/exchange/authorities`
pub(crate) async fn put_authorities(
    State(app): State<App>,
    admin: Admin,
    Body(ExchangeAuthorities { pem }): Body<ExchangeAuthorities>,
) -> Result<Json<ExchangeAuthorities>, Refusal> {
    // Certificates alone are stored, whatever else was in the file.
    let read = if pem.is_empty() { None } else { Some(Authorities::parse(&pem).map_err(Refusal::BadAuthorities)?) };
    let count = read.as_ref().map_or(0, Authorities::count);
    let doing = Doing::new(&app, admin.account, Action::ExchangeAuthoritiesChanged).await?.with("count", count);
    let pem = read.map(|read| read.pem());
    let notes = doing.notes();
    let put = app.store().put_ews_authorities(&doing.who.org, pem.as_deref(), &notes, app.now_ms());
    doing.noted(&app, put).await?;
    Ok(Json(ExchangeAuthorities { pem: pem.unwrap_or_default() }))
}

/// What is to be stored of an account, and its password.
fn checked(account: ExchangeAccount, holder: Holder) -> Result<(ExchangeAccount, SecretString), Refusal> {
    let ExchangeAccount { address, user, domain, server, sign_in, password, .. } = account;
    let password = match (sign_in, holder, password) {
        // Whoever names another server names the password, too: it isn't sent where nobody who knew it wanted it.
        (ExchangeSignIn::Password, _, password) => password_of(password.unwrap_or_default())?,
        // What opens all mailboxes is nobody's own.
        (ExchangeSignIn::Application, Holder::Mailbox(_), _) => return Err(Refusal::BadMember("sign_in".to_owned())),
        (ExchangeSignIn::Application, Holder::Organisation(_), None) => SecretString::default(),
        (ExchangeSignIn::Application, Holder::Organisation(_), Some(_)) => {
            return Err(Refusal::BadMember("password".to_owned()));
        }
    };
    let labels = [Some((&address, "address")), Some((&user, "user")), domain.as_ref().map(|text| (text, "domain"))];
    for (text, member) in labels.into_iter().flatten() {
        if !is_label(text) {
            return Err(Refusal::BadMember(member.to_owned()));
        }
    }
    if !is_address(&address) {
        return Err(Refusal::BadMember("address".to_owned()));
    }
    if server.as_ref().is_some_and(|server| server.len() > LABEL_BYTES_MAX) {
        return Err(Refusal::BadMember("server".to_owned()));
    }
    let kept = ExchangeAccount {
        address,
        user,
        domain,
        server,
        sign_in,
        password: None,
        service: None,
        version: None,
        is_refused: false,
    };
    Ok((kept, password))
}

fn is_label(text: &str) -> bool {
    !text.is_empty() && text.len() <= LABEL_BYTES_MAX && !text.chars().any(char::is_control)
}

fn is_address(text: &str) -> bool {
    is_label(text) && text.rsplit_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
}

fn password_of(password: String) -> Result<SecretString, Refusal> {
    // What a header field can't hold could not be sent.
    let fits = (1..=PASSWORD_BYTES_MAX).contains(&password.len()) && !password.chars().any(char::is_control);
    if fits { Ok(password.into()) } else { Err(Refusal::BadMember("password".to_owned())) }
}
