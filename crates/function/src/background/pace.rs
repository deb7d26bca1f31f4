//! When a mailbox is synced next. Pure: the moment and the chance come in as values.

/// The least that an organisation may choose: each run asks both vendors several times, and both count.
pub(crate) const INTERVAL_S_MIN: u32 = 60;

/// The most.
pub(crate) const INTERVAL_S_MAX: u32 = 24 * 60 * 60;

/// So many runs in a row that found nothing make the time between runs one interval longer.
const IDLE_RUNS: u32 = 3;

/// A mailbox in which nothing happens is still looked at after so many intervals.
const IDLE_FACTOR_MAX: u32 = 4;

/// Where vendors tell of changes a mailbox is looked at so much less often: what they don't tell of is found then.
const TOLD_FACTOR: u32 = 3;

/// The wait after the first failed run, in seconds; it doubles with each that follows.
const FIRST_RETRY_S: u32 = 60;

/// The longest wait after a failed run, in seconds.
const RETRY_S_MAX: u32 = 60 * 60;

/// After so many failed runs in a row the trouble is an error and no longer a warning. It is still tried again, at the
/// longest wait: what heals by itself should not need a person.
pub(crate) const TRIES_MAX: u32 = 10;

/// The part of a wait by which it may be longer, in percent: mailboxes that were due together part.
const JITTER_PERCENT: u64 = 10;

/// How a run ended, as far as the next one is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// It came to its end and had something to do.
    Busy,
    /// It came to its end and had nothing to do.
    Idle,
    /// It failed for a reason that may pass. A vendor may have said for how long to stay away.
    Transient {
        /// In seconds.
        retry_after_s: Option<u32>,
    },
    /// It failed for a reason that a person must remove: nobody is signed in, access was refused.
    Permanent,
}

/// What is remembered of a mailbox's last runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pace {
    /// How many runs in a row failed.
    pub(crate) failures: u32,
    /// How many in a row had nothing to do.
    pub(crate) idle: u32,
}

/// What follows from a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Next {
    /// In how many milliseconds the mailbox is due again; `None` when not before a person did something.
    pub(crate) wait_ms: Option<u64>,
    /// What is to be remembered.
    pub(crate) pace: Pace,
}

/// The time between two runs, in seconds: what the organisation chose, and longer where both vendors tell of changes.
pub(crate) fn between(interval_s: u32, is_told: bool) -> u32 {
    if is_told { interval_s.saturating_mul(TOLD_FACTOR).min(INTERVAL_S_MAX) } else { interval_s }
}

/// When a mailbox is due after a run. `interval_s` is what the organisation chose; `chance` is any number, all equally
/// likely.
pub(crate) fn next(ended: Ended, pace: Pace, interval_s: u32, chance: u64) -> Next {
    let interval_s = interval_s.clamp(INTERVAL_S_MIN, INTERVAL_S_MAX);
    match ended {
        Ended::Busy => Next { wait_ms: Some(parted(interval_s, chance)), pace: Pace::default() },
        Ended::Idle => {
            let idle = pace.idle.saturating_add(1);
            let factor = (1 + idle / IDLE_RUNS).min(IDLE_FACTOR_MAX);
            let wait_s = interval_s.saturating_mul(factor).min(INTERVAL_S_MAX);
            Next { wait_ms: Some(parted(wait_s, chance)), pace: Pace { failures: 0, idle } }
        }
        Ended::Transient { retry_after_s } => {
            let doubled_s = FIRST_RETRY_S.saturating_mul(1 << pace.failures.min(TRIES_MAX));
            let wait_s = doubled_s.min(RETRY_S_MAX).max(retry_after_s.unwrap_or(0)).min(INTERVAL_S_MAX);
            let failures = pace.failures.saturating_add(1);
            Next { wait_ms: Some(parted(wait_s, chance)), pace: Pace { failures, idle: 0 } }
        }
        Ended::Permanent => Next { wait_ms: None, pace: Pace { failures: pace.failures.saturating_add(1), idle: 0 } },
    }
}

/// So many seconds and up to a tenth more.
fn parted(seconds: u32, chance: u64) -> u64 {
    let wait_ms = u64::from(seconds) * 1000;
    wait_ms + chance % (wait_ms * JITTER_PERCENT / 100 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRESH: Pace = Pace { failures: 0, idle: 0 };

    fn wait_s(ended: Ended, pace: Pace, interval_s: u32) -> Option<u64> {
        next(ended, pace, interval_s, 0).wait_ms.map(|wait_ms| wait_ms / 1000)
    }

    #[test]
    fn who_is_told_of_changes_looks_less_often() {
        for (interval_s, is_told, expected) in [
            (300, false, 300),
            (300, true, 900),
            (INTERVAL_S_MAX, true, INTERVAL_S_MAX),
            (u32::MAX, true, INTERVAL_S_MAX),
        ] {
            assert_eq!(between(interval_s, is_told), expected, "{interval_s} {is_told}");
        }
    }

    #[test]
    fn a_mailbox_is_due_again() {
        const THROTTLED: Ended = Ended::Transient { retry_after_s: Some(900) };
        const AWAY: Ended = Ended::Transient { retry_after_s: None };
        let failed = |failures| Pace { failures, idle: 0 };
        let idle = |idle| Pace { failures: 0, idle };
        for (case, ended, pace, interval_s, wait) in [
            ("after its interval", Ended::Busy, FRESH, 300, Some(300)),
            ("not sooner than is allowed", Ended::Busy, FRESH, 1, Some(60)),
            ("not later than a day", Ended::Busy, FRESH, u32::MAX, Some(86_400)),
            ("as usual while it is quiet for the first time", Ended::Idle, FRESH, 300, Some(300)),
            ("later when it stays quiet", Ended::Idle, idle(2), 300, Some(600)),
            ("but not ever later", Ended::Idle, idle(1_000), 300, Some(1_200)),
            ("as usual when it was quiet and is no more", Ended::Busy, idle(1_000), 300, Some(300)),
            ("a minute after a first failure", AWAY, FRESH, 300, Some(60)),
            ("longer after each", AWAY, failed(3), 300, Some(480)),
            ("at most an hour", AWAY, failed(u32::MAX), 300, Some(3_600)),
            ("not before the vendor said", THROTTLED, FRESH, 300, Some(900)),
            ("nor before the own patience", THROTTLED, failed(5), 300, Some(1_920)),
            ("never, where a person must act", Ended::Permanent, FRESH, 300, None),
        ] {
            assert_eq!(wait_s(ended, pace, interval_s), wait, "{case}");
        }
    }

    #[test]
    fn what_was_due_together_parts() {
        let waits = |chance| next(Ended::Busy, FRESH, 300, chance).wait_ms.expect("a wait");
        assert_eq!((waits(0), waits(30_000), waits(30_001)), (300_000, 330_000, 300_000));
    }

    #[test]
    fn runs_in_a_row_are_counted() {
        let pace = |ended, pace| next(ended, pace, 300, 0).pace;
        let away = Ended::Transient { retry_after_s: None };
        assert_eq!(pace(away, pace(away, FRESH)), Pace { failures: 2, idle: 0 });
        assert_eq!(pace(Ended::Permanent, FRESH), Pace { failures: 1, idle: 0 });
        assert_eq!(pace(Ended::Idle, pace(away, FRESH)), Pace { failures: 0, idle: 1 });
        assert_eq!(pace(Ended::Busy, Pace { failures: 3, idle: 0 }), FRESH);
    }
}
