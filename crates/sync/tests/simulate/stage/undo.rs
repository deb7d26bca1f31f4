//! Runs that are taken back.

use super::Stage;
use crate::oracle::Oracle;
use crate::place::{Death, Fate};
use mxs_core::journal::replay;
use mxs_core::{Side, Summary};
use mxs_sync::{End, Report, UndoPreview, Undone};
use std::collections::BTreeMap;

/// The promise, as a broken one is told.
const I22: &str = "i22_what_is_taken_back_was_never_there";

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

    /// A sync runs, is taken back, and so is that: each leaves what was there before it. Faults end before.
    pub(super) fn take_back(&mut self, oracle: &mut Oracle) {
        self.world.borrow_mut().faults.clear();
        self.meet_deletes(oracle);
        let (before, shown_before) = (self.contents(), self.shown());
        let came_through = |report: &Report| {
            let Summary { to_crm, to_exchange, .. } = report.summary;
            report.end == Ok(End::Completed) && to_crm.failed == 0 && to_exchange.failed == 0
        };
        let is_whole = came_through(&self.sync(None).expect("nobody dies"));
        let (run, after, shown_after) = (self.last_run(), self.contents(), self.shown());
        let undone = self.undo(run, None).expect("nobody dies");
        if is_whole && came_through(&undone.report) && undone.left.is_empty() {
            let now = self.contents();
            for (who, fields) in &before {
                assert_eq!(now.get(who), Some(fields), "{I22}: {who:?}");
            }
            // Beside them there is only who was deleted by it, on both sides.
            let is_back = |who: &(String, Side)| before.contains_key(who) || !after.contains_key(who);
            assert!(now.keys().all(is_back), "{I22}: {now:?} and not {before:?}");
            let shown = self.shown();
            let is_kept = |line: &String| shown_before.contains(line) || !shown_after.contains(line);
            assert!(shown_before.iter().all(|line| shown.contains(line)), "{I22}: {shown:?} and not {shown_before:?}");
            assert!(shown.iter().all(is_kept), "{I22}: {shown:?} and not {shown_before:?}");
        }
        let again = self.undo(run + 1, None).expect("nobody dies");
        if came_through(&undone.report) && came_through(&again.report) && again.left.is_empty() {
            assert_eq!((self.contents(), self.shown()), (after, shown_after), "{I22}: the undo");
        }
        // What was there before the sync is not what is left now.
        self.judged.begun = None;
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
