//! The vendors, as a run in the background reaches them: with tokens that last, and an eye on what they say of limits.

use super::env::{TOKENS_TIME_MAX, within};
use crate::App;
use crate::keys::{Access, Keys, NoToken};
use mxs_http::{HttpPort, NoResponse, Request, Response};
use secrecy::{ExposeSecret, SecretString};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::time::timeout;

/// Which vendor.
#[derive(Clone, Debug)]
pub(super) enum Vendor {
    /// Graph, for a mailbox.
    Microsoft,
    /// The CRM of an organisation, at this origin.
    Crm {
        /// `https://www.zohoapis.eu`.
        origin: String,
    },
}

/// What a run heard of limits.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// The longest wait that was asked for, in seconds.
    pub(super) retry_after_s: Cell<Option<u32>>,
    /// What is left of the day's credits.
    pub(super) credits_left: Cell<Option<i64>>,
}

/// The longest wait in the middle of a run, in seconds: whoever wants to be left alone for longer is, and the run ends.
const WAIT_MAX_S: u32 = 60;

impl Heard {
    /// Hears what an answer says of limits.
    pub(super) fn hear(&self, response: &Response) {
        if matches!(response.status, 429 | 503) {
            let asked = response.headers.get("Retry-After").and_then(|seconds| seconds.trim().parse().ok());
            self.retry_after_s.set(self.retry_after_s.get().max(asked));
        }
        if let Some(left) = response.headers.get("X-API-CREDITS-REMAINING").and_then(|left| left.trim().parse().ok()) {
            self.credits_left.set(Some(left));
        }
    }

    /// Whether the vendor asked for more time than a run should wait.
    pub(super) fn is_too_long(&self) -> bool {
        self.retry_after_s.get() > Some(WAIT_MAX_S)
    }
}

/// One vendor, for one run.
pub(super) struct VendorPort {
    pub(super) app: App,
    pub(super) keys: Arc<Keys>,
    pub(super) vendor: Vendor,
    pub(super) org: String,
    /// The row of the mailbox.
    pub(super) mailbox: i64,
    pub(super) heard: Rc<Heard>,
    /// The token that is used, so that not every request asks for it.
    pub(super) held: RefCell<Option<Access>>,
    /// Where requests are worked on: not on the thread on which the run computes.
    pub(super) runtime: Handle,
}

/// How often a request is sent whose token the vendor no longer takes: it did nothing then, so once more is safe.
const TOKENS_MAX: u32 = 2;

impl VendorPort {
    async fn access(&self) -> Result<Access, NoToken> {
        let now_ms = self.app.now_ms();
        if let Some(held) = self.held.borrow().as_ref().filter(|held| held.good_until_ms > now_ms) {
            return Ok(held.clone());
        }
        let (app, keys) = (self.app.clone(), self.keys.clone());
        let (org, mailbox, vendor) = (self.org.clone(), self.mailbox, self.vendor.clone());
        let asked = self.runtime.spawn(timeout(TOKENS_TIME_MAX, async move {
            match vendor {
                Vendor::Microsoft => keys.microsoft(&app, &org, mailbox).await.map(|(access, _)| access),
                Vendor::Crm { .. } => keys.zoho(&app, &org).await.map(|(access, _)| access),
            }
        }));
        let access =
            asked.await.ok().and_then(Result::ok).unwrap_or(Err(NoToken::Unavailable { retry_after_s: None }))?;
        self.held.replace(Some(access.clone()));
        Ok(access)
    }

    /// The vendor took the token for none: it was revoked, or somebody put the clock.
    async fn forget(&self, access: Access) {
        self.held.take();
        let (app, keys) = (self.app.clone(), self.keys.clone());
        let forgotten = self.runtime.spawn(within(async move { keys.forget(&app, &access).await }));
        // Should that fail, the next run meets the same answer.
        let _ = forgotten.await;
    }

    async fn send_with(&self, access: &Access, request: Request) -> Result<Response, NoResponse> {
        let (origin, scheme) = match &self.vendor {
            Vendor::Microsoft => (&self.keys.vendors().graph, "Bearer"),
            Vendor::Crm { origin } => (origin, "Zoho-oauthtoken"),
        };
        let authorization = SecretString::from(format!("{scheme} {}", access.secret.expose_secret()));
        let sent = self.keys.outside().send(origin, Some(authorization), request);
        let response = self.runtime.spawn(sent).await.unwrap_or(Err(NoResponse::Unknown))?;
        self.heard.hear(&response);
        Ok(response)
    }
}

impl HttpPort for VendorPort {
    async fn send(&self, request: Request) -> Result<Response, NoResponse> {
        for attempt in 1..=TOKENS_MAX {
            let access = match self.access().await {
                Ok(access) => access,
                // What the vendor would say to a request without a token; the run knows what that means.
                Err(NoToken::Refused) => return Ok(Response::new(401)),
                Err(NoToken::Unavailable { retry_after_s }) => {
                    self.heard.retry_after_s.set(self.heard.retry_after_s.get().max(retry_after_s));
                    return Err(NoResponse::NotSent);
                }
                Err(NoToken::Broken(refusal)) => {
                    refusal.log();
                    return Err(NoResponse::NotSent);
                }
            };
            let response = self.send_with(&access, request.clone()).await?;
            if response.status != 401 || attempt == TOKENS_MAX {
                return Ok(response);
            }
            self.forget(access).await;
        }
        Err(NoResponse::NotSent)
    }
}
