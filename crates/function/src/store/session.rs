//! Challenges and sessions.

use super::{Store, Turn, org, usage};
use crate::input::TokenHash;
use crate::limits::{CHALLENGES_MAX, SESSIONS_PER_ACCOUNT_MAX};
use crate::refusal::Refusal;
use crate::statement::Distrust;

/// What opens a session, all of it already checked but the nonce.
pub(crate) struct NewSession<'a> {
    /// The nonce that the CRM signed.
    pub(crate) nonce: &'a str,
    /// The organisation.
    pub(crate) org: &'a str,
    /// The CRM user.
    pub(crate) crm_user: &'a str,
    /// The hash of the new token.
    pub(crate) token: &'a TokenHash,
    /// When it ends.
    pub(crate) expires_ms: i64,
}

impl Store {
    /// Remembers a nonce; `false` when too many are open. What ran out is deleted first: the route that everybody
    /// comes through is a good place to sweep.
    pub(crate) async fn add_challenge(&self, nonce: &str, expires_ms: i64, now_ms: i64) -> Result<bool, Refusal> {
        self.sweep(now_ms).await?;
        let mut tx = self.write(Turn::Challenges).await?;
        sqlx::query("DELETE FROM challenge WHERE expires_ms <= $1").bind(now_ms).execute(&mut *tx).await?;
        let open: i64 = sqlx::query_scalar("SELECT count(*) FROM challenge").fetch_one(&mut *tx).await?;
        let room = open < CHALLENGES_MAX;
        if room {
            sqlx::query("INSERT INTO challenge (nonce, expires_ms) VALUES ($1, $2)")
                .bind(nonce)
                .bind(expires_ms)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(room)
    }

    /// Uses up the nonce and opens the session, both or neither. Says whose it is.
    pub(crate) async fn add_session(&self, new: &NewSession<'_>, now_ms: i64) -> Result<i64, Refusal> {
        let mut tx = self.write(Turn::Organisation(new.org)).await?;
        let used = sqlx::query("DELETE FROM challenge WHERE nonce = $1 AND expires_ms > $2")
            .bind(new.nonce)
            .bind(now_ms)
            .execute(&mut *tx)
            .await?;
        if used.rows_affected() != 1 {
            return Err(Refusal::BadStatement(Distrust::Nonce));
        }
        org::ensure(&mut tx, new.org).await?;
        // The update changes nothing; it makes the row come back when it was there already.
        let account: i64 = sqlx::query_scalar(
            "INSERT INTO account (org, crm_user) VALUES ($1, $2)
             ON CONFLICT (org, crm_user) DO UPDATE SET org = excluded.org RETURNING id",
        )
        .bind(new.org)
        .bind(new.crm_user)
        .fetch_one(&mut *tx)
        .await?;
        sqlx::query(
            "DELETE FROM session WHERE account = $1 AND token_hash NOT IN
             (SELECT token_hash FROM session WHERE account = $1 ORDER BY expires_ms DESC LIMIT $2)",
        )
        .bind(account)
        .bind(SESSIONS_PER_ACCOUNT_MAX - 1)
        .execute(&mut *tx)
        .await?;
        sqlx::query("INSERT INTO session (token_hash, account, expires_ms) VALUES ($1, $2, $3)")
            .bind(new.token.as_slice())
            .bind(account)
            .bind(new.expires_ms)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(account)
    }

    /// Deletes what everybody has kept for too long. As a rule there is nothing, and then nobody waits for it.
    async fn sweep(&self, now_ms: i64) -> Result<(), Refusal> {
        if usage::is_old(&self.pool, now_ms).await? {
            let mut tx = self.write(Turn::Everybody).await?;
            usage::sweep_old(&mut tx, now_ms).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// The account whose session it is, while it lasts.
    pub(crate) async fn session(&self, token: &TokenHash, now_ms: i64) -> Result<Option<i64>, Refusal> {
        Ok(sqlx::query_scalar("SELECT account FROM session WHERE token_hash = $1 AND expires_ms > $2")
            .bind(token.as_slice())
            .bind(now_ms)
            .fetch_optional(&self.pool)
            .await?)
    }
}
