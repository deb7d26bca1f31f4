//! Starting, ending, and the reasons not to start.

use crate::home::Home;
use crate::support::{Fixture, ORG, SECRET, config, pairs, put_link};
use mxs_function::{App, DATABASE_FILE, Database, OpenError};
use serde_json::json;
use sqlx::ConnectOptions;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

/// A database with some state in it, closed.
async fn used() -> Arc<Home> {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let lease = f.lease(&anna).await;
    let links: Vec<_> = (0..500).map(|n| put_link(&format!("e{n}"), &format!("c{n}"))).collect();
    f.commit(&anna, lease.fence, json!(links)).await;
    f.app.close().await;
    f.home
}

#[tokio::test]
async fn a_damaged_database_is_told_and_left_alone() {
    type Damage = fn(&mut Vec<u8>);
    let cases: [(&str, Damage); 5] = [
        ("another file", |bytes| *bytes = b"BEGIN:VCARD\r\nEND:VCARD\r\n".repeat(100)),
        ("a wrong first page", |bytes| bytes[..64].fill(0x5a)),
        ("cut off", |bytes| bytes.truncate(bytes.len() / 2)),
        ("cut off within the header", |bytes| bytes.truncate(40)),
        ("pages overwritten", |bytes| {
            let half = bytes.len() / 2;
            bytes[half..half + 16 * 1024].fill(0xa5);
        }),
    ];
    for (case, damage) in cases {
        let folder = used().await;
        let path = folder.path().join(DATABASE_FILE);
        let mut bytes = fs::read(&path).expect("the database");
        damage(&mut bytes);
        fs::write(&path, &bytes).expect("damaged");
        let error = App::open(config(folder.database())).await.expect_err(case);
        assert!(matches!(error, OpenError::Corrupt { .. }), "{case}: {error:?}");
        assert!(error.to_string().contains("is damaged") && !error.to_string().contains('\n'), "{case}: {error}");
        assert_eq!(fs::read(&path).expect("still there"), bytes, "{case}: it was written to");
    }
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_alone() {
    let folder = used().await;
    let mut database = folder.look().await;
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (999, 'from the future', TRUE, x'00', 0)",
    )
    .execute(&mut database)
    .await
    .expect("inserted");
    let error = App::open(config(folder.database())).await.expect_err("too new");
    assert!(matches!(error, OpenError::Version { migration: 999, .. }), "{error:?}");
}

#[tokio::test]
async fn an_empty_file_is_a_database_not_yet_written() {
    let folder = Home::new();
    fs::write(folder.file(), b"").expect("made");
    App::open(config(folder.database())).await.expect("opens").close().await;
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().expect("it is there").permissions().mode() & 0o777
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("changed");
}

#[cfg(unix)]
#[tokio::test]
async fn the_folder_is_made_for_its_owner_only() {
    let folder = Home::new();
    let inner = folder.path().join("a/b");
    App::open(config(Database::Folder(inner.clone()))).await.expect("opens").close().await;
    assert_eq!(mode(&inner), 0o700);
}

/// The database is opened by a URL, in which these characters have a meaning.
#[tokio::test]
async fn a_folder_may_have_any_name() {
    let folder = Home::new();
    for name in ["a b", "50%", "%41", "why?", "no#1", "é", "+", ":memory:"] {
        let inner = folder.path().join(name).join("data");
        App::open(config(Database::Folder(inner.clone()))).await.expect(name).close().await;
        assert!(inner.join(DATABASE_FILE).metadata().expect(name).len() > 0, "{name}");
        let made = "SELECT count(*) FROM account";
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(inner.join(DATABASE_FILE)).read_only(true);
        sqlx::query(made).execute(&mut options.connect().await.expect(name)).await.expect("its tables are in there");
    }
}

/// A mounted folder is open to all as a rule, and is not the function's to change.
#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_read_the_database_whatever_its_folder_allows() {
    let files = |folder: &Home| {
        let mut modes: Vec<(String, u32)> = fs::read_dir(folder.path())
            .expect("a folder")
            .map(|entry| entry.expect("an entry"))
            .map(|entry| (entry.file_name().to_string_lossy().into_owned(), mode(&entry.path())))
            .collect();
        modes.sort();
        modes
    };
    let expected = ["", "-shm", "-wal"].map(|end| (format!("{DATABASE_FILE}{end}"), 0o600));
    let folder = Home::new();
    set_mode(folder.path(), 0o755);
    let app = App::open(config(folder.database())).await.expect("opens");
    assert_eq!(files(&folder), expected, "made anew");
    assert_eq!(mode(folder.path()), 0o755);
    // As an earlier version left them that was killed.
    let copy = Home::new();
    for (name, _) in &expected {
        fs::copy(folder.path().join(name), copy.path().join(name)).expect("copied");
        set_mode(&copy.path().join(name), 0o644);
    }
    app.close().await;
    let app = App::open(config(copy.database())).await.expect("opens");
    assert_eq!(files(&copy), expected, "found");
    app.close().await;
}

