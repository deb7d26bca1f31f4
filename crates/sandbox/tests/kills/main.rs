//! The function is killed in the middle of what it does, again and again; then everything must be there, once.
//!
//! The vendors are the sandbox's, in this process. The function is a process of its own: this program once more, told
//! to be the function. Both go by a clock that this program moves, so that a lease that a dead process holds has run
//! out when the next one starts. `KILLS` says how often (12), `SEED` which random choices are made.

mod child;
mod drive;
mod people;

use drive::Drive;
use std::time::Duration;

/// How often the function is killed unless `KILLS` says otherwise.
const KILLS: u32 = 12;

/// More than a lease and an interval with its jitter: everything is due when the function starts again.
const BETWEEN_MS: i64 = 400_000;

/// The most runs of the clock until both sides are quiet.
const QUIET_MAX: u32 = 40;

/// How long a process may live until it is killed, in milliseconds.
const LIFE_MS: u64 = 1_500;

fn main() {
    if let Some(order) = child::order() {
        return child::be_the_function(&order);
    }
    let asked = |flag: &str| std::env::args().any(|argument| argument == flag);
    // The runner asks which tests there are, and which of them are left out.
    if asked("--list") {
        if !asked("--ignored") {
            println!("killed_again_and_again: test");
        }
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(killed_again_and_again());
}

async fn killed_again_and_again() {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let (kills, seed) = (number("KILLS").unwrap_or(KILLS), number("SEED").unwrap_or(1));
    println!("KILLS={kills} SEED={seed}");
    let mut drive = Drive::start(u64::from(seed)).await;
    let (mut in_the_middle, mut edits) = (0, 0);
    for _ in 0..kills {
        edits += drive.edit();
        drive.pass(BETWEEN_MS);
        drive.start_function().await;
        let life = Duration::from_millis(drive.random(LIFE_MS));
        tokio::time::sleep(life).await;
        in_the_middle += u32::from(drive.is_running().await);
        drive.kill();
    }
    drive.pass(BETWEEN_MS);
    drive.start_function().await;
    let mut rounds = 0;
    while !drive.is_quiet().await {
        rounds += 1;
        assert!(rounds < QUIET_MAX, "both sides never came to rest (SEED={seed})");
        drive.pass(BETWEEN_MS);
    }
    let (contacts, runs) = drive.judge().await;
    println!(
        "killed {kills} times, {in_the_middle} of them in the middle of a run; {edits} edits, {contacts} contacts, {runs} runs: \
         nothing lost, nothing doubled, nothing run by two at once"
    );
    println!("test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out");
}
