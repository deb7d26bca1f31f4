//! The benchmarks' program at its smallest size: that it runs, and measures what it says. No time is looked at.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs the program; answers what it printed.
fn run(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_mxs-bench")).args(arguments).output().expect("the program starts");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {complaint}");
    String::from_utf8(output.stdout).expect("text")
}

/// A new, empty folder.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("an old folder goes");
    }
    fs::create_dir_all(&folder).expect("a new folder");
    folder
}

/// The cells of a printed table that follow the row's name.
fn cells<'t>(table: &'t str, name: &str) -> Vec<&'t str> {
    let row = table.lines().find_map(|line| line.split_once(name)).unwrap_or_else(|| panic!("no row '{name}'"));
    row.1.split_whitespace().collect()
}

#[test]
fn the_engine_alone_in_every_case() {
    let folder = folder("engine");
    let people = folder.join("contacts");
    fs::write(&people, run(&["contacts", "200"])).expect("a file");
    let measure = |case: &str, state: &str| {
        let state = folder.join(state);
        fs::create_dir_all(&state).expect("a folder");
        let printed = run(&["engine", case, people.to_str().expect("text"), state.to_str().expect("text")]);
        serde_json::from_str::<serde_json::Value>(&printed).expect("JSON")["writes"].clone()
    };
    // Each begins with what the one before it left. The program itself refuses when a sync did anything else.
    let writes = [("first-to-mailbox", 200), ("echo", 0), ("no-change", 0), ("one-percent", 4)];
    for (case, expected) in writes {
        assert_eq!(measure(case, "state"), expected, "{case}");
    }
    assert_eq!(measure("first-to-crm", "other"), 200);
}

#[test]
fn the_calls_of_every_workload() {
    let table = run(&["calls", "20"]);
    // Requests to Microsoft, its quota, requests to Zoho, credits: each made/floor = ratio (floor without promises);
    // and the writes after.
    assert_eq!(table.lines().filter(|line| line.contains(" = ")).count(), 13, "a title and 12 workloads: {table}");
    // One request asks the mailbox; the CRM has a list of deleted records beside the query.
    assert_eq!(cells(&table, "no change")[..4], ["1/1", "=", "1.00", "(1)"], "{table}");
    assert_eq!(cells(&table, "no change")[8..12], ["2/2", "=", "1.00", "(1)"], "{table}");
    assert_eq!(cells(&table, "no change").last(), Some(&"0"), "{table}");
    // Twenty records are created with one request. Each of their items is marked with a part of its own.
    assert_eq!(cells(&table, "first sync, empty CRM")[8..12], ["2/2", "=", "1.00", "(2)"], "{table}");
    // Two items are edited on each side, others on each: two parts of one batch.
    assert_eq!(cells(&table, "10 % edited on each, disjoint")[..4], ["2/2", "=", "1.00", "(2)"], "{table}");
}

#[test]
fn a_change_costs_the_same_with_more_links() {
    let table = run(&["growth", "50", "100"]);
    let rows: Vec<Vec<&str>> = table.lines().skip(3).map(|line| line.split_whitespace().collect()).collect();
    let [few, many] = rows.as_slice() else { panic!("two rows: {table}") };
    assert_eq!((few[0], many[0]), ("50", "100"), "{table}");
    // Half of the changes are written in the mailbox, a part each, and one request asks.
    assert_eq!((few[3], many[3]), ("0.52", "0.52"), "{table}");
    assert_eq!((few[6], many[6]), ("0", "0"), "{table}");
}

#[test]
fn what_one_process_carries() {
    let table = run(&["load", "20", "3"]);
    for (case, runs) in [("first sync of all", 20), ("all due at once", 1), ("due evenly in 5 minutes", 0)] {
        let cells = cells(&table, case);
        assert!(cells[1].parse::<u32>().expect("a number") >= runs, "{case}: {table}");
        assert_eq!(cells[2], "0", "{case}: {table}");
    }
    // Every notification was answered, and counted; of many, few were stored.
    let cells = cells(&table, "what Graph never says");
    assert_eq!(cells[4], "3000", "{table}");
    assert!((1..=60).contains(&cells[5].parse::<u32>().expect("a number")), "{table}");
}

#[test]
fn what_it_does_not_know_it_refuses() {
    for arguments in [vec![], vec!["engine", "no-such-case", "a", "b"], vec!["calls", "many"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_mxs-bench")).args(&arguments).output().expect("it starts");
        assert!(!output.status.success(), "{arguments:?}");
    }
}