/// The computer loses its power: what is on the disk is the database and the log that was not yet worked in,
/// with half a transaction at its end.
#[tokio::test]
async fn what_was_committed_is_there_after_a_crash() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    let lease = f.lease(&anna).await;
    f.commit(&anna, lease.fence, json!([put_link("e1", "c1")])).await;
    let wal = |home: &Home| home.path().join(format!("{}-wal", mxs_function::DATABASE_FILE));
    let committed = std::fs::metadata(wal(&f.home)).expect("a log").len();
    f.commit(&anna, lease.fence, json!([put_link("e2", "c2")])).await;

    for (case, cut, expected) in [("whole", None, vec!["e1", "e2"]), ("half", Some(committed + 100), vec!["e1"])] {
        let home = Home::new();
        std::fs::copy(f.home.file(), home.file()).expect("copied");
        std::fs::copy(wal(&f.home), wal(&home)).expect("copied");
        if let Some(bytes) = cut {
            let log = std::fs::File::options().write(true).open(wal(&home)).expect("the log");
            log.set_len(bytes).expect("cut off");
        }
        let after = Fixture::opened(home, f.clock.clone()).await;
        let found = pairs(&after.state(&anna, lease.fence, 10).await);
        assert_eq!(found.iter().map(|(exchange, _)| exchange.as_str()).collect::<Vec<_>>(), expected, "{case}");
    }
}

/// What the program reads.
const VARIABLES: [&str; 8] = [
    "MXS_DATABASE_URL",
    "MXS_DATA_DIR",
    "MXS_LISTEN",
    "MXS_METRICS_LISTEN",
    "MXS_ORG_SECRETS",
    "MXS_ORG_SECRETS_FILE",
    "MXS_ALLOWED_ORIGINS",
    "MXS_TRUSTED_PROXIES",
];

