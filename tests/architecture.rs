//! The rules of ARCHITECTURE.md that a machine can check.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

const TAB: &str = "ms-exchange-sync";

/// Which crates of the workspace each may use, outside its tests. Arrows point one way: a crate stands
/// below everything that it may use.
const MAY_USE: &[(&str, &[&str])] = &[
    ("mxs-http", &[]),
    ("mxs-xml", &[]),
    ("mxs-core", &[]),
    ("mxs-calendar", &[]),
    ("mxs-html", &[]),
    ("mxs-vault", &[]),
    // For tests alone: nobody uses it outside them.
    ("mxs-malformed", &[]),
    ("mxs-api", &["mxs-core"]),
    ("mxs-graph", &["mxs-calendar", "mxs-core", "mxs-http"]),
    // Two doors to one mailbox: the marks, the words and the days of both are the same.
    ("mxs-ews", &["mxs-calendar", "mxs-core", "mxs-graph", "mxs-http", "mxs-xml"]),
    ("mxs-zoho", &["mxs-calendar", "mxs-core", "mxs-http"]),
    ("mxs-sync", &["mxs-api", "mxs-core", "mxs-ews", "mxs-graph", "mxs-http", "mxs-zoho"]),
    ("mxs-runner", &["mxs-api", "mxs-core", "mxs-http", "mxs-sync"]),
    ("mxs-world", &["mxs-calendar", "mxs-http", "mxs-xml"]),
    (
        "mxs-function",
        &[
            "mxs-api",
            "mxs-core",
            "mxs-ews",
            "mxs-graph",
            "mxs-html",
            "mxs-http",
            "mxs-outgoing",
            "mxs-runner",
            "mxs-sync",
            "mxs-vault",
            "mxs-zoho",
        ],
    ),
    (
        "mxs-sandbox",
        &["mxs-api", "mxs-core", "mxs-function", "mxs-http", "mxs-outgoing", "mxs-vault", "mxs-world", "mxs-zoho"],
    ),
    (
        "mxs-bench",
        &["mxs-api", "mxs-core", "mxs-function", "mxs-http", "mxs-sandbox", "mxs-sync", "mxs-vault", "mxs-world"],
    ),
    ("mxs-bridge", &["mxs-api", "mxs-core", "mxs-http"]),
    ("mxs-fetch", &["mxs-http"]),
    ("mxs-outgoing", &["mxs-http"]),
    (
        "mxs-worker",
        &["mxs-api", "mxs-bridge", "mxs-core", "mxs-fetch", "mxs-graph", "mxs-http", "mxs-runner", "mxs-sync"],
    ),
    // Neither the engine's run nor a vendor's client: what the page needs at the first visit is all it may weigh.
    (TAB, &["mxs-api", "mxs-bridge", "mxs-core", "mxs-fetch", "mxs-http"]),
];

/// Everything else that the pure crates may use. A runtime, a clock or a socket is not among it.
const PURE: &[(&str, &[&str])] = &[
    ("mxs-http", &["percent-encoding", "serde", "serde_bytes"]),
    ("mxs-xml", &["quick-xml"]),
    ("mxs-core", &["schemars", "serde", "smol_str", "thiserror"]),
    ("mxs-calendar", &["jiff", "thiserror"]),
    ("mxs-html", &["ammonia"]),
    ("mxs-vault", &["aes-gcm", "base64ct", "secrecy", "serde", "serde_json", "thiserror"]),
    ("mxs-api", &["schemars", "serde"]),
    ("mxs-bridge", &["serde"]),
    ("mxs-graph", &["jiff", "serde", "serde_json", "thiserror"]),
    ("mxs-ews", &["jiff", "serde_json", "thiserror"]),
    ("mxs-zoho", &["jiff", "secrecy", "serde", "serde_json", "thiserror"]),
    ("mxs-sync", &["thiserror"]),
    ("mxs-runner", &["futures-util", "serde", "serde_json"]),
    ("mxs-world", &["hmac", "jiff", "md-5", "md4", "serde", "serde_json", "sha2"]),
];

/// What pure code doesn't say.
const IMPURE: &[&str] = &[
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "std::time",
    "SystemTime::now",
    "Timestamp::now",
    "Zoned::now",
];

