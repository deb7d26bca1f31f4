//! What vendors are asked to tell of by themselves.
//!
//! A row is a wish first; the vendor's subscription comes and goes beside it. So one that ended is made anew, and one that
//! nobody wants any more is ended, by whichever instance comes by first.

use super::{Owner, Store, Turn};
use crate::refusal::Refusal;
use crate::settings;
use mxs_api::Settings;
use mxs_vault::{Sealed, What};
use std::collections::BTreeSet;

/// Who tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Side {
    /// Zoho CRM, once for an organisation.
    Crm,
    /// Microsoft, for a mailbox.
    Exchange,
}

impl Side {
    /// The word that is stored.
    const fn word(self) -> &'static str {
        match self {
            Side::Crm => "crm",
            Side::Exchange => "exchange",
        }
    }

    /// What its notifications prove themselves with.
    pub(crate) const fn what(self) -> What {
        match self {
            Side::Crm => What::ZohoChannelToken,
            Side::Exchange => What::MicrosoftClientState,
        }
    }

    /// The side of a stored word.
    pub(super) fn read(word: &str) -> Result<Self, Refusal> {
        let side = [Side::Crm, Side::Exchange].into_iter().find(|side| side.word() == word);
        side.ok_or_else(|| Refusal::unreadable("subscription"))
    }
}

/// What is to be told, to whom.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Wish {
    /// The organisation, or a mailbox of it.
    pub(crate) owner: Owner,
    /// Who tells.
    pub(crate) side: Side,
    /// Of what.
    pub(crate) resource: String,
}

/// A subscription as the vendor has it.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    /// The end of the address at which it is told.
    pub(crate) address: String,
    /// The vendor's name for it.
    pub(crate) name: String,
    /// What its notifications prove themselves with.
    pub(crate) sealed: Sealed,
    /// When it ends.
    pub(crate) expires_ms: i64,
}

/// A row.
#[derive(Clone, Debug)]
pub(crate) struct Subscription {
    /// Its number.
    pub(crate) id: i64,
    /// What is told to whom.
    pub(crate) wish: Wish,
    /// Whether it is to be.
    pub(crate) is_wanted: bool,
    /// As the vendor has it, if it does.
    pub(crate) made: Option<Made>,
    /// How often in a row it could not be seen to.
    pub(crate) failures: u32,
    /// The mailbox's id at Microsoft; empty for an organisation's.
    pub(crate) graph_id: String,
}

/// A mailbox that is synced by itself.
#[derive(Debug)]
pub(crate) struct Watched {
    /// The organisation and the row of the mailbox.
    pub(crate) owner: Owner,
    /// What is chosen.
    pub(crate) settings: Settings,
    /// Whether an application opens it, and not the person whose it is.
    pub(crate) is_application: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    org: String,
    mailbox: i64,
    side: String,
    resource: String,
    is_wanted: i64,
    address: Option<String>,
    name: Option<String>,
    sealed: Option<Vec<u8>>,
    expires_ms: i64,
    failures: i64,
    graph_id: Option<String>,
}

/// Everything of a row, and the mailbox's id at Microsoft.
macro_rules! rows {
    ($which:literal) => {
        concat!(
            "SELECT subscription.id, subscription.org, subscription.mailbox, side, resource, is_wanted,
                 subscription.address, subscription.name, sealed, expires_ms, failures, mailbox.graph_id
             FROM subscription LEFT JOIN mailbox ON mailbox.id = subscription.mailbox WHERE ",
            $which
        )
    };
}

impl Row {
    fn read(self) -> Result<Subscription, Refusal> {
        let made = match (self.address, self.name, self.sealed) {
            (Some(address), Some(name), Some(sealed)) => {
                let sealed = Sealed::from_bytes(&sealed).map_err(|_| Refusal::unreadable("subscription"))?;
                Some(Made { address, name, sealed, expires_ms: self.expires_ms })
            }
            _ => None,
        };
        Ok(Subscription {
            id: self.id,
            wish: Wish { owner: owner(self.org, self.mailbox), side: Side::read(&self.side)?, resource: self.resource },
            is_wanted: self.is_wanted == 1,
            made,
            failures: u32::try_from(self.failures).unwrap_or_default(),
            graph_id: self.graph_id.unwrap_or_default(),
        })
    }
}

fn owner(org: String, mailbox: i64) -> Owner {
    Owner { org, mailbox: Some(mailbox).filter(|mailbox| *mailbox != 0) }
}

