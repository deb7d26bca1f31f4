//! A database of each version that there was, with rows in every table, brought up to date.

use crate::backup::{Content, Variable, connect, content};
use crate::home::Home;
use crate::support::config;
use mxs_function::{App, OpenError};
use sha2::{Digest, Sha256};
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, Connection};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Every migration, with the SHA-256 of its file: databases remember it, and refuse a program that has another one.
const RELEASED: [(&str, &str); 18] = [
    ("postgres/0001_initial.sql", "4b1c12332f1ecb1b386f1dd862c8c9bb5245a41d1e1ddac92af023a0978032be"),
    ("postgres/0002_background.sql", "c6f094d3b03e97b0386889f36a0d20283adb2e0d16ebfaeb0d036a7b86b423cd"),
    ("postgres/0003_profiles.sql", "dc3d52a50c3d8701162beccaacc5b9e61c3e96a5878821e5b52ecdd4b11f02b9"),
    ("postgres/0004_authorities.sql", "b582216c67570ced82b0579faafd5a805ed18e22aea81ad8033bcd3bac9b67d5"),
    ("sqlite/0001_initial.sql", "4917ea2271e6271f96b73c1f62ca718179f5288858bc3f6346ac38933a8ab8e4"),
    ("sqlite/0002_unsynced.sql", "c8713745f3c02485dff46836cbb1c19cd5469c1611a7adc10a3be52e77436539"),
    ("sqlite/0003_commit_number.sql", "3f28fa95c5ccc617c4350dfd50df2480281fe7f98ec2319c11e2efc34c79df31"),
    ("sqlite/0004_limits.sql", "8a81c0385f1e18b57adace5288be58096b0a186a41bb69eb9b90637e2fe5c1d1"),
    ("sqlite/0005_settled.sql", "2b222c475e67756db5d0a43ff12bd5c58140f917e318bc37ec0bd23f1b1b49af"),
    ("sqlite/0006_kinds.sql", "93237aaed351613855f06b76b7441171af08d26124afc66fb139eb2d2f610792"),
    ("sqlite/0007_meetings.sql", "3c668a7936b5f1e7f1cb3fb17d9f0d5718bdfe398f052bc94573a2a3b645b984"),
    ("sqlite/0008_mails.sql", "fdf702c1d4d6ee17ec8376a8b3542d4c7047bfcbfcb87332199b99238bdcc5bd"),
    ("sqlite/0010_counts.sql", "396a732bc2052f6867eea703c616978584a73d1a3d57b6d55abb5af1b33db05e"),
    ("sqlite/0011_undo.sql", "631437bd037c57064e4026425d124cfd1c019001c4e98a60cd755286229875dc"),
    ("sqlite/0012_checks.sql", "bc6567e82058093e1dbf6052187312afccf18c4a7d8a233c37e80baa1bf54971"),
    ("sqlite/0013_background.sql", "4f39034072de63b8881148302530b251975f3098f56ce5f579e0d583ed9d7fa0"),
    ("sqlite/0014_profiles.sql", "08ee981e35026d70170bf2fe6ebb3ab31f0e7406a4bfec58b633a35c3f4f1d8c"),
    ("sqlite/0015_authorities.sql", "85954a45b5bc507308d3785208504484909ce4b537d4a0c68641f4ae9d40c808"),
];

