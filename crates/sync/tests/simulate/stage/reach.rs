//! Who leaves the sync's reach without being deleted, and comes back.

use super::Stage;
use crate::oracle::Oracle;
use mxs_core::{Categories, Side, Words};
use serde_json::Value;
use std::collections::BTreeSet;

/// The category that people use for what is none of the CRM's business.
pub(super) const FAMILY: &str = "Family";

impl Stage {
    /// Whether what is in [`FAMILY`] takes part from now on.
    pub(super) fn let_family_take_part(&mut self, takes_part: bool) {
        let family = || Words::new([FAMILY.to_owned()]);
        self.policy.filter.categories = if takes_part { Categories::All } else { Categories::Except(family()) };
    }

    /// A person puts an item into [`FAMILY`], or into no category.
    pub(super) fn categorize(&mut self, place: u32, into: bool, oracle: &mut Oracle) {
        let Some((id, _)) = self.record_at(Side::Exchange, place) else { return };
        let categories: &[&str] = if into { &[FAMILY] } else { &[] };
        if let Some(change) = self.props.categorize(categories) {
            self.world.borrow_mut().advance(super::BY_HAND_MS);
            self.props.edit_item(&mut self.world.borrow_mut(), &id, &change);
            oracle.acts += 1;
        }
    }

    /// Whose items the filter keeps out, or whose records a colleague has.
    pub(super) fn kept_out(&self) -> BTreeSet<String> {
        let records = self.records(Side::Crm).into_iter();
        let theirs = records.filter(|record| record["id"].as_str().is_some_and(|id| self.handed_over.contains(id)));
        let mut kept_out: BTreeSet<String> = theirs.map(|record| self.person_in(&record, Side::Crm)).collect();
        let items = self.records(Side::Exchange);
        kept_out.extend(
            items.iter().filter(|item| self.is_kept_out(item)).map(|item| self.person_in(item, Side::Exchange)),
        );
        kept_out
    }

    /// Whether the filter keeps an item out.
    fn is_kept_out(&self, item: &Value) -> bool {
        let excludes = self.policy.filter.categories != Categories::All && self.props.categorize(&[]).is_some();
        let is_family = item["categories"].as_array().is_some_and(|own| own.iter().any(|word| word == FAMILY));
        (excludes && is_family) || (!self.policy.filter.private && item["sensitivity"] == "private")
    }

    /// What people wrote that only items hold which are kept out.
    pub(super) fn secrets(&self) -> BTreeSet<String> {
        let items = self.records(Side::Exchange);
        let (hidden, shown): (Vec<_>, Vec<_>) = items.iter().partition(|item| self.is_kept_out(item));
        let held = |record: &Value, side| self.fields(record, side).into_values();
        let mut secrets: BTreeSet<String> = hidden.into_iter().flat_map(|item| held(item, Side::Exchange)).collect();
        // A number or a moment may be said for another reason.
        secrets.retain(|value| self.authors.contains_key(value) && value.contains(' '));
        let records = self.records(Side::Crm);
        let known = shown.into_iter().map(|item| (item, Side::Exchange));
        for (record, side) in known.chain(records.iter().map(|record| (record, Side::Crm))) {
            held(record, side).for_each(|value| secrets.retain(|secret| *secret != value));
        }
        secrets
    }

    /// A record that is linked is given to the colleague.
    pub(super) fn hand_over(&mut self, place: u32, oracle: &mut Oracle) {
        let Some((id, _)) = self.record_at(Side::Crm, place).filter(|(id, _)| self.is_linked(id)) else { return };
        self.cast.give(&mut self.world.borrow_mut(), &id, false);
        self.handed_over.insert(id);
        // The CRM is asked for changes by their owner: only a reading of everything tells who has left.
        self.forget_cursors();
        oracle.acts += 1;
    }

    /// The record at a place is given to the colleague, and no reading tells.
    pub(crate) fn hand_over_unseen(&mut self, place: u32) -> Option<String> {
        let (id, _) = self.record_at(Side::Crm, place)?;
        self.cast.give(&mut self.world.borrow_mut(), &id, false);
        Some(id)
    }

    /// The colleague gives back what was handed over, and nothing is forbidden or excluded any more.
    pub(super) fn come_within_reach(&mut self) {
        self.let_family_take_part(true);
        let mut world = self.world.borrow_mut();
        self.cast.allow(&mut world);
        let there = self.cast.records(&world, Side::Crm);
        for id in std::mem::take(&mut self.handed_over) {
            if there.iter().any(|record| record["id"] == *id) {
                self.cast.give(&mut world, &id, true);
            }
        }
    }
}
