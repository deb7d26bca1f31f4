//! Who comes to an organisation's Exchange Servers, and what is trusted there.

use crate::App;
use crate::keys::{Keys, NoToken};
use crate::refusal::Refusal;
use crate::store::{Owner, Stored};
use crate::vendor::Door;
use mxs_api::{ExchangeAccount, ExchangeSignIn};
use mxs_outgoing::{Account, Authorities};
use mxs_vault::What;
use secrecy::SecretString;
use std::sync::Arc;

/// An account, with what opens the servers of its organisation.
pub(crate) struct Reach {
    app: App,
    keys: Arc<Keys>,
    owner: Owner,
    stored: Stored,
    /// What is stored beside its password.
    pub(crate) account: ExchangeAccount,
    secret: SecretString,
    authorities: Authorities,
}

impl Reach {
    /// The account of a mailbox, or of an organisation; `None` where there is none.
    pub(crate) async fn open(app: &App, keys: &Arc<Keys>, owner: Owner) -> Result<Option<Self>, Refusal> {
        let Some(stored) = app.store().credential(&owner, What::ExchangePassword).await? else { return Ok(None) };
        let account = serde_json::from_str(&stored.about).map_err(|_| Refusal::unreadable("account"))?;
        let secret = keys.open(&owner, What::ExchangePassword, &stored.sealed)?;
        let authorities = match app.store().ews_authorities(&owner.org).await? {
            Some(pem) => Authorities::parse(&pem).map_err(|_| Refusal::unreadable("authorities"))?,
            None => Authorities::default(),
        };
        Ok(Some(Self { app: app.clone(), keys: keys.clone(), owner, stored, account, secret, authorities }))
    }

    /// What opens a mailbox: its own account, or for one on an Exchange Server the organisation's, which acts for its
    /// address. `None` where neither is there.
    pub(crate) async fn of_mailbox(
        app: &App,
        keys: &Arc<Keys>,
        org: &str,
        (mailbox, id, address): (i64, &str, &str),
    ) -> Result<Option<(Self, Option<String>)>, Refusal> {
        let own = Owner { org: org.to_owned(), mailbox: Some(mailbox) };
        if let Some(reach) = Self::open(app, keys, own).await? {
            return Ok(Some((reach, None)));
        }
        if !mxs_api::is_on_server(id) {
            return Ok(None);
        }
        let of_all = Self::open(app, keys, Owner { org: org.to_owned(), mailbox: None }).await?;
        Ok(of_all.map(|reach| (reach, Some(address.to_owned()))))
    }

    /// Whether it is the organisation's account.
    pub(crate) const fn is_of_all(&self) -> bool {
        self.owner.mailbox.is_none()
    }

    /// The way out.
    pub(crate) fn keys(&self) -> &Keys {
        &self.keys
    }

    /// A door to the server at an origin, for nobody in particular.
    pub(crate) fn unnamed(&self, origin: &str) -> Result<Arc<dyn Door>, mxs_outgoing::Refusal> {
        self.keys.outside().server(origin, None, &self.authorities)
    }

    /// A door to the server at an origin, for the account.
    pub(crate) async fn door(&self, origin: &str) -> Result<Result<Arc<dyn Door>, mxs_outgoing::Refusal>, NoToken> {
        let account = match self.account.sign_in {
            ExchangeSignIn::Password => Account::Password {
                user: self.account.user.clone(),
                domain: self.account.domain.clone(),
                password: self.secret.clone(),
            },
            ExchangeSignIn::Application => {
                Account::Token(self.keys.for_server(&self.app, &self.owner.org, origin).await?)
            }
        };
        Ok(self.keys.outside().server(origin, Some(account), &self.authorities))
    }

    /// Stores what was found of the server. With a version the account was let in.
    pub(crate) async fn found(&mut self, service: &str, version: Option<&str>) -> Result<(), Refusal> {
        let is_refused = self.account.is_refused && version.is_none();
        let version = version.map(str::to_owned).or_else(|| self.account.version.clone());
        let service = Some(service.to_owned());
        self.put(ExchangeAccount { service, version, is_refused, ..self.account.clone() }).await
    }

    /// Stores that the server refused the password. A token isn't refused for good.
    pub(crate) async fn refused(&mut self) -> Result<(), Refusal> {
        let is_refused = self.account.sign_in == ExchangeSignIn::Password;
        self.put(ExchangeAccount { is_refused, ..self.account.clone() }).await
    }

    /// Stores what is known of the account, unless it was changed meanwhile.
    async fn put(&mut self, account: ExchangeAccount) -> Result<(), Refusal> {
        if account == self.account {
            return Ok(());
        }
        let about = serde_json::to_string(&account).map_err(|_| Refusal::unreadable("account"))?;
        self.account = account;
        self.app.store().put_about(&self.owner, What::ExchangePassword, &self.stored.sealed, &about).await
    }
}
