//! The users of an organisation, as its administrators see them.

use super::audit::Note;
use super::{Store, Turn, Tx, alert, audit};
use crate::refusal::Refusal;
use mxs_api::Action;
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;

/// After so long the CRM is asked anew which users are active.
const CHECKED_MS: i64 = 24 * 60 * 60 * 1000;

/// After so long it is asked again where it did not answer.
const RETRY_MS: i64 = 60 * 60 * 1000;

/// What is known of a user.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Known {
    /// The CRM user.
    pub(crate) crm_user: String,
    /// Whether the sync is switched on: 1 or 0.
    pub(crate) switched_on: i64,
    /// The address of the mailbox that is connected.
    pub(crate) address: Option<String>,
    /// When the next run is due.
    pub(crate) due_ms: Option<i64>,
    /// The code of what stopped it.
    pub(crate) stopped: Option<String>,
    /// How many runs in a row failed.
    pub(crate) failures: Option<i64>,
    /// How bad the worst is that is wrong.
    pub(crate) severity: Option<String>,
    /// Until when a run holds the mailbox.
    pub(crate) held_ms: Option<i64>,
    /// When the last run ended.
    pub(crate) ended_ms: Option<i64>,
    /// The code of an alert that is open.
    pub(crate) code: Option<String>,
}

/// Takes the mailboxes of an account off the schedule: nothing is wrong with what isn't synced.
async fn unschedule(tx: &mut Tx, org: &str, account: i64, now_ms: i64) -> Result<(), Refusal> {
    sqlx::query("DELETE FROM schedule WHERE mailbox IN (SELECT id FROM mailbox WHERE account = $1)")
        .bind(account)
        .execute(&mut **tx)
        .await?;
    let mailbox: Option<i64> = sqlx::query_scalar("SELECT id FROM mailbox WHERE account = $1 AND connected = 1")
        .bind(account)
        .fetch_optional(&mut **tx)
        .await?;
    match mailbox {
        Some(mailbox) => alert::close(tx, org, mailbox, now_ms).await,
        None => Ok(()),
    }
}

/// Ends all that a user has who is none any more: the sync, the sessions, and what administrators may.
async fn deactivate(tx: &mut Tx, (org, user): (&str, &str), account: i64, now_ms: i64) -> Result<(), Refusal> {
    for end in [
        "UPDATE account SET is_active = 0, is_admin = 0 WHERE id = $1",
        "DELETE FROM session WHERE account = $1",
        "DELETE FROM consent WHERE account = $1",
    ] {
        sqlx::query(end).bind(account).execute(&mut **tx).await?;
    }
    unschedule(tx, org, account, now_ms).await?;
    audit::add(tx, &[Note::own(org, Action::UserDeactivated, user, None)], now_ms).await
}

