//! What a CRM user chose, and what the tab shows first.

use super::{Note, Store, Turn, audit, item, org, run, schedule, unsynced};
use crate::refusal::Refusal;
use mxs_api::{KindOverview, Mailbox, Overview, Settings};
use mxs_core::Kind;
use std::collections::BTreeMap;

/// What the CRM said of a user.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Role {
    /// The organisation.
    pub(crate) org: String,
    /// The CRM user.
    pub(crate) crm_user: String,
    /// Whether it is an administrator: 1 or 0.
    pub(crate) is_admin: i64,
    /// When it was said, in milliseconds since 1970.
    pub(crate) checked_ms: i64,
}

impl Store {
    /// Stores what the user chose.
    pub(crate) async fn put_settings(
        &self,
        account: i64,
        settings: &Settings,
        notes: &[Note<'_>],
        now_ms: i64,
    ) -> Result<(), Refusal> {
        let json = serde_json::to_string(settings).map_err(|_| Refusal::unreadable("settings"))?;
        let mut tx = self.write(Turn::Account(account)).await?;
        sqlx::query("UPDATE account SET settings = $2, events_off = $3 WHERE id = $1")
            .bind(account)
            .bind(json)
            .bind(i64::from(!settings.events.rules.on))
            .execute(&mut *tx)
            .await?;
        audit::add(&mut tx, notes, now_ms).await?;
        tx.commit().await?;
        Ok(())
    }

    /// What the CRM says of the user's role and time zone.
    pub(crate) async fn put_role(
        &self,
        account: i64,
        is_admin: bool,
        zone: Option<&str>,
        now_ms: i64,
    ) -> Result<(), Refusal> {
        let mut tx = self.write(Turn::Account(account)).await?;
        sqlx::query("UPDATE account SET is_admin = $2, zone = coalesce($3, zone), checked_ms = $4 WHERE id = $1")
            .bind(account)
            .bind(i64::from(is_admin))
            .bind(zone)
            .bind(now_ms)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// The organisation and user of an account, whether the CRM called it an administrator, and when.
    pub(crate) async fn role(&self, account: i64) -> Result<Role, Refusal> {
        let mut tx = self.read().await?;
        let role = sqlx::query_as("SELECT org, crm_user, is_admin, checked_ms FROM account WHERE id = $1");
        Ok(role.bind(account).fetch_one(&mut *tx).await?)
    }

    /// All that the tab shows first, of one moment.
    pub(crate) async fn overview(&self, account: i64, now_ms: i64) -> Result<Overview, Refusal> {
        let mut tx = self.read().await?;
        let (own, of_all, chooses): (Option<String>, Option<String>, i64) = sqlx::query_as(
            "SELECT account.settings, org.settings,
                 CASE WHEN org.users_choose = 1 OR account.is_admin = 1 THEN 1 ELSE 0 END
             FROM account JOIN org ON org.id = account.org WHERE account.id = $1",
        )
        .bind(account)
        .fetch_one(&mut *tx)
        .await?;
        let settings = org::chosen(own, of_all, chooses == 1)?;
        let mailbox: Option<(i64, String, String, String)> =
            sqlx::query_as("SELECT id, graph_id, address, name FROM mailbox WHERE account = $1 AND connected = 1")
                .bind(account)
                .fetch_optional(&mut *tx)
                .await?;
        let Some((row, id, address, name)) = mailbox else {
            return Ok(Overview {
                settings,
                mailbox: None,
                running: None,
                last_run: None,
                linked: 0,
                unsynced_total: 0,
                unsynced: Vec::new(),
                kinds: BTreeMap::new(),
                by_itself: None,
            });
        };
        let (unsynced_total, unsynced) = unsynced::overview(&mut tx, row).await?;
        let (linked, unsynced_by_kind) = (item::links(&mut tx, row).await?, unsynced::counts(&mut tx, row).await?);
        let mut kinds = BTreeMap::new();
        for kind in Kind::ALL {
            let overview = KindOverview {
                linked: linked.get(&kind).copied().unwrap_or_default(),
                unsynced: unsynced_by_kind.get(&kind).copied().unwrap_or_default(),
                last_run: run::last_of(&mut tx, row, kind, now_ms).await?,
            };
            if overview != KindOverview::default() {
                kinds.insert(kind, overview);
            }
        }
        Ok(Overview {
            settings,
            mailbox: Some(Mailbox { id, address, name }),
            running: run::running(&mut tx, row, now_ms).await?,
            last_run: run::last(&mut tx, row, now_ms).await?,
            linked: linked.values().fold(0, |sum, links| sum.saturating_add(*links)),
            unsynced_total,
            unsynced,
            kinds,
            by_itself: schedule::by_itself(&mut tx, row, now_ms).await?,
        })
    }
}
