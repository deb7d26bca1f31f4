//! Records that go on under another id.
//!
//! An item gets a new id when its mailbox moves, when it goes from Exchange Server to Microsoft 365, or from one
//! list of tasks to another; its provenance mark goes with it. Who has declined a meeting gets a new copy of it when it
//! is changed, under the meeting's uid. A lead becomes a contact when it is converted, and the CRM says which. The link
//! goes on too: otherwise the old id would look deleted, and the new one new.

use crate::meeting::{is_shared, last_item};
use crate::{CrmId, ExchangeId, Field, Link, Observation, Reason, Scope, Seen, Side, SyncState, View};
use std::collections::{BTreeMap, BTreeSet};

/// Who goes on for whom.
#[derive(Default)]
pub(super) struct Heirs {
    /// Items without a link whose mark names the record, if there is one such.
    by_record: BTreeMap<CrmId, ExchangeId>,
    /// Those of them that have no mark, but the uid of the meeting.
    unmarked: BTreeSet<ExchangeId>,
    /// What records have become.
    became: BTreeMap<CrmId, CrmId>,
    /// The items that go on for others.
    pub(super) items: BTreeSet<ExchangeId>,
    /// The records that go on for others.
    pub(super) records: BTreeSet<CrmId>,
}

impl Heirs {
    pub(super) fn of(
        state: &SyncState,
        linked: &BTreeSet<&CrmId>,
        exchange: &View<ExchangeId>,
        crm: &View<CrmId>,
    ) -> Self {
        let mut heirs = Self::default();
        let mut candidates: BTreeMap<&CrmId, Vec<&ExchangeId>> = BTreeMap::new();
        let mut copies: BTreeMap<&str, Vec<&ExchangeId>> = BTreeMap::new();
        for (id, observation) in exchange.records.iter().filter(|(id, _)| !state.links.contains_key(*id)) {
            let Observation::Present(seen) = observation else { continue };
            if let Some(record) = seen.mark.as_ref().filter(|record| linked.contains(record)) {
                candidates.entry(record).or_default().push(id);
            } else if is_shared(&seen.fields) {
                copies.entry(seen.fields.text(Field::MeetingUid)).or_default().push(id);
            }
        }
        for link in state.links.values() {
            let item = exchange.records.get(&link.exchange);
            // Of two items with one mark, or of one meeting, nobody can tell which is the one.
            if is_gone(link, item)
                && let Some([heir]) = candidates.get(&link.crm).map(Vec::as_slice)
            {
                heirs.by_record.insert(link.crm.clone(), (*heir).clone());
                heirs.items.insert((*heir).clone());
            } else if is_deleted(link, item)
                && is_shared(last_item(link))
                && let Some([copy]) = copies.get(last_item(link).text(Field::MeetingUid)).map(Vec::as_slice)
            {
                heirs.by_record.insert(link.crm.clone(), (*copy).clone());
                heirs.unmarked.insert((*copy).clone());
                heirs.items.insert((*copy).clone());
            }
        }
        for (old, new) in &crm.became {
            if linked.contains(old) && !linked.contains(new) && heirs.records.insert(new.clone()) {
                heirs.became.insert(old.clone(), new.clone());
            }
        }
        heirs
    }

    /// The link as it goes on, if one of its records goes on under another id.
    pub(super) fn moved(
        &self,
        link: &Link,
        item: Option<&Observation>,
        records: &BTreeMap<CrmId, Observation>,
    ) -> Option<Link> {
        let heir = self.by_record.get(&link.crm).filter(|_| is_gone(link, item));
        let became = self.became.get(&link.crm);
        if heir.is_none() && became.is_none() {
            return None;
        }
        let mut moved = link.clone();
        let mut is_back = |side| {
            if link.scope == (Scope::Gone { side }) || link.scope == (Scope::Left { side }) {
                (moved.scope, moved.trouble) = (Scope::Active, None);
            }
        };
        if heir.is_some() {
            is_back(Side::Exchange);
        }
        if became.is_some() {
            is_back(Side::Crm);
        }
        if let Some(heir) = heir {
            moved.exchange = heir.clone();
            moved.marked &= !self.unmarked.contains(heir);
        }
        if let Some(became) = became {
            moved.crm = became.clone();
            moved.marked = false;
            if let Some(Observation::Present(contact)) = records.get(became) {
                forget_what_was_left_behind(&mut moved, contact);
            }
        }
        Some(moved)
    }
}

/// A conversion takes over the fields that the organisation has mapped. What the contact lacks was left behind, and is
/// nobody's edit: it comes back from the item.
fn forget_what_was_left_behind(link: &mut Link, contact: &Seen) {
    let is_left = |field: &Field| *field != Field::Module && contact.fields.get(*field).is_none();
    let left_behind: Vec<Field> = link.base.crm.iter().map(|(field, _)| field).filter(is_left).collect();
    if left_behind.is_empty() {
        return;
    }
    link.seen.get_or_insert_with(|| link.base.clone());
    for field in left_behind {
        link.base.exchange.put(field, None);
        link.base.crm.put(field, None);
    }
}

/// Whether an item was deleted, for all that is known.
fn is_deleted(link: &Link, item: Option<&Observation>) -> bool {
    item.map_or(link.scope == Scope::Gone { side: Side::Exchange }, |item| *item == Observation::Gone)
}

/// Whether an item was deleted, or is where nobody looks: then another one with its mark is the one to go on with.
fn is_gone(link: &Link, item: Option<&Observation>) -> bool {
    let side = Side::Exchange;
    match item {
        Some(observation) => matches!(observation, Observation::Gone | Observation::Left),
        None => link.scope == Scope::Gone { side } || link.trouble == Some(Reason::LeftScope { side }),
    }
}
