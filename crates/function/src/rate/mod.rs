//! How often the function may be called.
//!
//! Counted in memory: a restart forgets it, and each instance counts for itself. It is there to keep a flood
//! away from the database, not to account for anything.

mod bucket;
mod peer;
mod recent;

pub use bucket::Rate;
pub(crate) use peer::address;

use crate::App;
use crate::input::TokenHash;
use crate::refusal::Refusal;
use axum::http::request::Parts;
pub(crate) use bucket::Bucket;
pub(crate) use recent::Recent;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The most peers that are counted one by one.
const PEERS_MAX: usize = 10_000;

/// The most CRM users that are counted one by one.
const ACCOUNTS_MAX: usize = 10_000;

/// The most sessions of which it is remembered whose they are.
const TOKENS_MAX: usize = 20_000;

const NS_PER_MS: i128 = 1_000_000;
const NS_PER_S: i128 = 1_000_000_000;

/// How often the function may be called. A stranger is whoever shows no session that was good lately.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimits {
    /// Strangers of one network address. Applies only where the server knows it, see
    /// [`router`](crate::router); an office behind one address shares it.
    pub peer: Rate,
    /// All strangers together.
    pub all: Rate,
    /// One CRM user with a session. Strangers don't use it up.
    pub account: Rate,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            peer: Rate { burst: 120, per_minute: 120 },
            all: Rate { burst: 1_200, per_minute: 6_000 },
            // A run stores twice for each batch of twenty records, and the vendors slow it down long before.
            account: Rate { burst: 600, per_minute: 600 },
        }
    }
}

/// Counts calls. What it refuses comes with the number of seconds after which it makes sense to try again.
#[derive(Debug)]
pub(crate) struct Limiter {
    limits: RateLimits,
    counts: Mutex<Counts>,
}

#[derive(Debug)]
struct Counts {
    all: Bucket,
    peers: Recent<IpAddr, Bucket>,
    accounts: Recent<i64, Bucket>,
    tokens: Recent<TokenHash, i64>,
}

impl Limiter {
    pub(crate) fn new(limits: RateLimits) -> Self {
        let counts = Counts {
            all: Bucket::default(),
            peers: Recent::new(PEERS_MAX),
            accounts: Recent::new(ACCOUNTS_MAX),
            tokens: Recent::new(TOKENS_MAX),
        };
        Self { limits, counts: Mutex::new(counts) }
    }

    /// Takes one call of a stranger.
    pub(crate) fn stranger(&self, peer: Option<IpAddr>, now_ms: i64) -> Result<(), u32> {
        self.counts().stranger(self.limits, peer, i128::from(now_ms) * NS_PER_MS).map_err(seconds)
    }

    /// Takes the call that comes with a token, before the database is asked for it. One that was good lately
    /// counts for its account; whoever has another is a stranger.
    pub(crate) fn token(&self, token: &TokenHash, peer: Option<IpAddr>, now_ms: i64) -> Result<(), u32> {
        let mut counts = self.counts();
        let now_ns = i128::from(now_ms) * NS_PER_MS;
        let taken = match counts.tokens.get(token).copied() {
            Some(account) => take(&mut counts.accounts, account, self.limits.account, now_ns),
            None => counts.stranger(self.limits, peer, now_ns),
        };
        taken.map_err(seconds)
    }

    /// Whose the token is; nobody's, if it is not good or not any more.
    pub(crate) fn learn(&self, token: TokenHash, account: Option<i64>) {
        let tokens = &mut self.counts().tokens;
        match account {
            Some(account) => tokens.insert(token, account),
            None => tokens.remove(&token),
        }
    }

    /// Numbers stay numbers, whatever a thread that panicked did.
    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    fn stranger(&mut self, limits: RateLimits, peer: Option<IpAddr>, now_ns: i128) -> Result<(), i128> {
        // All are asked first, so that a flood does not even reach the table of peers, but pay last: what
        // one peer has too much is not the others' loss.
        self.all.cost(limits.all, now_ns)?;
        if let Some(peer) = peer {
            take(&mut self.peers, peer::network(peer), limits.peer, now_ns)?;
        }
        self.all.take(limits.all, now_ns)
    }
}

fn take<K: Eq + Hash + Copy>(buckets: &mut Recent<K, Bucket>, key: K, rate: Rate, now_ns: i128) -> Result<(), i128> {
    if let Some(bucket) = buckets.get(&key) {
        return bucket.take(rate, now_ns);
    }
    let mut bucket = Bucket::default();
    let taken = bucket.take(rate, now_ns);
    buckets.insert(key, bucket);
    taken
}

