//! Sealed secrets, and the access tokens made of them. Whoever has a copy of these tables opens nothing.

use super::{Note, Store, Turn, audit, org};
use crate::refusal::Refusal;
use mxs_api::Access;
use mxs_vault::{Sealed, What};

/// Whose secret it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Owner {
    /// The organisation.
    pub(crate) org: String,
    /// The row of the mailbox; `None` for the organisation's own.
    pub(crate) mailbox: Option<i64>,
}

impl Owner {
    /// How the owner is stored: no row has the number 0.
    fn row(&self) -> i64 {
        self.mailbox.unwrap_or_default()
    }
}

/// A secret as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    /// The secret.
    pub(crate) sealed: Sealed,
    /// What belongs to it and is no secret, as JSON.
    pub(crate) about: String,
}

/// An access token as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct StoredToken {
    /// The token.
    pub(crate) sealed: Sealed,
    /// When it ends.
    pub(crate) expires_ms: i64,
}

/// Who renews a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Renewal {
    /// Whoever asked.
    Ours,
    /// Another, at the moment: it will be there.
    Others,
    /// Nobody for a while: another has just tried, and the vendor was away.
    Failed,
    /// Nobody for a while: another has just tried, and the vendor refused.
    Refused,
}

/// What stands in the place of the moment at which a token ends that could not be renewed.
const RENEWAL_FAILED: i64 = -1;

/// The same where the vendor refused.
const RENEWAL_REFUSED: i64 = -2;