/// The program, with these variables and no others of its own.
fn program(argument: &str, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_function"));
    for name in VARIABLES {
        command.env_remove(name);
    }
    command.arg(argument).envs(variables.iter().copied());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

#[test]
fn help_is_printed() {
    let Output { status, stdout, .. } = program("help", &[]).output().expect("runs");
    assert!(status.success());
    for word in VARIABLES.into_iter().chain(["127.0.0.1:7704"]) {
        assert!(text(&stdout).contains(word), "{word}");
    }
    assert_eq!(program("srve", &[]).output().expect("runs").status.code(), Some(2));
}

#[tokio::test]
async fn each_reason_not_to_start_is_one_clear_line() {
    let folder = Home::new();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
    write("file", "");
    write("empty.json", "{}");
    let damaged = used().await;
    fs::write(damaged.file(), "no database").expect("damaged");
    let damaged = damaged.path().display().to_string();
    let holder = TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = holder.local_addr().expect("its address").to_string();

    let (data, secrets) = (path("data"), json!({ ORG: SECRET }).to_string());
    let short = json!({ ORG: "too-short-a-secret" }).to_string();
    let swapped = json!({ SECRET: ORG }).to_string();
    let (missing, empty) = (path("missing.json"), path("empty.json"));
    let (under_file, any) = (path("file/data"), "127.0.0.1:0");
    let proxies = |number| [("MXS_DATA_DIR", &*data), ("MXS_ORG_SECRETS", &secrets), ("MXS_TRUSTED_PROXIES", number)];
    let metrics = |value| {
        let secrets = ("MXS_ORG_SECRETS", &*secrets);
        [("MXS_DATA_DIR", &*data), secrets, ("MXS_LISTEN", any), ("MXS_METRICS_LISTEN", value)]
    };
    let cases: [(&str, &[(&str, &str)]); 17] = [
        ("neither MXS_DATA_DIR nor MXS_DATABASE_URL is set", &[("MXS_ORG_SECRETS", &secrets)]),
        ("MXS_ORG_SECRETS_FILE is not set", &[("MXS_DATA_DIR", &data)]),
        ("both set", &[("MXS_DATA_DIR", &data), ("MXS_ORG_SECRETS", &secrets), ("MXS_ORG_SECRETS_FILE", &empty)]),
        ("can't be read", &[("MXS_DATA_DIR", &data), ("MXS_ORG_SECRETS_FILE", &missing)]),
        ("no organisation's secret", &[("MXS_DATA_DIR", &data), ("MXS_ORG_SECRETS_FILE", &empty)]),
        ("shorter than 32 bytes", &[("MXS_DATA_DIR", &data), ("MXS_ORG_SECRETS", &short)]),
        ("is a secret in its place", &[("MXS_DATA_DIR", &data), ("MXS_ORG_SECRETS", &swapped)]),
        ("not an address", &[("MXS_DATA_DIR", &data), ("MXS_ORG_SECRETS", &secrets), ("MXS_LISTEN", "7704")]),
        ("is no origin", &[("MXS_DATA_DIR", &data), ("MXS_ORG_SECRETS", &secrets), ("MXS_ALLOWED_ORIGINS", "*")]),
        ("not a number of proxies", &proxies("-1")),
        ("not a number of proxies", &proxies("10.0.0.1")),
        ("not a number of proxies", &proxies("17")),
        ("set MXS_METRICS_LISTEN to", &metrics(&taken)),
        ("not a port like 7705", &metrics("localhost")),
        ("is in use", &[("MXS_DATA_DIR", &data), ("MXS_ORG_SECRETS", &secrets), ("MXS_LISTEN", &taken)]),
        ("can't be written", &[("MXS_DATA_DIR", &under_file), ("MXS_ORG_SECRETS", &secrets), ("MXS_LISTEN", any)]),
        ("is damaged", &[("MXS_DATA_DIR", &damaged), ("MXS_ORG_SECRETS", &secrets), ("MXS_LISTEN", any)]),
    ];
    for (expected, variables) in cases {
        let Output { status, stderr, .. } = program("serve", variables).output().expect("runs");
        let stderr = text(&stderr);
        assert_eq!(status.code(), Some(1), "{expected}: {stderr}");
        assert!(stderr.starts_with("function: ") && stderr.contains(expected), "{expected}: {stderr}");
        assert_eq!(stderr.lines().count(), 1, "{expected}: {stderr}");
        assert!(!stderr.contains(SECRET) && !stderr.contains("too-short-a-secret"), "{stderr}");
    }
    assert!(!Path::new(&data).exists(), "a wrong setting is found before anything is made");
}

#[cfg(unix)]
#[test]
fn the_program_serves_until_it_is_told_to_stop() {
    let folder = Home::new();
    let data = folder.path().display().to_string();
    let secrets = json!({ ORG: SECRET }).to_string();
    let any = ("MXS_LISTEN", "127.0.0.1:0");
    let variables = [("MXS_DATA_DIR", &*data), ("MXS_ORG_SECRETS", &secrets), any, ("MXS_METRICS_LISTEN", "0")];
    let mut child = program("serve", &variables).spawn().expect("runs");
    let mut log = BufReader::new(child.stderr.take().expect("piped")).lines();
    let first = log.next().expect("a line").expect("text");
    let first: serde_json::Value = serde_json::from_str(&first).expect("JSON");
    let address = first["fields"]["listening"].as_str().expect("an address").to_owned();

    let metrics = first["fields"]["metrics_listening"].as_str().expect("an address").to_owned();
    assert!(metrics.starts_with("127.0.0.1:"), "a port alone is this computer's: {metrics}");

    let get = |address: &str, path: &str| {
        let mut stream = TcpStream::connect(address).expect("connects");
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    };
    let answer = get(&address, "/v1/health");
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with('}'), "{answer}");
    let answer = get(&metrics, "/metrics");
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("# EOF\n"), "{answer}");
    assert!(get(&address, "/metrics").starts_with("HTTP/1.1 404"), "callers from outside don't see it");
    assert!(get(&metrics, "/v1/health").starts_with("HTTP/1.1 404"));

    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill").success());
    assert!(child.wait().expect("ends").success());
    let rest: Vec<String> = log.map_while(Result::ok).collect();
    assert!(rest.iter().any(|line| line.contains("stopping")), "{rest:?}");
    // Closed in order: nothing is left in the write-ahead log.
    assert!(!folder.path().join(format!("{DATABASE_FILE}-wal")).exists());
}