impl Store {
    /// Mailboxes that are synced by themselves, a page of them: of all organisations, or of one.
    pub(crate) async fn watched(&self, org: Option<&str>, after: i64, limit: i64) -> Result<Vec<Watched>, Refusal> {
        let mut tx = self.read().await?;
        let rows: Vec<(i64, String, Option<String>, i64)> = sqlx::query_as(
            "SELECT mailbox.id, mailbox.org, coalesce(account.settings, org.settings),
                 (SELECT count(*) FROM credential WHERE credential.org = mailbox.org
                      AND credential.mailbox = mailbox.id AND credential.what = $1)
             FROM schedule JOIN mailbox ON mailbox.id = schedule.mailbox JOIN account ON account.id = mailbox.account
                 JOIN org ON org.id = mailbox.org
             WHERE mailbox.id > $2 AND mailbox.org = coalesce($3, mailbox.org) AND schedule.stopped IS NULL
                 AND mailbox.connected = 1 AND account.switched_on = 1 AND account.is_active = 1
                 AND org.removed_ms IS NULL
             ORDER BY mailbox.id LIMIT $4",
        )
        .bind(What::MicrosoftRefreshToken.name())
        .bind(after)
        .bind(org)
        .bind(limit)
        .fetch_all(&mut *tx)
        .await?;
        rows.into_iter()
            .map(|(mailbox, org, settings, own)| {
                Ok(Watched {
                    owner: owner(org, mailbox),
                    settings: settings.as_deref().map_or_else(|| Ok(Settings::default()), settings::stored)?,
                    is_application: own == 0,
                })
            })
            .collect()
    }

    /// The organisations into whose CRM the function is let.
    pub(crate) async fn orgs_let_in(&self) -> Result<BTreeSet<String>, Refusal> {
        let mut tx = self.read().await?;
        let orgs: Vec<String> = sqlx::query_scalar(
            "SELECT org.id FROM org JOIN credential ON credential.org = org.id AND credential.mailbox = 0
             WHERE credential.what = $1 AND org.removed_ms IS NULL",
        )
        .bind(What::ZohoRefreshToken.name())
        .fetch_all(&mut *tx)
        .await?;
        Ok(orgs.into_iter().collect())
    }

    /// All that is wanted.
    pub(crate) async fn wishes(&self) -> Result<BTreeSet<Wish>, Refusal> {
        let mut tx = self.read().await?;
        let rows = sqlx::query_as("SELECT org, mailbox, side, resource FROM subscription WHERE is_wanted = 1");
        let rows: Vec<(String, i64, String, String)> = rows.fetch_all(&mut *tx).await?;
        let wish = |(org, mailbox, word, resource): (String, i64, String, String)| {
            Ok(Wish { owner: owner(org, mailbox), side: Side::read(&word)?, resource })
        };
        rows.into_iter().map(wish).collect()
    }

