//! Microsoft's doors: a user's own, by a refresh token that rotates, and those of a whole organisation, by an
//! application that an administrator has let in.

use super::certificate::{Certificate, CertificateError};
use super::tokens::Renewed;
use super::{AWAY, Access, Keys, NoToken};
use crate::refusal::Refusal;
use crate::store::Owner;
use crate::{App, hex};
use mxs_api::Application;
use mxs_graph::identity::{
    Assertion, ClientCredentials, Credential, IdentityError, Refresh, Secret, Tokens, client_credentials,
    client_credentials_for, parse_token, refresh,
};
use mxs_http::Request;
use mxs_vault::What;
use secrecy::{ExposeSecret, SecretString};
use std::fmt;

/// What the function may do in the mailbox of a user who signed in. `offline_access` gives the refresh token.
pub(crate) const SCOPES: [&str; 8] = [
    "openid",
    "profile",
    "offline_access",
    "User.Read",
    "Calendars.ReadWrite",
    "Contacts.ReadWrite",
    "Mail.ReadWrite",
    "Tasks.ReadWrite",
];

/// How an application proves that it is the one it says.
pub enum Proof {
    /// A certificate and its key.
    Certificate(CertificateProof),
    /// A client secret.
    Secret(SecretString),
}

/// A certificate that was looked at.
pub struct CertificateProof(Box<Certificate>);

impl Proof {
    /// A certificate and its private key, both in PEM.
    pub fn certificate(pem: &SecretString) -> Result<Self, CertificateError> {
        Ok(Self::Certificate(CertificateProof(Box::new(Certificate::from_pem(pem)?))))
    }
}

/// An application that is registered with Microsoft.
pub struct MicrosoftApp {
    /// Its id.
    pub client_id: String,
    /// Its proof.
    pub proof: Proof,
}

impl fmt::Debug for MicrosoftApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MicrosoftApp").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

/// The organisation's application, with its proof read.
fn read(application: &Application) -> Result<MicrosoftApp, CertificateError> {
    let proof = match (&application.secret, &application.certificate) {
        (Some(secret), None) => Proof::Secret(secret.clone().into()),
        (_, pem) => Proof::certificate(&pem.clone().unwrap_or_default().into())?,
    };
    Ok(MicrosoftApp { client_id: application.client_id.clone(), proof })
}

impl Keys {
    /// A token for the mailbox: its user's, where there is one, else the organisation's application's. Says whether the
    /// application is who comes.
    pub(crate) async fn microsoft(&self, app: &App, org: &str, mailbox: i64) -> Result<(Access, bool), NoToken> {
        let user = Owner { org: org.to_owned(), mailbox: Some(mailbox) };
        if app.store().credential(&user, What::MicrosoftRefreshToken).await?.is_some() {
            return Ok((self.of_user(app, &user).await?, false));
        }
        let application = Owner { org: org.to_owned(), mailbox: None };
        let renew = async || self.of_application(app, &application).await;
        Ok((self.token(app, &application, What::MicrosoftAccessToken, renew).await?, true))
    }

    async fn of_user(&self, app: &App, user: &Owner) -> Result<Access, NoToken> {
        let renew = async || {
            let ours = self.vendors().microsoft.as_ref().ok_or(NoToken::Refused)?;
            let stored = app.store().credential(user, What::MicrosoftRefreshToken).await?.ok_or(NoToken::Refused)?;
            let (refresh_token, tenant) = (self.open(user, What::MicrosoftRefreshToken, &stored.sealed)?, stored.about);
            let request = refresh(&Refresh {
                base: &self.vendors().identity,
                tenant: &tenant,
                client_id: &ours.client_id,
                scopes: &SCOPES,
                refresh_token: &Secret::new(refresh_token.expose_secret()),
            });
            let tokens = self.tokens(app, ours, &tenant, |proof| proof.prove(request)).await?;
            if let Some(rotated) = tokens.refresh {
                // Before anything is done with what came with it: the old one is good for a while, not for ever.
                let rotated = SecretString::from(rotated.expose());
                let rotated = self.seal(app, user, What::MicrosoftRefreshToken, &rotated)?;
                let what = What::MicrosoftRefreshToken;
                app.store().replace_credential(user, what, &stored.sealed, &rotated).await?;
            }
            Ok(Renewed { access: tokens.access.expose().into(), expires_in_s: tokens.expires_in })
        };
        self.token(app, user, What::MicrosoftAccessToken, renew).await
    }