impl Store {
    /// Stores a secret in place of the one before.
    pub(crate) async fn put_credential(
        &self,
        owner: &Owner,
        what: What,
        stored: &Stored,
        notes: &[Note<'_>],
        now_ms: i64,
    ) -> Result<(), Refusal> {
        let mut tx = self.write(Turn::Organisation(&owner.org)).await?;
        org::ensure(&mut tx, &owner.org).await?;
        sqlx::query(
            "INSERT INTO credential (org, mailbox, what, key_id, sealed, about, at_ms)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (org, mailbox, what) DO UPDATE SET key_id = excluded.key_id, sealed = excluded.sealed,
                 about = excluded.about, at_ms = excluded.at_ms",
        )
        .bind(&owner.org)
        .bind(owner.row())
        .bind(what.name())
        .bind(stored.sealed.key().as_str())
        .bind(stored.sealed.to_bytes())
        .bind(&stored.about)
        .bind(now_ms)
        .execute(&mut *tx)
        .await?;
        audit::add(&mut tx, notes, now_ms).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Puts a secret in the place of the one that it was got with. One that was forgotten or replaced meanwhile stays so.
    pub(crate) async fn replace_credential(
        &self,
        owner: &Owner,
        what: What,
        old: &Sealed,
        new: &Sealed,
    ) -> Result<(), Refusal> {
        let mut tx = self.write(Turn::Organisation(&owner.org)).await?;
        sqlx::query(
            "UPDATE credential SET sealed = $5, key_id = $6
             WHERE org = $1 AND mailbox = $2 AND what = $3 AND sealed = $4",
        )
        .bind(&owner.org)
        .bind(owner.row())
        .bind(what.name())
        .bind(old.to_bytes())
        .bind(new.to_bytes())
        .bind(new.key().as_str())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Stores what belongs to a secret, unless the secret was replaced or forgotten meanwhile.
    pub(crate) async fn put_about(
        &self,
        owner: &Owner,
        what: What,
        sealed: &Sealed,
        about: &str,
    ) -> Result<(), Refusal> {
        let mut tx = self.write(Turn::Organisation(&owner.org)).await?;
        sqlx::query("UPDATE credential SET about = $5 WHERE org = $1 AND mailbox = $2 AND what = $3 AND sealed = $4")
            .bind(&owner.org)
            .bind(owner.row())
            .bind(what.name())
            .bind(sealed.to_bytes())
            .bind(about)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// A secret.
    pub(crate) async fn credential(&self, owner: &Owner, what: What) -> Result<Option<Stored>, Refusal> {
        let mut tx = self.read().await?;
        let row: Option<(Vec<u8>, String)> =
            sqlx::query_as("SELECT sealed, about FROM credential WHERE org = $1 AND mailbox = $2 AND what = $3")
                .bind(&owner.org)
                .bind(owner.row())
                .bind(what.name())
                .fetch_optional(&mut *tx)
                .await?;
        row.map(|(sealed, about)| Ok(Stored { sealed: read(&sealed)?, about })).transpose()
    }

    /// Forgets a secret, and the token that was got with it.
    pub(crate) async fn forget_credential(
        &self,
        owner: &Owner,
        (secret, token): (What, What),
        notes: &[Note<'_>],
        now_ms: i64,
    ) -> Result<(), Refusal> {
        let mut tx = self.write(Turn::Organisation(&owner.org)).await?;
        for (table, what) in [
            ("DELETE FROM credential WHERE org = $1 AND mailbox = $2 AND what = $3", secret),
            ("DELETE FROM token WHERE org = $1 AND mailbox = $2 AND what = $3", token),
        ] {
            sqlx::query(table).bind(&owner.org).bind(owner.row()).bind(what.name()).execute(&mut *tx).await?;
        }
        audit::add(&mut tx, notes, now_ms).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Forgets a token, and that somebody renews it: it was got with another secret.
    pub(crate) async fn forget_token(&self, owner: &Owner, what: What) -> Result<(), Refusal> {
        let mut tx = self.write(Turn::Organisation(&owner.org)).await?;
        sqlx::query("DELETE FROM token WHERE org = $1 AND mailbox = $2 AND what = $3")
            .bind(&owner.org)
            .bind(owner.row())
            .bind(what.name())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// What the function may do by itself for an account.
    pub(crate) async fn access(&self, account: i64) -> Result<Access, Refusal> {
        let mut tx = self.read().await?;
        let held: Vec<(i64, String)> = sqlx::query_as(
            "SELECT credential.mailbox, credential.what
             FROM account LEFT JOIN mailbox ON mailbox.account = account.id AND mailbox.connected = 1
                 JOIN credential ON credential.org = account.org
                     AND (credential.mailbox = 0 OR credential.mailbox = mailbox.id)
             WHERE account.id = $1",
        )
        .bind(account)
        .fetch_all(&mut *tx)
        .await?;
        let is_admin: i64 =
            sqlx::query_scalar("SELECT is_admin FROM account WHERE id = $1").bind(account).fetch_one(&mut *tx).await?;
        let holds = |what: What| held.iter().any(|(_, held)| held == what.name());
        Ok(Access {
            has_keys: false,
            crm: holds(What::ZohoRefreshToken),
            mailbox: holds(What::MicrosoftRefreshToken),
            application: holds(What::MicrosoftApplication),
            is_admin: is_admin == 1,
        })
    }

    /// An access token, whether it is still good or not.
    pub(crate) async fn token(&self, owner: &Owner, what: What) -> Result<Option<StoredToken>, Refusal> {
        let mut tx = self.read().await?;
        let row: Option<(Option<Vec<u8>>, i64)> =
            sqlx::query_as("SELECT sealed, expires_ms FROM token WHERE org = $1 AND mailbox = $2 AND what = $3")
                .bind(&owner.org)
                .bind(owner.row())
                .bind(what.name())
                .fetch_optional(&mut *tx)
                .await?;
        let Some((Some(sealed), expires_ms)) = row else { return Ok(None) };
        Ok(Some(StoredToken { sealed: read(&sealed)?, expires_ms }))
    }

    /// Takes the right to renew a token until `until_ms`, or says why not.
    pub(crate) async fn claim_renewal(
        &self,
        owner: &Owner,
        what: What,
        until_ms: i64,
        now_ms: i64,
    ) -> Result<Renewal, Refusal> {
        let mut tx = self.write(Turn::Organisation(&owner.org)).await?;
        let claimed = sqlx::query(
            "INSERT INTO token (org, mailbox, what, renewing_ms) VALUES ($1, $2, $3, $4)
             ON CONFLICT (org, mailbox, what) DO UPDATE SET renewing_ms = excluded.renewing_ms,
                     expires_ms = CASE WHEN token.expires_ms < 0 THEN 0 ELSE token.expires_ms END
                 WHERE token.renewing_ms <= $5",
        )
        .bind(&owner.org)
        .bind(owner.row())
        .bind(what.name())
        .bind(until_ms)
        .bind(now_ms)
        .execute(&mut *tx)
        .await?;
        let failed: Option<i64> = sqlx::query_scalar(
            "SELECT expires_ms FROM token WHERE org = $1 AND mailbox = $2 AND what = $3 AND expires_ms < 0",
        )
        .bind(&owner.org)
        .bind(owner.row())
        .bind(what.name())
        .fetch_optional(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(match (claimed.rows_affected(), failed) {
            (1.., _) => Renewal::Ours,
            (_, None) => Renewal::Others,
            (_, Some(RENEWAL_REFUSED)) => Renewal::Refused,
            (_, Some(_)) => Renewal::Failed,
        })
    }

    /// Stores a renewed token, and gives the right to renew it back.
    pub(crate) async fn put_token(&self, owner: &Owner, what: What, new: &StoredToken) -> Result<(), Refusal> {
        let mut tx = self.write(Turn::Organisation(&owner.org)).await?;
        sqlx::query(
            "UPDATE token SET sealed = $4, expires_ms = $5, renewing_ms = 0
             WHERE org = $1 AND mailbox = $2 AND what = $3",
        )
        .bind(&owner.org)
        .bind(owner.row())
        .bind(what.name())
        .bind(new.sealed.to_bytes())
        .bind(new.expires_ms)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Gives the right to renew a token back without one, until when nobody tries again.
    pub(crate) async fn renewal_failed(
        &self,
        owner: &Owner,
        what: What,
        is_refused: bool,
        until_ms: i64,
    ) -> Result<(), Refusal> {
        let mut tx = self.write(Turn::Organisation(&owner.org)).await?;
        sqlx::query(
            "UPDATE token SET renewing_ms = $4, sealed = NULL, expires_ms = $5
             WHERE org = $1 AND mailbox = $2 AND what = $3",
        )
        .bind(&owner.org)
        .bind(owner.row())
        .bind(what.name())
        .bind(until_ms)
        .bind(if is_refused { RENEWAL_REFUSED } else { RENEWAL_FAILED })
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// The vendor no longer takes this token; one that was renewed meanwhile stays.
    pub(crate) async fn drop_token(&self, owner: &Owner, what: What, dead: &StoredToken) -> Result<(), Refusal> {
        let mut tx = self.write(Turn::Organisation(&owner.org)).await?;
        sqlx::query(
            "UPDATE token SET sealed = NULL, expires_ms = 0
             WHERE org = $1 AND mailbox = $2 AND what = $3 AND sealed = $4",
        )
        .bind(&owner.org)
        .bind(owner.row())
        .bind(what.name())
        .bind(dead.sealed.to_bytes())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }
}

fn read(sealed: &[u8]) -> Result<Sealed, Refusal> {
    Sealed::from_bytes(sealed).map_err(|_| Refusal::unreadable("credential"))
}
