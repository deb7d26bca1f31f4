//! Making changes to the remembered state of a mailbox.

use super::item::{Change, Noted, Put, What};
use super::usage::{self, Added};
use super::{Tx, kind, meeting};
use crate::limits::ROWS_AT_ONCE;
use crate::refusal::Refusal;
use mxs_core::Kind;
use sha2::{Digest, Sha256};
use sqlx::AssertSqlSafe;
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;

/// The form in which items, conflicts and entries are stored now.
const FORMAT: i64 = 3;

/// Whose state is changed, and by which run.
pub(super) struct Place {
    pub(super) mailbox: i64,
    pub(super) fence: i64,
    pub(super) kind: Kind,
    pub(super) now_ms: i64,
}

/// Makes changes. Each must be possible where it stands in the list: to pair a record anew, its old link is dropped
/// first.
///
/// A first sync makes hundreds of thousands of changes: one statement makes many. What concerns different items may be
/// done in any order, but for links, of which one may have to make room for another; the journal is a table of its own,
/// in its own order.
pub(super) async fn all(tx: &mut Tx, place: &Place, changes: &[Change]) -> Result<(), Refusal> {
    let (mut items, mut entries) = (Items::default(), Vec::new());
    for change in changes {
        match change {
            Change::AddConflict { body } => add_conflict(tx, place, body).await?,
            Change::Drop { what, key } => {
                if *what == What::Link && !items.come.is_empty() {
                    items.store(tx, place).await?;
                }
                items.make_way(tx, place, (*what, key)).await?;
                items.gone.push((*what, key));
            }
            Change::Journal(entry) => entries.push(entry),
            Change::Put(item) => {
                items.make_way(tx, place, (item.what, &item.key)).await?;
                items.come.push(item);
            }
            Change::SetCursors { body } => set_cursors(tx, place, body).await?,
        }
        if entries.len() == ROWS_AT_ONCE {
            note(tx, place, &mut entries).await?;
        }
    }
    items.store(tx, place).await?;
    if place.kind == Kind::Event {
        meeting::take_over(tx, place.mailbox).await?;
    }
    note(tx, place, &mut entries).await
}

/// Items that go, and items that come after that: none of them twice.
#[derive(Default)]
struct Items<'a> {
    gone: Vec<(What, &'a str)>,
    come: Vec<&'a Put>,
    concerned: HashSet<(What, &'a str)>,
}

impl<'a> Items<'a> {
    /// Before another change of the item is taken up: makes those that must come before it, or are enough for a
    /// statement.
    async fn make_way(&mut self, tx: &mut Tx, place: &Place, item: (What, &'a str)) -> Result<(), Refusal> {
        if self.concerned.len() == ROWS_AT_ONCE || self.concerned.contains(&item) {
            self.store(tx, place).await?;
        }
        self.concerned.insert(item);
        Ok(())
    }

    /// Makes the changes; none is left.
    async fn store(&mut self, tx: &mut Tx, place: &Place) -> Result<(), Refusal> {
        self.concerned.clear();
        forget(tx, place, &mut self.gone).await?;
        put(tx, place, &mut self.come).await
    }
}

/// Forgets items; none is left in the list.
async fn forget(tx: &mut Tx, place: &Place, items: &mut Vec<(What, &str)>) -> Result<(), Refusal> {
    if items.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "WITH gone (what, key) AS ({}) DELETE FROM item WHERE id IN (
             SELECT id FROM gone CROSS JOIN item
             WHERE item.what = gone.what AND item.key = gone.key AND item.mailbox = $1 AND item.kind = $2)",
        values(items.len(), 2, 2),
    );
    let mut statement = sqlx::query(AssertSqlSafe(sql)).bind(place.mailbox).bind(kind::word(place.kind));
    for (what, key) in items.drain(..) {
        statement = statement.bind(what.name()).bind(key);
    }
    statement.execute(&mut **tx).await?;
    Ok(())
}

