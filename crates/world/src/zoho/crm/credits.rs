//! Credits and concurrency.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/api-limits.html>

use crate::zoho::org::{Org, UserStatus};
use jiff::{SignedDuration, Timestamp};
use std::collections::VecDeque;

/// The credits that an organisation spent in the last 24 hours.
#[derive(Default)]
pub(crate) struct Ledger {
    spent: VecDeque<(Timestamp, u64)>,
    sum: u64,
}

const WINDOW: SignedDuration = SignedDuration::from_hours(24);

impl Ledger {
    fn forget(&mut self, now: Timestamp) {
        while self.spent.front().is_some_and(|(at, _)| *at <= now - WINDOW) {
            if let Some((_, amount)) = self.spent.pop_front() {
                self.sum -= amount;
            }
        }
    }

    /// What was spent in the 24 hours before `now`.
    pub(crate) fn spent(&mut self, now: Timestamp) -> u64 {
        self.forget(now);
        self.sum
    }

    pub(crate) fn spend(&mut self, now: Timestamp, amount: u64) {
        match self.spent.back_mut() {
            Some((at, sum)) if *at == now => *sum += amount,
            _ => self.spent.push_back((now, amount)),
        }
        self.sum += amount;
    }
}

/// What a call costs, and whether it counts against the smaller concurrency limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cost {
    pub(crate) credits: u64,
    /// Queries, sorted lists and writes of more than ten records: ten at once in every edition.
    pub(crate) heavy: bool,
    /// How many calls at once it counts as; five for a composite request.
    pub(crate) calls: usize,
}

impl Cost {
    pub(crate) const ONE: Self = Self { credits: 1, heavy: false, calls: 1 };

    /// Inserting, updating or upserting `records`: one credit for each ten.
    pub(crate) fn write(records: usize) -> Self {
        Self { credits: records.div_ceil(10).max(1) as u64, heavy: records > 10, calls: 1 }
    }
}

/// How many heavy calls may be under way.
const HEAVY_CALLS: usize = 10;

impl Org {
    /// The credits of 24 hours.
    pub(crate) fn credit_limit(&self) -> u64 {
        let users = self.users.iter().filter(|user| user.status == UserStatus::Active).count() as u64;
        self.options.credit_limit.unwrap_or_else(|| self.edition.credits(users))
    }

    /// Whether a call may start while `in_flight` calls, itself included, are under way. Which of them are
    /// heavy isn't known here, so all are taken for such as the call itself is; nor is it known which of
    /// several organisations and applications they belong to.
    pub(crate) fn admits(&mut self, cost: Cost, in_flight: usize, now: Timestamp) -> bool {
        let limit = self.options.concurrency_limit.unwrap_or_else(|| self.edition.concurrency());
        let calls = in_flight + cost.calls - 1;
        let fits = calls <= limit && (!cost.heavy || in_flight <= HEAVY_CALLS.min(limit));
        fits && self.ledger.spent(now) + cost.credits <= self.credit_limit()
    }

    /// The value of `X-API-CREDITS-REMAINING`, which is sent once half of the credits are spent.
    pub(crate) fn remaining(&mut self, now: Timestamp) -> Option<u64> {
        let (limit, spent) = (self.credit_limit(), self.ledger.spent(now));
        (spent * 2 >= limit).then(|| limit.saturating_sub(spent))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credits_come_back_after_a_day() {
        let start = Timestamp::UNIX_EPOCH;
        let mut ledger = Ledger::default();
        ledger.spend(start, 3);
        ledger.spend(start + SignedDuration::from_hours(1), 4);
        assert_eq!(ledger.spent(start + SignedDuration::from_hours(23)), 7);
        assert_eq!(ledger.spent(start + SignedDuration::from_hours(24)), 4);
        assert_eq!(ledger.spent(start + SignedDuration::from_hours(26)), 0);
    }

    #[test]
    fn ten_records_cost_one_credit() {
        for (records, credits, heavy) in [(0, 1, false), (1, 1, false), (10, 1, false), (11, 2, true), (100, 10, true)]
        {
            let cost = Cost::write(records);
            assert_eq!((cost.credits, cost.heavy), (credits, heavy), "{records}");
        }
    }
}
