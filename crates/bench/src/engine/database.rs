//! What is remembered, in SQLite, in the function's own tables.

use crate::trouble::Trouble;
use mxs_core::journal::Entry;
use mxs_core::{Base, CrmId, ExchangeId, Fields, Link, Reason, RecordId, Scope, StateChange, SyncState, Version};
use serde::Serialize;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, QueryBuilder, Sqlite, SqliteConnection};
use std::path::Path;

static MIGRATIONS: Migrator = sqlx::migrate!("../function/migrations/sqlite");

/// The form in which the function stores items now.
const FORMAT: i64 = 3;

/// How many rows one statement writes.
const ROWS_AT_ONCE: usize = 200;

/// The pages of the database, as large as those of the function's.
const PAGE_BYTES: u32 = 8_192;

/// How many links one statement reads.
const LINKS_AT_ONCE: usize = 1_000;

/// The database's name in its folder.
const FILE: &str = "state.sqlite";

/// The only mailbox.
const MAILBOX: i64 = 1;

/// What the mailbox's only kind is called.
const KIND: &str = "contact";

/// A connection with the settings of the function's.
pub(crate) struct Database {
    connection: SqliteConnection,
}

/// An item as it is stored.
struct Row {
    what: &'static str,
    key: String,
    crm: Option<String>,
    body: String,
    reason: Option<String>,
    name: Option<String>,
    settled: bool,
}

impl Database {
    /// Opens the database in a folder; makes it when there is none.
    pub(crate) async fn open(folder: &Path) -> Result<Self, Trouble> {
        let options = SqliteConnectOptions::new()
            .filename(folder.join(FILE))
            .create_if_missing(true)
            .foreign_keys(true)
            .disable_statement_logging()
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .page_size(PAGE_BYTES);
        let mut connection = options.connect().await?;
        MIGRATIONS.run(&mut connection).await?;
        sqlx::raw_sql(
            "INSERT INTO account (id, org, crm_user) VALUES (1, 'org', 'user') ON CONFLICT DO NOTHING;
             INSERT INTO mailbox (id, account, org, graph_id, address, name, connected)
             VALUES (1, 1, 'org', 'id', 'address', 'name', 1) ON CONFLICT DO NOTHING;",
        )
        .execute(&mut connection)
        .await?;
        Ok(Self { connection })
    }

    /// Closes it in an orderly way.
    pub(crate) async fn close(self) -> Result<(), Trouble> {
        Ok(self.connection.close().await?)
    }

    /// Reads everything but the settled links, and how many of those there are.
    pub(crate) async fn state(&mut self) -> Result<SyncState, Trouble> {
        // The rows are counted by the database as they come and go: nothing here grows with their number.
        let (cursors, rows): (String, i64) = sqlx::query_as(
            "SELECT coalesce((SELECT body FROM cursors WHERE cursors.mailbox = mailbox.id AND kind = $2), '{}'),
                 stored_rows - journal_rows - (SELECT count(*) FROM conflict WHERE conflict.mailbox = mailbox.id)
             FROM mailbox WHERE id = $1",
        )
        .bind(MAILBOX)
        .bind(KIND)
        .fetch_one(&mut self.connection)
        .await?;
        let items: Vec<(String, String)> =
            sqlx::query_as("SELECT what, body FROM item WHERE mailbox = $1 AND kind = $2 AND settled = 0 ORDER BY id")
                .bind(MAILBOX)
                .bind(KIND)
                .fetch_all(&mut self.connection)
                .await?;
        let mut state = SyncState { cursors: serde_json::from_str(&cursors)?, ..SyncState::default() };
        let open = items.len();
        for (what, body) in items {
            state.apply(match &*what {
                "intent" => StateChange::PutIntent(serde_json::from_str(&body)?),
                "link" => StateChange::PutLink(serde_json::from_str(&body)?),
                _ => StateChange::PutUnlinked(serde_json::from_str(&body)?),
            });
        }
        state.other_links = usize::try_from(rows).unwrap_or(usize::MAX).saturating_sub(open);
        Ok(state)
    }

    /// The number of a run after all those that noted something.
    pub(crate) async fn next_run(&mut self) -> Result<u64, Trouble> {
        let last = sqlx::query_scalar("SELECT max(fence) FROM journal WHERE mailbox = $1").bind(MAILBOX);
        let last: Option<i64> = last.fetch_one(&mut self.connection).await?;
        Ok(last.unwrap_or_default().cast_unsigned() + 1)
    }

    /// Takes in the links of items and records.
    pub(crate) async fn take_in(
        &mut self,
        state: &mut SyncState,
        (items, records): (&[&ExchangeId], &[&CrmId]),
    ) -> Result<(), Trouble> {
        let of_items =
            "SELECT body FROM item WHERE mailbox = $1 AND what = 'link' AND key IN (SELECT value FROM json_each($2))";
        let of_records =
            "SELECT body FROM item WHERE mailbox = $1 AND what = 'link' AND crm IN (SELECT value FROM json_each($2))";
        self.take_in_links(state, of_items, items).await?;
        self.take_in_links(state, of_records, records).await
    }

