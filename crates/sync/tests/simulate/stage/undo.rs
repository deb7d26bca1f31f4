//! Runs that are taken back.

use super::{Contents, Stage};
use crate::oracle::Oracle;
use crate::place::{Death, Fate};
use crate::promises::{self, promise};
use mxs_core::Summary;
use mxs_core::journal::replay;
use mxs_sync::{End, Report, UndoPreview, Undone};
use std::collections::BTreeMap;

/// What is there for everybody to see.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Sight {
    pub(crate) contents: Contents,
    /// What both calendars show, a line each.
    pub(crate) calendars: Vec<String>,
}

impl Stage {
    /// The number of the last run.
    pub(crate) fn last_run(&self) -> u64 {
        self.memory.borrow().run
    }

    /// Takes a run back, perhaps to a sudden death; answers what it reports if it lives.
    pub(crate) fn undo(&mut self, run: u64, death: Option<Death>) -> Option<Undone> {
        let undone = self.act(&Fate::of(death), None, |sync| Box::pin(sync.undo(run)));
        self.tell(&undone);
        undone
    }

    fn sight(&self) -> Sight {
        Sight { contents: self.contents(), calendars: self.shown() }
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
        let before = self.sight();
        let came_through = |report: &Report| {
            let Summary { to_crm, to_exchange, .. } = report.summary;
            report.end == Ok(End::Completed) && to_crm.failed == 0 && to_exchange.failed == 0
        };
        let is_whole = came_through(&self.sync(None).expect("nobody dies"));
        let (run, after) = (self.last_run(), self.sight());
        let undone = self.undo(run, None).expect("nobody dies");
        if is_whole && came_through(&undone.report) && undone.left.is_empty() {
            promise!(i22_what_is_taken_back_was_never_there(&before, &after, &self.sight()));
        }
        let again = self.undo(run + 1, None).expect("nobody dies");
        if came_through(&undone.report) && came_through(&again.report) && again.left.is_empty() {
            promise!(i22_an_undo_is_taken_back_like_any_sync(&after, &self.sight()));
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
