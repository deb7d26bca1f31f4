//! All that is stored, table by table, on its way into another database.

use super::sealed::SealedRow;
use super::{Backend, Place, Store, Turn, Tx, apply};
use crate::limits::{PAGE_ROWS_AT_ONCE, ROWS_AT_ONCE};
use crate::refusal::Refusal;
use mxs_api::RunEnd;
use mxs_core::Summary;
use mxs_http::base64url;
use serde_json::Value;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe, Row as _};

/// What a table is called, and its columns: first those of its key.
pub(crate) struct Table {
    /// Its name.
    pub(crate) name: &'static str,
    /// How many of the columns are its key.
    key: usize,
    columns: &'static [Column],
}

/// A column, by what it holds.
enum Column {
    Bytes(&'static str),
    Number(&'static str),
    Text(&'static str),
}

use Column::{Bytes, Number, Text};

impl Column {
    const fn name(&self) -> &'static str {
        match self {
            Bytes(name) | Number(name) | Text(name) => name,
        }
    }
}

/// A row: a value for each column.
pub(crate) type Row = Vec<Value>;

/// What goes along, each table after those that it points to. What is counted or computed from it does not.
///
/// Left out is what belongs to the instance that wrote it: `challenge`, `session`, `consent` and `token`, which end
/// within hours and would let in whoever was sent away since, and `subscription`, which tells an address of that
/// instance. And `cursors`: after them only changes would be read, and what both sides got since then would be made a
/// second time. Whoever reads everything looks for the marks (docs/backup.md).
pub(crate) static TABLES: [Table; 14] = [
    Table {
        name: "org",
        key: 1,
        columns: &[
            Text("id"),
            Text("settings"),
            Number("users_choose"),
            Text("ews_access"),
            Text("ews_authorities"),
            Number("interval_s"),
            Text("intervals"),
            Number("audit_days"),
            Number("crm_pause_ms"),
            Number("credits_left"),
            Number("credits_ms"),
            Number("users_ms"),
            Number("removed_ms"),
        ],
    },
    Table {
        name: "credential",
        key: 1,
        columns: &[
            Number("id"),
            Text("org"),
            Number("mailbox"),
            Text("what"),
            Text("key_id"),
            Bytes("sealed"),
            Text("about"),
            Number("at_ms"),
        ],
    },
    Table {
        name: "account",
        key: 1,
        columns: &[
            Number("id"),
            Text("org"),
            Text("crm_user"),
            Text("settings"),
            Number("events_off"),
            Number("switched_on"),
            Number("is_active"),
            Number("is_admin"),
            Number("checked_ms"),
            Text("zone"),
            Text("profile"),
        ],
    },
    Table {
        name: "mailbox",
        key: 1,
        columns: &[
            Number("id"),
            Number("account"),
            Text("org"),
            Text("graph_id"),
            Text("address"),
            Text("name"),
            Number("connected"),
        ],
    },
    Table {
        name: "schedule",
        key: 1,
        columns: &[
            Number("mailbox"),
            Text("org"),
            Number("due_ms"),
            Number("is_hinted"),
            Number("failures"),
            Number("idle"),
            Text("stopped"),
        ],
    },
    Table {
        name: "run",
        key: 1,
        columns: &[
            Number("fence"),
            Number("mailbox"),
            Number("started_ms"),
            Number("expires_ms"),
            Text("progress"),
            Number("ended_ms"),
            Text("outcome"),
            Text("summary"),
            Number("commits"),
            Bytes("commit_digest"),
            Number("undoes"),
        ],
    },
    Table { name: "run_kind", key: 2, columns: &[Number("fence"), Text("kind"), Text("outcome"), Text("summary")] },
    Table {
        name: "item",
        key: 1,
        columns: &[
            Number("id"),
            Number("mailbox"),
            Text("kind"),
            Text("what"),
            Text("key"),
            Text("crm"),
            Number("format"),
            Text("body"),
            Text("reason"),
            Text("name"),
            Number("settled"),
            Text("meeting"),
            Text("share"),
        ],
    },
    Table {
        name: "conflict",
        key: 1,
        columns: &[
            Number("id"),
            Number("mailbox"),
            Number("fence"),
            Number("at_ms"),
            Number("format"),
            Text("body"),
            Bytes("digest"),
            Text("kind"),
        ],
    },
    Table {
        name: "journal",
        key: 1,
        columns: &[
            Number("id"),
            Number("mailbox"),
            Text("kind"),
            Number("fence"),
            Number("number"),
            Number("at_ms"),
            Text("exchange"),
            Text("crm"),
            Number("format"),
            Text("body"),
            Number("undoes"),
        ],
    },
    Table {
        name: "mail",
        key: 1,
        columns: &[
            Number("id"),
            Number("mailbox"),
            Text("what"),
            Text("key"),
            Number("received"),
            Number("format"),
            Text("body"),
        ],
    },
    Table { name: "claim", key: 2, columns: &[Text("org"), Text("meeting"), Number("mailbox"), Number("expires_ms")] },
    Table {
        name: "audit",
        key: 1,
        columns: &[
            Number("id"),
            Text("org"),
            Number("at_ms"),
            Text("actor"),
            Text("action"),
            Text("target"),
            Text("failure"),
            Text("detail"),
        ],
    },
    Table {
        name: "alert",
        key: 1,
        columns: &[
            Number("id"),
            Text("org"),
            Number("mailbox"),
            Text("code"),
            Text("severity"),
            Number("opened_ms"),
            Number("last_ms"),
            Number("times"),
            Number("closed_ms"),
        ],
    },
];

impl Table {
    /// The columns' names, with commas between.
    fn names(&self, columns: &[Column]) -> String {
        columns.iter().map(Column::name).collect::<Vec<_>>().join(", ")
    }

    /// Whether the row could be one of this table's.
    fn fits(&self, row: &Row) -> bool {
        let fits = |(column, value): (&Column, &Value)| match (column, value) {
            (_, Value::Null) | (Text(_), Value::String(_)) => true,
            (Number(_), Value::Number(number)) => number.is_i64(),
            (Bytes(_), Value::String(text)) => base64url::decode(text).is_some(),
            _ => false,
        };
        row.len() == self.columns.len() && self.columns.iter().zip(row).all(fits)
    }

    fn read(&self, row: &AnyRow) -> Result<Row, sqlx::Error> {
        let read = |(at, column): (usize, &Column)| {
            Ok(match column {
                Bytes(_) => row.try_get::<Option<Vec<u8>>, _>(at)?.map(|bytes| base64url::encode(&bytes)).into(),
                Number(_) => row.try_get::<Option<i64>, _>(at)?.into(),
                Text(_) => row.try_get::<Option<String>, _>(at)?.into(),
            })
        };
        self.columns.iter().enumerate().map(read).collect()
    }
}

type Statement<'q> = Query<'q, Any, AnyArguments>;

/// Binds the values of a row, or the first of them.
fn bind<'q>(mut statement: Statement<'q>, columns: &[Column], row: &[Value]) -> Statement<'q> {
    for (column, value) in columns.iter().zip(row) {
        statement = match column {
            Bytes(_) => statement.bind(value.as_str().and_then(base64url::decode)),
            Number(_) => statement.bind(value.as_i64()),
            Text(_) => statement.bind(value.as_str().map(str::to_owned)),
        };
    }
    statement
}

