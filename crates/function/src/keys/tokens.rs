//! Access tokens: shared by all instances, renewed by one.

use super::{Keys, NoToken};
use crate::App;
use crate::refusal::Refusal;
use crate::store::{Owner, Renewal, StoredToken};
use mxs_vault::{Context, What, Whose};
use secrecy::SecretString;
use std::time::Duration;

/// A token that ends sooner than this is not begun with: a request may take a while.
const MARGIN_MS: i64 = 2 * 60 * 1000;

/// For how long whoever renews a token keeps the others waiting.
const RENEWAL_MS: i64 = 30_000;

/// After a failed renewal nobody tries again for so long: the CRM gives ten tokens in ten minutes.
const COOL_MS: i64 = 60_000;

/// How often those who wait look whether the token has come.
const LOOK: Duration = Duration::from_millis(200);

/// How often they look at most.
const LOOKS_MAX: u32 = 200;

/// A token to send.
#[derive(Clone)]
pub(crate) struct Access {
    /// The token.
    pub(crate) secret: SecretString,
    /// When it should not be begun with any more.
    pub(crate) good_until_ms: i64,
    /// Whose it is.
    owner: Owner,
    /// Which it is.
    what: What,
    /// As it is stored, so that it can be told from its successor.
    stored: StoredToken,
}

impl Access {
    fn new(owner: &Owner, what: What, secret: SecretString, stored: StoredToken) -> Self {
        Self { secret, good_until_ms: stored.expires_ms - MARGIN_MS, owner: owner.clone(), what, stored }
    }
}

/// What a renewal gave.
pub(super) struct Renewed {
    /// The token.
    pub(super) access: SecretString,
    /// How long it is good for, in seconds.
    pub(super) expires_in_s: u32,
}

impl Keys {
    /// The token of `what` that the owner has, or a new one from `renew`. Of all instances and runs that need one at
    /// the same time, one renews it and the others wait.
    pub(super) async fn token(
        &self,
        app: &App,
        owner: &Owner,
        what: What,
        renew: impl AsyncFnOnce() -> Result<Renewed, NoToken>,
    ) -> Result<Access, NoToken> {
        for _ in 0..LOOKS_MAX {
            let now_ms = app.now_ms();
            if let Some(stored) = app.store().token(owner, what).await?
                && stored.expires_ms - MARGIN_MS > now_ms
            {
                let secret = self.open(owner, what, &stored.sealed)?;
                return Ok(Access::new(owner, what, secret, stored));
            }
            match app.store().claim_renewal(owner, what, now_ms + RENEWAL_MS, now_ms).await? {
                Renewal::Ours => return self.renewed(app, owner, what, renew().await).await,
                Renewal::Others => tokio::time::sleep(LOOK).await,
                Renewal::Failed => break,
                Renewal::Refused => return Err(NoToken::Refused),
            }
        }
        Err(NoToken::Unavailable { retry_after_s: None })
    }

    /// The vendor took this token for none: it was revoked. The next one who needs a token gets another.
    pub(crate) async fn forget(&self, app: &App, access: &Access) -> Result<(), Refusal> {
        app.store().drop_token(&access.owner, access.what, &access.stored).await
    }

    async fn renewed(
        &self,
        app: &App,
        owner: &Owner,
        what: What,
        renewed: Result<Renewed, NoToken>,
    ) -> Result<Access, NoToken> {
        let result = match &renewed {
            Ok(_) => "renewed",
            Err(NoToken::Refused) => "refused",
            Err(NoToken::Unavailable { .. }) => "unavailable",
            Err(NoToken::Broken(_)) => "broken",
        };
        app.metrics().token(if what == What::ZohoAccessToken { "zoho" } else { "microsoft" }, result);
        match renewed {
            Ok(Renewed { access, expires_in_s }) => {
                let expires_ms = app.now_ms() + i64::from(expires_in_s) * 1000;
                let stored = StoredToken { sealed: self.seal(app, owner, what, &access)?, expires_ms };
                app.store().put_token(owner, what, &stored).await?;
                Ok(Access::new(owner, what, access, stored))
            }
            Err(error) => {
                let is_refused = matches!(error, NoToken::Refused);
                app.store().renewal_failed(owner, what, is_refused, app.now_ms() + COOL_MS).await?;
                Err(error)
            }
        }
    }
}

/// What a secret of this owner is bound to; `row` is where the mailbox's row is written to.
pub(super) fn context<'a>(owner: &'a Owner, what: What, row: &'a mut String) -> Context<'a> {
    let whose = match owner.mailbox {
        None => Whose::Organisation,
        Some(mailbox) => {
            *row = mailbox.to_string();
            Whose::Mailbox(row)
        }
    };
    Context { organisation: &owner.org, whose, what }
}
