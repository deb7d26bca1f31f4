//! A side in memory, as little as a side can be: it lists what it holds, or what changed since a moment.

use mxs_core::{Coverage, CrmId, ExchangeId, Fields, Observation, Patch, Seen, Version, View};
use std::collections::BTreeMap;

/// An id that names a place on the shelf.
pub(crate) trait Place: Clone + Ord {
    /// The id of a place.
    fn of(place: usize) -> Self;

    /// The vendor's text.
    fn text(&self) -> &str;

    /// The place of an id that [`Place::of`] has made.
    fn place(&self) -> Option<usize> {
        let text = self.text();
        text.get(text.len().checked_sub(DIGITS)?..)?.parse().ok()
    }
}

/// With how many digits an id ends.
const DIGITS: usize = 8;

impl Place for ExchangeId {
    fn of(place: usize) -> Self {
        // As long as a UID of the program that is compared.
        Self::new(format!("AAkALgAAAAAAHYQDEapmEc2byACq{place:08}"))
    }

    fn text(&self) -> &str {
        self.as_str()
    }
}

impl Place for CrmId {
    fn of(place: usize) -> Self {
        Self::new(format!("57257670000{place:08}"))
    }

    fn text(&self) -> &str {
        self.as_str()
    }
}

struct Kept {
    fields: Fields,
    /// When it was last changed.
    moment: u64,
    mark: Option<CrmId>,
}

/// A side's records, and when each was last changed, by a clock that counts changes.
#[derive(Default)]
pub(crate) struct Shelf {
    kept: Vec<Kept>,
    /// The place of what was last changed at a moment.
    changed: BTreeMap<u64, usize>,
    now: u64,
}

impl Shelf {
    /// How far a reading comes now.
    pub(crate) const fn now(&self) -> u64 {
        self.now
    }

    /// What changed since a moment, or everything.
    pub(crate) fn view<Id: Place>(&self, since: Option<u64>) -> View<Id> {
        let mut view = View::new(if since.is_some() { Coverage::Changes } else { Coverage::Everything });
        let changed = self.changed.range(since.map_or(0, |since| since + 1)..).map(|(_, place)| *place);
        view.records = changed.map(|place| (Id::of(place), Observation::Present(self.seen(place)))).collect();
        view
    }

    fn seen(&self, place: usize) -> Seen {
        let Kept { fields, moment, mark } = &self.kept[place];
        Seen { fields: fields.clone(), version: version(*moment), mark: mark.clone() }
    }

    /// Puts a new record onto the shelf: its place, and its version.
    pub(crate) fn add(&mut self, fields: Fields, mark: Option<CrmId>) -> (usize, Version) {
        let place = self.kept.len();
        self.kept.push(Kept { fields, moment: 0, mark });
        (place, self.touch(place))
    }

    /// Changes a record: its version now.
    pub(crate) fn change(&mut self, place: usize, patch: &Patch, mark: Option<CrmId>) -> Version {
        let kept = &mut self.kept[place];
        kept.fields = patch.applied_to(&kept.fields);
        kept.mark = mark.or(kept.mark.take());
        self.touch(place)
    }

    fn touch(&mut self, place: usize) -> Version {
        self.changed.remove(&self.kept[place].moment);
        self.now += 1;
        self.kept[place].moment = self.now;
        self.changed.insert(self.now, place);
        version(self.now)
    }
}

fn version(moment: u64) -> Version {
    Version::new(moment.to_string())
}
