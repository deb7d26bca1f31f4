//! Both databases refuse the same.

use crate::home::Home;
use crate::support::config;
use mxs_function::{App, DATABASE_FILE, Database};
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection, SqliteConnection};
use std::collections::{BTreeMap, BTreeSet};

/// What a database is made of.
#[derive(Debug, Default, PartialEq, Eq)]
struct Schema {
    /// By table and name: the type, and whether it may be without a value.
    columns: BTreeMap<(String, String), (String, bool)>,
    /// Tables with the columns of which no two rows have the same, and the condition under which.
    unique: BTreeSet<(String, Vec<String>, bool)>,
    /// Tables with columns that point to another table's rows, and go with them.
    references: BTreeSet<(String, String, String, String)>,
    /// Names of the other indexes and of the triggers.
    named: BTreeSet<String>,
}

async fn of_sqlite(database: &mut SqliteConnection) -> Schema {
    let mut schema = Schema::default();
    let tables =
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '_sqlx%'";
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut *database).await.expect("tables");
    for table in tables {
        let columns: Vec<(String, String, bool)> =
            sqlx::query_as("SELECT name, type, \"notnull\" FROM pragma_table_xinfo($1)")
                .bind(&table)
                .fetch_all(&mut *database)
                .await
                .expect("columns");
        schema.columns.extend(columns.into_iter().map(|(name, kind, needed)| ((table.clone(), name), (kind, !needed))));
        let key = "SELECT name FROM pragma_table_info($1) WHERE pk > 0 ORDER BY pk";
        let key: Vec<String> = sqlx::query_scalar(key).bind(&table).fetch_all(&mut *database).await.expect("a key");
        schema.unique.insert((table.clone(), key, false));
        let indexes: Vec<(String, bool, bool, String)> =
            sqlx::query_as("SELECT name, \"unique\", partial, origin FROM pragma_index_list($1)")
                .bind(&table)
                .fetch_all(&mut *database)
                .await
                .expect("indexes");
        for (name, unique, partial, origin) in indexes {
            if unique {
                let of = "SELECT name FROM pragma_index_info($1) ORDER BY seqno";
                let of = sqlx::query_scalar(of).bind(&name).fetch_all(&mut *database).await.expect("columns");
                schema.unique.insert((table.clone(), of, partial));
            }
            if origin == "c" {
                schema.named.insert(name);
            }
        }
        let keys: Vec<(String, String, String)> =
            sqlx::query_as("SELECT \"from\", \"table\", on_delete FROM pragma_foreign_key_list($1)")
                .bind(&table)
                .fetch_all(&mut *database)
                .await
                .expect("keys");
        schema.references.extend(keys.into_iter().map(|(column, to, end)| (table.clone(), column, to, end)));
    }
    let triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'";
    let triggers: Vec<String> = sqlx::query_scalar(triggers).fetch_all(&mut *database).await.expect("triggers");
    schema.named.extend(triggers);
    schema
}

async fn of_postgres(database: &mut PgConnection) -> Schema {
    let mut schema = Schema::default();
    let columns: Vec<(String, String, String, String)> = sqlx::query_as(
        "SELECT table_name::text, column_name::text, data_type::text, is_nullable::text FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name NOT LIKE '\\_sqlx%'",
    )
    .fetch_all(&mut *database)
    .await
    .expect("columns");
    for (table, name, kind, nullable) in columns {
        let kind = match &*kind {
            "bigint" => "INTEGER",
            "bytea" => "BLOB",
            "text" => "TEXT",
            other => other,
        };
        schema.columns.insert((table, name), (kind.to_owned(), nullable == "YES"));
    }
    let indexes: Vec<(String, String, bool, bool, Vec<String>, bool)> = sqlx::query_as(
        "SELECT t.relname::text, i.relname::text, x.indisunique, x.indpred IS NOT NULL,
                array(SELECT pg_get_indexdef(x.indexrelid, n, true) FROM generate_series(1, x.indnatts) AS n),
                c.oid IS NULL
         FROM pg_index AS x JOIN pg_class AS i ON i.oid = x.indexrelid JOIN pg_class AS t ON t.oid = x.indrelid
             JOIN pg_namespace AS s ON s.oid = t.relnamespace LEFT JOIN pg_constraint AS c ON c.conindid = i.oid
                 AND c.contype IN ('p', 'u')
         WHERE s.nspname = 'public' AND t.relname NOT LIKE '\\_sqlx%'",
    )
    .fetch_all(&mut *database)
    .await
    .expect("indexes");
    for (table, name, unique, partial, of, is_named) in indexes {
        if unique {
            schema.unique.insert((table, of, partial));
        }
        if is_named {
            schema.named.insert(name);
        }
    }
    let keys: Vec<(String, String, String, bool)> = sqlx::query_as(
        "SELECT k.conrelid::regclass::text, a.attname::text, k.confrelid::regclass::text, k.confdeltype = 'c'
         FROM pg_constraint AS k JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
         WHERE k.contype = 'f'",
    )
    .fetch_all(&mut *database)
    .await
    .expect("keys");
    let end = |cascades| if cascades { "CASCADE" } else { "another" }.to_owned();
    schema.references.extend(keys.into_iter().map(|(table, column, to, cascades)| (table, column, to, end(cascades))));
    let triggers = "SELECT tgname::text FROM pg_trigger WHERE NOT tgisinternal";
    let triggers: Vec<String> = sqlx::query_scalar(triggers).fetch_all(&mut *database).await.expect("triggers");
    schema.named.extend(triggers);
    schema
}

