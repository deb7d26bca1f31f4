//! What a CRM user chose, and what the tab shows first.

use super::{Store, Turn, item, run, unsynced};
use crate::refusal::Refusal;
use crate::settings;
use mxs_api::{KindOverview, Mailbox, Overview, Settings};
use mxs_core::Kind;
use std::collections::BTreeMap;

impl Store {
    /// Stores what the user chose.
    pub(crate) async fn put_settings(&self, account: i64, settings: &Settings) -> Result<(), Refusal> {
        let json = serde_json::to_string(settings).map_err(|_| Refusal::unreadable("settings"))?;
        let mut tx = self.write(Turn::Account(account)).await?;
        sqlx::query("UPDATE account SET settings = $2, events_off = $3 WHERE id = $1")
            .bind(account)
            .bind(json)
            .bind(i64::from(!settings.events.rules.on))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// All that the tab shows first, of one moment.
    pub(crate) async fn overview(&self, account: i64, now_ms: i64) -> Result<Overview, Refusal> {
        let mut tx = self.read().await?;
        let settings: Option<String> =
            sqlx::query_scalar("SELECT settings FROM account WHERE id = $1").bind(account).fetch_one(&mut *tx).await?;
        let settings = match settings {
            Some(json) => settings::stored(&json)?,
            None => Settings::default(),
        };
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
        })
    }
}