/// Rows of every table, and from which migration of SQLite's on until before which the statement is one that the database
/// understands. PostgreSQL's first migration makes what SQLite's twelfth had made.
const ROWS: [(i64, i64, &str); 22] = [
    (1, 99, "INSERT INTO challenge (nonce, expires_ms) VALUES ('n', 9999999999999)"),
    (13, 99, "INSERT INTO org (id) VALUES ('60001234567')"),
    (1, 99, "INSERT INTO account (id, org, crm_user) VALUES (3, '60001234567', '411001')"),
    (1, 99, "INSERT INTO session (token_hash, account, expires_ms) VALUES (CAST('h' AS BYTES), 3, 9999999999999)"),
    (
        1,
        99,
        "INSERT INTO mailbox (id, account, org, graph_id, address, name, connected)
         VALUES (4, 3, '60001234567', 'mailbox-a', 'anna.secret@example.com', 'Anna Secret', 1)",
    ),
    (
        1,
        99,
        "INSERT INTO run (fence, mailbox, started_ms, expires_ms, ended_ms, outcome, summary)
         VALUES (7, 4, 1, 2, 3, '\"completed\"', '{}')",
    ),
    (
        1,
        5,
        "INSERT INTO item (id, mailbox, kind, key, crm, format, body) VALUES (9, 4, 'link', 'e1', 'c1', 2, '{\"a\":\"é\"}')",
    ),
    (
        5,
        6,
        "INSERT INTO item (id, mailbox, kind, key, crm, format, body, settled)
         VALUES (9, 4, 'link', 'e1', 'c1', 2, '{\"a\":\"é\"}', 1)",
    ),
    (
        6,
        99,
        "INSERT INTO item (id, mailbox, kind, what, key, crm, format, body, settled)
         VALUES (9, 4, 'task', 'link', 'e1', 'c1', 2, '{\"a\":\"é\"}', 1)",
    ),
    (
        1,
        99,
        "INSERT INTO conflict (id, mailbox, fence, at_ms, format, body, digest)
         VALUES (5, 4, 7, 9999999999999, 2, '{}', CAST('digest' AS BYTES))",
    ),
    (6, 99, "INSERT INTO cursors (mailbox, kind, body) VALUES (4, 'event', '{}')"),
    (6, 99, "INSERT INTO run_kind (fence, kind) VALUES (7, 'task')"),
    (
        6,
        99,
        "INSERT INTO journal (id, mailbox, kind, fence, number, at_ms, exchange, crm, format, body)
         VALUES (6, 4, 'task', 7, 1, 9999999999999, 'e1', 'c1', 2, '{}')",
    ),
    (7, 99, "INSERT INTO claim (org, meeting, mailbox, expires_ms) VALUES ('60001234567', 'uid', 4, 9999999999999)"),
    (8, 99, "INSERT INTO mail (id, mailbox, what, key, received, format, body) VALUES (8, 4, 'done', 'k', 1, 1, '{}')"),
    (13, 99, "INSERT INTO schedule (mailbox, org, due_ms) VALUES (4, '60001234567', 9999999999999)"),
    (13, 99, "INSERT INTO audit (id, org, at_ms, action) VALUES (1, '60001234567', 9999999999999, 'sync_asked')"),
    (
        13,
        99,
        "INSERT INTO alert (id, org, mailbox, code, severity, opened_ms, last_ms, times)
         VALUES (2, '60001234567', 4, 'MXS-1001', 'error', 1, 1, 1)",
    ),
    (
        13,
        99,
        "INSERT INTO consent (state_hash, account, what, verifier, expires_ms)
         VALUES (CAST('h' AS BYTES), 3, 'crm', 'v', 9999999999999)",
    ),
    (
        13,
        99,
        "INSERT INTO credential (id, org, mailbox, what, key_id, sealed, at_ms)
         VALUES (2, '60001234567', 0, 'zoho-refresh-token', 'a', CAST('s' AS BYTES), 1)",
    ),
    (
        13,
        99,
        "INSERT INTO subscription (id, org, mailbox, side, resource, due_ms)
         VALUES (2, '60001234567', 4, 'exchange', 'event', 9999999999999)",
    ),
    (13, 99, "INSERT INTO token (org, mailbox, what) VALUES ('60001234567', 0, 'zoho-access-token')"),
];

fn is_file(database: &Variable) -> bool {
    database.0 == "MXS_DATA_DIR"
}

/// The migrations of this sort of database, oldest first, with their numbers.
fn migrations(database: &Variable) -> Vec<(i64, PathBuf)> {
    let sort = if is_file(database) { "sqlite" } else { "postgres" };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(sort);
    let mut files: Vec<(i64, PathBuf)> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name.split_once('_').expect("a number").0.parse().expect("a number"), path)
        })
        .collect();
    files.sort();
    files
}

/// Makes a database as the version made it whose last migration this was.
pub(crate) async fn make(database: &Variable, last: i64) {
    let folder = std::env::temp_dir().join(format!("mxs-function-migrations-{}-{last}", std::process::id()));
    fs::create_dir(&folder).expect("a folder");
    for (_, file) in migrations(database).iter().filter(|(number, _)| *number <= last) {
        fs::copy(file, folder.join(file.file_name().expect("a name"))).expect("copied");
    }
    let migrator = Migrator::new(folder.clone()).await.expect("migrations");
    let mut connection = connect(database).await;
    migrator.run(&mut connection).await.expect("made");
    connection.close().await.expect("closed");
    fs::remove_dir_all(folder).expect("removed");
}