    /// Wishes for something, or that it be ended.
    pub(crate) async fn wish(&self, wish: &Wish, is_wanted: bool, now_ms: i64) -> Result<(), Refusal> {
        let mut tx = self.write(Turn::Organisation(&wish.owner.org)).await?;
        let statement = if is_wanted {
            "INSERT INTO subscription (org, mailbox, side, resource, due_ms) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (org, mailbox, side, resource)
             DO UPDATE SET is_wanted = 1, due_ms = excluded.due_ms, failures = 0 WHERE subscription.is_wanted = 0"
        } else {
            "UPDATE subscription SET is_wanted = 0, due_ms = $5, failures = 0
             WHERE org = $1 AND mailbox = $2 AND side = $3 AND resource = $4 AND is_wanted = 1"
        };
        sqlx::query(statement)
            .bind(&wish.owner.org)
            .bind(wish.owner.mailbox.unwrap_or_default())
            .bind(wish.side.word())
            .bind(&wish.resource)
            .bind(now_ms)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// What the owner has of a side: of an organisation also what its mailboxes have.
    pub(crate) async fn subscriptions(&self, owner: &Owner, side: Side) -> Result<Vec<Subscription>, Refusal> {
        let mut tx = self.read().await?;
        let rows: Vec<Row> =
            sqlx::query_as(rows!("subscription.org = $1 AND ($2 = 0 OR subscription.mailbox = $2) AND side = $3"))
                .bind(&owner.org)
                .bind(owner.mailbox.unwrap_or_default())
                .bind(side.word())
                .fetch_all(&mut *tx)
                .await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// Which subscriptions are to be seen to, with their organisations, the longest wait first.
    pub(crate) async fn due_subscriptions(&self, now_ms: i64, limit: i64) -> Result<Vec<(i64, String)>, Refusal> {
        let mut tx = self.read().await?;
        let due = sqlx::query_as("SELECT id, org FROM subscription WHERE due_ms <= $1 ORDER BY due_ms, id LIMIT $2");
        Ok(due.bind(now_ms).bind(limit).fetch_all(&mut *tx).await?)
    }

    /// Takes the right to see to one until `until_ms`; `None` when another was faster.
    pub(crate) async fn claim_subscription(
        &self,
        id: i64,
        org: &str,
        until_ms: i64,
        now_ms: i64,
    ) -> Result<Option<Subscription>, Refusal> {
        let mut tx = self.write(Turn::Organisation(org)).await?;
        let claimed = sqlx::query("UPDATE subscription SET due_ms = $2 WHERE id = $1 AND due_ms <= $3")
            .bind(id)
            .bind(until_ms)
            .bind(now_ms)
            .execute(&mut *tx)
            .await?;
        if claimed.rows_affected() == 0 {
            return Ok(None);
        }
        let row: Row = sqlx::query_as(rows!("subscription.id = $1")).bind(id).fetch_one(&mut *tx).await?;
        tx.commit().await?;
        row.read().map(Some)
    }

    /// The vendor has it, under another name or until later than before.
    pub(crate) async fn subscribed(&self, id: i64, org: &str, made: &Made, due_ms: i64) -> Result<(), Refusal> {
        let mut tx = self.write(Turn::Organisation(org)).await?;
        sqlx::query(
            "UPDATE subscription SET address = $2, name = $3, sealed = $4, expires_ms = $5, due_ms = $6, failures = 0
             WHERE id = $1",
        )
        .bind(id)
        .bind(&made.address)
        .bind(&made.name)
        .bind(made.sealed.to_bytes())
        .bind(made.expires_ms)
        .bind(due_ms)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// It could not be seen to: it is tried again then.
    pub(crate) async fn subscription_failed(&self, id: i64, org: &str, due_ms: i64) -> Result<(), Refusal> {
        let mut tx = self.write(Turn::Organisation(org)).await?;
        sqlx::query("UPDATE subscription SET failures = failures + 1, due_ms = $2 WHERE id = $1")
            .bind(id)
            .bind(due_ms)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Sees to a subscription at once; with `is_gone` the vendor has it no longer.
    pub(crate) async fn see_to(&self, id: i64, org: &str, is_gone: bool, now_ms: i64) -> Result<(), Refusal> {
        let mut tx = self.write(Turn::Organisation(org)).await?;
        let statement = if is_gone {
            "UPDATE subscription SET address = NULL, name = NULL, sealed = NULL, expires_ms = 0, due_ms = $2
             WHERE id = $1"
        } else {
            "UPDATE subscription SET due_ms = $2 WHERE id = $1 AND due_ms > $2"
        };
        sqlx::query(statement).bind(id).bind(now_ms).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Nobody wants it, and the vendor has it no longer.
    pub(crate) async fn unsubscribed(&self, id: i64, org: &str) -> Result<(), Refusal> {
        let mut tx = self.write(Turn::Organisation(org)).await?;
        sqlx::query("DELETE FROM subscription WHERE id = $1").bind(id).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Forgets what the owner has of a side: of an organisation also what its mailboxes have.
    pub(crate) async fn forget_subscriptions(&self, owner: &Owner, side: Side) -> Result<(), Refusal> {
        let mut tx = self.write(Turn::Organisation(&owner.org)).await?;
        sqlx::query("DELETE FROM subscription WHERE org = $1 AND ($2 = 0 OR mailbox = $2) AND side = $3")
            .bind(&owner.org)
            .bind(owner.mailbox.unwrap_or_default())
            .bind(side.word())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// The subscription that is told at an address.
    pub(crate) async fn subscription_at(&self, address: &str) -> Result<Option<Subscription>, Refusal> {
        let mut tx = self.read().await?;
        let row: Option<Row> = sqlx::query_as(rows!("subscription.address = $1 AND is_wanted = 1"))
            .bind(address)
            .fetch_optional(&mut *tx)
            .await?;
        row.map(Row::read).transpose()
    }
}