/// Rounded up: who comes back then finds a call to take.
fn seconds(wait_ns: i128) -> u32 {
    u32::try_from(wait_ns.div_euclid(NS_PER_S) + 1).unwrap_or(u32::MAX)
}

/// Refuses strangers who come too fast.
pub(crate) fn limit(app: &App, parts: &Parts) -> Result<(), Refusal> {
    let peer = address(&parts.extensions, &parts.headers, app.trusted_proxies());
    let limited = app.limiter().stranger(peer, app.now_ms());
    limited.map_err(|retry_after_s| Refusal::TooMany { retry_after_s })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: RateLimits = RateLimits {
        peer: Rate { burst: 2, per_minute: 60 },
        all: Rate { burst: 3, per_minute: 60 },
        account: Rate { burst: 1, per_minute: 60 },
    };

    fn peer(text: &str) -> Option<IpAddr> {
        text.parse().ok()
    }

    #[test]
    fn a_burst_then_the_long_run() {
        let limiter = Limiter::new(LIMITS);
        let (one, other) = (peer("192.0.2.1"), peer("192.0.2.2"));
        for (what, who, at_ms, expected) in [
            ("first of a burst", one, 0, Ok(())),
            ("second of a burst", one, 0, Ok(())),
            ("its burst is over", one, 0, Err(2)),
            ("another has its own", other, 0, Ok(())),
            ("but all together have one too", other, 0, Err(2)),
            ("not yet", one, 999, Err(1)),
            ("one call has come back", one, 1_000, Ok(())),
            ("and only one", one, 1_000, Err(2)),
            ("a long pause fills it", one, 60_000, Ok(())),
            ("up to the burst", one, 60_000, Ok(())),
            ("and not beyond", one, 60_000, Err(2)),
            ("a clock set back blocks nobody for long", one, 0, Err(2)),
            ("only as long as one takes to come back", other, 999, Err(1)),
            ("which it then does", other, 1_000, Ok(())),
        ] {
            assert_eq!(limiter.stranger(who, at_ms), expected, "{what}");
        }
    }

    #[test]
    fn what_one_peer_has_too_much_is_not_the_others_loss() {
        let limiter = Limiter::new(LIMITS);
        let calls = [(); 10].map(|()| limiter.stranger(peer("192.0.2.1"), 0).is_ok());
        assert_eq!(calls.iter().filter(|taken| **taken).count(), 2);
        assert_eq!(limiter.stranger(peer("192.0.2.2"), 0), Ok(()));
    }

    /// A table that is full of peers does not set the next one free.
    #[test]
    fn each_of_very_many_peers_is_limited() {
        let many = Rate { burst: 1_000_000, per_minute: 60 };
        let limiter = Limiter::new(RateLimits { all: many, ..LIMITS });
        for number in 0..PEERS_MAX as u32 + 10 {
            assert_eq!(limiter.stranger(Some(IpAddr::V4(number.into())), 0), Ok(()));
        }
        let calls = [(); 3].map(|()| limiter.stranger(peer("192.0.2.1"), 0).is_ok());
        assert_eq!(calls, [true, true, false]);
    }

    #[test]
    fn a_known_token_counts_for_its_account_and_no_other_does() {
        let limiter = Limiter::new(LIMITS);
        let (anna, other_tab, ben, guess) = ([1; 32], [2; 32], [3; 32], [4; 32]);
        for (token, account) in [(anna, 7), (other_tab, 7), (ben, 8)] {
            limiter.learn(token, Some(account));
        }
        let stranger = peer("192.0.2.1");
        for (what, token, expected) in [
            ("a guess", guess, Ok(())),
            ("a second guess", guess, Ok(())),
            ("one too many", guess, Err(2)),
            ("who has a session is not held up", anna, Ok(())),
            ("up to her own rate", anna, Err(2)),
            ("which is one for all her tabs", other_tab, Err(2)),
            ("and hers only", ben, Ok(())),
        ] {
            assert_eq!(limiter.token(&token, stranger, 0), expected, "{what}");
        }
        limiter.learn(ben, None);
        assert_eq!(limiter.token(&ben, stranger, 0), Err(2), "a session that ended is a stranger's");
    }
}
