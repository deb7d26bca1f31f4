//! Signing in to Microsoft, and Microsoft Graph with the tokens that gives.

mod pkce;
mod popup;

pub(crate) use popup::Popup;

use crate::browser::{Life, fetch, now_ms, resolve};
use crate::config::MicrosoftConfig;
use crate::gate::Gate;
use crate::state::{Trouble, code};
use mxs_api::Mailbox;
use mxs_graph::identity::{self, Authorize, IdentityError, Prompt, Redeem, Refresh, Secret, Tokens};
use mxs_graph::{ErrorKind, me};
use mxs_http::{HttpPort, NoResponse, Request, Response};
use mxs_sync::Failure;
use pkce::Pkce;
use std::cell::RefCell;

/// What the tab may do at Microsoft. `offline_access` gives the refresh token.
const SCOPES: [&str; 5] = ["openid", "profile", "offline_access", "User.Read", "Contacts.ReadWrite"];

/// A token is renewed when it has less than this left: a request that starts now has to arrive with it.
const RENEW_BEFORE_MS: f64 = 300_000.0;

/// Tokens, and until when.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    access: Secret,
    refresh: Option<Secret>,
    expires_at_ms: f64,
}

impl Held {
    fn new(tokens: Tokens, earlier_refresh: Option<Secret>) -> Self {
        Self {
            access: tokens.access,
            // An answer without a new refresh token leaves the old one good.
            refresh: tokens.refresh.or(earlier_refresh),
            expires_at_ms: now_ms() + f64::from(tokens.expires_in) * 1000.0,
        }
    }

    fn is_fresh(&self) -> bool {
        now_ms() + RENEW_BEFORE_MS < self.expires_at_ms
    }
}

/// Microsoft: the identity service, and Graph as the signed-in user.
///
/// Tokens live in this object only. Storage would outlive the tab and be open to every script of its
/// origin; the price is a sign-in (without a password, as a rule) each time the tab is opened.
#[derive(Debug)]
pub(crate) struct Microsoft {
    config: MicrosoftConfig,
    held: RefCell<Option<Held>>,
    renewing: Gate,
}

/// Why there is no token.
enum NoToken {
    SignedOut,
    Unavailable,
}

impl Microsoft {
    /// Nobody is signed in yet.
    pub(crate) fn new(config: MicrosoftConfig) -> Self {
        Self { config, held: RefCell::new(None), renewing: Gate::default() }
    }

    /// Whether there are tokens.
    pub(crate) fn is_signed_in(&self) -> bool {
        self.held.borrow().is_some()
    }

    /// Takes the tokens of a sign-in.
    pub(crate) fn adopt(&self, held: Held) {
        self.held.replace(Some(held));
    }

    /// Forgets the tokens.
    pub(crate) fn forget(&self) {
        self.held.replace(None);
    }

    /// Leads `popup` through a sign-in. `None` when the person gave it up in this page.
    ///
    /// The tokens are not used before they are [adopted](Self::adopt): it may be the wrong mailbox.
    pub(crate) async fn sign_in(
        &self,
        popup: &Popup,
        known: Option<&Mailbox>,
        choose: bool,
    ) -> Option<Result<(Mailbox, Held), Trouble>> {
        let redirect_uri = popup::redirect_uri();
        let config = &self.config;
        let Some(pkce) = Pkce::new().await else { return Some(Err(Trouble::new(code::SIGN_IN_REFUSED))) };
        let url = identity::authorize_url(&Authorize {
            base: &config.authority,
            tenant: &config.tenant,
            client_id: &config.client_id,
            redirect_uri: &redirect_uri,
            scopes: &SCOPES,
            state: &pkce.state,
            code_challenge: &pkce.challenge,
            login_hint: known.filter(|_| !choose).map(|mailbox| mailbox.address.as_str()),
            prompt: choose.then_some(Prompt::SelectAccount),
        });
        let query = match popup.visit(&url).await {
            popup::Visit::Answered(query) => query,
            popup::Visit::Closed => return Some(Err(Trouble::new(code::POPUP_CLOSED))),
            popup::Visit::GivenUp => return None,
        };
        Some(self.redeem(&query, &pkce, &redirect_uri).await)
    }

    async fn redeem(&self, query: &str, pkce: &Pkce, redirect_uri: &str) -> Result<(Mailbox, Held), Trouble> {
        let code = identity::parse_redirect(query, &pkce.state).map_err(trouble)?;
        let request = identity::redeem(&Redeem {
            base: &self.config.authority,
            tenant: &self.config.tenant,
            client_id: &self.config.client_id,
            redirect_uri,
            scopes: &SCOPES,
            code: &code,
            verifier: &pkce.verifier,
        });
        let response = fetch(&request, Life::Page).await.map_err(|_| unavailable())?;
        let held = Held::new(identity::parse_token(&response).map_err(trouble)?, None);
        let mailbox = self.mailbox(&held).await?;
        Ok((mailbox, held))
    }