    async fn take_in_links(
        &mut self,
        state: &mut SyncState,
        sql: &'static str,
        ids: &[impl Serialize],
    ) -> Result<(), Trouble> {
        for ids in ids.chunks(LINKS_AT_ONCE) {
            let ids = serde_json::to_string(ids)?;
            let bodies: Vec<String> =
                sqlx::query_scalar(sql).bind(MAILBOX).bind(ids).fetch_all(&mut self.connection).await?;
            for body in bodies {
                state.take_in(serde_json::from_str(&body)?);
            }
        }
        Ok(())
    }

    /// Begins to write. What is stored until [`Database::commit`] is stored as a whole.
    pub(crate) async fn begin(&mut self) -> Result<(), Trouble> {
        sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut self.connection).await?;
        Ok(())
    }

    /// Writes changes, in their order.
    pub(crate) async fn store(&mut self, changes: &[StateChange]) -> Result<(), Trouble> {
        let (mut rows, mut entries) = (Vec::new(), Vec::new());
        for change in changes {
            match (change, put(change)?) {
                (StateChange::Journal(entry), _) => entries.push(entry),
                (_, Some(row)) => rows.push(row),
                (_, None) => {
                    self.put_rows(&mut rows).await?;
                    self.other(change).await?;
                }
            }
            if rows.len() == ROWS_AT_ONCE {
                self.put_rows(&mut rows).await?;
            }
            if entries.len() == ROWS_AT_ONCE {
                self.note(&mut entries).await?;
            }
        }
        self.note(&mut entries).await?;
        self.put_rows(&mut rows).await
    }

    /// Ends what was begun.
    pub(crate) async fn commit(&mut self) -> Result<(), Trouble> {
        sqlx::raw_sql("COMMIT").execute(&mut self.connection).await?;
        Ok(())
    }

    async fn put_rows(&mut self, rows: &mut Vec<Row>) -> Result<(), Trouble> {
        if rows.is_empty() {
            return Ok(());
        }
        let (count, bytes) = (rows.len() as u64, rows.iter().map(Row::bytes).sum());
        let insert = "INSERT INTO item (mailbox, kind, format, what, key, crm, body, reason, name, settled) ";
        let mut statement = QueryBuilder::<Sqlite>::new(insert);
        same_in_every_row(&mut statement, []);
        statement.push_values(rows.drain(..), |mut values, row| {
            values
                .push_bind(row.what)
                .push_bind(row.key)
                .push_bind(row.crm)
                .push_bind(row.body)
                .push_bind(row.reason)
                .push_bind(row.name)
                .push_bind(row.settled);
        });
        statement.push(
            ") AS own WHERE true ON CONFLICT (mailbox, what, key)
             DO UPDATE SET crm = excluded.crm, format = excluded.format, body = excluded.body,
                           reason = excluded.reason, name = excluded.name, settled = excluded.settled",
        );
        statement.build().execute(&mut self.connection).await?;
        self.count(count, bytes, 0).await
    }

    /// Adds entries to the journal.
    async fn note(&mut self, entries: &mut Vec<&Entry>) -> Result<(), Trouble> {
        if entries.is_empty() {
            return Ok(());
        }
        let rows = entries.drain(..).map(|entry| Ok((entry, serde_json::to_string(entry)?)));
        let rows: Vec<(&Entry, String)> = rows.collect::<Result<_, serde_json::Error>>()?;
        let ids = |entry: &Entry| entry.exchange.as_str().len() + entry.crm.as_str().len();
        let bytes = rows.iter().map(|(entry, body)| (ids(entry) + body.len()) as u64).sum();
        let (count, run) = (rows.len() as u64, rows[0].0.run.cast_signed());
        let insert = "INSERT INTO journal (mailbox, kind, format, fence, at_ms, number, exchange, crm, body) ";
        let mut statement = QueryBuilder::<Sqlite>::new(insert);
        same_in_every_row(&mut statement, [run, 0]);
        statement.push_values(rows, |mut values, (entry, body)| {
            values
                .push_bind(entry.number.cast_signed())
                .push_bind(entry.exchange.as_str())
                .push_bind(entry.crm.as_str())
                .push_bind(body);
        });
        statement.push(") AS own");
        statement.build().execute(&mut self.connection).await?;
        self.count(count, bytes, count).await
    }

    /// Counts what came; the database counts what goes.
    async fn count(&mut self, rows: u64, bytes: u64, entries: u64) -> Result<(), Trouble> {
        sqlx::query(
            "UPDATE mailbox SET stored_rows = stored_rows + $2, stored_bytes = stored_bytes + $3,
                 journal_rows = journal_rows + $4 WHERE id = $1",
        )
        .bind(MAILBOX)
        .bind(rows.cast_signed())
        .bind(bytes.cast_signed())
        .bind(entries.cast_signed())
        .execute(&mut self.connection)
        .await?;
        Ok(())
    }

    async fn other(&mut self, change: &StateChange) -> Result<(), Trouble> {
        let (what, key) = match change {
            StateChange::DropIntent(source) => ("intent", record_key(source)),
            StateChange::DropLink(item) => ("link", item.as_str().to_owned()),
            StateChange::DropUnlinked(id) => ("unlinked", record_key(id)),
            StateChange::SetCursors(cursors) => {
                sqlx::query(
                    "INSERT INTO cursors (mailbox, kind, body) VALUES ($1, $2, $3)
                     ON CONFLICT (mailbox, kind) DO UPDATE SET body = excluded.body",
                )
                .bind(MAILBOX)
                .bind(KIND)
                .bind(serde_json::to_string(cursors)?)
                .execute(&mut self.connection)
                .await?;
                return Ok(());
            }
            StateChange::AddConflict(_) => {
                return Err(Trouble::Unexpected { what: "conflicts", found: 1, expected: 0 });
            }
            StateChange::Journal(_)
            | StateChange::PutIntent(_)
            | StateChange::PutLink(_)
            | StateChange::PutUnlinked(_) => return Ok(()),
        };
        sqlx::query("DELETE FROM item WHERE mailbox = $1 AND what = $2 AND key = $3")
            .bind(MAILBOX)
            .bind(what)
            .bind(key)
            .execute(&mut self.connection)
            .await?;
        Ok(())
    }
}

