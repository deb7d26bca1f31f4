//! Signing in, with the page's window.

use super::pkce::Pkce;
use super::tokens::Held;
use super::{Microsoft, Place, SCOPES, send_with};
use crate::trouble::of_failure;
use mxs_api::Mailbox;
use mxs_bridge::{Reply, Returned, SignIn, Trouble, code};
use mxs_core::mail::Address;
use mxs_fetch::fetch;
use mxs_graph::ErrorKind;
use mxs_graph::identity::{self, Authorize, IdentityError, Prompt, Redeem};
use mxs_graph::me::{self, Me};
use mxs_sync::Failure;

/// A sign-in that waits for the browser to come back.
pub(super) struct Begun {
    pkce: Pkce,
    place: Place,
    redirect_uri: String,
}

impl Microsoft {
    /// Begins a sign-in: the address that the person has to visit.
    pub(crate) async fn begin(&self, sign_in: SignIn) -> Reply {
        let SignIn { microsoft: place, redirect_uri, login_hint, choose } = sign_in;
        let Some(pkce) = Pkce::new().await else { return Reply::Failed(Trouble::new(code::SIGN_IN_REFUSED)) };
        let url = identity::authorize_url(&Authorize {
            base: &place.authority,
            tenant: &place.tenant,
            client_id: &place.client_id,
            redirect_uri: &redirect_uri,
            scopes: &SCOPES,
            state: &pkce.state,
            code_challenge: &pkce.challenge,
            login_hint: login_hint.as_deref().filter(|_| !choose),
            prompt: choose.then_some(Prompt::SelectAccount),
        });
        self.begun.replace(Some(Begun { pkce, place, redirect_uri }));
        Reply::Visit(url)
    }

    /// Ends the sign-in that was begun last.
    pub(crate) async fn redeem(&self, returned: Returned) -> Reply {
        match self.try_to_redeem(&returned.0).await {
            Ok(mailbox) => Reply::Found(mailbox),
            Err(trouble) => Reply::Failed(trouble),
        }
    }

    async fn try_to_redeem(&self, query: &str) -> Result<Mailbox, Trouble> {
        // One that nobody began can't be told from one that is another's.
        let Begun { pkce, place, redirect_uri } = self.begun.take().ok_or_else(|| Trouble::new(code::WRONG_STATE))?;
        let code = identity::parse_redirect(query, &pkce.state).map_err(trouble)?;
        let request = identity::redeem(&Redeem {
            base: &place.authority,
            tenant: &place.tenant,
            client_id: &place.client_id,
            redirect_uri: &redirect_uri,
            scopes: &SCOPES,
            code: &code,
            verifier: &pkce.verifier,
        });
        let response = fetch(&request).await.map_err(|_| unavailable(0))?;
        let mut held = Held::new(identity::parse_token(&response).map_err(trouble)?, None, Vec::new());
        let me = who(&place, &held).await?;
        held.own = me.mail.iter().chain([&me.user_principal_name]).filter_map(|text| Address::new(text)).collect();
        let mailbox = mailbox(me)?;
        self.found.replace(Some((place, held)));
        Ok(mailbox)
    }
}

/// Whose tokens they are.
async fn who(place: &Place, held: &Held) -> Result<Me, Trouble> {
    let response = send_with(place, me::request(), &held.access).await.map_err(|_| unavailable(0))?;
    me::parse(&response).map_err(|error| match error.kind {
        ErrorKind::SignInAgain => Trouble::new(code::SIGN_IN_REFUSED).detail(error.code),
        ErrorKind::NoMailbox | ErrorKind::NotFound => Trouble::new(code::NO_MAILBOX).detail(error.code),
        ErrorKind::Denied => of_failure(Failure::MicrosoftDenied { code: error.code }),
        ErrorKind::Throttled | ErrorKind::Unavailable => unavailable(error.status),
        ErrorKind::Stale | ErrorKind::TokenDead | ErrorKind::Refused | ErrorKind::Unreadable => {
            of_failure(Failure::MicrosoftAnswer)
        }
    })
}

/// The mailbox of whoever signed in.
fn mailbox(me: Me) -> Result<Mailbox, Trouble> {
    let address = me.mail.unwrap_or(me.user_principal_name);
    if address.is_empty() {
        return Err(Trouble::new(code::NO_MAILBOX));
    }
    let name = if me.display_name.is_empty() { address.clone() } else { me.display_name };
    Ok(Mailbox { id: me.id, address, name })
}

/// `status` is 0 when there was no answer.
fn unavailable(status: u16) -> Trouble {
    of_failure(Failure::MicrosoftUnavailable { status: Some(status).filter(|status| *status != 0) })
}

fn trouble(error: IdentityError) -> Trouble {
    match error {
        IdentityError::Denied => Trouble::new(code::CONSENT_DENIED),
        IdentityError::WrongState => Trouble::new(code::WRONG_STATE),
        IdentityError::SignInAgain => of_failure(Failure::MicrosoftSignIn),
        IdentityError::WrongConfiguration { code } => {
            Trouble::new(code::SIGN_IN_REFUSED).detail(if code == 0 { String::new() } else { format!("AADSTS{code}") })
        }
        IdentityError::Unavailable { status } => unavailable(status),
        IdentityError::Unreadable { .. } => of_failure(Failure::MicrosoftAnswer),
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