    async fn mailbox(&self, held: &Held) -> Result<Mailbox, Trouble> {
        let response = self.send_with(me::request(), &held.access).await.map_err(|_| unavailable())?;
        let me = me::parse(&response).map_err(|error| match error.kind {
            ErrorKind::SignInAgain => Trouble::new(code::SIGN_IN_REFUSED).detail(error.code),
            ErrorKind::NoMailbox | ErrorKind::NotFound => Trouble::new(code::NO_MAILBOX).detail(error.code),
            ErrorKind::Denied => Trouble::from(&Failure::MicrosoftDenied { code: error.code }),
            ErrorKind::Throttled | ErrorKind::Unavailable => {
                Trouble::from(&Failure::MicrosoftUnavailable { status: Some(error.status) })
            }
            ErrorKind::Stale | ErrorKind::TokenDead | ErrorKind::Refused | ErrorKind::Unreadable => {
                Trouble::from(&Failure::MicrosoftAnswer)
            }
        })?;
        let address = me.mail.unwrap_or(me.user_principal_name);
        if address.is_empty() {
            return Err(Trouble::new(code::NO_MAILBOX));
        }
        let name = if me.display_name.is_empty() { address.clone() } else { me.display_name };
        Ok(Mailbox { id: me.id, address, name })
    }

    /// A token that lasts. Of several callers that find an old one, one renews it and the others wait.
    async fn token(&self) -> Result<Secret, NoToken> {
        let _inside = self.renewing.enter().await;
        let held = self.held.borrow().clone().ok_or(NoToken::SignedOut)?;
        if held.is_fresh() {
            return Ok(held.access);
        }
        let Some(refresh_token) = held.refresh.clone() else {
            self.forget();
            return Err(NoToken::SignedOut);
        };
        let request = identity::refresh(&Refresh {
            base: &self.config.authority,
            tenant: &self.config.tenant,
            client_id: &self.config.client_id,
            scopes: &SCOPES,
            refresh_token: &refresh_token,
        });
        let answer = fetch(&request, Life::Page).await.map_err(|_| NoToken::Unavailable);
        let renewed = match answer.map(|response| identity::parse_token(&response)) {
            Ok(Ok(tokens)) => Held::new(tokens, Some(refresh_token)),
            // The old one still has minutes: better to work with it than to stop now.
            Ok(Err(IdentityError::Unavailable { .. })) | Err(_) if now_ms() < held.expires_at_ms => {
                return Ok(held.access);
            }
            Ok(Err(IdentityError::Unavailable { .. } | IdentityError::Unreadable { .. })) | Err(_) => {
                return Err(NoToken::Unavailable);
            }
            Ok(Err(
                IdentityError::Denied
                | IdentityError::SignInAgain
                | IdentityError::WrongState
                | IdentityError::WrongConfiguration { .. },
            )) => {
                self.forget();
                return Err(NoToken::SignedOut);
            }
        };
        let access = renewed.access.clone();
        self.adopt(renewed);
        Ok(access)
    }

    async fn send_with(&self, mut request: Request, token: &Secret) -> Result<Response, NoResponse> {
        request.url = resolve(&self.config.graph, &request.url).ok_or(NoResponse::NotSent)?;
        let request = request.header("Authorization", format!("Bearer {}", token.expose()));
        fetch(&request, Life::Page).await
    }
}

impl HttpPort for Microsoft {
    async fn send(&self, request: Request) -> Result<Response, NoResponse> {
        match self.token().await {
            Ok(token) => {
                let response = self.send_with(request, &token).await?;
                if response.status == 401 {
                    // Revoked: whatever the tokens say, they are of no use.
                    self.forget();
                }
                Ok(response)
            }
            // What Graph would say to a request without a token; the caller knows what that means.
            Err(NoToken::SignedOut) => Ok(Response::new(401)),
            Err(NoToken::Unavailable) => Err(NoResponse::NotSent),
        }
    }
}

fn unavailable() -> Trouble {
    Trouble::from(&Failure::MicrosoftUnavailable { status: None })
}

fn trouble(error: IdentityError) -> Trouble {
    match error {
        IdentityError::Denied => Trouble::new(code::CONSENT_DENIED),
        IdentityError::WrongState => Trouble::new(code::WRONG_STATE),
        IdentityError::SignInAgain => Trouble::from(&Failure::MicrosoftSignIn),
        IdentityError::WrongConfiguration { code } => {
            Trouble::new(code::SIGN_IN_REFUSED).detail(if code == 0 { String::new() } else { format!("AADSTS{code}") })
        }
        IdentityError::Unavailable { status } => {
            Trouble::from(&Failure::MicrosoftUnavailable { status: Some(status).filter(|status| *status != 0) })
        }
        IdentityError::Unreadable { .. } => Trouble::from(&Failure::MicrosoftAnswer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failed_sign_in_has_its_code() {
        let code_of = |error| trouble(error).code;
        assert_eq!(code_of(IdentityError::Denied), "MXS-3003");
        assert_eq!(code_of(IdentityError::WrongState), "MXS-3004");
        assert_eq!(code_of(IdentityError::SignInAgain), "MXS-1001");
        assert_eq!(code_of(IdentityError::Unavailable { status: 0 }), "MXS-1003");
        let refused = trouble(IdentityError::WrongConfiguration { code: 50_011 });
        assert_eq!((refused.code.as_str(), refused.detail.as_deref()), ("MXS-3005", Some("AADSTS50011")));
    }
}