/// Lets the transaction take as long as it takes: it is no request's.
async fn be_patient(tx: &mut Tx, backend: Backend) -> Result<(), Refusal> {
    if backend == Backend::Postgres {
        for limit in ["SET LOCAL statement_timeout = 0", "SET LOCAL idle_in_transaction_session_timeout = 0"] {
            sqlx::query(limit).execute(&mut **tx).await?;
        }
    }
    Ok(())
}

/// All that was stored at one moment.
pub(crate) struct Snapshot(Tx, Backend);

impl Snapshot {
    /// The last fencing token that was given out, of a run that may be forgotten.
    pub(crate) async fn fence(&mut self) -> Result<i64, Refusal> {
        let fence = match self.1 {
            Backend::Postgres => {
                "SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence('run', 'fence')::regclass), 0)"
            }
            Backend::Sqlite => "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'run'",
        };
        Ok(sqlx::query_scalar(fence).fetch_one(&mut *self.0).await?)
    }

    /// The rows of a table after the one whose key `after` begins with; a page of them.
    pub(crate) async fn page(&mut self, table: &Table, after: Option<&Row>) -> Result<Vec<Row>, Refusal> {
        let (all, key) = (table.names(table.columns), table.names(&table.columns[..table.key]));
        let places: Vec<String> = (1..=table.key).map(|number| format!("${number}")).collect();
        let then = after.map_or(String::new(), |_| format!("WHERE ({key}) > ({})", places.join(", ")));
        let sql = format!("SELECT {all} FROM {} {then} ORDER BY {key} LIMIT {PAGE_ROWS_AT_ONCE}", table.name);
        let after = after.map_or(&[][..], |row| &row[..table.key]);
        let rows = bind(sqlx::query(AssertSqlSafe(sql)), table.columns, after).fetch_all(&mut *self.0).await?;
        Ok(rows.iter().map(|row| table.read(row)).collect::<Result<_, _>>()?)
    }
}

