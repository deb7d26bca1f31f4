//! All that is stored goes into a file, and out of it into another database, of either sort.

use crate::home::Home;
use crate::support::{ORG, SECRET, config};
use age::x25519::Identity;
use mxs_function::server::{ServerConfig, ServerError, export, import};
use mxs_function::{App, BackupError, Secrets};
use mxs_vault::{Context, KeyRing, What, Whose};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Column, Connection, Row};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// Of each table, each row by its columns' names.
pub(crate) type Content = BTreeMap<String, BTreeSet<BTreeMap<String, String>>>;

/// The key that seals, and another of the same name.
const KEY: &str = r#"{"current":"a","keys":{"a":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}}"#;
const OTHER_KEY: &str = r#"{"current":"a","keys":{"a":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="}}"#;

/// What is not taken along, because it is of the instance that wrote it.
const LEFT_OUT: [&str; 6] = ["challenge", "consent", "cursors", "session", "subscription", "token"];

/// Rows of every table, of two organisations, with a value in every column; what goes on counting has gaps.
const ROWS: &str = r#"
    INSERT INTO challenge (nonce, expires_ms) VALUES ('n', 9);
    INSERT INTO org (id, settings, users_choose, ews_access, interval_s, audit_days, crm_pause_ms, credits_left, credits_ms,
            users_ms, removed_ms, intervals)
        VALUES ('60001234567', '{"a":"é \"x\" \\ \n"}', 0, 'individual', 600, 40, 5, 6, 7, 8, NULL, '{"9":60}'),
               ('60007654321', NULL, 1, NULL, 300, 30, 0, NULL, NULL, 0, 1234, '{}');
    INSERT INTO account (id, org, crm_user, settings, events_off, switched_on, is_active, is_admin, checked_ms, zone, profile)
        VALUES (3, '60001234567', '411001', '{}', 1, 0, 0, 1, 11, 'Europe/Berlin', '9'),
               (5, '60007654321', '411001', NULL, 0, 1, 1, 0, 0, NULL, NULL);
    INSERT INTO session (token_hash, account, expires_ms) VALUES (CAST('hash' AS BYTES), 3, 9999999999999);
    INSERT INTO consent (state_hash, account, what, verifier, expires_ms)
        VALUES (CAST('hash' AS BYTES), 3, 'crm', 'v', 9999999999999);
    INSERT INTO mailbox (id, account, org, graph_id, address, name, connected)
        VALUES (4, 3, '60001234567', 'mailbox-a', 'anna.secret@example.com', 'Anna Secret', 1),
               (9, 5, '60007654321', 'mailbox-b', '', '', 0);
    INSERT INTO schedule (mailbox, org, due_ms, queued_ms, is_hinted, failures, idle, stopped)
        VALUES (4, '60001234567', 21, 22, 1, 2, 3, 'MXS-1001');
    INSERT INTO token (org, mailbox, what, sealed, expires_ms, renewing_ms)
        VALUES ('60001234567', 0, 'zoho-access-token', CAST('sealed' AS BYTES), 1, 2);
    INSERT INTO subscription (org, mailbox, side, resource, address, name, sealed, expires_ms, due_ms)
        VALUES ('60001234567', 4, 'exchange', 'event', 'a', 'n', CAST('sealed' AS BYTES), 1, 2);
    INSERT INTO run (fence, mailbox, started_ms, expires_ms, progress, ended_ms, outcome, summary, commits, commit_digest, undoes)
        VALUES (7, 4, 1, 2, '{}', 3, '"completed"', '{}', 4, CAST('digest' AS BYTES), 6),
               (8, 4, 4, 5, NULL, NULL, NULL, NULL, 0, NULL, NULL);
    INSERT INTO run_kind (fence, kind, outcome, summary) VALUES (7, 'contact', '"completed"', '{}'), (7, 'task', NULL, NULL);
    INSERT INTO cursors (mailbox, kind, body) VALUES (4, 'contact', '{}');
    INSERT INTO item (id, mailbox, kind, what, key, crm, format, body, reason, name, settled, meeting, share)
        VALUES (10, 4, 'event', 'link', 'e1', 'c1', 3, '{"é":1}', '"busy"', 'Émile', 1, 'uid', 'holds'),
               (12, 4, 'contact', 'intent', 'crm:c2', NULL, 3, '{}', NULL, NULL, 0, NULL, NULL);
    INSERT INTO conflict (id, mailbox, fence, at_ms, format, body, digest, kind)
        VALUES (2, 4, 7, 1, 3, '{}', CAST('digest' AS BYTES), 'task');
    INSERT INTO journal (id, mailbox, kind, fence, number, at_ms, exchange, crm, format, body, undoes)
        VALUES (20, 4, 'contact', 7, 1, 1, 'e1', 'c1', 3, '{}', 6);
    INSERT INTO mail (id, mailbox, what, key, received, format, body)
        VALUES (30, 4, 'done', 'k', 1, 1, '{}'), (31, 4, 'folder', 'inbox', NULL, 1, '{}');
    INSERT INTO claim (org, meeting, mailbox, expires_ms) VALUES ('60001234567', 'uid', 4, 1), ('60001234567', 'uie', 4, 1);
    INSERT INTO audit (id, org, at_ms, actor, action, target, failure, detail)
        VALUES (40, '60001234567', 1, '411001', 'sync_asked', '411002', 'MXS-1001', '{"on":"true"}');
    INSERT INTO alert (id, org, mailbox, code, severity, opened_ms, last_ms, times, closed_ms)
        VALUES (50, '60001234567', 4, 'MXS-1001', 'error', 1, 2, 3, 4);
