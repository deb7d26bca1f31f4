//! What a CRM user chose, and what the tab shows first.

use super::{Store, item, run, unsynced};
use crate::refusal::Refusal;
use mxs_api::{Mailbox, Overview, Settings};
use mxs_core::Direction;
use serde::Deserialize;
use serde_json::Value;

impl Store {
    /// Stores what the user chose.
    pub(crate) async fn put_settings(&self, account: i64, settings: &Settings) -> Result<(), Refusal> {
        let json = serde_json::to_string(settings).map_err(|_| Refusal::unreadable("settings"))?;
        sqlx::query("UPDATE account SET settings = $2 WHERE id = $1")
            .bind(account)
            .bind(json)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// All that the tab shows first, of one moment.
    pub(crate) async fn overview(&self, account: i64, now_ms: i64) -> Result<Overview, Refusal> {
        let mut tx = self.read().await?;
        let settings: Option<String> =
            sqlx::query_scalar("SELECT settings FROM account WHERE id = $1").bind(account).fetch_one(&mut *tx).await?;
        let settings = match settings {
            Some(json) => stored(&json)?,
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
            });
        };
        let (unsynced_total, unsynced) = unsynced::overview(&mut tx, row).await?;
        Ok(Overview {
            settings,
            mailbox: Some(Mailbox { id, address, name }),
            running: run::running(&mut tx, row, now_ms).await?,
            last_run: run::last(&mut tx, row, now_ms).await?,
            linked: item::links(&mut tx, row).await?,
            unsynced_total,
            unsynced,
        })
    }
}

/// [`Settings`] without its strictness.
#[derive(Deserialize)]
struct Stored {
    contacts: bool,
    direction: Direction,
}

/// Reads settings that perhaps a newer version wrote, from which this one was gone back to: what is more than
/// this one knows is left out. A choice that it does not know at all is none: nothing is synced until somebody
/// chooses anew.
fn stored(json: &str) -> Result<Settings, Refusal> {
    let value: Value = serde_json::from_str(json).map_err(|_| Refusal::unreadable("settings"))?;
    Ok(Stored::deserialize(value)
        .map_or_else(|_| Settings::default(), |Stored { contacts, direction }| Settings { contacts, direction }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_a_newer_version_can_be_read() {
        let chosen = Settings { contacts: true, direction: Direction::ToCrm };
        for (case, json, expected) in [
            ("of this version", r#"{"contacts":true,"direction":"to_crm"}"#, Some(chosen)),
            ("with more", r#"{"contacts":true,"direction":"to_crm","calendar":{"days":30}}"#, Some(chosen)),
            ("with a new direction", r#"{"contacts":true,"direction":{"by_folder":{}}}"#, Some(Settings::default())),
            ("with less", r#"{"contacts":true}"#, Some(Settings::default())),
            ("of another kind", r#"[1]"#, Some(Settings::default())),
            ("damaged", r#"{"contacts":true,"#, None),
        ] {
            assert_eq!(stored(json).ok(), expected, "{case}");
        }
    }
}
