//! The CRM's door: opened once by an administrator's consent, for the whole organisation.

use super::tokens::Renewed;
use super::{AWAY, Access, Keys, NoToken};
use crate::App;
use crate::refusal::Refusal;
use crate::store::Owner;
use mxs_http::Request;
use mxs_vault::What;
use mxs_zoho::oauth::{Client, DataCentre, OauthError, Tokens, parse_revoked, parse_token, refresh, revoke};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;

/// How long Zoho gives no more tokens, after ten in ten minutes.
const THROTTLED_S: u32 = 600;

/// How long it may take to give a token back.
const GIVE_BACK_TIME_MAX: Duration = Duration::from_secs(5);

/// An application that is registered with Zoho.
pub struct ZohoApp {
    /// Its id.
    pub client_id: String,
    /// Its secret.
    pub secret: SecretString,
}

impl fmt::Debug for ZohoApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ZohoApp").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

impl ZohoApp {
    /// As requests have it.
    pub(crate) fn client(&self) -> Client<'_> {
        Client { id: &self.client_id, secret: &self.secret }
    }
}

/// Where an organisation's CRM is, as it is stored beside the refresh token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    /// The data centre's name.
    pub(crate) centre: String,
    /// The API's origin there.
    pub(crate) api: String,
}

/// A refresh token that is to be given back.
pub(crate) struct Held {
    refresh_token: SecretString,
    centre: DataCentre,
}

impl Keys {
    /// A token for the organisation's CRM, and the origin that it is for.
    pub(crate) async fn zoho(&self, app: &App, org: &str) -> Result<(Access, String), NoToken> {
        let owner = Owner { org: org.to_owned(), mailbox: None };
        let (refresh_token, about) = self.get(app, &owner, What::ZohoRefreshToken).await?;
        let place: Place = serde_json::from_str(&about).map_err(|_| Refusal::unreadable("data centre"))?;
        let centre = self.vendors().centres.iter().find(|centre| centre.location() == place.centre);
        // What is stored could have been changed by whoever got at the database: the token goes to Zoho alone.
        let centre = centre.filter(|centre| centre.environment(&place.api).is_some()).ok_or(NoToken::Refused)?;
        let renew = async || {
            let ours = self.vendors().zoho.as_ref().ok_or(NoToken::Refused)?;
            let tokens = self.zoho_tokens(centre, refresh(ours.client(), &refresh_token)).await?;
            Ok(Renewed { access: tokens.access, expires_in_s: tokens.expires_in })
        };
        Ok((self.token(app, &owner, What::ZohoAccessToken, renew).await?, place.api))
    }

    /// The organisation's refresh token, and where it is given back.
    pub(crate) async fn held_zoho(&self, app: &App, owner: &Owner) -> Option<Held> {
        let (refresh_token, about) = self.get(app, owner, What::ZohoRefreshToken).await.ok()?;
        let place: Place = serde_json::from_str(&about).ok()?;
        let centre = self.vendors().centres.iter().find(|centre| centre.location() == place.centre)?;
        Some(Held { refresh_token, centre: centre.clone() })
    }

    /// Gives a refresh token back to Zoho, as far as that can be done: whoever wants it forgotten isn't told that a
    /// vendor was away.
    pub(crate) async fn give_back_zoho(&self, held: Held) {
        let sent = self.outside().send(held.centre.accounts(), None, revoke(&held.refresh_token));
        let sent = tokio::time::timeout(GIVE_BACK_TIME_MAX, sent).await;
        if !matches!(sent, Ok(Ok(response)) if parse_revoked(&response).is_ok()) {
            tracing::warn!("a refresh token was forgotten that Zoho may still take");
        }
    }

    /// Asks a data centre for tokens.
    pub(crate) async fn zoho_tokens(&self, centre: &DataCentre, request: Request) -> Result<Tokens, NoToken> {
        let response = self.outside().send(centre.accounts(), None, request).await.map_err(|_| AWAY)?;
        parse_token(&response, centre).map_err(|error| match error {
            OauthError::Throttled => NoToken::Unavailable { retry_after_s: Some(THROTTLED_S) },
            OauthError::Unavailable { .. } | OauthError::Unreadable { .. } => AWAY,
            OauthError::Denied
            | OauthError::SignInAgain
            | OauthError::WrongState
            | OauthError::UnknownServer
            | OauthError::WrongConfiguration => NoToken::Refused,
        })
    }
}
