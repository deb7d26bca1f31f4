//! Organisations.

use super::{Store, Turn, Tx};
use crate::refusal::Refusal;

/// Makes sure that there is a row for the organisation; one that was uninstalled is back.
pub(super) async fn ensure(tx: &mut Tx, org: &str) -> Result<(), Refusal> {
    sqlx::query("INSERT INTO org (id) VALUES ($1) ON CONFLICT (id) DO NOTHING").bind(org).execute(&mut **tx).await?;
    Ok(())
}

/// The organisation of a mailbox; it never changes.
pub(super) async fn of_mailbox(store: &Store, mailbox: i64) -> Result<Option<String>, Refusal> {
    let mut tx = store.read().await?;
    Ok(sqlx::query_scalar("SELECT org FROM mailbox WHERE id = $1").bind(mailbox).fetch_optional(&mut *tx).await?)
}

impl Store {
    /// The CRM wants to be left alone by this organisation until then; a shorter wait takes nothing off a longer one.
    pub(crate) async fn pause_crm(&self, org: &str, until_ms: i64) -> Result<(), Refusal> {
        let mut tx = self.write(Turn::Organisation(org)).await?;
        sqlx::query("UPDATE org SET crm_pause_ms = $2 WHERE id = $1 AND crm_pause_ms < $2")
            .bind(org)
            .bind(until_ms)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// What the CRM says is left of the day's credits.
    pub(crate) async fn credits(&self, org: &str, left: i64, now_ms: i64) -> Result<(), Refusal> {
        let mut tx = self.write(Turn::Organisation(org)).await?;
        sqlx::query("UPDATE org SET credits_left = $2, credits_ms = $3 WHERE id = $1")
            .bind(org)
            .bind(left)
            .bind(now_ms)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }
}