    async fn of_application(&self, app: &App, org: &Owner) -> Result<Renewed, NoToken> {
        let (stored, _) = self.get(app, org, What::MicrosoftApplication).await?;
        let stored: Application =
            serde_json::from_str(stored.expose_secret()).map_err(|_| Refusal::unreadable("application"))?;
        let tokens = self.as_application(app, &stored).await?;
        Ok(Renewed { access: tokens.access.expose().into(), expires_in_s: tokens.expires_in })
    }

    /// A token for an organisation's application itself, as a proof that it is what was said of it.
    pub(crate) async fn as_application(&self, app: &App, application: &Application) -> Result<Tokens, NoToken> {
        let who = read(application).map_err(|_| NoToken::Refused)?;
        let request = |credential: &Credential| {
            client_credentials(&ClientCredentials {
                base: &self.vendors().identity,
                tenant: &application.tenant,
                client_id: &who.client_id,
                credential,
            })
        };
        self.tokens(app, &who, &application.tenant, request).await
    }

    /// A token of the organisation's application for an Exchange Server, which trusts the directory (hybrid). It is good
    /// for an hour and longer than a run, and got for each.
    pub(crate) async fn for_server(&self, app: &App, org: &str, origin: &str) -> Result<SecretString, NoToken> {
        let owner = Owner { org: org.to_owned(), mailbox: None };
        let (stored, _) = self.get(app, &owner, What::MicrosoftApplication).await?;
        let application: Application =
            serde_json::from_str(stored.expose_secret()).map_err(|_| Refusal::unreadable("application"))?;
        let who = read(&application).map_err(|_| NoToken::Refused)?;
        let request = |credential: &Credential| {
            let asked = ClientCredentials {
                base: &self.vendors().identity,
                tenant: &application.tenant,
                client_id: &who.client_id,
                credential,
            };
            client_credentials_for(origin, &asked)
        };
        let tokens = self.tokens(app, &who, &application.tenant, request).await?;
        Ok(tokens.access.expose().into())
    }

    /// Asks for tokens as the application `who`.
    pub(crate) async fn tokens(
        &self,
        app: &App,
        who: &MicrosoftApp,
        tenant: &str,
        request: impl FnOnce(&Credential) -> Request,
    ) -> Result<Tokens, NoToken> {
        let credential = self.proof(app, who, tenant)?;
        let response = self.outside().send(&self.vendors().identity, None, request(&credential)).await;
        let response = response.map_err(|_| AWAY)?;
        let retry_after_s = response.headers.get("Retry-After").and_then(|seconds| seconds.trim().parse().ok());
        parse_token(&response).map_err(|error| match error {
            IdentityError::Unavailable { .. } | IdentityError::Unreadable { .. } => {
                NoToken::Unavailable { retry_after_s }
            }
            IdentityError::Denied
            | IdentityError::SignInAgain
            | IdentityError::WrongState
            | IdentityError::WrongConfiguration { .. } => NoToken::Refused,
        })
    }

    fn proof(&self, app: &App, who: &MicrosoftApp, tenant: &str) -> Result<Credential, NoToken> {
        let certificate = match &who.proof {
            Proof::Secret(secret) => return Ok(Credential::Secret(Secret::new(secret.expose_secret()))),
            Proof::Certificate(certificate) => &certificate.0,
        };
        let assertion = Assertion {
            base: &self.vendors().identity,
            tenant,
            client_id: &who.client_id,
            certificate: certificate.hash(),
            id: &hex::encode(&app.random::<16>()?),
            now: app.now(),
        };
        let unsigned = assertion.unsigned();
        let signature = certificate.sign(unsigned.bytes()).map_err(|error| Refusal::Internal(error.into()))?;
        Ok(unsigned.signed(&signature))
    }
}