"#;

/// A folder for files, which goes away with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("mxs-function-backup-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        fs::create_dir(&folder).expect("a folder");
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// A database in a file here.
    fn database(&self, name: &str) -> Variable {
        ("MXS_DATA_DIR", self.path(name).display().to_string())
    }

    fn names(&self) -> BTreeSet<String> {
        let entries = fs::read_dir(&self.0).expect("a folder");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left behind does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The variable that names a database, and what it holds.
pub(crate) type Variable = (&'static str, String);

/// The program's settings, with these keys of age.
fn settings(database: &Variable, ring: &str, identity: &Identity) -> ServerConfig {
    let variables: BTreeMap<&str, String> = [
        (database.0, database.1.clone()),
        ("MXS_ORG_SECRETS", json!({ ORG: SECRET }).to_string()),
        ("MXS_KEYS", ring.to_owned()),
        ("MXS_BACKUP_RECIPIENTS", identity.to_public().to_string()),
        ("MXS_BACKUP_IDENTITY", format!("# made by a test\n{}\n", identity.to_string().expose_secret())),
    ]
    .into();
    ServerConfig::from_variables(|name| variables.get(name).cloned()).expect("settings")
}

pub(crate) async fn connect((name, place): &Variable) -> AnyConnection {
    sqlx::any::install_default_drivers();
    let is_file = *name == "MXS_DATA_DIR";
    let url =
        if is_file { format!("sqlite://{place}/{}?mode=rwc", mxs_function::DATABASE_FILE) } else { place.clone() };
    AnyConnection::connect(&url).await.expect("a database")
}

/// Fills an empty database.
async fn fill(database: &Variable) {
    let mut connection = connect(database).await;
    let bytes = if database.0 == "MXS_DATA_DIR" { "BLOB" } else { "BYTEA" };
    for statement in ROWS.replace("BYTES", bytes).split(";\n") {
        sqlx::query(AssertSqlSafe(statement.to_owned())).execute(&mut connection).await.expect(statement);
    }
    if database.0 != "MXS_DATA_DIR" {
        let given_out = "SELECT setval(pg_get_serial_sequence('run', 'fence'), 8)";
        sqlx::query(given_out).execute(&mut connection).await.expect("a number");
    }
    let ring = KeyRing::parse(&SecretString::from(KEY)).expect("a ring");
    let mut nonce = [0; 12];
    for (id, mailbox, what) in [(60_i64, 0_i64, What::ZohoRefreshToken), (62, 4, What::MicrosoftRefreshToken)] {
        let row = mailbox.to_string();
        let whose = if mailbox == 0 { Whose::Organisation } else { Whose::Mailbox(&row) };
        nonce[0] += 1;
        let context = Context { organisation: ORG, whose, what };
        let sealed = ring.seal(&SecretString::from("a-refresh-token"), &context, nonce).expect("sealed");
        sqlx::query(
            "INSERT INTO credential (id, org, mailbox, what, key_id, sealed, about, at_ms)
             VALUES ($1, $2, $3, $4, 'a', $5, '{\"x\":1}', 17)",
        )
        .bind(id)
        .bind(ORG)
        .bind(mailbox)
        .bind(what.name())
        .bind(sealed.to_bytes())
        .execute(&mut connection)
        .await
        .expect("a secret");
    }
    connection.close().await.expect("closed");
}

/// All that a database holds, but for how it was migrated and what the job engine keeps.
pub(crate) async fn content(database: &Variable) -> Content {
    let mut connection = connect(database).await;
    let tables = if database.0 == "MXS_DATA_DIR" {
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '_sqlx%'"
    } else {
        "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE '\\_sqlx%'"
    };
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut connection).await.expect("tables");
    let mut content = Content::new();
    for table in tables {
        let rows = sqlx::query(AssertSqlSafe(format!("SELECT * FROM {table}"))).fetch_all(&mut connection).await;
        let rows = rows.expect("rows");
        let rows = rows.iter().map(|row| row.columns().iter().map(|column| shown(row, column)).collect());
        content.insert(table, rows.collect());
    }
    content
}

fn shown(row: &AnyRow, column: &impl Column) -> (String, String) {
    let at = column.ordinal();
    let value = row
        .try_get::<Option<i64>, _>(at)
        .map(|number| format!("{number:?}"))
        .or_else(|_| row.try_get::<Option<String>, _>(at).map(|text| format!("{text:?}")))
        .or_else(|_| row.try_get::<Option<Vec<u8>>, _>(at).map(|bytes| format!("{bytes:02x?}")));
    (column.name().to_owned(), value.expect("a value"))
}

/// Makes the tables.
async fn open(database: &Variable) {
    let settings = settings(database, KEY, &Identity::generate());
    App::open(settings.config).await.expect("opens").close().await;
}

/// A filled database of this test's sort, and a backup of it.
async fn backed_up(folder: &Folder, identity: &Identity) -> (Home, PathBuf) {
    let home = Home::fresh().await;
    open(&home.variable()).await;
    fill(&home.variable()).await;
    let file = folder.path("backup.age");
    export(settings(&home.variable(), KEY, identity), &file).await.expect("exported");
    (home, file)
}

/// Why nothing was imported, after making sure that nothing was.
async fn refused(file: &Path, ring: &str, identity: &Identity) -> BackupError {
    let home = Home::fresh().await;
    let error = import(settings(&home.variable(), ring, identity), file, Secrets::Kept).await.expect_err("refused");
    let stored = content(&home.variable()).await;
    assert!(stored.values().all(BTreeSet::is_empty), "{error}: {stored:?}");
    match error {
        ServerError::Backup(error) => error,
        other => panic!("{other}"),
    }
}

/// From this test's sort of database into a file, from there into another file, and back: on PostgreSQL that is each of the
/// four ways.
#[tokio::test]
async fn what_goes_through_a_backup_is_the_same_in_either_database() {
    let (folder, identity) = (Folder::new(), Identity::generate());
    let [first, second, third] = [Home::fresh().await, Home::fresh().await, Home::fresh().await];
    let way = [first.variable(), folder.database("one"), folder.database("two"), second.variable(), third.variable()];
    open(&way[0]).await;
    fill(&way[0]).await;
    let mut before = content(&way[0]).await;
    assert!(before.values().all(|rows| !rows.is_empty()), "no table is forgotten by this test");
    let nothing = serde_json::to_string(&mxs_core::Summary::default()).expect("JSON");
    for (step, pair) in way.windows(2).enumerate() {
        let file = folder.path(&format!("{step}.age"));
        let rows = export(settings(&pair[0], KEY, &identity), &file).await.expect("exported");
        let imported = import(settings(&pair[1], KEY, &identity), &file, Secrets::Kept).await.expect("imported");
        assert_eq!(rows, imported);
        let after = content(&pair[1]).await;
        for (table, rows) in &mut before {
            let change = |row: &BTreeMap<String, String>| {
                let mut row = row.clone();
                match table.as_str() {
                    "schedule" => drop(row.insert("queued_ms".to_owned(), "None".to_owned())),
                    "run" if row["ended_ms"] == "None" => {
                        row.insert("ended_ms".to_owned(), row["expires_ms"].clone());
                        row.insert("outcome".to_owned(), r#"Some("\"interrupted\"")"#.to_owned());
                        row.insert("summary".to_owned(), format!("Some({nothing:?})"));
                    }
                    _ => {}
                }
                row
            };
            *rows =
                if LEFT_OUT.contains(&table.as_str()) { BTreeSet::new() } else { rows.iter().map(change).collect() };
        }
        // What was put in by hand was counted by nobody; from then on it is counted, and the same.
        if step == 0 {
            let counts = ["stored_rows", "stored_bytes", "journal_rows"].map(str::to_owned);
            let of_anna = after["mailbox"].iter().find(|row| row["id"] == "Some(4)").expect("a mailbox");
            assert_eq!([&of_anna[&counts[0]], &of_anna[&counts[2]]], ["Some(6)", "Some(1)"]);
            before.insert("mailbox".to_owned(), after["mailbox"].clone());
        }
        assert_eq!(after, before, "from {} to {}", pair[0].0, pair[1].0);
    }
}

/// Fencing tokens that were given out after the backup was made are not given out again, and rows get numbers of their own.
#[tokio::test]
async fn what_counts_goes_on_counting() {
    let (folder, identity) = (Folder::new(), Identity::generate());
    let (_home, file) = backed_up(&folder, &identity).await;
    let home = Home::fresh().await;
    import(settings(&home.variable(), KEY, &identity), &file, Secrets::Kept).await.expect("imported");
    let mut connection = connect(&home.variable()).await;
    let mut next =
        async |sql: &'static str| -> i64 { sqlx::query_scalar(sql).fetch_one(&mut connection).await.expect("a row") };
    let fence = next("INSERT INTO run (mailbox, started_ms, expires_ms) VALUES (4, 1, 1) RETURNING fence").await;
    assert_eq!(fence, 1_000_000_009);
    assert_eq!(next("INSERT INTO account (org, crm_user) VALUES ('60001234567', '9') RETURNING id").await, 6);
    let alert = "INSERT INTO alert (org, mailbox, code, severity, opened_ms, last_ms, times)
                 VALUES ('60001234567', 9, 'x', 'error', 1, 1, 1) RETURNING id";
    assert_eq!(next(alert).await, 51);
}

/// Wherever a file is damaged or cut off nothing is imported, and it is said so.
#[tokio::test]
async fn a_damaged_backup_is_refused_as_a_whole() {
    let (folder, identity) = (Folder::new(), Identity::generate());
    let (_home, file) = backed_up(&folder, &identity).await;
    let good = fs::read(&file).expect("a backup");
    let damaged = folder.path("damaged.age");
    let places = [0, 1, 30, 100, 150, good.len() / 3, good.len() / 2, good.len() - 17, good.len() - 1];
    for place in places {
        let mut changed = good.clone();
        changed[place] ^= 1;
        for (case, bytes) in [("changed", &changed[..]), ("cut off", &good[..place])] {
            fs::write(&damaged, bytes).expect("written");
            let error = refused(&damaged, KEY, &identity).await;
            // One bit of whom it is for makes it somebody else's.
            let is_told = matches!(error, BackupError::Damaged(_) | BackupError::NotForUs);
            assert!(is_told, "{case} at {place} of {}: {error}", good.len());
        }
    }
    fs::write(&damaged, [&good[..], b"more"].concat()).expect("written");
    assert!(matches!(refused(&damaged, KEY, &identity).await, BackupError::Damaged(_)), "more behind it");
}

/// What was encrypted for us, but isn't what we write.
#[tokio::test]
async fn a_backup_that_says_something_else_is_refused() {
    let (folder, identity) = (Folder::new(), Identity::generate());
    let (_home, file) = backed_up(&folder, &identity).await;
    let text = age::decrypt(&identity, &fs::read(&file).expect("a backup")).expect("for us");
    let lines: Vec<Value> =
        text.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect();
    let last = lines.len() - 1;
    let end = lines[last].clone();
    let schema = lines[0]["schema"].as_i64().expect("a number");
    type Change<'a> = &'a dyn Fn(&mut Vec<Value>);
    let cases: [(&str, Change<'_>, &str); 9] = [
        ("of a version with fewer migrations", &|lines| lines[0]["schema"] = json!(schema - 1), "version 9.9"),
        ("of a version with more", &|lines| lines[0]["schema"] = json!(schema + 1), "version 9.9"),
        ("in another form", &|lines| lines[0]["mxs_backup"] = json!(2), "version 9.9"),
        ("without its end", &|lines| drop(lines.pop()), "end is missing"),
        ("with a row less", &|lines| drop(lines.remove(last - 1)), "not as many rows"),
        ("with two ends", &|lines| lines.push(end.clone()), "not as many rows"),
        ("with another table", &|lines| lines[1]["row"][0] = json!("session"), "no such table"),
        ("with tables in disorder", &|lines| lines.swap(1, last - 1), "no such table"),
        ("with a word for a number", &|lines| lines[1]["row"][1][2] = json!("one"), "not of its table"),
    ];
    for (case, change, expected) in cases {
        let mut changed = lines.clone();
        changed[0]["program"] = json!("9.9");
        change(&mut changed);
        let text: String = changed.iter().map(|line| format!("{line}\n")).collect();
        let other = folder.path("other.age");
        fs::write(&other, age::encrypt(&identity.to_public(), text.as_bytes()).expect("encrypted")).expect("written");
        let error = refused(&other, KEY, &identity).await.to_string();
        assert!(error.contains(expected), "{case}: {error}");
    }
}

#[tokio::test]
async fn a_backup_opens_for_its_keys_alone() {
    let (folder, identity) = (Folder::new(), Identity::generate());
    let (_home, file) = backed_up(&folder, &identity).await;
    let bytes = fs::read(&file).expect("a backup");
    assert!(!String::from_utf8_lossy(&bytes).contains("anna.secret"));
    let error = refused(&file, KEY, &Identity::generate()).await;
    assert!(matches!(error, BackupError::NotForUs), "{error}");
    for ring in [OTHER_KEY, &KEY.replace("\"a\"", "\"b\"")] {
        let error = refused(&file, ring, &identity).await;
        assert!(matches!(&error, BackupError::Sealed { key } if key == "a"), "{error}");
    }

    // Who lost the keys goes on without the secrets.
    let home = Home::fresh().await;
    import(settings(&home.variable(), OTHER_KEY, &identity), &file, Secrets::LeftOut).await.expect("imported");
    let stored = content(&home.variable()).await;
    assert_eq!((stored["credential"].len(), stored["item"].len()), (0, 2));
}

#[tokio::test]
async fn nothing_is_imported_over_what_is_there() {
    let (folder, identity) = (Folder::new(), Identity::generate());
    let (home, file) = backed_up(&folder, &identity).await;
    let before = content(&home.variable()).await;
    let again = import(settings(&home.variable(), KEY, &identity), &file, Secrets::Kept).await;
    assert!(matches!(again, Err(ServerError::Backup(BackupError::NotEmpty))));
    assert_eq!(content(&home.variable()).await, before);
}

/// A file has its name when it is whole, is its owner's alone, and takes nobody's place.
#[cfg(unix)]
#[tokio::test]
async fn a_backup_is_a_new_file_for_its_owner() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, identity) = (Folder::new(), Identity::generate());
    let (home, file) = backed_up(&folder, &identity).await;
    assert_eq!(file.metadata().expect("a file").permissions().mode() & 0o777, 0o600);
    let before = fs::read(&file).expect("a backup");
    let again = export(settings(&home.variable(), KEY, &identity), &file).await;
    assert!(matches!(again, Err(ServerError::Backup(BackupError::Exists { .. }))));
    assert_eq!(fs::read(&file).expect("a backup"), before);
    let nowhere = export(settings(&home.variable(), KEY, &identity), &folder.path("none/backup.age")).await;
    assert!(matches!(nowhere, Err(ServerError::Backup(BackupError::Write { .. }))));
    assert_eq!(folder.names(), BTreeSet::from(["backup.age".to_owned()]));
}

/// The disk is full: the program may make files of 64 KiB, and is told so in place of being killed.
#[cfg(unix)]
#[tokio::test]
async fn a_full_disk_leaves_no_half_a_backup() {
    let (folder, home) = (Folder::new(), Home::fresh().await);
    open(&home.variable()).await;
    fill(&home.variable()).await;
    let large = format!("UPDATE mail SET body = '{}'", "x".repeat(300_000));
    let mut connection = connect(&home.variable()).await;
    sqlx::query(AssertSqlSafe(large)).execute(&mut connection).await.expect("stored");
    connection.close().await.expect("closed");
    let (name, place) = home.variable();
    let output = std::process::Command::new("sh")
        .args(["-c", r#"trap "" XFSZ; ulimit -f 128; exec "$0" export "$1""#, env!("CARGO_BIN_EXE_function")])
        .arg(folder.path("backup.age"))
        .env(name, place)
        .env("MXS_ORG_SECRETS", json!({ ORG: SECRET }).to_string())
        .env("MXS_BACKUP_RECIPIENTS", Identity::generate().to_public().to_string())
        .output()
        .expect("runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("can't be written") && stderr.lines().count() == 1, "{stderr}");
    assert_eq!(folder.names(), BTreeSet::new());
}

#[tokio::test]
async fn who_has_no_keys_is_told_which() {
    let (folder, home) = (Folder::new(), Home::fresh().await);
    let settings = |variables: &[(&str, &str)]| {
        let (name, place) = home.variable();
        let secrets = json!({ ORG: SECRET }).to_string();
        let all: BTreeMap<&str, &str> =
            [(name, &*place), ("MXS_ORG_SECRETS", &secrets)].into_iter().chain(variables.iter().copied()).collect();
        ServerConfig::from_variables(|name| all.get(name).map(|value| (*value).to_owned()))
    };
    let wrong = |variables: &[(&str, &str)]| settings(variables).expect_err("refused").to_string();
    assert!(wrong(&[("MXS_BACKUP_RECIPIENTS", "age1anna")]).contains("MXS_BACKUP_RECIPIENTS"));
    assert!(wrong(&[("MXS_BACKUP_IDENTITY", "AGE-SECRET-KEY-1ANNA")]).contains("MXS_BACKUP_IDENTITY_FILE"));
    assert!(wrong(&[("MXS_BACKUP_IDENTITY_FILE", "/nowhere")]).contains("MXS_BACKUP_IDENTITY_FILE"));
    let exported = export(settings(&[]).expect("settings"), &folder.path("backup.age")).await;
    assert!(matches!(exported, Err(ServerError::Backup(BackupError::NoRecipient))));
    let imported = import(settings(&[]).expect("settings"), &folder.path("backup.age"), Secrets::Kept).await;
    assert!(matches!(imported, Err(ServerError::Backup(BackupError::NoIdentity))));
    let identity = Identity::generate().to_string();
    let settings = settings(&[("MXS_BACKUP_IDENTITY", identity.expose_secret())]).expect("settings");
    let imported = import(settings, &folder.path("backup.age"), Secrets::Kept).await;
    assert!(matches!(imported, Err(ServerError::Backup(BackupError::Read { .. }))));
    assert!(App::open(config(home.database())).await.is_ok());
}
