//! Consents that people were sent to a vendor for.

use super::{Note, Store, Turn, audit};
use crate::refusal::Refusal;

/// The most consents that wait for one CRM user; the oldest makes room.
const WAITING_MAX: i64 = 10;

/// A consent that was begun.
pub(crate) struct NewConsent<'a> {
    /// SHA-256 of its state.
    pub(crate) state_hash: &'a [u8; 32],
    /// The account that began it, and alone may end it.
    pub(crate) account: i64,
    /// To what.
    pub(crate) what: &'a str,
    /// The part of its verifier that is stored.
    pub(crate) kept: &'a str,
    /// When it is too late.
    pub(crate) expires_ms: i64,
}

impl Store {
    /// Remembers a consent.
    pub(crate) async fn begin_consent(
        &self,
        new: &NewConsent<'_>,
        notes: &[Note<'_>],
        now_ms: i64,
    ) -> Result<(), Refusal> {
        let mut tx = self.write(Turn::Account(new.account)).await?;
        sqlx::query(
            "DELETE FROM consent WHERE account = $1 AND (expires_ms <= $2 OR state_hash NOT IN
             (SELECT state_hash FROM consent WHERE account = $1 ORDER BY expires_ms DESC LIMIT $3))",
        )
        .bind(new.account)
        .bind(now_ms)
        .bind(WAITING_MAX - 1)
        .execute(&mut *tx)
        .await?;
        sqlx::query(
            "INSERT INTO consent (state_hash, account, what, verifier, expires_ms) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(new.state_hash.as_slice())
        .bind(new.account)
        .bind(new.what)
        .bind(new.kept)
        .bind(new.expires_ms)
        .execute(&mut *tx)
        .await?;
        audit::add(&mut tx, notes, now_ms).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Uses a consent up: to what it was asked for, and what was kept for it. `None` when the account began no such one, or too
    /// long ago, or has used it.
    pub(crate) async fn end_consent(
        &self,
        account: i64,
        state_hash: &[u8; 32],
        now_ms: i64,
    ) -> Result<Option<(String, String)>, Refusal> {
        let mut tx = self.write(Turn::Account(account)).await?;
        let found = sqlx::query_as(
            "DELETE FROM consent WHERE account = $1 AND state_hash = $2 AND expires_ms > $3 RETURNING what, verifier",
        )
        .bind(account)
        .bind(state_hash.as_slice())
        .bind(now_ms)
        .fetch_optional(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(found)
    }
}
