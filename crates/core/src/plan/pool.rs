//! The records of one side that have no partner yet.

use crate::meeting::Holder;
use crate::{ExchangeId, Reason, RecordId, Seen, Unlinked};
use std::collections::{BTreeMap, BTreeSet};

/// Records without a partner, by their places in the order of the ids. A place stays the same when its record is
/// taken: so whoever found something about a record can name it by its place.
#[derive(Debug)]
pub(crate) struct Pool<Id>(Vec<(Id, Option<Seen>)>);

impl<Id: Ord> Pool<Id> {
    /// Of two records with one id the latter counts.
    pub(crate) fn new(mut records: Vec<(Id, Option<Seen>)>) -> Self {
        // Nearly in order, as a rule; sorting sees that. It keeps the order of equal ones.
        records.sort_by(|(one, _), (other, _)| one.cmp(other));
        records.dedup_by(|later, earlier| {
            let is_same = later.0 == earlier.0;
            if is_same {
                std::mem::swap(later, earlier);
            }
            is_same
        });
        Self(records)
    }

    /// How many places there are.
    pub(crate) const fn len(&self) -> usize {
        self.0.len()
    }

    /// The place of a record that was not taken.
    pub(crate) fn place(&self, id: &Id) -> Option<usize> {
        let place = self.0.binary_search_by(|(own, _)| own.cmp(id)).ok()?;
        self.0[place].1.is_some().then_some(place)
    }

    /// The id of the record at a place.
    pub(crate) fn id(&self, place: usize) -> &Id {
        &self.0[place].0
    }

    /// The record at a place, if it was not taken.
    pub(crate) fn get(&self, place: usize) -> Option<&Seen> {
        self.0[place].1.as_ref()
    }

    /// The records that were not taken, in the order of their ids.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Id, &Seen)> {
        self.0.iter().filter_map(|(id, seen)| Some((id, seen.as_ref()?)))
    }

    /// Takes the record at a place.
    pub(super) fn take(&mut self, place: usize) -> Option<Seen> {
        self.0[place].1.take()
    }

    /// Takes records in, in place of those with the same ids. All places may be others then.
    #[must_use]
    pub(super) fn with(mut self, records: impl Iterator<Item = (Id, Seen)>) -> Self {
        let before = self.0.len();
        self.0.extend(records.map(|(id, seen)| (id, Some(seen))));
        if self.0.len() == before { self } else { Self::new(self.0) }
    }

    /// What was not taken.
    pub(super) fn into_rest(self) -> impl Iterator<Item = (Id, Seen)> {
        self.0.into_iter().filter_map(|(id, seen)| Some((id, seen?)))
    }
}

impl Pool<ExchangeId> {
    /// Lets items name the events that colleagues' mailboxes have left behind, and those that a run was taking over: so
    /// they find each other by the mark. Answers which of them don't carry that mark yet.
    pub(super) fn name_records(
        &mut self,
        meetings: &BTreeMap<ExchangeId, Holder>,
        unlinked: &BTreeMap<RecordId, Unlinked>,
    ) -> BTreeSet<ExchangeId> {
        let mut named = BTreeSet::new();
        // Who waits for a colleague carries the mark that is remembered.
        let taken = unlinked.values().filter(|before| before.reason != Reason::ThroughColleague);
        let taken = taken.filter_map(|before| Some((before.id.exchange()?, before.mark.as_ref()?, true)));
        let left = meetings.iter().filter_map(|(item, holder)| match holder {
            Holder::Own { record: Some(record) } => Some((item, record, false)),
            _ => None,
        });
        for (item, record, is_only_remembered) in taken.chain(left) {
            if let Some(place) = self.place(item)
                && let Some(seen) = &mut self.0[place].1
                && (is_only_remembered || seen.mark.as_ref() != Some(record))
            {
                seen.mark = Some(record.clone());
                named.insert(item.clone());
            }
        }
        named
    }
}