async fn put_profile(tx: &mut Tx, account: i64, profile: &str) -> Result<(), Refusal> {
    sqlx::query("UPDATE account SET profile = $2 WHERE id = $1 AND coalesce(profile, '') <> $2")
        .bind(account)
        .bind(profile)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

impl Store {
    /// The CRM no longer has this user as an active one.
    pub(crate) async fn deactivate(&self, account: i64, now_ms: i64) -> Result<(), Refusal> {
        let mut tx = self.write(Turn::Account(account)).await?;
        let (org, user): (String, String) =
            sqlx::query_as("SELECT org, crm_user FROM account WHERE id = $1").bind(account).fetch_one(&mut *tx).await?;
        deactivate(&mut tx, (&org, &user), account, now_ms).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Those whom the CRM called administrators, each once.
    pub(crate) async fn administrators(&self, org: &str) -> Result<Vec<i64>, Refusal> {
        let mut tx = self.read().await?;
        let accounts = sqlx::query_scalar("SELECT id FROM account WHERE org = $1 AND is_admin = 1");
        Ok(accounts.bind(org).fetch_all(&mut *tx).await?)
    }

    /// What is known of these users; of one who was never here, nothing.
    pub(crate) async fn known(&self, org: &str, users: &[&str]) -> Result<Vec<Known>, Refusal> {
        if users.is_empty() {
            return Ok(Vec::new());
        }
        let places: Vec<String> = (0..users.len()).map(|at| format!("${}", at + 2)).collect();
        let sql = format!(
            "SELECT account.crm_user, account.switched_on, mailbox.address, schedule.due_ms, schedule.stopped,
                 schedule.failures,
                 (SELECT run.expires_ms FROM run WHERE run.mailbox = mailbox.id AND run.ended_ms IS NULL) AS held_ms,
                 (SELECT max(run.ended_ms) FROM run WHERE run.mailbox = mailbox.id) AS ended_ms,
                 (SELECT min(alert.code) FROM alert WHERE alert.org = account.org AND alert.mailbox = mailbox.id
                     AND alert.closed_ms IS NULL) AS code,
                 (SELECT min(alert.severity) FROM alert WHERE alert.org = account.org AND alert.mailbox = mailbox.id
                     AND alert.closed_ms IS NULL) AS severity
             FROM account LEFT JOIN mailbox ON mailbox.account = account.id AND mailbox.connected = 1
                 LEFT JOIN schedule ON schedule.mailbox = mailbox.id
             WHERE account.org = $1 AND account.crm_user IN ({})",
            places.join(", "),
        );
        let mut tx = self.read().await?;
        let known = sqlx::query_as(AssertSqlSafe(sql)).bind(org);
        Ok(users.iter().fold(known, |known, user| known.bind(*user)).fetch_all(&mut *tx).await?)
    }

    /// The code of what is wrong with the whole organisation.
    pub(crate) async fn wrong_with_all(&self, org: &str) -> Result<Option<String>, Refusal> {
        let mut tx = self.read().await?;
        let code = sqlx::query_scalar(
            "SELECT min(code) FROM alert WHERE org = $1 AND mailbox = $2 AND closed_ms IS NULL AND severity = 'error'",
        );
        Ok(code.bind(org).bind(alert::EVERYBODY).fetch_one(&mut *tx).await?)
    }

    /// Switches the sync of users on, who are all active, or off. Who was never here is remembered.
    pub(crate) async fn switch(
        &self,
        org: &str,
        users: &[String],
        on: bool,
        notes: &[Note<'_>],
        now_ms: i64,
    ) -> Result<(), Refusal> {
        let mut tx = self.write(Turn::Organisation(org)).await?;
        for user in users {
            let account: i64 = sqlx::query_scalar(
                "INSERT INTO account (org, crm_user, switched_on) VALUES ($1, $2, $3)
                 ON CONFLICT (org, crm_user) DO UPDATE SET switched_on = excluded.switched_on RETURNING id",
            )
            .bind(org)
            .bind(user)
            .bind(i64::from(on))
            .fetch_one(&mut *tx)
            .await?;
            if on {
                sqlx::query("UPDATE account SET is_active = 1 WHERE id = $1").bind(account).execute(&mut *tx).await?;
                super::schedule::put(&mut tx, account, now_ms).await?;
            } else {
                unschedule(&mut tx, org, account, now_ms).await?;
            }
        }
        audit::add(&mut tx, notes, now_ms).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The account of a CRM user.
    pub(crate) async fn account_of(&self, org: &str, user: &str) -> Result<Option<i64>, Refusal> {
        let mut tx = self.read().await?;
        let account = sqlx::query_scalar("SELECT id FROM account WHERE org = $1 AND crm_user = $2");
        Ok(account.bind(org).bind(user).fetch_optional(&mut *tx).await?)
    }

    /// An organisation whose CRM is to be asked now which users are active. It is not named again for a while, whether
    /// the CRM answers or not.
    pub(crate) async fn users_unchecked(&self, now_ms: i64) -> Result<Option<String>, Refusal> {
        let mut tx = self.write(Turn::Everybody).await?;
        let org = sqlx::query_scalar(
            "UPDATE org SET users_ms = $2 WHERE id = (
                 SELECT org.id FROM org JOIN credential ON credential.org = org.id
                 WHERE credential.what = $3 AND org.users_ms <= $1 AND org.crm_pause_ms <= $4
                     AND org.removed_ms IS NULL
                 ORDER BY org.users_ms LIMIT 1)
             RETURNING id",
        )
        .bind(now_ms - CHECKED_MS)
        .bind(now_ms - CHECKED_MS + RETRY_MS)
        .bind(mxs_vault::What::ZohoRefreshToken.name())
        .bind(now_ms)
        .fetch_optional(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(org)
    }

    /// The id of the user's profile in the CRM.
    pub(crate) async fn put_profile(&self, account: i64, profile: &str) -> Result<(), Refusal> {
        let mut tx = self.write(Turn::Account(account)).await?;
        put_profile(&mut tx, account, profile).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The CRM's active users are these, each with a profile, and no others.
    pub(crate) async fn put_active(
        &self,
        org: &str,
        active: &BTreeMap<String, String>,
        now_ms: i64,
    ) -> Result<(), Refusal> {
        let mut tx = self.write(Turn::Organisation(org)).await?;
        let known: Vec<(i64, String, i64)> =
            sqlx::query_as("SELECT id, crm_user, is_active FROM account WHERE org = $1")
                .bind(org)
                .fetch_all(&mut *tx)
                .await?;
        for (account, user, was_active) in known {
            let is_active = active.contains_key(&user);
            if let Some(profile) = active.get(&user) {
                put_profile(&mut tx, account, profile).await?;
            }
            if is_active == (was_active == 1) {
                continue;
            }
            if is_active {
                sqlx::query("UPDATE account SET is_active = 1 WHERE id = $1").bind(account).execute(&mut *tx).await?;
                super::schedule::put(&mut tx, account, now_ms).await?;
                audit::add(&mut tx, &[Note::own(org, Action::UserActivated, &user, None)], now_ms).await?;
            } else {
                deactivate(&mut tx, (org, &user), account, now_ms).await?;
            }
        }
        sqlx::query("UPDATE org SET users_ms = $2 WHERE id = $1").bind(org).bind(now_ms).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(())
    }
}