async fn add_conflict(tx: &mut Tx, place: &Place, body: &str) -> Result<(), Refusal> {
    sqlx::query(
        "INSERT INTO conflict (mailbox, fence, at_ms, format, body, digest, kind)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (fence, digest) DO NOTHING",
    )
    .bind(place.mailbox)
    .bind(place.fence)
    .bind(place.now_ms)
    .bind(FORMAT)
    .bind(body)
    .bind(Sha256::digest(body.as_bytes()).as_slice())
    .bind(kind::word(place.kind))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn set_cursors(tx: &mut Tx, place: &Place, body: &str) -> Result<(), Refusal> {
    sqlx::query(
        "INSERT INTO cursors (mailbox, kind, body) VALUES ($1, $2, $3)
         ON CONFLICT (mailbox, kind) DO UPDATE SET body = excluded.body",
    )
    .bind(place.mailbox)
    .bind(kind::word(place.kind))
    .bind(body)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Remembers items; none is left in the list.
async fn put(tx: &mut Tx, place: &Place, items: &mut Vec<&Put>) -> Result<(), Refusal> {
    if items.is_empty() {
        return Ok(());
    }
    let (count, bytes) = (items.len() as u64, items.iter().map(|item| item.bytes()).sum());
    let sql = format!(
        "INSERT INTO item (mailbox, kind, format, what, key, crm, body, reason, name, settled, meeting, share)
         SELECT $1, $2, $3, own.* FROM ({}) AS own WHERE true ON CONFLICT (mailbox, what, key)
         DO UPDATE SET crm = excluded.crm, format = excluded.format, body = excluded.body,
                       reason = excluded.reason, name = excluded.name, settled = excluded.settled,
                       meeting = excluded.meeting, share = excluded.share
         WHERE item.kind = excluded.kind",
        values(items.len(), 9, 3),
    );
    let statement = sqlx::query(AssertSqlSafe(sql)).bind(place.mailbox).bind(kind::word(place.kind)).bind(FORMAT);
    let statement = items.drain(..).fold(statement, |statement, item| {
        statement
            .bind(item.what.name())
            .bind(&item.key)
            .bind(&item.crm)
            .bind(&item.body)
            .bind(item.trouble.as_ref().map(|trouble| &*trouble.reason))
            .bind(item.trouble.as_ref().map(|trouble| &*trouble.name))
            .bind(i64::from(item.settled))
            .bind(item.share.as_ref().map(|share| &*share.meeting))
            .bind(item.share.as_ref().map(|share| share.word))
    });
    let stored = statement.execute(&mut **tx).await.map_err(|error| match error.as_database_error() {
        // The mailbox item's index is the one that the statement itself resolves.
        Some(broken) if broken.is_unique_violation() => {
            Refusal::bad("a link would pair a CRM record with a second mailbox item")
        }
        _ => Refusal::from(error),
    })?;
    if stored.rows_affected() < count {
        return Err(Refusal::bad("a record is remembered as one of another kind"));
    }
    usage::add(tx, place.mailbox, Added { rows: count, bytes, entries: 0 }).await
}

/// Adds entries to the journal; none is left in the list. The same again, in a commit that is sent again, adds
/// nothing; another with its number would be lost without anybody's knowledge.
async fn note(tx: &mut Tx, place: &Place, entries: &mut Vec<&Noted>) -> Result<(), Refusal> {
    let is_foreign =
        |entry: &&Noted| u64::try_from(place.fence) != Ok(entry.run) || entry.kind != place.kind || entry.number < 1;
    if entries.iter().any(is_foreign) {
        return Err(Refusal::bad("an entry is not of this run, or of another kind"));
    }
    forget_known(tx, place, entries).await?;
    if entries.is_empty() {
        return Ok(());
    }
    let (count, bytes) = (entries.len() as u64, entries.iter().map(|entry| entry.bytes()).sum());
    let sql = format!(
        "INSERT INTO journal (mailbox, kind, format, fence, at_ms, number, exchange, crm, body, undoes)
         SELECT $1, $2, $3, $4, $5, own.* FROM ({}) AS own WHERE true
         ON CONFLICT (mailbox, fence, number) DO NOTHING",
        values(entries.len(), 5, 5),
    );
    let statement = sqlx::query(AssertSqlSafe(sql)).bind(place.mailbox).bind(kind::word(place.kind)).bind(FORMAT);
    let statement = entries.drain(..).fold(statement.bind(place.fence).bind(place.now_ms), |statement, entry| {
        statement.bind(entry.number).bind(&entry.exchange).bind(&entry.crm).bind(&entry.body).bind(entry.undoes)
    });
    let stored = statement.execute(&mut **tx).await?;
    if stored.rows_affected() < count {
        return Err(Refusal::bad("two entries have one number"));
    }
    usage::add(tx, place.mailbox, Added { rows: count, bytes, entries: count }).await
}

/// Takes out of the list what was stored before.
async fn forget_known(tx: &mut Tx, place: &Place, entries: &mut Vec<&Noted>) -> Result<(), Refusal> {
    let numbers = entries.iter().map(|entry| entry.number);
    let (Some(first), Some(last)) = (numbers.clone().min(), numbers.max()) else { return Ok(()) };
    let known = sqlx::query_as(
        "SELECT number, body FROM journal WHERE mailbox = $1 AND fence = $2 AND number BETWEEN $3 AND $4",
    );
    let known = known.bind(place.mailbox).bind(place.fence).bind(first).bind(last);
    let known: Vec<(i64, String)> = known.fetch_all(&mut **tx).await?;
    let known: BTreeMap<i64, String> = known.into_iter().collect();
    if entries.iter().any(|entry| known.get(&entry.number).is_some_and(|body| *body != entry.body)) {
        return Err(Refusal::bad("another entry with this number was stored"));
    }
    entries.retain(|entry| !known.contains_key(&entry.number));
    Ok(())
}

/// The values of many rows, as parameters after the first `bound`: what is the same in each row is bound once.
///
/// sqlx's own builder of statements can't write it: it numbers no parameters where it doesn't know the database.
pub(super) fn values(rows: usize, columns: usize, bound: usize) -> String {
    let mut text = "VALUES ".to_owned();
    for row in 0..rows {
        for column in 0..columns {
            let before = match (row, column) {
                (0, 0) => "(",
                (_, 0) => "), (",
                _ => ", ",
            };
            // Writing to a text can't fail.
            let _ = write!(text, "{before}${}", bound + row * columns + column + 1);
        }
    }
    text + ")"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_numbered_through() {
        assert_eq!(values(1, 1, 0), "VALUES ($1)");
        assert_eq!(values(2, 3, 5), "VALUES ($6, $7, $8), ($9, $10, $11)");
    }
}
