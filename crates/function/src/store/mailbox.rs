//! Which mailbox a CRM user connected.

use super::{Store, run};
use crate::refusal::Refusal;
use mxs_api::Mailbox;

impl Store {
    /// Connects `mailbox` in place of the one that the account has, if any. What was remembered of that one
    /// stays with the account, for the day it comes back to it.
    pub(crate) async fn connect(&self, account: i64, mailbox: &Mailbox, now_ms: i64) -> Result<(), Refusal> {
        let mut tx = self.write().await?;
        let org: String =
            sqlx::query_scalar("SELECT org FROM account WHERE id = $1").bind(account).fetch_one(&mut *tx).await?;
        let taken: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM mailbox
             WHERE org = $1 AND graph_id = $2 AND connected = 1 AND account <> $3)",
        )
        .bind(&org)
        .bind(&mailbox.id)
        .bind(account)
        .fetch_one(&mut *tx)
        .await?;
        if taken {
            return Err(Refusal::MailboxTaken);
        }
        let current: Option<i64> =
            sqlx::query_scalar("SELECT id FROM mailbox WHERE account = $1 AND connected = 1 AND graph_id <> $2")
                .bind(account)
                .bind(&mailbox.id)
                .fetch_optional(&mut *tx)
                .await?;
        if let Some(current) = current {
            // The run would lose its mailbox between two records.
            if let Some(retry_after_s) = run::held_for(&mut tx, current, now_ms).await? {
                return Err(Refusal::LeaseHeld { retry_after_s });
            }
            sqlx::query("UPDATE mailbox SET connected = 0 WHERE id = $1").bind(current).execute(&mut *tx).await?;
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
        tx.commit().await?;
        Ok(())
    }
}
