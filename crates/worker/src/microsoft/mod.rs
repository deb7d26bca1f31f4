//! Microsoft: signing in, and Graph as whoever did.
//!
//! The tokens live in this object only. Storage would outlive the tab and be open to every script of its
//! origin, and the page's own memory to every script of the page; the price is a sign-in (without a password,
//! as a rule) each time the tab is opened.

mod pkce;
mod sign_in;
mod tokens;

use crate::page::Page;
use futures_util::lock::Mutex;
use mxs_bridge::{Microsoft as Place, ToPage};
use mxs_core::mail::Address;
use mxs_fetch::{fetch, resolve};
use mxs_graph::identity::{self, IdentityError, Refresh, Secret};
use mxs_http::{HttpPort, NoResponse, Request, Response};
use sign_in::Begun;
use std::cell::RefCell;
use std::rc::Rc;
use tokens::Held;

/// What the tab may do at Microsoft. `offline_access` gives the refresh token.
const SCOPES: [&str; 8] = [
    "openid",
    "profile",
    "offline_access",
    "User.Read",
    "Calendars.ReadWrite",
    "Contacts.ReadWrite",
    "Mail.ReadWrite",
    "Tasks.ReadWrite",
];

/// The identity service, and Graph as the signed-in user.
pub(crate) struct Microsoft {
    page: Rc<Page>,
    /// The sign-in that was begun last.
    begun: RefCell<Option<Begun>>,
    /// What it gave, until the page has decided about it.
    found: RefCell<Option<(Place, Held)>>,
    /// What is used.
    held: RefCell<Option<(Place, Held)>>,
    /// So that of several requests that find an old token only one renews it.
    renewing: Mutex<()>,
}

/// Why there is no token.
enum NoToken {
    SignedOut,
    Unavailable,
}

impl Microsoft {
    /// Nobody is signed in yet.
    pub(crate) fn new(page: Rc<Page>) -> Self {
        Self {
            page,
            begun: RefCell::default(),
            found: RefCell::default(),
            held: RefCell::default(),
            renewing: Mutex::default(),
        }
    }

    /// Uses the tokens of the last sign-in from now on.
    pub(crate) fn adopt(&self) {
        if let Some(found) = self.found.take() {
            self.held.replace(Some(found));
        }
    }

    /// Forgets the tokens, and tells the page.
    pub(crate) fn forget(&self) {
        if self.held.take().is_some() {
            self.page.post(&ToPage::SignedOut);
        }
    }

    /// The addresses of whoever is signed in.
    pub(crate) fn own_addresses(&self) -> Vec<Address> {
        self.held.borrow().as_ref().map(|(_, held)| held.own.clone()).unwrap_or_default()
    }

    /// A token that lasts, and where it is good for. Of several callers that find an old one, one renews it and
    /// the others wait.
    async fn token(&self) -> Result<(Place, Secret), NoToken> {
        let _inside = self.renewing.lock().await;
        let (place, held) = self.held.borrow().clone().ok_or(NoToken::SignedOut)?;
        if held.is_fresh() {
            return Ok((place, held.access));
        }
        let Some(refresh_token) = held.refresh.clone() else {
            self.forget();
            return Err(NoToken::SignedOut);
        };
        let request = identity::refresh(&Refresh {
            base: &place.authority,
            tenant: &place.tenant,
            client_id: &place.client_id,
            scopes: &SCOPES,
            refresh_token: &refresh_token,
        });
        let answer = fetch(&request).await.map_err(|_| NoToken::Unavailable);
        let renewed = match answer.map(|response| identity::parse_token(&response)) {
            Ok(Ok(tokens)) => Held::new(tokens, Some(refresh_token), held.own),
            // The old one still has minutes: better to work with it than to stop now.
            Ok(Err(IdentityError::Unavailable { .. })) | Err(_) if js_sys::Date::now() < held.expires_at_ms => {
                return Ok((place, held.access));
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
        self.held.replace(Some((place.clone(), renewed)));
        Ok((place, access))
    }
}

impl HttpPort for Microsoft {
    async fn send(&self, request: Request) -> Result<Response, NoResponse> {
        match self.token().await {
            Ok((place, token)) => {
                let response = send_with(&place, request, &token).await?;
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

async fn send_with(place: &Place, mut request: Request, token: &Secret) -> Result<Response, NoResponse> {
    request.url = resolve(&place.graph, &request.url).ok_or(NoResponse::NotSent)?;
    fetch(&request.header("Authorization", format!("Bearer {}", token.expose()))).await
}
