//! The check that the journal tells everything: what it says, in order, makes up what is remembered.

use super::{Cause, Entry, What};
use crate::{Base, CrmId, ExchangeId, Fields, Side};
use std::collections::BTreeMap;

/// The first entry that doesn't follow from those before it: something is missing in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("entry {number} of run {run} doesn't follow from those before it")]
pub struct Gap {
    /// The run.
    pub run: u64,
    /// Which of its entries.
    pub number: u64,
}

/// What is remembered of each linked pair after `entries`, which are all there ever were, in order: the record
/// that each item is linked with, and what both held when they last agreed.
///
/// # Errors
///
/// [`Gap`] when an entry speaks of a link or a value that those before it did not leave.
pub fn replay<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Result<BTreeMap<ExchangeId, (CrmId, Base)>, Gap> {
    let mut links: BTreeMap<ExchangeId, (CrmId, Base)> = BTreeMap::new();
    for entry in entries {
        let gap = Gap { run: entry.run, number: entry.number };
        match entry.what {
            What::Linked | What::Created(_) => {
                let is_taken = links.values().any(|(crm, _)| *crm == entry.crm);
                let is_news = entry.fields.iter().all(|values| values.before.is_none());
                let both = entry.fields.iter().filter_map(|values| Some((values.field, values.after.clone()?)));
                let exchange: Fields = both.collect();
                let base = Base { crm: exchange.clone(), exchange };
                if is_taken || !is_news || links.insert(entry.exchange.clone(), (entry.crm.clone(), base)).is_some() {
                    return Err(gap);
                }
                continue;
            }
            // What is handed over or taken back is told where no link is, or is any more.
            What::HandedOver | What::Restored(_) => continue,
            What::Deleted(_) if matches!(entry.cause, Cause::Undo { .. }) => continue,
            What::Deleted(_) | What::Marked | What::Noted(_) | What::Unlinked | What::Updated(_) => {}
        }
        let (_, base) = links.get_mut(&entry.exchange).filter(|(crm, _)| *crm == entry.crm).ok_or(gap)?;
        if let Some(side) = entry.what.side() {
            let fields = match side {
                Side::Crm => &mut base.crm,
                Side::Exchange => &mut base.exchange,
            };
            for values in &entry.fields {
                if fields.get(values.field) != values.before.as_ref() {
                    return Err(gap);
                }
                fields.put(values.field, values.after.clone());
            }
            if matches!(entry.what, What::Deleted(_)) && !fields.is_empty() {
                return Err(gap);
            }
        }
        if matches!(entry.what, What::Deleted(_) | What::Unlinked) {
            links.remove(&entry.exchange);
        }
    }
    Ok(links)
}
