//! What happened in a mailbox, in order.

use super::Happened;
use super::look::{Noted, Seen};
use jiff::Timestamp;
use std::collections::VecDeque;

/// How many events a mailbox remembers. Real servers forget them after some days.
const REMEMBERED: usize = 10_000;

/// Something that happened.
#[derive(Clone, Debug)]
pub(in crate::microsoft::ews) struct Entry {
    /// Its place; the first one is 1.
    pub(super) place: u64,
    pub(super) at: Timestamp,
    pub(super) happened: Happened,
    /// What the item is called now, or was when it was there.
    pub(super) item: Seen,
    /// What it was called before it moved.
    pub(super) before: Option<Seen>,
}

/// What happened in a mailbox, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Log {
    last: u64,
    entries: VecDeque<Entry>,
}

impl Log {
    pub(super) fn add(&mut self, noted: Noted, at: Timestamp) {
        self.last += 1;
        let Noted { happened, item, before } = noted;
        self.entries.push_back(Entry { place: self.last, at, happened, item, before });
        if self.entries.len() > REMEMBERED {
            self.entries.pop_front();
        }
    }

    /// The place of what happened last.
    pub(super) const fn last(&self) -> u64 {
        self.last
    }

    /// Whether everything behind a place is remembered, and the place isn't ahead of all.
    pub(super) fn reaches(&self, place: u64) -> bool {
        let first = self.entries.front().map_or(self.last, |entry| entry.place - 1);
        (first..=self.last).contains(&place)
    }

    /// What happened behind a place.
    pub(super) fn after(&self, place: u64) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.place > place)
    }
}
