//! Which items are not in sync, and why.

use super::item::{self, What};
use super::{Tx, kind};
use crate::limits::{NAME_CHARS_MAX, REASON_BYTES_MAX};
use crate::refusal::Refusal;
use mxs_api::{EXAMPLES_MAX, Example, UNSYNCED_MAX, Unsynced};
use mxs_core::{Fields, Kind, Reason};
use std::collections::BTreeMap;

/// What is stored beside an item that is not in sync.
pub(crate) struct Trouble {
    /// Why, as JSON.
    pub(super) reason: String,
    /// What a person knows the record by.
    pub(super) name: String,
}

impl Trouble {
    /// Of a record that holds `fields`.
    pub(super) fn new(reason: &Reason, fields: &Fields) -> Result<Self, Refusal> {
        // Written anew, without members that this version does not know: what reads the same is one group.
        let reason = serde_json::to_string(reason).map_err(|_| Refusal::unreadable("reason"))?;
        if reason.len() > REASON_BYTES_MAX {
            return Err(Refusal::bad("a reason is too long"));
        }
        Ok(Self {
            reason,
            name: fields.display_name().chars().filter(|char| *char != '\0').take(NAME_CHARS_MAX).collect(),
        })
    }
}

/// One row for each example, beside its reason and the counts. Only the index of such items is gone through;
/// the items themselves are fetched for the examples that are left.
const OVERVIEW: &str = "
    WITH counted AS (
        SELECT kind, reason, count(*) AS total, CAST(sum(count(*)) OVER () AS bigint) AS everything
        FROM item WHERE mailbox = $1 AND reason IS NOT NULL
        GROUP BY kind, reason ORDER BY total DESC, kind, reason LIMIT $2
    ), placed AS (
        SELECT item.id, item.kind, item.reason,
            row_number() OVER (PARTITION BY item.kind, item.reason ORDER BY item.name, item.id) AS place
        FROM counted CROSS JOIN item
        WHERE item.mailbox = $1 AND item.kind = counted.kind AND item.reason = counted.reason
    )
    SELECT counted.kind, counted.reason, counted.total, counted.everything, item.what, item.key, item.name
    FROM counted JOIN placed ON placed.kind = counted.kind AND placed.reason = counted.reason
        JOIN item ON item.id = placed.id
    WHERE placed.place <= $3
    ORDER BY counted.total DESC, counted.kind, counted.reason, placed.place";

#[derive(sqlx::FromRow)]
struct Row {
    kind: String,
    reason: String,
    total: i64,
    everything: i64,
    what: String,
    key: String,
    name: String,
}

impl Row {
    fn example(&self) -> Result<Example, Refusal> {
        let side = if self.what == What::Link.name() { None } else { Some(item::side(&self.key)?) };
        Ok(Example { name: self.name.clone(), side })
    }
}

/// How many items of the mailbox are not in sync, and why, as [`mxs_api::Overview`] shows them.
pub(super) async fn overview(tx: &mut Tx, mailbox: i64) -> Result<(u32, Vec<Unsynced>), Refusal> {
    let rows: Vec<Row> = sqlx::query_as(OVERVIEW)
        .bind(mailbox)
        .bind(UNSYNCED_MAX as i64)
        .bind(EXAMPLES_MAX as i64)
        .fetch_all(&mut **tx)
        .await?;
    let count = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    let everything = rows.first().map_or(0, |row| count(row.everything));
    let mut groups = rows
        .chunk_by(|one, next| one.kind == next.kind && one.reason == next.reason)
        .map(|same| {
            Ok(Unsynced {
                kind: kind::read(&same[0].kind)?,
                reason: serde_json::from_str(&same[0].reason).map_err(|_| Refusal::unreadable("reason"))?,
                total: count(same[0].total),
                examples: same.iter().map(Row::example).collect::<Result<_, _>>()?,
            })
        })
        .collect::<Result<Vec<_>, Refusal>>()?;
    // A stable order: the most frequent stay first in each half.
    groups.sort_by_key(|group| !group.reason.is_failure());
    Ok((everything, groups))
}

/// How many items of the mailbox are not in sync, by kind.
pub(super) async fn counts(tx: &mut Tx, mailbox: i64) -> Result<BTreeMap<Kind, u32>, Refusal> {
    let sql = "SELECT kind, count(*) FROM item WHERE mailbox = $1 AND reason IS NOT NULL GROUP BY kind";
    kind::counts(sqlx::query_as(sql).bind(mailbox).fetch_all(&mut **tx).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::MIGRATIONS;
    use sqlx::{Connection, SqliteConnection};

    /// An empty database has no statistics, and neither has a used one: the plan is the same.
    #[tokio::test]
    async fn the_overview_goes_through_the_items_that_are_not_in_sync_only() {
        let mut database = SqliteConnection::connect("sqlite::memory:").await.expect("a database");
        MIGRATIONS.run(&mut database).await.expect("up to date");
        let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {OVERVIEW}"));
        let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(explain)
            .bind(1_i64)
            .bind(UNSYNCED_MAX as i64)
            .bind(EXAMPLES_MAX as i64)
            .fetch_all(&mut database)
            .await
            .expect("a plan");
        let steps: Vec<&str> =
            plan.iter().map(|(_, _, _, step)| &**step).filter(|step| step.contains(" item")).collect();
        let all = "SEARCH item USING COVERING INDEX item_unsynced (mailbox=?)";
        let listed = "SEARCH item USING COVERING INDEX item_unsynced (mailbox=? AND kind=? AND reason=?)";
        let one_by_one = "SEARCH item USING INTEGER PRIMARY KEY (rowid=?)";
        assert_eq!(steps, [all, listed, one_by_one], "{plan:?}");
    }
}
