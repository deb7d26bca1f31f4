//! Which mailbox a CRM user connected.

use super::{Note, Store, Turn, Tx, alert, audit, run};
use crate::limits::MAILBOXES_PER_ACCOUNT_MAX;
use crate::refusal::Refusal;
use mxs_api::Mailbox;

/// Whose account it is.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Who {
    /// The organisation.
    pub(crate) org: String,
    /// The CRM user.
    pub(crate) crm_user: String,
    /// The row of the mailbox that is connected.
    pub(crate) mailbox: Option<i64>,
    /// Its id at Microsoft.
    pub(crate) graph_id: Option<String>,
}

impl Store {
    /// Connects `mailbox` in place of the one that the account has, if any. What was remembered of that one
    /// stays with the account, for the day it comes back to it, unless it has had too many since.
    pub(crate) async fn connect(
        &self,
        account: i64,
        mailbox: &Mailbox,
        notes: &[Note<'_>],
        now_ms: i64,
    ) -> Result<(), Refusal> {
        let mut tx = self.write(Turn::Account(account)).await?;
        let org: String =
            sqlx::query_scalar("SELECT org FROM account WHERE id = $1").bind(account).fetch_one(&mut *tx).await?;
        let taken: Option<i64> = sqlx::query_scalar(
            "SELECT id FROM mailbox WHERE org = $1 AND graph_id = $2 AND connected = 1 AND account <> $3",
        )
        .bind(&org)
        .bind(&mailbox.id)
        .bind(account)
        .fetch_optional(&mut *tx)
        .await?;
        if taken.is_some() {
            return Err(Refusal::MailboxTaken);
        }
        let current: Option<i64> =
            sqlx::query_scalar("SELECT id FROM mailbox WHERE account = $1 AND connected = 1 AND graph_id <> $2")
                .bind(account)
                .bind(&mailbox.id)
                .fetch_optional(&mut *tx)
                .await?;
        if let Some(current) = current {
            release(&mut tx, current, now_ms).await?;
        }
        sqlx::query(
            "INSERT INTO mailbox (account, org, graph_id, address, name, connected) VALUES ($1, $2, $3, $4, $5, 1)
             ON CONFLICT (account, graph_id)
             DO UPDATE SET address = excluded.address, name = excluded.name, connected = 1",
        )
        .bind(account)
        .bind(&org)
        .bind(&mailbox.id)
        .bind(&mailbox.address)
        .bind(&mailbox.name)
        .execute(&mut *tx)
        .await?;
        // A fencing token is higher with each run, so the highest tells when a mailbox was synced last.
        sqlx::query(
            "DELETE FROM mailbox WHERE account = $1 AND connected = 0 AND id NOT IN
             (SELECT id FROM mailbox WHERE account = $1 ORDER BY connected DESC,
              coalesce((SELECT max(fence) FROM run WHERE run.mailbox = mailbox.id), 0) DESC, id DESC LIMIT $2)",
        )
        .bind(account)
        .bind(MAILBOXES_PER_ACCOUNT_MAX)
        .execute(&mut *tx)
        .await?;
        audit::add(&mut tx, notes, now_ms).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The organisation, CRM user and connected mailbox of an account.
    pub(crate) async fn who(&self, account: i64) -> Result<Who, Refusal> {
        let mut tx = self.read().await?;
        Ok(sqlx::query_as(
            "SELECT account.org, account.crm_user, mailbox.id AS mailbox, mailbox.graph_id
             FROM account LEFT JOIN mailbox ON mailbox.account = account.id AND mailbox.connected = 1
             WHERE account.id = $1",
        )
        .bind(account)
        .fetch_one(&mut *tx)
        .await?)
    }

    /// The address of the account's connected mailbox.
    pub(crate) async fn address(&self, account: i64) -> Result<Option<String>, Refusal> {
        let mut tx = self.read().await?;
        let address = sqlx::query_scalar("SELECT address FROM mailbox WHERE account = $1 AND connected = 1");
        Ok(address.bind(account).fetch_optional(&mut *tx).await?)
    }

    /// The number of the newest run of a mailbox.
    pub(crate) async fn newest_run(&self, mailbox: i64) -> Result<Option<u64>, Refusal> {
        let mut tx = self.read().await?;
        let newest: Option<i64> = sqlx::query_scalar("SELECT max(fence) FROM run WHERE mailbox = $1")
            .bind(mailbox)
            .fetch_one(&mut *tx)
            .await?;
        Ok(newest.and_then(|fence| u64::try_from(fence).ok()))
    }

    /// Connects the account to no mailbox, so that another may have it. What was remembered of it stays with
    /// the account, as with [`connect`](Self::connect).
    pub(crate) async fn disconnect(&self, account: i64, notes: &[Note<'_>], now_ms: i64) -> Result<(), Refusal> {
        let mut tx = self.write(Turn::Account(account)).await?;
        let current: Option<i64> = sqlx::query_scalar("SELECT id FROM mailbox WHERE account = $1 AND connected = 1")
            .bind(account)
            .fetch_optional(&mut *tx)
            .await?;
        if let Some(current) = current {
            release(&mut tx, current, now_ms).await?;
        }
        audit::add(&mut tx, notes, now_ms).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Takes the mailbox from its account. Not under a run: it would lose its mailbox between two records.
async fn release(tx: &mut Tx, mailbox: i64, now_ms: i64) -> Result<(), Refusal> {
    if let Some(retry_after_s) = run::held_for(tx, mailbox, now_ms).await? {
        return Err(Refusal::LeaseHeld { retry_after_s });
    }
    sqlx::query("UPDATE mailbox SET connected = 0 WHERE id = $1").bind(mailbox).execute(&mut **tx).await?;
    // Nor is anything kept that opens it.
    for forget in [
        "DELETE FROM schedule WHERE mailbox = $1",
        "DELETE FROM credential WHERE mailbox = $1",
        "DELETE FROM token WHERE mailbox = $1",
    ] {
        sqlx::query(forget).bind(mailbox).execute(&mut **tx).await?;
    }
    // Nothing can be wrong with it any more.
    let org: String =
        sqlx::query_scalar("SELECT org FROM mailbox WHERE id = $1").bind(mailbox).fetch_one(&mut **tx).await?;
    alert::close(tx, &org, mailbox, now_ms).await
}
