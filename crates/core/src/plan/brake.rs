//! The brake on deletes, and what those that pass it take with them.

use super::{Deletion, Planner};
use crate::{Conflict, Reason, Side, mails};

/// Deletes up to this many in a run are never held back for their number.
pub const LIMIT_DELETES_MIN: usize = 20;

/// Deletes above [`LIMIT_DELETES_MIN`] and above this share of all links are held back.
pub const LIMIT_DELETES_PERCENT: usize = 10;

impl Planner<'_> {
    /// Of the deletes that are left: counts the mails that they send, and keeps what goes with them. Where the rule
    /// is that a delete beats an edit, what was edited goes into the conflict list.
    pub(super) fn take_stock_of_deletes(&mut self) {
        let deletions = std::mem::take(&mut self.plan.deletions);
        for Deletion { link, on } in &deletions {
            let last = link.seen.as_ref().unwrap_or(&link.base);
            if *on == Side::Exchange {
                self.plan.mails += mails::of_deletion(&last.exchange);
            }
            let Some(now) = &link.seen else { continue };
            let (now, before) = (now.on(*on), link.base.on(*on));
            for field in self.policy.fields.fields().filter(|field| now.get(*field) != before.get(*field)) {
                let value = now.get(field).cloned();
                let (exchange_value, crm_value) = match on {
                    Side::Crm => (None, value),
                    Side::Exchange => (value, None),
                };
                let (exchange, crm, winner) = (link.exchange.clone(), link.crm.clone(), on.other());
                self.keep(Conflict { exchange, crm, field, exchange_value, crm_value, winner });
            }
        }
        self.plan.deletions = deletions;
    }

    /// Holds all deletes back when they are too many to be meant, or would empty a side. Those that were held
    /// before stay held, however many there are by now: they were to wait for a person.
    pub(super) fn brake(&mut self) {
        if self.policy.allow_mass_delete {
            return;
        }
        let (deletes, links) = (self.plan.deletions.len(), self.state.links.len() + self.state.other_links);
        let limit = LIMIT_DELETES_MIN.max(links * LIMIT_DELETES_PERCENT / 100);
        let empties_a_side = deletes > 1 && deletes == links;
        let are_too_many = deletes > limit || empties_a_side;
        for deletion in std::mem::take(&mut self.plan.deletions) {
            match self.link(&deletion.link.exchange).cloned() {
                Some(before) if are_too_many || before.trouble == Some(Reason::HeldMassDelete) => {
                    self.plan.held_deletes += 1;
                    self.wait(&before, deletion.link, Reason::HeldMassDelete);
                }
                _ => self.plan.deletions.push(deletion),
            }
        }
    }
}
