//! Making changes to the remembered state of a mailbox.

use super::item::{Change, Noted, Put};
use super::usage::{self, Added};
use super::{kind, meeting};
use crate::limits::ROWS_AT_ONCE;
use crate::refusal::Refusal;
use mxs_core::Kind;
use sha2::{Digest, Sha256};
use sqlx::{QueryBuilder, Sqlite, Transaction};
use std::collections::BTreeMap;

type Tx = Transaction<'static, Sqlite>;

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
/// A first sync puts hundreds of thousands of rows: one statement puts many. Items are put before anything else is
/// done with items; the journal is a table of its own, in its own order.
pub(super) async fn all(tx: &mut Tx, place: &Place, changes: &[Change]) -> Result<(), Refusal> {
    let (mut items, mut entries) = (Vec::new(), Vec::new());
    for change in changes {
        match change {
            Change::AddConflict { body } => add_conflict(tx, place, body).await?,
            Change::Drop { what, key } => {
                put(tx, place, &mut items).await?;
                sqlx::query("DELETE FROM item WHERE mailbox = $1 AND what = $2 AND key = $3 AND kind = $4")
                    .bind(place.mailbox)
                    .bind(what.name())
                    .bind(key)
                    .bind(kind::word(place.kind))
                    .execute(&mut **tx)
                    .await?;
            }
            Change::Journal(entry) => entries.push(entry),
            Change::Put(item) => items.push(item),
            Change::SetCursors { body } => set_cursors(tx, place, body).await?,
        }
        if items.len() == ROWS_AT_ONCE {
            put(tx, place, &mut items).await?;
        }
        if entries.len() == ROWS_AT_ONCE {
            note(tx, place, &mut entries).await?;
        }
    }
    put(tx, place, &mut items).await?;
    if place.kind == Kind::Event {
        meeting::take_over(tx, place.mailbox).await?;
    }
    note(tx, place, &mut entries).await
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
    let mut statement = QueryBuilder::<Sqlite>::new(
        "INSERT INTO item (mailbox, kind, format, what, key, crm, body, reason, name, settled, meeting, share) ",
    );
    same_in_every_row(&mut statement, place, []);
    statement.push_values(items.drain(..), |mut row, item| {
        row.push_bind(item.what.name())
            .push_bind(&item.key)
            .push_bind(&item.crm)
            .push_bind(&item.body)
            .push_bind(item.trouble.as_ref().map(|trouble| &*trouble.reason))
            .push_bind(item.trouble.as_ref().map(|trouble| &*trouble.name))
            .push_bind(item.settled)
            .push_bind(item.share.as_ref().map(|share| &*share.meeting))
            .push_bind(item.share.as_ref().map(|share| share.word));
    });
    statement.push(
        ") AS own WHERE true ON CONFLICT (mailbox, what, key)
          DO UPDATE SET crm = excluded.crm, format = excluded.format, body = excluded.body,
                        reason = excluded.reason, name = excluded.name, settled = excluded.settled,
                        meeting = excluded.meeting, share = excluded.share
          WHERE item.kind = excluded.kind",
    );
    let stored = statement.build().execute(&mut **tx).await.map_err(|error| match error.as_database_error() {
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
    let mut statement = QueryBuilder::<Sqlite>::new(
        "INSERT INTO journal (mailbox, kind, format, fence, at_ms, number, exchange, crm, body) ",
    );
    same_in_every_row(&mut statement, place, [place.fence, place.now_ms]);
    statement.push_values(entries.drain(..), |mut row, entry| {
        row.push_bind(entry.number).push_bind(&entry.exchange).push_bind(&entry.crm).push_bind(&entry.body);
    });
    statement.push(") AS own WHERE true ON CONFLICT (mailbox, fence, number) DO NOTHING");
    let stored = statement.build().execute(&mut **tx).await?;
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

/// Begins an `INSERT` of many rows with what is the same in each, so that it is bound once.
fn same_in_every_row<const N: usize>(statement: &mut QueryBuilder<Sqlite>, place: &Place, more: [i64; N]) {
    let mut same = statement.push("SELECT ").separated(", ");
    same.push_bind(place.mailbox).push_bind(kind::word(place.kind)).push_bind(FORMAT);
    for value in more {
        same.push_bind(value);
    }
    same.push("own.* FROM (");
}
