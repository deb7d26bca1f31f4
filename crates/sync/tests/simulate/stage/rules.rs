//! What the people in charge choose, and what of both sides must stand still under it.

use super::{Contents, FIELDS, Stage};
use crate::oracle::Oracle;
use crate::script::Choice;
use mxs_core::{Deletes, FieldMap, Flow, Policy, Side, Unmatched};
use std::collections::BTreeSet;

/// What a sync found, and the rules that it ran under.
pub(crate) struct Begun {
    /// What both sides held when it began.
    pub(crate) contents: Contents,
    /// Whether nothing had ever been brought to an end, and nobody was linked.
    pub(crate) is_first: bool,
    /// Whose items are kept out.
    pub(crate) kept_out: BTreeSet<String>,
}

impl Stage {
    /// Somebody chooses a rule.
    pub(super) fn choose(&mut self, choice: &Choice, oracle: &mut Oracle) {
        match choice {
            Choice::Direction(direction) => {
                self.policy.direction = *direction;
            }
            Choice::Flow { field, flow } => self.let_flow(*field, *flow),
            Choice::Family { takes_part } => self.let_family_take_part(*takes_part),
            Choice::Unmatched(unmatched) => self.policy.unmatched = *unmatched,
            Choice::Deletes(deletes) => self.policy.deletes = *deletes,
        }
        // What waited for another rule may be written for every record at once.
        oracle.acts += self.records(Side::Crm).len() as u64 + self.records(Side::Exchange).len() as u64;
        oracle.rules_changed = true;
    }

    /// Everything flows again that somebody has stopped, and nothing waits for a person.
    pub(super) fn undo_the_choices(&mut self) {
        self.policy.fields = FieldMap::usual(self.policy.kind);
        self.policy.unmatched = Unmatched::Copy;
    }

    fn let_flow(&mut self, field: usize, flow: Option<Flow>) {
        let fields = self.props.fields(field);
        let others = self.policy.fields.iter().filter(|(other, _)| !fields.contains(other));
        let chosen = fields.iter().filter_map(|field| Some((*field, flow?)));
        self.policy.fields = FieldMap::new(others.chain(chosen));
    }

    /// The rules.
    pub(crate) fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Whether a value of a field may be written on a side.
    pub(crate) fn may_write(&self, field: usize, side: Side) -> bool {
        let flow = self.policy.fields.flow(self.props.fields(field)[0]);
        let direction = flow.and_then(|flow| flow.within(self.policy.direction));
        direction.is_some_and(|direction| direction.writes(side))
    }

    /// What a sync found that has to leave something as it is; `None` where it may write everything.
    pub(super) fn begin_under_rules(&self) -> Option<Begun> {
        let is_first = self.memory.borrow().state.is_new() && self.links() == 0;
        let may_write_all =
            (0..FIELDS).all(|field| [Side::Crm, Side::Exchange].iter().all(|side| self.may_write(field, *side)));
        let kept_out = self.kept_out();
        let is_plain = may_write_all && kept_out.is_empty() && self.policy.deletes == Deletes::EditWins;
        if is_plain && (!is_first || self.policy.unmatched == Unmatched::Copy) {
            return None;
        }
        Some(Begun { contents: self.scene().ok()?.contents, is_first, kept_out })
    }

    /// What the last sync found, if it had to leave something as it was.
    pub(crate) fn begun(&self) -> Option<&Begun> {
        self.judged.begun.as_ref()
    }
}
