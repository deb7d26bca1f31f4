//! A disk that is full, and a folder that can't be written: the program itself, in a mount of its own.

use crate::home::Home;
use crate::support::{ORG, SECRET, Signed, put_link};
use mxs_api::{Challenge, ErrorCode, Lease, Problem, Session};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::SystemTime;

/// How much of the disk something else has taken.
const BALLAST_BYTES: usize = 1024 * 1024;

/// More commits than fit.
const COMMITS_MAX: usize = 200;

/// `function serve` after `mount`, a command of the shell for the folder `$0` that nobody else sees; `None` where mounts
/// can't be made.
fn program(folder: &Home, mount: &str) -> Option<Child> {
    let inside = |command: &str| {
        let mut unshare = Command::new("unshare");
        unshare.args(["--map-root-user", "--mount", "sh", "-c", command]).arg(folder.path());
        unshare
    };
    if !inside(mount).stderr(Stdio::null()).status().is_ok_and(|status| status.success()) {
        // cargo shows it of tests that fail only; with --nocapture of all.
        eprintln!("skipped: no mount can be made here");
        return None;
    }
    let mut serve = inside(&format!("{mount} && exec \"$1\" serve"));
    let serve = serve.arg(env!("CARGO_BIN_EXE_function")).env("MXS_DATA_DIR", folder.path());
    let serve = serve.env("MXS_ORG_SECRETS", json!({ ORG: SECRET }).to_string()).env("MXS_LISTEN", "127.0.0.1:0");
    Some(serve.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("runs"))
}

/// The program, until the test has ended.
struct Running {
    child: Child,
    address: String,
    token: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    fn call(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).expect("connects");
        let (token, length) = (&self.token, body.len());
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        stream.write_all(head.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        (head[9..12].parse().expect("a status"), body.to_owned())
    }

    fn done<T: DeserializeOwned>(&self, method: &str, path: &str, body: &Value) -> T {
        let (status, text) = self.call(method, path, &body.to_string());
        assert_eq!(status, 200, "{path}: {text}");
        serde_json::from_str(&text).expect("JSON")
    }
}

#[test]
fn a_full_disk_is_told_and_loses_nothing() {
    let folder = Home::new();
    let mount = format!("mount -t tmpfs -o size=3m tmpfs \"$0\" && head -c {BALLAST_BYTES} /dev/zero > \"$0/ballast\"");
    let Some(mut child) = program(&folder, &mount) else { return };
    let mut log = BufReader::new(child.stderr.take().expect("piped"));
    let mut first = String::new();
    log.read_line(&mut first).expect("a line");
    let first: Value = serde_json::from_str(&first).expect("JSON");
    let address = first["fields"]["listening"].as_str().expect("an address").to_owned();
    let ballast = format!("/proc/{}/root{}/ballast", child.id(), folder.path().display());
    let mut running = Running { child, address, token: String::new() };

    let nonce = running.done::<Challenge>("POST", "/v1/challenges", &json!(null)).nonce;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
    let statement = Signed::new(&nonce, now.as_millis() as i64).text(SECRET);
    running.token = running.done::<Session>("POST", "/v1/sessions", &json!({ "statement": statement })).token;
    let mailbox = json!({ "id": "mailbox-a", "address": "a", "name": "A" });
    running.done::<Value>("PUT", "/v1/mailbox", &mailbox);
    let fence = running.done::<Lease>("POST", "/v1/lease", &json!(null)).fence;
    let path = format!("/v1/lease/{fence}/commits");
    let commit = |number: usize| {
        let mut change = put_link(&format!("e{number}"), &format!("c{number}"));
        change["put_link"]["exchange_version"] = json!("v".repeat(30_000));
        json!({ "kind": "contact", "changes": [change], "progress": null })
    };
    let mut stored = 0;
    let refused = loop {
        let (status, text) = running.call("POST", &path, &commit(stored).to_string());
        if status != 200 {
            break (status, text);
        }
        stored += 1;
        assert!(stored < COMMITS_MAX, "the disk is never full");
    };
    let problem: Problem = serde_json::from_str(&refused.1).expect("a problem");
    assert_eq!((refused.0, problem.code), (507, ErrorCode::Unwritable), "{}", refused.1);
    assert!(stored > 0);
    let linked = || running.done::<Value>("GET", "/v1/overview", &json!(null))["linked"].as_u64().expect("a number");
    assert_eq!(linked(), stored as u64, "all that was answered is there, and can be read");

    // Somebody makes room: it goes on by itself.
    fs::remove_file(ballast).expect("removed");
    let (status, _) = running.call("POST", &path, &commit(stored).to_string());
    let after = linked();
    running.child.kill().expect("killed");
    let mut rest = String::new();
    log.read_to_string(&mut rest).expect("text");
    assert_eq!((status, after), (200, stored as u64 + 1), "{rest}");
    assert!(rest.contains("make room on its disk"), "{rest}");
}

#[test]
fn a_folder_that_can_only_be_read_is_told_at_once() {
    let folder = Home::new();
    let mount = "mount --bind \"$0\" \"$0\" && mount -o remount,ro,bind \"$0\"";
    let Some(child) = program(&folder, mount) else { return };
    let output = child.wait_with_output().expect("ends");
    let stderr = String::from_utf8(output.stderr).expect("text");
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("can't be written") && stderr.contains("Read-only file system"), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
}
