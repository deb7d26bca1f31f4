//! Fulfilling wishes: subscriptions are made, renewed long before they end, made anew where they ended, and ended.

use super::{Subscriptions, Trouble, hear};
use crate::background::env::{within, within_long};
use crate::hex;
use crate::refusal::Refusal;
use crate::store::{Made, Side, Subscription};
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// How many are seen to at the same time.
const AT_ONCE: usize = 8;

/// The most that are looked at when it is looked for what is to be seen to.
const DUE_MAX: i64 = 200;

/// For how long whoever sees to one keeps the others away; it is given up then.
const CLAIM: Duration = Duration::from_secs(2 * 60);

/// The wait after the first failure; it doubles with each that follows.
const FIRST_RETRY_MS: i64 = 60_000;

/// The longest wait after a failure, but where a vendor asks for a longer one.
const RETRY_MS_MAX: i64 = 60 * 60 * 1000;

/// The longest wait that a vendor is granted.
const RETRY_AFTER_S_MAX: u32 = 24 * 60 * 60;

/// The part of a wait by which it may be longer, in percent: what failed together is not tried together.
const JITTER_PERCENT: i64 = 20;

/// How often it is tried to end what nobody wants: after that it ends by itself.
const ENDINGS_MAX: u32 = 3;

/// The random bytes of a secret; in hexadecimal digits they are what the CRM takes.
const SECRET_BYTES: usize = 24;

/// What a vendor has, from now on.
pub(super) struct Lives {
    /// The vendor's name for it.
    pub(super) name: String,
    /// When it ends.
    pub(super) expires_ms: i64,
    /// When it is to be renewed.
    pub(super) renew_ms: i64,
}

/// What a subscription is told with.
pub(super) struct Door {
    /// The end of the address.
    pub(super) address: String,
    /// What its notifications prove themselves with.
    pub(super) secret: SecretString,
}

impl Subscriptions {
    /// Sees to every subscription that is due. Says how many were.
    pub async fn keep(&self) -> usize {
        let due = match within(self.app.store().due_subscriptions(self.app.now_ms(), DUE_MAX)).await {
            Ok(due) => due,
            Err(refusal) => {
                refusal.log();
                return 0;
            }
        };
        let (number, mut under_way) = (due.len(), JoinSet::new());
        for (id, org) in due {
            if under_way.len() >= AT_ONCE {
                under_way.join_next().await;
            }
            let keeper = self.clone();
            under_way.spawn(async move {
                if let Err(refusal) = within_long(CLAIM, keeper.see_to(id, &org)).await {
                    refusal.log();
                }
            });
        }
        while under_way.join_next().await.is_some() {}
        number
    }

    async fn see_to(&self, id: i64, org: &str) -> Result<(), Refusal> {
        let (store, now_ms) = (self.app.store(), self.app.now_ms());
        let Some(row) = store.claim_subscription(id, org, now_ms + CLAIM.as_millis() as i64, now_ms).await? else {
            return Ok(());
        };
        let outcome = if row.is_wanted { self.live(&row).await } else { self.end(&row).await };
        match outcome {
            Ok(()) => Ok(()),
            Err(trouble) if !row.is_wanted && (trouble.is_refused || row.failures >= ENDINGS_MAX) => {
                self.ended(&row).await
            }
            Err(trouble) => {
                let wait_ms = wait_ms(&row, &trouble, u32::from_le_bytes(self.app.random()?));
                store.subscription_failed(id, org, self.app.now_ms() + wait_ms).await
            }
        }
    }

    /// Lets one live on, or makes it.
    async fn live(&self, row: &Subscription) -> Result<(), Trouble> {
        let owner = &row.wish.owner;
        if let Some(made) = &row.made {
            // One whose secret no key opens could not be believed: another takes its place.
            if let Ok(secret) = self.keys.open(owner, row.wish.side.what(), &made.sealed) {
                let door = Door { address: made.address.clone(), secret };
                let renewed = match row.wish.side {
                    Side::Crm => self.renew_crm(row, made, &door).await?,
                    Side::Exchange => self.renew_microsoft(row, made, &door).await?,
                };
                if let Some(lives) = renewed {
                    return self.lives(row, door, lives).await;
                }
            } else {
                // It is told to nobody then, and ends by itself.
                let _ = self.end_at_vendor(row, made).await;
            }
            hear::forget(&self.app, made);
        }
        let address = hex::encode(&self.app.random::<16>().map_err(Refusal::from)?);
        let secret = hex::encode(&self.app.random::<SECRET_BYTES>().map_err(Refusal::from)?);
        let door = Door { address, secret: secret.into() };
        let lives = match row.wish.side {
            Side::Crm => self.create_crm(row, &door).await?,
            Side::Exchange => self.create_microsoft(row, &door).await?,
        };
        // What could not be told of meanwhile.
        self.app.inbox().hint(&hear::hint(&row.wish));
        self.lives(row, door, lives).await
    }

    /// Remembers what the vendor has. Sealed anew each time: so keys that are no longer used leave within a week.
    async fn lives(&self, row: &Subscription, door: Door, lives: Lives) -> Result<(), Trouble> {
        let owner = &row.wish.owner;
        let sealed = self.keys.seal(&self.app, owner, row.wish.side.what(), &door.secret)?;
        let made = Made { address: door.address, name: lives.name, sealed, expires_ms: lives.expires_ms };
        self.app.store().subscribed(row.id, &owner.org, &made, lives.renew_ms).await?;
        if let Some(address) = hex::decode(&made.address) {
            self.app.inbox().learn(address, Arc::new(hear::known(row, &door.secret)));
        }
        Ok(())
    }

    /// Ends what nobody wants any more.
    async fn end(&self, row: &Subscription) -> Result<(), Trouble> {
        if let Some(made) = &row.made {
            self.end_at_vendor(row, made).await?;
        }
        Ok(self.ended(row).await?)
    }

    /// Ends these, as far as it can be done.
    pub(super) async fn end_all(&self, rows: Vec<Subscription>) {
        let mut under_way = JoinSet::new();
        for row in rows {
            if under_way.len() >= AT_ONCE {
                under_way.join_next().await;
            }
            let keeper = self.clone();
            under_way.spawn(async move { keeper.end(&row).await.is_ok() });
        }
        while under_way.join_next().await.is_some() {}
    }

    async fn end_at_vendor(&self, row: &Subscription, made: &Made) -> Result<(), Trouble> {
        match row.wish.side {
            Side::Crm => self.end_crm(row, made).await,
            Side::Exchange => self.end_microsoft(row, made).await,
        }
    }

    async fn ended(&self, row: &Subscription) -> Result<(), Refusal> {
        self.app.store().unsubscribed(row.id, &row.wish.owner.org).await?;
        row.made.iter().for_each(|made| hear::forget(&self.app, made));
        Ok(())
    }
}

fn wait_ms(row: &Subscription, trouble: &Trouble, chance: u32) -> i64 {
    let doubled_ms = FIRST_RETRY_MS << row.failures.min(10);
    let asked_ms = i64::from(trouble.retry_after_s.unwrap_or_default().min(RETRY_AFTER_S_MAX)) * 1000;
    let wait_ms = doubled_ms.min(RETRY_MS_MAX).max(asked_ms);
    wait_ms + i64::from(chance) % (wait_ms * JITTER_PERCENT / 100)
}
