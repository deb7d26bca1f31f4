//! What was done: runs, journals and conflicts, for whoever asks.

use super::run::{Stored, rfc3339};
use super::{Store, Tx, kind, run};
use crate::input::UndoQuery;
use crate::limits::PAGE_BYTES;
use crate::refusal::Refusal;
use mxs_api::{HISTORY_PAGE_MAX, RunPage};
use mxs_core::{Kind, RecordId};
use serde::Serialize;
use serde_json::value::RawValue;

/// [`mxs_api::JournalPage`], with each entry as it was stored.
#[derive(Serialize)]
pub(crate) struct JournalPage {
    entries: Vec<JournalItem>,
    next: Option<String>,
}

/// [`mxs_api::JournalItem`].
#[derive(Serialize)]
struct JournalItem {
    at: String,
    entry: Box<RawValue>,
}

/// [`mxs_api::RunEntries`], with each entry as it was stored.
#[derive(Serialize)]
pub(crate) struct RunEntries {
    entries: Vec<Box<RawValue>>,
    next: Option<String>,
    whole: bool,
}

/// What a place begins with among the entries of runs that took another one back; the run's own are told first.
const TAKEN_BACK: &str = "undo-";

/// [`mxs_api::ConflictPage`], with each conflict as it was stored.
#[derive(Serialize)]
pub(crate) struct ConflictPage {
    conflicts: Vec<ConflictItem>,
    next: Option<String>,
}

/// [`mxs_api::ConflictItem`].
#[derive(Serialize)]
struct ConflictItem {
    at: String,
    run: i64,
    kind: Kind,
    conflict: Box<RawValue>,
}

/// One row more than a page has tells that there is another page.
const ROWS: i64 = HISTORY_PAGE_MAX as i64 + 1;

/// What a page has room for, and where the next one begins: after the last row, whose place `place` says.
fn page<Row>(rows: Vec<Row>, place: impl Fn(&Row) -> i64, bytes: impl Fn(&Row) -> usize) -> (Vec<Row>, Option<String>) {
    let mut filled = 0;
    let mut fits = |(number, row): (usize, &Row)| {
        let has_room = number < HISTORY_PAGE_MAX && filled < PAGE_BYTES;
        filled += bytes(row);
        has_room
    };
    let count = rows.iter().enumerate().take_while(|numbered| fits(*numbered)).count();
    let next = if count < rows.len() { count.checked_sub(1).map(|last| place(&rows[last]).to_string()) } else { None };
    (rows.into_iter().take(count).collect(), next)
}

#[derive(sqlx::FromRow)]
struct EntryRow {
    place: i64,
    at_ms: i64,
    body: String,
}

fn entries(rows: Vec<EntryRow>) -> Result<JournalPage, Refusal> {
    let (rows, next) = page(rows, |row| row.place, |row| row.body.len());
    let item = |row: EntryRow| {
        let entry = RawValue::from_string(row.body).map_err(|_| Refusal::unreadable("entry"))?;
        Ok(JournalItem { at: rfc3339(row.at_ms)?, entry })
    };
    Ok(JournalPage { entries: rows.into_iter().map(item).collect::<Result<_, Refusal>>()?, next })
}

#[derive(sqlx::FromRow)]
struct ConflictRow {
    id: i64,
    at_ms: i64,
    fence: i64,
    kind: String,
    body: String,
}

impl Store {
    /// The mailbox's runs that ended, before the one numbered `after`; the newest first.
    pub(crate) async fn runs(&self, account: i64, after: Option<i64>, now_ms: i64) -> Result<RunPage, Refusal> {
        let mut tx = self.read().await?;
        let mailbox = connected(&mut tx, account).await?;
        let before = after.unwrap_or(i64::MAX);
        let rows = Stored::before(&mut tx, mailbox, before, ROWS, now_ms).await?;
        let (rows, next) = page(rows, Stored::fence, |_| 0);
        Ok(RunPage { runs: Stored::runs(&mut tx, rows).await?, next })
    }

    /// What the run did, after the entry numbered `after`.
    pub(crate) async fn journal_of_run(
        &self,
        account: i64,
        fence: i64,
        after: Option<i64>,
    ) -> Result<JournalPage, Refusal> {
        let mut tx = self.read().await?;
        let mailbox = connected(&mut tx, account).await?;
        let rows = sqlx::query_as(
            "SELECT number AS place, at_ms, body FROM journal
             WHERE mailbox = $1 AND fence = $2 AND number > $3 ORDER BY number LIMIT $4",
        );
        let rows = rows.bind(mailbox).bind(fence).bind(after.unwrap_or(0)).bind(ROWS);
        entries(rows.fetch_all(&mut *tx).await?)
    }

