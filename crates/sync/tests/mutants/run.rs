//! Builds the simulation with one bug at a time, in a copy of the crates, and runs it.

use crate::{Mutant, workspace};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// How many scripts must not pass unnoticed, where nobody says otherwise.
const SEEDS: &str = "2000";

/// What became of a mutant.
enum Fate {
    /// Its check caught it, at this seed.
    Caught { check: String, seed: String },
    /// It didn't.
    Survived,
    /// It was never tried: its text is gone, or it doesn't build.
    Untried(String),
}

/// Tries all of them, or those whose file, bug or check contains a word of `MUTANTS`, split at commas; prints a table.
pub(crate) fn all(mutants: &[Mutant]) {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace().join("target"), PathBuf::from);
    let copy = target.join("mutants/workspace");
    copy_crates(&copy);
    let wanted = std::env::var("MUTANTS").unwrap_or_default();
    let is_wanted = |mutant: &&Mutant| {
        let texts = [mutant.file, mutant.bug, mutant.caught_by];
        wanted.split(',').any(|word| texts.iter().any(|text| text.contains(word)))
    };
    let (mut tried, mut bad) = (0, 0);
    // As it is it must pass, or every mutant would count as caught.
    match run(&copy, &target.join("mutants/target"), None) {
        Fate::Survived => println!("without a bug every promise holds"),
        Fate::Caught { check, seed } => panic!("{check} is broken at seed {seed} without a bug"),
        Fate::Untried(why) => panic!("the copy doesn't build: {why}"),
    }
    for mutant in mutants.iter().filter(is_wanted) {
        let start = Instant::now();
        let fate = try_one(mutant, &copy, &target.join("mutants/target"));
        tried += 1;
        let line = match fate {
            Fate::Caught { check, seed } => format!("seed {seed:<4} {check}"),
            Fate::Survived => {
                bad += 1;
                format!("SURVIVED {}", mutant.caught_by)
            }
            Fate::Untried(why) => {
                bad += 1;
                format!("UNTRIED {why}")
            }
        };
        println!("{:>5.1} s  {line}\n         {}: {}", start.elapsed().as_secs_f64(), mutant.file, mutant.bug);
    }
    println!("{} of {tried} mutants caught, each by its own check", tried - bad);
    assert!(bad == 0, "{bad} mutants were not caught");
}

fn try_one(mutant: &Mutant, copy: &Path, target: &Path) -> Fate {
    let buggy = match mutant.apply(&workspace()) {
        Ok(buggy) => buggy,
        Err(why) => return Fate::Untried(why),
    };
    let file = copy.join(mutant.file);
    fs::write(&file, buggy).expect("the copy is ours");
    let fate = run(copy, target, Some(mutant.caught_by));
    fs::copy(workspace().join(mutant.file), &file).expect("the copy is ours");
    // A copy keeps no moment: without this cargo may take the mended file for the one it has built.
    let now = std::time::SystemTime::now();
    fs::File::options().append(true).open(&file).and_then(|file| file.set_modified(now)).expect("the copy is ours");
    fate
}

/// Builds and runs the simulation as it is in the copy, with one check alone or with all.
fn run(copy: &Path, target: &Path, only: Option<&str>) -> Fate {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let seeds = std::env::var("SEEDS").unwrap_or_else(|_| SEEDS.to_owned());
    let mut command = Command::new(cargo);
    command
        .args(["test", "--offline", "--quiet", "--profile", "server", "-p", "mxs-sync", "--test", "simulate"])
        .args(["every_promise_holds_in_every_script", "--", "--nocapture"])
        .current_dir(copy)
        .env("CARGO_TARGET_DIR", target)
        .env("SEEDS", seeds)
        .env("RUST_BACKTRACE", "0")
        .envs(only.map(|check| ("ONLY", check)));
    let output = command.output().expect("cargo starts");
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    if output.status.success() {
        return Fate::Survived;
    }
    let broken = text.lines().find_map(|line| line.strip_prefix("seed ")?.split_once(": "));
    match broken {
        Some((seed, broken)) => {
            let check = broken.split(": ").next().unwrap_or(broken).to_owned();
            Fate::Caught { check, seed: seed.to_owned() }
        }
        None => Fate::Untried(text.lines().filter(|line| line.starts_with("error")).collect()),
    }
}

/// Copies what the simulation is built of, with a workspace of its own around it. What has not changed since is left
/// as it is, and isn't built again.
fn copy_crates(copy: &Path) {
    let needed = needed_by("sync");
    for name in &needed {
        copy_folder(&workspace().join("crates").join(name), &copy.join("crates").join(name));
    }
    for folder in fs::read_dir(copy.join("crates")).expect("a folder").map(|entry| entry.expect("an entry")) {
        if !needed.contains(&folder.file_name().to_string_lossy().into_owned()) {
            fs::remove_dir_all(folder.path()).expect("the copy is ours");
        }
    }
    let manifest = fs::read_to_string(workspace().join("Cargo.toml")).expect("the workspace has a manifest");
    write_changed(&copy.join("Cargo.toml"), only_of_the_workspace(&manifest).as_bytes());
    let lock = fs::read(workspace().join("Cargo.lock")).expect("the workspace has a lock file");
    fs::write(copy.join("Cargo.lock"), lock).expect("the copy is ours");
}

/// A crate and all those of the workspace that its manifest and theirs name, for tests too.
pub(crate) fn needed_by(name: &str) -> BTreeSet<String> {
    let (mut needed, mut open) = (BTreeSet::new(), vec![name.to_owned()]);
    while let Some(name) = open.pop() {
        let manifest = workspace().join("crates").join(&name).join("Cargo.toml");
        let manifest = fs::read_to_string(manifest).expect("a crate has a manifest");
        if needed.insert(name) {
            let names =
                manifest.lines().filter_map(|line| line.strip_prefix("mxs-")?.strip_suffix(".workspace = true"));
            open.extend(names.map(str::to_owned));
        }
    }
    needed
}

fn copy_folder(from: &Path, to: &Path) {
    if to.exists() {
        remove_what_is_gone(from, to);
    }
    fs::create_dir_all(to).expect("the copy is ours");
    for entry in fs::read_dir(from).expect("a folder").map(|entry| entry.expect("an entry")) {
        let (path, copied) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy_folder(&path, &copied);
        } else {
            write_changed(&copied, &fs::read(&path).expect("a file"));
        }
    }
}

fn remove_what_is_gone(from: &Path, to: &Path) {
    for entry in fs::read_dir(to).expect("a folder").map(|entry| entry.expect("an entry")) {
        let (path, original) = (entry.path(), from.join(entry.file_name()));
        if path.is_dir() && !original.is_dir() {
            fs::remove_dir_all(path).expect("the copy is ours");
        } else if path.is_file() && !original.is_file() {
            fs::remove_file(path).expect("the copy is ours");
        }
    }
}

fn write_changed(file: &Path, contents: &[u8]) {
    if fs::read(file).ok().as_deref() != Some(contents) {
        fs::write(file, contents).expect("the copy is ours");
    }
}

/// The sections of a manifest that are the workspace's and not the root package's.
fn only_of_the_workspace(manifest: &str) -> String {
    let mut kept = String::new();
    let mut keeps = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            keeps = line.starts_with("[workspace") || line.starts_with("[profile");
        }
        if keeps {
            kept.extend([line, "\n"]);
        }
    }
    kept
}
