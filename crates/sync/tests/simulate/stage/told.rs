//! What a run lets its caller print.

use super::Stage;
use std::fmt::{Debug, Write as _};

impl Stage {
    /// The caller prints what a run has come to, and why records are not in sync.
    pub(super) fn tell(&self, outcome: &impl Debug) {
        let mut printed = self.watch.printed.borrow_mut();
        let memory = self.memory.borrow();
        let troubles = memory.state.links.values().filter_map(|link| link.trouble.as_ref());
        let reasons = troubles.chain(memory.state.unlinked.values().map(|unlinked| &unlinked.reason));
        let causes: Vec<_> = memory.journal.iter().map(|entry| (entry.what, entry.cause)).collect();
        write!(printed, "{outcome:?} {:?} {causes:?}", reasons.collect::<Vec<_>>()).expect("memory takes it");
    }

    /// A key to either side, or what a person wrote, in what the last run let its caller print.
    pub(crate) fn secret_that_was_told(&self) -> Option<String> {
        let (printed, keys) = (self.watch.printed.borrow(), self.watch.keys.borrow());
        // A number or a moment may be said for another reason.
        let written = self.authors.iter().flat_map(|(value, person)| [value, person]);
        let texts = written.filter(|text| text.contains([' ', '@']));
        keys.iter().chain(texts).find(|secret| !secret.is_empty() && printed.contains(secret.as_str())).cloned()
    }
}

/// The key in what is shown at a door, behind what kind of a key it is.
pub(super) fn key_in(shown: &str) -> &str {
    shown.split_once(' ').map_or(shown, |(_, key)| key)
}