#[tokio::test]
async fn both_databases_have_the_same_tables_columns_and_keys() {
    let home = Home::fresh().await;
    App::open(config(home.database())).await.expect("opens").close().await;
    let folder = std::env::temp_dir().join(format!("mxs-function-schema-{}", std::process::id()));
    App::open(config(Database::Folder(folder.clone()))).await.expect("opens").close().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.join(DATABASE_FILE));
    let sqlite = of_sqlite(&mut options.connect().await.expect("a database")).await;
    let postgres = of_postgres(&mut home.look().await).await;
    std::fs::remove_dir_all(folder).expect("removed");
    assert_eq!(postgres.columns, sqlite.columns);
    assert_eq!(postgres.unique, sqlite.unique);
    assert_eq!(postgres.references, sqlite.references);
    assert_eq!(postgres.named, sqlite.named);
    assert_eq!(sqlite.columns.len(), 85, "the tables were found");
}

/// What the checks refuse, in both databases' words alike: a row that is good, then what each column may not hold.
#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let home = Home::fresh().await;
    App::open(config(home.database())).await.expect("opens").close().await;
    let mut database = home.look().await;
    let good = "INSERT INTO account (id, org, crm_user) VALUES (1, 'o', 'u');
        INSERT INTO mailbox (id, account, org, graph_id, address, name, connected) VALUES (1, 1, 'o', 'g', 'a', 'n', 1);
        INSERT INTO run (fence, mailbox, started_ms, expires_ms) VALUES (1, 1, 1, 1);
        INSERT INTO run_kind (fence, kind) VALUES (1, 'contact');
        INSERT INTO cursors (mailbox, kind, body) VALUES (1, 'contact', '{}');
        INSERT INTO item (mailbox, kind, what, key, crm, format, body, settled) VALUES (1, 'contact', 'link', 'e', 'c', 3, '', 1);
        INSERT INTO journal (mailbox, kind, fence, number, at_ms, exchange, crm, format, body)
            VALUES (1, 'contact', 1, 1, 1, 'e', 'c', 3, '');
        INSERT INTO conflict (mailbox, fence, at_ms, format, body, digest) VALUES (1, 1, 1, 3, '', '');
        INSERT INTO mail (mailbox, what, key, received, format, body) VALUES (1, 'done', 'k', 1, 1, '');";
    sqlx::raw_sql(good).execute(&mut database).await.expect("all of it makes sense");
    for bad in [
        "UPDATE account SET events_off = 2",
        "UPDATE mailbox SET connected = 2",
        "UPDATE run SET ended_ms = 1",
        "UPDATE run SET outcome = '{}', ended_ms = 1",
        "UPDATE run_kind SET kind = 'moon'",
        "UPDATE run_kind SET outcome = '{}'",
        "UPDATE cursors SET kind = 'moon'",
        "UPDATE item SET kind = 'moon'",
        "UPDATE item SET what = 'moon'",
        "UPDATE item SET crm = NULL",
        "UPDATE item SET what = 'intent'",
        "UPDATE item SET what = 'unlinked', crm = NULL",
        "UPDATE item SET what = 'intent', crm = NULL, reason = '1', name = ''",
        "UPDATE item SET name = ''",
        "UPDATE item SET settled = 2",
        "UPDATE item SET share = 'moon'",
        "UPDATE mail SET what = 'moon'",
        "UPDATE mail SET received = NULL",
        "UPDATE mail SET what = 'mark'",
        "UPDATE journal SET body = ''",
        "UPDATE conflict SET body = ''",
        "INSERT INTO run (mailbox, started_ms, expires_ms) VALUES (1, 1, 1)",
        "INSERT INTO run (mailbox, started_ms, expires_ms) VALUES (2, 1, 1)",
        "INSERT INTO item (mailbox, kind, what, key, crm, format, body, settled) VALUES (1, 'task', 'link', 'x', 'c', 3, '', 1)",
        "INSERT INTO conflict (mailbox, fence, at_ms, format, body, digest, kind) VALUES (1, 2, 1, 3, '', '', 'moon')",
        "INSERT INTO journal (mailbox, kind, fence, number, at_ms, exchange, crm, format, body) VALUES (1, 'moon', 1, 2, 1, 'e', 'c', 3, '')",
    ] {
        sqlx::query(AssertSqlSafe(bad)).execute(&mut database).await.expect_err(bad);
    }
    sqlx::raw_sql("DELETE FROM item; DELETE FROM journal; DELETE FROM conflict; DELETE FROM mail")
        .execute(&mut database)
        .await
        .expect("goes");
    sqlx::raw_sql("DELETE FROM account").execute(&mut database).await.expect("goes, with all that is of it");
}
