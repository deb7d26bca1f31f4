//! How much of the database one CRM user takes, and what is kept for a time only.

use super::{Tx, org};
use crate::limits::{
    ALERTS_KEPT_MS, BYTES_PER_ACCOUNT_MAX, CONFLICTS_KEPT_MS, JOURNAL_KEPT_MAX, JOURNAL_KEPT_MS, LEAVING_MS_MAX,
    REMEMBERED_MS, ROWS_PER_ACCOUNT_MAX, SWEPT_AT_ONCE,
};
use crate::refusal::Refusal;
use sqlx::AnyPool;

/// What the items, conflicts and journals of all mailboxes of one account take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Usage {
    /// How many there are.
    pub(super) rows: i64,
    /// The bytes of their texts.
    pub(super) bytes: i64,
}

impl Usage {
    /// Of the account, at the moment.
    pub(super) async fn of(tx: &mut Tx, account: i64) -> Result<Self, Refusal> {
        let usage = sqlx::query_as(
            "SELECT CAST(coalesce(sum(stored_rows), 0) AS bigint) AS rows,
                    CAST(coalesce(sum(stored_bytes), 0) AS bigint) AS bytes
             FROM mailbox WHERE account = $1",
        );
        Ok(usage.bind(account).fetch_one(&mut **tx).await?)
    }

    /// Whether a change that led here from `before` may stay. Who is beyond a limit may do what does not lead
    /// further: a later version may have lower limits.
    pub(super) fn may_follow(self, before: Self) -> bool {
        self.rows <= ROWS_PER_ACCOUNT_MAX.max(before.rows) && self.bytes <= BYTES_PER_ACCOUNT_MAX.max(before.bytes)
    }
}

/// What was stored just now.
#[derive(Clone, Copy, Debug)]
pub(super) struct Added {
    /// How many rows.
    pub(super) rows: u64,
    /// The bytes of their texts.
    pub(super) bytes: u64,
    /// How many of them are entries of the journal.
    pub(super) entries: u64,
}

/// Counts what was stored. What was there before in its place, or is deleted, the database takes off by itself.
pub(super) async fn add(tx: &mut Tx, mailbox: i64, Added { rows, bytes, entries }: Added) -> Result<(), Refusal> {
    sqlx::query(
        "UPDATE mailbox SET stored_rows = stored_rows + $2, stored_bytes = stored_bytes + $3,
             journal_rows = journal_rows + $4 WHERE id = $1",
    )
    .bind(mailbox)
    .bind(rows.cast_signed())
    .bind(bytes.cast_signed())
    .bind(entries.cast_signed())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Whether anything of anybody is too old.
pub(super) async fn is_old(pool: &AnyPool, now_ms: i64) -> Result<bool, Refusal> {
    let old = sqlx::query_scalar(
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM session WHERE expires_ms <= $1)
             OR EXISTS (SELECT 1 FROM conflict WHERE at_ms < $2)
             OR EXISTS (SELECT 1 FROM claim WHERE expires_ms < $1)
             OR EXISTS (SELECT 1 FROM alert WHERE closed_ms < $4)
             OR EXISTS (SELECT 1 FROM org WHERE EXISTS
                 (SELECT 1 FROM audit WHERE audit.org = org.id AND audit.at_ms < $1 - org.audit_days * 86400000))
             OR EXISTS (SELECT 1 FROM org JOIN account ON account.org = org.id WHERE org.removed_ms < $5
                 AND NOT EXISTS (SELECT 1 FROM session WHERE session.account = account.id))
             OR EXISTS (SELECT 1 FROM org JOIN credential ON credential.org = org.id
                 AND credential.at_ms <= org.removed_ms WHERE org.removed_ms < $6)
             OR EXISTS (SELECT 1 FROM journal WHERE id = (SELECT min(id) FROM journal) AND at_ms < $3)",
    );
    let old = old.bind(now_ms).bind(now_ms - CONFLICTS_KEPT_MS).bind(now_ms - JOURNAL_KEPT_MS);
    let old = old.bind(now_ms - ALERTS_KEPT_MS).bind(now_ms - REMEMBERED_MS).bind(now_ms - LEAVING_MS_MAX);
    let old: Option<i64> = old.fetch_optional(pool).await?;
    Ok(old.is_some())
}

