//! The floor: the fewest calls with which anybody could do the same.
//!
//! It is computed from the two stand-ins alone, without asking the sync: what was different before it from what
//! was there when the one before it ended had to be read, and what is different after it had to be written. How
//! much one request carries is what the vendors allow; that a client knows which requests to make is taken for
//! granted, so no client reaches the floor everywhere.
//!
//! Beside it is what a sync can't do without that keeps the promises of this one ([`Needs::with_promises`]).

use std::collections::BTreeMap;

/// The most items in a page of a delta query.
const ITEMS_IN_A_PAGE: u64 = 1_000;

/// The most parts in a batch.
///
/// <https://learn.microsoft.com/en-us/graph/json-batching>
const PARTS_IN_A_BATCH: u64 = 20;

/// The most records that a query answers, and what it costs in credits up to so many.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/api-limits.html>
const QUERIES: [(u64, u64); 3] = [(200, 1), (1_000, 2), (2_000, 3)];

/// The most records that one request writes.
const RECORDS_IN_A_WRITE: u64 = 100;

/// So many written records cost one credit.
const RECORDS_FOR_A_CREDIT: u64 = 10;

/// The most records that are asked for by their ids with one request, which costs one credit.
const RECORDS_IN_A_LOOKUP: u64 = 100;

/// What the list of deleted records costs in credits.
const DELETED_CREDITS: u64 = 2;

/// What a side holds, by id: a hash of each, which is enough to tell whether it has changed.
pub(crate) type Contents = BTreeMap<String, u64>;

/// What one sync had to read and to write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    /// Items that nobody had read yet.
    pub(crate) items_read: u64,
    /// Items that are others now.
    pub(crate) items_written: u64,
    /// The same of the CRM's records.
    pub(crate) records_read: u64,
    /// The same of the CRM's records.
    pub(crate) records_written: u64,
    /// Of the written records those that had been there.
    pub(crate) records_edited: u64,
    /// Items that are linked now and were not, and are not written for another reason.
    pub(crate) marks: u64,
    /// Whether both sides were synced before.
    pub(crate) is_later: bool,
}

/// What was asked of the vendors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Calls {
    /// Requests to Microsoft.
    pub(crate) microsoft: u64,
    /// What of the mailbox's quota they took: every part of a batch counts.
    pub(crate) parts: u64,
    /// Requests to Zoho.
    pub(crate) zoho: u64,
    /// The credits they cost.
    pub(crate) credits: u64,
}

impl Needs {
    /// The fewest calls for it.
    pub(crate) fn floor(self) -> Calls {
        let pages = self.items_read.div_ceil(ITEMS_IN_A_PAGE).max(1);
        let (_, rows) = largest_query();
        let queries = self.records_read.div_ceil(rows).max(1);
        Calls {
            microsoft: pages + self.items_written.div_ceil(PARTS_IN_A_BATCH),
            parts: pages + self.items_written,
            zoho: queries + self.records_written.div_ceil(RECORDS_IN_A_WRITE),
            credits: query_credits(self.records_read) + self.records_written.div_ceil(RECORDS_FOR_A_CREDIT),
        }
    }
}

impl Needs {
    /// The floor of a sync that promises this: no contact is created twice, so each item gets its mark; what is deleted
    /// in the CRM is found; tags are synced, which no query selects; and no record is written that is somebody else's
    /// by now, or just being edited, so it is looked at once more.
    pub(crate) fn with_promises(self) -> Calls {
        let floor = Self { items_written: self.items_written + self.marks, ..self }.floor();
        let lookups =
            self.records_read.div_ceil(RECORDS_IN_A_LOOKUP) + self.records_edited.div_ceil(RECORDS_IN_A_LOOKUP);
        let lists = u64::from(self.is_later);
        Calls {
            zoho: floor.zoho + lookups + lists,
            credits: floor.credits + lookups + lists * DELETED_CREDITS,
            ..floor
        }
    }
}

/// What the largest query costs, and how many records it answers.
const fn largest_query() -> (u64, u64) {
    let (rows, credits) = QUERIES[QUERIES.len() - 1];
    (credits, rows)
}

/// The credits of reading so many records: full queries, and the smallest that takes the rest.
fn query_credits(records: u64) -> u64 {
    let (credits, rows) = largest_query();
    let (full, rest) = (records / rows, records % rows);
    if full > 0 && rest == 0 {
        return full * credits;
    }
    full * credits + QUERIES.iter().find(|(rows, _)| rest <= *rows).map_or(credits, |(_, credits)| *credits)
}

/// How many of `now` are new.
pub(crate) fn new(before: &Contents, now: &Contents) -> u64 {
    now.keys().filter(|id| !before.contains_key(*id)).count() as u64
}

/// How many of `now` are new or hold something else than in `before`.
pub(crate) fn changed(before: &Contents, now: &Contents) -> u64 {
    now.iter().filter(|(id, content)| before.get(*id) != Some(content)).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_floor_of() {
        // Read and written items and records; requests, parts, requests, credits.
        let cases = [
            // Nothing: both sides are asked once.
            ([0, 0, 0, 0], [1, 1, 1, 1]),
            // A thousand fill one page; one more takes another.
            ([1_000, 0, 0, 0], [1, 1, 1, 1]),
            ([1_001, 0, 0, 0], [2, 2, 1, 1]),
            // Written items share a batch, each with a part of its own.
            ([0, 21, 0, 0], [3, 22, 1, 1]),
            // A query costs by what it answers.
            ([0, 0, 200, 0], [1, 1, 1, 1]),
            ([0, 0, 201, 0], [1, 1, 1, 2]),
            ([0, 0, 2_000, 0], [1, 1, 1, 3]),
            ([0, 0, 2_100, 0], [1, 1, 2, 4]),
            // Ten records are a credit, a hundred a request.
            ([0, 0, 0, 101], [1, 1, 3, 12]),
        ];
        for (needs, floor) in cases {
            let [items_read, items_written, records_read, records_written] = needs;
            let [microsoft, parts, zoho, credits] = floor;
            let found = Needs { items_read, items_written, records_read, records_written, ..Needs::default() }.floor();
            assert_eq!(found, Calls { microsoft, parts, zoho, credits }, "{needs:?}");
        }
    }

    #[test]
    fn promises_cost() {
        let nothing = Needs::default();
        let later = Needs { is_later: true, ..nothing };
        // Requests, parts, requests, credits: beside nothing, which is one of each.
        let cases = [
            // Nothing is in the list of deleted records before the first sync.
            (nothing, [1, 1, 1, 1]),
            (later, [1, 1, 2, 3]),
            // Marks share batches with other writes.
            (Needs { items_written: 10, marks: 10, ..nothing }, [2, 21, 1, 1]),
            // A hundred records are asked for their tags at once.
            (Needs { records_read: 101, ..nothing }, [1, 1, 3, 3]),
            // What is created needn't be looked at.
            (Needs { records_written: 20, records_edited: 10, ..nothing }, [1, 1, 3, 4]),
        ];
        for (needs, [microsoft, parts, zoho, credits]) in cases {
            assert_eq!(needs.with_promises(), Calls { microsoft, parts, zoho, credits }, "{needs:?}");
        }
    }
}