/// An empty database that is being filled. Dropped without [`Restore::finish`] it is as empty as before.
pub(crate) struct Restore(Tx, Backend);

impl Restore {
    /// Whether nothing is stored.
    pub(crate) async fn is_empty(&mut self) -> Result<bool, Refusal> {
        for table in &TABLES {
            let rows = format!("SELECT count(*) FROM (SELECT 1 FROM {} LIMIT 1) AS found", table.name);
            let found: i64 = sqlx::query_scalar(AssertSqlSafe(rows)).fetch_one(&mut *self.0).await?;
            if found > 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Stores rows; `false` where one of them isn't of this table.
    pub(crate) async fn put(&mut self, table: &Table, rows: &[Row]) -> Result<bool, Refusal> {
        if !rows.iter().all(|row| table.fits(row)) {
            return Ok(false);
        }
        for rows in rows.chunks(ROWS_AT_ONCE) {
            let sql = format!(
                "INSERT INTO {} ({}) {}",
                table.name,
                table.names(table.columns),
                apply::values(rows.len(), table.columns.len(), 0)
            );
            let mut statement = sqlx::query(AssertSqlSafe(sql));
            for row in rows {
                statement = bind(statement, table.columns, row);
            }
            statement.execute(&mut *self.0).await?;
        }
        Ok(true)
    }

    /// Secrets after that one that were put in, a page of them.
    pub(crate) async fn secrets(&mut self, after: Option<&SealedRow>, limit: i64) -> Result<Vec<SealedRow>, Refusal> {
        Place::Credential.read(&mut self.0, after, limit).await
    }

    /// Whoever fills it opens no door with secrets that nobody can open.
    pub(crate) async fn forget_secrets(&mut self) -> Result<(), Refusal> {
        sqlx::query("DELETE FROM credential").execute(&mut *self.0).await?;
        Ok(())
    }

    /// Makes it one that can go on, and keeps it. `fence` is the last fencing token that nobody gives out again.
    ///
    /// Runs that were under way are over: what they wrote since isn't known here, and whoever still carries one of them
    /// out must not go on.
    pub(crate) async fn finish(mut self, fence: i64) -> Result<(), Refusal> {
        let word = |end: Result<String, serde_json::Error>| end.map_err(|_| Refusal::unreadable("run"));
        sqlx::query("UPDATE run SET ended_ms = expires_ms, outcome = $1, summary = $2 WHERE ended_ms IS NULL")
            .bind(word(serde_json::to_string(&RunEnd::Interrupted))?)
            .bind(word(serde_json::to_string(&Summary::default()))?)
            .execute(&mut *self.0)
            .await?;
        // What is stored of a mailbox is counted while it comes and goes; all of it has come.
        sqlx::query(
            "UPDATE mailbox SET
                 stored_rows = (SELECT count(*) FROM item WHERE item.mailbox = mailbox.id)
                     + (SELECT count(*) FROM conflict WHERE conflict.mailbox = mailbox.id)
                     + (SELECT count(*) FROM journal WHERE journal.mailbox = mailbox.id)
                     + (SELECT count(*) FROM mail WHERE mail.mailbox = mailbox.id),
                 stored_bytes = (SELECT coalesce(sum(bytes), 0) FROM item WHERE item.mailbox = mailbox.id)
                     + (SELECT coalesce(sum(bytes), 0) FROM conflict WHERE conflict.mailbox = mailbox.id)
                     + (SELECT coalesce(sum(bytes), 0) FROM journal WHERE journal.mailbox = mailbox.id)
                     + (SELECT coalesce(sum(bytes), 0) FROM mail WHERE mail.mailbox = mailbox.id),
                 journal_rows = (SELECT count(*) FROM journal WHERE journal.mailbox = mailbox.id)",
        )
        .execute(&mut *self.0)
        .await?;
        match self.1 {
            Backend::Postgres => self.count_on(fence).await?,
            // The others go on after the highest row by themselves.
            Backend::Sqlite => {
                sqlx::query("DELETE FROM sqlite_sequence WHERE name = 'run'").execute(&mut *self.0).await?;
                let last = sqlx::query("INSERT INTO sqlite_sequence (name, seq) VALUES ('run', $1)").bind(fence);
                last.execute(&mut *self.0).await?;
            }
        }
        self.0.commit().await?;
        Ok(())
    }

    /// Has PostgreSQL's sequences go on after what was put in with its numbers.
    async fn count_on(&mut self, fence: i64) -> Result<(), Refusal> {
        for Table { name, columns, .. } in &TABLES {
            if matches!(columns, [Number("id"), ..]) {
                let last = format!(
                    "SELECT setval(pg_get_serial_sequence('{name}', 'id'), coalesce(max(id), 0) + 1, false) FROM {name}"
                );
                sqlx::query(AssertSqlSafe(last)).execute(&mut *self.0).await?;
            }
        }
        let last = sqlx::query("SELECT setval(pg_get_serial_sequence('run', 'fence'), $1)").bind(fence);
        last.execute(&mut *self.0).await?;
        Ok(())
    }
}

impl Store {
    /// All that is stored now, whatever is written meanwhile.
    pub(crate) async fn snapshot(&self) -> Result<Snapshot, Refusal> {
        let mut tx = self.read().await?;
        be_patient(&mut tx, self.backend).await?;
        Ok(Snapshot(tx, self.backend))
    }

    /// Begins to fill the database. Nobody else writes meanwhile.
    pub(crate) async fn restore(&self) -> Result<Restore, Refusal> {
        let mut tx = self.write(Turn::Everybody).await?;
        be_patient(&mut tx, self.backend).await?;
        Ok(Restore(tx, self.backend))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Database;
    use std::collections::BTreeSet;

    /// What stays behind, of all that is stored: what belongs to the instance, what is counted, and cursors.
    const LEFT_BEHIND: [&str; 10] = [
        "challenge",
        "consent",
        "cursors",
        "mailbox.journal_rows",
        "mailbox.stored_bytes",
        "mailbox.stored_rows",
        "schedule.queued_ms",
        "session",
        "subscription",
        "token",
    ];

    /// A migration that adds something has to say here what becomes of it.
    #[tokio::test]
    async fn every_column_goes_along_or_is_said_to_stay_behind() {
        let folder = std::env::temp_dir().join(format!("mxs-function-content-{}", std::process::id()));
        let store = Store::open(&Database::Folder(folder.clone())).await.expect("a database");
        let stored: Vec<(String, String)> = sqlx::query_as(
            "SELECT t.name, c.name FROM sqlite_master AS t JOIN pragma_table_xinfo(t.name) AS c
             WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name NOT LIKE '_sqlx%' AND c.hidden = 0",
        )
        .fetch_all(&store.pool)
        .await
        .expect("columns");
        store.close().await;
        std::fs::remove_dir_all(folder).expect("removed");
        let stays = |(table, column): &(String, String)| {
            LEFT_BEHIND.contains(&&**table) || LEFT_BEHIND.contains(&&*format!("{table}.{column}"))
        };
        let stored: BTreeSet<(String, String)> = stored.into_iter().filter(|column| !stays(column)).collect();
        let column = |table: &Table, column: &Column| (table.name.to_owned(), column.name().to_owned());
        let goes: BTreeSet<(String, String)> =
            TABLES.iter().flat_map(|table| table.columns.iter().map(|one| column(table, one))).collect();
        assert_eq!(goes, stored);
    }
}