/// A link as the function stores it: what both sides hold alike is said once.
#[derive(Serialize)]
struct StoredLink<'a> {
    exchange: &'a ExchangeId,
    crm: &'a CrmId,
    base: StoredBase<'a>,
    exchange_version: &'a Version,
    marked: bool,
    scope: Scope,
    #[serde(skip_serializing_if = "Option::is_none")]
    seen: Option<StoredBase<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trouble: Option<&'a Reason>,
}

#[derive(Serialize)]
struct StoredBase<'a> {
    exchange: &'a Fields,
    #[serde(skip_serializing_if = "Option::is_none")]
    crm: Option<&'a Fields>,
}

impl<'a> StoredLink<'a> {
    fn of(link: &'a Link) -> Self {
        let once = |Base { exchange, crm }: &'a Base| StoredBase { exchange, crm: (crm != exchange).then_some(crm) };
        Self {
            exchange: &link.exchange,
            crm: &link.crm,
            base: once(&link.base),
            exchange_version: &link.exchange_version,
            marked: link.marked,
            scope: link.scope,
            seen: link.seen.as_ref().map(once),
            trouble: link.trouble.as_ref(),
        }
    }
}

impl Row {
    fn bytes(&self) -> u64 {
        let more = [&self.crm, &self.reason, &self.name];
        let more = more.into_iter().flatten().map(String::len).sum::<usize>();
        (self.key.len() + self.body.len() + more) as u64
    }
}

/// Begins an `INSERT` of many rows with what is the same in each.
fn same_in_every_row<const N: usize>(statement: &mut QueryBuilder<Sqlite>, more: [i64; N]) {
    let mut same = statement.push("SELECT ").separated(", ");
    same.push_bind(MAILBOX).push_bind(KIND).push_bind(FORMAT);
    for value in more {
        same.push_bind(value);
    }
    same.push("own.* FROM (");
}

/// The row that a change writes, if it writes one.
fn put(change: &StateChange) -> Result<Option<Row>, Trouble> {
    let row = |what, key, body| Row { what, key, crm: None, body, reason: None, name: None, settled: false };
    let trouble = |row, reason: Option<&Reason>, fields: &Fields| {
        let reason_text = reason.map(serde_json::to_string).transpose()?;
        Ok::<_, Trouble>(Row { name: reason.map(|_| fields.display_name()), reason: reason_text, ..row })
    };
    Ok(match change {
        StateChange::PutIntent(intent) => {
            Some(row("intent", record_key(&intent.source), serde_json::to_string(intent)?))
        }
        StateChange::PutLink(link) => {
            let crm = Some(link.crm.as_str().to_owned());
            let row = row("link", link.exchange.as_str().to_owned(), serde_json::to_string(&StoredLink::of(link))?);
            let row = Row { crm, settled: link.is_settled(), ..row };
            Some(trouble(row, link.trouble.as_ref(), &link.base.crm)?)
        }
        StateChange::PutUnlinked(unlinked) => {
            let row = row("unlinked", record_key(&unlinked.id), serde_json::to_string(unlinked)?);
            Some(trouble(row, Some(&unlinked.reason), &unlinked.fields)?)
        }
        _ => None,
    })
}

fn record_key(record: &RecordId) -> String {
    match record {
        RecordId::Crm(id) => format!("crm:{}", id.as_str()),
        RecordId::Exchange(id) => format!("exchange:{}", id.as_str()),
    }
}