struct Package {
    folder: PathBuf,
    /// Names of what it uses, outside its tests.
    uses: BTreeSet<String>,
    /// Names of what it, its tests or its build script use.
    uses_anywhere: BTreeSet<String>,
}

fn packages() -> BTreeMap<String, Package> {
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&metadata.stdout).expect("cargo metadata prints JSON");
    let name = |dependency: &Value| dependency["name"].as_str().expect("a name").to_owned();
    let package = |package: &Value| {
        let dependencies = package["dependencies"].as_array().expect("dependencies");
        let folder =
            Path::new(package["manifest_path"].as_str().expect("a path")).parent().expect("a folder").to_owned();
        let uses = dependencies.iter().filter(|dependency| dependency["kind"].is_null()).map(name).collect();
        Package { folder, uses, uses_anywhere: dependencies.iter().map(name).collect() }
    };
    let packages = metadata["packages"].as_array().expect("packages");
    packages.iter().map(|json| (json["name"].as_str().expect("a name").to_owned(), package(json))).collect()
}

fn repository_file(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("the file is there")
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            files.extend(rust_files(&entry));
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            files.push(entry);
        }
    }
    files
}

#[test]
fn dependencies_point_one_way() {
    let packages = packages();
    let known: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    for (name, package) in &packages {
        let allowed = known.get(name.as_str()).unwrap_or_else(|| panic!("{name} has no rule in MAY_USE"));
        let ours = package.uses.iter().filter(|used| packages.contains_key(*used));
        let forbidden: Vec<&String> = ours.filter(|used| !allowed.contains(&used.as_str())).collect();
        assert!(forbidden.is_empty(), "{name} may not use {forbidden:?}");
    }
}

#[test]
fn pure_crates_stay_pure() {
    let packages = packages();
    for (name, allowed) in PURE {
        let package = &packages[*name];
        let theirs = package.uses.iter().filter(|used| !packages.contains_key(*used));
        let forbidden: Vec<&String> = theirs.filter(|used| !allowed.contains(&used.as_str())).collect();
        assert!(forbidden.is_empty(), "{name} is pure and may not use {forbidden:?}");
        for file in rust_files(&package.folder.join("src")) {
            let text = std::fs::read_to_string(&file).expect("the file is there");
            for word in IMPURE {
                assert!(!text.contains(word), "{} says {word}", file.display());
            }
        }
    }
}

#[test]
fn every_crate_is_on_the_map() {
    let map = repository_file("ARCHITECTURE.md");
    for (name, package) in packages() {
        let place = if name == TAB {
            "`src/`".to_owned()
        } else {
            format!("`crates/{}`", package.folder.file_name().expect("a name").to_string_lossy())
        };
        assert!(map.contains(&place), "ARCHITECTURE.md doesn't mention {place}");
    }
}

#[test]
fn every_dependency_has_its_reason() {
    let reasons = repository_file("docs/dependencies.md");
    let packages = packages();
    for (name, package) in &packages {
        for used in package.uses_anywhere.iter().filter(|used| !packages.contains_key(*used)) {
            assert!(
                reasons.contains(&format!("| `{used}` |")),
                "docs/dependencies.md doesn't say why {name} uses {used}"
            );
        }
    }
}

#[test]
fn reason_codes_are_never_used_twice() {
    let mut seen: BTreeMap<String, PathBuf> = BTreeMap::new();
    for file in [
        "crates/core/src/reason.rs",
        "crates/core/src/mail/reason.rs",
        "crates/sync/src/run.rs",
        "crates/api/src/exchange.rs",
        "crates/api/src/problem.rs",
        "crates/bridge/src/trouble.rs",
    ] {
        let text = repository_file(file);
        let mut here = BTreeSet::new();
        for (position, _) in text.match_indices("\"MXS-") {
            here.insert(text[position + 1..position + 9].to_owned());
        }
        for code in here {
            // Store errors keep the function's codes: they are the same errors, seen from the tab.
            let shared = ["MXS-4003", "MXS-4006", "MXS-4009"].contains(&code.as_str());
            if let Some(other) = seen.insert(code.clone(), PathBuf::from(file)) {
                assert!(shared, "{code} is used in {} and in {file}", other.display());
            }
        }
    }
    assert!(seen.len() > 20, "the codes are found");
}