/// Deletes sessions, conflicts, entries of journal and audit log, alerts and claims that are too old, of all mailboxes:
/// also of those that nobody uses any more. And what is remembered of organisations that are gone.
pub(super) async fn sweep_old(tx: &mut Tx, now_ms: i64) -> Result<(), Refusal> {
    sqlx::query("DELETE FROM session WHERE expires_ms <= $1").bind(now_ms).execute(&mut **tx).await?;
    sqlx::query("DELETE FROM conflict WHERE id IN (SELECT id FROM conflict WHERE at_ms < $1 ORDER BY at_ms LIMIT $2)")
        .bind(now_ms - CONFLICTS_KEPT_MS)
        .bind(SWEPT_AT_ONCE)
        .execute(&mut **tx)
        .await?;
    sqlx::query("DELETE FROM claim WHERE expires_ms < $1").bind(now_ms).execute(&mut **tx).await?;
    // The oldest were stored first.
    sqlx::query("DELETE FROM journal WHERE at_ms < $1 AND id IN (SELECT id FROM journal ORDER BY id LIMIT $2)")
        .bind(now_ms - JOURNAL_KEPT_MS)
        .bind(SWEPT_AT_ONCE)
        .execute(&mut **tx)
        .await?;
    sqlx::query(
        "DELETE FROM alert WHERE id IN (SELECT id FROM alert WHERE closed_ms < $1 ORDER BY closed_ms LIMIT $2)",
    )
    .bind(now_ms - ALERTS_KEPT_MS)
    .bind(SWEPT_AT_ONCE)
    .execute(&mut **tx)
    .await?;
    sqlx::query(
        "DELETE FROM audit WHERE id IN (SELECT audit.id FROM org JOIN audit ON audit.org = org.id
             AND audit.at_ms < $1 - org.audit_days * 86400000 LIMIT $2)",
    )
    .bind(now_ms)
    .bind(SWEPT_AT_ONCE)
    .execute(&mut **tx)
    .await?;
    forget_left(tx, now_ms - LEAVING_MS_MAX).await?;
    forget_removed(tx, now_ms - REMEMBERED_MS).await
}

/// Forgets what opens the doors of organisations that left before then: whoever saw to it was killed over it.
async fn forget_left(tx: &mut Tx, before_ms: i64) -> Result<(), Refusal> {
    let left: Vec<(String, i64)> = sqlx::query_as(
        "SELECT DISTINCT org.id, org.removed_ms FROM org JOIN credential ON credential.org = org.id
             AND credential.at_ms <= org.removed_ms WHERE org.removed_ms < $1 LIMIT $2",
    )
    .bind(before_ms)
    .bind(SWEPT_AT_ONCE)
    .fetch_all(&mut **tx)
    .await?;
    for (org, removed_ms) in left {
        org::forget_doors(tx, &org, removed_ms).await?;
    }
    Ok(())
}

