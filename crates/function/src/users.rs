//! The CRM's users, as the CRM lists them.

use crate::App;
use crate::keys::NoToken;
use crate::refusal::Refusal;
use mxs_http::{Request, Response};
use mxs_zoho::users::{self, PAGES_MAX, Page, User};
use secrecy::ExposeSecret;
use std::collections::BTreeMap;

/// So many users are asked for one by one; of more the whole list is read.
const ONE_BY_ONE_MAX: usize = 5;

/// The organisation's door to the CRM, for a few questions.
pub(crate) struct Door<'a> {
    app: &'a App,
    origin: String,
    authorization: String,
}

impl<'a> Door<'a> {
    /// Opens it; nobody can be asked where no administrator has let us in.
    pub(crate) async fn open(app: &'a App, org: &str) -> Result<Self, Refusal> {
        let keys = app.keys().ok_or(Refusal::NoKeys)?;
        let (access, origin) = keys.zoho(app, org).await.map_err(|error| match error {
            NoToken::Refused => Refusal::NoConsent,
            NoToken::Unavailable { retry_after_s } => Refusal::VendorAway { retry_after_s },
            NoToken::Broken(refusal) => refusal,
        })?;
        let authorization = format!("Zoho-oauthtoken {}", access.secret.expose_secret());
        Ok(Self { app, origin, authorization })
    }

    /// What the CRM answers.
    pub(crate) async fn ask(&self, request: Request) -> Result<Response, Refusal> {
        let keys = self.app.keys().ok_or(Refusal::NoKeys)?;
        let sent = keys.outside().send(&self.origin, Some(self.authorization.clone().into()), request).await;
        sent.map_err(|_| AWAY)
    }

    /// A page of the active users, counted from 1.
    pub(crate) async fn page(&self, page: u32) -> Result<Page, Refusal> {
        users::parse_page(&self.ask(users::active(page)).await?, page).map_err(|_| AWAY)
    }

    /// All active users by their ids, each with the id of the profile.
    pub(crate) async fn active(&self) -> Result<BTreeMap<String, String>, Refusal> {
        let (mut active, mut next) = (BTreeMap::new(), Some(1));
        for _ in 0..PAGES_MAX {
            let Some(number) = next else { break };
            let page = self.page(number).await?;
            active.extend(page.users.into_iter().filter(is_active).map(|user| (user.id, user.profile_id)));
            next = page.next;
        }
        // Whoever let us in is one: a list without anybody is no list.
        if active.is_empty() { Err(AWAY) } else { Ok(active) }
    }

    /// The id of an active user's profile; `None` where the CRM says that the user is none, or no active one. An answer that
    /// says neither is none.
    pub(crate) async fn profile_of(&self, id: &str) -> Result<Option<String>, Refusal> {
        let response = self.ask(users::one(id)).await?;
        match users::parse(&response) {
            Ok(user) if user.id == id => Ok(is_active(&user).then_some(user.profile_id)),
            Err(_) if response.status == 204 => Ok(None),
            _ => Err(AWAY),
        }
    }

    /// Whether these are all active users.
    pub(crate) async fn are_active(&self, ids: &[String]) -> Result<bool, Refusal> {
        if ids.len() > ONE_BY_ONE_MAX {
            let active = self.active().await?;
            return Ok(ids.iter().all(|id| active.contains_key(id)));
        }
        for id in ids {
            let response = self.ask(users::one(id)).await?;
            let is_known = match users::parse(&response) {
                Ok(user) => user.id == *id && is_active(&user),
                // Whom the CRM doesn't have it doesn't find.
                Err(_) if matches!(response.status, 204 | 400 | 404) => false,
                Err(_) => return Err(AWAY),
            };
            if !is_known {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

const AWAY: Refusal = Refusal::VendorAway { retry_after_s: None };

fn is_active(user: &User) -> bool {
    user.is_active && user.is_confirmed
}
