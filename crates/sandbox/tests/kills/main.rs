//! The function is killed in the middle of what it does, or cut off from its database; then everything must be there, once.
//!
//! The vendors are the sandbox's, in this process. The function is a process of its own: this program once more, told
//! to be the function. Both go by a clock that this program moves, so that a lease that a dead process holds has run
//! out when the next one starts. `KILLS` says how often it is killed (12), `SEED` which random choices are made, `CUT_S` how
//! many seconds it is cut off for (5), and `DATABASE` (`sqlite`, `postgres`) that it is to be on one only.

mod child;
mod drive;
mod home;
mod people;
mod way;

use drive::{Cast, Drive, Judged, folder};
use home::Home;
use std::path::PathBuf;
use std::time::Duration;
use way::{Lock, Proxy, Way};

/// How often the function is killed unless `KILLS` says otherwise.
const KILLS: u64 = 12;

/// For how many seconds it is cut off unless `CUT_S` says otherwise.
const CUT_S: u64 = 5;

/// More than a lease and an interval with its jitter: everything is due when the function starts again.
const BETWEEN_MS: i64 = 400_000;

/// How much later it is by the clock that is moved, after the function was cut off.
const CUT_MS: i64 = 60_000;

/// The most runs of the clock until both sides are quiet.
const QUIET_MAX: u32 = 40;

/// How long a process may live until it is killed, in milliseconds.
const LIFE_MS: u64 = 1_500;

/// One process with a file.
const ALONE: Cast = Cast { organisations: 1, mailboxes: 3, instances: 1 };

/// Three processes that share a server's database and a queue.
const AMONG_THREE: Cast = Cast { organisations: 5, mailboxes: 6, instances: 3 };

/// Two that are cut off from it.
const CUT_OFF: Cast = Cast { organisations: 2, mailboxes: 3, instances: 2 };

/// The stories, as the runner knows them, and the database of each.
const STORIES: [(&str, &str); 4] = [
    ("killed_again_and_again", "sqlite"),
    ("killed_among_three", "postgres"),
    ("cut_off_from_the_server", "postgres"),
    ("locked_out_of_the_file", "sqlite"),
];

fn main() {
    if let Some(order) = child::order() {
        return child::be_the_function(&order);
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let asked = |flag: &str| arguments.iter().any(|argument| argument == flag);
    // The runner asks which tests there are, and which of them are left out.
    if asked("--list") {
        if !asked("--ignored") {
            STORIES.iter().for_each(|(story, _)| println!("{story}: test"));
        }
        return;
    }
    let named: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let only = std::env::var("DATABASE").ok();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let mut told = 0;
    for (story, database) in STORIES {
        let is_named = named.is_empty() || named.iter().any(|name| story.contains(*name));
        if is_named && only.as_deref().is_none_or(|only| only == database) {
            runtime.block_on(tell(story));
            told += 1;
        }
    }
    println!("test result: ok. {told} passed; 0 failed; 0 ignored; 0 measured; 0 filtered out");
}

async fn tell(story: &str) {
    let folder = folder();
    match story {
        "killed_again_and_again" => killed(&ALONE, &Home::file(&folder), folder).await,
        "locked_out_of_the_file" => locked_out(folder).await,
        _ => {
            let Some(home) = Home::server().await else {
                return println!("{story}: skipped, MXS_TEST_POSTGRES_URL names no server");
            };
            match story {
                "killed_among_three" => killed(&AMONG_THREE, &home, folder).await,
                _ => cut_off(&home, folder).await,
            }
            home.remove().await;
        }
    }
}

/// A number that whoever started this may have chosen.
fn chosen(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

async fn killed(cast: &Cast, home: &Home, folder: PathBuf) {
    let (kills, seed) = (chosen("KILLS", KILLS), chosen("SEED", 1));
    let Cast { organisations, mailboxes, instances } = cast;
    println!("KILLS={kills} SEED={seed}: {} mailboxes, {instances} instances", organisations * mailboxes);
    let mut drive = Drive::start(cast, home.variable(), folder, seed).await;
    let (mut in_the_middle, mut running, mut edits) = (0, 0, 0);
    for _ in 0..kills {
        edits += drive.edit();
        drive.pass(BETWEEN_MS);
        drive.start_function().await;
        let life = Duration::from_millis(drive.random(LIFE_MS));
        tokio::time::sleep(life).await;
        let now = drive.running().await;
        (in_the_middle, running) = (in_the_middle + u32::from(now > 0), running + now);
        drive.kill();
    }
    drive.pass(BETWEEN_MS);
    drive.start_function().await;
    println!(
        "killed {kills} times, {in_the_middle} of them while mailboxes were synced ({running} in all); {edits} edits, {}",
        rest(&mut drive).await
    );
}

/// Lets everything come to rest, and looks at all of it.
async fn rest(drive: &mut Drive) -> String {
    let mut rounds = 0;
    while !drive.is_quiet().await {
        rounds += 1;
        assert!(rounds < QUIET_MAX, "both sides never came to rest");
        drive.pass(BETWEEN_MS);
    }
    let Judged { contacts, runs, interrupted } = drive.judge().await;
    format!(
        "{contacts} contacts, {runs} runs, {interrupted} of them interrupted: nothing lost, nothing doubled, nothing run \
         by two at once"
    )
}

/// Nobody starts anything again: it must recover by itself.
async fn cut_off(home: &Home, folder: PathBuf) {
    let (seconds, seed) = (chosen("CUT_S", CUT_S), chosen("SEED", 1));
    let proxy = Proxy::new(home.address().to_owned()).await;
    let (name, url) = home.variable();
    let url = url.replace(home.address(), &proxy.address().to_string());
    let mut drive = Drive::start(&CUT_OFF, (name, url), folder, seed).await;
    for way in [Way::Refused, Way::Silent] {
        let edits = drive.edit();
        drive.pass(BETWEEN_MS);
        drive.until_running().await;
        proxy.set(way);
        drive.pass(CUT_MS);
        drive.until_healthy(false).await;
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        proxy.set(Way::Open);
        drive.until_healthy(true).await;
        drive.pass(BETWEEN_MS);
        println!("cut off for {seconds} s, {way:?}; {edits} edits, {}", rest(&mut drive).await);
    }
}

async fn locked_out(folder: PathBuf) {
    let (seconds, seed) = (chosen("CUT_S", CUT_S), chosen("SEED", 1));
    let home = Home::file(&folder);
    let (_, data) = home.variable();
    let mut drive = Drive::start(&ALONE, home.variable(), folder, seed).await;
    let edits = drive.edit();
    drive.pass(BETWEEN_MS);
    drive.until_running().await;
    let lock = Lock::new(data.as_ref()).await;
    drive.pass(CUT_MS);
    drive.until_healthy(false).await;
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    drop(lock);
    drive.until_healthy(true).await;
    drive.pass(BETWEEN_MS);
    println!("locked out for {seconds} s; {edits} edits, {}", rest(&mut drive).await);
}