/// Forgets organisations from which the extension was taken before then: so much at a time, and the accounts when
/// nothing is left in them and nobody is there, who may be about to bring the extension back. The rows of the organisations stay for as long as their audit logs.
async fn forget_removed(tx: &mut Tx, before_ms: i64) -> Result<(), Refusal> {
    for table in [
        "DELETE FROM item WHERE id IN (SELECT item.id FROM org JOIN mailbox ON mailbox.org = org.id
             JOIN item ON item.mailbox = mailbox.id WHERE org.removed_ms < $1 LIMIT $2)",
        "DELETE FROM journal WHERE id IN (SELECT journal.id FROM org JOIN mailbox ON mailbox.org = org.id
             JOIN journal ON journal.mailbox = mailbox.id WHERE org.removed_ms < $1 LIMIT $2)",
        "DELETE FROM conflict WHERE id IN (SELECT conflict.id FROM org JOIN mailbox ON mailbox.org = org.id
             JOIN conflict ON conflict.mailbox = mailbox.id WHERE org.removed_ms < $1 LIMIT $2)",
        "DELETE FROM mail WHERE id IN (SELECT mail.id FROM org JOIN mailbox ON mailbox.org = org.id
             JOIN mail ON mail.mailbox = mailbox.id WHERE org.removed_ms < $1 LIMIT $2)",
        "DELETE FROM account WHERE id IN (SELECT account.id FROM org JOIN account ON account.org = org.id
             WHERE org.removed_ms < $1 AND NOT EXISTS (SELECT 1 FROM session WHERE session.account = account.id)
             AND NOT EXISTS (SELECT 1 FROM mailbox WHERE mailbox.account = account.id
                 AND (EXISTS (SELECT 1 FROM item WHERE item.mailbox = mailbox.id)
                     OR EXISTS (SELECT 1 FROM journal WHERE journal.mailbox = mailbox.id)
                     OR EXISTS (SELECT 1 FROM conflict WHERE conflict.mailbox = mailbox.id)
                     OR EXISTS (SELECT 1 FROM mail WHERE mail.mailbox = mailbox.id)))
             LIMIT $2)",
    ] {
        sqlx::query(table).bind(before_ms).bind(SWEPT_AT_ONCE).execute(&mut **tx).await?;
    }
    sqlx::query(
        "DELETE FROM org WHERE removed_ms < $1 AND NOT EXISTS (SELECT 1 FROM account WHERE account.org = org.id)
             AND NOT EXISTS (SELECT 1 FROM audit WHERE audit.org = org.id)",
    )
    .bind(before_ms)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Deletes the oldest entries of a mailbox's journal, where there are too many: as many as were added since the last
/// time, at most.
pub(super) async fn shorten_journal(tx: &mut Tx, mailbox: i64) -> Result<(), Refusal> {
    let rows: i64 =
        sqlx::query_scalar("SELECT journal_rows FROM mailbox WHERE id = $1").bind(mailbox).fetch_one(&mut **tx).await?;
    if rows > JOURNAL_KEPT_MAX {
        sqlx::query(
            "DELETE FROM journal WHERE id IN
             (SELECT id FROM journal WHERE mailbox = $1 ORDER BY fence, number LIMIT $2)",
        )
        .bind(mailbox)
        .bind(rows - JOURNAL_KEPT_MAX)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_holds_who_would_go_beyond_it_and_nobody_else() {
        const ROWS: i64 = ROWS_PER_ACCOUNT_MAX;
        const BYTES: i64 = BYTES_PER_ACCOUNT_MAX;
        for (case, before, after, may) in [
            ("the first row", (0, 0), (1, 100), true),
            ("up to the limit", (ROWS - 5, 100), (ROWS, 200), true),
            ("beyond it", (ROWS - 5, 100), (ROWS + 1, 200), false),
            ("up to the limit of bytes", (1, 100), (2, BYTES), true),
            ("beyond it", (1, 100), (2, BYTES + 1), false),
            ("a large row grows", (2, BYTES), (2, BYTES + 1), false),
            ("as many as before, at the limit", (ROWS, 100), (ROWS, 300), true),
            ("fewer, but still beyond", (ROWS + 9, 100), (ROWS + 8, 100), true),
            ("as many, beyond", (ROWS + 9, BYTES + 9), (ROWS + 9, BYTES + 9), true),
            ("fewer rows and more bytes, beyond", (ROWS + 9, BYTES + 9), (ROWS + 8, BYTES + 10), false),
        ] {
            let usage = |(rows, bytes)| Usage { rows, bytes };
            assert_eq!(usage(after).may_follow(usage(before)), may, "{case}: {before:?} {after:?}");
        }
    }
}
