//! The audit log.

use super::run::rfc3339;
use super::{Store, Turn, Tx};
use crate::limits::AUDIT_ENTRIES_MAX;
use crate::refusal::Refusal;
use mxs_api::{Action, AuditEntry};
use std::collections::BTreeMap;

/// What is to be noted.
#[derive(Clone, Debug)]
pub(crate) struct Note<'a> {
    /// In which organisation.
    pub(crate) org: &'a str,
    /// The CRM user who did it; `None` is the function itself.
    pub(crate) actor: Option<&'a str>,
    /// What was done.
    pub(crate) action: Action,
    /// The CRM user to whom it was done; `None` is the organisation.
    pub(crate) target: Option<&'a str>,
    /// The stable code of what went wrong.
    pub(crate) failure: Option<&'a str>,
    /// More about it: ids and stable words.
    pub(crate) detail: BTreeMap<&'static str, String>,
}

impl<'a> Note<'a> {
    /// What the function did by itself to a user.
    pub(super) fn own(org: &'a str, action: Action, target: &'a str, failure: Option<&'a str>) -> Self {
        Self { org, actor: None, action, target: Some(target), failure, detail: BTreeMap::new() }
    }
}

/// Which entries are asked for. An empty text asks for all.
#[derive(Clone, Debug)]
pub(crate) struct AuditQuery {
    /// The entries before this one.
    pub(crate) before: i64,
    /// Not older than this.
    pub(crate) from_ms: i64,
    /// Older than this.
    pub(crate) to_ms: i64,
    /// Whose.
    pub(crate) actor: String,
    /// Of which action.
    pub(crate) action: String,
    /// `done`, `failed`, or the code of what went wrong.
    pub(crate) result: String,
    /// How many at most.
    pub(crate) limit: u32,
}

#[derive(sqlx::FromRow)]
struct EntryRow {
    id: i64,
    at_ms: i64,
    actor: Option<String>,
    action: String,
    target: Option<String>,
    failure: Option<String>,
    detail: String,
}

/// Notes something, all in one organisation, in the transaction that does it.
pub(super) async fn add(tx: &mut Tx, notes: &[Note<'_>], now_ms: i64) -> Result<(), Refusal> {
    let Some(Note { org, .. }) = notes.first() else { return Ok(()) };
    for note in notes {
        sqlx::query(
            "INSERT INTO audit (org, at_ms, actor, action, target, failure, detail)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(note.org)
        .bind(now_ms)
        .bind(note.actor)
        .bind(note.action.word())
        .bind(note.target)
        .bind(note.failure)
        .bind(detail(note)?)
        .execute(&mut **tx)
        .await?;
    }
    sqlx::query(
        "DELETE FROM audit WHERE org = $1
             AND id <= (SELECT id FROM audit WHERE org = $1 ORDER BY id DESC LIMIT 1 OFFSET $2)",
    )
    .bind(*org)
    .bind(AUDIT_ENTRIES_MAX)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Whether the same was noted after this moment.
async fn is_noted(tx: &mut Tx, note: &Note<'_>, after_ms: i64) -> Result<bool, Refusal> {
    let found: Option<i64> = sqlx::query_scalar(
        "SELECT id FROM audit WHERE org = $1 AND at_ms > $2 AND actor = $3 AND action = $4 AND detail = $5 LIMIT 1",
    )
    .bind(note.org)
    .bind(after_ms)
    .bind(note.actor)
    .bind(note.action.word())
    .bind(detail(note)?)
    .fetch_optional(&mut **tx)
    .await?;
    Ok(found.is_some())
}

fn detail(note: &Note<'_>) -> Result<String, Refusal> {
    serde_json::to_string(&note.detail).map_err(|_| Refusal::unreadable("audit entry"))
}

impl Store {
    /// Notes what changed nothing, all in one organisation.
    pub(crate) async fn note(&self, notes: &[Note<'_>], now_ms: i64) -> Result<(), Refusal> {
        let Some(Note { org, .. }) = notes.first() else { return Ok(()) };
        let mut tx = self.write(Turn::Organisation(org)).await?;
        add(&mut tx, notes, now_ms).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Notes what changed nothing, unless it was noted within so many milliseconds.
    pub(crate) async fn note_once(&self, note: &Note<'_>, within_ms: i64, now_ms: i64) -> Result<(), Refusal> {
        let mut tx = self.read().await?;
        let is_noted = is_noted(&mut tx, note, now_ms - within_ms).await?;
        tx.commit().await?;
        // Who comes in a flood waits for nobody's turn, and takes none.
        if is_noted {
            return Ok(());
        }
        let mut tx = self.write(Turn::Organisation(note.org)).await?;
        if !self::is_noted(&mut tx, note, now_ms - within_ms).await? {
            add(&mut tx, std::slice::from_ref(note), now_ms).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Entries of the organisation's audit log, the newest first, and where the next page begins.
    pub(crate) async fn audit(
        &self,
        org: &str,
        query: &AuditQuery,
    ) -> Result<(Vec<AuditEntry>, Option<String>), Refusal> {
        let mut tx = self.read().await?;
        let rows = sqlx::query_as(
            "SELECT id, at_ms, actor, action, target, failure, detail FROM audit
             WHERE org = $1 AND id < $2 AND at_ms >= $3 AND at_ms < $4
                 AND ($5 = '' OR actor = $5) AND ($6 = '' OR action = $6)
                 AND ($7 = '' OR failure = $7 OR ($7 = 'done' AND failure IS NULL)
                     OR ($7 = 'failed' AND failure IS NOT NULL))
             ORDER BY id DESC LIMIT $8",
        );
        let mut rows: Vec<EntryRow> = rows
            .bind(org)
            .bind(query.before)
            .bind(query.from_ms)
            .bind(query.to_ms)
            .bind(&query.actor)
            .bind(&query.action)
            .bind(&query.result)
            .bind(i64::from(query.limit) + 1)
            .fetch_all(&mut *tx)
            .await?;
        let next = super::page_end(&mut rows, query.limit, |row| row.id.to_string());
        let entry = |row: EntryRow| {
            Ok(AuditEntry {
                at: rfc3339(row.at_ms)?,
                actor: row.actor,
                action: row.action,
                target: row.target,
                failure: row.failure,
                detail: serde_json::from_str(&row.detail).map_err(|_| Refusal::unreadable("audit entry"))?,
            })
        };
        Ok((rows.into_iter().map(entry).collect::<Result<_, Refusal>>()?, next))
    }
}
