//! The CRM's part: a channel for each kind, of a whole organisation.

use super::keep::{Door, Lives};
use super::{Subscriptions, Trouble, wanted};
use crate::refusal::Refusal;
use crate::store::{Made, Subscription};
use mxs_core::Instant;
use mxs_http::{Request, Response};
use mxs_zoho::ZohoError;
use mxs_zoho::notifications::{self, Channel, ChannelId, Refused, RefusedKind, Watched, parse_disabled, parse_watched};
use secrecy::{ExposeSecret, SecretString};

/// The longest time until a channel is renewed; it lives for a week.
const RENEWED_AFTER_MS: i64 = 24 * 60 * 60 * 1000;

impl From<ZohoError> for Trouble {
    fn from(error: ZohoError) -> Self {
        tracing::warn!(%error, "a CRM tells of no changes for now");
        Self::after(None)
    }
}

impl From<Refused> for Trouble {
    fn from(refused: Refused) -> Self {
        tracing::warn!(code = refused.code, "a CRM tells of no changes for now");
        Self::after(None)
    }
}

impl Subscriptions {
    pub(super) async fn create_crm(&self, row: &Subscription, door: &Door) -> Result<Lives, Trouble> {
        // A number among so many is nobody else's.
        let number = u64::from_le_bytes(self.app.random().map_err(Refusal::from)?) >> 1;
        let id = ChannelId::new(number).ok_or(Trouble::after(None))?;
        let channel = [self.channel(row, id, door)?];
        let response = self.ask_crm(row, notifications::watch(&channel)).await?;
        Ok(self.lives_at_crm(&one(parse_watched(&response, &channel)?)??))
    }

    /// `None` where it is no more.
    pub(super) async fn renew_crm(
        &self,
        row: &Subscription,
        made: &Made,
        door: &Door,
    ) -> Result<Option<Lives>, Trouble> {
        let channel = [self.channel(row, number(made)?, door)?];
        let response = self.ask_crm(row, notifications::renew(&channel)).await?;
        match one(parse_watched(&response, &channel)?)? {
            Ok(watched) => Ok(Some(self.lives_at_crm(&watched))),
            Err(refused) if refused.kind == RefusedKind::NotSubscribed => Ok(None),
            Err(refused) => Err(refused.into()),
        }
    }

    pub(super) async fn end_crm(&self, row: &Subscription, made: &Made) -> Result<(), Trouble> {
        let response = self.ask_crm(row, notifications::disable(&[number(made)?])).await?;
        Ok(one(parse_disabled(&response, 1)?)??)
    }

    fn channel(&self, row: &Subscription, id: ChannelId, door: &Door) -> Result<Channel, Trouble> {
        let modules = wanted::modules(&row.wish.resource).ok_or_else(|| Refusal::unreadable("subscription"))?;
        let url = format!("{}/v1/notifications/crm/{}", self.public_url, door.address);
        let now = Instant::from_seconds(self.app.now_ms().div_euclid(1000));
        Channel::new(id, modules, &url, door.secret.clone(), now).map_err(|error| {
            tracing::warn!(%error, "a CRM tells of no changes");
            Trouble::after(None)
        })
    }

    fn lives_at_crm(&self, watched: &Watched) -> Lives {
        let (now_ms, expires_ms) = (self.app.now_ms(), watched.expires.seconds().saturating_mul(1000));
        let half_ms = (expires_ms - now_ms).max(0) / 2;
        Lives { name: watched.id.to_string(), expires_ms, renew_ms: now_ms + half_ms.min(RENEWED_AFTER_MS) }
    }

    async fn ask_crm(&self, row: &Subscription, request: Request) -> Result<Response, Trouble> {
        let (access, origin) = self.keys.zoho(&self.app, &row.wish.owner.org).await?;
        let authorization = SecretString::from(format!("Zoho-oauthtoken {}", access.secret.expose_secret()));
        let sent = self.keys.outside().send(&origin, Some(authorization), request);
        self.answered(sent.await, &access).await
    }
}

/// The number by which the CRM knows a channel.
fn number(made: &Made) -> Result<ChannelId, Refusal> {
    let number = made.name.parse().ok().and_then(ChannelId::new);
    number.ok_or_else(|| Refusal::unreadable("subscription"))
}

/// What became of the only channel of a call.
fn one<T>(outcomes: Vec<T>) -> Result<T, Trouble> {
    outcomes.into_iter().next().ok_or(Trouble::after(None))
}
