//! Scripts from seeds, on every core.

use std::ops::Range;
use std::panic::{set_hook, take_hook};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// How many scripts run where nobody says otherwise: as many as are done in a minute or two. What is built to find bugs
/// takes ten times as long for each.
pub(crate) const SEEDS: u64 = if cfg!(debug_assertions) { 300 } else { 10_000 };

/// The seeds that `FROM` and `SEEDS` ask for.
pub(crate) fn asked() -> Range<u64> {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let (from, count) = (number("FROM").unwrap_or(0), number("SEEDS").unwrap_or(SEEDS));
    from..from.saturating_add(count)
}

/// Plays the scripts of all seeds, each with what its core has gathered so far; `play` answers whether it held. Answers
/// what all cores have gathered, and panics with `report` of the first seed that failed.
pub(crate) fn play_all<G: Default + Send>(
    seeds: Range<u64>,
    play: impl Fn(u64, &mut G) -> bool + Sync,
    report: impl Fn(u64) -> String,
) -> Vec<G> {
    let (start, count) = (Instant::now(), seeds.end - seeds.start);
    let hook = take_hook();
    set_hook(Box::new(|_| {}));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let failed = AtomicU64::new(u64::MAX);
    let play_share = &|first: usize| {
        let mut gathered = G::default();
        for seed in seeds.clone().skip(first).step_by(cores) {
            if seed > failed.load(Ordering::Relaxed) {
                break;
            }
            if !play(seed, &mut gathered) {
                failed.fetch_min(seed, Ordering::Relaxed);
            }
        }
        gathered
    };
    let gathered = std::thread::scope(|scope| {
        let shares: Vec<_> = (0..cores).map(|first| scope.spawn(move || play_share(first))).collect();
        shares.into_iter().map(|share| share.join().expect("what fails is caught")).collect()
    });
    let failed = Some(failed.into_inner()).filter(|seed| *seed < u64::MAX);
    let report = failed.map(|seed| format!("seed {seed}: {}", report(seed)));
    set_hook(hook);
    if let Some(report) = report {
        panic!("{report}");
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("{count} scripts, {:.0} a second; every promise held", count as f64 / seconds);
    gathered
}
