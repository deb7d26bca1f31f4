//! Runs that are taken back.

use super::Stage;
use crate::place::{Death, Fate};
use mxs_core::journal::replay;
use mxs_sync::{UndoPreview, Undone};
use std::collections::BTreeMap;

impl Stage {
    /// The number of the last run.
    pub(crate) fn last_run(&self) -> u64 {
        self.memory.borrow().run
    }

    /// Takes a run back, perhaps to a sudden death; answers what it reports if it lives.
    pub(crate) fn undo(&mut self, run: u64, death: Option<Death>) -> Option<Undone> {
        self.act(&Fate::of(death), None, |sync| Box::pin(sync.undo(run)))
    }

    /// Takes a run back as somebody has approved.
    pub(crate) fn undo_approved(&mut self, run: u64, fingerprint: u64) -> Undone {
        self.act(&Fate::default(), Some(fingerprint), |sync| Box::pin(sync.undo(run))).expect("nobody dies")
    }

    /// What taking a run back would do.
    pub(crate) fn preview_undo(&mut self, run: u64) -> UndoPreview {
        let preview = self.act(&Fate::default(), None, |sync| Box::pin(sync.preview_undo(run))).expect("nobody dies");
        preview.expect("both sides can be read").expect("nobody stops it")
    }

    /// Whether deletes go through, however many there are.
    pub(crate) fn allow_mass_delete(&mut self, is_allowed: bool) {
        self.policy.allow_mass_delete = is_allowed;
    }

    /// Where the journal says something else than what is remembered.
    pub(crate) fn gap_in_the_journal(&self) -> Option<String> {
        let memory = self.memory.borrow();
        let links = memory.state.links.values();
        let remembered: BTreeMap<_, _> =
            links.map(|link| (link.exchange.clone(), (link.crm.clone(), link.base.clone()))).collect();
        match replay(&memory.journal) {
            Ok(told) if told == remembered => None,
            Ok(told) => Some(format!("it tells {told:?}, and remembered is {remembered:?}")),
            Err(gap) => Some(gap.to_string()),
        }
    }
}
