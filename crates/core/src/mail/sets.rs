//! Sets and maps, made with little code: each type that is sorted, or taken out of, has its own copy of it.

use std::collections::{BTreeMap, BTreeSet};

/// A set of these. To `collect` one sorts first, and a sort for each type weighs much on the tab.
pub fn set<T: Ord>(items: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    let mut set = BTreeSet::new();
    set.extend(items);
    set
}

/// What of a map stays. To `retain` it takes out one by one, which weighs more on the tab than making it anew.
pub(super) fn kept<K: Ord, V>(map: &mut BTreeMap<K, V>, stays: impl Fn(&V) -> bool) {
    let all = std::mem::take(map);
    map.extend(all.into_iter().filter(|(_, value)| stays(value)));
}
