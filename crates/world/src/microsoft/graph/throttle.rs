//! How much an application may ask of a mailbox.
//!
//! See <https://learn.microsoft.com/en-us/graph/throttling-limits#outlook-service-limits>.

use crate::microsoft::refusal::Refusal;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, VecDeque};

/// Requests that an application may send to a mailbox within the window.
const REQUESTS: usize = 10_000;
/// The window.
const WINDOW: SignedDuration = SignedDuration::from_mins(10);
/// Requests of an application that a mailbox answers at once.
pub(super) const CONCURRENT: usize = 4;

/// Refusals that a tester ordered.
#[derive(Clone, Debug)]
struct Ordered {
    times: u32,
    retry_after: Option<String>,
}

/// What was asked lately.
#[derive(Clone, Debug, Default)]
pub(crate) struct Throttle {
    /// When each request came, by application and user.
    asked: BTreeMap<(String, String), VecDeque<Timestamp>>,
    /// By user.
    ordered: BTreeMap<String, VecDeque<Ordered>>,
}

impl Throttle {
    /// Makes the next `times` requests of a mailbox fail.
    pub(crate) fn order(&mut self, user: &str, times: u32, retry_after: Option<&str>) {
        if times > 0 {
            let ordered = Ordered { times, retry_after: retry_after.map(str::to_owned) };
            self.ordered.entry(user.to_owned()).or_default().push_back(ordered);
        }
    }

    /// Takes back what a tester ordered.
    pub(crate) fn relent(&mut self, user: &str) {
        self.ordered.remove(user);
    }

    /// Counts one request and says whether it is too much. `at_once` requests are being answered, this one
    /// included. Refused requests count too.
    pub(super) fn admit(&mut self, app: &str, user: &str, now: Timestamp, at_once: usize) -> Result<(), Refusal> {
        let asked = self.asked.entry((app.to_owned(), user.to_owned())).or_default();
        while asked.front().is_some_and(|first| *first + WINDOW <= now) {
            asked.pop_front();
        }
        asked.push_back(now);
        if asked.len() > REQUESTS {
            // What is beyond the limit needs no exact count.
            asked.pop_front();
            let wait = asked.front().map_or(WINDOW, |oldest| (*oldest + WINDOW).duration_since(now));
            let seconds = (wait.as_millis().max(1) as u64).div_ceil(1000);
            return Err(Refusal::new(429, "TooManyRequests", "Application is over its request limit.")
                .header("Retry-After", seconds.to_string()));
        }
        if let Some(refusal) = self.ordered_refusal(user) {
            return Err(refusal);
        }
        if at_once > CONCURRENT {
            return Err(over_concurrency().header("Retry-After", "1"));
        }
        Ok(())
    }

    fn ordered_refusal(&mut self, user: &str) -> Option<Refusal> {
        let waiting = self.ordered.get_mut(user)?;
        let first = waiting.front_mut()?;
        first.times -= 1;
        let refusal = match &first.retry_after {
            Some(seconds) => over_concurrency().header("Retry-After", seconds.clone()),
            None => over_concurrency(),
        };
        if first.times == 0 {
            waiting.pop_front();
        }
        Some(refusal)
    }
}

fn over_concurrency() -> Refusal {
    Refusal::new(429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).expect("a valid value")
    }

    #[test]
    fn ten_thousand_requests_in_ten_minutes() {
        let mut throttle = Throttle::default();
        for number in 0..REQUESTS {
            assert_eq!(throttle.admit("a", "u", at(number as i64 / 100), 1), Ok(()), "{number}");
        }
        let refusal = throttle.admit("a", "u", at(100), 1).expect_err("a refusal");
        assert_eq!((refusal.status, refusal.headers), (429, vec![("Retry-After".to_owned(), "500".to_owned())]));
        assert_eq!(throttle.admit("b", "u", at(100), 1), Ok(()), "another application has its own count");
        assert_eq!(throttle.admit("a", "v", at(100), 1), Ok(()), "another mailbox too");
        assert_eq!(throttle.admit("a", "u", at(700), 1), Ok(()));
    }

    #[test]
    fn testers_order_refusals() {
        let mut throttle = Throttle::default();
        throttle.order("u", 1, Some("0.249"));
        throttle.order("u", 1, None);
        let mut waits = Vec::new();
        while let Err(refusal) = throttle.admit("a", "u", at(0), 1) {
            waits.push(refusal.headers.into_iter().next().map(|(_, value)| value));
        }
        assert_eq!(waits, [Some("0.249".to_owned()), None]);
        assert_eq!(throttle.admit("a", "u", at(0), 5).expect_err("a refusal").code, "ApplicationThrottled");
    }
}
