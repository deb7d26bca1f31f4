//! A map with an end.

use std::collections::HashMap;
use std::hash::Hash;
use std::mem;

/// Remembers something of those that were asked for lately. When it is full, the half that was not asked for
/// for longest is forgotten: nothing has to be searched for what may go.
#[derive(Debug)]
pub(crate) struct Recent<K, V> {
    generation_max: usize,
    young: HashMap<K, V>,
    old: HashMap<K, V>,
}

impl<K: Eq + Hash + Copy, V> Recent<K, V> {
    /// Has room for `most`, and forgets nobody who is among the last half of that.
    pub(crate) fn new(most: usize) -> Self {
        Self { generation_max: most / 2, young: HashMap::new(), old: HashMap::new() }
    }

    /// What is remembered of `key`.
    pub(crate) fn get(&mut self, key: &K) -> Option<&mut V> {
        if let Some(value) = self.old.remove(key) {
            self.insert(*key, value);
        }
        self.young.get_mut(key)
    }

    /// Remembers `value`, in place of what was remembered of `key`.
    pub(crate) fn insert(&mut self, key: K, value: V) {
        self.old.remove(&key);
        if self.young.len() >= self.generation_max && !self.young.contains_key(&key) {
            self.old = mem::take(&mut self.young);
        }
        self.young.insert(key, value);
    }

    /// Forgets `key`.
    pub(crate) fn remove(&mut self, key: &K) {
        self.old.remove(key);
        self.young.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_not_asked_for_longest_makes_room() {
        let mut recent = Recent::new(20);
        for key in 0..15 {
            recent.insert(key, key);
            // This one is asked for again and again.
            recent.get(&0);
        }
        assert_eq!(recent.get(&0), Some(&mut 0));
        for key in 15..1_000 {
            recent.insert(key, key);
            assert!(recent.young.len() + recent.old.len() <= 20, "{key}");
            assert_eq!(recent.get(&(key - 4)), Some(&mut (key - 4)), "asked for lately");
        }
        assert_eq!(recent.get(&0), None);
    }

    #[test]
    fn what_is_written_anew_or_forgotten_is_remembered_once() {
        let mut recent = Recent::new(4);
        for key in [1, 2, 3] {
            recent.insert(key, "first");
        }
        // One of the older half, one of the younger.
        for key in [1, 3] {
            recent.insert(key, "second");
            assert_eq!(recent.get(&key), Some(&mut "second"), "{key}");
            recent.remove(&key);
            assert_eq!(recent.get(&key), None, "{key}");
        }
    }
}
