//! How often one caller may call.

const NS_PER_MINUTE: i128 = 60_000_000_000;

/// So many calls at once, and so many a minute in the long run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Calls at once.
    pub burst: u32,
    /// Calls a minute; 0 allows none.
    pub per_minute: u32,
}

/// The moment at which the bucket is full again. One number is enough (this is the "generic cell rate
/// algorithm"): each call moves it by what a call costs, and it may be ahead of the clock by a burst.
///
/// In nanoseconds since 1970, so that the cost of a call is never rounded down to nothing; in 128 bits, so
/// that no rate and no clock overflows.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bucket {
    full_ns: i128,
}

impl Bucket {
    /// Takes one call, or says in how many nanoseconds there is one to take.
    pub(crate) fn take(&mut self, rate: Rate, now_ns: i128) -> Result<(), i128> {
        self.full_ns += self.cost(rate, now_ns)?;
        Ok(())
    }

    /// What the call costs that can be taken now; or in how many nanoseconds there is one to take.
    pub(super) fn cost(&mut self, rate: Rate, now_ns: i128) -> Result<i128, i128> {
        if rate.per_minute == 0 {
            return Err(NS_PER_MINUTE);
        }
        // Rounded up: the rate is never exceeded.
        let cost = (NS_PER_MINUTE - 1) / i128::from(rate.per_minute) + 1;
        let most = cost * i128::from(rate.burst);
        // The clock may have been set back: never be further ahead of it than a burst.
        self.full_ns = self.full_ns.clamp(now_ns, now_ns + most);
        let wait = self.full_ns + cost - (now_ns + most);
        if wait > 0 { Err(wait) } else { Ok(cost) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTES: i128 = 3;

    /// A caller who takes every call that there is, for a while.
    #[test]
    fn a_rate_is_what_it_says() {
        for per_minute in [1, 60, 7_000, 60_001, 250_000] {
            let rate = Rate { burst: 1, per_minute };
            let (mut bucket, mut now_ns, mut taken) = (Bucket::default(), 0, 0);
            while now_ns < MINUTES * NS_PER_MINUTE {
                match bucket.take(rate, now_ns) {
                    Ok(()) => taken += 1,
                    Err(wait_ns) => now_ns += wait_ns,
                }
            }
            assert_eq!(taken, MINUTES * i128::from(per_minute), "{per_minute}");
        }
    }

    #[test]
    fn no_rate_is_too_high_to_count() {
        let mut bucket = Bucket::default();
        let rate = Rate { burst: 1, per_minute: u32::MAX };
        assert_eq!(bucket.take(rate, 0), Ok(()));
        assert!(bucket.take(rate, 0).is_err());
        let rate = Rate { burst: u32::MAX, per_minute: 1 };
        assert_eq!(bucket.take(rate, i128::from(i64::MAX) * 1_000_000), Ok(()));
        assert_eq!(bucket.take(Rate { burst: 1, per_minute: 0 }, 0), Err(NS_PER_MINUTE));
    }
}