/// What must be there afterwards of what was there before, in today's words.
fn kept(mut before: Content, schema: i64, after: &Content) -> Content {
    for (table, rows) in &mut before {
        // Nothing had been released when the second one forgot what was remembered.
        if schema < 2 && ["conflict", "item", "run"].contains(&table.as_str()) {
            rows.clear();
        }
        let columns: BTreeSet<&String> = after[table].iter().flat_map(|row| row.keys()).collect();
        let today = |row: &std::collections::BTreeMap<String, String>| {
            let mut row = row.clone();
            if schema < 6 && table == "item" {
                let what = row.insert("kind".to_owned(), "Some(\"contact\")".to_owned()).expect("a sort");
                row.insert("what".to_owned(), what);
            }
            row.retain(|column, _| columns.contains(column));
            row
        };
        *rows = rows.iter().map(today).collect();
    }
    before
}

#[tokio::test]
async fn every_version_that_there_was_is_brought_up_to_date() {
    let all = migrations(&Home::fresh().await.variable());
    for (last, _) in &all {
        let home = Home::fresh().await;
        let database = home.variable();
        make(&database, *last).await;
        // By SQLite's numbers.
        let schema = if is_file(&database) { *last } else { *last + 11 };
        let mut connection = connect(&database).await;
        let bytes = if is_file(&database) { "BLOB" } else { "BYTEA" };
        for (_, _, row) in ROWS.iter().filter(|(from, until, _)| (*from..*until).contains(&schema)) {
            sqlx::query(AssertSqlSafe(row.replace("BYTES", bytes))).execute(&mut connection).await.expect(row);
        }
        connection.close().await.expect("closed");
        let before = content(&database).await;
        for (table, rows) in &before {
            assert!(!rows.is_empty(), "{last}: no row of {table}");
        }

        App::open(config(home.database())).await.unwrap_or_else(|error| panic!("{last}: {error}")).close().await;
        let after = content(&database).await;
        let mut same = after.clone();
        let expected = kept(before, schema, &after);
        same.retain(|table, _| expected.contains_key(table));
        for (table, rows) in &mut same {
            let columns: BTreeSet<&String> = expected[table].iter().flat_map(|row| row.keys()).collect();
            *rows = rows
                .iter()
                .cloned()
                .map(|mut row| {
                    row.retain(|column, _| columns.contains(column));
                    row
                })
                .collect();
        }
        assert_eq!(same, expected, "from {last}");
        let orgs: Vec<&str> = after["org"].iter().map(|row| row["id"].as_str()).collect();
        assert_eq!(orgs, ["Some(\"60001234567\")"], "{last}: who was there is an organisation");
        if is_file(&database) {
            let mut connection = connect(&database).await;
            let dangling = sqlx::query("PRAGMA foreign_key_check").fetch_all(&mut connection).await.expect("a check");
            assert_eq!(dangling.len(), 0, "from {last}");
        }
    }
}

/// An edit of a released migration would lock everybody out of their databases.
#[test]
fn what_was_released_stays_as_it_is() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut files: Vec<String> = Vec::new();
    for sort in ["postgres", "sqlite"] {
        let entries = fs::read_dir(folder.join(sort)).expect("a folder");
        files.extend(entries.map(|entry| format!("{sort}/{}", entry.expect("an entry").file_name().to_string_lossy())));
    }
    files.sort();
    assert_eq!(files, RELEASED.map(|(file, _)| file), "a new migration is listed here, with the SHA-256 of its file");
    for (file, expected) in RELEASED {
        let hash = Sha256::digest(fs::read(folder.join(file)).expect("a file"));
        let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hash, expected, "{file} was changed: databases that have it would refuse this program");
    }
}

#[tokio::test]
async fn a_database_with_another_form_of_a_migration_is_left_alone() {
    let home = Home::fresh().await;
    let database = home.variable();
    make(&database, 1).await;
    let mut connection = connect(&database).await;
    let other = "UPDATE _sqlx_migrations SET checksum = CAST('other' AS BYTES)";
    let other = other.replace("BYTES", if is_file(&database) { "BLOB" } else { "BYTEA" });
    sqlx::query(AssertSqlSafe(other)).execute(&mut connection).await.expect("changed");
    connection.close().await.expect("closed");
    let error = App::open(config(home.database())).await.expect_err("another form");
    assert!(matches!(error, OpenError::Version { migration: 1, .. }), "{error:?}");
    assert!(error.to_string().contains("another version of this program"), "{error}");
}