    /// What the run that `query` names did with one kind, then what later runs noted that took it back.
    pub(crate) async fn entries_of(
        &self,
        account: i64,
        fence: i64,
        query: &UndoQuery,
        now_ms: i64,
    ) -> Result<RunEntries, Refusal> {
        let mut tx = self.read().await?;
        let mailbox = run::leased(&mut tx, account, fence, now_ms).await?;
        let run = i64::try_from(query.run).unwrap_or(-1);
        let after = query.after.as_deref().unwrap_or("0");
        let (sql, place, is_last) = match after.strip_prefix(TAKEN_BACK) {
            None => (
                "SELECT number AS place, at_ms, body FROM journal
                 WHERE mailbox = $1 AND kind = $2 AND fence = $3 AND number > $4 ORDER BY number LIMIT $5",
                after,
                false,
            ),
            Some(after) => (
                "SELECT id AS place, at_ms, body FROM journal
                 WHERE mailbox = $1 AND kind = $2 AND undoes = $3 AND id > $4 ORDER BY id LIMIT $5",
                after,
                true,
            ),
        };
        let place: i64 = place.parse().map_err(|_| Refusal::bad("'after' can't be read"))?;
        let rows = sqlx::query_as(sql).bind(mailbox).bind(kind::word(query.kind)).bind(run).bind(place).bind(ROWS);
        let rows: Vec<EntryRow> = rows.fetch_all(&mut *tx).await?;
        let (rows, next) = page(rows, |row| row.place, |row| row.body.len());
        let next = match next {
            Some(place) if is_last => Some(format!("{TAKEN_BACK}{place}")),
            Some(place) => Some(place),
            None if is_last => None,
            None => Some(format!("{TAKEN_BACK}0")),
        };
        let entry = |row: EntryRow| RawValue::from_string(row.body).map_err(|_| Refusal::unreadable("entry"));
        let entries = rows.into_iter().map(entry).collect::<Result<_, Refusal>>()?;
        Ok(RunEntries { entries, next, whole: is_whole(&mut tx, mailbox, run).await? })
    }

    /// What happened to a record, the newest first.
    pub(crate) async fn journal_of_record(
        &self,
        account: i64,
        record: &RecordId,
        after: Option<i64>,
    ) -> Result<JournalPage, Refusal> {
        let mut tx = self.read().await?;
        let mailbox = connected(&mut tx, account).await?;
        let (sql, id) = match record {
            RecordId::Crm(id) => (
                "SELECT id AS place, at_ms, body FROM journal
                 WHERE mailbox = $1 AND crm = $2 AND id < $3 ORDER BY id DESC LIMIT $4",
                id.as_str(),
            ),
            RecordId::Exchange(id) => (
                "SELECT id AS place, at_ms, body FROM journal
                 WHERE mailbox = $1 AND exchange = $2 AND id < $3 ORDER BY id DESC LIMIT $4",
                id.as_str(),
            ),
        };
        let rows = sqlx::query_as(sql).bind(mailbox).bind(id).bind(after.unwrap_or(i64::MAX)).bind(ROWS);
        entries(rows.fetch_all(&mut *tx).await?)
    }

    /// What lost a conflict, of one kind or of all; the newest first.
    pub(crate) async fn conflicts(
        &self,
        account: i64,
        of: Option<Kind>,
        after: Option<i64>,
    ) -> Result<ConflictPage, Refusal> {
        let mut tx = self.read().await?;
        let mailbox = connected(&mut tx, account).await?;
        let rows = sqlx::query_as(
            "SELECT id, at_ms, fence, kind, body FROM conflict
             WHERE mailbox = $1 AND ($2 IS NULL OR kind = $2) AND id < $3 ORDER BY id DESC LIMIT $4",
        );
        let rows = rows.bind(mailbox).bind(of.map(kind::word)).bind(after.unwrap_or(i64::MAX)).bind(ROWS);
        let rows: Vec<ConflictRow> = rows.fetch_all(&mut *tx).await?;
        let (rows, next) = page(rows, |row| row.id, |row| row.body.len());
        let item = |row: ConflictRow| {
            let conflict = RawValue::from_string(row.body).map_err(|_| Refusal::unreadable("conflict"))?;
            Ok(ConflictItem { at: rfc3339(row.at_ms)?, run: row.fence, kind: kind::read(&row.kind)?, conflict })
        };
        Ok(ConflictPage { conflicts: rows.into_iter().map(item).collect::<Result<_, Refusal>>()?, next })
    }
}

/// Whether the journal has all that the run noted: the oldest entries make room.
async fn is_whole(tx: &mut Tx, mailbox: i64, run: i64) -> Result<bool, Refusal> {
    let oldest = sqlx::query_as("SELECT fence, number FROM journal WHERE mailbox = $1 ORDER BY fence, number LIMIT 1");
    let oldest: Option<(i64, i64)> = oldest.bind(mailbox).fetch_optional(&mut **tx).await?;
    Ok(oldest.is_none_or(|(fence, number)| fence < run || (fence == run && number == 1)))
}

/// The mailbox that the account has connected.
async fn connected(tx: &mut Tx, account: i64) -> Result<i64, Refusal> {
    let mailbox = sqlx::query_scalar("SELECT id FROM mailbox WHERE account = $1 AND connected = 1");
    let mailbox: Option<i64> = mailbox.bind(account).fetch_optional(&mut **tx).await?;
    mailbox.ok_or(Refusal::NotFound("no mailbox is connected"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_ends_at_its_rows_or_its_bytes() {
        let cut = |sizes: &[usize]| {
            let rows: Vec<(i64, usize)> = (1..).zip(sizes.iter().copied()).collect();
            let (rows, next) = page(rows, |row| row.0, |row| row.1);
            (rows.len(), next)
        };
        assert_eq!(cut(&[]), (0, None));
        assert_eq!(cut(&[1; HISTORY_PAGE_MAX]), (HISTORY_PAGE_MAX, None));
        assert_eq!(cut(&[1; HISTORY_PAGE_MAX + 1]), (HISTORY_PAGE_MAX, Some(HISTORY_PAGE_MAX.to_string())));
        assert_eq!(cut(&[PAGE_BYTES, 1]), (1, Some("1".to_owned())), "one row always fits");
        assert_eq!(cut(&[PAGE_BYTES - 1, 1, 1]), (2, Some("2".to_owned())));
    }
}
