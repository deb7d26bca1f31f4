//! Organisations.

use super::audit::Note;
use super::{Store, Turn, Tx, audit};
use crate::refusal::Refusal;
use crate::settings;
use crate::statement::Distrust;
use mxs_api::{EwsAccess, Organisation, Settings};
use std::collections::BTreeMap;

/// Makes sure that there is a row for the organisation.
pub(super) async fn ensure(tx: &mut Tx, org: &str) -> Result<(), Refusal> {
    sqlx::query("INSERT INTO org (id) VALUES ($1) ON CONFLICT (id) DO NOTHING").bind(org).execute(&mut **tx).await?;
    Ok(())
}

/// The organisation of a mailbox; it never changes.
pub(super) async fn of_mailbox(store: &Store, mailbox: i64) -> Result<Option<String>, Refusal> {
    let mut tx = store.read().await?;
    Ok(sqlx::query_scalar("SELECT org FROM mailbox WHERE id = $1").bind(mailbox).fetch_optional(&mut *tx).await?)
}

/// Forgets what opened the vendors' doors, and what they told, when the extension was taken away at that moment.
pub(super) async fn forget_doors(tx: &mut Tx, org: &str, removed_ms: i64) -> Result<(), Refusal> {
    for forget in [
        // One that came later is of a consent that is about to bring the extension back.
        "DELETE FROM credential WHERE org = $1 AND at_ms <= $2
             AND EXISTS (SELECT 1 FROM org WHERE org.id = $1 AND org.removed_ms = $2)",
        "DELETE FROM token WHERE org = $1 AND EXISTS (SELECT 1 FROM org WHERE org.id = $1 AND org.removed_ms = $2)",
        "DELETE FROM subscription WHERE org = $1
             AND EXISTS (SELECT 1 FROM org WHERE org.id = $1 AND org.removed_ms = $2)",
    ] {
        sqlx::query(forget).bind(org).bind(removed_ms).execute(&mut **tx).await?;
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct OrgRow {
    settings: Option<String>,
    users_choose: i64,
    interval_s: i64,
    intervals: String,
    audit_days: i64,
    ews_access: Option<String>,
}

/// The seconds between two runs by the ids of profiles, as they are stored.
pub(super) fn intervals(stored: &str) -> Result<BTreeMap<String, u32>, Refusal> {
    serde_json::from_str(stored).map_err(|_| Refusal::unreadable("organisation"))
}

/// What holds for a user: administrators choose for themselves, others where they may, and who did not choose has what
/// was chosen for all.
pub(super) fn chosen(own: Option<String>, of_all: Option<String>, chooses: bool) -> Result<Settings, Refusal> {
    let chosen = if chooses { own.or(of_all) } else { of_all.or(own) };
    chosen.as_deref().map_or_else(|| Ok(Settings::default()), settings::stored)
}

impl Store {
    /// What holds for everybody in the organisation.
    pub(crate) async fn organisation(&self, org: &str) -> Result<Organisation, Refusal> {
        let mut tx = self.read().await?;
        let row: OrgRow = sqlx::query_as(
            "SELECT settings, users_choose, interval_s, intervals, audit_days, ews_access FROM org WHERE id = $1",
        )
        .bind(org)
        .fetch_one(&mut *tx)
        .await?;
        let access = |word: String| {
            let known = [EwsAccess::Impersonation, EwsAccess::Individual].into_iter().find(|one| one.word() == word);
            known.ok_or_else(|| Refusal::unreadable("organisation"))
        };
        let number = |number: i64| u32::try_from(number).map_err(|_| Refusal::unreadable("organisation"));
        Ok(Organisation {
            settings: row.settings.as_deref().map(settings::stored).transpose()?,
            users_choose: row.users_choose == 1,
            interval_s: number(row.interval_s)?,
            intervals: intervals(&row.intervals)?,
            audit_days: number(row.audit_days)?,
            ews_access: row.ews_access.map(access).transpose()?,
        })
    }

    /// Stores what holds for everybody.
    pub(crate) async fn put_organisation(
        &self,
        org: &str,
        new: &Organisation,
        notes: &[Note<'_>],
        now_ms: i64,
    ) -> Result<(), Refusal> {
        let of_all = new.settings.as_ref().map(serde_json::to_string).transpose();
        let of_all = of_all.map_err(|_| Refusal::unreadable("settings"))?;
        let of_profiles = serde_json::to_string(&new.intervals).map_err(|_| Refusal::unreadable("organisation"))?;
        let ews_access = new.ews_access.map(EwsAccess::word);
        let mut tx = self.write(Turn::Organisation(org)).await?;
        let before: Option<String> =
            sqlx::query_scalar("SELECT ews_access FROM org WHERE id = $1").bind(org).fetch_one(&mut *tx).await?;
        if before.is_some() && before.as_deref() != ews_access {
            return Err(Refusal::ChosenOnce);
        }
        sqlx::query(
            "UPDATE org SET settings = $2, users_choose = $3, interval_s = $4, audit_days = $5, ews_access = $6,
                 intervals = $7
             WHERE id = $1",
        )
        .bind(org)
        .bind(&of_all)
        .bind(i64::from(new.users_choose))
        .bind(i64::from(new.interval_s))
        .bind(i64::from(new.audit_days))
        .bind(ews_access)
        .bind(of_profiles)
        .execute(&mut *tx)
        .await?;
        // Whose events are off claims no meeting.
        let accounts: Vec<(i64, Option<String>, i64)> =
            sqlx::query_as("SELECT id, settings, is_admin FROM account WHERE org = $1")
                .bind(org)
                .fetch_all(&mut *tx)
                .await?;
        for (account, own, is_admin) in accounts {
            let settings = chosen(own, of_all.clone(), new.users_choose || is_admin == 1)?;
            sqlx::query("UPDATE account SET events_off = $2 WHERE id = $1 AND events_off <> $2")
                .bind(account)
                .bind(i64::from(!settings.events.rules.on))
                .execute(&mut *tx)
                .await?;
        }
        audit::add(&mut tx, notes, now_ms).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The certificates in PEM that the organisation trusts for its Exchange Servers.
    pub(crate) async fn ews_authorities(&self, org: &str) -> Result<Option<String>, Refusal> {
        let mut tx = self.read().await?;
        let stored = sqlx::query_scalar("SELECT ews_authorities FROM org WHERE id = $1").bind(org);
        Ok(stored.fetch_optional(&mut *tx).await?.flatten())
    }

    /// Stores them; `None` for none.
    pub(crate) async fn put_ews_authorities(
        &self,
        org: &str,
        pem: Option<&str>,
        notes: &[Note<'_>],
        now_ms: i64,
    ) -> Result<(), Refusal> {
        let mut tx = self.write(Turn::Organisation(org)).await?;
        sqlx::query("UPDATE org SET ews_authorities = $2 WHERE id = $1").bind(org).bind(pem).execute(&mut *tx).await?;
        audit::add(&mut tx, notes, now_ms).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes the extension away from an organisation: nothing runs, and nobody is signed in. What opens the vendors'
    /// doors goes with [`forget_doors`](Self::forget_doors); what is remembered of its mailboxes stays for a while.
    /// `nonce` is what the CRM signed, where it did: it is used up first.
    pub(crate) async fn uninstall(
        &self,
        org: &str,
        nonce: Option<&str>,
        note: &Note<'_>,
        now_ms: i64,
    ) -> Result<(), Refusal> {
        let mut tx = self.write(Turn::Organisation(org)).await?;
        if let Some(nonce) = nonce {
            let used = sqlx::query("DELETE FROM challenge WHERE nonce = $1 AND expires_ms > $2");
            if used.bind(nonce).bind(now_ms).execute(&mut *tx).await?.rows_affected() != 1 {
                return Err(Refusal::BadStatement(Distrust::Nonce));
            }
            ensure(&mut tx, org).await?;
        }
        sqlx::query("UPDATE org SET removed_ms = $2 WHERE id = $1").bind(org).bind(now_ms).execute(&mut *tx).await?;
        sqlx::query("UPDATE alert SET closed_ms = $2 WHERE org = $1 AND closed_ms IS NULL")
            .bind(org)
            .bind(now_ms)
            .execute(&mut *tx)
            .await?;
        // Nobody renews them meanwhile.
        sqlx::query("UPDATE subscription SET is_wanted = 0, due_ms = $2 WHERE org = $1")
            .bind(org)
            .bind(now_ms)
            .execute(&mut *tx)
            .await?;
        for forget in [
            "DELETE FROM schedule WHERE org = $1",
            "DELETE FROM consent WHERE account IN (SELECT id FROM account WHERE org = $1)",
            "DELETE FROM session WHERE account IN (SELECT id FROM account WHERE org = $1)",
        ] {
            sqlx::query(forget).bind(org).execute(&mut *tx).await?;
        }
        audit::add(&mut tx, std::slice::from_ref(note), now_ms).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Forgets what opened the vendors' doors, and what they told, when the extension was taken away at that moment. An
    /// organisation that has it back meanwhile keeps what it has since.
    pub(crate) async fn forget_doors(&self, org: &str, removed_ms: i64) -> Result<(), Refusal> {
        let mut tx = self.write(Turn::Organisation(org)).await?;
        forget_doors(&mut tx, org, removed_ms).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The extension is back in the organisation.
    pub(crate) async fn bring_back(&self, org: &str) -> Result<(), Refusal> {
        let mut tx = self.write(Turn::Organisation(org)).await?;
        sqlx::query("UPDATE org SET removed_ms = NULL WHERE id = $1").bind(org).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(())
    }

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
}

/// What the CRM says is left of the day's credits.
pub(super) async fn credits(tx: &mut Tx, org: &str, left: i64, now_ms: i64) -> Result<(), Refusal> {
    sqlx::query("UPDATE org SET credits_left = $2, credits_ms = $3 WHERE id = $1")
        .bind(org)
        .bind(left)
        .bind(now_ms)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
