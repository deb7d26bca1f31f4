//! Deliberate bugs in the engine, each of which the simulation must catch.
//!
//! `./build.sh simulate --mutants` builds the simulation with one of them at a time and runs it, with no check but the
//! one that is meant for it. The tests only see to it that the text of each is still there, and that every check has
//! one.

mod run;
mod table;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use table::MUTANTS;

/// One deliberate bug.
pub(crate) struct Mutant {
    /// The file, from the workspace's folder.
    pub(crate) file: &'static str,
    /// What is replaced; it is there once.
    pub(crate) text: &'static str,
    /// By what.
    pub(crate) by: &'static str,
    /// The bug, in a sentence.
    pub(crate) bug: &'static str,
    /// The check that must catch it, without all others.
    pub(crate) caught_by: &'static str,
}

impl Mutant {
    /// The file with the bug; an error if the text is not there exactly once.
    pub(crate) fn apply(&self, workspace: &Path) -> Result<String, String> {
        let whole = std::fs::read_to_string(workspace.join(self.file)).map_err(|error| error.to_string())?;
        match whole.matches(self.text).count() {
            1 => Ok(whole.replace(self.text, self.by)),
            count => Err(format!("{}: {count} times {:?}", self.file, self.text)),
        }
    }
}

/// The workspace's folder.
pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn the_text_of_each_is_there_once() {
    let lost: Vec<String> = MUTANTS.iter().filter_map(|mutant| mutant.apply(&workspace()).err()).collect();
    assert!(lost.is_empty(), "{}", lost.join("\n"));
}

#[test]
fn each_is_in_a_crate_that_is_built_with_it() {
    let needed = run::needed_by("sync");
    let of = |mutant: &Mutant| mutant.file.split('/').nth(1).map(str::to_owned).unwrap_or_default();
    assert!(MUTANTS.iter().all(|mutant| needed.contains(&of(mutant))));
}

#[test]
fn no_two_are_the_same_bug() {
    for (index, mutant) in MUTANTS.iter().enumerate() {
        assert_ne!(mutant.text, mutant.by, "{}", mutant.bug);
        let others = &MUTANTS[..index];
        assert!(others.iter().all(|other| other.bug != mutant.bug), "{}", mutant.bug);
        let same = |other: &Mutant| (other.file, other.text, other.by) == (mutant.file, mutant.text, mutant.by);
        assert!(!others.iter().any(same), "{}", mutant.bug);
    }
}

#[test]
fn every_check_has_one_that_it_must_catch() {
    let folder = workspace().join("crates/sync/tests/simulate/promises");
    let files = std::fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path());
    let text: String = files.map(|file| std::fs::read_to_string(file).expect("a text")).collect();
    let names = text.split("pub(crate) fn ").skip(1).filter_map(|rest| rest.split('(').next());
    let checks: BTreeSet<&str> = names.collect();
    let caught: BTreeSet<&str> = MUTANTS.iter().map(|mutant| mutant.caught_by).collect();
    assert_eq!(checks, caught);
}

#[test]
#[ignore = "takes minutes: ./build.sh simulate --mutants"]
fn the_simulation_catches_every_one() {
    run::all(MUTANTS);
}
