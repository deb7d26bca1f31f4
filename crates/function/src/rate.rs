//! How often the routes that need no session may be called.
//!
//! Counted in memory: a restart forgets it, and each instance counts for itself. It is there to keep a flood
//! away from the database, not to account for anything.

use crate::App;
use crate::refusal::Refusal;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};

/// The most peers that are counted one by one. More at the same time share the rate of all.
const PEERS_MAX: usize = 10_000;

/// So many calls at once, and so many a minute in the long run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Calls at once.
    pub burst: u32,
    /// Calls a minute; 0 allows none.
    pub per_minute: u32,
}

/// The rates of the routes that need no session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimits {
    /// Of one network address. Applies only where the server knows it, see
    /// [`router`](crate::router); an office behind one address shares it.
    pub peer: Rate,
    /// Of all together.
    pub all: Rate,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self { peer: Rate { burst: 120, per_minute: 120 }, all: Rate { burst: 1_200, per_minute: 6_000 } }
    }
}

/// Counts calls.
#[derive(Debug)]
pub(crate) struct Limiter {
    limits: RateLimits,
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    all: Bucket,
    peers: HashMap<IpAddr, Bucket>,
}

/// The moment at which the bucket is full again. One number is enough (this is the "generic cell rate
/// algorithm"): each call moves it by what a call costs, and it may be ahead of the clock by a burst.
#[derive(Clone, Copy, Debug, Default)]
struct Bucket {
    full_ms: i64,
}

impl Bucket {
    /// Takes one call, or says in how many milliseconds there is one to take.
    fn take(&mut self, rate: Rate, now_ms: i64) -> Result<(), i64> {
        let Some(cost) = 60_000_i64.checked_div(i64::from(rate.per_minute)) else { return Err(60_000) };
        let most = cost * i64::from(rate.burst);
        // The clock may have been set back: never be further ahead of it than a burst.
        self.full_ms = self.full_ms.clamp(now_ms, now_ms + most);
        let wait = self.full_ms + cost - (now_ms + most);
        if wait > 0 {
            return Err(wait);
        }
        self.full_ms += cost;
        Ok(())
    }
}

impl Limiter {
    pub(crate) fn new(limits: RateLimits) -> Self {
        Self { limits, counts: Mutex::default() }
    }

    /// Takes one call of `peer`, or says in how many seconds it makes sense to try again.
    pub(crate) fn take(&self, peer: Option<IpAddr>, now_ms: i64) -> Result<(), u32> {
        // Numbers stay numbers, whatever a thread that panicked did.
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let Counts { all, peers } = &mut *counts;
        let taken = match peer.map(network) {
            Some(peer) => {
                if peers.len() >= PEERS_MAX && !peers.contains_key(&peer) {
                    peers.retain(|_, bucket| bucket.full_ms > now_ms);
                }
                match (peers.len() < PEERS_MAX, peers.contains_key(&peer)) {
                    (false, false) => Ok(()),
                    _ => peers.entry(peer).or_default().take(self.limits.peer, now_ms),
                }
            }
            None => Ok(()),
        };
        taken
            .and_then(|()| all.take(self.limits.all, now_ms))
            .map_err(|wait_ms| u32::try_from(wait_ms.div_euclid(1000) + 1).unwrap_or(u32::MAX))
    }
}

/// Whoever has one IPv6 address has at least the 2^64 of its network.
fn network(peer: IpAddr) -> IpAddr {
    match peer {
        IpAddr::V4(_) => peer,
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(address) => IpAddr::V4(address),
            None => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        },
    }
}

/// Refuses calls that come too fast.
pub(crate) async fn limit(State(app): State<App>, request: Request, next: Next) -> Result<Response, Refusal> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip());
    match app.limiter().take(peer, app.now_ms()) {
        Ok(()) => Ok(next.run(request).await),
        Err(retry_after_s) => Err(Refusal::TooMany { retry_after_s }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: RateLimits =
        RateLimits { peer: Rate { burst: 2, per_minute: 60 }, all: Rate { burst: 3, per_minute: 60 } };

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
            ("only as long as one takes to come back", other, 1_000, Err(2)),
            ("which it then does", other, 2_000, Ok(())),
        ] {
            assert_eq!(limiter.take(who, at_ms), expected, "{what}");
        }
    }

    #[test]
    fn an_ipv6_network_is_one_peer() {
        let limiter = Limiter::new(LIMITS);
        assert_eq!(limiter.take(peer("2001:db8::1"), 0), Ok(()));
        assert_eq!(limiter.take(peer("2001:db8::2"), 0), Ok(()));
        assert_eq!(limiter.take(peer("2001:db8::3"), 0), Err(2));
        assert_eq!(limiter.take(peer("2001:db8:0:1::1"), 0), Ok(()));
    }

    #[test]
    fn the_table_of_peers_has_an_end() {
        let rate = Rate { burst: 1_000_000, per_minute: 60 };
        let limiter = Limiter::new(RateLimits { peer: rate, all: rate });
        for number in 0..PEERS_MAX as u32 + 10 {
            assert_eq!(limiter.take(Some(IpAddr::V4(number.into())), 0), Ok(()));
        }
        assert_eq!(limiter.counts.lock().expect("unpoisoned").peers.len(), PEERS_MAX);
        assert_eq!(limiter.take(Some(IpAddr::V4(u32::MAX.into())), 1_000), Ok(()));
        assert_eq!(limiter.counts.lock().expect("unpoisoned").peers.len(), 1);
    }
}
